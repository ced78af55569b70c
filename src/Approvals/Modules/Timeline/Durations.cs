using System.Collections.Concurrent;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Timeline;

/// <summary>How many working days something takes, as its quantiles.</summary>
/// <param name="Quantiles">Ascending; the n-th of them is what n + ½ of 1,024 stay within.</param>
/// <param name="Cases">How many decided cases it rests on.</param>
internal sealed record Duration(int[] Quantiles, int Cases)
{
    public const int Steps = 1024;

    /// <summary>Fewer than this and the range is wider than the cases alone would have it, and the page says so.</summary>
    public const int Enough = 20;

    public bool IsThin => Cases < Enough;

    public int At(double share) => Quantiles[Math.Clamp((int)(share * Steps), 0, Steps - 1)];

    /// <summary>What nothing is known of but its promise: from 0.4 to twice that, evenly.</summary>
    public static double Guess(double share, int promised) => Math.Max(promised == 0 ? 0 : 1, promised * (0.4 + 1.6 * share));

    /// <summary>Counts of whole days together with the guess, which weighs as much as so many cases.</summary>
    public static Duration Of(IReadOnlyDictionary<int, int> counts, int promised, int guessWeighs = 5)
    {
        var cases = counts.Values.Sum();
        // With enough of its own an item needs no guess.
        var weight = cases >= Enough ? 0 : guessWeighs;
        var shares = new SortedDictionary<int, double>();
        foreach (var (days, count) in counts) shares[days] = shares.GetValueOrDefault(days) + count;
        if (weight > 0 || cases == 0)
        {
            const int Slices = 64;
            for (var i = 0; i < Slices; i++)
            {
                var days = (int)Math.Round(Guess((i + 0.5) / Slices, promised), MidpointRounding.AwayFromZero);
                shares[days] = shares.GetValueOrDefault(days) + (double)Math.Max(1, weight) / Slices;
            }
        }

        var total = shares.Values.Sum();
        var quantiles = new int[Steps];
        var (next, sum) = (0, 0.0);
        foreach (var (days, share) in shares)
        {
            sum += share;
            for (; next < Steps && (next + 0.5) / Steps * total <= sum; next++) quantiles[next] = days;
        }

        for (; next < Steps; next++) quantiles[next] = shares.Keys.Last();
        return new(quantiles, cases);
    }

    /// <summary>What has run for so many days is drawn from what ran longer. Where hardly anything did, nothing is known of it but its promise, counted from now on.</summary>
    public Duration After(int elapsed, int promised) => Quantiles[Steps - Steps / 20] >= elapsed
        ? this
        : new([.. Enumerable.Range(0, Steps).Select(i => elapsed + (int)Math.Round(Guess((i + 0.5) / Steps, Math.Max(1, promised)), MidpointRounding.AwayFromZero))], 0);

    /// <summary>The same shape for another limit.</summary>
    public Duration For(int days, int promised) => promised <= 0 || days == promised
        ? this
        : this with { Quantiles = [.. Quantiles.Select(q => Math.Max(days == 0 ? 0 : 1, (int)Math.Round((double)q * days / promised, MidpointRounding.AwayFromZero)))] };
}

/// <summary>The history of durations for whoever forecasts: read once, kept as counts of whole days by item, department and month.</summary>
internal sealed class DurationHistory(ZoneClock clock)
{
    /// <summary>What is older says little of how a department works now.</summary>
    private const int Months = 36;

    /// <summary>Of one season that many make the season speak for itself.</summary>
    private const int SeasonNeeds = 60;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private volatile Picture? picture;

    public void Forget() => picture = null;

    public async Task<Picture> Read(Db db, CancellationToken ct)
    {
        if (picture is { } known && clock.Now - known.ReadAt < Fresh) return known;
        var since = clock.Today.AddMonths(-Months);
        var rows = await db.Query<Row>(All, new { since = since.Year * 100 + since.Month }, ct);
        var stamp = rows.Aggregate(17L, (hash, r) => hash * 31 + HashCode(r));
        // The same counts are the same history, whoever read them when.
        return picture = picture is { } old && old.Version == stamp ? old with { ReadAt = clock.Now } : new(stamp, clock.Now, rows.ToLookup(r => (r.ItemCode, r.Department)));
    }

    private const string All = "SELECT item_code, department, month, days, cases FROM timeline_duration WHERE month >= @since ORDER BY item_code, department, month, days";

    private static long HashCode(Row row) => row.Month * 7919L + row.Days * 131L + row.Cases;

    internal sealed record Row
    {
        public string ItemCode { get; init; } = "";
        public string Department { get; init; } = "";
        public int Month { get; init; }
        public int Days { get; init; }
        public int Cases { get; init; }
    }

    internal sealed record Picture(long Version, DateTime ReadAt, ILookup<(string Item, string Department), Row> Rows)
    {
        private readonly ConcurrentDictionary<(string, string, int, int), Duration> known = [];

        /// <param name="month">1–12: cases decided in it or a month beside it count alone, where there are enough.</param>
        public Duration Of(string item, string department, int month, int promised) => known.GetOrAdd((item, department, month, promised), _ =>
        {
            var all = Rows[(item, department)];
            var season = all.Where(r => (r.Month % 100 - month + 12) % 12 is 0 or 1 or 11).ToList();
            var rows = season.Sum(r => r.Cases) >= SeasonNeeds ? season : all;
            return Duration.Of(rows.GroupBy(r => r.Days).ToDictionary(g => g.Key, g => g.Sum(r => r.Cases)), promised);
        });
    }
}
