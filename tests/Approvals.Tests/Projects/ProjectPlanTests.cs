using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Deadlines;

namespace Approvals.Tests.Projects;

[Parallelizable]
internal sealed class ProjectPlanTests
{
    private static readonly WorkingDays Days = CalendarFile.ShippedDays();

    private static readonly CatalogueSnapshot Shipped =
        Approvals.Modules.Catalogue.Publication.Of(CatalogueFile.Shipped(), CatalogueSnapshot.Empty, null).Onto(CatalogueSnapshot.Empty);

    [TestCase("IND-REFORM", 30)]
    [TestCase("IND-2019", 167)]
    public void From_the_land_to_the_start_of_works_the_plan_takes_what_the_process_is_known_for(string process, int workingDays)
    {
        var dates = Planned(process, 0);
        Assert.That(Days.Count(dates[MilestoneKind.LandAcquired], dates[MilestoneKind.ConstructionStarted]).Days, Is.EqualTo(workingDays));
    }

    [Test]
    public void Every_milestone_is_planned_after_those_it_cannot_come_before_and_the_title_on_the_day_of_the_handover()
    {
        foreach (var process in Shipped.Processes)
        {
            var dates = Planned(process.Code, 0);
            Assert.Multiple(() =>
            {
                Assert.That(dates.Keys, Is.EquivalentTo(Enum.GetValues<MilestoneKind>()));
                foreach (var (one, other) in from one in dates.Keys from other in dates.Keys where MilestoneOrder.IsBefore(one, other) select (one, other))
                    Assert.That(dates[one], Is.LessThanOrEqualTo(dates[other]), $"{process.Code}: {one} before {other}");
            });
        }

        var reform = Planned("IND-REFORM", 0);
        Assert.That(reform[MilestoneKind.Titled], Is.EqualTo(reform[MilestoneKind.HandedOver]));
    }

    [Test]
    public async Task A_new_project_gets_its_plan_from_the_process_and_keeps_what_was_planned_by_hand()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { PlanFrom = new(2026, 3, 2), Milestones = [new(MilestoneKind.Production, new(2027, 6, 30))] }, Person.Clerk);

        var planned = (await app.Send(new ShowProject.Query(RegisterProjectTests.Right.Code), Person.Leader)).Milestones.ToDictionary(m => m.Kind, m => m.PlannedOn);

        var expected = Planned("IND-REFORM", 0);
        Assert.Multiple(() =>
        {
            Assert.That(planned, Has.Count.EqualTo(14));
            Assert.That(planned["ConstructionPermit"], Is.EqualTo(expected[MilestoneKind.ConstructionPermit]));
            Assert.That(planned["Production"], Is.EqualTo(new DateOnly(2027, 6, 30)));
        });
    }

    [Test]
    public async Task A_project_without_a_plan_gets_one_later_and_one_in_phases_for_the_works_of_its_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var code = RegisterProjectTests.Right.Code;
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期", "二期"] }, Person.Clerk);
        await app.Change("UPDATE projects_project SET manager_id = 4");
        await app.Send(new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, 10), 0, code));

        var first = await app.Send(new PlanByProcess.Command(new(2026, 2, 10), code), Person.Supervisor);
        var again = await app.Send(new PlanByProcess.Command(new(2026, 3, 10), code), Person.Supervisor);

        var milestones = (await app.Send(new ShowProject.Query(code), Person.Leader)).Milestones;
        Assert.Multiple(() =>
        {
            Assert.That((first.Planned, again.Planned), Is.EqualTo((13, 0)), "what is reached is not planned");
            Assert.That(milestones.Where(m => m.Phase == 1).Select(m => m.Kind), Is.EquivalentTo(new[] { "ConstructionStarted", "MainStructure", "ToppedOut", "Completed", "Accepted", "Production" }));
        });
        var refused = Assert.ThrowsAsync<Approvals.Web.Refused>(() => app.Send(new PlanByProcess.Command(new(1999, 1, 1), code), Person.Supervisor))!;
        Assert.That(refused.Problems[0].Field, Is.EqualTo("from"));
    }

    private static Dictionary<MilestoneKind, DateOnly> Planned(string process, int phases) =>
        ProjectPlan.Dates(Shipped.Processes.Single(p => p.Code == process), phases, Days, new(2026, 3, 2)).ToDictionary(d => d.Kind, d => d.On);
}
