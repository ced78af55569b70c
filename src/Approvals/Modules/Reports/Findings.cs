using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>Something a leader should look at, and the rows it rests on.</summary>
/// <param name="Kind">mover, early, never, pauses, outside, batch.</param>
/// <param name="Link">The cases behind it.</param>
internal sealed record Finding(string Kind, Text Title, Text Detail, string Link);

/// <summary>Looks through the figures for what stands out; each rule names its threshold.</summary>
internal sealed class Findings(Db db, CatalogueInForce catalogue, Outside outside, Naming naming)
{
    private const int Movers = 5;
    private const int FewestToJudge = 10;
    private const int FewestByPause = 3;

    /// <summary>Late entries by one person on one day: fewer happen to anybody.</summary>
    private const int Batch = 10;

    /// <summary>Looked at, the largest first.</summary>
    private const int MostBatches = 50;

    private const string PreparedElsewhere = $"""
        SELECT c.number, c.project_id, c.item_code, c.process_id
          FROM reports_outside o
         CROSS JOIN reports_case c
         WHERE c.case_id = o.case_id AND o.sign = 'outside' AND o.found_on BETWEEN @From AND @To AND (@only IS NULL OR c.department = @only) AND {Outside.LacksNeed}
         ORDER BY o.found_on, o.case_id
        """;

    private const string EnteredAtOnce = """
        SELECT c.number, c.item_code, o.found_on, c.received_on, c.ended_on
          FROM reports_outside o
         CROSS JOIN reports_case c
         WHERE c.case_id = o.case_id AND o.sign = 'session' AND o.found_on BETWEEN @From AND @To AND (@only IS NULL OR c.department = @only)
         ORDER BY o.found_on, o.case_id
        """;

    private const string EnteredTogether = """
        SELECT recorded_on, clerk_key
          FROM reports_late_entry
         WHERE recorded_on BETWEEN @From AND @To AND (@only IS NULL OR clerk_key LIKE CONCAT(@only, '/%'))
         GROUP BY recorded_on, clerk_key
        HAVING SUM(n) >= @fewest
         ORDER BY SUM(n) DESC, recorded_on DESC, clerk_key
        """;

    private const string EntriesOf = """
        SELECT c.figure, c.n, c.total
          FROM reports_run r
          JOIN reports_count c ON c.run_id = r.id
         WHERE r.business_date = @RecordedOn AND r.is_current = 1 AND c.cut = 'clerk' AND c.cut_key = @ClerkKey AND c.figure IN ('entries', 'lateEntries')
        """;

    private const string ItemsOf = "SELECT DISTINCT project_id, item_code FROM permits_public_case WHERE project_id IN @ids";

    /// <param name="period">Of the report.</param>
    /// <param name="only">The department whose report it is; null for the zone.</param>
    /// <param name="tables">Its cuts.</param>
    /// <param name="limits">The counts of <see cref="Cuts.Limit"/> of the period.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<Finding>> Of(Period period, string? only, IReadOnlyList<ShowReport.Table> tables, IReadOnlyList<Count> limits, CancellationToken ct)
    {
        var found = new List<Finding>();
        Move(period, tables.First(t => t.Cut == Cuts.Item).Lines, found);
        Judge(period, only, limits, found);
        if (tables.FirstOrDefault(t => t.Cut == Cuts.Department)?.Lines is { } departments) Lean(period, departments, found);
        await Batches(period, only, found, ct);
        await Started(period, only, found, ct);
        await Sessions(period, only, found, ct);
        // A whole project is no single department's.
        if (only is not null) return found;
        await Milestone(Outside.Unpermitted, period, found, ct);
        await Milestone(Outside.Unregistered, period, found, ct);
        return found;
    }

    /// <summary>The items whose mean moved most, weighed by how many cases it moved for; of a few cases a mean says nothing.</summary>
    private static void Move(Period period, IReadOnlyList<ShowReport.Line> items, List<Finding> found)
    {
        var moved = from line in items
                    where line.Now.N("used") >= FewestToJudge && line.Before.N("used") >= FewestToJudge
                    let change = line.Now.Mean("used")!.Value - line.Before.Mean("used")!.Value
                    where Math.Abs(change) >= 0.05m
                    orderby Math.Abs(change) * line.Now.N("used") descending, line.Key
                    select (line, change);
        foreach (var (line, change) in moved.Take(Movers))
        {
            var (was, now) = (Days(line.Before.Mean("used")!.Value), Days(line.Now.Mean("used")!.Value));
            found.Add(new("mover",
                new($"{line.Name.Zh}：平均用时{(change > 0 ? "变慢" : "变快")} {Days(Math.Abs(change))} 日", $"{line.Name.En}: {Days(Math.Abs(change))} days {(change > 0 ? "slower" : "faster")}"),
                new($"上期 {line.Before.N("used")} 件平均 {was} 个工作日，本期 {line.Now.N("used")} 件平均 {now} 个工作日。",
                    $"{was} working days on average of {line.Before.N("used")} before, {now} of {line.Now.N("used")} now."),
                Drill.To("closed", period, Cuts.Item, line.Key)));
        }
    }

