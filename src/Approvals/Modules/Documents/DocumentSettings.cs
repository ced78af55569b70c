using System.Globalization;

namespace Approvals.Modules.Documents;

/// <summary>What a deployment chooses for files; a wrong value stops the start with a message that names it.</summary>
/// <param name="Folder">Where the bytes lie; with several servers a shared path.</param>
/// <param name="MostBytes">Of one file, and of one form.</param>
/// <param name="MostPerApplication">Of all files of an application: what was replaced or taken back stays, and takes its place.</param>
/// <param name="MostPerDay">Of all that one account hands in on a day.</param>
/// <param name="MostFiles">For one document, that still count.</param>
/// <param name="Clamd">Host and port, or the path of a socket; null where nothing is scanned.</param>
/// <param name="RefuseWhenAway">Nothing comes in while the antivirus does not answer.</param>
internal sealed record DocumentSettings(string Folder, long MostBytes, long MostPerApplication, long MostPerDay, int MostFiles, ClamdAddress? Clamd, TimeSpan Timeout, bool RefuseWhenAway)
{
    public const int Mega = 1024 * 1024;

    public static DocumentSettings Read(IConfiguration configuration, string dataFolder, string? webRoot = null)
    {
        var folder = Path.GetFullPath(configuration["Files:Folder"] is { Length: > 0 } given ? given : Path.Combine(dataFolder, "files"));
        var served = Path.GetFullPath(webRoot ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        if ((folder + Path.DirectorySeparatorChar).StartsWith(served + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"Files:Folder is “{folder}”, which the web server hands out to everybody; choose a folder outside wwwroot.");
        var away = configuration["Antivirus:WhenAway"] is { Length: > 0 } word ? word : "refuse";
        if (away is not ("refuse" or "accept")) throw new InvalidOperationException($"Antivirus:WhenAway is “{away}”; it must be refuse or accept.");
        return new(
            folder,
            Number(configuration, "Files:MaxMegabytes", 50, 1, 1024) * Mega,
            Number(configuration, "Files:MaxMegabytesPerApplication", 500, 1, 102_400) * Mega,
            Number(configuration, "Files:MaxMegabytesPerAccountAndDay", 2048, 1, 1_048_576) * Mega,
            (int)Number(configuration, "Files:MaxPerDocument", 20, 1, 1000),
            configuration["Antivirus:Clamd"] is { Length: > 0 } clamd ? ClamdAddress.Read(clamd) : null,
            TimeSpan.FromSeconds(Number(configuration, "Antivirus:Timeout", 60, 1, 3600)),
            away == "refuse");
    }

    private static long Number(IConfiguration configuration, string name, long usual, long least, long most)
    {
        if (configuration[name] is not { Length: > 0 } text) return usual;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidOperationException($"{name} is “{text}”; it must be a whole number from {least} to {most}.");
    }
}

/// <summary>Where clamd listens.</summary>
/// <param name="Socket">The path of a Unix socket, or null.</param>
internal sealed record ClamdAddress(string Host, int Port, string? Socket)
{
    public static ClamdAddress Read(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal)) return new("", 0, text["unix:".Length..]);
        if (text.StartsWith('/')) return new("", 0, text);
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new(text[..colon].Trim('[', ']'), port, null)
            : throw new InvalidOperationException($"Antivirus:Clamd is “{text}”; it must be host:port or the path of a socket, such as 127.0.0.1:3310.");
    }

    public override string ToString() => Socket ?? $"{Host}:{Port}";
}
