using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Approvals.Web;
using Microsoft.AspNetCore.DataProtection;
using OtpNet;

namespace Approvals.Modules.Access;

/// <summary>The second factor: codes of six digits that an authenticator app makes from a shared secret and the time (RFC 6238).</summary>
internal sealed class Factors(IDataProtectionProvider provider, TimeProvider time)
{
    public const int RecoveryCodes = 10;
    private const int SecretBytes = 20;

    /// <summary>One step of half a minute early or late, for clocks that differ.</summary>
    private static readonly VerificationWindow Window = new(1, 1);

    private readonly IDataProtector secrets = provider.CreateProtector("Approvals.Access.Factor");
    private readonly IDataProtector offers = provider.CreateProtector("Approvals.Access.FactorOffer");

    /// <summary>A secret that is shown and not yet kept.</summary>
    /// <param name="Sealed">Comes back with the form.</param>
    /// <param name="Secret">For typing it in, in groups of four.</param>
    /// <param name="Picture">The code to photograph.</param>
    internal sealed record Offer(string Sealed, string Secret, QrPicture Picture)
    {
        public string Grouped => string.Join(' ', Secret.Chunk(4).Select(c => new string(c)));
    }

    public Offer New(Account user) => Show(user, Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>The same once more, where a form comes back.</summary>
    public Offer? Again(Account user, string? offered) => Opened(user, offered) is { } secret ? Show(user, secret) : null;

    /// <summary>The secret of an offer to this account, or null.</summary>
    public string? Opened(Account user, string? offered)
    {
        var whose = user.Id.ToString(CultureInfo.InvariantCulture) + ":";
        return Open(offers, offered) is { } text && text.StartsWith(whose, StringComparison.Ordinal) ? text[whose.Length..] : null;
    }

    public string Seal(string secret) => secrets.Protect(secret);

    /// <summary>Null where the keys are not those it was sealed with.</summary>
    public string? Unseal(string kept) => Open(secrets, kept);

    /// <summary>The step of the clock whose code it is, or null where it is none of now.</summary>
    public long? StepOf(string secret, string code) =>
        new Totp(Base32Encoding.ToBytes(secret)).VerifyTotp(time.GetUtcNow().UtcDateTime, code, out var step, Window) ? step : null;

    /// <summary>The next code that will be taken: a demonstration shows it, for people without a phone at hand.</summary>
    public string CodeAfter(string secret, long lastStep)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 30;
        return new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(DateTimeOffset.FromUnixTimeSeconds(Math.Max(now, lastStep + 1) * 30).UtcDateTime);
    }

    /// <summary>Ten new codes of 80 random bits, so that a plain hash of each is enough.</summary>
    public static IReadOnlyList<string> NewRecoveryCodes() =>
    [
        .. Enumerable.Range(0, RecoveryCodes).Select(_ => string.Join('-', Base32Encoding.ToString(RandomNumberGenerator.GetBytes(10)).Chunk(4).Select(c => new string(c)))),
    ];

    /// <summary>What is kept of a recovery code, however it is typed.</summary>
    public static string Hash(string recoveryCode) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(recoveryCode.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant())));

    private Offer Show(Account user, string secret)
    {
        var uri = $"otpauth://totp/Approvals:{Uri.EscapeDataString(user.Login)}?secret={secret}&issuer=Approvals";
        return new(offers.Protect(user.Id.ToString(CultureInfo.InvariantCulture) + ":" + secret), secret, QrPicture.Of(uri, new("验证器二维码", "QR code for the authenticator")));
    }

    private static string? Open(IDataProtector protector, string? kept)
    {
        try
        {
            return kept is { Length: > 0 } ? protector.Unprotect(kept) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
