namespace Approvals.Modules.Catalogue.Contract;

/// <summary>One item in the plan. Its working-day numbers count from the start, which is day 0.</summary>
/// <param name="Code">The item.</param>
/// <param name="Days">The promised limit, in working days.</param>
/// <param name="Start">The day number on which all it needs is done.</param>
/// <param name="Finish">The day number on which it is done.</param>
/// <param name="Slack">By how many working days it may be late without delaying the whole.</param>
internal sealed record PlannedItem(string Code, int Days, int Start, int Finish, int Slack)
{
    public bool IsCritical => Slack == 0;
}

/// <summary>The earliest course of a process: every item begins when all it needs is done and takes what is promised.</summary>
/// <param name="Items">In an order in which each stands after all it needs.</param>
/// <param name="CriticalPath">One chain of items that makes the total.</param>
/// <param name="Total">Working days until everything is done.</param>
internal sealed record Plan(IReadOnlyList<PlannedItem> Items, IReadOnlyList<string> CriticalPath, int Total)
{
    private readonly Dictionary<string, PlannedItem> byCode = Items.ToDictionary(i => i.Code, StringComparer.Ordinal);

    /// <summary>Working days if nothing ran beside anything else.</summary>
    public int InSeries => Items.Sum(i => i.Days);

    public PlannedItem this[string code] => byCode[code];

    public static Plan Of(Process process) =>
        Of([.. process.Items.Select(i => (i.Item.Code, i.Item.Promised?.Value ?? 0, i.Needs))]);

    /// <param name="items">Code, working days, and the codes each needs; without a cycle.</param>
    public static Plan Of(IReadOnlyList<(string Code, int Days, IReadOnlyList<string> Needs)> items)
    {
        var order = InOrder(items);
        var finish = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (code, days, needs) in order) finish[code] = needs.Select(n => finish[n]).DefaultIfEmpty(0).Max() + days;
        var total = finish.Values.DefaultIfEmpty(0).Max();

        var latest = order.ToDictionary(i => i.Code, _ => total, StringComparer.Ordinal);
        foreach (var (code, days, needs) in order.AsEnumerable().Reverse())
            foreach (var need in needs)
                latest[need] = Math.Min(latest[need], latest[code] - days);

        var planned = order.Select(i => new PlannedItem(i.Code, i.Days, finish[i.Code] - i.Days, finish[i.Code], latest[i.Code] - finish[i.Code])).ToList();
        return new(planned, Critical(order, finish), total);
    }

    /// <remarks>In the order given, as far as that goes: people know their catalogue by it.</remarks>
    private static List<(string Code, int Days, IReadOnlyList<string> Needs)> InOrder(IReadOnlyList<(string Code, int Days, IReadOnlyList<string> Needs)> items)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var left = items.ToList();
        var order = new List<(string Code, int Days, IReadOnlyList<string> Needs)>(items.Count);
        while (left.Count > 0)
        {
            var next = left.FindIndex(i => i.Needs.All(done.Contains));
            if (next < 0) throw new InvalidOperationException($"These items need each other, or something unknown: {string.Join(", ", left.Select(i => i.Code))}.");
            order.Add(left[next]);
            done.Add(left[next].Code);
            left.RemoveAt(next);
        }

        return order;
    }

    private static List<string> Critical(List<(string Code, int Days, IReadOnlyList<string> Needs)> order, Dictionary<string, int> finish)
    {
        var path = new List<string>();
        var byCode = order.ToDictionary(i => i.Code, StringComparer.Ordinal);
        for (var code = order.Select(i => i.Code).MaxBy(c => finish[c]); code is not null;)
        {
            path.Add(code);
            var start = finish[code] - byCode[code].Days;
            code = byCode[code].Needs.FirstOrDefault(n => finish[n] == start);
        }

        path.Reverse();
        return path;
    }
}
