using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>2: the applicant takes one item back, through the window. Its clocks stop; the item may be applied for again.</summary>
internal static class WithdrawCase
{
    [RecordAs("撤件", "Withdraw the case", Subject.Case)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Number = "", string? Reason = null, DateTime? OccurredAt = null, string? LateReason = null) : ICommand<Unit>;

    private sealed record Row
    {
        public long Id { get; init; }
        public string ApplicationNumber { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public int LastEvent { get; init; }
        public DateTime LastOccurredAt { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/cases/{number}/withdraw", (string number, Command body, IMediator mediator) => mediator.Send(body with { Number = number }))
            .Needs<Command>().WithSummary("Withdraw a case for the applicant").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, SecondPerson second, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Find = """
            SELECT id, application_number, item_code, status, accepted_on, decided_on, certificate_number, last_event, last_occurred_at
              FROM permits_case
             WHERE number = @number
            """;

        private const string Withdraw = """
            UPDATE permits_case
               SET status = 2, last_event = last_event + 1, last_occurred_at = @occurredAt
             WHERE id = @Id AND last_event = @LastEvent AND status IN (1, 3, 6, 7, 8, 9, 10, 16)
            """;

        private const string InsertEvent = """
            INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
            VALUES (@Id, @eventNumber, 2, @occurredAt, @recordedAt, @UserId, @Name, @reason, @late)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var number = command.Number.Trim().ToUpperInvariant();
            var c = await db.Find<Row>(Find, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            await mediator.DemandWindow(actor, c.ApplicationNumber, ct);
            if (c.Status.IsTerminal()) throw CaseInHand.Closed(number, c.Status, c.DecidedOn, c.CertificateNumber);
            new Check().Text(command.Reason, "reason", "撤件原因", "The reason of the withdrawal", GiveOpinion.Longest).Done();
            var occurredAt = Occurrence.When(command.OccurredAt, clock);
            var late = Occurrence.Check(occurredAt, c.LastOccurredAt, command.LateReason, clock, calendar.Current);
            second.DemandLate(late, occurredAt, clock, BackDating.OfTheWindow);
            if (await db.Execute(Withdraw, new { occurredAt, c.Id, c.LastEvent }, ct) == 0) throw CaseInHand.Changed(number);
            trail.Changed(new("状态", "Status"), c.Status.Name(), CaseStatus.Withdrawn.Name());
            var (eventNumber, recordedAt, reason) = (c.LastEvent + 1, clock.Now, command.Reason!.Trim());
            await db.Execute(InsertEvent, new { c.Id, eventNumber, occurredAt, recordedAt, actor.UserId, actor.Name, reason, late }, ct);
            await mediator.EndRequests(number, ct);
            if (c.AcceptedOn is not null)
            {
                await mediator.Send(new EndTimers.Command(c.Id, clock.DayOf(occurredAt)), ct);
                await mediator.Send(new TellDeemed.Command(c.Id, number, c.ItemCode, new("已撤件", "Withdrawn")), ct);
            }

            await mediator.Publish(new CaseWithdrawn(c.Id, number, c.ApplicationNumber, c.ItemCode, clock.DayOf(occurredAt)), ct);
            return Unit.Value;
        }
    }
}
