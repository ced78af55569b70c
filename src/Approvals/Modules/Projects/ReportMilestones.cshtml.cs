using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
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

    [TempData]
    public string? Done { get; set; }

    public ShowProject.Result Data { get; private set; } = null!;

    public DateOnly Today => clock.Today;

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReportAsync() => this.Do(
        async () =>
        {
            await mediator.Send(new ReportMilestone.Command(Kind, On, PhaseNumber, Code));
            var name = Milestones.Name(Kind);
            Done = Words.T($"已填报「{name.Zh}」：{Words.Day(On)}。", $"“{name.En}” is reported for {Words.Day(On)}.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load);

    public Task<IActionResult> OnPostPlanAsync() => this.Do(
        async () =>
        {
            await mediator.Send(new PlanMilestones.Command([new(Kind, On, PhaseNumber)], Code));
            var name = Milestones.Name(Kind);
            Done = Words.T($"「{name.Zh}」的计划日期：{Words.Day(On)}。", $"“{name.En}” is planned for {Words.Day(On)}.");
            return Redirect($"/projects/{Code}/milestones");
        },
        Load);

    public string Phase(int number) => number == 0
        ? Words.T("整个项目", "whole")
        : Data.Phases.FirstOrDefault(p => p.Number == number)?.Name ?? Words.T($"第 {number} 期", $"phase {number}");

    private async Task Load() => Data = await mediator.Send(new ShowProject.Query(Code));
}
