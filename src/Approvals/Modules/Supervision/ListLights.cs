using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Supervision.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Supervision;

/// <summary>Everything yellow or red: one row for each subject, by the clock that is due first; with a limit chosen, one row for each clock of it.</summary>
internal static class ListLights
{
    public const string ByDue = "due";
    public const string ByLate = "late";
    public const string ByDepartment = "department";

    /// <param name="Department">A department's code, <c>-</c> for the window, or null for all.</param>
    /// <param name="Level"><c>red</c>, <c>yellow</c>, or null for both.</param>
    /// <param name="Item">The code of an approval item.</param>
    /// <param name="Kind">What kind of thing: <c>case</c>, <c>application</c>, <c>stage</c>, <c>parcel</c>, <c>pause</c>, <c>order</c>.</param>
    /// <param name="Rule">Which limit: <c>promised</c>, <c>statutory</c> and so on.</param>
    /// <param name="Owner">The account of whoever has it in hand: of a case the last who acted on it in its department, of what the window owes the clerk who took it in, of a parcel the project's manager.</param>
    /// <param name="Sort"><c>due</c>: the earliest due date first. <c>late</c>: of what is late, the fewest days first. <c>department</c>.</param>
    /// <param name="After">The <c>next</c> of the page before.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(
        string? Department = null, string? Level = null, string? Item = null, string? Kind = null, string? Rule = null, string? Owner = null, string? Sort = null, string? After = null, int Rows = 50)
        : IRequest<Result>;

    /// <param name="Totals">Of every department with something lit or paused; the filters do not touch them.</param>
    internal sealed record Result(DateOnly Today, IReadOnlyList<Total> Totals, IReadOnlyList<Lit> Rows, string? Next)
    {
        public int Red => Totals.Sum(t => t.Red);

        public int Yellow => Totals.Sum(t => t.Yellow);

        public int Paused => Totals.Sum(t => t.Paused);
    }

    internal sealed record Total(string Department, int Red, int Yellow, int Paused);

    /// <param name="Owner">Who has it in hand, or null.</param>
    /// <param name="Order">The open supervision order, or null.</param>
    internal sealed record Lit(string SubjectKind, string Label, string Department, string Item, ClockFact Clock, string? Owner, string? Order);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/supervision", (string? department, string? level, string? item, string? kind, string? rule, string? owner, string? sort, string? after, int? rows, IMediator mediator) =>
                mediator.Send(new Query(department, level, item, kind, rule, owner, sort, after, rows ?? 50)))
            .Needs<Query>()
            .WithSummary("Everything yellow or red today, of all kinds, with totals by department.")
            .WithTags("Supervision");

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, IMediator mediator) : IRequestHandler<Query, Result>, IRequestHandler<CountRed, int>
    {
        private const string Rows = """
            SELECT c.id, c.subject_kind, c.label, c.department, c.item, c.due_on,
                   (SELECT o.user_name
                      FROM supervision_owner o
                     WHERE o.subject_id = c.subject_id AND o.kind = CASE WHEN c.limit_rule = 'delivery' THEN 'delivery' ELSE c.subject_kind END) AS owner,
                   (SELECT MAX(o.number) FROM supervision_order o WHERE o.subject_id = c.subject_id AND o.subject_kind = c.subject_kind AND o.finished_at IS NULL) AS order_number
              FROM deadlines_public_clock c
             WHERE c.stopped_on IS NULL AND c.warn_on <= @today
            """;

        // Of the clocks of a subject that are lit only the one due first makes a row, unless one limit was asked for.
        private const string Filters = """
               AND (@item = '' OR c.item = @item) AND (@kind = '' OR c.subject_kind = @kind)
               AND (@rule = '' OR c.limit_rule = @rule OR @rule = 'owed' AND c.limit_rule LIKE 'owed:%')
               AND (@owner = '' OR EXISTS (SELECT 1
                                     FROM supervision_owner o
                                    WHERE o.subject_id = c.subject_id AND o.kind = CASE WHEN c.limit_rule = 'delivery' THEN 'delivery' ELSE c.subject_kind END
                                      AND o.login = @owner))
               AND (@rule <> '' OR NOT EXISTS (SELECT 1
                                     FROM deadlines_public_clock f
                                    WHERE f.subject_id = c.subject_id AND f.subject_kind = c.subject_kind AND f.stopped_on IS NULL
                                      AND f.warn_on <= @today AND (f.due_on < c.due_on OR f.due_on = c.due_on AND f.id < c.id)))
            """;

        private const string EarliestFirst = $"""
            {Rows}
               AND c.due_on >= @from AND c.due_on < @until AND (c.due_on > @from OR c.id > @id)
            {Filters}
             ORDER BY c.due_on, c.id
            """;

        private const string EarliestFirstOfDepartment = $"""
            {Rows}
               AND c.department = @department AND c.due_on >= @from AND c.due_on < @until AND (c.due_on > @from OR c.id > @id)
            {Filters}
             ORDER BY c.due_on, c.id
            """;

        private const string LatestFirst = $"""
            {Rows}
               AND c.due_on <= @from AND (c.due_on < @from OR c.id < @id)
            {Filters}
             ORDER BY c.due_on DESC, c.id DESC
            """;

        private const string LatestFirstOfDepartment = $"""
            {Rows}
               AND c.department = @department AND c.due_on <= @from AND (c.due_on < @from OR c.id < @id)
            {Filters}
             ORDER BY c.due_on DESC, c.id DESC
            """;

        private const string DepartmentByDepartment = $"""
            {Rows}
               AND c.department >= @department AND (c.department > @department OR c.due_on > @from OR c.due_on = @from AND c.id > @id)
               AND c.due_on >= @least AND c.due_on < @until
            {Filters}
             ORDER BY c.department, c.due_on, c.id
            """;

        // What is lit is a range of the index by the day of the warning, and what is paused has no due date: what is open
        // and green is not read. Grouped by the bare column, SQLite walks all that is open in the order of the departments.
        private const string LitByDepartment = """
            SELECT COALESCE(department, '') AS department, COUNT(DISTINCT subject_id) AS lit, COUNT(DISTINCT IIF(due_on < @today, subject_id, NULL)) AS late
              FROM deadlines_public_clock
             WHERE stopped_on IS NULL AND warn_on <= @today AND due_on IS NOT NULL
             GROUP BY COALESCE(department, '')
            """;

        private const string PausedByDepartment = """
            SELECT COALESCE(department, '') AS department, COUNT(DISTINCT subject_id) AS paused
              FROM deadlines_public_clock
             WHERE stopped_on IS NULL AND due_on IS NULL
             GROUP BY COALESCE(department, '')
            """;

        // The first rows of the index in its order: the menu is on every page, and counting all that is late is not.
        private const string RedOfAll = """
            SELECT subject_id
              FROM deadlines_public_clock
             WHERE stopped_on IS NULL AND due_on < @today
             ORDER BY due_on, id
            """;

        private const string RedOfDepartment = """
            SELECT subject_id
              FROM deadlines_public_clock
             WHERE department = @department AND stopped_on IS NULL AND due_on < @today
             ORDER BY due_on, id
            """;

        public async Task<int> Handle(CountRed query, CancellationToken ct)
        {
            var department = actor.OnlyDepartment();
            // A subject has a few red clocks at most.
            var first = await db.First<long>(3 * CountRed.Most, department is null ? RedOfAll : RedOfDepartment, new { department, today = clock.Today }, ct);
            return Math.Min(CountRed.Most, first.Distinct().Count());
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var today = clock.Today;
            var sort = string.IsNullOrEmpty(query.Sort) ? ByDue : query.Sort;
            var only = actor.OnlyDepartment();
            var department = only ?? Place.Department(query.Department);
            var (from, id, place) = (DateOnly.MinValue, 0L, "");
            new Check()
                .That(query.Level is null or "" or "red" or "yellow", "supervision.wrongLevel", "level", "灯只能是 red（红灯）或 yellow（黄灯）。", "The level is red or yellow.")
                .That(sort is ByDue or ByLate or ByDepartment, "supervision.wrongSort", "sort", "排序只能是 due（到期日）、late（超期日数）或 department（部门）。", "The list is sorted by due, late or department.")
                .That(query.Rows is >= 1 and <= 500, "supervision.wrongRows", "rows", "每页行数为 1 至 500。", "A page has 1 to 500 rows.")
                .That(string.IsNullOrEmpty(query.After) || Read(query.After, out from, out id, out place), "supervision.wrongPlace", "after", "翻页位置无效，请从第一页开始。", "The place to go on from is not valid; start at the first page.")
                .Done();
            var first = string.IsNullOrEmpty(query.After);
            var least = query.Level == "yellow" ? today : DateOnly.MinValue;
            var until = query.Level == "red" ? today : DateOnly.MaxValue;
            // Whatever is late is late by a number of days; what is not, is not.
            if (sort == ByLate && first) (from, id) = (today.AddDays(-1), long.MaxValue);
            if (sort == ByDue && from < least) (from, id) = (least, 0);
            var sql = (sort, department) switch
            {
                (ByLate, null) => LatestFirst,
                (ByLate, _) => LatestFirstOfDepartment,
                (ByDepartment, null) => DepartmentByDepartment,
                (_, null) => EarliestFirst,
                _ => EarliestFirstOfDepartment,
            };
            // Sorted by department within one department is sorted by due date.
            if (sort == ByDepartment && department is not null && from < least) (from, id) = (least, 0);
            var found = await db.First<Row>(query.Rows + 1, sql, new
            {
                today,
                from,
                id,
                least,
                until,
                department = department ?? place,
                item = Code(query.Item),
                kind = query.Kind?.Trim() ?? "",
                rule = query.Rule?.Trim() ?? "",
                owner = query.Owner?.Trim() ?? "",
            }, ct);
            var shown = sort == ByLate && query.Level == "yellow" ? [] : found.Take(query.Rows).ToList();
            var facts = await mediator.Send(new ClocksNow(shown.ConvertAll(r => r.Id)), ct);
            return new(
                today,
                await Totals(only, today, ct),
                [.. shown.Where(r => facts.ContainsKey(r.Id)).Select(r => new Lit(r.SubjectKind, r.Label, r.Department, r.Item, facts[r.Id], r.Owner, r.OrderNumber))],
                shown.Count > 0 && found.Count > query.Rows ? $"{Place.Write(shown[^1].DueOn, shown[^1].Id)}@{shown[^1].Department}" : null);
        }

        private static string Code(string? given) => given?.Trim().ToUpperInvariant() ?? "";

        private static bool Read(string after, out DateOnly day, out long id, out string department)
        {
            var at = after.IndexOf('@', StringComparison.Ordinal);
            department = at < 0 ? "" : after[(at + 1)..];
            return Place.Read(at < 0 ? after : after[..at], out day, out id);
        }

        private async Task<IReadOnlyList<Total>> Totals(string? department, DateOnly today, CancellationToken ct)
        {
            var lit = await db.Query<Count>(LitByDepartment, new { today }, ct);
            var paused = await db.Query<Count>(PausedByDepartment, ct: ct);
            return
            [
                .. from count in lit.Concat(paused)
                   where department is null || count.Department == department
                   group count by count.Department into of
                   orderby of.Sum(c => c.Late) descending, of.Sum(c => c.Lit) descending, of.Key
                   select new Total(of.Key, of.Sum(c => c.Late), of.Sum(c => c.Lit - c.Late), of.Sum(c => c.Paused)),
            ];
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string SubjectKind { get; init; } = "";
            public string Label { get; init; } = "";
            public string Department { get; init; } = "";
            public string Item { get; init; } = "";
            public DateOnly DueOn { get; init; }
            public string? Owner { get; init; }
            public string? OrderNumber { get; init; }
        }

        private sealed record Count
        {
            public string Department { get; init; } = "";
            public int Lit { get; init; }
            public int Late { get; init; }
            public int Paused { get; init; }
        }
    }
}
