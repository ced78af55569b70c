using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary>The cases behind a figure, in the order of the day that counts, a page at a time.</summary>
internal static class ListReportCases
{
    public const int PageSize = 50;

    /// <param name="List">One of <see cref="Drill.Names"/>.</param>
    /// <param name="Cut">A cut of <see cref="Cuts"/>, with <paramref name="Key"/>.</param>
    /// <param name="After">Where the page before ended: a day and an id.</param>
    [Needs(Act.ReadReport)]
    internal sealed record Query(string List, DateOnly? From, DateOnly? To, string? Cut = null, string? Key = null, string? After = null, int Rows = PageSize) : IRequest<Result>;

    /// <param name="Next">Where the next page begins; null on the last.</param>
    internal sealed record Result(string List, DateOnly From, DateOnly To, IReadOnlyList<Row> Rows, string? Next);

    /// <param name="On">The day by which it is counted.</param>
    /// <param name="Times">How much of the figure it is: so many pauses, days of them, corrections, documents or entries; of a figure of cases, one.</param>
    internal sealed record Row(DateOnly On, CaseFact Case, int Times);

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla/cases", (string list, DateOnly? from, DateOnly? to, string? cut, string? key, string? after, IMediator mediator, CancellationToken ct) =>
            mediator.Send(new Query(list, from, to, cut, key, after), ct))
        .Needs<Query>().WithSummary("The cases behind a figure of the report").WithTags("Reports");

    public static Text Name(string list) => list switch
    {
        "received" => new("收件", "Received"),
        "accepted" => new("受理", "Accepted"),
        "deemed" => new("逾期视为受理", "Deemed acceptances"),
        Outside.Step => new("前一环节不在系统中", "An earlier step is not in the system"),
        Outside.Session => new("收件到决定同日补录", "Received and decided in the entries of one day"),
        "closed" => new("办结", "Closed"),
        "inTime" => new("按时办结", "Closed in time"),
        "late" => new("超期办结", "Closed late"),
        "open" => new("在办", "Open"),
        "overdue" => new("在办超期", "Open and overdue"),
        "waiting" => new("待受理", "Waiting"),
        "newRed" => new("新增红灯", "New red"),
        "corrected" => new("补正过的办结件", "Closed after a correction"),
        "metByPause" => new("靠暂停按时的办结件", "In time by pauses"),
        "pauses" => new("结束的暂停", "Pauses ended"),
        "pauseDays" => new("暂停日数", "Days paused"),
        "approved" => new("通过", "Approved"),
        "refused" => new("不通过", "Refused"),
        "withdrawn" => new("撤件、撤回", "Withdrawn"),
        "notAccepted" => new("不受理、不予受理", "Not accepted"),
        "askedAgain" => new("受理后补充材料", "Documents asked for again"),
        "owed" => new("欠交材料", "Documents owed"),
        "handedOut" => new("出件", "Handed out"),
        "handedOutLate" => new("逾期出件", "Handed out late"),
        "entries" => new("办理记录", "Entries"),
        "lateEntries" => new("补录", "Late entries"),
        _ => new(list, list),
    };

    /// <summary>What is open at the end of a day; such a list has no first day.</summary>
    public static bool IsStock(string list) => list is "open" or "waiting" or "overdue" or "owed";

    /// <summary>What is counted of each case; null where the cases themselves are.</summary>
    public static Text? Counted(string list) => list switch
    {
        "pauses" or "askedAgain" or "corrected" => new("次数", "Times"),
        "pauseDays" => new("工作日", "Working days"),
        "owed" => new("份数", "Documents"),
        "entries" or "lateEntries" => new("条数", "Entries"),
        _ => null,
    };

    /// <summary>Where a page ended, as its link says it.</summary>
    public static (DateOnly? Day, long Id) Place(string? after)
    {
        if (string.IsNullOrEmpty(after)) return (null, 0);
        var parts = after.Split('_');
        return parts.Length == 2 && DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year <= WorkingDays.LastYear && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var id)
            ? (day, id)
            : throw Refused.Invalid("report.after", "after", "翻页位置无效，请从第一页开始。", "The place of the page is not valid; begin with the first page.");
    }

    private sealed class Handler(Db db, Naming naming, Actor actor, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Where = $"""
            AND (@clerk IS NULL OR c.clerk_key = @clerk)
               {Elsewhere}
            """;

        /// <summary>An entry is that of whoever made it, and all else of it its case's.</summary>
        private const string Elsewhere = """
            AND (@department IS NULL OR c.department = @department) AND (@item IS NULL OR c.item_code = @item) AND (@window IS NULL OR c.window_key = @window)
               AND (@process IS NULL OR c.process_id = @process) AND (@project IS NULL OR c.project_id = @project) AND (@limit IS NULL OR c.limit_days = @limit)
            """;

        private const string Received = $"""
            SELECT c.received_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.received_on BETWEEN @begin AND @To AND (c.received_on > @begin OR c.case_id > @after)
               {Where}
             ORDER BY c.received_on, c.case_id
            """;

        private const string Accepted = $"""
            SELECT c.accepted_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.accepted_on BETWEEN @begin AND @To AND (c.accepted_on > @begin OR c.case_id > @after) AND (@deemed IS NULL OR c.is_deemed = 1)
               {Where}
             ORDER BY c.accepted_on, c.case_id
            """;

        private const string Signs = $"""
            SELECT o.found_on AS on_day, {CaseFact.ColumnsOfC}
              FROM reports_outside o
             CROSS JOIN reports_case c
             WHERE c.case_id = o.case_id AND o.sign = @list AND o.found_on BETWEEN @begin AND @To AND (o.found_on > @begin OR o.case_id > @after)
               AND (@list <> 'outside' OR {Outside.LacksNeed})
               {Where}
             ORDER BY o.found_on, o.case_id
            """;

        private const string Ended = $"""
            SELECT c.ended_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.ended_on BETWEEN @begin AND @To AND (c.ended_on > @begin OR c.case_id > @after) AND c.status IN @statuses
               AND (@list NOT IN ('inTime', 'metByPause') OR c.due_on IS NULL OR c.ended_on <= c.due_on)
               AND (@list <> 'metByPause' OR c.run_days > c.limit_days)
               AND (@list <> 'late' OR c.ended_on > c.due_on)
               AND (@list <> 'corrected' OR c.corrections > 0)
               {Where}
             ORDER BY c.ended_on, c.case_id
            """;

        private const string HandedOut = $"""
            SELECT c.handed_out_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.handed_out_on BETWEEN @begin AND @To AND (c.handed_out_on > @begin OR c.case_id > @after)
               AND (@list <> 'handedOutLate' OR c.hand_out_days > @within)
               {Where}
             ORDER BY c.handed_out_on, c.case_id
            """;

        /// <remarks>Red from the day after the due date.</remarks>
        private const string NewRed = $"""
            SELECT c.due_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.due_on BETWEEN @begin AND @To AND (c.due_on > @begin OR c.case_id > @after) AND (c.ended_on IS NULL OR c.ended_on > c.due_on)
               {Where}
             ORDER BY c.due_on, c.case_id
            """;

        /// <remarks>What has ended since is found by its end, as below.</remarks>
        private const string Overdue = $"""
            SELECT c.due_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.ended_on IS NULL AND c.due_on >= @begin AND c.due_on < @To AND c.accepted_on <= @To AND (c.due_on > @begin OR c.case_id > @after)
               {Where}
             UNION ALL
            SELECT c.due_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.case_id IN (SELECT e.case_id FROM reports_case e WHERE e.ended_on > @To) AND c.due_on < @To AND c.accepted_on <= @To AND (c.due_on > @begin OR (c.due_on = @begin AND c.case_id > @after))
               {Where}
             ORDER BY on_day, case_id
            """;

        /// <remarks>
        /// What is open comes in its index's order, so a page costs its own rows, wherever it begins. What has ended since is found by
        /// its end: in the order of receipt every page would walk through all that was ever received.
        /// </remarks>
        private const string Open = $"""
            SELECT c.received_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.ended_on IS NULL AND c.received_on >= @begin AND c.received_on <= @To AND (c.received_on > @begin OR c.case_id > @after)
               AND ((@list = 'open' AND c.accepted_on <= @To) OR (@list = 'waiting' AND (c.accepted_on IS NULL OR c.accepted_on > @To)))
               {Where}
             UNION ALL
            SELECT c.received_on AS on_day, {CaseFact.Columns}
              FROM reports_case c
             WHERE c.case_id IN (SELECT e.case_id FROM reports_case e WHERE e.ended_on > @To) AND c.received_on <= @To AND (c.received_on > @begin OR (c.received_on = @begin AND c.case_id > @after))
               AND ((@list = 'open' AND c.accepted_on <= @To) OR (@list = 'waiting' AND (c.accepted_on IS NULL OR c.accepted_on > @To)))
               {Where}
             ORDER BY on_day, case_id
            """;

        private const string Owed = $"""
            SELECT c.ended_on AS on_day, o.times, {CaseFact.ColumnsOfC}
              FROM (SELECT d.case_id, COUNT(*) AS times
                      FROM (SELECT case_id FROM permits_public_owed_document WHERE given_on IS NULL
                             UNION ALL
                            SELECT case_id FROM permits_public_owed_document WHERE given_on > @To) d
                     GROUP BY d.case_id) o
             CROSS JOIN reports_case c
             WHERE c.case_id = o.case_id AND c.status = 12 AND c.ended_on <= @To AND (c.ended_on > @begin OR (c.ended_on = @begin AND c.case_id > @after))
               {Where}
             ORDER BY c.ended_on, c.case_id
            """;

        private const string Paused = $"""
            SELECT on_day, times, {CaseFact.ColumnsOfC}
              FROM (SELECT MAX(p.to_on) AS on_day, p.case_id AS paused_id, CASE WHEN @list = 'pauseDays' THEN SUM(p.days) ELSE COUNT(*) END AS times
                      FROM reports_pause p
                     WHERE p.to_on BETWEEN @From AND @To AND (@kind IS NULL OR p.kind = @kind) AND (@approver IS NULL OR p.approved_by = @approver)
                     GROUP BY p.case_id) q
              JOIN reports_case c ON c.case_id = q.paused_id
             WHERE (on_day > @begin OR (on_day = @begin AND c.case_id > @after))
               {Where}
             ORDER BY on_day, c.case_id
            """;

        private const string AskedAgain = $"""
            SELECT on_day, times, {CaseFact.ColumnsOfC}
              FROM (SELECT MAX(p.from_on) AS on_day, p.case_id AS asked_id, COUNT(*) AS times
                      FROM reports_pause p
                     WHERE p.kind = 'correction' AND p.from_on BETWEEN @From AND @To
                     GROUP BY p.case_id) q
              JOIN reports_case c ON c.case_id = q.asked_id
             WHERE (on_day > @begin OR (on_day = @begin AND c.case_id > @after))
               {Where}
             ORDER BY on_day, c.case_id
            """;

        /// <remarks>As the night kept them. Several people may have entered something of a case on a day: it stands with the first of them, for all.</remarks>
        private const string LateEntries = $"""
            SELECT l.recorded_on AS on_day, {CaseFact.ColumnsOfC},
                   (SELECT SUM(s.n) FROM reports_late_entry s WHERE s.recorded_on = l.recorded_on AND s.case_id = l.case_id AND (@clerk IS NULL OR s.clerk_key = @clerk)) AS times
              FROM reports_late_entry l
             CROSS JOIN reports_case c
             WHERE c.case_id = l.case_id AND l.recorded_on BETWEEN @begin AND @To AND (l.recorded_on > @begin OR l.case_id > @after)
               AND (l.clerk_key = @clerk
                    OR (@clerk IS NULL AND NOT EXISTS (SELECT o.n FROM reports_late_entry o WHERE o.recorded_on = l.recorded_on AND o.case_id = l.case_id AND o.clerk_key < l.clerk_key)))
               {Elsewhere}
             ORDER BY l.recorded_on, l.case_id
            """;

        /// <remarks>
        /// By whoever entered it, also by the key that reports had for them before version 5, and none of the system's; in the order of
        /// entry, for no statement knows when a day of the zone begins.
        /// </remarks>
        private const string Entries = $"""
            SELECT e.case_id, e.number, e.recorded_at
              FROM permits_public_event e
              JOIN reports_case c ON c.case_id = e.case_id
              LEFT JOIN access_public_user u ON u.id = e.user_id
             WHERE e.recorded_at >= @at AND e.recorded_at < @end AND (e.recorded_at > @at OR e.case_id > @atCase OR (e.case_id = @atCase AND e.number > @atNumber))
               AND (e.recorded_at >= @firstEnd OR e.case_id > @after) AND NOT (e.user_id = 0 AND e.user_name = @system)
               AND (@clerk IS NULL OR {DayFigures.EnteredBy} = @clerk OR CONCAT(c.department, '/', e.user_id, ' ', e.user_name) = @clerk)
               {Elsewhere}
             ORDER BY e.recorded_at, e.case_id, e.number
            """;

        private const string OfEntries = $"SELECT {CaseFact.Columns} FROM reports_case WHERE case_id IN @ids";

        private const int EntriesAtOnce = 2_000;

        private static readonly int[] Closed = [11, 12, 13];

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (from, to) = Drill.Asked(Drill.Names, query.List, query.From, query.To, clock);
            await naming.ReadWindows(ct);
            var (afterDay, afterId) = Place(query.After);
            var shift = query.List == "newRed" ? -1 : 0;
            if (query.List == "entries") return await Entered(query, from, to, afterDay > from ? afterDay.Value : from, afterDay >= from ? afterId : 0, ct);
            var rows = await db.First<Listed>(query.Rows + 1, Sql(query.List), Values(query, from, to.AddDays(shift), afterDay ?? (IsStock(query.List) ? DateOnly.MinValue : from.AddDays(shift)), afterId), ct);
            return Page(query, from, to, [.. rows.Select(r => new Row(r.OnDay.AddDays(-shift), r, query.List == "corrected" ? r.Corrections : r.Times))], shift);
        }

        /// <summary>
        /// A share of the entries after the other until the days that are whole fill the page: a year's are many, and of an item or a
        /// person there may be none in it. A share and one day's cases are held at a time.
        /// </summary>
        private async Task<Result> Entered(Query query, DateOnly from, DateOnly to, DateOnly begin, long after, CancellationToken ct)
        {
            var (found, day, ofDay) = (new List<(DateOnly On, long CaseId, int Times)>(), begin, new SortedDictionary<long, int>());
            var last = new Entry { RecordedAt = Start(begin) };
            IReadOnlyList<Entry> share;
            do
            {
                share = await db.First<Entry>(EntriesAtOnce, Entries, Values(query, from, to, begin, after, last), ct);
                foreach (var e in share)
                {
                    var on = clock.DayOf(e.RecordedAt);
                    if (on != day) Close(on);
                    if (found.Count > query.Rows) break;
                    ofDay[e.CaseId] = ofDay.GetValueOrDefault(e.CaseId) + 1;
                    last = e;
                }
            }
            while (share.Count == EntriesAtOnce && found.Count <= query.Rows);
            Close(to);
            var listed = found.Take(query.Rows + 1).ToList();
            var cases = new Dictionary<long, CaseFact>();
            foreach (var ids in listed.Select(f => f.CaseId).Distinct().Chunk(Sources.Share))
                foreach (var c in await db.Query<CaseFact>(OfEntries, new { ids }, ct)) cases.Add(c.CaseId, c);
            return Page(query, from, to, [.. listed.Select(f => new Row(f.On, cases[f.CaseId], f.Times))], 0);

            void Close(DateOnly next)
            {
                found.AddRange(ofDay.Select(c => (day, c.Key, c.Value)));
                ofDay.Clear();
                day = next;
            }
        }

        private DateTime Start(DateOnly day) => clock.Utc(day.ToDateTime(TimeOnly.MinValue));

        private object Values(Query query, DateOnly from, DateOnly to, DateOnly begin, long after, Entry? last = null)
        {
            var limited = Drill.Key(query.Cut, query.Key, Cuts.Limit)?.Split('/');
            return new
            {
                list = query.List,
                From = from,
                To = to,
                begin,
                after,
                deemed = query.List == "deemed" ? (int?)1 : null,
                statuses = query.List switch { "approved" => [11, 12], "refused" => [13], "withdrawn" => [2, 14, 15], "notAccepted" => [4, 5], _ => Closed },
                department = ShowReport.Department(actor, query.Cut, query.Key),
                item = Drill.Key(query.Cut, query.Key, Cuts.Item) ?? limited?[0],
                limit = limited is [_, var days] && int.TryParse(days, CultureInfo.InvariantCulture, out var limit) ? limit : (int?)null,
                window = Drill.Key(query.Cut, query.Key, Cuts.Window),
                clerk = Drill.Key(query.Cut, query.Key, Cuts.Clerk),
                process = long.TryParse(Drill.Key(query.Cut, query.Key, Cuts.Process), CultureInfo.InvariantCulture, out var process) ? (long?)process : null,
                project = long.TryParse(Drill.Key(query.Cut, query.Key, Cuts.Project), CultureInfo.InvariantCulture, out var project) ? (long?)project : null,
                within = CaseFact.DeliverWithin,
                kind = Drill.Key(query.Cut, query.Key, Cuts.Pause),
                approver = Drill.Key(query.Cut, query.Key, Cuts.Approver),
                system = Actor.SystemName,
                at = last?.RecordedAt,
                atCase = last?.CaseId,
                atNumber = last?.Number,
                firstEnd = last is null ? (DateTime?)null : Start(begin.AddDays(1)),
                end = Start(to.AddDays(1)),
            };
        }

        private static Result Page(Query query, DateOnly from, DateOnly to, List<Row> rows, int shift) => rows.Count <= query.Rows
            ? new(query.List, from, to, rows, null)
            : new(query.List, from, to, [.. rows.Take(query.Rows)],
                string.Create(CultureInfo.InvariantCulture, $"{rows[query.Rows - 1].On.AddDays(shift):yyyy-MM-dd}_{rows[query.Rows - 1].Case.CaseId}"));

        private static string Sql(string list) => list switch
        {
            "received" => Received,
            "accepted" or "deemed" => Accepted,
            Outside.Step or Outside.Session => Signs,
            "handedOut" or "handedOutLate" => HandedOut,
            "newRed" => NewRed,
            "overdue" => Overdue,
            "open" or "waiting" => Open,
            "owed" => Owed,
            "pauses" or "pauseDays" => Paused,
            "askedAgain" => AskedAgain,
            "lateEntries" => LateEntries,
            _ => Ended,
        };

        private sealed record Listed : CaseFact
        {
            public DateOnly OnDay { get; init; }
            public int Times { get; init; } = 1;
        }

        private sealed record Entry
        {
            public long CaseId { get; init; }
            public int Number { get; init; }
            public DateTime RecordedAt { get; init; }
        }
    }
}
