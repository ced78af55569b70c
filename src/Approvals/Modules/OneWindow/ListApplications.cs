using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>The applications, newest first.</summary>
internal static class ListApplications
{
    private const int PageSize = 50;

    /// <summary>In the place of a window: those of all.</summary>
    public const string Everywhere = "all";

    /// <param name="State">Only those of one state.</param>
    /// <param name="Search">The whole number of an application or of one of its cases, a project code, or part of the name of a project or its enterprise.</param>
    /// <param name="After">The last number of the page before.</param>
    /// <param name="Window">The id of a window, or <c>all</c>; a clerk who sits at one sees its own and those of none unless told otherwise. What is searched for is found at any.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(ApplicationState? State = null, string? Search = null, string? After = null, string? Window = null) : IRequest<Result>;

    /// <param name="Next">What to ask after; null on the last page.</param>
    internal sealed record Result(IReadOnlyList<Row> Rows, string? Next);

    internal sealed record Row
    {
        public string Number { get; init; } = "";
        public ApplicationState State { get; init; }

        /// <summary>Null is every window's.</summary>
        public string? Window { get; init; }

        public string ProjectCode { get; init; } = "";
        public string ProjectName { get; init; } = "";
        public string Enterprise { get; init; } = "";
        public string Applicant { get; init; } = "";
        public DateTime ReceivedAt { get; init; }
        public string ReceivedByName { get; init; } = "";
        public int Cases { get; init; }
        public int Decided { get; init; }
    }

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications", (ApplicationState? state, string? search, string? after, string? window, IMediator mediator) => mediator.Send(new Query(state, search, after, window)))
        .Needs<Query>().WithTags("OneWindow").WithSummary("Applications, newest first, a page at a time");

    private sealed class Handler(Db db, IMediator mediator, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string FindId = "SELECT id FROM onewindow_application WHERE number = @number";

        private const string Listed = """
            SELECT a.id AS id, a.number, a.state, w.name AS [window], p.code AS project_code, p.name AS project_name, p.enterprise, a.applicant, a.received_at, a.received_by_name,
                   (SELECT COUNT(c.id) FROM permits_public_case c WHERE c.application_number = a.number) AS cases,
                   (SELECT COUNT(c.id) FROM permits_public_case c WHERE c.application_number = a.number AND c.decided_on IS NOT NULL) AS decided
              FROM onewindow_application a
              JOIN projects_public_project p ON p.id = a.project_id
              LEFT JOIN access_public_window w ON w.id = a.window_id
            """;

        private const string All = $"""
            {Listed}
             WHERE a.id < @before
             ORDER BY a.id DESC
            """;

        private const string OfState = $"""
            {Listed}
             WHERE a.state = @state AND a.id < @before AND (a.window_id IS NULL OR @window IS NULL OR a.window_id = @window)
             ORDER BY a.id DESC
            """;

        private const string OfNumber = $"""
            {Listed}
             WHERE a.number = @number
             ORDER BY a.id DESC
            """;

        private const string OfProject = $"""
            {Listed}
             WHERE a.project_id = @projectId AND a.id < @before
             ORDER BY a.id DESC
            """;

        private const string OfProjects = $"""
            {Listed}
             WHERE a.project_id IN @projects AND a.id < @before AND (@state = '' OR a.state = @state)
             ORDER BY a.id DESC
            """;

        private const string OfWindow = $"""
            {Listed}
             WHERE a.window_id = @window AND a.id < @before AND (@state = '' OR a.state = @state)
             ORDER BY a.id DESC
            """;

        // Two stretches of one index: a window at which little was taken in is no longer to read than another.
        private const string OfWindowAndNone = $"""
            {Listed}
             WHERE a.window_id = @window AND a.id < @before
            UNION ALL
            {Listed}
             WHERE a.window_id IS NULL AND a.id < @before
             ORDER BY id DESC
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var before = query.After is { } after ? await db.Find<long?>(FindId, new { number = after }, ct) ?? long.MaxValue : long.MaxValue;
            var rows = await Rows(query, before, ct);
            return new([.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Number : null);
        }

        private const string Own = $"""
            {Listed}
             WHERE a.project_id IN (SELECT m.id FROM projects_public_project m WHERE m.manager_id = @manager
                                    UNION ALL
                                    SELECT g.id FROM projects_public_project g WHERE g.agent_id = @agent)
               AND a.id < @before AND (@state = '' OR a.state = @state)
               AND (@search = '' OR a.number = @search OR p.code = @search)
             ORDER BY a.id DESC
            """;

        private async Task<IReadOnlyList<Row>> Rows(Query query, long before, CancellationToken ct)
        {
            const int wanted = PageSize + 1;
            var search = query.Search?.Trim().ToUpperInvariant();
            if (!actor.SeesAll)
            {
                var number = ApplicationPart(search ?? "");
                var own = new { state = query.State?.ToString() ?? "", search = number, before, manager = actor.AsManager, agent = actor.AsAgent };
                var rows = await db.First<Row>(wanted, Own, own, ct);
                if (rows.Count == 0 && number != (search ?? "")) rows = await db.First<Row>(wanted, Own, new { own.state, search, own.before, own.manager, own.agent }, ct);
                return rows.Count > 0 || string.IsNullOrEmpty(search) ? rows : await OfNamed(search, query, before, ct);
            }

            if (!string.IsNullOrEmpty(search))
            {
                if (await mediator.Send(new FindProject(search), ct) is { } project)
                    return await db.First<Row>(wanted, OfProject, new { projectId = project.Id, before }, ct);
                var found = await db.First<Row>(wanted, OfNumber, new { number = ApplicationPart(search) }, ct);
                return found.Count > 0 ? found : await OfNamed(search, query, before, ct);
            }

            var named = query.State?.ToString() ?? "";
            if (long.TryParse(query.Window, NumberStyles.None, CultureInfo.InvariantCulture, out var one))
                return await db.First<Row>(wanted, OfWindow, new { window = one, before, state = named }, ct);
            var window = query.Window == Everywhere ? null : actor.WindowFor(Act.DecideIntake);
            if (named.Length > 0) return await db.First<Row>(wanted, OfState, new { state = named, before, window }, ct);
            return window is null
                ? await db.First<Row>(wanted, All, new { before }, ct)
                : await db.First<Row>(wanted, OfWindowAndNone, new { window, before }, ct);
        }

        /// <summary>What is no number is part of a name.</summary>
        private async Task<IReadOnlyList<Row>> OfNamed(string part, Query query, long before, CancellationToken ct)
        {
            var projects = await mediator.Send(new ProjectsNamed(part, ProjectsNamed.MostOfList), ct);
            return projects.Count == 0 ? [] : await db.First<Row>(PageSize + 1, OfProjects, new { projects, before, state = query.State?.ToString() ?? "" }, ct);
        }

        /// <remarks>A case's number is its application's with one more group.</remarks>
        private static string ApplicationPart(string number)
        {
            var groups = number.Split('-');
            return groups.Length > 2 ? $"{groups[0]}-{groups[1]}" : number;
        }
    }
}
