using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>变更项目经理、代办员: who manages a project and who serves its enterprise, said anew after it was registered.</summary>
internal static class AssignPeople
{
    /// <param name="Manager">The login; none where empty.</param>
    /// <param name="Agent">The login; none where empty.</param>
    /// <param name="Reason">Why.</param>
    [RecordAs("变更项目经理、代办员", "Change a project's manager and agent", Subject.Project, "Code")]
    [Needs(Act.AssignPeople)]
    internal sealed record Command(string? Manager, string? Agent, string? Reason, string Code = "") : ICommand<Unit>;

    /// <summary>Who they are now, for the form.</summary>
    [Needs(Act.AssignPeople)]
    internal sealed record Query(string Code) : IRequest<Result>;

    internal sealed record Result(ProjectFacts Project, UserFacts? Manager, UserFacts? Agent, IReadOnlyList<UserFacts> Managers, IReadOnlyList<UserFacts> Agents);

    internal static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects/{code}/people", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Code = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithSummary("Change who manages a project and who serves it").WithTags("Projects");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, Trail trail) : IRequestHandler<Command, Unit>, IRequestHandler<Query, Result>
    {
        // Of two who change it at once, one touches no row.
        private const string Assign = """
            UPDATE projects_project
               SET manager_id = @manager, agent_id = @agent
             WHERE id = @Id AND COALESCE(manager_id, 0) = @oldManager AND COALESCE(agent_id, 0) = @oldAgent
            """;

        private const string Known = "SELECT id, login, name, department FROM access_public_user WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await Find(command.Code, ct);
            var check = new Check().Text(command.Reason, "reason", "变更理由", "The reason", 200);
            var manager = await Person(check, command.Manager, Role.ProjectManager, "manager", ct);
            var agent = await Person(check, command.Agent, Role.Agent, "agent", ct);
            check.Done();
            if (manager?.Id == project.ManagerId && agent?.Id == project.AgentId)
                throw Refused.Conflict("project.samePeople", "项目经理和代办员没有变化。", "The manager and the agent are the ones it has already.");
            var (oldManager, oldAgent) = (await Who(project.ManagerId, ct), await Who(project.AgentId, ct));
            var change = new { manager = manager?.Id, agent = agent?.Id, project.Id, oldManager = project.ManagerId ?? 0, oldAgent = project.AgentId ?? 0 };
            if (await db.Execute(Assign, change, ct) == 0)
                throw Refused.Conflict("project.peopleChanged", "刚刚已有人变更，本次没有保存，请刷新。", "Somebody has just changed it; nothing was saved. Reload.");
            trail.Changed(new("项目经理", "Project manager"), Says(oldManager), Says(manager));
            trail.Changed(new("代办员", "Agent"), Says(oldAgent), Says(agent));
            await mediator.Publish(
                new PeopleAssigned(project.Id, project.Code, project.Name, command.Reason!.Trim(), [.. Turns(Role.ProjectManager, oldManager, manager), .. Turns(Role.Agent, oldAgent, agent)]), ct);
            return Unit.Value;
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await Find(query.Code, ct);
            return new(project, await Who(project.ManagerId, ct), await Who(project.AgentId, ct), await mediator.Send(new UsersOf(Role.ProjectManager), ct), await mediator.Send(new UsersOf(Role.Agent), ct));
        }

        private async Task<ProjectFacts> Find(string code, CancellationToken ct) =>
            (await mediator.Send(new FindProject(code), ct) ?? throw OwnProject.NotFound(code)).Within(actor, Act.AssignPeople);

        private async Task<UserFacts?> Who(long? id, CancellationToken ct) => id is null ? null : await db.Find<UserFacts>(Known, new { id }, ct);

        private async Task<UserFacts?> Person(Check check, string? login, Role role, string field, CancellationToken ct)
        {
            if (string.IsNullOrWhiteSpace(login)) return null;
            var user = await mediator.Send(new FindUser(login, role), ct);
            check.That(
                user is not null, "project.person", field,
                $"没有可用的{Permissions.Name(role).Zh}账号「{login}」，请从列表中选择。",
                $"There is no active account “{login}” with the role {Permissions.Name(role).En}; choose from the list.");
            return user;
        }

        private static string? Says(UserFacts? user) => user is null ? null : $"{user.Name}（{user.Login}）";

        private static IEnumerable<PersonTurn> Turns(Role role, UserFacts? before, UserFacts? after)
        {
            if (before?.Id == after?.Id) yield break;
            if (before is not null) yield return new(role, before.Id, before.Name, false);
            if (after is not null) yield return new(role, after.Id, after.Name, true);
        }
    }
}
