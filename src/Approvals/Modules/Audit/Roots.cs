using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Audit;

/// <summary>A day of the zone, closed: its last record, the hash of that, and a root over both and the root before.</summary>
internal sealed record DayRoot
{
    public DateOnly Day { get; init; }
    public long LastId { get; init; }
    public string Hash { get; init; } = "";
    public string Previous { get; init; } = "";
    public string Root { get; init; } = "";

    public string Compute() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"approvals-root-1 {Day:yyyy-MM-dd} {LastId} {Hash} {Previous}"))));
}

/// <summary>What is kept elsewhere: every day root, and the end of the chain at the moment of the export.</summary>
/// <param name="Of">Says what the file is.</param>
/// <param name="At">When it was made, in UTC.</param>
/// <param name="LastId">The last record at that moment.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Days">The days sealed so far.</param>
internal sealed record RootFile(string Of, DateTime At, long LastId, string Hash, IReadOnlyList<DayRoot> Days)
{
    public const string Name = "approvals-audit-1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="Refused">It is no such file.</exception>
    public static RootFile Read(string text, string from)
    {
        try
        {
            if (JsonSerializer.Deserialize<RootFile>(text, Json) is { Of: Name, LastId: > 0, Hash: not null, Days: not null } file
                && file.Days.All(day => day is { LastId: > 0, Hash: not null, Previous: not null, Root: not null })) return file;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw Refused.Invalid("audit.noRoots", "roots", $"{from} 不是审计根文件，请用「导出每日根」或 audit export-root 导出的文件。", $"{from} holds no roots of the record; give a file from “Export the day roots” or audit export-root.");
    }

    public string Write() => JsonSerializer.Serialize(this, Json);
}

/// <summary>Where each day's root is written, so that it leaves this machine by itself: a share that whoever can write the database cannot write.</summary>
/// <param name="Path">Null where none is set.</param>
internal sealed record RootsFolder(string? Path)
{
    public static RootsFolder Read(IConfiguration configuration, string dataFolder)
    {
        if (configuration["Audit:RootsTo"] is not { Length: > 0 } given) return new((string?)null);
        var folder = System.IO.Path.GetFullPath(given);
        return (folder + System.IO.Path.DirectorySeparatorChar).StartsWith(dataFolder + System.IO.Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase)
            ? throw new InvalidOperationException($"Audit:RootsTo is “{folder}”, in the data folder: whoever can alter the record could alter the roots with it. Choose a folder of another machine.")
            : new(folder);
    }

    /// <summary>Once for each day: a file holds the roots of all days before it.</summary>
    public async Task Keep(RootFile roots, CancellationToken ct)
    {
        if (Path is null || roots.Days.Count == 0) return;
        var file = System.IO.Path.Combine(Path, $"approvals-audit-{Words.Day(roots.Days[^1].Day)}.json");
        if (File.Exists(file)) return;
        // Whoever copies the folder away meets no half of a file.
        var unfinished = file + ".part";
        await File.WriteAllTextAsync(unfinished, roots.Write(), ct);
        File.Move(unfinished, file, overwrite: true);
    }
}

/// <summary>The roots as they are stored.</summary>
internal static class Roots
{
    private const string All = "SELECT day, last_id, hash, previous, root, sealed_at FROM audit_root ORDER BY day";

    // As in the records: what the embedded engine reads for the day or the number that was written, and is not.
    private const string AsTheyLie = """
        SELECT CAST(day AS nvarchar(40)) AS day, CAST(last_id AS nvarchar(40)) AS last_id, CAST(hash AS nvarchar(64)) AS hash, CAST(previous AS nvarchar(64)) AS previous,
               CAST(root AS nvarchar(64)) AS root, CAST(sealed_at AS nvarchar(40)) AS sealed_at
          FROM audit_root
         ORDER BY CAST(day AS nvarchar(40))
        """;

    private const string Latest = "SELECT day, last_id, hash, previous, root FROM audit_root ORDER BY day DESC";

    /// <param name="Days">Each that has the form of one.</param>
    /// <param name="Odd">The day of the first that has not, as far as it is one; null where each has.</param>
    internal sealed record Stored(IReadOnlyList<DayRoot> Days, string? Odd);

    /// <summary>Null where their table is gone.</summary>
    public static async Task<Stored?> Read(Db db, ZoneClock clock, CancellationToken ct)
    {
        if (!await db.Holds("audit_root", ct)) return null;
        string? odd = null;
        var days = new List<DayRoot>();
        foreach (var row in await db.Query<Row>(AsTheyLie, null, ct))
        {
            if (row.Parsed(clock) is { } day) days.Add(day);
            else odd ??= Shown(row.Day);
        }

        return new(days, odd ?? (await AreRead(db, ct) ? null : "?"));
    }

    public static async Task<DayRoot?> Last(Db db, CancellationToken ct) => (await db.First<DayRoot>(1, Latest, null, ct)).SingleOrDefault();

    private static string Shown(string? day) => DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? Words.Day(read) : "?";

    /// <summary>As the program reads them: bytes in the place of a text look like it above.</summary>
    private static async Task<bool> AreRead(Db db, CancellationToken ct)
    {
        try
        {
            await db.Query<DayRoot>(All, null, ct);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }

    private sealed record Row
    {
        public string? Day { get; init; }
        public string? LastId { get; init; }
        public string? Hash { get; init; }
        public string? Previous { get; init; }
        public string? Root { get; init; }
        public string? SealedAt { get; init; }

        /// <summary>When it was sealed is under no hash: it is held to its form, and to a day that was over.</summary>
        public DayRoot? Parsed(ZoneClock clock)
        {
            if (Hash is null || Previous is null || Root is null
                || !DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                || !long.TryParse(LastId, NumberStyles.None, CultureInfo.InvariantCulture, out var lastId)
                || !DateTime.TryParseExact(SealedAt, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var sealedAt)) return null;
            return clock.DayOf(sealedAt) > day ? new() { Day = day, LastId = lastId, Hash = Hash, Previous = Previous, Root = Root } : null;
        }
    }
}
