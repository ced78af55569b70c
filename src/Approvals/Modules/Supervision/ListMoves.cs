using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>The due dates that a publication of the calendar moved, and by how much; in the order in which they were counted again.</summary>
internal static class ListMoves
{
    /// <param name="Recount">The number of the recount, as the message about it links it; 0 for the newest.</param>
    /// <param name="Department">A department's code, <c>-</c> for the window, or null for all.</param>
    /// <param name="After">The <c>next</c> of the page before.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(long Recount, string? Department = null, long After = 0, int Rows = 100) : IRequest<Result>;

    /// <param name="UnderWay">Recounts that are not finished: more may come.</param>
    internal sealed record Result(string? By, DateTime? At, IReadOnlyList<Move> Moves, long? Next, IReadOnlyList<RecountStanding> UnderWay);

    internal sealed record Move(string SubjectKind, string Label, string Rule, string Department, string Item, DateOnly From, DateOnly To);

    private sealed class Handler(Db db, Actor actor, IMediator mediator) : IRequestHandler<Query, Result>
    {
        private const string Newest = "SELECT MAX(recount_id) FROM deadlines_public_move";

        private const string All = """
            SELECT m.clock_id, c.subject_kind, c.label, c.limit_rule AS [rule], c.department, c.item, m.from_on, m.to_on, m.asked_by, m.asked_at
              FROM deadlines_public_move m
              JOIN deadlines_public_clock c ON c.id = m.clock_id
             WHERE m.recount_id = @Recount AND m.clock_id > @After
             ORDER BY m.clock_id
            """;

        private const string OfDepartment = """
            SELECT m.clock_id, c.subject_kind, c.label, c.limit_rule AS [rule], c.department, c.item, m.from_on, m.to_on, m.asked_by, m.asked_at
              FROM deadlines_public_move m
              JOIN deadlines_public_clock c ON c.id = m.clock_id
             WHERE m.recount_id = @Recount AND m.department = @department AND m.clock_id > @After
             ORDER BY m.clock_id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check().That(query.Rows is >= 1 and <= 500, "moves.wrongRows", "rows", "每页行数为 1 至 500。", "A page has 1 to 500 rows.").Done();
            var department = actor.OnlyDepartment() ?? Place.Department(query.Department);
            var recount = query.Recount > 0 ? query.Recount : await db.Find<long?>(Newest, ct: ct) ?? 0;
            var rows = await db.First<Row>(query.Rows + 1, department is null ? All : OfDepartment, new { Recount = recount, query.After, department }, ct);
            var shown = rows.Take(query.Rows).ToList();
            return new(
                rows.Count > 0 ? rows[0].AskedBy : null, rows.Count > 0 ? rows[0].AskedAt : null,
                shown.ConvertAll(r => new Move(r.SubjectKind, r.Label, r.Rule, r.Department, r.Item, r.FromOn, r.ToOn)),
                rows.Count > query.Rows ? shown[^1].ClockId : null,
                await mediator.Send(new RecountsNow(), ct));
        }

        private sealed record Row
        {
            public long ClockId { get; init; }
            public string SubjectKind { get; init; } = "";
            public string Label { get; init; } = "";
            public string Rule { get; init; } = "";
            public string Department { get; init; } = "";
            public string Item { get; init; } = "";
            public DateOnly FromOn { get; init; }
            public DateOnly ToOn { get; init; }
            public string AskedBy { get; init; } = "";
            public DateTime AskedAt { get; init; }
        }
    }
}
