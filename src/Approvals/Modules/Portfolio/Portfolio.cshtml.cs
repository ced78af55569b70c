using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Portfolio;

/// <summary>重点项目: how all projects stand, by stage, light and money.</summary>
[Needs(Act.SeeWork)]
internal sealed class PortfolioModel(IMediator mediator, Actor actor, ZoneClock clock, LightRules chosen) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Month { get; set; }

    [BindProperty(SupportsGet = true)]
    public Stage? Stage { get; set; }

    [BindProperty(SupportsGet = true)]
    public ProjectLight? Light { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Manager { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Rules { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    /// <remarks>Razor keeps the word page for itself.</remarks>
    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public ShowPortfolio.Result Shown { get; private set; } = null!;

    public LightSet Usual => chosen.Chosen;

    public bool SeesAll => actor.SeesAll;

    public bool MayEnter => actor.May(Act.ReportMilestone);

    public bool IsFiltered => Filter.IsFiltered;

    /// <summary>A filter that cannot be read is told, and the page shown without it.</summary>
    public Task<IActionResult> OnGetAsync() => this.Do(
        async () =>
        {
            Shown = await mediator.Send(Filter);
            return Page();
        },
        async () => Shown = await mediator.Send(new ShowPortfolio.Query()));

    public Task<IActionResult> OnGetExportAsync() => this.Do(
        async () => File(await mediator.Send(new ExportPortfolio.Query(Filter)), Workbook.ContentType, $"{Words.T("重点项目", "portfolio")}-{clock.Today:yyyyMMdd}.xlsx"),
        async () => Shown = await mediator.Send(new ShowPortfolio.Query()));

    public string Here(string? light = null, string? stage = null, string? kind = null, int? page = null, string? handler = null)
    {
        var link = new QueryString();
        Add("month", Month);
        Add("stage", stage ?? Stage?.ToString());
        Add("light", light ?? Light?.ToString());
        Add("kind", kind ?? Kind);
        Add("manager", Manager?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("search", Search);
        Add("rules", Rules);
        Add("sort", Sort);
        Add("p", page?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("handler", handler);
        return "/portfolio" + link;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) link = link.Add(name, value);
        }
    }

    /// <summary>3,784.99 or 12 亿: of a total, to two places; the exact amount stands on the project's own page.</summary>
    public static string Round(long fen) => fen switch
    {
        >= 10_000_000_000 => Words.T($"{Places((decimal)fen / 10_000_000_000)} 亿元", $"{Places((decimal)fen / 100_000_000)} million"),
        _ => Words.T($"{Places((decimal)fen / 1_000_000)} 万元", $"{Places((decimal)fen / 100_000_000)} million"),
    };

    private static string Places(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero).ToString("#,##0.##", System.Globalization.CultureInfo.InvariantCulture);

    private ShowPortfolio.Query Filter => new(Month, Stage, Light, Kind, Manager, Search, Rules, Sort, Number);
}
