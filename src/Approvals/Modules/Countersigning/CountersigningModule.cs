using Hangfire;
using MediatR;

namespace Approvals.Modules.Countersigning;

/// <summary>复核: what the law lets nobody do alone is asked for by one person and approved by another.</summary>
internal static class CountersigningModule
{
    /// <remarks>Around the transaction of a request and inside its record: what is asked for is stored after the one is undone, and before the other ends.</remarks>
    public static void AddCountersigning(this IServiceCollection services)
    {
        services.AddScoped<RequestInHand>();
        services.AddTransient(typeof(IPipelineBehavior<,>), typeof(Countersigned<,>));
    }

    public static void MapCountersigning(this RouteGroupBuilder api)
    {
        ListRequests.Map(api);
        ShowRequest.Map(api);
        ApproveRequest.Map(api);
        DeclineRequest.Map(api);
        WithdrawRequest.Map(api);
    }

    /// <remarks>After midnight, when a last day has passed, and again for a midnight at which nothing ran.</remarks>
    public static void ScheduleCountersigning(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<ExpireRequests.Job>("countersigning.end-requests", job => job.Run(CancellationToken.None), "15 * * * *", zone);
}
