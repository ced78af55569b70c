using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>Explains one light: the arithmetic of its clock, what it raised, the orders that followed, and what moved its date.</summary>
internal static class ShowLight
{
    /// <param name="Label">The number people know.</param>
    /// <param name="Rule">Which of its limits; without it the one due first.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string Label, string? Rule = null) : IRequest<Result>;

    /// <param name="Others">The other limits of the same number.</param>
    internal sealed record Result(ExplainedClock Light, IReadOnlyList<string> Others, IReadOnlyList<Order> Orders, IReadOnlyList<PauseFact> Pauses, IReadOnlyList<ExtensionFact> Extensions);

    internal sealed record Order(string Number, OrderState State, DateOnly DueOn, DateTime OpenedAt);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/lights/{label}", (string label, string? rule, IMediator mediator) => mediator.Send(new Query(label, rule)))
            .Needs<Query>().WithSummary("One light explained: the arithmetic of its clock, its alerts, orders and moves").WithTags("Supervision");

    private sealed class Handler(Db db, Actor actor, IMediator mediator) : IRequestHandler<Query, Result>
    {
        private const string Clocks = """
            SELECT subject_kind, subject_id, limit_rule AS [rule], department
              FROM deadlines_public_clock
             WHERE label = @label
             ORDER BY CASE WHEN stopped_on IS NULL THEN 0 ELSE 1 END, CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, id DESC
            """;

        private const string OrdersOf = """
            SELECT o.number, o.due_on, o.opened_at, o.escalated_at, o.answered_at, o.finished_how
              FROM supervision_cause c
              JOIN supervision_order o ON o.id = c.order_id
             WHERE o.label = @label AND c.clock_id = @id
             ORDER BY o.id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var label = query.Label.Trim();
            var only = actor.OnlyDepartment();
            var all = await db.Query<Clock>(Clocks, new { label }, ct);
            var clocks = all.Where(c => only is null || c.Department == only).ToList();
            var chosen = clocks.FirstOrDefault(c => string.IsNullOrEmpty(query.Rule) || c.Rule == query.Rule);
            if (chosen is null || await mediator.Send(new ExplainClock(chosen.SubjectKind, chosen.SubjectId, chosen.Rule), ct) is not { } explained)
            {
                var unknown = Refused.NotFound("light.unknown", "label", $"「{label}」没有这样的时限，或不属于本部门。", $"“{label}” has no such limit, or it is another department's.");
                throw all.Count > clocks.Count ? unknown.Hiding() : unknown;
            }

            var orders = await db.Query<OrderRow>(OrdersOf, new { label, id = explained.ClockId }, ct);
            var moves = Rules.OfDecision.Contains(chosen.Rule);
            return new(
                explained,
                [.. clocks.Select(c => c.Rule).Distinct().Where(r => r != chosen.Rule)],
                [.. orders.Select(o => new Order(o.Number, OrderStates.Of(o.FinishedHow, o.AnsweredAt, o.EscalatedAt), o.DueOn, o.OpenedAt))],
                moves ? await mediator.Send(new PausesOf(chosen.SubjectKind, chosen.SubjectId), ct) : [],
                moves ? await mediator.Send(new ExtensionsOf(chosen.SubjectKind, chosen.SubjectId), ct) : []);
        }

        private sealed record Clock
        {
            public string SubjectKind { get; init; } = "";
            public long SubjectId { get; init; }
            public string Rule { get; init; } = "";
            public string Department { get; init; } = "";
        }

        private sealed record OrderRow
        {
            public string Number { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public DateTime OpenedAt { get; init; }
            public DateTime? EscalatedAt { get; init; }
            public DateTime? AnsweredAt { get; init; }
            public string? FinishedHow { get; init; }
        }
    }
}
