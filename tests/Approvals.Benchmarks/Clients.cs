using System.Collections.Concurrent;
using System.Diagnostics;

namespace Approvals.Benchmarks;

/// <summary>Sixteen clients at once on the embedded engine against one: together they must get more, and nobody may wait.</summary>
internal static class Clients
{
    private const int Many = 16;
    private const int PerRound = 1920;
    private const int Rounds = 5;

    public static async Task Run()
    {
        await using var lab = await Lab.Open(2 * (Rounds + 1) * PerRound);
        var waits = new ConcurrentBag<double>();
        var (many, one, ratio) = await Paired.Rates(Rounds, () => Submit(lab, Many, waits), () => Submit(lab, 1, []));
        var sorted = waits.Order().ToList();
        Paired.Row(
            "16 clients at once, submissions",
            $"{Paired.PerSecond(many)}; wait p99 {sorted[sorted.Count * 99 / 100]:0} ms, longest {sorted[^1]:0} ms",
            $"one client {Paired.PerSecond(one)}",
            ratio,
            "≥ 2, no wait over 1 s");
    }

    private static async Task<double> Submit(Lab lab, int clients, ConcurrentBag<double> waits)
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < PerRound / clients; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await lab.Submit();
                waits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        })));
        return PerRound;
    }
}
