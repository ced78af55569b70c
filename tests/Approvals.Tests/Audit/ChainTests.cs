using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Permits;
using Dapper;
using Microsoft.Extensions.Configuration;

namespace Approvals.Tests.Audit;

/// <summary>Whoever has the database in his hands and changes the record is found out.</summary>
[Parallelizable]
internal sealed class ChainTests
{
    private const int Records = 30;

    private static readonly string[] Columns =
        ["recorded_at", "occurred_at", "user_id", "login", "user_name", "roles", "on_behalf_of", "source", "place", "command", "subject", "outcome", "said", "detail", "correlation", "previous", "hash"];

    // What is forged is in plain letters: a literal without its N is not the text it was on a server, and the common dialect has no N.
    private const string Copy = "INSERT INTO audit_record (" + Record.Columns + ") SELECT " + Record.Columns + " FROM kept";

    private static readonly string Truncate = App.Server is null ? "DELETE FROM audit_record" : "TRUNCATE TABLE audit_record";

    private static readonly string[] Swapped = ["UPDATE audit_record SET id = -1 WHERE id = 10", "UPDATE audit_record SET id = 10 WHERE id = 11", "UPDATE audit_record SET id = 11 WHERE id = -1"];

    private App app = null!;
    private RootFile kept = null!;

