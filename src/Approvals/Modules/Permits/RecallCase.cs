using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>14: the head of the department takes the acceptance back, or a lawful permit whose ground has changed (行政许可法 8).</summary>
internal static class RecallCase
{
    [RecordAs("撤回", "Recall the case", Subject.Case)]
    [Needs(Act.DecideCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Reason = null, DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/recall", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Recall a case: its acceptance, or its permit").WithTags("Permits");

    private sealed class Handler(IMediator mediator) : IRequestHandler<Command, Unit>
    {
        public Task<Unit> Handle(Command command, CancellationToken ct) =>
            mediator.Send(new TakeBack.Command(command.Number, CaseStatus.Recalled, command.Reason, command.OccurredAt, command.LateReason), ct);
    }
}
