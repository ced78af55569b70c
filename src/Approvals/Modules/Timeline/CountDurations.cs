using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>Each night counts how long approved cases took: the months since it last ran and the two before, for what was entered late; all of them the first time.</summary>
internal static class CountDurations
{
    [RecordAs("统计办理用时", "Count how long cases took")]
    [Needs(Act.Operate)]
    internal sealed record Command : ICommand<int>;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("timeline.count-durations");
            return mediator.Send(new Command(), ct);
        }
    }

    private sealed class Handler(Db db, ZoneClock clock, CatalogueInForce catalogue, CalendarInForce calendar, DurationHistory history, Trail trail) : IRequestHandler<Command, int>
    {
        private const string CountedTo = "SELECT counted_to FROM timeline_counted WHERE id = 1";

        private const string Decided = """
            SELECT item_code, accepted_on, decided_on, COUNT(*) AS cases
              FROM permits_public_case
             WHERE department = @department AND decided_on IS NOT NULL AND decided_on >= @from AND status IN (11, 12) AND accepted_on IS NOT NULL
             GROUP BY item_code, accepted_on, decided_on
            """;

        private const string Forget = "DELETE FROM timeline_duration WHERE month >= @month";

        private const string Keep = "INSERT INTO timeline_duration (item_code, department, month, days, cases) VALUES (@ItemCode, @Department, @Month, @Days, @Cases)";

        private const string Move = "UPDATE timeline_counted SET counted_to = @today, counted_at = @now WHERE id = 1";

        private const string Begin = "INSERT INTO timeline_counted (id, counted_to, counted_at) VALUES (1, @today, @now)";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var was = await db.Find<DateOnly?>(CountedTo, ct: ct);
            var from = was is { } last ? new DateOnly(last.Year, last.Month, 1).AddMonths(-2) : new DateOnly(WorkingDays.FirstYear, 1, 1);
            await db.Execute(Forget, new { month = from.Year * 100 + from.Month }, ct);
            var (days, cases) = (calendar.Current, 0);
            foreach (var department in catalogue.Current.Departments)
            {
                var rows = (await db.Query<Row>(Decided, new { department = department.Code, from }, ct))
                    .GroupBy(r => (r.ItemCode, Month: r.DecidedOn.Year * 100 + r.DecidedOn.Month, days.Count(r.AcceptedOn, r.DecidedOn).Days))
                    .Select(g => new DurationHistory.Row { ItemCode = g.Key.ItemCode, Department = department.Code, Month = g.Key.Month, Days = g.Key.Days, Cases = g.Sum(r => r.Cases) })
                    .ToList();
                if (rows.Count > 0) await db.Execute(Keep, rows, ct);
                cases += rows.Sum(r => r.Cases);
            }

            var counted = new { today = clock.Today, now = clock.Now };
            if (await db.Execute(Move, counted, ct) == 0) await db.Execute(Begin, counted, ct);
            history.Forget();
            trail.Changed(new("统计至", "Counted up to"), was, (DateOnly?)counted.today);
            trail.Changed(new("统计的办理件", "Cases counted"), 0, cases);
            return cases;
        }

        private sealed record Row
        {
            public string ItemCode { get; init; } = "";
            public DateOnly AcceptedOn { get; init; }
            public DateOnly DecidedOn { get; init; }
            public int Cases { get; init; }
        }
    }
}
