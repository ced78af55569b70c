using System.Globalization;
using System.Text;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Audit;

/// <summary>审计: who did what, or was refused, and the same as a file.</summary>
[Needs(Act.ReadAudit)]
internal sealed class AuditModel(IMediator mediator, ZoneClock clock, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? About { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Outcome { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    public ListRecords.Result Shown { get; private set; } = new([], null);

    public bool IsFiltered => Person is not null || About is not null || From is not null || To is not null || !string.IsNullOrEmpty(Outcome);

    /// <summary>The audit administrator reads the record and not the work: no link leads there.</summary>
    public bool SeesWork => actor.May(Act.SeeWork);

    private Filter Filter => new(Person, About, From, To, Outcome);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListRecords.Query(Filter, Before), ct);
        return Page();
    }, () => Task.CompletedTask);

    public Task<IActionResult> OnGetCsvAsync(CancellationToken ct) => this.Do(() => mediator.Send(new ExportRecords.Query(Filter, "csv"), ct), () => Task.CompletedTask);

    public Task<IActionResult> OnGetXlsxAsync(CancellationToken ct) => this.Do(() => mediator.Send(new ExportRecords.Query(Filter, "xlsx"), ct), () => Task.CompletedTask);

    public async Task<IActionResult> OnGetRootsAsync(CancellationToken ct) =>
        File(Encoding.UTF8.GetBytes((await mediator.Send(new ExportRoots.Query(), ct)).Write()), "application/json", $"audit-roots-{clock.Today:yyyyMMdd}.json");

    /// <remarks>What cannot be read has no time.</remarks>
    public string At(DateTime utc) => utc == default ? "—" : clock.Local(utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public string Here(string? handler = null, long? before = null)
    {
        var link = QueryString.Create(new Dictionary<string, string?>
        {
            ["person"] = Person,
            ["about"] = About,
            ["from"] = From is { } from ? Words.Day(from) : null,
            ["to"] = To is { } to ? Words.Day(to) : null,
            ["outcome"] = Outcome,
            ["before"] = before?.ToString(CultureInfo.InvariantCulture),
            ["handler"] = handler,
        }.Where(p => !string.IsNullOrWhiteSpace(p.Value)));
        return "/audit" + link.ToUriComponent();
    }
}
