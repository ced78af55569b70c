using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Stops the running clocks of a subject and keeps the days they used. A stopped clock raises no alert.</summary>
internal static class StopsClocks
{
    private sealed class Handler(Db db, CalendarInForce calendar) : IRequestHandler<StopClocks, Unit>
    {
        private const string Running = """
            SELECT id, accepted_on, limit_value, limit_unit, due_on, is_provisional, warn_on
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
            var running = await db.Query<Row>(Running, command, ct);
            if (running.Count == 0) return Unit.Value;
            await db.Execute(Stop, running.Select(r => new { r.Id, command.On, Used = r.Clock.Used(calendar.Current, command.On) }).ToList(), ct);
            return Unit.Value;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public DateOnly AcceptedOn { get; init; }
            public int LimitValue { get; init; }
            public string LimitUnit { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public bool IsProvisional { get; init; }
            public DateOnly WarnOn { get; init; }

            public Clock Clock => new(AcceptedOn, new Limit(LimitValue, LimitUnit), new(DueOn, IsProvisional), WarnOn);
        }
    }
}
