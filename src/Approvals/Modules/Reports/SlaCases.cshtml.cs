using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Reports;

/// <summary>The cases behind a figure.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaCasesModel(IMediator mediator, Naming naming) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? List { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    /// <summary>The kind of period of the report that led here.</summary>
    [BindProperty(SupportsGet = true, Name = "period")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cut { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListReportCases.Result? Shown { get; private set; }

    public Naming Names => naming;

    public string Title => $"{ListReportCases.Name(List ?? "closed")}{(string.IsNullOrEmpty(Cut) ? "" : " · " + naming.Key(Cut, Key ?? ""))}";

    public string Days => Shown is null ? "" : ListReportCases.IsStock(Shown.List) ? Drill.AtEndOf(Shown.To) : Drill.Days(Shown.From, Shown.To);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListReportCases.Query(List ?? "closed", From, To, Cut, Key, After), ct);
        return Page();
    }, () => Task.CompletedTask);

    public static Text Status(CaseFact c) => c.Outcome.Name();

    public string Here(string? after) => "/reports/sla/cases" + QueryString.Create(new Dictionary<string, string?>
    {
        ["list"] = List,
        ["from"] = From is { } from ? Words.Day(from) : null,
        ["to"] = To is { } to ? Words.Day(to) : null,
        ["period"] = Kind,
        ["cut"] = Cut,
        ["key"] = Key,
        ["after"] = after,
    }.Where(p => p.Value is not null)).ToUriComponent();

    public string Back => Shown is null ? "/reports/sla" : Drill.Back(Kind, Shown.To);
}
