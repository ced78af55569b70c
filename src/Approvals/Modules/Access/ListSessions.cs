using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Where an account is signed in now: with what, from where, since when, and when it was used last.</summary>
internal static class ListSessions
{
    [Needs(Act.UseOwnAccount)]
    internal sealed record Query : IRequest<IReadOnlyList<Row>>;

    /// <summary>Somebody else's, for the security administrator.</summary>
    [Needs(Act.ManageAccounts)]
    internal sealed record Of(string Login) : IRequest<IReadOnlyList<Row>>;

    internal sealed record Row
    {
        public long Id { get; init; }
        public string Browser { get; init; } = "";
        public string Place { get; init; } = "";
        public DateTime BeganAt { get; init; }

        /// <summary>To within <see cref="Sessions.Noted"/>.</summary>
        public DateTime SeenAt { get; init; }
    }

    private sealed class Handler(Db db, Actor actor, TimeProvider time, SignInSettings settings) : IRequestHandler<Query, IReadOnlyList<Row>>, IRequestHandler<Of, IReadOnlyList<Row>>
    {
        private const string Open = """
            SELECT id, browser, place, began_at, seen_at
              FROM access_session
             WHERE user_id = @Id AND stamp = @Stamp AND ended_at IS NULL AND began_at > @oldest AND seen_at > @idle
             ORDER BY seen_at DESC, id DESC
            """;

        public async Task<IReadOnlyList<Row>> Handle(Query query, CancellationToken ct) =>
            await Account.Find(db, actor.UserId, ct) is { } user ? await Of(user, ct) : [];

        public async Task<IReadOnlyList<Row>> Handle(Of query, CancellationToken ct) => await Of(await Account.Get(db, query.Login, ct), ct);

        private async Task<IReadOnlyList<Row>> Of(Account user, CancellationToken ct)
        {
            var now = time.GetUtcNow().UtcDateTime;
            return user.IsActive ? await db.Query<Row>(Open, new { user.Id, user.Stamp, oldest = now - settings.Longest, idle = now - settings.Idle - Sessions.Noted }, ct) : [];
        }
    }
}
