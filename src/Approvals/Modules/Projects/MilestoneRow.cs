using Approvals.Database;
using Approvals.Modules.Projects.Contract;

namespace Approvals.Modules.Projects;

/// <summary>The one row of a milestone, whoever plans it or reports it first.</summary>
internal static class MilestoneRow
{
    private const string SetReached = """
        UPDATE projects_milestone
           SET reached_on = @on, reported_by = @by, reported_at = @at
         WHERE project_id = @projectId AND phase = @phase AND kind = @kind AND reached_on IS NULL
        """;

    private const string InsertReached = """
        INSERT INTO projects_milestone (project_id, phase, kind, reached_on, reported_by, reported_at)
        VALUES (@projectId, @phase, @kind, @on, @by, @at)
        """;

    private const string SetPlanned = """
        UPDATE projects_milestone SET planned_on = @on
         WHERE project_id = @projectId AND phase = @phase AND kind = @kind AND (planned_on = @was OR (planned_on IS NULL AND @was IS NULL))
        """;

    private const string InsertPlanned = "INSERT INTO projects_milestone (project_id, phase, kind, planned_on) VALUES (@projectId, @phase, @kind, @on)";

    /// <summary>Writes the first report; false where there is one already, which stands.</summary>
    public static async Task<bool> Reach(Db db, long projectId, int phase, MilestoneKind kind, DateOnly on, long by, DateTime at, CancellationToken ct)
    {
        var row = new { projectId, phase, kind = kind.ToString(), on, by, at };
        return await db.Execute(SetReached, row, ct) > 0
            || await db.TryInsert(InsertReached, row, ct)
            || await db.Execute(SetReached, row, ct) > 0;
    }

    /// <summary>Plans it where it is still planned for what it was; false where somebody else has planned it anew.</summary>
    public static async Task<bool> Plan(Db db, long projectId, PlannedMilestone planned, DateOnly? was, CancellationToken ct)
    {
        if (planned.On == was) return true;
        var row = new { projectId, phase = planned.Phase, kind = planned.Kind.ToString(), on = planned.On, was };
        return await db.Execute(SetPlanned, row, ct) > 0 || (was is null && await db.TryInsert(InsertPlanned, row, ct));
    }
}
