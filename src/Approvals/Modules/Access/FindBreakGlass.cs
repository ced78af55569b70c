using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Whether the login that may still use its password is an account that can.</summary>
internal static class FindBreakGlass
{
    [Needs(Act.ManageAccounts)]
    internal sealed record Query(string Login) : IRequest<bool>;

    private sealed class Handler(Db db) : IRequestHandler<Query, bool>
    {
        public async Task<bool> Handle(Query query, CancellationToken ct) =>
            await Account.Find(db, query.Login, ct) is { IsActive: true } user && user.PasswordHash != Passwords.None && user.RoleList.Count > 0;
    }
}
