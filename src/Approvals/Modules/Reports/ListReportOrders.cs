using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>The supervision orders behind a figure, in the order they were opened, a page at a time.</summary>
internal static class ListReportOrders
{
    public const int PageSize = 50;

    /// <param name="List">One of <see cref="Drill.OrderNames"/>.</param>
    /// <param name="Cut">Department, item, window or process, with <paramref name="Key"/>.</param>
    /// <param name="After">The last order of the page before.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(string List, DateOnly? From, DateOnly? To, string? Cut = null, string? Key = null, long After = 0, int Rows = PageSize) : IRequest<Result>;

    /// <param name="Next">Where the next page begins; null on the last.</param>
    internal sealed record Result(string List, DateOnly From, DateOnly To, IReadOnlyList<Row> Rows, long? Next);

    internal sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";

        /// <summary>The case, application or parcel it is about.</summary>
        public string Label { get; init; } = "";
        public string Department { get; init; } = "";
        public string Item { get; init; } = "";
        public DateTime OpenedAt { get; init; }
        public DateTime? FinishedAt { get; init; }
        public string? FinishedHow { get; init; }
    }

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla/orders", (string list, DateOnly? from, DateOnly? to, string? cut, string? key, long? after, IMediator mediator, CancellationToken ct) =>
            mediator.Send(new Query(list, from, to, cut, key, after ?? 0), ct))
        .Needs<Query>().WithSummary("The supervision orders behind a figure of the report").WithTags("Reports");

    public static Text Name(string list) => Definitions.Of(list switch { "opened" => "ordersOpened", "settled" => "ordersSettled", _ => "ordersOpen" }).Name;

    private sealed class Handler(Db db, Naming naming, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Columns = "o.id, o.number, o.label, o.department, o.item, o.opened_at, o.finished_at, o.finished_how";

        private const string Where = """
            AND o.id > @After
               AND (@department IS NULL OR o.department = @department) AND (@item IS NULL OR o.item = @item)
               AND (@window IS NULL OR COALESCE(w.window_key, '') = @window) AND (@process IS NULL OR COALESCE(w.process_id, 0) = @process)
             ORDER BY o.id
            """;

        private const string Opened = $"""
            SELECT {Columns}
            {DayFigures.Orders}
             WHERE o.opened_at >= @first AND o.opened_at < @end
               {Where}
            """;

        private const string Settled = $"""
            SELECT {Columns}
            {DayFigures.Orders}
             WHERE o.finished_at >= @first AND o.finished_at < @end AND o.finished_how <> 'moved'
               {Where}
            """;

        /// <remarks>Found by its end, or by having none: in the order of the numbers each page would walk through all there ever were.</remarks>
        private const string StillOpen = $"""
            SELECT {Columns}
            {DayFigures.Orders}
             WHERE o.id IN (SELECT f.id FROM supervision_public_order f WHERE f.finished_at IS NULL
                             UNION ALL
                            SELECT f.id FROM supervision_public_order f WHERE f.finished_at >= @end) AND o.opened_at < @end
               {Where}
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (from, to) = Drill.Asked(Drill.OrderNames, query.List, query.From, query.To, clock);
            await naming.ReadWindows(ct);
            var rows = await db.First<Row>(query.Rows + 1, query.List switch { "opened" => Opened, "settled" => Settled, _ => StillOpen }, new
            {
                query.After,
                department = ShowReport.Department(actor, query.Cut, query.Key),
                item = Drill.Key(query.Cut, query.Key, Cuts.Item),
                window = Drill.Key(query.Cut, query.Key, Cuts.Window),
                process = Id(Drill.Key(query.Cut, query.Key, Cuts.Process)),
                first = clock.Utc(from.ToDateTime(TimeOnly.MinValue)),
                end = clock.Utc(to.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            }, ct);
            return rows.Count <= query.Rows ? new(query.List, from, to, rows, null) : new(query.List, from, to, [.. rows.Take(query.Rows)], rows[query.Rows - 1].Id);
        }

        /// <summary>The number that a key is; 0 where it says none.</summary>
        private static long? Id(string? key) => key is null ? null : long.TryParse(key, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}
