using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Operations;

/// <summary>When each job ran and should run, what failed, and how the outbox stands; and a job is started.</summary>
[Needs(Act.Operate)]
internal sealed class OperationsModel(IMediator mediator, ZoneClock clock) : PageModel
{
    public ShowHealth.DetailsResult Shown { get; private set; } = null!;

    [TempData]
    public string? Done { get; set; }

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowHealth.Details());

    public Task<IActionResult> OnPostStartAsync(string job) => this.Do(
        async () =>
        {
            await mediator.Send(new StartJob.Command(job));
            Done = Words.T($"已启动：{JobNames.Of(job).Zh}。稍后刷新，看结果。", $"Started: {JobNames.Of(job).En}. Reload in a moment to see how it ended.");
            return Redirect("/operations#jobs");
        },
        OnGetAsync);

    public string When(DateTime? at) => at is { } utc ? clock.Local(utc).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) : "—";
}
