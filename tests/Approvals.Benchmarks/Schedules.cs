using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Benchmarks;

/// <summary>Both passes over 10,000 projects of 20 items on one core, beside the bare additions of working days that they cannot do without.</summary>
internal static class Schedules
{
    private const int Projects = 10_000;
    private const int Items = 20;

    public static async Task Run()
    {
        var days = CalendarFile.ShippedDays();
        var random = new Random(7);
        var work = Enumerable.Range(0, Projects).Select(_ => (
            Start: new DateOnly(2021, 1, 4).AddDays(random.Next(1800)),
            Items: Enumerable.Range(0, Items).Select(i => new Activity($"I{i}", new(random.Next(1, 20), random.Next(10) == 0 ? Limit.CalendarDays : Limit.WorkingDays), [.. Enumerable.Range(0, i).Where(_ => random.Next(6) == 0).Select(n => $"I{n}")])).ToArray())).ToArray();
        long sink = 0;
        var (ours, limit, ratio) = await Paired.Rates(
            5,
            () =>
            {
                foreach (var (start, items) in work) sink += Network.Of(items).Run(days, start, start.AddDays(10)).Finish.DayNumber;
                return Task.FromResult((double)Projects);
            },
            () =>
            {
                foreach (var (start, items) in work)
                    foreach (var item in items) sink += days.Add(start, item.Duration.Value).Date.DayNumber;
                return Task.FromResult((double)Projects);
            });
        Paired.Row($"schedules of {Projects:#,0} projects × {Items} items{(sink == 0 ? "!" : "")}", $"{Projects / ours * 1000:0} ms", $"the additions alone {Projects / limit * 1000:0.0} ms", ratio, "under 1 s on one core");
    }
}
