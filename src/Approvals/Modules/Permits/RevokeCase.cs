using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>15: the head of the department revokes a permit that should not have been granted (行政许可法 69).</summary>
internal static class RevokeCase
{
    [RecordAs("撤销许可", "Revoke the permit", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Reason = null, DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/revoke", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Revoke the permit of a case").WithTags("Permits");

    private sealed class Handler(IMediator mediator) : IRequestHandler<Command, Unit>
    {
        public Task<Unit> Handle(Command command, CancellationToken ct) =>
            mediator.Send(new TakeBack.Command(command.Number, CaseStatus.Revoked, command.Reason, command.OccurredAt, command.LateReason), ct);
    }
}
