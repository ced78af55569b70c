using System.Security.Claims;
using System.Text.Encodings.Web;
using Approvals.Database;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Approvals.Modules.Access;

/// <summary>Programs under <c>/api</c>: <c>Authorization: Bearer apv_…</c>. Every request reads the database, so that a revoked token ends at once.</summary>
internal sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Db db)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "token";

    /// <summary>The claim that holds what the owner calls the token.</summary>
    public const string TokenName = "token-name";

    private const int Longest = 100;
    private const string Bearer = "Bearer ";
    private const string Owner = """
        SELECT u.id, u.login, u.name, u.department, u.password_hash, u.is_active, t.name AS token,
               (SELECT STRING_AGG(r.role, ',') FROM access_user_role r WHERE r.user_id = u.id) AS roles
          FROM access_token t
          JOIN access_user u ON u.id = t.user_id
         WHERE t.hash = @hash AND t.revoked_at IS NULL AND t.expires_at > @now AND u.is_active = 1
        """;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var token = header[Bearer.Length..].Trim();
        if (!token.StartsWith(CreateToken.Prefix, StringComparison.Ordinal) || token.Length > Longest) return AuthenticateResult.Fail("Not a token of this program.");
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        if (await db.Find<Account>(Owner, new { hash = CreateToken.Hash(token), now }, Context.RequestAborted) is not { } user)
            return AuthenticateResult.Fail("Unknown, expired or revoked.");
        var principal = Principal.Of(user, Name);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new(TokenName, user.Token ?? ""));
        return AuthenticateResult.Success(new(principal, Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Task.CompletedTask;
    }
}
