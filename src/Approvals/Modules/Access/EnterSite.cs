using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>The last step of signing in: every check is passed. Kept, so that the next sign-in can tell its owner of this one.</summary>
internal static class EnterSite
{
    [RecordAs("登录", "Sign in")]
    [Needs(Act.UseOwnAccount)]
    internal sealed record Command(bool HasFactor, bool ByProvider) : ICommand<Unit>;

    private sealed class Handler(Db db, TimeProvider time, Actor actor, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Note = "UPDATE access_user SET signed_in_at = @now, signed_in_from = @place WHERE id = @id";
        private const int LongestPlace = 60;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            trail.On(Subject.Account, actor.Login);
            var place = actor.From.Place;
            await db.Execute(Note, new { now = time.GetUtcNow().UtcDateTime, place = place.Length > LongestPlace ? place[..LongestPlace] : place, id = actor.UserId }, ct);
            return Unit.Value;
        }
    }
}
