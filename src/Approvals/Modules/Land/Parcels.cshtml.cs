using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Land;

/// <summary>The parcels and what each waits for; a new one is registered here.</summary>
[Needs(Act.SeeWork)]
internal sealed class ParcelsModel(IMediator mediator, StepOwner owner) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    /// <summary>The project a parcel is to be registered for.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Project { get; set; }

    public ListParcels.Result List { get; private set; } = new([], null);

    public bool MayHandle => owner.May(Act.RegisterLand, StepOwner.Land);

    public async Task OnGetAsync() => List = await mediator.Send(new ListParcels.Query(After, Open: !All));

    public Task<IActionResult> OnPostOpenAsync(OpenParcel.Command open) => this.Do(async () =>
    {
        var opened = await mediator.Send(open);
        return RedirectToPage("Parcel", new { number = opened.Number });
    }, OnGetAsync, "open");
}
