using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Land.Contract;

/// <summary>Where a parcel of a project stands, for the project's timeline.</summary>
internal sealed record ParcelFact(
    string Number, DateOnly? ContractSignedOn, DateOnly? HandedOverOn, DateOnly? TitledOn, string? CertificateNumber, IReadOnlyList<Approvals.Web.Text> Missing);

internal sealed record ParcelsOf(long ProjectId) : IRequest<IReadOnlyList<ParcelFact>>, IInside;
