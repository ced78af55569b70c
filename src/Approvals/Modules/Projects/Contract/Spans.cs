using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Projects.Contract;

/// <summary>How long something took, in working days.</summary>
/// <param name="From">The first day, which is not counted.</param>
/// <param name="To">The last day; today where it is still running.</param>
/// <param name="Days">Working days between them.</param>
/// <param name="IsProvisional">It touches a year without a published calendar.</param>
/// <param name="IsRunning">The end has not been reached.</param>
/// <param name="Baseline">What it took before the reform, or null where there is nothing to compare with.</param>
internal sealed record Span(DateOnly From, DateOnly To, int Days, bool IsProvisional, bool IsRunning, int? Baseline)
{
    /// <summary>−82 for 30 days against 167: whole percent, halves away from zero.</summary>
    public int? ChangePercent => Baseline is { } b ? Spans.ChangePercent(Days, b) : null;
}

/// <summary>The spans of a project's life that the zone answers for.</summary>
internal static class Spans
{
    /// <summary>拿地即开工: from the land to the start of works, against the process's own baseline (not that of approval time).</summary>
    /// <returns>Null where the land has not been acquired.</returns>
    public static Span? LandToStart(IEnumerable<MilestoneFact> milestones, Process process, WorkingDays calendar, DateOnly today) =>
        Between(milestones, MilestoneKind.LandAcquired, MilestoneKind.ConstructionStarted, process.LandToStartBaseline, calendar, today);

    /// <summary>交地即交证: from the handover to the title; 0 is the same day.</summary>
    /// <returns>Null where the land has not been handed over.</returns>
    public static Span? HandoverToTitle(IEnumerable<MilestoneFact> milestones, WorkingDays calendar, DateOnly today) =>
        Between(milestones, MilestoneKind.HandedOver, MilestoneKind.Titled, null, calendar, today);

    /// <summary>
    /// When the project as a whole reached it. Reported of its phases only, the works have started with the first of them
    /// (拿地即开工), and are through with the last.
    /// </summary>
    /// <param name="phases">How many phases it has; none where only what starts or comes before the works is asked for.</param>
    public static DateOnly? Reached(IReadOnlyList<MilestoneFact> milestones, MilestoneKind kind, int phases = 0)
    {
        var (whole, ofPhases) = (default(DateOnly?), new List<DateOnly?>());
        foreach (var m in milestones)
        {
            if (m.Kind != kind.ToString() || m.ReachedOn is null) continue;
            if (m.Phase == 0) whole = m.ReachedOn;
            else ofPhases.Add(m.ReachedOn);
        }

        if (kind == MilestoneKind.ConstructionStarted) return ofPhases.Append(whole).Min();
        return whole ?? (phases > 0 && ofPhases.Count == phases ? ofPhases.Max() : null);
    }

    public static int ChangePercent(int days, int baseline) =>
        (int)Math.Round((days - baseline) * 100m / baseline, MidpointRounding.AwayFromZero);

    private static Span? Between(IEnumerable<MilestoneFact> milestones, MilestoneKind first, MilestoneKind last, int? baseline, WorkingDays calendar, DateOnly today)
    {
        var facts = milestones.ToList();
        if (Reached(facts, first) is not { } from) return null;
        var until = Reached(facts, last);
        var to = until ?? today;
        var count = calendar.Count(from, to);
        return new(from, to, count.Days, count.IsProvisional, until is null, baseline);
    }
}
