using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Supervision;

/// <summary>Whose part of the work somebody supervises, and whose orders somebody answers.</summary>
internal static class Sight
{
    /// <summary>The one department somebody sees; null for all: the centre, the zone's leaders, the auditors and the window.</summary>
    public static string? OnlyDepartment(this Actor actor) =>
        actor.IsSystem || actor.Roles.Any(r => r is Role.Supervisor or Role.ZoneLeader or Role.Auditor) ? null : actor.Department;

    /// <summary>Departments of the orders somebody may answer; the empty one is the window.</summary>
    public static IReadOnlyList<string> AnswersFor(this Actor actor)
    {
        var departments = new List<string>();
        if (actor.Department is { } own && actor.Roles.Any(r => r is Role.Reviewer or Role.DepartmentHead)) departments.Add(own);
        if (actor.Roles.Contains(Role.WindowClerk)) departments.Add("");
        return departments;
    }
}
