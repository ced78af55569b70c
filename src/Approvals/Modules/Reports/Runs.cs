using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>A row of <c>reports_run</c>.</summary>
internal sealed record Run
{
    public const string Columns = "id, business_date, revision, is_current, definitions, made_at, made_by, reason, changed, calendar_edition";

    public long Id { get; init; }
    public DateOnly BusinessDate { get; init; }
    public int Revision { get; init; }
    public bool IsCurrent { get; init; }
    public int Definitions { get; init; }
    public DateTime MadeAt { get; init; }
    public string MadeBy { get; init; } = "";
    public string Reason { get; init; } = "";
    public string Changed { get; init; } = "";
    public long? CalendarEdition { get; init; }
}

/// <summary>The frozen figures: written once a revision, read by period and cut.</summary>
internal sealed class Runs(Db db, Ids ids, DayFigures figures, Outside outside, CalendarInForce calendar, ZoneClock clock, Actor actor)
{
    private const int LongestChange = 2000;

    /// <summary>Of these the last day counts, and not the days together.</summary>
    private static readonly string[] Stocks = [.. Definitions.All.Where(f => f.IsStock).Select(f => f.Code)];

    private const string LastDay = "SELECT MAX(business_date) FROM reports_run";

    private const string Current = $"SELECT {Run.Columns} FROM reports_run WHERE business_date = @day AND is_current = 1";

    private const string MoveOn = "UPDATE reports_run SET is_current = 0 WHERE business_date = @day AND is_current = 1";

    private const string InsertRun = """
        INSERT INTO reports_run (id, business_date, revision, is_current, definitions, made_at, made_by, reason, changed, calendar_edition)
        VALUES (@id, @day, @revision, 1, @Version, @Now, @Name, @reason, @changed, @Edition)
        """;

    private const string InsertCount = """
        INSERT INTO reports_count (run_id, cut, cut_key, figure, value, n, total)
        VALUES (@RunId, @Cut, @CutKey, @Figure, @Value, @N, @Total)
        """;

    private const string DropLate = "DELETE FROM reports_late_entry WHERE recorded_on = @day";

    private const string InsertLate = "INSERT INTO reports_late_entry (recorded_on, case_id, clerk_key, n) VALUES (@day, @CaseId, @Clerk, @n)";

    private const string OfRun = "SELECT cut, cut_key, figure, value, n, total FROM reports_count WHERE run_id = @id";

    private const string OfRuns = """
        SELECT cut, cut_key, figure, value, SUM(n) AS n, SUM(total) AS total
          FROM reports_count
         WHERE run_id IN @ids AND cut = @cut AND (figure NOT IN @stocks OR run_id = @last)
         GROUP BY cut, cut_key, figure, value
        """;

    private const string InForce = $"SELECT {Run.Columns} FROM reports_run WHERE business_date BETWEEN @from AND @to AND is_current = 1 ORDER BY business_date";

    private const string MadeBy = $"SELECT {Run.Columns} FROM reports_run WHERE business_date BETWEEN @from AND @to AND made_at <= @MadeAt ORDER BY business_date, revision";

    public async Task<DateOnly?> Last(CancellationToken ct) => await db.Find<DateOnly?>(LastDay, null, ct);

    /// <summary>False where another process was first.</summary>
    public async Task<bool> Write(DateOnly day, int revision, Tally tally, string reason, string changed, CancellationToken ct)
    {
        var id = await ids.Next();
        if (!await db.TryInsert(InsertRun, new { id, day, revision, Definitions.Version, clock.Now, actor.Name, reason, changed, calendar.Current.Edition }, ct)) return false;
        await db.Execute(InsertCount, tally.Counts.Select(c => new { RunId = id, c.Cut, c.CutKey, c.Figure, c.Value, c.N, c.Total }), ct);
        await KeepLate(day, tally, ct);
        await outside.Keep(day, ct);
        return true;
    }

    /// <summary>The rows behind the late entries of a day, in the place of those that were.</summary>
    public async Task KeepLate(DateOnly day, Tally tally, CancellationToken ct)
    {
        await db.Execute(DropLate, new { day }, ct);
        await db.Execute(InsertLate, tally.Late.Select(l => new { day, l.Key.CaseId, l.Key.Clerk, n = l.Value }), ct);
    }

