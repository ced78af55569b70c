using System.Globalization;
using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Access;

/// <summary>What a deployment chooses about signing in, read once at start; a wrong value stops the start with a message that names it.</summary>
/// <param name="Idle">A session ends when nothing was asked in it for so long.</param>
/// <param name="Longest">A session ends after so long, whatever it is used for.</param>
/// <param name="Local">False where people sign in at the identity provider only.</param>
/// <param name="BreakGlass">The login that may use its password even then: for the day the provider is away.</param>
/// <param name="Provider">The identity provider, or null.</param>
internal sealed record SignInSettings(TimeSpan Idle, TimeSpan Longest, bool Local, string? BreakGlass, ProviderSettings? Provider)
{
    public static SignInSettings Read(IConfiguration configuration)
    {
        var idle = Number(configuration, "Sessions:IdleMinutes", 60, 5, 480);
        var hours = Number(configuration, "Sessions:Hours", 12, 1, 24);
        var provider = ProviderSettings.Read(configuration);
        var local = configuration.GetValue("SignIn:Local", true);
        var breakGlass = configuration["SignIn:BreakGlass"]?.Trim().ToLowerInvariant() is { Length: > 0 } login ? login : null;
        if (!local && provider is null)
            throw new InvalidOperationException("SignIn:Local is false, but Oidc:Authority is empty: nobody could sign in.");
        return new(TimeSpan.FromMinutes(idle), TimeSpan.FromHours(hours), local, breakGlass, provider);
    }

    public bool TakesPasswordOf(string login) => Local || login == BreakGlass;

    internal static int Number(IConfiguration configuration, string name, int usual, int least, int most)
    {
        if (configuration[name] is not { Length: > 0 } given) return usual;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidOperationException($"{name} is “{given}”; it must be a number from {least} to {most}.");
    }
}

/// <summary>An OpenID Connect provider that people sign in with.</summary>
/// <param name="Roles">Which role a value of the claim gives.</param>
/// <param name="Creates">Whether somebody whom it sends and nobody here knows gets an account.</param>
/// <param name="HasSecondFactor">Whether it asks administrators for a second factor itself.</param>
/// <param name="Unseen">For so long after a sign-in there tokens and calendar addresses of an account serve.</param>
internal sealed record ProviderSettings(
    Uri Authority, string ClientId, string? ClientSecret, string Name, string RoleClaim, IReadOnlyDictionary<string, Role> Roles,
    string LoginClaim, string NameClaim, string? DepartmentClaim, IReadOnlyList<string> Scopes, bool Creates, bool HasSecondFactor, TimeSpan Unseen)
{
    public static ProviderSettings? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Oidc");
        if (section["Authority"] is not { Length: > 0 } given) return null;
        if (!Uri.TryCreate(given, UriKind.Absolute, out var authority) || (authority.Scheme != Uri.UriSchemeHttps && !(authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
            throw new InvalidOperationException($"Oidc:Authority is “{given}”; it must be an https address.");
        var roles = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var pair in section.GetSection("Roles").GetChildren())
        {
            if (!Enum.TryParse<Role>(pair.Value, ignoreCase: true, out var role) || !Enum.IsDefined(role))
                throw new InvalidOperationException($"Oidc:Roles:{pair.Key} is “{pair.Value}”; it must be one of {string.Join(", ", Enum.GetNames<Role>())}.");
            roles[pair.Key] = role;
        }

        if (roles.Count == 0) throw new InvalidOperationException("Oidc:Roles is empty: nobody who signs in would have a role.");
        return new(
            authority, section["ClientId"] is { Length: > 0 } client ? client : throw new InvalidOperationException("Oidc:ClientId is empty."), section["ClientSecret"],
            section["Name"] is { Length: > 0 } name ? name : authority.Host, section["RoleClaim"] ?? "roles", roles,
            section["LoginClaim"] ?? "preferred_username", section["NameClaim"] ?? "name", section["DepartmentClaim"],
            (section["Scopes"] ?? "openid profile").Split(' ', StringSplitOptions.RemoveEmptyEntries), section.GetValue("Create", false), section.GetValue("HasSecondFactor", false),
            TimeSpan.FromDays(SignInSettings.Number(configuration, "Oidc:UnseenDays", 30, 1, 366)));
    }
}
