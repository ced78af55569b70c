using Approvals.Modules.Calendar;

namespace Approvals.Benchmarks;

/// <summary>Due-date arithmetic against a loop over days with a hash set of exceptions.</summary>
internal static class Arithmetic
{
    private const int Cases = 200_000;

    public static async Task Run()
    {
        var days = CalendarFile.ShippedDays();
        var exceptions = new Dictionary<DateOnly, bool>();
        for (var day = new DateOnly(2021, 1, 1); day.Year <= 2026; day = day.AddDays(1))
            if (days.IsWorkingDay(day) == day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || days.ExceptionOn(day) is not null)
                exceptions[day] = days.IsWorkingDay(day);
        var random = new Random(7);
        var work = Enumerable.Range(0, Cases).Select(_ => (Start: new DateOnly(2021, 1, 1).AddDays(random.Next(2000)), Days: random.Next(1, 61))).ToArray();
        foreach (var (start, n) in work.Take(5_000))
            if (days.Add(start, n).Date != Loop(exceptions, start, n)) throw new InvalidOperationException($"{start} + {n}: the two differ.");

        long sink = 0;
        var (ours, limit, ratio) = await Paired.Rates(
            7,
            () =>
            {
                for (var round = 0; round < 50; round++)
                    foreach (var (start, n) in work) sink += days.Add(start, n).Date.DayNumber;
                return Task.FromResult(50.0 * Cases);
            },
            () =>
            {
                foreach (var (start, n) in work) sink += Loop(exceptions, start, n).DayNumber;
                return Task.FromResult((double)Cases);
            });
        Paired.Row($"due date, 1–60 working days{(sink == 0 ? "!" : "")}", $"{1e9 / ours:0.0} ns", $"day loop {1e9 / limit:0} ns", ratio, "≥ 50");
    }

    private static DateOnly Loop(Dictionary<DateOnly, bool> exceptions, DateOnly start, int n)
    {
        var day = start;
        while (n > 0)
        {
            day = day.AddDays(1);
            if (exceptions.TryGetValue(day, out var working) ? working : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) n--;
        }

        return day;
    }
}
