using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// The window answers an application once, within its five working days: accepted, not accepted, no permit needed, or a
/// correction asked for. Once they have passed in silence there is nothing left to answer: by law it is accepted from the
/// day of receipt (行政许可法 32).
/// </summary>
internal sealed class Answering(Db db, IMediator mediator, ZoneClock clock, OfficeHours office, Actor actor, Trail trail)
{
    public const string DeemedZh = "逾期未告知，自收到申请材料之日起即为受理（行政许可法第三十二条）";

    // Of two clerks who answer at once, one touches no row. What came from another window is in the hands of whoever answers it.
    private const string Answer = """
        UPDATE onewindow_application
           SET state = @state, answered_at = @at, answered_by = @by, refusal_reason = @reason, right_authority = @authority,
               handler_id = CASE WHEN handler_id = 0 THEN @me ELSE handler_id END
         WHERE number = @number AND state IN ('Received', 'Correcting') AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
           AND (@seen IS NULL OR @seen = CASE WHEN state = 'Received' AND EXISTS (SELECT 1 FROM onewindow_correction c WHERE c.application_id = onewindow_application.id)
                                              THEN 'Corrected' ELSE state END)
        """;

    private const string StateOf = "SELECT state FROM onewindow_application WHERE number = @number";

    private const string AcceptByLaw = """
        UPDATE onewindow_application
           SET state = 'Accepted', answered_at = @now, answered_by = @by, deemed_on = @receivedOn
         WHERE id = @Id AND state = 'Received' AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
        """;

    // A date that rests on an unpublished calendar deems nothing: the real one may be later.
    private const string FindPeriod = """
        SELECT a.id, a.received_at, a.window_id, k.due_on
          FROM onewindow_application a
          LEFT JOIN deadlines_public_clock k ON k.subject_id = a.id AND k.subject_kind = 'application' AND k.limit_rule = 'answer'
               AND k.stopped_on IS NULL AND k.is_provisional = 0
         WHERE a.number = @number
        """;

    private const string Find = """
        SELECT a.state, a.answered_at, a.answered_by, a.withdrawn_at, a.withdrawn_by, c.asked_at, c.asked_by, a.window_id, w.name AS window_name
          FROM onewindow_application a
          LEFT JOIN onewindow_correction c ON c.application_id = a.id
          LEFT JOIN access_public_window w ON w.id = a.window_id
         WHERE a.number = @number
        """;

    /// <param name="seen">As it stood when whoever answers looked at it (<see cref="GetApplication.Result.Seen"/>); null where that is not said.</param>
    /// <returns>The application's id.</returns>
    public async Task<long> Give(string number, ApplicationState state, DateTime at, string? reason, string? authority, string? seen, CancellationToken ct)
    {
        var answer = new { number, state = state.ToString(), at, by = actor.Name, reason, authority, seen, me = actor.WorksAs, Window = actor.WindowFor(Act.DecideIntake) };
        // Held, it is still what it was when the answer is written.
        var was = await db.FindHeld<string>(StateOf, new { number }, ct);
        if (await db.Execute(Answer, answer, ct) == 0) throw await Lost(number, ct);
        trail.Changed(new("状态", "Status"), Enum.Parse<ApplicationState>(was!).Name(), state.Name());
        return await EndPeriod(number, at, ct);
    }

    /// <summary>The window has spoken: its time stops. Refused where it had run out before.</summary>
    public async Task<long> EndPeriod(string number, DateTime at, CancellationToken ct)
    {
        var period = (await db.Find<Period>(FindPeriod, new { number }, ct))!;
        if (period.DueOn < clock.DayOf(at))
        {
            var receivedOn = Words.Day(office.DayOf(period.ReceivedAt));
            throw Refused.Conflict("application.deemedAccepted",
                $"答复期限已于 {Words.Day(period.DueOn)} 届满，依法自收到材料之日（{receivedOn}）起即为受理，只能按受理办理（行政许可法第三十二条）。",
                $"The time to answer ended on {Words.Day(period.DueOn)}: by law it is accepted from the day of receipt, {receivedOn}; all that is left is to accept it (Administrative License Law, Art. 32).");
        }

        await mediator.Send(new StopClocks("application", period.Id, clock.DayOf(at)), ct);
        return period.Id;
    }

