using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>What has not left the process: given up, and still waiting. Not what it says: whoever runs the machine has no part in the work.</summary>
internal static class ListOutbox
{
    public const int PageSize = 100;

    /// <param name="State"><c>dead</c> or <c>waiting</c>.</param>
    /// <param name="After">The <c>next</c> of the page before.</param>
    [Needs(Act.Operate)]
    internal sealed record Query(string? State = "dead", long? After = null) : IRequest<Result>;

    internal sealed record Result(int Waiting, int Dead, IReadOnlyList<Row> Rows, long? Next);

    internal sealed record Row
    {
        public long Id { get; init; }
        public string IdempotencyKey { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Address { get; init; } = "";
        public int Attempts { get; init; }
        public DateTime CreatedAt { get; init; }
        public DateTime NextTryAt { get; init; }
        public string? LastError { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/outbox", (string? state, long? after, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(state ?? "dead", after), ct))
            .Needs<Query>()
            .WithSummary("What could not be sent (dead) or waits to be (waiting).")
            .WithTags("Messages");

    private sealed class Handler(Db db, IMediator mediator) : IRequestHandler<Query, Result>
    {
        private const string Dead = """
            SELECT id, idempotency_key, channel, address, attempts, created_at, next_try_at, last_error
              FROM messages_outbox
             WHERE state = 'dead' AND id > @after
             ORDER BY id
            """;

        private const string Waiting = """
            SELECT id, idempotency_key, channel, address, attempts, created_at, next_try_at, last_error
              FROM messages_outbox
             WHERE state = 'waiting' AND id > @after
             ORDER BY id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check().That(query.State is "dead" or "waiting", "outbox.wrongState", "state", "状态只能是 dead（已放弃）或 waiting（待发）。", "The state is dead or waiting.").Done();
            var now = await mediator.Send(new Contract.OutboxNow(), ct);
            var rows = await db.First<Row>(PageSize + 1, query.State == "dead" ? Dead : Waiting, new { after = query.After ?? 0 }, ct);
            var shown = rows.Take(PageSize).ToList();
            return new(now.Waiting, now.Dead, shown, rows.Count > PageSize ? shown[^1].Id : null);
        }
    }
}
