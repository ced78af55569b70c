using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>The projects behind a figure of the reform: approved as a whole, begun, or titled.</summary>
internal static class ListReportProjects
{
    public const int PageSize = 50;

    /// <param name="List">One of <see cref="Drill.ProjectNames"/>.</param>
    /// <param name="Cut">The process version or the window, with <paramref name="Key"/>.</param>
    /// <param name="After">Where the page before ended: a day and an id.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(string List, DateOnly? From, DateOnly? To, string? Cut = null, string? Key = null, string? After = null, int Rows = PageSize) : IRequest<Result>;

    /// <param name="Next">Where the next page begins; null on the last.</param>
    internal sealed record Result(string List, DateOnly From, DateOnly To, IReadOnlyList<Row> Rows, string? Next);

    /// <param name="On">The day by which it is counted.</param>
    /// <param name="Days">Working days it took; null where none are counted.</param>
    /// <param name="Baseline">What it took before the reform; null where that is not known.</param>
    internal sealed record Row(DateOnly On, string Code, string Name, Text Process, int? Days, int? Baseline);

    public static Text Name(string list) => list switch
    {
        "started" => new("开工的项目", "Projects that started"),
        "titled" => new("领证的项目", "Projects titled"),
        Outside.Unpermitted => new("开工前没有施工许可的项目", "Projects that started with no construction permit before"),
        Outside.Unregistered => new("领证前没有登记件的项目", "Projects titled with no registration before"),
        _ => new("审批办完的项目", "Projects approved as a whole"),
    };

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla/projects", (string list, DateOnly? from, DateOnly? to, string? cut, string? key, string? after, IMediator mediator, CancellationToken ct) =>
            mediator.Send(new Query(list, from, to, cut, key, after), ct))
        .Needs<Query>().WithSummary("The projects behind a figure of the reform").WithTags("Reports");

    private sealed class Handler(Db db, CalendarInForce calendar, CatalogueInForce catalogue, Outside outside, Naming naming, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Approved = """
            SELECT a.completed_on AS on_day, a.project_id, a.process_id, a.approval_days, p.code, p.name
              FROM reports_approval a
              JOIN projects_public_project p ON p.id = a.project_id
             WHERE a.completed_on BETWEEN @begin AND @to AND (a.completed_on > @begin OR a.project_id > @after)
               AND (@process IS NULL OR a.process_id = @process) AND (@window IS NULL OR a.window_key = @window)
             ORDER BY a.completed_on, a.project_id
            """;

        private const string Reached = $"""
            SELECT m.reached_on AS on_day, m.project_id, p.process_id, b.reached_on AS began_on, p.code, p.name
            {DayFigures.Reached}
               AND m.reached_on BETWEEN @begin AND @to AND (m.reached_on > @begin OR m.project_id > @after) AND (@process IS NULL OR p.process_id = @process)
             ORDER BY m.reached_on, m.project_id
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (from, to) = Drill.Asked(Drill.ProjectNames, query.List, query.From, query.To, clock);
            // Whole projects are no single department's: whoever is bound to one has no such figure.
            if (ShowReport.OnlyDepartment(actor) is not null) return new(query.List, from, to, [], null);
            await naming.ReadWindows(ct);
            var (day, after) = ListReportCases.Place(query.After);
            var (begins, ends) = query.List == "titled" ? (MilestoneKind.HandedOver, MilestoneKind.Titled) : (MilestoneKind.LandAcquired, MilestoneKind.ConstructionStarted);
            var sql = query.List switch { "completed" => Approved, Outside.Unpermitted or Outside.Unregistered => Outside.Projects, _ => Reached };
            var found = await db.First<Found>(query.Rows + 1, sql, new
            {
                sign = query.List,
                kind = Outside.Of(query.List).ToString(),
                items = outside.ItemsOf(query.List),
                begin = day ?? from,
                to,
                after,
                process = long.TryParse(Drill.Key(query.Cut, query.Key, Cuts.Process), CultureInfo.InvariantCulture, out var process) ? (long?)process : null,
                window = Drill.Key(query.Cut, query.Key, Cuts.Window),
                begins = begins.ToString(),
                ends = ends.ToString(),
            }, ct);
            var shown = found.Take(query.Rows).ToList();
            return new(query.List, from, to, [.. shown.Select(f => Of(query.List, f))],
                found.Count <= query.Rows ? null : string.Create(CultureInfo.InvariantCulture, $"{shown[^1].OnDay:yyyy-MM-dd}_{shown[^1].ProjectId}"));
        }

        private Row Of(string list, Found f)
        {
            var process = catalogue.Current.Process(f.ProcessId);
            var days = f.BeganOn is { } began ? calendar.Current.Count(began, f.OnDay).Days : list == "completed" ? f.ApprovalDays : (int?)null;
            return new(f.OnDay, f.Code, f.Name, naming.Key(Cuts.Process, f.ProcessId.ToString(CultureInfo.InvariantCulture)), days,
                list switch { "completed" => process?.BaselineWorkingDays, "started" => process?.LandToStartBaseline, _ => null });
        }

        private sealed record Found
        {
            public DateOnly OnDay { get; init; }
            public long ProjectId { get; init; }
            public long ProcessId { get; init; }
            public DateOnly? BeganOn { get; init; }
            public int ApprovalDays { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
        }
    }
}
