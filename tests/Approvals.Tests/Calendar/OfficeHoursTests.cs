using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Approvals.Tests.Calendar;

/// <summary>民法典 203: what comes after closing time, or on a day off, comes on the next working day.</summary>
[Parallelizable]
internal sealed class OfficeHoursTests
{
    [TestCase("2026-03-02 09:00:00", "2026-03-02", TestName = "In office hours the day counts")]
    [TestCase("2026-03-02 00:00:00", "2026-03-02", TestName = "What came in the night counts on the day that follows it")]
    [TestCase("2026-03-02 17:00:00", "2026-03-02", TestName = "Exactly at closing time is in time")]
    [TestCase("2026-03-02 17:00:01", "2026-03-03", TestName = "A second after closing time counts as the next working day")]
    [TestCase("2026-03-06 16:28:00", "2026-03-06", TestName = "Friday 16:28 is Friday")]
    [TestCase("2026-03-06 17:30:00", "2026-03-09", TestName = "Friday evening is Monday")]
    [TestCase("2026-03-07 10:00:00", "2026-03-09", TestName = "Saturday is Monday")]
    [TestCase("2026-03-08 23:59:59", "2026-03-09", TestName = "Sunday night is Monday and not Tuesday")]
    [TestCase("2026-02-28 10:00:00", "2026-02-28", TestName = "A make-up Saturday is a working day")]
    [TestCase("2026-02-27 18:00:00", "2026-02-28", TestName = "The evening before a make-up Saturday is that Saturday")]
    [TestCase("2026-09-30 17:01:00", "2026-10-08", TestName = "The evening before the National Day is the day after the holiday")]
    [TestCase("1999-12-31 18:00:00", "2000-01-01", TestName = "Outside the calendar only the hour is looked at")]
    public void Counts(string local, string day)
    {
        var office = Office(new TimeOnly(17, 0), out var clock);

        Assert.That(office.DayOf(clock.Utc(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture))), Is.EqualTo(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public void Another_closing_time_is_kept()
    {
        var office = Office(new TimeOnly(18, 30), out var clock);

        Assert.That(office.DayOf(clock.Utc(new(2026, 3, 2, 18, 30, 0))), Is.EqualTo(new DateOnly(2026, 3, 2)));
        Assert.That(office.DayOf(clock.Utc(new(2026, 3, 2, 18, 31, 0))), Is.EqualTo(new DateOnly(2026, 3, 3)));
    }

    [TestCase("17")]
    [TestCase("25:00")]
    [TestCase("five")]
    public void A_closing_time_that_is_none_stops_the_start_and_is_named(string closing)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["OfficeHours:Closing"] = closing }).Build();

        Assert.That(() => Settings.Read(configuration), Throws.InvalidOperationException.With.Message.Contains("OfficeHours:Closing").And.Message.Contains(closing));
    }

    private static OfficeHours Office(TimeOnly closing, out ZoneClock clock)
    {
        var calendar = new CalendarInForce();
        calendar.Replace(CalendarFile.ShippedDays());
        clock = new ZoneClock(new FakeTimeProvider(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        return new(clock, calendar, closing);
    }
}
