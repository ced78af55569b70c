using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

[Needs(Act.UseOwnAccount)]
internal sealed class DeskModel(IMediator mediator, Actor actor, ZoneClock clock, CalendarInForce calendar) : PageModel
{
    /// <summary>Every row, where a list is longer than a desk is wide.</summary>
    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    /// <summary>How many rows of a list stand on the desk.</summary>
    public int Shown => All ? int.MaxValue : 12;

    public ShowDesk.Result Desk { get; private set; } = null!;

    public Actor Actor => actor;

    public DateOnly Today => clock.Today;

    public DueDay After(int days) => calendar.Current.Add(clock.Today, days);

    /// <summary>The next days that are not Monday to Friday as usual.</summary>
    public IReadOnlyList<CalendarException> Ahead => [.. Enumerable.Range(1, 45).Select(i => calendar.Current.ExceptionOn(Today.AddDays(i))).OfType<CalendarException>()];

    /// <summary>Whoever only keeps the accounts has no part in approvals and no desk.</summary>
    public async Task<IActionResult> OnGet()
    {
        if (!actor.May(Act.SeeWork)) return Redirect(actor.Home);
        Desk = await mediator.Send(new ShowDesk.Query());
        return Page();
    }
}
