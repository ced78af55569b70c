using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>The clocks of one subject as they stand today; a stopped one as it stood when it was stopped.</summary>
internal static class ReadsClocks
{
    /// <summary>Rows as facts. The arithmetic is told by the calendar the date was counted by, which may be a past one.</summary>
    internal sealed class Reading(Db db, IMediator mediator, CalendarInForce calendar, ZoneClock time)
    {
        public async Task<IReadOnlyList<ClockFact>> Facts(IReadOnlyList<StoredClock> rows, CancellationToken ct)
        {
            var pauses = await PausesOfSubjects.Read(db, rows, ct);
            var facts = new List<ClockFact>(rows.Count);
            foreach (var row in rows) facts.Add(Fact(row, pauses, await mediator.Send(new CalendarAsOf(row.CalendarEdition), ct)));
            return facts;
        }

        private ClockFact Fact(StoredClock row, PausesOfSubjects pauses, WorkingDays then)
        {
            var clock = row.Clock(pauses);
            var on = row.StoppedOn ?? time.Today;
            var light = clock.Light(on);
            // Done in time is done in time, however close it was.
            if (row.StoppedOn is not null && light is Light.Yellow or Light.Paused) light = Light.Green;
            var used = row.UsedDays ?? clock.Used(calendar.Current, on);
            return new(
                row.Rule, row.AcceptedOn, row.Limit, row.ExtensionDays, row.DueOn, row.IsProvisional, used, clock.Days - used, light, row.StoppedOn,
                Arithmetic.Of(row.Recount(then, pauses), then, row.Rule));
        }
    }

    private sealed class Handler(Db db, Reading reading) : IRequestHandler<ClocksOf, IReadOnlyList<ClockFact>>
    {
        private const string Clocks = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind
             ORDER BY CASE limit_rule WHEN 'promised' THEN 0 WHEN 'statutory' THEN 1 ELSE 2 END, last_due_on, id
            """;

        public async Task<IReadOnlyList<ClockFact>> Handle(ClocksOf query, CancellationToken ct) =>
            await reading.Facts(await db.Query<StoredClock>(Clocks, query, ct), ct);
    }
}
