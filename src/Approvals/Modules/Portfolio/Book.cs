using System.Collections.Concurrent;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Portfolio;

/// <summary>
/// All projects as the portfolio sees them, kept in memory: a page of 5,000 would otherwise read their milestones and months
/// each time. Before each answer it asks which projects have changed since, by the number of the last change it knows, and
/// reads and works out those again.
/// </summary>
internal sealed class Book(ZoneClock clock) : IDisposable
{
    /// <summary>What changes without telling, such as a manager's name, is read again after this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Beyond so many it is cheaper to read all.</summary>
    private const int Few = 100;

    private const int Kept = 8;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<(Month, DateOnly, long, string), Reckoning> reckonings = [];
    private volatile Picture? picture;

    private const string Projects = """
        SELECT p.id, p.code, p.name, p.enterprise, p.investment_fen, p.manager_id, p.agent_id, m.name AS manager, a.name AS agent
          FROM projects_public_project p
          LEFT JOIN access_public_user m ON m.id = p.manager_id
          LEFT JOIN access_public_user a ON a.id = p.agent_id
        """;

    private const string Project = """
        SELECT p.id, p.code, p.name, p.enterprise, p.investment_fen, p.manager_id, p.agent_id, m.name AS manager, a.name AS agent
          FROM projects_public_project p
          LEFT JOIN access_public_user m ON m.id = p.manager_id
          LEFT JOIN access_public_user a ON a.id = p.agent_id
         WHERE p.id = @id
        """;

    private const string Milestones = "SELECT project_id, phase, kind, planned_on, reached_on FROM projects_public_milestone";
    private const string MilestonesOf = "SELECT project_id, phase, kind, planned_on, reached_on FROM projects_public_milestone WHERE project_id = @id";
    private const string Months = "SELECT project_id, month, planned_fen, actual_fen FROM portfolio_investment ORDER BY project_id, month";
    private const string MonthsOf = "SELECT project_id, month, planned_fen, actual_fen FROM portfolio_investment WHERE project_id = @id ORDER BY month";
    private const string Resumptions = "SELECT project_id, year_number, resumed_on FROM portfolio_resumption";
    private const string ResumptionsOf = "SELECT project_id, year_number, resumed_on FROM portfolio_resumption WHERE project_id = @id";

    private const string Risks = "SELECT project_id, due_on FROM portfolio_remark WHERE closed_at IS NULL AND is_risk = 1";
    private const string RisksOf = "SELECT project_id, due_on FROM portfolio_remark WHERE project_id = @id AND closed_at IS NULL AND is_risk = 1";

    private const string LastChange = "SELECT COALESCE(MAX(changed_no), 0) FROM portfolio_change";

    private const string Changed = "SELECT project_id, changed_no FROM portfolio_change WHERE changed_no > @known ORDER BY changed_no";

