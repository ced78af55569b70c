using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>One's own tokens that may still be used, or could until they expired; never the tokens themselves.</summary>
internal static class ListTokens
{
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<IReadOnlyList<Row>>;

    internal sealed record Row
    {
        public string Name { get; init; } = "";
        public DateTime CreatedAt { get; init; }
        public DateTime ExpiresAt { get; init; }
        public bool Expired { get; init; }

        /// <summary>To within ten minutes.</summary>
        public DateTime? UsedAt { get; init; }

        /// <summary>What it may be used for, as <c>Read,Intake</c>.</summary>
        public string Scopes { get; init; } = "";
    }

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/account/tokens", (IMediator mediator, CancellationToken ct) => mediator.Send(new Query(), ct))
        .Needs<Query>().WithTags("Access").WithSummary("One's own tokens");

    private sealed class Handler(Db db, TimeProvider time, Actor actor) : IRequestHandler<Query, IReadOnlyList<Row>>
    {
        private const string Live = """
            SELECT name, created_at, expires_at, used_at, scopes
              FROM access_token
             WHERE user_id = @userId AND revoked_at IS NULL
             ORDER BY created_at DESC, id DESC
            """;

        public async Task<IReadOnlyList<Row>> Handle(Query query, CancellationToken ct)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var rows = await db.First<Row>(100, Live, new { userId = actor.UserId }, ct);
            return [.. rows.Select(r => r with { Expired = r.ExpiresAt <= now })];
        }
    }
}
