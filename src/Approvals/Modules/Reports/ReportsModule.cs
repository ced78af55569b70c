using System.CommandLine;
using Hangfire;

namespace Approvals.Modules.Reports;

/// <summary>报告: the nightly figures of the zone, frozen day by day, and what they rest on.</summary>
internal static class ReportsModule
{
    public static void AddReports(this IServiceCollection services)
    {
        services.AddScoped<Sources>();
        services.AddScoped<Facts>();
        services.AddScoped<DayFigures>();
        services.AddScoped<Outside>();
        services.AddScoped<Runs>();
        services.AddScoped<Nights>();
        services.AddScoped<Naming>();
        services.AddScoped<Findings>();
        services.AddSingleton<WorkbooksUnderWay>();
    }

    public static void MapReports(this RouteGroupBuilder api)
    {
        ShowReport.Map(api);
        ListReportCases.Map(api);
        ListReportOrders.Map(api);
        ListReportProjects.Map(api);
        ListRuns.Map(api);
        Subscribe.Map(api);
        RecomputeReport.Map(api);
    }

    /// <remarks>The day just ended, half an hour after midnight; and at every start, for nights on which nothing ran.</remarks>
    public static void ScheduleReports(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<Nights.Job>(Nights.JobName, job => job.Run(CancellationToken.None), "30 0 * * *", zone);
        jobs.Trigger(Nights.JobName);
    }

    public static Command Command() => ReportCommand.Command();
}
