using System.Collections.Concurrent;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Modules.Timeline;

/// <summary>When one activity will probably be finished.</summary>
/// <param name="Likely">As often before as after this day.</param>
/// <param name="By80">Finished by this day in four of five runs.</param>
/// <param name="Low">With <paramref name="High"/> the range in which it is finished in four of five runs.</param>
/// <param name="ChanceOfPlan">The share of runs that keep the planned day; null where none is planned.</param>
/// <param name="Cases">The decided cases its own duration rests on.</param>
/// <param name="IsThin">It rests, itself or through what it needs, on little history: the range is wide.</param>
/// <param name="IfLate">Working days by which the whole finishes later if this one takes its slow course (9 of 10 are quicker) and not its usual one.</param>
/// <param name="IfEarly">Working days by which the whole finishes earlier if it takes its quick course (1 of 10 is quicker).</param>
internal sealed record Outlook(string Code, DateOnly Low, DateOnly Likely, DateOnly By80, DateOnly High, double? ChanceOfPlan, int Cases, bool IsThin, int IfLate, int IfEarly);

/// <summary>Simulates the rest of a project from how long the same items took before. The seed is fixed: the same project on the same day has the same forecast.</summary>
internal static class Forecast
{
    public const int Runs = 2_000;

    /// <summary>For what carries the risk fewer do: each is compared with itself.</summary>
    private const int RiskRuns = 200;

    private const ulong Seed = 20_260_302;

    /// <param name="durations">Of each activity in the order of the network, what it may take; null where it takes what it says.</param>
    /// <param name="planned">The planned day of each, or null.</param>
    public static IReadOnlyDictionary<string, Outlook> Of(Network network, WorkingDays days, DateOnly zero, DateOnly today, IReadOnlyList<Duration?> durations, IReadOnlyList<DateOnly?> planned)
    {
        var n = network.Activities.Count;
        // A duration that has already run for some days is drawn from those that ran longer.
        var least = new int[n];
        for (var i = 0; i < n; i++)
        {
            if (durations[i] is not { } d || network.Activities[i] is not { StartedOn: { } started, FinishedOn: null }) continue;
            var elapsed = days.Count(started, today).Days;
            while (least[i] < Duration.Steps - 1 && d.Quantiles[least[i]] < elapsed) least[i]++;
        }

        var finishes = new int[n][];
        for (var i = 0; i < n; i++) finishes[i] = new int[Runs];
        var draws = new int[RiskRuns][];
        Span<DateOnly> finish = new DateOnly[n];
        Span<int> sampled = new int[n];
        var state = Seed;
        for (var run = 0; run < Runs; run++)
        {
            for (var i = 0; i < n; i++) sampled[i] = durations[i] is { } d ? d.Quantiles[least[i] + (int)(Next(ref state) % (ulong)(Duration.Steps - least[i]))] : -1;
            if (run < RiskRuns) draws[run] = sampled.ToArray();
            network.Forward(days, zero, today, sampled, finish);
            for (var i = 0; i < n; i++) finishes[i][run] = finish[i].DayNumber;
        }

        var (thin, place, outlooks) = (new bool[n], new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, Outlook>(StringComparer.Ordinal));
        for (var i = 0; i < n; i++)
        {
            var a = network.Activities[i];
            place[a.Code] = i;
            thin[i] = a.FinishedOn is null && (durations[i]?.IsThin == true || a.Needs.Any(need => thin[place[need]]));
            var risk = a.FinishedOn is null && durations[i] is { } d ? Risk(network, days, zero, today, draws, i, d, least[i]) : (Late: 0, Early: 0);
            Array.Sort(finishes[i]);
            outlooks[a.Code] = new(
                a.Code, At(finishes[i], 0.1), At(finishes[i], 0.5), At(finishes[i], 0.8), At(finishes[i], 0.9),
                planned[i] is { } by ? (double)finishes[i].Count(f => f <= by.DayNumber) / Runs : null,
                durations[i]?.Cases ?? 0, thin[i], risk.Late, risk.Early);
        }

        return outlooks;
    }

    private static (int Late, int Early) Risk(Network network, WorkingDays days, DateOnly zero, DateOnly today, int[][] draws, int i, Duration d, int least)
    {
        var left = Duration.Steps - least;
        var usual = Mean(d.Quantiles[least + left / 2]);
        return (
            (int)Math.Round(Mean(d.Quantiles[least + left * 9 / 10]) - usual, MidpointRounding.AwayFromZero),
            (int)Math.Round(usual - Mean(d.Quantiles[least + left / 10]), MidpointRounding.AwayFromZero));

        double Mean(int value)
        {
            var finish = new DateOnly[network.Activities.Count];
            var sampled = new int[finish.Length];
            long sum = 0;
            foreach (var draw in draws)
            {
                draw.CopyTo(sampled, 0);
                sampled[i] = value;
                sum += days.Count(zero, network.Forward(days, zero, today, sampled, finish)).Days;
            }

            return (double)sum / draws.Length;
        }
    }

    private static DateOnly At(int[] sorted, double share) => DateOnly.FromDayNumber(sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))]);

    /// <remarks>SplitMix64: a few instructions, and the same on every machine and version.</remarks>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) >> 11;
    }
}

/// <summary>Forecasts by project, each with what it was worked out from: a change of one project touches its own alone.</summary>
internal sealed class Forecasts
{
    /// <summary>Some 5 kB each.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<long, (string From, IReadOnlyDictionary<string, Outlook> Outlooks)> known = [];

    public IReadOnlyDictionary<string, Outlook> Get(long project, string from, Func<IReadOnlyDictionary<string, Outlook>> make)
    {
        if (known.TryGetValue(project, out var kept) && kept.From == from) return kept.Outlooks;
        if (known.Count >= Most) known.Clear();
        var made = make();
        known[project] = (from, made);
        return made;
    }
}
