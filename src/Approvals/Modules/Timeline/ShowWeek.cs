using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>周变动: which days have moved since a Monday, planned, reported, due and forecast, and why.</summary>
internal static class ShowWeek
{
    private const int Most = 500;
    private const int LongestBack = 366;

    /// <param name="Project">Of one project, with what the calendar and the forecast moved; of all otherwise.</param>
    /// <param name="Since">The first day; the last Monday unless given, on a Monday the one before.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? Project = null, DateOnly? Since = null) : IRequest<Result>;

    /// <param name="IsCut">There are more than are shown.</param>
    /// <param name="Calendar">Over all projects the news of the calendar is told as a whole.</param>
    /// <param name="ForecastOf">The day whose forecast today's is held against, of the first week looked at or the last one before; null where none was kept.</param>
    internal sealed record Result(DateOnly Since, DateOnly Today, ProjectFacts? Project, IReadOnlyList<Line> Lines, bool IsCut, IReadOnlyList<News> Calendar, DateOnly? ForecastOf, IReadOnlyList<Forecasted> Forecasts);

    /// <param name="Days">Working days, later above 0; null where one of the days is not known.</param>
    internal sealed record Line(DateTime At, string ProjectCode, string ProjectName, Text What, DateOnly? From, DateOnly? To, int? Days, MoveCause Cause, string? Reason, string By);

    internal sealed record News(long Recount, DateTime At, string By, int Moved);

    internal sealed record Forecasted(Text Name, int Phase, DateOnly From, DateOnly? To, int? Days);

