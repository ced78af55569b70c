using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// The day of the hearing, of which the parties are told today: at least seven working days ahead (行政许可法 48, 82), and
/// within twenty working days of the request (47).
/// </summary>
internal static class ScheduleHearing
{
    /// <summary>Days between the notice and the hearing; working days, as every limit of that Law.</summary>
    public const int NoticeAhead = 7;

    [RecordAs("确定听证日期", "Set the day of the hearing", Subject.Case)]
    [Needs(Act.HandleCase)]
    internal sealed record Command(string Number = "", DateOnly? HeldOn = null, string? NoticeNumber = null) : ICommand<Unit>;

    private sealed record Row
    {
        public long PauseId { get; init; }
        public string LimitRule { get; init; } = "";
        public DateOnly RequestedOn { get; init; }
        public DateOnly? HeldOn { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/hearing", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Set the day of the hearing and give notice of it").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CalendarInForce calendar, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Newest = "SELECT pause_id, limit_rule, requested_on, held_on FROM permits_hearing WHERE case_id = @Id ORDER BY pause_id DESC";

        private const string Schedule = """
            UPDATE permits_hearing
               SET notified_on = @today, notice_number = @notice, held_on = @HeldOn
             WHERE pause_id = @PauseId
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var hearing = await db.First<Row>(1, Newest, new { c.Id }, ct) is [var newest] ? newest : null;
            var limit = hearing is null ? null : (await mediator.Send(new ClocksOf("case", c.Id), ct)).FirstOrDefault(k => k.Rule == hearing.LimitRule && k.StoppedOn is null);
            if (hearing is null || limit?.DueOn is not { } last)
                throw Refused.Conflict("hearing.none", $"{c.Number} 没有正在进行的听证暂停，请先以「听证」暂停计时。", $"{c.Number} is not paused for a hearing; pause it for one first.");
            var today = clock.Today;
            var earliest = calendar.Current.Add(today, NoticeAhead).Date;
            new Check()
                .That(command.HeldOn is not null, "field.required", "heldOn", "请填写听证日期。", "Give the day of the hearing.")
                .That(command.HeldOn is null || command.HeldOn >= earliest, "hearing.tooSoon", "heldOn",
                    $"应在听证的 {NoticeAhead} 个工作日前通知（行政许可法第四十八条）：今天通知的，最早 {Words.Day(earliest)} 举行。",
                    $"Notice is given at least {NoticeAhead} working days before the hearing (Administrative Licensing Law art. 48): given today, {Words.Day(earliest)} at the earliest.")
                .That(command.HeldOn is null || command.HeldOn <= last, "hearing.tooLate", "heldOn",
                    $"应在申请听证（{Words.Day(hearing.RequestedOn)}）后 {PauseCase.HearingWithin} 个工作日内举行，最迟 {Words.Day(last)}（行政许可法第四十七条）。",
                    $"It is held within {PauseCase.HearingWithin} working days of the request on {Words.Day(hearing.RequestedOn)}, by {Words.Day(last)} (Administrative Licensing Law art. 47).")
                .Notice(command.NoticeNumber)
                .Done();
            var notice = command.NoticeNumber!.Trim();
            await db.Execute(Schedule, new { today, notice, command.HeldOn, hearing.PauseId }, ct);
            trail.Changed(new("听证日期", "Day of the hearing"), hearing.HeldOn, command.HeldOn);
            await mediator.Send(new NoteEvent.Command(c.Id, CaseActivity.HearingAnnounced, $"听证定于 {Words.Day(command.HeldOn)} 举行，{Words.Day(today)} 通知；通知书 {notice}", c.LastEvent), ct);
            return Unit.Value;
        }
    }
}
