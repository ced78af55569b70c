using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Access;

/// <summary>One's own sessions: the one at hand and the others, each to be ended by itself.</summary>
[Needs(Act.UseOwnAccount)]
internal sealed class OwnSessionsModel(IMediator mediator, Actor actor, Sessions sessions, SignInSettings settings, Settings site) : PageModel
{
    [BindProperty]
    public long Ended { get; set; }

    [TempData]
    public string? Done { get; set; }

    public IReadOnlyList<ListSessions.Row> Sessions { get; private set; } = [];

    /// <summary>The one this page is looked at in.</summary>
    public long Current => User.Facts()?.Session ?? 0;

    public SignInSettings Settings => settings;

    public string At(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, site.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public async Task OnGetAsync() => Sessions = await mediator.Send(new ListSessions.Query());

    public Task<IActionResult> OnPostEndAsync() => this.Do(async () =>
    {
        await mediator.Send(new EndSession.Command(Ended));
        return Told(Words.T("该登录已结束。", "That session has ended."));
    }, OnGetAsync);

    public Task<IActionResult> OnPostOthersAsync() => this.Do(async () =>
    {
        await mediator.Send(new EndSession.Others(Current));
        return Told(Words.T("其他登录已结束。", "All other sessions have ended."));
    }, OnGetAsync);

    private RedirectToPageResult Told(string done)
    {
        sessions.Forget(actor.UserId);
        Done = done;
        return RedirectToPage();
    }
}

/// <summary>Sessions as a table.</summary>
/// <param name="Page">That ends one of them.</param>
/// <param name="Current">The reader's own, which is ended by signing out; 0 where it is none of these.</param>
internal sealed record SessionTable(IReadOnlyList<ListSessions.Row> Rows, long Current, string Page, Func<DateTime, string> At);
