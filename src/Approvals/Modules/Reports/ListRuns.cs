using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Operations.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>Which reports there are, their revisions, and what is still to be made.</summary>
internal static class ListRuns
{
    public const int PageSize = 60;

    /// <param name="Before">The next page: reports older than this day.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(DateOnly? Before = null) : IRequest<Result>;

    /// <summary>The days that have a report, oldest first.</summary>
    [Needs(Act.RecomputeReport)]
    internal sealed record Days : IRequest<IReadOnlyList<DateOnly>>;

    /// <param name="Missing">Days that are over and have no report yet.</param>
    /// <param name="IsOpening">The cases are still being read for the first one.</param>
    /// <param name="LookedAt">So many of them so far.</param>
    /// <param name="Percent">How far the run is: through the cases, or through the days since the last report of a day that was over in time.</param>
    /// <param name="LastRun">The job of the night: when it last began and how that ended.</param>
    internal sealed record Result(IReadOnlyList<Run> Runs, DateOnly? Next, DateOnly? Last, int Missing, bool IsOpening, long LookedAt, int Percent, JobRun? LastRun)
    {
        /// <summary>There is something to make, and so something to watch.</summary>
        public bool IsBehind => IsOpening || Missing > 0;
    }

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla/runs", (DateOnly? before, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(before), ct))
        .Needs<Query>().WithSummary("Which reports there are, with all their revisions").WithTags("Reports");

    private sealed class Handler(Db db, Runs runs, IMediator mediator, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>, IRequestHandler<Days, IReadOnlyList<DateOnly>>
    {
        private const string Page = $"""
            SELECT {Run.Columns}
              FROM reports_run
             WHERE business_date < @before
             ORDER BY business_date DESC, revision DESC
            """;

        private const string Ends = "SELECT MIN(id) AS first_id, MAX(id) AS last_id FROM permits_public_case";

        private const string All = "SELECT business_date FROM reports_run WHERE is_current = 1 ORDER BY business_date";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var opening = await db.Find<OpenReports.Row>(OpenReports.Row.Find, null, ct);
            var last = await runs.Last(ct);
            var page = await db.First<Run>(PageSize + 1, Page, new { before = query.Before ?? clock.Today.AddDays(1) }, ct);
            // Revisions of one day stay on one page.
            var next = page.Count > PageSize ? page[PageSize].BusinessDate : (DateOnly?)null;
            var shown = next is { } day && page.Any(r => r.BusinessDate > day) ? [.. page.Where(r => r.BusinessDate > day)] : page;
            // What a revision changed is told of the zone.
            if (ShowReport.OnlyDepartment(actor) is not null) shown = [.. shown.Select(r => r with { Changed = "" })];
            var first = last?.AddDays(1) ?? opening?.FromOn;
            var missing = first is { } from ? Math.Max(0, MakeReport.LastOver(clock).DayNumber + 1 - from.DayNumber) : 0;
            return new(shown, next?.AddDays(1), last, missing, opening is { FinishedAt: null }, opening?.LookedAt ?? 0, await Percent(opening, missing, ct), await mediator.Send(new LastRun(Nights.JobName), ct));
        }

        /// <remarks>Ids ascend, so where the reading stands among them says how far it is, and nothing need be counted.</remarks>
        private async Task<int> Percent(OpenReports.Row? opening, int missing, CancellationToken ct)
        {
            if (opening is null) return 0;
            if (opening.FinishedAt is not null)
            {
                var all = MakeReport.LastOver(clock).DayNumber + 1 - opening.FromOn.DayNumber;
                return all <= 0 ? 100 : 100 * (all - missing) / all;
            }

            var (least, most) = await db.Find<Bounds>(Ends, null, ct) is { FirstId: { } low, LastId: { } high } ? (low, high) : (0, 0);
            return most <= least || opening.AfterId < least ? 0 : (int)Math.Min(100, 100 * (opening.AfterId - least) / (most - least));
        }

        private sealed record Bounds
        {
            public long? FirstId { get; init; }
            public long? LastId { get; init; }
        }

        public Task<IReadOnlyList<DateOnly>> Handle(Days query, CancellationToken ct) => db.Query<DateOnly>(All, null, ct);
    }
}
