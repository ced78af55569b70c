using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

[Needs(Act.SeeWork)]
internal sealed class ApplicationsModel(IMediator mediator, Actor actor, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public ApplicationState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    public ListApplications.Result List { get; private set; } = null!;

    public bool MayTakeIn => actor.May(Act.TakeIn);

    public string Time(DateTime utc) => $"{clock.Local(utc):yyyy-MM-dd HH:mm}";

    public async Task<IActionResult> OnGet()
    {
        List = await mediator.Send(new ListApplications.Query(State, Search, After));
        return List.Rows.Count == 1 && Search is { Length: > 0 } && After is null && !Search.Trim().Equals(List.Rows[0].ProjectCode, StringComparison.OrdinalIgnoreCase)
            ? Redirect($"/applications/{List.Rows[0].Number}")
            : Page();
    }
}
