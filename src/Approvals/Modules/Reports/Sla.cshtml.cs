using System.Globalization;
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
internal sealed class SlaModel(IMediator mediator, Actor actor, WorkbooksUnderWay workbooks, CalendarInForce calendar, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public DateOnly? Date { get; set; }

    [BindProperty(SupportsGet = true, Name = "period")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Projects { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Revision { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ShowReport.Report? Shown { get; private set; }

    public bool IsSubscribed { get; private set; }

    public string Wanted => string.IsNullOrEmpty(Kind) ? Period.Day : Kind;

    /// <summary>What this page asks by how far its workbook is.</summary>
    public Guid Token { get; } = Guid.NewGuid();

    /// <summary>Where a day off is shown, the working day before it: nobody decided anything on a Sunday.</summary>
    public DateOnly? WorkingDayBefore => Shown is { Period: { Kind: Period.Day } period } && !calendar.Current.IsWorkingDay(period.To) ? period.BeforeTo : null;

    public HtmlString Body => new(ReportHtml.Body(Shown!));

    public string Title => Shown is null ? Words.T("审批时效报告", "SLA report") : ReportHtml.Title(Shown);

    public string Sub => ReportHtml.Sub(Shown!, clock);

    public DateOnly Day => Shown?.Period.To ?? Date ?? clock.Today.AddDays(-1);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        IsSubscribed = await mediator.Send(new Subscribe.Query(), ct);
        Shown = await mediator.Send(new ShowReport.Query(Date, Wanted, WithProjects: Projects, Revision: Revision), ct);
        return Page();
    }, () => Task.CompletedTask);

    public Task<IActionResult> OnGetXlsxAsync(Guid? token, CancellationToken ct) => this.Do(async () =>
    {
        // Through a file of the system's own, which ends with its stream: a workbook is only complete at its end.
        var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 65_536, FileOptions.DeleteOnClose);
        try
        {
            await workbooks.Write(actor.UserId, token, progress => mediator.Send(new ReportFiles.WriteWorkbook(Date, Wanted, file, progress, Revision: Revision), ct));
            file.Position = 0;
            return File(file, ReportFiles.Workbook, Named("xlsx"));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }, () => Task.CompletedTask);

    public IActionResult OnGetMaking(Guid token, int asked) => Partial("_Making", new Making(token, asked, workbooks.Of(actor.UserId, token)));

    public Task<IActionResult> OnGetCsvAsync(CancellationToken ct) => this.Do(async () =>
        new LinesFile(await mediator.Send(new ShowReport.Query(Date, Wanted, WithProjects: Projects, Revision: Revision), ct), Named("csv")), () => Task.CompletedTask);

    public Task<IActionResult> OnPostSubscribeAsync(bool wanted, CancellationToken ct) => this.Do(async () =>
    {
        await mediator.Send(new Subscribe.Command(wanted), ct);
        Done = wanted ? Words.T("已订阅：每天早上发到您的消息和邮箱。", "Subscribed: it comes to your messages and mail each morning.") : Words.T("已退订。", "Unsubscribed.");
        return LocalRedirect(Here());
    }, () => OnGetAsync(ct));

    public string Here(string? kind = null, DateOnly? date = null, string? handler = null, bool? projects = null, Guid? token = null) => "/reports/sla" + QueryString.Create(new Dictionary<string, string?>
    {
        ["date"] = Words.Day(date ?? Day),
        ["period"] = kind ?? Wanted,
        ["projects"] = (projects ?? Projects) ? "true" : null,
        // Whoever goes on to another day goes on to the reports in force.
        ["revision"] = handler is not null && Shown?.Superseded is { } was ? was.Revision.ToString(CultureInfo.InvariantCulture) : null,
        ["handler"] = handler,
        ["token"] = token?.ToString(),
    }.Where(p => p.Value is not null)).ToUriComponent();

    private string Named(string type) => string.Create(CultureInfo.InvariantCulture, $"sla-{Wanted}-{Day:yyyyMMdd}{(Revision is { } revision ? $"-r{revision}" : "")}.{type}");
}

/// <summary>How far the workbook is that a page has begun.</summary>
/// <param name="Asked">How often was asked; 0 where nobody has followed the link yet.</param>
/// <param name="State">Null where the process knows of none.</param>
internal sealed record Making(Guid Token, int Asked, WorkbooksUnderWay.State? State)
{
    /// <summary>What is asked for may come a little after the question how far it is.</summary>
    public const int Patience = 20;

    public bool IsRunning => Asked is > 0 and <= Patience && State is null || State is { EndedAt: null };
}
