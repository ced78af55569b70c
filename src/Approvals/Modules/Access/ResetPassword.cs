using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>A new password for somebody who forgot theirs, until they sign in and choose another. Their sessions, tokens and calendar address end.</summary>
internal static class ResetPassword
{
    [RecordAs("重设密码", "Set a new password for an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command([property: Masked] string New, string Login = "") : IRequest<Unit>, IRecorded;

    [RecordAs("保存重设的密码", "Keep the password that was set", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Store(string Login, string Hash) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/accounts/{login}/password", async (string login, Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body with { Login = login }, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Set a new password for an account");

    /// <summary>With the ways in that a password or an identity opened.</summary>
    public const string EndTokens = "UPDATE access_token SET revoked_at = @now WHERE user_id = @Id AND revoked_at IS NULL";

    private sealed class Handler(Db db, Actor actor, IMediator mediator, Attempts attempts, Passwords passwords) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Password(command.New, "new", command.Login).Done();
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            await AtTheMachine.DemandOf(actor, db, user.RoleList, ct);
            await mediator.Send(new Store(command.Login, passwords.Hash(command.New)), ct);
            await attempts.Forget(user, ct); // its owner is known now
            return Unit.Value;
        }
    }

    private sealed class Storing(Db db, TimeProvider time, IMediator mediator, Trail trail) : IRequestHandler<Store, Unit>
    {
        private const string Update = "UPDATE access_user SET password_hash = @Hash, must_change_password = 1 WHERE id = @Id";

        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            var user = await Account.Get(db, command.Login, ct);
            await db.Execute(Update, new { command.Hash, user.Id }, ct);
            trail.Changed<Text>(new("密码", "Password"), user.PasswordHash == Passwords.None ? new("没有密码", "None") : new("原密码", "The one before"), new("重设的密码，首次登录须更换", "One that was set, to be changed at the first sign-in"));
            await db.Execute(EndTokens, new { user.Id, now = time.GetUtcNow().UtcDateTime }, ct);
            await mediator.Publish(new WaysInEnded(user.Id), ct);
            return Unit.Value;
        }
    }
}
