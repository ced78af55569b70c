using System.Runtime.InteropServices;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Reports;

/// <summary>The figures of one day, counted from the cases; it reads what that day touched and what is open, never the history.</summary>
internal sealed class DayFigures(Db db, CalendarInForce calendar, CatalogueInForce catalogue, ZoneClock clock)
{
    private const string Received = """
        SELECT department, item_code, process_id, window_key, COUNT(*) AS n
          FROM reports_case
         WHERE received_on = @day
         GROUP BY department, item_code, process_id, window_key
        """;

    private const string Accepted = $"SELECT {CaseFact.Columns} FROM reports_case WHERE accepted_on = @day";

    private const string Ended = $"SELECT {CaseFact.Columns} FROM reports_case WHERE ended_on = @day";

    private const string HandedOut = $"SELECT {CaseFact.Columns} FROM reports_case WHERE handed_out_on = @day";

    private const string TurnedRed = $"SELECT {CaseFact.Columns} FROM reports_case WHERE due_on = @before AND (ended_on IS NULL OR ended_on > @before)";

    private const string Paused = """
        SELECT p.kind, p.approved_by, p.days, c.department, c.item_code, c.process_id, c.window_key
          FROM reports_pause p
          JOIN reports_case c ON c.case_id = p.case_id
         WHERE p.to_on = @day
        """;

    /// <summary>The key of whoever entered e of the case c, with their account u.</summary>
    /// <remarks>
    /// A person is one and stands where they work, under their own name, whosever case it is and for whomever they act. What was
    /// brought in has no accounts, and stays with the department of its case.
    /// </remarks>
    public const string EnteredBy = "CONCAT(CASE WHEN u.id IS NULL THEN c.department ELSE COALESCE(u.department, '') END, '/', e.user_id, ' ', COALESCE(u.name, e.user_name))";

    /// <remarks>What the law does by itself, such as a deemed acceptance, nobody entered.</remarks>
    private const string Entered = $"""
        SELECT e.case_id, e.occurred_at, e.recorded_at, {EnteredBy} AS clerk_key, c.department, c.item_code, c.process_id, c.window_key
          FROM permits_public_event e
          JOIN reports_case c ON c.case_id = e.case_id
          LEFT JOIN access_public_user u ON u.id = e.user_id
         WHERE e.recorded_at >= @from AND e.recorded_at < @end AND NOT (e.user_id = 0 AND e.user_name = @system)
        """;

    private const string Completed = "SELECT project_id, process_id, window_key, completed_on, approval_days FROM reports_approval WHERE completed_on = @day";

    /// <summary>
    /// Projects that came from one milestone to another, as <see cref="Spans"/> has it: the works have started with the first of the
    /// phases, and all else is the whole project's.
    /// </summary>
    public const string Reached = """
          FROM projects_public_milestone m
          JOIN projects_public_milestone b ON b.project_id = m.project_id AND b.phase = 0 AND b.kind = @begins AND b.reached_on IS NOT NULL
          JOIN projects_public_project p ON p.id = m.project_id
         WHERE m.kind = @ends AND (m.phase = 0 OR m.kind = 'ConstructionStarted')
           AND NOT EXISTS (SELECT o.phase FROM projects_public_milestone o
                        WHERE o.project_id = m.project_id AND o.kind = m.kind AND m.kind = 'ConstructionStarted'
                          AND (o.reached_on < m.reached_on OR (o.reached_on = m.reached_on AND o.phase < m.phase)))
        """;

    private const string ReachedOn = $"""
        SELECT p.process_id, m.reached_on, b.reached_on AS began_on
        {Reached}
           AND m.reached_on = @day
        """;

    /// <summary>The milestones by whose day projects are counted.</summary>
    public static readonly string[] Ends = [nameof(MilestoneKind.ConstructionStarted), nameof(MilestoneKind.Titled)];

    private const string LastEnded = "SELECT MAX(ended_on) FROM reports_case WHERE ended_on IS NOT NULL";

    private const string LastTurn = "SELECT turn FROM reports_opening WHERE id = 1";

    private const string Open = """
        SELECT department, item_code, process_id, window_key, clerk_key,
               SUM(CASE WHEN accepted_on <= @day THEN 1 ELSE 0 END) AS n,
               SUM(CASE WHEN accepted_on <= @day AND due_on < @day THEN 1 ELSE 0 END) AS overdue,
               SUM(CASE WHEN accepted_on IS NULL OR accepted_on > @day THEN 1 ELSE 0 END) AS waiting
          FROM reports_case
         WHERE ended_on IS NULL AND received_on <= @day
         GROUP BY department, item_code, process_id, window_key, clerk_key
        """;

