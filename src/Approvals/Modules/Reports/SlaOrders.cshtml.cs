using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Reports;

/// <summary>The supervision orders behind a figure.</summary>
[Needs(Act.ReadReport)]
internal sealed class SlaOrdersModel(IMediator mediator, Naming naming, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? List { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    /// <summary>The kind of period of the report that led here.</summary>
    [BindProperty(SupportsGet = true, Name = "period")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cut { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Key { get; set; }

    [BindProperty(SupportsGet = true)]
    public long After { get; set; }

    public ListReportOrders.Result? Shown { get; private set; }

    public Naming Names => naming;

    public string Title => $"{ListReportOrders.Name(List ?? "open")}{(string.IsNullOrEmpty(Cut) ? "" : " · " + naming.Key(Cut, Key ?? ""))}";

    public string Days => Shown is null ? "" : Shown.List == "open" ? Drill.AtEndOf(Shown.To) : Drill.Days(Shown.From, Shown.To);

    public string Back => Shown is null ? "/reports/sla" : Drill.Back(Kind, Shown.To);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        Shown = await mediator.Send(new ListReportOrders.Query(List ?? "open", From, To, Cut, Key, After), ct);
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

    public string Here(long? after) => "/reports/sla/orders" + QueryString.Create(new Dictionary<string, string?>
    {
        ["list"] = List,
        ["from"] = From is { } from ? Words.Day(from) : null,
        ["to"] = To is { } to ? Words.Day(to) : null,
        ["period"] = Kind,
        ["cut"] = Cut,
        ["key"] = Key,
        ["after"] = after?.ToString(CultureInfo.InvariantCulture),
    }.Where(p => p.Value is not null)).ToUriComponent();
}
