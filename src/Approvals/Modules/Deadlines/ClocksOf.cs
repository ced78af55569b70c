using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>The clocks of one subject as they stand today; a stopped one as it stood when it was stopped.</summary>
internal static class ReadsClocks
{
    private sealed class Handler(Db db, CalendarInForce calendar, ZoneClock time) : IRequestHandler<ClocksOf, IReadOnlyList<ClockFact>>
    {
        private const string Clocks = """
            SELECT limit_rule AS [rule], accepted_on, limit_value, limit_unit, due_on, is_provisional, warn_on, stopped_on, used_days, explanation
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind
             ORDER BY limit_rule
            """;

        public async Task<IReadOnlyList<ClockFact>> Handle(ClocksOf query, CancellationToken ct)
        {
            var rows = await db.Query<Row>(Clocks, query, ct);
            return [.. rows.Select(row => row.On(calendar.Current, time.Today))];
        }

        private sealed record Row
        {
            public string Rule { get; init; } = "";
            public DateOnly AcceptedOn { get; init; }
            public int LimitValue { get; init; }
            public string LimitUnit { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public bool IsProvisional { get; init; }
            public DateOnly WarnOn { get; init; }
            public DateOnly? StoppedOn { get; init; }
            public int? UsedDays { get; init; }
            public string Explanation { get; init; } = "";

            public ClockFact On(WorkingDays calendar, DateOnly today)
            {
                var clock = new Clock(AcceptedOn, new Limit(LimitValue, LimitUnit), new(DueOn, IsProvisional), WarnOn);
                var on = StoppedOn ?? today;
                var light = clock.Light(on);
                // Done in time is done in time, however close it was.
                if (StoppedOn is not null && light == Light.Yellow) light = Light.Green;
                return new(Rule, AcceptedOn, clock.Limit, DueOn, IsProvisional, UsedDays ?? clock.Used(calendar, on), clock.Left(calendar, on), light, StoppedOn, Arithmetic.InReadersLanguage(Explanation));
            }
        }
    }
}
