using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Messages;

/// <summary>What could not be sent, and what waits.</summary>
[Needs(Act.Operate)]
internal sealed class OutboxPageModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? After { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ListOutbox.Result Shown { get; private set; } = null!;

    public async Task OnGetAsync()
    {
        if (State is not "waiting") State = "dead";
        Shown = await mediator.Send(new ListOutbox.Query(State, After));
    }

    public string When(DateTime at) => clock.Local(at).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public Task<IActionResult> OnPostResendAsync(long id) => this.Do(async () =>
    {
        await mediator.Send(new ResendOutbox.One(id));
        Done = Words.T("一分钟内重发。", "It is sent again within a minute.");
        return RedirectToPage(new { State });
    }, OnGetAsync);

    public Task<IActionResult> OnPostDiscardAsync(long id) => this.Do(async () =>
    {
        await mediator.Send(new DiscardOutbox.Command(id));
        Done = Words.T("已删除，不会再发。", "Discarded; it is never sent.");
        return RedirectToPage(new { State });
    }, OnGetAsync);

    public Task<IActionResult> OnPostResendAllAsync() => this.Do(async () =>
    {
        var again = await mediator.Send(new ResendOutbox.All());
        Done = Words.T($"{again} 条将在一分钟内重发。", $"{again} are sent again within a minute.");
        return RedirectToPage(new { State });
    }, OnGetAsync);
}
