using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>Something a leader should look at, and the rows it rests on.</summary>
/// <param name="Kind">mover, early, never, pauses, outside, batch.</param>
/// <param name="Link">The cases behind it.</param>
internal sealed record Finding(string Kind, Text Title, Text Detail, string Link);

/// <summary>Looks through the figures for what stands out; each rule names its threshold.</summary>
internal sealed class Findings(Db db, CatalogueInForce catalogue, Naming naming)
{
    private const int Movers = 5;
    private const int FewestToMove = 3;
    private const int FewestToJudge = 10;
    private const int Batch = 10;

    /// <summary>A case c that needs one which is not there.</summary>
    /// <remarks>What is there is looked up among the cases themselves: what was decided before the reports began is in none of theirs.</remarks>
    public const string LacksNeed = """
        EXISTS (SELECT n.needs_code
                  FROM catalogue_public_prerequisite n
                 WHERE n.process_id = c.process_id AND n.item_code = c.item_code
                   AND NOT EXISTS (SELECT k.id FROM permits_public_case k WHERE k.project_id = c.project_id AND k.item_code = n.needs_code))
        """;

    private const string PreparedElsewhere = $"""
        SELECT c.number, c.project_id, c.item_code, c.process_id
          FROM reports_case c
         WHERE c.accepted_on BETWEEN @From AND @To AND (@only IS NULL OR c.department = @only) AND {LacksNeed}
         ORDER BY c.accepted_on, c.case_id
        """;

    private const string ItemsOf = "SELECT DISTINCT project_id, item_code FROM permits_public_case WHERE project_id IN @ids";

    public async Task<IReadOnlyList<Finding>> Of(Period period, string? only, IReadOnlyList<ShowReport.Table> tables, CancellationToken ct)
    {
        var found = new List<Finding>();
        var items = tables.First(t => t.Cut == Cuts.Item).Lines;
        Move(period, items, found);
        Judge(period, items, found);
        if (tables.FirstOrDefault(t => t.Cut == Cuts.Department)?.Lines is { } departments) Lean(period, departments, found);
        if (tables.FirstOrDefault(t => t.Cut == Cuts.Clerk)?.Lines is { } clerks) Batches(period, clerks, found);
        await Outside(period, only, found, ct);
        return found;
    }

    /// <summary>The items whose mean moved most, weighed by how many cases it moved for.</summary>
    private static void Move(Period period, IReadOnlyList<ShowReport.Line> items, List<Finding> found)
    {
        var moved = from line in items
                    where line.Now.N("used") >= FewestToMove && line.Before.N("used") >= FewestToMove
                    let change = line.Now.Mean("used")!.Value - line.Before.Mean("used")!.Value
                    where Math.Abs(change) >= 0.05m
                    orderby Math.Abs(change) * line.Now.N("used") descending, line.Key
                    select (line, change);
        foreach (var (line, change) in moved.Take(Movers))
        {
            var (was, now) = (Days(line.Before.Mean("used")!.Value), Days(line.Now.Mean("used")!.Value));
            found.Add(new("mover",
                new($"{line.Name.Zh}：平均用时{(change > 0 ? "变慢" : "变快")} {Days(Math.Abs(change))} 日", $"{line.Name.En}: {Days(Math.Abs(change))} days {(change > 0 ? "slower" : "faster")}"),
                new($"{was} → {now} 个工作日，办结 {line.Now.N("closed")} 件。", $"{was} → {now} working days, {line.Now.N("closed")} closed."),
                Drill.To("closed", period, Cuts.Item, line.Key)));
        }
    }

    /// <summary>A limit that nobody needs half of could be shorter; one that is mostly missed promises what is not kept.</summary>
    private static void Judge(Period period, IReadOnlyList<ShowReport.Line> items, List<Finding> found)
    {
        foreach (var line in items.Where(l => l.Now.N("limitUsed") >= FewestToJudge))
        {
            var limit = line.Now.Mean("limit")!.Value;
            var p90 = line.Now.Percentile(90)!.Value;
            if (line.Now.N("closed") == line.Now.N("closedInTime") && p90 * 2 <= limit)
            {
                found.Add(new("early",
                    new($"{line.Name.Zh}：时限可以缩短", $"{line.Name.En}: the limit could be shorter"),
                    new($"{line.Now.N("closed")} 件全部按时，九成不超过 {p90} 日，时限平均 {Days(limit)} 日。", $"All {line.Now.N("closed")} in time, nine in ten within {p90} of {Days(limit)} days."),
                    Drill.To("closed", period, Cuts.Item, line.Key)));
            }
            else if (line.Now.N("closedInTime") * 2 <= line.Now.N("closed"))
            {
                found.Add(new("never",
                    new($"{line.Name.Zh}：时限大多没有做到", $"{line.Name.En}: the limit is mostly missed"),
                    new($"{line.Now.N("closed")} 件中按时 {line.Now.N("closedInTime")} 件，平均 {Days(line.Now.Mean("used")!.Value)} 日，时限平均 {Days(limit)} 日。", $"{line.Now.N("closedInTime")} of {line.Now.N("closed")} in time; {Days(line.Now.Mean("used")!.Value)} days on average against {Days(limit)}."),
                    Drill.To("late", period, Cuts.Item, line.Key)));
            }
        }
    }

