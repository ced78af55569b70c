using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Supervision;

/// <summary>An order somebody wants to change, and why that may be too late.</summary>
internal sealed class OrderInHand(Db db, Actor actor, ZoneClock clock)
{
    private const string FindOrder = """
        SELECT id, number, subject_kind, limit_rule, label, department, item, due_on, opened_at, answer_due_on, escalated_at,
               answered_at, answered_by, answer, measures, promised_on, finished_at, finished_how, finished_by, note
          FROM supervision_order
         WHERE number = @number
        """;

    /// <exception cref="Refused">Where there is none, or none the reader may see.</exception>
    public async Task<OrderRow> Find(string number, CancellationToken ct)
    {
        number = number.Trim().ToUpperInvariant();
        var row = await db.Find<OrderRow>(FindOrder, new { number }, ct);
        var unknown = Refused.NotFound("order.unknown", "number", $"没有编号为「{number}」的督办单，或不属于本部门。", $"There is no supervision order “{number}”, or it is another department's.");
        if (row is null) throw unknown;
        return actor.OnlyDepartment() is not { } own || own == row.Department ? row : throw unknown.Hiding();
    }

    /// <summary>What has become of it, for whoever came second.</summary>
    public async Task<Refused> Lost(string number, CancellationToken ct)
    {
        var row = await Find(number, ct);
        if (row.FinishedAt is { } finished)
        {
            return row.FinishedHow switch
            {
                "closed" => Refused.Conflict("order.closed", $"督办单 {row.Number} 已由{row.FinishedBy}于 {Time(finished)} 办结，请刷新页面。", $"{row.FinishedBy} closed supervision order {row.Number} at {Time(finished)}; reload the page."),
                "stopped" => Refused.Conflict("order.stopped", $"{row.Label} 已于 {Time(finished)} 办结，督办单 {row.Number} 随之了结，请刷新页面。", $"{row.Label} was settled at {Time(finished)}, and supervision order {row.Number} ended with it; reload the page."),
                _ => Refused.Conflict("order.moved", $"{row.Label} 的到期日已于 {Time(finished)} 变动，督办单 {row.Number} 随之了结，请刷新页面。", $"The due date of {row.Label} was changed at {Time(finished)}, and supervision order {row.Number} ended with it; reload the page."),
            };
        }

        return Refused.Conflict("order.answered", $"督办单 {row.Number} 已由{row.AnsweredBy}于 {Time(row.AnsweredAt)} 答复，请刷新页面。", $"{row.AnsweredBy} answered supervision order {row.Number} at {Time(row.AnsweredAt)}; reload the page.");
    }

    private string Time(DateTime? utc) => utc is { } at ? $"{clock.Local(at):yyyy-MM-dd HH:mm}" : "—";
}

/// <summary>An order as it is stored; a list reads less of it.</summary>
internal sealed record OrderRow
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public string SubjectKind { get; init; } = "";
    public string LimitRule { get; init; } = "";
    public string Label { get; init; } = "";
    public string Department { get; init; } = "";
    public string Item { get; init; } = "";
    public DateOnly DueOn { get; init; }
    public DateTime OpenedAt { get; init; }
    public DateOnly AnswerDueOn { get; init; }
    public DateTime? EscalatedAt { get; init; }
    public DateTime? AnsweredAt { get; init; }
    public string? AnsweredBy { get; init; }
    public string? Answer { get; init; }
    public string? Measures { get; init; }
    public DateOnly? PromisedOn { get; init; }
    public DateTime? FinishedAt { get; init; }
    public string? FinishedHow { get; init; }
    public string? FinishedBy { get; init; }
    public string? Note { get; init; }

    public OrderState State => OrderStates.Of(FinishedHow, AnsweredAt, EscalatedAt);
}
