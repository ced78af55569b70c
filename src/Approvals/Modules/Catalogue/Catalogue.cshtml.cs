using Approvals.Modules.Access.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Catalogue;

/// <summary>目录: the processes, the items by department, the land steps.</summary>
[Needs(Act.SeeWork)]
internal sealed class CatalogueModel(IMediator mediator, Actor actor) : PageModel
{
    public ListCatalogue.Result Data { get; private set; } = null!;

    public bool MayPublish => actor.May(Act.PublishCatalogue);

    public async Task OnGetAsync() => Data = await mediator.Send(new ListCatalogue.Query());
}
