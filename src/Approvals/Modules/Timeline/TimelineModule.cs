using Hangfire;

namespace Approvals.Modules.Timeline;

/// <summary>One project from every side: plan beside fact, land, items, and when it will be done. Of its own it keeps counts of durations and what people changed in a schedule.</summary>
internal static class TimelineModule
{
    public static void AddTimeline(this IServiceCollection services)
    {
        services.AddSingleton<DurationHistory>();
        services.AddSingleton<Forecasts>();
        services.AddScoped<ScheduleReader>();
    }

    public static void MapTimeline(this RouteGroupBuilder api)
    {
        ShowTimeline.Map(api);
        ShowSchedule.Map(api);
        ChangeSchedule.Map(api);
        ExportSchedule.Map(api);
        ExportScheduleTable.Map(api);
        SubscribeFeed.Map(api);
        ShowFeed.Map(api);
        ShowWeek.Map(api);
    }

    public static void ScheduleTimeline(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<CountDurations.Job>("timeline.count-durations", job => job.Run(CancellationToken.None), "20 2 * * *", zone);
        jobs.AddOrUpdate<KeepForecasts.Job>("timeline.keep-forecasts", job => job.Run(CancellationToken.None), "0 3 * * 1", zone);
    }
}
