using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>The days a report is of, up to its date, and as many of the period before it.</summary>
internal sealed record Period(string Kind, DateOnly From, DateOnly To, DateOnly BeforeFrom, DateOnly BeforeTo)
{
    public const string Day = "day";
    public const string Week = "week";
    public const string Month = "month";
    public const string Quarter = "quarter";
    public const string Year = "year";

    public static readonly string[] Kinds = [Day, Week, Month, Quarter, Year];

    /// <returns>Null for a kind that does not exist.</returns>
    public static Period? Of(string kind, DateOnly date, WorkingDays days)
    {
        switch (kind)
        {
            case Day:
                // Beside a Monday stands the Friday before it.
                var before = date.AddDays(-1);
                while (!days.IsWorkingDay(before) && date.DayNumber - before.DayNumber < 15) before = before.AddDays(-1);
                return new(kind, date, date, before, before);
            case Week:
                var monday = date.AddDays(-(((int)date.DayOfWeek + 6) % 7));
                return new(kind, monday, date, monday.AddDays(-7), date.AddDays(-7));
            case Month:
                return Months(kind, date, new(date.Year, date.Month, 1), 1);
            case Quarter:
                return Months(kind, date, new(date.Year, (date.Month - 1) / 3 * 3 + 1, 1), 3);
            case Year:
                return Months(kind, date, new(date.Year, 1, 1), 12);
            default:
                return null;
        }
    }

    public static Text Name(string kind) => kind switch
    {
        Day => new("日", "Day"),
        Week => new("周", "Week"),
        Month => new("月", "Month"),
        Quarter => new("季", "Quarter"),
        _ => new("年初至今", "Year to date"),
    };

    public Text Title => Kind switch
    {
        Day => new("日报", "Daily report"),
        Week => new("周报", "Weekly report"),
        Month => new("月报", "Monthly report"),
        Quarter => new("季报", "Quarterly report"),
        _ => new("年报（年初至今）", "Report of the year to date"),
    };

    public string Days => Drill.Days(From, To);

    public string BeforeDays => Drill.Days(BeforeFrom, BeforeTo);

    /// <remarks>So many whole months back, and the same day there; of a shorter month its last, and beside the last of a month the last of the other.</remarks>
    private static Period Months(string kind, DateOnly date, DateOnly from, int months) =>
        new(kind, from, date, from.AddMonths(-months), date.AddDays(1).Day == 1 ? new DateOnly(date.Year, date.Month, 1).AddMonths(1 - months).AddDays(-1) : date.AddMonths(-months));
}
