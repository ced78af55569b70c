using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>不同意: nothing of what was asked for is done, and whoever asked is told why.</summary>
internal static class DeclineRequest
{
    public const int LongestReason = 200;

    [RecordAs("否决提请", "Decline a request")]
    [Needs(Act.Countersign)]
    internal sealed record Command(string Number = "", string? Reason = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/requests/{number}/decline", async (string number, Command body, IMediator mediator) =>
            {
                await mediator.Send(body with { Number = number });
                return Results.NoContent();
            })
            .Needs<Command>().WithSummary("Decline what somebody else asked for, and say why").WithTags("Countersigning");

    private sealed class Handler(RequestInHand requests, Actor actor) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var row = await requests.See(command.Number, ct);
            await requests.DemandDecider(row, ct);
            new Check().Text(command.Reason, "reason", "不同意的理由", "The reason", LongestReason).Done();
            var reason = command.Reason!.Trim();
            await requests.Settle(row, RequestState.Declined, reason, ct);
            await requests.TellAsker(row, RequestState.Declined, new($"{actor.Name}不同意：{reason}", $"Declined by {actor.Name}: {reason}"), ct);
            return Unit.Value;
        }
    }
}
