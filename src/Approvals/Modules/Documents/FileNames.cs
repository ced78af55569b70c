using System.Globalization;
using System.Text;
using Approvals.Modules.Documents.Contract;

namespace Approvals.Modules.Documents;

/// <summary>What a file is called: for people to read and to save it under, never for a path of ours.</summary>
internal static class FileNames
{
    /// <summary>As a person counts, with the ending.</summary>
    public const int Longest = 120;

    private static readonly string[] Reserved =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })];

    /// <summary>Without folders, invisible characters and what Windows refuses; with an ending that fits the content.</summary>
    public static string Of(string? sent, FileKind kind)
    {
        var name = (sent ?? "")[((sent ?? "").LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                || rune == Rune.ReplacementChar || rune.Value is >= 0x200B and <= 0x200F and not 0x200D or >= 0x202A and <= 0x202E or >= 0x2060 and <= 0x206F or 0xFEFF) continue;
            clean.Append(rune.IsAscii && "<>:\"|?*".Contains((char)rune.Value, StringComparison.Ordinal) ? "_" : rune.ToString());
        }

        var text = clean.ToString().TrimEnd(' ', '.');
        var endings = Files.Endings(kind);
        var ending = endings.FirstOrDefault(e => text.EndsWith(e, StringComparison.OrdinalIgnoreCase)) is { } own ? text[^own.Length..] : endings[0];
        var stem = (text.EndsWith(ending, StringComparison.Ordinal) ? text[..^ending.Length] : text).Trim(' ', '.');
        if (stem.Length == 0) stem = "文件";
        if (Reserved.Contains(stem.Split('.')[0], StringComparer.OrdinalIgnoreCase)) stem = "_" + stem;
        return Cut(stem, Longest - ending.Length) + ending;
    }

    /// <remarks>Twice as many chars as characters at most: an emoji may be made of many.</remarks>
    private static string Cut(string text, int most)
    {
        var (kept, count) = (new StringBuilder(), 0);
        foreach (var element in Elements(text))
        {
            if (++count > most || kept.Length + element.Length > most * 2) break;
            kept.Append(element);
        }

        return kept.ToString().TrimEnd(' ', '.');
    }

    private static IEnumerable<string> Elements(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext()) yield return elements.GetTextElement();
    }
}
