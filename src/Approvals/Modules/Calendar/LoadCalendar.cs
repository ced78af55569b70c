using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>Takes up the years of a file that the database does not have yet; a year it has is left as it is.</summary>
internal static class LoadCalendar
{
    [Needs(Act.PublishCatalogue)]
    internal sealed record Command(CalendarFile File) : ICommand<Unit>;

    private sealed class Handler(Db db, Ids ids, ZoneClock clock, Actor actor) : IRequestHandler<Command, Unit>
    {
        private const string InsertEdition = """
            INSERT INTO calendar_edition (id, year, source, published_at, published_by)
            SELECT @Id, @Year, @Source, @Now, @By
             WHERE NOT EXISTS (SELECT 1 FROM calendar_edition WHERE year = @Year)
            """;

        private const string InsertException = """
            INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en)
            VALUES (@Id, @Day, @IsWorking, @Zh, @En)
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var id = await ids.Next(command.File.Years.Count);
            foreach (var year in command.File.Years.OrderBy(y => y.Year))
            {
                var edition = new { Id = id++, year.Year, command.File.Source, clock.Now, By = actor.Name };
                if (await db.Execute(InsertEdition, edition, ct) == 0) continue;
                await db.Execute(InsertException, year.Exceptions.Select(e => new { edition.Id, e.Day, e.IsWorking, e.Name.Zh, e.Name.En }).ToList(), ct);
            }

            return Unit.Value;
        }
    }
}

/// <summary>The calendar as the database holds it: of each year its newest edition.</summary>
internal static class ReadCalendar
{
    private const string Editions = """
        SELECT MAX(id) AS id, year
          FROM calendar_edition
         GROUP BY year
        """;

    private const string Exceptions = """
        SELECT x.day, x.is_working, x.name_zh, x.name_en
          FROM calendar_exception x
          JOIN calendar_edition e ON e.id = x.edition_id
         WHERE e.id = (SELECT MAX(n.id) FROM calendar_edition n WHERE n.year = e.year)
        """;

    private const string Newest = "SELECT COALESCE(MAX(id), 0) FROM calendar_edition";

    public static Task<long> Edition(Db db, CancellationToken ct) => db.Find<long>(Newest, ct: ct);

    /// <summary>Null where no year has been published.</summary>
    public static async Task<WorkingDays?> From(Db db, CancellationToken ct)
    {
        var editions = await db.Query<EditionRow>(Editions, ct: ct);
        if (editions.Count == 0) return null;
        var exceptions = await db.Query<Row>(Exceptions, ct: ct);
        return new(
            editions.Max(e => e.Id),
            editions.Select(e => e.Year),
            exceptions.Select(x => new CalendarException(x.Day, x.IsWorking, new Text(x.NameZh, x.NameEn))));
    }

    private sealed record EditionRow
    {
        public long Id { get; init; }
        public int Year { get; init; }
    }

    private sealed record Row
    {
        public DateOnly Day { get; init; }
        public bool IsWorking { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
    }
}
