using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>The page that explains one light: enough to count it again by hand.</summary>
[Needs(Act.SeeCentre)]
internal sealed class LightModel(IMediator mediator, Wording say, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Label { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? Rule { get; set; }

    public ShowLight.Result Shown { get; private set; } = null!;

    public Wording Say => say;

    public async Task OnGetAsync(CancellationToken ct) => Shown = await mediator.Send(new ShowLight.Query(Label, Rule), ct);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
