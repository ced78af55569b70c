using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>
/// What recall (14) and revocation (15) do alike: the case ends, every clock of it stops, what has not begun because of it
/// waits again, and the logs of what went on say so.
/// </summary>
internal static class TakeBack
{
    internal sealed record Command(string Number, CaseStatus Status, string? Reason, DateTime? OccurredAt, string? LateReason) : ICommand<Unit>, IInside;

    private sealed record Row
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public int LastEvent { get; init; }
        public DateTime LastOccurredAt { get; init; }
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue, SecondPerson second, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT id, application_number, project_id, item_code, department, status, accepted_on, decided_on, certificate_number, last_event, last_occurred_at
              FROM permits_case
             WHERE number = @number
            """;

        private const string End = """
            UPDATE permits_case
               SET status = @status, last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND last_event = @LastEvent AND accepted_on IS NOT NULL
               AND (status IN (11, 12) OR @status = 14 AND status IN (3, 6, 7, 8, 9, 10))
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            VALUES (@Id, @eventNumber, @status, @occurredAt, @recordedAt, @UserId, @Name, @reason, @late, @InHandsOf)
            """;

        private const string WaitAgain = """
            UPDATE permits_need
               SET met_by_case_id = NULL, met_on = NULL
             WHERE item_code = @ItemCode AND met_by_case_id = @Id
               AND case_id IN (SELECT c.id FROM permits_case c WHERE c.project_id = @ProjectId AND c.accepted_on IS NULL AND c.status IN (1, 6, 7, 16))
            """;

        private const string WentOn = """
            SELECT w.id, w.number, w.department
              FROM permits_case w
              JOIN permits_need n ON n.case_id = w.id AND n.item_code = @ItemCode AND n.met_by_case_id = @Id
             WHERE w.project_id = @ProjectId AND w.accepted_on IS NOT NULL AND w.status NOT IN (2, 4, 5, 13, 14, 15)
             ORDER BY w.id
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var c = await db.Find<Row>(Find, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            if (!actor.May(Act.DecideCase, new Place(c.Department)))
            {
                var owner = catalogue.Current.Department(c.Department)?.Name ?? new Text(c.Department, c.Department);
                throw Refused.Forbidden("case.otherDepartment", $"{number} 由{owner.Zh}办理，请联系该部门。", $"{number} is in the hands of {owner.En}; ask that department.");
            }

            if (!actor.Roles.Contains(Role.DepartmentHead))
                throw Refused.Forbidden("case.headTakesBack", "撤回、撤销由部门负责人决定。", "The head of the department recalls and revokes.");
            if (c.Status.IsTerminal() && !c.Status.IsApproved()) throw CaseInHand.Closed(number, c.Status, c.DecidedOn, c.CertificateNumber);
            if (command.Status == CaseStatus.Revoked && !c.Status.IsApproved())
                throw Refused.Conflict("case.notApproved", $"{number} 还没有作出许可决定，没有可撤销的许可。", $"{number} has no permit to revoke: it has not been approved.");
            if (c.AcceptedOn is null)
                throw Refused.Conflict("case.notAccepted", $"{number} 尚未受理，申请人可以撤件。", $"{number} has not been accepted; the applicant may withdraw it.");
            var isRecall = command.Status == CaseStatus.Recalled;
            new Check().Text(command.Reason, "reason", isRecall ? "撤回理由" : "撤销理由", isRecall ? "The reason of the recall" : "The reason of the revocation", GiveOpinion.Longest).Done();
            var occurredAt = Occurrence.When(command.OccurredAt, clock);
            var late = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current);
            second.DemandLate(late, occurredAt, clock, BackDating.Of(c.Department));
            var (status, on) = ((int)command.Status, clock.DayOf(occurredAt));
            if (await db.Execute(End, new { status, occurredAt, c.Id, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(number);
            trail.Changed(new("状态", "Status"), c.Status.Name(), command.Status.Name());
            var (eventNumber, recordedAt, reason) = (c.LastEvent + 1, clock.Now, command.Reason!.Trim());
            await db.Execute(InsertEvent, new { c.Id, eventNumber, status, occurredAt, recordedAt, actor.UserId, actor.Name, reason, late, InHandsOf = actor.For?.Id }, ct);
            await mediator.Send(new EndTimers.Command(c.Id, on), ct);
            await mediator.EndRequests(number, ct);
            await db.Execute(WaitAgain, new { c.Id, c.ItemCode, c.ProjectId }, ct);
            foreach (var other in await db.Query<TellWentOn.Other>(WentOn, new { c.Id, c.ItemCode, c.ProjectId }, ct))
                await mediator.Send(new TellWentOn.Command(other, c.ItemCode, number, new($"已{command.Status.Name().Zh}", command.Status.Name().En), "，请核查本件"), ct);
            if (!c.Status.IsApproved()) await mediator.Send(new TellDeemed.Command(c.Id, number, c.ItemCode, new("已撤回", "Recalled")), ct);
            await mediator.Publish(new CaseTakenBack(c.Id, number, c.ApplicationNumber, c.ItemCode, command.Status, c.CertificateNumber, on), ct);
            return Unit.Value;
        }
    }
}
