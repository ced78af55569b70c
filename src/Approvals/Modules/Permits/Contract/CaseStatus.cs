using Approvals.Web;

namespace Approvals.Modules.Permits.Contract;

/// <summary>办理状态 BLZT, the codes of the national data-exchange standard for construction-project approval.</summary>
internal enum CaseStatus
{
    Received = 1,
    Withdrawn = 2,
    Accepted = 3,
    NoPermitNeeded = 4,
    NotAccepted = 5,
    CorrectionOpened = 6,
    CorrectionClosed = 7,
    DepartmentStarted = 8,
    SpecialProcedureStarted = 9,
    SpecialProcedureEnded = 10,
    Approved = 11,
    ApprovedDocumentsOwed = 12,
    Refused = 13,
    Recalled = 14,
    Revoked = 15,
    WithdrawalWaiting = 16,
}

internal static class CaseStatuses
{
    /// <summary>No timer runs after these.</summary>
    public static bool IsTerminal(this CaseStatus status) => status is CaseStatus.Withdrawn or CaseStatus.NoPermitNeeded or CaseStatus.NotAccepted
        or CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed or CaseStatus.Refused or CaseStatus.Recalled or CaseStatus.Revoked;

    public static bool IsApproved(this CaseStatus status) => status is CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed;

    /// <summary>In the department's hands, its clock running or paused.</summary>
    public static bool IsStarted(this CaseStatus status) => !status.IsTerminal() && status is not CaseStatus.Received and not CaseStatus.WithdrawalWaiting;

    /// <summary>How a case stands, in words: the national status, and what it does not tell, that a received case waits.</summary>
    public static Text Standing(this CaseStatus status, bool isAdmitted, DateOnly? acceptedOn) => status switch
    {
        CaseStatus.Received when !isAdmitted => new("待受理", "Awaiting acceptance"),
        CaseStatus.Received or CaseStatus.CorrectionClosed when acceptedOn is null && isAdmitted => new("等待前置", "Waiting for prerequisites"),
        CaseStatus.Accepted or CaseStatus.DepartmentStarted or CaseStatus.SpecialProcedureEnded => new("办理中", "In progress"),
        _ => status.Name(),
    };

    /// <summary>What is written down when it happens. Of what stands so, <see cref="Standing"/> says it.</summary>
    public static Text Name(this CaseStatus status) => status switch
    {
        CaseStatus.Received => new("已接件", "Received"),
        CaseStatus.Withdrawn => new("已撤件", "Withdrawn"),
        CaseStatus.Accepted => new("已受理", "Accepted"),
        CaseStatus.NoPermitNeeded => new("不受理", "No permit needed"),
        CaseStatus.NotAccepted => new("不予受理", "Not accepted"),
        CaseStatus.CorrectionOpened => new("补正开始", "Correction opened"),
        CaseStatus.CorrectionClosed => new("补正结束", "Correction closed"),
        CaseStatus.DepartmentStarted => new("部门开始办理", "Department started"),
        CaseStatus.SpecialProcedureStarted => new("特别程序开始", "Special procedure started"),
        CaseStatus.SpecialProcedureEnded => new("特别程序结束", "Special procedure ended"),
        CaseStatus.Approved => new("办结（通过）", "Approved"),
        CaseStatus.ApprovedDocumentsOwed => new("办结（容缺通过）", "Approved, documents owed"),
        CaseStatus.Refused => new("办结（不通过）", "Refused"),
        CaseStatus.Recalled => new("撤回", "Recalled"),
        CaseStatus.Revoked => new("撤销", "Revoked"),
        CaseStatus.WithdrawalWaiting => new("撤件待确认", "Withdrawal waiting"),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
