using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>One account, for its administrator.</summary>
internal static class ShowUser
{
    [Needs(Act.ManageAccounts)]
    internal sealed record Query(string Login) : IRequest<Result>;

    [Needs(Act.ManageAccounts)]
    internal sealed record IdOf(string Login) : IRequest<long>;

    internal sealed record Result(string Login, string Name, string? Department, string? Email, IReadOnlyList<Role> Roles, bool Active, bool HasFactor = false, long? WindowId = null, IReadOnlyList<Text>? InHand = null, string? Issuer = null, string? Subject = null);

    private sealed class Handler(Db db, IMediator mediator) : IRequestHandler<Query, Result>, IRequestHandler<IdOf, long>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var user = await Account.Get(db, query.Login, ct);
            var inHand = new List<Text>();
            await mediator.Publish(new CountingInHand(user.Id, user.Department, inHand), ct);
            return new(user.Login, user.Name, user.Department, user.Email, user.RoleList, user.IsActive, user.HasFactor, user.WindowId, inHand, user.ProviderIssuer, user.ProviderSubject);
        }

        public async Task<long> Handle(IdOf query, CancellationToken ct) => (await Account.Get(db, query.Login, ct)).Id;
    }
}
