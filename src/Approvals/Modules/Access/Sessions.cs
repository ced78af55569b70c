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
internal sealed class Sessions(TimeProvider time)
{
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
        options.ExpireTimeSpan = TimeSpan.FromHours(8);
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

    public async Task Start(HttpContext context, Account user)
    {
        seen[user.Id] = (user, time.GetUtcNow());
        await context.SignInAsync(Scheme, Principal.Of(user, Scheme));
    }

    /// <summary>After a change of one's own password: this session goes on, the others end.</summary>
    public async Task Renew(HttpContext context, long userId)
    {
        if (await Account.Find(context.RequestServices.GetRequiredService<Db>(), userId, context.RequestAborted) is { } user) await Start(context, user);
    }

    private async Task Look(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.UserId() is { } id
            && await Seen(id, context.HttpContext) is { IsActive: true } user
            && user.Stamp == context.Principal.Stamp())
        {
            context.ReplacePrincipal(Principal.Of(user, Scheme));
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
