using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Modules.Projects;

/// <summary>计划表: every milestone of a project and of its phases with its planned day, to be filled in and brought back by <see cref="ImportPlan"/>.</summary>
internal static class ExportPlan
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    // The headers are what the import knows the columns by, in either language.
    internal static readonly Text Phase = new("期号", "Phase");
    internal static readonly Text Kind = new("里程碑代码", "Milestone code");
    internal static readonly Text Planned = new("计划日期", "Planned");
    private static readonly Text PhaseName = new("分期", "Phase name");
    private static readonly Text Name = new("里程碑", "Milestone");
    private static readonly Text Reached = new("实际日期", "Reached");

    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    internal sealed record Result(string FileName, byte[] Xlsx);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/plan.xlsx", async (string code, IMediator mediator) =>
        {
            var file = await mediator.Send(new Query(code));
            return Results.File(file.Xlsx, ContentType, file.FileName);
        })
        .Needs<Query>().WithTags("Projects").WithSummary("The planned days of all milestones as a workbook, for the import");

    private sealed class Handler(IMediator mediator) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var shown = await mediator.Send(new ShowProject.Query(query.Code), ct);
            var known = shown.Milestones.ToDictionary(m => (m.Phase, m.Kind));
            var rows = from phase in shown.Phases.Select(p => (p.Number, p.Name)).Prepend((Number: 0, Name: Words.T("整个项目", "The whole project")))
                       from kind in Enum.GetValues<MilestoneKind>()
                       let m = known.GetValueOrDefault((phase.Number, kind.ToString()))
                       select new Dictionary<string, object?>
                       {
                           ["phase"] = phase.Number,
                           ["phaseName"] = phase.Name,
                           ["kind"] = kind.ToString(),
                           ["name"] = Milestones.Name(kind).ToString(),
                           ["planned"] = m?.PlannedOn?.ToDateTime(TimeOnly.MinValue),
                           ["reached"] = m?.ReachedOn?.ToDateTime(TimeOnly.MinValue),
                       };
            DynamicExcelColumn[] columns =
            [
                Column("phase", Phase, 8), Column("phaseName", PhaseName, 18), Column("kind", Kind, 22), Column("name", Name, 22),
                Column("planned", Planned, 14, "yyyy-mm-dd"), Column("reached", Reached, 14, "yyyy-mm-dd"),
            ];
            using var file = new MemoryStream();
            file.SaveAs(rows, sheetName: Words.T("计划", "Plan"), configuration: new OpenXmlConfiguration { DynamicColumns = columns, AutoFilter = false, FreezeRowCount = 1, TableStyles = TableStyles.None });
            return new($"{shown.Project.Code}-{Words.T("计划", "plan")}.xlsx", file.ToArray());
        }

        private static DynamicExcelColumn Column(string key, Text name, double width, string? format = null) => new(key) { Name = name.ToString(), Width = width, Format = format };
    }
}