    /// <summary>Every project at the end of a month by a set of rules, in one of the <see cref="Reckoning.Sorts"/>.</summary>
    public async Task<Listing> Read(Db db, Month asOf, WorkingDays days, LightSet rules, string sort, CancellationToken ct)
    {
        var key = (asOf, clock.Today, days.Edition, rules.Code);
        // Where nothing has changed nobody waits for anybody.
        if (picture is { } seen && IsFresh(seen) && seen.Lists.TryGetValue((key, sort), out var list) && (await db.First<Change>(1, Changed, new { known = seen.LastChange }, ct)).Count == 0) return list;
        await gate.WaitAsync(ct);
        try
        {
            var now = await Now(db, ct);
            if (!reckonings.TryGetValue(key, out var reckoning))
            {
                if (reckonings.Count >= Kept)
                {
                    reckonings.Clear();
                    now.Lists.Clear();
                }

                reckonings[key] = reckoning = new(asOf, clock.Today, days, rules, now.Entries);
            }

            return now.Lists[(key, sort)] = new(reckoning.By(sort), asOf, rules);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private bool IsFresh(Picture known) => clock.Now - known.ReadAt < Fresh;

    private async Task<Picture> Now(Db db, CancellationToken ct)
    {
        if (picture is not { } known || !IsFresh(known)) return await Whole(db, ct);
        var changes = await db.First<Change>(Few + 1, Changed, new { known = known.LastChange }, ct);
        if (changes.Count == 0) return known;
        if (changes.Count > Few) return await Whole(db, ct);
        var read = new List<Entry>();
        foreach (var change in changes)
            if (await One(db, change.ProjectId, ct) is { } entry) read.Add(entry);
        foreach (var reckoning in reckonings.Values) reckoning.Change(read);
        var entries = known.Entries.ToDictionary(e => e.Id);
        foreach (var entry in read) entries[entry.Id] = entry;
        return picture = new(changes[^1].ChangedNo, known.ReadAt, [.. entries.Values]);
    }

    private async Task<Picture> Whole(Db db, CancellationToken ct)
    {
        // First the number: what changes while the rest is read is read again next time.
        var last = await db.Find<long>(LastChange, ct: ct);
        var projects = await db.Query<ProjectRow>(Projects, ct: ct);
        var milestones = (await db.Query<MilestoneRow>(Milestones, ct: ct)).ToLookup(m => m.ProjectId);
        var months = (await db.Query<MonthRow>(Months, ct: ct)).ToLookup(m => m.ProjectId);
        var resumptions = (await db.Query<ResumptionRow>(Resumptions, ct: ct)).ToLookup(r => r.ProjectId);
        var risks = (await db.Query<RiskRow>(Risks, ct: ct)).ToLookup(r => r.ProjectId);
        reckonings.Clear();
        return picture = new(last, clock.Now, [.. projects.Select(p => Entry(p, milestones[p.Id], months[p.Id], resumptions[p.Id], risks[p.Id]))]);
    }

    private static async Task<Entry?> One(Db db, long id, CancellationToken ct) => await db.Find<ProjectRow>(Project, new { id }, ct) is { } project
        ? Entry(
            project, await db.Query<MilestoneRow>(MilestonesOf, new { id }, ct), await db.Query<MonthRow>(MonthsOf, new { id }, ct), await db.Query<ResumptionRow>(ResumptionsOf, new { id }, ct), await db.Query<RiskRow>(RisksOf, new { id }, ct))
        : null;

    private static Entry Entry(ProjectRow p, IEnumerable<MilestoneRow> milestones, IEnumerable<MonthRow> months, IEnumerable<ResumptionRow> resumptions, IEnumerable<RiskRow> risks) => new(
        p.Id, p.Code, p.Name, p.Enterprise, p.InvestmentFen, p.ManagerId, p.AgentId, p.Manager, p.Agent,
        [.. milestones.Select(m => new Point(Enum.Parse<MilestoneKind>(m.Kind), m.Phase, m.PlannedOn, m.ReachedOn))],
        [.. months.Select(m => new Outlay(Month.OfStored(m.Month), m.PlannedFen, m.ActualFen))],
        resumptions.ToDictionary(r => r.YearNumber, r => r.ResumedOn), [.. risks.Select(r => r.DueOn)]);

    private sealed record Picture(long LastChange, DateTime ReadAt, IReadOnlyList<Entry> Entries)
    {
        /// <summary>What was asked of it; another picture begins with none.</summary>
        public ConcurrentDictionary<((Month, DateOnly, long, string), string), Listing> Lists { get; } = new();
    }

    private sealed record Change
    {
        public long ProjectId { get; init; }
        public long ChangedNo { get; init; }
    }

    private sealed record ProjectRow
    {
        public long Id { get; init; }
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public string Enterprise { get; init; } = "";
        public long InvestmentFen { get; init; }
        public long? ManagerId { get; init; }
        public long? AgentId { get; init; }
        public string? Manager { get; init; }
        public string? Agent { get; init; }
    }

    private sealed record MilestoneRow
    {
        public long ProjectId { get; init; }
        public int Phase { get; init; }
        public string Kind { get; init; } = "";
        public DateOnly? PlannedOn { get; init; }
        public DateOnly? ReachedOn { get; init; }
    }

    private sealed record MonthRow
    {
        public long ProjectId { get; init; }
        public int Month { get; init; }
        public long? PlannedFen { get; init; }
        public long? ActualFen { get; init; }
    }

    private sealed record RiskRow
    {
        public long ProjectId { get; init; }
        public DateOnly DueOn { get; init; }
    }

    private sealed record ResumptionRow
    {
        public long ProjectId { get; init; }
        public int YearNumber { get; init; }
        public DateOnly ResumedOn { get; init; }
    }
}