    /// <summary>A record, and a copy of it to begin again with after each attack.</summary>
    [OneTimeSetUp]
    public async Task Write()
    {
        app = await App.Start("2026-03-02 09:00");
        for (var i = 1; i < Records; i++) await app.Send(new AddUser.Command($"user-{i:00}", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        while ((await app.Records()).Count < Records) await app.Send(new DeactivateUser.Command("user-01"), Person.SecurityAdministrator);
        kept = await app.Send(new ExportRoots.Query());
        await app.Tamper($"CREATE TABLE kept (id bigint NOT NULL PRIMARY KEY, recorded_at datetime2(0), occurred_at datetime2(0), user_id bigint, login nvarchar(40), user_name nvarchar(80), roles nvarchar(200), on_behalf_of nvarchar(40), source nvarchar(10), place nvarchar(200), command nvarchar(100), subject nvarchar(120), outcome nvarchar(10), said nvarchar(4000), detail nvarchar(4000), correlation nvarchar(40), previous nvarchar(64), hash nvarchar(64))");
        await app.Tamper($"INSERT INTO kept ({Record.Columns}) SELECT {Record.Columns} FROM audit_record");
    }

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [SetUp]
    public async Task Again() => await app.Tamper("DELETE FROM audit_record", Copy, "DELETE FROM audit_root");

    [Test]
    public async Task What_was_left_alone_is_sound() => Assert.That((await Verify(kept)).Found, Is.Null);

    [TestCaseSource(nameof(Columns))]
    public async Task A_record_that_was_altered_is_named(string column)
    {
        var value = column switch { "recorded_at" or "occurred_at" => "'2026-03-01 00:00:00'", "user_id" => "77", "outcome" => "'refused'", _ => "'x'" };
        await app.Tamper($"UPDATE audit_record SET {column} = {value} WHERE id = 10");
        await Expect(Damage.Altered, 10);
    }

    [TestCase("1")]
    [TestCase("10")]
    [TestCase("10, 11, 12")]
    public async Task A_record_that_was_removed_is_named(string ids)
    {
        await app.Tamper($"DELETE FROM audit_record WHERE id IN ({ids})");
        await Expect(Damage.Removed, int.Parse(ids.Split(',')[0], CultureInfo.InvariantCulture));
    }

    [Test]
    public async Task A_record_that_was_removed_is_named_though_those_after_it_were_renumbered()
    {
        await app.Tamper("DELETE FROM audit_record WHERE id = 10", "UPDATE audit_record SET id = -(id - 1) WHERE id > 10", "UPDATE audit_record SET id = -id WHERE id < 0");
        await Expect(Damage.Removed, 10);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_record_that_was_inserted_is_named(bool withItsHash)
    {
        var before = (await app.Records())[8];
        var forged = before with { UserName = "somebody else", Previous = before.Hash };
        var hash = withItsHash ? forged.HashAfter(before.Hash) : new string('a', 64);
        await app.Tamper(InsertedAs10(hash));
        await Expect(Damage.Inserted, 10);
    }

    [Test]
    public async Task Two_records_that_changed_places_are_named()
    {
        await app.Tamper(Swapped);
        await Expect(Damage.Moved, 10);
    }

    [Test]
    public async Task A_record_that_was_moved_back_is_named()
    {
        await app.Tamper("UPDATE audit_record SET id = -10 WHERE id = 20", "UPDATE audit_record SET id = -(id + 1) WHERE id >= 10 AND id < 20", "UPDATE audit_record SET id = -id WHERE id < 0");
        await Expect(Damage.Moved, 10);
    }

    [Test]
    public async Task An_end_that_was_cut_off_is_named_by_the_exported_root()
    {
        await app.Tamper("DELETE FROM audit_record WHERE id > 20");
        Assert.That((await Verify()).Found, Is.Null, "the records alone cannot know");
        await Expect(Damage.CutOff, 21);
    }

    [Test]
    public async Task An_end_that_was_cut_off_is_named_by_the_root_of_its_day()
    {
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 0, 10, 0, TimeSpan.FromHours(8)));
        try
        {
            await app.Send(new SealDays.Command());
            await app.Tamper("DELETE FROM audit_record WHERE id > 20");
            var found = (await Verify()).Found!;
            Assert.That((found.Damage, found.Id), Is.EqualTo((Damage.CutOff, 21L)));
        }
        finally
        {
            await app.Tamper("DELETE FROM audit_root");
        }
    }

    [Test]
    public async Task A_record_that_was_rewritten_with_all_after_it_is_found_by_the_exported_root()
    {
        var records = (await app.Records()).ToList();
        var hash = records[8].Hash;
        for (var i = 9; i < records.Count; i++)
        {
            var rewritten = records[i] with { UserName = i == 9 ? "somebody else" : records[i].UserName };
            var next = rewritten.HashAfter(hash);
            await app.Tamper($"UPDATE audit_record SET {(i == 9 ? "user_name = 'somebody else', " : "")}previous = '{hash}', hash = '{next}' WHERE id = {i + 1}");
            hash = next;
        }

        Assert.That((await Verify()).Found, Is.Null, "it is a chain again");
        await Expect(Damage.Rewritten, 1);
    }

    /// <summary>On a server by the statement that leaves no row in its own log either.</summary>
    [Test]
    public async Task A_record_that_was_emptied_is_found()
    {
        await app.Tamper(Truncate);
        Assert.That((await Verify()).Found?.Damage, Is.EqualTo(Damage.Removed), "without any root");
        await Expect(Damage.Removed, 0);
    }

    [Test]
    public async Task A_record_that_was_emptied_and_begun_anew_is_found_by_the_exported_root()
    {
        await app.Tamper(Truncate, $"INSERT INTO audit_record ({Record.Columns}) SELECT {Record.Columns} FROM kept WHERE id = 0");
        Assert.That((await Verify()).Found, Is.Null, "the records alone cannot know");
        await Expect(Damage.CutOff, 1);
    }

    /// <summary>It would stand in the history of a case, and nothing leads to it.</summary>
    [TestCase(-1)]
    [TestCase(-77)]
    public async Task A_record_that_was_put_before_the_beginning_is_named_and_in_no_history(long id)
    {
        await app.Tamper($"INSERT INTO audit_record ({Record.Columns}) SELECT {id}, recorded_at, occurred_at, user_id, login, 'somebody else', roles, on_behalf_of, source, place, command, 'case:FORGED', 'done', said, detail, correlation, previous, hash FROM kept WHERE id = 9");

        Assert.That(await app.Send(new HistoryOf(["case:FORGED"])), Is.Empty);
        await Expect(Damage.Inserted, id);
        await app.Tamper($"UPDATE audit_record SET id = -100 WHERE id = {id}", "DELETE FROM audit_record WHERE id >= 0");
        await Expect(Damage.Inserted, -100);
    }

    /// <summary>The row that the first record follows is in the record too.</summary>
    [TestCaseSource(nameof(Columns))]
    public async Task The_beginning_that_was_altered_is_named(string column)
    {
        var value = column switch { "recorded_at" or "occurred_at" => "'2026-03-01 00:00:00'", "user_id" => "77", "outcome" => "'refused'", _ => "'x'" };
        await app.Tamper($"UPDATE audit_record SET {column} = {value} WHERE id = 0");
        await Expect(Damage.Altered, 0);
    }

    private static readonly string[] OfAnotherKind =
    [
        "recorded_at = 'x'", "recorded_at = recorded_at || '.9'", "recorded_at = replace(recorded_at, ' ', 'T')", "recorded_at = ' ' || recorded_at", "recorded_at = replace(recorded_at, '-', '/')", "recorded_at = recorded_at || 'Z'", "recorded_at = recorded_at || '+00:00'", "recorded_at = julianday(recorded_at)", "recorded_at = recorded_at || char(0)", "recorded_at = recorded_at || char(0) || 'xyz'", "occurred_at = occurred_at || char(0)", "occurred_at = occurred_at || '.5'", "occurred_at = CAST(occurred_at AS BLOB)",
        "user_id = 'x'", "user_id = user_id + 0.25", "said = CAST(said AS BLOB)", "previous = CAST(previous AS BLOB)", "hash = CAST(hash AS BLOB)", "login = login || char(0)",
        "user_name = hex(zeroblob(20000))", "subject = hex(zeroblob(20000))", "correlation = hex(zeroblob(20000))",
    ];

    /// <summary>The embedded engine takes any kind of value in any column: none is read for the one that was written, and none stops the reading.</summary>
    [TestCaseSource(nameof(OfAnotherKind))]
    public async Task A_record_that_was_given_a_value_of_another_kind_or_length_is_named(string change)
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        await Past(app, $"UPDATE audit_record SET {change} WHERE id = 10");
        await Expect(Damage.Altered, 10);
        await app.Tamper("DELETE FROM audit_record", Copy);
        await Past(app, $"UPDATE audit_record SET {change} WHERE id = 0");
        await Expect(Damage.Altered, 0);
    }

