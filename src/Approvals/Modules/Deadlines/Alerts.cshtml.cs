using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Deadlines;

/// <summary>What is late and what is at risk, with the arithmetic of each due date.</summary>
[Needs(Act.SeeWork)]
internal sealed class AlertsModel(IMediator mediator, Actor actor, CatalogueInForce catalogue) : PageModel
{
    /// <summary>A code; empty for all. Without it in the address the reader's own department is shown.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Level { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListAlerts.Result Shown { get; private set; } = null!;

    public IReadOnlyList<Department> Departments => catalogue.Current.Departments;

    public async Task OnGetAsync()
    {
        if (!Request.Query.ContainsKey("department")) Department = actor.Department;
        Shown = await mediator.Send(new ListAlerts.Query(Department, Level, After));
    }

    public string NameOf(string department) => catalogue.Current.Department(department)?.Name.ToString() ?? department;

    public string Here(string? level, string? after = null) =>
        $"/alerts?department={Uri.EscapeDataString(Department ?? "")}"
        + (string.IsNullOrEmpty(level) ? "" : $"&level={level}")
        + (after is null ? "" : $"&after={after}");
}
