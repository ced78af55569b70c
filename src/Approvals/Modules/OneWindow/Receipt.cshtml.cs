using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>The paper the applicant takes along: number, query code, what was handed in and what is missing.</summary>
[Needs(Act.SeeWork)]
internal sealed class ReceiptModel(IMediator mediator, ZoneClock clock, OfficeHours office, Settings settings, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    [TempData]
    public string? Printed { get; set; }

    public GetApplication.Result Application { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    public bool MayTakeIn => actor.May(Act.TakeIn);

    /// <summary>The day that counts as the day of receipt, where it is not the day itself.</summary>
    public DateOnly? CountsAs => office.DayOf(Application.Head.ReceivedAt) is var day && day != clock.DayOf(Application.Head.ReceivedAt) ? day : null;

    public TimeOnly Closing => office.Closing;

    /// <summary>Where the applicant looks it up. The code is typed from the paper: no history of a browser and no log opens anything.</summary>
    public string Progress => $"{settings.Address}/progress?number={Application.Head.Number}";

    public QrPicture Picture => QrPicture.Of(Progress, new("进度查询网址的二维码", "QR code of the address to look it up"));

    public DateTime Local(DateTime utc) => clock.Local(utc);

    public async Task OnGet() => (Application, Paper) = await mediator.Send(new PrintPaper.Query(WindowPaper.Receipt, Number, Printed));

    public async Task<IActionResult> OnPostPrint()
    {
        Printed = PrintPaper.Key(WindowPaper.Receipt, Number, await mediator.Send(new PrintPaper.Command(WindowPaper.Receipt, Number)));
        return Redirect($"/applications/{Number}/receipt");
    }
}
