using System.CommandLine;
using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Access;

/// <summary>Who may do what.</summary>
internal static class AccessModule
{
    public static void AddAccess(this IServiceCollection services) => services.AddScoped<Actor>();

    public static void AddAccessDoors(this IServiceCollection services)
    {
        services.AddAuthentication().AddCookie();
        services.AddAuthorization();
    }

    public static void UseActor(this WebApplication app)
    {
    }

    public static void MapAccess(this RouteGroupBuilder api)
    {
    }

    public static IEnumerable<Command> Commands() => [];
}
