using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>待我批准: what waits for the reader's approval, the oldest first; and what the reader asked for or decided, the newest first.</summary>
internal static class ListRequests
{
    private const int Most = 50;

    [Needs(Act.SeeWork)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="ToApprove">What waits for the reader.</param>
    /// <param name="Own">What the reader asked for, the last 50.</param>
    /// <param name="Decided">What the reader approved or declined, the last 50.</param>
    internal sealed record Result(IReadOnlyList<Line> ToApprove, IReadOnlyList<Line> Own, IReadOnlyList<Line> Decided);

    internal sealed record Line(
        string Number, Text Name, string Subject, Text Says, Text Who, string Asker, DateTime AskedAt, DateOnly ExpiresOn, RequestState State, DateTime? DecidedAt, string? DecidedBy);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/requests", (IMediator mediator) => mediator.Send(new Query()))
            .Needs<Query>().WithSummary("What waits for one's approval, what one asked for, and what one decided").WithTags("Countersigning");

    private sealed record Row
    {
        public string Number { get; init; } = "";
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string Subject { get; init; } = "";
        public string SaysZh { get; init; } = "";
        public string SaysEn { get; init; } = "";
        public string WhoZh { get; init; } = "";
        public string WhoEn { get; init; } = "";
        public string AskerName { get; init; } = "";
        public DateTime AskedAt { get; init; }
        public DateOnly ExpiresOn { get; init; }
        public string State { get; init; } = "";
        public DateTime? DecidedAt { get; init; }
        public string? DecidedBy { get; init; }

        public Line Line => new(
            Number, new(NameZh, NameEn), Subject, new(SaysZh, SaysEn), new(WhoZh, WhoEn), AskerName, AskedAt, ExpiresOn, Enum.Parse<RequestState>(State), DecidedAt, DecidedBy);
    }

    private sealed class Handler(Db db, RequestInHand requests, Actor actor) : IRequestHandler<Query, Result>, IRequestHandler<CountToApprove, int>, IRequestHandler<PendingOn, IReadOnlyList<PendingRequest>>
    {
        private const string ForMe = """
            SELECT r.number, r.name_zh, r.name_en, r.subject, r.says_zh, r.says_en, r.who_zh, r.who_en, r.asker_name, r.asked_at, r.expires_on, r.state, r.decided_at, r.decided_by
              FROM countersigning_request r
             WHERE r.state = 'Pending' AND r.asker_login NOT IN @me AND r.asker_on_behalf_of NOT IN @me
               AND EXISTS (SELECT 1 FROM countersigning_post p WHERE p.request_id = r.id AND p.role IN @roles AND (p.department = '' OR p.department = @department))
             ORDER BY r.id
            """;

        private const string Count = """
            SELECT COUNT(*)
              FROM countersigning_request r
             WHERE r.state = 'Pending' AND r.asker_login NOT IN @me AND r.asker_on_behalf_of NOT IN @me
               AND EXISTS (SELECT 1 FROM countersigning_post p WHERE p.request_id = r.id AND p.role IN @roles AND (p.department = '' OR p.department = @department))
            """;

        private const string Mine = """
            SELECT number, name_zh, name_en, subject, says_zh, says_en, who_zh, who_en, asker_name, asked_at, expires_on, state, decided_at, decided_by
              FROM countersigning_request
             WHERE asker_login = @Login
             ORDER BY id DESC
            """;

        private const string ByMe = """
            SELECT number, name_zh, name_en, subject, says_zh, says_en, who_zh, who_en, asker_name, asked_at, expires_on, state, decided_at, decided_by
              FROM countersigning_request
             WHERE decided_login = @Login AND state IN ('Approved', 'Declined')
             ORDER BY id DESC
            """;

        private const string OnSubjects = """
            SELECT number, name_zh, name_en, says_zh, says_en, who_zh, who_en, asker_login, asker_name, asker_department, asked_at
              FROM countersigning_request
             WHERE subject IN @Subjects AND state = 'Pending'
             ORDER BY id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct) => new(
            actor.May(Act.Countersign) ? [.. (await db.First<Row>(Most, ForMe, Me(), ct)).Select(r => r.Line)] : [],
            [.. (await db.First<Row>(Most, Mine, new { actor.Login }, ct)).Select(r => r.Line)],
            [.. (await db.First<Row>(Most, ByMe, new { actor.Login }, ct)).Select(r => r.Line)]);

        public async Task<int> Handle(CountToApprove query, CancellationToken ct) => actor.May(Act.Countersign) && actor.Roles.Count > 0 ? await db.Find<int>(Count, Me(), ct) : 0;

        public async Task<IReadOnlyList<PendingRequest>> Handle(PendingOn query, CancellationToken ct) =>
            [.. (await db.Query<RequestRow>(OnSubjects, new { query.Subjects }, ct)).Select(r =>
                new PendingRequest(r.Number, new(r.NameZh, r.NameEn), new(r.SaysZh, r.SaysEn), new(r.WhoZh, r.WhoEn), r.AskerName, r.AskedAt, requests.IsOpenTo(r)))];

        /// <summary>Whoever is acting, under each of their names, and the posts they hold.</summary>
        private object Me() => new
        {
            me = actor.OnBehalfOf is { } behalf ? new[] { actor.Login, behalf } : [actor.Login],
            roles = actor.Roles.Select(r => r.ToString()).ToArray(),
            department = actor.Department ?? "-",
        };
    }
}
