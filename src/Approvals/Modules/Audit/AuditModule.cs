using System.CommandLine;
using Hangfire;
using MediatR;
using Microsoft.AspNetCore.Authorization;

namespace Approvals.Modules.Audit;

/// <summary>审计: proof of who did what, or tried to.</summary>
internal static class AuditModule
{
    /// <remarks>Before the gates of a request, so that what they refuse is recorded too.</remarks>
    public static void AddAudit(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        services.AddSingleton(RootsFolder.Read(configuration, dataFolder));
        services.AddSingleton<CheckRecord.Turn>();
        services.AddLogging(); // a unit of work outside a site has none
        services.AddSingleton<Chain>();
        services.AddScoped<Recorder>();
        services.AddScoped<RecordReader>();
        services.AddScoped<RefusedForms>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedAtTheDoor>();
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Recording<,>));
    }

    /// <remarks>After them: inside the transaction.</remarks>
    public static void AddAuditInside(this IServiceCollection services) => services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Answered<,>));

    public static void MapAudit(this RouteGroupBuilder api)
    {
        ListRecords.Map(api);
        ExportRoots.Map(api);
    }

    /// <remarks>Just after midnight, and every hour again for a midnight at which nothing ran.</remarks>
    public static void ScheduleAudit(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<SealDays.Job>("audit.seal-days", job => job.Run(CancellationToken.None), "10 * * * *", zone);

    /// <summary>Where a folder is set for the roots, they get there. It is another machine's, so it is not made here: a share that is not mounted is no folder.</summary>
    public static void DemandRootsFolder(this IServiceProvider services)
    {
        if (services.GetRequiredService<RootsFolder>().Path is { } folder) Database.DataFolder.Demand("Audit:RootsTo", folder, isOwn: false);
    }

    /// <summary>Whether each day's root leaves this machine, in a line for the console at start.</summary>
    public static string RootsLine(this IServiceProvider services) => services.GetRequiredService<RootsFolder>().Path is { } folder
        ? $"审计根 audit roots: {folder}"
        : "审计根 audit roots: 未设置，只存于数据库，须另行导出 no folder is set, they lie in the database ONLY until somebody exports them (Audit:RootsTo)";

    public static Command Command() => AuditCommand.Command();
}
