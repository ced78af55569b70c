using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Documents.Contract;
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

    [TempData]
    public string? Printed { get; set; }

    public ShowCase.Result Shown { get; private set; } = null!;

    public PrintedPaper Paper { get; private set; } = null!;

    public ExtensionFact Extension { get; private set; } = null!;

    public DateOnly GrantedOn => clock.DayOf(Extension.GrantedAt);

    public async Task OnGetAsync()
    {
        (Shown, Paper) = await mediator.Send(new PrintNotice.Query(CaseNotice.Extension, N, Number, Printed));
        Extension = Of(Shown, N);
    }

    public async Task<IActionResult> OnPostPrintAsync()
    {
        Printed = PrintNotice.Key(CaseNotice.Extension, N, Number, await mediator.Send(new PrintNotice.Command(CaseNotice.Extension, N, Number)));
        return Redirect($"/cases/{Number}/extensions/{N}/notice");
    }

    public static ExtensionFact Of(ShowCase.Result shown, int n) => n >= 1 && n <= shown.Extensions.Count
        ? shown.Extensions[n - 1]
        : throw Refused.NotFound("notice.notFound", "n", $"{shown.Case.Number} 没有第 {n} 次延长。", $"{shown.Case.Number} has no extension {n}.");
}
