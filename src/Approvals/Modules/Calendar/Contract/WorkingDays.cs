using System.Collections.Concurrent;

namespace Approvals.Modules.Calendar.Contract;

/// <summary>A computed day, and whether it rests on a year whose calendar has not been published.</summary>
/// <param name="Date">The day. Where <paramref name="IsProvisional"/>, counted as if the unpublished year had no holidays.</param>
/// <param name="IsProvisional">The span reaches a year without a published calendar: say so, never promise it.</param>
internal readonly record struct DueDay(DateOnly Date, bool IsProvisional);

/// <summary>A number of working days, and whether the span touches a year whose calendar has not been published.</summary>
internal readonly record struct DayCount(int Days, bool IsProvisional);

/// <summary>A day that differs from Monday to Friday.</summary>
/// <param name="Day">The day.</param>
/// <param name="IsWorking">True for a make-up working day (调休上班), false for a day off.</param>
/// <param name="Name">The holiday, or the reason of a closure.</param>
/// <param name="OrderNumber">The order by which the zone closed on this day; null for what the State Council's notice says.</param>
internal sealed record CalendarException(DateOnly Day, bool IsWorking, Web.Text Name, string? OrderNumber = null);

/// <summary>
/// The working days of the years 2000–2099, from the State Council's notices (国务院办公厅节假日安排通知): Monday to
/// Friday except days off, and make-up days. Immutable; every answer is a look-up in a table, whatever the span.
/// </summary>
/// <remarks>
/// The first day of a span is not counted (民法典 201); a span that starts on a day off simply begins with the next
/// working day. 行政许可法 82 counts its limits in working days.
/// </remarks>
internal sealed class WorkingDays
{
    public const int FirstYear = 2000;
    public const int LastYear = 2099;

    private static readonly DateOnly Origin = new(FirstYear, 1, 1);
    private static readonly int OriginNumber = Origin.DayNumber;
    private static readonly int Length = new DateOnly(LastYear, 12, 31).DayNumber - Origin.DayNumber + 1;

    /// <summary>How many working days lie before the day of this index.</summary>
    private readonly ushort[] before = new ushort[Length + 1];

    /// <summary>The index of the n-th working day, from 0.</summary>
    private readonly ushort[] nth;

    /// <summary>How many years before this one have no published calendar.</summary>
    private readonly byte[] unpublished = new byte[LastYear - FirstYear + 2];

    /// <summary>The longest run of published years, as day numbers: nearly every span lies inside it and needs no more than this.</summary>
    private readonly (int First, int Last) published;

    private readonly Dictionary<DateOnly, CalendarException> exceptions;

    /// <param name="edition">What identifies this state of the calendar; kept with every date computed from it.</param>
    /// <param name="publishedYears">The years whose notice is loaded.</param>
    /// <param name="exceptions">The days of these years that differ from Monday to Friday.</param>
    public WorkingDays(long edition, IEnumerable<int> publishedYears, IEnumerable<CalendarException> exceptions)
    {
        Edition = edition;
        PublishedYears = publishedYears.ToHashSet();
        this.exceptions = exceptions.ToDictionary(e => e.Day);
        var working = new List<ushort>(Length);
        for (var i = 0; i < Length; i++)
        {
            before[i] = (ushort)working.Count;
            if (IsWorkingDay(Origin.AddDays(i))) working.Add((ushort)i);
        }

        before[Length] = (ushort)working.Count;
        nth = [.. working];
        for (var year = FirstYear; year <= LastYear; year++)
            unpublished[year - FirstYear + 1] = (byte)(unpublished[year - FirstYear] + (PublishedYears.Contains(year) ? 0 : 1));
        published = LongestRun(PublishedYears);
    }

    public long Edition { get; }

    public IReadOnlySet<int> PublishedYears { get; }

    /// <summary>The days on which the zone is closed by its own orders.</summary>
    public IEnumerable<CalendarException> Closures => exceptions.Values.Where(e => e.OrderNumber is not null);

    public CalendarException? ExceptionOn(DateOnly day) => exceptions.GetValueOrDefault(day);

    public bool IsWorkingDay(DateOnly day) => exceptions.TryGetValue(day, out var exception)
        ? exception.IsWorking
        : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>The n-th working day after the start.</summary>
    /// <param name="start">The day that is not counted, working day or not.</param>
    /// <param name="days">Working days, 1 or more; 0 is the start itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, or a day outside 2000–2099.</exception>
    public DueDay Add(DateOnly start, int days)
    {
        if (TryAdd(start, days, out var due)) return due;
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        throw Outside(nameof(days), days);
    }

