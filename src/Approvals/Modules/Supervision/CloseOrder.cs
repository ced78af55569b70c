using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>督办办结: the centre's supervisor closes an order, answered or not, and says why.</summary>
internal static class CloseOrder
{
    [RecordAs("办结督办单", "Close the supervision order", Subject.Order)]
    [Needs(Act.CloseOrder)]
    internal sealed record Command(string Number = "", string? Note = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/orders/{number}/close", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Close a supervision order").WithTags("Supervision");

    private sealed class Handler(Db db, OrderInHand orders, Actor actor, ZoneClock clock, IMediator mediator, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Close = """
            UPDATE supervision_order
               SET finished_at = @Now, finished_how = 'closed', finished_by = @Name, note = @Note
             WHERE id = @Id AND finished_at IS NULL
            """;

        // What it rested on is no longer waited for.
        private const string Settle = "UPDATE supervision_cause SET settled_at = @Now WHERE order_id = @Id AND settled_at IS NULL";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var order = await orders.Find(command.Number, ct);
            new Check().Text(command.Note, "note", "办结意见", "The closing note", AnswerOrder.Longest).Done();
            if (await db.Execute(Close, new { order.Id, clock.Now, actor.Name, Note = command.Note!.Trim() }, ct) == 0) throw await orders.Lost(command.Number, ct);
            trail.Changed<Text>(new("状态", "Status"), new("未办结", "Open"), new("已办结", "Closed"));
            await db.Execute(Settle, new { order.Id, clock.Now }, ct);
            await mediator.Send(new StopClocks("order", order.Id, clock.Today), ct);
            return Unit.Value;
        }
    }
}
