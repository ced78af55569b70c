using Approvals.Messaging;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Land.Contract;

/// <summary>Where a parcel of a project stands, for the project's timeline.</summary>
/// <param name="Next">The running clock that is due first.</param>
internal sealed record ParcelFact(
    string Number, DateOnly? ContractSignedOn, DateOnly? HandedOverOn, DateOnly? TitledOn, string? CertificateNumber, IReadOnlyList<Approvals.Web.Text> Missing, ClockFact? Next);

internal sealed record ParcelsOf(long ProjectId) : IRequest<IReadOnlyList<ParcelFact>>, IInside;
