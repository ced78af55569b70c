using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// Takes the extension of a case back; its pauses are counted again as if it had never been. What the head or the leader
/// has granted is theirs to undo: it takes the same approval.
/// </summary>
internal static class RemoveCaseExtension
{
    [RecordAs("撤销延长", "Take back the extension", Subject.Case)]
    [Needs(Act.HandleCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Reason = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/extension/remove", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Take the extension of a case back").WithTags("Permits");

    private sealed class Handler(IMediator mediator, SecondPerson second) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            new Check().Text(command.Reason, "reason", "撤销延长的理由", "The reason for taking the extension back", ExtendCase.LongestReason).Done();
            var reason = command.Reason!.Trim();
            var role = ExtendCase.ApproverOf(await mediator.Send(new ClocksOf("case", c.Id), ct));
            second.Demand(new($"撤销延长：{reason}", $"The extension is taken back: {reason}"), null, role == Role.ZoneLeader ? new Post(role) : new Post(role, c.Department));
            await mediator.Send(new RemoveExtension("case", c.Id, reason), ct);
            await mediator.Send(new NoteEvent.Command(c.Id, CaseActivity.ExtensionRemoved, $"撤销延长：{reason}", c.LastEvent), ct);
            return Unit.Value;
        }
    }
}
