using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using Microsoft.Extensions.Time.Testing;

namespace Approvals.Tests.Permits;

[Parallelizable]
internal sealed class OccurrenceTests
{
    /// <summary>Thursday 2026-04-30, before the holiday of 1 to 5 May; Saturday 9 May is worked.</summary>
    private static readonly WorkingDays Calendar = new(1, [2026],
    [
        new(new(2026, 5, 1), false, new("劳动节", "Labour Day")),
        new(new(2026, 5, 4), false, new("劳动节", "Labour Day")),
        new(new(2026, 5, 5), false, new("劳动节", "Labour Day")),
        new(new(2026, 5, 9), true, new("劳动节", "Labour Day")),
    ]);

    [TestCase("2026-03-03 09:00", "2026-03-03 09:00", Description = "now")]
    [TestCase("2026-03-02 00:00", "2026-03-03 23:59", Description = "yesterday")]
    [TestCase("2026-02-27 09:00", "2026-03-02 09:00", Description = "Friday, entered on Monday")]
    [TestCase("2026-02-28 09:00", "2026-03-02 09:00", Description = "Saturday, entered on Monday")]
    [TestCase("2026-04-30 09:00", "2026-05-06 18:00", Description = "before a holiday, entered on the first day after it")]
    public void One_working_day_late_needs_no_reason(string occurred, string now) =>
        Assert.That(Check(occurred, now, null, null), Is.Empty);

    [TestCase("2026-03-02 23:59", "2026-03-04 00:00")]
    [TestCase("2026-02-27 09:00", "2026-03-03 09:00")]
    [TestCase("2026-04-30 09:00", "2026-05-07 09:00")]
    [TestCase("2026-05-07 09:00", "2026-05-09 09:00", Description = "a make-up Saturday counts")]
    [TestCase("1999-12-31 09:00", "2026-03-02 09:00", Description = "before the calendar begins")]
    public void More_than_one_working_day_late_needs_a_reason(string occurred, string now)
    {
        var refused = Assert.Throws<Refused>(() => Check(occurred, now, null, "  "))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Code(), Is.EqualTo("event.lateWithoutReason"));
            Assert.That(refused.Problems[0].Field, Is.EqualTo("lateReason"));
            Assert.That(Check(occurred, now, null, " 停电 "), Is.EqualTo("停电"));
        });
    }

    [Test]
    public async Task A_programs_now_with_milliseconds_is_not_the_future()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var at = Occurrence.When(DateTime.Parse("2026-03-02T09:00:00.750+08:00", System.Globalization.CultureInfo.InvariantCulture), app.Zone);

        Assert.That((at, at.Kind), Is.EqualTo((app.Zone.Now, DateTimeKind.Utc)));
    }

    [Test]
    public void A_second_in_the_future_is_refused()
    {
        var refused = Assert.Throws<Refused>(() => Check("2026-03-02 09:00:01", "2026-03-02 09:00:00", null, "早了"))!;
        Assert.That(refused.Code(), Is.EqualTo("event.inFuture"));
    }

    [Test]
    public void A_second_before_the_previous_event_is_refused()
    {
        var refused = Assert.Throws<Refused>(() => Check("2026-03-02 08:59:59", "2026-03-02 10:00", "2026-03-02 09:00", null))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Code(), Is.EqualTo("event.beforePrevious"));
            Assert.That(refused.Zh(), Does.Contain("2026-03-02 09:00:00"));
            Assert.That(Check("2026-03-02 09:00", "2026-03-02 10:00", "2026-03-02 09:00", null), Is.Empty, "the same instant is in order");
        });
    }

    [Test]
    public void A_reason_given_without_need_is_not_kept() =>
        Assert.That(Check("2026-03-02 09:00", "2026-03-02 10:00", null, "无须"), Is.Empty);

    [Test]
    public void A_reason_is_limited() =>
        Assert.That(Assert.Throws<Refused>(() => Check("2026-02-02 09:00", "2026-03-02 10:00", null, new string('迟', 201)))!.Code(), Is.EqualTo("field.tooLong"));

    [TestCase("2026-03-02T09:30:00", "2026-03-02T01:30:00Z", Description = "without an offset it is the zone's time")]
    [TestCase("2026-03-02T01:30:00Z", "2026-03-02T01:30:00Z")]
    [TestCase("2026-03-02T02:30:00+01:00", "2026-03-02T01:30:00Z")]
    public void A_time_is_read_as_it_was_meant(string given, string utc) =>
        Assert.That(
            Occurrence.When(DateTime.Parse(given, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind), Clock("2026-03-03 09:00")),
            Is.EqualTo(DateTime.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)));

    [Test]
    public void No_time_is_now() =>
        Assert.That(Occurrence.When(null, Clock("2026-03-02 09:00")), Is.EqualTo(new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc)));

    private static string Check(string occurred, string now, string? previous, string? reason)
    {
        var clock = Clock(now);
        return Occurrence.Check(clock.Utc(Local(occurred)), previous is null ? null : clock.Utc(Local(previous)), reason, clock, Calendar);
    }

    private static DateTime Local(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);

    private static ZoneClock Clock(string now) =>
        new(new FakeTimeProvider(new DateTimeOffset(Local(now), TimeSpan.FromHours(8))), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
}
