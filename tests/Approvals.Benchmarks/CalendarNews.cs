using System.Diagnostics;
using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines;
using Dapper;
using MediatR;

namespace Approvals.Benchmarks;

/// <summary>
/// A day off that moves the due date of every open case, counted again by the real command, beside one statement that
/// rewrites the same columns of the same rows. <c>APPROVALS_BENCH_CLOCKS</c> makes it smaller.
/// </summary>
internal static class CalendarNews
{
    public static async Task Run()
    {
        var many = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_BENCH_CLOCKS") ?? "1000000", CultureInfo.InvariantCulture);
        await using var clocks = await OpenClocks.In(many);
        var ours = await Ours(clocks);
        var bare = Bare(clocks);
        Paired.Row(
            $"calendar news over {many:#,0} open cases",
            $"{many / ours.Seconds:#,0}/s, {ours.Seconds:0.0} s, longest batch {ours.Longest:0} ms, memory +{ours.Megabytes:0} MB",
            $"one statement a table {many / bare:#,0}/s, {bare:0.0} s",
            ours.Seconds / bare,
            "≤ 5");
    }

    private static async Task<(double Seconds, double Longest, double Megabytes)> Ours(OpenClocks clocks)
    {
        var services = clocks.Lab.App.Services;
        var inForce = services.GetRequiredService<CalendarInForce>();
        var (days, off) = (inForce.Current, inForce.Current.Add(services.GetRequiredService<ZoneClock>().Today, 10).Date);
        var exceptions = Enumerable.Range(0, 365 * 7).Select(i => new DateOnly(2021, 1, 1).AddDays(i)).Select(days.ExceptionOn).OfType<CalendarException>().Append(new(off, false, new("台风", "Typhoon")));
        var news = new WorkingDays(days.Edition + 1, days.PublishedYears, exceptions);
        await using (var scope = services.CreateAsyncScope())
        {
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            await scope.ServiceProvider.GetRequiredService<Db>().Transact(
                async () =>
                {
                    await mediator.Publish(new CalendarPublished(news.Edition, off, off, "bench", news));
                    return Unit.Value;
                },
                default);
        }

        inForce.Replace(news);
        var before = GC.GetTotalMemory(true);
        var (started, longest, most, looked) = (Stopwatch.GetTimestamp(), 0d, 0L, 0);
        for (var more = true; more;)
        {
            var batch = Stopwatch.GetTimestamp();
            var result = await clocks.Lab.Send(new RecountDates.Command(), null, Role.Supervisor);
            looked += result.LookedAt;
            more = result.More;
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(batch).TotalMilliseconds);
            if (looked % 50_000 == 0) most = Math.Max(most, GC.GetTotalMemory(true) - before);
        }

        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using var connection = clocks.Lab.Bare();
        var moved = connection.ExecuteScalar<int>("SELECT moved FROM deadlines_recount");
        return moved == clocks.Count ? (took, longest, most / 1048576d) : throw new InvalidOperationException($"{moved} of {clocks.Count} moved.");
    }

    private static double Bare(OpenClocks clocks)
    {
        using var connection = clocks.Lab.Bare();
        var started = Stopwatch.GetTimestamp();
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            """
            UPDATE deadlines_clock
               SET due_on = date(due_on, '+1 day'), last_due_on = date(last_due_on, '+1 day'), due_version = due_version + 1, warn_on = date(warn_on, '+1 day'),
                   next_alert_on = date(next_alert_on, '+1 day'), calendar_edition = calendar_edition + 1
            """,
            transaction: transaction);
        connection.Execute("UPDATE permits_case SET due_on = date(due_on, '+1 day')", transaction: transaction);
        transaction.Commit();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
