using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>告知书: the written notice of an extension, with its reason (行政许可法 42). In Chinese, as it goes to the applicant.</summary>
[Needs(Act.SeeWork)]
internal sealed class ExtensionNoticeModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    /// <summary>Which extension of the case, those taken back included.</summary>
    [BindProperty(SupportsGet = true)]
    public int N { get; set; }

    public ShowCase.Result Shown { get; private set; } = null!;

    public ExtensionFact Extension { get; private set; } = null!;

    public string GrantedOn => Zh(clock.DayOf(Extension.GrantedAt));

    public async Task OnGetAsync()
    {
        Shown = await mediator.Send(new ShowCase.Query(Number));
        Extension = N >= 1 && N <= Shown.Extensions.Count
            ? Shown.Extensions[N - 1]
            : throw Refused.NotFound("notice.notFound", "n", $"{Number} 没有第 {N} 次延长。", $"{Number} has no extension {N}.");
    }

    public static string Zh(DateOnly? day) => day?.ToString("yyyy 年 M 月 d 日", CultureInfo.InvariantCulture) ?? "";
}
