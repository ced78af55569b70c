using Approvals.Modules.Access.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Catalogue;

/// <summary>One item: its documents, limits, versions and uses.</summary>
[Needs(Act.SeeWork)]
internal sealed class ItemModel(IMediator mediator, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    public ShowItem.Result Data { get; private set; } = null!;

    public bool MayChangeLimits => actor.May(Act.ChangeLimits);

    public async Task OnGetAsync() => Data = await mediator.Send(new ShowItem.Query(Code));
}
