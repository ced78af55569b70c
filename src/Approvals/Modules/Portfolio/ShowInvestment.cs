using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>The months of a year of one project: planned and done, each and together, and the lights that follow.</summary>
internal static class ShowInvestment
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code, int? Year = null) : IRequest<Result>;

    /// <param name="Begun">When works first began, or null.</param>
    internal sealed record Result(ProjectFacts Project, int Year, DateOnly Today, IReadOnlyList<Row> Months, DateOnly? Begun, DateOnly? ResumedOn, Standing? Standing, LightSet Rules)
    {
        public long PlannedFen => Months.Sum(m => m.Planned ?? 0);

        public long DoneFen => Months.Sum(m => m.Actual ?? 0);
    }

    internal sealed record Row(Month Month, long? Planned, long? Actual, string? EnteredBy, DateTime? EnteredAt);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/investment", async (string code, int? year, IMediator mediator) =>
        {
            var r = await mediator.Send(new Query(code, year));
            return new
            {
                r.Project.Code,
                r.Year,
                plannedYuan = (decimal)r.PlannedFen / 100,
                doneYuan = (decimal)r.DoneFen / 100,
                r.ResumedOn,
                light = r.Standing?.Light,
                why = r.Standing?.Why.Select(w => w.ToString()),
                months = r.Months.Select(m => new { month = m.Month.ToString(), plannedYuan = (decimal?)m.Planned / 100, actualYuan = (decimal?)m.Actual / 100, m.EnteredBy, m.EnteredAt }),
            };
        })
        .Needs<Query>().WithTags("Portfolio").WithSummary("What a project plans to invest and has invested in a year, by month");

    private sealed class Handler(Db db, IMediator mediator, Book book, LightRules rules, CalendarInForce calendar, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Months = """
            SELECT month, planned_fen, actual_fen, entered_by, entered_at FROM portfolio_investment
             WHERE project_id = @projectId AND month >= @first AND month <= @last
             ORDER BY month
            """;

        private const string Resumed = "SELECT resumed_on FROM portfolio_resumption WHERE project_id = @projectId AND year_number = @year";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.Code), ct) ?? throw Refused.NotFound(
                "project.unknown", "code", $"没有项目代码为「{query.Code}」的项目。", $"There is no project with the code “{query.Code}”.");
            project.Within(actor, Act.SeeWork);
            var year = query.Year ?? clock.Today.Year;
            var check = new Check();
            SpreadInvestment.CheckYear(check, year, "year");
            check.Done();
            var rows = (await db.Query<Stored>(Months, new { projectId = project.Id, first = year * 100 + 1, last = year * 100 + 12 }, ct)).ToDictionary(r => r.Month);
            var asOf = year < clock.Today.Year ? new Month(year, 12) : Month.Ended(clock.Today);
            var standing = asOf.Year == year ? (await book.Read(db, asOf, calendar.Current, rules.Chosen, "light", ct)).Standings.FirstOrDefault(s => s.Project.Id == project.Id) : null;
            return new(
                project, year, clock.Today,
                [.. Enumerable.Range(1, 12).Select(n => new Month(year, n)).Select(m => rows.GetValueOrDefault(m.Stored) is { } r ? new Row(m, r.PlannedFen, r.ActualFen, r.EnteredBy, r.EnteredAt) : new Row(m, null, null, null, null))],
                (await mediator.Send(new MilestonesOf(project.Id), ct)).Where(m => m.Kind == nameof(MilestoneKind.ConstructionStarted)).Min(m => m.ReachedOn),
                await db.Find<DateOnly?>(Resumed, new { projectId = project.Id, year }, ct), standing, rules.Chosen);
        }

        private sealed record Stored
        {
            public int Month { get; init; }
            public long? PlannedFen { get; init; }
            public long? ActualFen { get; init; }
            public string EnteredBy { get; init; } = "";
            public DateTime EnteredAt { get; init; }
        }
    }
}
