using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What the window did with the whole application goes into the log of each of its cases that is not closed.</summary>
internal static class MarkingCases
{
    private sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public int LastEvent { get; init; }
        public DateTime LastOccurredAt { get; init; }
        public DateOnly? AcceptedOn { get; init; }
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second) : IRequestHandler<MarkCases, Unit>
    {
        private const string Find = """
            SELECT id, number, item_code, last_event, last_occurred_at, accepted_on
              FROM permits_case
             WHERE application_number = @ApplicationNumber AND status IN (1, 3, 6, 7, 8, 9, 10, 16)
             ORDER BY id
            """;

        private const string Mark = """
            UPDATE permits_case
               SET status = @status, last_event = last_event + 1, last_occurred_at = @OccurredAt
             WHERE id = @Id AND last_event = @LastEvent AND status IN (1, 3, 6, 7, 8, 9, 10, 16)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
            VALUES (@Id, @number, @status, @OccurredAt, @recordedAt, @UserId, @Name, @Note, @late)
            """;

        public async Task<Unit> Handle(MarkCases command, CancellationToken ct)
        {
            if (command.Status is not (CaseStatus.CorrectionOpened or CaseStatus.CorrectionClosed or CaseStatus.Withdrawn or CaseStatus.NoPermitNeeded or CaseStatus.NotAccepted))
                throw new ArgumentOutOfRangeException(nameof(command), command.Status, "The window marks 2, 4, 5, 6 and 7.");
            var cases = await db.Query<Row>(Find, new { command.ApplicationNumber }, ct);
            var late = Occurrence.Check(command.OccurredAt, cases.Max(c => (DateTime?)c.LastOccurredAt), command.LateReason, clock, calendar.Current);
            second.DemandLate(late, command.OccurredAt, clock, BackDating.OfTheWindow);
            if (cases.Count == 0) return Unit.Value;

            var status = (int)command.Status;
            if (await db.Execute(Mark, cases.Select(c => new { status, command.OccurredAt, c.Id, c.LastEvent }), ct) != cases.Count)
                throw Refused.Conflict("case.changed", "有办理件刚刚被他人改动，请刷新后重试。", "A case was changed by somebody else just now; reload and try again.");
            var recordedAt = clock.Now;
            await db.Execute(InsertEvent, cases.Select(c => new { c.Id, number = c.LastEvent + 1, status, command.OccurredAt, recordedAt, actor.UserId, actor.Name, command.Note, late }), ct);
            if (!command.Status.IsTerminal()) return Unit.Value;
            foreach (var ended in cases) await mediator.EndRequests(ended.Number, ct);
            await mediator.Send(
                new EndRequests(Subject.Of(Subject.Application, command.ApplicationNumber), new($"申请 {command.ApplicationNumber} 已经结束，提请随之失效。", $"Application {command.ApplicationNumber} has ended, and the request with it.")), ct);
            foreach (var running in cases.Where(c => c.AcceptedOn is not null))
            {
                await mediator.Send(new EndTimers.Command(running.Id, clock.DayOf(command.OccurredAt)), ct);
                await mediator.Send(new TellDeemed.Command(running.Id, running.Number, running.ItemCode, command.Status.Name()), ct);
            }

            return Unit.Value;
        }
    }
}
