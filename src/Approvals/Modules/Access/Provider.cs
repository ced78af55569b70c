using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Approvals.Modules.Access;

/// <summary>
/// Signing in at an OpenID Connect provider: the code flow with PKCE, state and nonce. What it says of somebody is read
/// once, when they come back; no token of it is kept.
/// </summary>
internal static class Provider
{
    public const string Scheme = "provider";
    private const string Door = "/sign-in/provider";

    public static void AddProvider(this AuthenticationBuilder authentication, ProviderSettings settings) => authentication.AddOpenIdConnect(Scheme, options =>
    {
        options.Authority = settings.Authority.ToString();
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.RequireHttpsMetadata = settings.Authority.Scheme == Uri.UriSchemeHttps; // plain http is taken from this machine only
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query; // so that the browser sends the cookies of state and nonce along
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.ClaimActions.Remove("iss"); // kept: the subject is somebody only together with who says so
        options.Scope.Clear();
        foreach (var scope in settings.Scopes) options.Scope.Add(scope);
        options.CallbackPath = Door + "/back";
        options.SignedOutCallbackPath = Door + "/out";
        options.SignedOutRedirectUri = Sessions.SignInPage;
        options.RemoteSignOutPath = PathString.Empty;
        options.SignInScheme = options.SignOutScheme = Sessions.Scheme;
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
            (cookie.SameSite, cookie.SecurePolicy, cookie.Path) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, Sessions.SignInPage);
        options.Events.OnTicketReceived = context => Receive(context, settings);
        options.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            Tell(context.HttpContext, "provider.failed");
            return Task.CompletedTask;
        };
        options.Events.OnAccessDenied = context =>
        {
            context.HandleResponse();
            Tell(context.HttpContext, "provider.denied");
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToIdentityProviderForSignOut = context =>
        {
            context.ProtocolMessage.ClientId = settings.ClientId; // in place of the id token, which is not kept
            if (!string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress)) return Task.CompletedTask;
            context.HandleResponse();
            context.Response.Redirect(Sessions.SignInPage);
            return Task.CompletedTask;
        };
    });

    public static void MapProvider(this WebApplication app) => app
        .MapGet(Door, (string? returnUrl) => Results.Challenge(new AuthenticationProperties { RedirectUri = Steps.IsLocal(returnUrl) ? returnUrl : "/" }, [Scheme]))
        .AllowAnonymous().ExcludeFromDescription();

    /// <summary>What the provider calls itself in its tokens, letter by letter; null where it does not answer soon.</summary>
    public static async Task<string?> Issuer(IOptionsMonitor<OpenIdConnectOptions> provider, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            return (await provider.Get(Scheme).ConfigurationManager!.GetConfigurationAsync(soon.Token)).Issuer;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>What the sign-in page says of somebody who comes back from the provider and is not let in.</summary>
    public static Text? Problem(string? code) => code switch
    {
        "provider.failed" => new("统一身份认证没有成功，请重新登录；仍不行时请联系系统管理员。", "Signing in at the provider did not succeed; try again, and if it persists ask the administrator."),
        "provider.denied" => new("您没有在统一身份认证中同意登录。", "You did not consent at the provider."),
        "provider.unknown" => new("身份已确认，但本系统没有您的账号，请联系安全管理员开通。", "We know who you are, but you have no account here; ask the security administrator for one."),
        "provider.noRole" => new("身份已确认，但您没有本系统的角色，请联系单位的身份管理员。", "We know who you are, but you have no role here; ask whoever keeps the roles at your provider."),
        "provider.roles" => new("统一身份认证给您的角色不能同时持有，或缺少部门，请联系单位的身份管理员。", "The roles that the provider gives you do not go together, or the department is missing; ask whoever keeps the roles there."),
        "provider.closed" => new("您的账号已停用，请联系系统管理员。", "Your account is closed; ask the administrator."),
        "access.lastAdministrator" => new("统一身份认证不再给您安全管理员角色，而您是最后一个，因此没有更新账号，也不能登录。请先用命令行 user add 设另一个。", "The provider no longer makes you a security administrator, and you are the last: nothing was changed and you are not let in. Appoint another first, with user add on the command line."),
        "provider.loginTaken" => new("您的用户名在本系统已属于另一个账号，请联系安全管理员关联。", "Your user name belongs to another account here; ask the security administrator to link it."),
        null or "" => null,
        _ => new("统一身份认证已确认您的身份，但本系统没有让您登录，请重试；仍不行时请联系安全管理员。", "The provider says who you are, but you could not be let in here; try again, and if it persists ask the security administrator."),
    };

    private static async Task Receive(TicketReceivedContext context, ProviderSettings settings)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var services = http.RequestServices;
        string? Claim(string? type) => type is null ? null : context.Principal?.FindFirst(type)?.Value;
        services.GetRequiredService<Actor>().ComesFrom("page", http.Connection.RemoteIpAddress?.ToString() ?? "");
        try
        {
            var user = await services.GetRequiredService<IMediator>().Send(new SignInByProvider.Query(
                Claim("iss") ?? "", Claim("sub") ?? "", Claim(settings.LoginClaim), Claim(settings.NameClaim), Claim(settings.DepartmentClaim),
                [.. context.Principal?.FindAll(settings.RoleClaim).Select(c => c.Value) ?? []]), http.RequestAborted);
            var steps = services.GetRequiredService<Steps>();
            context.Response.Redirect(await steps.Go(http, user, steps.Begin(user, context.ReturnUri, byProvider: true)));
        }
        catch (Refused refused)
        {
            Tell(http, refused.Problems[0].Code);
        }
    }

    private static void Tell(HttpContext http, string code) => http.Response.Redirect($"{Sessions.SignInPage}?problem={code}");
}
