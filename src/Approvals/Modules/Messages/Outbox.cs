using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Modules.Messages;

/// <summary>Writes what is to leave the process, within the transaction of whoever tells; a job sends it.</summary>
internal sealed class Outbox(Db db, Ids ids, Enclosures enclosures, ZoneClock clock, MessageSettings settings)
{
    public const string MailChannel = "mail";

    private const string Insert = """
        INSERT INTO messages_outbox (id, idempotency_key, channel, channel_id, address, payload, state, attempts, next_try_at, created_at)
        VALUES (@Id, @Key, @Channel, @ChannelId, @Address, @Payload, 'waiting', 0, @Now, @Now)
        """;

    private const string Active = "SELECT id, name, kind, levels FROM messages_channel WHERE is_active = 1";

    private IReadOnlyList<Channel>? channels;

    /// <summary>Whether a mail server is set; without one a mail is not written.</summary>
    public bool HasMail => settings.Mail is not null;

    /// <returns>False where it had been written before.</returns>
    public async Task<bool> Mail(string key, string name, string email, Letter letter, IReadOnlyList<Enclosure> with, CancellationToken ct)
    {
        var id = await ids.Next();
        if (!await Write(id, key, MailChannel, null, $"{name} <{email}>", letter, ct)) return false;
        await enclosures.Keep(id, with, ct);
        return true;
    }

    /// <summary>To each channel that takes the level.</summary>
    public async Task Channels(Letter letter, CancellationToken ct)
    {
        channels ??= await db.Query<Channel>(Active, ct: ct);
        foreach (var channel in channels.Where(c => c.Levels.Split(',').Contains(letter.Level)))
            await ToChannel($"channel:{channel.Id.ToString(CultureInfo.InvariantCulture)}:{letter.Key}", channel, letter, ct);
    }

    public async Task<bool> ToChannel(string key, Channel channel, Letter letter, CancellationToken ct) => await Write(await ids.Next(), key, channel.Kind, channel.Id, channel.Name, letter, ct);

    private Task<bool> Write(long id, string key, string channel, long? channelId, string address, Letter letter, CancellationToken ct) =>
        db.TryInsert(Insert, new { Id = id, Key = key, Channel = channel, ChannelId = channelId, Address = address, Payload = letter.Write(), clock.Now }, ct);

    internal sealed record Channel
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Levels { get; init; } = "";
    }
}
