using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>A department's work: what runs, the earliest due first; what waits, and for what; what it has decided.</summary>
internal static class ListQueue
{
    public const int PageSize = 50;

    internal enum Tab
    {
        Running,
        Waiting,
        Decided,
    }

    /// <param name="Department">Those who belong to a department see its own queue; others choose.</param>
    /// <param name="Tab">Which part of it.</param>
    /// <param name="After">The last number of the page before.</param>
    [Needs(Act.SeeCentre)]
    internal sealed record Query(string? Department = null, Tab Tab = Tab.Running, string? After = null) : IRequest<Result>;

    /// <param name="Department">The department, or null where one is still to be chosen.</param>
    /// <param name="Counts">How much every department has, or just this one.</param>
    /// <param name="Rows">A page of its cases.</param>
    /// <param name="Next">What to ask after; null on the last page.</param>
    internal sealed record Result(string? Department, IReadOnlyList<Count> Counts, IReadOnlyList<Row> Rows, string? Next);

    internal sealed record Count
    {
        public string Department { get; init; } = "";
        public int Running { get; init; }
        public int Late { get; init; }
        public int Waiting { get; init; }
    }

    internal sealed record Row
    {
        public string Number { get; init; } = "";
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public bool IsDueProvisional { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public string ProjectCode { get; init; } = "";
        public string ProjectName { get; init; } = "";
        public Light? Light { get; init; }

        /// <summary>Days left, negative when late; null where no limit runs, or it stands still.</summary>
        public int? LeftDays { get; init; }

        public IReadOnlyList<Text> BlockedBy { get; init; } = [];
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/cases/queue", (string? department, Tab? tab, string? after, IMediator mediator) => mediator.Send(new Query(department, tab ?? Tab.Running, after)))
            .Needs<Query>().WithSummary("The queue of a department").WithTags("Permits");

    private sealed record Found
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public bool IsDueProvisional { get; init; }
        public DateOnly? WarnOn { get; init; }
        public string? LimitUnit { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public string ProjectCode { get; init; } = "";
        public string ProjectName { get; init; } = "";
    }

    private sealed record Place
    {
        public long Id { get; init; }
        public DateOnly? DueOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
    }

    private sealed record Need
    {
        public long CaseId { get; init; }
        public string ItemCode { get; init; } = "";
        public long? ItemId { get; init; }
        public CaseStatus? Status { get; init; }
        public bool? IsAdmitted { get; init; }
        public DateOnly? AcceptedOn { get; init; }
    }

    private sealed class Handler(Db db, Actor actor, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue) : IRequestHandler<Query, Result>
    {
        private const string RunningCounts = """
            SELECT c.department, COUNT(c.id) AS running, SUM(IIF(c.due_on < @today, 1, 0)) AS late
              FROM permits_case c
             WHERE c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL
             GROUP BY c.department
            """;

        private const string WaitingCounts = """
            SELECT c.department, COUNT(c.id) AS waiting
              FROM permits_case c
             WHERE c.accepted_on IS NULL AND c.is_admitted = 1 AND c.status IN (1, 6, 7)
             GROUP BY c.department
            """;

        private const string RunningCountOf = """
            SELECT c.department, COUNT(c.id) AS running, SUM(IIF(c.due_on < @today, 1, 0)) AS late
              FROM permits_case c
             WHERE c.department = @department AND c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL
             GROUP BY c.department
            """;

        private const string WaitingCountOf = """
            SELECT c.department, COUNT(c.id) AS waiting
              FROM permits_case c
             WHERE c.department = @department AND c.accepted_on IS NULL AND c.is_admitted = 1 AND c.status IN (1, 6, 7)
             GROUP BY c.department
            """;

        private const string FindPlace = "SELECT id, due_on, decided_on FROM permits_case WHERE number = @number";

        private const string Running = """
            SELECT c.id, c.number, c.item_id, c.item_code, c.status, c.accepted_on, c.due_on, c.is_due_provisional,
                   COALESCE(c.promised_unit, c.statutory_unit) AS limit_unit,
                   COALESCE((SELECT k.warn_on FROM deadlines_public_clock k WHERE k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'promised'),
                            (SELECT k.warn_on FROM deadlines_public_clock k WHERE k.subject_id = c.id AND k.subject_kind = 'case' AND k.limit_rule = 'statutory')) AS warn_on,
                   p.code AS project_code, p.name AS project_name
              FROM permits_case c
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE c.department = @department AND c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL
               AND c.due_on >= @dueOn AND (c.due_on > @dueOn OR c.id > @id)
             ORDER BY c.due_on, c.id
            """;

        private const string RunningWithoutLimit = """
            SELECT c.id, c.number, c.item_id, c.item_code, c.status, c.accepted_on, COALESCE(c.promised_unit, c.statutory_unit) AS limit_unit,
                   p.code AS project_code, p.name AS project_name
              FROM permits_case c
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE c.department = @department AND c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL
               AND c.due_on IS NULL AND c.id > @id
             ORDER BY c.id
            """;

        private const string Waiting = """
            SELECT c.id, c.number, c.item_id, c.item_code, c.status, p.code AS project_code, p.name AS project_name
              FROM permits_case c
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE c.department = @department AND c.accepted_on IS NULL AND c.is_admitted = 1 AND c.status IN (1, 6, 7) AND c.id > @id
             ORDER BY c.id
            """;

        private const string Needs = """
            SELECT n.case_id, n.item_code, b.item_id, b.status, b.is_admitted, b.accepted_on
              FROM permits_case c
              JOIN permits_need n ON n.case_id = c.id
              LEFT JOIN permits_case b ON b.project_id = c.project_id AND b.item_code = n.item_code
             WHERE c.department = @department AND c.accepted_on IS NULL AND c.is_admitted = 1 AND c.status IN (1, 6, 7)
               AND c.id >= @from AND c.id <= @to AND n.met_on IS NULL
             ORDER BY n.case_id, n.item_code, b.id
            """;

        private const string Decided = """
            SELECT c.id, c.number, c.item_id, c.item_code, c.status, c.accepted_on, c.due_on, c.is_due_provisional, c.decided_on,
                   c.certificate_number, p.code AS project_code, p.name AS project_name
              FROM permits_case c
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE c.department = @department AND c.decided_on IS NOT NULL
               AND c.decided_on <= @decidedOn AND (c.decided_on < @decidedOn OR c.id < @id)
             ORDER BY c.decided_on DESC, c.id DESC
            """;

        private static readonly DateOnly Earliest = new(1900, 1, 1);
        private static readonly DateOnly Latest = new(9999, 12, 31);

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var asked = string.IsNullOrWhiteSpace(query.Department) ? null : query.Department.Trim().ToUpperInvariant();
            var department = actor.Department ?? asked;
            if (department is not null && catalogue.Current.Department(department) is null)
                throw Refused.NotFound("department.unknown", "department", $"没有部门 {department}。", $"There is no department {department}.");
            if (asked is not null && asked != department)
                throw Refused.Forbidden("queue.otherDepartment", "您只能查看本部门的待办。", "You see the queue of your own department.");
            var counts = await Counts(department, ct);
            if (department is null) return new(null, counts, [], null);

            var found = await Page(query, department, PageSize + 1, ct);
            var page = found.Take(PageSize).ToList();
            var blockers = query.Tab == Tab.Waiting && page.Count > 0 ? await BlockersOf(department, page, ct) : null;
            return new(department, counts, [.. page.Select(f => Shown(f, query.Tab, blockers))], found.Count > PageSize ? page[^1].Number : null);
        }

        private async Task<IReadOnlyList<Count>> Counts(string? department, CancellationToken ct)
        {
            var today = clock.Today;
            var running = (await (department is null ? db.Query<Count>(RunningCounts, new { today }, ct) : db.Query<Count>(RunningCountOf, new { department, today }, ct)))
                .ToDictionary(c => c.Department);
            var waiting = (await (department is null ? db.Query<Count>(WaitingCounts, null, ct) : db.Query<Count>(WaitingCountOf, new { department }, ct)))
                .ToDictionary(c => c.Department);
            var all = catalogue.Current.Departments.Select(d => d.Code).Where(code => department is null ? running.ContainsKey(code) || waiting.ContainsKey(code) : code == department);
            return [.. all.Select(code => (running.GetValueOrDefault(code) ?? new Count { Department = code }) with { Waiting = waiting.GetValueOrDefault(code)?.Waiting ?? 0 })];
        }

        private async Task<List<Found>> Page(Query query, string department, int wanted, CancellationToken ct)
        {
            Place? last = null;
            if (!string.IsNullOrWhiteSpace(query.After))
            {
                var number = query.After.Trim().ToUpperInvariant();
                last = await db.Find<Place>(FindPlace, new { number }, ct) ?? throw CaseInHand.Unknown(number);
            }

            var id = last?.Id ?? 0;
            switch (query.Tab)
            {
                case Tab.Waiting:
                    return [.. await db.First<Found>(wanted, Waiting, new { department, id }, ct)];
                case Tab.Decided:
                    return [.. await db.First<Found>(wanted, Decided, new { department, decidedOn = last?.DecidedOn ?? Latest, id = last?.Id ?? long.MaxValue }, ct)];
                default:
                    // What has a due date first; what stands still or has no limit comes after it, so that the order needs no rule for "none".
                    var rows = new List<Found>();
                    if (last is null || last.DueOn is not null)
                        rows.AddRange(await db.First<Found>(wanted, Running, new { department, dueOn = last?.DueOn ?? Earliest, id }, ct));
                    if (rows.Count < wanted)
                        rows.AddRange(await db.First<Found>(wanted - rows.Count, RunningWithoutLimit, new { department, id = last is { DueOn: null } ? last.Id : 0 }, ct));
                    return rows;
            }
        }

        private async Task<ILookup<long, Text>> BlockersOf(string department, List<Found> page, CancellationToken ct)
        {
            var needs = await db.Query<Need>(Needs, new { department, from = page[0].Id, to = page[^1].Id }, ct);
            return needs.GroupBy(n => (n.CaseId, n.ItemCode)).Select(g => g.Last()).ToLookup(n => n.CaseId, n =>
            {
                var name = catalogue.Current.NameOf(n.ItemCode, n.ItemId);
                var state = n.Status is { } status ? status.Standing(n.IsAdmitted == true, n.AcceptedOn) : Standing.NotApplied;
                return new Text($"{n.ItemCode} {name.Zh} {state.Zh}", $"{n.ItemCode} {name.En}: {state.En}");
            });
        }

        private Row Shown(Found f, Tab tab, ILookup<long, Text>? blockers) => new()
        {
            Number = f.Number,
            ItemId = f.ItemId,
            ItemCode = f.ItemCode,
            Status = f.Status,
            AcceptedOn = f.AcceptedOn,
            DueOn = f.DueOn,
            IsDueProvisional = f.IsDueProvisional,
            DecidedOn = f.DecidedOn,
            CertificateNumber = f.CertificateNumber,
            ProjectCode = f.ProjectCode,
            ProjectName = f.ProjectName,
            // A limit without a due date stands still: no end of it is known before it is resumed.
            Light = tab != Tab.Running ? null
                : f.DueOn is { } dueOn ? Lights.On(clock.Today, dueOn, f.WarnOn ?? dueOn)
                : f.LimitUnit is not null ? Light.Paused : null,
            LeftDays = tab == Tab.Running && f.DueOn is { } due ? Left(due, f.LimitUnit) : null,
            BlockedBy = blockers is null ? [] : [.. blockers[f.Id]],
        };

        private int Left(DateOnly due, string? unit)
        {
            var today = clock.Today;
            if (unit != Limit.WorkingDays) return due.DayNumber - today.DayNumber;
            return due >= today ? calendar.Current.Count(today, due).Days : -calendar.Current.Count(due, today).Days;
        }
    }
}
