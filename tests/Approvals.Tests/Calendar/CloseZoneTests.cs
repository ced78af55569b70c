using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Tests.Calendar;

/// <summary>The zone closes by an order of its own, as in a typhoon: these days no longer count.</summary>
[Parallelizable]
internal sealed class CloseZoneTests
{
    private static readonly DateOnly Friday = new(2026, 7, 10);
    private static readonly DateOnly Monday = new(2026, 7, 13);

    [Test]
    public async Task A_closure_takes_its_working_days_out_and_keeps_its_order_number()
    {
        var news = new PublishCalendarTests.News();
        await using var app = await App.Start("2026-07-08 09:00", listen: news.Listen);

        var result = await app.Send(Typhoon(Friday, Monday));

        var days = PublishCalendarTests.Days(app);
        Assert.That(days.Add(new(2026, 7, 9), 1).Date, Is.EqualTo(new DateOnly(2026, 7, 14)));
        Assert.That(days.ExceptionOn(Friday), Is.EqualTo(new CalendarException(Friday, false, new("台风", "Typhoon"), "示例令〔2026〕3号")));
        Assert.That(days.Closures.Select(c => c.Day), Is.EquivalentTo(new[] { Friday, Monday }), "the weekend between is off anyway");
        Assert.That(result.Years.Single(), Has.Property("WorkingDaysBefore").EqualTo(248).And.Property("WorkingDays").EqualTo(246));
        Assert.That((news.Heard.Single().Told.FirstDay, news.Heard.Single().Told.LastDay), Is.EqualTo((Friday, Monday.AddDays(2))));
        Assert.That(days.IsWorkingDay(new(2026, 10, 1)), Is.False, "the notice's days stay");
    }

