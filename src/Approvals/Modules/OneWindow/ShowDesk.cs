using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>工作台: what whoever is signed in should do now, what is late, and how the work stands as a whole.</summary>
internal static class ShowDesk
{
    private const int Read = 200;

    [Needs(Act.SeeWork)]
    internal sealed record Query : IRequest<Result>;

    /// <param name="Late">What is past its day: the reader's own first, then what others owe.</param>
    /// <param name="Now">What the reader does next, by due day.</param>
    /// <param name="Others">What others do next.</param>
    /// <param name="Projects">Those of the reader, where the reader has any.</param>
    internal sealed record Result(
        Counters Counters, IReadOnlyList<Duty> Late, IReadOnlyList<Duty> Now, IReadOnlyList<Duty> Others, IReadOnlyList<ProjectRow>? Projects);

    internal sealed record Counters
    {
        public int LateCases { get; init; }
        public int RunningCases { get; init; }
        public int AtRiskCases { get; init; }
        public int ToAnswer { get; init; }
        public int Correcting { get; init; }
        public int ToHandOut { get; init; }
        public int DecidedThisMonth { get; init; }
    }

    /// <param name="Next">What is to be done.</param>
    /// <param name="Owner">Whose turn it is.</param>
    /// <param name="Verb">What the link says.</param>
    internal sealed record Duty(string Url, Text Title, string Sub, Text Next, Text Owner, Text Verb, DutyLight? Light);

