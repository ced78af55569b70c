using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>变更项目经理、代办员.</summary>
[Needs(Act.AssignPeople)]
internal sealed class PeopleModel(IMediator mediator) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty]
    public string? Manager { get; set; }

    [BindProperty]
    public string? Agent { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public AssignPeople.Result Shown { get; private set; } = null!;

    public async Task OnGetAsync()
    {
        await Load();
        (Manager, Agent) = (Shown.Manager?.Login, Shown.Agent?.Login);
    }

    public Task<IActionResult> OnPostAsync() => this.Do(
        async () =>
        {
            await mediator.Send(new AssignPeople.Command(Manager, Agent, Reason, Code));
            return Redirect($"/projects/{Uri.EscapeDataString(Code)}");
        },
        Load);

    private async Task Load() => Shown = await mediator.Send(new AssignPeople.Query(Code));
}
