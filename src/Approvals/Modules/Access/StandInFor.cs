using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>代岗办理: from here on the session acts for somebody else, until its owner acts as themselves again.</summary>
internal static class StandInFor
{
    [RecordAs("开始代岗办理", "Begin to act for somebody")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(long Id) : ICommand<string>;

    [RecordAs("恢复本人身份", "Act as oneself again")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Leave : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, Substitutions substitutions, Trail trail) : IRequestHandler<Command, string>, IRequestHandler<Leave, Unit>
    {
        public async Task<string> Handle(Command command, CancellationToken ct)
        {
            if (await Account.Find(db, actor.UserId, ct) is not { } me || await Substitutions.InForce(db, command.Id, me, substitutions.Today, ct) is not { } who)
                throw Refused.Conflict("substitution.notInForce", "这项替岗今天不生效：未到日期、已经结束，或账号、角色已变。", "This substitution is not in force today: not its days, ended, or an account or its roles have changed.");
            trail.On(Subject.Account, who.Login);
            return who.Name;
        }

        public Task<Unit> Handle(Leave command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.OnBehalfOf ?? actor.Login);
            return Unit.Task;
        }
    }
}
