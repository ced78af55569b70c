using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Approvals.Modules.Audit;

internal enum Outcome
{
    Done,
    Refused,
    Invalid,
    Forbidden,
    Failed,
}

/// <summary>A row of the record as it is stored.</summary>
internal record Record
{
    public const string Columns = """
        id, recorded_at, occurred_at, user_id, login, user_name, roles, on_behalf_of, source, place, command, subject, outcome, said, detail, correlation, previous, hash
        """;

    /// <summary>The hash that the first record follows.</summary>
    public static readonly string Beginning = new('0', 64);

    /// <summary>The row that the first record follows, as the tables were made with it.</summary>
    public static readonly Record First = new() { RecordedAt = new(2000, 1, 1), OccurredAt = new(2000, 1, 1), Source = "start", Command = "Audit.Beginning", Outcome = "done", Said = "{}", Hash = Beginning };

    /// <summary>The longest JSON a row holds.</summary>
    public const int Longest = 4000;

    /// <summary>In the place of one that cannot be read.</summary>
    public static Record Unreadable(long id) => new() { Id = id, Source = "inside", Command = Commands.Unreadable, Outcome = "failed" };

    public long Id { get; init; }
    public DateTime RecordedAt { get; init; }
    public DateTime OccurredAt { get; init; }
    public long UserId { get; init; }
    public string Login { get; init; } = "";
    public string UserName { get; init; } = "";
    public string Roles { get; init; } = "";
    public string OnBehalfOf { get; init; } = "";
    public string Source { get; init; } = "";
    public string Place { get; init; } = "";
    public string Command { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Outcome { get; init; } = "";
    public string Said { get; init; } = "";
    public string Detail { get; init; } = "";
    public string Correlation { get; init; } = "";
    public string Previous { get; init; } = "";
    public string Hash { get; init; } = "";

    /// <summary>
    /// SHA-256 over the hash before and every column but the id, each as its length in bytes, a colon, its UTF-8 and a
    /// comma: no two rows read alike. The place in the chain is said by the hash before, so that a row that was moved
    /// still is itself and can be named.
    /// </summary>
    public string HashAfter(string previous)
    {
        // Of every text its own length: somebody may have put a longer one where only a short one is written.
        var length = previous.Length + Login.Length + UserName.Length + Roles.Length + OnBehalfOf.Length + Source.Length + Place.Length + Command.Length
            + Subject.Length + Outcome.Length + Said.Length + Detail.Length + Correlation.Length;
        var text = ArrayPool<byte>.Shared.Rent(3 * length + 512);
        try
        {
            var end = 0;
            Add(text, ref end, "approvals-audit-1");
            Add(text, ref end, previous);
            Add(text, ref end, RecordedAt);
            Add(text, ref end, OccurredAt);
            Add(text, ref end, UserId);
            Add(text, ref end, Login);
            Add(text, ref end, UserName);
            Add(text, ref end, Roles);
            Add(text, ref end, OnBehalfOf);
            Add(text, ref end, Source);
            Add(text, ref end, Place);
            Add(text, ref end, Command);
            Add(text, ref end, Subject);
            Add(text, ref end, Outcome);
            Add(text, ref end, Said);
            Add(text, ref end, Detail);
            Add(text, ref end, Correlation);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text.AsSpan(0, end), hash);
            return Convert.ToHexStringLower(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static void Add(byte[] text, ref int end, ReadOnlySpan<char> value)
    {
        Utf8Formatter.TryFormat(Encoding.UTF8.GetByteCount(value), text.AsSpan(end), out var digits);
        end += digits;
        text[end++] = (byte)':';
        end += Encoding.UTF8.GetBytes(value, text.AsSpan(end));
        text[end++] = (byte)',';
    }

    private static void Add(byte[] text, ref int end, long value)
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        Add(text, ref end, digits[..length]);
    }

    private static void Add(byte[] text, ref int end, DateTime value)
    {
        Span<char> instant = stackalloc char[20];
        value.TryFormat(instant, out var length, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        Add(text, ref end, instant[..length]);
    }
}