    /// <summary>As <see cref="Add"/>; false where the start or the end lies outside 2000–2099 or the number is negative.</summary>
    public bool TryAdd(DateOnly start, int days, out DueDay due)
    {
        due = new(start, false);
        var from = start.DayNumber - OriginNumber;
        if (days < 0 || (uint)from >= (uint)Length) return false;
        if (days == 0) return true;
        var wanted = (uint)(before[from + 1] - 1 + days);
        var nth = this.nth;
        if (wanted >= (uint)nth.Length) return false;
        var end = DateOnly.FromDayNumber(OriginNumber + nth[wanted]);
        due = new(end, TouchesUnpublished(start, end));
        return true;
    }

    /// <summary>True for a day of the years 2000–2099.</summary>
    public static bool Covers(DateOnly day) => day.Year is >= FirstYear and <= LastYear;

    /// <summary>The years that a span touches and that have no published calendar; its first day is not counted.</summary>
    public IEnumerable<int> UnpublishedYears(DateOnly start, DateOnly end)
    {
        for (var year = start.AddDays(1).Year; end > start && year <= end.Year; year++)
            if (!PublishedYears.Contains(year)) yield return year;
    }

    /// <summary>The working days after <paramref name="start"/> up to and including <paramref name="end"/>; 0 where the end is not later.</summary>
    public DayCount Count(DateOnly start, DateOnly end) => end <= start
        ? new(0, false)
        : new(before[Index(end) + 1] - before[Index(start) + 1], TouchesUnpublished(start, end));

    /// <summary>The working days of a month.</summary>
    public int WorkingDaysOf(int year, int month)
    {
        var first = Index(new DateOnly(year, month, 1));
        return before[first + DateTime.DaysInMonth(year, month)] - before[first];
    }

    /// <summary>The day itself if it is a working day, else the next one (民法典 203).</summary>
    public DueDay OnOrAfter(DateOnly day) => Add(day.AddDays(-1), 1);

    /// <summary>The last working day so many working days before the given working day.</summary>
    public DateOnly Back(DateOnly day, int days) => Origin.AddDays(nth[Math.Max(0, before[Index(day) + 1] - 1 - days)]);

    private static int Index(DateOnly day)
    {
        var index = day.DayNumber - OriginNumber;
        return (uint)index < (uint)Length ? index : throw Outside(nameof(day), day);
    }

    // Apart, so that what is called a million times stays small.
    private static ArgumentOutOfRangeException Outside(string name, object value) =>
        new(name, value, $"Days run from {FirstYear} to {LastYear}, and are counted forward.");

    private static (int First, int Last) LongestRun(IReadOnlySet<int> years)
    {
        var best = (First: 0, Last: -1);
        foreach (var first in years.Where(y => !years.Contains(y - 1)))
        {
            var last = first;
            while (years.Contains(last + 1)) last++;
            var run = (First: new DateOnly(first, 1, 1).DayNumber, Last: new DateOnly(last, 12, 31).DayNumber);
            if (run.Last - run.First > best.Last - best.First) best = run;
        }

        return best;
    }

    /// <remarks>The start itself is not counted, so its year need not be published.</remarks>
    private bool TouchesUnpublished(DateOnly start, DateOnly end)
    {
        if (end <= start || (start.DayNumber + 1 >= published.First && end.DayNumber <= published.Last)) return false;
        return unpublished[end.Year - FirstYear + 1] != unpublished[start.AddDays(1).Year - FirstYear];
    }
}

/// <summary>The calendar in force, for every module; replaced as a whole when a year is published.</summary>
internal sealed class CalendarInForce
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<long, WorkingDays> known = [];
    private volatile WorkingDays current = new(0, [], []);

    public WorkingDays Current => current;

    /// <summary>Only forward: whoever read the database before a publication does not undo it.</summary>
    public void Replace(WorkingDays next)
    {
        lock (gate)
        {
            if (next.Edition >= current.Edition) current = next;
        }
    }

    /// <summary>A state that was in force before, where this process has met it.</summary>
    public WorkingDays? Met(long edition) => edition == current.Edition ? current : known.GetValueOrDefault(edition);

    /// <summary>Keeps a state of the past; an edition never changes.</summary>
    public void Remember(WorkingDays past) => known[past.Edition] = past;
}
