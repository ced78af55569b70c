using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Approvals.Modules.Access;

/// <summary>
/// What a browser is known by to the people who have signed in with it: a sealed cookie. It opens nothing; it only keeps
/// its owner's tries apart from a stranger's.
/// </summary>
internal sealed class Devices(IDataProtectionProvider provider, TimeProvider time)
{
    private const string Cookie = "approvals-device";
    private const int MostPeople = 8;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    private readonly IDataProtector protector = provider.CreateProtector("Approvals.Access.Device");

    private sealed record Known(string Login, string Device, DateTimeOffset Since);

    /// <summary>Null where this login has not been used with this browser, or not for long.</summary>
    public string? Of(HttpContext context, string? login)
    {
        var whose = Mark(login);
        return Read(context).FirstOrDefault(k => k.Login == whose)?.Device;
    }

    public void Remember(HttpContext context, string login)
    {
        var whose = Mark(login);
        var now = time.GetUtcNow();
        var known = Read(context);
        var device = known.FirstOrDefault(k => k.Login == whose)?.Device ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        Known[] kept = [new(whose, device, now), .. known.Where(k => k.Login != whose).Take(MostPeople - 1)];
        context.Response.Cookies.Append(Cookie, protector.Protect(JsonSerializer.Serialize(kept)), new CookieOptions
        {
            MaxAge = Kept,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = Sessions.SignInPage,
            IsEssential = true,
        });
    }

    private Known[] Read(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } cookie) return [];
        try
        {
            var now = time.GetUtcNow();
            return [.. (JsonSerializer.Deserialize<Known[]>(protector.Unprotect(cookie)) ?? []).Where(k => now - k.Since < Kept)];
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return [];
        }
    }

    private static string Mark(string? login) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((login ?? "").Trim().ToLowerInvariant())))[..16];
}
