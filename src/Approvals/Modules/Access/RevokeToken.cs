using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Ends a token at once.</summary>
internal static class RevokeToken
{
    [RecordAs("撤销本人令牌", "Revoke one's own token")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(string Name) : ICommand<Unit>;

    /// <summary>Somebody else's, on the command line.</summary>
    [RecordAs("撤销令牌", "Revoke a token", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record For(string Login, string Name) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/account/tokens/{name}/revoke", async (string name, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(name), ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Revoke one of one's own tokens");

    private sealed class Handler(Db db, TimeProvider time, Actor actor, Trail trail) : IRequestHandler<Command, Unit>, IRequestHandler<For, Unit>
    {
        private const string Revoke = "UPDATE access_token SET revoked_at = @now WHERE user_id = @userId AND name = @name AND revoked_at IS NULL";

        public Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            return End(actor.UserId, command.Name, ct);
        }

        public async Task<Unit> Handle(For command, CancellationToken ct) => await End((await Account.Get(db, command.Login, ct)).Id, command.Name, ct);

        private async Task<Unit> End(long userId, string? given, CancellationToken ct)
        {
            var name = (given ?? "").Trim();
            if (await db.Execute(Revoke, new { userId, name, now = time.GetUtcNow().UtcDateTime }, ct) == 0)
                throw Refused.NotFound("token.unknown", "name", $"没有名为「{name}」的有效令牌。", $"There is no live token “{name}”.");
            trail.Changed<Text>(new($"令牌「{name}」", $"Token “{name}”"), new("有效", "Live"), new("已撤销", "Revoked"));
            return Unit.Value;
        }
    }
}
