using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>督办单: what waits for an answer, the earliest on top.</summary>
[Needs(Act.SeeCentre)]
internal sealed class OrdersModel(IMediator mediator, Actor actor, CatalogueInForce catalogue, Wording say, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    /// <summary>Those that have ended too.</summary>
    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListOrders.Result Shown { get; private set; } = null!;

    public IReadOnlyList<Department> Departments => catalogue.Current.Departments;

    public Wording Say => say;

    public bool MayChoose => actor.OnlyDepartment() is null;

    public async Task OnGetAsync(CancellationToken ct) => Shown = await mediator.Send(new ListOrders.Query(Department, All, After), ct);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public string Here(bool all, string? after = null) =>
        $"/orders?all={(all ? "true" : "false")}" + (string.IsNullOrEmpty(Department) ? "" : $"&department={Uri.EscapeDataString(Department)}") + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
}
