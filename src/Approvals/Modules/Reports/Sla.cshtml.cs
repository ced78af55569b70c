using System.Globalization;
using System.Text;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Reports;

/// <summary>审批时效报告, for those who lead the zone or a department.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public DateOnly? Date { get; set; }

    [BindProperty(SupportsGet = true, Name = "period")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Projects { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ShowReport.Report? Shown { get; private set; }

    public bool IsSubscribed { get; private set; }

    public string Wanted => string.IsNullOrEmpty(Kind) ? Period.Day : Kind;

    public HtmlString Body => new(ReportHtml.Body(Shown!));

    public string Title => Shown is null ? Words.T("审批时效报告", "SLA report") : ReportHtml.Title(Shown);

    public string Sub => ReportHtml.Sub(Shown!, clock);

    public DateOnly Day => Shown?.Period.To ?? Date ?? clock.Today.AddDays(-1);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        IsSubscribed = await mediator.Send(new Subscribe.Query(), ct);
        Shown = await mediator.Send(new ShowReport.Query(Date, Wanted, WithProjects: Projects), ct);
        return Page();
    }, () => Task.CompletedTask);

    public Task<IActionResult> OnGetXlsxAsync(CancellationToken ct) => this.Do(async () =>
    {
        // Through a file of the system's own, which ends with its stream: a workbook is only complete at its end.
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 65_536, FileOptions.DeleteOnClose);
        try
        {
            await mediator.Send(new ReportFiles.WriteWorkbook(Date, Wanted, file), ct);
            file.Position = 0;
            return File(file, ReportFiles.Workbook, Named("xlsx"));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }, () => Task.CompletedTask);

    public Task<IActionResult> OnGetCsvAsync(CancellationToken ct) => this.Do(async () =>
        File(Encoding.UTF8.GetBytes(ReportFiles.Lines(await mediator.Send(new ShowReport.Query(Date, Wanted, WithProjects: Projects), ct))), "text/csv; charset=utf-8", Named("csv")), () => Task.CompletedTask);

    public Task<IActionResult> OnPostSubscribeAsync(bool wanted, CancellationToken ct) => this.Do(async () =>
    {
        await mediator.Send(new Subscribe.Command(wanted), ct);
        Done = wanted ? Words.T("已订阅：每天早上发到您的消息和邮箱。", "Subscribed: it comes to your messages and mail each morning.") : Words.T("已退订。", "Unsubscribed.");
        return RedirectToPage(new { date = Date is { } day ? Words.Day(day) : null, period = Kind });
    }, () => OnGetAsync(ct));

    public string Here(string? kind = null, DateOnly? date = null, string? handler = null, bool? projects = null) => "/reports/sla" + QueryString.Create(new Dictionary<string, string?>
    {
        ["date"] = Words.Day(date ?? Day),
        ["period"] = kind ?? Wanted,
        ["projects"] = (projects ?? Projects) ? "true" : null,
        ["handler"] = handler,
    }.Where(p => p.Value is not null)).ToUriComponent();

    private string Named(string type) => string.Create(CultureInfo.InvariantCulture, $"sla-{Wanted}-{Day:yyyyMMdd}.{type}");
}
