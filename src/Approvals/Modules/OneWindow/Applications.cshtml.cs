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

    /// <summary>The id of a window, or <c>all</c>; nothing is the reader's own, where there is one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Window { get; set; }

    public IReadOnlyList<WindowFacts> Windows { get; private set; } = [];

    /// <summary>The window at which the reader sits, whose work is shown unless asked otherwise.</summary>
    public long? Own => actor.WindowFor(Act.DecideIntake);

    public ListApplications.Result List { get; private set; } = null!;

    public bool MayTakeIn => actor.May(Act.TakeIn);

    public string Time(DateTime utc) => $"{clock.Local(utc):yyyy-MM-dd HH:mm}";

    public async Task<IActionResult> OnGet()
    {
        if (actor.SeesAll) Windows = await mediator.Send(new OpenWindows());
        List = await mediator.Send(new ListApplications.Query(State, Search, After, Window));
        return List.Rows.Count == 1 && Search is { Length: > 0 } && After is null && !Search.Trim().Equals(List.Rows[0].ProjectCode, StringComparison.OrdinalIgnoreCase)
            ? Redirect($"/applications/{List.Rows[0].Number}")
            : Page();
    }
}
