using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>One request: what is asked and by whom, who may approve it, and while it is pending what it would move.</summary>
internal static class ShowRequest
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number) : IRequest<Result>;

    /// <param name="Page">The page of what it is on; empty where there is none.</param>
    /// <param name="Approvers">The accounts that may approve it, while it is pending.</param>
    /// <param name="Standstill">Why none of them can just now, and who can; null where somebody can.</param>
    /// <param name="Preview">What it would move, as things stand now.</param>
    /// <param name="Obstacle">Why it could not be done now; empty where nothing is known to be in its way.</param>
    internal sealed record Result(
        string Number,
        Text Name,
        string Subject,
        string Page,
        Text Says,
        Text Who,
        string Asker,
        string AskerLogin,
        DateTime AskedAt,
        DateOnly ExpiresOn,
        RequestState State,
        DateTime? DecidedAt,
        string? DecidedBy,
        string? Reason,
        IReadOnlyList<string> Approvers,
        Text? Standstill,
        IReadOnlyList<Text> Preview,
        IReadOnlyList<Text> Obstacle,
        bool MayDecide,
        bool MayWithdraw);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/requests/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
            .Needs<Query>().WithSummary("One request: what is asked, by whom, who may approve it, and what it would move").WithTags("Countersigning");

    private sealed class Handler(Db db, IMediator mediator, RequestInHand requests, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Approvers = """
            SELECT DISTINCT u.user_id, u.name
              FROM countersigning_post p
              JOIN access_public_user_role u ON u.role = p.role AND (p.department = '' OR u.department = p.department)
             WHERE p.request_id = @Id AND u.user_id <> @AskerId
             ORDER BY u.name
            """;

        // Of those who are away, whose substitute is whoever asked, or was chosen by whoever asked: neither may decide on it.
        private const string InAskersHands = """
            SELECT s.user_id, s.ends_on
              FROM access_public_substitution s
              JOIN access_public_user a ON a.id = @AskerId OR a.login = @AskerOnBehalfOf
             WHERE s.user_id IN @away AND s.starts_on <= @today AND s.ends_on >= @today AND (s.substitute_id = a.id OR s.named_by_id = a.id)
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var row = await requests.See(query.Number, ct);
            var (asked, post) = (requests.IsAsker(row), await requests.HoldsPost(row, ct));
            var state = Enum.Parse<RequestState>(row.State);
            var pending = state == RequestState.Pending;
            var approvers = pending ? await db.Query<Account>(Approvers, new { row.Id, row.AskerId }, ct) : [];
            var (preview, obstacle) = pending && (asked || post) ? await Look(row, ct) : ([], []);
            return new(
                row.Number, new(row.NameZh, row.NameEn), row.Subject, RequestInHand.Page(row.Subject), new(row.SaysZh, row.SaysEn), new(row.WhoZh, row.WhoEn),
                row.AskerName, row.AskerLogin, row.AskedAt, row.ExpiresOn, state, row.DecidedAt, row.DecidedBy, row.Reason,
                [.. approvers.Select(a => a.Name)], await Standstill(row, approvers, ct), preview, obstacle,
                pending && post && !asked && actor.May(Act.Countersign), pending && asked && actor.May(Act.AskApproval));
        }

        private async Task<Text?> Standstill(RequestRow row, IReadOnlyList<Account> approvers, CancellationToken ct)
        {
            if (approvers.Count == 0) return null;
            var held = (await db.Query<Away>(InAskersHands, new { row.AskerId, row.AskerOnBehalfOf, away = approvers.Select(a => a.UserId), today = clock.Today }, ct)).ToLookup(s => s.UserId);
            if (!approvers.All(a => held.Contains(a.UserId))) return null;
            var (names, last) = (approvers.Select(a => a.Name).Distinct().ToList(), held.SelectMany(s => s).Max(s => s.EndsOn));
            var (zh, en) = (string.Join('、', names), string.Join(", ", names));
            return new(
                $"目前没有人能替批：{zh}不在岗，替岗人就是提请人或由提请人安排，而提请人（含代岗）不能批准自己的提请。可由{zh}本人登录批准，或请安全管理员另行安排替岗人；替岗至 {Words.Day(last)} 结束，之后由本人批准。",
                $"Nobody can approve it in their place now: {en} is away, and the substitute is whoever asked or was chosen by whoever asked, who cannot approve their own request. {en} can sign in and approve it, or the security administrator arranges another substitute; the substitution ends on {Words.Day(last)}.");
        }

        private async Task<(IReadOnlyList<Text> Preview, IReadOnlyList<Text> Obstacle)> Look(RequestRow row, CancellationToken ct)
        {
            var lines = new List<Text>();
            try
            {
                await mediator.Publish(new RequestPreviewed(await requests.Command(row, ct), lines), ct);
                return (lines, []);
            }
            catch (Refused refused)
            {
                return ([], [.. refused.Problems.Select(p => p.Message)]);
            }
        }

        private sealed record Account
        {
            public long UserId { get; init; }
            public string Name { get; init; } = "";
        }

        private sealed record Away
        {
            public long UserId { get; init; }
            public DateOnly EndsOn { get; init; }
        }
    }
}
