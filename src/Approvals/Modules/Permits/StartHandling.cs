using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>8: the department takes the case up. The clock has run since the acceptance.</summary>
internal static class StartHandling
{
    [RecordAs("开始办理", "Take up the case", Subject.Case)]
    [Needs(Act.HandleCase)]
    [TakesTwo]
    internal sealed record Command(string Number = "", DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/start-handling", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Take a case up for handling").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Start = """
            UPDATE permits_case
               SET status = 8, last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND department = @department AND last_event = @LastEvent AND accepted_on IS NOT NULL AND status IN (3, 7)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            VALUES (@Id, @number, 8, @occurredAt, @recordedAt, @UserId, @Name, '', @late, @InHandsOf)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var c = await mediator.Send(new CaseInHand.Query(command.Number), ct);
            if (c.Status is not (CaseStatus.Accepted or CaseStatus.CorrectionClosed))
            {
                throw Refused.Conflict("case.alreadyHandled",
                    $"{c.Number} 现为「{c.Status.Name().Zh}」，不用再次开始办理。", $"{c.Number} is “{c.Status.Name().En}” already; it need not be taken up again.");
            }

            var occurredAt = Occurrence.When(command.OccurredAt, clock);
            var late = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current);
            second.DemandLate(late, occurredAt, clock, BackDating.Of(c.Department));
            var department = actor.IsSystem ? c.Department : actor.Department;
            if (await db.Execute(Start, new { occurredAt, c.Id, department, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(c.Number);
            trail.Changed(new("状态", "Status"), c.Status.Name(), CaseStatus.DepartmentStarted.Name());
            var (number, recordedAt) = (c.LastEvent + 1, clock.Now);
            await db.Execute(InsertEvent, new { c.Id, number, occurredAt, recordedAt, actor.UserId, actor.Name, late, InHandsOf = actor.For?.Id }, ct);
            return Unit.Value;
        }
    }
}
