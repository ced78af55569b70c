using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Catalogue;

internal enum ChangeKind
{
    Added,
    NewVersion,
    Ended,
    Changed,
}

/// <summary>One line of what publishing would do.</summary>
/// <param name="Kind">What happens to it.</param>
/// <param name="What">Item, process, department, document or land step.</param>
/// <param name="Code">Its code.</param>
/// <param name="Version">Its version, or null for what has none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Details">What differs from the version before.</param>
internal sealed record Change(ChangeKind Kind, Text What, string Code, int? Version, Text Name, IReadOnlyList<Text> Details);

/// <summary>What publishing a file adds to what is published. Nothing that is published changes, but for its end.</summary>
internal sealed class Publication
{
    private static readonly Text ItemWord = new("事项", "Item");
    private static readonly Text ProcessWord = new("流程", "Process");
    private static readonly Text DepartmentWord = new("部门", "Department");
    private static readonly Text DocumentWord = new("材料", "Document");
    private static readonly Text LandStepWord = new("土地步骤", "Land step");

    private readonly Check check = new();
    private readonly List<Change> changes = [];

    private Publication()
    {
    }

    public IReadOnlyList<Change> Changes => changes;

    public List<Department> Departments { get; } = [];

    public List<Department> RenamedDepartments { get; } = [];

    public List<Document> Documents { get; } = [];

    public List<Item> Items { get; } = [];

    public List<Process> Processes { get; } = [];

    public List<LandStep> LandSteps { get; } = [];

    public List<LandStep> ChangedLandSteps { get; } = [];

    public List<(long Id, DateOnly To)> EndedItems { get; } = [];

    public List<(long Id, DateOnly To)> EndedProcesses { get; } = [];

    /// <summary>How many ids the new rows take.</summary>
    public int IdsNeeded => Items.Count + Processes.Count;

    /// <param name="file">What is to be published.</param>
    /// <param name="published">What is published already.</param>
    /// <param name="today">The day of publishing; null where nothing is published yet.</param>
    /// <param name="firstId">The first of the ids for new rows; null for a preview, which needs none that last.</param>
    /// <exception cref="Refused">The file breaks a rule of the catalogue, or would change what is published.</exception>
    public static Publication Of(CatalogueFile file, CatalogueSnapshot published, DateOnly? today, long? firstId = null)
    {
        CatalogueRules.Demand(file, published, today);
        var publication = new Publication();
        var next = firstId ?? -(file.Items.Count + file.Processes.Count);
        publication.AddNamed(file, published);
        publication.AddItems(file, published, today, ref next);
        publication.AddProcesses(file, published, today, ref next);
        publication.AddLandSteps(file, published);
        publication.check.Done();
        return publication;
    }

    /// <summary>The catalogue as it stands after this publication.</summary>
    public CatalogueSnapshot Onto(CatalogueSnapshot published)
    {
        var itemEnds = EndedItems.ToDictionary(e => e.Id, e => e.To);
        var processEnds = EndedProcesses.ToDictionary(e => e.Id, e => e.To);
        var renamed = RenamedDepartments.ToDictionary(d => d.Code);
        var changed = ChangedLandSteps.ToDictionary(s => s.Code);
        return new(
            published.Edition + 1,
            [.. published.Departments.Select(d => renamed.GetValueOrDefault(d.Code, d)), .. Departments],
            [.. published.Documents, .. Documents],
            [.. published.Items.Concat(Items).Select(i => itemEnds.TryGetValue(i.Id, out var to) ? i with { EffectiveTo = to } : i)],
            [.. published.Processes.Concat(Processes).Select(p => processEnds.TryGetValue(p.Id, out var to) ? p with { EffectiveTo = to } : p)],
            [.. published.LandSteps.Select(s => changed.GetValueOrDefault(s.Code, s)), .. LandSteps]);
    }

    /// <summary>The version of an item that a process taking effect on a day freezes, from the file and what is published; null for none.</summary>
    public static Item? ItemOn(CatalogueFile file, CatalogueSnapshot published, string code, DateOnly on) => published.Items
        .Where(i => i.Code == code)
        .Concat(file.Items.Where(i => i.Code == code && i.EffectiveFrom is not null).Select(i => Build(i, 0, file, published)))
        .Where(i => i.EffectiveFrom <= on && (i.EffectiveTo is not { } end || on <= end))
        .MaxBy(i => i.Version);

