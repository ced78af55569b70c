using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>What there is of one's own second factor; never its secret.</summary>
internal static class ShowFactor
{
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(Account Account, int CodesLeft);

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Left = "SELECT COUNT(*) FROM access_recovery_code WHERE user_id = @userId AND used_at IS NULL";

        public async Task<Result> Handle(Query query, CancellationToken ct) => new(
            await Account.Find(db, actor.UserId, ct) ?? throw Refused.NotFound("account.unknown", "", "没有这个账号。", "There is no such account."),
            await db.Find<int>(Left, new { userId = actor.UserId }, ct));
    }
}
