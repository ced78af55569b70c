using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Reports;

/// <summary>
/// 体外循环: the signs that work was done outside the system. The night keeps them with the report of its day, so that a page
/// reads what was found and looks through nothing; what has been put right since is told no more.
/// </summary>
internal sealed class Outside(Db db, DayFigures figures, CatalogueInForce catalogue)
{
    /// <summary>A case was accepted, and its project has no case at all of an item it needs. By the day of acceptance. The program itself lets none begin so; what is brought in may.</summary>
    public const string Step = "outside";

    /// <summary>From its receipt to its decision a case was entered on one day, and late: it was worked on elsewhere. By the day of entry.</summary>
    public const string Session = "session";

    /// <summary>The works began with no construction permit before them. By the day on which the beginning was reported.</summary>
    public const string Unpermitted = "unpermitted";

    /// <summary>The project was titled with no registration before it.</summary>
    public const string Unregistered = "unregistered";

    /// <summary>A case c that needs one which is not there.</summary>
    /// <remarks>What is there is looked up among the cases themselves: what was decided before the reports began is in none of theirs.</remarks>
    public const string LacksNeed = """
        EXISTS (SELECT n.needs_code
                  FROM catalogue_public_prerequisite n
                 WHERE n.process_id = c.process_id AND n.item_code = c.item_code
                   AND NOT EXISTS (SELECT k.id FROM permits_public_case k WHERE k.project_id = c.project_id AND k.item_code = n.needs_code))
        """;

    /// <summary>The projects of a sign, with the first day of the milestone that has no approval before it.</summary>
    public const string Projects = """
        SELECT q.found_on AS on_day, q.project_id, q.reached_on, p.process_id, p.code, p.name
          FROM (SELECT o.found_on, o.project_id,
                       (SELECT MIN(m.reached_on)
                          FROM projects_public_milestone m
                         WHERE m.project_id = o.project_id AND m.kind = @kind
                           AND NOT EXISTS (SELECT k.id
                                             FROM permits_public_case k
                                            WHERE k.project_id = o.project_id AND k.item_code IN @items AND k.status IN (11, 12, 14, 15) AND k.decided_on <= m.reached_on)) AS reached_on
                  FROM reports_outside o
                 WHERE o.sign = @sign AND o.found_on BETWEEN @begin AND @to AND (o.found_on > @begin OR o.project_id > @after)) q
          JOIN projects_public_project p ON p.id = q.project_id
         WHERE q.reached_on IS NOT NULL
         ORDER BY q.found_on, q.project_id
        """;

    /// <summary>When any of the items was approved, whatever became of the approval.</summary>
    private const string Approved = "SELECT MIN(decided_on) FROM permits_public_case WHERE project_id = @project AND item_code IN @items AND status IN (11, 12, 14, 15) AND decided_on IS NOT NULL";

    private const string Drop = $"DELETE FROM reports_outside WHERE sign IN ('{Step}', '{Session}', '{Unpermitted}', '{Unregistered}') AND found_on = @day";

    private const string Insert = "INSERT INTO reports_outside (sign, found_on, case_id, project_id) VALUES (@sign, @day, @CaseId, @ProjectId)";

    private const string Accepted = $"SELECT c.case_id, c.project_id FROM reports_case c WHERE c.accepted_on = @day AND {LacksNeed}";

    /// <remarks>Nothing happens before its receipt: where both were entered on the day and any of it late, the receipt was.</remarks>
    private const string EnteredAtOnce = """
        SELECT c.case_id, c.project_id
          FROM (SELECT DISTINCT case_id FROM reports_late_entry WHERE recorded_on = @day) l
         CROSS JOIN reports_case c
         WHERE c.case_id = l.case_id
           AND EXISTS (SELECT e.number FROM permits_public_event e WHERE e.case_id = l.case_id AND e.number = 1 AND e.recorded_at >= @from AND e.recorded_at < @end)
           AND EXISTS (SELECT e.number FROM permits_public_event e WHERE e.case_id = l.case_id AND e.status IN (11, 12, 13) AND e.recorded_at >= @from AND e.recorded_at < @end)
        """;

    private const string Reported = """
        SELECT DISTINCT m.project_id, m.reached_on, p.process_id
          FROM projects_public_milestone m
          JOIN projects_public_project p ON p.id = m.project_id
         WHERE m.reported_at >= @from AND m.reported_at < @end AND m.reached_on IS NOT NULL AND m.kind = @kind
        """;

    /// <summary>The milestone of a sign of projects.</summary>
    public static MilestoneKind Of(string sign) => sign == Unregistered ? MilestoneKind.Titled : MilestoneKind.ConstructionStarted;

    /// <summary>Keeps the signs of a day, in the place of those that were; the late entries of the day are kept already.</summary>
    public async Task Keep(DateOnly day, CancellationToken ct)
    {
        var (from, end) = figures.Bounds(day);
        await db.Execute(Drop, new { day }, ct);
        await Keep(Step, await db.Query<Found>(Accepted, new { day }, ct));
        await Keep(Session, await db.Query<Found>(EnteredAtOnce, new { day, from, end }, ct));
        foreach (var sign in (string[])[Unpermitted, Unregistered])
        {
            var found = new HashSet<long>();
            foreach (var m in await db.Query<Milestone>(Reported, new { from, end, kind = Of(sign).ToString() }, ct))
                if (catalogue.Current.Process(m.ProcessId) is { } process && ItemsOf(sign, process) is { Count: > 0 } items && !(await ApprovedOn(m.ProjectId, items, ct) <= m.ReachedOn)) found.Add(m.ProjectId);
            await Keep(sign, found.Select(project => new Found { ProjectId = project }));
        }

        Task Keep(string sign, IEnumerable<Found> found) => db.Execute(Insert, found.Select(f => new { sign, day, f.CaseId, f.ProjectId }), ct);
    }

    /// <summary>The items of which one must be approved before the milestone of a sign, in all processes.</summary>
    public IReadOnlyList<string> ItemsOf(string sign) => [.. catalogue.Current.Processes.SelectMany(p => ItemsOf(sign, p)).Distinct().Order()];

    public async Task<DateOnly?> ApprovedOn(long project, IEnumerable<string> items, CancellationToken ct) => await db.Find<DateOnly?>(Approved, new { project, items }, ct);

    /// <summary>As the plan has it: the items that mark the permit before the works, and those that the title waits for.</summary>
    private static List<string> ItemsOf(string sign, Process process)
    {
        var needs = ProjectPlan.StepsOf(process.Code).Where(s => s.Kind == (sign == Unregistered ? MilestoneKind.Titled : MilestoneKind.ConstructionPermit)).SelectMany(s => ProjectPlan.NeedsOf(s, process)).ToHashSet();
        return [.. process.Items.Select(i => i.Item.Code).Where(needs.Contains)];
    }

    private sealed record Found
    {
        public long CaseId { get; init; }
        public long ProjectId { get; init; }
    }

    private sealed record Milestone
    {
        public long ProjectId { get; init; }
        public DateOnly ReachedOn { get; init; }
        public long ProcessId { get; init; }
    }
}
