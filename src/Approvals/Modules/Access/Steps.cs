using System.Security.Cryptography;
using System.Text.Json;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using MediatR;
using Microsoft.AspNetCore.DataProtection;

namespace Approvals.Modules.Access;

/// <summary>What is still to be done before somebody is signed in.</summary>
internal enum Step
{
    None,

    /// <summary>A code of the second factor.</summary>
    Code,

    /// <summary>A password that nobody else knows.</summary>
    Password,

    /// <summary>Setting up the second factor.</summary>
    Factor,
}

/// <summary>
/// The way from a right password to a session. Until the last step is taken there is no session at all: what has been
/// shown so far stands in a sealed cookie that opens nothing but the page of the next step.
/// </summary>
internal sealed class Steps(IDataProtectionProvider provider, TimeProvider time, Db db, Actor actor, IMediator mediator, Sessions sessions, Devices devices, Factors factors, SignInSettings settings)
{
    public const string Page = "/sign-in/step";
    private const string Cookie = "approvals-step";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly IDataProtector protector = provider.CreateProtector("Approvals.Access.Step");

    /// <param name="Stamp">Of the account when it began: whatever ends its sessions ends this too.</param>
    /// <param name="HasFactor">A second factor has been shown, here or at the provider.</param>
    internal sealed record Way(long UserId, string Stamp, DateTimeOffset Began, string? ReturnUrl, bool HasFactor = false, bool ByProvider = false);

    public Way Begin(Account user, string? returnUrl, bool byProvider = false) =>
        new(user.Id, user.Stamp, time.GetUtcNow(), returnUrl, byProvider && settings.Provider?.HasSecondFactor == true, byProvider);

    public static Step Next(Account user, Way way)
    {
        if (!way.HasFactor && user.HasFactor) return Step.Code;
        if (!way.ByProvider && user.MustChangePassword) return Step.Password;
        return !way.HasFactor && user.NeedsFactor ? Step.Factor : Step.None;
    }

    /// <summary>Takes the last step or leads to the next; where to go.</summary>
    public async Task<string> Go(HttpContext context, Account user, Way way)
    {
        if (Next(user, way) != Step.None)
        {
            context.Response.Cookies.Append(Cookie, protector.Protect(JsonSerializer.Serialize(way)), Options(context));
            return Page;
        }

        actor.Become(user.Id, user.Login, user.Name, user.Department, user.RoleList);
        var session = await mediator.Send(new EnterSite.Command(way.HasFactor, way.ByProvider, Browser.Words(context.Request.Headers.UserAgent), user.Stamp));
        await sessions.Start(context, user, new(time.GetUtcNow(), way.HasFactor, way.ByProvider, user.SignedInAt, session));
        devices.Remember(context, user.Login);
        context.Response.Cookies.Delete(Cookie, Options(context));
        return way.ReturnUrl is { } url and not "/" && IsLocal(url) ? url : actor.Home;
    }

    /// <summary>As <see cref="Go"/>, after a step that changed the account.</summary>
    public async Task<string> GoOn(HttpContext context, Way way)
    {
        var user = (await Account.Find(db, way.UserId, context.RequestAborted))!;
        return await Go(context, user, way with { Stamp = user.Stamp });
    }

    /// <summary>Who is on the way, or null: nobody, too late, or the account has changed.</summary>
    public async Task<(Account User, Way Way)?> Read(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } cookie) return null;
        Way? way;
        try
        {
            way = JsonSerializer.Deserialize<Way>(protector.Unprotect(cookie));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return null;
        }

        if (way is null || time.GetUtcNow() - way.Began >= Patience) return null;
        return await Account.Find(db, way.UserId, context.RequestAborted) is { IsActive: true } user && user.Stamp == way.Stamp && Next(user, way) != Step.None ? (user, way) : null;
    }

    /// <summary>What the app of a demonstration account would show; for people without a phone at hand.</summary>
    public async Task<string?> DemonstrationCode(Account user) =>
        await db.Find<KeptFactor>(Factor, new { userId = user.Id }) is { } kept && factors.Unseal(kept.Secret) is { } secret ? factors.CodeAfter(secret, kept.LastStep) : null;

    private const string Factor = "SELECT secret, last_step FROM access_factor WHERE user_id = @userId";

    private sealed record KeptFactor
    {
        public string Secret { get; init; } = "";
        public long LastStep { get; init; }
    }

    /// <summary>Does something as whoever is on the way, who stays nobody to the rest of the page.</summary>
    public async Task<T> As<T>(Account user, Func<Task<T>> act)
    {
        actor.Become(user.Id, user.Login, user.Name, user.Department, user.RoleList);
        try
        {
            return await act();
        }
        finally
        {
            actor.Become(0, "", "", null, []);
        }
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = Sessions.SignInPage,
        IsEssential = true,
    };

    /// <remarks>What the framework counts as local: <c>//host</c> and <c>/\host</c> lead elsewhere, and control characters may hide them.</remarks>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);
}
