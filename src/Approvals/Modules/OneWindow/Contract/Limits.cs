using Approvals.Messaging;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow.Contract;

/// <summary>A limit of a project that the window watches: of a stage of an application, or for the start of works after the permit.</summary>
/// <param name="Number">The application.</param>
internal sealed record WindowLimit(string Number, Text Name, ClockFact Clock);

/// <summary>Those of a project, in the order in which they began.</summary>
internal sealed record WindowLimitsOf(long ProjectId) : IRequest<IReadOnlyList<WindowLimit>>, IInside;
