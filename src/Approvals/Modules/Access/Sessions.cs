using System.Collections.Concurrent;
using Approvals.Database;
using Approvals.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Approvals.Modules.Access;

/// <summary>
/// People's sessions: a cookie, looked after once a minute against the database, and each time something is sent, so that
/// a closed account, another password or other roles take effect while somebody is signed in.
/// </summary>
internal sealed class Sessions(TimeProvider time, SignInSettings settings, Settings site)
{
    /// <summary>What is known of a session beside whose it is.</summary>
    /// <param name="Before">When its owner had signed in before.</param>
    /// <param name="Session">Its row, where it can be ended by itself.</param>
    /// <param name="For">The substitution by which its owner acts for somebody else just now.</param>
    internal sealed record Facts(DateTimeOffset Began, bool HasFactor, bool ByProvider, DateTime? Before, long Session, long? For = null);

    public const string Scheme = "cookie";
    public const string SignInPage = "/sign-in";
    private const string Over = "approvals.substitution-over";
    /// <remarks>Either way: a clock that is set back makes nothing known for longer.</remarks>
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(1);

    /// <summary>When a session was used last is kept to within this: a write for each request would be too many.</summary>
    public static readonly TimeSpan Noted = TimeSpan.FromMinutes(5);

    private const string Row = "SELECT seen_at FROM access_session WHERE id = @id AND user_id = @userId AND ended_at IS NULL";
    private const string Used = "UPDATE access_session SET seen_at = @now WHERE id = @id AND seen_at < @now";
    private const string Stamped = "UPDATE access_session SET stamp = @Stamp WHERE id = @id AND user_id = @userId";

