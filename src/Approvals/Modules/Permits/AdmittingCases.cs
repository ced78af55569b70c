using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>The window has accepted: what nothing blocks goes to its department at once, the rest as soon as it is free.</summary>
internal static class AdmittingCases
{
    private sealed record Row
    {
        public long ProjectId { get; init; }
        public DateTime LastOccurredAt { get; init; }
    }

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CalendarInForce calendar, SecondPerson second) : IRequestHandler<AdmitCases, Unit>
    {
        private const string Find = """
            SELECT project_id, last_occurred_at
              FROM permits_case
             WHERE application_number = @ApplicationNumber AND is_admitted = 0 AND status IN (1, 7)
            """;

        private const string Admit = """
            UPDATE permits_case
               SET is_admitted = 1, admitted_at = @AcceptedAt, admission_note = @Note
             WHERE application_number = @ApplicationNumber AND is_admitted = 0 AND status IN (1, 7)
            """;

        public async Task<Unit> Handle(AdmitCases command, CancellationToken ct)
        {
            var cases = await db.Query<Row>(Find, new { command.ApplicationNumber }, ct);
            if (cases.Count > 0)
            {
                var late = Occurrence.Check(command.AcceptedAt, cases.Max(c => c.LastOccurredAt), command.LateReason, clock, calendar.Current);
                if (command.Note is null) second.DemandLate(late, command.AcceptedAt, clock, BackDating.OfTheWindow); // what the law deems accepted nobody dates back
                if (await db.Execute(Admit, new { command.ApplicationNumber, command.AcceptedAt, command.Note }, ct) == cases.Count)
                {
                    await mediator.Send(new StartReady.Command(cases[0].ProjectId, "", late), ct);
                    return Unit.Value;
                }
            }

            throw Refused.Conflict("case.notWaiting",
                $"申请 {command.ApplicationNumber} 没有等待受理的办理件，请刷新后查看。", $"Application {command.ApplicationNumber} has no case waiting to be accepted; reload to see how it stands.");
        }
    }
}
