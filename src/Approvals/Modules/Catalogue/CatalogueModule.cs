using System.CommandLine;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Catalogue;

internal static class CatalogueModule
{
    public static void AddCatalogue(this IServiceCollection services) => services.AddSingleton<CatalogueInForce>();

    /// <summary>Loads what ships with the program on the first start, then what the database holds.</summary>
    public static Task LoadCatalogue(this IServiceProvider services, CancellationToken ct) => Task.CompletedTask;

    public static void MapCatalogue(this RouteGroupBuilder api)
    {
    }

    public static Command Command() => new("catalogue", "");

    public static Command PlanCommand() => new("plan", "");
}
