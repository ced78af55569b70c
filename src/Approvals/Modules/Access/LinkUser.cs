using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access;

/// <summary>Says who an account is at the identity provider, so that its owner may sign in there.</summary>
internal static class LinkUser
{
    [RecordAs("关联统一身份", "Link an account to the identity provider", Messaging.Subject.Account, "Login")]
    [Needs(Act.ManageAccounts)]
    internal sealed record Command(string Login, string Issuer, string Subject) : ICommand<Unit>;

    private sealed class Handler(Db db, TimeProvider time, Trail trail) : IRequestHandler<Command, Unit>
    {
        private const string Linked = "SELECT provider_issuer AS issuer, provider_subject AS subject FROM access_user WHERE id = @id";
        private const string Link = "UPDATE access_user SET provider_issuer = @Issuer, provider_subject = @Subject, provider_seen_at = @now WHERE id = @id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            new Check().Text(command.Issuer, "issuer", "签发者", "Issuer", 200).Text(command.Subject, "subject", "标识", "Subject", 200).Done();
            var user = await Account.Get(db, command.Login, ct);
            var was = await db.Find<Identity>(Linked, new { id = user.Id }, ct);
            if (!await db.TryInsert(Link, new { command.Issuer, command.Subject, now = time.GetUtcNow().UtcDateTime, id = user.Id }, ct))
                throw Refused.Conflict("provider.linked", "此统一身份已关联另一个账号。", "That person is linked to another account.");
            trail.Changed(new("统一身份", "Identity"), $"{was?.Issuer} {was?.Subject}".Trim(), $"{command.Issuer} {command.Subject}");
            return Unit.Value;
        }

        private sealed record Identity
        {
            public string? Issuer { get; init; }
            public string? Subject { get; init; }
        }
    }
}
