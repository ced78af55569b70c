using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>For applicants, who have no account: how it stands, by the number and the query code on the receipt.</summary>
[AllowAnonymous]
internal sealed class ProgressModel(IMediator mediator, ZoneClock clock) : PageModel
{
    /// <summary>The link on the receipt carries it; the code it does not, so that no history of a browser opens anything.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Number { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    public ShowProgress.Result? Found { get; private set; }

    public DateTime Now => clock.Local(clock.Now);

    public Task<IActionResult> OnPostAsync(CancellationToken ct) => this.Do(
        async () =>
        {
            Found = await mediator.Send(new ShowProgress.Query(Number, Code), ct);
            return Page();
        },
        () => Task.CompletedTask);
}
