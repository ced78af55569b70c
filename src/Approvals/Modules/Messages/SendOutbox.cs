using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>
/// Sends what is due. A row is claimed before it is sent and settled afterwards, each in a transaction of its own: two
/// servers do not both send it, and what a crash leaves claimed is sent again with the same idempotency key.
/// </summary>
internal static class SendOutbox
{
    /// <summary>Minutes until the next try, after each that failed; then it is given up.</summary>
    private static readonly int[] BackOff = [1, 5, 15, 60, 240];

    /// <summary>A bounded share of what is due.</summary>
    /// <param name="Only">One row; for a test message.</param>
    [RecordAs("发送待发消息", "Send what waits in the outbox")]
    [Needs(Act.Operate)]
    internal sealed record Batch(int Rows = 50, long? Only = null) : IRequest<Result>, IRecorded;

    /// <param name="More">Whether there may be rows left that are due.</param>
    internal sealed record Result(int Sent, int Failed, bool More);

    /// <summary>Takes a row for sending; null where somebody else has it.</summary>
    [Unrecorded("the row of the outbox says who holds it")]
    [Needs(Act.Operate)]
    internal sealed record Claim(long Id) : ICommand<Claimed?>;

    /// <summary>Writes how a send ended.</summary>
    [Unrecorded("the row of the outbox says how it ended")]
    [Needs(Act.Operate)]
    internal sealed record Settle(Claimed Row, string? Error, bool GiveUp) : ICommand<Unit>;

    /// <summary>What waits for an address that does not answer is left for the next minute; that is no try.</summary>
    [Unrecorded("the row of the outbox says when it is tried again")]
    [Needs(Act.Operate)]
    internal sealed record Postpone(IReadOnlyList<long> Rows) : ICommand<Unit>;

    internal sealed record Claimed
    {
        public long Id { get; init; }
        public string IdempotencyKey { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Address { get; init; } = "";
        public string Payload { get; init; } = "";
        public int Attempts { get; init; }
        public DateTime? ClaimedUntil { get; init; }

        /// <summary>Null for mail; sealed, as the secret is.</summary>
        public string? Url { get; init; }
        public string? Secret { get; init; }
        public bool? IsActive { get; init; }

        public IReadOnlyList<Enclosure> Enclosures { get; init; } = [];
    }

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor, Gate gate)
    {
        [AutomaticRetry(Attempts = 0)]
        public Task Run(CancellationToken ct) => gate.OneAtATime(async () =>
        {
            actor.BecomeSystem("messages.send-outbox");
            while ((await mediator.Send(new Batch(), ct)).More) ct.ThrowIfCancellationRequested();
        });
    }

    /// <summary>In one process a second run does not wait for the first: there is nothing left for it to do.</summary>
    internal sealed class Gate
    {
        private int busy;

        public async Task OneAtATime(Func<Task> run)
        {
            if (Interlocked.Exchange(ref busy, 1) == 1) return;
            try
            {
                await run();
            }
            finally
            {
                Volatile.Write(ref busy, 0);
            }
        }
    }

    private sealed class Sending(Db db, ZoneClock clock, IServiceScopeFactory scopes, Mailer mailer, Robots robots, Trail trail) : IRequestHandler<Batch, Result>
    {
        private const int AddressesAtOnce = 8;

        private const string Due = """
            SELECT id, channel_id
              FROM messages_outbox
             WHERE state = 'waiting' AND next_try_at <= @now AND (claimed_until IS NULL OR claimed_until <= @now)
             ORDER BY next_try_at, id
            """;

        private const string One = "SELECT id, channel_id FROM messages_outbox WHERE id = @id AND state = 'waiting'";

        public async Task<Result> Handle(Batch batch, CancellationToken ct)
        {
            var due = batch.Only is { } id
                ? await db.Query<Row>(One, new { id }, ct)
                : await db.First<Row>(batch.Rows, Due, new { now = clock.Now }, ct);
            var (sent, failed) = (0, 0);
            // All mail goes to one server: it is one address.
            await Parallel.ForEachAsync(due.GroupBy(r => r.ChannelId ?? 0), new ParallelOptions { MaxDegreeOfParallelism = AddressesAtOnce, CancellationToken = ct }, async (address, cancelled) =>
            {
                var (s, f) = await SendTo([.. address.Select(r => r.Id)], cancelled);
                Interlocked.Add(ref sent, s);
                Interlocked.Add(ref failed, f);
            });
            trail.Changed(new("已发出", "Sent"), 0, sent);
            trail.Changed(new("未发出", "Not sent"), 0, failed);
            return new(sent, failed, batch.Only is null && due.Count == batch.Rows);
        }

