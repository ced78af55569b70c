using System.Collections.Concurrent;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Modules.Projects;

/// <summary>Which milestone cannot come before which. What may happen in either order is not said.</summary>
internal static class MilestoneOrder
{
    private static readonly Dictionary<MilestoneKind, MilestoneKind[]> After = new()
    {
        [MilestoneKind.Signed] = [],
        [MilestoneKind.LandAcquired] = [MilestoneKind.Signed],
        [MilestoneKind.HandedOver] = [MilestoneKind.LandAcquired],
        [MilestoneKind.Titled] = [MilestoneKind.HandedOver],
        [MilestoneKind.LandUsePermit] = [MilestoneKind.LandAcquired],
        [MilestoneKind.DesignApproved] = [MilestoneKind.Signed],
        [MilestoneKind.WorksPermit] = [MilestoneKind.LandUsePermit, MilestoneKind.DesignApproved],
        [MilestoneKind.ConstructionPermit] = [MilestoneKind.WorksPermit],
        // A start before its permit is unlawful, but it happens, and the record must be able to say so.
        [MilestoneKind.ConstructionStarted] = [MilestoneKind.HandedOver],
        [MilestoneKind.MainStructure] = [MilestoneKind.ConstructionStarted],
        [MilestoneKind.ToppedOut] = [MilestoneKind.MainStructure],
        [MilestoneKind.Completed] = [MilestoneKind.ToppedOut],
        [MilestoneKind.Accepted] = [MilestoneKind.Completed],
        // Lines run in before the whole is complete.
        [MilestoneKind.Production] = [MilestoneKind.ConstructionStarted],
    };

    /// <summary>By the code of a process: of each milestone all that come before it, by the order or by the plan.</summary>
    private static readonly ConcurrentDictionary<string, Dictionary<MilestoneKind, HashSet<MilestoneKind>>> Before = [];

    private static Dictionary<MilestoneKind, HashSet<MilestoneKind>> BeforeBy(string process)
    {
        var steps = ProjectPlan.StepsOf(process).ToDictionary(s => s.Kind, s => s.After);
        var all = new Dictionary<MilestoneKind, HashSet<MilestoneKind>>();
        HashSet<MilestoneKind> Of(MilestoneKind kind)
        {
            if (all.TryGetValue(kind, out var known)) return known;
            var direct = After[kind].Concat(steps.GetValueOrDefault(kind) ?? []).ToList();
            return all[kind] = [.. direct, .. direct.SelectMany(Of)];
        }

        foreach (var kind in After.Keys) Of(kind);
        return all;
    }

    /// <summary>True where the one, directly or through others, comes before the other.</summary>
    public static bool IsBefore(MilestoneKind one, MilestoneKind other) => After[other].Any(before => before == one || IsBefore(one, before));

    /// <summary>
    /// Days that lie before those of what comes earlier by the order or by the plan of the process. They are pointed out and
    /// stand: works overlap, and a plan is its author's. What is planned only and was passed by what is reached is late, which its own row says.
    /// </summary>
    public static IReadOnlyList<Text> OutOfOrder(IReadOnlyList<MilestoneFact> facts, Process process)
    {
        var before = Before.GetOrAdd(process.Code, BeforeBy);
        bool Precedes(Day one, Day other) => before[other.Kind].Contains(one.Kind) && (one.Phase == other.Phase
            || (other.Phase == 0 && other.Kind != MilestoneKind.ConstructionStarted)
            || (one.Phase == 0 && (!ProjectPlan.IsOfWorks(one.Kind) || one.Kind == MilestoneKind.ConstructionStarted)));
        var days = facts.Where(f => (f.ReachedOn ?? f.PlannedOn) is not null)
            .Select(f => new Day(Enum.Parse<MilestoneKind>(f.Kind), f.Phase, (f.ReachedOn ?? f.PlannedOn)!.Value, f.ReachedOn is not null))
            .OrderBy(d => d.Kind).ThenBy(d => d.Phase).ToList();
        return
        [
            .. from later in days
               from earlier in days
               where earlier.On > later.On && (later.IsReached || !earlier.IsReached) && Precedes(earlier, later)
               where !days.Exists(between => Precedes(earlier, between) && Precedes(between, later))
               select new Text(
                   $"{later.Zh} 早于{earlier.Zh}",
                   $"{later.Name.En} {(later.IsReached ? "was reached on" : "is planned for")} {Words.Day(later.On)}, before {earlier.Name.En}, {(earlier.IsReached ? "reached on" : "planned for")} {Words.Day(earlier.On)}"),
        ];
    }

    private sealed record Day(MilestoneKind Kind, int Phase, DateOnly On, bool IsReached)
    {
        public Text Name => Phase == 0
            ? new($"「{Milestones.Name(Kind).Zh}」", $"“{Milestones.Name(Kind).En}”")
            : new($"「{Milestones.Name(Kind).Zh}」（{Phase} 期）", $"“{Milestones.Name(Kind).En}” (phase {Phase})");

        public string Zh => $"{Name.Zh}{(IsReached ? "实际" : "计划")} {Words.Day(On)}";
    }
}
