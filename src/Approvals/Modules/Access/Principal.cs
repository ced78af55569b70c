using System.Globalization;
using System.Security.Claims;
using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Access;

/// <summary>An account as the framework carries it through a request.</summary>
internal static class Principal
{
    private const string Department = "department";
    private const string WindowClaim = "window";
    private const string StampClaim = "stamp";
    private const string LoginClaim = "login";
    private const string ScopeClaim = "scope";
    private const string BeganClaim = "began";
    private const string FactorClaim = "factor";
    private const string ProviderClaim = "provider";
    private const string BeforeClaim = "before";
    private const string SessionClaim = "session";
    private const string ForClaim = "for";
    private const string ForIdClaim = "for-id";
    private const string ForLoginClaim = "for-login";
    private const string ForNameClaim = "for-name";

    /// <param name="behalf">Whoever is stood in for: the roles, the department and the window are theirs.</param>
    public static ClaimsPrincipal Of(Account user, string scheme, Account? behalf = null)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(LoginClaim, user.Login));
        identity.AddClaim(new(ClaimTypes.Name, user.Name));
        identity.AddClaim(new(StampClaim, user.Stamp));
        if (behalf is not null)
        {
            identity.AddClaim(new(ForIdClaim, behalf.Id.ToString(CultureInfo.InvariantCulture)));
            identity.AddClaim(new(ForLoginClaim, behalf.Login));
            identity.AddClaim(new(ForNameClaim, behalf.Name));
        }

        var holder = behalf ?? user;
        if (holder.Department is { } department) identity.AddClaim(new(Department, department));
        if (holder.WindowId is { } window) identity.AddClaim(new(WindowClaim, window.ToString(CultureInfo.InvariantCulture)));
        foreach (var role in holder.RoleList) identity.AddClaim(new(ClaimTypes.Role, role.ToString()));
        return new(identity);
    }

    /// <summary>As a session carries it.</summary>
    public static ClaimsPrincipal Of(Account user, string scheme, Sessions.Facts facts, Account? behalf)
    {
        var principal = Of(user, scheme, behalf);
        var identity = (ClaimsIdentity)principal.Identity!;
        identity.AddClaim(new(BeganClaim, Seconds(facts.Began)));
        if (facts.HasFactor) identity.AddClaim(new(FactorClaim, ""));
        if (facts.ByProvider) identity.AddClaim(new(ProviderClaim, ""));
        identity.AddClaim(new(SessionClaim, facts.Session.ToString(CultureInfo.InvariantCulture)));
        if (facts.Before is { } before) identity.AddClaim(new(BeforeClaim, Seconds(before)));
        if (facts.For is { } substitution) identity.AddClaim(new(ForClaim, substitution.ToString(CultureInfo.InvariantCulture)));
        return principal;
    }

    /// <summary>Null where it is no session.</summary>
    public static Sessions.Facts? Facts(this ClaimsPrincipal user) => Instant(user.FindFirstValue(BeganClaim)) is { } began
        ? new(began, user.HasClaim(c => c.Type == FactorClaim), user.HasClaim(c => c.Type == ProviderClaim), Instant(user.FindFirstValue(BeforeClaim))?.UtcDateTime,
            Id(user.FindFirstValue(SessionClaim)) ?? 0, Id(user.FindFirstValue(ForClaim)))
        : null;

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Instant(string? seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeSeconds(at) : null;

    public static long? UserId(this ClaimsPrincipal user) => Id(user.FindFirstValue(ClaimTypes.NameIdentifier));

    private static long? Id(string? digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static string? Stamp(this ClaimsPrincipal user) => user.FindFirstValue(StampClaim);

    /// <summary>What a token may be used for; null where it is no token.</summary>
    public static IReadOnlySet<Scope>? ScopeList(this ClaimsPrincipal user) => user.FindFirstValue(ScopeClaim) is { } list ? Scopes.Parse(list) : null;

    public static void Within(this ClaimsPrincipal user, IEnumerable<Scope> scopes) => ((ClaimsIdentity)user.Identity!).AddClaim(new(ScopeClaim, string.Join(',', scopes)));

    public static bool May(this ClaimsPrincipal user, Act act) =>
        user.ScopeList()?.Contains(act.Scope()) != false && user.RoleList().Any(role => Permissions.Allows(role, act));

    public static void Sit(this ClaimsPrincipal user, Actor actor)
    {
        if (user.UserId() is { } id)
            actor.Become(id, user.FindFirstValue(LoginClaim) ?? "", user.FindFirstValue(ClaimTypes.Name) ?? "", user.FindFirstValue(Department), user.RoleList(),
                Id(user.FindFirstValue(ForIdClaim)) is { } behalf ? new(behalf, user.FindFirstValue(ForLoginClaim) ?? "", user.FindFirstValue(ForNameClaim) ?? "") : null,
                Id(user.FindFirstValue(WindowClaim)));
        if (user.Facts() is { HasFactor: true }) actor.HasShownSecondFactor = true;
        if (user.ScopeList() is { } scopes) actor.ActsWithin(scopes);
    }

    private static IEnumerable<Role> RoleList(this ClaimsPrincipal user) =>
        user.FindAll(ClaimTypes.Role).Select(c => Enum.TryParse<Role>(c.Value, out var role) ? role : (Role?)null).OfType<Role>();
}
