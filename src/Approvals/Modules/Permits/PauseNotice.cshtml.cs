using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
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

    public ShowCase.Result Shown { get; private set; } = null!;

    public PauseFact Pause { get; private set; } = null!;

    /// <summary>The last day of what is planned.</summary>
    public DueDay? Ends => Pause.PlannedDays is { } days ? calendar.Current.Add(Pause.From, days) : null;

    public async Task OnGetAsync()
    {
        Shown = await mediator.Send(new ShowCase.Query(Number));
        Pause = Shown.Pauses.FirstOrDefault(p => p.Notice == N)?.Fact
            ?? throw Refused.NotFound("notice.notFound", "n", $"{Number} 没有第 {N} 次暂停。", $"{Number} has no pause {N}.");
    }

    public static string Zh(DateOnly? day) => day?.ToString("yyyy 年 M 月 d 日", CultureInfo.InvariantCulture) ?? "";
}
