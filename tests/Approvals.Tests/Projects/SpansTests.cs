using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Tests.Projects;

[Parallelizable(ParallelScope.All)]
internal sealed class SpansTests
{
    private static readonly WorkingDays Plain = new(1, [2026], []);

    private static readonly Process Process = new(1, "P", 1, new("流程", "Process"), 6, 100, 167, new(2021, 1, 1), null, [], []);

    [TestCase(30, 167, -82)]
    [TestCase(29, 167, -83)]
    [TestCase(25, 100, -75)]
    [TestCase(0, 167, -100)]
    [TestCase(200, 100, 100)]
    public void A_change_is_whole_percent(int days, int baseline, int percent) => Assert.That(Spans.ChangePercent(days, baseline), Is.EqualTo(percent));

    [Test]
    public void Thirty_working_days_from_land_to_start_are_82_percent_less_than_167()
    {
        var span = Spans.LandToStart([Reached(MilestoneKind.LandAcquired, 3, 2), Reached(MilestoneKind.ConstructionStarted, 4, 13)], Process, Plain, new(2026, 5, 1));
        Assert.That((span!.Days, span.Baseline, span.ChangePercent, span.IsRunning), Is.EqualTo((30, (int?)167, (int?)-82, false)));
    }

    [Test]
    public void A_start_that_is_still_to_come_runs_to_today()
    {
        var span = Spans.LandToStart([Reached(MilestoneKind.LandAcquired, 3, 2)], Process, Plain, new(2026, 3, 9));
        Assert.That((span!.Days, span.IsRunning), Is.EqualTo((5, true)));
    }

    [Test]
    public void A_title_on_the_day_of_the_handover_took_no_days()
    {
        var span = Spans.HandoverToTitle([Reached(MilestoneKind.HandedOver, 3, 12), Reached(MilestoneKind.Titled, 3, 12)], Plain, new(2026, 5, 1));
        Assert.That((span!.Days, span.IsRunning, span.ChangePercent), Is.EqualTo((0, false, (int?)null)));
    }

    [Test]
    public void Without_land_there_is_no_span() => Assert.That(Spans.LandToStart([], Process, Plain, new(2026, 5, 1)), Is.Null);

    private static MilestoneFact Reached(MilestoneKind kind, int month, int day) => new() { Kind = kind.ToString(), ReachedOn = new(2026, month, day) };
}
