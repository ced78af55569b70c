using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Approvals.Modules.Reports;

/// <summary>The cases behind a figure.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaCasesModel(IMediator mediator, Naming naming) : SlaListModel("/reports/sla/cases")
{
    public ListReportCases.Result? Shown { get; private set; }

    public override string Back => BackFrom(Shown?.To);

    public override string? Next => Shown?.Next;

    public Naming Names => naming;

    public string Title => Titled(ListReportCases.Name(List ?? "closed"), naming);

    public string Days => Shown is null ? "" : (ListReportCases.IsStock(Shown.List) ? Drill.AtEndOf(Shown.To) : Drill.Days(Shown.From, Shown.To)) + Counting(ListReportCases.Counted(Shown.List) ?? new("件", "cases"));

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListReportCases.Query(List ?? "closed", From, To, Cut, Key, After), ct);
        Total = await mediator.Send(new CountListed.Query("cases", Shown.List, Shown.From, Shown.To, Cut, Key), ct);
        return Page();
    }, () => Task.CompletedTask);

    public static Text Status(CaseFact c) => c.Outcome.Name();
}
