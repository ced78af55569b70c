using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Documents;
using Approvals.Modules.Messages;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Operations;
using Approvals.Modules.Permits;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Reports;
using Approvals.Modules.Timeline;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.SqlServer;

namespace Approvals;

/// <summary>Hangfire: it only ticks. What was done and what is due stands in our own tables, so the job store can be lost.</summary>
internal static class Jobs
{
    /// <summary>The store of jobs and the way to ask for one, for the command line too: no job runs by that.</summary>
    public static void AddJobs(this IServiceCollection services)
    {
        // Given to the container, not to Hangfire's static: two sites in one process, as in tests, keep their stores apart.
        services.AddSingleton<JobStorage>(provider => provider.GetRequiredService<Settings>() is { JobStore: "SqlServer" } settings
            ? new SqlServerStorage(settings.ConnectionString, new SqlServerStorageOptions { SchemaName = "hangfire" })
            : new InMemoryStorage());
        services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
    }

    public static void RunJobs(this IServiceCollection services)
    {
        services.AddHangfireServer(server =>
        {
            server.WorkerCount = 4;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(15);
        });
        services.AddHostedService<WatchJobs.Watch>();
    }

    /// <summary>The dashboard, for administrators, to look at: it would leave no record of what is done there. A job is started at /operations.</summary>
    public static void MapJobs(this WebApplication app) =>
        app.MapHangfireDashboardWithAuthorizationPolicy("act." + Act.Operate, "/jobs", new DashboardOptions { IsReadOnlyFunc = _ => true }).WithMetadata(new NeedsAttribute(Act.Operate));

    /// <summary>What was missed while the program was down is made up for as it starts, not at the next time of the clock.</summary>
    private static readonly string[] AtStart = ["deadlines.raise-alerts", "onewindow.deem-accepted", "messages.send-outbox"];

    public static void Schedule(this IServiceProvider services)
    {
        if (!services.GetRequiredService<Settings>().RunJobs) return;
        var jobs = services.GetRequiredService<Timetable>().Noting(services.GetRequiredService<IRecurringJobManager>());
        var zone = new RecurringJobOptions { TimeZone = services.GetRequiredService<Settings>().Zone };
        jobs.ScheduleDeadlines(zone);
        jobs.ScheduleMessages(zone);
        jobs.SchedulePermits(zone);
        jobs.ScheduleOneWindow(zone);
        jobs.ScheduleAudit(zone);
        jobs.ScheduleReports(zone);
        jobs.ScheduleCountersigning(zone);
        jobs.ScheduleTimeline(zone);
        jobs.SchedulePortfolio(zone);
        jobs.ScheduleDocuments(zone);
        jobs.ScheduleAccess(zone);
        foreach (var job in AtStart) jobs.Trigger(job);
    }
}
