using System.Text;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>Which passwords are taken.</summary>
internal static class PasswordRules
{
    private const int Least = 10;
    private const int Most = 200;

    /// <summary>How much may stand around a listed word without hiding it: a year and a few signs.</summary>
    private const int Around = 8;

    private static readonly Lazy<HashSet<string>> Common = new(ReadCommon);

    /// <summary>The product and the zone: the first that somebody guesses here.</summary>
    private static readonly string[] House = ["approvals", "一窗通", "yichuangtong", "高新区", "gaoxinqu"];

    /// <summary>Length is what counts, and that nobody would think of it first; which characters is the owner's choice.</summary>
    /// <param name="login">Whose it is going to be.</param>
    public static Check Password(this Check check, string? password, string field, string? login)
    {
        if (string.IsNullOrEmpty(password)) return check.Add("field.required", field, "请填写密码。", "A password is required.");
        if (password.Length is < Least or > Most)
            return check.Add("password.length", field,
                $"密码须为 {Least} 至 {Most} 个字符，现有 {password.Length} 个。",
                $"A password has {Least} to {Most} characters; this one has {password.Length}.");
        var plain = Plain(password);
        if (Names(plain, login))
            return check.Add("password.names", field, "密码不能含有账号、系统或园区的名称，请换一个。", "A password must not contain the login or the name of the program or the zone; choose another.");
        return check.That(!IsCommon(plain), "password.common", field,
            "这是常见密码，攻击者会先试它；请换一个，例如几个不相干的词。",
            "This is one of the passwords that are tried first; choose another, such as a few words that have nothing to do with each other.");
    }

    /// <summary>One form for what looks the same: full width as half width, capitals as small letters.</summary>
    private static string Plain(string password)
    {
        try
        {
            return password.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Trim();
        }
        catch (ArgumentException) // half a character
        {
            return password.ToLowerInvariant();
        }
    }

    private static bool Names(string plain, string? login) =>
        House.Any(name => plain.Contains(name, StringComparison.Ordinal))
        || (login?.Trim().ToLowerInvariant() is { Length: >= 3 } own && plain.Contains(own, StringComparison.Ordinal));

    private static bool IsCommon(string plain)
    {
        if (Common.Value.Contains(plain) || plain.Distinct().Count() <= 3 || Climbs(plain)) return true;
        // A word with a year or signs around it: zhangwei1990, Password2026!
        var word = plain.Trim([.. plain.Where(c => !char.IsLetter(c)).Distinct()]);
        if (word.Length >= 4 && plain.Length - word.Length <= Around && Common.Value.Contains(word)) return true;
        // The same again: abcdabcdabcd, passwordpassword.
        for (var length = 1; length <= plain.Length / 2; length++)
        {
            if (plain.Length % length != 0 || !Repeats(plain, length)) continue;
            return length <= 4 || IsCommon(plain[..length]);
        }

        return false;
    }

    private static bool Repeats(string text, int length) => text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length));

    /// <summary>0123456789, jihgfedcba.</summary>
    private static bool Climbs(string text)
    {
        var step = text[1] - text[0];
        if (step is not (1 or -1)) return false;
        for (var i = 2; i < text.Length; i++)
            if (text[i] - text[i - 1] != step) return false;
        return true;
    }

    private static HashSet<string> ReadCommon()
    {
        using var list = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("data.common-passwords.txt")!);
        var words = new HashSet<string>(16_000, StringComparer.Ordinal);
        while (list.ReadLine() is { } line)
            if (line is not ['#', ..]) words.Add(line);
        return words;
    }
}
