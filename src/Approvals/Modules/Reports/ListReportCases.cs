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
    internal sealed record Row(DateOnly On, CaseFact Case);

    internal static void Map(RouteGroupBuilder api) => api
        .MapGet("/reports/sla/cases", (string list, DateOnly? from, DateOnly? to, string? cut, string? key, string? after, IMediator mediator, CancellationToken ct) =>
            mediator.Send(new Query(list, from, to, cut, key, after), ct))
        .Needs<Query>().WithSummary("The cases behind a figure of the report").WithTags("Reports");

    public static Text Name(string list) => list switch
    {
        "received" => new("收件", "Received"),
        "accepted" => new("受理", "Accepted"),
        "deemed" => new("逾期视为受理", "Deemed acceptances"),
        "closed" => new("办结", "Closed"),
        "inTime" => new("按时办结", "Closed in time"),
        "late" => new("超期办结", "Closed late"),
        "open" => new("在办", "Open"),
        "overdue" => new("在办超期", "Open and overdue"),
        "waiting" => new("待受理", "Waiting"),
        "newRed" => new("新增红灯", "New red"),
        "corrected" => new("补正过的办结件", "Closed after a correction"),
        "metByPause" => new("靠暂停按时的办结件", "In time by pauses"),
        "paused" => new("暂停过的件", "Paused"),
        "approved" => new("通过", "Approved"),
        "refused" => new("不通过", "Refused"),
        "ended" => new("撤件、不受理", "Withdrawn, not accepted"),
        "askedAgain" => new("受理后补充材料", "Documents asked for again"),
        "owed" => new("欠交材料", "Documents owed"),
        "handedOut" => new("出件", "Handed out"),
        "handedOutLate" => new("逾期出件", "Handed out late"),
        "lateEntries" => new("补录", "Late entries"),
        _ => new(list, list),
    };

    private sealed class Handler(Db db, Actor actor, CalendarInForce calendar, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        private const string Where = """
            AND (@department IS NULL OR c.department = @department) AND (@item IS NULL OR c.item_code = @item) AND (@window IS NULL OR c.window_key = @window)
               AND (@clerk IS NULL OR c.clerk_key = @clerk) AND (@process IS NULL OR c.process_id = @process) AND (@project IS NULL OR c.project_id = @project)
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
            SELECT c.ended_on AS on_day, {CaseFact.ColumnsOfC}
              FROM (SELECT case_id FROM permits_public_owed_document WHERE given_on IS NULL
                     UNION
                    SELECT case_id FROM permits_public_owed_document WHERE given_on > @To) o
             CROSS JOIN reports_case c
             WHERE c.case_id = o.case_id AND c.status = 12 AND c.ended_on <= @To AND (c.ended_on > @begin OR (c.ended_on = @begin AND c.case_id > @after))
               {Where}
             ORDER BY c.ended_on, c.case_id
            """;

        private const string Paused = $"""
            SELECT on_day, {CaseFact.ColumnsOfC}
              FROM (SELECT MAX(p.to_on) AS on_day, p.case_id AS paused_id
                      FROM reports_pause p
                     WHERE p.to_on BETWEEN @From AND @To AND (@kind IS NULL OR p.kind = @kind) AND (@approver IS NULL OR p.approved_by = @approver)
                     GROUP BY p.case_id) q
              JOIN reports_case c ON c.case_id = q.paused_id
             WHERE (on_day > @begin OR (on_day = @begin AND c.case_id > @after))
               {Where}
             ORDER BY on_day, c.case_id
            """;

        private const string AskedAgain = $"""
            SELECT on_day, {CaseFact.ColumnsOfC}
              FROM (SELECT MAX(p.from_on) AS on_day, p.case_id AS asked_id
                      FROM reports_pause p
                     WHERE p.kind = 'correction' AND p.from_on BETWEEN @From AND @To
                     GROUP BY p.case_id) q
              JOIN reports_case c ON c.case_id = q.asked_id
             WHERE (on_day > @begin OR (on_day = @begin AND c.case_id > @after))
               {Where}
             ORDER BY on_day, c.case_id
            """;

        /// <remarks>By whoever entered it; whether an entry was late is a matter of working days, which C# counts.</remarks>
        private const string Entries = $"""
            SELECT e.occurred_at, e.recorded_at, {CaseFact.ColumnsOfC}
              FROM permits_public_event e
              JOIN reports_case c ON c.case_id = e.case_id
             WHERE e.recorded_at >= @first AND e.recorded_at < @end AND e.late_reason <> ''
               AND (@clerk IS NULL OR CONCAT(c.department, '/', e.user_id, ' ', e.user_name) = @clerk)
               AND (@department IS NULL OR c.department = @department) AND (@item IS NULL OR c.item_code = @item) AND (@window IS NULL OR c.window_key = @window)
               AND (@process IS NULL OR c.process_id = @process) AND (@project IS NULL OR c.project_id = @project)
             ORDER BY e.recorded_at, e.case_id
            """;

        private static readonly int[] Closed = [11, 12, 13];

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var to = query.To ?? clock.Today.AddDays(-1);
            var from = query.From ?? to;
            new Check()
                .That(Drill.Names.Contains(query.List), "report.list", "list", $"没有「{query.List}」这种清单。", $"There is no list “{query.List}”.")
                .That(from <= to && WorkingDays.Covers(from) && WorkingDays.Covers(to) && WorkingDays.Covers(from.AddDays(-1)), "report.days", "from", "开始日不能晚于结束日。", "The first day cannot lie after the last.")
                .Done();
            var (afterDay, afterId) = Place(query.After);
            // A list of what is open has no first day.
            var stock = query.List is "open" or "waiting" or "overdue" or "owed";
            var shift = query.List == "newRed" ? -1 : 0;
            var begin = afterDay ?? (stock ? DateOnly.MinValue : from.AddDays(shift));
            var only = ShowReport.OnlyDepartment(actor);
            var values = new
            {
                list = query.List,
                From = from,
                To = to.AddDays(shift),
                begin,
                after = afterId,
                deemed = query.List == "deemed" ? (int?)1 : null,
                statuses = query.List switch { "approved" => [11, 12], "refused" => [13], "ended" => [2, 4, 5, 14, 15], _ => Closed },
                department = only ?? Key(query, Cuts.Department),
                item = Key(query, Cuts.Item),
                window = Key(query, Cuts.Window),
                clerk = Key(query, Cuts.Clerk),
                process = long.TryParse(Key(query, Cuts.Process), CultureInfo.InvariantCulture, out var process) ? (long?)process : null,
                project = long.TryParse(Key(query, Cuts.Project), CultureInfo.InvariantCulture, out var project) ? (long?)project : null,
                within = CaseFact.DeliverWithin,
                kind = Key(query, Cuts.Pause),
                approver = Key(query, Cuts.Approver),
                first = clock.Utc(from.ToDateTime(TimeOnly.MinValue)),
                end = clock.Utc(to.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            };
            if (query.List == "lateEntries") return await LateEntries(query, from, to, afterDay, afterId, values, ct);
            var rows = await db.First<Listed>(query.Rows + 1, Sql(query.List), values, ct);
            return Page(query, from, to, [.. rows.Select(r => new Row(r.OnDay.AddDays(-shift), r))], shift);
        }

        private async Task<Result> LateEntries(Query query, DateOnly from, DateOnly to, DateOnly? afterDay, long afterId, object values, CancellationToken ct)
        {
            // A day may hold many: read from its beginning, and left out up to where the page before ended.
            var rows = (await db.First<Entry>(20_000, Entries, values, ct))
                .Where(e => calendar.Current.Count(clock.DayOf(e.OccurredAt), clock.DayOf(e.RecordedAt)).Days > 1)
                .Select(e => new Row(clock.DayOf(e.RecordedAt), e))
                .DistinctBy(r => (r.On, r.Case.CaseId))
                .OrderBy(r => r.On).ThenBy(r => r.Case.CaseId)
                .Where(r => afterDay is not { } day || r.On > day || (r.On == day && r.Case.CaseId > afterId))
                .Take(query.Rows + 1).ToList();
            return Page(query, from, to, rows, 0);
        }

        private static Result Page(Query query, DateOnly from, DateOnly to, List<Row> rows, int shift) => rows.Count <= query.Rows
            ? new(query.List, from, to, rows, null)
            : new(query.List, from, to, [.. rows.Take(query.Rows)],
                string.Create(CultureInfo.InvariantCulture, $"{rows[query.Rows - 1].On.AddDays(shift):yyyy-MM-dd}_{rows[query.Rows - 1].Case.CaseId}"));

        private static string Sql(string list) => list switch
        {
            "received" => Received,
            "accepted" or "deemed" => Accepted,
            "handedOut" or "handedOutLate" => HandedOut,
            "newRed" => NewRed,
            "overdue" => Overdue,
            "open" or "waiting" => Open,
            "owed" => Owed,
            "paused" => Paused,
            "askedAgain" => AskedAgain,
            _ => Ended,
        };

        private static string? Key(Query query, string cut) => query.Cut == cut ? query.Key ?? "" : null;

        private static (DateOnly? Day, long Id) Place(string? after)
        {
            if (string.IsNullOrEmpty(after)) return (null, 0);
            var parts = after.Split('_');
            return parts.Length == 2 && DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var id)
                ? (day, id)
                : throw Refused.Invalid("report.after", "after", "翻页位置无效，请从第一页开始。", "The place of the page is not valid; begin with the first page.");
        }

        private sealed record Listed : CaseFact
        {
            public DateOnly OnDay { get; init; }
        }

        private sealed record Entry : CaseFact
        {
            public DateTime OccurredAt { get; init; }
            public DateTime RecordedAt { get; init; }
        }
    }
}
