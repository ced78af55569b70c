using System.Text.RegularExpressions;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Catalogue;

/// <summary>What a catalogue must be before it may be published. Everything wrong is told at once, each with its code.</summary>
internal static partial class CatalogueRules
{
    public const int LongestStage = 50;

    /// <summary>Two years of working days, more than any law gives; beyond it a due date could leave the calendar, and no case could be accepted.</summary>
    public const int LongestLimit = 500;

    private static readonly int[] StageNumbers = [1, 2, 3, 4, 5];

    /// <param name="file">What is to be published.</param>
    /// <param name="published">What is published already: its codes are known, its versions never change.</param>
    /// <param name="today">New versions of known codes take effect on this day or later; null where nothing is published yet.</param>
    /// <exception cref="Refused">Where anything is wrong.</exception>
    public static void Demand(CatalogueFile file, CatalogueSnapshot published, DateOnly? today)
    {
        var check = new Check();
        var known = new Known(file, published);
        Named(check, file.Departments, "departments", "部门", "Department", 40, 60);
        Named(check, file.Documents, "documents", "材料", "Document", 100, 100);
        Items(check, file, known);
        LandSteps(check, file, known);
        Versions(
            check, today, "items", "事项", "Item",
            file.Items.Select(i => (i.Code, i.Version, i.EffectiveFrom, i.EffectiveTo)),
            published.Items.Select(i => (i.Code, i.Version, i.EffectiveFrom, i.EffectiveTo)));
        Versions(
            check, today, "processes", "流程", "Process",
            file.Processes.Select(p => (p.Code, p.Version, p.EffectiveFrom, p.EffectiveTo)),
            published.Processes.Select(p => (p.Code, p.Version, p.EffectiveFrom, p.EffectiveTo)));
        for (var i = 0; i < file.Processes.Count; i++) Process(check, file.Processes[i], $"processes[{i}]", file, published, known);
        check.Done();
    }

