using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>All cases, newest first, and the same list as a file.</summary>
[Needs(Act.SeeWork)]
internal sealed class CasesModel(IMediator mediator, CatalogueInForce catalogue, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public CaseStatus? Status { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListCases.Result List { get; private set; } = new([], null);

    public CatalogueSnapshot Catalogue { get; } = catalogue.Current;

    public DateOnly Today { get; } = clock.Today;

    public bool Filtered => Status is not null || !string.IsNullOrWhiteSpace(Department) || !string.IsNullOrWhiteSpace(Search);

    public async Task OnGetAsync(CancellationToken ct) => List = await mediator.Send(Wanted, ct);

    public IActionResult OnGetCsv() => new CasesFile(mediator, Catalogue, Wanted with { After = null, Rows = ListCases.LargestPage });

    public string Link(string? after, string? handler = null) => QueryString.Create(new Dictionary<string, string?>
    {
        ["status"] = Status?.ToString(),
        ["department"] = Department,
        ["search"] = Search,
        ["after"] = after,
        ["handler"] = handler,
    }.Where(p => !string.IsNullOrWhiteSpace(p.Value))).ToUriComponent() is { Length: > 0 } query ? "/cases" + query : "/cases";

    private ListCases.Query Wanted => new(Status, Department, Search, After);
}
