using System.Globalization;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>
/// The days that are off every year by the State Council's 全国年节及纪念日放假办法: by them a file that was cut short is
/// known. Which further days are off, and which are worked in their place, only the year's notice says.
/// </summary>
internal static class StatutoryHolidays
{
    /// <summary>From this year on Qingming, Dragon Boat and Mid-autumn are days off too.</summary>
    private const int TraditionalSince = 2008;

    private static readonly ChineseLunisolarCalendar Lunar = new();

    public static IEnumerable<(DateOnly Day, Text Name)> Of(int year)
    {
        yield return (new(year, 1, 1), new("元旦", "New Year's Day"));
        yield return (OfLunar(year, 1, 1), new("春节", "Spring Festival"));
        if (year >= TraditionalSince) yield return (Qingming(year), new("清明节", "Tomb-sweeping Day"));
        yield return (new(year, 5, 1), new("劳动节", "Labour Day"));
        if (year >= TraditionalSince) yield return (OfLunar(year, 5, 5), new("端午节", "Dragon Boat Festival"));
        if (year >= TraditionalSince) yield return (OfLunar(year, 8, 15), new("中秋节", "Mid-autumn Festival"));
        yield return (new(year, 10, 1), new("国庆节", "National Day"));
    }

    /// <remarks>The framework numbers months through the leap month, so those after it are one more.</remarks>
    private static DateOnly OfLunar(int year, int month, int day)
    {
        var leap = Lunar.GetLeapMonth(year);
        var counted = leap > 0 && month >= leap ? month + 1 : month;
        return DateOnly.FromDateTime(Lunar.ToDateTime(year, counted, day, 0, 0, 0, 0));
    }

    /// <remarks>The common rule for the solar term in the years 2000–2099.</remarks>
    private static DateOnly Qingming(int year)
    {
        var n = year % 100;
        return new(year, 4, (int)(n * 0.2422m + 4.81m) - n / 4);
    }
}
