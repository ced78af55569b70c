namespace Approvals.Modules.Calendar.Contract;

/// <summary>The working day on which something reached the centre: what comes after closing time or on a day off has come on the next working day (民法典 203).</summary>
internal sealed class OfficeHours(ZoneClock clock, CalendarInForce calendar, TimeOnly closing)
{
    /// <summary>Until when, on this minute still, a day takes in.</summary>
    public TimeOnly Closing => closing;

    /// <summary>The day that counts as the day of receipt or acceptance.</summary>
    public DateOnly DayOf(DateTime utc) => DayOf(utc, calendar.Current);

    /// <summary>As <see cref="DayOf(DateTime)"/>, by a calendar that may not be in force here yet.</summary>
    public DateOnly DayOf(DateTime utc, WorkingDays days)
    {
        var local = clock.Local(utc);
        var day = DateOnly.FromDateTime(local);
        if (TimeOnly.FromDateTime(local) > closing) day = day.AddDays(1);
        // Outside the calendar nothing is known of days off.
        return WorkingDays.Covers(day.AddDays(-1)) && days.TryAdd(day.AddDays(-1), 1, out var next) ? next.Date : day;
    }

    /// <summary>The day itself, where another counts as the day of receipt: the first working day after it.</summary>
    public DateOnly? CarriedFrom(DateTime utc) => clock.DayOf(utc) is var day && DayOf(utc) == day ? null : day;
}
