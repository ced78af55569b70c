using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>What every decision does: closes the case, stops its clocks, tells the others; an approval frees what waited for it.</summary>
internal static class Decide
{
    internal sealed record Command(CaseInHand.Row Case, CaseStatus Status, DateTime? OccurredAt, string? LateReason, string? Note, string? CertificateNumber)
        : ICommand<Result>, IInside;

    /// <param name="Number">The case.</param>
    /// <param name="Status">The decision.</param>
    /// <param name="DecidedOn">The day of the decision.</param>
    /// <param name="Started">The cases that start because of it.</param>
    internal sealed record Result(string Number, CaseStatus Status, DateOnly DecidedOn, IReadOnlyList<string> Started);

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second, Trail trail) : IRequestHandler<Command, Result>
    {
        // Of two who decide at once, one finds no row: the status has moved on, and so has the number of the last event.
        private const string Close = """
            UPDATE permits_case
               SET status = @status, decided_on = @decidedOn, certificate_number = @CertificateNumber,
                   last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND department = @department AND last_event = @LastEvent
               AND accepted_on IS NOT NULL AND status IN (3, 7, 8, 10)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason, in_hands_of)
            VALUES (@Id, @number, @status, @occurredAt, @recordedAt, @UserId, @Name, @note, @late, @InHandsOf)
            """;

        // Writes nothing new. On a server two approvals that free the same case would otherwise each see the other's
        // need as unmet, and neither would start it: the second waits here for the first.
        private const string HoldWaiting = """
            UPDATE permits_case
               SET last_event = last_event
             WHERE project_id = @ProjectId AND accepted_on IS NULL AND status IN (1, 6, 7, 16)
               AND EXISTS (SELECT 1 FROM permits_need n WHERE n.case_id = permits_case.id AND n.item_code = @ItemCode)
            """;

        private const string Meet = """
            UPDATE permits_need
               SET met_by_case_id = @Id, met_on = @decidedOn
             WHERE item_code = @ItemCode AND met_on IS NULL
               AND case_id IN (SELECT c.id FROM permits_case c WHERE c.project_id = @ProjectId AND c.status IN (1, 6, 7, 16))
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var c = command.Case;
            if (c.Status is CaseStatus.CorrectionOpened or CaseStatus.SpecialProcedureStarted)
            {
                throw Refused.Conflict("case.paused",
                    $"{c.Number} 正在暂停计时（{c.Status.Name().Zh}），请先恢复计时，再作决定。", $"{c.Number} is paused ({c.Status.Name().En}); resume it first, then decide.");
            }

            var occurredAt = Occurrence.When(command.OccurredAt, clock);
            var late = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current);
            second.DemandLate(late, occurredAt, clock, BackDating.Of(c.Department));
            var (status, decidedOn, recordedAt) = ((int)command.Status, clock.DayOf(occurredAt), clock.Now);
            var department = actor.IsSystem ? c.Department : actor.Department;
            if (await db.Execute(Close, new { status, decidedOn, command.CertificateNumber, occurredAt, c.Id, department, c.LastEvent }, ct) == 0)
            {
                await mediator.Send(new CaseInHand.Query(c.Number), ct);
                throw CaseInHand.Changed(c.Number);
            }

            trail.Changed(new("状态", "Status"), c.Status.Name(), command.Status.Name());
            trail.Changed(new("文号", "Certificate number"), null, command.CertificateNumber);
            var (number, note) = (c.LastEvent + 1, command.Note?.Trim() ?? "");
            await db.Execute(InsertEvent, new { c.Id, number, status, occurredAt, recordedAt, actor.UserId, actor.Name, note, late, InHandsOf = actor.For?.Id }, ct);
            await mediator.Send(new StopClocks("case", c.Id, decidedOn), ct);
            await mediator.EndRequests(c.Number, ct);

            IReadOnlyList<string> started = [];
            if (command.Status.IsApproved())
            {
                await db.Execute(HoldWaiting, new { c.ProjectId, c.ItemCode }, ct);
                if (await db.Execute(Meet, new { c.Id, decidedOn, c.ItemCode, c.ProjectId }, ct) > 0)
                    started = await mediator.Send(new StartReady.Command(c.ProjectId, $"前置事项 {c.ItemCode} 已办结（{c.Number}）", late), ct);
                if (ItemMilestones.Of(c.ItemCode) is { } kind)
                    await mediator.Send(new ReachMilestone(c.ProjectId, kind, decidedOn), ct);
            }

            else
            {
                await mediator.Send(new TellDeemed.Command(c.Id, c.Number, c.ItemCode, new("未获通过", "Refused")), ct);
            }

            trail.Changed(new("随即开始", "Started by it"), "", string.Join(' ', started));
            await mediator.Publish(
                new CaseDecided(c.Id, c.Number, c.ApplicationNumber, c.ProjectId, c.ItemId, c.ItemCode, command.Status, command.CertificateNumber, decidedOn), ct);
            return new(c.Number, command.Status, decidedOn, started);
        }
    }
}
