using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits.Contract;

/// <summary>An item to open a case for, and the codes of the items it needs approved first.</summary>
internal sealed record NewCase(Item Item, IReadOnlyList<string> Needs);

/// <summary>Opens a case for each item of one application; they share its number. Refused where the project already has an open or approved case of an item.</summary>
internal sealed record OpenCases(string ApplicationNumber, long ProjectId, DateTime ReceivedAt, IReadOnlyList<NewCase> Cases, string LateReason = "")
    : ICommand<IReadOnlyList<string>>, IInside;

/// <summary>The application is accepted: each of its cases starts as soon as nothing blocks it.</summary>
/// <param name="AcceptedAt">What the law counts from: the window's word, or the receipt where the window kept silent (行政许可法 32).</param>
/// <param name="Note">What the log of each case says of it, where it was not the window's own word.</param>
internal sealed record AdmitCases(string ApplicationNumber, DateTime AcceptedAt, string LateReason = "", string? Note = null) : ICommand<Unit>, IInside;

/// <summary>The window asked for a correction (6), closed it (7), or ended the application (2, 4, 5): the event goes on every case.</summary>
internal sealed record MarkCases(string ApplicationNumber, CaseStatus Status, DateTime OccurredAt, string Note, string LateReason = "") : ICommand<Unit>, IInside
{
    /// <summary>What the log takes. SQLite would keep more; SQL Server refuses the row.</summary>
    public const int LongestNote = 2000;
}

/// <summary>Cases of a project were accepted: their time began.</summary>
internal sealed record CasesAccepted(long ProjectId, IReadOnlyList<AcceptedCase> Cases) : INotification;

/// <param name="CarriedFrom">The day itself, where the day of acceptance is the first working day after it.</param>
internal sealed record AcceptedCase(long CaseId, string CaseNumber, string ApplicationNumber, string ItemCode, DateOnly AcceptedOn, DateOnly? CarriedFrom);

/// <summary>One case was taken back by itself; where the whole application is, the window knows.</summary>
internal sealed record CaseWithdrawn(long CaseId, string CaseNumber, string ApplicationNumber, string ItemCode, DateOnly On) : INotification;

/// <summary>The department took a case back: recalled (14) or revoked (15).</summary>
/// <param name="CertificateNumber">Of the permit that holds no more; null where none had been granted.</param>
internal sealed record CaseTakenBack(long CaseId, string CaseNumber, string ApplicationNumber, string ItemCode, CaseStatus Status, string? CertificateNumber, DateOnly On) : INotification;

/// <summary>The number of a permit had been entered wrongly, and is another now.</summary>
internal sealed record CertificateCorrected(long CaseId, string CaseNumber, string ApplicationNumber, string Was, string Now) : INotification;

/// <summary>Something was put right that leaves a case as it is: its log says so.</summary>
internal sealed record NoteOnCase(long CaseId, string Note) : ICommand<Unit>, IInside;

/// <summary>In a command that changes the files of an owed document: it has not been received, and will not be until the command is over.</summary>
internal sealed record HoldOwedDocument(long CaseId, string Document) : ICommand<bool>, IInside;

/// <summary>A case was decided: 11, 12 or 13.</summary>
internal sealed record CaseDecided(
    long CaseId, string CaseNumber, string ApplicationNumber, long ProjectId, long ItemId, string ItemCode, CaseStatus Status, string? CertificateNumber, DateOnly DecidedOn)
    : INotification;

/// <summary>
/// A case stands still (行政许可法 45). Told when the first of its pauses opens: further ones that overlap it are part of
/// the same standstill.
/// </summary>
/// <param name="KindCode">A code of the kinds of pauses.</param>
/// <param name="From">The first day, which still counts.</param>
internal sealed record CasePaused(
    long CaseId, string CaseNumber, string ApplicationNumber, long ProjectId, string ItemCode, string Department, string KindCode, DateOnly From) : INotification;

/// <summary>A case runs again: the last of its open pauses has ended, or the case itself has.</summary>
/// <param name="To">The last day that is not counted.</param>
internal sealed record CaseResumed(
    long CaseId, string CaseNumber, string ApplicationNumber, long ProjectId, string ItemCode, string Department, string KindCode, DateOnly To) : INotification;

/// <summary>A case as other modules may know it.</summary>
internal sealed record CaseFact
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public string ApplicationNumber { get; init; } = "";
    public long ProjectId { get; init; }
    public long ItemId { get; init; }
    public string ItemCode { get; init; } = "";
    public string Department { get; init; } = "";
    public CaseStatus Status { get; init; }
    public DateTime ReceivedAt { get; init; }
    public bool IsAdmitted { get; init; }
    public DateOnly? AcceptedOn { get; init; }
    public DateOnly? DueOn { get; init; }
    public bool IsDueProvisional { get; init; }
    public DateOnly? DecidedOn { get; init; }
    public string? CertificateNumber { get; init; }

    public Text Standing => Status.Standing(IsAdmitted, AcceptedOn);

    /// <summary>Codes of the items it still waits for.</summary>
    public IReadOnlyList<string> BlockedBy { get; init; } = [];
}

/// <summary>The cases of one application, in the order of the form.</summary>
internal sealed record CasesOfApplication(string Number) : IRequest<IReadOnlyList<CaseFact>>, IInside;

/// <summary>All cases a project ever had, oldest first.</summary>
internal sealed record CasesOfProject(long ProjectId) : IRequest<IReadOnlyList<CaseFact>>, IInside;
