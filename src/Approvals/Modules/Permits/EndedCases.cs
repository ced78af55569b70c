using Approvals.Messaging;
using Approvals.Modules.Countersigning.Contract;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>A case has ended: whatever still waits for a second person on it can no longer be done.</summary>
internal static class EndedCases
{
    public static Task EndRequests(this IMediator mediator, string number, CancellationToken ct) =>
        mediator.Send(new EndRequests(Subject.Of(Subject.Case, number), new($"{number} 已经结束，提请随之失效。", $"{number} has ended, and the request with it.")), ct);
}
