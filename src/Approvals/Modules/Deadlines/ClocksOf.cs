using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>The clocks of one subject as they stand today; a stopped one as it stood when it was stopped.</summary>
internal static class ReadsClocks
{
    public static ClockFact Fact(StoredClock row, PausesOfSubjects pauses, WorkingDays days, DateOnly today)
    {
        var clock = row.Clock(pauses);
        var on = row.StoppedOn ?? today;
        var light = clock.Light(on);
        // Done in time is done in time, however close it was.
        if (row.StoppedOn is not null && light is Light.Yellow or Light.Paused) light = Light.Green;
        var used = row.UsedDays ?? clock.Used(days, on);
        return new(
            row.Rule, row.AcceptedOn, row.Limit, row.ExtensionDays, row.DueOn, row.IsProvisional, used, clock.Days - used, light, row.StoppedOn,
            Arithmetic.InReadersLanguage(row.Explanation));
    }

    private sealed class Handler(Db db, CalendarInForce calendar, ZoneClock time) : IRequestHandler<ClocksOf, IReadOnlyList<ClockFact>>
    {
        private const string Clocks = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind
             ORDER BY CASE limit_rule WHEN 'promised' THEN 0 WHEN 'statutory' THEN 1 ELSE 2 END, last_due_on, id
            """;

        public async Task<IReadOnlyList<ClockFact>> Handle(ClocksOf query, CancellationToken ct)
        {
            var rows = await db.Query<StoredClock>(Clocks, query, ct);
            var pauses = await PausesOfSubjects.Read(db, rows, ct);
            return [.. rows.Select(row => Fact(row, pauses, calendar.Current, time.Today))];
        }
    }
}