    [Test]
    public async Task A_preview_of_a_closure_changes_nothing()
    {
        await using var app = await App.Start("2026-07-08 09:00");

        var preview = await app.Send(Typhoon(Friday, Friday) with { DryRun = true }, Person.Supervisor);

        Assert.That(preview.Years.Single().Days.Single().InWords, Is.EqualTo(new Text("停办：台风（示例令〔2026〕3号）", "closed: Typhoon (示例令〔2026〕3号)")));
        Assert.That((preview.Published, PublishCalendarTests.Days(app).IsWorkingDay(Friday)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_closure_outlives_a_later_notice_of_its_year()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        await app.Send(new PublishCalendar.Command(Notices.Short()));
        await app.Send(Typhoon(new(2027, 3, 1), new(2027, 3, 1)));

        await app.Send(new PublishCalendar.Command(Notices.Short("示例〔2027〕2号", without: ["2027-02-14"])));

        var days = PublishCalendarTests.Days(app);
        Assert.That((days.IsWorkingDay(new(2027, 3, 1)), days.IsWorkingDay(new(2027, 2, 14))), Is.EqualTo((false, false)));
        Assert.That(days.ExceptionOn(new(2027, 3, 1))!.OrderNumber, Is.EqualTo("示例令〔2026〕3号"));
    }

    [Test]
    public async Task A_closure_that_is_lifted_gives_back_what_the_day_was_even_a_make_up_day()
    {
        await using var app = await App.Start("2026-07-08 09:00");
        var makeUp = new DateOnly(2026, 9, 20);
        await app.Send(Typhoon(makeUp, makeUp));
        Assert.That(PublishCalendarTests.Days(app).IsWorkingDay(makeUp), Is.False);

        await app.Send(new ReopenDay.Command(makeUp, "示例令〔2026〕4号"));

        Assert.That(PublishCalendarTests.Days(app).ExceptionOn(makeUp), Is.EqualTo(new CalendarException(makeUp, true, new("国庆节", "National Day"))));
        var editions = await app.Send(new ListEditions.Query(2026), Person.Auditor);
        Assert.That(editions.Select(e => (e.OrderNumber, e.PublishedBy, e.IsFirst)), Is.EqualTo(new[]
        {
            ("示例令〔2026〕4号", "系统", false), ("示例令〔2026〕3号", "系统", false), ((string?)null, "系统", true),
        }));
        Assert.That(editions[1].Changes.Single().InWords.Zh, Is.EqualTo("停办：台风（示例令〔2026〕3号）"));
    }

    [Test]
    public async Task A_closure_over_the_end_of_a_year_amends_both_years_at_once()
    {
        var news = new PublishCalendarTests.News();
        await using var app = await App.Start("2026-12-20 09:00", listen: news.Listen);
        await app.Send(new PublishCalendar.Command(Notices.Short()));

        var result = await app.Send(Typhoon(new(2026, 12, 31), new(2027, 1, 4)));

        Assert.That(result.Years.Select(y => y.Year), Is.EqualTo(new[] { 2026, 2027 }));
        Assert.That((result.Edition, PublishCalendarTests.Days(app).Edition), Is.EqualTo((9L, 9L)));
        Assert.That((news.Heard[^1].Told.FirstDay, news.Heard[^1].Told.LastDay, news.Heard.Count), Is.EqualTo((new DateOnly(2026, 12, 31), new DateOnly(2027, 1, 6), 2)));
    }

    [TestCase("2026-07-11", "2026-07-11", false, "calendar.alreadyOff", "from", TestName = "A weekend is not closed")]
    [TestCase("2026-10-01", "2026-10-01", false, "calendar.alreadyOff", "from", TestName = "A holiday is not closed")]
    [TestCase("2026-07-10", "2026-07-12", false, "calendar.alreadyOff", "to", TestName = "A closure does not end on a day off")]
    [TestCase("2026-07-07", "2026-07-10", false, "calendar.closureInPast", "confirmPast", TestName = "A day that has passed is not closed by mistake")]
    [TestCase("2026-07-13", "2026-07-10", false, "calendar.rangeReversed", "to", TestName = "A closure does not end before it begins")]
    [TestCase("2027-03-01", "2027-03-01", false, "calendar.yearUnpublished", "from", TestName = "A year without a notice is not amended")]
    [TestCase("2026-07-10", "2036-07-10", true, "calendar.closureTooLong", "to", TestName = "A closure of years is a slip of the hand")]
    public async Task Refuses(string from, string to, bool confirmed, string code, string field)
    {
        await using var app = await App.Start("2026-07-08 09:00");

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(Typhoon(Day(from), Day(to)) with { ConfirmPast = confirmed }, Person.Supervisor))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { (code, field) }));
        Assert.That(PublishCalendarTests.Days(app).Edition, Is.EqualTo(6));
    }

    [Test]
    public async Task A_past_day_is_closed_where_the_supervisor_says_so_and_today_needs_no_word()
    {
        await using var app = await App.Start("2026-07-08 09:00");

        await app.Send(Typhoon(new(2026, 7, 8), new(2026, 7, 8)));
        await app.Send(Typhoon(new(2026, 7, 7), new(2026, 7, 7)) with { ConfirmPast = true });

        Assert.That(PublishCalendarTests.Days(app).Closures.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_day_that_is_closed_is_not_closed_again_and_the_order_is_named()
    {
        await using var app = await App.Start("2026-07-08 09:00");
        await app.Send(Typhoon(Friday, Friday));

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(Typhoon(Friday, Friday) with { OrderNumber = "示例令〔2026〕9号" }, Person.Supervisor))!;

        Assert.That(refused.Problems.Single().Code, Is.EqualTo("calendar.alreadyOff"));
        Assert.That(refused.Problems.Single().Message.En, Does.Contain("示例令〔2026〕3号"));
    }

    [Test]
    public async Task What_a_closure_lacks_is_told_at_once()
    {
        await using var app = await App.Start("2026-07-08 09:00");

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new CloseZone.Command(null, null, " ", null, "")))!;

        Assert.That(refused.Problems.Select(p => p.Field), Is.EqualTo(new[] { "orderNumber", "reasonZh", "reasonEn", "from", "to" }));
    }

    [TestCase("2026-07-13", "calendar.notClosed", TestName = "A day that is not closed is not reopened")]
    [TestCase("2026-07-08", "calendar.closureBegun", TestName = "A closure that has begun is not lifted")]
    [TestCase("2026-07-07", "calendar.closureBegun", TestName = "A closure that has passed is not lifted")]
    [TestCase("2030-07-08", "calendar.notClosed", TestName = "A day of a year without a notice is not reopened")]
    public async Task Does_not_reopen(string day, string code)
    {
        await using var app = await App.Start("2026-07-08 09:00");
        await app.Send(Typhoon(new(2026, 7, 7), new(2026, 7, 8)) with { ConfirmPast = true });

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ReopenDay.Command(Day(day), "示例令")))!;

        Assert.That(refused.Problems.Single().Code, Is.EqualTo(code));
    }

    /// <summary>pm4py #558: a calendar that is accepted and then ignored.</summary>
    [Test]
    public async Task Another_calendar_gives_another_date_wherever_the_closed_day_would_have_been_counted([Random(0, int.MaxValue, 5)] int seed)
    {
        await using var app = await App.Start("2025-12-30 09:00");
        var random = new Random(seed);
        var before = PublishCalendarTests.Days(app);
        var closed = before.Add(new(2025, 12, 31), random.Next(1, 200)).Date;

        await app.Send(Typhoon(closed, closed));

        var after = PublishCalendarTests.Days(app);
        for (var i = 0; i < 2_000; i++)
        {
            var start = new DateOnly(2025, 10, 1).AddDays(random.Next(400));
            var limit = random.Next(1, 30);
            var due = before.Add(start, limit).Date;
            var counted = start < closed && closed <= due;
            var expected = counted ? before.Add(start, limit + 1).Date : due;
            if (after.Add(start, limit).Date != expected) Assert.Fail($"seed {seed}: closing {closed}, {limit} working days from {start} gave {after.Add(start, limit).Date} instead of {expected}");
        }
    }

    private static DateOnly Day(string written) => DateOnly.ParseExact(written, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static CloseZone.Command Typhoon(DateOnly from, DateOnly to) => new(from, to, "示例令〔2026〕3号", "台风", "Typhoon");
}
