using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>The paper the applicant takes along: number, query code, what was handed in and what is missing.</summary>
[Needs(Act.SeeWork)]
internal sealed class ReceiptModel(IMediator mediator, ZoneClock clock, OfficeHours office) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    public GetApplication.Result Application { get; private set; } = null!;

    public DateOnly Today => clock.Today;

    /// <summary>The day that counts as the day of receipt, where it is not the day itself.</summary>
    public DateOnly? CountsAs => office.DayOf(Application.Head.ReceivedAt) is var day && day != clock.DayOf(Application.Head.ReceivedAt) ? day : null;

    public TimeOnly Closing => office.Closing;

    public DateTime Local(DateTime utc) => clock.Local(utc);

    public async Task OnGet() => Application = await mediator.Send(new GetApplication.Query(Number));
}
