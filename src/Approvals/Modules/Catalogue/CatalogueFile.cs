using System.Text.Json;
using System.Text.Json.Serialization;
using Approvals.Web;

namespace Approvals.Modules.Catalogue;

/// <summary>
/// A catalogue as people write it: one JSON file. It may hold the whole catalogue or only what is new; codes it does
/// not explain are looked up in what is already published.
/// </summary>
internal sealed record CatalogueFile
{
    private static readonly JsonSerializerOptions Json = Options();

    public string Note { get; init; } = "";
    public IReadOnlyList<NamedEntry> Departments { get; init; } = [];
    public IReadOnlyList<NamedEntry> Documents { get; init; } = [];
    public IReadOnlyList<ItemEntry> Items { get; init; } = [];
    public IReadOnlyList<LandStepEntry> LandSteps { get; init; } = [];
    public IReadOnlyList<ProcessEntry> Processes { get; init; } = [];

    /// <summary>The catalogue that ships with the program.</summary>
    public static CatalogueFile Shipped()
    {
        using var stream = typeof(CatalogueFile).Assembly.GetManifestResourceStream("data.catalogue.json")!;
        return Parse(stream);
    }

    /// <exception cref="Refused">The content is not a catalogue; the message names the place.</exception>
    public static CatalogueFile Parse(Stream content)
    {
        try
        {
            return Whole(JsonSerializer.Deserialize<CatalogueFile>(content, Json));
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <inheritdoc cref="Parse(Stream)"/>
    public static CatalogueFile Parse(string content)
    {
        try
        {
            return Whole(JsonSerializer.Deserialize<CatalogueFile>(content, Json));
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    private static CatalogueFile Whole(CatalogueFile? file)
    {
        if (file is null) throw Refused.Invalid("catalogue.unreadable", "content", "文件内容为空。", "The file is empty.");
        IEnumerable<IEnumerable<object?>> lists =
        [
            file.Departments, file.Documents, file.Items, file.LandSteps, file.Processes,
            .. file.Items.Where(i => i is not null).SelectMany(i => new IEnumerable<object?>[] { i.Documents, i.Needs }),
            .. file.LandSteps.Where(s => s is not null).Select(s => s.Needs),
            .. file.Processes.Where(p => p is not null).SelectMany(p => new IEnumerable<object?>[] { p.Stages, p.Items }),
            .. file.Processes.Where(p => p is not null).SelectMany(p => p.Items).Where(i => i is not null)
                .SelectMany(i => new IEnumerable<object?>[] { i.Prerequisites, i.MergedFrom }),
        ];
        return lists.All(list => list.All(entry => entry is not null))
            ? file
            : throw Refused.Invalid("catalogue.unreadable", "content", "文件的某个列表中有空项（null），请删除。", "A list in the file holds an empty entry (null); remove it.");
    }

    private static Refused Unreadable(JsonException e)
    {
        var path = e.Path is { Length: > 2 } p ? p[2..] : "";
        return Refused.Invalid(
            "catalogue.unreadable",
            "content",
            $"文件不是有效的目录：第 {e.LineNumber + 1} 行{(path.Length > 0 ? $"（{path}）" : "")}格式不对、字段不存在，或日期不存在。",
            $"The file is not a catalogue: line {e.LineNumber + 1}{(path.Length > 0 ? $" ({path})" : "")} has the wrong form, is not a known field, or is a day that does not exist.");
    }

    private static JsonSerializerOptions Options()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            AllowTrailingCommas = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
        };
        Site.ConfigureJson(json);
        json.Converters.Add(new Trimmed());
        return json;
    }

    /// <summary>What stands around a word means nothing, and its check looks past it.</summary>
    private sealed class Trimmed : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()?.Trim();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}

/// <summary>A department or a document.</summary>
internal sealed record NamedEntry
{
    public string Code { get; init; } = "";
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
}

internal sealed record LimitEntry
{
    public int? Limit { get; init; }
    public string Unit { get; init; } = "";
    public string Note { get; init; } = "";
}

internal sealed record ItemEntry
{
    public string Code { get; init; } = "";
    public int Version { get; init; }
    public DateOnly? EffectiveFrom { get; init; }
    public DateOnly? EffectiveTo { get; init; }
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
    public string Department { get; init; } = "";
    public string Kind { get; init; } = "";
    public LimitEntry? Statutory { get; init; }
    public string StatutoryNote { get; init; } = "";
    public LimitEntry? Promised { get; init; }
    public IReadOnlyList<string> Documents { get; init; } = [];
    public string ResultZh { get; init; } = "";
    public string ResultEn { get; init; } = "";
    public string CertificatePrefix { get; init; } = "";
    public IReadOnlyList<string> Needs { get; init; } = [];
    public string Note { get; init; } = "";
    public bool DeemedConsent { get; init; }
    public int? WarningDays { get; init; }
}

internal sealed record LandStepEntry
{
    public string Code { get; init; } = "";
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
    public string Who { get; init; } = "";
    public LimitEntry? Limit { get; init; }
    public LimitEntry? Statutory { get; init; }
    public IReadOnlyList<string> Needs { get; init; } = [];
    public string PaperZh { get; init; } = "";
    public string PaperEn { get; init; } = "";
    public string Note { get; init; } = "";
}

internal sealed record ProcessEntry
{
    public string Code { get; init; } = "";
    public int Version { get; init; }
    public DateOnly? EffectiveFrom { get; init; }
    public DateOnly? EffectiveTo { get; init; }
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
    public int StandardType { get; init; }
    public int BaselineWorkingDays { get; init; }
    public int LandToStartBaselineWorkingDays { get; init; }
    public IReadOnlyList<StageEntry> Stages { get; init; } = [];
    public IReadOnlyList<ProcessItemEntry> Items { get; init; } = [];
}

internal sealed record StageEntry
{
    public int Stage { get; init; }
    public string NameZh { get; init; } = "";
    public string NameEn { get; init; } = "";
    public int? Limit { get; init; }
}

internal sealed record ProcessItemEntry
{
    public string Item { get; init; } = "";
    public int Stage { get; init; }
    public IReadOnlyList<string> Prerequisites { get; init; } = [];
    public IReadOnlyList<string> MergedFrom { get; init; } = [];
}
