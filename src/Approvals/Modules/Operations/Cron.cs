using System.Globalization;

namespace Approvals.Modules.Operations;

/// <summary>
/// The times of a recurring job, as its five fields say: minute, hour, day, month, day of the week. Read here once more
/// than by the library that ticks, because the watch must not rest on it alone.
/// </summary>
internal sealed class Cron
{
    private static readonly TimeSpan LongestGap = TimeSpan.FromDays(400);

    private readonly bool[] minutes;
    private readonly bool[] hours;
    private readonly bool[] days;
    private readonly bool[] months;
    private readonly bool[] weekdays;
    private readonly bool anyDay;
    private readonly bool anyWeekday;

    /// <exception cref="FormatException">Where it is not five fields of numbers, lists, ranges, steps and stars.</exception>
    public Cron(string expression)
    {
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) throw new FormatException($"“{expression}” does not have five fields.");
        minutes = Field(fields[0], 0, 59);
        hours = Field(fields[1], 0, 23);
        days = Field(fields[2], 1, 31);
        months = Field(fields[3], 1, 12);
        weekdays = Field(fields[4], 0, 7);
        weekdays[0] |= weekdays[7];
        (anyDay, anyWeekday) = (fields[2] == "*", fields[4] == "*");
    }

    /// <summary>The first time later than the one given, both on the wall of the zone; null where there is none within a year.</summary>
    public DateTime? After(DateTime local)
    {
        var at = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0).AddMinutes(1);
        for (var end = at + LongestGap; at < end;)
        {
            if (!months[at.Month] || !IsDay(at)) at = at.Date.AddDays(1);
            else if (!hours[at.Hour]) at = at.Date.AddHours(at.Hour + 1);
            else if (!minutes[at.Minute]) at = at.AddMinutes(1);
            else return at;
        }

        return null;
    }

    private bool IsDay(DateTime at)
    {
        var (day, weekday) = (days[at.Day], weekdays[(int)at.DayOfWeek]);
        return anyDay || anyWeekday ? day && weekday : day || weekday;
    }

    private static bool[] Field(string text, int least, int most)
    {
        var allowed = new bool[most + 1];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var all] => (all, 1),
                [var some, var each] => (some, Number(each, 1, most)),
                _ => throw new FormatException($"“{part}” is no part of a schedule."),
            };
            var (from, to) = range.Split('-') switch
            {
                ["*"] => (least, most),
                [var one] => (Number(one, least, most), part.Contains('/', StringComparison.Ordinal) ? most : Number(one, least, most)),
                [var first, var last] => (Number(first, least, most), Number(last, least, most)),
                _ => throw new FormatException($"“{part}” is no part of a schedule."),
            };
            for (var i = from; i <= to; i += step) allowed[i] = true;
        }

        return allowed;
    }

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"“{text}” is not a number from {least} to {most}.");
}
