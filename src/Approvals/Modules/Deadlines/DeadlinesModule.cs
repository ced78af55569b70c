using Hangfire;

namespace Approvals.Modules.Deadlines;

internal static class DeadlinesModule
{
    public static void MapDeadlines(this RouteGroupBuilder api)
    {
    }

    public static void ScheduleDeadlines(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
    }
}