    private void AddNamed(CatalogueFile file, CatalogueSnapshot published)
    {
        foreach (var entry in file.Departments)
        {
            var department = new Department(entry.Code, new(entry.NameZh, entry.NameEn));
            if (published.Department(entry.Code) is not { } old)
            {
                Departments.Add(department);
                changes.Add(new(ChangeKind.Added, DepartmentWord, entry.Code, null, department.Name, []));
            }
            else if (old.Name != department.Name)
            {
                RenamedDepartments.Add(department);
                changes.Add(new(ChangeKind.Changed, DepartmentWord, entry.Code, null, department.Name, [Differs("名称", "name", old.Name.ToString(), department.Name.ToString())]));
            }
        }

        foreach (var entry in file.Documents)
        {
            var document = new Document(entry.Code, new(entry.NameZh, entry.NameEn));
            if (published.Document(entry.Code) is not { } old)
            {
                Documents.Add(document);
                changes.Add(new(ChangeKind.Added, DocumentWord, entry.Code, null, document.Name, []));
            }
            else if (old.Name != document.Name)
            {
                check.Add(
                    "catalogue.frozen", "documents",
                    $"材料 {entry.Code} 已发布为「{old.Name.Zh}」，已发布的材料不再改名；请用新的编码并提高事项版本。",
                    $"Document {entry.Code} is published as “{old.Name.En}” and keeps its name; use a new code and raise the version of the items.");
            }
        }
    }

    private void AddItems(CatalogueFile file, CatalogueSnapshot published, DateOnly? today, ref long next)
    {
        foreach (var entry in file.Items.OrderBy(i => i.Version))
        {
            var item = Build(entry, next, file, published);
            var versions = published.Items.Concat(Items).Where(i => i.Code == entry.Code).ToList();
            if (versions.Find(i => i.Version == entry.Version) is { } same)
            {
                Frozen(ItemWord, same.Code, same.Version, Differences(same, item));
                End(ItemWord, same.Code, same.Version, same.Name, same.Id, same.EffectiveTo, entry.EffectiveTo, today, EndedItems);
                continue;
            }

            next++;
            var before = versions.MaxBy(i => i.Version);
            changes.Add(before is null
                ? new(ChangeKind.Added, ItemWord, item.Code, item.Version, item.Name, [])
                : new(ChangeKind.NewVersion, ItemWord, item.Code, item.Version, item.Name, Differences(before, item)));
            if (before is not null) EndBefore(EndedItems, before.Id, before.EffectiveTo, item.EffectiveFrom);
            Items.Add(item);
        }
    }

    private void AddProcesses(CatalogueFile file, CatalogueSnapshot published, DateOnly? today, ref long next)
    {
        var byCode = published.Items.Concat(Items).ToLookup(i => i.Code);
        foreach (var entry in file.Processes.OrderBy(p => p.Version))
        {
            var versions = published.Processes.Concat(Processes).Where(p => p.Code == entry.Code).ToList();
            var same = versions.Find(p => p.Version == entry.Version);
            var process = new Process(
                next,
                entry.Code,
                entry.Version,
                new(entry.NameZh, entry.NameEn),
                entry.StandardType,
                entry.BaselineWorkingDays,
                entry.LandToStartBaselineWorkingDays,
                entry.EffectiveFrom!.Value,
                entry.EffectiveTo,
                [.. entry.Stages.Select(s => new Stage(s.Stage, new(s.NameZh, s.NameEn), s.Limit!.Value)).OrderBy(s => s.Number)],
                [.. entry.Items.Select(i => new ProcessItem(
                    same?.Items.FirstOrDefault(o => o.Item.Code == i.Item)?.Item ?? On(byCode[i.Item], entry.EffectiveFrom.Value) ?? byCode[i.Item].First(),
                    i.Stage,
                    i.Prerequisites,
                    i.MergedFrom))]);
            if (same is not null)
            {
                Frozen(ProcessWord, same.Code, same.Version, Differences(same, process));
                End(ProcessWord, same.Code, same.Version, same.Name, same.Id, same.EffectiveTo, entry.EffectiveTo, today, EndedProcesses);
                continue;
            }

            next++;
            var before = versions.MaxBy(p => p.Version);
            changes.Add(before is null
                ? new(ChangeKind.Added, ProcessWord, process.Code, process.Version, process.Name, [])
                : new(ChangeKind.NewVersion, ProcessWord, process.Code, process.Version, process.Name, Differences(before, process)));
            if (before is not null) EndBefore(EndedProcesses, before.Id, before.EffectiveTo, process.EffectiveFrom);
            Processes.Add(process);
        }
    }

