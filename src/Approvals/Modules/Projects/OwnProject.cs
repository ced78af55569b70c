using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

internal sealed record PhaseRow
{
    public int Number { get; init; }
    public string Name { get; init; } = "";
}

/// <summary>The project somebody wants to report on: its manager and its agent may, and the supervisor.</summary>
internal static class OwnProject
{
    private const string PhasesOf = "SELECT number, name FROM projects_phase WHERE project_id = @projectId ORDER BY number";

    public static Task<IReadOnlyList<PhaseRow>> Phases(Db db, long projectId, CancellationToken ct) => db.Query<PhaseRow>(PhasesOf, new { projectId }, ct);

    public static async Task<ProjectFacts> Demand(string code, IMediator mediator, Actor actor, CancellationToken ct)
    {
        var project = await mediator.Send(new FindProject(code), ct) ?? throw NotFound(code);
        return project.Within(actor, Act.ReportMilestone);
    }

    public static Refused NotFound(string code) =>
        Refused.NotFound("project.unknown", "code", $"没有项目代码为「{code}」的项目。", $"There is no project with the code “{code}”.");
}
