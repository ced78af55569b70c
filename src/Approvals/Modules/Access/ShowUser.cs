using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>One account, for its administrator.</summary>
internal static class ShowUser
{
    [Needs(Act.ManageAccounts)]
    internal sealed record Query(string Login) : IRequest<Result>;

    [Needs(Act.ManageAccounts)]
    internal sealed record IdOf(string Login) : IRequest<long>;

    internal sealed record Result(string Login, string Name, string? Department, string? Email, IReadOnlyList<Role> Roles, bool Active, bool HasFactor = false);

    private sealed class Handler(Db db) : IRequestHandler<Query, Result>, IRequestHandler<IdOf, long>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var user = await Account.Get(db, query.Login, ct);
            return new(user.Login, user.Name, user.Department, user.Email, user.RoleList, user.IsActive, user.HasFactor);
        }

        public async Task<long> Handle(IdOf query, CancellationToken ct) => (await Account.Get(db, query.Login, ct)).Id;
    }
}
