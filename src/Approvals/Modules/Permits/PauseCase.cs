using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// 6 or 9: the clocks of a case stand still, for a reason that the law lets stop them (行政许可法 45), for so many working
/// days of which the applicant is told in writing. The head of the department approves it, a second correction the
/// supervisor.
/// </summary>
internal static class PauseCase
{
    public const int LongestGround = 200;
    public const int LongestName = 30;

    /// <summary>Working days from the request to the hearing (行政许可法 47).</summary>
    public const int HearingWithin = 20;

    /// <param name="Number">The case.</param>
    /// <param name="Kind">A code of the list of kinds.</param>
    /// <param name="Name">What it is called, where the kind leaves that open.</param>
    /// <param name="Ground">The legal ground; the kind's own where none is given.</param>
    /// <param name="From">The first day, which still counts; today where none is given.</param>
    /// <param name="PlannedDays">Working days it is to last.</param>
    /// <param name="NoticeNumber">The number of the written notice to the applicant.</param>
    /// <param name="RequestedOn">For a hearing: the day on which it was asked for; the first day where none is given.</param>
    /// <param name="LateReason">Why it is entered late.</param>
    [RecordAs("暂停计时", "Pause the case", Subject.Case)]
    [Needs(Act.HandleCase)]
    [TakesTwo]
    internal sealed record Command(
        string Number = "",
        string? Kind = null,
        string? Name = null,
        string? Ground = null,
        DateOnly? From = null,
        int? PlannedDays = null,
        string? NoticeNumber = null,
        DateOnly? RequestedOn = null,
        string? LateReason = null)
        : ICommand<Result>;

