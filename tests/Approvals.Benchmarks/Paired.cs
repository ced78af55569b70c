using System.Diagnostics;
using System.Globalization;

namespace Approvals.Benchmarks;

/// <summary>Ours and its limit in turn, A B A B …, so that a machine that slows down slows both; the median of the ratios counts.</summary>
internal static class Paired
{
    /// <param name="rounds">Counted pairs, after one that is not.</param>
    /// <param name="ours">Does the work; gives how much it did.</param>
    /// <param name="limit">The same for the limit.</param>
    /// <param name="before">What ours finds, made ready outside the time that counts.</param>
    /// <param name="beforeLimit">What the limit finds.</param>
    public static async Task<(double Ours, double Limit, double Ratio)> Rates(int rounds, Func<Task<double>> ours, Func<Task<double>> limit, Action? before = null, Action? beforeLimit = null)
    {
        var pairs = new List<(double Ours, double Limit)>();
        for (var i = 0; i <= rounds; i++)
        {
            var pair = (await Rate(ours, before), await Rate(limit, beforeLimit));
            if (i > 0) pairs.Add(pair);
        }

        return (Median(pairs.Select(p => p.Ours)), Median(pairs.Select(p => p.Limit)), Median(pairs.Select(p => p.Ours / p.Limit)));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    public static void Row(string what, string measured, string limit, double ratio, string target) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {measured} | {limit} | **{ratio:0.00}** | {target} |"));

    public static string PerSecond(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:#,0}/s");

    private static async Task<double> Rate(Func<Task<double>> work, Action? before)
    {
        before?.Invoke();
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        var done = await work();
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
