using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Portfolio;

/// <summary>批量填报投资: lines pasted from a spreadsheet.</summary>
[Needs(Act.ReportMilestone)]
internal sealed class ImportInvestmentModel(IMediator mediator, ZoneClock clock) : PageModel
{
    [TempData]
    public string? Done { get; set; }

    public string? Lines { get; private set; }

    public MoneyUnit Unit { get; private set; } = MoneyUnit.Wan;

    public Month Last => Month.Ended(clock.Today);

    public Task<IActionResult> OnPostAsync(string? lines, MoneyUnit unit)
    {
        (Lines, Unit) = (lines, unit);
        return this.Do(
            async () =>
            {
                var result = await mediator.Send(new ImportInvestment.Command(lines, unit));
                Done = Words.T($"已填报 {result.Lines} 行，{result.Projects} 个项目。", $"{result.Lines} lines of {result.Projects} projects are entered.");
                return RedirectToPage();
            },
            () => Task.CompletedTask);
    }
}
