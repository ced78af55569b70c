using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// Who may see the files of an application: its window, the departments that have a case of it, the agent and the manager
/// of its project, and supervision. Files hold what pages do not show, so a role alone does not open them.
/// </summary>
internal sealed class FilesInReach(Db db, IMediator mediator, Actor actor, Answering answering)
{
    private const string Find = """
        SELECT a.id, a.number, a.project_id, a.state, a.deemed_on, a.window_id, w.name AS window_name
          FROM onewindow_application a
          LEFT JOIN access_public_window w ON w.id = a.window_id
         WHERE a.number = @number
        """;

    // Writes nothing new. Whoever answers waits for what changes the files, and what comes after the answer touches no row.
    private const string Hold = """
        UPDATE onewindow_application
           SET state = state
         WHERE id = @Id
           AND (state IN ('Received', 'Correcting')
                OR (@document <> '' AND state = 'Accepted' AND deemed_on IS NOT NULL
                    AND EXISTS (SELECT 1 FROM onewindow_material m WHERE m.application_id = onewindow_application.id AND m.document = @document AND m.is_given = 0 AND m.comes_from IS NULL)))
        """;

    internal sealed record Row
    {
        public long Id { get; init; }
        public string Number { get; init; } = "";
        public long ProjectId { get; init; }
        public string State { get; init; } = "";
        public DateOnly? DeemedOn { get; init; }
        public long? WindowId { get; init; }
        public string? WindowName { get; init; }

        /// <summary>The window has not answered yet: what was handed in may still be exchanged.</summary>
        public bool IsOpen => State is nameof(ApplicationState.Received) or nameof(ApplicationState.Correcting);
    }

    /// <param name="Cases">In the order of the form.</param>
    /// <param name="IsAgents">The reader is the agent of the project, who hands in for it; whoever manages it sees what is there.</param>
    /// <param name="IsWindows">The reader is a clerk of its window.</param>
    internal sealed record Seen(Row Application, IReadOnlyList<CaseFact> Cases, bool IsAgents, bool IsWindows);

    /// <summary>In a command that changes files: the window has not answered, and will not until the command is over.</summary>
    /// <param name="owed">A document that may come in after the window was silent too long, where it is still owed.</param>
    /// <exception cref="Refused">It has answered.</exception>
    public async Task HoldOpen(Row application, string owed, CancellationToken ct)
    {
        if (await db.Execute(Hold, new { application.Id, document = owed }, ct) == 0) throw await answering.Lost(application.Number, ct);
    }

    /// <exception cref="Refused">No such application, or none of the reader's.</exception>
    public async Task<Seen> See(string number, CancellationToken ct) => await Look(number, ct, refuse: true) ?? throw Refused.Forbidden("file.notYours",
        "这件申请的材料文件只向其窗口、有其办理件的部门、本项目的代办员和项目经理及督办开放。",
        "The files of this application are open to its window, the departments that have a case of it, the project's agent and manager, and supervision.");

    /// <returns>Null where it is none of the reader's.</returns>
    public async Task<Seen?> Look(string number, CancellationToken ct, bool refuse = false)
    {
        number = (number ?? "").Trim().ToUpperInvariant();
        var row = await (db.InTransaction ? db.FindHeld<Row>(Find, new { number }, ct) : db.Find<Row>(Find, new { number }, ct)) ?? throw await answering.Lost(number, ct);
        var project = await mediator.Send(new GetProject(row.ProjectId), ct);
        if (refuse) project.Within(actor, Act.SeeWork);
        var cases = await mediator.Send(new CasesOfApplication(row.Number), ct);
        var agents = actor.Roles.Contains(Role.Agent) && project.AgentId == actor.WorksAs;
        var projects = agents || (actor.Roles.Contains(Role.ProjectManager) && project.ManagerId == actor.WorksAs);
        var clerk = actor.Roles.Contains(Role.WindowClerk);
        var windows = clerk && actor.Serves(row.WindowId);
        var sees = actor.IsSystem || projects || windows || actor.Roles.Contains(Role.Supervisor)
            || (actor.Department is { } own && (actor.Roles.Contains(Role.Reviewer) || actor.Roles.Contains(Role.DepartmentHead)) && cases.Any(c => c.Department == own));
        if (refuse && clerk && !sees) throw WindowScope.Other(row.Number, row.WindowName!);
        return sees ? new(row, cases, agents, windows) : null;
    }
}
