using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>A year as an edition holds it: what the notice says, and the closures by the zone's own orders.</summary>
internal sealed record YearOnRecord(int Year, string Source, IReadOnlyList<CalendarException> Notice, IReadOnlyList<CalendarException> Closures)
{
    /// <summary>What holds: a day that the notice gives off keeps the notice's name, on any other the closure counts.</summary>
    public IReadOnlyList<CalendarException> Days
    {
        get
        {
            var off = Notice.Where(n => !n.IsWorking).Select(n => n.Day).ToHashSet();
            var closed = Closures.Where(c => !off.Contains(c.Day)).ToList();
            var closedDays = closed.Select(c => c.Day).ToHashSet();
            return [.. Notice.Where(n => !closedDays.Contains(n.Day)).Concat(closed).OrderBy(d => d.Day)];
        }
    }

    public bool IsSameAs(YearOnRecord? other) =>
        other is not null && Source == other.Source
        && Notice.OrderBy(d => d.Day).SequenceEqual(other.Notice.OrderBy(d => d.Day))
        && Closures.OrderBy(d => d.Day).SequenceEqual(other.Closures.OrderBy(d => d.Day));
}

/// <summary>The calendar as the database holds it: of each year its newest edition.</summary>
/// <param name="Edition">The newest edition of all; 0 where no year has been published.</param>
internal sealed record CalendarOnRecord(long Edition, IReadOnlyDictionary<int, YearOnRecord> Years)
{
    public WorkingDays Days => new(Edition, Years.Keys, Years.Values.SelectMany(y => y.Days));

    public CalendarOnRecord With(long edition, IEnumerable<YearOnRecord> years)
    {
        var next = Years.ToDictionary();
        foreach (var year in years) next[year.Year] = year;
        return new(edition, next);
    }
}

internal static class CalendarTables
{
    private const string Newest = "SELECT COALESCE(MAX(id), 0) FROM calendar_edition";

    private const string Editions = """
        SELECT e.id, e.year, e.source
          FROM calendar_edition e
         WHERE e.id = (SELECT MAX(n.id) FROM calendar_edition n WHERE n.year = e.year AND n.id <= @upTo)
        """;

    private const string Notices = """
        SELECT x.edition_id, x.day, x.is_working, x.name_zh, x.name_en
          FROM calendar_exception x
          JOIN calendar_edition e ON e.id = x.edition_id
         WHERE e.id = (SELECT MAX(n.id) FROM calendar_edition n WHERE n.year = e.year AND n.id <= @upTo)
         ORDER BY x.day
        """;

    private const string Closures = """
        SELECT x.edition_id, x.day, x.order_number, x.reason_zh AS name_zh, x.reason_en AS name_en
          FROM calendar_closure x
          JOIN calendar_edition e ON e.id = x.edition_id
         WHERE e.id = (SELECT MAX(n.id) FROM calendar_edition n WHERE n.year = e.year AND n.id <= @upTo)
         ORDER BY x.day
        """;

    // Ids in the order of publication, whichever process publishes: not from the blocks that processes reserve.
    private const string InsertEdition = """
        INSERT INTO calendar_edition (id, year, source, order_number, published_at, published_by)
        SELECT @Id, @Year, @Source, @OrderNumber, @Now, @By
         WHERE NOT EXISTS (SELECT 1 FROM calendar_edition WHERE id >= @Id)
        """;

    private const string InsertNotice = """
        INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en)
        VALUES (@Id, @Day, @IsWorking, @Zh, @En)
        """;

    private const string InsertClosure = """
        INSERT INTO calendar_closure (edition_id, day, order_number, reason_zh, reason_en)
        VALUES (@Id, @Day, @OrderNumber, @Zh, @En)
        """;

    public static Task<long> ReadEdition(Db db, CancellationToken ct) => db.Find<long>(Newest, ct: ct);

    /// <summary>As <see cref="ReadEdition"/>, in a command: nobody publishes until it is durable.</summary>
    public static Task<long> HoldEdition(Db db, CancellationToken ct) => db.FindHeld<long>(Newest, ct: ct);

    /// <param name="upTo">The last edition that counts: the calendar as it was when that one came into force.</param>
    public static async Task<CalendarOnRecord> Read(Db db, CancellationToken ct, long upTo = long.MaxValue)
    {
        var editions = await db.Query<EditionRow>(Editions, new { upTo }, ct);
        var notices = (await db.Query<DayRow>(Notices, new { upTo }, ct)).ToLookup(d => d.EditionId);
        var closures = (await db.Query<DayRow>(Closures, new { upTo }, ct)).ToLookup(d => d.EditionId);
        return new(
            editions.Count == 0 ? 0 : editions.Max(e => e.Id),
            editions.ToDictionary(e => e.Year, e => new YearOnRecord(e.Year, e.Source, [.. notices[e.Id].Select(d => d.Exception)], [.. closures[e.Id].Select(d => d.Exception)])));
    }

    /// <summary>Writes the years as editions after the one given; false where somebody else has published since that was read.</summary>
    public static async Task<bool> Write(Db db, long before, IReadOnlyList<YearOnRecord> years, string? orderNumber, DateTime now, string by, CancellationToken ct)
    {
        var id = before;
        foreach (var year in years)
        {
            var edition = new { Id = ++id, year.Year, year.Source, OrderNumber = orderNumber, Now = now, By = by };
            if (!await db.TryInsert(InsertEdition, edition, ct)) return false;
            if (year.Notice.Count > 0)
                await db.Execute(InsertNotice, year.Notice.Select(d => new { edition.Id, d.Day, d.IsWorking, d.Name.Zh, d.Name.En }).ToList(), ct);
            if (year.Closures.Count > 0)
                await db.Execute(InsertClosure, year.Closures.Select(d => new { edition.Id, d.Day, d.OrderNumber, d.Name.Zh, d.Name.En }).ToList(), ct);
        }

        return true;
    }

    /// <summary>A day as a row gives it: a closure has its order's number and is off.</summary>
    internal sealed record DayRow
    {
        public long EditionId { get; init; }
        public DateOnly Day { get; init; }
        public bool IsWorking { get; init; }
        public string NameZh { get; init; } = "";
        public string NameEn { get; init; } = "";
        public string? OrderNumber { get; init; }

        public CalendarException Exception => new(Day, IsWorking, new Text(NameZh, NameEn), OrderNumber);
    }

    private sealed record EditionRow
    {
        public long Id { get; init; }
        public int Year { get; init; }
        public string Source { get; init; } = "";
    }
}
