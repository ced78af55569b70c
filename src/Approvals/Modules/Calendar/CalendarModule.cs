using System.CommandLine;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using MediatR;

namespace Approvals.Modules.Calendar;

/// <summary>Working days by the State Council's calendar, and the clock on the wall.</summary>
internal static class CalendarModule
{
    public static void AddCalendar(this IServiceCollection services)
    {
        services.AddSingleton<CalendarInForce>();
        services.AddSingleton(p => new OfficeHours(p.GetRequiredService<ZoneClock>(), p.GetRequiredService<CalendarInForce>(), p.GetRequiredService<Settings>().Closing));
        services.AddHostedService<CalendarWatch>();
    }

    /// <summary>Loads what ships with the program where the database lacks it, then what the database holds.</summary>
    public static async Task LoadCalendar(this IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var shipped = CalendarFile.Shipped();
        var days = await ReadCalendar.From(db, ct);
        if (days is null || shipped.Years.Any(y => !days.PublishedYears.Contains(y.Year)))
        {
            scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new LoadCalendar.Command(shipped), ct);
            days = await ReadCalendar.From(db, ct);
        }

        services.GetRequiredService<CalendarInForce>().Replace(days!);
    }

    public static void MapCalendar(this RouteGroupBuilder api)
    {
        DueDate.Map(api);
        CountDays.Map(api);
        ShowYear.Map(api);
    }

    public static Command Command() => CalendarCommand.Command();
}
