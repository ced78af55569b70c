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
    /// <param name="WithFindings">Without them, what stands out is not looked for.</param>
    /// <param name="Revision">The report of a day as it was in this revision; the one in force unless given.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(DateOnly? Date = null, string Kind = Period.Day, bool WithFindings = true, bool WithProjects = false, string? Department = null, int? Revision = null) : IRequest<Report>;

    internal sealed record Line(string Key, Text Name, Measures Now, Measures Before);

    internal sealed record Table(string Cut, IReadOnlyList<Line> Lines);

    internal sealed record Point(DateOnly Day, Measures Measures);

    /// <summary>A report that is not in force any more. Its figures are kept, with those that stood beside it; the cases are not.</summary>
    internal sealed record Superseded(int Revision, int By);

    /// <param name="OnlyDepartment">The department a reader is bound to; null for the whole zone.</param>
    /// <param name="Last">The newest day that has a report; null where there is none.</param>
    /// <param name="Missing">Days of the period that have no report.</param>
    /// <param name="Definitions">The version by which its days were counted; of several the newest.</param>
    /// <param name="Versions">All of them, the newest first.</param>
    /// <param name="Revised">The reports of the period that are a revision.</param>
    /// <param name="Superseded">Where this is how a day was reported before; null for what is in force.</param>
    internal sealed record Report(
        Period Period, string? OnlyDepartment, Text Whose, DateOnly? First, DateOnly? Last, int Missing, int Definitions, IReadOnlyList<int> Versions, DateTime? MadeAt, IReadOnlyList<Run> Revised, Superseded? Superseded,
        Line Whole, IReadOnlyList<Table> Cuts, IReadOnlyList<Point> Trend, IReadOnlyList<Finding> Findings)
    {
        /// <summary>The day that was asked for; the period ends before it where the reports do.</summary>
        public DateOnly Asked { get; init; }

        /// <summary>Figures that some days of the period, or of the one before, do not have, and the day from which all have them.</summary>
        public IReadOnlyList<(Figure Figure, DateOnly Since)> CountedSince { get; init; } = [];

        /// <summary>Of the report of a day, which it is.</summary>
        public int? Revision => Period.Kind != Period.Day || MadeAt is null ? null : Superseded?.Revision ?? Revised.Select(r => r.Revision).FirstOrDefault(1);

        public Table? Of(string cut) => Cuts.FirstOrDefault(t => t.Cut == cut);
    }

    /// <summary>The one department somebody reads the report of; null for all.</summary>
    public static string? OnlyDepartment(Actor actor) => actor.IsSystem ? null : OnlyDepartment(actor.Roles, actor.Department);

    public static string? OnlyDepartment(IEnumerable<Role> roles, string? department) =>
        roles.Any(r => r is Role.Supervisor or Role.ZoneLeader or Role.Auditor) ? null : department ?? "";

    /// <summary>The department that a list is of; who reads one alone asks for no other.</summary>
    public static string? Department(Actor actor, string? cut, string? key)
    {
        var (only, asked) = (OnlyDepartment(actor), Drill.Key(cut, key, Cuts.Department));
        return only is null || asked is null || asked == only ? only ?? asked
            : throw Refused.Forbidden("report.otherDepartment", "您只能查看本部门的清单。请从本部门的报告打开。", "You read the lists of your own department alone; open them from its report.");
    }

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla", async (DateOnly? date, string? period, bool? projects, int? revision, IMediator mediator, CancellationToken ct) =>
            Results.Json(ReportJson.Of(await mediator.Send(new Query(date, period ?? Period.Day, WithProjects: projects ?? false, Revision: revision), ct)), ReportJson.Options))
        .Needs<Query>().WithSummary("The SLA report of a day, or of the week, month, quarter or year up to it; a day also as it was in an earlier revision").WithTags("Reports");

    private sealed class Handler(Db db, Runs runs, Findings findings, CalendarInForce calendar, Naming naming, Actor actor, ZoneClock clock) : IRequestHandler<Query, Report>
    {
        /// <remarks>Beside a year stands the one before it, which must be one of the calendar too.</remarks>
        private static readonly DateOnly Earliest = new(WorkingDays.FirstYear + 1, 1, 1);

        private const string FirstDay = "SELECT MIN(business_date) FROM reports_run";

        private const string OfRevision = $"SELECT {Run.Columns} FROM reports_run WHERE business_date = @To AND (revision = @revision OR is_current = 1)";

        private const string LastWithout = "SELECT MAX(business_date) FROM reports_run WHERE is_current = 1 AND definitions < @version";

        private const string OfDays = """
            SELECT run_id, figure, value, n, total
              FROM reports_count
             WHERE run_id IN @ids AND cut = @cut AND cut_key = @key
            """;

        private const string ClosedOfProjects = """
            SELECT project_id, used_days, COUNT(*) AS n, SUM(CASE WHEN due_on IS NULL OR ended_on <= due_on THEN 1 ELSE 0 END) AS in_time, SUM(CASE WHEN status = 13 THEN 1 ELSE 0 END) AS refused,
                   SUM(authority_days) AS authority, SUM(applicant_days) AS applicant, SUM(uncounted_days) AS uncounted, SUM(span_days) AS span, SUM(corrections) AS corrections
              FROM reports_case
             WHERE ended_on BETWEEN @from AND @to AND status IN (11, 12, 13) AND (@only IS NULL OR department = @only)
             GROUP BY project_id, used_days
            """;

        /// <remarks>Red from the day after the due date.</remarks>
        private const string MovedOfProjects = """
            SELECT project_id, 'received' AS figure, COUNT(*) AS n FROM reports_case
             WHERE received_on BETWEEN @from AND @to AND (@only IS NULL OR department = @only)
             GROUP BY project_id
             UNION ALL
            SELECT project_id, 'accepted' AS figure, COUNT(*) AS n FROM reports_case
             WHERE accepted_on BETWEEN @from AND @to AND (@only IS NULL OR department = @only)
             GROUP BY project_id
             UNION ALL
            SELECT project_id, 'newRed' AS figure, COUNT(*) AS n FROM reports_case
             WHERE due_on BETWEEN @dayBefore AND @eveBefore AND (ended_on IS NULL OR ended_on > due_on) AND (@only IS NULL OR department = @only)
             GROUP BY project_id
            """;

        private const string OpenOfProjects = """
            SELECT project_id, SUM(CASE WHEN accepted_on <= @to THEN 1 ELSE 0 END) AS n, SUM(CASE WHEN accepted_on <= @to AND due_on < @to THEN 1 ELSE 0 END) AS overdue,
                   SUM(CASE WHEN accepted_on <= @to THEN 0 ELSE 1 END) AS waiting
              FROM reports_case
             WHERE project_id IN @ids AND received_on <= @to AND (ended_on IS NULL OR ended_on > @to) AND (@only IS NULL OR department = @only)
             GROUP BY project_id
            """;

        private const string Names = "SELECT id, code, name FROM projects_public_project WHERE id IN @ids";

        public async Task<Report> Handle(Query query, CancellationToken ct)
        {
            var last = await runs.Last(ct);
            var date = query.Date ?? last ?? clock.Today.AddDays(-1);
            new Check()
                .That(date <= clock.Today, "report.date", "date", "请选择今天或更早的日期。", "Choose today or an earlier day.")
                .That(date >= Earliest, "report.date", "date", $"请选择 {Words.Day(Earliest)} 或更晚的日期。", $"Choose {Words.Day(Earliest)} or a later day.")
                .Done();
            var period = Period.Of(query.Kind, date, calendar.Current)
                ?? throw Refused.Invalid("report.period", "period", $"没有「{query.Kind}」这种期间，只能是：{string.Join("、", Period.Kinds)}。", $"There is no period “{query.Kind}”; it is one of: {string.Join(", ", Period.Kinds)}.");
            // What is open is that of the last evening counted, which is not one the period ends on; and as many days stand beside it.
            if (last < period.To && last >= period.From) period = Period.Of(query.Kind, last.Value, calendar.Current)!;
            var only = OnlyDepartment(actor) ?? query.Department;
            var (earlier, superseded) = await Earlier(period, query.Revision, ct);
            var trendFrom = period.To.AddDays(1 - TrendDays);
            var known = await runs.Between(period.BeforeFrom < trendFrom ? period.BeforeFrom : trendFrom, period.To, earlier, ct);
            IReadOnlyList<Run> made = [.. known.Where(r => r.BusinessDate >= period.From)];
            IReadOnlyList<Run> before = [.. known.Where(r => r.BusinessDate >= period.BeforeFrom && r.BusinessDate <= period.BeforeTo)];

            await naming.ReadWindows(ct);
            var tables = new List<Table>();
            foreach (var cut in only is null ? (string[])[Cuts.Zone, .. Cuts.Kept[1..], Cuts.Pause, Cuts.Approver] : [Cuts.Department, Cuts.Item, Cuts.Clerk])
                tables.Add(await Cut(cut, made, before, only, ct));
            if (query.WithProjects && superseded is null) tables.Add(await Projects(period, only, ct));
            var whole = (only is null ? tables[0].Lines : tables[0].Lines.Where(l => l.Key == only)).FirstOrDefault()
                ?? new("", new("", ""), Measures.Without(Lacking(made)), Measures.Without(Lacking(before)));
            var found = query.WithFindings && made.Count > 0 && superseded is null ? await findings.Of(period, only, tables, await runs.Counts(made, Cuts.Limit, ct), ct) : [];
            tables.RemoveAt(0);
            var whose = only is null ? Naming.Cut(Cuts.Zone) : naming.Department(only);
            whole = whole with { Name = whose };

            var (trendCut, trendKey) = only is null ? (Cuts.Zone, Cuts.Whole) : (Cuts.Department, only);
            var lately = known.Where(r => r.BusinessDate >= trendFrom).ToList();
            var points = (await db.Query<RunCount>(OfDays, new { cut = trendCut, key = trendKey, ids = lately.Select(r => r.Id) }, ct)).ToLookup(p => p.RunId, p => p.Count);
            List<int> versions = made.Count == 0 ? [Definitions.Version] : [.. made.Select(r => r.Definitions).Distinct().OrderDescending()];
            // What a revision changed is told of the zone.
            var revised = made.Where(r => r.Revision > 1).Select(r => only is null ? r : r with { Changed = "" });
            return new(
                period, only, whose, await db.Find<DateOnly?>(FirstDay, null, ct), last, period.To.DayNumber - period.From.DayNumber + 1 - made.Count,
                versions[0], versions, made.Count == 0 ? null : made.Max(r => r.MadeAt), [.. revised], superseded, whole, tables,
                [.. lately.Where(r => points.Contains(r.Id)).Select(r => new Point(r.BusinessDate, Measures.Of(points[r.Id], Lacking([r])).Values.First()))], found)
            {
                Asked = date,
                CountedSince = await Since([.. Lacking(made).Union(Lacking(before))], ct),
            };
        }

        /// <summary>Since when some figures are counted: behind the last day that lacks them.</summary>
        private async Task<IReadOnlyList<(Figure, DateOnly)>> Since(IReadOnlyList<string> codes, CancellationToken ct)
        {
            var since = new List<(Figure, DateOnly)>();
            foreach (var figures in codes.Select(Definitions.Of).GroupBy(f => Definitions.Since(f.Code)))
                if (await db.Find<DateOnly?>(LastWithout, new { version = figures.Key }, ct) is { } last) since.AddRange(figures.Select(f => (f, last.AddDays(1))));
            return since;
        }

        /// <summary>The revision that is asked for; none where it is the one in force.</summary>
        private async Task<(Run?, Superseded?)> Earlier(Period period, int? revision, CancellationToken ct)
        {
            if (revision is null) return (null, null);
            new Check().That(period.Kind == Period.Day, "report.revision", "revision", "修订只有日报才有，请选择期间「日」。", "Only the report of a day has revisions: choose the period “day”.").Done();
            var known = await db.Query<Run>(OfRevision, new { period.To, revision }, ct);
            var run = known.FirstOrDefault(r => r.Revision == revision)
                ?? throw Refused.NotFound("report.noRevision", "revision", $"{Words.Day(period.To)} 的日报没有修订号 {revision}。", $"The report of {Words.Day(period.To)} has no revision {revision}.");
            return run.IsCurrent ? (null, null) : (run, new(run.Revision, known.Single(r => r.IsCurrent).Revision));
        }

        private async Task<Table> Cut(string cut, IReadOnlyList<Run> made, IReadOnlyList<Run> beside, string? only, CancellationToken ct)
        {
            var (nothing, nothingBefore) = (Measures.Without(Lacking(made)), Measures.Without(Lacking(beside)));
            var now = Measures.Of(Own(cut, await runs.Counts(made, cut, ct), only), Lacking(made));
            var before = Measures.Of(Own(cut, await runs.Counts(beside, cut, ct), only), Lacking(beside));
            return new(cut, Sorted(now.Keys.Union(before.Keys)
                .Select(key => new Line(key, naming.Key(cut, key), now.GetValueOrDefault(key) ?? nothing, before.GetValueOrDefault(key) ?? nothingBefore))));
        }

        /// <summary>What was not counted on all of these days; of what is open, not on the last.</summary>
        private static IReadOnlySet<string> Lacking(IReadOnlyList<Run> of) => of.Count == 0 ? Definitions.LackedBy([])
            : Definitions.LackedBy([.. of.Select(r => r.Definitions)]).Where(code => !Definitions.Of(code).IsStock || Definitions.Since(code) > of[^1].Definitions).ToHashSet();

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

        /// <summary>
        /// The projects of which something moved in the period, read from the cases: one that only stands open has no line. So
        /// it costs what moved, and their own cases, whatever the history.
        /// </summary>
        private async Task<Table> Projects(Period period, string? only, CancellationToken ct)
        {
            var now = await Moved(period.From, period.To, only, ct);
            var before = await Moved(period.BeforeFrom, period.BeforeTo, only, ct);
            var ids = now.Select(c => c.CutKey).Distinct().Select(k => long.Parse(k, CultureInfo.InvariantCulture)).ToList();
            var names = new Dictionary<string, Text>();
            foreach (var share in ids.Chunk(Sources.Share))
            {
                foreach (var p in await db.Query<ProjectName>(Names, new { ids = share }, ct)) names[Key(p.Id)] = new($"{p.Code} {p.Name}", $"{p.Code} {p.Name}");
                now.AddRange(Standing(await db.Query<ProjectStock>(OpenOfProjects, new { ids = share, to = period.To, only }, ct)));
                before.AddRange(Standing(await db.Query<ProjectStock>(OpenOfProjects, new { ids = share, to = period.BeforeTo, only }, ct)));
            }

            var (measures, beside) = (Measures.Of(now), Measures.Of(before));
            return new(Cuts.Project, Sorted(measures.Select(p => new Line(p.Key, names.GetValueOrDefault(p.Key, new(p.Key, p.Key)), p.Value, beside.GetValueOrDefault(p.Key) ?? Measures.Empty))));
        }

        private async Task<List<Count>> Moved(DateOnly from, DateOnly to, string? only, CancellationToken ct) =>
        [
            .. (await db.Query<ProjectClosed>(ClosedOfProjects, new { from, to, only }, ct)).SelectMany(Closed),
            .. (await db.Query<ProjectFigure>(MovedOfProjects, new { from, to, dayBefore = from.AddDays(-1), eveBefore = to.AddDays(-1), only }, ct)).Select(r => Of(r.ProjectId, r.Figure, r.N)),
        ];

        private static IReadOnlyList<Line> Sorted(IEnumerable<Line> lines) => [.. lines.OrderByDescending(l => l.Now.N("closed")).ThenByDescending(l => l.Now.N("pauseDays")).ThenBy(l => l.Key, StringComparer.Ordinal)];

        private static IEnumerable<Count> Closed(ProjectClosed r)
        {
            yield return Of(r.ProjectId, "closed", r.N);
            yield return Of(r.ProjectId, "closedInTime", r.InTime);
            yield return Of(r.ProjectId, "approved", r.N - r.Refused);
            yield return Of(r.ProjectId, "refused", r.Refused);
            yield return Of(r.ProjectId, "authority", r.N, r.Authority);
            yield return Of(r.ProjectId, "applicant", r.N, r.Applicant);
            yield return Of(r.ProjectId, "uncounted", r.N, r.Uncounted);
            yield return Of(r.ProjectId, "elapsed", r.N, r.Authority + r.Applicant + r.Uncounted);
            yield return Of(r.ProjectId, "span", r.N, r.Span);
            yield return Of(r.ProjectId, "corrections", r.N, r.Corrections);
            if (r.UsedDays is { } used) yield return Of(r.ProjectId, "used", r.N, used * r.N) with { Value = used };
        }

        private static IEnumerable<Count> Standing(IEnumerable<ProjectStock> rows) =>
            rows.SelectMany(r => (Count[])[Of(r.ProjectId, "open", r.N), Of(r.ProjectId, "overdue", r.Overdue), Of(r.ProjectId, "waiting", r.Waiting)]);

        private static Count Of(long project, string figure, long n, long? total = null) => new() { Cut = Cuts.Project, CutKey = Key(project), Figure = figure, N = n, Total = total ?? n };

        private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);

        private sealed record RunCount
        {
            public long RunId { get; init; }
            public string Figure { get; init; } = "";
            public int Value { get; init; }
            public long N { get; init; }
            public long Total { get; init; }

            public Count Count => new() { Figure = Figure, Value = Value, N = N, Total = Total };
        }

        private sealed record ProjectClosed
        {
            public long ProjectId { get; init; }
            public int? UsedDays { get; init; }
            public long N { get; init; }
            public long InTime { get; init; }
            public long Refused { get; init; }
            public long Authority { get; init; }
            public long Applicant { get; init; }
            public long Uncounted { get; init; }
            public long Span { get; init; }
            public long Corrections { get; init; }
        }

        private sealed record ProjectFigure
        {
            public long ProjectId { get; init; }
            public string Figure { get; init; } = "";
            public long N { get; init; }
        }

        private sealed record ProjectStock
        {
            public long ProjectId { get; init; }
            public long N { get; init; }
            public long Overdue { get; init; }
            public long Waiting { get; init; }
        }

        private sealed record ProjectName
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