    /// <param name="Notice">Which pause of the case it is: the number of its notice's page.</param>
    internal sealed record Result(string Number, int Notice);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/pauses", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Pause the clocks of a case").WithTags("Permits");

    /// <summary>The kind of a code; refused where there is none.</summary>
    public static PauseKind KindOf(string? code) => PauseKinds.Find(code?.Trim().ToLowerInvariant())
        ?? throw Refused.Invalid("pause.unknownKind", "kind",
            $"「{code}」不是可以暂停计时的事由，只能是：{string.Join("、", PauseKinds.All.Select(k => k.Name.Zh))}。",
            $"“{code}” is no reason for which a clock may stand still; it must be one of: {string.Join(", ", PauseKinds.All.Select(k => k.Code))}.");

    public static Check Planned(this Check check, int? days, PauseKind kind) => check
        .That(days is >= 1 && days <= kind.MostDays, "pause.plannedDays", "plannedDays",
            $"「{kind.Name.Zh}」的计划时间为 1 至 {kind.MostDays} 个工作日，请更正。", $"“{kind.Name.En}” may be planned for 1 to {kind.MostDays} working days; correct it.");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Pause = """
            UPDATE permits_case
               SET status = @status, last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND department = @department AND last_event = @LastEvent AND accepted_on IS NOT NULL AND status IN (3, 6, 7, 8, 9, 10)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            VALUES (@Id, @number, @status, @occurredAt, @Now, @UserId, @UserName, @note, @late, @InHandsOf)
            """;

        private const string InsertHearing = "INSERT INTO permits_hearing (pause_id, case_id, limit_rule, requested_on) VALUES (@pauseId, @Id, @rule, @requestedOn)";

        private const string CountHearings = "SELECT COUNT(*) FROM permits_hearing WHERE case_id = @Id";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var kind = KindOf(command.Kind);
            var before = await mediator.Send(new PausesOf("case", c.Id), ct);
            var again = kind.Code == PauseKinds.Correction && before.Any(p => p.Kind == PauseKinds.Correction);
            // The days are those of the asking: that the approval came later makes nothing late.
            var from = command.From ?? clock.DayOf(second.AskedAt ?? clock.Now);
            var requestedOn = command.RequestedOn ?? from;
            var check = new Check()
                .Planned(command.PlannedDays, kind)
                .Notice(command.NoticeNumber)
                .Text(command.Ground, "ground", "法定依据", "The legal ground", LongestGround, optional: kind.Ground.Zh.Length > 0)
                .Text(command.Name, "name", "暂停事由的名称", "What the pause is called", LongestName, optional: !kind.NeedsName)
                .That(command.RequestedOn is null || kind.Code == PauseKinds.Hearing, "pause.notHearing", "requestedOn", "只有听证填写申请听证的日期。", "Only a hearing has a day of its request.")
                .That(command.RequestedOn is null || (requestedOn <= clock.Today && requestedOn >= c.AcceptedOn), "hearing.requestedOn", "requestedOn",
                    $"申请听证的日期应在受理日 {Words.Day(c.AcceptedOn)} 与今天之间。", $"The hearing was asked for between acceptance on {Words.Day(c.AcceptedOn)} and today.");
            check.Done();

            var name = kind.NeedsName ? new Text(command.Name!.Trim(), command.Name.Trim()) : kind.Name;
            var ground = string.IsNullOrWhiteSpace(command.Ground) ? kind.Ground.Zh : command.Ground.Trim();
            var notice = command.NoticeNumber!.Trim();
            var late = string.IsNullOrWhiteSpace(command.LateReason) ? new Text("", "") : new($"；补录原因：{command.LateReason.Trim()}", $"; entered late: {command.LateReason.Trim()}");
            var signed = second.Demand(
                new($"{name.Zh}{(again ? "（再次补正）" : "")}：自 {Words.Day(from)} 起暂停计时，计划 {command.PlannedDays} 个工作日；依据 {ground}；告知书 {notice}{late.Zh}",
                    $"{name.En}{(again ? " (another correction)" : "")}: paused from {Words.Day(from)} for {command.PlannedDays} working days as planned; ground {ground}; notice {notice}{late.En}"),
                command with { From = from },
                again ? new Post(Role.Supervisor) : new Post(Role.DepartmentHead, c.Department));
            var pauseId = await mediator.Send(
                new PauseClocks("case", c.Id, kind.Code, name, ground, from, command.PlannedDays, kind.MostDays, notice, signed, c.Number, c.Department), ct);

            var occurredAt = Occurrence.On(from, c.LastOccurredAt, clock);
            if (second.AskedAt is not null && occurredAt < c.LastOccurredAt) occurredAt = c.LastOccurredAt; // what was noted while it waited
            var entered = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current, "from", second.AskedAt);
            var status = (int)(kind.Code == PauseKinds.Correction ? CaseStatus.CorrectionOpened : CaseStatus.SpecialProcedureStarted);
            var department = actor.IsSystem ? c.Department : actor.Department;
            if (await db.Execute(Pause, new { status, occurredAt, c.Id, department, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(c.Number);
            trail.Happened(occurredAt);
            trail.Changed(new("状态", "Status"), c.Status.Name(), ((CaseStatus)status).Name());
            var note = $"{name.Zh}：自 {Words.Day(from)} 起暂停计时，计划 {command.PlannedDays} 个工作日；依据 {ground}；告知书 {notice}；批准人 {signed}";
            await db.Execute(InsertEvent, new { c.Id, number = c.LastEvent + 1, status, occurredAt, clock.Now, actor.UserId, UserName = actor.Name, note, late = entered, InHandsOf = actor.For?.Id }, ct);
            if (kind.Code == PauseKinds.Hearing) await AwaitHearing(c, pauseId, requestedOn, ct);
            if (before.All(p => p.To is not null))
                await mediator.Publish(new CasePaused(c.Id, c.Number, c.ApplicationNumber, c.ProjectId, c.ItemCode, c.Department, kind.Code, from), ct);
            return new(c.Number, before.Count + 1);
        }

        /// <summary>The hearing is held within 20 working days of the request (行政许可法 47).</summary>
        private async Task AwaitHearing(CaseInHand.Row c, long pauseId, DateOnly requestedOn, CancellationToken ct)
        {
            var held = await db.Find<int>(CountHearings, new { c.Id }, ct);
            var rule = held == 0 ? Rules.Hearing : $"{Rules.Hearing}:{held + 1}";
            await db.Execute(InsertHearing, new { pauseId, c.Id, rule, requestedOn }, ct);
            await mediator.Send(new StartClocks([new("case", c.Id, rule, c.Number, c.Department, requestedOn, new Limit(HearingWithin, Limit.WorkingDays), c.ItemCode)]), ct);
        }
    }
}
