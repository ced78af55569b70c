using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Approvals.Modules.Reports;

/// <summary>The supervision orders behind a figure.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaOrdersModel(IMediator mediator, Naming naming, ZoneClock clock) : SlaListModel("/reports/sla/orders")
{
    public ListReportOrders.Result? Shown { get; private set; }

    public override string Back => BackFrom(Shown?.To);

    public override string? Next => Shown?.Next?.ToString(CultureInfo.InvariantCulture);

    public Naming Names => naming;

    public string Title => Titled(ListReportOrders.Name(List ?? "open"), naming);

    public string Days => Shown is null ? "" : (Shown.List == "open" ? Drill.AtEndOf(Shown.To) : Drill.Days(Shown.From, Shown.To)) + Counting(new("份", "orders"));

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListReportOrders.Query(List ?? "open", From, To, Cut, Key, long.TryParse(After, CultureInfo.InvariantCulture, out var after) ? after : 0), ct);
        Total = await mediator.Send(new CountListed.Query("orders", Shown.List, Shown.From, Shown.To, Cut, Key), ct);
        return Page();
    }, () => Task.CompletedTask);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string How(string? finished) => finished switch
    {
        null => "",
        "closed" => Words.T("督办销单", "closed by the supervisor"),
        "moved" => Words.T("到期日已变", "its due date moved"),
        _ => Words.T("事已办结", "what it was about was settled"),
    };
}
