using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Sends again what was given up, or now what waits for its next try; with the same idempotency key.</summary>
internal static class ResendOutbox
{
    [RecordAs("重发", "Send again")]
    [Needs(Act.Operate)]
    internal sealed record One(long Id) : ICommand<Unit>;

    /// <summary>All that was given up.</summary>
    [RecordAs("全部重发", "Send all again")]
    [Needs(Act.Operate)]
    internal sealed record All : ICommand<int>;

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/outbox/{id}/resend", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new One(id), ct);
            return Results.NoContent();
        }).Needs<One>().WithSummary("Send a row of the outbox again.").WithTags("Messages");
        api.MapPost("/outbox/resend", async (IMediator mediator, CancellationToken ct) => new { again = await mediator.Send(new All(), ct) })
            .Needs<All>().WithSummary("Send again all that was given up.").WithTags("Messages");
    }

    private sealed class Handler(Db db, ZoneClock clock, Trail trail) : IRequestHandler<One, Unit>, IRequestHandler<All, int>
    {
        private const string Again = """
            UPDATE messages_outbox
               SET state = 'waiting', attempts = 0, next_try_at = @now
             WHERE id = @Id AND state <> 'sent' AND (claimed_until IS NULL OR claimed_until <= @now)
            """;

        private const string AllAgain = "UPDATE messages_outbox SET state = 'waiting', attempts = 0, next_try_at = @now WHERE state = 'dead'";

        public async Task<Unit> Handle(One command, CancellationToken ct)
        {
            if (await db.Execute(Again, new { command.Id, now = clock.Now }, ct) == 0)
                throw Refused.Conflict("outbox.notNow", "没有这一条，或者它已送达、正在发送。", "There is no such row, or it has been sent or is being sent.");
            trail.Changed<Text>(new($"待发消息 {command.Id}", $"Row {command.Id} of the outbox"), new("未发出", "Not sent"), new("待重发", "To be sent again"));
            return Unit.Value;
        }

        public async Task<int> Handle(All command, CancellationToken ct)
        {
            var again = await db.Execute(AllAgain, new { now = clock.Now }, ct);
            trail.Changed(new("待重发的消息", "Rows to be sent again"), 0, again);
            return again;
        }
    }
}
