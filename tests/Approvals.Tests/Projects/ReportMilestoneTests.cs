using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Deadlines;
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
