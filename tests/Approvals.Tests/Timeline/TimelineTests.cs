using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;

namespace Approvals.Tests.Timeline;

[Parallelizable]
internal sealed class TimelineTests
{
    private const string Password = "Manager-Words-2026";

    private static DateOnly Day(string day) => Ground.Day(day);

    [Test]
    public async Task Works_that_start_thirty_working_days_after_the_land_show_thirty_against_167()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both);
        app.At("2026-04-08 09:00");
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, Day("2026-04-08"), ProjectCode: Ground.Project), Person.Supervisor);

        var shown = await Shown(app);

        Assert.Multiple(() =>
        {
            Assert.That((shown.LandToStart!.Days, shown.LandToStart.Baseline, shown.LandToStart.ChangePercent), Is.EqualTo((30, 167, -82)));
            Assert.That(shown.LandToStart.IsRunning, Is.False);
            Assert.That((shown.HandoverToTitle!.Days, shown.HandoverToTitle.IsRunning), Is.EqualTo((0, false)));
        });
        using var manager = await Account(app, Role.ProjectManager);
        var page = await manager.Page($"/projects/{Ground.Project}");
        Assert.That(page.QuerySelector("#land-to-start")!.TextContent, Does.Contain("30").And.Contain("/ 167").And.Contain("−82 %"));
        Assert.That(page.QuerySelector("#handover-to-title b")!.TextContent.Trim(), Does.StartWith("0"));
        Assert.That(page.QuerySelector("#handover-to-title")!.TextContent, Does.Contain("同日"));
    }

    [Test]
    public async Task A_milestone_stands_beside_its_plan_with_the_difference_in_working_days()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with
        {
            Milestones =
            [
                new(MilestoneKind.Signed, Day("2026-02-27")), new(MilestoneKind.LandAcquired, Day("2026-02-26")),
                new(MilestoneKind.HandedOver, Day("2026-02-25")), new(MilestoneKind.ConstructionStarted, Day("2026-04-30")),
            ],
        }, Person.Clerk);
        await app.Send(new ReportMilestone.Command(MilestoneKind.Signed, Day("2026-02-25"), ProjectCode: Ground.Project));
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, Day("2026-03-02"), ProjectCode: Ground.Project), Person.Supervisor);

        var shown = await Shown(app);

        // 28 February 2026 is a make-up working Saturday.
        Assert.That(shown.Milestones.Select(m => (m.Kind, m.Difference, m.IsOverdue)), Is.EqualTo(new[]
        {
            (MilestoneKind.Signed, (int?)-2, false), (MilestoneKind.LandAcquired, 3, false), (MilestoneKind.HandedOver, 4, true), (MilestoneKind.ConstructionStarted, null, false),
        }));
    }

    [Test]
    public async Task Each_item_shows_its_plan_its_dates_and_how_it_stands()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01", "A02", "A09", "A10");
        app.At("2026-03-03 09:00");
        await app.Approve(first["A01"], "FGJX");
        app.At("2026-03-11 09:00");

        var shown = await Shown(app);

        var items = shown.Items.ToDictionary(i => i.Code);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Plan.Total, Is.EqualTo(25));
            Assert.That(shown.PlanFrom, Is.EqualTo(Day("2026-03-02")));
            Assert.That((items["A01"].State, items["A01"].PlannedTo, items["A01"].DecidedOn), Is.EqualTo((ItemState.Approved, (DateOnly?)Day("2026-03-03"), (DateOnly?)Day("2026-03-03"))));
            Assert.That((items["A02"].State, items["A02"].Light, items["A02"].LeftDays), Is.EqualTo((ItemState.Running, (Light?)Light.Red, -3)), "accepted on the 3rd, due on the 6th");
            Assert.That((items["A09"].State, items["A09"].Light), Is.EqualTo((ItemState.Running, (Light?)Light.Green)));
            Assert.That(items["A10"].Light, Is.EqualTo(Light.Red), "due on the 10th");
            Assert.That((items["A03"].State, items["A03"].PlannedTo), Is.EqualTo((ItemState.NotApplied, (DateOnly?)Day("2026-03-09"))));
            Assert.That(items["A08"].PlannedTo, Is.EqualTo(Day("2026-04-07")), "day 25 of the plan");
        });
    }

    [Test]
    public async Task The_picture_and_the_table_beside_it_say_the_same()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01", "A02", "A09");
        app.At("2026-03-03 09:00");
        using var manager = await Account(app, Role.ProjectManager);

        var page = await manager.Page($"/projects/{Scene.ProjectCode}");

        var boxes = page.QuerySelectorAll("svg.deps rect.box");
        var rows = page.QuerySelectorAll("#item-table tbody tr");
        Assert.Multiple(() =>
        {
            Assert.That(boxes, Has.Length.EqualTo(10));
            Assert.That(rows, Has.Length.EqualTo(10));
            Assert.That(page.QuerySelectorAll("svg.deps text.col").Select(c => c.TextContent), Is.EqualTo(new[] { 0, 1, 4, 5, 10, 14, 22 }.Select(d => $"第 {d} 日起")));
            Assert.That(page.QuerySelectorAll("svg.deps g.running"), Has.Length.EqualTo(1));
            Assert.That(page.QuerySelectorAll("svg.deps g.blocked").Select(g => g.TextContent), Is.All.Contain("等 A01").And.Exactly(2).Items);
            Assert.That(page.QuerySelectorAll("svg.deps path.edge.critical"), Has.Length.EqualTo(6));
            Assert.That(page.QuerySelector($"svg.deps a[href='/cases/{first["A01"]}']"), Is.Not.Null);
            Assert.That(rows[1].TextContent, Does.Contain("等 A01").And.Contain("1 – 4").And.Contain("2026-03-06"));
            Assert.That(page.QuerySelector("svg.deps desc")!.TextContent, Does.Contain("25 个工作日"));
        });
    }

    [Test]
    public async Task The_page_says_what_the_land_still_lacks_and_gives_the_exact_investment()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(tax: false);
        using var manager = await Account(app, Role.ProjectManager);

        var page = await manager.Page($"/projects/{Ground.Project}");

        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelectorAll("#parcel-table li").Select(l => l.TextContent), Is.EqualTo(new[] { "缺契税完税证明（L09）：请录入完税凭证。" }));
            Assert.That(page.QuerySelector("dl.facts")!.TextContent, Does.Contain("12.5 亿元").And.Contain("80,000 m²（120 亩）"));
            Assert.That(page.QuerySelector("a[href^='/intake']"), Is.Null, "the project manager does not take in");
        });
    }

    [Test]
    public async Task A_manager_reports_a_milestone_on_the_page_and_is_told_beside_the_field_what_is_wrong()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        using var manager = await Account(app, Role.ProjectManager);
        var url = $"/projects/{Ground.Project}";

        using var wrong = await manager.Submit(url, "#report form", ("report.Kind", "Signed"), ("report.On", "2026-03-03"));
        Assert.That((await wrong.Html()).QuerySelector("#report-On-error")!.TextContent, Does.Contain("不能晚于今天"));

        using var right = await manager.Submit(url, "#report form", ("report.Kind", "Signed"), ("report.On", "2026-03-02"));
        Assert.That((int)right.StatusCode, Is.EqualTo(302));
        Assert.That((await Shown(app)).Milestones.Single().ReachedOn, Is.EqualTo(Day("2026-03-02")));
    }

    [Test]
    public async Task A_project_nobody_registered_is_not_found()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var refused = await Ground.Refusal(app, new ShowTimeline.Query("2601-510300-04-01-999999"));

        Assert.That(refused.Status, Is.EqualTo(Approvals.Web.RefusedAs.NotFound));
    }

    private static Task<ShowTimeline.Result> Shown(App app) => app.Send(new ShowTimeline.Query(Ground.Project), Person.Auditor);

    private static async Task<HttpClient> Account(App app, Role role)
    {
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [role], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        return await app.SignedIn("someone1", Password);
    }
}
