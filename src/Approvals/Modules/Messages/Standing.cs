using Approvals.Database;
using Approvals.Modules.Messages.Contract;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>Answers for the menu and for those who run the system.</summary>
internal static class Standing
{
    private sealed class Unread(Db db) : IRequestHandler<CountUnread, int>
    {
        private const string Count = "SELECT COUNT(*) FROM messages_message WHERE user_id = @UserId AND read_at IS NULL AND is_muted = 0";

        public Task<int> Handle(CountUnread query, CancellationToken ct) => db.Find<int>(Count, query, ct);
    }

    private sealed class Unsent(Db db, Outbox outbox) : IRequestHandler<OutboxNow, OutboxStanding>
    {
        private const string Counts = "SELECT COUNT(*) AS unsent, COALESCE(SUM(IIF(state = 'dead', 1, 0)), 0) AS dead FROM messages_outbox WHERE state <> 'sent'";

        public async Task<OutboxStanding> Handle(OutboxNow query, CancellationToken ct)
        {
            var row = (await db.Find<Row>(Counts, ct: ct))!;
            return new(outbox.HasMail, row.Unsent - row.Dead, row.Dead);
        }

        private sealed record Row
        {
            public int Unsent { get; init; }
            public int Dead { get; init; }
        }
    }
}
