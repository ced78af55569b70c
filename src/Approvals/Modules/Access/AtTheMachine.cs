using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>
/// What the command line does with accounts: it sets a site up, and lets a security administrator back in. All else is
/// theirs to do, on record under their name: otherwise whoever has a shell would be both of two persons.
/// </summary>
internal static class AtTheMachine
{
    private const string SecurityAdministrators = """
        SELECT COUNT(*)
          FROM access_user u
          JOIN access_user_role r ON r.user_id = u.id
         WHERE r.role = @role AND u.is_active = 1
        """;

    /// <param name="roles">Of the account whose password would be set, or who it is at the identity provider said.</param>
    public static async Task DemandOf(Actor actor, Db db, IReadOnlyList<Role>? roles, CancellationToken ct)
    {
        if (actor.From.Source != "cli" || roles is [Role.SecurityAdministrator]) return;
        if (await db.Find<int>(SecurityAdministrators, new { role = nameof(Role.SecurityAdministrator) }, ct) > 0)
            throw Refused.Forbidden("account.onItsPage",
                "本站已有安全管理员：账号、密码和统一身份的关联由其在「账号」页办理；命令行只能新建安全管理员、重设其密码或关联其统一身份。",
                "There is a security administrator: accounts, passwords and who somebody is at the identity provider are theirs to set on the page “Accounts”; the command line only opens another security administrator, or sets such a one's password or identity.");
    }

    /// <summary>Whoever asks for an approval or gives one makes their tokens themselves: of two persons none is made by a third.</summary>
    public static void DemandTokenFor(Account user)
    {
        if (user.RoleList.Any(role => Permissions.Allows(role, Act.AskApproval) || Permissions.Allows(role, Act.Countersign)))
            throw Refused.Forbidden("token.byItsOwner",
                $"账号 {user.Login} 可以提请或批准，其令牌只能由本人登录后在「我的账号」新建。",
                $"{user.Login} may ask for approvals or give them: its owner alone makes its tokens, signed in, under “My account”.");
    }
}
