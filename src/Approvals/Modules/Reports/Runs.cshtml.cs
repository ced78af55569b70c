using System.Globalization;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Reports;

/// <summary>Which reports there are, how they came about, and for the supervisor: count one again.</summary>
[Needs(Act.ReadReport)]
internal sealed class RunsModel(IMediator mediator, Actor actor, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public DateOnly? Before { get; set; }

    [BindProperty]
    public DateOnly? Day { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ListRuns.Result Shown { get; private set; } = null!;

    public bool MayRecompute => actor.May(Act.RecomputeReport);

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => this.Do(async () =>
    {
        await Load(ct);
        return Page();
    }, () => Load(ct));

    public Task<IActionResult> OnPostAsync(CancellationToken ct) => this.Do(async () =>
    {
        var made = await mediator.Send(new RecomputeReport.Command(Day, Reason), ct);
        Done = Words.T(
            $"{Words.Day(made.Day)} 已重算，现为修订号 {made.Revision}。{(made.Others == 0 ? "" : $"另有 {made.Others} 天一并修订。")}",
            $"{Words.Day(made.Day)} was counted again; it is revision {made.Revision} now.{(made.Others == 0 ? "" : $" {made.Others} other days were revised with it.")}");
        return RedirectToPage();
    }, () => Load(ct));

    private async Task Load(CancellationToken ct) => Shown = await mediator.Send(new ListRuns.Query(Before), ct);

    public string At(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
