using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Who stands in for oneself, for whom one stands in, and who could.</summary>
internal static class MySubstitutions
{
    private const int MostPast = 10;

    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="Own">By whom one is or will be stood in for, and the last that are over.</param>
    /// <param name="Others">For whom one stands in, or will.</param>
    /// <param name="Candidates">Who fits; nobody for an administrator.</param>
    internal sealed record Result(IReadOnlyList<ListSubstitutions.Line> Own, IReadOnlyList<ListSubstitutions.Line> Others, IReadOnlyList<Candidate> Candidates);

    internal sealed record Candidate(string Login, string Name);

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/account/substitutions", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
        .Needs<Query>().WithTags("Access").WithSummary("Who stands in for oneself, and for whom one stands in");

    private sealed class Handler(Db db, Actor actor, Substitutions substitutions) : IRequestHandler<Query, Result>, IRequestHandler<StandInsOf, IReadOnlyList<StandIn>>, IRequestHandler<SubstitutesNow, IReadOnlyList<SubstituteNow>>
    {
        private const string OfMine = $"""
            {Substitutions.Rows}
             WHERE s.user_id = @me
             ORDER BY s.id DESC
            """;

        private const string OfOthers = $"""
            {Substitutions.Rows}
             WHERE s.substitute_id = @me AND s.ends_on >= @today AND s.ended_at IS NULL
             ORDER BY s.starts_on, s.id
            """;

        private const string InForce = """
            SELECT s.id, x.name, s.ends_on
              FROM access_substitution s
              JOIN access_user x ON x.id = s.user_id
             WHERE s.substitute_id = @UserId AND s.starts_on <= @today AND s.ends_on >= @today AND s.ended_at IS NULL AND x.is_active = 1
             ORDER BY s.id
            """;

        private const string Running = """
            SELECT user_id, substitute_id
              FROM access_substitution
             WHERE ends_on >= @today AND starts_on <= @today AND ended_at IS NULL
             ORDER BY id
            """;

        private const string Both = $"SELECT {Account.Columns} FROM access_user u WHERE u.id IN @ids";

        private const string Active = $"SELECT {Account.Columns} FROM access_user u WHERE u.is_active = 1 ORDER BY u.login";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var today = substitutions.Today;
            var own = await db.First<Substitutions.Row>(MostPast, OfMine, new { me = actor.UserId }, ct);
            var others = await db.Query<Substitutions.Row>(OfOthers, new { me = actor.UserId, today }, ct);
            IReadOnlyList<Account> all = await Account.Find(db, actor.UserId, ct) is { NeedsFactor: false } ? await db.Query<Account>(Active, ct: ct) : [];
            var me = all.FirstOrDefault(a => a.Id == actor.UserId);
            return new(
                [.. own.Select(r => ListSubstitutions.Line.Of(r, today))],
                [.. others.Select(r => ListSubstitutions.Line.Of(r, today))],
                me is null ? [] : [.. all.Where(a => Substitutions.Fits(me, a)).Select(a => new Candidate(a.Login, a.Name))]);
        }

        public Task<IReadOnlyList<StandIn>> Handle(StandInsOf query, CancellationToken ct) =>
            db.Query<StandIn>(InForce, new { query.UserId, today = substitutions.Today }, ct);

        public async Task<IReadOnlyList<SubstituteNow>> Handle(SubstitutesNow query, CancellationToken ct)
        {
            var running = await db.Query<Pair>(Running, new { today = substitutions.Today }, ct);
            if (running.Count == 0) return [];
            var ids = running.SelectMany(p => new[] { p.UserId, p.SubstituteId }).Distinct();
            var accounts = (await db.Query<Account>(Both, new { ids }, ct)).ToDictionary(a => a.Id);
            return [.. running.Where(p => Substitutions.Fits(accounts[p.UserId], accounts[p.SubstituteId])).Select(p => new SubstituteNow(p.UserId, p.SubstituteId))];
        }

        private sealed record Pair
        {
            public long UserId { get; init; }
            public long SubstituteId { get; init; }
        }
    }
}
