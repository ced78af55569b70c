using System.Text.RegularExpressions;
using Approvals.Web;

namespace Approvals.Modules.Projects;

/// <summary>项目代码: 24 characters in five groups.</summary>
/// <remarks>发改投资〔2020〕1439号, GB/T 40058-2021. The formula of its last digit is not public, so only the shape is checked.</remarks>
internal static partial class ProjectCode
{
    public const string Example = "2601-510300-04-01-123456";

    public static string Tidy(string? code) => (code ?? "").Trim();

    /// <summary>What is wrong with a tidy code; null where it has the shape.</summary>
    public static Problem? Wrong(string code, string field)
    {
        if (code.Length == 0) return new("field.required", field, new("请填写项目代码。", "The project code is required."));
        if (Shape().IsMatch(code)) return null;
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] is >= '0' and <= '9' or '-') continue;
            var shown = char.IsSurrogate(code[i]) && i + 1 < code.Length ? code.Substring(i, 2) : code[i].ToString();
            return new("projectCode.character", field, new(
                $"项目代码第 {i + 1} 位「{shown}」无效：{(CreditCode.FullWidth(code[i]) ? "是全角字符，请改用半角" : "只能用数字和连字符")}。示例：{Example}。",
                $"Character {i + 1} “{shown}” of the project code is wrong: {(CreditCode.FullWidth(code[i]) ? "it is full-width; type it half-width" : "only digits and hyphens")}. Example: {Example}."));
        }

        return new("projectCode.shape", field, new(
            $"项目代码应为 24 位，形如 {Example}（4-6-2-2-6 位数字，以连字符分隔），现为 {code.Length} 位。",
            $"A project code has 24 characters, such as {Example} (4-6-2-2-6 digits between hyphens); this has {code.Length}."));
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}\z")]
    private static partial Regex Shape();
}
