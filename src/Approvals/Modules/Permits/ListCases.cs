using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Permits;

/// <summary>All cases, newest first, a page at a time.</summary>
internal static class ListCases
{
    public const int PageSize = 50;
    public const int LargestPage = 1_000;

    /// <param name="Status">Only those of one status.</param>
    /// <param name="Department">Only those of one department.</param>
    /// <param name="Search">The beginning of a case's or an application's number, then in the order of the numbers; or part of the name of a project or its enterprise.</param>
    /// <param name="After">The last number of the page before.</param>
    /// <param name="Rows">How many.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(CaseStatus? Status = null, string? Department = null, string? Search = null, string? After = null, int Rows = PageSize)
        : IRequest<Result>;

    /// <param name="Next">What to ask after; null on the last page.</param>
    internal sealed record Result(IReadOnlyList<Row> Rows, string? Next);

    internal sealed record Row
    {
        public string Number { get; init; } = "";
        public long ItemId { get; init; }
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public CaseStatus Status { get; init; }
        public bool IsAdmitted { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public bool IsDueProvisional { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public string? CertificateNumber { get; init; }
        public string ProjectName { get; init; } = "";

        /// <summary>Its clocks stand still: no due date is known before it is resumed, and it is not late.</summary>
        public bool IsPaused => AcceptedOn is not null && DueOn is null && Status is (CaseStatus.CorrectionOpened or CaseStatus.SpecialProcedureStarted);
    }

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/cases", (CaseStatus? status, string? department, string? search, string? after, int? rows, IMediator mediator) =>
                mediator.Send(new Query(status, department, search, after, rows ?? PageSize)))
            .Needs<Query>().WithSummary("Cases, newest first, a page at a time").WithTags("Permits");

    private sealed class Handler(Db db, IMediator mediator, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string FindId = "SELECT id FROM permits_case WHERE number = @number";

        // A statement for each shape of the filter, so that each walks its own index in order and touches the rows of
        // its page only. The project's name comes by a scalar query: no plan can then begin with the projects.
        private const string All = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.id < @before
             ORDER BY c.id DESC
            """;

        private const string OfStatus = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.status = @status AND c.id < @before
             ORDER BY c.id DESC
            """;

        private const string OfDepartment = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.department = @department AND c.id < @before
             ORDER BY c.id DESC
            """;

        private const string OfDepartmentAndStatus = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.department = @department AND c.status = @status AND c.id < @before
             ORDER BY c.id DESC
            """;

        private const string OfNumber = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.number >= @from AND c.number < @end AND c.number > @after
               AND (@status IS NULL OR c.status = @status) AND (@department IS NULL OR c.department = @department)
             ORDER BY c.number
            """;

        private const string OfProjects = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.project_id IN @projects AND c.id < @before
               AND (@status IS NULL OR c.status = @status) AND (@department IS NULL OR c.department = @department)
             ORDER BY c.id DESC
            """;

        // Whoever has projects of their own: through these, and not through the cases of the zone.
        private const string Own = """
            SELECT c.number, c.item_id, c.item_code, c.department, c.status, c.is_admitted, c.accepted_on, c.due_on,
                   c.is_due_provisional, c.decided_on, c.certificate_number,
                   (SELECT p.name FROM projects_public_project p WHERE p.id = c.project_id) AS project_name
              FROM permits_case c
             WHERE c.project_id IN (SELECT m.id FROM projects_public_project m WHERE m.manager_id = @manager
                                    UNION ALL
                                    SELECT g.id FROM projects_public_project g WHERE g.agent_id = @agent)
               AND c.id < @before AND (@from = '' OR c.number >= @from AND c.number < @end)
               AND (@status IS NULL OR c.status = @status) AND (@department IS NULL OR c.department = @department)
             ORDER BY c.id DESC
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            new Check().That(query.Rows is > 0 and <= LargestPage, "list.rows", "rows", $"每页 1 至 {LargestPage} 行。", $"A page has 1 to {LargestPage} rows.").Done();
            var rows = await Page(query, query.Rows + 1, ct);
            return new([.. rows.Take(query.Rows)], rows.Count > query.Rows ? rows[query.Rows - 1].Number : null);
        }

        private async Task<IReadOnlyList<Row>> Page(Query query, int wanted, CancellationToken ct)
        {
            var department = string.IsNullOrWhiteSpace(query.Department) ? null : query.Department.Trim().ToUpperInvariant();
            var status = (int?)query.Status;
            var after = query.After?.Trim().ToUpperInvariant() ?? "";
            // Numbers are ASCII: what is not is part of a name, and so is what begins no number.
            if (query.Search?.Trim() is { Length: > 0 } part && part.Any(ch => !char.IsAsciiLetterOrDigit(ch) && ch != '-'))
                return await OfNamed(part, status, department, after, wanted, ct);
            if (!actor.SeesAll)
            {
                var prefix = query.Search?.Trim().ToUpperInvariant() ?? "";
                var own = await db.First<Row>(wanted, Own, new { before = await Before(after, ct), from = prefix, end = prefix + "一", status, department, manager = actor.AsManager, agent = actor.AsAgent }, ct);
                return own.Count > 0 || BeginsNumber(prefix) ? own : await OfNamed(prefix, status, department, after, wanted, ct);
            }

            if (!string.IsNullOrWhiteSpace(query.Search))
            {
                // What begins so sorts before the same beginning followed by a Chinese character, on either engine:
                // numbers are ASCII.
                var from = query.Search.Trim().ToUpperInvariant();
                var found = await db.First<Row>(wanted, OfNumber, new { from, end = from + "一", after, status, department }, ct);
                return found.Count > 0 || BeginsNumber(from) ? found : await OfNamed(from, status, department, after, wanted, ct);
            }

            var before = await Before(after, ct);
            return (status, department) switch
            {
                (null, null) => await db.First<Row>(wanted, All, new { before }, ct),
                (null, _) => await db.First<Row>(wanted, OfDepartment, new { department, before }, ct),
                (_, null) => await db.First<Row>(wanted, OfStatus, new { status, before }, ct),
                _ => await db.First<Row>(wanted, OfDepartmentAndStatus, new { department, status, before }, ct),
            };
        }

        private static bool BeginsNumber(string search) => search.Length == 0 || char.IsAsciiDigit(search[0]);

        private async Task<IReadOnlyList<Row>> OfNamed(string part, int? status, string? department, string after, int wanted, CancellationToken ct)
        {
            var projects = await mediator.Send(new ProjectsNamed(part, ProjectsNamed.MostOfList), ct);
            return projects.Count == 0 ? [] : await db.First<Row>(wanted, OfProjects, new { projects, before = await Before(after, ct), status, department }, ct);
        }

        private async Task<long> Before(string after, CancellationToken ct) =>
            after.Length == 0 ? long.MaxValue : await db.Find<long?>(FindId, new { number = after }, ct) ?? throw CaseInHand.Unknown(after);
    }
}
