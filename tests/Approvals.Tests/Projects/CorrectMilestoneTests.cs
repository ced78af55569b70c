using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Web;

namespace Approvals.Tests.Projects;

[Parallelizable]
internal sealed class CorrectMilestoneTests
{
    private const string Code = "2601-510300-04-01-900001";
    private const string Password = "Manager-Words-2026";

    [Test]
    public async Task A_wrong_day_is_put_right_with_a_reason_and_what_it_said_is_kept()
    {
        await using var app = await Started();

        await app.SendByTwo(new CorrectMilestone.Command(MilestoneKind.Signed, new(2026, 2, 13), "日期看错", ProjectCode: Code), Person.Agent, Person.Supervisor);

        var shown = await app.Send(new ShowProject.Query(Code), Person.Leader);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Milestones.Single(m => m.Kind == "Signed").ReachedOn, Is.EqualTo(new DateOnly(2026, 2, 13)));
            Assert.That(shown.Corrections.Select(c => (c.Kind, c.WasOn, c.NowOn, c.Reason, c.CorrectedBy)), Is.EqualTo(new[] { ("Signed", new DateOnly(2026, 2, 10), (DateOnly?)new DateOnly(2026, 2, 13), "日期看错", "代办") }));
        });
    }

    [Test]
    public async Task A_report_that_is_taken_back_can_be_given_again()
    {
        await using var app = await Started();

        await app.Send(new CorrectMilestone.Command(MilestoneKind.LandAcquired, null, "尚未成交", ProjectCode: Code), Person.Manager);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 2), 0, Code), Person.Manager);

        var shown = await app.Send(new ShowProject.Query(Code), Person.Leader);
        Assert.That(shown.Milestones.Single(m => m.Kind == "LandAcquired").ReachedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
        Assert.That(shown.Corrections.Single().NowOn, Is.Null);
    }

    [Test]
    public async Task What_is_wrong_with_a_correction_is_told_by_field()
    {
        await using var app = await Started();
        (CorrectMilestone.Command Command, string Code, string Field)[] wrong =
        [
            (new(MilestoneKind.Signed, new(2026, 3, 3), "改"), "milestone.inFuture", "on"),
            (new(MilestoneKind.Signed, new(2026, 2, 27), "改"), "milestone.tooLate", "on"),
            (new(MilestoneKind.LandAcquired, new(2026, 2, 9), "改"), "milestone.tooEarly", "on"),
            (new(MilestoneKind.Signed, new(2026, 2, 10), "改"), "milestone.same", "on"),
            (new(MilestoneKind.Signed, new(2026, 2, 11), " "), "field.required", "reason"),
            (new(MilestoneKind.Completed, new(2026, 2, 11), "改"), "milestone.notReported", "kind"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (command, code, field) in wrong)
            {
                var refused = Assert.ThrowsAsync<Refused>(() => app.Send(command with { ProjectCode = Code }, Person.Manager))!;
                Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Does.Contain((code, field)), command.ToString());
            }
        });
        Assert.That((await app.Send(new ShowProject.Query(Code), Person.Leader)).Corrections, Is.Empty);
    }

    [Test]
    public async Task The_start_of_works_can_be_corrected_and_not_taken_back()
    {
        await using var app = await Started();
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 1), 0, Code), Person.Manager);

        await app.Send(new CorrectMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 2), "改期", ProjectCode: Code), Person.Manager);
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new CorrectMilestone.Command(MilestoneKind.ConstructionStarted, null, "没有开工", ProjectCode: Code), Person.Manager))!;

        Assert.That(refused.Problems[0].Code, Is.EqualTo("milestone.startStands"));
    }

    [Test]
    public async Task The_page_says_who_reported_and_when_and_takes_a_correction()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/milestones";
        await app.Send(new ReportMilestone.Command(MilestoneKind.HandedOver, new(2026, 3, 2), 0, Code), Person.Manager);
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");

        using var wrong = await manager.Submit(url, "#correct", ("correct.What", "Signed@0"), ("correct.On", "2026-03-09"), ("correct.Reason", ""));
        var told = await wrong.Html();
        using var right = await manager.Submit(url, "#correct", ("correct.What", "Signed@0"), ("correct.On", "2026-02-11"), ("correct.Reason", "看错"));
        var waiting = await manager.Page(url);
        await app.Countersign(await app.Pending(), Person.Supervisor);

        Assert.That((int)right.StatusCode, Is.EqualTo(302));
        var page = await manager.Page(url);
        Assert.Multiple(() =>
        {
            Assert.That(waiting.QuerySelector(".notice-warn")!.TextContent, Does.Contain("待批：更正里程碑").And.Contain("2026-02-10 → 2026-02-11").And.Contain("看错"));
            Assert.That(told.QuerySelector("#correct-On-error")!.TextContent, Does.Contain("不能晚于今天"));
            Assert.That(told.QuerySelector("#correct-Reason-error"), Is.Not.Null);
            Assert.That(page.QuerySelector("#corrections")!.TextContent, Does.Contain("2026-02-10 → 2026-02-11").And.Contain("看错").And.Contain("示例账号"));
            Assert.That(page.QuerySelectorAll("td[data-label='填报']").Select(t => t.TextContent), Has.Some.Contain("2026-03-02 09:00"));
        });
    }

    [Test]
    public async Task What_another_has_put_right_meanwhile_is_not_overwritten_unseen()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/milestones";
        var opened = (await manager.Page(url)).QuerySelectorAll("#correct-What option").Select(o => o.GetAttribute("value")!).Single(v => v.StartsWith("LandAcquired", StringComparison.Ordinal));
        await app.Send(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 1), "看错", ProjectCode: Code));

        using var late = await manager.Submit(url, "#correct", ("correct.What", opened), ("correct.On", "2026-03-02"), ("correct.Reason", "再改"));
        var told = late.StatusCode == System.Net.HttpStatusCode.Redirect ? "" : (await late.Html()).QuerySelector(".errors")!.TextContent;
        app.SetTime("2026-03-05 09:00");
        var first = await app.Ask(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 3), "看错", ProjectCode: Code), Person.Supervisor);
        var second = await app.Ask(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 4), "看错", ProjectCode: Code), Person.Supervisor);
        await app.Countersign(second, TwoPersons.OtherSupervisor);
        var codes = new List<string>();
        try
        {
            await app.Countersign(first, TwoPersons.OtherSupervisor);
        }
        catch (Refused refused)
        {
            codes.AddRange(refused.Problems.Select(p => p.Code));
        }

        Assert.Multiple(async () =>
        {
            Assert.That(told, Does.Contain("刚刚已由他人更正").And.Contain("2026-03-01"));
            Assert.That(codes, Is.EqualTo(new[] { "request.notDone", "correction.moved" }));
            Assert.That(await Stands(app), Is.EqualTo(new DateOnly(2026, 3, 4)));
        });
    }

    [Test]
    public async Task A_report_has_stood_since_it_was_first_made_and_a_new_one_since_it_was_made_anew()
    {
        await using var app = await Started();
        app.SetTime("2026-03-09 09:00");
        await app.SendByTwo(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 6), "看错", ProjectCode: Code), Person.Supervisor, TwoPersons.OtherSupervisor);

        var gone = await app.Ask(new CorrectMilestone.Command(MilestoneKind.LandAcquired, null, "尚未成交", ProjectCode: Code), Person.Supervisor);
        var meanwhile = await Stands(app);
        await app.Countersign(gone, TwoPersons.OtherSupervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 9), 0, Code), Person.Supervisor);
        await app.Send(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 7), "看错", ProjectCode: Code), Person.Supervisor);

        Assert.That((meanwhile, await Stands(app)), Is.EqualTo(((DateOnly?)new DateOnly(2026, 3, 6), (DateOnly?)new DateOnly(2026, 3, 7))));
    }

    /// <summary>Numbers are dealt to each site in blocks: what was taken back elsewhere may have a higher one than what came after it.</summary>
    [Test]
    public async Task What_came_first_the_time_says_and_not_the_number()
    {
        await using var app = await Started();
        app.SetTime("2026-03-09 09:00");
        await app.SendByTwo(new CorrectMilestone.Command(MilestoneKind.LandAcquired, null, "尚未成交", ProjectCode: Code), Person.Supervisor, TwoPersons.OtherSupervisor);
        await app.Change("UPDATE projects_milestone_correction SET id = id + 100000");
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 9), 0, Code), Person.Supervisor);
        app.SetTime("2026-03-16 09:00");
        await app.SendByTwo(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 13), "看错", ProjectCode: Code), Person.Supervisor, TwoPersons.OtherSupervisor);

        await app.Ask(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 16), "看错", ProjectCode: Code), Person.Supervisor);

        var corrections = (await app.Rows<DateOnly?>("SELECT now_on FROM projects_milestone_correction ORDER BY corrected_at")).ToList();
        Assert.That((await Stands(app), corrections), Is.EqualTo(((DateOnly?)new DateOnly(2026, 3, 13), new List<DateOnly?> { null, new(2026, 3, 13) })));
    }

    private static Task<DateOnly?> Stands(App app) => app.Value<DateOnly?>("SELECT reached_on FROM projects_milestone WHERE kind = 'LandAcquired'");

    private static async Task<App> Started()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right, Person.Clerk);
        await app.Change("UPDATE projects_project SET manager_id = 4, agent_id = 3");
        await app.Change("UPDATE projects_project SET manager_id = 4");
        await app.Send(new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, 10), 0, Code));
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 25), 0, Code));
        return app;
    }
}
