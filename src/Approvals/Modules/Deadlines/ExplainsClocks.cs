using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>Says of a clock how its date was counted, what it raised and what moved it.</summary>
internal static class ExplainsClocks
{
    private sealed class Handler(Db db, IMediator mediator, CalendarInForce calendar, ReadsClocks.Reading reading, ZoneClock time) : IRequestHandler<ExplainClock, ExplainedClock?>, IRequestHandler<ClocksNow, IReadOnlyDictionary<long, ClockFact>>
    {
        private const string Find = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE subject_id = @SubjectId AND subject_kind = @SubjectKind AND limit_rule = @Rule
            """;

        private const string FindAll = $"""
            SELECT {StoredClock.Columns}
              FROM deadlines_clock
             WHERE id IN @ids
            """;

        private const string Raised = """
            SELECT level, due_on, began_on, raised_at
              FROM deadlines_alert
             WHERE clock_id = @Id
             ORDER BY id
            """;

        private const string Moved = """
            SELECT m.from_on, m.to_on, r.asked_by, r.asked_at
              FROM deadlines_move m
              JOIN deadlines_recount r ON r.id = m.recount_id
             WHERE m.clock_id = @Id
             ORDER BY r.id
            """;

        public async Task<IReadOnlyDictionary<long, ClockFact>> Handle(ClocksNow query, CancellationToken ct)
        {
            var rows = new List<StoredClock>();
            // A server takes 2,100 parameters.
            foreach (var ids in query.ClockIds.Distinct().Chunk(1000)) rows.AddRange(await db.Query<StoredClock>(FindAll, new { ids }, ct));
            var facts = await reading.Facts(rows, ct);
            return rows.Zip(facts).ToDictionary(r => r.First.Id, r => r.Second);
        }

        public async Task<ExplainedClock?> Handle(ExplainClock query, CancellationToken ct)
        {
            if (await db.Find<StoredClock>(Find, query, ct) is not { } row) return null;
            var pauses = await PausesOfSubjects.Read(db, [row], ct);
            var asOf = row.StoppedOn ?? time.Today;
            var raised = await db.Query<Alert>(Raised, new { row.Id }, ct);
            var moved = await db.Query<Move>(Moved, new { row.Id }, ct);
            return new(
                row.Id, row.SubjectKind, row.Label, row.Department, row.Item, (await reading.Facts([row], ct))[0], asOf, await Lines(row, pauses, asOf, ct),
                [.. raised.Select(a => new RaisedAlert(a.Level == "red" ? Light.Red : Light.Yellow, a.DueOn, a.BeganOn, a.RaisedAt))],
                [.. moved.Select(m => new CalendarMove(m.FromOn, m.ToOn, m.AskedBy, m.AskedAt))]);
        }

        /// <summary>By the calendar of today where it gives the stored date; else by that of then: a stopped clock keeps the date it had.</summary>
        private async Task<IReadOnlyList<Text>> Lines(StoredClock row, PausesOfSubjects pauses, DateOnly asOf, CancellationToken ct)
        {
            var days = calendar.Current;
            if (row.Recount(days, pauses).Due?.Date != row.DueOn) days = await mediator.Send(new CalendarAsOf(row.CalendarEdition), ct);
            var says = Arithmetic.On(asOf, row.Recount(days, pauses), days, row.WarningDays);
            return [Arithmetic.Named(says[0], row.Rule), .. says.Skip(1)];
        }

        private sealed record Alert
        {
            public string Level { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public DateOnly BeganOn { get; init; }
            public DateTime RaisedAt { get; init; }
        }

        private sealed record Move
        {
            public DateOnly FromOn { get; init; }
            public DateOnly ToOn { get; init; }
            public string AskedBy { get; init; } = "";
            public DateTime AskedAt { get; init; }
        }
    }
}