    /// <summary>The last Monday before the day.</summary>
    public static DateOnly Monday(DateOnly today)
    {
        var back = ((int)today.DayOfWeek + 6) % 7;
        return today.AddDays(back == 0 ? -7 : -back);
    }

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/changes", async (string? project, DateOnly? since, IMediator mediator) =>
        {
            var r = await mediator.Send(new Query(project, since));
            return new
            {
                r.Since,
                changes = r.Lines.Select(l => new { l.At, project = l.ProjectCode, what = l.What.ToString(), l.From, l.To, workingDays = l.Days, l.Cause, l.Reason, l.By }),
                r.IsCut,
                calendar = r.Calendar,
                r.ForecastOf,
                forecasts = r.Forecasts.Select(f => new { name = f.Name.ToString(), f.Phase, f.From, f.To, workingDays = f.Days }),
            };
        })
        .Needs<Query>().WithTags("Timeline").WithSummary("Which planned, reported, due and forecast days have moved since a Monday, and why");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        private const string All = """
            SELECT m.moved_at, p.code AS project_code, p.name AS project_name, m.what, m.code, m.limit_rule AS [rule], m.from_on, m.to_on, m.cause, m.reason, m.moved_by
              FROM timeline_move m
              JOIN projects_public_project p ON p.id = m.project_id
             WHERE m.moved_at >= @since
             ORDER BY m.moved_at DESC, m.id DESC
            """;

        private const string Own = """
            SELECT m.moved_at, p.code AS project_code, p.name AS project_name, m.what, m.code, m.limit_rule AS [rule], m.from_on, m.to_on, m.cause, m.reason, m.moved_by
              FROM timeline_move m
              JOIN projects_public_project p ON p.id = m.project_id
             WHERE m.moved_at >= @since
               AND m.project_id IN (SELECT a.id FROM projects_public_project a WHERE a.manager_id = @manager UNION ALL SELECT b.id FROM projects_public_project b WHERE b.agent_id = @agent)
             ORDER BY m.moved_at DESC, m.id DESC
            """;

        private const string OfProject = """
            SELECT m.moved_at, p.code AS project_code, p.name AS project_name, m.what, m.code, m.limit_rule AS [rule], m.from_on, m.to_on, m.cause, m.reason, m.moved_by
              FROM timeline_move m
              JOIN projects_public_project p ON p.id = m.project_id
             WHERE m.project_id = @projectId AND m.moved_at >= @since
             ORDER BY m.moved_at DESC, m.id DESC
            """;

        private const string ByCalendar = """
            SELECT k.asked_at AS moved_at, c.label AS code, c.limit_rule AS [rule], k.from_on, k.to_on, k.asked_by AS moved_by
              FROM (SELECT a.id, 'case' AS kind FROM permits_public_case a WHERE a.project_id = @projectId
                    UNION ALL SELECT b.id, 'application' AS kind FROM onewindow_public_application b WHERE b.project_id = @projectId
                    UNION ALL SELECT d.id, 'stage' AS kind FROM onewindow_public_stage d WHERE d.project_id = @projectId
                    UNION ALL SELECT e.id, 'parcel' AS kind FROM land_public_parcel e WHERE e.project_id = @projectId) s
              JOIN deadlines_public_clock c ON c.subject_id = s.id AND c.subject_kind = s.kind
              JOIN deadlines_public_move k ON k.clock_id = c.id
             WHERE k.asked_at >= @since
             ORDER BY k.asked_at DESC, c.id
            """;

        private const string Recounts = "SELECT id, asked_at, asked_by, moved FROM deadlines_public_recount WHERE asked_at >= @since AND moved > 0 ORDER BY id DESC";

        private const string KeptOn = "SELECT MAX(week_on) FROM timeline_week WHERE project_id = @projectId AND week_on <= @sunday";

        private const string Kept = "SELECT code, likely_on FROM timeline_week WHERE project_id = @projectId AND week_on = @weekOn";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var today = clock.Today;
            var project = string.IsNullOrWhiteSpace(query.Project) ? null : (await mediator.Send(new FindProject(query.Project), ct) ?? throw Refused.NotFound(
                "project.unknown", "project", $"没有项目代码为「{query.Project}」的项目。", $"There is no project with the code “{query.Project}”.")).Within(actor, Act.SeeWork);
            var since = query.Since ?? Monday(today);
            new Check().That(since <= today && since >= today.AddDays(-LongestBack), "week.since", "since", $"起始日应在今天 {Words.Day(today)} 以前一年之内。", $"The first day must lie within the year before today, {Words.Day(today)}.").Done();
            var from = new { since = clock.Utc(since.ToDateTime(TimeOnly.MinValue)), projectId = project?.Id ?? 0, manager = actor.AsManager, agent = actor.AsAgent };
            var rows = await db.First<Row>(Most + 1, project is not null ? OfProject : actor.SeesAll ? All : Own, from, ct);
            var lines = rows.Take(Most).Select(r => LineOf(r, r.ProjectCode, r.ProjectName)).ToList();
            IReadOnlyList<News> news = [];
            var (forecastOf, forecasts) = (default(DateOnly?), new List<Forecasted>());
            if (project is null)
            {
                news = [.. (await db.First<RecountRow>(50, Recounts, from, ct)).Select(r => new News(r.Id, clock.Local(r.AskedAt), r.AskedBy, r.Moved))];
            }
            else
            {
                lines.AddRange((await db.First<Row>(Most, ByCalendar, from, ct)).Select(r => LineOf(r with { What = "due", Cause = nameof(MoveCause.Calendar) }, project.Code, project.Name)));
                lines = [.. lines.OrderByDescending(l => l.At)];
                forecastOf = await db.Find<DateOnly?>(KeptOn, new { projectId = project.Id, sunday = Monday(since.AddDays(1)).AddDays(6) }, ct);
                if (forecastOf is { } weekOn) forecasts = Moved(await mediator.Send(new ShowSchedule.Query(project.Code), ct), await db.Query<KeptRow>(Kept, new { projectId = project.Id, weekOn }, ct));
            }

            return new(since, today, project, lines, rows.Count > Most, news, forecastOf, forecasts);
        }

        private List<Forecasted> Moved(ShowSchedule.Result now, IReadOnlyList<KeptRow> kept)
        {
            var was = kept.ToDictionary(k => k.Code, k => k.LikelyOn, StringComparer.Ordinal);
            return [.. now.Rows.Where(r => was.TryGetValue(r.Code, out var on) && on != r.ShownOn).Select(r => new Forecasted(r.Name, r.Phase, was[r.Code], r.ShownOn, Days(was[r.Code], r.ShownOn)))];
        }

        private Line LineOf(Row r, string code, string name) => new(
            clock.Local(r.MovedAt), code, name, What(r), r.FromOn, r.ToOn, Days(r.FromOn, r.ToOn), Enum.Parse<MoveCause>(r.Cause), r.Reason, r.MovedBy);

        private static Text What(Row r)
        {
            if (r.What == "due") return new($"{r.Code} {Rules.Name(r.Rule!).Zh}到期", $"{r.Code}, {Rules.Name(r.Rule!).En} due");
            var (kind, phase) = ProjectNetwork.MilestoneOf(r.Code)!.Value;
            var name = Milestones.Name(kind);
            var of = phase > 0 ? new Text($"（{phase} 期）", $" (phase {phase})") : new("", "");
            return r.What == "plan" ? new($"「{name.Zh}」{of.Zh}计划", $"Plan of “{name.En}”{of.En}") : new($"「{name.Zh}」{of.Zh}实际", $"“{name.En}”{of.En}");
        }

        private int? Days(DateOnly? from, DateOnly? to) =>
            from is { } a && to is { } b && WorkingDays.Covers(a) && WorkingDays.Covers(b) ? calendar.Current.Count(a, b).Days - calendar.Current.Count(b, a).Days : null;

        private sealed record Row
        {
            public DateTime MovedAt { get; init; }
            public string ProjectCode { get; init; } = "";
            public string ProjectName { get; init; } = "";
            public string What { get; init; } = "";
            public string Code { get; init; } = "";
            public string? Rule { get; init; }
            public DateOnly? FromOn { get; init; }
            public DateOnly? ToOn { get; init; }
            public string Cause { get; init; } = "";
            public string? Reason { get; init; }
            public string MovedBy { get; init; } = "";
        }

        private sealed record RecountRow
        {
            public long Id { get; init; }
            public DateTime AskedAt { get; init; }
            public string AskedBy { get; init; } = "";
            public int Moved { get; init; }
        }

        private sealed record KeptRow
        {
            public string Code { get; init; } = "";
            public DateOnly LikelyOn { get; init; }
        }
    }
}
