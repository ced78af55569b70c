using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>As whom one is signed in: lets a program try its token.</summary>
internal static class ShowAccount
{
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(string Login, string Name, string? Department, string? Email, IReadOnlyList<Role> Roles, bool HasFactor);

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/account", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
        .Needs<Query>().WithTags("Access").WithSummary("Who one is");

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var account = await Account.Find(db, actor.UserId, ct);
            return new(actor.Login, actor.OwnName, actor.Department, account?.Email, [.. actor.Roles.Order()], account?.HasFactor == true);
        }
    }
}
