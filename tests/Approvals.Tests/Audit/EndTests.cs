using System.Net;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Operations;
using Approvals.Tests.Access;
using Dapper;

namespace Approvals.Tests.Audit;

/// <summary>What the running program has written at the end of the record and somebody takes away is noticed by what it writes next.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class EndTests
{
    [Test]
    public async Task A_record_that_is_removed_under_the_running_program_leaves_its_number_empty_and_raises_an_alarm()
    {
        await using var app = await App.Start("2026-03-02 09:00", environment: "Development");
        using var admin = await app.SignedIn("admin");
        using var stranger = app.Http();
        await Add(app, "first");
        var gone = await app.Last();
        using var before = await stranger.GetAsync("/health");
        await app.Tamper($"DELETE FROM audit_record WHERE id = {gone.Id}");
        await Add(app, "second");

        var (alarm, next) = ((await app.LogOf(Commands.EndLost)).Single(), await app.Last());
        using var after = await stranger.GetAsync("/health");
        var told = await app.Send(new ShowHealth.Query(), Person.SystemAdministrator);
        Assert.That((alarm.Id, alarm.Previous, alarm.Login, alarm.Outcome), Is.EqualTo((gone.Id + 1, gone.Hash, "system", "failed")));
        Assert.That(alarm.Detail, Does.Contain(gone.Hash));
        Assert.That((next.Id, next.Subject), Is.EqualTo((gone.Id + 2, "account:second")));
        await Expect(app, Damage.Removed, gone.Id);
        Assert.That((before.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)));
        Assert.That((told.Status, told.Record), Is.EqualTo(("failing", RecordStanding.LostItsEnd)));
        Assert.That((await admin.Page("/operations")).QuerySelector("[role=alert]")?.TextContent, Does.Contain("审计记录的末尾不见了"));
    }

    [Test]
    public async Task Several_records_that_are_removed_under_the_running_program_are_a_gap_too()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var login in new[] { "first", "second", "third" }) await Add(app, login);
        var first = (await app.Records()).Single(r => r.Subject == "account:first");
        await app.Tamper($"DELETE FROM audit_record WHERE id >= {first.Id}");
        foreach (var login in new[] { "fourth", "fifth" }) await Add(app, login);

        Assert.That((await app.Records()).Where(r => r.Id >= first.Id).Select(r => r.Id), Is.EqualTo(new[] { first.Id + 3, first.Id + 4, first.Id + 5 }));
        await Expect(app, Damage.Removed, first.Id);
    }

    /// <summary>With its hash, so that the records alone are a chain.</summary>
    [Test]
    public async Task A_record_that_is_replaced_under_the_running_program_is_followed_by_none()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Add(app, "first");
        var last = await app.Last();
        var forged = last with { UserName = "somebody else" };
        await app.Tamper($"UPDATE audit_record SET user_name = 'somebody else', hash = '{forged.HashAfter(last.Previous)}' WHERE id = {last.Id}");
        await Add(app, "second");

        Assert.That((await app.LogOf(Commands.EndLost)).Single().Previous, Is.EqualTo(last.Hash));
        await Expect(app, Damage.Removed, last.Id + 1);
    }

    [Test]
    public async Task What_a_trigger_takes_away_leaves_its_number_empty_and_the_trigger_is_named()
    {
        if (App.Server is not null) Assert.Ignore("The trigger is one of SQLite.");
        await using var app = await App.Start("2026-03-02 09:00");
        await Run(app, "CREATE TRIGGER quietly AFTER INSERT ON audit_record WHEN new.subject = 'account:first' BEGIN DELETE FROM audit_record WHERE id = new.id; END");
        var before = (await app.Last()).Id;
        await Add(app, "first");
        var unnoticed = (await app.Send(new VerifyChain.Query())).Found;
        await Add(app, "second");

        Assert.That(unnoticed?.Message.En, Does.Contain("trigger quietly"));
        Assert.That((await app.Records()).Where(r => r.Id > before).Select(r => (r.Id, r.Command)), Is.EqualTo(new[] { (before + 2, Commands.EndLost), (before + 3, "Access.AddUser") }));
        await Expect(app, Damage.Removed, before + 1);
    }

    /// <summary>None of it is kept yet: the second finds what was before the first, and no other process can have been there.</summary>
    [Test]
    public async Task What_a_trigger_takes_away_is_noticed_by_the_next_record_of_the_same_transaction()
    {
        if (App.Server is not null) Assert.Ignore("The trigger is one of SQLite.");
        await using var app = await App.Start("2026-03-02 09:00");
        await Run(app, "CREATE TRIGGER quietly AFTER INSERT ON audit_record WHEN new.login = 'taken' BEGIN DELETE FROM audit_record WHERE id = new.id; END");
        var record = await app.Last();
        await using var scope = app.Services.CreateAsyncScope();
        var (db, chain) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Chain>());
        await db.Transact(async () =>
        {
            await chain.Append(db, record with { Login = "taken" });
            await chain.Append(db, record with { Login = "left" });
            return true;
        }, default);

        Assert.That((await app.Records()).Where(r => r.Id > record.Id).Select(r => (r.Id, r.Login)), Is.EqualTo(new[] { (record.Id + 2, "system"), (record.Id + 3, "left") }));
    }

    /// <summary>Each that is written to say so would vanish too: then nothing is done that cannot be recorded.</summary>
    [Test]
    public async Task Where_nothing_stays_nothing_more_is_done()
    {
        if (App.Server is not null) Assert.Ignore("The trigger is one of SQLite.");
        await using var app = await App.Start("2026-03-02 09:00");
        await Run(app, "CREATE TRIGGER quietly AFTER INSERT ON audit_record BEGIN DELETE FROM audit_record WHERE id = new.id; END");
        await Add(app, "first");

        Assert.That(() => Add(app, "second"), Throws.InvalidOperationException);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user WHERE login = 'second'"), Is.Zero);
        Assert.That((await app.Send(new ShowHealth.Query())).Record, Is.EqualTo(RecordStanding.LostItsEnd));
    }

    [TestCase("audit_record")]
    [TestCase("audit_root")]
    public async Task A_trigger_on_the_record_or_its_roots_is_named_once_the_records_are_sound(string table)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Run(app, App.Server is null
            ? $"CREATE TRIGGER quietly AFTER INSERT ON {table} WHEN 1 = 0 BEGIN DELETE FROM {table}; END"
            : $"CREATE TRIGGER quietly ON {table} AFTER INSERT AS SET NOCOUNT ON");

        var found = (await app.Send(new VerifyChain.Query())).Found;

        Assert.That(found?.Damage, Is.EqualTo(Damage.TableAltered));
        Assert.That(found!.Message.En, Does.Contain("quietly").And.Contain(table));
    }

    private static async Task Add(App app, string login) => await app.Send(new AddUser.Command(login, "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);

    private static async Task Run(App app, string statement)
    {
        await using var database = app.Writing();
        await database.ExecuteAsync(statement);
    }

    private static async Task Expect(App app, Damage damage, long id)
    {
        var found = (await app.Send(new VerifyChain.Query())).Found;
        Assert.That((found?.Damage, found?.Id), Is.EqualTo(((Damage?)damage, (long?)id)), found?.Message.En);
    }
}
