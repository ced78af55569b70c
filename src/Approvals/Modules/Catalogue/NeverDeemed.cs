using Approvals.Web;

namespace Approvals.Modules.Catalogue;

/// <summary>
/// Where silence must never stand for consent (超时默认): fire protection, environmental impact, and safety. An item is one
/// of these by the words of its name; or by its code, where it has taken such a review in and its name does not say so.
/// </summary>
internal static class NeverDeemed
{
    private static readonly Text Fire = new("消防", "fire protection");
    private static readonly Text Environment = new("环境影响评价", "environmental impact");
    private static readonly Text Safety = new("安全", "safety");

    private static readonly (string Word, Text What)[] Words =
    [
        ("消防", Fire), ("fire", Fire),
        ("环境影响", Environment), ("环评", Environment), ("environmental impact", Environment),
        ("安全", Safety), ("防雷", Safety), ("safety", Safety), ("lightning", Safety),
    ];

    /// <summary>Of the catalogue that ships: the joint reviews of drawings hold the fire review, the construction permits the safety supervision, the joint acceptance both.</summary>
    private static readonly Dictionary<string, Text> Codes = new()
    {
        ["A06"] = Fire,
        ["A08"] = Safety,
        ["A09"] = Environment,
        ["B08"] = Fire,
        ["B10"] = Safety,
        ["B12"] = Safety,
        ["B13"] = Safety,
        ["B14"] = Environment,
        ["P04"] = Environment,
        ["P09"] = Fire,
        ["P10"] = Fire,
        ["P12"] = Safety,
        ["P14"] = Safety,
        ["P15"] = Safety,
        ["P18"] = Fire,
        ["P21"] = Fire,
    };

    /// <summary>What the item is about, or null where silence may stand for consent.</summary>
    public static Text? Says(string code, string nameZh, string nameEn)
    {
        if (Codes.TryGetValue(code, out var known)) return known;
        foreach (var (word, what) in Words)
        {
            if (nameZh.Contains(word, StringComparison.Ordinal) || nameEn.Contains(word, StringComparison.OrdinalIgnoreCase)) return what;
        }

        return null;
    }
}
