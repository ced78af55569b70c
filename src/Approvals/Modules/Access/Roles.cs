using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>Which roles go together, and with which department.</summary>
internal static class Roles
{
    private const string Clear = "DELETE FROM access_user_role WHERE user_id = @userId";
    private const string Give = "INSERT INTO access_user_role (user_id, role) VALUES (@userId, @role)";
    // Who is a clerk no longer sits at no window.
    private const string Unseat = "UPDATE access_user SET window_id = NULL WHERE id = @userId AND window_id IS NOT NULL";
    private const string Turn = "UPDATE access_user_role SET role = role WHERE role = @role";
    private const string OtherSecurityAdministrators = """
        SELECT COUNT(*)
          FROM access_user u
          JOIN access_user_role r ON r.user_id = u.id
         WHERE r.role = @role AND u.is_active = 1 AND u.id <> @userId
        """;

    /// <param name="known">The departments there are; null where the identity provider gives it, which need not know ours.</param>
    public static Check RolesAndDepartment(this Check check, IReadOnlyCollection<Role>? roles, string? department, IReadOnlyList<DepartmentName>? known = null)
    {
        roles ??= [];
        check.That(roles.Count > 0, "roles.none", "roles", "请至少选择一个角色。", "Choose at least one role.");
        check.That(roles.All(Enum.IsDefined), "roles.unknown", "roles", "有不存在的角色，请重新选择。", "One of the roles does not exist; choose again.");
        check.That(!roles.Any(Permissions.Administrators.Contains) || roles.Distinct().Count() == 1, "roles.administratorAlone", "roles",
            "三员分立：系统管理员、安全管理员、审计管理员由不同的人担任，不参与审批，也不能兼任其他角色。",
            "The three administrators stand apart: system, security and audit are different people, take no part in approvals and have no other role.");
        if (department is { Length: > 0 } && known is not null)
            return check.That(known.Any(d => d.Code == department), "department.unknown", "department",
                $"没有代码为「{department}」的部门，请从这些部门中选择：{string.Join("、", known.Select(d => $"{d.Code} {d.Name.Zh}"))}。",
                $"There is no department “{department}”; choose one of these: {string.Join(", ", known.Select(d => $"{d.Code} {d.Name.En}"))}.");
        if (department is { Length: > 0 })
            return check.That(IsCode(department), "department.shape", "department",
                $"部门代码应为 2 至 8 个大写字母，「{department}」不是。", $"A department code is 2 to 8 capital letters; “{department}” is not.");
        return check.That(!roles.Any(r => r is Role.Reviewer or Role.DepartmentHead), "department.required", "department",
            "部门经办人和部门负责人须填所属部门的代码，例如 ZRZY。", "A reviewer or department head needs the code of the department, such as ZRZY.");
    }

    /// <summary>One at a time takes a role from somebody: whoever else would waits until this command is durable, and reads what it left. Two who go at once do not each count on the other.</summary>
    public static Task TakeTurn(Db db, CancellationToken ct) => db.Execute(Turn, new { role = nameof(Role.SecurityAdministrator) }, ct);

    /// <param name="before">What the account has been until now, read in the turn; none where it is new.</param>
    public static async Task Replace(Db db, long userId, IReadOnlyCollection<Role> before, IReadOnlyCollection<Role> roles, CancellationToken ct)
    {
        await db.Execute(Clear, new { userId }, ct);
        await db.Execute(Give, roles.Distinct().Select(role => new { userId, role = role.ToString() }).ToList(), ct);
        if (!roles.Contains(Role.WindowClerk)) await db.Execute(Unseat, new { userId }, ct);
        if (before.Contains(Role.SecurityAdministrator) && !roles.Contains(Role.SecurityAdministrator)) await KeepASecurityAdministrator(db, userId, ct);
    }

    /// <summary>Without a security administrator nobody could open accounts but the command line. Counted in the turn of whoever goes.</summary>
    public static async Task KeepASecurityAdministrator(Db db, long userId, CancellationToken ct)
    {
        if (await db.Find<int>(OtherSecurityAdministrators, new { role = nameof(Role.SecurityAdministrator), userId }, ct) == 0)
            throw Refused.Conflict("access.lastAdministrator", "这是最后一个可用的安全管理员，请先设另一个。", "This is the last active security administrator; appoint another first.");
    }

    public static IReadOnlyList<Role> Read(string? list) =>
        [.. (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Role>).Order()];

    private static bool IsCode(string code) => code.Length is >= 2 and <= 8 && code.All(char.IsAsciiLetterUpper);
}
