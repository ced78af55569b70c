using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines;

/// <summary>What is late or at risk today, the earliest due first: one row for each subject, by the clock that is due first.</summary>
internal static class ListAlerts
{
    /// <param name="Department">A department's code, or null for all.</param>
    /// <param name="Level">Only <c>red</c> or only <c>yellow</c>, or null for both.</param>
    /// <param name="After">The <c>next</c> of the page before, or null for the first page.</param>
    /// <param name="Rows">Rows of a page, 1–200.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string? Department, string? Level, string? After, int Rows = 50) : IRequest<Result>;

    /// <param name="Late">Subjects past a due date, on all pages.</param>
    /// <param name="AtRisk">Subjects in the warning span, on all pages.</param>
    /// <param name="Next">Where the next page begins, or null on the last.</param>
    internal sealed record Result(DateOnly Today, int Late, int AtRisk, IReadOnlyList<AlertFact> Rows, string? Next);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/alerts", (string? department, string? level, string? after, string? rows, IMediator mediator) =>
                mediator.Send(new Query(department, level, after, Number(rows))))
            .Needs<Query>()
            .WithSummary("What is late (red) or at risk (yellow) today, the earliest due first.")
            .WithTags("Deadlines");

    private static int Number(string? rows) =>
        string.IsNullOrEmpty(rows) ? 50 : int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class Handler(Db db, ReadsClocks.Reading reading, ZoneClock clock) : IRequestHandler<Query, Result>, IRequestHandler<OpenAlerts, AlertsNow>
    {
        // Of the clocks of a subject that are late or at risk only the one due first makes a row.
        private const string All = """
            SELECT c.id, c.subject_kind, c.subject_id, c.limit_rule AS [rule], c.label, c.department, c.item, c.accepted_on, c.limit_value, c.limit_unit,
                   c.extension_days, c.has_pauses, c.due_on, c.is_provisional, c.warn_on, c.warning_days, c.calendar_edition, s.due_on AS statutory_due_on
              FROM deadlines_clock c
              LEFT JOIN deadlines_clock s ON s.subject_id = c.subject_id AND s.subject_kind = c.subject_kind AND s.limit_rule = 'statutory'
             WHERE c.stopped_on IS NULL AND c.warn_on <= @today
               AND c.due_on >= @from AND c.due_on < @until AND (c.due_on > @from OR c.id > @id)
               AND NOT EXISTS (SELECT 1
                                 FROM deadlines_clock o
                                WHERE o.subject_id = c.subject_id AND o.subject_kind = c.subject_kind AND o.stopped_on IS NULL
                                  AND o.warn_on <= @today AND (o.due_on < c.due_on OR o.due_on = c.due_on AND o.id < c.id))
             ORDER BY c.due_on, c.id
            """;

        private const string OfDepartment = """
            SELECT c.id, c.subject_kind, c.subject_id, c.limit_rule AS [rule], c.label, c.department, c.item, c.accepted_on, c.limit_value, c.limit_unit,
                   c.extension_days, c.has_pauses, c.due_on, c.is_provisional, c.warn_on, c.warning_days, c.calendar_edition, s.due_on AS statutory_due_on
              FROM deadlines_clock c
              LEFT JOIN deadlines_clock s ON s.subject_id = c.subject_id AND s.subject_kind = c.subject_kind AND s.limit_rule = 'statutory'
             WHERE c.department = @department AND c.stopped_on IS NULL AND c.warn_on <= @today
               AND c.due_on >= @from AND c.due_on < @until AND (c.due_on > @from OR c.id > @id)
               AND NOT EXISTS (SELECT 1
                                 FROM deadlines_clock o
                                WHERE o.subject_id = c.subject_id AND o.subject_kind = c.subject_kind AND o.stopped_on IS NULL
                                  AND o.warn_on <= @today AND (o.due_on < c.due_on OR o.due_on = c.due_on AND o.id < c.id))
             ORDER BY c.due_on, c.id
            """;

        // A subject is late when any of its clocks is; read from the index alone.
        private const string CountAll = """
            SELECT COUNT(DISTINCT subject_id) AS subjects, COUNT(DISTINCT IIF(due_on < @today, subject_id, NULL)) AS late
              FROM deadlines_clock
             WHERE stopped_on IS NULL AND warn_on <= @today
            """;

        private const string CountOfDepartment = """
            SELECT COUNT(DISTINCT subject_id) AS subjects, COUNT(DISTINCT IIF(due_on < @today, subject_id, NULL)) AS late
              FROM deadlines_clock
             WHERE department = @department AND stopped_on IS NULL AND warn_on <= @today
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var department = Code(query.Department);
            var from = DateOnly.MinValue;
            var id = 0L;
            new Check()
                .That(query.Level is null or "" or "red" or "yellow", "alerts.wrongLevel", "level", "灯只能是 red（超期）或 yellow（临期）。", "The level is red or yellow.")
                .That(query.Rows is >= 1 and <= 200, "alerts.wrongRows", "rows", "每页行数为 1 至 200。", "A page has 1 to 200 rows.")
                .That(string.IsNullOrEmpty(query.After) || Place(query.After, out from, out id), "alerts.wrongPlace", "after", "翻页位置无效，请从第一页开始。", "The place to go on from is not valid; start at the first page.")
                .Done();
            var today = clock.Today;
            var until = query.Level == "red" ? today : DateOnly.MaxValue;
            if (query.Level == "yellow" && from < today) (from, id) = (today, 0);
            var counts = await Counts(department, today, ct);
            var rows = await Rows(query.Rows + 1, department, from, id, until, today, ct);
            var more = rows.Count > query.Rows;
            var shown = rows.Take(query.Rows).ToList();
            return new(today, counts.Late, counts.Subjects - counts.Late, await Facts(shown, today, ct), more ? $"{Words.Day(shown[^1].DueOn)}.{shown[^1].Id}" : null);
        }

        public async Task<AlertsNow> Handle(OpenAlerts query, CancellationToken ct)
        {
            var department = Code(query.Department);
            var today = clock.Today;
            var counts = await Counts(department, today, ct);
            var rows = await Rows(query.Rows, department, DateOnly.MinValue, 0, DateOnly.MaxValue, today, ct);
            return new(counts.Late, counts.Subjects - counts.Late, await Facts(rows, today, ct));
        }

        private static string? Code(string? department) => string.IsNullOrWhiteSpace(department) ? null : department.Trim().ToUpperInvariant();

        /// <summary>A place in the list, as <c>2026-03-26.1042</c>: the last row of the page before.</summary>
        private static bool Place(string after, out DateOnly dueOn, out long id)
        {
            id = 0;
            dueOn = default;
            return after.Length > 11 && after[10] == '.'
                && DateOnly.TryParseExact(after.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out dueOn)
                && long.TryParse(after.AsSpan(11), NumberStyles.None, CultureInfo.InvariantCulture, out id);
        }

        private async Task<Count> Counts(string? department, DateOnly today, CancellationToken ct) =>
            (await db.Find<Count>(department is null ? CountAll : CountOfDepartment, new { department, today }, ct))!;

        private Task<IReadOnlyList<Row>> Rows(int rows, string? department, DateOnly from, long id, DateOnly until, DateOnly today, CancellationToken ct) =>
            db.First<Row>(rows, department is null ? All : OfDepartment, new { department, from, id, until, today }, ct);

        private async Task<IReadOnlyList<AlertFact>> Facts(IReadOnlyList<Row> rows, DateOnly today, CancellationToken ct)
        {
            var facts = await reading.Facts(rows, ct);
            return [.. rows.Zip(facts, (row, now) => new AlertFact(
                row.Id, row.SubjectKind, row.SubjectId, row.Label, row.Department, row.Item, row.Rule, row.AcceptedOn, row.Limit, row.DueOn!.Value, row.IsProvisional,
                now.UsedDays, now.LeftDays, now.Light, row.StatutoryDueOn < today, now.Explanation))];
        }

        private sealed record Count
        {
            public int Subjects { get; init; }
            public int Late { get; init; }
        }

        private sealed record Row : StoredClock
        {
            public DateOnly? StatutoryDueOn { get; init; }
        }
    }
}
