using System.Text.RegularExpressions;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>Where somebody's messages are mailed.</summary>
internal static partial class EmailAddress
{
    public static string? Read(string? email) => string.IsNullOrWhiteSpace(email) ? null : email.Trim();

    /// <remarks>A host by its full name: only such an address is known, and masked, wherever it stands in a text.</remarks>
    public static Check Email(this Check check, string? email) => check.That(
        Read(email) is not { } given || (given.Length <= 200 && Shape().IsMatch(given)), "email.shape", "email",
        $"「{email}」不是邮箱地址，请更正，或留空。", $"“{email}” is not a mail address; correct it or leave it empty.");

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$")]
    private static partial Regex Shape();
}
