using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Messages;

/// <summary>One's own inbox: what is unread first, then the rest, the newest first; and what one has muted.</summary>
internal static class ListMessages
{
    /// <param name="Before">The <c>next</c> of the page before, or null for the first page.</param>
    /// <param name="Rows">Rows of a page, 1–200.</param>
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query(long? Before = null, int Rows = 50) : IRequest<Result>;

    /// <param name="Unread">How many are unread and not muted.</param>
    /// <param name="New">The unread ones, on the first page only; at most as many as a page has rows.</param>
    /// <param name="Rows">What has been read or is muted.</param>
    /// <param name="Next">Where the next page begins, or null on the last.</param>
    internal sealed record Result(int Unread, IReadOnlyList<Message> New, IReadOnlyList<Message> Rows, IReadOnlyList<Mute> Mutes, long? Next);

    /// <param name="For">Whom the reader stood in for when it came (代 X); null where it concerns the reader.</param>
    internal sealed record Message(long Id, string Level, Text Title, Text Body, string Link, string Subject, bool Muted, DateTime At, DateTime? ReadAt, string? For);

    internal sealed record Mute(string Subject, string Reason, DateOnly Until);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/messages", (long? before, int? rows, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(before, rows ?? 50), ct))
            .Needs<Query>()
            .WithSummary("One's own messages: the unread ones, then the rest, the newest first.")
            .WithTags("Messages");

    private sealed class Handler(Db db, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Unread = """
            SELECT m.id, m.level, m.title_zh, m.title_en, m.body_zh, m.body_en, m.link, m.subject_key, m.is_muted, m.created_at, m.read_at, u.name AS for_name
              FROM messages_message m
              LEFT JOIN access_public_user u ON u.id = m.for_user_id
             WHERE m.user_id = @userId AND m.read_at IS NULL AND m.is_muted = 0
             ORDER BY m.id DESC
            """;

        private const string Others = """
            SELECT m.id, m.level, m.title_zh, m.title_en, m.body_zh, m.body_en, m.link, m.subject_key, m.is_muted, m.created_at, m.read_at, u.name AS for_name
              FROM messages_message m
              LEFT JOIN access_public_user u ON u.id = m.for_user_id
             WHERE m.user_id = @userId AND m.id < @before AND (m.read_at IS NOT NULL OR m.is_muted = 1)
             ORDER BY m.id DESC
            """;

        private const string Count = "SELECT COUNT(*) FROM messages_message WHERE user_id = @userId AND read_at IS NULL AND is_muted = 0";

        private const string Mutes = "SELECT subject_key AS subject, reason, until_on FROM messages_mute WHERE user_id = @userId AND until_on >= @today ORDER BY subject_key";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check().That(query.Rows is >= 1 and <= 200, "messages.wrongRows", "rows", "每页行数为 1 至 200。", "A page has 1 to 200 rows.").Done();
            var who = new { userId = actor.UserId, before = query.Before ?? long.MaxValue, today = clock.Today };
            var unread = query.Before is null ? await db.First<Row>(query.Rows, Unread, who, ct) : [];
            var count = unread.Count < query.Rows && query.Before is null ? unread.Count : await db.Find<int>(Count, who, ct);
            var others = await db.First<Row>(query.Rows + 1, Others, who, ct);
            var mutes = await db.Query<MuteRow>(Mutes, who, ct);
            var shown = others.Take(query.Rows).ToList();
            return new(count, [.. unread.Select(r => r.Message)], shown.ConvertAll(r => r.Message), [.. mutes.Select(m => new Mute(m.Subject, m.Reason, m.UntilOn))], others.Count > query.Rows ? shown[^1].Id : null);
        }

        private sealed record MuteRow
        {
            public string Subject { get; init; } = "";
            public string Reason { get; init; } = "";
            public DateOnly UntilOn { get; init; }
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Level { get; init; } = "";
            public string TitleZh { get; init; } = "";
            public string TitleEn { get; init; } = "";
            public string BodyZh { get; init; } = "";
            public string BodyEn { get; init; } = "";
            public string Link { get; init; } = "";
            public string SubjectKey { get; init; } = "";
            public bool IsMuted { get; init; }
            public DateTime CreatedAt { get; init; }
            public DateTime? ReadAt { get; init; }
            public string? ForName { get; init; }

            public Message Message => new(Id, Level, new(TitleZh, TitleEn), new(BodyZh, BodyEn), Link, SubjectKey, IsMuted, CreatedAt, ReadAt, ForName);
        }
    }
}
