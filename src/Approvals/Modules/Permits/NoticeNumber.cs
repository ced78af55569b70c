using Approvals.Web;

namespace Approvals.Modules.Permits;

/// <summary>The number of the written notice by which the applicant is told of a pause, an extension or a hearing.</summary>
internal static class NoticeNumber
{
    public const int Longest = 80;

    public static Check Notice(this Check check, string? number) => check
        .Text(number, "noticeNumber", "告知申请人的文书号", "The number of the notice to the applicant", Longest)
        .That(number is null || (number.Length <= Longest && !number.Contains('\n', StringComparison.Ordinal)), "field.tooLong", "noticeNumber",
            $"文书号写成一行，最多 {Longest} 个字符。", $"Write the number in one line of at most {Longest} characters.");
}
