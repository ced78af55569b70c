using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>重点项目: every project with its stage, its lights, what comes next and its money; a manager or an agent sees their own.</summary>
internal static class ShowPortfolio
{
    public const int PageSize = 50;
    public const int MostRows = 200;

    /// <param name="Month">A month that is over, as 2026-03; the last one unless given.</param>
    /// <param name="Stage">One stage only.</param>
    /// <param name="Light">One light only.</param>
    /// <param name="Kind">new: works not begun before the year; continuing: begun before it.</param>
    /// <param name="Manager">The account of a project manager.</param>
    /// <param name="Search">A part of the name or the enterprise's, or the beginning of the code.</param>
    /// <param name="Rules">Another set of rules to look by than the one that is set.</param>
    /// <param name="Sort">light, next, completion, investment or code.</param>
    /// <param name="Page">From 1.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(
        string? Month = null, Stage? Stage = null, ProjectLight? Light = null, string? Kind = null, long? Manager = null, string? Search = null, string? Rules = null, string? Sort = null, int Page = 1, int Rows = PageSize)
        : IRequest<Result>
    {
        public bool IsFiltered => Stage is not null || Light is not null || Manager is not null || !string.IsNullOrEmpty(Kind) || !string.IsNullOrWhiteSpace(Search);

        /// <summary>Whether the filters leave it.</summary>
        public bool Fits(Standing standing)
        {
            var search = (Search ?? "").Trim();
            return (Stage is not { } stage || standing.Stage == stage)
                && (Light is not { } light || standing.Light == light)
                && (Manager is not { } manager || standing.Project.ManagerId == manager)
                && (string.IsNullOrEmpty(Kind) || standing.IsContinuing == (Kind == "continuing"))
                && (search.Length == 0 || standing.Project.Code.StartsWith(search, StringComparison.OrdinalIgnoreCase) || standing.Project.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
                    || standing.Project.Enterprise.Contains(search, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <param name="Managers">Of the projects seen, to choose from.</param>
    internal sealed record Result(
        Month AsOf, DateOnly Today, LightSet Rules, string Sort, Totals Totals, Totals New, Totals Continuing, IReadOnlyList<Standing> Rows, int Page, int Pages, IReadOnlyList<(long Id, string Name)> Managers)
    {
        /// <summary>The day of the stages and the next milestones.</summary>
        public DateOnly SeenOn => Standing.SeenOn(AsOf, Today);
    }

    /// <summary>The milestones whose numbers of the year people ask for.</summary>
    public static readonly IReadOnlyList<MilestoneKind> Flows =
        [MilestoneKind.Signed, MilestoneKind.LandAcquired, MilestoneKind.ConstructionPermit, MilestoneKind.ConstructionStarted, MilestoneKind.MainStructure, MilestoneKind.ToppedOut, MilestoneKind.Completed, MilestoneKind.Production];

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/portfolio", async (string? month, Stage? stage, ProjectLight? light, string? kind, long? manager, string? search, string? rules, string? sort, int? page, int? rows, IMediator mediator) =>
            Answer(await mediator.Send(new Query(month, stage, light, kind, manager, search, rules, sort, page ?? 1, rows ?? PageSize))))
        .Needs<Query>().WithTags("Portfolio").WithSummary("Projects with stage, lights and why, next milestone, investment planned and done; totals, stock and flow");

    private static object Answer(Result r) => new
    {
        month = r.AsOf.ToString(),
        stagesOn = r.SeenOn,
        rules = r.Rules.Code,
        totals = Answer(r.Totals),
        @new = Answer(r.New),
        continuing = Answer(r.Continuing),
        r.Page,
        r.Pages,
        projects = r.Rows.Select(s => new
        {
            s.Project.Code,
            s.Project.Name,
            s.Project.Enterprise,
            s.Project.Manager,
            s.Stage,
            s.Light,
            why = s.Why.Select(w => w.ToString()),
            kind = s.IsContinuing ? "continuing" : "new",
            s.IsUnderWay,
            next = s.Next is { } next ? new { milestone = next.Kind, next.Phase, next.PlannedOn, workingDays = s.NextInDays } : null,
            investmentYuan = (decimal)s.Project.InvestmentFen / 100,
            yearPlanYuan = (decimal)s.YearFen / 100,
            scheduledYuan = (decimal)s.ScheduledFen / 100,
            doneYuan = (decimal)s.DoneFen / 100,
            unreportedMonths = s.Unreported,
            s.OpenRisks,
            s.OverdueRisks,
        }),
    };

    private static object Answer(Totals t) => new
    {
        t.Projects,
        investmentYuan = (decimal)t.InvestmentFen / 100,
        inPlan = t.InPlan,
        underWay = t.UnderWay,
        startRatePercent = t.StartRate,
        yearPlanYuan = (decimal)t.YearFen / 100,
        scheduledYuan = (decimal)t.ScheduledFen / 100,
        doneYuan = (decimal)t.DoneFen / 100,
        completionPercent = t.Completion,
        ofSchedulePercent = t.OfSchedule,
        light = t.OfInvestment?.Light,
        why = t.OfInvestment?.Why.ToString(),
        t.OpenRisks,
        t.OverdueRisks,
        stock = t.Stock.ToDictionary(p => p.Key.ToString(), p => p.Value),
        flow = t.Flow.ToDictionary(p => p.Key.ToString(), p => p.Value),
        lights = t.Lights.ToDictionary(p => p.Key.ToString(), p => p.Value),
    };

    private sealed class Handler(Db db, Book book, LightRules chosen, Actor actor, ZoneClock clock, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (asOf, rules, sort) = (Month.Ended(clock.Today), chosen.Chosen, string.IsNullOrEmpty(query.Sort) ? "light" : query.Sort);
            var check = new Check();
            if (!string.IsNullOrWhiteSpace(query.Month))
            {
                if (Month.Read(query.Month) is not { } month) check.Add("portfolio.month", "month", $"「{query.Month}」不是月份或不在范围内，请写成 2026-03 的样子，年份在 {Month.FirstYear} 至 {Month.LastYear} 之间。", $"“{query.Month}” is no month, or out of range: write it as 2026-03, between {Month.FirstYear} and {Month.LastYear}.");
                else if (month > asOf) check.Add("portfolio.month", "month", $"{month} 还没有结束，最近可看 {asOf}。", $"{month} is not over; {asOf} is the last that is.");
                else asOf = month;
            }

            if (!string.IsNullOrWhiteSpace(query.Rules))
            {
                if (LightRules.Find(query.Rules) is { } set) rules = set;
                else check.Add("portfolio.rules", "rules", $"没有名为「{query.Rules}」的亮灯规则。", $"There is no set of rules “{query.Rules}”.");
            }

            check
                .That(Reckoning.Sorts.Contains(sort), "portfolio.sort", "sort", $"不能按「{sort}」排序。", $"It cannot be sorted by “{sort}”.")
                .That(query.Kind is null or "" or "new" or "continuing", "portfolio.kind", "kind", $"没有「{query.Kind}」这一类。", $"There is no kind “{query.Kind}”.")
                .That(query.Rows is >= 1 and <= MostRows, "portfolio.rows", "rows", $"每页行数为 1 至 {MostRows}。", $"A page has 1 to {MostRows} rows.")
                .That(query.Page is >= 1 and <= 1_000_000, "portfolio.page", "page", "页码从 1 开始。", "Pages begin with 1.")
                .Done();
            var all = await book.Read(db, asOf, calendar.Current, rules, sort, ct);
            var (asManager, asAgent) = (actor.AsManager, actor.AsAgent);
            var seen = actor.SeesAll ? all : all.Where(s => s.Project.ManagerId == asManager || s.Project.AgentId == asAgent);
            var found = query.IsFiltered ? seen.Where(query.Fits) : seen;
            var pages = Math.Max(1, (found.Standings.Count + query.Rows - 1) / query.Rows);
            var page = Math.Min(query.Page, pages);
            return new(
                asOf, clock.Today, rules, sort, found.Totals, found.New, found.Continuing, [.. found.Standings.Skip((page - 1) * query.Rows).Take(query.Rows)], page, pages, seen.Managers);
        }
    }
}
