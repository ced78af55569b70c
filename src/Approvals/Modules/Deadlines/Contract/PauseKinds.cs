using System.Text.Json;
using Approvals.Web;

namespace Approvals.Modules.Deadlines.Contract;

/// <summary>A reason for which the law lets a clock stand still.</summary>
/// <param name="Ground">The article, where the kind has one; otherwise whoever pauses names it.</param>
/// <param name="MostDays">The longest it may last, in working days.</param>
/// <param name="NeedsName">Whoever pauses says what it is called.</param>
internal sealed record PauseKind(string Code, Text Name, Text Ground, int MostDays, bool NeedsName);

/// <summary>The kinds of <c>pause-kinds.json</c>; nothing else stops a clock.</summary>
internal static class PauseKinds
{
    public const string Correction = "correction";
    public const string Hearing = "hearing";

    public static readonly IReadOnlyList<PauseKind> All = Read();

    public static PauseKind? Find(string? code) => All.FirstOrDefault(k => k.Code == code);

    private static List<PauseKind> Read()
    {
        using var file = typeof(PauseKinds).Assembly.GetManifestResourceStream("data.pause-kinds.json")!;
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.GetProperty("kinds").EnumerateArray().Select(k => new PauseKind(
            k.GetProperty("code").GetString()!,
            new(k.GetProperty("zh").GetString()!, k.GetProperty("en").GetString()!),
            new(k.GetProperty("groundZh").GetString()!, k.GetProperty("groundEn").GetString()!),
            k.GetProperty("mostDays").GetInt32(),
            k.TryGetProperty("needsName", out var needs) && needs.GetBoolean()))];
    }
}
