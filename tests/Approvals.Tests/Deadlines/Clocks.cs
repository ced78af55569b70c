using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using MediatR;

namespace Approvals.Tests.Deadlines;

/// <summary>Clocks as the other modules start and stop them: from inside a command.</summary>
internal static class Clocks
{
    public static ClockStart Promised(long subject, string acceptedOn, int limit, string unit = Limit.WorkingDays, string department = "ZRZY") =>
        new("case", subject, "promised", $"AJ-{subject}", department, DateOnly.ParseExact(acceptedOn, "yyyy-MM-dd"), new Limit(limit, unit));

    public static ClockStart Statutory(long subject, string acceptedOn, int limit, string unit = Limit.WorkingDays, string department = "ZRZY") =>
        Promised(subject, acceptedOn, limit, unit, department) with { Rule = "statutory" };

    public static Task<IReadOnlyList<DueDay>> StartClocks(this App app, params ClockStart[] clocks) => app.Inside(new StartClocks(clocks));

    public static Task<Unit> StopClocks(this App app, long subject, string on) => app.Inside(new StopClocks("case", subject, DateOnly.ParseExact(on, "yyyy-MM-dd")));

    public static Task<IReadOnlyList<ClockFact>> ClocksOf(this App app, long subject) => app.Send(new ClocksOf("case", subject));

    public static Task<long> Pause(this App app, long subject, string from, string kind = "expert-review", int? most = 20) =>
        app.Inside(new PauseClocks("case", subject, kind, new("专家评审", "Expert review"), "行政许可法第四十五条", Day(from), 5, most, "示例告知〔2026〕1号", "部门负责人", $"AJ-{subject}", "ZRZY"));

    public static Task<Unit> Resume(this App app, long subject, string to, string kind = "expert-review") => app.Inside(new ResumeClocks("case", subject, kind, Day(to)));

    public static Task<Unit> Extend(this App app, long subject, int days) => app.Inside(new ExtendClocks("case", subject, days, "方案复杂", "部门负责人", "示例延期〔2026〕1号"));

    public static Task<Unit> TakeExtensionBack(this App app, long subject) => app.Inside(new RemoveExtension("case", subject, "方案已简化"));

    /// <summary>The zone's date and time.</summary>
    public static void SetTime(this App app, string local) =>
        app.Clock.SetUtcNow(new DateTimeOffset(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", null), TimeSpan.FromHours(8)));

    public static async Task Change(this App app, string sql, object? parameters = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        await db.Transact(() => db.Execute(sql, parameters), default);
    }

    public static WorkingDays Calendar(this App app) => app.Services.GetRequiredService<CalendarInForce>().Current;

    /// <summary>As a publication tells it, from inside its transaction.</summary>
    public static async Task Announce(this App app, CalendarPublished published)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await scope.ServiceProvider.GetRequiredService<Db>().Transact(
            async () =>
            {
                await mediator.Publish(published);
                return Unit.Value;
            },
            default);
    }

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");

    /// <summary>A command between modules, sent from inside a command.</summary>
    public static async Task<T> Inside<T>(this App app, ICommand<T> command)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        return await scope.ServiceProvider.GetRequiredService<Db>().Transact(() => mediator.Send(command), default);
    }
}
