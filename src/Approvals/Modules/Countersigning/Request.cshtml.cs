using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Countersigning;

/// <summary>One request: whoever asked finds it here, whoever may approve decides on it here.</summary>
[Needs(Act.SeeWork)]
internal sealed class RequestModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Done { get; set; }

    public ShowRequest.Result Shown { get; private set; } = null!;

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowRequest.Query(Number));

    public Task<IActionResult> OnPostApproveAsync() => Send(async () =>
    {
        await mediator.Send(new ApproveRequest.Command(Number));
        return Words.T("已批准并生效。", "Approved, and done.");
    });

    public Task<IActionResult> OnPostDeclineAsync([Bind(Prefix = "decline")] DeclineRequest.Command command) => Send(
        async () =>
        {
            await mediator.Send(command with { Number = Number });
            return Words.T("已否决，没有生效；提请人会收到理由。", "Declined; nothing was done, and whoever asked is told why.");
        },
        "decline");

    public Task<IActionResult> OnPostWithdrawAsync() => Send(async () =>
    {
        await mediator.Send(new WithdrawRequest.Command(Number));
        return Words.T("已撤回，没有生效。", "Withdrawn; nothing was done.");
    });

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private Task<IActionResult> Send(Func<Task<string>> act, string form = "") => this.Do(
        async () =>
        {
            Done = await act();
            return Redirect($"/requests/{Uri.EscapeDataString(Number)}");
        },
        OnGetAsync,
        form);
}