    /// <summary>The cases that stood otherwise at the end of a day than on the evening before it, each once.</summary>
    private const string Moved = $"""
        SELECT {Standing} FROM reports_case WHERE received_on = @day
         UNION ALL
        SELECT {Standing} FROM reports_case WHERE accepted_on = @day AND received_on <> @day
         UNION ALL
        SELECT {Standing} FROM reports_case WHERE ended_on = @day AND received_on <> @day AND (accepted_on IS NULL OR accepted_on <> @day)
         UNION ALL
        SELECT {Standing} FROM reports_case WHERE due_on = @before AND received_on <> @day AND (accepted_on IS NULL OR accepted_on <> @day) AND (ended_on IS NULL OR ended_on <> @day)
        """;

    private const string Standing = "department, item_code, process_id, window_key, clerk_key, received_on, accepted_on, due_on, ended_on";

    private const string AskedAgain = """
        SELECT c.department, c.item_code, c.process_id, c.window_key
          FROM reports_pause p
          JOIN reports_case c ON c.case_id = p.case_id
         WHERE p.kind = 'correction' AND p.from_on = @day
        """;

    /// <remarks>
    /// The documents themselves say from when to when they were owed, whenever the day is counted. They come first: an
    /// engine without statistics would go through all cases ended by that day, which is the whole history.
    /// </remarks>
    private const string Owed = """
        SELECT c.department, c.item_code, c.process_id, c.window_key, c.clerk_key, COUNT(*) AS n
          FROM (SELECT case_id FROM permits_public_owed_document WHERE given_on IS NULL
                 UNION ALL
                SELECT case_id FROM permits_public_owed_document WHERE given_on > @day) o
         CROSS JOIN reports_case c
         WHERE c.case_id = o.case_id AND c.ended_on <= @day AND c.status = 12
         GROUP BY c.department, c.item_code, c.process_id, c.window_key, c.clerk_key
        """;

    private const string OrdersOpened = $"""
        {OrderPlace}
         WHERE o.opened_at >= @from AND o.opened_at < @end
        """;

    private const string OrdersSettled = $"""
        {OrderPlace}
         WHERE o.finished_at >= @from AND o.finished_at < @end AND o.finished_how <> 'moved'
        """;

    private const string OrdersStillOpen = $"""
        {OrderPlace}
         WHERE o.finished_at IS NULL AND o.opened_at < @end
        """;

    private const string OrdersFinishedSince = $"""
        {OrderPlace}
         WHERE o.finished_at >= @end AND o.opened_at < @end
        """;

    private const string OrderPlace = $"""
        SELECT o.department, o.item AS item_code, COALESCE(w.process_id, 0) AS process_id, COALESCE(w.window_key, '') AS window_key
        {Orders}
        """;

    /// <summary>The orders, with the place each was opened in; none where the reports do not know of it yet.</summary>
    public const string Orders = """
          FROM supervision_public_order o
          LEFT JOIN reports_order w ON w.order_id = o.id
        """;

    /// <summary>What was open on the evening counted last, and whose turn it was: nobody has written since where the next turn is this one.</summary>
    private (DateOnly Day, long Turn, Dictionary<Place, (long Open, long Overdue, long Waiting)> Standing)? counted;

    /// <summary>What happened on the day.</summary>
    public async Task<Tally> Flows(DateOnly day, CancellationToken ct)
    {
        var tally = new Tally(calendar.Current);
        foreach (var group in await db.Query<Group>(Received, new { day }, ct))
            for (var i = 0; i < group.N; i++) tally.Received(group.Place);
        foreach (var c in await db.Query<CaseFact>(Accepted, new { day }, ct)) tally.Accepted(c);
        foreach (var c in await db.Query<CaseFact>(Ended, new { day }, ct)) tally.Ended(c);
        foreach (var c in await db.Query<CaseFact>(HandedOut, new { day }, ct)) tally.HandedOut(c);
        foreach (var c in await db.Query<CaseFact>(TurnedRed, new { before = day.AddDays(-1) }, ct)) tally.TurnedRed(c);
        foreach (var p in await db.Query<Pause>(Paused, new { day }, ct)) tally.PauseEnded(p.Place, p.Kind, p.ApprovedBy, p.Days ?? 0);
        foreach (var p in await db.Query<Placed>(AskedAgain, new { day }, ct)) tally.AskedAgain(p.Place);
        var (from, end) = Bounds(day);
        foreach (var o in await db.Query<Placed>(OrdersOpened, new { from, end }, ct)) tally.OrderOpened(o.Place);
        foreach (var o in await db.Query<Placed>(OrdersSettled, new { from, end }, ct)) tally.OrderSettled(o.Place);
        await Entries(tally, day, ct);
        foreach (var a in await db.Query<ApprovalFact>(Completed, new { day }, ct))
            if (catalogue.Current.Process(a.ProcessId) is { } process) tally.Completed(a.WindowKey, a.ProcessId, a.ApprovalDays, process.BaselineWorkingDays);
        foreach (var m in await db.Query<Span>(ReachedOn, new { day, begins = nameof(MilestoneKind.LandAcquired), ends = nameof(MilestoneKind.ConstructionStarted) }, ct))
            if (catalogue.Current.Process(m.ProcessId) is { } process) tally.Started(m.ProcessId, calendar.Current.Count(m.BeganOn, m.ReachedOn).Days, process.LandToStartBaseline);
        foreach (var m in await db.Query<Span>(ReachedOn, new { day, begins = nameof(MilestoneKind.HandedOver), ends = nameof(MilestoneKind.Titled) }, ct))
            tally.Titled(m.ProcessId, calendar.Current.Count(m.BeganOn, m.ReachedOn).Days);
        return tally;
    }

