using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>The projects, newest first, found by the beginning of their code or a part of a name.</summary>
internal static class ListProjects
{
    public const int MostRows = 50;

    /// <param name="Search">The beginning of a code, or a part of the project's or the enterprise's name.</param>
    /// <param name="Before">Where the page before ended.</param>
    /// <param name="Rows">How many, at most <see cref="MostRows"/>.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? Search = null, long? Before = null, int Rows = 20) : IRequest<Result>;

    /// <param name="Next">Ask for the rows before this one; null on the last page.</param>
    internal sealed record Result(IReadOnlyList<Row> Projects, long? Next);

    internal sealed record Row
    {
        public long Id { get; init; }
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public string Enterprise { get; init; } = "";
        public long ProcessId { get; init; }
        public long InvestmentFen { get; init; }
        public long LandAreaDm2 { get; init; }
        public string Place { get; init; } = "";
        public string? Manager { get; init; }
        public DateTime RegisteredAt { get; init; }
    }

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects", async (string? search, long? before, int? rows, IMediator mediator, CatalogueInForce catalogue) =>
        {
            var result = await mediator.Send(new Query(search, before, rows ?? 20));
            return new
            {
                projects = result.Projects.Select(p => new
                {
                    p.Code,
                    p.Name,
                    p.Enterprise,
                    process = catalogue.Current.Process(p.ProcessId)?.Code,
                    processVersion = catalogue.Current.Process(p.ProcessId)?.Version,
                    investmentYuan = (decimal)p.InvestmentFen / 100,
                    landAreaM2 = (decimal)p.LandAreaDm2 / 100,
                    p.Place,
                    p.Manager,
                    p.RegisteredAt,
                }),
                result.Next,
            };
        })
        .Needs<Query>().WithTags("Projects").WithSummary("List projects, newest first");

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string All = """
            SELECT p.id, p.code, p.name, e.name AS enterprise, p.process_id, p.investment_fen, p.land_area_dm2, p.place,
                   u.name AS manager, p.registered_at
              FROM projects_project p
              JOIN projects_enterprise e ON e.id = p.enterprise_id
              LEFT JOIN access_public_user u ON u.id = p.manager_id
             WHERE p.id < @before
             ORDER BY p.id DESC
            """;

        private const string Found = """
            SELECT p.id, p.code, p.name, e.name AS enterprise, p.process_id, p.investment_fen, p.land_area_dm2, p.place,
                   u.name AS manager, p.registered_at
              FROM projects_project p
              JOIN projects_enterprise e ON e.id = p.enterprise_id
              LEFT JOIN access_public_user u ON u.id = p.manager_id
             WHERE p.id < @before AND (p.code LIKE @start ESCAPE '!' OR p.search_text LIKE @part ESCAPE '!')
             ORDER BY p.id DESC
            """;

        // Each side by its own index: the manager's projects, then the agent's.
        private const string Own = """
            SELECT p.id, p.code, p.name, e.name AS enterprise, p.process_id, p.investment_fen, p.land_area_dm2, p.place,
                   u.name AS manager, p.registered_at
              FROM projects_project p
              JOIN projects_enterprise e ON e.id = p.enterprise_id
              LEFT JOIN access_public_user u ON u.id = p.manager_id
             WHERE p.id < @before
               AND p.id IN (SELECT m.id FROM projects_project m WHERE m.manager_id = @manager UNION ALL SELECT g.id FROM projects_project g WHERE g.agent_id = @agent)
               AND (p.code LIKE @start ESCAPE '!' OR p.search_text LIKE @part ESCAPE '!')
             ORDER BY p.id DESC
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check().That(query.Rows is >= 1 and <= MostRows, "list.rows", "rows", $"每页 1 至 {MostRows} 行。", $"A page has 1 to {MostRows} rows.").Done();
            var rows = query.Rows;
            var before = query.Before ?? long.MaxValue;
            var search = (query.Search ?? "").Trim();
            // Longer than any name: no row can hold it, and the engine need not be asked to look.
            if (search.Length > RegisterProject.LongestName * 2) return new([], null);
            var (start, part) = ($"{Literal(search)}%", $"%{Literal(search.ToLowerInvariant())}%");
            var found = !actor.SeesAll
                ? await db.First<Row>(rows + 1, Own, new { before, start, part, manager = actor.AsManager, agent = actor.AsAgent }, ct)
                : search.Length == 0
                ? await db.First<Row>(rows + 1, All, new { before }, ct)
                : await db.First<Row>(rows + 1, Found, new { before, start, part }, ct);
            return found.Count > rows ? new([.. found.Take(rows)], found[rows - 1].Id) : new(found, null);
        }
    }

    private sealed class Named(Db db, Actor actor) : IRequestHandler<ProjectsNamed, IReadOnlyList<long>>
    {
        private const string All = "SELECT p.id FROM projects_project p WHERE p.search_text LIKE @part ESCAPE '!' ORDER BY p.id DESC";

        private const string Own = """
            SELECT p.id
              FROM projects_project p
             WHERE p.id IN (SELECT m.id FROM projects_project m WHERE m.manager_id = @manager UNION ALL SELECT g.id FROM projects_project g WHERE g.agent_id = @agent)
               AND p.search_text LIKE @part ESCAPE '!'
             ORDER BY p.id DESC
            """;

        public async Task<IReadOnlyList<long>> Handle(ProjectsNamed query, CancellationToken ct)
        {
            var search = query.Part.Trim().ToLowerInvariant();
            if (search.Length is 0 or > RegisterProject.LongestName * 2) return [];
            var part = $"%{Literal(search)}%";
            return actor.SeesAll ? await db.First<long>(query.Most, All, new { part }, ct) : await db.First<long>(query.Most, Own, new { part, manager = actor.AsManager, agent = actor.AsAgent }, ct);
        }
    }

    /// <remarks>The square bracket is a wildcard on SQL Server.</remarks>
    private static string Literal(string text) => text.Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal).Replace("[", "![", StringComparison.Ordinal);
}
