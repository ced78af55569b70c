using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>告知书: the written notice of a pause, with the time needed (行政许可法 45). In Chinese, as it goes to the applicant.</summary>
[Needs(Act.SeeWork)]
internal sealed class PauseNoticeModel(IMediator mediator, CalendarInForce calendar) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    /// <summary>Which pause of the case, counted as they were opened.</summary>
    [BindProperty(SupportsGet = true)]
    public int N { get; set; }

    [TempData]
    public string? Printed { get; set; }

    public ShowCase.Result Shown { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    public PauseFact Pause { get; private set; } = null!;

    public DueDay? LastDay => Ends(Pause, calendar.Current);

    public async Task OnGetAsync()
    {
        (Shown, Paper) = await mediator.Send(new PrintNotice.Query(CaseNotice.Pause, N, Number, Printed));
        Pause = Of(Shown, N);
    }

    public async Task<IActionResult> OnPostPrintAsync()
    {
        Printed = PrintNotice.Key(CaseNotice.Pause, N, Number, await mediator.Send(new PrintNotice.Command(CaseNotice.Pause, N, Number)));
        return Redirect($"/cases/{Number}/pauses/{N}/notice");
    }

    public static PauseFact Of(ShowCase.Result shown, int n) => shown.Pauses.FirstOrDefault(p => p.Notice == n)?.Fact
        ?? throw Refused.NotFound("notice.notFound", "n", $"{shown.Case.Number} 没有第 {n} 次暂停。", $"{shown.Case.Number} has no pause {n}.");

    /// <summary>The last day of what is planned.</summary>
    public static DueDay? Ends(PauseFact pause, WorkingDays calendar) => pause.PlannedDays is { } days ? calendar.Add(pause.From, days) : null;
}
