using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>An account as this module reads it.</summary>
internal sealed record Account
{
    private const string ByLogin = """
        SELECT u.id, u.login, u.name, u.department, u.email, u.password_hash, u.is_active,
               (SELECT STRING_AGG(r.role, ',') FROM access_user_role r WHERE r.user_id = u.id) AS roles
          FROM access_user u
         WHERE u.login = @login
        """;

    private const string ById = """
        SELECT u.id, u.login, u.name, u.department, u.email, u.password_hash, u.is_active,
               (SELECT STRING_AGG(r.role, ',') FROM access_user_role r WHERE r.user_id = u.id) AS roles
          FROM access_user u
         WHERE u.id = @id
        """;

    public long Id { get; init; }
    public string Login { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Department { get; init; }
    public string? Email { get; init; }
    public string PasswordHash { get; init; } = "";
    public bool IsActive { get; init; }
    public string? Roles { get; init; }

    /// <summary>The name of the token it was found by, or null.</summary>
    public string? Token { get; init; }

    public IReadOnlyList<Role> RoleList => Access.Roles.Read(Roles);

    /// <summary>Changes with the password; a session that carries another stamp is over.</summary>
    public string Stamp => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PasswordHash)))[..16];

    public static Task<Account?> Find(Db db, string? login, CancellationToken ct) =>
        db.Find<Account>(ByLogin, new { login = (login ?? "").Trim().ToLowerInvariant() }, ct);

    public static Task<Account?> Find(Db db, long id, CancellationToken ct) => db.Find<Account>(ById, new { id }, ct);

    public static async Task<Account> Get(Db db, string? login, CancellationToken ct) =>
        await Find(db, login, ct) ?? throw Refused.NotFound("account.unknown", "login", $"没有账号「{login}」。", $"There is no account “{login}”.");
}
