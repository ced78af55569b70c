namespace Approvals.Modules.Calendar.Contract;

/// <summary>The clock on the wall of the approval centre. Nothing else in the program knows what time it is.</summary>
internal sealed class ZoneClock(TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>Now, in UTC and whole seconds: what is stored.</summary>
    public DateTime Now
    {
        get
        {
            var now = time.GetUtcNow().UtcDateTime;
            return new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
        }
    }

    /// <summary>The day it is in the zone.</summary>
    public DateOnly Today => DayOf(Now);

    /// <summary>The zone's day on which an instant falls.</summary>
    public DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(Local(utc));

    /// <summary>An instant as the zone's own date and time, for screens.</summary>
    public DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), zone);

    /// <summary>The instant of a date and time as people of the zone write it.</summary>
    public DateTime Utc(DateTime local) => TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone);

    public TimeZoneInfo Zone => zone;
}
