using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Modules.Supervision;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Reports;

/// <summary>Reports that were made before the key of an item said whose it was.</summary>
[Parallelizable]
internal sealed class EarlierVersionsTests
{
    private static readonly DateOnly Evening = new(2026, 3, 3);

    [Test]
    public async Task A_day_counted_again_after_the_upgrade_leaves_open_cases_with_whoever_had_them_then()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var leaver = await Reviewer(app, "jx", "经办甲");
        await Reviewer(app, "jx2", "经办乙");
        await app.Project();
        var stays = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Project("2601-510300-04-01-900002");
        var ends = (await app.Apply("2601-510300-04-01-900002", "A01"))["A01"];
        foreach (var number in (string[])[stays, ends]) await app.Send(new StartHandling.Command(number), leaver);
        await Night(app, "2026-03-04 00:30");
        app.SetTime("2026-03-04 10:00");
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [stays]), Person.Supervisor);
        await Night(app, "2026-03-06 00:30");
        await Upgrade(app);

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_count WHERE cut = 'item' AND cut_key NOT LIKE 'FGJX/%'"), Is.Zero, "an item of one department is that department's");
        await app.MakeReports(again: "核对");
        Assert.That((await app.Runs()).Where(r => r.Revision > 1), Is.Empty, "nothing is other than it was");
        await app.Send(new RecomputeReport.Command(Evening, "核对"), Person.Supervisor);
        Assert.That(await Open(app), Is.EqualTo(new[] { $"FGJX/{leaver.Id} 经办甲 2" }));

        app.SetTime("2026-03-06 10:00");
        await app.SendByTwo(new ApproveCase.Command(ends, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), leaver, Person.Head("FGJX"));
        await Night(app, "2026-03-07 00:30");

        Assert.That((await app.Report(Evening)).Whole.Now["open"], Is.EqualTo(1));
        Assert.That(await Open(app), Is.EqualTo(new[] { $"FGJX/{leaver.Id} 经办甲 1" }), "and nobody has it who had it later");
    }

    /// <summary>The reports so far as they were made before, and what the upgrade does to them.</summary>
    private static async Task Upgrade(App app)
    {
        await app.Change("UPDATE reports_count SET cut_key = REPLACE(cut_key, 'FGJX/', '') WHERE cut = 'item'");
        await app.Change(App.Server is null ? "DROP INDEX ix_projects_milestone_correction_corrected" : "DROP INDEX ix_projects_milestone_correction_corrected ON projects_milestone_correction");
        await app.Change("DELETE FROM SchemaVersions WHERE ScriptName = '0229_reports_item_key'");
        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());
    }

    private static async Task<IEnumerable<string>> Open(App app) =>
        (await app.Report(Evening)).Of(Cuts.Clerk)!.Lines.Where(l => l.Now["open"] != 0).Select(l => $"{l.Key} {l.Now["open"]}");

    private static async Task<Person> Reviewer(App app, string login, string name)
    {
        await app.Send(new AddUser.Store(login, name, "FGJX", [Role.Reviewer], "unusable", false));
        return new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), name, "FGJX", Role.Reviewer);
    }

    private static async Task Night(App app, string at)
    {
        app.SetTime(at);
        await app.MakeReports();
    }
}
