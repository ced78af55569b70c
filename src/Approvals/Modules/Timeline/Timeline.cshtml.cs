using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Timeline;

/// <summary>The page of a project, for its manager: where it stands, what holds it up, what was planned.</summary>
[Needs(Act.SeeWork)]
internal sealed class TimelineModel(IMediator mediator, Actor actor, ZoneClock clock) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [TempData]
    public string? Done { get; set; }

    public ShowTimeline.Result Shown { get; private set; } = null!;

    /// <summary>What was done to it and to all that belongs to it, by the record.</summary>
    public IReadOnlyList<HistoryLine> History { get; private set; } = [];

    public bool WasSent { get; private set; }

    public bool MayTakeIn => actor.May(Act.TakeIn);

    public bool MayHandleLand => actor.May(Act.RegisterLand);

    public bool MayReport => actor.May(Act.ReportMilestone);

    public bool MayAssign => actor.May(Act.AssignPeople);

    public bool MayCorrect => actor.May(Act.RegisterProject);

    public string Today => Words.Day(clock.Today);

    public IReadOnlyList<ShowTimeline.ItemRow> Late => [.. Shown.Items.Where(i => i.Light == Light.Red)];

    public IReadOnlyList<ShowTimeline.ItemRow> Soon => [.. Shown.Items.Where(i => i.Light == Light.Yellow)];

    public async Task OnGetAsync()
    {
        Shown = await mediator.Send(new ShowTimeline.Query(Code));
        var cases = Shown.Items.Select(i => i.CaseNumber).OfType<string>().ToList();
        History = await mediator.Send(new HistoryOf(
        [
            Subject.Of(Subject.Project, Shown.Project.Code),
            .. Shown.Parcels.Select(p => Subject.Of(Subject.Parcel, p.Number)),
            // The number of a case is that of its application, and its place in it.
            .. cases.Select(c => c[..c.LastIndexOf('-')]).Distinct().Select(a => Subject.Of(Subject.Application, a)),
            .. cases.Select(c => Subject.Of(Subject.Case, c)),
        ]));
    }

    public Task<IActionResult> OnPostReportAsync(MilestoneReport report)
    {
        WasSent = true;
        return this.Do(async () =>
        {
            await mediator.Send(report with { ProjectCode = Code });
            Done = Words.T("里程碑已填报。", "The milestone is reported.");
            return RedirectToPage(new { code = Code });
        }, OnGetAsync, "report");
    }

    /// <summary>The items as boxes in columns by earliest start; what stands in it stands in the table beside it too.</summary>
    public IHtmlContent Picture()
    {
        var path = string.Join(" → ", Shown.Plan.CriticalPath);
        return DependencyPicture.Draw(
            [.. Shown.Items.Select(i => new PictureNode(i.Code, i.Name.ToString(), i.Planned.Start, i.Planned.Finish, Css(i), i.CaseNumber is null ? null : $"/cases/{Uri.EscapeDataString(i.CaseNumber)}", Mark(i)))],
            DependencyPicture.Edges(Shown.Process, Shown.Plan),
            Words.T("事项先后与进展", "Items, their order and how they stand"),
            Words.T(
                $"{Shown.Items.Count} 个事项按最早开始日排列，关键线路 {Shown.Plan.Total} 个工作日：{path}。下表列出同样内容。",
                $"{Shown.Items.Count} items by earliest start; the critical path takes {Shown.Plan.Total} working days: {path}. The table below says the same."));
    }

    public static string Css(ShowTimeline.ItemRow item) => (item.State, item.Light) switch
    {
        (ItemState.Approved, _) => "done",
        (ItemState.Running, Light.Red) => "late",
        (ItemState.Running, _) => "running",
        (ItemState.Paused, _) => "paused",
        (ItemState.Blocked, _) => "blocked",
        _ => "",
    };

    public static string Badge(ShowTimeline.ItemRow item) => (item.State, item.Light) switch
    {
        (ItemState.Running, { } light) => Lights.Css(light),
        (ItemState.Running, _) => "state",
        (ItemState.Approved, _) => "state state-done",
        (ItemState.Paused, _) => "light light-paused",
        (ItemState.Ended, _) => "state state-refused",
        (ItemState.Received, _) => "state state-waiting",
        _ => "light light-none",
    };

    private static string Mark(ShowTimeline.ItemRow item) => (item.State, item.Light) switch
    {
        (ItemState.Approved, _) => $"✓ {Words.T("办结", "done")} {Words.Day(item.DecidedOn)}",
        (ItemState.Running, Light.Red) => $"■ {item.Standing}",
        (ItemState.Running, Light.Yellow) => $"▲ {item.Standing}",
        (ItemState.Running, _) => $"● {item.Standing}",
        (ItemState.Ended, _) => $"✕ {item.Standing}",
        _ => $"○ {item.Standing}",
    };
}