    /// <summary>What people entered on the day.</summary>
    public async Task Entries(Tally tally, DateOnly day, CancellationToken ct)
    {
        var (from, end) = Bounds(day);
        foreach (var e in await db.Query<Entry>(Entered, new { from, end, system = Actor.SystemName }, ct)) tally.Entered(e.CaseId, e.Place, clock.DayOf(e.OccurredAt), clock.DayOf(e.RecordedAt));
    }

    /// <summary>
    /// Which cases were open at its end: from what stood open on another evening, the days between are gone through, each by
    /// what moved on it. So many days counted one after the other cost each its own cases and no more.
    /// </summary>
    public async Task CasesAtEnd(Tally tally, DateOnly day, CancellationToken ct)
    {
        var turn = await db.Find<long>(LastTurn, null, ct);
        var (on, standing) = counted is { } c && c.Turn == turn - 1 ? (c.Day, new Dictionary<Place, (long Open, long Overdue, long Waiting)>(c.Standing)) : await Newest(day, ct);
        while (on != day)
        {
            var (later, sign) = on < day ? (on.AddDays(1), 1) : (on, -1);
            foreach (var moved in await db.Query<CaseFact>(Moved, new { day = later, before = later.AddDays(-1) }, ct))
            {
                var (was, now) = (Changes.Standing(moved, later.AddDays(-1)), Changes.Standing(moved, later));
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(standing, Place.Of(moved), out _);
                sum = (sum.Open + sign * (now.Open - was.Open), sum.Overdue + sign * (now.Overdue - was.Overdue), sum.Waiting + sign * (now.Waiting - was.Waiting));
            }

            on = on.AddDays(sign);
        }

        foreach (var (place, sum) in standing) tally.Standing(place, sum.Open, sum.Overdue, sum.Waiting);
        db.OnceDurable(() => counted = (day, turn, standing));
    }

    /// <summary>An evening on which nothing had ended later: it is counted from what is open alone.</summary>
    private async Task<(DateOnly, Dictionary<Place, (long Open, long Overdue, long Waiting)>)> Newest(DateOnly day, CancellationToken ct)
    {
        var on = await db.Find<DateOnly?>(LastEnded, null, ct) is { } last && last > day ? last : day;
        return (on, (await db.Query<Group>(Open, new { day = on }, ct)).ToDictionary(g => g.Place, g => (g.N, g.Overdue, g.Waiting)));
    }

    /// <summary>The cases are no longer what they were.</summary>
    public void Forget() => counted = null;

    /// <summary>What else stood open at its end; it is looked up for any day as well as for the last.</summary>
    public async Task RestAtEnd(Tally tally, DateOnly day, CancellationToken ct)
    {
        foreach (var group in await db.Query<Group>(Owed, new { day }, ct)) tally.Owed(group.Place, group.N);
        var end = Bounds(day).End;
        foreach (var o in await db.Query<Placed>(OrdersStillOpen, new { end }, ct)) tally.OrderOpen(o.Place);
        foreach (var o in await db.Query<Placed>(OrdersFinishedSince, new { end }, ct)) tally.OrderOpen(o.Place);
    }

    /// <summary>The instants between which the zone's day lies.</summary>
    public (DateTime From, DateTime End) Bounds(DateOnly day) => (clock.Utc(day.ToDateTime(TimeOnly.MinValue)), clock.Utc(day.AddDays(1).ToDateTime(TimeOnly.MinValue)));

    private record Placed
    {
        public string Department { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public long ProcessId { get; init; }
        public string WindowKey { get; init; } = "";
        public string ClerkKey { get; init; } = "";

        public Place Place => new(Department, ItemCode, WindowKey, ClerkKey, ProcessId);
    }

    private sealed record Group : Placed
    {
        public long N { get; init; }
        public long Overdue { get; init; }
        public long Waiting { get; init; }
    }

    private sealed record Pause : Placed
    {
        public string Kind { get; init; } = "";
        public string ApprovedBy { get; init; } = "";
        public int? Days { get; init; }
    }

    private sealed record Entry : Placed
    {
        public long CaseId { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
    }

    private sealed record Span
    {
        public long ProcessId { get; init; }
        public DateOnly ReachedOn { get; init; }
        public DateOnly BeganOn { get; init; }
    }
}
