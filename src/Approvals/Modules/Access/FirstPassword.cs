using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The first password of one's own, in place of the one that an administrator gave; before anything else.</summary>
internal static class FirstPassword
{
    [RecordAs("首次设定本人密码", "Choose one's own password for the first time")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command([property: Masked] string New, [property: Masked] string Again) : IRequest<Unit>, IRecorded;

    private sealed class Handler(Db db, Actor actor, Passwords passwords, IMediator mediator, Trail trail) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            if (await Account.Find(db, actor.UserId, ct) is not { MustChangePassword: true } user)
                throw Refused.Conflict("password.isOwn", "密码已由本人设定，请在「我的账号」中修改。", "The password is your own already; change it under “My account”.");
            new Check()
                .Password(command.New, "new", user.Login)
                .That(command.New == command.Again, "password.differs", "again", "两次输入的密码不同。", "The two passwords differ.")
                .Done();
            passwords.Differ(user, command.New);
            return await mediator.Send(new ChangePassword.Store(user.Id, user.PasswordHash, passwords.Hash(command.New)), ct);
        }
    }
}
