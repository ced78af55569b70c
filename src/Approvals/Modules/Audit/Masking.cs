using System.Text.RegularExpressions;

namespace Approvals.Modules.Audit;

/// <summary>What the record must not hold: secrets at all, of personal data more than tells two people apart.</summary>
internal static partial class Masking
{
    public const string Hidden = "•••";

    private static readonly string[] Secrets = ["password", "hash", "secret", "token", "querycode", "recoverycode", "totp"];
    private static readonly string[] Personal = ["phone", "mobile", "email", "idnumber", "identity"];

    /// <summary>Known by its name, wherever it comes up.</summary>
    public static bool IsSecret(string property) => Secrets.Any(s => property.Contains(s, StringComparison.OrdinalIgnoreCase));

    public static bool IsPersonal(string property) => Personal.Any(s => property.Contains(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>The last four places of a number, the first letter and the host of an address.</summary>
    public static string Partly(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        if (at > 0) return value[..1] + Hidden + value[at..];
        return value.Length > 6 ? Hidden + value[^4..] : Hidden;
    }

    /// <summary>Mobile numbers and identity cards that somebody wrote into a text, and tokens of this program.</summary>
    public static string InText(string text)
    {
        if (text.Length < 11) return text;
        var digits = 0;
        foreach (var c in text)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : c is ' ' or '-' ? digits : 0;
            if (digits >= 11) return Token().Replace(Number().Replace(text, m => Hidden + m.Value[^4..]), Hidden);
        }

        return text.Contains("apv_", StringComparison.Ordinal) ? Token().Replace(text, Hidden) : text;
    }

    // As people write them: +86, in groups, right behind a word. What stands at the end of a hash is none.
    [GeneratedRegex(@"(?<![0-9]|[0-9a-f]{16})((\+?86[ -]?)?1[3-9][0-9]([ -]?[0-9]{4}){2}|[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[0-9Xx])(?![0-9A-Za-z])")]
    private static partial Regex Number();

    [GeneratedRegex("apv_[A-Za-z0-9_-]{8,}")]
    private static partial Regex Token();
}
