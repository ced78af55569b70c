using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>The window answers an application once: accepted, not accepted, or no permit needed (行政许可法 32).</summary>
internal sealed class Answering(Db db, ZoneClock clock, Actor actor)
{
    // Of two clerks who answer at once, one touches no row.
    private const string Answer = """
        UPDATE onewindow_application
           SET state = @state, answered_at = @at, answered_by = @by, refusal_reason = @reason, right_authority = @authority
         WHERE number = @number AND state IN ('Received', 'Correcting')
        """;

    private const string Find = """
        SELECT a.state, a.answered_at, a.answered_by, a.withdrawn_at, a.withdrawn_by, c.asked_at, c.asked_by
          FROM onewindow_application a
          LEFT JOIN onewindow_correction c ON c.application_id = a.id
         WHERE a.number = @number
        """;

    public async Task Give(string number, ApplicationState state, DateTime at, string? reason, string? authority, CancellationToken ct)
    {
        var answer = new { number, state = state.ToString(), at, by = actor.Name, reason, authority };
        if (await db.Execute(Answer, answer, ct) == 0) throw await Lost(number, ct);
    }

    /// <summary>Why nothing was touched: there is no such application, or somebody was first.</summary>
    public async Task<Refused> Lost(string number, CancellationToken ct)
    {
        var row = await db.Find<Row>(Find, new { number }, ct);
        if (row is null)
            return Refused.NotFound("application.unknown", "number", $"没有编号为「{number}」的申请。", $"There is no application “{number}”.");
        var state = Enum.Parse<ApplicationState>(row.State);
        return state switch
        {
            ApplicationState.Received => Refused.Conflict("application.received", "该申请尚未作出答复，也没有在补正，请刷新页面。",
                "The application is unanswered and not under correction; reload the page."),
            ApplicationState.Correcting => Refused.Conflict("application.correcting",
                $"该申请已由{row.AskedBy}于 {Time(row.AskedAt)} 要求补正，请刷新页面。",
                $"{row.AskedBy} asked for a correction at {Time(row.AskedAt)}; reload the page."),
            ApplicationState.Withdrawn => Refused.Conflict("application.withdrawn",
                $"该申请已于 {Time(row.WithdrawnAt)} 撤件（{row.WithdrawnBy}登记），请刷新页面。",
                $"The application was withdrawn at {Time(row.WithdrawnAt)} (entered by {row.WithdrawnBy}); reload the page."),
            _ => Refused.Conflict("application.answered",
                $"该申请已由{row.AnsweredBy}于 {Time(row.AnsweredAt)} 办理为「{state.Name().Zh}」，请刷新页面。",
                $"{row.AnsweredBy} was first: “{state.Name().En}” at {Time(row.AnsweredAt)}. Reload the page."),
        };
    }

    public string Time(DateTime? utc) => utc is { } at ? $"{clock.Local(at):yyyy-MM-dd HH:mm}" : "—";

    private sealed record Row
    {
        public string State { get; init; } = "";
        public DateTime? AnsweredAt { get; init; }
        public string? AnsweredBy { get; init; }
        public DateTime? WithdrawnAt { get; init; }
        public string? WithdrawnBy { get; init; }
        public DateTime? AskedAt { get; init; }
        public string? AskedBy { get; init; }
    }
}
