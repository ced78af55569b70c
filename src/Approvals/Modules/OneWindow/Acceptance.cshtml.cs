using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
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

    public GetApplication.Result Application { get; private set; } = null!;

    /// <summary>The day from which the limits count.</summary>
    public DateOnly AcceptedOn => Application.Head.DeemedOn ?? office.DayOf(Application.Head.AnsweredAt!.Value);

    public DateOnly Today => clock.Today;

    public async Task OnGet()
    {
        Application = await mediator.Send(new GetApplication.Query(Number));
        if (Application.Head is not { AnsweredAt: not null, State: ApplicationState.Accepted })
            throw Refused.Conflict("application.notAccepted", $"申请 {Number} 没有受理，没有受理通知书。", $"Application {Number} is not accepted; there is no notice of acceptance.");
    }
}
