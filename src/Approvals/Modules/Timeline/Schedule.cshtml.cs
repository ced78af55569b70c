using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Portfolio.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.Timeline;

/// <summary>排期与预测: the page a project manager plans by.</summary>
[Needs(Act.SeeWork)]
internal sealed class ScheduleModel(IMediator mediator, Actor actor, CalendarInForce calendar) : PageModel
{
    /// <param name="What">Which of the changes of a form: limit, start, plan, drop, simulate, add, or none to take a change away.</param>
    /// <param name="New">The code of an added item.</param>
    internal sealed record Form(string? Code, string? What, string? New, int? Days, DateOnly? NotBefore, DateOnly? PlannedOn, string? Name, string? After, string? Before)
    {
        public Change Change => new(
            ((What == "add" ? New : Code) ?? "").Trim(), What is "limit" or "add" ? Days : null, What == "start" ? NotBefore : null, What == "drop", What == "simulate", What == "add" ? Name ?? "" : null,
            What == "add" ? (After ?? "").Split([' ', ',', '，', '、'], StringSplitOptions.RemoveEmptyEntries) : null, What == "add" && !string.IsNullOrWhiteSpace(Before) ? Before.Trim() : null,
            What == "plan" ? PlannedOn : null);
    }

    /// <param name="Milestone">As in the schedule: <c>Completed@1</c> is of phase 1.</param>
    internal sealed record RemarkForm(string? Milestone, string? Text, string? Owner, DateOnly? DueOn);

