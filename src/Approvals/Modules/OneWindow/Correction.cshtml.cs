using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
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

    public GetApplication.Result Application { get; private set; } = null!;

    public GetApplication.Correction Correction => Application.Correction!;

    public DateOnly AskedOn => clock.DayOf(Correction.AskedAt);

    public async Task OnGet()
    {
        Application = await mediator.Send(new GetApplication.Query(Number));
        if (Application.Correction is null)
            throw Refused.Conflict("application.notCorrecting", $"申请 {Number} 没有告知过补正，没有补正告知书。", $"No correction was asked for of application {Number}; there is no such notice.");
    }
}
