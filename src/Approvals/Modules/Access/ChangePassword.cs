using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>One's own password. Every other session of the account ends, and the secret address of the calendar.</summary>
internal static class ChangePassword
{
    [RecordAs("修改本人密码", "Change one's own password")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command([property: Masked] string Current, [property: Masked] string New) : IRequest<Unit>, IRecorded;

    /// <summary>Keeps the new hash, unless the password was changed in the meantime.</summary>
    /// <param name="IsOwnChoice">False where it is the same password, hashed anew.</param>
    [RecordAs("保存新密码", "Keep the new password")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Store(long UserId, string OldHash, string NewHash, bool IsOwnChoice = true) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/account/password", async (Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Change one's own password");

    private sealed class Handler(Db db, Actor actor, Attempts attempts, Passwords passwords, IMediator mediator, Trail trail) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var user = await Account.Find(db, actor.UserId, ct) ?? throw Refused.NotFound("account.unknown", "", "没有这个账号。", "There is no such account.");
            new Check().Password(command.New, "new", user.Login).Done();
            await attempts.CheckOwn(user, command.Current, "current", ct);
            passwords.Differ(user, command.New);
            return await mediator.Send(new Store(user.Id, user.PasswordHash, passwords.Hash(command.New)), ct);
        }
    }

    private sealed class Storing(Db db, IMediator mediator, Trail trail) : IRequestHandler<Store, Unit>
    {
        private const string Update = """
            UPDATE access_user
               SET password_hash = @NewHash, must_change_password = CASE WHEN @IsOwnChoice = 1 THEN 0 ELSE must_change_password END
             WHERE id = @UserId AND password_hash = @OldHash
            """;

        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            if (await db.Execute(Update, command, ct) == 0)
                throw Refused.Conflict("password.changed", "密码刚被改过，请用新密码登录。", "The password was changed just now; sign in with the new one.");
            trail.Changed<Text>(new("密码", "Password"), new("原密码", "The one before"), command.IsOwnChoice ? new("本人新设的密码", "A new one of the owner's") : new("同一密码，重新加密保存", "The same, hashed anew"));
            if (command.IsOwnChoice) await mediator.Publish(new WaysInEnded(command.UserId), ct);
            return Unit.Value;
        }
    }
}
