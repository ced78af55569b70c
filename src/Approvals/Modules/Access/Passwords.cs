using Approvals.Web;
using Microsoft.AspNetCore.Identity;

namespace Approvals.Modules.Access;

/// <summary>How passwords are kept and checked: by the framework's hasher.</summary>
/// <remarks>One hash takes tens of milliseconds by design, so it is never computed inside a transaction: SQLite has one writer.</remarks>
internal static class Passwords
{
    private const int Least = 10;
    private const int Most = 200;

    private static readonly PasswordHasher<string> Hasher = new();
    private static readonly Lazy<string> Nobody = new(() => Hash("nobody's password"));

    public static string Hash(string password) => Hasher.HashPassword("", password);

    /// <summary>As much work for an account that does not exist as for one that does, so that the time tells nothing.</summary>
    /// <param name="kept">The hash that is kept, or null where there is no such account.</param>
    /// <param name="outdated">True where the password is right and its hash should be renewed.</param>
    public static bool Matches(string? kept, string given, out bool outdated)
    {
        var result = Hasher.VerifyHashedPassword("", kept ?? Nobody.Value, given);
        outdated = result == PasswordVerificationResult.SuccessRehashNeeded;
        return kept is not null && result != PasswordVerificationResult.Failed;
    }

    /// <summary>Length is what counts; which characters is the owner's choice.</summary>
    public static Check Password(this Check check, string? password, string field)
    {
        if (string.IsNullOrEmpty(password)) return check.Add("field.required", field, "请填写密码。", "A password is required.");
        return check.That(password.Length is >= Least and <= Most, "password.length", field,
            $"密码须为 {Least} 至 {Most} 个字符，现有 {password.Length} 个。",
            $"A password has {Least} to {Most} characters; this one has {password.Length}.");
    }
}
