using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Operations;

/// <summary>When each job ran and should run, what failed, and how the outbox stands.</summary>
[Needs(Act.Operate)]
internal sealed class OperationsModel(IMediator mediator, ZoneClock clock) : PageModel
{
    public ShowHealth.DetailsResult Shown { get; private set; } = null!;

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowHealth.Details());

    public string When(DateTime? at) => at is { } utc ? clock.Local(utc).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) : "—";
}