    /// <summary>What was damaged first is said first, whatever stands behind it.</summary>
    [Test]
    public async Task A_record_that_cannot_be_read_hides_no_damage_before_it()
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        await Past(app, "UPDATE audit_record SET recorded_at = 'x', user_id = 'x' WHERE id IN (11, 20)", "DELETE FROM audit_record WHERE id = 10");
        await Expect(Damage.Removed, 10);
        await app.Tamper("DELETE FROM audit_record", Copy);
        await Past(app, "UPDATE audit_record SET recorded_at = 'x' WHERE id = 20", "UPDATE audit_record SET login = 'x' WHERE id = 19");
        await Expect(Damage.Altered, 19);
        await Past(app, "UPDATE audit_record SET recorded_at = 'x' WHERE id = 19", "DELETE FROM audit_record WHERE id = 0");
        await Expect(Damage.Removed, 0);
    }

    [TestCase("day = 'x'")]
    [TestCase("day = '2026-02-31'")]
    [TestCase("day = '2026-03-02T00:00'")]
    [TestCase("day = ' ' || day")]
    [TestCase("day = replace(day, '-', '/')")]
    [TestCase("last_id = last_id + 0.25")]
    [TestCase("last_id = 'x'")]
    [TestCase("root = CAST(root AS BLOB)")]
    public async Task A_root_that_cannot_be_read_is_found_once_the_records_are_sound(string change)
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        await Past(own, $"UPDATE audit_root SET {change} WHERE day = '2026-03-02'");
        var folder = own.Services.GetRequiredService<Settings>().DataFolder;

        var found = (await own.Send(new CheckRecord.Query(), Person.Auditor)).Found;
        var (exit, _, error) = await OwnProcess.Run(folder, own.Deployment, "audit", "verify", "--data", folder);
        var (exported, _, told) = await OwnProcess.Run(folder, own.Deployment, "audit", "export-root", "--out", Path.Combine(folder, "roots.json"), "--data", folder);
        await own.Tamper("UPDATE audit_record SET login = 'x' WHERE id = 1");

        Assert.That(found?.Damage, Is.EqualTo(Damage.RootAltered), found?.Message.En);
        Assert.That((exit, exported), Is.EqualTo((1, 1)));
        Assert.That(error, Does.Contain("root").And.Not.Contain("   at "));
        Assert.That(told, Is.Not.Empty.And.Not.Contain("   at "));
        Assert.That((await own.Send(new VerifyChain.Query())).Found?.Damage, Is.EqualTo(Damage.Altered));
    }

    /// <summary>What is put behind the end as the program would have put it is a record; without its hash it is none.</summary>
    [Test]
    public async Task A_record_that_was_put_behind_the_end_without_its_hash_is_named()
    {
        var last = await app.Value<long>("SELECT MAX(id) FROM kept");
        await app.Tamper($"INSERT INTO audit_record ({Record.Columns}) SELECT {last + 1}, recorded_at, occurred_at, user_id, login, 'somebody else', roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, hash, '{new string('a', 64)}' FROM kept WHERE id = {last}");
        await Expect(Damage.Altered, last + 1);
    }

    [Test]
    public async Task The_last_record_that_was_removed_is_named_by_the_exported_root()
    {
        await app.Tamper("DELETE FROM audit_record WHERE id = (SELECT MAX(id) FROM kept)");
        await Expect(Damage.CutOff, await app.Value<long>("SELECT MAX(id) FROM kept"));
    }

    [Test]
    public async Task A_root_that_was_altered_or_removed_is_found()
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        var file = await own.Send(new ExportRoots.Query());

        async Task Altered(params string[] attack)
        {
            await own.Tamper(attack);
            Assert.That((await own.Send(new VerifyChain.Query())).Found?.Damage, Is.EqualTo(Damage.RootAltered), attack[0]);
            await own.Tamper("DELETE FROM audit_root", "INSERT INTO audit_root (day, last_id, hash, previous, root, sealed_at) SELECT day, last_id, hash, previous, root, sealed_at FROM kept_root");
            Assert.That((await own.Send(new VerifyChain.Query([file]))).Found, Is.Null, "it is whole again");
        }

        await own.Tamper("CREATE TABLE kept_root (day date NOT NULL PRIMARY KEY, last_id bigint, hash nvarchar(64), previous nvarchar(64), root nvarchar(64), sealed_at datetime2(0))");
        await own.Tamper("INSERT INTO kept_root (day, last_id, hash, previous, root, sealed_at) SELECT day, last_id, hash, previous, root, sealed_at FROM audit_root");
        await Altered("UPDATE audit_root SET root = 'x' WHERE day = '2026-03-02'");
        await Altered("DELETE FROM audit_root WHERE day = '2026-03-02'");
        await Altered("UPDATE audit_root SET day = '2026-03-01' WHERE day = '2026-03-02'");
        await Altered("UPDATE audit_root SET day = '2026-01-01' WHERE day = '2026-03-02'", "UPDATE audit_root SET day = '2026-03-02' WHERE day = '2026-03-03'", "UPDATE audit_root SET day = '2026-03-03' WHERE day = '2026-01-01'");
        await own.Tamper("DELETE FROM audit_root");
        Assert.That((await own.Send(new VerifyChain.Query([file]))).Found?.Damage, Is.EqualTo(Damage.RootAltered));
    }

    /// <summary>Whoever writes the database can write its roots: no word of theirs is taken for damage of the records, nor hides it.</summary>
    [TestCase("last_id = -5")]
    [TestCase("last_id = 1")]
    [TestCase("last_id = 999999")]
    [TestCase("hash = 'ab'")]
    public async Task A_root_that_was_altered_is_no_damage_of_the_records_and_hides_none(string change)
    {
        var (own, file) = await Sealed();
        await using var _ = own;
        await own.Tamper($"UPDATE audit_root SET {change} WHERE day = '2026-03-02'");
        var alone = (await own.Send(new VerifyChain.Query())).Found;
        var withFile = (await own.Send(new VerifyChain.Query([file]))).Found;
        await Rewrite(own, 1);
        var rewritten = (await own.Send(new VerifyChain.Query([file]))).Found;

        Assert.That((alone?.Damage, withFile?.Damage), Is.EqualTo(((Damage?)Damage.RootAltered, (Damage?)Damage.RootAltered)), alone?.Message.En);
        Assert.That((rewritten?.Damage, rewritten?.Id), Is.EqualTo(((Damage?)Damage.Rewritten, (long?)1)), rewritten?.Message.En);
    }

    /// <summary>Hashes, roots and all: only what lies elsewhere knows.</summary>
    [Test]
    public async Task A_record_that_was_rewritten_with_the_roots_is_found_by_the_exported_root_and_told_from_where_to_where()
    {
        var (own, file) = await Sealed();
        await using var _ = own;
        await Rewrite(own, 1);
        var (records, previous) = ((await own.Records()).ToDictionary(r => r.Id), Record.Beginning);
        foreach (var day in file.Days)
        {
            var forged = day with { Hash = records[day.LastId].Hash, Previous = previous };
            previous = forged.Compute();
            await own.Tamper($"UPDATE audit_root SET hash = '{forged.Hash}', previous = '{forged.Previous}', root = '{previous}' WHERE day = '{Web.Words.Day(day.Day)}'");
        }

        var found = (await own.Send(new VerifyChain.Query([file]))).Found!;

        Assert.That((await own.Send(new VerifyChain.Query())).Found?.Damage, Is.EqualTo(Damage.RootAltered), "alone the records are whole again, but for what they say was sealed");
        Assert.That((found.Damage, found.Id), Is.EqualTo((Damage.Rewritten, 1L)));
        Assert.That(found.Message.En, Does.StartWith($"Records 1 to {file.Days[0].LastId} "));
    }

    /// <summary>A record that no index holds is in no answer, though it lies in its place.</summary>
    [TestCase("ix_audit_record_subject", "subject, id")]
    [TestCase("ix_audit_record_login", "login, id")]
    public async Task An_index_that_leaves_a_record_out_is_found_once_the_records_are_sound(string index, string columns)
    {
        if (App.Server is not null) Assert.Ignore("A server keeps its indexes itself.");
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        await using (var database = own.Writing())
        {
            await database.OpenAsync();
            var sql = await database.QuerySingleAsync<string>("SELECT sql FROM sqlite_schema WHERE name = @index", new { index });
            await database.ExecuteAsync($"DROP INDEX {index}; CREATE INDEX {index} ON audit_record ({columns}) WHERE id <> 1; PRAGMA writable_schema = ON");
            await database.ExecuteAsync("UPDATE sqlite_schema SET sql = @sql WHERE name = @index", new { sql, index });
            var version = await database.QuerySingleAsync<long>("PRAGMA schema_version");
            await database.ExecuteAsync($"PRAGMA schema_version = {version + 1}; PRAGMA writable_schema = RESET");
        }

        var found = (await own.Send(new VerifyChain.Query())).Found;

        Assert.That(found?.Message.En, Does.Contain(index).And.Contain("leave records out"));
    }

    /// <summary>Else a mistyped folder is told to be sound.</summary>
    [TestCase("verify")]
    [TestCase("export-root", "--out", "roots.json")]
    [TestCase("seal")]
    public async Task Where_there_is_no_record_the_command_line_says_so_and_makes_none(params string[] command)
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        await using var own = await App.Start("2026-03-02 09:00");
        var without = own.Services.GetRequiredService<Settings>().DataFolder;
        await using (var database = own.Writing()) await database.ExecuteAsync("DROP TABLE audit_record");

        var (exit, _, error) = await OwnProcess.Run(folder, ["audit", .. command, "--data", folder]);
        var (mistyped, _, asked) = await OwnProcess.Run(folder, ["audit", .. command, "--data", Path.Combine(folder, "mistyped")]);
        var (dropped, _, told) = await OwnProcess.Run(without, ["audit", .. command, "--data", without]);

        Assert.That((exit, mistyped, dropped), Is.EqualTo((1, 1, 1)));
        foreach (var said in new[] { error, asked, told }) Assert.That(said, Does.Contain("没有审计记录").And.Contain("no record here").And.Not.Contain("   at "));
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
        Directory.Delete(folder, true);
    }

    /// <summary>It would be made a new database, and the loss of the old one told to nobody.</summary>
    [Test]
    public async Task A_database_that_was_emptied_is_not_sealed_and_left_as_it_is()
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        var file = Path.Combine(folder, "approvals.db");
        await File.WriteAllBytesAsync(file, []);

        var (exit, _, error) = await OwnProcess.Run(folder, "audit", "seal", "--data", folder);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(error, Does.Contain("no record here"));
        Assert.That(new FileInfo(file).Length, Is.Zero);
        Directory.Delete(folder, true);
    }

    /// <summary>A root of a day to come would leave nothing to seal until then.</summary>
    [TestCase("2999-01-01")]
    [TestCase("2026-03-04", Description = "the day is not over")]
    public async Task A_root_of_a_day_whose_turn_it_is_not_is_found_and_sealing_says_so(string day)
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        var last = (await own.Send(new ExportRoots.Query())).Days[^1];
        var forged = new DayRoot { Day = DateOnly.Parse(day, CultureInfo.InvariantCulture), LastId = last.LastId, Hash = last.Hash, Previous = last.Root };
        await own.Tamper($"INSERT INTO audit_root (day, last_id, hash, previous, root, sealed_at) VALUES ('{day}', {forged.LastId}, '{forged.Hash}', '{forged.Previous}', '{forged.Compute()}', '2026-03-04 00:10:00')");

        var found = (await own.Send(new VerifyChain.Query())).Found;
        Assert.That(found?.Damage, Is.EqualTo(Damage.RootAltered));
        Assert.That(found!.Message.En, Does.Contain(day));
        Assert.That(async () => await own.Send(new SealDays.Command()), Throws.Exception);
        Assert.That((await own.LogOf("Audit.SealDays"))[^1].Outcome, Is.Not.EqualTo("done"));
    }

    [TestCase("2026-03-03", true, Description = "it ends before the one before it")]
    [TestCase("2026-03-05", false, Description = "it leaves out two days")]
    public async Task A_root_that_leaves_out_a_day_or_ends_before_the_one_before_it_is_found(string day, bool isEarlier)
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 9, 0, 10, 0, TimeSpan.FromHours(8)));
        var (first, last) = ((await own.Records())[0], (await own.Send(new ExportRoots.Query())).Days[^1]);
        var forged = new DayRoot { Day = DateOnly.Parse(day, CultureInfo.InvariantCulture), LastId = isEarlier ? first.Id : last.LastId, Hash = isEarlier ? first.Hash : last.Hash, Previous = last.Root };
        await own.Tamper($"INSERT INTO audit_root (day, last_id, hash, previous, root, sealed_at) VALUES ('{day}', {forged.LastId}, '{forged.Hash}', '{forged.Previous}', '{forged.Compute()}', '2026-03-04 00:10:00')");

        Assert.That((await own.Send(new VerifyChain.Query())).Found?.Damage, Is.EqualTo(Damage.RootAltered));
    }

    /// <summary>Days on which nothing ran are made up, each by its own end.</summary>
    [Test]
    public async Task Every_day_of_the_zone_is_sealed_once_and_a_missed_one_is_made_up()
    {
        await using var own = await App.Start("2026-03-02 23:59");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.FromHours(8)));
        await own.Send(new MilestoneReport(Scene.ProjectCode, MilestoneKind.LandAcquired, new DateOnly(2026, 3, 2)), Person.Supervisor);
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 6, 0, 10, 0, TimeSpan.FromHours(8)));

        var made = await own.Send(new SealDays.Command());
        var again = await own.Send(new SealDays.Command());

        var reported = (await own.LogOf("Projects.MilestoneReport")).Single().Id;
        Assert.That(made.Select(d => (d.Day.Day, d.LastId)), Is.EqualTo(new[] { (2, reported - 1), (3, reported), (4, reported), (5, reported) }));
        Assert.That(made.Skip(1).Select(d => d.Previous), Is.EqualTo(made.SkipLast(1).Select(d => d.Root)));
        Assert.That(again, Is.Empty);
        Assert.That((await own.LogOf("Audit.SealDays")).Count, Is.EqualTo(1), "what seals is recorded, and belongs to the next day");
        Assert.That((await own.Send(new VerifyChain.Query())).Found, Is.Null);
    }

    [Test]
    public async Task Two_programs_that_write_at_once_make_one_chain()
    {
        await using var one = await App.Start("2026-03-02 09:00");
        var folder = one.Services.GetRequiredService<Settings>().DataFolder;
        await using var other = await Beside(one);
        var before = (await one.Records()).Count;

        // And a third, a process of its own.
        using var process = OwnProcess.Start(folder, one.Deployment, "token", "create", "--user", "nobody", "--data", folder);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 15; i++)
            {
                try
                {
                    await (writer % 2 == 0 ? one : other).Send(new ReactivateUser.Command($"nobody-{writer}-{i}"), Person.SecurityAdministrator);
                }
                catch (Web.Refused)
                {
                    // There is no such account: the refusal is the record.
                }
            }
        })));
        await process.End();

        var records = await one.Records();
        Assert.That(records.Where(r => r.Command == Commands.EndLost), Is.Empty, "whoever writes behind another takes nothing away");
        Assert.That(records.Count(r => r.Command == "Access.ReactivateUser"), Is.EqualTo(120));
        Assert.That(records.Count(r => r.Source == "cli"), Is.EqualTo(1));
        Assert.That(records, Has.Count.EqualTo(before + 121));
        var latest = records.Max(r => r.RecordedAt);
        if (latest > one.Zone.Now) one.Clock.SetUtcNow(new DateTimeOffset(latest, TimeSpan.Zero)); // the third has the machine's own time
        Assert.That((await one.Send(new VerifyChain.Query())).Found, Is.Null);
    }

    /// <summary>The end that is kept in memory is believed by nobody: what it names may have been undone.</summary>
    [Test]
    public async Task What_was_recorded_in_a_transaction_that_was_undone_leaves_no_gap()
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        await WriteUndone(own);
        await own.Send(new AddUser.Command("later", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        Assert.That((await own.LogOf("Access.AddUser")).Count, Is.EqualTo(1));
        Assert.That(await own.LogOf(Commands.EndLost), Is.Empty, "what was undone was never there");
        Assert.That((await own.Send(new VerifyChain.Query())).Found, Is.Null);
    }

    /// <summary>Nor is the row before the right one because it has the number before: another program may have put its own there since.</summary>
    [Test]
    public async Task What_another_program_wrote_in_the_place_of_what_was_undone_is_followed()
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await using var other = await Beside(own);
        await own.Project();
        await WriteUndone(own);

        await other.Send(new AddUser.Command("between", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        await own.Send(new AddUser.Command("later", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);

        Assert.That((await own.LogOf("Access.AddUser")).Count, Is.EqualTo(2));
        Assert.That((await own.Send(new VerifyChain.Query())).Found, Is.Null);
    }

    [Test]
    public async Task The_command_line_exports_the_roots_and_names_what_was_cut_off()
    {
        await using var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        var folder = own.Services.GetRequiredService<Settings>().DataFolder;
        var file = Path.Combine(folder, "roots.json");

        var (exported, _, _) = await OwnProcess.Run(folder, own.Deployment, "audit", "export-root", "--out", file, "--data", folder);
        var (sound, said, _) = await OwnProcess.Run(folder, own.Deployment, "audit", "verify", "--root", file, "--data", folder);
        var (last, takenOut) = ((await own.Records()).Count, await own.LogOf("Audit.ExportRoots"));
        await own.Tamper($"DELETE FROM audit_record WHERE id >= {last - 1}");
        var (exit, _, error) = await OwnProcess.Run(folder, own.Deployment, "audit", "verify", "--root", file, "--data", folder);

        Assert.That((exported, sound, exit), Is.EqualTo((0, 0, 1)));
        Assert.That(said, Does.Contain("sound"));
        Assert.That(error, Does.Contain("The end is cut off"));
        Assert.That(takenOut.Select(r => (r.Source, r.Login, r.Outcome)), Is.EqualTo(new[] { ("cli", "system", "done") }), "what leaves the record by the command line is recorded");
    }

    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":1,"hash":"x","days":[null]}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":1,"hash":"x","days":[{"day":"2026-03-02","lastId":1,"hash":null,"previous":"x","root":"x"}]}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":1,"hash":"x","days":[{"day":"2026-03-02","lastId":1,"hash":"x","previous":null,"root":null}]}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":1,"hash":"x","days":null}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":-5,"hash":"x","days":[]}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","hash":"x","days":[]}""")]
    [TestCase("""{"of":"approvals-audit-1","at":"2026-03-02T00:00:00Z","lastId":1,"hash":"x","days":[{"day":"2026-03-02","lastId":0,"hash":"x","previous":"x","root":"x"}]}""")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("")]
    public void What_is_no_file_of_roots_is_refused_in_words(string text)
    {
        var refused = Assert.Throws<Web.Refused>(() => RootFile.Read(text, "roots.json"));
        Assert.That(refused!.Problems.Single().Message.En, Does.Contain("roots.json"));
    }

    [Test]
    public async Task Each_days_root_is_written_to_the_folder_that_is_set_and_one_that_was_missed_is_made_up()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-roots-").FullName;
        await using var own = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Audit:RootsTo"] = folder });
        await own.Project();
        await Seal();
        Assert.That(Directory.GetFiles(folder), Is.Empty, "no day is over yet");
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 0, 10, 0, TimeSpan.FromHours(8)));
        await Seal();
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EqualTo(new[] { "approvals-audit-2026-03-02.json" }));
        var first = await File.ReadAllTextAsync(Path.Combine(folder, "approvals-audit-2026-03-02.json"));
        own.Clock.Advance(TimeSpan.FromHours(1));
        await Seal();
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "approvals-audit-2026-03-02.json")), Is.EqualTo(first), "what lies there is not written again");
        File.Delete(Path.Combine(folder, "approvals-audit-2026-03-02.json"));
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 0, 10, 0, TimeSpan.FromHours(8)));
        await Seal();

        var written = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList();
        Assert.That(written.Select(Path.GetFileName), Is.EqualTo(new[] { "approvals-audit-2026-03-03.json" }), "each file holds all the days before it");
        var file = RootFile.Read(await File.ReadAllTextAsync(written[0]), "roots");
        Assert.That(file.Days.Select(d => d.Day.Day), Is.EqualTo(new[] { 2, 3 }));
        await own.Tamper($"DELETE FROM audit_root WHERE day = '2026-03-03'");
        Assert.That((await own.Send(new VerifyChain.Query([file]))).Found?.Damage, Is.EqualTo(Damage.RootAltered));
        Directory.Delete(folder, true);

        async Task Seal()
        {
            await using var scope = own.Services.CreateAsyncScope();
            await ActivatorUtilities.CreateInstance<SealDays.Job>(scope.ServiceProvider).Run(default);
        }
    }

    [Test]
    public async Task Where_no_folder_is_set_for_the_roots_the_console_says_so_and_one_in_the_data_folder_is_refused()
    {
        await using var none = await App.Start("2026-03-02 09:00");
        Assert.That(none.Services.RootsLine(), Does.Contain("database ONLY"));

        var data = none.Services.GetRequiredService<Settings>().DataFolder;
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Audit:RootsTo"] = Path.Combine(data, "roots") }).Build();
        Assert.That(() => RootsFolder.Read(settings, data), Throws.InvalidOperationException.With.Message.Contains("Audit:RootsTo"));
    }

    private static IEnumerable<TestCaseData> Attacks()
    {
        yield return new TestCaseData("Record 10 was altered", new[] { "UPDATE audit_record SET user_name = 'somebody else' WHERE id = 10" }).SetArgDisplayNames("update");
        yield return new TestCaseData("Record 10 was removed", new[] { "DELETE FROM audit_record WHERE id = 10" }).SetArgDisplayNames("delete");
        yield return new TestCaseData("Record 10 was inserted", InsertedAs10(new string('a', 64))).SetArgDisplayNames("insert");
        yield return new TestCaseData("Record 10 was moved", Swapped).SetArgDisplayNames("swap");
        yield return new TestCaseData("The end is cut off", new[] { "DELETE FROM audit_record WHERE id > 20" }).SetArgDisplayNames("cut off");
        yield return new TestCaseData("The record is empty", new[] { Truncate }).SetArgDisplayNames("truncate");
    }

    [TestCaseSource(nameof(Attacks))]
    public async Task The_command_line_names_each_kind_of_damage(string damage, string[] attack)
    {
        var folder = app.Services.GetRequiredService<Settings>().DataFolder;
        var file = Path.Combine(folder, "kept-roots.json");
        await File.WriteAllTextAsync(file, kept.Write());
        await app.Tamper(attack);

        var (exit, _, error) = await OwnProcess.Run(folder, app.Deployment, "audit", "verify", "--root", file, "--data", folder);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(error, Does.Contain(damage));
    }

    private static string[] InsertedAs10(string hash) =>
    [
        "UPDATE audit_record SET id = -(id + 1) WHERE id > 9", "UPDATE audit_record SET id = -id WHERE id < 0",
        $"INSERT INTO audit_record ({Record.Columns}) SELECT 10, recorded_at, occurred_at, user_id, login, 'somebody else', roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, hash, '{hash}' FROM kept WHERE id = 9",
    ];

    /// <summary>Another program on the same database.</summary>
    private static Task<App> Beside(App own) => App.Start("2026-03-02 09:00", chosen: own.Deployment.Append((Name: "data", Value: own.Services.GetRequiredService<Settings>().DataFolder)).ToDictionary(s => s.Name.Replace("__", ":", StringComparison.Ordinal), s => (string?)s.Value));

    /// <summary>A record whose transaction breaks after it.</summary>
    private static async Task WriteUndone(App own)
    {
        await using var scope = own.Services.CreateAsyncScope();
        var (db, chain) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Chain>());
        var record = await own.Last();
        Assert.That(
            () => db.Transact<bool>(
                async () =>
                {
                    await chain.Append(db, record);
                    throw new InvalidOperationException("It breaks after its record.");
                },
                default),
            Throws.InvalidOperationException);
    }

    /// <summary>Two days, sealed, and what was exported then.</summary>
    public static async Task<(App App, RootFile File)> Sealed()
    {
        var own = await App.Start("2026-03-02 09:00");
        await own.Project();
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        await own.Send(new AddUser.Command("somebody", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        own.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 0, 10, 0, TimeSpan.FromHours(8)));
        await own.Send(new SealDays.Command());
        return (own, await own.Send(new ExportRoots.Query()));
    }

    /// <summary>Somebody else is put into one record, and it and all after it have the hashes that follow.</summary>
    public static async Task Rewrite(App own, long first)
    {
        var hash = await own.Value<string>("SELECT hash FROM audit_record WHERE id = @id", new { id = first - 1 });
        foreach (var record in (await own.Records()).Where(r => r.Id >= first))
        {
            var next = (record with { UserName = record.Id == first ? "somebody else" : record.UserName }).HashAfter(hash);
            await own.Tamper($"UPDATE audit_record SET {(record.Id == first ? "user_name = 'somebody else', " : "")}previous = '{hash}', hash = '{next}' WHERE id = {record.Id}");
            hash = next;
        }
    }

    /// <summary>With a tool of the embedded engine, which has words of its own.</summary>
    private static async Task Past(App app, params string[] statements)
    {
        await using var database = app.Writing();
        foreach (var statement in statements) Assert.That(await database.ExecuteAsync(statement), Is.Positive, statement);
    }

    private Task<VerifyChain.Result> Verify(params RootFile[] roots) => app.Send(new VerifyChain.Query(roots));

    private async Task Expect(Damage damage, long id)
    {
        var found = (await Verify(kept)).Found;
        Assert.That((found?.Damage, found?.Id), Is.EqualTo(((Damage?)damage, (long?)id)), found?.Message.En);
    }
}
