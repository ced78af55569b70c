using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>What the intake form of a project offers: its items by stage, and the documents that the chosen ones want.</summary>
internal static class ShowIntake
{
    /// <param name="Items">Codes of the items chosen so far.</param>
    [Needs(Act.TakeIn)]
    internal sealed record Query(string ProjectCode, IReadOnlyList<string> Items) : IRequest<Result>;

    internal sealed record Result(ProjectFacts Project, Process Process, IReadOnlyList<StageRow> Stages, IReadOnlyList<ChecklistLine> Checklist);

    internal sealed record StageRow(Stage Stage, IReadOnlyList<ItemRow> Items);

    /// <param name="Standing">The case of this item that is open or approved: it cannot be taken in again.</param>
    internal sealed record ItemRow(ProcessItem Item, Text Department, bool IsChosen, CaseFact? Standing);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}/intake", (string code, string[]? items, IMediator mediator) => mediator.Send(new Query(code, items ?? [])))
        .Needs<Query>().WithTags("OneWindow").WithSummary("The intake form of a project: items, and the checklist of the chosen ones");

    private sealed class Handler(IMediator mediator, CatalogueInForce catalogue, Actor actor) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.ProjectCode.Trim()), ct) ?? throw Refused.NotFound("project.unknown", "projectCode",
                $"没有项目代码为「{query.ProjectCode}」的项目，请先登记项目。", $"There is no project with the code “{query.ProjectCode}”; register it first.");
            project.Within(actor, Act.TakeIn);
            var process = catalogue.Current.Process(project.ProcessId)!;
            var cases = await mediator.Send(new CasesOfProject(project.Id), ct);
            var standing = cases.Where(c => !c.Status.IsTerminal() || c.Status.IsApproved()).GroupBy(c => c.ItemCode).ToDictionary(g => g.Key, g => g.Last());
            var rows = process.Items.Select(i => (i.Stage, Row: new ItemRow(
                i, catalogue.Current.Department(i.Item.Department)!.Name,
                query.Items.Contains(i.Item.Code, StringComparer.OrdinalIgnoreCase) && !standing.ContainsKey(i.Item.Code),
                standing.GetValueOrDefault(i.Item.Code)))).ToList();
            return new(
                project, process,
                [.. process.Stages.Select(s => new StageRow(s, [.. rows.Where(r => r.Stage == s.Number).Select(r => r.Row)])).Where(s => s.Items.Count > 0)],
                Checklist.Of(process, [.. rows.Where(r => r.Row.IsChosen).Select(r => r.Row.Item)]));
        }
    }
}
