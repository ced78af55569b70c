using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;

namespace Approvals.Tests.Permits;

/// <summary>Whoever approves a pause or an extension has an account.</summary>
internal static class Accounts
{
    public const string Supervisor = "centre-supervisor";
    public const string Leader = "zone-leader";

    public static string HeadOf(string department) => $"{department.ToLowerInvariant()}-head";

    /// <summary>The heads of the departments, a supervisor and a leader.</summary>
    public static async Task Open(this App app, params string[] departments)
    {
        foreach (var department in departments) await Add(app, HeadOf(department), $"{department} 负责人", department, Role.DepartmentHead);
        await Add(app, Supervisor, "督办", null, Role.Supervisor);
        await Add(app, Leader, "领导", null, Role.ZoneLeader);
    }

    private static Task<AddUser.Result> Add(App app, string login, string name, string? department, Role role) =>
        app.Send(new AddUser.Store(login, name, department, [role], "unusable", false));
}
