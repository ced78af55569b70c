using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>计划表: every milestone of a project and of its phases with its planned day, to be filled in and brought back by <see cref="ImportPlan"/>.</summary>
internal static class ExportPlan
{
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
            return Results.File(file.Xlsx, Workbook.ContentType, file.FileName);
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
                       select new Cells(phase.Number, phase.Name, kind, known.GetValueOrDefault((phase.Number, kind.ToString())));
            return new($"{shown.Project.Code}-{Words.T("计划", "plan")}.xlsx", Workbook.Of(new("计划", "Plan"), rows,
            [
                new(Phase, 8, c => c.Phase),
                new(PhaseName, 18, c => c.PhaseName),
                new(Kind, 22, c => c.Kind.ToString()),
                new(Name, 22, c => Milestones.Name(c.Kind).ToString()),
                new(Planned, 14, c => c.Known?.PlannedOn, Workbook.Day),
                new(Reached, 14, c => c.Known?.ReachedOn, Workbook.Day),
            ]));
        }

        private sealed record Cells(int Phase, string PhaseName, MilestoneKind Kind, MilestoneFact? Known);
    }
}
