using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Messages;

/// <summary>One's own inbox.</summary>
[Needs(Act.UseOwnAccount)]
internal sealed class MessagesModel(IMediator mediator, Actor actor, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    /// <summary>What a form to mute is open for.</summary>
    [BindProperty]
    public string? Subject { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public DateOnly? Until { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ListMessages.Result Shown { get; private set; } = null!;

    /// <summary>Those who run the system find what could not be sent from here.</summary>
    public bool MayOperate => actor.May(Act.Operate);

    public DateOnly Today => clock.Today;

    public async Task OnGetAsync() => Shown = await mediator.Send(new ListMessages.Query(Before));

    public string When(DateTime at) => clock.Local(at).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public Task<IActionResult> OnPostOpenAsync(long id) => this.Do(async () => LocalRedirect((await mediator.Send(new ReadMessages.One(id))).Link), OnGetAsync);

    public Task<IActionResult> OnPostReadAsync(long id) => Change(() => mediator.Send(new ReadMessages.One(id)), Words.T("已标为已读。", "Marked as read."));

    public Task<IActionResult> OnPostReadAllAsync(long upTo) => Change(() => mediator.Send(new ReadMessages.All(upTo)), Words.T("已全部标为已读。", "All marked as read."));

    public Task<IActionResult> OnPostMuteAsync() => Change(
        () => mediator.Send(new MuteSubject.Command(Subject, Reason, Until)),
        Words.T($"「{Subject}」已静音到 {Words.Day(Until)}：消息照收，不计数、不寄信。", $"“{Subject}” is muted until {Words.Day(Until)}: its messages come in, but are neither counted nor mailed."));

    public Task<IActionResult> OnPostUnmuteAsync() => Change(() => mediator.Send(new MuteSubject.End(Subject)), Words.T($"「{Subject}」不再静音。", $"“{Subject}” is no longer muted."));

    private Task<IActionResult> Change(Func<Task> act, string done) => this.Do(async () =>
    {
        await act();
        Done = done;
        return RedirectToPage();
    }, OnGetAsync);
}
