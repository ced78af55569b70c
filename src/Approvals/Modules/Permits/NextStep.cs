using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Modules.Permits;

/// <summary>Whose turn it is and what to do next: one owner, always.</summary>
internal sealed record NextStep(Text Owner, Text Action)
{
    private static readonly Text Window = new("窗口", "the window");
    private static readonly Text Applicant = new("申请人", "the applicant");

    /// <param name="status">The case's status.</param>
    /// <param name="isAdmitted">The window has accepted.</param>
    /// <param name="acceptedOn">The day it started, or null.</param>
    /// <param name="department">Its department.</param>
    /// <param name="handler">Who took it up, or null.</param>
    /// <param name="blockers">What it waits for.</param>
    /// <param name="owes">The day the earliest owed document is due, or null.</param>
    /// <param name="isHandedOut">The applicant has the result.</param>
    public static NextStep? Of(
        CaseStatus status, bool isAdmitted, DateOnly? acceptedOn, Text department, string? handler, IReadOnlyList<Blockers.Blocker> blockers, DateOnly? owes, bool isHandedOut)
    {
        var mine = handler is null ? department : new($"{department.Zh} {handler}", $"{department.En}, {handler}");
        return status switch
        {
            CaseStatus.ApprovedDocumentsOwed when owes is { } day => new(Applicant, new($"在 {Words.Day(day)} 前补交容缺材料", $"hand in the owed documents by {Words.Day(day)}")),
            CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed or CaseStatus.Refused when !isHandedOut => new(Window, new("出件", "hand out the result")),
            _ when status.IsTerminal() => null,
            CaseStatus.WithdrawalWaiting => new(Window, new("确认撤件", "confirm the withdrawal")),
            CaseStatus.CorrectionOpened => new(Applicant, new("补正材料", "correct the documents")),
            _ when !isAdmitted => new(Window, new("受理申请", "accept the application")),
            _ when acceptedOn is null && blockers.Count > 0 => new(
                blockers[0].Owner, new($"办结前置事项 {string.Join("、", blockers.Select(b => b.ItemCode))}", $"decide what it waits for: {string.Join(", ", blockers.Select(b => b.ItemCode))}")),
            CaseStatus.SpecialProcedureStarted => new(mine, new("办完特别程序，恢复计时", "end the special procedure and resume")),
            CaseStatus.DepartmentStarted or CaseStatus.SpecialProcedureEnded => new(mine, new("作出决定", "decide")),
            CaseStatus.CorrectionClosed when handler is not null => new(mine, new("作出决定", "decide")),
            _ => new(mine, new("开始办理", "take it up")),
        };
    }
}
