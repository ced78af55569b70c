using Approvals.Database;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>Writes down that something of a project has changed, in the transaction of the change.</summary>
internal static class NoteChanges
{
    // Held from here to the commit: the numbers are given one at a time, and who has seen one has seen all below it.
    private const string Take = "UPDATE portfolio_last_change SET changed_no = changed_no + 1 WHERE id = 1";

    private const string Again = "UPDATE portfolio_change SET changed_no = (SELECT l.changed_no FROM portfolio_last_change l WHERE l.id = 1) WHERE project_id = @projectId";

    private const string First = "INSERT INTO portfolio_change (project_id, changed_no) SELECT @projectId, l.changed_no FROM portfolio_last_change l WHERE l.id = 1";

    public static async Task Of(Db db, long projectId, CancellationToken ct)
    {
        await db.Execute(Take, ct: ct);
        if (await db.Execute(Again, new { projectId }, ct) == 0) await db.Execute(First, new { projectId }, ct);
    }

    private sealed class OfNew(Db db) : INotificationHandler<ProjectRegistered>
    {
        public Task Handle(ProjectRegistered registered, CancellationToken ct) => Of(db, registered.ProjectId, ct);
    }

    private sealed class OfReports(Db db) : INotificationHandler<MilestoneReached>
    {
        public Task Handle(MilestoneReached reached, CancellationToken ct) => Of(db, reached.ProjectId, ct);
    }

    private sealed class OfPlans(Db db) : INotificationHandler<MilestonesChanged>
    {
        public Task Handle(MilestonesChanged changed, CancellationToken ct) => Of(db, changed.ProjectId, ct);
    }

    /// <summary>Who reaches a project is who sees it: a change of its people waits for nothing.</summary>
    private sealed class OfPeople(Db db) : INotificationHandler<PeopleAssigned>
    {
        public Task Handle(PeopleAssigned assigned, CancellationToken ct) => Of(db, assigned.ProjectId, ct);
    }
}
