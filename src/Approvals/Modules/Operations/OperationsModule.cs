using Hangfire.Common;

namespace Approvals.Modules.Operations;

/// <summary>Whether the program does its work: the runs of the jobs, the watch over them, and what a monitor asks.</summary>
internal static class OperationsModule
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<Timetable>();
        services.AddSingleton<RecordRun.Filter>();
        services.AddSingleton<IJobFilterProvider, RecordRun.Filters>();
    }

    public static void MapOperations(this RouteGroupBuilder api) => ShowHealth.Map(api);

    /// <summary>The door outside <c>/api</c>.</summary>
    public static void MapHealth(this WebApplication app) => ShowHealth.Map(app);
}
