using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>The orders that are open, the one to be answered first on top; or all there ever were, the newest first.</summary>
internal static class ListOrders
{
    /// <param name="Department">A department's code, <c>-</c> for the window, or null for all the reader may see.</param>
    /// <param name="All">Those that have ended too.</param>
    /// <param name="After">The <c>next</c> of the page before.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string? Department = null, bool All = false, string? After = null, int Rows = 50) : IRequest<Result>;

    internal sealed record Result(IReadOnlyList<Order> Orders, string? Next);

    internal sealed record Order(
        string Number, OrderState State, string SubjectKind, string Label, string Department, string Item, string Rule, DateOnly DueOn, DateTime OpenedAt, DateOnly AnswerDueOn, DateOnly? PromisedOn);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/orders", (string? department, bool? all, string? after, int? rows, IMediator mediator) => mediator.Send(new Query(department, all ?? false, after, rows ?? 50)))
            .Needs<Query>().WithSummary("Supervision orders: the open ones, or all").WithTags("Supervision");

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Columns = """
            id, number, subject_kind, limit_rule, label, department, item, due_on, opened_at, answer_due_on, promised_on, escalated_at, answered_at, finished_how
            """;

        private const string Open = $"""
            SELECT {Columns}
              FROM supervision_order
             WHERE finished_at IS NULL AND answer_due_on >= @from AND (answer_due_on > @from OR id > @id)
             ORDER BY answer_due_on, id
            """;

        private const string OpenOfDepartment = $"""
            SELECT {Columns}
              FROM supervision_order
             WHERE finished_at IS NULL AND answer_due_on >= @from AND (answer_due_on > @from OR id > @id) AND department = @department
             ORDER BY answer_due_on, id
            """;

        private const string Every = $"""
            SELECT {Columns}
              FROM supervision_order
             WHERE id < @id
             ORDER BY id DESC
            """;

        private const string EveryOfDepartment = $"""
            SELECT {Columns}
              FROM supervision_order
             WHERE department = @department AND id < @id
             ORDER BY id DESC
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (from, id) = (DateOnly.MinValue, query.All ? long.MaxValue : 0L);
            new Check()
                .That(query.Rows is >= 1 and <= 200, "orders.wrongRows", "rows", "每页行数为 1 至 200。", "A page has 1 to 200 rows.")
                .That(string.IsNullOrEmpty(query.After) || Place.Read(query.After, out from, out id), "orders.wrongPlace", "after", "翻页位置无效，请从第一页开始。", "The place to go on from is not valid; start at the first page.")
                .Done();
            var department = actor.OnlyDepartment() ?? Place.Department(query.Department);
            var sql = (query.All, department) switch
            {
                (true, null) => Every,
                (true, _) => EveryOfDepartment,
                (false, null) => Open,
                _ => OpenOfDepartment,
            };
            var rows = await db.First<OrderRow>(query.Rows + 1, sql, new { department, from, id }, ct);
            var shown = rows.Take(query.Rows).ToList();
            return new(
                shown.ConvertAll(r => new Order(r.Number, r.State, r.SubjectKind, r.Label, r.Department, r.Item, r.LimitRule, r.DueOn, r.OpenedAt, r.AnswerDueOn, r.PromisedOn)),
                rows.Count > query.Rows ? Place.Write(shown[^1].AnswerDueOn, shown[^1].Id) : null);
        }
    }
}
