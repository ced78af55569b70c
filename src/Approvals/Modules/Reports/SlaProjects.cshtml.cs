using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Approvals.Modules.Reports;

/// <summary>The projects behind a figure of the reform.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaProjectsModel(IMediator mediator, Naming naming) : SlaListModel("/reports/sla/projects")
{
    public ListReportProjects.Result? Shown { get; private set; }

    public override string Back => BackFrom(Shown?.To);

    public override string? Next => Shown?.Next;

    public string Title => Titled(ListReportProjects.Name(List ?? "completed"), naming);

    public string Days => Shown is null ? "" : Drill.Days(Shown.From, Shown.To) + Counting(new("个", "projects"));

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListReportProjects.Query(List ?? "completed", From, To, Cut, Key, After), ct);
        Total = await mediator.Send(new CountListed.Query("projects", Shown.List, Shown.From, Shown.To, Cut, Key), ct);
        return Page();
    }, () => Task.CompletedTask);
}
