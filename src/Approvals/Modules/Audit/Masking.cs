using System.Text;
using System.Text.RegularExpressions;

namespace Approvals.Modules.Audit;

/// <summary>What the record must not hold: secrets at all, of personal data more than tells two people apart. Names of enterprises registered with a project, and of those who have an account, stay.</summary>
internal static partial class Masking
{
    public const string Hidden = "•••";

    /// <summary>In hexadecimal: what is drawn by lot, and what files are known by, holds eleven digits in a row now and then. No number of a person is as long.</summary>
    private const int ShortestHash = 32;

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

    /// <summary>Mobile numbers, identity cards and mail addresses that somebody wrote into a text, and tokens of this program.</summary>
    public static string InText(string text)
    {
        var (digits, address) = (0, false);
        foreach (var sign in text.EnumerateRunes())
        {
            if (Rune.IsNumber(sign)) digits++;
            else if (sign.Value is '@' or '＠' or '﹫') address = true;
        }

        if (digits < 11 && !address && !text.Contains("apv_", StringComparison.Ordinal)) return text;
        var (plain, places) = Plain(text);
        var masked = new StringBuilder();
        var done = 0;
        foreach (var found in Telling().EnumerateMatches(plain))
        {
            masked.Append(text, done, places[found.Index] - done).Append(Instead(plain.AsSpan(found.Index, found.Length)));
            done = places[found.Index + found.Length];
        }

        return done == 0 ? text : masked.Append(text, done, text.Length - done).ToString();
    }

    private static string Instead(ReadOnlySpan<char> found)
    {
        if (found.StartsWith("apv_")) return Hidden;
        var at = found.IndexOf('@');
        if (at > 0) return $"{found[0]}{Hidden}{found[at..]}";
        if (found.Length >= ShortestHash) return found.ToString();
        return string.Concat(Hidden, found[^4..]); // whose last four places stand together
    }

    /// <summary>Wide letters and digits as the plain ones that they stand for, and where each stood.</summary>
    private static (string Text, int[] Places) Plain(string text)
    {
        if (Ascii.IsValid(text)) return (text, [.. Enumerable.Range(0, text.Length + 1)]);
        var plain = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        var place = 0;
        foreach (var sign in text.EnumerateRunes())
        {
            foreach (var c in Plain(sign))
            {
                plain.Append(c);
                places.Add(place);
            }

            place += sign.Utf16SequenceLength;
        }

        return (plain.ToString(), [.. places, place]);
    }

    private static string Plain(Rune sign)
    {
        try
        {
            return sign.ToString().Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException) // U+FFFE, which is no sign
        {
            return sign.ToString();
        }
    }

    // As people write them: +86, in groups with any sign between, right behind a word or before one. What stands at the beginning or the end of a hash is none.
    // A number is not told from an amount by its digits alone: its groups are those of a mobile number or an identity card.
    [GeneratedRegex(@"(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])|(?<![0-9]|[0-9a-f]{16})(?:(?:\+?(?:00)?86[\p{P}\p{Z}\p{S}\p{Cf}]{0,3})?1[3-9][0-9](?:[\p{P}\p{Z}\p{S}\p{Cf}]{0,3}[0-9]{4}){2}|[1-9][0-9]{5}[\p{P}\p{Z}\p{S}\p{Cf}]{0,3}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[\p{P}\p{Z}\p{S}\p{Cf}]{0,3}[0-9]{3}[0-9Xx])(?![0-9]|[0-9a-f]{16})"
        + @"|(?<![A-Za-z0-9._%+-])(?>[A-Za-z0-9._%+-]+)@(?>[A-Za-z0-9-]+)(?:\.[A-Za-z0-9-]+)+|apv_[A-Za-z0-9_-]{8,}")]
    private static partial Regex Telling();
}
