using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// The rows behind the late entries of days that were reported before such rows were kept, some days at a time. A night keeps
/// those of its day itself.
/// </summary>
internal static class KeepLateEntries
{
    /// <param name="After">The last day of the share before.</param>
    [RecordAs("补登补录清单", "Keep the lists of late entries")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(DateOnly? After = null) : ICommand<Result>;

    /// <param name="Last">The last day it came to; null where none is left.</param>
    internal sealed record Result(DateOnly? Last);

    private sealed class Handler(Db db, Runs runs, Facts facts, DayFigures figures, CalendarInForce calendar, Trail trail) : IRequestHandler<Command, Result>
    {
        private const int Share = 31;

        private const string Lacking = """
            SELECT r.business_date
              FROM reports_run r
             WHERE r.is_current = 1 AND r.business_date > @after
               AND EXISTS (SELECT c.n FROM reports_count c WHERE c.run_id = r.id AND c.cut = 'zone' AND c.cut_key = 'all' AND c.figure = 'lateEntries' AND c.n > 0)
               AND NOT EXISTS (SELECT l.n FROM reports_late_entry l WHERE l.recorded_on = r.business_date)
             ORDER BY r.business_date
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var days = await Next(command, ct);
            if (days.Count > 0)
            {
                // Looked for once more when it is this one's turn: another process may have kept them meanwhile.
                await facts.TakeTurn(ct);
                days = await Next(command, ct);
            }

            if (days.Count == 0)
            {
                trail.OnlyLooked();
                return new(null);
            }

            foreach (var day in days)
            {
                var tally = new Tally(calendar.Current);
                await figures.Entries(tally, day, ct);
                await runs.KeepLate(day, tally, ct);
            }

            trail.Changed(new($"{Words.Day(days[0])} 至 {Words.Day(days[^1])} 的日报", $"Reports of {Words.Day(days[0])} to {Words.Day(days[^1])}"), 0, days.Count);
            return new(days[^1]);
        }

        private Task<IReadOnlyList<DateOnly>> Next(Command command, CancellationToken ct) => db.First<DateOnly>(Share, Lacking, new { after = command.After ?? DateOnly.MinValue }, ct);
    }
}
