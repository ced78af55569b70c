using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>
/// 夜间报告: the figures of the next day that is over and has none. The whole night is one transaction: what was entered on
/// that day is read, its figures are frozen, and days reported before whose figures became others get their next revision.
/// Whom it concerns is told behind it.
/// </summary>
internal static class MakeReport
{
    /// <summary>The reason of a revision that a night makes begins with its day and ends so.</summary>
    public const string OfLateEntries = " 补录或更正";

    /// <summary>
    /// After the end of a day, what was entered in its last moments is given time to arrive. The night begins later than that:
    /// a site whose clock is behind may be the one to make it.
    /// </summary>
    private const int Minutes = 15;

    /// <summary>The last day that may have its report by now.</summary>
    public static DateOnly LastOver(ZoneClock clock) => clock.DayOf(clock.Now.AddMinutes(-Minutes)).AddDays(-1);

    /// <summary>Where a day is over and its report is not made yet.</summary>
    public static Text? TooEarly(DateOnly day, ZoneClock clock) => day <= LastOver(clock) || day >= clock.Today ? null : new(
        $"{Words.Day(day)} 的日报在当日终了 {Minutes} 分钟之后才生成，请稍后再试。",
        $"The report of {Words.Day(day)} is made {Minutes} minutes after the end of the day; try again later.");

    /// <param name="UpTo">The last day wanted; the last that is over unless given.</param>
    [RecordAs("生成日报", "Make the report of a day")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command(DateOnly? UpTo = null) : ICommand<Result>;

    /// <param name="Day">The day made; null where none was due.</param>
    /// <param name="Left">Days still to make.</param>
    /// <param name="Revised">Earlier days that got a revision.</param>
    internal sealed record Result(DateOnly? Day, int Left, IReadOnlyList<DateOnly> Revised);

    private sealed class Handler(Db db, Runs runs, Facts facts, DayFigures figures, ZoneClock clock, Trail trail) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var over = LastOver(clock);
            var upTo = command.UpTo is { } wanted && wanted < over ? wanted : over;
            var (day, opening) = await Next(ct);
            if (day <= upTo)
            {
                // Looked at once more when it is this one's turn: another process may have made it meanwhile.
                await facts.TakeTurn(ct);
                (day, opening) = await Next(ct);
            }

            if (day > upTo)
            {
                trail.OnlyLooked();
                return new(null, 0, []);
            }

            var (from, end) = figures.Bounds(day);
            var changes = new Changes(opening.FromOn, day.AddDays(-1));
            // What was entered before the reading began has been read; what came after it, perhaps not.
            if (end > opening.BeganAt) await facts.Follow([], from, opening.Known(end), day, changes, ct);
            var tally = await figures.Flows(day, ct);
            await figures.CasesAtEnd(tally, day, ct);
            await figures.RestAtEnd(tally, day, ct);
            if (!await runs.Write(day, 1, tally, "", "", ct))
                throw Refused.Conflict("report.madeElsewhere", $"{Words.Day(day)} 的报告已由另一进程生成。", $"Another process has made the report of {Words.Day(day)}.");
            var revised = new List<DateOnly>();
            foreach (var earlier in changes.Days)
                if (await runs.Revise(earlier, Words.Day(day) + OfLateEntries, always: false, changes.Shifts(earlier), ct)) revised.Add(earlier);
            trail.Changed(new("日报", "Report"), "", Words.Day(day));
            return new(day, upTo.DayNumber - day.DayNumber, revised);
        }

        /// <summary>The first day without a report.</summary>
        private async Task<(DateOnly Day, OpenReports.Row Opening)> Next(CancellationToken ct)
        {
            if (await db.Find<OpenReports.Row>(OpenReports.Row.Find, null, ct) is not { FinishedAt: not null } opening)
                throw Refused.Conflict("report.notOpened", "报告尚未建账。", "The cases have not been read for the reports yet.");
            return (await runs.Last(ct) is { } last ? last.AddDays(1) : opening.FromOn, opening);
        }
    }
}
