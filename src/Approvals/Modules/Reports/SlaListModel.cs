using Approvals.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Reports;

/// <summary>The rows behind a figure, page after page: what is asked for, and the ways on and back.</summary>
/// <param name="path">Of the page.</param>
internal abstract class SlaListModel(string path) : PageModel
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
    public string? After { get; set; }

    /// <summary>What the report says of the list as a whole; null where it does not.</summary>
    public long? Total { get; protected set; }

    /// <summary>The report that led here; the newest where nothing is shown.</summary>
    public abstract string Back { get; }

    /// <summary>Where the next page begins; null on the last.</summary>
    public abstract string? Next { get; }

    public string Here(string? after) => path + QueryString.Create(new Dictionary<string, string?>
    {
        ["list"] = List,
        ["from"] = From is { } from ? Words.Day(from) : null,
        ["to"] = To is { } to ? Words.Day(to) : null,
        ["period"] = Kind,
        ["cut"] = Cut,
        ["key"] = Key,
        ["after"] = after,
    }.Where(p => p.Value is not null)).ToUriComponent();

    /// <summary>Beside the days of the list.</summary>
    protected string Counting(Text what) => Total is { } n ? Words.T($" · 合计 {n:#,0}（{what.Zh}）", $" · {n:#,0} in total ({what.En})") : "";

    protected string BackFrom(DateOnly? to) => to is { } day ? Drill.Back(Kind, day) : "/reports/sla";

    protected string Titled(Text list, Naming naming) => $"{list}{(string.IsNullOrEmpty(Cut) ? "" : " · " + naming.Key(Cut, Key ?? ""))}";
}