    /// <summary>A limit that nobody needs half of could be shorter; one that is mostly missed promises what is not kept. Each by itself, of those in working days.</summary>
    private void Judge(Period period, string? only, IReadOnlyList<Count> limits, List<Finding> found)
    {
        var own = from c in limits
                  let slash = c.CutKey.IndexOf('/', StringComparison.Ordinal)
                  where only is null || c.CutKey[..slash] == only
                  select c with { CutKey = c.CutKey[(slash + 1)..] };
        foreach (var (key, of) in Measures.Of(own).OrderByDescending(p => p.Value.N("closed")).ThenBy(p => p.Key, StringComparer.Ordinal))
        {
            if (of.N("closed") < FewestToJudge) continue;
            var parts = key.Split('/');
            var (item, limit) = (naming.Item(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
            if (of.N("closed") == of.N("closedInTime") && of.Percentile(90) * 2 <= limit)
            {
                found.Add(new("early",
                    new($"{item.Zh}：时限 {limit} 个工作日可以缩短", $"{item.En}: the limit of {limit} working days could be shorter"),
                    new($"时限（含延长）{limit} 个工作日的 {of.N("closed")} 件全部按时，九成不超过 {of.Percentile(90)} 日。", $"All {of.N("closed")} with a limit of {limit} working days, extension included, in time; nine in ten within {of.Percentile(90)}."),
                    Drill.To("closed", period, Cuts.Limit, key)));
            }
            else if (of.N("closedInTime") * 2 <= of.N("closed"))
            {
                found.Add(new("never",
                    new($"{item.Zh}：时限 {limit} 个工作日大多没有做到", $"{item.En}: the limit of {limit} working days is mostly missed"),
                    new($"时限（含延长）{limit} 个工作日的 {of.N("closed")} 件中按时 {of.N("closedInTime")} 件，平均 {Days(of.Mean("used")!.Value)} 日。",
                        $"{of.N("closedInTime")} of {of.N("closed")} with a limit of {limit} working days, extension included, in time; {Days(of.Mean("used")!.Value)} days on average."),
                    Drill.To("late", period, Cuts.Limit, key)));
            }
        }
    }

    /// <summary>Departments that are in time because the clock stood still.</summary>
    private static void Lean(Period period, IReadOnlyList<ShowReport.Line> departments, List<Finding> found)
    {
        foreach (var line in departments.Where(l => l.Now.N("metByPause") >= FewestByPause && l.Now.N("metByPause") * 5 >= l.Now.N("closedInTime")))
        {
            found.Add(new("pauses",
                new($"{line.Name.Zh}：按时办结靠的是暂停", $"{line.Name.En}: in time because of its pauses"),
                new($"按时办结 {line.Now.N("closedInTime")} 件中 {line.Now.N("metByPause")} 件不扣暂停即超期；暂停 {line.Now.N("pauseDays")} 次共 {line.Now.Total("pauseDays")} 日。",
                    $"{line.Now.N("metByPause")} of {line.Now.N("closedInTime")} closed in time would be late without pauses; {line.Now.N("pauseDays")} pauses of {line.Now.Total("pauseDays")} days."),
                Drill.To("metByPause", period, Cuts.Department, line.Key)));
        }
    }

    /// <summary>
    /// Entered together afterwards, by one person on one day, and a fifth of all they entered on it: the work was done elsewhere.
    /// Each person is named once, for the day with the most.
    /// </summary>
    private async Task Batches(Period period, string? only, List<Finding> found, CancellationToken ct)
    {
        var named = new HashSet<string>();
        foreach (var day in await db.First<Together>(MostBatches, EnteredTogether, new { period.From, period.To, only, fewest = Batch }, ct))
        {
            if (named.Contains(day.ClerkKey)) continue;
            var counts = (await db.Query<Count>(EntriesOf, new { day.RecordedOn, day.ClerkKey }, ct)).ToDictionary(c => c.Figure);
            if (!counts.TryGetValue("entries", out var entries) || !counts.TryGetValue("lateEntries", out var late) || late.N * 5 < entries.N) continue;
            named.Add(day.ClerkKey);
            var (name, on, mean) = (naming.Key(Cuts.Clerk, day.ClerkKey), Words.Day(day.RecordedOn), Days((decimal)late.Total / late.N));
            found.Add(new("batch",
                new($"{name.Zh}：一天内成批补录", $"{name.En}: entered in a batch afterwards"),
                new($"{on} 录入的 {entries.N} 条记录中补录 {late.N} 条，平均晚 {mean} 个工作日。", $"On {on}, {late.N} of {entries.N} entries were late, by {mean} working days on average."),
                Drill.To("lateEntries", period with { From = day.RecordedOn, To = day.RecordedOn }, Cuts.Clerk, day.ClerkKey)));
            if (named.Count == Movers) return;
        }
    }

    /// <summary>体外循环: an item was started and the project has no case at all of an item it needs.</summary>
    private async Task Started(Period period, string? only, List<Finding> found, CancellationToken ct)
    {
        var started = await db.First<StartedCase>(Movers + 1, PreparedElsewhere, new { period.From, period.To, only }, ct);
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

        More(Outside.Step, ListReportCases.Name(Outside.Step), started.Count, period, found);
    }

    /// <summary>A case that was worked on elsewhere and entered when it was through.</summary>
    private async Task Sessions(Period period, string? only, List<Finding> found, CancellationToken ct)
    {
        var sessions = await db.First<SessionCase>(Movers + 1, EnteredAtOnce, new { period.From, period.To, only }, ct);
        foreach (var s in sessions.Take(Movers))
        {
            found.Add(new("outside",
                new($"{s.Number}：收件到决定同日补录", $"{s.Number}: received and decided in the entries of one day"),
                new($"{naming.Item(s.ItemCode).Zh}：收件 {Words.Day(s.ReceivedOn)}，决定 {Words.Day(s.EndedOn)}，都在 {Words.Day(s.FoundOn)} 才录入。",
                    $"{naming.Item(s.ItemCode).En}: received on {Words.Day(s.ReceivedOn)}, decided on {Words.Day(s.EndedOn)}, all of it entered on {Words.Day(s.FoundOn)}."),
                $"/cases/{Uri.EscapeDataString(s.Number)}"));
        }

        More(Outside.Session, ListReportCases.Name(Outside.Session), sessions.Count, period, found);
    }

    /// <summary>A milestone that needs an approval, reported with none before it.</summary>
    private async Task Milestone(string sign, Period period, List<Finding> found, CancellationToken ct)
    {
        var (kind, items) = (Outside.Of(sign), outside.ItemsOf(sign));
        var projects = await db.First<UnfoundedProject>(Movers + 1, Outside.Projects, new { sign, kind = kind.ToString(), items, begin = period.From, to = period.To, after = 0L }, ct);
        var (name, lacks) = (Milestones.Name(kind), sign == Outside.Unpermitted ? new Text("开工前没有施工许可", "started with no construction permit before") : new Text("领证前没有登记件", "titled with no registration before"));
        foreach (var p in projects.Take(Movers))
        {
            var needed = catalogue.Current.Process(p.ProcessId)!.Items.Select(i => i.Item.Code).Where(items.Contains).Select(naming.Item).ToList();
            var (zh, en) = (string.Join("、", needed.Select(n => n.Zh)), string.Join(", ", needed.Select(n => n.En)));
            var approved = await outside.ApprovedOn(p.ProjectId, items, ct);
            found.Add(new("outside",
                new($"{p.Name}：{lacks.Zh}", $"{p.Name}: {lacks.En}"),
                approved is { } on
                    ? new($"「{name.Zh}」{Words.Day(p.ReachedOn)}，{zh} {Words.Day(on)} 才通过。", $"“{name.En}” on {Words.Day(p.ReachedOn)}; {en} was approved only on {Words.Day(on)}.")
                    : new($"「{name.Zh}」{Words.Day(p.ReachedOn)}，项目没有通过的 {zh}。", $"“{name.En}” on {Words.Day(p.ReachedOn)}; the project has no approved {en}."),
                $"/projects/{Uri.EscapeDataString(p.Code)}"));
        }

        More(sign, ListReportProjects.Name(sign), projects.Count, period, found);
    }

    private static void More(string sign, Text name, int count, Period period, List<Finding> found)
    {
        if (count <= Movers) return;
        found.Add(new("outside", new($"{name.Zh}：还有", $"{name.En}: more"), new($"以上列出 {Movers} 个，全部见清单。", $"{Movers} are named here; the list has all of them."), Drill.To(sign, period, Cuts.Zone, Cuts.Whole)));
    }

    private static string Days(decimal days) => days.ToString("0.0", CultureInfo.InvariantCulture);

    private sealed record Together
    {
        public DateOnly RecordedOn { get; init; }
        public string ClerkKey { get; init; } = "";
    }

    private sealed record StartedCase
    {
        public string Number { get; init; } = "";
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
        public long ProcessId { get; init; }
    }

    private sealed record SessionCase
    {
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public DateOnly FoundOn { get; init; }
        public DateOnly ReceivedOn { get; init; }
        public DateOnly? EndedOn { get; init; }
    }

    private sealed record UnfoundedProject
    {
        public long ProjectId { get; init; }
        public long ProcessId { get; init; }
        public DateOnly ReachedOn { get; init; }
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
    }

    private sealed record Known
    {
        public long ProjectId { get; init; }
        public string ItemCode { get; init; } = "";
    }
}
