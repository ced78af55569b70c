using System.Security.Cryptography;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using MediatR;
using Microsoft.AspNetCore.DataProtection;

namespace Approvals.Modules.Messages;

/// <summary>
/// What opens a channel, its URL and its secret, is kept sealed with the keys of the data folder: a copy of the database
/// alone opens none.
/// </summary>
internal sealed class ChannelSecrets(IDataProtectionProvider provider)
{
    /// <summary>Before what is sealed. What was written before anything was sealed does not have it.</summary>
    private const string Sealed = "sealed:";

    private readonly IDataProtector protector = provider.CreateProtector("Approvals.Messages.Channel");

    public static bool IsSealed(string stored) => stored.Length == 0 || stored.StartsWith(Sealed, StringComparison.Ordinal);

    public string Seal(string plain) => plain.Length == 0 ? "" : Sealed + protector.Protect(plain);

    /// <summary>Null where the keys are not those it was sealed with.</summary>
    public string? Open(string stored)
    {
        if (!stored.StartsWith(Sealed, StringComparison.Ordinal)) return stored;
        try
        {
            return protector.Unprotect(stored[Sealed.Length..]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Seals what is not sealed yet; harmless when repeated.</summary>
    [RecordAs("加密通道密钥", "Seal the secrets of the channels")]
    [Needs(Act.Operate)]
    internal sealed record SealAll : ICommand<int>;

    private sealed class Handler(Db db, ChannelSecrets secrets, Trail trail) : IRequestHandler<SealAll, int>
    {
        private const string All = "SELECT id, url, secret FROM messages_channel";
        private const string Change = "UPDATE messages_channel SET url = @SealedUrl, secret = @SealedSecret WHERE id = @Id AND url = @Url AND secret = @Secret";

        public async Task<int> Handle(SealAll command, CancellationToken ct)
        {
            var open = (await db.Query<Row>(All, ct: ct)).Where(r => !IsSealed(r.Url) || !IsSealed(r.Secret)).ToList();
            if (open.Count == 0) return 0;
            var made = await db.Execute(Change, open.ConvertAll(r => new
            {
                r.Id,
                r.Url,
                r.Secret,
                SealedUrl = IsSealed(r.Url) ? r.Url : secrets.Seal(r.Url),
                SealedSecret = IsSealed(r.Secret) ? r.Secret : secrets.Seal(r.Secret),
            }), ct);
            trail.Changed(new("未加密的通道", "Channels not sealed"), open.Count, open.Count - made);
            return made;
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public string Url { get; init; } = "";
            public string Secret { get; init; } = "";
        }
    }
}
