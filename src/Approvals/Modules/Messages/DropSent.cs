using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>
/// Each night drops what was sent long enough ago; what waits or was given up stays. A message a person was told stays in
/// the inbox: it, and not the outbox, keeps the same thing from being told twice.
/// </summary>
internal static class DropSent
{
    /// <summary>A bounded share, so that nobody who tells something waits for long; how many rows it dropped.</summary>
    [RecordAs("清理已发消息", "Drop what was sent long ago")]
    [Needs(Act.Operate)]
    internal sealed record Batch(int Rows = 500) : ICommand<int>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("messages.drop-sent");
            var batch = new Batch();
            while (await mediator.Send(batch, ct) == batch.Rows) ct.ThrowIfCancellationRequested();
        }
    }

    private sealed class Handler(Db db, Enclosures enclosures, ZoneClock clock, MessageSettings settings, Trail trail) : IRequestHandler<Batch, int>
    {
        private const string Oldest = "SELECT id, sent_at FROM messages_outbox WHERE state = 'sent' AND sent_at < @before ORDER BY sent_at, id";
        private const string Drop = "DELETE FROM messages_outbox WHERE state = 'sent' AND (sent_at < @SentAt OR sent_at = @SentAt AND id <= @Id)";

        public async Task<int> Handle(Batch batch, CancellationToken ct)
        {
            // The row stays as the record; the bytes have gone where they were to go.
            await enclosures.Drop(ct);
            var oldest = await db.First<Row>(batch.Rows, Oldest, new { before = clock.Now - settings.KeepSent }, ct);
            var dropped = oldest.Count == 0 ? 0 : await db.Execute(Drop, oldest[^1], ct);
            trail.Changed(new("清理的已发消息", "Sent rows dropped"), 0, dropped);
            return dropped;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public DateTime SentAt { get; init; }
        }
    }
}
