using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>Everything yellow or red, whose it is, and the orders that follow.</summary>
[Needs(Act.SeeCentre)]
internal sealed class SupervisionModel(IMediator mediator, Actor actor, CatalogueInForce catalogue, Wording say, ZoneClock clock) : PageModel
{
    /// <summary>A code, <c>-</c> for the window, empty for all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Level { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Item { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Rule { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Owner { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListLights.Result Shown { get; private set; } = null!;

    public IReadOnlyList<ListOwners.Owner> Owners { get; private set; } = [];

    public IReadOnlyList<Department> Departments => catalogue.Current.Departments;

    /// <summary>The items by code, each once.</summary>
    public IEnumerable<Item> Items => catalogue.Current.Items.GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).OrderBy(i => i.Code, StringComparer.Ordinal);

    public Wording Say => say;

    /// <summary>Whoever sees one department only has nothing to choose.</summary>
    public bool MayChoose => actor.OnlyDepartment() is null;

    public bool MayHandOver => actor.May(Act.HandOverWork);

    public bool IsFiltered => new[] { Level, Item, Kind, Rule, Owner }.Any(f => !string.IsNullOrEmpty(f)) || (MayChoose && !string.IsNullOrEmpty(Department));

    public string Whose => actor.OnlyDepartment() is { } only ? say.Department(only).ToString()
        : Place.Department(Department) is { } chosen ? say.Department(chosen).ToString() : Words.T("全部部门", "All departments");

    public async Task OnGetAsync(CancellationToken ct)
    {
        Shown = await mediator.Send(Filter(After), ct);
        Owners = await mediator.Send(new ListOwners.Query(Department), ct);
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct)
    {
        var file = await mediator.Send(new ExportLights.Query(Filter(null)), ct);
        return File(file, ExportLights.ContentType, $"{Words.T("督办", "supervision")}-{clock.Today:yyyyMMdd}.xlsx");
    }

    public string Here(string? level = null, string? department = null, string? sort = null, string? after = null, string? handler = null)
    {
        var link = new QueryString();
        Add("department", department ?? Department ?? "");
        Add("level", level ?? Level);
        Add("item", Item);
        Add("kind", Kind);
        Add("rule", Rule);
        Add("owner", Owner);
        Add("sort", sort ?? Sort);
        Add("after", after);
        Add("handler", handler);
        return "/supervision" + link;

        void Add(string name, string? value)
        {
            if (name == "department" ? MayChoose : !string.IsNullOrEmpty(value)) link = link.Add(name, value ?? "");
        }
    }

    private ListLights.Query Filter(string? after) => new(Department, Level, Item, Kind, Rule, Owner, Sort, after);
}
