using System.Globalization;
using System.Security.Claims;
using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Access;

/// <summary>An account as the framework carries it through a request.</summary>
internal static class Principal
{
    private const string Department = "department";
    private const string StampClaim = "stamp";
    private const string LoginClaim = "login";

    public static ClaimsPrincipal Of(Account user, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(LoginClaim, user.Login));
        identity.AddClaim(new(ClaimTypes.Name, user.Name));
        identity.AddClaim(new(StampClaim, user.Stamp));
        if (user.Department is { } department) identity.AddClaim(new(Department, department));
        foreach (var role in user.RoleList) identity.AddClaim(new(ClaimTypes.Role, role.ToString()));
        return new(identity);
    }

    public static long? UserId(this ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static string? Stamp(this ClaimsPrincipal user) => user.FindFirstValue(StampClaim);

    public static bool May(this ClaimsPrincipal user, Act act) => user.RoleList().Any(role => Permissions.Allows(role, act));

    public static void Sit(this ClaimsPrincipal user, Actor actor)
    {
        if (user.UserId() is { } id)
            actor.Become(id, user.FindFirstValue(LoginClaim) ?? "", user.FindFirstValue(ClaimTypes.Name) ?? "", user.FindFirstValue(Department), user.RoleList());
    }

    private static IEnumerable<Role> RoleList(this ClaimsPrincipal user) =>
        user.FindAll(ClaimTypes.Role).Select(c => Enum.TryParse<Role>(c.Value, out var role) ? role : (Role?)null).OfType<Role>();
}
