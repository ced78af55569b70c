namespace Approvals.Modules.Projects.Contract;

/// <summary>
/// The point of the project's life that an item's approval marks. The title is not here: Land reports it with the
/// certificate, and an approved registration without a handover is not one.
/// </summary>
internal static class ItemMilestones
{
    private static readonly Dictionary<string, MilestoneKind> ByItem = new()
    {
        ["A02"] = MilestoneKind.LandUsePermit,
        ["B02"] = MilestoneKind.LandUsePermit,
        ["A04"] = MilestoneKind.DesignApproved,
        ["B05"] = MilestoneKind.DesignApproved,
        ["A05"] = MilestoneKind.WorksPermit,
        ["B06"] = MilestoneKind.WorksPermit,
        ["A08"] = MilestoneKind.ConstructionPermit,
        ["B13"] = MilestoneKind.ConstructionPermit,
    };

    public static MilestoneKind? Of(string itemCode) => ByItem.TryGetValue(itemCode, out var kind) ? kind : null;
}