    /// <summary>Departments that are in time because the clock stood still.</summary>
    private static void Lean(Period period, IReadOnlyList<ShowReport.Line> departments, List<Finding> found)
    {
        foreach (var line in departments.Where(l => l.Now.N("metByPause") >= FewestToMove && l.Now.N("metByPause") * 5 >= l.Now.N("closedInTime")))
        {
            found.Add(new("pauses",
                new($"{line.Name.Zh}：按时办结靠的是暂停", $"{line.Name.En}: in time because of its pauses"),
                new($"按时办结 {line.Now.N("closedInTime")} 件中 {line.Now.N("metByPause")} 件不扣暂停即超期；暂停 {line.Now.N("pauseDays")} 次共 {line.Now.Total("pauseDays")} 日。",
                    $"{line.Now.N("metByPause")} of {line.Now.N("closedInTime")} closed in time would be late without pauses; {line.Now.N("pauseDays")} pauses of {line.Now.Total("pauseDays")} days."),
                Drill.To("metByPause", period, Cuts.Department, line.Key)));
        }
    }

    /// <summary>Entered together afterwards: the work was done elsewhere.</summary>
    private static void Batches(Period period, IReadOnlyList<ShowReport.Line> clerks, List<Finding> found)
    {
        foreach (var line in clerks.Where(l => l.Now.N("lateEntries") >= Batch && l.Now.N("lateEntries") * 5 >= l.Now.N("entries")))
        {
            found.Add(new("batch",
                new($"{line.Name.Zh}：成批补录", $"{line.Name.En}: entered in batches afterwards"),
                new($"{line.Now.N("entries")} 条记录中补录 {line.Now.N("lateEntries")} 条，平均晚 {Days(line.Now.Mean("lateEntries")!.Value)} 个工作日。", $"{line.Now.N("lateEntries")} of {line.Now.N("entries")} entries were late, by {Days(line.Now.Mean("lateEntries")!.Value)} working days on average."),
                Drill.To("lateEntries", period, Cuts.Clerk, line.Key)));
        }
    }

    /// <summary>体外循环: an item was started and the project has no case at all of an item it needs.</summary>
    private async Task Outside(Period period, string? only, List<Finding> found, CancellationToken ct)
    {
        var started = await db.First<Started>(Movers + 1, PreparedElsewhere, new { period.From, period.To, only }, ct);
        var known = (await db.Query<Known>(ItemsOf, new { ids = started.Select(s => s.ProjectId).Distinct() }, ct)).Select(k => (k.ProjectId, k.ItemCode)).ToHashSet();
        foreach (var s in started.Take(Movers))
        {
            var missing = catalogue.Current.Process(s.ProcessId)!.Items.Where(i => i.Item.Code == s.ItemCode).SelectMany(i => i.Needs).Where(need => !known.Contains((s.ProjectId, need))).Select(naming.Item).ToList();
            var (zh, en) = (string.Join("、", missing.Select(m => m.Zh)), string.Join(", ", missing.Select(m => m.En)));
            found.Add(new("outside",
                new($"{s.Number}：前一环节不在系统中", $"{s.Number}: an earlier step is not in the system"),
                new($"{naming.Item(s.ItemCode).Zh} 已开始，项目没有 {zh} 的办理件。", $"{naming.Item(s.ItemCode).En} was started; the project has no case of {en}."),
                $"/cases/{Uri.EscapeDataString(s.Number)}"));
        }

        if (started.Count > Movers)
        {
            found.Add(new("outside",
                new("前一环节不在系统中的还有", "More with an earlier step that is not in the system"),
                new($"以上列出 {Movers} 件，全部见清单。", $"{Movers} are named here; the list has all of them."),
                Drill.To("outside", period, Cuts.Zone, Cuts.Whole)));
        }
    }

    private static string Days(decimal days) => days.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed record Started
    {
        public string Number { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public long ProcessId { get; init; }
    }

    private sealed record Known
    {
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
    }
}
