using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Says who an account is at the identity provider, so that its owner may sign in there. Whoever is linked to it has it: it is done under a name, as a password is reset; whatever somebody else who was linked before had opened ends.</summary>
internal static class LinkUser
{
    [RecordAs("关联统一身份", "Link an account to the identity provider", Messaging.Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login, string Issuer, string Subject) : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, TimeProvider time, Trail trail, IMediator mediator) : IRequestHandler<Command, Unit>
    {
        private const string Link = "UPDATE access_user SET provider_issuer = @issuer, provider_subject = @subject, provider_seen_at = @now WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var (issuer, subject) = ((command.Issuer ?? "").Trim(), (command.Subject ?? "").Trim());
            new Check().Text(command.Issuer, "issuer", "签发者", "Issuer", 200).Text(command.Subject, "subject", "标识", "Subject", 200).Done();
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            await AtTheMachine.DemandOf(actor, db, user.RoleList, ct);
            var now = time.GetUtcNow().UtcDateTime;
            if (!await db.TryInsert(Link, new { issuer, subject, now, id = user.Id }, ct))
                throw Refused.Conflict("provider.linked", "此统一身份已关联另一个账号。", "That person is linked to another account.");
            trail.Changed(new("统一身份", "Identity"), $"{user.ProviderIssuer} {user.ProviderSubject}".Trim(), $"{issuer} {subject}");
            if (user.ProviderIssuer is null || (user.ProviderIssuer, user.ProviderSubject) == (issuer, subject)) return Unit.Value;
            await db.Execute(SignOutEverywhere.NextRound, new { id = user.Id }, ct);
            await db.Execute(ResetPassword.EndTokens, new { user.Id, now }, ct);
            await mediator.Publish(new WaysInEnded(user.Id), ct);
            return Unit.Value;
        }
    }
}
