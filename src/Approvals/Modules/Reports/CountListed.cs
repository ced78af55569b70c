using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>What the reports say of a list as a whole, so that nobody need leaf through it to compare: looked up among their counts, whatever the list's length.</summary>
internal static class CountListed
{
    /// <param name="Page">cases, orders or projects.</param>
    /// <param name="List">A list of <see cref="Drill"/>.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(string Page, string List, DateOnly From, DateOnly To, string? Cut, string? Key) : IRequest<long?>;

    private sealed class Handler(Db db, CatalogueInForce catalogue, Naming naming, Actor actor) : IRequestHandler<Query, long?>
    {
        private const string Reported = "SELECT COUNT(*) FROM reports_run WHERE business_date BETWEEN @from AND @To AND is_current = 1 AND definitions >= @since";

        private const string Sums = """
            SELECT c.cut_key, c.figure, SUM(c.n) AS n, SUM(c.total) AS total
              FROM reports_run r
              JOIN reports_count c ON c.run_id = r.id
             WHERE r.business_date BETWEEN @from AND @To AND r.is_current = 1 AND c.cut = @cut AND c.cut_key IN @keys AND c.figure IN @figures
             GROUP BY c.cut_key, c.figure
            """;

        /// <returns>Null where the reports do not count it, or did not on one of the days.</returns>
        public async Task<long?> Handle(Query query, CancellationToken ct)
        {
            var only = ShowReport.OnlyDepartment(actor);
            var figure = Figure(query.Page, query.List);
            if (figure is null || (query.Page == "projects" && only is not null) || Keys(query.Cut, query.Key ?? "", only) is not var (cut, keys)) return null;
            var from = Definitions.All.Any(f => f.Code == figure && f.IsStock) ? query.To : query.From;
            if (await db.Find<int>(Reported, new { from, query.To, since = Definitions.Since(figure) }, ct) != query.To.DayNumber - from.DayNumber + 1) return null;
            var counts = await db.Query<Count>(Sums, new { from, query.To, cut, keys, figures = (string[])[figure, "closed"] }, ct);
            var (n, total) = (counts.Where(c => c.Figure == figure).Sum(c => c.N), counts.Where(c => c.Figure == figure).Sum(c => c.Total));
            return query.List switch
            {
                "late" => counts.Where(c => c.Figure == "closed").Sum(c => c.N) - n,
                "corrected" or "pauseDays" => total,
                _ => n,
            };
        }

        private static string? Figure(string page, string list) => (page, list) switch
        {
            ("orders", "opened") => "ordersOpened",
            ("orders", "settled") => "ordersSettled",
            ("orders", _) => "ordersOpen",
            ("projects", "started") => "landToStart",
            ("projects", "titled") => "handoverToTitle",
            ("projects", Outside.Unpermitted or Outside.Unregistered) => null,
            ("projects", _) => "approval",
            (_, "inTime" or "late") => "closedInTime",
            (_, "corrected") => "corrections",
            (_, "pauses") => "pauseDays",
            (_, Outside.Step or Outside.Session) => null,
            _ => list,
        };

        /// <summary>Under which keys it was counted; whoever is bound to a department reads of that one.</summary>
        private (string Cut, IReadOnlyList<string> Keys)? Keys(string? cut, string key, string? only) => (cut, only) switch
        {
            (null or "", null) => (Cuts.Zone, [Cuts.Whole]),
            (Cuts.Project or Cuts.Limit, _) => null,
            // Whoever had the item; reports made before have it alone.
            (Cuts.Item, null) => (Cuts.Item, [key, "/" + key, .. catalogue.Current.Departments.Select(d => $"{d.Code}/{key}")]),
            (_, null) => (cut!, [key]),
            (null or "", _) => (Cuts.Department, [only!]),
            (Cuts.Department, _) when key == only => (Cuts.Department, [key]),
            (Cuts.Item, _) => (Cuts.Item, naming.DepartmentOfItem(key) == only ? [key, $"{only}/{key}"] : [$"{only}/{key}"]),
            (Cuts.Clerk, _) when key.StartsWith(only + "/", StringComparison.Ordinal) => (Cuts.Clerk, [key]),
            _ => null,
        };
    }
}
