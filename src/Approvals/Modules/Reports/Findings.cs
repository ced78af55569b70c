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

    /// <summary>Acceptances looked at for one report: a year of a large zone has more than anybody waits for.</summary>
    public const int MostLookedAt = 50_000;

    private const int Page = 2_000;

    private const string AcceptedIn = """
        SELECT case_id, number, project_id, item_code, process_id, accepted_on
          FROM reports_case
         WHERE accepted_on BETWEEN @begin AND @To AND (accepted_on > @begin OR case_id > @after) AND (@only IS NULL OR department = @only)
         ORDER BY accepted_on, case_id
        """;

    /// <remarks>Of the cases themselves: what was decided before the reports began is in none of them.</remarks>
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
        var (begin, after, looked, left) = (period.From, 0L, 0, Movers);
        while (left > 0 && looked < MostLookedAt)
        {
            var accepted = await db.First<Accepted>(Page, AcceptedIn, new { begin, period.To, after, only }, ct);
            var known = new HashSet<(long, string)>();
            foreach (var ids in accepted.Select(a => a.ProjectId).Distinct().Chunk(Sources.Share))
                known.UnionWith((await db.Query<Known>(ItemsOf, new { ids }, ct)).Select(k => (k.ProjectId, k.ItemCode)));
            var outside = from a in accepted
                          let process = catalogue.Current.Process(a.ProcessId)
                          where process is not null
                          let missing = process.Items.Where(i => i.Item.Code == a.ItemCode).SelectMany(i => i.Needs).Where(need => !known.Contains((a.ProjectId, need))).ToList()
                          where missing.Count > 0
                          select (a, missing);
            foreach (var (a, missing) in outside.Take(left))
            {
                left--;
                var (zh, en) = (string.Join("、", missing.Select(m => naming.Item(m).Zh)), string.Join(", ", missing.Select(m => naming.Item(m).En)));
                found.Add(new("outside",
                    new($"{a.Number}：前一环节不在系统中", $"{a.Number}: an earlier step is not in the system"),
                    new($"{naming.Item(a.ItemCode).Zh} 已开始，项目没有 {zh} 的办理件。", $"{naming.Item(a.ItemCode).En} was started; the project has no case of {en}."),
                    $"/cases/{Uri.EscapeDataString(a.Number)}"));
            }

            if (accepted.Count < Page) return;
            (begin, after, looked) = (accepted[^1].AcceptedOn, accepted[^1].CaseId, looked + Page);
        }

        if (left > 0)
        {
            found.Add(new("outside",
                new("前一环节：没有全部核对", "Earlier steps: not all were looked for"),
                new($"本期受理只核对了前 {MostLookedAt:#,0} 件，到 {Words.Day(begin)} 为止；请看较短的期间。", $"Of what was accepted the first {MostLookedAt:#,0} were looked at, up to {Words.Day(begin)}; choose a shorter period."),
                Drill.To("accepted", period, Cuts.Zone, Cuts.Whole)));
        }
    }

    private static string Days(decimal days) => days.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed record Accepted
    {
        public long CaseId { get; init; }
        public string Number { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public long ProcessId { get; init; }
        public DateOnly AcceptedOn { get; init; }
    }

    private sealed record Known
    {
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
    }
}
