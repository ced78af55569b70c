using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>One's own password. Every other session of the account ends.</summary>
internal static class ChangePassword
{
    [RecordAs("修改本人密码", "Change one's own password")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command([property: Masked] string Current, [property: Masked] string New) : IRequest<Unit>, IRecorded;

    /// <summary>Keeps the new hash, unless the password was changed in the meantime.</summary>
    [RecordAs("保存新密码", "Keep the new password")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Store(long UserId, string OldHash, string NewHash) : ICommand<Unit>;

    internal static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/account/password", async (Command body, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(body, ct);
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Access").WithSummary("Change one's own password");

    private sealed class Handler(Db db, Actor actor, Attempts attempts, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Password(command.New, "new").Done();
            var user = await Account.Find(db, actor.UserId, ct) ?? throw Refused.NotFound("account.unknown", "", "没有这个账号。", "There is no such account.");
            attempts.Begin(user.Login);
            if (!Passwords.Matches(user.PasswordHash, command.Current ?? "", out _))
                throw Refused.Invalid("password.wrong", "current", "现在的密码不对，请重新输入。", "The current password is not right; type it again.");
            attempts.Succeeded(user.Login);
            return await mediator.Send(new Store(user.Id, user.PasswordHash, Passwords.Hash(command.New)), ct);
        }
    }

    private sealed class Storing(Db db) : IRequestHandler<Store, Unit>
    {
        private const string Update = "UPDATE access_user SET password_hash = @NewHash WHERE id = @UserId AND password_hash = @OldHash";

        public async Task<Unit> Handle(Store command, CancellationToken ct)
        {
            if (await db.Execute(Update, command, ct) == 0)
                throw Refused.Conflict("password.changed", "密码刚被改过，请用新密码登录。", "The password was changed just now; sign in with the new one.");
            return Unit.Value;
        }
    }
}
