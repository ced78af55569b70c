using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Modules.Portfolio;

/// <summary>A milestone as the portfolio reads it; phase 0 is the project as a whole.</summary>
internal readonly record struct Point(MilestoneKind Kind, int Phase, DateOnly? PlannedOn, DateOnly? ReachedOn);

/// <summary>What was planned and what was done in a month, in fen; no actual where nobody reported it.</summary>
internal readonly record struct Outlay(Month Month, long? Planned, long? Actual);

/// <summary>All that the portfolio knows of one project, whatever month it is looked at for.</summary>
internal sealed record Entry(
    long Id, string Code, string Name, string Enterprise, long InvestmentFen, long? ManagerId, long? AgentId, string? Manager, string? Agent,
    IReadOnlyList<Point> Points, IReadOnlyList<Outlay> Outlays, IReadOnlyDictionary<int, DateOnly> Resumed, IReadOnlyList<DateOnly> RisksDue)
{
    /// <summary>The day on which works first began, in whichever phase.</summary>
    public DateOnly? BegunOn { get; } = Points.Where(p => p.Kind == MilestoneKind.ConstructionStarted).Min(p => p.ReachedOn);

    public DateOnly? BeginsOn { get; } = Points.Where(p => p.Kind == MilestoneKind.ConstructionStarted).Min(p => p.PlannedOn);
}

/// <summary>How a project stands at the end of a month: its stage, its lights and why, its money in that year.</summary>
internal sealed record Standing(
    Entry Project, Stage Stage, Point? Next, int? NextInDays, bool IsContinuing, bool IsUnderWay, long YearFen, long ScheduledFen, long DoneFen, int Unreported, Verdict? OfStart, Verdict? OfInvestment,
    IReadOnlyList<MilestoneKind> ReachedThisYear, int OverdueRisks)
{
    /// <summary>The worse of the two.</summary>
    public ProjectLight Light { get; } = (ProjectLight)Math.Max((int)(OfStart?.Light ?? ProjectLight.None), (int)(OfInvestment?.Light ?? ProjectLight.None));

    /// <summary>列入本年计划: money is planned for it in the year.</summary>
    public bool IsInPlan => YearFen > 0;

    /// <summary>Open as of today, whatever the month looked at.</summary>
    public int OpenRisks => Project.RisksDue.Count;

    public long BehindFen => ScheduledFen - DoneFen;

    public IEnumerable<Text> Why => new[] { OfStart?.Why, OfInvestment?.Why }.OfType<Text>();

    /// <summary>The day of stage and next milestone: today beside the last month that is over, else the end of the month looked at.</summary>
    public static DateOnly SeenOn(Month asOf, DateOnly today) => asOf == Month.Ended(today) ? today : asOf.LastDay;

    /// <param name="asOf">A month that is over; of money, lights and the year's numbers what happened after its end is left out.</param>
    public static Standing Of(Entry project, Month asOf, DateOnly today, WorkingDays days, LightSet rules)
    {
        var (cut, seenOn) = (asOf.LastDay, SeenOn(asOf, today));
        var yearBegins = new DateOnly(asOf.Year, 1, 1);
        var (furthest, thisYear) = (default(MilestoneKind?), new List<MilestoneKind>());
        foreach (var point in project.Points)
        {
            if (point.ReachedOn is not { } on || on > seenOn) continue;
            if (furthest is null || Stages.Of(point.Kind) > Stages.Of(furthest.Value)) furthest = point.Kind;
            if (on >= yearBegins && on <= cut && !thisYear.Contains(point.Kind)) thisYear.Add(point.Kind);
        }

        var next = NextOf(project, seenOn);
        var begun = project.BegunOn is { } first && first <= cut ? project.BegunOn : null;
        var continuing = begun < yearBegins;
        var underWay = continuing ? project.Resumed.TryGetValue(asOf.Year, out var resumed) && resumed <= cut : begun is not null;
        var (year, scheduled, done, unreported) = (0L, 0L, 0L, 0);
        foreach (var outlay in project.Outlays)
        {
            if (outlay.Month.Year != asOf.Year) continue;
            year += outlay.Planned ?? 0;
            if (outlay.Month > asOf) continue;
            scheduled += outlay.Planned ?? 0;
            done += outlay.Actual ?? 0;
            if (outlay is { Planned: > 0, Actual: null }) unreported++;
        }

        return new(
            project, furthest is { } reached ? Stages.Of(reached) : Stage.Preparing, next, next is { PlannedOn: { } planned } ? Until(planned, seenOn, days) : null, continuing, underWay, year, scheduled, done, unreported,
            rules.OfStart(project.BeginsOn is { } day ? Month.Of(day) : null, begun, asOf), rules.OfInvestment(year, scheduled, done, asOf), thisYear, project.RisksDue.Count(due => due < today));
    }

    /// <summary>The next planned milestone: not one that lies behind because a later one was reached.</summary>
    private static Point? NextOf(Entry project, DateOnly cut)
    {
        Point? next = null;
        foreach (var point in project.Points)
        {
            if (point.PlannedOn is not { } planned || point.ReachedOn <= cut || planned >= next?.PlannedOn) continue;
            var passed = false;
            foreach (var other in project.Points) passed |= other.Phase == point.Phase && other.Kind > point.Kind && other.ReachedOn <= cut;
            if (!passed) next = point;
        }

        return next;
    }

    /// <summary>Working days until then; below 0 where it has passed.</summary>
    private static int Until(DateOnly planned, DateOnly from, WorkingDays days) => planned >= from ? days.Count(from, planned).Days : -days.Count(planned, from).Days;
}
