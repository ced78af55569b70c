using System.Globalization;
using Approvals.Modules.Calendar;
using Approvals.Modules.Reports;

namespace Approvals.Tests.Reports;

/// <summary>The days of a report, and those of the one beside it.</summary>
[Parallelizable]
internal sealed class PeriodTests
{
    [TestCase("day", "2026-03-10", "2026-03-10", "2026-03-09", "2026-03-09")]
    [TestCase("day", "2026-03-09", "2026-03-09", "2026-03-06", "2026-03-06", TestName = "Beside_a_Monday_stands_the_Friday_before_it")]
    [TestCase("day", "2026-10-08", "2026-10-08", "2026-09-30", "2026-09-30", TestName = "Beside_the_day_after_a_holiday_stands_the_last_working_day_before_it")]
    [TestCase("week", "2026-03-11", "2026-03-09", "2026-03-02", "2026-03-04")]
    [TestCase("week", "2026-03-15", "2026-03-09", "2026-03-02", "2026-03-08", TestName = "A_week_ends_with_its_Sunday")]
    [TestCase("month", "2026-03-11", "2026-03-01", "2026-02-01", "2026-02-11")]
    [TestCase("month", "2026-03-31", "2026-03-01", "2026-02-01", "2026-02-28", TestName = "Beside_the_31st_stands_the_last_of_a_shorter_month")]
    [TestCase("month", "2026-06-30", "2026-06-01", "2026-05-01", "2026-05-31", TestName = "Beside_a_whole_month_stands_the_whole_month_before")]
    [TestCase("month", "2026-02-28", "2026-02-01", "2026-01-01", "2026-01-31", TestName = "Beside_a_whole_February_stands_a_whole_January")]
    [TestCase("month", "2026-06-29", "2026-06-01", "2026-05-01", "2026-05-29", TestName = "Beside_part_of_a_month_stands_the_same_part")]
    [TestCase("quarter", "2026-06-30", "2026-04-01", "2026-01-01", "2026-03-31", TestName = "Beside_a_whole_quarter_stands_the_whole_quarter_before")]
    [TestCase("year", "2025-02-28", "2025-01-01", "2024-01-01", "2024-02-29", TestName = "Beside_a_year_up_to_the_end_of_February_stands_one_up_to_the_end_of_a_longer_February")]
    [TestCase("quarter", "2026-05-20", "2026-04-01", "2026-01-01", "2026-02-20")]
    [TestCase("quarter", "2026-12-31", "2026-10-01", "2026-07-01", "2026-09-30")]
    [TestCase("year", "2026-05-20", "2026-01-01", "2025-01-01", "2025-05-20")]
    public void A_period_goes_up_to_its_date_and_the_one_beside_it_is_as_far(string kind, string date, string from, string beforeFrom, string beforeTo)
    {
        var period = Period.Of(kind, Day(date), CalendarFile.ShippedDays());

        Assert.That(period, Is.EqualTo(new Period(kind, Day(from), Day(date), Day(beforeFrom), Day(beforeTo))));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
