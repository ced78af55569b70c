using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Projects;

[Parallelizable]
internal sealed class ReportMilestoneTests
{
    private const string Code = "2601-510300-04-01-900001";

    [Test]
    public async Task A_reported_milestone_stands_beside_its_plan()
    {
        await using var app = await Started();

        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 28), 0, Code), Person.Manager);

        var facts = (await app.Send(new ShowProject.Query(Code), Person.Leader)).Milestones;
        Assert.That(facts.Select(f => (f.Kind, f.PlannedOn, f.ReachedOn)), Is.EqualTo(new[] { ("LandAcquired", (DateOnly?)new DateOnly(2026, 3, 1), (DateOnly?)new DateOnly(2026, 2, 28)) }));
    }

    [Test]
    public async Task The_future_is_refused()
    {
        await using var app = await Started();
        Assert.That(Refusal(app, new(MilestoneKind.LandAcquired, new(2026, 3, 3), 0, Code)), Is.EqualTo("milestone.inFuture"));
        Assert.That(Refusal(app, new(MilestoneKind.LandAcquired, null, 0, Code)), Is.EqualTo("field.required"));
        Assert.That(Refusal(app, new(MilestoneKind.LandAcquired, new(2026, 3, 2), 7, Code)), Is.EqualTo("project.unknownPhase"));
        Assert.That(Refusal(app, new(MilestoneKind.LandAcquired, new(2026, 3, 2), 0, "2601-510300-04-01-999999")), Is.EqualTo("project.unknown"));
    }

    /// <summary>What lies before the works is there for every phase, and the works as a whole are through with the last.</summary>
    [Test]
    public async Task Of_phases_and_the_whole_the_order_holds_whichever_is_reported_first()
    {
        const string InPhases = "2601-510300-04-01-900009";
        await using var app = await App.Start("2026-06-30 09:00");
        await app.Send(RegisterProjectTests.Right with { Code = InPhases, Phases = ["一期", "二期", "三期"] }, Person.Clerk);
        Task Report(MilestoneKind kind, DateOnly on, int phase) => app.Send(new ReportMilestone.Command(kind, on, phase, InPhases));
        string No(MilestoneKind kind, DateOnly on, int phase) => Assert.ThrowsAsync<Refused>(() => Report(kind, on, phase))!.Problems[0].Code;

        await Report(MilestoneKind.ConstructionStarted, new(2026, 3, 2), 1);
        await Report(MilestoneKind.MainStructure, new(2026, 4, 1), 1);
        Assert.That(No(MilestoneKind.HandedOver, new(2026, 6, 1), 0), Is.EqualTo("milestone.tooLate"));
        Assert.That(No(MilestoneKind.ConstructionStarted, new(2026, 4, 2), 0), Is.EqualTo("milestone.tooLate"));
        await Report(MilestoneKind.HandedOver, new(2026, 3, 1), 0);
        await Report(MilestoneKind.ConstructionStarted, new(2026, 5, 1), 2);
        Assert.That(No(MilestoneKind.MainStructure, new(2026, 4, 15), 0), Is.EqualTo("milestone.tooEarly"), "phase 2 had not begun");
        await Report(MilestoneKind.MainStructure, new(2026, 5, 20), 0);
        Assert.That(No(MilestoneKind.HandedOver, new(2026, 5, 21), 3), Is.EqualTo("milestone.tooLate"), "the whole of the structure, and so that of phase 3");
        Assert.That(No(MilestoneKind.ConstructionStarted, new(2026, 2, 27), 2), Is.EqualTo("milestone.alreadyReported"));
    }

    [Test]
    public async Task Days_out_of_their_order_are_pointed_out_beside_the_table_and_kept()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone2", "示例账号", null, [Role.Supervisor], "Manager-Words-2026"));
        using var chinese = await app.SignedIn("someone2", "Manager-Words-2026");
        using var english = await app.SignedIn("someone2", "Manager-Words-2026", english: true);
        var url = $"/projects/{Code}/milestones";
        async Task Plan(params (MilestoneKind Kind, DateOnly On)[] days) => await app.Send(new PlanMilestones.Command([.. days.Select(d => new PlannedMilestone(d.Kind, d.On))], Code), Person.Manager);
        async Task<string[]> Told(HttpClient reader) => [.. (await reader.Page(url)).QuerySelectorAll("#out-of-order li").Select(l => string.Join(' ', l.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        await Plan((MilestoneKind.ConstructionPermit, new(2026, 5, 6)), (MilestoneKind.ConstructionStarted, new(2026, 6, 1)), (MilestoneKind.Completed, new(2027, 3, 1)), (MilestoneKind.Production, new(2027, 4, 1)));
        var inOrder = await Told(chinese);

        await Plan((MilestoneKind.ConstructionStarted, new(2026, 5, 4)), (MilestoneKind.Production, new(2027, 2, 1)));
        await app.Send(new ReportMilestone.Command(MilestoneKind.HandedOver, new(2026, 3, 2), 0, Code), Person.Manager);
        await Plan((MilestoneKind.LandAcquired, new(2026, 3, 5)));

        Assert.Multiple(async () =>
        {
            Assert.That(inOrder, Is.Empty);
            Assert.That(await Told(chinese), Is.EqualTo(new[]
            {
                "「土地交付」实际 2026-03-02 早于「取得土地」计划 2026-03-05",
                "「正式开工」计划 2026-05-04 早于「取得施工许可」计划 2026-05-06",
                "「投产」计划 2027-02-01 早于「竣工」计划 2027-03-01",
            }));
            Assert.That((await Told(english))[1], Is.EqualTo("“Construction started” is planned for 2026-05-04, before “Construction permit”, planned for 2026-05-06"));
            Assert.That((await app.Send(new ShowProject.Query(Code), Person.Leader)).Milestones.Single(m => m.Kind == "Production").PlannedOn, Is.EqualTo(new DateOnly(2027, 2, 1)));
        });
    }

    /// <summary>The project has started with its first phase; the land of the second comes when it comes.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task The_land_of_a_later_phase_may_come_after_the_start_of_the_whole(bool isStartFirst)
    {
        const string InPhases = "2601-510300-04-01-900009";
        await using var app = await App.Start("2026-06-30 09:00");
        await app.Send(RegisterProjectTests.Right with { Code = InPhases, Phases = ["一期", "二期"] }, Person.Clerk);
        (MilestoneKind Kind, DateOnly On, int Phase)[] reports = [(MilestoneKind.ConstructionStarted, new(2026, 3, 2), 0), (MilestoneKind.HandedOver, new(2026, 6, 10), 2)];
        foreach (var (kind, on, phase) in isStartFirst ? reports : reports.Reverse()) await app.Send(new ReportMilestone.Command(kind, on, phase, InPhases));
        await app.Send(new ReportMilestone.Command(MilestoneKind.HandedOver, new(2026, 3, 1), 1, InPhases));

        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 6, 9), 2, InPhases)))!.Problems[0].Code, Is.EqualTo("milestone.tooEarly"));
    }

    [Test]
    public async Task A_start_before_the_land_is_refused_whichever_is_reported_first()
    {
        await using var app = await Started();
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 28), 0, Code), Person.Manager);
        Assert.That(Refusal(app, new(MilestoneKind.ConstructionStarted, new(2026, 2, 27), 0, Code)), Is.EqualTo("milestone.tooEarly"));

        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 1), 0, Code), Person.Manager);
        Assert.That(Refusal(app, new(MilestoneKind.HandedOver, new(2026, 3, 2), 0, Code)), Is.EqualTo("milestone.tooLate"));
    }

    [Test]
    public async Task The_first_report_stands()
    {
        await using var app = await Started();
        var command = new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, 28), 0, Code);
        await app.Send(command, Person.Manager);
        await app.Send(command, Person.Manager);
        Assert.That(Refusal(app, command with { On = new(2026, 3, 1) }), Is.EqualTo("milestone.alreadyReported"));
    }

    [Test]
    public async Task Of_many_reports_at_once_one_day_stands()
    {
        await using var app = await Started();
        await Task.WhenAll(Enumerable.Range(10, 8).Select(async day =>
        {
            try
            {
                await app.Send(new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, day), 0, Code));
            }
            catch (Refused)
            {
                // Another was first.
            }
        }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_milestone WHERE kind = 'Signed' AND reached_on IS NOT NULL"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_plan_may_be_moved_and_taken_away()
    {
        await using var app = await Started();
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.LandAcquired, null), new(MilestoneKind.Completed, new(2027, 3, 31))], Code), Person.Manager);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 4, 30))], Code), Person.Manager);
        var facts = (await app.Send(new ShowProject.Query(Code), Person.Leader)).Milestones;
        Assert.That(facts.Select(f => (f.Kind, f.PlannedOn)), Is.EqualTo(new[] { ("LandAcquired", (DateOnly?)null), ("Completed", (DateOnly?)new DateOnly(2027, 4, 30)) }));
        Assert.That(await app.Value<string>("SELECT detail FROM audit_record WHERE id = (SELECT MAX(id) FROM audit_record)"), Does.Contain("2027-03-31").And.Contain("2027-04-30"), "before and after");
    }

    [Test]
    public async Task A_plan_that_another_has_moved_meanwhile_is_not_overwritten_unseen()
    {
        await using var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { Milestones = [new(MilestoneKind.Completed, new(2027, 3, 31))] }, Person.Clerk);
        PlannedMilestone.Plan seen = new(new(2027, 3, 31)), none = new(null);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 4, 30), 0, seen), new(MilestoneKind.Signed, new(2026, 3, 9), 0, none)], Code), Person.Supervisor);

        var refused = await app.Refusal(new PlanMilestones.Command([new(MilestoneKind.Production, new(2027, 9, 1), 0, none), new(MilestoneKind.Completed, new(2027, 5, 31), 0, seen), new(MilestoneKind.Signed, null, 0, none)], Code), Person.Supervisor);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 4, 30), 0, seen)], Code), Person.Supervisor);

        Assert.That((refused.Status, string.Join(' ', refused.Problems.Select(p => p.Code))), Is.EqualTo((RefusedAs.Conflict, "plan.changed plan.changed")));
        Assert.That(refused.Zh(), Does.Contain("「竣工」的计划刚由他人改为 2027-04-30"));
        Assert.That(
            (await app.Send(new ShowProject.Query(Code), Person.Leader)).Milestones.Where(m => m.PlannedOn is not null).Select(m => (m.Kind, m.PlannedOn!.Value)),
            Is.EquivalentTo(new[] { ("Completed", new DateOnly(2027, 4, 30)), ("Signed", new DateOnly(2026, 3, 9)) }));
    }

    [Test]
    public async Task On_the_page_a_plan_that_was_moved_since_it_was_opened_is_told_and_stays()
    {
        await using var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { Milestones = [new(MilestoneKind.Completed, new(2027, 3, 31))] }, Person.Clerk);
        await app.Send(new AddUser.Command("manager1", "示例账号", null, [Role.ProjectManager], "Manager-Words-2026"));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'manager1')");
        using var manager = await app.SignedIn("manager1", "Manager-Words-2026");
        var url = $"/projects/{Code}/milestones";
        async Task<HttpResponseMessage> Plan(string seen, string on)
        {
            var page = await manager.Page(url);
            var token = page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["Kind"] = "Completed", ["Phase"] = "0", ["On"] = on, ["seen"] = seen.Length > 0 ? seen : page.QuerySelector("[name=seen]")!.GetAttribute("value")! });
            return await manager.PostAsync(url + "?handler=Plan", content);
        }

        using var first = await Plan("", "2027-04-30");
        using var late = await Plan("Completed@0@2027-03-31", "2027-05-31");

        Assert.That(((int)first.StatusCode, (int)late.StatusCode), Is.EqualTo((302, 409)));
        Assert.That((await late.Html()).QuerySelector(".errors")!.TextContent, Does.Contain("2027-04-30"));
    }

    [Test]
    public async Task A_window_clerk_does_not_report()
    {
        await using var app = await Started();
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, 20), 0, Code), Person.Clerk));
        Assert.That(refused!.Status, Is.EqualTo(RefusedAs.Forbidden));
    }

    private static async Task<App> Started()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { Milestones = [new(MilestoneKind.LandAcquired, new(2026, 3, 1))] }, Person.Clerk);
        await app.Change("UPDATE projects_project SET manager_id = 4");
        return app;
    }

    private static string Refusal(App app, ReportMilestone.Command command) =>
        Assert.ThrowsAsync<Refused>(() => app.Send(command, Person.Manager))!.Problems[0].Code;
}