        private async Task<(int Sent, int Failed)> SendTo(IReadOnlyList<long> rows, CancellationToken ct)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            var (sent, failed) = (0, 0);
            for (var i = 0; i < rows.Count; i++)
            {
                if (await mediator.Send(new Claim(rows[i]), ct) is not { } row) continue;
                var answer = row.Channel == Outbox.MailChannel ? await mailer.Send(row, ct) : await robots.Send(row, ct);
                // What was sent is written down even while the program is being stopped.
                await mediator.Send(new Settle(row, answer.Error, answer.GiveUp), CancellationToken.None);
                if (answer.Error is null) sent++;
                else failed++;
                if (!answer.HoldsUp) continue;
                await mediator.Send(new Postpone([.. rows.Skip(i + 1)]), ct);
                break;
            }

            return (sent, failed);
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public long? ChannelId { get; init; }
        }
    }

    private sealed class Claiming(Db db, Enclosures enclosures, ZoneClock clock, MessageSettings settings) : IRequestHandler<Claim, Claimed?>
    {
        private const string Take = """
            UPDATE messages_outbox
               SET claimed_until = @until
             WHERE id = @Id AND state = 'waiting' AND next_try_at <= @now AND (claimed_until IS NULL OR claimed_until <= @now)
            """;

        private const string Read = """
            SELECT o.id, o.idempotency_key, o.channel, o.address, o.payload, o.attempts, o.claimed_until, c.url, c.secret, c.is_active
              FROM messages_outbox o
              LEFT JOIN messages_channel c ON c.id = o.channel_id
             WHERE o.id = @Id
            """;

        public async Task<Claimed?> Handle(Claim command, CancellationToken ct)
        {
            var now = clock.Now;
            if (await db.Execute(Take, new { command.Id, now, until = now + settings.Lease }, ct) == 0 || await db.Find<Claimed>(Read, command, ct) is not { } row) return null;
            return row.Channel == Outbox.MailChannel ? row with { Enclosures = await enclosures.Read(row.Id, ct) } : row;
        }
    }

    private sealed class Settling(Db db, ZoneClock clock) : IRequestHandler<Settle, Unit>, IRequestHandler<Postpone, Unit>
    {
        // Whoever lost the row to another meanwhile still knows that it went out.
        private const string Sent = """
            UPDATE messages_outbox
               SET state = 'sent', attempts = attempts + 1, sent_at = @now, claimed_until = NULL, last_error = NULL
             WHERE id = @Id AND state <> 'sent'
            """;

        private const string Failed = """
            UPDATE messages_outbox
               SET state = @state, attempts = attempts + 1, next_try_at = @next, claimed_until = NULL, last_error = @error
             WHERE id = @Id AND state = 'waiting' AND claimed_until = @ClaimedUntil
            """;

        private const string Later = """
            UPDATE messages_outbox
               SET next_try_at = @next
             WHERE id = @id AND state = 'waiting' AND next_try_at <= @now AND (claimed_until IS NULL OR claimed_until <= @now)
            """;

        public async Task<Unit> Handle(Settle command, CancellationToken ct)
        {
            var (row, now) = (command.Row, clock.Now);
            if (command.Error is null)
            {
                await db.Execute(Sent, new { row.Id, now }, ct);
                return Unit.Value;
            }

            var isLast = command.GiveUp || row.Attempts >= BackOff.Length;
            var next = isLast ? now : now.AddMinutes(BackOff[row.Attempts]);
            await db.Execute(Failed, new { row.Id, row.ClaimedUntil, next, state = isLast ? "dead" : "waiting", error = Letter.Cut(command.Error, 500) }, ct);
            return Unit.Value;
        }

        public async Task<Unit> Handle(Postpone command, CancellationToken ct)
        {
            var now = clock.Now;
            var next = now.AddMinutes(BackOff[0]);
            await db.Execute(Later, command.Rows.Select(id => new { id, now, next }).ToList(), ct);
            return Unit.Value;
        }
    }
}
