using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Modules.Portfolio;

/// <summary>The list as a workbook: every row the filters leave, amounts in 万元 as numbers, dates as dates.</summary>
internal static class ExportPortfolio
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Needs(Act.SeeWork)]
    internal sealed record Query(ShowPortfolio.Query Filter) : IRequest<byte[]>;

    private sealed class Handler(IMediator mediator) : IRequestHandler<Query, byte[]>
    {
        public async Task<byte[]> Handle(Query query, CancellationToken ct)
        {
            var rows = new List<Dictionary<string, object?>>();
            ShowPortfolio.Result shown;
            var page = 1;
            do
            {
                shown = await mediator.Send(query.Filter with { Page = page, Rows = ShowPortfolio.MostRows }, ct);
                rows.AddRange(shown.Rows.Select(Cells));
            }
            while (page++ < shown.Pages);

            var columns = Columns(shown.AsOf);
            // Without a row there would be no header either.
            if (rows.Count == 0) rows.Add(columns.ToDictionary(c => c.Key, _ => (object?)null));
            var settings = new OpenXmlConfiguration { DynamicColumns = [.. columns], AutoFilter = false, FreezeRowCount = 1, TableStyles = TableStyles.None };
            using var file = new MemoryStream();
            file.SaveAs(rows, sheetName: Words.T("重点项目", "Key projects"), configuration: settings);
            return file.ToArray();
        }

        private static List<DynamicExcelColumn> Columns(Month asOf) =>
        [
            Column("code", "项目代码", "Project code", 28),
            Column("name", "项目", "Project", 36),
            Column("enterprise", "企业", "Enterprise", 28),
            Column("manager", "项目经理", "Manager", 16),
            Column("kind", "类别", "Kind", 10),
            Column("stage", "阶段", "Stage", 16),
            Column("light", "灯", "Light", 8),
            Column("why", "亮灯依据", "Why", 60),
            Column("next", "下一里程碑", "Next milestone", 18),
            Column("nextOn", "计划日期", "Planned", 12, "yyyy-mm-dd"),
            Column("nextDays", "剩余工作日", "Working days left", 12),
            Column("total", "总投资（万元）", "Investment (10,000 yuan)", 16, "#,##0.00"),
            Column("year", $"{asOf.Year} 年计划（万元）", $"Plan {asOf.Year} (10,000 yuan)", 18, "#,##0.00"),
            Column("scheduled", $"到 {asOf} 应完成（万元）", $"Due by {asOf} (10,000 yuan)", 20, "#,##0.00"),
            Column("done", $"到 {asOf} 完成（万元）", $"Done by {asOf} (10,000 yuan)", 20, "#,##0.00"),
            Column("risks", "未关闭风险", "Open risks", 12),
            Column("overdue", "超期风险", "Risks past their day", 12),
            Column("unreported", "未填报月数", "Months not reported", 12),
        ];

        private static DynamicExcelColumn Column(string key, string zh, string en, double width, string? format = null) => new(key) { Name = Words.T(zh, en), Width = width, Format = format };

        private static Dictionary<string, object?> Cells(Standing s) => new()
        {
            ["code"] = s.Project.Code,
            ["name"] = s.Project.Name,
            ["enterprise"] = s.Project.Enterprise,
            ["manager"] = s.Project.Manager,
            ["kind"] = (s.IsContinuing ? new Text("续建", "continuing") : new Text("新建", "new")).ToString(),
            ["stage"] = Stages.Name(s.Stage).ToString(),
            ["light"] = ProjectLights.Name(s.Light).ToString(),
            ["why"] = string.Join(' ', s.Why),
            ["next"] = s.Next is { } next ? Milestones.Name(next.Kind).ToString() : null,
            ["nextOn"] = s.Next?.PlannedOn?.ToDateTime(TimeOnly.MinValue),
            ["nextDays"] = s.NextInDays,
            ["total"] = Wan(s.Project.InvestmentFen),
            ["year"] = Wan(s.YearFen),
            ["scheduled"] = Wan(s.ScheduledFen),
            ["done"] = Wan(s.DoneFen),
            ["risks"] = s.OpenRisks,
            ["overdue"] = s.OverdueRisks,
            ["unreported"] = s.Unreported,
        };

        private static decimal Wan(long fen) => (decimal)fen / 1_000_000;
    }
}
