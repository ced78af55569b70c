using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Modules.Timeline;

/// <summary>How an item of a project stands, as the project's people see it.</summary>
internal enum ItemState
{
    NotApplied,

    /// <summary>Taken in at the window, not yet accepted.</summary>
    Received,

    /// <summary>Accepted at the window; other items must be approved first.</summary>
    Blocked,

    Running,

    /// <summary>In a correction or a special procedure: its clock does not run.</summary>
    Paused,

    Approved,

    /// <summary>Ended without an approval; it can be applied for again.</summary>
    Ended,
}

internal static class ItemStates
{
    /// <param name="newest">The newest case of the item, or null.</param>
    public static ItemState Of(CaseFact? newest) => newest switch
    {
        null => ItemState.NotApplied,
        { Status: var status } when status.IsApproved() => ItemState.Approved,
        { Status: var status } when status.IsTerminal() => ItemState.Ended,
        { Status: CaseStatus.SpecialProcedureStarted } => ItemState.Paused,
        { Status: CaseStatus.CorrectionOpened, AcceptedOn: not null } => ItemState.Paused,
        { AcceptedOn: not null } => ItemState.Running,
        { IsAdmitted: true } => ItemState.Blocked,
        _ => ItemState.Received,
    };

    public static Text Name(ItemState state) => state switch
    {
        ItemState.NotApplied => new("未申报", "Not applied for"),
        ItemState.Received => new("待受理", "Awaiting acceptance"),
        ItemState.Blocked => new("等待前置", "Blocked"),
        ItemState.Running => new("办理中", "In progress"),
        ItemState.Paused => new("暂停计时", "Paused"),
        ItemState.Approved => new("已办结", "Approved"),
        ItemState.Ended => new("未通过", "Ended without approval"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
