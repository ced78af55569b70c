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

/// <summary>The project somebody wants to report on: a project that names its manager or agent is theirs to report on.</summary>
internal static class OwnProject
{
    private const string PhasesOf = "SELECT number, name FROM projects_phase WHERE project_id = @projectId ORDER BY number";

    public static Task<IReadOnlyList<PhaseRow>> Phases(Db db, long projectId, CancellationToken ct) => db.Query<PhaseRow>(PhasesOf, new { projectId }, ct);

    public static async Task<ProjectFacts> Demand(string code, IMediator mediator, Actor actor, CancellationToken ct)
    {
        var project = await mediator.Send(new FindProject(code), ct) ?? throw NotFound(code);
        if (actor.IsSystem || actor.Roles.Contains(Role.Supervisor)) return project;
        var manages = actor.Roles.Contains(Role.ProjectManager) && (project.ManagerId is null || project.ManagerId == actor.UserId);
        var serves = actor.Roles.Contains(Role.Agent) && (project.AgentId is null || project.AgentId == actor.UserId);
        return manages || serves
            ? project
            : throw Refused.Forbidden(
                "project.notYours",
                $"项目 {project.Code} 由其项目经理和代办员填报，您不在其中；需要时请中心督办代为填报。",
                $"Project {project.Code} is reported on by its manager and its agent, and you are neither; the centre's supervisor can do it.");
    }

    public static Refused NotFound(string code) =>
        Refused.NotFound("project.unknown", "code", $"没有项目代码为「{code}」的项目。", $"There is no project with the code “{code}”.");
}
