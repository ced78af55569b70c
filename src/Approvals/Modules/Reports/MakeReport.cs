using System.Globalization;
using System.Text;
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
    /// <summary>The reason of a revision that a night makes begins with its day and ends so.</summary>
    public const string OfLateEntries = " 补录或更正";

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
        /// <summary>Cases of a mailed workbook, which says how many it leaves out: a mail of many megabytes arrives nowhere, and the page has them all.</summary>
        private const int MostMailed = 5_000;

        private const string Subscribers = """
            SELECT s.user_id, r.role, r.department
              FROM reports_subscriber s
              JOIN access_public_user_role r ON r.user_id = s.user_id
             ORDER BY s.user_id
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var yesterday = clock.Today.AddDays(-1);
            var upTo = command.UpTo is { } wanted && wanted < yesterday ? wanted : yesterday;
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
            // What was entered before the reports began has been read already.
            if (end > opening.FinishedAt) await facts.Follow([], from, end, day, changes, ct);
            var tally = await figures.Flows(day, ct);
            await figures.CasesAtEnd(tally, day, ct);
            await figures.RestAtEnd(tally, day, ct);
            if (!await runs.Write(day, 1, tally, "", "", ct))
                throw Refused.Conflict("report.madeElsewhere", $"{Words.Day(day)} 的报告已由另一进程生成。", $"Another process has made the report of {Words.Day(day)}.");
            var revised = new List<DateOnly>();
            foreach (var earlier in changes.Days)
                if (await runs.Revise(earlier, Words.Day(day) + OfLateEntries, always: false, changes.Shifts(earlier), ct)) revised.Add(earlier);
            if (day == yesterday) await Tell(day, ct);
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

        /// <summary>Each subscriber is told of what they may read: the zone, or their own department; whoever may read no report any more, of nothing.</summary>
        private async Task Tell(DateOnly day, CancellationToken ct)
        {
            var readers = from of in (await db.Query<Subscriber>(Subscribers, null, ct)).GroupBy(s => s.UserId)
                          let roles = of.Select(s => Enum.Parse<Role>(s.Role)).Where(r => Permissions.Allows(r, Act.ReadReport)).ToList()
                          where roles.Count > 0
                          group of.Key by ShowReport.OnlyDepartment(roles, of.First().Department);
            var hasMail = (await mediator.Send(new OutboxNow(), ct)).HasMail;
            foreach (var part in readers) await Tell(day, part.Key, [.. part], hasMail, ct);
        }

        private async Task Tell(DateOnly day, string? department, IReadOnlyList<long> people, bool hasMail, CancellationToken ct)
        {
            var report = await mediator.Send(new ShowReport.Query(day, Department: department), ct);
            string[] wanted = ["received", "accepted", "closed", "inTimeRate", "open", "overdue", "overdueRate", "newRed", "usedMean", "usedMedian", "usedP90", "deemed", "owed", "lateShare", "ordersOpen"];
            var lines = wanted.Select(code => (Figure: Definitions.Of(code), Value: Definitions.Of(code).Show(report.Whole.Now[code]))).ToList();
            await mediator.Send(new Notify(
                $"report:sla:{Words.Day(day)}",
                [.. people.Select(id => new Audience(UserId: id))],
                new($"审批时效日报 {Words.Day(day)}", $"SLA report of {Words.Day(day)}"),
                new(string.Join("；", lines.Select(l => $"{l.Figure.Name.Zh} {l.Value}")), string.Join("; ", lines.Select(l => $"{l.Figure.Name.En} {l.Value}"))),
                string.Create(CultureInfo.InvariantCulture, $"/reports/sla?date={day:yyyy-MM-dd}"),
                MessageLevel.Info,
                "report:sla")
            { AtOnce = true, Enclosures = hasMail ? await Enclosures(day, department, report, ct) : [] }, ct);
        }

        private async Task<IReadOnlyList<Enclosure>> Enclosures(DateOnly day, string? department, ShowReport.Report report, CancellationToken ct)
        {
            using var workbook = new MemoryStream();
            await mediator.Send(new ReportFiles.WriteWorkbook(day, Period.Day, workbook, null, department, MostMailed), ct);
            var name = string.Create(CultureInfo.InvariantCulture, $"sla-{day:yyyyMMdd}{(department is null ? "" : "-" + department)}");
            return
            [
                new($"{name}.xlsx", ReportFiles.Workbook, workbook.ToArray()),
                new($"{name}.html", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(ReportHtml.Document(report, ReportHtml.Style, clock))),
            ];
        }

        private sealed record Subscriber
        {
            public long UserId { get; init; }
            public string Role { get; init; } = "";
            public string? Department { get; init; }
        }
    }
}
