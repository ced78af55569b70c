using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>审批时效报告: a period with the one before beside it, cut every way, from the frozen figures of its days.</summary>
internal static class ShowReport
{
    /// <summary>Days of the trend.</summary>
    private const int TrendDays = 30;

    /// <param name="Date">The last day; the newest report unless given.</param>
    /// <param name="Kind">A kind of <see cref="Period"/>.</param>
    /// <param name="Department">One department alone; whoever is bound to one reads that.</param>
    /// <param name="WithFindings">Findings read the cases of the period; the trend and the cuts do not.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(DateOnly? Date = null, string Kind = Period.Day, bool WithFindings = true, bool WithProjects = false, string? Department = null) : IRequest<Report>;

    internal sealed record Line(string Key, Text Name, Measures Now, Measures Before);

    internal sealed record Table(string Cut, IReadOnlyList<Line> Lines);

    internal sealed record Point(DateOnly Day, Measures Measures);

    /// <param name="OnlyDepartment">The department a reader is bound to; null for the whole zone.</param>
    /// <param name="Last">The newest day that has a report; null where there is none.</param>
    /// <param name="Missing">Days of the period that have no report.</param>
    /// <param name="Definitions">The version by which its days were counted; of several the newest.</param>
    /// <param name="Versions">All of them, the newest first.</param>
    /// <param name="Revised">The reports of the period that are a revision.</param>
    internal sealed record Report(
        Period Period, string? OnlyDepartment, Text Whose, DateOnly? First, DateOnly? Last, int Missing, int Definitions, IReadOnlyList<int> Versions, DateTime? MadeAt, IReadOnlyList<Run> Revised,
        Line Whole, IReadOnlyList<Table> Cuts, IReadOnlyList<Point> Trend, IReadOnlyList<Finding> Findings)
    {
        public Table? Of(string cut) => Cuts.FirstOrDefault(t => t.Cut == cut);
    }

    /// <summary>The one department somebody reads the report of; null for all.</summary>
    public static string? OnlyDepartment(Actor actor) => actor.IsSystem ? null : OnlyDepartment(actor.Roles, actor.Department);

