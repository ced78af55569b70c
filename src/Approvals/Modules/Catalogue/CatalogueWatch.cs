using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Catalogue;

/// <summary>Takes up what another process has published, such as the command line beside a running site, within a minute.</summary>
internal sealed partial class CatalogueWatch(IServiceScopeFactory scopes, CatalogueInForce inForce, TimeProvider time, ILogger<CatalogueWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The database may be away, its pool used up, or a publication may land between two statements: the catalogue
                // in memory still holds, and the next look comes in a minute. Let out of here, it would end the program.
                NotRead(log, error);
            }
        }
    }

    private async Task Look(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (await CatalogueTables.ReadEdition(db, ct) != inForce.Current.Edition) inForce.Replace(await CatalogueTables.Read(db, ct));
    }

    [LoggerMessage(LogLevel.Warning, "The catalogue could not be read; the one in memory stays in use.")]
    private static partial void NotRead(ILogger log, Exception error);
}
