using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>一次性补正告知书: the paper that tells the applicant once of everything that is missing or wrong (行政许可法 32).</summary>
[Needs(Act.SeeWork)]
internal sealed class CorrectionModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Printed { get; set; }

    public GetApplication.Result Application { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    public GetApplication.Correction Correction => Application.Correction!;

    public DateOnly AskedOn => clock.DayOf(Correction.AskedAt);

    public async Task OnGet() => (Application, Paper) = await mediator.Send(new PrintPaper.Query(WindowPaper.Correction, Number, Printed));

    public async Task<IActionResult> OnPostPrint()
    {
        Printed = PrintPaper.Key(WindowPaper.Correction, Number, await mediator.Send(new PrintPaper.Command(WindowPaper.Correction, Number)));
        return Redirect($"/applications/{Number}/correction");
    }
}
