using Approvals.Modules.Permits.Contract;

namespace Approvals.Modules.Reports;

/// <summary>So many more, or fewer, were open, overdue and waiting at the end of a day.</summary>
internal readonly record struct Shift(Place Place, int Open, int Overdue, int Waiting);

/// <summary>What a night makes other in the reports before it: on which days, and by how much what was open at their end.</summary>
/// <param name="first">The first day that has a report.</param>
/// <param name="last">The last one.</param>
internal sealed class Changes(DateOnly first, DateOnly last)
{
    private readonly SortedSet<DateOnly> days = [];
    private readonly Dictionary<DateOnly, List<Shift>> shifts = [];

    public IReadOnlyCollection<DateOnly> Days => days;

    public IReadOnlyList<Shift> Shifts(DateOnly day) => shifts.GetValueOrDefault(day) ?? [];

    public void Touch(DateOnly? day)
    {
        if (day is { } on && on >= first && on <= last) days.Add(on);
    }

    /// <summary>All days from one on.</summary>
    public void TouchFrom(DateOnly day)
    {
        for (var on = day < first ? first : day; on <= last; on = on.AddDays(1)) days.Add(on);
    }

    public void Add(IEnumerable<PauseOfCase> before, IEnumerable<PauseOfCase> now)
    {
        var changed = now.Select(Said).ToHashSet();
        changed.SymmetricExceptWith(before.Select(Said));
        foreach (var (_, _, from, to, _) in changed)
        {
            Touch(from);
            Touch(to);
        }

        static (string, string, DateOnly, DateOnly?, int?) Said(PauseOfCase p) => (p.Kind, p.ApprovedBy, p.FromOn, p.ToOn, p.Days);
    }

    public void Add(CaseFact? old, CaseFact now)
    {
        // Moved to another place: all its days.
        var elsewhere = IsElsewhere(old, now);
        Day(old?.ReceivedOn, now.ReceivedOn, elsewhere);
        Day(old?.AcceptedOn, now.AcceptedOn, elsewhere || old?.IsDeemed != now.IsDeemed);
        Day(old?.HandedOutOn, now.HandedOutOn, elsewhere || old?.HandOutDays != now.HandOutDays);
        Day(Red(old), Red(now), elsewhere);
        // What else an ended case says: its time, its outcome.
        Day(old?.EndedOn, now.EndedOn, old is null || (old with { HandedOutOn = now.HandedOutOn, HandOutDays = now.HandOutDays, Owed = now.Owed, SplitOn = now.SplitOn }) != now);
        if (Earliest(old, now, elsewhere) is { } from) Shift(old, now, elsewhere, from);
        // Documents that were owed stood there too.
        if (elsewhere && now is { Outcome: CaseStatus.ApprovedDocumentsOwed, EndedOn: { } ended }) TouchFrom(ended);

        void Day(DateOnly? before, DateOnly? after, bool anyhow)
        {
            if (before == after && !anyhow) return;
            Touch(before);
            Touch(after);
        }
    }

    /// <summary>It was counted in another place than it is now.</summary>
    public static bool IsElsewhere(CaseFact? old, CaseFact now) => old is not null && Place.Undecided(old) != Place.Undecided(now);

    private static DateOnly? Red(CaseFact? c) => c is { DueOn: { } due } && (c.EndedOn is not { } ended || ended > due) ? due.AddDays(1) : null;

    /// <summary>The first day at whose end it may have stood otherwise.</summary>
    private static DateOnly? Earliest(CaseFact? old, CaseFact now, bool elsewhere)
    {
        (DateOnly?, DateOnly?)[] dates = [(old?.ReceivedOn, now.ReceivedOn), (old?.AcceptedOn, now.AcceptedOn), (old?.DueOn, now.DueOn), (old?.EndedOn, now.EndedOn)];
        return dates.Where(d => elsewhere || d.Item1 != d.Item2).SelectMany(d => (DateOnly?[])[d.Item1, d.Item2]).Min();
    }

    /// <remarks>Where it stays open it stays with whoever had it on that evening.</remarks>
    private void Shift(CaseFact? old, CaseFact now, bool elsewhere, DateOnly from)
    {
        for (var day = from < first ? first : from; day <= last; day = day.AddDays(1))
        {
            var (was, isNow) = (Standing(old, day), Standing(now, day));
            if (was == isNow && (!elsewhere || was == default)) continue;
            if (!shifts.TryGetValue(day, out var moved)) shifts.Add(day, moved = []);
            if (was != default) moved.Add(new(Place.Of(old!), -was.Open, -was.Overdue, -was.Waiting));
            if (isNow != default) moved.Add(new(was != default && !elsewhere ? Place.Of(old!) : Place.Of(now), isNow.Open, isNow.Overdue, isNow.Waiting));
            days.Add(day);
        }
    }

    /// <summary>How a case stood at the end of a day.</summary>
    public static (int Open, int Overdue, int Waiting) Standing(CaseFact? c, DateOnly day)
    {
        if (c is null || c.ReceivedOn > day || c.EndedOn <= day) return default;
        return c.AcceptedOn <= day ? (1, c.DueOn < day ? 1 : 0, 0) : (0, 0, 1);
    }
}
