using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Ends sessions before their time: one's own, one of them or all others, and for the security administrator somebody else's.</summary>
internal static class EndSession
{
    public const string OverCode = "session.over";

    [RecordAs("结束本人的一个登录", "End a session of one's own")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(long Id) : ICommand<Unit>;

    /// <param name="But">The session that asks, which goes on.</param>
    [RecordAs("结束本人的其他登录", "End one's own other sessions")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Others(long But) : ICommand<Unit>;

    [RecordAs("结束账号的一个登录", "End a session of an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Of(string Login, long Id) : ICommand<Unit>;

    [RecordAs("结束账号的所有登录", "End all sessions of an account", Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record AllOf(string Login) : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, TimeProvider time, Trail trail)
        : IRequestHandler<Command, Unit>, IRequestHandler<Others, Unit>, IRequestHandler<Of, Unit>, IRequestHandler<AllOf, Unit>
    {
        private const string One = "SELECT browser, place FROM access_session WHERE id = @id AND user_id = @userId AND ended_at IS NULL";
        private const string Anothers = "SELECT COUNT(*) FROM access_session WHERE id = @id AND user_id <> @userId AND ended_at IS NULL";
        private const string End = "UPDATE access_session SET ended_at = @now WHERE id = @id AND user_id = @userId AND ended_at IS NULL";
        private const string EndOthers = "UPDATE access_session SET ended_at = @now WHERE user_id = @userId AND id <> @but AND ended_at IS NULL";

        private DateTime Now => time.GetUtcNow().UtcDateTime;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            return await EndOne(actor.UserId, command.Id, ct);
        }

        public async Task<Unit> Handle(Others command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            await EndAllBut(actor.UserId, command.But, ct);
            return Unit.Value;
        }

        public async Task<Unit> Handle(Of command, CancellationToken ct) => await EndOne((await Account.Get(db, command.Login, ct)).Id, command.Id, ct);

        public async Task<Unit> Handle(AllOf command, CancellationToken ct)
        {
            var user = await Account.Get(db, command.Login, ct);
            await EndAllBut(user.Id, 0, ct);
            await db.Execute(SignOutEverywhere.NextRound, new { id = user.Id }, ct); // one that is just beginning, too
            return Unit.Value;
        }

        private async Task EndAllBut(long userId, long but, CancellationToken ct) =>
            trail.Changed(new("进行中的其他登录", "Other open sessions"), await db.Execute(EndOthers, new { userId, but, now = Now }, ct), 0);

        private async Task<Unit> EndOne(long userId, long id, CancellationToken ct)
        {
            var row = await db.Find<Row>(One, new { id, userId }, ct);
            if (row is null || await db.Execute(End, new { id, userId, now = Now }, ct) == 0)
            {
                var over = Refused.Conflict(OverCode, "此登录已经结束，请刷新页面。", "That session is over already; reload the page.");
                throw userId == actor.UserId && await db.Find<int>(Anothers, new { id, userId }, ct) > 0 ? over.Hiding() : over;
            }

            trail.Changed<Text>(new($"登录 {row.Browser} {row.Place}", $"Session {row.Browser} {row.Place}"), new("进行中", "Open"), new("已结束", "Ended"));
            return Unit.Value;
        }

        private sealed record Row
        {
            public string Browser { get; init; } = "";
            public string Place { get; init; } = "";
        }
    }
}
