using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Ends every session of one's account, this one too, and the secret address of the calendar. Tokens stay: they are revoked one by one.</summary>
internal static class SignOutEverywhere
{
    public const string NextRound = "UPDATE access_user SET session_round = session_round + 1 WHERE id = @id";

    [RecordAs("退出所有登录", "Sign out everywhere")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, Trail trail, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            await db.Execute(NextRound, new { id = actor.UserId }, ct);
            trail.Changed<Text>(new("所有登录", "All sessions"), new("进行中", "Open"), new("已结束", "Ended"));
            await mediator.Publish(new WaysInEnded(actor.UserId), ct);
            return Unit.Value;
        }
    }
}
