using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Approvals.Tests.Access;

/// <summary>A real OpenID Connect provider on a port of its own, at which somebody is always signed in.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "approvals";
    public const string ClientSecret = "what only these two know";

    /// <summary>Of every such provider: to find a pair of primes takes seconds.</summary>
    private static readonly RsaSecurityKey Sealing = new(RSA.Create(2048));
    private static readonly RsaSecurityKey Signing = new(RSA.Create(2048));

    private readonly WebApplication app;

    private IdentityProvider(WebApplication app) => this.app = app;

    /// <summary>Who is signed in there, and what it says of them.</summary>
    public string Subject { get; set; } = "s-1001";

    public string Login { get; set; } = "wang.li";

    public string Name { get; set; } = "王丽";

    public string? Department { get; set; }

    public IReadOnlyList<string> Roles { get; set; } = ["desk"];

    /// <summary>Another nonce than the one it was asked with.</summary>
    public string? Nonce { get; set; }

    /// <summary>Another name for itself than the one in its tokens.</summary>
    public string? Issuer { get; set; }

    /// <summary>Another program for which its tokens are.</summary>
    public string? Audience { get; set; }

    /// <summary>Its tokens have expired long ago.</summary>
    public bool IsOld { get; set; }

    /// <summary>How often somebody was signed out there.</summary>
    public int SignedOut { get; private set; }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="issuer">What it calls itself; by its address where null.</param>
    public static async Task<IdentityProvider> Start(string? issuer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        IdentityProvider? self = null;
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetEndSessionEndpointUris("logout");
            server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            server.RegisterScopes(OpenIddictConstants.Scopes.Profile);
            server.EnableDegradedMode();
            if (issuer is not null) server.SetIssuer(issuer);
            server.AddEncryptionKey(Sealing).AddSigningKey(Signing);
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.RedirectUri?.EndsWith("/sign-in/provider/back", StringComparison.Ordinal) != true) context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != ClientSecret) context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId) context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context => self!.Answer(context)));
            server.AddEventHandler<ProcessSignInContext>(handler => handler.UseInlineHandler(context =>
            {
                if (self!.Audience is { } audience) context.IdentityTokenPrincipal?.SetAudiences(audience);
                if (self.IsOld) context.IdentityTokenPrincipal?.SetCreationDate(CommandLine.SystemClock().GetUtcNow().AddDays(-1)).SetExpirationDate(CommandLine.SystemClock().GetUtcNow().AddHours(-23));
                return default;
            }).SetOrder(OpenIddictServerHandlers.PrepareIdentityTokenPrincipal.Descriptor.Order + 1));
            server.AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                self!.SignedOut++;
                context.SignOut();
                return default;
            }));
            server.AddEventHandler<ApplyConfigurationResponseContext>(handler => handler.UseInlineHandler(context =>
            {
                if (self!.Issuer is { } other) context.Response[OpenIddictConstants.Metadata.Issuer] = other;
                return default;
            }).SetOrder(int.MinValue));
        });
        var app = builder.Build();
        app.UseAuthentication();
        self = new IdentityProvider(app);
        await app.StartAsync();
        return self;
    }

    private ValueTask Answer(HandleAuthorizationRequestContext context)
    {
        var identity = new ClaimsIdentity("provider", OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, Subject)
            .SetClaim(OpenIddictConstants.Claims.PreferredUsername, Login)
            .SetClaim(OpenIddictConstants.Claims.Name, Name)
            .SetClaims("roles", [.. Roles]);
        if (Department is not null) identity.SetClaim("department", Department);
        if (Nonce is not null) context.Request.Nonce = Nonce;
        identity.SetScopes(context.Request.GetScopes());
        identity.SetDestinations(static _ => [OpenIddictConstants.Destinations.IdentityToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return default;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
