using Approvals.Modules.Projects.Contract;

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

    /// <summary>True where the one, directly or through others, comes before the other.</summary>
    public static bool IsBefore(MilestoneKind one, MilestoneKind other) => After[other].Any(before => before == one || IsBefore(one, before));
}
