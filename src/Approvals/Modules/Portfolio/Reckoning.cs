using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Portfolio;

/// <summary>
/// All projects worked out and sorted for one month, day and set of rules. After a change the projects it touched are worked
/// out again and put in their places, and no other. Whoever was given a list keeps it as it was.
/// </summary>
internal sealed class Reckoning
{
    /// <summary>The worst light first, of equals the one that lies behind most; and so in every order what otherwise compares equal.</summary>
    private static readonly Comparer<Standing> Worst = Comparer<Standing>.Create((a, b) =>
        b.Light.CompareTo(a.Light) is not 0 and var light ? light : b.BehindFen.CompareTo(a.BehindFen) is not 0 and var behind ? behind : b.Project.Id.CompareTo(a.Project.Id));

    private static readonly Dictionary<string, Comparer<Standing>> Orders = new(StringComparer.Ordinal)
    {
        ["light"] = Worst,
        ["next"] = First(s => s.Next?.PlannedOn ?? DateOnly.MaxValue),
        ["completion"] = First(s => s.YearFen == 0 ? decimal.MaxValue : (decimal)s.DoneFen / s.YearFen),
        ["investment"] = First(s => -s.Project.InvestmentFen),
        ["code"] = Comparer<Standing>.Create((a, b) => string.CompareOrdinal(a.Project.Code, b.Project.Code)),
    };

    private readonly Func<Entry, Standing> of;
    private readonly Dictionary<long, Standing> standings;
    private readonly Dictionary<string, IReadOnlyList<Standing>> sorted = new(StringComparer.Ordinal);

    public Reckoning(Month asOf, DateOnly today, WorkingDays days, LightSet rules, IReadOnlyList<Entry> entries)
    {
        of = entry => Standing.Of(entry, asOf, today, days, rules);
        standings = entries.ToDictionary(e => e.Id, of);
    }

    public static IReadOnlyCollection<string> Sorts => Orders.Keys;

    /// <summary>Sorted by the first who asks, for all who ask after.</summary>
    public IReadOnlyList<Standing> By(string sort)
    {
        if (!sorted.TryGetValue(sort, out var list)) sorted[sort] = list = [.. standings.Values.Order(Orders[sort])];
        return list;
    }

    public void Change(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            var (was, then) = (standings.GetValueOrDefault(entry.Id), of(entry));
            standings[entry.Id] = then;
            foreach (var sort in sorted.Keys.ToList())
            {
                var (list, order) = (new List<Standing>(sorted[sort]), Orders[sort]);
                if (was is not null) list.RemoveAt(list.BinarySearch(was, order));
                list.Insert(~list.BinarySearch(then, order), then);
                sorted[sort] = list;
            }
        }
    }

    private static Comparer<Standing> First<T>(Func<Standing, T> key) => Comparer<Standing>.Create((a, b) => Comparer<T>.Default.Compare(key(a), key(b)) is not 0 and var order ? order : Worst.Compare(a, b));
}
