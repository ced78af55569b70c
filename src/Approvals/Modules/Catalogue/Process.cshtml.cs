using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Catalogue;

/// <summary>One process: its picture, its plan from a day on, its stages, and how it compares with before.</summary>
[Needs(Act.SeeWork)]
internal sealed class ProcessModel(IMediator mediator, CatalogueInForce catalogue, ZoneClock clock) : PageModel
{
    private const int LongestBar = 238;

    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public int? Version { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Start { get; set; }

    public ShowProcess.Result Data { get; private set; } = null!;

    public ShowPlan.Result? Dates { get; private set; }

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public IHtmlContent Picture { get; private set; } = HtmlString.Empty;

    internal sealed record Line(string Code, Text Name, Text Department, string Needs, PlannedItem Planned, string Start, string Finish);

    public async Task<IActionResult> OnGetAsync()
    {
        Start ??= Words.Day(clock.Today);
        Data = await mediator.Send(new ShowProcess.Query(Code, Version));
        return await this.Do(
            async () =>
            {
                Dates = await mediator.Send(new ShowPlan.Query(Code, Start, Data.Process.Version));
                Show();
                return Page();
            },
            () =>
            {
                Show();
                return Task.CompletedTask;
            });
    }

    public static int Bar(int days, int widest) => Math.Max(2, days * LongestBar / Math.Max(1, widest));

    private void Show()
    {
        var (process, plan) = (Data.Process, Data.Plan);
        var entries = process.Items.ToDictionary(i => i.Item.Code);
        var dates = Dates?.Items.ToDictionary(i => i.Code);
        Lines =
        [
            .. plan.Items.Select(p => new Line(
                p.Code,
                entries[p.Code].Item.Name,
                catalogue.Current.Department(entries[p.Code].Item.Department)?.Name ?? new(entries[p.Code].Item.Department, entries[p.Code].Item.Department),
                string.Join(" ", entries[p.Code].Needs),
                p,
                Say(dates?[p.Code].EarliestStart),
                Say(dates?[p.Code].EarliestFinish))),
        ];
        Picture = DependencyPicture.Draw(
            [.. plan.Items.Select(p => new PictureNode(p.Code, entries[p.Code].Item.Name.ToString(), p.Start, p.Finish, "", $"/catalogue/items/{p.Code}"))],
            DependencyPicture.Edges(process, plan),
            Words.T("事项依赖图", "Dependency picture"),
            Words.T(
                $"{process.Items.Count} 个事项按最早开始日排成列，关键线路 {plan.Total} 个工作日：{string.Join("、", plan.CriticalPath)}。下表列出同样内容。",
                $"{process.Items.Count} items in columns by earliest start; the critical path takes {plan.Total} working days: {string.Join(", ", plan.CriticalPath)}. The table below says the same."));
    }

    private string Say(DateOnly? day) => day is { } d ? Words.Day(d) : Dates is null ? "" : Words.T("日历未发布", "calendar unpublished");
}
