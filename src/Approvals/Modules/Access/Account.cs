using System.Security.Cryptography;
using System.Text;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>An account as this module reads it.</summary>
internal sealed record Account
{
    /// <summary>What is read of an account, as <c>u</c>.</summary>
    public const string Columns = """
        u.id, u.login, u.name, u.department, u.window_id, u.email, u.password_hash, u.is_active, u.is_demonstration, u.must_change_password, u.session_round, u.signed_in_at, u.signed_in_from, u.provider_seen_at, u.provider_issuer, u.provider_subject,
               (SELECT COUNT(*) FROM access_factor f WHERE f.user_id = u.id) AS factors,
               (SELECT STRING_AGG(r.role, ',') FROM access_user_role r WHERE r.user_id = u.id) AS roles
        """;

    private const string ByLogin = $"""
        SELECT {Columns}
          FROM access_user u
         WHERE u.login = @login
        """;

    private const string ById = $"""
        SELECT {Columns}
          FROM access_user u
         WHERE u.id = @id
        """;

    public long Id { get; init; }
    public string Login { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Department { get; init; }
    public long? WindowId { get; init; }
    public string? Email { get; init; }
    public string PasswordHash { get; init; } = "";
    public bool IsActive { get; init; }
    public bool IsDemonstration { get; init; }

    /// <summary>Somebody else knows the password: its owner chooses another before anything else.</summary>
    public bool MustChangePassword { get; init; }

    public int SessionRound { get; init; }

    /// <summary>The latest sign-in.</summary>
    public DateTime? SignedInAt { get; init; }

    public string? SignedInFrom { get; init; }

    /// <summary>When the identity provider has last said who this is; null where it is none of its accounts.</summary>
    public DateTime? ProviderSeenAt { get; init; }

    /// <summary>Who it is at the identity provider, together with the subject there.</summary>
    public string? ProviderIssuer { get; init; }

    public string? ProviderSubject { get; init; }

    public int Factors { get; init; }
    public string? Roles { get; init; }

    /// <summary>The name of the token it was found by, or null.</summary>
    public string? Token { get; init; }

    /// <summary>What that token may be used for.</summary>
    public string? Scopes { get; init; }

    public DateTime? TokenUsedAt { get; init; }

    /// <summary>Whether that token was made in a session with a second factor.</summary>
    public bool TokenHasFactor { get; init; }

    public IReadOnlyList<Role> RoleList => Access.Roles.Read(Roles);

    public bool HasFactor => Factors > 0;

    /// <summary>Administrators sign in with two factors; everybody may.</summary>
    public bool NeedsFactor => RoleList.Any(Permissions.Administrators.Contains);

    /// <summary>Changes with the password and when all sessions are to end; a session that carries another stamp is over.</summary>
    public string Stamp => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{SessionRound}:{PasswordHash}")))[..16];

    /// <summary>Roles, and whether somebody is still let in at all, are looked up at the provider when they sign in: what opens without that ends some time after.</summary>
    public bool IsUnseen(SignInSettings settings, DateTime now) => settings.Provider is { } provider && ProviderSeenAt is { } seen && now - seen >= provider.Unseen;

    /// <remarks>Letter by letter: a server takes a wide letter for the narrow one and an emoji for nothing, and guesses, counted by what was typed, would be counted anew for each spelling.</remarks>
    public static async Task<Account?> Find(Db db, string? login, CancellationToken ct)
    {
        var tidy = (login ?? "").Trim().ToLowerInvariant();
        return await db.Find<Account>(ByLogin, new { login = tidy }, ct) is { } user && user.Login == tidy ? user : null;
    }

    public static Task<Account?> Find(Db db, long id, CancellationToken ct) => db.Find<Account>(ById, new { id }, ct);

    public static async Task<Account> Get(Db db, string? login, CancellationToken ct) =>
        await Find(db, login, ct) ?? throw Refused.NotFound("account.unknown", "login", $"没有账号「{login}」。", $"There is no account “{login}”.");

    /// <summary>An account that somebody manages: never the own one. Their own password and factor people change where the current password is asked for, and their own roles not at all (三员分立).</summary>
    public static async Task<Account> GetAnothers(Db db, Actor actor, string? login, CancellationToken ct)
    {
        var user = await Get(db, login, ct);
        return user.Id != actor.UserId && user.Id != actor.For?.Id ? user : throw Refused.Forbidden("account.isOwn",
            "这是您本人的账号：密码和第二验证请在「我的账号」中办理，角色、重置和停用请由另一名安全管理员办理。",
            "This account is your own: change its password and second factor under “My account”; its roles, a reset or closing it are another security administrator's to do.");
    }
}
