using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Timeline;

/// <summary>导出排期表: all that the page of the schedule says of each item and milestone, as a workbook; and the limits of the items.</summary>
internal static class ExportScheduleTable
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    internal sealed record Result(string FileName, byte[] Xlsx);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/schedule.xlsx", async (string code, IMediator mediator) =>
        {
            var file = await mediator.Send(new Query(code));
            return Results.File(file.Xlsx, Workbook.ContentType, file.FileName);
        })
        .Needs<Query>().WithTags("Timeline").WithSummary("The schedule as a workbook: plan, fact, early and late dates, slack, forecast and limits of each row");

    private sealed class Handler(IMediator mediator, CalendarInForce calendar) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var shown = await mediator.Send(new ShowSchedule.Query(query.Code), ct);
            return new($"{shown.Project.Code}-{Words.T("排期", "schedule")}.xlsx", Workbook.Of(new("排期", "Schedule"), shown.Rows, Columns(shown, calendar.Current)));
        }

        private static IReadOnlyList<Workbook.Column<ShowSchedule.Row>> Columns(ShowSchedule.Result shown, WorkingDays days)
        {
            var items = shown.Process.Items.ToDictionary(i => i.Item.Code, i => i.Item, StringComparer.Ordinal);
            var phases = shown.Phases.ToDictionary(p => p.Number, p => p.Name);
            return
            [
                new(new("代号", "Code"), 22, r => r.Code),
                new(new("事项、里程碑", "Item or milestone"), 30, r => r.Name.ToString()),
                new(new("类别", "Kind"), 10, r => (r.IsMilestone ? new Text("里程碑", "milestone") : new Text("事项", "item")).ToString()),
                new(new("分期", "Phase"), 12, r => phases.GetValueOrDefault(r.Phase)),
                new(new("部门", "Department"), 20, r => r.Department?.ToString()),
                new(new("前置", "Needs"), 20, r => string.Join(' ', r.Needs)),
                new(new("办理件", "Case"), 22, r => r.CaseNumber),
                new(new("承诺时限", "Promised"), 10, r => items.GetValueOrDefault(r.Code)?.Promised?.Value),
                new(new("承诺时限单位", "Unit"), 10, r => Unit(items.GetValueOrDefault(r.Code)?.Promised)),
                new(new("法定时限", "Statutory"), 10, r => items.GetValueOrDefault(r.Code)?.Statutory?.Value),
                new(new("法定时限单位", "Unit"), 10, r => Unit(items.GetValueOrDefault(r.Code)?.Statutory)),
                new(new("排期工作日", "Scheduled (WD)"), 10, r => days.Count(r.At.Start, r.At.Finish).Days),
                Day("计划开始", "Planned from", r => r.PlannedFrom),
                Day("计划完成", "Planned", r => r.PlannedOn),
                Day("实际开始", "Started", r => !r.IsAssumed && (r.IsDone || (r.CaseNumber is not null && r.At.IsStarted)) ? r.At.Start : null),
                Day("实际完成", "Done", r => r.IsDone && !r.IsAssumed ? r.At.Finish : null),
                Day("最早开始", "Early start", r => r.IsDone ? null : r.At.Start),
                Day("最早完成", "Early finish", r => r.IsDone ? null : r.At.Finish),
                Day("最迟开始", "Late start", r => r.IsDone ? null : r.At.LateStart),
                Day("最迟完成", "Late finish", r => r.IsDone ? null : r.At.LateFinish),
                new(new("机动工作日", "Slack (WD)"), 10, r => r.IsDone ? null : r.At.Slack),
                new(new("关键线路", "Critical"), 10, r => r.IsOnPath ? Words.T("是", "yes") : null),
                Day("可能完成", "Likely", r => r.Outlook?.Likely),
                Day("八成把握", "80 % by", r => r.Outlook?.By80),
                Day("八成范围起", "80 % range from", r => r.Outlook?.Low),
                Day("八成范围止", "80 % range to", r => r.Outlook?.High),
                new(new("按计划的可能", "Chance of plan"), 10, r => r.Outlook?.ChanceOfPlan, "0%"),
                new(new("依据件数", "Cases behind"), 10, r => r.Outlook?.Cases),
                new(new("若拖延（工作日）", "If it slips (WD)"), 10, r => r.Outlook?.IfLate),
                new(new("若加快（工作日）", "If it is quick (WD)"), 10, r => r.Outlook?.IfEarly),
                new(new("说明", "Remarks"), 40, Remarks),
            ];
        }

        private static Workbook.Column<ShowSchedule.Row> Day(string zh, string en, Func<ShowSchedule.Row, DateOnly?> of) => new(new(zh, en), 12, r => of(r), Workbook.Day);

        private static string? Unit(Limit? limit) => limit switch
        {
            null => null,
            { Unit: Limit.WorkingDays } => Words.T("工作日", "working days"),
            _ => Words.T("日", "calendar days"),
        };

        private static string Remarks(ShowSchedule.Row row) => string.Join(Words.T("；", "; "), new[]
        {
            row.IsAssumed ? Words.T("未填报，后续已开始", "not reported; what follows has begun") : null,
            row.At.IsProvisional ? Words.T("日历未公布，暂定", "provisional: a calendar is not published") : null,
            row.Outlook is { IsThin: true } ? Words.T("历史少，范围放宽", "little history: the range is wide") : null,
            row.Change is { } change ? ScheduleModel.Said(change) : null,
        }.OfType<string>());
    }
}
