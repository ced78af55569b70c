using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>7 or 10: a pause of a case ends. Its last day is not counted; where another pause is still open, the case stays paused.</summary>
internal static class ResumeCase
{
    /// <param name="Number">The case.</param>
    /// <param name="Kind">The kind of the pause that ends.</param>
    /// <param name="To">Its last day; today where none is given.</param>
    /// <param name="LateReason">Why it is entered late.</param>
    [RecordAs("恢复计时", "Resume the case", Subject.Case)]
    [Needs(Act.HandleCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Kind = null, DateOnly? To = null, string? LateReason = null) : ICommand<Result>;

    /// <param name="DueOn">The due date of the case, null where it is still paused or has none.</param>
    internal sealed record Result(string Number, DateOnly? DueOn);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/resume", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("End a pause of a case").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Resume = """
            UPDATE permits_case
               SET status = @status, last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND department = @department AND last_event = @LastEvent AND status IN (3, 6, 7, 8, 9, 10)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            VALUES (@Id, @number, @ended, @occurredAt, @Now, @UserId, @Name, @note, @late, @InHandsOf)
            """;

        private const string RuleOfHearing = "SELECT limit_rule FROM permits_hearing WHERE pause_id = @Id";

        private const string Due = "SELECT due_on FROM permits_case WHERE id = @Id";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            var kind = PauseCase.KindOf(command.Kind);
            var to = command.To ?? clock.Today;
            var pauses = await mediator.Send(new PausesOf("case", c.Id), ct);
            var ending = pauses.FirstOrDefault(p => p.To is null && p.Kind == kind.Code);
            await mediator.Send(new ResumeClocks("case", c.Id, kind.Code, to), ct);

            var occurredAt = Occurrence.On(to, c.LastOccurredAt, clock);
            var late = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current, "to");
            second.DemandLate(late, occurredAt, clock, BackDating.Of(c.Department));
            var ended = (int)(kind.Code == PauseKinds.Correction ? CaseStatus.CorrectionClosed : CaseStatus.SpecialProcedureEnded);
            var still = pauses.Where(p => p.To is null && p.Kind != kind.Code).ToList();
            var status = still.Count == 0 ? ended : (int)(still[^1].Kind == PauseKinds.Correction ? CaseStatus.CorrectionOpened : CaseStatus.SpecialProcedureStarted);
            var department = actor.IsSystem ? c.Department : actor.Department;
            if (await db.Execute(Resume, new { status, occurredAt, c.Id, department, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(c.Number);
            trail.Happened(occurredAt);
            trail.Changed(new("状态", "Status"), c.Status.Name(), ((CaseStatus)status).Name());
            var note = $"{ending!.Name.Zh}：{Words.Day(ending.From)} 至 {Words.Day(to)} 的暂停结束"
                + (still.Count == 0 ? "，恢复计时" : $"；{string.Join("、", still.Select(p => p.Name.Zh))}仍在暂停");
            await db.Execute(InsertEvent, new { c.Id, number = c.LastEvent + 1, ended, occurredAt, clock.Now, actor.UserId, actor.Name, note, late, InHandsOf = actor.For?.Id }, ct);
            if (kind.Code == PauseKinds.Hearing && await db.Find<string>(RuleOfHearing, new { ending.Id }, ct) is { } rule)
                await mediator.Send(new StopClocks("case", c.Id, to, rule), ct);
            if (still.Count == 0)
            {
                // A pause that overlapped this one may have lasted longer.
                var last = pauses.Where(p => p.To >= ending.From).Select(p => p.To!.Value).Append(to).Max();
                await mediator.Publish(new CaseResumed(c.Id, c.Number, c.ApplicationNumber, c.ProjectId, c.ItemCode, c.Department, kind.Code, last), ct);
            }

            return new(c.Number, await db.Find<DateOnly?>(Due, new { c.Id }, ct));
        }
    }
}
