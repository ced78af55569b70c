using System.Text.Json;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Projects.Contract;

/// <summary>A milestone of a template: so many working days after those before it.</summary>
/// <param name="Items">Codes of items, of any process, whose approval it waits for besides.</param>
/// <param name="IsBuilders">The time before it is in the builder's hands.</param>
internal sealed record PlanStep(MilestoneKind Kind, int Days, IReadOnlyList<MilestoneKind> After, IReadOnlyList<string> Items, bool IsBuilders);

/// <summary>一个项目的计划模板: the items of its process and the milestones around them as one network, from the contract to production.</summary>
internal static class ProjectPlan
{
    private static readonly Dictionary<string, IReadOnlyList<PlanStep>> Templates = Read();

    /// <summary>The works, which every phase has for itself.</summary>
    private static readonly MilestoneKind[] OfWorks =
        [MilestoneKind.ConstructionStarted, MilestoneKind.MainStructure, MilestoneKind.ToppedOut, MilestoneKind.Completed, MilestoneKind.Accepted, MilestoneKind.Production];

    public static bool IsOfWorks(MilestoneKind kind) => OfWorks.Contains(kind);

    /// <summary>The name of a milestone in a network; an item goes by its own code.</summary>
    public static string Code(MilestoneKind kind, int phase = 0) => phase == 0 ? kind.ToString() : $"{kind}@{phase}";

    public static IReadOnlyList<PlanStep> StepsOf(string process) => Templates.GetValueOrDefault(process) ?? Templates["*"];

    /// <summary>What an item of the process waits for: the items it needs, or the land.</summary>
    public static IReadOnlyList<string> NeedsOf(ProcessItem item) => item.Needs.Count > 0 ? item.Needs : [Code(MilestoneKind.LandAcquired)];

    /// <summary>What a milestone waits for: those before it, and the items of this process that it marks.</summary>
    public static IReadOnlyList<string> NeedsOf(PlanStep step, Process process) =>
    [
        .. step.After.Select(k => Code(k)),
        .. process.Items.Select(i => i.Item.Code).Where(c => step.Items.Contains(c) || ItemMilestones.Of(c) == step.Kind),
    ];

    /// <summary>As planned: every item takes what it promises.</summary>
    public static IReadOnlyList<Activity> Activities(Process process) =>
    [
        .. process.Items.Select(i => new Activity(i.Item.Code, i.Item.Promised ?? new(0, Limit.WorkingDays), NeedsOf(i))),
        .. StepsOf(process.Code).Select(s => new Activity(Code(s.Kind), new(s.Days, Limit.WorkingDays), NeedsOf(s, process)) { IsBuilders = s.IsBuilders }),
    ];

    /// <summary>The planned days by the process. Of a project in phases the works are planned for its first phase; the others are planned by hand when they are known.</summary>
    public static IReadOnlyList<(int Phase, MilestoneKind Kind, DateOnly On)> Dates(Process process, int phases, WorkingDays days, DateOnly from)
    {
        var schedule = Network.Of(Activities(process)).Run(days, from);
        return [.. StepsOf(process.Code).Select(s => (phases > 0 && IsOfWorks(s.Kind) ? 1 : 0, s.Kind, schedule[Code(s.Kind)].Finish))];
    }

    public static void CheckStart(Check check, DateOnly? from, string field) => check.That(
        from is not { } day || (WorkingDays.Covers(day) && day.Year < WorkingDays.LastYear - 10), "plan.start", field,
        $"起算日应在 {WorkingDays.FirstYear} 年至 {WorkingDays.LastYear - 11} 年之间。", $"The plan must begin between {WorkingDays.FirstYear} and {WorkingDays.LastYear - 11}.");

    private static Dictionary<string, IReadOnlyList<PlanStep>> Read()
    {
        using var file = typeof(ProjectPlan).Assembly.GetManifestResourceStream("data.milestone-templates.json")!;
        using var json = JsonDocument.Parse(file);
        var given = json.RootElement.GetProperty("templates").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.EnumerateArray().Select(Step).ToList());
        var common = given["*"];
        return given.ToDictionary(t => t.Key, t => (IReadOnlyList<PlanStep>)[.. common.Select(s => t.Value.Find(own => own.Kind == s.Kind) ?? s)]);
    }

    private static PlanStep Step(JsonElement step) => new(
        Enum.Parse<MilestoneKind>(step.GetProperty("kind").GetString()!),
        step.GetProperty("days").GetInt32(),
        [.. step.GetProperty("after").EnumerateArray().Select(k => Enum.Parse<MilestoneKind>(k.GetString()!))],
        step.TryGetProperty("items", out var items) ? [.. items.EnumerateArray().Select(i => i.GetString()!)] : [],
        step.TryGetProperty("builder", out var builder) && builder.GetBoolean());
}
