using Approvals.Database;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>Writes down that something of a project has changed, in the transaction of the change.</summary>
internal static class NoteChanges
{
    private const string Again = "UPDATE portfolio_change SET changed_no = (SELECT COALESCE(MAX(n.changed_no), 0) + 1 FROM portfolio_change n) WHERE project_id = @projectId";

    private const string First = "INSERT INTO portfolio_change (project_id, changed_no) SELECT @projectId, COALESCE(MAX(n.changed_no), 0) + 1 FROM portfolio_change n";

    public static async Task Of(Db db, long projectId, CancellationToken ct)
    {
        if (await db.Execute(Again, new { projectId }, ct) == 0 && !await db.TryInsert(First, new { projectId }, ct)) await db.Execute(Again, new { projectId }, ct);
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
