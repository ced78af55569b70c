using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>How an order stands.</summary>
internal enum OrderState
{
    /// <summary>Waits for its answer.</summary>
    Open,

    /// <summary>The day of the answer has passed; the leaders of the zone have been told.</summary>
    Escalated,

    /// <summary>Waits for the supervisor.</summary>
    Answered,

    /// <summary>Closed by the supervisor.</summary>
    Closed,

    /// <summary>What it was about is settled.</summary>
    Settled,

    /// <summary>The due date it was about is another.</summary>
    Moved,
}

internal static class OrderStates
{
    public static OrderState Of(string? finishedHow, DateTime? answeredAt, DateTime? escalatedAt) => finishedHow switch
    {
        "closed" => OrderState.Closed,
        "stopped" => OrderState.Settled,
        "moved" => OrderState.Moved,
        _ => answeredAt is not null ? OrderState.Answered : escalatedAt is not null ? OrderState.Escalated : OrderState.Open,
    };

    public static Text Name(this OrderState state) => state switch
    {
        OrderState.Open => new("待答复", "Waits for an answer"),
        OrderState.Escalated => new("逾期未答复，已报领导", "Unanswered, leaders told"),
        OrderState.Answered => new("已答复，待办结", "Answered, to be closed"),
        OrderState.Closed => new("已办结", "Closed"),
        OrderState.Settled => new("事项已办结", "The matter is settled"),
        OrderState.Moved => new("到期日已变动", "The due date has moved"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Css(this OrderState state) => state switch
    {
        OrderState.Escalated => "light light-red",
        OrderState.Open => "light light-yellow",
        OrderState.Answered => "state state-waiting",
        _ => "state state-done",
    };
}

/// <summary>One order and what happened to it.</summary>
internal static class ShowOrder
{
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string Number) : IRequest<Result>;

    /// <param name="Rules">The limits that were missed; two where both ended on one day.</param>
    /// <param name="MayAnswer">Whether the reader is asked for the answer.</param>
    internal sealed record Result(
        string Number, OrderState State, string SubjectKind, string Label, string Department, string Item, DateOnly DueOn, IReadOnlyList<Cause> Rules,
        DateTime OpenedAt, DateOnly AnswerDueOn, DateTime? EscalatedAt, DateTime? AnsweredAt, string? AnsweredBy, string? Answer, string? Measures, DateOnly? PromisedOn,
        DateTime? FinishedAt, string? FinishedBy, string? Note, bool MayAnswer, bool MayClose);

    /// <param name="BeganOn">The first day that was late.</param>
    internal sealed record Cause(string Rule, DateOnly BeganOn, DateTime JoinedAt);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/orders/{number}", (string number, IMediator mediator) => mediator.Send(new Query(number)))
            .Needs<Query>().WithSummary("A supervision order and what happened to it").WithTags("Supervision");

    private sealed class Handler(Db db, OrderInHand orders, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Causes = """
            SELECT limit_rule, began_on, joined_at
              FROM supervision_cause
             WHERE order_id = @Id
             ORDER BY alert_id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var row = await orders.Find(query.Number, ct);
            var causes = await db.Query<CauseRow>(Causes, new { row.Id }, ct);
            var waits = row.FinishedAt is null;
            return new(
                row.Number, row.State, row.SubjectKind, row.Label, row.Department, row.Item, row.DueOn,
                [.. causes.Select(c => new Cause(c.LimitRule, c.BeganOn, c.JoinedAt))],
                row.OpenedAt, row.AnswerDueOn, row.EscalatedAt, row.AnsweredAt, row.AnsweredBy, row.Answer, row.Measures, row.PromisedOn, row.FinishedAt, row.FinishedBy, row.Note,
                waits && row.AnsweredAt is null && actor.May(Act.AnswerOrder) && actor.AnswersFor().Contains(row.Department), waits && actor.May(Act.CloseOrder));
        }

        private sealed record CauseRow
        {
            public string LimitRule { get; init; } = "";
            public DateOnly BeganOn { get; init; }
            public DateTime JoinedAt { get; init; }
        }
    }
}