    private static void Named(Check check, IReadOnlyList<NamedEntry> entries, string list, string zh, string en, int mostZh, int mostEn)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, field) = (entries[i], $"{list}[{i}]");
            Code(check, entry.Code, field, zh, en);
            Name(check, entry.NameZh, entry.NameEn, field, zh, en, entry.Code, mostZh, mostEn);
        }

        Once(check, entries.Select(e => e.Code), list, zh, en);
    }

    private static void Items(Check check, CatalogueFile file, Known known)
    {
        for (var i = 0; i < file.Items.Count; i++)
        {
            var (item, field) = (file.Items[i], $"items[{i}]");
            Code(check, item.Code, field, "事项", "Item");
            Name(check, item.NameZh, item.NameEn, field, "事项", "Item", item.Code, 100, 100);
            check.That(
                known.Departments.Contains(item.Department), "catalogue.unknownDepartment", $"{field}.department",
                $"事项 {item.Code}：没有部门「{item.Department}」，请先在 departments 中列出。",
                $"Item {item.Code}: there is no department “{item.Department}”; list it under departments first.");
            check.That(
                KindShape().IsMatch(item.Kind), "catalogue.kind", $"{field}.kind",
                $"事项 {item.Code}：kind 应为一个英文单词（如 permit、filing）。",
                $"Item {item.Code}: kind must be one English word, such as permit or filing.");
            Limit(check, item.Statutory, $"{field}.statutory", "事项", "Item", item.Code, "法定时限", "statutory limit");
            Limit(check, item.Promised, $"{field}.promised", "事项", "Item", item.Code, "承诺时限", "promised limit");
            NotLonger(check, item.Promised, item.Statutory, $"{field}.promised", "事项", "Item", item.Code);
            check.Text(item.ResultZh, $"{field}.resultZh", $"事项 {item.Code} 的结果文书", $"Item {item.Code}: the result paper", 100);
            check.Text(item.ResultEn, $"{field}.resultEn", $"事项 {item.Code} 的结果文书英文名", $"Item {item.Code}: the English name of the result paper", 100);
            check.Text(item.CertificatePrefix, $"{field}.certificatePrefix", $"事项 {item.Code} 的证号前缀", $"Item {item.Code}: the certificate prefix", 20, optional: true);
            check.Text(item.StatutoryNote, $"{field}.statutoryNote", $"事项 {item.Code} 的法定时限说明", $"Item {item.Code}: the statutory note", 200, optional: true);
            check.Text(item.Note, $"{field}.note", $"事项 {item.Code} 的说明", $"Item {item.Code}: the note", 500, optional: true);
            Deemed(check, item, $"{field}.deemedConsent");
            Warning(check, item, $"{field}.warningDays");
            foreach (var document in item.Documents.Where(d => !known.Documents.Contains(d)))
                check.Add(
                    "catalogue.unknownDocument", $"{field}.documents",
                    $"事项 {item.Code}：没有材料「{document}」，请先在 documents 中列出。",
                    $"Item {item.Code}: there is no document “{document}”; list it under documents first.");
            Once(check, item.Documents, $"{field}.documents", $"事项 {item.Code} 的材料", $"Item {item.Code}: document");
            foreach (var need in item.Needs.Where(n => !known.Items.Contains(n) && !known.LandSteps.Contains(n)))
                check.Add(
                    "catalogue.unknownNeed", $"{field}.needs",
                    $"事项 {item.Code}：needs 中的「{need}」既不是事项也不是土地步骤。",
                    $"Item {item.Code}: “{need}” under needs is neither an item nor a land step.");
            check.That(
                string.Join(", ", item.Needs).Length <= 400, "field.tooLong", $"{field}.needs",
                $"事项 {item.Code}：needs 过长。", $"Item {item.Code}: needs is too long.");
        }
    }

    private static void Deemed(Check check, ItemEntry item, string field)
    {
        if (!item.DeemedConsent) return;
        if (NeverDeemed.Says(item.Code, item.NameZh, item.NameEn) is { } about)
        {
            check.Add(
                "catalogue.neverDeemed", field,
                $"事项 {item.Code} 涉及{about.Zh}，不能超时默认，请去掉 deemedConsent。",
                $"Item {item.Code} is about {about.En}: silence cannot stand for consent. Remove deemedConsent.");
        }

        check.That(
            item.Promised is not null || item.Statutory is not null, "catalogue.limitMissing", field,
            $"事项 {item.Code} 没有时限，无从超时，请去掉 deemedConsent。",
            $"Item {item.Code} has no limit that could pass; remove deemedConsent.");
    }

    private static void Warning(Check check, ItemEntry item, string field)
    {
        if (item.WarningDays is not { } days) return;
        var most = new[] { item.Promised?.Limit, item.Statutory?.Limit }.Min() - 1;
        check.That(
            days >= 1 && days <= most, "catalogue.warningDays", field,
            $"事项 {item.Code}：预警提前 {days} 日，应在 1 日与时限减 1 日（{most?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "无时限"}）之间。",
            $"Item {item.Code}: the warning begins {days} days before the end; it must be between 1 and the limit less one ({most?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "it has no limit"}).");
    }

    private static void LandSteps(Check check, CatalogueFile file, Known known)
    {
        for (var i = 0; i < file.LandSteps.Count; i++)
        {
            var (step, field) = (file.LandSteps[i], $"landSteps[{i}]");
            Code(check, step.Code, field, "土地步骤", "Land step");
            Name(check, step.NameZh, step.NameEn, field, "土地步骤", "Land step", step.Code, 100, 100);
            check.Text(step.Who, $"{field}.who", $"土地步骤 {step.Code} 的办理方", $"Land step {step.Code}: who takes it", 40);
            Limit(check, step.Statutory, $"{field}.statutory", "土地步骤", "Land step", step.Code, "法定时限", "statutory limit");
            Limit(check, step.Limit, $"{field}.limit", "土地步骤", "Land step", step.Code, "承诺时限", "promised limit");
            NotLonger(check, step.Limit, step.Statutory, $"{field}.limit", "土地步骤", "Land step", step.Code);
            check.Text(step.PaperZh, $"{field}.paperZh", $"土地步骤 {step.Code} 的文书", $"Land step {step.Code}: the paper", 100, optional: true);
            check.Text(step.PaperEn, $"{field}.paperEn", $"土地步骤 {step.Code} 的文书英文名", $"Land step {step.Code}: the English name of the paper", 100, optional: true);
            check.Text(step.Note, $"{field}.note", $"土地步骤 {step.Code} 的说明", $"Land step {step.Code}: the note", 500, optional: true);
            foreach (var need in step.Needs.Where(n => !known.LandSteps.Contains(n)))
                check.Add(
                    "catalogue.unknownPrerequisite", $"{field}.needs",
                    $"土地步骤 {step.Code}：没有前置步骤「{need}」。",
                    $"Land step {step.Code}: there is no step “{need}” for it to need.");
        }

        Once(check, file.LandSteps.Select(s => s.Code), "landSteps", "土地步骤", "Land step");
        Acyclic(check, file.LandSteps.Select(s => (s.Code, s.Needs)), "landSteps", "土地步骤", "Land steps");
    }

    private static void Process(Check check, ProcessEntry process, string field, CatalogueFile file, CatalogueSnapshot published, Known known)
    {
        var (zh, en) = ($"流程 {process.Code}", $"Process {process.Code}");
        Code(check, process.Code, field, "流程", "Process");
        Name(check, process.NameZh, process.NameEn, field, "流程", "Process", process.Code, 100, 100);
        check.That(process.StandardType > 0, "catalogue.standardType", $"{field}.standardType", $"{zh}：请填写审批流程类型（standardType）。", $"{en}: standardType is required.");
        check.That(
            process.BaselineWorkingDays > 0, "catalogue.baseline", $"{field}.baselineWorkingDays",
            $"{zh}：对比基准（baselineWorkingDays）须大于零。", $"{en}: baselineWorkingDays must be more than zero.");
        check.That(
            process.LandToStartBaselineWorkingDays > 0, "catalogue.baseline", $"{field}.landToStartBaselineWorkingDays",
            $"{zh}：拿地到开工的对比基准（landToStartBaselineWorkingDays）须大于零。", $"{en}: landToStartBaselineWorkingDays must be more than zero.");
        check.That(process.Items.Count > 0, "catalogue.emptyProcess", $"{field}.items", $"{zh}：没有任何事项。", $"{en} has no items.");
        foreach (var stage in process.Stages)
        {
            check.That(
                StageNumbers.Contains(stage.Stage), "catalogue.stageNumber", $"{field}.stages",
                $"{zh}：阶段编号 {stage.Stage} 不在 1–5 之内。", $"{en}: stage number {stage.Stage} is not within 1–5.");
            check.That(
                stage.Limit is >= 1 and <= LongestStage, "catalogue.stageLimit", $"{field}.stages",
                $"{zh}：阶段 {stage.Stage} 的时限为 {stage.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "空"}，应为 1–{LongestStage} 个工作日。",
                $"{en}: the limit of stage {stage.Stage} is {stage.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"}; it must be 1–{LongestStage} working days.");
            check.Text(stage.NameZh, $"{field}.stages", $"{zh} 阶段 {stage.Stage} 的名称", $"{en}: the name of stage {stage.Stage}", 40);
            check.Text(stage.NameEn, $"{field}.stages", $"{zh} 阶段 {stage.Stage} 的英文名称", $"{en}: the English name of stage {stage.Stage}", 80);
        }

        Once(check, process.Stages.Select(s => s.Stage.ToString(System.Globalization.CultureInfo.InvariantCulture)), $"{field}.stages", $"{zh} 的阶段", $"{en}: stage");
        Once(check, process.Items.Select(i => i.Item), $"{field}.items", $"{zh} 的事项", $"{en}: item");
        var own = process.Items.Select(i => i.Item).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < process.Items.Count; i++) ProcessItem(check, process, process.Items[i], $"{field}.items[{i}]", own, file, published, known);
        Acyclic(check, process.Items.Select(i => (i.Item, i.Prerequisites)), $"{field}.items", zh, en);
    }

    private static void ProcessItem(
        Check check, ProcessEntry process, ProcessItemEntry entry, string field, HashSet<string> own, CatalogueFile file, CatalogueSnapshot published, Known known)
    {
        var (zh, en) = ($"流程 {process.Code}", $"Process {process.Code}");
        var stage = process.Stages.FirstOrDefault(s => s.Stage == entry.Stage);
        check.That(
            stage is not null, "catalogue.unknownStage", $"{field}.stage",
            $"{zh}：事项 {entry.Item} 所在阶段 {entry.Stage} 不在该流程的 stages 中。",
            $"{en}: item {entry.Item} stands in stage {entry.Stage}, which the process does not list under stages.");
        foreach (var need in entry.Prerequisites.Where(n => !own.Contains(n)))
            check.Add(
                "catalogue.unknownPrerequisite", $"{field}.prerequisites",
                $"{zh}：事项 {entry.Item} 的前置事项「{need}」不在该流程中。",
                $"{en}: item {entry.Item} needs “{need}”, which is not an item of this process.");
        Once(check, entry.Prerequisites, $"{field}.prerequisites", $"{zh} 事项 {entry.Item} 的前置事项", $"{en}: prerequisite of item {entry.Item}");
        foreach (var old in entry.MergedFrom.Where(m => !known.Items.Contains(m)))
            check.Add(
                "catalogue.unknownItem", $"{field}.mergedFrom",
                $"{zh}：事项 {entry.Item} 由「{old}」合并而来，但目录中没有该事项。",
                $"{en}: item {entry.Item} is merged from “{old}”, which the catalogue does not have.");
        check.That(
            string.Join(", ", entry.MergedFrom).Length <= 200, "field.tooLong", $"{field}.mergedFrom",
            $"{zh}：事项 {entry.Item} 的 mergedFrom 过长。", $"{en}: mergedFrom of item {entry.Item} is too long.");
        if (!known.Items.Contains(entry.Item))
        {
            check.Add("catalogue.unknownItem", $"{field}.item", $"{zh}：没有事项「{entry.Item}」。", $"{en}: there is no item “{entry.Item}”.");
            return;
        }

        // A published process keeps the items it froze; only a new one looks for the items of its day.
        if (process.EffectiveFrom is not { } from || published.Processes.Any(p => p.Code == process.Code && p.Version == process.Version)) return;
        if (Publication.ItemOn(file, published, entry.Item, from) is not { } item)
        {
            check.Add(
                "catalogue.itemNotInEffect", $"{field}.item",
                $"{zh}：流程自 {Words.Day(from)} 起施行，但事项 {entry.Item} 当日没有施行中的版本。",
                $"{en} takes effect on {Words.Day(from)}, but item {entry.Item} has no version in effect on that day.");
            return;
        }

        if (item.Promised is not { } promised)
        {
            check.Add(
                "catalogue.limitMissing", $"{field}.item",
                $"{zh}：事项 {entry.Item} 没有承诺时限，不能列入流程。",
                $"{en}: item {entry.Item} has no promised limit and cannot be in a process.");
            return;
        }

        check.That(
            promised.Unit != Contract.Limit.CalendarDays, "catalogue.limitUnit", $"{field}.item",
            $"{zh}：事项 {entry.Item} 的承诺时限须以工作日（wd）计，阶段时限按工作日计算。",
            $"{en}: item {entry.Item} must be promised in working days (wd), as stages are counted in them.");
        if (stage?.Limit is { } most)
            check.That(
                promised.Unit != Contract.Limit.WorkingDays || promised.Value <= most, "catalogue.longerThanStage", $"{field}.item",
                $"{zh}：事项 {entry.Item} 的承诺时限 {promised.Value} 个工作日，超过所在阶段 {entry.Stage} 的时限 {most} 个工作日。",
                $"{en}: item {entry.Item} is promised in {promised.Value} working days, longer than the {most} of its stage {entry.Stage}.");
    }

    /// <summary>Versions rise with their dates, and a published one is never overtaken by an older.</summary>
    private static void Versions(
        Check check,
        DateOnly? today,
        string list,
        string zh,
        string en,
        IEnumerable<(string Code, int Version, DateOnly? From, DateOnly? To)> entries,
        IEnumerable<(string Code, int Version, DateOnly From, DateOnly? To)> published)
    {
        var old = published.ToLookup(p => p.Code);
        foreach (var versions in entries.GroupBy(e => e.Code))
        {
            foreach (var same in versions.GroupBy(v => v.Version).Where(g => g.Count() > 1))
                check.Add("catalogue.duplicate", list, $"{zh} {versions.Key} 的版本 {same.Key} 出现了 {same.Count()} 次。", $"{en} {versions.Key} version {same.Key} is listed {same.Count()} times.");
            foreach (var (code, version, from, to) in versions)
            {
                check.That(version > 0, "catalogue.version", list, $"{zh} {code}：版本号须为 1 或更大。", $"{en} {code}: the version must be 1 or more.");
                check.That(from is not null, "catalogue.effectiveFrom", list, $"{zh} {code} 版本 {version}：缺少施行日期（effectiveFrom）。", $"{en} {code} version {version}: effectiveFrom is missing.");
                check.That(
                    to is null || from is null || from <= to, "catalogue.datesOutOfOrder", list,
                    $"{zh} {code} 版本 {version}：停用日期早于施行日期。", $"{en} {code} version {version} ends before it takes effect.");
                var known = old[code].ToList();
                if (known.Count == 0 || known.Any(k => k.Version == version)) continue;
                var newest = known.MaxBy(k => k.Version);
                check.That(
                    version > newest.Version, "catalogue.versionTooLow", list,
                    $"{zh} {code}：已发布到版本 {newest.Version}，新版本号须大于它，现为 {version}。",
                    $"{en} {code} is published up to version {newest.Version}; a new version must be higher, it is {version}.");
                check.That(
                    today is not { } day || from is null || from >= day, "catalogue.datesOutOfOrder", list,
                    $"{zh} {code} 版本 {version}：新版本不能追溯施行，施行日期须为 {Words.Day(today)} 或以后。",
                    $"{en} {code} version {version}: a new version cannot take effect in the past; it must be {Words.Day(today)} or later.");
            }

            var line = versions.Where(v => v.From is not null).Select(v => (v.Version, From: v.From!.Value))
                .Concat(old[versions.Key].Where(k => versions.All(v => v.Version != k.Version)).Select(k => (k.Version, k.From)))
                .DistinctBy(v => v.Version)
                .OrderBy(v => v.Version).ToList();
            for (var i = 1; i < line.Count; i++)
                check.That(
                    line[i].From > line[i - 1].From, "catalogue.datesOutOfOrder", list,
                    $"{zh} {versions.Key}：版本 {line[i].Version} 的施行日期 {Words.Day(line[i].From)} 不晚于版本 {line[i - 1].Version} 的 {Words.Day(line[i - 1].From)}。",
                    $"{en} {versions.Key}: version {line[i].Version} takes effect on {Words.Day(line[i].From)}, not after version {line[i - 1].Version} on {Words.Day(line[i - 1].From)}.");
        }
    }

    private static void Limit(Check check, LimitEntry? limit, string field, string zh, string en, string code, string whichZh, string whichEn)
    {
        if (limit is null) return;
        check.That(
            limit.Limit is null or <= LongestLimit, "catalogue.limit", field,
            $"{zh} {code}：{whichZh} {limit.Limit} 超过 {LongestLimit}，请核对。", $"{en} {code}: the {whichEn} {limit.Limit} is more than {LongestLimit}; check it.");
        check.That(
            limit.Limit is > 0, "catalogue.limit", field,
            $"{zh} {code}：{whichZh}须大于零，现为 {limit.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "空"}。",
            $"{en} {code}: the {whichEn} must be more than zero; it is {limit.Limit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"}.");
        check.That(
            limit.Unit is Contract.Limit.WorkingDays or Contract.Limit.CalendarDays, "catalogue.limitUnit", field,
            $"{zh} {code}：{whichZh}的单位应为 wd（工作日）或 cd（日），现为「{limit.Unit}」。",
            $"{en} {code}: the unit of the {whichEn} must be wd (working days) or cd (calendar days); it is “{limit.Unit}”.");
        check.Text(limit.Note, field, $"{zh} {code} 的{whichZh}说明", $"{en} {code}: the note of the {whichEn}", 150, optional: true);
    }

    private static void NotLonger(Check check, LimitEntry? promised, LimitEntry? statutory, string field, string zh, string en, string code) => check.That(
        promised?.Limit is not { } p || statutory?.Limit is not { } s || promised.Unit != statutory.Unit || p <= s,
        "catalogue.longerThanStatutory", field,
        $"{zh} {code}：承诺时限 {promised?.Limit} 超过法定时限 {statutory?.Limit}。",
        $"{en} {code}: the promised limit {promised?.Limit} is longer than the statutory limit {statutory?.Limit}.");

    private static void Code(Check check, string code, string field, string zh, string en) => check.That(
        CodeShape().IsMatch(code), "catalogue.code", $"{field}.code",
        $"{zh}编码「{code}」应为 1–20 位大写字母、数字或连字符。",
        $"{en} code “{code}” must be 1–20 capital letters, digits or hyphens.");

    private static void Name(Check check, string nameZh, string nameEn, string field, string zh, string en, string code, int mostZh, int mostEn) => check
        .Text(nameZh, $"{field}.nameZh", $"{zh} {code} 的名称", $"{en} {code}: the name", mostZh)
        .Text(nameEn, $"{field}.nameEn", $"{zh} {code} 的英文名称", $"{en} {code}: the English name", mostEn);

    private static void Once(Check check, IEnumerable<string> codes, string field, string zh, string en)
    {
        foreach (var same in codes.GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1))
            check.Add("catalogue.duplicate", field, $"{zh} {same.Key} 出现了 {same.Count()} 次，请只保留一个。", $"{en} {same.Key} is listed {same.Count()} times; keep one.");
    }

    private static void Acyclic(Check check, IEnumerable<(string Code, IReadOnlyList<string> Needs)> nodes, string field, string zh, string en)
    {
        var graph = nodes.DistinctBy(n => n.Code).ToDictionary(n => n.Code, n => n.Needs, StringComparer.Ordinal);
        if (Graph.Cycle(graph) is { } cycle)
            check.Add(
                "catalogue.cycle", field,
                $"{zh}：前置关系成环：{string.Join(" → ", cycle)}。请去掉其中一环。",
                $"{en}: the prerequisites form a cycle: {string.Join(" → ", cycle)}; remove one of them.");
    }

    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,19}\z")]
    private static partial Regex CodeShape();

    [GeneratedRegex(@"\A[a-zA-Z]{1,40}\z")]
    private static partial Regex KindShape();

    /// <summary>The codes that may be referred to: those of the file and those published.</summary>
    private sealed class Known(CatalogueFile file, CatalogueSnapshot published)
    {
        public HashSet<string> Departments { get; } = [.. file.Departments.Select(d => d.Code), .. published.Departments.Select(d => d.Code)];

        public HashSet<string> Documents { get; } = [.. file.Documents.Select(d => d.Code), .. published.Documents.Select(d => d.Code)];

        public HashSet<string> Items { get; } = [.. file.Items.Select(i => i.Code), .. published.Items.Select(i => i.Code)];

        public HashSet<string> LandSteps { get; } = [.. file.LandSteps.Select(s => s.Code), .. published.LandSteps.Select(s => s.Code)];
    }
}
