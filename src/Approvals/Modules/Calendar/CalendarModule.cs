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
        services.AddScoped<CalendarOfCommand>();
        services.AddScoped<LateEntry>();
        services.AddScoped<CorrectedEntry>();
        services.AddScoped<Publication>();
        services.AddHostedService<CalendarWatch>();
    }

    /// <summary>Loads what the database holds, and what ships with the program where the database lacks it.</summary>
    public static async Task LoadCalendar(this IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var record = await CalendarTables.Read(scope.ServiceProvider.GetRequiredService<Db>(), ct);
        services.GetRequiredService<CalendarInForce>().Replace(record.Days);
        var shipped = CalendarFile.Shipped();
        if (shipped.Years.All(y => record.Years.ContainsKey(y.Year))) return;
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.BecomeSystem();
        actor.ComesFrom("start");
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new LoadCalendar.Command(shipped), ct);
    }

    public static void MapCalendar(this RouteGroupBuilder api)
    {
        DueDate.Map(api);
        CountDays.Map(api);
        ShowYear.Map(api);
        ListEditions.Map(api);
        PreviewCalendar.Map(api);
        PublishCalendar.Map(api);
        CloseZone.Map(api);
        ReopenDay.Map(api);
    }

    public static Command Command() => CalendarCommand.Command();
}
