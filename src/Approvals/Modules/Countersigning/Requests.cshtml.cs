using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Countersigning;

/// <summary>待我批准、我的提请: what takes a second person.</summary>
[Needs(Act.SeeWork)]
internal sealed class RequestsModel(IMediator mediator, Actor actor, ZoneClock clock) : PageModel
{
    public ListRequests.Result Shown { get; private set; } = null!;

    public bool Approves => actor.May(Act.Countersign);

    public async Task OnGetAsync(CancellationToken ct) => Shown = await mediator.Send(new ListRequests.Query(), ct);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
