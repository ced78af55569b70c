using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>填报里程碑: plan beside fact, and one form for both.</summary>
[Needs(Act.ReportMilestone)]
internal sealed class ReportMilestonesModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty]
    public MilestoneKind Kind { get; set; }

    [BindProperty(Name = "Phase")]
    public int PhaseNumber { get; set; }

    [BindProperty]
    public DateOnly? On { get; set; }

    [BindProperty]
    public string? LateReason { get; set; }

    /// <summary>What waits for a second person on the project.</summary>
    public IReadOnlyList<PendingRequest> Pending { get; private set; } = [];

    /// <param name="What">The kind, the phase and the day as the page showed it, as <c>Signed@0@2026-03-02</c>.</param>
    internal sealed record Correction(string? What, DateOnly? On, string? Reason);

    [TempData]
    public string? Done { get; set; }

    public ShowProject.Result Data { get; private set; } = null!;

    public DateOnly Today => clock.Today;

    public string When(DateTime at) => $"{clock.Local(at):yyyy-MM-dd HH:mm}";

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReportAsync() => this.Do(
        async () =>
        {
            await mediator.Send(new ReportMilestone.Command(Kind, On, PhaseNumber, Code, LateReason));
            var name = Milestones.Name(Kind);
            Done = Words.T($"已填报「{name.Zh}」：{Words.Day(On)}。", $"“{name.En}” is reported for {Words.Day(On)}.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load);

    /// <param name="seen">Every plan the page showed, as <see cref="Plans"/> writes them.</param>
    public Task<IActionResult> OnPostPlanAsync(string? seen) => this.Do(
        async () =>
        {
            var saw = (seen ?? "").Split(' ').FirstOrDefault(p => p.StartsWith($"{Kind}@{PhaseNumber}@", StringComparison.Ordinal))?.Split('@')[2];
            await mediator.Send(new PlanMilestones.Command([new(Kind, On, PhaseNumber, new(DateOnly.TryParseExact(saw, "yyyy-MM-dd", out var day) ? day : null))], Code));
            var name = Milestones.Name(Kind);
            Done = Words.T($"「{name.Zh}」的计划日期：{Words.Day(On)}。", $"“{name.En}” is planned for {Words.Day(On)}.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load);

    public Task<IActionResult> OnPostCorrectAsync(Correction correct) => this.Do(
        async () =>
        {
            var parts = (correct.What ?? "").Split('@');
            if (!Enum.TryParse<MilestoneKind>(parts[0], out var kind) || !Enum.IsDefined(kind))
                throw Refused.Invalid("field.required", "what", "请选择要更正的里程碑。", "Say which milestone to correct.");
            var phase = parts.Length > 1 && int.TryParse(parts[1], System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
            await mediator.Send(new CorrectMilestone.Command(kind, correct.On, correct.Reason, phase, Code, parts.Length > 2 && DateOnly.TryParseExact(parts[2], "yyyy-MM-dd", out var seen) ? seen : null));
            var name = Milestones.Name(kind);
            Done = correct.On is { } on
                ? Words.T($"「{name.Zh}」已更正为 {Words.Day(on)}，原填报留存。", $"“{name.En}” is corrected to {Words.Day(on)}; what it said is kept.")
                : Words.T($"「{name.Zh}」的填报已撤回，原填报留存。", $"The report of “{name.En}” is taken back; what it said is kept.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load,
        "correct");

    public Task<IActionResult> OnPostByProcessAsync(DateOnly? from) => this.Do(
        async () =>
        {
            var planned = (await mediator.Send(new PlanByProcess.Command(from, Code))).Planned;
            Done = Words.T($"已按流程为 {planned} 个里程碑推算计划日期。", $"{planned} milestones have a planned day by the process.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load);

    public string Phase(int number) => number == 0
        ? Words.T("整个项目", "whole")
        : Data.Phases.FirstOrDefault(p => p.Number == number)?.Name ?? Words.T($"第 {number} 期", $"phase {number}");

    public string Plans() => string.Join(' ', Data.Milestones.Where(m => m.PlannedOn is not null).Select(m => $"{m.Kind}@{m.Phase}@{Words.Day(m.PlannedOn)}"));

    private async Task Load()
    {
        Data = await mediator.Send(new ShowProject.Query(Code));
        Pending = await mediator.Send(new PendingOn([Subject.Of(Subject.Project, Data.Project.Code)]));
    }
}
