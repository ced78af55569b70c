using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Portfolio.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Portfolio;

[Parallelizable]
internal sealed class RemarkTests
{
    private const string Code = Scene.ProjectCode;
    private const string Password = "Manager-Words-2026";
    private const string MessagesOf = "SELECT m.title_zh FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE u.login = @login ORDER BY m.id";

    [Test]
    public async Task A_risk_is_told_to_its_owner_counted_in_the_portfolio_and_told_again_once_when_its_day_is_past()
    {
        await using var app = await Started();
        var manager = await Person(app, "someone1");
        var id = await app.Send(Risk, manager);
        await app.Send(new WriteRemark(MilestoneKind.Completed, 0, "已约供应商周三面谈", ProjectCode: Code), manager);
        var before = await Portfolio(app);
        await app.Send(new RemindOfRisks.Command());
        var early = await app.Rows<string>(MessagesOf, new { login = "zrzy1" });
        app.SetTime("2026-03-11 07:10");
        await app.Send(new RemindOfRisks.Command());
        app.SetTime("2026-03-12 07:10");
        await app.Send(new RemindOfRisks.Command());
        var late = await Portfolio(app);
        var remarks = await app.Send(new WritingRemarks.Query(Code), Tests.Person.Leader);

        Assert.Multiple(async () =>
        {
            Assert.That((before.OpenRisks, before.OverdueRisks, late.OpenRisks, late.OverdueRisks), Is.EqualTo((1, 0, 1, 1)));
            Assert.That(early, Is.EqualTo(new[] { "风险由您负责：精密结构件厂房一期（示例）「竣工」" }));
            Assert.That(await app.Rows<string>(MessagesOf, new { login = "zrzy1" }), Is.EqualTo(new[] { "风险由您负责：精密结构件厂房一期（示例）「竣工」", "风险超期未关闭：精密结构件厂房一期（示例）「竣工」" }));
            Assert.That(await app.Rows<string>(MessagesOf, new { login = "someone1" }), Has.Count.EqualTo(1), "who wrote it is told too when its day is past");
            Assert.That(remarks.Select(r => (r.IsRisk, r.IsOverdue)), Is.EqualTo(new[] { (true, true), (false, false) }), "the open risk first");
            Assert.That(remarks[0].Id, Is.EqualTo(id));
        });
    }

    [Test]
    public async Task However_many_are_past_their_day_the_morning_tells_of_each()
    {
        const int Many = 1_203;
        await using var app = await Started();
        var (project, manager) = (await app.Value<long>("SELECT id FROM projects_project"), await Person(app, "someone1"));
        await app.Services.GetRequiredService<Engine>().BulkInsert(
            "portfolio_remark", ["id", "project_id", "phase", "kind", "is_risk", "body", "owner_id", "owner_name", "due_on", "written_by", "written_by_name", "written_at"],
            Enumerable.Range(1, Many).Select(n => new object?[] { (long)n, project, 0, "Completed", 1, $"风险 {n}", manager.Id, manager.Name, n % 2 == 0 ? "2026-02-27" : "2026-02-28", manager.Id, manager.Name, "2026-02-20 01:00:00" }),
            default);
        await using (var scope = app.Services.CreateAsyncScope())
            await ActivatorUtilities.CreateInstance<RemindOfRisks.Job>(scope.ServiceProvider).Run(default);

        Assert.That(await app.Rows<string>(MessagesOf, new { login = "someone1" }), Has.Count.EqualTo(Many));
    }

    [Test]
    public async Task A_risk_is_closed_with_a_word_by_its_owner_or_whoever_answers_for_it_and_once()
    {
        await using var app = await Started();
        var (manager, owner) = (await Person(app, "someone1"), await Person(app, "zrzy1"));
        var id = await app.Send(Risk, manager);

        var stranger = await app.Refusal(new CloseRisk(id, "好了", Code), Tests.Person.Reviewer("FGJX"));
        var silent = await app.Refusal(new CloseRisk(id, " ", Code), owner);
        await app.Send(new CloseRisk(id, "设备已到场", Code), owner);
        var again = await app.Refusal(new CloseRisk(id, "又一次", Code), manager);
        var comment = await app.Send(new WriteRemark(MilestoneKind.Completed, 0, "意见", ProjectCode: Code), manager);
        var noRisk = await app.Refusal(new CloseRisk(comment, "关闭意见", Code), manager);

        var closed = (await app.Send(new WritingRemarks.Query(Code), Tests.Person.Leader)).Single(r => r.IsRisk);
        Assert.That(new[] { stranger.Code(), silent.Problems.Single().Field, again.Code(), noRisk.Code() }, Is.EqualTo(new[] { "risk.notYours", "word", "risk.closed", "risk.unknown" }));
        Assert.That((closed.Closing, closed.ClosedBy, closed.IsOpen), Is.EqualTo(("设备已到场", owner.Name, false)));
        Assert.That((await Portfolio(app)).OpenRisks, Is.Zero);
        Assert.That(await app.Rows<string>(MessagesOf, new { login = "someone1" }), Is.EqualTo(new[] { "风险已关闭：精密结构件厂房一期（示例）「竣工」" }), "whoever wrote it is told");
    }

