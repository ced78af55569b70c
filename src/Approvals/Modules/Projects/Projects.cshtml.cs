using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>The projects, newest first.</summary>
[Needs(Act.SeeWork)]
internal sealed class ProjectsModel(IMediator mediator, Actor actor, CatalogueInForce catalogue) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    public bool Searching => !string.IsNullOrWhiteSpace(Search);

    public bool MayRegister => actor.May(Act.RegisterProject);

    public ListProjects.Result Data { get; private set; } = null!;

    public async Task OnGetAsync() => Data = await mediator.Send(new ListProjects.Query(Search, Before));

    public string Process(long id) => catalogue.Current.Process(id) is { } process ? $"{process.Code} v{process.Version}" : "—";
}
