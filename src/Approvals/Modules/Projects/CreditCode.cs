using Approvals.Web;

namespace Approvals.Modules.Projects;

/// <summary>统一社会信用代码: 18 characters, the last of which checks the others.</summary>
/// <remarks>
/// GB 32100-2015: the alphabet leaves out I, O, S, V and Z; the n-th character weighs 3ⁿ⁻¹ modulo 31. As 31 is prime,
/// every wrong character and every swap of two neighbours changes the sum.
/// </remarks>
internal static class CreditCode
{
    public const int Length = 18;
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    /// <summary>As it is stored: trimmed, upper case.</summary>
    public static string Tidy(string? code) => (code ?? "").Trim().ToUpperInvariant();

    /// <param name="first17">The first 17 characters, all of the alphabet.</param>
    public static char CheckCharacter(string first17)
    {
        var (sum, weight) = (0, 1);
        for (var i = 0; i < Length - 1; i++)
        {
            sum += Alphabet.IndexOf(first17[i], StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - sum % 31) % 31];
    }

    /// <summary>What is wrong with a tidy code, for its author to mend; null where it is right.</summary>
    public static Problem? Wrong(string code, string field)
    {
        if (code.Length == 0) return new("field.required", field, new("请填写统一社会信用代码。", "The unified social credit code is required."));
        for (var i = 0; i < code.Length; i++)
        {
            if (Alphabet.Contains(code[i], StringComparison.Ordinal)) continue;
            var shown = char.IsSurrogate(code[i]) && i + 1 < code.Length ? code.Substring(i, 2) : code[i].ToString();
            return new("creditCode.character", field, new(
                $"统一社会信用代码第 {i + 1} 位「{shown}」无效：{(FullWidth(code[i]) ? "是全角字符，请改用半角" : "只能用数字和大写字母，且不用 I、O、S、V、Z")}。",
                $"Character {i + 1} “{shown}” of the unified social credit code is wrong: {(FullWidth(code[i]) ? "it is full-width; type it half-width" : "only digits and capital letters without I, O, S, V, Z")}."));
        }

        if (code.Length != Length)
            return new("creditCode.length", field, new(
                $"统一社会信用代码应为 18 位，现为 {code.Length} 位。",
                $"The unified social credit code has 18 characters; this has {code.Length}."));
        var expected = CheckCharacter(code[..(Length - 1)]);
        return code[^1] == expected
            ? null
            : new("creditCode.checkCharacter", field, new(
                $"统一社会信用代码校验位不符：按前 17 位计算，第 18 位应为「{expected}」，现为「{code[^1]}」。请核对每一位。",
                $"The unified social credit code does not check: by its first 17 characters the last must be “{expected}”, it is “{code[^1]}”. Compare every character."));
    }

    internal static bool FullWidth(char c) => c is >= '\uFF01' and <= '\uFF5E' or '\u3000';
}