    private void AddLandSteps(CatalogueFile file, CatalogueSnapshot published)
    {
        foreach (var entry in file.LandSteps)
        {
            var step = new LandStep(
                entry.Code,
                new(entry.NameZh, entry.NameEn),
                entry.Who,
                Limit(entry.Statutory),
                entry.Statutory?.Note ?? "",
                Limit(entry.Limit),
                string.Join(", ", entry.Needs),
                new(entry.PaperZh, entry.PaperEn),
                entry.Note);
            if (published.LandSteps.FirstOrDefault(s => s.Code == step.Code) is not { } old)
            {
                LandSteps.Add(step);
                changes.Add(new(ChangeKind.Added, LandStepWord, step.Code, null, step.Name, []));
            }
            else if (old != step)
            {
                ChangedLandSteps.Add(step);
                var details = new List<Text>();
                Compare(details, "名称", "name", old.Name, step.Name);
                Compare(details, "办理方", "who", old.Who, step.Who);
                Compare(details, "法定时限", "statutory limit", Say(old.Statutory), Say(step.Statutory));
                Compare(details, "法定时限说明", "statutory note", old.StatutoryNote, step.StatutoryNote);
                Compare(details, "承诺时限", "promised limit", Say(old.Promised), Say(step.Promised));
                Compare(details, "前置步骤", "needs", old.Needs, step.Needs);
                Compare(details, "文书", "paper", old.Paper, step.Paper);
                Compare(details, "说明", "note", old.Note, step.Note);
                changes.Add(new(ChangeKind.Changed, LandStepWord, step.Code, null, step.Name, details));
            }
        }
    }

    private void Frozen(Text what, string code, int version, List<Text> differences)
    {
        if (differences.Count == 0) return;
        check.Add(
            "catalogue.frozen", "content",
            $"{what.Zh} {code} 版本 {version} 已发布，发布后不再改变，请提高版本号。与已发布的不同：{string.Join("；", differences.Select(d => d.Zh))}。",
            $"{what.En} {code} version {version} is published, and a published version never changes; raise its version. It differs in: {string.Join("; ", differences.Select(d => d.En))}.");
    }

    private void End(Text what, string code, int version, Text name, long id, DateOnly? old, DateOnly? wanted, DateOnly? today, List<(long Id, DateOnly To)> ended)
    {
        if (wanted is not { } to || to == old) return;
        if (old is not null || to < today)
        {
            check.Add(
                "catalogue.frozen", "content",
                $"{what.Zh} {code} 版本 {version} 的停用日期不能改为 {Words.Day(to)}：{(old is null ? "停用不能追溯" : "已定为 " + Words.Day(old))}。",
                $"{what.En} {code} version {version} cannot end on {Words.Day(to)}: {(old is null ? "it cannot end in the past" : "its end is set to " + Words.Day(old))}.");
            return;
        }

        ended.Add((id, to));
        changes.Add(new(ChangeKind.Ended, what, code, version, name, [new($"停用日期 {Words.Day(to)}", $"ends on {Words.Day(to)}")]));
    }

    /// <summary>The version before ends the day before the new one begins, unless it ended sooner by itself.</summary>
    private static void EndBefore(List<(long Id, DateOnly To)> ended, long id, DateOnly? old, DateOnly from)
    {
        var last = from.AddDays(-1);
        ended.RemoveAll(e => e.Id == id);
        if (old is null || old > last) ended.Add((id, last));
    }

    private static Item? On(IEnumerable<Item> versions, DateOnly on) => versions
        .Where(i => i.EffectiveFrom <= on && (i.EffectiveTo is not { } end || on <= end))
        .MaxBy(i => i.Version);

    private static Item Build(ItemEntry entry, long id, CatalogueFile file, CatalogueSnapshot published) => new(
        id,
        entry.Code,
        entry.Version,
        new(entry.NameZh, entry.NameEn),
        entry.Department,
        entry.Kind,
        Limit(entry.Statutory),
        string.Join(" ", new[] { entry.Statutory?.Note, entry.StatutoryNote }.Where(n => !string.IsNullOrWhiteSpace(n))),
        Limit(entry.Promised),
        new(entry.ResultZh, entry.ResultEn),
        entry.CertificatePrefix,
        string.Join(", ", entry.Needs),
        entry.Note,
        entry.EffectiveFrom!.Value,
        entry.EffectiveTo,
        [.. entry.Documents.Select(code => published.Document(code)
            ?? file.Documents.Where(d => d.Code == code).Select(d => new Document(d.Code, new(d.NameZh, d.NameEn))).FirstOrDefault()
            ?? new Document(code, new(code, code)))])
    {
        DeemedConsent = entry.DeemedConsent,
        WarningDays = entry.WarningDays,
    };

    private static Limit? Limit(LimitEntry? entry) => entry?.Limit is { } value ? new(value, entry.Unit) : null;

