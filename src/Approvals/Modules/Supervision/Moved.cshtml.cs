using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Supervision;

/// <summary>Which due dates a publication of the calendar moved.</summary>
[Needs(Act.SeeCentre)]
internal sealed class MovedModel(IMediator mediator, Wording say, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public long Recount { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Department { get; set; }

    [BindProperty(SupportsGet = true)]
    public long After { get; set; }

    public ListMoves.Result Shown { get; private set; } = null!;

    public Wording Say => say;

    public async Task OnGetAsync(CancellationToken ct) => Shown = await mediator.Send(new ListMoves.Query(Recount, Department, After), ct);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public string Here(long? after = null) =>
        string.Create(CultureInfo.InvariantCulture, $"/supervision/moved?recount={Recount}&department={Uri.EscapeDataString(Department ?? "")}{(after is { } place ? $"&after={place}" : "")}");
}