    public static string? OnlyDepartment(IEnumerable<Role> roles, string? department) =>
        roles.Any(r => r is Role.Supervisor or Role.ZoneLeader or Role.Auditor) ? null : department ?? "";

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla", async (DateOnly? date, string? period, bool? projects, IMediator mediator, CancellationToken ct) =>
            Results.Json(ReportJson.Of(await mediator.Send(new Query(date, period ?? Period.Day, WithProjects: projects ?? false), ct)), ReportJson.Options))
        .Needs<Query>().WithSummary("The SLA report of a day, or of the week, month, quarter or year up to it").WithTags("Reports");

    private sealed class Handler(Db db, Runs runs, Findings findings, CalendarInForce calendar, Naming naming, Actor actor, ZoneClock clock) : IRequestHandler<Query, Report>
    {
        private const string FirstDay = "SELECT MIN(business_date) FROM reports_run";

        private const string Between = $"SELECT {Run.Columns} FROM reports_run WHERE business_date BETWEEN @From AND @To AND is_current = 1 ORDER BY business_date";

        private const string OfDays = """
            SELECT r.business_date, c.figure, c.value, c.n, c.total
              FROM reports_run r
              JOIN reports_count c ON c.run_id = r.id AND c.cut = @cut AND c.cut_key = @key
             WHERE r.is_current = 1 AND r.business_date BETWEEN @from AND @to
             ORDER BY r.business_date
            """;

        private const string OfProjects = """
            SELECT c.project_id, c.used_days, COUNT(*) AS n, SUM(CASE WHEN c.due_on IS NULL OR c.ended_on <= c.due_on THEN 1 ELSE 0 END) AS in_time,
                   SUM(c.authority_days) AS authority, SUM(c.applicant_days) AS applicant, SUM(c.uncounted_days) AS uncounted, SUM(c.span_days) AS span, SUM(c.corrections) AS corrections
              FROM reports_case c
             WHERE c.ended_on BETWEEN @From AND @To AND c.status IN (11, 12, 13) AND (@department IS NULL OR c.department = @department)
             GROUP BY c.project_id, c.used_days
            """;

        private const string Names = "SELECT id, code, name FROM projects_public_project WHERE id IN @ids";

        public async Task<Report> Handle(Query query, CancellationToken ct)
        {
            var last = await runs.Last(ct);
            var date = query.Date ?? last ?? clock.Today.AddDays(-1);
            new Check().That(WorkingDays.Covers(date) && WorkingDays.Covers(date.AddYears(-1)) && date <= clock.Today, "report.date", "date", "请选择今天或更早的日期。", "Choose today or an earlier day.").Done();
            var period = Period.Of(query.Kind, date, calendar.Current)
                ?? throw Refused.Invalid("report.period", "period", $"没有「{query.Kind}」这种期间，只能是：{string.Join("、", Period.Kinds)}。", $"There is no period “{query.Kind}”; it is one of: {string.Join(", ", Period.Kinds)}.");
            var only = OnlyDepartment(actor) ?? query.Department;
            var made = await db.Query<Run>(Between, new { period.From, period.To }, ct);

            await naming.ReadWindows(ct);
            var tables = new List<Table>();
            foreach (var cut in only is null ? (string[])[Cuts.Zone, .. Cuts.Kept[1..], Cuts.Pause, Cuts.Approver] : [Cuts.Department, Cuts.Item, Cuts.Clerk])
                tables.Add(await Cut(cut, period, only, ct));
            if (query.WithProjects) tables.Add(await Projects(period, only, ct));
            var whole = (only is null ? tables[0].Lines : tables[0].Lines.Where(l => l.Key == only)).FirstOrDefault()
                ?? new("", new("", ""), Measures.Empty, Measures.Empty);
            var found = query.WithFindings && made.Count > 0 ? await findings.Of(period, only, tables, ct) : [];
            tables.RemoveAt(0);
            var whose = only is null ? Naming.Cut(Cuts.Zone) : naming.Department(only);
            whole = whole with { Name = whose };

            var (trendCut, trendKey) = only is null ? (Cuts.Zone, Cuts.Whole) : (Cuts.Department, only);
            var points = await db.Query<DayCount>(OfDays, new { cut = trendCut, key = trendKey, from = period.To.AddDays(1 - TrendDays), to = period.To }, ct);
            List<int> versions = made.Count == 0 ? [Definitions.Version] : [.. made.Select(r => r.Definitions).Distinct().OrderDescending()];
            // What a revision changed is told of the zone.
            var revised = made.Where(r => r.Revision > 1).Select(r => only is null ? r : r with { Changed = "" });
            return new(
                period, only, whose, await db.Find<DateOnly?>(FirstDay, null, ct), last, period.To.DayNumber - period.From.DayNumber + 1 - made.Count,
                versions[0], versions, made.Count == 0 ? null : made.Max(r => r.MadeAt), [.. revised], whole, tables,
                [.. points.GroupBy(p => p.BusinessDate).Select(g => new Point(g.Key, Measures.Of(g.Select(p => p.Count)).Values.First()))], found);
        }

        private async Task<Table> Cut(string cut, Period period, string? only, CancellationToken ct)
        {
            var now = Measures.Of(Own(cut, await runs.Counts(period.From, period.To, cut, ct), only));
            var before = Measures.Of(Own(cut, await runs.Counts(period.BeforeFrom, period.BeforeTo, cut, ct), only));
            return new(cut, Sorted(now.Keys.Union(before.Keys)
                .Select(key => new Line(key, naming.Key(cut, key), now.GetValueOrDefault(key) ?? Measures.Empty, before.GetValueOrDefault(key) ?? Measures.Empty))));
        }

        /// <summary>Those of one department; and an item is one, whichever departments have had it.</summary>
        private IEnumerable<Count> Own(string cut, IEnumerable<Count> counts, string? only)
        {
            if (only is not null) counts = counts.Where(c => Owner(cut, c.CutKey) == only);
            return cut == Cuts.Item ? counts.Select(c => c with { CutKey = c.CutKey[(c.CutKey.IndexOf('/', StringComparison.Ordinal) + 1)..] }) : counts;
        }

        private string Owner(string cut, string key) => cut switch
        {
            // Reports made before have the item alone.
            Cuts.Item when !key.Contains('/', StringComparison.Ordinal) => naming.DepartmentOfItem(key),
            Cuts.Item or Cuts.Clerk => key.Split('/')[0],
            _ => key,
        };

        private async Task<Table> Projects(Period period, string? only, CancellationToken ct)
        {
            var now = Measures.Of(Counts(await db.Query<ProjectRow>(OfProjects, new { period.From, period.To, department = only }, ct)));
            var before = Measures.Of(Counts(await db.Query<ProjectRow>(OfProjects, new { From = period.BeforeFrom, To = period.BeforeTo, department = only }, ct)));
            var names = new Dictionary<string, Text>();
            foreach (var ids in now.Keys.Select(k => long.Parse(k, CultureInfo.InvariantCulture)).Chunk(Sources.Share))
                foreach (var p in await db.Query<ProjectName>(Names, new { ids }, ct)) names[Key(p.Id)] = new($"{p.Code} {p.Name}", $"{p.Code} {p.Name}");
            return new(Cuts.Project, Sorted(now.Select(p => new Line(p.Key, names.GetValueOrDefault(p.Key, new(p.Key, p.Key)), p.Value, before.GetValueOrDefault(p.Key) ?? Measures.Empty))));
        }

        private static IReadOnlyList<Line> Sorted(IEnumerable<Line> lines) => [.. lines.OrderByDescending(l => l.Now.N("closed")).ThenByDescending(l => l.Now.N("pauseDays")).ThenBy(l => l.Key, StringComparer.Ordinal)];

        private static IEnumerable<Count> Counts(IEnumerable<ProjectRow> rows)
        {
            foreach (var r in rows)
            {
                var key = Key(r.ProjectId);
                yield return Of("closed", r.N, r.N);
                yield return Of("closedInTime", r.InTime, r.InTime);
                yield return Of("authority", r.N, r.Authority);
                yield return Of("applicant", r.N, r.Applicant);
                yield return Of("uncounted", r.N, r.Uncounted);
                yield return Of("elapsed", r.N, r.Authority + r.Applicant + r.Uncounted);
                yield return Of("span", r.N, r.Span);
                yield return Of("corrections", r.N, r.Corrections);
                if (r.UsedDays is { } used) yield return new() { Cut = Cuts.Project, CutKey = key, Figure = "used", Value = used, N = r.N, Total = used * r.N };

                Count Of(string figure, long n, long total) => new() { Cut = Cuts.Project, CutKey = key, Figure = figure, N = n, Total = total };
            }
        }

        private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);

        private sealed record DayCount
        {
            public DateOnly BusinessDate { get; init; }
            public string Figure { get; init; } = "";
            public int Value { get; init; }
            public long N { get; init; }
            public long Total { get; init; }

            public Count Count => new() { Figure = Figure, Value = Value, N = N, Total = Total };
        }

        private sealed record ProjectRow
        {
            public long ProjectId { get; init; }
            public int? UsedDays { get; init; }
            public long N { get; init; }
            public long InTime { get; init; }
            public long Authority { get; init; }
            public long Applicant { get; init; }
            public long Uncounted { get; init; }
            public long Span { get; init; }
            public long Corrections { get; init; }
        }

        private sealed record ProjectName
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
