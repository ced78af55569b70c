using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>受理通知书: the dated and stamped paper that says the application is accepted (行政许可法 32).</summary>
[Needs(Act.SeeWork)]
internal sealed class AcceptanceModel(IMediator mediator, ZoneClock clock, OfficeHours office) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Printed { get; set; }

    public GetApplication.Result Application { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    /// <summary>The day from which the limits count.</summary>
    public DateOnly AcceptedOn => Application.Head.DeemedOn ?? office.DayOf(Application.Head.AnsweredAt!.Value);

    public DateOnly AnsweredOn => clock.DayOf(Application.Head.AnsweredAt!.Value);

    public async Task OnGet() => (Application, Paper) = await mediator.Send(new PrintPaper.Query(WindowPaper.Acceptance, Number, Printed));

    public async Task<IActionResult> OnPostPrint()
    {
        Printed = PrintPaper.Key(WindowPaper.Acceptance, Number, await mediator.Send(new PrintPaper.Command(WindowPaper.Acceptance, Number)));
        return Redirect($"/applications/{Number}/acceptance");
    }
}
