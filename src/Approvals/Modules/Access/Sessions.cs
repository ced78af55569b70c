using System.Collections.Concurrent;
using Approvals.Database;
using Approvals.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Approvals.Modules.Access;

/// <summary>
/// People's sessions: a cookie, looked after once a minute against the database, so that a closed account, another
/// password or other roles take effect while somebody is signed in.
/// </summary>
internal sealed class Sessions(TimeProvider time, SignInSettings settings)
{
    /// <summary>What is known of a session beside whose it is.</summary>
    /// <param name="Before">When its owner had signed in before.</param>
    internal sealed record Facts(DateTimeOffset Began, bool HasFactor, bool ByProvider, DateTime? Before);


    public const string Scheme = "cookie";
    public const string SignInPage = "/sign-in";
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, (Account? User, DateTimeOffset At)> seen = [];

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "approvals";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPage;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = context => context.HttpContext.RequestServices.GetRequiredService<Sessions>().Look(context);
        options.Events.OnRedirectToLogin = AskToSignIn;
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    public async Task Start(HttpContext context, Account user, Facts facts)
    {
        seen[user.Id] = (user, time.GetUtcNow());
        var principal = Principal.Of(user, Scheme, facts);
        await context.SignInAsync(Scheme, principal);
        context.User = principal;
    }

    /// <summary>After a change of one's own password or factor: this session goes on, the others end.</summary>
    public async Task Renew(HttpContext context, long userId, bool hasFactor = false)
    {
        if (context.User.Facts() is { } facts && await Account.Find(context.RequestServices.GetRequiredService<Db>(), userId, context.RequestAborted) is { } user)
            await Start(context, user, facts with { HasFactor = facts.HasFactor || hasFactor });
    }

    /// <summary>What was known of an account holds no longer: it is read again with the next request.</summary>
    public void Forget(long userId) => seen.TryRemove(userId, out _);

    private async Task Look(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.UserId() is { } id
            && context.Principal.Facts() is { } facts
            && time.GetUtcNow() - facts.Began < settings.Longest
            && await Seen(id, context.HttpContext) is { IsActive: true } user
            && user.Stamp == context.Principal.Stamp()
            && (facts.HasFactor || !user.NeedsFactor)
            && (facts.ByProvider || !user.MustChangePassword))
        {
            context.ReplacePrincipal(Principal.Of(user, Scheme, facts));
            // The framework would renew only in the second half of the span, and so end a session early that was used in the first.
            context.ShouldRenew = time.GetUtcNow() - context.Properties.IssuedUtc >= Trusted;
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    private async Task<Account?> Seen(long id, HttpContext context)
    {
        var now = time.GetUtcNow();
        if (seen.TryGetValue(id, out var known) && now - known.At < Trusted) return known.User;
        var user = await Account.Find(context.RequestServices.GetRequiredService<Db>(), id, context.RequestAborted);
        seen[id] = (user, now);
        return user;
    }

    /// <summary>A part of a page cannot show the sign-in form: the whole page goes there, and comes back to itself.</summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!context.Request.IsHtmx())
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        var page = Uri.TryCreate(context.Request.Headers["HX-Current-URL"], UriKind.Absolute, out var current) ? current.PathAndQuery : "/";
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers["HX-Redirect"] = $"{SignInPage}{QueryString.Create("returnUrl", page)}";
        return Task.CompletedTask;
    }
}
