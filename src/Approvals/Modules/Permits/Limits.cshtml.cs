using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>The open cases of an item that keep older limits, and what the present ones would move: chosen, then applied.</summary>
[Needs(Act.ChangeLimits)]
internal sealed class LimitsModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    [TempData]
    public string? Done { get; set; }

    public PreviewLimits.Result Shown { get; private set; } = null!;

    /// <summary>What was ticked stays ticked when the form is refused.</summary>
    public IReadOnlySet<string> Chosen { get; private set; } = new HashSet<string>();

    public DateOnly Today => clock.Today;

    public async Task OnGetAsync() => Shown = await mediator.Send(new PreviewLimits.Query(Code, After));

    public Task<IActionResult> OnPostApplyAsync([Bind(Prefix = "apply")] ApplyLimits.Command command)
    {
        Chosen = (command.Cases ?? []).ToHashSet();
        return this.Do(async () =>
        {
            var result = await mediator.Send(command with { Code = Code });
            Done = Words.T($"{result.Changed} 件已改用现行时限，{result.Moved} 个到期日变动。", $"{result.Changed} cases took the limits in force; {result.Moved} due dates moved.");
            return Redirect($"/catalogue/items/{Uri.EscapeDataString(Code)}/limits");
        }, OnGetAsync, "apply");
    }
}
