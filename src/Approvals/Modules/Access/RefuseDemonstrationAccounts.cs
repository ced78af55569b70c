using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Outside Development nobody may sign in with a password that is printed in the manual.</summary>
internal static class RefuseDemonstrationAccounts
{
    [Needs(Act.ManageAccounts)]
    internal sealed record Query : IRequest<Unit>;

    private sealed class Handler(Db db) : IRequestHandler<Query, Unit>
    {
        private const string Open = "SELECT login FROM access_user WHERE is_demonstration = 1 AND is_active = 1 ORDER BY login";

        public async Task<Unit> Handle(Query query, CancellationToken ct)
        {
            var logins = await db.Query<string>(Open, ct: ct);
            return logins.Count == 0 ? Unit.Value : throw new InvalidOperationException(
                $"此数据库含有演示账号（{string.Join("、", logins.Take(3))}……共 {logins.Count} 个），其密码是公开的，不能用于生产。请换一个数据文件夹或数据库。 "
                + $"This database holds {logins.Count} open demonstration accounts with a public password; it is not for production. Choose another data folder or database.");
        }
    }
}
