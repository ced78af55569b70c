using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Permits.Contract;

/// <summary>
/// When something was done, as against when it is entered. Every event of a case keeps both; what is entered more than
/// one working day late needs a reason, which stays beside it for everyone to see.
/// </summary>
internal static class Occurrence
{
    public const int LongestReason = LateEntry.LongestReason;

    /// <summary>
    /// The instant somebody gave, or now, in whole seconds like the clock: a program's "now" with its milliseconds is not
    /// the future. Without an offset it is the zone's own time, as people write it.
    /// </summary>
    public static DateTime When(DateTime? given, ZoneClock clock)
    {
        var instant = given switch
        {
            null => clock.Now,
            { Kind: DateTimeKind.Unspecified } local => clock.Utc(local),
            { } other => other.ToUniversalTime(),
        };
        return instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <summary>The instant of what was done on a day: now, where that is today; else the beginning of office hours, or the previous event where that was later on that day.</summary>
    public static DateTime On(DateOnly day, DateTime previous, ZoneClock clock)
    {
        if (day == clock.Today) return clock.Now;
        var at = clock.Utc(day.ToDateTime(new TimeOnly(9, 0)));
        return at < previous && clock.DayOf(previous) == day ? previous : at;
    }

    /// <summary>More than one working day lies between the day it was done and the day it is entered.</summary>
    public static bool IsLate(DateTime occurredAt, DateTime recordedAt, ZoneClock clock, WorkingDays calendar) =>
        LateEntry.IsLate(clock.DayOf(occurredAt), clock.DayOf(recordedAt), calendar);

    /// <summary>Refuses the future, what lies before the previous event, and what is late without a reason.</summary>
    /// <param name="occurredAt">When it was done, in UTC.</param>
    /// <param name="previous">The previous event, where there is one.</param>
    /// <param name="lateReason">Why it is entered late.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="calendar">The working days.</param>
    /// <param name="field">The field that says when it was done.</param>
    /// <param name="enteredAt">When it was entered; now where null.</param>
    /// <returns>The reason to keep: empty where the entry is not late.</returns>
    public static string Check(DateTime occurredAt, DateTime? previous, string? lateReason, ZoneClock clock, WorkingDays calendar, string field = "occurredAt", DateTime? enteredAt = null)
    {
        if (occurredAt > clock.Now)
            throw Refused.Invalid("event.inFuture", field, "发生时间不能晚于现在。", "It cannot have been done in the future.");
        if (occurredAt < previous)
        {
            var before = $"{clock.Local(previous.Value):yyyy-MM-dd HH:mm:ss}";
            throw Refused.Invalid("event.beforePrevious", field,
                $"发生时间不能早于上一条办理记录（{before}）。", $"It cannot have been done before the previous event ({before}).");
        }

        if (!IsLate(occurredAt, enteredAt ?? clock.Now, clock, calendar)) return "";
        if (string.IsNullOrWhiteSpace(lateReason))
            throw Refused.Invalid("event.lateWithoutReason", "lateReason",
                "补录超过 1 个工作日，请填写补录原因。", "It is entered more than one working day late; say why.");
        new Check().Text(lateReason, "lateReason", "补录原因", "The reason for the late entry", LongestReason).Done();
        return lateReason.Trim();
    }
}
