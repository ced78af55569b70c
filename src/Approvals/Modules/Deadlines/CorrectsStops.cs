using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Stops a clock on another day than it was, and counts the days it used anew; or lets it run again, where its alerts that were raised are not raised again.</summary>
internal static class CorrectsStops
{
    private sealed class Handler(Db db, CalendarInForce calendar) : IRequestHandler<CorrectStop, Unit>
    {
        private const string Stopped = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND limit_rule = @Rule AND stopped_on = @Was
            """;

        private const string Correct = """
            UPDATE deadlines_clock
               SET stopped_on = @On, used_days = @Used, next_alert_on = @NextAlertOn
             WHERE id = @Id AND stopped_on = @Was
            """;

        public async Task<Unit> Handle(CorrectStop command, CancellationToken ct)
        {
            if (await db.Find<StoredClock>(Stopped, command, ct) is not { } clock) return Unit.Value;
            var pauses = await PausesOfSubjects.Read(db, [clock], ct);
            int? used = command.On is { } on ? clock.Clock(pauses).Used(calendar.Current, on) : null;
            await db.Execute(Correct, new { clock.Id, command.On, command.Was, Used = used, NextAlertOn = command.On is null ? clock.WarnOn : null }, ct);
            return Unit.Value;
        }
    }
}
