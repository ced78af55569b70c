using System.CommandLine;
using Hangfire;

namespace Approvals.Modules.Deadlines;

/// <summary>Clocks for anything that has a due date, and the alerts they raise.</summary>
internal static class DeadlinesModule
{
    public static Command[] Commands() => [ClockCommand.Command(), AlertsCommand.Command(), DatesCommand.Command()];

    public static void AddDeadlines(this IServiceCollection services)
    {
        services.AddScoped<Recounting>();
        services.AddScoped<ReadsClocks.Reading>();
    }

    public static void MapDeadlines(this RouteGroupBuilder api) => ListAlerts.Map(api);

    /// <remarks>The lights of the pages are of the moment; the job only keeps the record and tells whoever listens.</remarks>
    public static void ScheduleDeadlines(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<RaiseAlerts.Job>("deadlines.raise-alerts", job => job.Run(CancellationToken.None), "*/10 7-20 * * *", zone);
        jobs.AddOrUpdate<RaiseAlerts.Job>("deadlines.raise-alerts-midnight", job => job.Run(CancellationToken.None), "5 0 * * *", zone);
        jobs.AddOrUpdate<RecountDates.Job>("deadlines.recount-dates", job => job.Run(CancellationToken.None), "* * * * *", zone);
    }
}
