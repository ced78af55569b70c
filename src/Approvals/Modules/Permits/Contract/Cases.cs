using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using MediatR;

namespace Approvals.Modules.Permits.Contract;

/// <summary>An item to open a case for, and the codes of the items it needs approved first.</summary>
internal sealed record NewCase(Item Item, IReadOnlyList<string> Needs);

/// <summary>Opens a case for each item of one application; they share its number. Refused where the project already has an open or approved case of an item.</summary>
internal sealed record OpenCases(string ApplicationNumber, long ProjectId, DateTime ReceivedAt, IReadOnlyList<NewCase> Cases)
    : ICommand<IReadOnlyList<string>>, IInside;

/// <summary>The window accepted the application: each of its cases starts as soon as nothing blocks it.</summary>
internal sealed record AdmitCases(string ApplicationNumber, DateTime AcceptedAt) : ICommand<Unit>, IInside;

/// <summary>The window asked for a correction (6), closed it (7), or ended the application (2, 4, 5): the event goes on every case.</summary>
internal sealed record MarkCases(string ApplicationNumber, CaseStatus Status, DateTime OccurredAt, string Note) : ICommand<Unit>, IInside;

/// <summary>A case was decided: 11, 12 or 13.</summary>
internal sealed record CaseDecided(
    long CaseId, string CaseNumber, string ApplicationNumber, long ProjectId, long ItemId, string ItemCode, CaseStatus Status, string? CertificateNumber, DateOnly DecidedOn)
    : INotification;
