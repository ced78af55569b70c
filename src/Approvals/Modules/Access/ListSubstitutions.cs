using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>替岗: of one's department, or of the whole zone; what runs or is to come, and the last that are over.</summary>
internal static class ListSubstitutions
{
    private const int MostPast = 50;

    [Needs(Act.ArrangeSubstitution)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="People">For whom the reader may arrange one.</param>
    internal sealed record Result(IReadOnlyList<Line> Open, IReadOnlyList<Line> Past, IReadOnlyList<Person> People);

    internal sealed record Person(string Login, string Name, string? Department, IReadOnlyList<Role> Roles);

    /// <param name="From">The first day.</param>
    /// <param name="To">The last day.</param>
    internal sealed record Line(long Id, string Login, string Name, string? Department, string SubstituteLogin, string SubstituteName, DateOnly From, DateOnly To, string Reason, string NamedBy, DateTime? EndedAt, string? EndedBy, LineState State)
    {
        public static Line Of(Substitutions.Row r, DateOnly today) => new(
            r.Id, r.Login, r.Name, r.Department, r.SubstituteLogin, r.SubstituteName, r.StartsOn, r.EndsOn, r.Reason, r.NamedBy, r.EndedAt, r.EndedBy,
            r.EndedAt is not null || r.EndsOn < today ? LineState.Over : r.StartsOn > today ? LineState.ToCome : LineState.InForce);
    }

    internal enum LineState
    {
        ToCome,
        InForce,
        Over,
    }

    public static Text Name(this LineState state) => state switch
    {
        LineState.ToCome => new("未开始", "to come"),
        LineState.InForce => new("替岗中", "in force"),
        _ => new("已结束", "over"),
    };

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/substitutions", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
        .Needs<Query>().WithTags("Access").WithSummary("Who stands in for whom, as far as one may arrange it");

    private sealed class Handler(Db db, Actor actor, Substitutions substitutions) : IRequestHandler<Query, Result>
    {
        private const string Running = $"""
            {Substitutions.Rows}
             WHERE s.ends_on >= @today AND s.ended_at IS NULL AND (@department = '' OR x.department = @department)
             ORDER BY s.starts_on, s.id
            """;

        private const string Before = $"""
            {Substitutions.Rows}
             WHERE (s.ends_on < @today OR s.ended_at IS NOT NULL) AND (@department = '' OR x.department = @department)
             ORDER BY s.id DESC
            """;

        private const string Active = $"SELECT {Account.Columns} FROM access_user u WHERE u.is_active = 1 AND (@department = '' OR u.department = @department) ORDER BY u.login";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var today = substitutions.Today;
            // Whoever may anywhere may for people of no department too.
            var of = new { today, department = actor.May(Act.ArrangeSubstitution, new Place()) ? "" : actor.Department ?? "-" };
            var people = await db.Query<Account>(Active, of, ct);
            return new(
                [.. (await db.Query<Substitutions.Row>(Running, of, ct)).Select(r => Line.Of(r, today))],
                [.. (await db.First<Substitutions.Row>(MostPast, Before, of, ct)).Select(r => Line.Of(r, today))],
                [.. people.Where(a => !a.NeedsFactor).Select(a => new Person(a.Login, a.Name, a.Department, a.RoleList))]);
        }
    }
}
