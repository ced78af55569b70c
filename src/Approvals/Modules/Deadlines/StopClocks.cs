using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Stops running clocks of a subject and keeps the days they used. A stopped clock raises no alert.</summary>
internal static class StopsClocks
{
    private sealed class Handler(Db db, CalendarInForce calendar, IMediator mediator) : IRequestHandler<StopClocks, Unit>
    {
        private const string Running = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND stopped_on IS NULL
            """;

        private const string Stop = """
            UPDATE deadlines_clock
               SET stopped_on = @On, used_days = @Used, next_alert_on = NULL
             WHERE id = @Id AND stopped_on IS NULL
            """;

        public async Task<Unit> Handle(StopClocks command, CancellationToken ct)
        {
            var running = await db.Query<StoredClock>(Running, new { command.SubjectId, command.SubjectKind }, ct);
            var ending = running.Where(c => command.Rule is null || c.Rule == command.Rule).ToList();
            if (ending.Count == 0) return Unit.Value;
            var pauses = await PausesOfSubjects.Read(db, ending, ct);
            await db.Execute(Stop, ending.ConvertAll(c => new { c.Id, command.On, Used = c.Clock(pauses).Used(calendar.Current, command.On) }), ct);
            foreach (var late in ending.Where(c => c.IsKnownLate))
                await mediator.Publish(new LateClockSettled(late.Id, late.SubjectKind, late.SubjectId, late.Rule, late.Label, late.DueOn!.Value, true), ct);
            return Unit.Value;
        }
    }
}
