using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Timeline;

/// <summary>日历订阅: the address for one's calendar program, and its end.</summary>
[Needs(Act.Subscribe)]
internal sealed class FeedModel(IMediator mediator, Actor actor, ZoneClock clock, Settings settings) : PageModel
{
    /// <summary>The address, on the one page that shows it.</summary>
    public string? Address { get; private set; }

    [TempData]
    public string? Done { get; set; }

    public DateTime? Since { get; private set; }

    /// <summary>What of the calendar there is for somebody of the reader's roles.</summary>
    public bool Has(params Role[] roles) => actor.Roles.Overlaps(roles);

    public async Task OnGetAsync() => Since = await mediator.Send(new SubscribeFeed.Since()) is { } at ? clock.Local(at) : null;

    public async Task<IActionResult> OnPostSubscribeAsync()
    {
        Address = settings.Address + (await mediator.Send(new SubscribeFeed.Command())).Path;
        await OnGetAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostStopAsync()
    {
        await mediator.Send(new SubscribeFeed.Stop());
        Done = Words.T("订阅已停止，原地址不再有效。", "The subscription has ended; its address opens nothing any more.");
        return Redirect("/feed");
    }
}
