using Approvals.Web;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Approvals.Modules.Access;

/// <summary>How passwords are kept and checked: by the framework's hasher.</summary>
/// <remarks>One hash takes tens of milliseconds by design, so it is never computed inside a transaction: SQLite has one writer.</remarks>
internal sealed class Passwords(IOptions<PasswordHasherOptions> options)
{
    /// <summary>Kept where an account has no password of its own: its owner signs in at the identity provider.</summary>
    public const string None = "";

    /// <summary>OWASP's least for PBKDF2 with HMAC-SHA-512. A hash of fewer rounds is renewed when its owner signs in.</summary>
    public const int Rounds = 210_000;

    private readonly PasswordHasher<string> hasher = new(options);
    private readonly Lazy<string> nobody = new(() => new PasswordHasher<string>(options).HashPassword("", "nobody's password"));

    public string Hash(string password) => hasher.HashPassword("", password);

    /// <summary>As much work for an account that does not exist as for one that does, so that the time tells nothing.</summary>
    /// <param name="kept">The hash that is kept, or null where there is no such account.</param>
    /// <param name="outdated">True where the password is right and its hash should be renewed.</param>
    public bool Matches(string? kept, string given, out bool outdated)
    {
        var has = kept is { Length: > 0 };
        var result = hasher.VerifyHashedPassword("", has ? kept! : nobody.Value, given);
        outdated = result == PasswordVerificationResult.SuccessRehashNeeded;
        return has && result != PasswordVerificationResult.Failed;
    }

    /// <summary>A change is to another password.</summary>
    public void Differ(Account user, string given)
    {
        if (Matches(user.PasswordHash, given, out _))
            throw Refused.Invalid("password.same", "new", "新密码与原密码相同，请换一个。", "The new password is the old one; choose another.");
    }
}