    private static List<Text> Differences(Item old, Item item)
    {
        var found = new List<Text>();
        Compare(found, "名称", "name", old.Name, item.Name);
        Compare(found, "部门", "department", old.Department, item.Department);
        Compare(found, "类别", "kind", old.Kind, item.Kind);
        Compare(found, "法定时限", "statutory limit", Say(old.Statutory), Say(item.Statutory));
        Compare(found, "法定时限说明", "statutory note", old.StatutoryNote, item.StatutoryNote);
        Compare(found, "承诺时限", "promised limit", Say(old.Promised), Say(item.Promised));
        Sets(found, "材料", "documents", old.Documents.Select(d => d.Code), item.Documents.Select(d => d.Code));
        Compare(found, "结果文书", "result", old.Result, item.Result);
        Compare(found, "证号前缀", "certificate prefix", old.CertificatePrefix, item.CertificatePrefix);
        Compare(found, "通常前提", "usual needs", old.UsualNeeds, item.UsualNeeds);
        Compare(found, "说明", "note", old.Note, item.Note);
        Compare(found, "超时默认", "deemed consent", Say(old.DeemedConsent), Say(item.DeemedConsent));
        Compare(found, "预警提前", "warning days", $"{old.WarningDays}", $"{item.WarningDays}");
        if (old.Version == item.Version) Compare(found, "施行日期", "effective from", Words.Day(old.EffectiveFrom), Words.Day(item.EffectiveFrom));
        return found;
    }

    private static List<Text> Differences(Process old, Process process)
    {
        var found = new List<Text>();
        Compare(found, "名称", "name", old.Name, process.Name);
        Compare(found, "流程类型", "standard type", $"{old.StandardType}", $"{process.StandardType}");
        Compare(found, "审批用时基准", "baseline", $"{old.BaselineWorkingDays}", $"{process.BaselineWorkingDays}");
        Compare(found, "拿地到开工基准", "land-to-start baseline", $"{old.LandToStartBaseline}", $"{process.LandToStartBaseline}");
        Sets(found, "阶段", "stages", old.Stages.Select(s => $"{s.Number}"), process.Stages.Select(s => $"{s.Number}"));
        foreach (var (was, now) in old.Stages.Join(process.Stages, s => s.Number, s => s.Number, (a, b) => (a, b)))
        {
            Compare(found, $"阶段 {was.Number} 名称", $"name of stage {was.Number}", was.Name, now.Name);
            Compare(found, $"阶段 {was.Number} 时限", $"limit of stage {was.Number}", $"{was.Limit}", $"{now.Limit}");
        }

        Sets(found, "事项", "items", old.Items.Select(i => i.Item.Code), process.Items.Select(i => i.Item.Code));
        foreach (var (was, now) in old.Items.Join(process.Items, i => i.Item.Code, i => i.Item.Code, (a, b) => (a, b)))
        {
            Compare(found, $"{now.Item.Code} 版本", $"version of {now.Item.Code}", $"{was.Item.Version}", $"{now.Item.Version}");
            Compare(found, $"{now.Item.Code} 阶段", $"stage of {now.Item.Code}", $"{was.Stage}", $"{now.Stage}");
            Sets(found, $"{now.Item.Code} 前置事项", $"prerequisites of {now.Item.Code}", was.Needs, now.Needs);
            Sets(found, $"{now.Item.Code} 合并自", $"items merged into {now.Item.Code}", was.MergedFrom, now.MergedFrom);
        }

        if (old.Version == process.Version) Compare(found, "施行日期", "effective from", Words.Day(old.EffectiveFrom), Words.Day(process.EffectiveFrom));
        return found;
    }

    private static void Compare(List<Text> found, string zh, string en, Text old, Text now)
    {
        if (old != now) found.Add(new($"{zh}：{old.Zh} / {old.En} → {now.Zh} / {now.En}", $"{en}: {old.Zh} / {old.En} → {now.Zh} / {now.En}"));
    }

    private static void Compare(List<Text> found, string zh, string en, string old, string now)
    {
        if (!string.Equals(old, now, StringComparison.Ordinal)) found.Add(Differs(zh, en, old, now));
    }

    private static Text Differs(string zh, string en, string old, string now) =>
        new($"{zh}：{(old.Length == 0 ? "（空）" : old)} → {(now.Length == 0 ? "（空）" : now)}", $"{en}: {(old.Length == 0 ? "(none)" : old)} → {(now.Length == 0 ? "(none)" : now)}");

    private static void Sets(List<Text> found, string zh, string en, IEnumerable<string> old, IEnumerable<string> now)
    {
        var (was, becomes) = (old.ToList(), now.ToList());
        var (gone, come) = (was.Except(becomes).ToList(), becomes.Except(was).ToList());
        if (come.Count > 0) found.Add(new($"{zh}增加 {string.Join("、", come)}", $"{en} added: {string.Join(", ", come)}"));
        if (gone.Count > 0) found.Add(new($"{zh}减少 {string.Join("、", gone)}", $"{en} removed: {string.Join(", ", gone)}"));
    }

    private static Text Say(bool allowed) => allowed ? new("允许", "allowed") : new("不允许", "not allowed");

    private static string Say(Limit? limit) => limit is { } l ? $"{l.Value} {l.Unit}" : "";
}
