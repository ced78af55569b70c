using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Modules.Portfolio;

/// <summary>How far a project has come: one stage at a time, so the stages of all add up to all.</summary>
internal enum Stage
{
    Preparing,
    Land,
    Permits,
    Started,
    MainStructure,
    Completed,
    Production,
}

internal static class Stages
{
    public static readonly IReadOnlyList<Stage> All = Enum.GetValues<Stage>();

    public static Stage Of(MilestoneKind kind) => kind switch
    {
        MilestoneKind.Signed => Stage.Preparing,
        MilestoneKind.LandAcquired or MilestoneKind.HandedOver or MilestoneKind.Titled => Stage.Land,
        MilestoneKind.LandUsePermit or MilestoneKind.DesignApproved or MilestoneKind.WorksPermit or MilestoneKind.ConstructionPermit => Stage.Permits,
        MilestoneKind.ConstructionStarted => Stage.Started,
        MilestoneKind.MainStructure or MilestoneKind.ToppedOut => Stage.MainStructure,
        MilestoneKind.Completed or MilestoneKind.Accepted => Stage.Completed,
        MilestoneKind.Production => Stage.Production,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static Text Name(Stage stage) => stage switch
    {
        Stage.Preparing => new("前期", "Preparing"),
        Stage.Land => new("供地", "Land"),
        Stage.Permits => new("审批", "Permits"),
        Stage.Started => new("开工", "Works begun"),
        Stage.MainStructure => new("主体施工或封顶", "Main structure or topped out"),
        Stage.Completed => new("竣工", "Completed"),
        Stage.Production => new("投产", "In production"),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}
