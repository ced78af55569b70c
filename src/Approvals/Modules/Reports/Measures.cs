namespace Approvals.Modules.Reports;

/// <summary>The figures of one cut, from its counts: shares, means and exact percentiles by <see cref="Definitions"/>.</summary>
internal sealed class Measures
{
    public static readonly Measures Empty = Without(new HashSet<string>());

    private readonly Dictionary<string, (long N, long Total)> sums = [];
    private readonly SortedDictionary<int, long> used = [];

    private readonly IReadOnlySet<string> lacking;

    private Measures(IEnumerable<Count> counts, IReadOnlySet<string> lacking)
    {
        this.lacking = lacking;
        foreach (var c in counts)
        {
            var sum = sums.GetValueOrDefault(c.Figure);
            sums[c.Figure] = (sum.N + c.N, sum.Total + c.Total);
            if (c.Figure == "used") used[c.Value] = used.GetValueOrDefault(c.Value) + c.N;
        }
    }

    /// <summary>By the key of the cut.</summary>
    /// <param name="counts">Of one cut.</param>
    /// <param name="lacking">Figures that were not counted on all of these days.</param>
    public static Dictionary<string, Measures> Of(IEnumerable<Count> counts, IReadOnlySet<string>? lacking = null) =>
        counts.GroupBy(c => c.CutKey).ToDictionary(g => g.Key, g => new Measures(g, lacking ?? Empty.lacking));

    /// <summary>Of which nothing was counted.</summary>
    public static Measures Without(IReadOnlySet<string> lacking) => new([], lacking);

    public bool IsEmpty => sums.Count == 0;

    /// <summary>The days used by closed cases: how many cases took so many.</summary>
    public IReadOnlyDictionary<int, long> Used => used;

    /// <summary>Null where there is nothing to divide by, and where it was not counted.</summary>
    public decimal? this[string code] => lacking.Contains(code) ? null : code switch
    {
        "inTimeRate" => Share(N("closedInTime"), N("closed")),
        "overdueRate" => Share(N("overdue"), N("open")),
        "usedMean" => Mean("used"),
        "usedMedian" => Median(),
        "usedP90" => Percentile(90),
        "spanMean" => Mean("span"),
        "statutoryCompression" => Below("statutoryUsed", "statutoryLimit"),
        "approvalMean" => Mean("approval"),
        "approvalCompression" => Below("approval", "approvalBaseline"),
        "landToStart" => Mean("landToStart"),
        "landCompression" => Below("landToStart", "landBaseline"),
        "handoverToTitle" => Mean("handoverToTitle"),
        "correctionsPerCase" => Share(Total("corrections"), N("closed")),
        "handOutMean" => Mean("handedOut"),
        "lateShare" => Share(N("lateEntries"), N("entries")),
        "lateMean" => Mean("lateEntries"),
        "resolvedShare" => Share(N("ordersSettled"), N("ordersSettled") + N("ordersOpen")),
        "pauses" => N("pauseDays"),
        "authority" or "applicant" or "uncounted" or "elapsed" or "corrections" or "pauseDays" => Total(code),
        _ => N(code),
    };

    public long N(string figure) => sums.GetValueOrDefault(figure).N;

    public long Total(string figure) => sums.GetValueOrDefault(figure).Total;

    /// <summary>Mean of a figure in days; null where nothing was counted.</summary>
    public decimal? Mean(string figure) => Share(Total(figure), N(figure));

    /// <summary>The smallest number of days that so many of a hundred cases did not exceed.</summary>
    public int? Percentile(int percent)
    {
        var all = used.Values.Sum();
        return all == 0 ? null : At((all * percent + 99) / 100);
    }

    private decimal? Median()
    {
        var all = used.Values.Sum();
        return all == 0 ? null : (At((all + 1) / 2) + At(all / 2 + 1)) / 2m;
    }

    /// <summary>The days of the n-th case, from 1, in the order of their days.</summary>
    private int At(long rank)
    {
        foreach (var (days, n) in used)
        {
            rank -= n;
            if (rank <= 0) return days;
        }

        return used.Keys.Last();
    }

    private decimal? Below(string figure, string baseline) => Share(Total(figure), Total(baseline)) is { } share ? 1 - share : null;

    private static decimal? Share(long part, long whole) => whole == 0 ? null : Math.Round((decimal)part / whole, 6, MidpointRounding.AwayFromZero);
}