    [BindProperty(SupportsGet = true)]
    public string Code { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public Zoom? Zoom { get; set; }

    /// <summary>By weeks, the day about which is looked; today unless given.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? At { get; set; }

    [TempData]
    public string? Done { get; set; }

    public ShowSchedule.Result Shown { get; private set; } = null!;

    public Form? Tried { get; private set; }

    public IReadOnlyList<Remark> Remarks { get; private set; } = [];

    public IReadOnlyList<UserFacts> Owners { get; private set; } = [];

    public bool MayRemark => actor.May(Act.Remark, Shown.Project.Place());

    public bool MayChange => actor.May(Act.ReportMilestone);

    public DateOnly Around => At is { } at && WorkingDays.Covers(at) && WorkingDays.Covers(at.AddDays(-120)) && WorkingDays.Covers(at.AddDays(120)) ? at : Shown.Today;

    public Zoom Scale => Zoom ?? Timeline.Zoom.Month;

    public Task OnGetAsync() => Load([]);

    /// <summary>For Microsoft Project.</summary>
    public async Task<IActionResult> OnGetXmlAsync()
    {
        var file = await mediator.Send(new ExportSchedule.Query(Code));
        return File(file.Xml, "application/xml", file.FileName);
    }

    public async Task<IActionResult> OnGetXlsxAsync()
    {
        var file = await mediator.Send(new ExportScheduleTable.Query(Code));
        return File(file.Xlsx, Workbook.ContentType, file.FileName);
    }

    /// <summary>Looked at, and nothing saved.</summary>
    public Task<IActionResult> OnPostPreviewAsync(Form change) => this.Do(
        async () =>
        {
            Tried = change;
            await Load([Filled(change)]);
            return Page();
        },
        OnGetAsync,
        "change");

    public Task<IActionResult> OnPostSaveAsync(Form change, string? seen) => this.Do(
        async () =>
        {
            await mediator.Send(new ChangeSchedule.Command([Filled(change)], Code, seen ?? ""));
            Done = Words.T("排期已调整。", "The schedule is changed.");
            return RedirectToPage(new { code = Code });
        },
        OnGetAsync,
        "change");

    public Task<IActionResult> OnPostRemarkAsync(RemarkForm remark) => this.Do(
        async () =>
        {
            var milestone = ProjectNetwork.MilestoneOf(remark.Milestone ?? "");
            new Check().That(milestone is not null || string.IsNullOrEmpty(remark.Milestone), "remark.milestone", "milestone", $"没有「{remark.Milestone}」这个里程碑，请从列表中选择。", $"There is no milestone “{remark.Milestone}”; choose one of the list.").Done();
            await mediator.Send(new WriteRemark(milestone?.Kind, milestone?.Phase ?? 0, remark.Text, remark.Owner, remark.DueOn, Code));
            Done = remark.DueOn is null ? Words.T("意见已登记。", "The comment is written.") : Words.T("风险已登记，责任人会收到消息。", "The risk is written; its owner is told.");
            return Redirect($"/projects/{Uri.EscapeDataString(Code)}/schedule#remarks");
        },
        OnGetAsync,
        "remark");

    public Task<IActionResult> OnPostCloseRiskAsync(long id, string? word) => this.Do(
        async () =>
        {
            await mediator.Send(new CloseRisk(id, word, Code));
            Done = Words.T("风险已关闭。", "The risk is closed.");
            return Redirect($"/projects/{Uri.EscapeDataString(Code)}/schedule#remarks");
        },
        OnGetAsync);

    private async Task Load(IReadOnlyList<Change> with)
    {
        Shown = await mediator.Send(new ShowSchedule.Query(Code, with));
        Remarks = await mediator.Send(new RemarksOf(Shown.Project));
        if (MayRemark) Owners = await mediator.Send(new OwnersOf(Shown.Project));
    }

    public IHtmlContent Picture() => GanttPicture.Draw(
        Shown.Rows, Shown.Today, Around, calendar.Current, Scale, new("横道图", "Gantt chart"),
        new(
            $"{Shown.Rows.Count} 行：计划、实际与预测。关键线路：{Path()}。下表列出同样内容。",
            $"{Shown.Rows.Count} rows: plan, fact and forecast. Critical path: {Path()}. The table below says the same."));

    public string Path() => string.Join(" → ", Shown.Schedule.CriticalPath.Select(c => Shown.Rows.First(r => r.Code == c).Name));

    public string Phase(int number) => number == 0 ? "" : Shown.Phases.FirstOrDefault(f => f.Number == number)?.Name ?? Words.T($"{number} 期", $"phase {number}");

    /// <summary>What a row waits for, by name.</summary>
    public string Names(IReadOnlyList<string> needs) => string.Join(Words.T("、", ", "), needs.Select(need => Shown.Rows.FirstOrDefault(r => r.Code == need)?.Name.ToString() ?? need));

    /// <summary>A day as it is counted, marked where it lies in a year without a published calendar.</summary>
    public HtmlString Counted(DateOnly? day) => new(day is { } on && !calendar.Current.PublishedYears.Contains(on.Year)
        ? $"""{Words.Day(on)} <span class="tag tag-warn">{Words.T("暂定", "provisional")}</span>"""
        : Words.Day(day));

    public static string Percent(double share) => $"{Math.Round(share * 100)} %";

    public static string Said(Change c) => string.Join(Words.T("，", ", "), new[]
    {
        c.Name is null ? null : Words.T($"新增「{c.Name}」", $"added: {c.Name}"),
        c.Days is { } days ? new Limit(days, Limit.WorkingDays).Name.ToString() : null,
        c.NotBefore is { } on ? Words.T($"不早于 {Words.Day(on)}", $"not before {Words.Day(on)}") : null,
        c.PlannedOn is { } plan ? Words.T($"计划 {Words.Day(plan)}", $"planned for {Words.Day(plan)}") : null,
        c.Drop ? Words.T("取消", "dropped") : null,
        c.Simulate ? Words.T("模拟审批", "simulated approval") : null,
    }.OfType<string>());

    /// <summary>What a change of its kind cannot do without.</summary>
    private static Change Filled(Form form)
    {
        new Check()
            .That(form.What == "add" || !string.IsNullOrWhiteSpace(form.Code), "field.required", "code", "请选择事项或里程碑。", "Say which item or milestone.")
            .That(form.What != "add" || !string.IsNullOrWhiteSpace(form.New), "field.required", "new", "请填写新增事项的代号。", "The added item needs a code.")
            .That(form.What != "limit" || form.Days is not null, "field.required", "days", "请填写工作日数。", "The working days are required.")
            .That(form.What != "plan" || form.PlannedOn is not null, "field.required", "plannedOn", "请填写计划日期。", "The planned day is required.")
            .That(form.What != "start" || form.NotBefore is not null, "field.required", "notBefore", "请填写最早开始日。", "The earliest start is required.")
            .Done();
        return form.Change;
    }
}
