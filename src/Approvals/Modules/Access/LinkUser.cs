using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Says who an account is at the identity provider, so that its owner may sign in there. Whoever is linked to it has it: it is done under a name, as a password is reset.</summary>
internal static class LinkUser
{
    [RecordAs("关联统一身份", "Link an account to the identity provider", Messaging.Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login, string Issuer, string Subject) : ICommand<Unit>;

    private sealed class Handler(Db db, Actor actor, TimeProvider time, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Link = "UPDATE access_user SET provider_issuer = @Issuer, provider_subject = @Subject, provider_seen_at = @now WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Issuer, "issuer", "签发者", "Issuer", 200).Text(command.Subject, "subject", "标识", "Subject", 200).Done();
            var user = await Account.GetAnothers(db, actor, command.Login, ct);
            await AtTheMachine.DemandOf(actor, db, user.RoleList, ct);
            if (!await db.TryInsert(Link, new { command.Issuer, command.Subject, now = time.GetUtcNow().UtcDateTime, id = user.Id }, ct))
                throw Refused.Conflict("provider.linked", "此统一身份已关联另一个账号。", "That person is linked to another account.");
            trail.Changed(new("统一身份", "Identity"), $"{user.ProviderIssuer} {user.ProviderSubject}".Trim(), $"{command.Issuer} {command.Subject}");
            return Unit.Value;
        }
    }
}
