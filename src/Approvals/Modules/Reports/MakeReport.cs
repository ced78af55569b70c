using System.Globalization;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// 夜间报告: the figures of the next day that is over and has none. The whole night is one transaction: what was entered on
/// that day is read, its figures are frozen, and days reported before whose figures became others get their next revision.
/// </summary>
internal static class MakeReport
{
    /// <param name="UpTo">The last day wanted; yesterday unless given.</param>
    [RecordAs("生成日报", "Make the report of a day")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(DateOnly? UpTo = null) : ICommand<Result>;

    /// <param name="Day">The day made; null where none was due.</param>
    /// <param name="Left">Days still to make.</param>
    /// <param name="Revised">Earlier days that got a revision.</param>
    internal sealed record Result(DateOnly? Day, int Left, IReadOnlyList<DateOnly> Revised);

    private sealed class Handler(Db db, Runs runs, Facts facts, DayFigures figures, ZoneClock clock, IMediator mediator, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Opening = OpenReports.Row.Find;

        private const string EnteredBetween = "SELECT DISTINCT case_id FROM permits_public_event WHERE recorded_at >= @from AND recorded_at < @end";

        private const string HandedOutBetween = "SELECT case_id FROM onewindow_public_result WHERE handed_out_at >= @from AND handed_out_at < @end";

        /// <remarks>The day on which it was given is not that of its entry.</remarks>
        private const string GivenSince = "SELECT DISTINCT case_id FROM permits_public_owed_document WHERE given_on >= @since";

        private const string MovedBetween = """
            SELECT DISTINCT c.subject_id
              FROM deadlines_public_move m
              JOIN deadlines_public_clock c ON c.id = m.clock_id
             WHERE m.asked_at >= @from AND m.asked_at < @end AND c.subject_kind = 'case'
            """;

        private const string ReachedBefore = "SELECT DISTINCT reached_on FROM projects_public_milestone WHERE reported_at >= @from AND reported_at < @end AND reached_on < @day";

        private const string Subscribers = "SELECT user_id FROM reports_subscriber ORDER BY user_id";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var opening = await db.Find<OpenReports.Row>(Opening, null, ct);
            if (opening?.FinishedAt is not { } openedAt)
                throw Refused.Conflict("report.notOpened", "报告尚未建账。", "The cases have not been read for the reports yet.");
            var yesterday = clock.Today.AddDays(-1);
            var upTo = command.UpTo is { } wanted && wanted < yesterday ? wanted : yesterday;
            var day = await runs.Last(ct) is { } last ? last.AddDays(1) : opening.FromOn;
            if (day > upTo)
            {
                trail.OnlyLooked();
                return new(null, 0, []);
            }

            var (from, end) = figures.Bounds(day);
            var touched = new HashSet<DateOnly>();
            // What was entered before the reports began has been read already.
            if (end > openedAt) await Follow(day, from, end, touched, ct);
            var tally = await figures.Flows(day, ct);
            await figures.Stocks(tally, day, ct);
            if (!await runs.Write(day, 1, tally.Counts, "", "", ct))
                throw Refused.Conflict("report.madeElsewhere", $"{Words.Day(day)} 的报告已由另一进程生成。", $"Another process has made the report of {Words.Day(day)}.");
            var revised = new List<DateOnly>();
            foreach (var earlier in touched.Where(d => d < day && d >= opening.FromOn).Order())
                if (await runs.Revise(earlier, $"{Words.Day(day)} 补录或更正", always: false, ct)) revised.Add(earlier);
            if (day == yesterday) await Tell(day, ct);
            trail.Changed(new("日报", "Report"), "", Words.Day(day));
            return new(day, upTo.DayNumber - day.DayNumber, revised);
        }

        private async Task Follow(DateOnly day, DateTime from, DateTime end, HashSet<DateOnly> touched, CancellationToken ct)
        {
            var ids = new SortedSet<long>(await db.Query<long>(EnteredBetween, new { from, end }, ct));
            ids.UnionWith(await db.Query<long>(HandedOutBetween, new { from, end }, ct));
            ids.UnionWith(await db.Query<long>(GivenSince, new { since = day.AddDays(-14) }, ct));
            ids.UnionWith(await db.Query<long>(MovedBetween, new { from, end }, ct));
            await facts.Refresh(ids, end, day, touched, ct);
            touched.UnionWith(await db.Query<DateOnly>(ReachedBefore, new { from, end, day }, ct));
        }

        private async Task Tell(DateOnly day, CancellationToken ct)
        {
            var subscribers = await db.Query<long>(Subscribers, null, ct);
            if (subscribers.Count == 0) return;
            var measures = Measures.Of(await runs.Counts(day, day, Cuts.Zone, ct)).GetValueOrDefault(Cuts.Whole) ?? Measures.Empty;
            string[] wanted = ["received", "accepted", "closed", "inTimeRate", "open", "overdue", "overdueRate", "newRed", "usedMean", "usedMedian", "usedP90", "deemed", "owed", "lateShare"];
            var lines = wanted.Select(code => (Figure: Definitions.Of(code), Value: Definitions.Of(code).Show(measures[code]))).ToList();
            await mediator.Send(new Notify(
                $"report:sla:{Words.Day(day)}",
                [.. subscribers.Select(id => new Audience(UserId: id))],
                new($"审批时效日报 {Words.Day(day)}", $"SLA report of {Words.Day(day)}"),
                new(string.Join("；", lines.Select(l => $"{l.Figure.Name.Zh} {l.Value}")), string.Join("; ", lines.Select(l => $"{l.Figure.Name.En} {l.Value}"))),
                string.Create(CultureInfo.InvariantCulture, $"/reports/sla?date={day:yyyy-MM-dd}"),
                MessageLevel.Info,
                "report:sla")
            { AtOnce = true }, ct);
        }
    }
}
