using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>As whom one is signed in: lets a program try its token.</summary>
internal static class ShowAccount
{
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(string Login, string Name, string? Department, IReadOnlyList<Role> Roles);

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/account", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
        .Needs<Query>().WithTags("Access").WithSummary("Who one is");

    private sealed class Handler(Actor actor) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct) =>
            Task.FromResult(new Result(actor.Login, actor.Name, actor.Department, [.. actor.Roles.Order()]));
    }
}
