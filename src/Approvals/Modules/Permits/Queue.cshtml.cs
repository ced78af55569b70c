using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Permits;

/// <summary>A department's work, the earliest due first.</summary>
[Needs(Act.SeeCentre)]
internal sealed class QueueModel(IMediator mediator, Actor actor, CatalogueInForce catalogue) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    [BindProperty(SupportsGet = true)]
    public ListQueue.Tab Tab { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListQueue.Result Queue { get; private set; } = new(null, [], [], null);

    public CatalogueSnapshot Catalogue { get; } = catalogue.Current;

    /// <summary>Whoever belongs to a department sees its own.</summary>
    public bool MayChoose => actor.Department is null;

    public string DepartmentName => Queue.Department is { } code ? Catalogue.Department(code)!.Name.ToString() : "";

    public async Task OnGetAsync(CancellationToken ct) => Queue = await mediator.Send(new ListQueue.Query(Department, Tab, After), ct);

    public string Link(ListQueue.Tab tab, string? after = null)
    {
        var link = $"/queue?tab={tab}";
        if (MayChoose) link += $"&department={Queue.Department}";
        return after is null ? link : $"{link}&after={Uri.EscapeDataString(after)}";
    }
}
