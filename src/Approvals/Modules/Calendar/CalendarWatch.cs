using Approvals.Database;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Calendar;

/// <summary>Takes up what another process has published, such as the command line beside a running site, within a minute.</summary>
internal sealed partial class CalendarWatch(IServiceScopeFactory scopes, CalendarInForce inForce, TimeProvider time, ILogger<CalendarWatch> log) : BackgroundService
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
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The calendar in memory still holds, and the next look comes in a minute. Let out of here, it would end the program.
                NotRead(log, error);
            }
        }
    }

    private async Task Look(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (await CalendarTables.ReadEdition(db, ct) == inForce.Current.Edition) return;
        inForce.Replace((await CalendarTables.Read(db, ct)).Days);
    }

    [LoggerMessage(LogLevel.Warning, "The calendar could not be read; the one in memory stays in use.")]
    private static partial void NotRead(ILogger log, Exception error);
}