    internal sealed record ProjectRow
    {
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public string Enterprise { get; init; } = "";
        public int Running { get; init; }
        public int Decided { get; init; }
    }

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar, CatalogueInForce catalogue) : IRequestHandler<Query, Result>
    {
        private const string CountCases = """
            SELECT COUNT(id)
              FROM permits_public_case
             WHERE status IN (3, 6, 7, 8, 9, 10) AND accepted_on IS NOT NULL
            """;

        private const string CountCasesOfDepartment = """
            SELECT COUNT(id)
              FROM permits_public_case
             WHERE department = @department AND status IN (3, 6, 7, 8, 9, 10) AND accepted_on IS NOT NULL
            """;

        private const string CountApplications = "SELECT COUNT(a.id) FROM onewindow_application a WHERE a.state = @state AND (a.window_id IS NULL OR @window IS NULL OR a.window_id = @window)";

        // By the order of the join: what waits is little, and the cases that were decided are all there ever were.
        private const string CountToHandOut = """
            SELECT COUNT(r.case_id)
              FROM onewindow_result r
             CROSS JOIN permits_public_case c
             WHERE c.id = r.case_id AND r.handed_out_on IS NULL AND c.status IN (11, 12, 13)
            """;

        // Two stretches of one index, of the window and of none: what waits at other windows is not read.
        private const string CountToHandOutAtWindow = $"""
            SELECT ({CountToHandOut} AND r.window_id = @window)
                 + ({CountToHandOut} AND r.window_id IS NULL)
            """;

        private const string CountDecided = "SELECT COUNT(case_id) FROM onewindow_result WHERE decided_on >= @from";

        private const string Waiting = """
            SELECT a.number, a.received_by_name, p.name AS project_name, c.asked_at, c.closed_at, k.due_on, k.warn_on, k.is_provisional, k.limit_unit,
                   (SELECT COUNT(k.id) FROM permits_public_case k WHERE k.application_number = a.number) AS cases,
                   (SELECT COUNT(m.document) FROM onewindow_material m WHERE m.application_id = a.id AND m.is_given = 0 AND m.comes_from IS NULL) AS missing
              FROM onewindow_application a
              JOIN projects_public_project p ON p.id = a.project_id
              LEFT JOIN onewindow_correction c ON c.application_id = a.id
              LEFT JOIN deadlines_public_clock k ON k.subject_id = a.id AND k.subject_kind = 'application' AND k.stopped_on IS NULL
             WHERE a.state = @state AND (a.window_id IS NULL OR @window IS NULL OR a.window_id = @window)
             ORDER BY a.id
            """;

        private const string Papers = """
            SELECT r.arrived_at, r.case_id, r.application_number, r.case_number, r.paper, a.applicant, p.name AS project_name, c.item_id, c.status, k.due_on, k.warn_on, k.is_provisional, k.limit_unit
              FROM onewindow_result r
             CROSS JOIN permits_public_case c
              JOIN onewindow_application a ON a.number = r.application_number
              JOIN projects_public_project p ON p.id = a.project_id
              LEFT JOIN deadlines_public_clock k ON k.subject_id = r.case_id AND k.subject_kind = 'case' AND k.limit_rule = 'delivery' AND k.stopped_on IS NULL
             WHERE c.id = r.case_id AND r.handed_out_on IS NULL AND c.status IN (11, 12, 13)
            """;

        private const string ToHandOut = $"""
            {Papers}
             ORDER BY r.arrived_at, r.case_id
            """;

        private const string ToHandOutAtWindow = $"""
            {Papers} AND r.window_id = @window
            UNION ALL
            {Papers} AND r.window_id IS NULL
             ORDER BY arrived_at, case_id
            """;

        private const string AtRisk = """
            SELECT k.label, k.department, k.due_on, k.warn_on, k.is_provisional, k.limit_unit, c.item_id, p.name AS project_name
              FROM deadlines_public_clock k
              JOIN permits_public_case c ON c.id = k.subject_id
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE k.stopped_on IS NULL AND k.warn_on <= @today AND k.due_on IS NOT NULL AND k.subject_kind = 'case' AND k.limit_rule = 'promised'
               AND (@window IS NULL OR EXISTS (SELECT 1 FROM onewindow_application a WHERE a.number = c.application_number AND (a.window_id IS NULL OR @window IS NULL OR a.window_id = @window)))
             ORDER BY k.warn_on, k.id
            """;

        private const string QueueOfDepartment = """
            SELECT k.label, k.department, k.due_on, k.warn_on, k.is_provisional, k.limit_unit, c.item_id, p.name AS project_name
              FROM deadlines_public_clock k
              JOIN permits_public_case c ON c.id = k.subject_id
              JOIN projects_public_project p ON p.id = c.project_id
             WHERE k.department = @department AND k.stopped_on IS NULL AND k.subject_kind = 'case' AND k.limit_rule = 'promised'
             ORDER BY k.due_on, k.id
            """;

        private const string MyProjects = """
            SELECT p.code, p.name, p.enterprise,
                   (SELECT COUNT(c.id) FROM permits_public_case c WHERE c.project_id = p.id AND c.status IN (1, 3, 6, 7, 8, 9, 10)) AS running,
                   (SELECT COUNT(c.id) FROM permits_public_case c WHERE c.project_id = p.id AND c.status IN (11, 12, 13)) AS decided
              FROM projects_public_project p
             WHERE p.manager_id = @me OR p.agent_id = @me
             ORDER BY p.id DESC
            """;

        private static readonly Role[] WatchesAll = [Role.WindowClerk, Role.Supervisor, Role.ZoneLeader, Role.Auditor];

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (mine, others) = (new List<Duty>(), new List<Duty>());
            // An agent or a manager whose account names a department sees nothing of it for that.
            var (department, window) = (actor.May(Act.SeeCentre) ? actor.Department : null, actor.WindowFor(Act.DecideIntake));
            if (actor.Roles.Contains(Role.WindowClerk))
            {
                mine.AddRange((await db.First<ApplicationRow>(Read, Waiting, new { state = nameof(ApplicationState.Received), window }, ct)).Select(Answer));
                mine.AddRange((await db.First<ResultRow>(Read, window is null ? ToHandOut : ToHandOutAtWindow, new { window }, ct)).Select(HandOut));
                others.AddRange((await db.First<ApplicationRow>(Read, Waiting, new { state = nameof(ApplicationState.Correcting), window }, ct)).Select(Correct));
            }

            if (department is not null)
                mine.AddRange((await db.First<CaseRow>(Read, QueueOfDepartment, new { department }, ct)).Select(c => Decide(c, mine: true)));
            else if (actor.Roles.Any(WatchesAll.Contains))
                others.AddRange((await db.First<CaseRow>(Read, AtRisk, new { today = clock.Today, window }, ct)).Select(c => Decide(c, mine: false)));

            var late = InOrder(mine.Where(IsLate)).Concat(InOrder(others.Where(IsLate))).ToList();
            var projects = await db.First<ProjectRow>(Read, MyProjects, new { me = actor.WorksAs }, ct);
            return new(
                await Count(department, window, ct), late, InOrder(mine.Except(late)), InOrder(others.Except(late)),
                projects.Count > 0 || actor.Roles.Contains(Role.ProjectManager) || actor.Roles.Contains(Role.Agent) ? projects : null);
        }

        /// <remarks>What is the window's to do is counted as its lists show it: of the reader's window and of none.</remarks>
        private async Task<Counters> Count(string? department, long? window, CancellationToken ct)
        {
            var today = clock.Today;
            var alerts = await mediator.Send(new OpenAlerts(department, 1), ct);
            return new()
            {
                LateCases = alerts.Late,
                AtRiskCases = alerts.AtRisk,
                RunningCases = department is null ? await db.Find<int>(CountCases, null, ct) : await db.Find<int>(CountCasesOfDepartment, new { department }, ct),
                ToAnswer = await db.Find<int>(CountApplications, new { state = nameof(ApplicationState.Received), window }, ct),
                Correcting = await db.Find<int>(CountApplications, new { state = nameof(ApplicationState.Correcting), window }, ct),
                ToHandOut = await db.Find<int>(window is null ? CountToHandOut : CountToHandOutAtWindow, new { window }, ct),
                DecidedThisMonth = await db.Find<int>(CountDecided, new { from = new DateOnly(today.Year, today.Month, 1) }, ct),
            };
        }

        private static bool IsLate(Duty duty) => duty.Light?.Light == Deadlines.Contract.Light.Red;

        private static List<Duty> InOrder(IEnumerable<Duty> duties) => [.. duties.OrderBy(d => d.Light?.DueOn ?? DateOnly.MaxValue)];

        private Duty Answer(ApplicationRow row)
        {
            var next = row.Missing > 0
                ? new Text($"缺 {row.Missing} 份材料：收齐后受理，或一次性告知补正", $"{row.Missing} documents missing: collect and accept, or ask for one correction")
                : new Text(row.ClosedAt is null ? "材料齐全，审核后受理" : "补正材料已齐，审核后受理", row.ClosedAt is null ? "All documents are there: check and accept" : "Correction complete: check and accept");
            return new($"/applications/{row.Number}", new($"{row.Cases} 个事项待受理", $"{row.Cases} items to accept"), $"{row.Number} · {row.ProjectName}",
                next, Clerk(row), new("审核", "Check"), Light(row));
        }

        private Duty Correct(ApplicationRow row) => new(
            $"/applications/{row.Number}", new("等申请人补正", "Waiting for the applicant's correction"), $"{row.Number} · {row.ProjectName}",
            new($"{clock.Local(row.AskedAt!.Value):yyyy-MM-dd} 已告知；材料交来后登记", $"Asked on {clock.Local(row.AskedAt.Value):yyyy-MM-dd}; enter what comes in"),
            new("申请人", "Applicant"), new("登记", "Enter"), null);

        private Duty HandOut(ResultRow row) => new(
            $"/applications/{row.ApplicationNumber}#results", ReceiveResult.Paper(row.Status, catalogue.Current.Item(row.ItemId)!, row.Paper), $"{row.CaseNumber} · {row.ProjectName}",
            new($"通知{row.Applicant}领取，登记出件", $"Tell {row.Applicant} to collect it; enter the hand-out"), new("窗口", "Window"), new("出件", "Hand out"),
            Light(row));

        private Duty Decide(CaseRow row, bool mine) => new(
            $"/cases/{row.Label}", catalogue.Current.Item(row.ItemId)!.Name, $"{row.Label} · {row.ProjectName}",
            row.DueOn is null ? new("办完暂停的事由后恢复计时", "Resume when what it is paused for is done") : mine ? new("审查并作出决定", "Review and decide") : new("部门作出决定，请催办", "The department decides; remind it"),
            catalogue.Current.Department(row.Department)!.Name, mine ? new("办理", "Handle") : new("查看", "See"),
            Light(row));

        private DutyLight? Light(RunningClock row) => DutyLight.Of(row, clock.Today, calendar.Current);

        private static Text Clerk(ApplicationRow row) => new($"窗口 · {row.ReceivedByName}", $"Window · {row.ReceivedByName}");

        private sealed record ApplicationRow : RunningClock
        {
            public string Number { get; init; } = "";
            public string ReceivedByName { get; init; } = "";
            public string ProjectName { get; init; } = "";
            public DateTime? AskedAt { get; init; }
            public DateTime? ClosedAt { get; init; }
            public int Cases { get; init; }
            public int Missing { get; init; }
        }

        private sealed record ResultRow : RunningClock
        {
            public string ApplicationNumber { get; init; } = "";
            public string CaseNumber { get; init; } = "";
            public string Paper { get; init; } = "";
            public long ItemId { get; init; }
            public CaseStatus Status { get; init; }
            public string Applicant { get; init; } = "";
            public string ProjectName { get; init; } = "";
        }

        private sealed record CaseRow : RunningClock
        {
            public string Label { get; init; } = "";
            public string Department { get; init; } = "";
            public long ItemId { get; init; }
            public string ProjectName { get; init; } = "";
        }
    }
}
