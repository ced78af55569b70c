using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Portfolio;

/// <summary>投资计划与完成: the months of a year of one project.</summary>
[Needs(Act.SeeWork)]
internal sealed class InvestmentModel(IMediator mediator, Actor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public int? Year { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ShowInvestment.Result Shown { get; private set; } = null!;

    public bool MayEnter => actor.May(Act.ReportMilestone, Shown.Project.Place());

    public async Task OnGetAsync() => Shown = await mediator.Send(new ShowInvestment.Query(Code, Year));

    public Task<IActionResult> OnPostMonthsAsync(List<EnterInvestment.Entry> months, MoneyUnit unit) => Change(new EnterInvestment.Command(months, unit, Code), Words.T("投资已填报。", "The investment is entered."));

    public Task<IActionResult> OnPostSpreadAsync(decimal? total, MoneyUnit unit, string? seen) => Change(new SpreadInvestment.Command(Year ?? 0, total, unit, Code, seen ?? ""), Words.T("年度计划已按月均摊。", "The plan of the year is spread over its months."));

    public Task<IActionResult> OnPostResumptionAsync(DateOnly? on, string? seen) => Change(new ReportResumption.Command(Year ?? 0, on, Code, seen ?? ""), Words.T("复工日期已填报。", "It is reported that works went on."));

    /// <summary>In 万元, exact to the fen.</summary>
    public static string Wan(long? fen) => fen is { } value ? ((decimal)value / 1_000_000).ToString("0.######", CultureInfo.InvariantCulture) : "";

    private Task<IActionResult> Change(IRequest<Unit> command, string done) => this.Do(
        async () =>
        {
            await mediator.Send(command);
            Done = done;
            return RedirectToPage(new { code = Code, year = Year });
        },
        async () => Shown = await mediator.Send(new ShowInvestment.Query(Code, Year is >= Month.FirstYear and <= Month.LastYear ? Year : null)));
}
