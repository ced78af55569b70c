using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Projects;

/// <summary>更正项目名称、企业名称.</summary>
[Needs(Act.RegisterProject)]
internal sealed class CorrectProjectModel(IMediator mediator) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    public CorrectProject.Result Shown { get; private set; } = null!;

    /// <summary>What waits for a second person on the project.</summary>
    public IReadOnlyList<PendingRequest> Pending { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAsync(string? name, string? enterprise, string? reason, string? seen) => this.Do(
        async () =>
        {
            await mediator.Send(new CorrectProject.Command(name, enterprise, reason, Code, seen));
            return Redirect($"/projects/{Uri.EscapeDataString(Code)}");
        },
        Load);

    private async Task Load()
    {
        Shown = await mediator.Send(new CorrectProject.Query(Code));
        Pending = await mediator.Send(new PendingOn([Subject.Of(Subject.Project, Shown.Project.Code)]));
    }
}
