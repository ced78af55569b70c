using System.CommandLine;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Calendar;

internal static class CalendarModule
{
    public static void AddCalendar(this IServiceCollection services) => services.AddSingleton<CalendarInForce>();

    /// <summary>Loads what ships with the program on the first start, then what the database holds.</summary>
    public static Task LoadCalendar(this IServiceProvider services, CancellationToken ct) => Task.CompletedTask;

    public static void MapCalendar(this RouteGroupBuilder api)
    {
    }

    public static Command Command() => new("calendar", "");
}
