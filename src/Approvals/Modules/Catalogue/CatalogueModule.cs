using System.CommandLine;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Catalogue;

/// <summary>Departments, items and processes as versioned data.</summary>
internal static class CatalogueModule
{
    public static void AddCatalogue(this IServiceCollection services)
    {
        services.AddSingleton<CatalogueInForce>();
        services.AddHostedService<CatalogueWatch>();
    }

    /// <summary>Loads what ships with the program on the first start, then what the database holds.</summary>
    public static async Task LoadCatalogue(this IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (await CatalogueTables.ReadEdition(db, ct) == 0)
        {
            var file = CatalogueFile.Shipped();
            var ids = scope.ServiceProvider.GetRequiredService<Ids>();
            var now = scope.ServiceProvider.GetRequiredService<ZoneClock>().Now;
            await db.Transact(
                async () =>
                {
                    var needed = Publication.Of(file, CatalogueSnapshot.Empty, today: null).IdsNeeded;
                    var publication = Publication.Of(file, CatalogueSnapshot.Empty, today: null, await ids.Next(needed));
                    return await CatalogueTables.Write(db, publication, CatalogueSnapshot.Empty, now, by: 0, ct);
                },
                ct);
        }

        services.GetRequiredService<CatalogueInForce>().Replace(await CatalogueTables.Read(db, ct));
    }

    public static void MapCatalogue(this RouteGroupBuilder api)
    {
        ListCatalogue.Map(api);
        ShowItem.Map(api);
        ShowProcess.Map(api);
        ShowPlan.Map(api);
        PublishCatalogue.Map(api);
    }

    public static Command Command() => CatalogueCommand.Catalogue();

    public static Command PlanCommand() => CatalogueCommand.ThePlan();
}
