using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Reports;

/// <summary>In whose hands a working day of a case was.</summary>
internal enum Hand
{
    /// <summary>The window's or the department's.</summary>
    Authority,

    /// <summary>The applicant corrects.</summary>
    Applicant,

    /// <summary>The law does not count it (行政许可法 45), or the case waits for another item, whose days are counted there.</summary>
    Uncounted,
}

/// <summary>Days after <paramref name="From"/> up to and including <paramref name="To"/>; without it they go on.</summary>
internal readonly record struct Stretch(DateOnly From, DateOnly? To)
{
    public bool Covers(DateOnly after, DateOnly upTo) => From <= after && (To is not { } to || to >= upTo);

    public bool IsOpenOn(DateOnly day) => From <= day && (To is not { } to || to > day);
}

/// <summary>
/// The working days of a case from its receipt on, each in one hand: what the applicant corrects comes before what the law
/// does not count, that before waiting for another item, and everything else is the authority's. However the stretches
/// overlap, the three sums are the elapsed working days.
/// </summary>
internal readonly record struct Hands(int Authority, int Applicant, int Uncounted, Hand Now)
{
    public int Elapsed => Authority + Applicant + Uncounted;

    /// <param name="days">The calendar.</param>
    /// <param name="received">The day of receipt, which is not counted.</param>
    /// <param name="end">The last day counted.</param>
    /// <param name="corrections">Stretches in which the applicant corrects.</param>
    /// <param name="stops">Stretches the law does not count.</param>
    /// <param name="waits">From the window's acceptance to the beginning of the case, where it waited for another item.</param>
    public static Hands Of(WorkingDays days, DateOnly received, DateOnly end, IReadOnlyList<Stretch> corrections, IReadOnlyList<Stretch> stops, Stretch? waits)
    {
        var now = HandOn(s => s.IsOpenOn(end < received ? received : end));
        if (end <= received) return new(0, 0, 0, now);
        if (corrections.Count == 0 && stops.Count == 0 && waits is null) return new(days.Count(received, end).Days, 0, 0, now);

        // Between two neighbouring bounds all days are in the same hand.
        var bounds = new SortedSet<DateOnly> { received, end };
        foreach (var stretch in corrections.Concat(stops).Concat(waits is { } w ? [w] : Array.Empty<Stretch>()))
        {
            if (stretch.From > received && stretch.From < end) bounds.Add(stretch.From);
            if (stretch.To is { } to && to > received && to < end) bounds.Add(to);
        }

        var (authority, applicant, uncounted) = (0, 0, 0);
        var after = received;
        foreach (var upTo in bounds.Skip(1))
        {
            var (first, last) = (after, upTo);
            var count = days.Count(first, last).Days;
            switch (HandOn(s => s.Covers(first, last)))
            {
                case Hand.Applicant: applicant += count; break;
                case Hand.Uncounted: uncounted += count; break;
                default: authority += count; break;
            }

            after = upTo;
        }

        return new(authority, applicant, uncounted, now);

        Hand HandOn(Func<Stretch, bool> holds) =>
            corrections.Any(holds) ? Hand.Applicant
            : stops.Any(holds) || (waits is { } waiting && holds(waiting)) ? Hand.Uncounted
            : Hand.Authority;
    }
}
