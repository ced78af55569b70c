using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Closes an account: its tokens and its calendar subscription end at once, its sessions within a minute, for good: none comes back with the account. What it did stays.</summary>
internal static class DeactivateUser
{
    [RecordAs("停用账号", "Close an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/deactivate", async (string login, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Command(login), ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Close an account");

    private sealed class Handler(Db db, Actor actor, TimeProvider time, Trail trail, Substitutions substitutions, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        private const string Close = "UPDATE access_user SET is_active = 0 WHERE id = @id AND is_active = 1";
        private const string EndTokens = "UPDATE access_token SET revoked_at = @now WHERE user_id = @id AND revoked_at IS NULL";

        private const string EndSessions = "UPDATE access_session SET ended_at = @now WHERE user_id = @id AND ended_at IS NULL";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            await Roles.TakeTurn(db, ct);
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            if (await db.Execute(Close, new { id = user.Id }, ct) == 0)
                throw Refused.Conflict("account.alreadyClosed", "此账号已经停用。", "This account is already closed.");
            trail.Changed<Text>(new("状态", "Status"), new("使用中", "Open"), new("已停用", "Closed"));
            var ended = new { id = user.Id, now = time.GetUtcNow().UtcDateTime };
            await db.Execute(EndTokens, ended, ct);
            await db.Execute(EndSessions, ended, ct);
            await db.Execute(SignOutEverywhere.NextRound, ended, ct); // one that is just beginning, too
            await mediator.Publish(new WaysInEnded(user.Id), ct);
            var inHand = new List<Text>();
            await mediator.Publish(new CountingInHand(user.Id, user.Department, inHand), ct);
            if (inHand.Count > 0) await mediator.Publish(new ClosedWithWork(user.Id, user.Login, user.Name, user.Department, inHand), ct);
            await substitutions.EndAll(user, new("账号停用", "The account is closed"), ct);
            if (user.RoleList.Contains(Role.SecurityAdministrator)) await Roles.KeepASecurityAdministrator(db, user.Id, ct);
            return Unit.Value;
        }
    }
}