    /// <summary>Counts a reported day again.</summary>
    /// <param name="day">A day that has a report.</param>
    /// <param name="reason">Why.</param>
    /// <param name="always">A revision even where no figure is another.</param>
    /// <param name="shifts">What became other of the cases open at its end; null where they are counted anew.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether there is a new revision.</returns>
    public async Task<bool> Revise(DateOnly day, string reason, bool always, IReadOnlyList<Shift>? shifts, CancellationToken ct)
    {
        if (await db.Find<Run>(Current, new { day }, ct) is not { } run) return false;
        var before = await db.Query<Count>(OfRun, new { id = run.Id }, ct);
        var tally = await figures.Flows(day, ct);
        await CasesAtEnd(tally, day, before, shifts, ct);
        await figures.RestAtEnd(tally, day, ct);
        var after = tally.Counts.ToList();
        if (!always && before.ToHashSet().SetEquals(after)) return false;
        await db.Execute(MoveOn, new { day }, ct);
        if (!await Write(day, run.Revision + 1, tally, reason, Difference(run, before, after), ct))
            throw Refused.Conflict("report.revisedElsewhere", "该日报刚刚被另一进程修订，请刷新后重试。", "Another process has just revised this report; reload and try again.");
        return true;
    }

    /// <remarks>
    /// In whose hands an open case was on an evening long past is not kept: counted anew it stands with whoever has it now.
    /// So the counts that were are taken for as long as they add up.
    /// </remarks>
    private async Task CasesAtEnd(Tally tally, DateOnly day, IReadOnlyList<Count> before, IReadOnlyList<Shift>? shifts, CancellationToken ct)
    {
        var known = before.Where(c => Tally.OfCases.Contains(c.Figure)).ToList();
        if (shifts is null)
        {
            await figures.CasesAtEnd(tally, day, ct);
            if (!WithoutClerks(known).SetEquals(WithoutClerks(tally.Counts.Where(c => Tally.OfCases.Contains(c.Figure))))) return;
            tally.Forget(Tally.OfCases);
        }

        foreach (var count in known) tally.Keep(count);
        foreach (var shift in shifts ?? []) tally.Standing(shift.Place, shift.Open, shift.Overdue, shift.Waiting);
        if (tally.Counts.All(c => c.N >= 0)) return;
        tally.Forget(Tally.OfCases);
        await figures.CasesAtEnd(tally, day, ct);

        static HashSet<Count> WithoutClerks(IEnumerable<Count> counts) => [.. counts.Where(c => c.Cut != Cuts.Clerk)];
    }

    /// <summary>The reports of these days, the oldest first: those in force, or those that were when one of them was made.</summary>
    public async Task<IReadOnlyList<Run>> Between(DateOnly from, DateOnly to, Run? asOf, CancellationToken ct) => asOf is null
        ? await db.Query<Run>(InForce, new { from, to }, ct)
        : [.. (await db.Query<Run>(MadeBy, new { from, to, asOf.MadeAt }, ct)).Where(r => r.BusinessDate != asOf.BusinessDate || r.Id == asOf.Id).GroupBy(r => r.BusinessDate).Select(day => day.Last())];

    /// <summary>The counts of a cut in some reports, the oldest first; of what is open, those of the last.</summary>
    public async Task<IReadOnlyList<Count>> Counts(IReadOnlyList<Run> of, string cut, CancellationToken ct) =>
        of.Count == 0 ? [] : await db.Query<Count>(OfRuns, new { ids = of.Select(r => r.Id), last = of[^1].Id, cut, stocks = Stocks }, ct);

    /// <summary>What the revision changed: by what it was counted, and of the zone's own figures, as closed 12→13.</summary>
    private string Difference(Run run, IReadOnlyList<Count> before, IReadOnlyList<Count> after)
    {
        var (old, now) = (Zone(before, [run.Definitions]), Zone(after, [Definitions.Version]));
        var changes = Definitions.All.Where(f => old[f.Code] != now[f.Code]).Select(f => $"{f.Code} {f.Show(old[f.Code])}→{f.Show(now[f.Code])}").ToList();
        if (changes.Count == 0 && !before.ToHashSet().SetEquals(after)) changes.Add("cuts");
        if (run.CalendarEdition is { } edition && edition != calendar.Current.Edition) changes.Insert(0, string.Create(CultureInfo.InvariantCulture, $"calendar {edition}→{calendar.Current.Edition}"));
        if (run.Definitions != Definitions.Version) changes.Insert(0, string.Create(CultureInfo.InvariantCulture, $"definitions {run.Definitions}→{Definitions.Version}"));
        var text = string.Join("; ", changes);
        return text.Length <= LongestChange ? text : text[..(LongestChange - 1)] + "…";

        static Measures Zone(IReadOnlyList<Count> counts, int[] versions) =>
            Measures.Of(counts.Where(c => c.Cut == Cuts.Zone), Definitions.LackedBy(versions)).GetValueOrDefault(Cuts.Whole) ?? Measures.Empty;
    }
}
