using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>撤件: the applicant takes the application back; what is not decided yet ends, and its clocks stop.</summary>
internal static class Withdraw
{
    /// <param name="OccurredAt">When it was done; now unless said otherwise. Without an offset: the zone's own time.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    /// <param name="Seen">How it stood when it was looked at, as the application says: where it has changed since, this is refused. Null: not asked about.</param>
    [RecordAs("撤回申请", "Withdraw the application", Subject.Application)]
    [Needs(Act.DecideIntake)]
    [TakesTwo]
    internal sealed record Command(string Reason, string Number = "", DateTime? OccurredAt = null, string? LateReason = null, string? Seen = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/withdraw", async (string number, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Number = number });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("OneWindow").WithSummary("Withdraw an application at the applicant's wish");

    private sealed class Handler(Db db, IMediator mediator, Answering answering, StageClocks stages, ZoneClock clock, Actor actor, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string End = """
            UPDATE onewindow_application
               SET state = 'Withdrawn', withdrawn_at = @at, withdrawn_by = @by, withdrawal_reason = @reason
             WHERE number = @Number AND state IN ('Received', 'Correcting', 'Accepted') AND (window_id IS NULL OR @Window IS NULL OR window_id = @Window)
               AND (@Seen IS NULL OR @Seen = CASE WHEN state = 'Received' AND EXISTS (SELECT 1 FROM onewindow_correction c WHERE c.application_id = onewindow_application.id)
                                                  THEN 'Corrected' ELSE state END)
            """;

        private const string FindId = "SELECT id FROM onewindow_application WHERE number = @Number";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Reason, "reason", "撤件原因", "The reason", 500).Done();
            var at = Occurrence.When(command.OccurredAt, clock);
            var reason = command.Reason.Trim();
            if (await db.Execute(End, new { command.Number, at, by = actor.Name, reason, command.Seen, Window = actor.WindowFor(Act.DecideIntake) }, ct) == 0) throw await answering.Lost(command.Number, ct);
            trail.Changed(new("状态", "Status"), null, (Text?)ApplicationState.Withdrawn.Name());
            var cases = await mediator.Send(new CasesOfApplication(command.Number), ct);
            // Where each case was withdrawn by itself, the application still can be: nothing else would take it off the desk.
            if (cases.All(c => c.Status.IsTerminal()) && cases.Any(c => c.DecidedOn is not null))
                throw Refused.Conflict("application.decided", "该申请的办理件都已办结，没有可以撤回的。", "Every case of this application is decided; there is nothing left to withdraw.");
            await mediator.Send(new MarkCases(command.Number, CaseStatus.Withdrawn, at, reason, command.LateReason ?? ""), ct);
            var (id, on) = (await db.Find<long>(FindId, new { command.Number }, ct), clock.DayOf(at));
            await mediator.Send(new StopClocks("application", id, on), ct);
            await stages.End(command.Number, on, ct);
            return Unit.Value;
        }
    }
}