    [Test]
    public async Task What_is_wrong_is_told_at_its_field()
    {
        await using var app = await Started();
        (WriteRemark Command, string Field)[] wrong =
        [
            (Risk with { Kind = null }, "kind"), (Risk with { Text = "" }, "text"), (Risk with { Text = new string('险', 501) }, "text"), (Risk with { Phase = 2 }, "phase"), (Risk with { Owner = "nobody" }, "owner"),
            (Risk with { Owner = null }, "owner"), (Risk with { DueOn = null }, "dueOn"), (Risk with { DueOn = new(2026, 3, 1) }, "dueOn"), (Risk with { DueOn = new(2100, 1, 1) }, "dueOn"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (command, field) in wrong)
                Assert.That(Assert.ThrowsAsync<Refused>(() => app.Send(command, Tests.Person.Supervisor))!.Problems.Select(p => p.Field), Is.EqualTo(new[] { field }), command.ToString());
        });
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM portfolio_remark"), Is.Zero);
    }

    [Test]
    public async Task On_the_page_of_the_schedule_a_risk_is_written_seen_overdue_and_closed()
    {
        await using var app = await Started();
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/schedule";

        using var wrong = await manager.Submit(url, "#remark", ("remark.Milestone", "Completed"), ("remark.Text", "设备到货可能推迟"), ("remark.Owner", "zrzy1"), ("remark.DueOn", ""));
        var told = await wrong.Html();
        using var right = await manager.Submit(url, "#remark", ("remark.Milestone", "Completed"), ("remark.Text", "设备到货可能推迟"), ("remark.Owner", "zrzy1"), ("remark.DueOn", "2026-03-10"));
        app.SetTime("2026-03-11 09:00");
        using var later = await app.SignedIn("someone1", Password);
        var open = await later.Page(url);
        var portfolio = await later.Page("/portfolio");
        using var closed = await later.Submit(url, ".close-risk", ("word", "已到货"));
        var after = await later.Page(url);

        Assert.Multiple(() =>
        {
            Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
            Assert.That(told.QuerySelector("#remark-DueOn-error")!.TextContent, Does.Contain("处理期限"));
            Assert.That(((int)right.StatusCode, (int)closed.StatusCode), Is.EqualTo((302, 302)));
            Assert.That(open.QuerySelector("#open-risks tr.is-late")!.TextContent, Does.Contain("设备到货可能推迟").And.Contain("超期").And.Contain("竣工"));
            Assert.That(portfolio.QuerySelector("#risk-count")!.TextContent, Does.Contain("超期 1 条"));
            Assert.That(portfolio.QuerySelector("#portfolio-table .tag-warn")!.TextContent, Is.EqualTo("风险 1，超期 1"));
            Assert.That(after.QuerySelector("#open-risks"), Is.Null);
            Assert.That(after.QuerySelector("#comments")!.TextContent, Does.Contain("处理结果：已到货"));
        });
    }

    private static WriteRemark Risk => new(MilestoneKind.Completed, 0, "设备到货可能推迟", "zrzy1", new(2026, 3, 10), Code);

    private static async Task<App> Started()
    {
        var app = await App.Start();
        await app.Project();
        await app.Send(new AddUser.Command("someone1", "示例经理", null, [Role.ProjectManager], Password));
        await app.Send(new AddUser.Command("zrzy1", "示例经办", "ZRZY", [Role.Reviewer], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        return app;
    }

    private static async Task<Person> Person(App app, string login) =>
        new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), login, login == "zrzy1" ? "ZRZY" : null, login == "zrzy1" ? Role.Reviewer : Role.ProjectManager);

    private static async Task<Totals> Portfolio(App app) => (await app.Send(new ShowPortfolio.Query(), Tests.Person.Leader)).Totals;
}
