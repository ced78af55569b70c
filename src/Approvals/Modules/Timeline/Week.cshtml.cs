using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Timeline;

/// <summary>周变动: what has moved since Monday, of one project or of all.</summary>
[Needs(Act.SeeWork)]
internal sealed class WeekModel(IMediator mediator) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Project { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? Since { get; set; }

    public ShowWeek.Result Shown { get; private set; } = null!;

    public Task<IActionResult> OnGetAsync() => this.Do(
        async () =>
        {
            Shown = await mediator.Send(new ShowWeek.Query(Project, Since));
            return Page();
        },
        async () => Shown = await mediator.Send(new ShowWeek.Query()));

    /// <summary>What of the week stands behind a forecast that moved.</summary>
    public string Causes() => Shown.Lines.Count == 0
        ? Words.T("没有记录到变动：未办结的顺延", "nothing was recorded: what is open moved on with the days")
        : string.Join(Words.T("、", ", "), Shown.Lines.Select(l => MoveCauses.Name(l.Cause).ToString()).Distinct());

    public static string By(int? days) => days switch
    {
        null => "—",
        0 => Words.T("同一工作日", "the same working day"),
        > 0 => Words.T($"推迟 {days}", $"{days} later"),
        _ => Words.T($"提前 {-days}", $"{-days} earlier"),
    };
}
