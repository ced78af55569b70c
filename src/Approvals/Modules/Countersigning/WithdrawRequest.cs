using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>撤回: whoever asked takes it back before it is decided.</summary>
internal static class WithdrawRequest
{
    [RecordAs("撤回提请", "Withdraw a request")]
    [Needs(Act.AskApproval)]
    internal sealed record Command(string Number = "") : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/requests/{number}/withdraw", async (string number, IMediator mediator) =>
            {
                await mediator.Send(new Command(number));
                return Results.NoContent();
            })
            .Needs<Command>().WithSummary("Take back what one asked for").WithTags("Countersigning");

    private sealed class Handler(RequestInHand requests) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var row = await requests.See(command.Number, ct);
            if (row.State != nameof(RequestState.Pending)) throw requests.Lost(row);
            if (!requests.IsAsker(row)) throw Refused.Forbidden("request.notYours", $"此提请由{row.AskerName}提出，只能由本人撤回。", $"{row.AskerName} asked for it; only they can withdraw it.");
            await requests.Settle(row, RequestState.Withdrawn, null, ct);
            return Unit.Value;
        }
    }
}
