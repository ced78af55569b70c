using System.Security.Claims;
using System.Text.Encodings.Web;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Approvals.Modules.Access;

/// <summary>Programs under <c>/api</c>: <c>Authorization: Bearer apv_…</c>. Every request reads the database, so that a revoked token ends at once.</summary>
internal sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Db db, SignInSettings settings)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "token";

    /// <summary>The claim that holds what the owner calls the token.</summary>
    public const string TokenName = "token-name";

    private const int Longest = 100;
    private const string Bearer = "Bearer ";
    /// <summary>When it was used last is kept to within this: a write for each request would be too many.</summary>
    private static readonly TimeSpan Noted = TimeSpan.FromMinutes(10);

    private const string Owner = $"""
        SELECT {Account.Columns}, t.name AS token, t.scopes, t.used_at AS token_used_at, t.has_factor AS token_has_factor
          FROM access_token t
          JOIN access_user u ON u.id = t.user_id
         WHERE t.hash = @hash AND t.revoked_at IS NULL AND t.expires_at > @now AND u.is_active = 1 AND u.must_change_password = 0
        """;

    private const string Used = "UPDATE access_token SET used_at = @now WHERE hash = @hash AND (used_at IS NULL OR used_at < @now)";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        var token = header[Bearer.Length..].Trim();
        if (!token.StartsWith(CreateToken.Prefix, StringComparison.Ordinal) || token.Length > Longest) return AuthenticateResult.Fail("Not a token of this program.");
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        var hash = CreateToken.Hash(token);
        if (await db.Find<Account>(Owner, new { hash, now }, Context.RequestAborted) is not { } user)
            return AuthenticateResult.Fail("Unknown, expired or revoked.");
        if (user.NeedsFactor && !user.TokenHasFactor) return AuthenticateResult.Fail("An administrator's token is made with a second factor.");
        if (user.IsUnseen(settings, now))
        {
            Context.Features.Set(Unseen.Problem(settings.Provider!));
            return AuthenticateResult.Fail("Its owner has not been seen at the provider for long.");
        }

        if (user.TokenUsedAt is not { } used || now - used >= Noted) await db.Transact(() => db.Execute(Used, new { hash, now }, Context.RequestAborted), Context.RequestAborted);
        var principal = Principal.Of(user, Name);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new(TokenName, user.Token ?? ""));
        // To ask who one is, every token is good enough.
        var scopes = Scopes.Parse(user.Scopes);
        principal.Within(HttpMethods.IsGet(Request.Method) ? scopes.Append(Scope.Account).Distinct() : scopes);
        return AuthenticateResult.Success(new(principal, Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Context.Features.Get<Refused>() is { } refused ? Problems.Write(Context, Response.StatusCode, refused.Problems) : Task.CompletedTask;
    }
}
