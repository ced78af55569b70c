using System.Globalization;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Tests.Deadlines;

[Parallelizable]
internal sealed class ClockTests
{
    private static readonly WorkingDays Calendar = CalendarFile.ShippedDays();

    [TestCase("2026-03-02", 5, "wd", "2026-03-09", "2026-03-06", TestName = "A limit of five working days warns one day before")]
    [TestCase("2026-03-06", 1, "wd", "2026-03-09", "2026-03-06", TestName = "A limit of one working day warns at once")]
    [TestCase("2026-09-30", 20, "wd", "2026-11-03", "2026-10-30", TestName = "A limit of twenty warns two days before, over National Day")]
    [TestCase("2026-03-02", 11, "wd", "2026-03-17", "2026-03-13", TestName = "A tenth is rounded up")]
    [TestCase("2026-02-28", 1, "wd", "2026-03-02", "2026-02-28", TestName = "Acceptance on a make-up Saturday is not counted")]
    [TestCase("2026-10-01", 3, "wd", "2026-10-10", "2026-10-09", TestName = "Acceptance on a day off begins with the next working day")]
    [TestCase("2026-03-02", 30, "cd", "2026-04-01", "2026-03-29", TestName = "Calendar days run through weekends")]
    [TestCase("2026-03-02", 60, "cd", "2026-05-06", "2026-04-25", TestName = "Calendar days that end on Labour Day end after it")]
    [TestCase("2026-04-29", 10, "cd", "2026-05-09", "2026-05-08", TestName = "Calendar days that end on a make-up Saturday end there")]
    [TestCase("2026-04-30", 10, "cd", "2026-05-11", "2026-05-09", TestName = "Calendar days that end on a Sunday end on Monday")]
    public void Due_date_and_first_day_of_warning(string accepted, int limit, string unit, string due, string warn)
    {
        var clock = Clock.Start(Calendar, Day(accepted), new Limit(limit, unit));

        Assert.That(clock.Due, Is.EqualTo(new DueDay(Day(due), false)));
        Assert.That(clock.WarnOn, Is.EqualTo(Day(warn)));
    }

    [TestCase("2026-03-02", 0, 5, Light.Green)]
    [TestCase("2026-03-03", 1, 4, Light.Green)]
    [TestCase("2026-03-05", 3, 2, Light.Green)]
    [TestCase("2026-03-06", 4, 1, Light.Yellow)]
    [TestCase("2026-03-08", 4, 1, Light.Yellow, Description = "a Sunday uses nothing")]
    [TestCase("2026-03-09", 5, 0, Light.Yellow, Description = "the due day is in time")]
    [TestCase("2026-03-10", 6, -1, Light.Red)]
    [TestCase("2026-02-20", 0, 5, Light.Green, Description = "before acceptance")]
    public void Used_left_and_light_of_five_working_days_from_2_March(string on, int used, int left, Light light)
    {
        var clock = Clock.Start(Calendar, Day("2026-03-02"), new Limit(5, "wd"));

        Assert.That((clock.Used(Calendar, Day(on)), clock.Left(Calendar, Day(on)), clock.Light(Day(on))), Is.EqualTo((used, left, light)));
    }

    [TestCase("2026-04-24", 53, 7, Light.Green)]
    [TestCase("2026-04-25", 54, 6, Light.Yellow)]
    [TestCase("2026-05-01", 60, 0, Light.Yellow, Description = "the limit is used up on a holiday")]
    [TestCase("2026-05-06", 65, -5, Light.Yellow, Description = "by article 203 the day after the holidays is still in time")]
    [TestCase("2026-05-07", 66, -6, Light.Red)]
    public void Used_left_and_light_of_sixty_calendar_days_from_2_March(string on, int used, int left, Light light)
    {
        var clock = Clock.Start(Calendar, Day("2026-03-02"), new Limit(60, "cd"));

        Assert.That((clock.Used(Calendar, Day(on)), clock.Left(Calendar, Day(on)), clock.Light(Day(on))), Is.EqualTo((used, left, light)));
    }

