using System.Security.Cryptography;
using Approvals.Database;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Modules.Messages;

/// <summary>Keeps what goes with a mail until it has been sent, in the transaction of whoever tells; the same bytes once.</summary>
internal sealed class Enclosures(Db db)
{
    /// <summary>Of one part; base64 makes four characters of three bytes.</summary>
    private const int PartBytes = 3_000;

    private const string Insert = "INSERT INTO messages_enclosure (outbox_id, number, name, media_type, sha256) VALUES (@Outbox, @Number, @Name, @MediaType, @Sha256)";

    private const string Has = "SELECT COUNT(*) FROM messages_enclosure_part WHERE sha256 = @sha256";

    private const string InsertPart = "INSERT INTO messages_enclosure_part (sha256, number, content) VALUES (@Sha256, @Number, @Content)";

    private const string Of = "SELECT name, media_type, sha256 FROM messages_enclosure WHERE outbox_id = @outbox ORDER BY number";

    private const string Parts = "SELECT content FROM messages_enclosure_part WHERE sha256 = @sha256 ORDER BY number";

    private const string DropSent = "DELETE FROM messages_enclosure WHERE NOT EXISTS (SELECT 1 FROM messages_outbox o WHERE o.id = messages_enclosure.outbox_id AND o.state <> 'sent')";

    private const string DropParts = "DELETE FROM messages_enclosure_part WHERE NOT EXISTS (SELECT 1 FROM messages_enclosure e WHERE e.sha256 = messages_enclosure_part.sha256)";

    public async Task Keep(long outbox, IReadOnlyList<Enclosure> enclosures, CancellationToken ct)
    {
        foreach (var (number, enclosure) in enclosures.Index())
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(enclosure.Content));
            await db.Execute(Insert, new { Outbox = outbox, Number = number, enclosure.Name, enclosure.MediaType, Sha256 = sha256 }, ct);
            if (await db.Find<int>(Has, new { sha256 }, ct) > 0) continue;
            await db.Execute(InsertPart, enclosure.Content.Chunk(PartBytes).Select((part, n) => new { Sha256 = sha256, Number = n, Content = Convert.ToBase64String(part) }).ToList(), ct);
        }
    }

    public async Task<IReadOnlyList<Enclosure>> Read(long outbox, CancellationToken ct)
    {
        var found = new List<Enclosure>();
        foreach (var row in await db.Query<Row>(Of, new { outbox }, ct))
        {
            using var bytes = new MemoryStream();
            foreach (var part in await db.Query<string>(Parts, new { sha256 = row.Sha256 }, ct)) bytes.Write(Convert.FromBase64String(part));
            found.Add(new(row.Name, row.MediaType, bytes.ToArray()));
        }

        return found;
    }

    /// <summary>What no mail that waits speaks of.</summary>
    public async Task Drop(CancellationToken ct)
    {
        if (await db.Execute(DropSent, null, ct) > 0) await db.Execute(DropParts, null, ct);
    }

    private sealed record Row
    {
        public string Name { get; init; } = "";
        public string MediaType { get; init; } = "";
        public string Sha256 { get; init; } = "";
    }
}
