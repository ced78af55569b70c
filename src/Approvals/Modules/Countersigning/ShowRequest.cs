using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
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
        IReadOnlyList<Text> Preview,
        IReadOnlyList<Text> Obstacle,
        bool MayDecide,
        bool MayWithdraw);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/requests/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
            .Needs<Query>().WithSummary("One request: what is asked, by whom, who may approve it, and what it would move").WithTags("Countersigning");

    private sealed class Handler(Db db, IMediator mediator, RequestInHand requests, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Approvers = """
            SELECT DISTINCT u.name, u.department
              FROM countersigning_post p
              JOIN access_public_user_role u ON u.role = p.role AND (p.department = '' OR u.department = p.department)
             WHERE p.request_id = @Id AND u.user_id <> @AskerId
             ORDER BY u.name
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var row = await requests.Find(query.Number, ct);
            var (asked, post) = (requests.IsAsker(row), await requests.HoldsPost(row, ct));
            if (!post && !requests.IsOpenTo(row))
                throw Refused.NotFound("request.unknown", "number", $"没有编号为「{row.Number}」的提请。", $"There is no request “{row.Number}”.");
            var state = Enum.Parse<RequestState>(row.State);
            var pending = state == RequestState.Pending;
            var approvers = pending ? await db.Query<Account>(Approvers, new { row.Id, row.AskerId }, ct) : [];
            var (preview, obstacle) = pending && (asked || post) ? await Look(row, ct) : ([], []);
            return new(
                row.Number, new(row.NameZh, row.NameEn), row.Subject, RequestInHand.Page(row.Subject), new(row.SaysZh, row.SaysEn), new(row.WhoZh, row.WhoEn),
                row.AskerName, row.AskerLogin, row.AskedAt, row.ExpiresOn, state, row.DecidedAt, row.DecidedBy, row.Reason,
                [.. approvers.Select(a => a.Name)], preview, obstacle,
                pending && post && !asked && actor.May(Act.Countersign), pending && asked && actor.May(Act.AskApproval));
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
            public string Name { get; init; } = "";
            public string? Department { get; init; }
        }
    }
}