    private readonly ConcurrentDictionary<long, (Account? User, DateTimeOffset At)> seen = [];
    private readonly ConcurrentDictionary<long, (long UserId, bool IsOpen, DateTimeOffset At)> rows = [];

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
        var principal = Principal.Of(user, Scheme, facts, await StoodInFor(context, user, facts));
        await context.SignInAsync(Scheme, principal);
        context.User = principal;
    }

    /// <summary>After a change of one's own password or factor: this session goes on, the others end.</summary>
    public async Task Renew(HttpContext context, long userId, bool hasFactor = false)
    {
        if (context.User.Facts() is { } facts && await Account.Find(context.RequestServices.GetRequiredService<Db>(), userId, context.RequestAborted) is { } user)
        {
            var db = context.RequestServices.GetRequiredService<Db>();
            await db.Transact(() => db.Execute(Stamped, new { user.Stamp, id = facts.Session, userId }, context.RequestAborted), context.RequestAborted);
            await Start(context, user, facts with { HasFactor = facts.HasFactor || hasFactor });
        }
    }

    /// <summary>From here on this session acts by a substitution for somebody else, or for its owner again.</summary>
    public async Task ActFor(HttpContext context, long? substitution)
    {
        // Signed out everywhere this very moment, it gets no cookie that would begin anew.
        if (context.User.Facts() is { } facts && await Account.Find(context.RequestServices.GetRequiredService<Db>(), context.User.UserId() ?? 0, context.RequestAborted) is { } user
            && user.Stamp == context.User.Stamp())
            await Start(context, user, facts with { For = substitution });
    }

    /// <summary>A form that was opened while somebody else was stood in for, and is sent when that is over, is not sent as one's own.</summary>
    public static Refused? WhatIsOver(HttpContext context) => context.Items.ContainsKey(Over)
        ? Refused.Forbidden("substitution.over", "代岗已经结束，本次操作没有保存。您现在以本人身份办理，请重新打开页面。", "You no longer stand in for anybody, and nothing was saved. You act as yourself again; open the page anew.")
        : null;

    /// <summary>Read with each request: it ends the moment it is ended.</summary>
    private async Task<Account?> StoodInFor(HttpContext context, Account user, Facts facts) => facts.For is { } id
        ? await Substitutions.InForce(context.RequestServices.GetRequiredService<Db>(), id, user, site.Today(time), context.RequestAborted)
        : null;

    /// <summary>What was known of an account holds no longer: it is read again with the next request.</summary>
    public void Forget(long userId)
    {
        seen.TryRemove(userId, out _);
        foreach (var (id, row) in rows)
            if (row.UserId == userId) rows.TryRemove(id, out _);
    }

    private async Task Look(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.UserId() is { } id
            && context.Principal.Facts() is { } facts
            && time.GetUtcNow() - facts.Began < settings.Longest
            && await Seen(id, context.HttpContext) is { IsActive: true } user
            && user.Stamp == context.Principal.Stamp()
            && await IsOpen(facts.Session, id, context.HttpContext)
            && (facts.HasFactor || !user.NeedsFactor)
            && (facts.ByProvider || !user.MustChangePassword))
        {
            var behalf = await StoodInFor(context.HttpContext, user, facts);
            if (facts.For is not null && behalf is null)
            {
                facts = facts with { For = null };
                context.HttpContext.Items[Over] = true;
            }

            context.ReplacePrincipal(Principal.Of(user, Scheme, facts, behalf));
            // The framework would renew only in the second half of the span, and so end a session early that was used in the first.
            context.ShouldRenew = context.HttpContext.Items.ContainsKey(Over) || time.GetUtcNow() - context.Properties.IssuedUtc >= Trusted;
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    /// <summary>What was known a minute ago will do for it; who changes something, the session itself included, is looked at anew.</summary>
    private static bool OnlyLooks(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private async Task<Account?> Seen(long id, HttpContext context)
    {
        var now = time.GetUtcNow();
        if (OnlyLooks(context) && seen.TryGetValue(id, out var known) && (now - known.At).Duration() < Trusted) return known.User;
        var user = await Account.Find(context.RequestServices.GetRequiredService<Db>(), id, context.RequestAborted);
        seen[id] = (user, now);
        return user;
    }

    /// <summary>Nobody has ended it.</summary>
    private async Task<bool> IsOpen(long id, long userId, HttpContext context)
    {
        var now = time.GetUtcNow();
        if (OnlyLooks(context) && rows.TryGetValue(id, out var known) && (now - known.At).Duration() < Trusted) return known.IsOpen && known.UserId == userId;
        var db = context.RequestServices.GetRequiredService<Db>();
        var used = await db.Find<DateTime?>(Row, new { id, userId }, context.RequestAborted);
        if (now.UtcDateTime - used >= Noted)
            await db.Transact(() => db.Execute(Used, new { id, now = now.UtcDateTime }, context.RequestAborted), context.RequestAborted);
        foreach (var (old, row) in rows)
            if ((now - row.At).Duration() >= Trusted) rows.TryRemove(old, out _); // whoever comes back is read again anyway
        rows[id] = (userId, used is not null, now);
        return used is not null;
    }

    /// <summary>
    /// A part of a page cannot show the sign-in form: the whole page goes there, and comes back to itself. What a form sent
    /// stays with the browser: the answer stands in the place of the form's own, so that going back, or sending it once
    /// more, has the text again once somebody is signed in.
    /// </summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!OnlyLooks(context.HttpContext) && context.Request.Query["handler"] != "SignOut")
        {
            if (!context.Request.IsHtmx())
            {
                return ErrorPage.Write(context.HttpContext, StatusCodes.Status401Unauthorized, [new("session.over", "", new(
                    "登录已经结束，您刚才提交的内容没有保存。请先在新标签页登录；再回到本页，按浏览器的“返回”（或刷新本页并确认重新提交），填写的内容仍在，核对后再提交。登录前请不要关闭本页。",
                    "Your session has ended, and what you just sent was not saved. Sign in in a new tab first; then come back to this page and go back in the browser (or reload it and confirm to send again): what you wrote is still there. Do not close this page before."))]);
            }

            // Above the form, which stays as it is filled in.
            context.Response.Headers["HX-Retarget"] = "#content";
            context.Response.Headers["HX-Reswap"] = "afterbegin show:top";
            context.Response.Headers["HX-Reselect"] = "main .panel";
            return ErrorPage.Write(context.HttpContext, StatusCodes.Status401Unauthorized, [new("session.over", "", new(
                "登录已经结束，这一步没有办成。请在新标签页登录，再回到本页继续；下面填写的内容仍在。",
                "Your session has ended, and this was not done. Sign in in a new tab, come back to this page and go on: what you filled in below is still there."))]);
        }

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
