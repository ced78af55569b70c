using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>The list as a workbook: every row the filters leave, amounts in 万元 as numbers, dates as dates.</summary>
internal static class ExportPortfolio
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(ShowPortfolio.Query Filter) : IRequest<byte[]>;

    private sealed class Handler(IMediator mediator) : IRequestHandler<Query, byte[]>
    {
        public async Task<byte[]> Handle(Query query, CancellationToken ct)
        {
            var rows = new List<Standing>();
            ShowPortfolio.Result shown;
            var page = 1;
            do
            {
                shown = await mediator.Send(query.Filter with { Page = page, Rows = ShowPortfolio.MostRows }, ct);
                rows.AddRange(shown.Rows);
            }
            while (page++ < shown.Pages);

            return Workbook.Of(new("重点项目", "Key projects"), rows, Columns(shown.AsOf));
        }

        private static IReadOnlyList<Workbook.Column<Standing>> Columns(Month asOf) =>
        [
            new(new("项目代码", "Project code"), 28, s => s.Project.Code),
            new(new("项目", "Project"), 36, s => s.Project.Name),
            new(new("企业", "Enterprise"), 28, s => s.Project.Enterprise),
            new(new("项目经理", "Manager"), 16, s => s.Project.Manager),
            new(new("类别", "Kind"), 10, s => (s.IsContinuing ? new Text("续建", "continuing") : new Text("新建", "new")).ToString()),
            new(new("阶段", "Stage"), 16, s => Stages.Name(s.Stage).ToString()),
            new(new("灯", "Light"), 8, s => ProjectLights.Name(s.Light).ToString()),
            new(new("亮灯依据", "Why"), 60, s => string.Join(' ', s.Why)),
            new(new("下一里程碑", "Next milestone"), 18, s => s.Next is { } next ? Milestones.Name(next.Kind).ToString() : null),
            new(new("计划日期", "Planned"), 12, s => s.Next?.PlannedOn, Workbook.Day),
            new(new("剩余工作日", "Working days left"), 12, s => s.NextInDays),
            Wan("总投资", "Investment", s => s.Project.InvestmentFen),
            Wan($"{asOf.Year} 年计划", $"Plan {asOf.Year}", s => s.YearFen),
            Wan($"到 {asOf} 应完成", $"Due by {asOf}", s => s.ScheduledFen),
            Wan($"到 {asOf} 完成", $"Done by {asOf}", s => s.DoneFen),
            new(new("未关闭风险", "Open risks"), 12, s => s.OpenRisks),
            new(new("超期风险", "Risks past their day"), 12, s => s.OverdueRisks),
            new(new("未填报月数", "Months not reported"), 12, s => s.Unreported),
        ];

        private static Workbook.Column<Standing> Wan(string zh, string en, Func<Standing, long> fen) => new(new($"{zh}（万元）", $"{en} (10,000 yuan)"), 20, s => (decimal)fen(s) / 1_000_000, "#,##0.00");
    }
}
