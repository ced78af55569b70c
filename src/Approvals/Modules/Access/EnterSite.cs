using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The last step of signing in: every check is passed, and a session begins. Kept, so that the next sign-in can tell its owner of this one.</summary>
internal static class EnterSite
{
    /// <param name="Browser">In words, as <see cref="Access.Browser.Words"/> has them.</param>
    /// <param name="Stamp">Of the account: the session ends when it changes.</param>
    [RecordAs("登录", "Sign in")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(bool HasFactor, bool ByProvider, string Browser, [property: Masked] string Stamp) : ICommand<long>;

    private sealed class Handler(Db db, Ids ids, TimeProvider time, Actor actor, Trail trail, SignInSettings settings) : IRequestHandler<Command, long>
    {
        private const int LongestPlace = 60;

        private const string Note = "UPDATE access_user SET signed_in_at = @now, signed_in_from = @place, provider_seen_at = CASE WHEN @ByProvider = 1 THEN @now ELSE provider_seen_at END WHERE id = @userId";

        // What is over is nobody's to see: it goes with the next sign-in.
        private const string Sweep = "DELETE FROM access_session WHERE user_id = @userId AND (ended_at IS NOT NULL OR began_at < @oldest)";

        private const string Begin = """
            INSERT INTO access_session (id, user_id, stamp, browser, place, began_at, seen_at)
            VALUES (@id, @userId, @Stamp, @Browser, @place, @now, @now)
            """;

        public async Task<long> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var (now, place) = (time.GetUtcNow().UtcDateTime, actor.From.Place);
            if (place.Length > LongestPlace) place = place[..LongestPlace];
            var id = await ids.Next();
            await db.Execute(Note, new { now, place, command.ByProvider, userId = actor.UserId }, ct);
            await db.Execute(Sweep, new { userId = actor.UserId, oldest = now - settings.Longest }, ct);
            await db.Execute(Begin, new { id, userId = actor.UserId, command.Stamp, command.Browser, place, now }, ct);
            trail.Changed(new("登录", "Session"), null, command.Browser);
            return id;
        }
    }
}
