using System.Globalization;
using System.Text.Json;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>How a figure is counted and shown.</summary>
internal enum Scale
{
    Count,

    /// <summary>Working or calendar days of one case.</summary>
    Days,

    /// <summary>Days in total.</summary>
    Total,
    Share,
    Ratio,
}

/// <param name="Text">What exactly is counted.</param>
internal sealed record Figure(string Code, Scale Unit, string Group, Text Name, Text Text)
{
    /// <summary>What is open at the end of a day does not add up over days.</summary>
    public bool IsStock => Group == "stock";

    public string Show(decimal? value) => value is not { } v ? "—" : Unit switch
    {
        Scale.Share => (v * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        Scale.Days => v.ToString("0.0", CultureInfo.InvariantCulture),
        Scale.Ratio => v.ToString("0.00", CultureInfo.InvariantCulture),
        _ => v.ToString("#,0", CultureInfo.InvariantCulture),
    };
}

/// <summary>The definitions as they were in one version.</summary>
internal sealed record Edition(int Version, Text Note, IReadOnlyList<Figure> Figures);

/// <summary>
/// The definitions of <c>report-definitions.json</c>, in one place for page, paper, workbook and API. A change is a new version;
/// the file keeps of each earlier one what it said otherwise than the next.
/// </summary>
internal static class Definitions
{
    public static readonly int Version;
    public static readonly IReadOnlyList<Figure> All;

    private static readonly List<Edition> Editions;

    private static readonly Dictionary<string, Figure> ByCode;

    static Definitions()
    {
        using var file = typeof(Definitions).Assembly.GetManifestResourceStream("data.report-definitions.json")!;
        using var json = JsonDocument.Parse(file);
        var root = json.RootElement;
        Version = root.GetProperty("version").GetInt32();
        All =
        [
            .. root.GetProperty("figures").EnumerateArray().Select(f => new Figure(
                f.GetProperty("code").GetString()!,
                Enum.Parse<Scale>(f.GetProperty("unit").GetString()!, ignoreCase: true),
                f.GetProperty("group").GetString()!,
                Read(f, "zh", "en"),
                Read(f, "textZh", "textEn"))),
        ];
        ByCode = All.ToDictionary(f => f.Code);
        Editions = [new(Version, Read(root.GetProperty("note"), "zh", "en"), All)];
        foreach (var earlier in root.GetProperty("earlier").EnumerateArray())
        {
            var (version, next) = (earlier.GetProperty("version").GetInt32(), Editions[^1]);
            var texts = earlier.GetProperty("figures").EnumerateArray().ToDictionary(f => f.GetProperty("code").GetString()!, f => Read(f, "textZh", "textEn"));
            var without = earlier.GetProperty("without").EnumerateArray().Select(f => f.GetString()!).ToHashSet();
            Editions.Add(new(
                version,
                earlier.TryGetProperty("note", out var note) ? Read(note, "zh", "en") : next.Note,
                [.. next.Figures.Where(f => !without.Contains(f.Code)).Select(f => texts.TryGetValue(f.Code, out var text) ? f with { Text = text } : f)]));
        }
    }

    /// <summary>By which a report was counted that has this version.</summary>
    public static Edition In(int version) => Editions.Single(e => e.Version == version);

    /// <summary>The first version that has the figure; of what is counted and no figure of its own, the first of all.</summary>
    public static int Since(string code) => Editions.Where(e => e.Figures.Any(f => f.Code == code)).Select(e => e.Version).DefaultIfEmpty(1).Min();

    /// <summary>The figures that one of these versions does not have: of days counted by it nobody knows them.</summary>
    public static IReadOnlySet<string> LackedBy(IReadOnlyCollection<int> versions) =>
        versions.Count == 0 ? new HashSet<string>() : All.Where(f => Since(f.Code) > versions.Min()).Select(f => f.Code).ToHashSet();

    /// <summary>The figures that a cut has: of pauses their own, and of a project what its cases say.</summary>
    public static IReadOnlyList<Figure> OfCut(string cut) => cut switch
    {
        Cuts.Pause or Cuts.Approver => [.. All.Where(f => f.Code is "pauses" or "pauseDays")],
        Cuts.Project => [.. All.Where(f => f.Code is "received" or "accepted" or "closed" or "closedInTime" or "inTimeRate" or "approved" or "refused" or "usedMean" or "usedMedian" or "usedP90" or "spanMean"
            or "authority" or "applicant" or "uncounted" or "elapsed" or "corrections" or "correctionsPerCase" or "open" or "overdue" or "overdueRate" or "waiting" or "newRed")],
        _ => All,
    };

    public static Figure Of(string code) => ByCode[code];

    private static Text Read(JsonElement element, string zh, string en) => new(element.GetProperty(zh).GetString()!, element.GetProperty(en).GetString()!);
}
