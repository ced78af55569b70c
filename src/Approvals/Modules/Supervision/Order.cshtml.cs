using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>One supervision order: why, by when, what was answered, how it ended; to be printed too.</summary>
[Needs(Act.SeeCentre)]
internal sealed class OrderModel(IMediator mediator, Wording say, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Done { get; set; }

    public ShowOrder.Result Shown { get; private set; } = null!;

    public Wording Say => say;

    /// <summary>The form that was sent and refused stays open.</summary>
    public string Sent { get; private set; } = "";

    public DateOnly Today => clock.Today;

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowOrder.Query(Number));

    public Task<IActionResult> OnPostAnswerAsync([Bind(Prefix = "answer")] AnswerOrder.Command command) => Send("answer", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("已答复，等待督办办结。", "Answered; the supervisor closes it.");
    });

    public Task<IActionResult> OnPostCloseAsync([Bind(Prefix = "close")] CloseOrder.Command command) => Send("close", async () =>
    {
        await mediator.Send(command with { Number = Number });
        return Words.T("督办单已办结。", "The order is closed.");
    });

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private Task<IActionResult> Send(string form, Func<Task<string>> act)
    {
        Sent = form;
        return this.Do(
            async () =>
            {
                Done = await act();
                return Redirect($"/orders/{Uri.EscapeDataString(Number)}");
            },
            OnGetAsync,
            form);
    }
}
