using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>The editions of a year, the one in force first: who published it and when, by what notice or order, and what it changed.</summary>
internal static class ListEditions
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(int Year) : IRequest<IReadOnlyList<Edition>>;

    /// <param name="OrderNumber">The zone's order, where it closed or reopened days.</param>
    /// <param name="Changes">What differs from the edition before it; empty for the first.</param>
    internal sealed record Edition(long Id, string Source, string? OrderNumber, DateTime PublishedAt, string PublishedBy, bool IsFirst, IReadOnlyList<DayChange> Changes);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/calendar/{year:int}/editions", (int year, IMediator mediator) => mediator.Send(new Query(year)))
        .Needs<Query>()
        .WithTags("Calendar").WithSummary("The editions of a year: who, when, by what notice or order, and what changed");

    private sealed class Handler(Db db) : IRequestHandler<Query, IReadOnlyList<Edition>>
    {
        private const string Editions = """
            SELECT id, source, order_number, published_at, published_by
              FROM calendar_edition
             WHERE year = @Year
             ORDER BY id
            """;

        private const string Notices = """
            SELECT x.edition_id, x.day, x.is_working, x.name_zh, x.name_en
              FROM calendar_exception x
              JOIN calendar_edition e ON e.id = x.edition_id
             WHERE e.year = @Year
             ORDER BY x.edition_id, x.day
            """;

        private const string Closures = """
            SELECT x.edition_id, x.day, x.order_number, x.reason_zh AS name_zh, x.reason_en AS name_en
              FROM calendar_closure x
              JOIN calendar_edition e ON e.id = x.edition_id
             WHERE e.year = @Year
             ORDER BY x.edition_id, x.day
            """;

        public async Task<IReadOnlyList<Edition>> Handle(Query query, CancellationToken ct)
        {
            var rows = await db.Query<Row>(Editions, query, ct);
            var notices = (await db.Query<CalendarTables.DayRow>(Notices, query, ct)).ToLookup(d => d.EditionId);
            var closures = (await db.Query<CalendarTables.DayRow>(Closures, query, ct)).ToLookup(d => d.EditionId);
            var editions = new List<Edition>();
            YearOnRecord? before = null;
            foreach (var row in rows)
            {
                var year = new YearOnRecord(query.Year, row.Source, [.. notices[row.Id].Select(d => d.Exception)], [.. closures[row.Id].Select(d => d.Exception)]);
                editions.Add(new(row.Id, row.Source, row.OrderNumber, row.PublishedAt, row.PublishedBy, before is null, before is null ? [] : DayChange.Between(before.Days, year.Days)));
                before = year;
            }

            editions.Reverse();
            return editions;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Source { get; init; } = "";
            public string? OrderNumber { get; init; }
            public DateTime PublishedAt { get; init; }
            public string PublishedBy { get; init; } = "";
        }
    }
}
