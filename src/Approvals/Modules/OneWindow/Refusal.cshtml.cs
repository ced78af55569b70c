using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>不予受理通知书, 不受理告知书: the dated and stamped paper that says why the application is not accepted, and what can be done about it (行政许可法 32).</summary>
[Needs(Act.SeeWork)]
internal sealed class RefusalModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Printed { get; set; }

    public GetApplication.Result Application { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    /// <summary>What the paper is called.</summary>
    public Text Name => NameOf(Application.Head.State);

    public DateOnly AnsweredOn => clock.DayOf(Application.Head.AnsweredAt!.Value);

    public static Text NameOf(ApplicationState state) => state == ApplicationState.NotAccepted
        ? new("不予受理通知书", "Notice of non-acceptance")
        : new("不受理告知书", "Notice that no permit is needed");

    public async Task OnGet() => (Application, Paper) = await mediator.Send(new PrintPaper.Query(WindowPaper.Refusal, Number, Printed));

    public async Task<IActionResult> OnPostPrint()
    {
        Printed = PrintPaper.Key(WindowPaper.Refusal, Number, await mediator.Send(new PrintPaper.Command(WindowPaper.Refusal, Number)));
        return Redirect($"/applications/{Number}/refusal");
    }
}