    [Test]
    public void On_the_weekend_after_the_due_date_the_light_is_red_though_no_further_day_has_begun()
    {
        var clock = Clock.Start(Calendar, Day("2026-03-05"), new Limit(1, "wd"));
        var saturday = Day("2026-03-07");

        Assert.That((clock.Due!.Value.Date, clock.Light(saturday), clock.Left(Calendar, saturday)), Is.EqualTo((Day("2026-03-06"), Light.Red, 0)));
        Assert.That(Lights.Words(Light.Red, 0).Zh, Is.EqualTo("已超期"));
        Assert.That(Lights.Words(Light.Red, -3).Zh, Is.EqualTo("超期 3 日"));
        Assert.That(Lights.Words(Light.Yellow, 0).Zh, Is.EqualTo("今天期满"));
    }

    [TestCase("2026-12-18", 9, "wd", "2026-12-31", false)]
    [TestCase("2026-12-18", 10, "wd", "2027-01-01", true)]
    [TestCase("2026-12-01", 30, "cd", "2026-12-31", false)]
    [TestCase("2026-12-01", 31, "cd", "2027-01-01", true)]
    [TestCase("2020-12-31", 1, "wd", "2021-01-04", false)]
    [TestCase("2020-12-30", 1, "wd", "2020-12-31", true)]
    public void A_due_date_is_provisional_where_it_rests_on_an_unpublished_year(string accepted, int limit, string unit, string due, bool provisional) =>
        Assert.That(Clock.Start(Calendar, Day(accepted), new Limit(limit, unit)).Due, Is.EqualTo(new DueDay(Day(due), provisional)));

    [TestCase(0, "wd")]
    [TestCase(-1, "wd")]
    [TestCase(5, "xx")]
    [TestCase(int.MaxValue, "wd")]
    [TestCase(30_000, "cd")]
    public void A_limit_that_is_none_is_refused(int value, string unit) =>
        Assert.That(() => Clock.Start(Calendar, Day("2026-03-02"), new Limit(value, unit)), Throws.InstanceOf<Refused>());

    [Test]
    public void The_arithmetic_names_every_stretch_that_is_not_counted()
    {
        var clock = Clock.Start(Calendar, Day("2026-09-30"), new Limit(20, "wd"));

        Assert.That(new[] { In("zh-CN", clock), In("en", clock) }, Is.EqualTo(new[]
        {
            "受理日 2026-09-30（周三）不计，时限 20 个工作日。节假日不计 7 天：10-01 至 10-07 国庆节。周末不计 7 天：10-11, 10-17/10-18, 10-24/10-25, 10-31/11-01。调休上班计入 1 天：10-10（周六）。第 20 个工作日为 2026-11-03（周二），当日仍在时限内。",
            "Accepted 2026-09-30 (Wed), not counted; limit 20 WD. Holidays not counted, 7: 10-01 to 10-07 National Day. Weekend days not counted, 7: 10-11, 10-17/10-18, 10-24/10-25, 10-31/11-01. Make-up days counted, 1: 10-10 (Sat). Working day 20 is 2026-11-03 (Tue); that day is in time.",
        }));
    }

    [Test]
    public void The_arithmetic_of_calendar_days_says_why_the_end_moved()
    {
        var clock = Clock.Start(Calendar, Day("2026-03-02"), new Limit(60, "cd"));

        Assert.That(In("zh-CN", clock), Does.StartWith("受理日 2026-03-02（周一）不计，时限 60 日。第 60 日为 2026-05-01（周五，劳动节），按民法典第二百零三条顺延至 2026-05-06（周三），当日仍在时限内。"));
    }

    [Test]
    public void The_arithmetic_says_which_year_is_not_published()
    {
        var clock = Clock.Start(Calendar, Day("2026-12-18"), new Limit(10, "wd"));

        Assert.That(In("zh-CN", clock), Does.Contain("2027 年放假通知尚未发布"));
        Assert.That(In("en", clock), Does.Contain("The holidays of 2027 are not published"));
    }

    [Test]
    public void The_arithmetic_of_calendar_days_that_end_in_an_unpublished_year_says_so() =>
        Assert.That(In("zh-CN", Clock.Start(Calendar, new(2026, 12, 1), new(31, "cd"))), Does.Contain("2027 年放假通知尚未发布"));

    private static string In(string language, Clock clock)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = new(language);
            return Arithmetic.Of(clock, Calendar, Rules.Promised);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");
}
