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
/// Subscribers are told of the report of the day that was over last, once. By itself: what cannot be written or told leaves the
/// figures frozen, and is tried again by the next run. Of nights made up later nobody is told.
/// </summary>
internal static class TellSubscribers
{
    [RecordAs("发送日报", "Send the report")]
    [Needs(Act.ActOnTime)]
    internal sealed record Command : ICommand<Result>;

    /// <param name="Day">Of which day they were told; null where there was nothing to tell.</param>
    internal sealed record Result(DateOnly? Day);

    private sealed class Handler(Db db, Runs runs, ZoneClock clock, IMediator mediator, Trail trail) : IRequestHandler<Command, Result>
    {
        /// <summary>Cases of a mailed workbook, which says how many it leaves out: a mail of many megabytes arrives nowhere, and the page has them all.</summary>
        private const int MostMailed = 5_000;

        private const string Subscribers = """
            SELECT s.user_id, r.role, r.department
              FROM reports_subscriber s
              JOIN access_public_user_role r ON r.user_id = s.user_id
             ORDER BY s.user_id
            """;

        private const string Find = "SELECT business_date FROM reports_told WHERE business_date = @day";

        private const string Insert = "INSERT INTO reports_told (business_date, told_at) VALUES (@day, @Now)";

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var day = MakeReport.LastOver(clock);
            if (await runs.Last(ct) != day || await db.Find<DateOnly?>(Find, new { day }, ct) is not null || !await db.TryInsert(Insert, new { day, clock.Now }, ct))
            {
                trail.OnlyLooked();
                return new(null);
            }

            await Tell(day, ct);
            trail.Changed(new("日报", "Report"), "", Words.Day(day));
            return new(day);
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