    /// <summary>Accepts as of the day of receipt, documents or no documents, where the window has kept silent beyond its time.</summary>
    /// <returns>The day of receipt; null where the window was still in time at that moment, or has answered.</returns>
    public async Task<DateOnly?> Deem(string number, DateTime at, CancellationToken ct)
    {
        if (await db.Find<Period>(FindPeriod, new { number }, ct) is not { } period || !(period.DueOn < clock.DayOf(at))) return null;
        var receivedOn = office.DayOf(period.ReceivedAt);
        if (await db.Execute(AcceptByLaw, new { period.Id, receivedOn, now = clock.Now, by = actor.Name, Window = actor.WindowFor(Act.DecideIntake) }, ct) == 0) return null;
        trail.Changed(new("状态", "Status"), ApplicationState.Received.Name(), ApplicationState.Accepted.Name());
        trail.Changed(new("视为受理之日", "Counts as accepted on"), null, (DateOnly?)receivedOn);
        await mediator.Send(new StopClocks("application", period.Id, clock.Today), ct);
        await mediator.Send(new AdmitCases(number, period.ReceivedAt, $"答复期限 {Words.Day(period.DueOn)} 届满后登记", DeemedZh), ct);
        await mediator.Send(new Notify(
            $"deemed:{number}", [new(Role.WindowClerk, Window: period.WindowId), new(Role.Supervisor)],
            new($"{number} 逾期未告知，即为受理", $"{number} counts as accepted: no answer in time"),
            new($"答复期限于 {Words.Day(period.DueOn)} 届满，依法自收到材料之日 {Words.Day(receivedOn)} 起即为受理，办理时限自该日起算。请打印受理通知书送申请人。",
                $"The time to answer ended on {Words.Day(period.DueOn)}; by law it is accepted from {Words.Day(receivedOn)}, and its limits count from that day. Print the notice of acceptance for the applicant."),
            $"/applications/{number}", MessageLevel.Yellow), ct);
        return receivedOn;
    }

    /// <summary>Why nothing was touched: there is no such application, it is another window's, or somebody was first.</summary>
    public async Task<Refused> Lost(string number, CancellationToken ct)
    {
        var row = await db.Find<Row>(Find, new { number }, ct);
        if (row is null)
            return Refused.NotFound("application.unknown", "number", $"没有编号为「{number}」的申请。", $"There is no application “{number}”.");
        if (!actor.IsSystem && !actor.Serves(row.WindowId)) return WindowScope.Other(number, row.WindowName!);
        var state = Enum.Parse<ApplicationState>(row.State);
        return state switch
        {
            ApplicationState.Received => Refused.Conflict("application.received", "该申请现在没有在补正，也尚未答复，与所要办理的不符。请刷新页面，核对后再办理。",
                "The application is not under correction and not answered, which is not what this is for. Reload the page and look before you act."),
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

    private sealed record Period
    {
        public long Id { get; init; }
        public DateTime ReceivedAt { get; init; }
        public long? WindowId { get; init; }
        public DateOnly? DueOn { get; init; }
    }

    private sealed record Row
    {
        public string State { get; init; } = "";
        public DateTime? AnsweredAt { get; init; }
        public string? AnsweredBy { get; init; }
        public DateTime? WithdrawnAt { get; init; }
        public string? WithdrawnBy { get; init; }
        public DateTime? AskedAt { get; init; }
        public string? AskedBy { get; init; }
        public long? WindowId { get; init; }
        public string? WindowName { get; init; }
    }
}
