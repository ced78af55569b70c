using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Messages;

/// <summary>Writes what is to leave the process, within the transaction of whoever tells; a job sends it.</summary>
internal sealed class Outbox(Db db, Ids ids, ZoneClock clock, MessageSettings settings)
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
    public Task<bool> Mail(string key, string name, string email, Letter letter, CancellationToken ct) => Write(key, MailChannel, null, $"{name} <{email}>", letter, ct);

    /// <summary>To each channel that takes the level.</summary>
    public async Task Channels(Letter letter, CancellationToken ct)
    {
        channels ??= await db.Query<Channel>(Active, ct: ct);
        foreach (var channel in channels.Where(c => c.Levels.Split(',').Contains(letter.Level)))
            await ToChannel($"channel:{channel.Id.ToString(CultureInfo.InvariantCulture)}:{letter.Key}", channel, letter, ct);
    }

    public Task<bool> ToChannel(string key, Channel channel, Letter letter, CancellationToken ct) => Write(key, channel.Kind, channel.Id, channel.Name, letter, ct);

    private async Task<bool> Write(string key, string channel, long? channelId, string address, Letter letter, CancellationToken ct) =>
        await db.TryInsert(Insert, new { Id = await ids.Next(), Key = key, Channel = channel, ChannelId = channelId, Address = address, Payload = letter.Write(), clock.Now }, ct);

    internal sealed record Channel
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Levels { get; init; } = "";
    }
}
