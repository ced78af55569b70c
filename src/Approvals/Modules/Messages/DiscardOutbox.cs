using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Drops for good what was given up and nobody is to get any more. The inboxes keep their message.</summary>
internal static class DiscardOutbox
{
    [RecordAs("删除已放弃的外发消息", "Discard what was given up")]
    [Needs(Act.Operate)]
    internal sealed record Command(long Id) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/outbox/{id}/discard", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(id), ct);
            return Results.NoContent();
        }).Needs<Command>().WithSummary("Drop a row of the outbox that was given up.").WithTags("Messages");

    private sealed class Handler(Db db, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Drop = "DELETE FROM messages_outbox WHERE id = @Id AND state = 'dead'";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            if (await db.Execute(Drop, command, ct) == 0)
                throw Refused.Conflict("outbox.notGivenUp", "没有这一条，或者它没有被放弃。", "There is no such row, or it has not been given up.");
            trail.Changed<Text>(new($"外发消息 {command.Id}", $"Row {command.Id} of the outbox"), new("已放弃", "Given up"), new("已删除", "Discarded"));
            return Unit.Value;
        }
    }
}
