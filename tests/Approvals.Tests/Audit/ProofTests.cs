using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Tests.Permits;
using Dapper;

namespace Approvals.Tests.Audit;

/// <summary>What the record itself and its roots say against each other, without any file kept elsewhere.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ProofTests
{
    private static readonly string Others = Record.Columns[(Record.Columns.IndexOf(',', StringComparison.Ordinal) + 1)..];

    private static readonly TestCaseData[] WithoutAKey =
    [
        new($"INSERT INTO audit_record SELECT NULL, {Others} FROM audit_record WHERE id = 5", "without a number"),
        new($"INSERT INTO audit_record SELECT -0.5, {Others} FROM audit_record WHERE id = 5", "-0.5"),
        new($"INSERT INTO audit_record SELECT 5.5, {Others} FROM audit_record WHERE id = 5", "5.5"),
        new($"INSERT INTO audit_record SELECT 'abc', {Others} FROM audit_record WHERE id = 5", "“abc”"),
        new($"INSERT INTO audit_record SELECT '', {Others} FROM audit_record WHERE id = 5", "“”"),
        new($"INSERT INTO audit_record SELECT 1e300, {Others} FROM audit_record WHERE id = 5", "1.0e+300"),
        new($"INSERT INTO audit_record SELECT x'00', {Others} FROM audit_record WHERE id = 5", "no whole number"),
        new($"INSERT INTO audit_record SELECT 'abc', {Others} FROM audit_record WHERE id = 5; UPDATE audit_record SET recorded_at = 'x' WHERE id = 'abc'", "“abc”"),
        new($"INSERT INTO audit_record SELECT 5, {Others} FROM audit_record WHERE id = 5", "more than one record 5"),
        new($"INSERT INTO audit_record SELECT 0, {Others} FROM audit_record WHERE id = 0", "more than one record 0"),
        new("UPDATE audit_record SET id = 5.25 WHERE id = 5", "5.25"),
        new("UPDATE audit_record SET id = id + 0.4 WHERE id = (SELECT MAX(id) FROM audit_record)", ".4"),
        new("UPDATE audit_record SET on_behalf_of = NULL WHERE id = 2", "Record 2 was altered"),
        new("UPDATE audit_record SET id = id", "no primary key"),
    ];

    /// <summary>The embedded engine lets its tables be made anew without what holds them.</summary>
    [TestCaseSource(nameof(WithoutAKey))]
    public async Task In_a_table_that_was_made_anew_without_its_key_a_record_that_is_none_is_named(string attack, string said)
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        await using var app = await App.Start("2026-03-02 09:00");
        await Fill(app, 8);
        await Remake(app, "id");
        await Past(app, attack);

        Assert.That((await app.Send(new VerifyChain.Query())).Found?.Message.En, Does.Contain(said));
    }

    /// <summary>Reading goes on behind the last number it has read.</summary>
    [TestCase(998)]
    [TestCase(999)]
    [TestCase(1000)]
    public async Task A_second_record_of_a_number_is_named_wherever_it_lies(long id)
    {
        if (App.Server is not null) Assert.Ignore("A server's key holds.");
        await using var app = await App.Start("2026-03-02 09:00");
        await Fill(app, 1100);
        Assert.That((await app.Send(new VerifyChain.Query())).Found, Is.Null);
        await Remake(app, "id INTEGER");
        await Past(app, $"INSERT INTO audit_record SELECT id, {Others} FROM audit_record WHERE id = {id}", $"UPDATE audit_record SET user_name = 'somebody else' WHERE rowid = (SELECT MAX(rowid) FROM audit_record WHERE id = {id})");

        var found = (await app.Send(new VerifyChain.Query())).Found;

        Assert.That((found?.Damage, found?.Id), Is.EqualTo(((Damage?)Damage.Inserted, (long?)id)), found?.Message.En);
    }

    [TestCase("day = day || char(0) || 'x'")]
    [TestCase("sealed_at = 'x'")]
    [TestCase("sealed_at = sealed_at || char(0)")]
    [TestCase("sealed_at = '2026-03-01 00:00:00'")]
    public async Task A_root_that_only_reads_as_it_was_written_or_was_sealed_before_its_day_was_over_is_found(string change)
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        var (app, _) = await ChainTests.Sealed();
        await using var own = app;
        await Past(app, $"UPDATE audit_root SET {change} WHERE day = '2026-03-02'");

        Assert.That((await app.Send(new VerifyChain.Query())).Found?.Damage, Is.EqualTo(Damage.RootAltered));
    }

    /// <summary>The days after it are held by their own roots.</summary>
    [TestCase("root = 'x'")]
    [TestCase("last_id = last_id + 0.25")]
    [TestCase("hash = 'x'")]
    public async Task A_root_that_was_altered_hides_nothing_that_was_rewritten_behind_it(string change)
    {
        if (App.Server is not null && change.StartsWith("last_id", StringComparison.Ordinal)) Assert.Ignore("The columns of a server take nothing else.");
        var (app, file) = await ChainTests.Sealed();
        await using var own = app;
        await Past(app, $"UPDATE audit_root SET {change} WHERE day = '2026-03-02'");
        await ChainTests.Rewrite(app, file.Days[0].LastId + 1);

        var found = (await app.Send(new VerifyChain.Query())).Found;

        Assert.That(found?.Damage, Is.EqualTo(Damage.Rewritten), found?.Message.En);
    }

    private static readonly TestCaseData[] OfTheRoots =
    [
        new("DELETE FROM audit_root", false),
        new("DELETE FROM audit_root WHERE day = '2026-03-03'", false),
        new("DELETE FROM audit_root WHERE day = '2026-03-02'", true),
        new("UPDATE audit_root SET last_id = 1", true),
        new("UPDATE audit_root SET last_id = last_id - 1 WHERE day = '2026-03-03'", true),
        new("UPDATE audit_root SET last_id = last_id + 1 WHERE day = '2026-03-02'", true),
        new("UPDATE audit_root SET day = CASE day WHEN '2026-03-02' THEN '2026-03-01' ELSE '2026-03-02' END", true),
    ];

    /// <summary>Their hashes are computed anew: what was sealed stands in the record.</summary>
    [TestCaseSource(nameof(OfTheRoots))]
    public async Task Roots_that_were_moved_or_removed_are_found_by_what_the_record_says_of_their_sealing(string attack, bool anew)
    {
        var (app, _) = await ChainTests.Sealed();
        await using var own = app;
        Assert.That((await app.Send(new VerifyChain.Query())).Found, Is.Null);
        await app.Tamper(attack);
        if (anew) await Reroot(app);

        var found = (await app.Send(new VerifyChain.Query())).Found;

        Assert.That(found?.Damage, Is.EqualTo(Damage.RootAltered), found?.Message.En);
    }

    /// <summary>As an earlier version sealed: the record says the day and no root.</summary>
    [TestCase("UPDATE audit_root SET last_id = last_id + 1 WHERE day = '2026-03-02'")]
    [TestCase("UPDATE audit_root SET last_id = 1")]
    [TestCase("UPDATE audit_root SET day = CASE day WHEN '2026-03-02' THEN '2026-03-01' WHEN '2026-03-03' THEN '2026-03-02' WHEN '2026-03-04' THEN '2026-03-03' ELSE '2026-03-04' END")]
    public async Task Where_the_record_says_no_root_the_days_of_its_records_still_hold_the_roots(string attack)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        for (var day = 3; day <= 6; day++)
        {
            app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, day, 9, 0, 0, TimeSpan.FromHours(8)));
            await app.Send(new AddUser.Command($"somebody-{day}", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        }

        // Past the command, which would leave its record.
        var (records, previous) = (await app.Records(), Record.Beginning);
        foreach (var day in new[] { 2, 3, 4, 5 })
        {
            var last = records.Last(r => app.Zone.DayOf(r.RecordedAt).Day <= day);
            var root = new DayRoot { Day = new(2026, 3, day), LastId = last.Id, Hash = last.Hash, Previous = previous };
            previous = root.Compute();
            await app.Tamper($"INSERT INTO audit_root (day, last_id, hash, previous, root, sealed_at) VALUES ('2026-03-0{day}', {root.LastId}, '{root.Hash}', '{root.Previous}', '{previous}', '2026-03-06 00:10:00')");
        }

        Assert.That((await app.Send(new VerifyChain.Query())).Found, Is.Null);
        await app.Tamper(attack);
        await Reroot(app);

        var found = (await app.Send(new VerifyChain.Query())).Found;

        Assert.That(found?.Damage, Is.EqualTo(Damage.OutOfTime).Or.EqualTo(Damage.RootAltered), found?.Message.En);
    }

    /// <summary>By the program's own chain, as whoever holds the machine could: no file says otherwise.</summary>
    [TestCase("2026-03-02 01:00:00", false, Description = "a day that is sealed, and over for more than two days")]
    [TestCase("2031-01-01 01:00:00", false, Description = "still to come")]
    [TestCase("2026-03-05 01:00:00", true, Description = "a clock behind by a day")]
    public async Task A_record_that_was_added_with_another_days_date_is_named(string at, bool fits)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 6, 9, 0, 0, TimeSpan.FromHours(8)));
        await app.Send(new SealDays.Command());
        await Append(app, record => record with { RecordedAt = DateTime.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal) }, 1);
        var last = (await app.Last()).Id;

        var found = (await app.Send(new VerifyChain.Query())).Found;
        var withFile = (await app.Send(new VerifyChain.Query([await app.Send(new ExportRoots.Query())]))).Found;

        Assert.That((found?.Damage, found?.Id), Is.EqualTo(fits ? (null, null) : ((Damage?)Damage.OutOfTime, (long?)last)), found?.Message.En);
        Assert.That(withFile, Is.Null, "once somebody has looked into it and exported the roots, they are believed");
    }

    [Test]
    public async Task Days_that_are_over_and_not_sealed_are_named_and_are_no_damage()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var today = await app.Send(new VerifyChain.Query());
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.FromHours(8)));
        await app.Send(new AddUser.Command("somebody", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        var over = await app.Send(new CheckRecord.Query(), Person.Auditor);
        var said = (await app.Last()).Detail;
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 6, 9, 0, 0, TimeSpan.FromHours(8)));
        var more = await app.Send(new VerifyChain.Query());
        await app.Send(new SealDays.Command());
        var well = await app.Send(new VerifyChain.Query());

        Assert.That((today.NotSealed, over.NotSealed, more.NotSealed, well.NotSealed), Is.EqualTo((
            (VerifyChain.Days?)null, new VerifyChain.Days(new(2026, 3, 2), new(2026, 3, 2)), new VerifyChain.Days(new(2026, 3, 2), new(2026, 3, 5)), (VerifyChain.Days?)null)));
        Assert.That((over.Found, more.Found, well.Found), Is.EqualTo(((VerifyChain.Finding?)null, (VerifyChain.Finding?)null, (VerifyChain.Finding?)null)));
        Assert.That((over.HeldTo, well.HeldTo), Is.EqualTo((0L, more.LastId)), "as far as a root holds it");
        Assert.That(said, Does.Contain("尚未封存"));
    }

    [TestCase("DROP TABLE audit_root")]
    [TestCase("ALTER TABLE audit_root RENAME TO roots_aside; CREATE VIEW audit_root AS SELECT * FROM roots_aside WHERE day <> '2026-03-02'")]
    public async Task Where_the_table_of_the_roots_is_gone_that_is_named_and_the_record_is_still_read(string attack)
    {
        if (App.Server is not null) Assert.Ignore("The statements are SQLite's.");
        var (app, _) = await ChainTests.Sealed();
        await using var own = app;
        await Past(app, attack);

        var found = (await app.Send(new VerifyChain.Query())).Found;
        var listed = await app.Send(new ListRecords.Query(new(From: new(2026, 3, 3), To: new(2026, 3, 3))), Person.Auditor);
        var exported = await app.Refusal(new ExportRoots.Query(), Person.Auditor);
        var made = await app.Refusal(new SealDays.Command(), Person.System);

        Assert.That(found?.Damage, Is.EqualTo(Damage.RootAltered));
        Assert.That(found!.Message.En, Does.Contain("audit_root"));
        Assert.That(listed.Records, Is.Not.Empty);
        Assert.That((exported.Code(), made.Code()), Is.EqualTo(("audit.rootsGone", "audit.rootsGone")));
    }

    /// <summary>Copies of the last record, in their chain.</summary>
    private static async Task Append(App app, Func<Record, Record> change, int count)
    {
        var record = change(await app.Last());
        await using var scope = app.Services.CreateAsyncScope();
        var (db, chain) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Chain>());
        await db.Transact(async () =>
        {
            for (var i = 0; i < count; i++) await chain.Append(db, record);
            return true;
        }, default);
    }

    private static async Task Fill(App app, int last)
    {
        await app.Project();
        await Append(app, record => record, last - (int)(await app.Last()).Id);
    }

    /// <summary>As it was, but for its key and what its columns must hold.</summary>
    private static async Task Remake(App app, string id)
    {
        await using var database = app.Writing();
        var sql = await database.QuerySingleAsync<string>("SELECT sql FROM sqlite_schema WHERE name = 'audit_record'");
        var without = sql.Replace("id INTEGER NOT NULL CONSTRAINT pk_audit_record PRIMARY KEY", id, StringComparison.Ordinal).Replace(" NOT NULL", "", StringComparison.Ordinal);
        Assert.That(without, Does.Not.Contain("PRIMARY KEY"));
        await database.ExecuteAsync($"ALTER TABLE audit_record RENAME TO aside; {without}; INSERT INTO audit_record SELECT * FROM aside; DROP TABLE aside");
    }

    private static async Task Past(App app, params string[] statements)
    {
        await using var database = app.Writing();
        foreach (var statement in statements) await database.ExecuteAsync(statement);
    }

    /// <summary>Each root with the hash of the record it now names, and the one before it.</summary>
    private static async Task Reroot(App app)
    {
        var previous = Record.Beginning;
        foreach (var day in await app.Rows<DayRoot>("SELECT day, last_id, hash, previous, root FROM audit_root ORDER BY day"))
        {
            var forged = day with { Hash = await app.Value<string>("SELECT hash FROM audit_record WHERE id = @LastId", new { day.LastId }), Previous = previous };
            previous = forged.Compute();
            await app.Tamper($"UPDATE audit_root SET hash = '{forged.Hash}', previous = '{forged.Previous}', root = '{previous}' WHERE day = '{Web.Words.Day(day.Day)}'");
        }
    }
}
