using System.Globalization;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;

namespace Approvals.Tests.Deadlines;

[Parallelizable]
internal sealed class StartAndStopClocksTests
{
    [Test]
    public async Task Due_dates_come_back_in_the_order_given()
    {
        await using var app = await App.Start();

        var due = await app.StartClocks(Clocks.Statutory(7, "2026-03-02", 20), Clocks.Promised(7, "2026-03-02", 5), Clocks.Promised(8, "2026-12-18", 10));

        Assert.That(due, Is.EqualTo(new DueDay[] { new(new(2026, 3, 30), false), new(new(2026, 3, 9), false), new(new(2027, 1, 1), true) }));
    }

    [Test]
    public async Task A_clock_stands_as_of_today_the_promised_one_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Statutory(7, "2026-03-02", 20), Clocks.Promised(7, "2026-03-02", 5));
        app.SetTime("2026-03-06 23:59");

        var clocks = await app.ClocksOf(7);

        Assert.That(clocks.Select(c => (c.Rule, c.Limit, c.DueOn, c.UsedDays, c.LeftDays, c.Light)), Is.EqualTo(new[]
        {
            ("promised", new Limit(5, "wd"), new DateOnly(2026, 3, 9), 4, 1, Light.Yellow),
            ("statutory", new Limit(20, "wd"), new DateOnly(2026, 3, 30), 4, 16, Light.Green),
        }));
        app.SetTime("2026-03-10 00:00");
        Assert.That((await app.ClocksOf(7))[0].Light, Is.EqualTo(Light.Red), "the day turns at midnight of the zone");
    }

    [Test]
    public async Task The_arithmetic_is_read_in_the_readers_language()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Promised(8, "2026-03-02", 12, Limit.Months) with { Rule = Rules.IdleFee });
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = new("zh-CN");
            Assert.That((await app.ClocksOf(7))[0].Explanation, Does.StartWith("受理日 2026-03-02").And.Not.Contain("\n"));
            Assert.That((await app.ClocksOf(8))[0].Explanation, Does.StartWith("起算日 2026-03-02"), "idle land has not been accepted");
            CultureInfo.CurrentUICulture = new("en");
            Assert.That((await app.ClocksOf(7))[0].Explanation, Does.StartWith("Accepted 2026-03-02").And.Not.Contain("\n"));
            Assert.That((await app.ClocksOf(8))[0].Explanation, Does.StartWith("From 2026-03-02"));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Test]
    public async Task A_clock_keeps_the_edition_it_was_counted_with()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        Assert.That(await app.Value<long>("SELECT calendar_edition FROM deadlines_clock"), Is.EqualTo(await app.Value<long>("SELECT MAX(id) FROM calendar_edition")));
    }

    [Test]
    public async Task Stopping_keeps_the_days_used_and_freezes_the_clock()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Statutory(7, "2026-03-02", 20), Clocks.Promised(8, "2026-03-02", 5));

        await app.StopClocks(7, "2026-03-06");

        app.SetTime("2026-03-31 09:00");
        var clocks = await app.ClocksOf(7);
        Assert.That(clocks.Select(c => (c.StoppedOn, c.UsedDays, c.LeftDays, c.Light)), Is.EqualTo(new[]
        {
            ((DateOnly?)new DateOnly(2026, 3, 6), 4, 1, Light.Green),
            (new DateOnly(2026, 3, 6), 4, 16, Light.Green),
        }));
        Assert.That((await app.ClocksOf(8))[0].StoppedOn, Is.Null, "another subject runs on");
        Assert.That(await app.Rows<int>("SELECT used_days FROM deadlines_clock WHERE stopped_on IS NOT NULL"), Is.EqualTo(new[] { 4, 4 }));
    }

    [Test]
    public async Task A_clock_stopped_after_its_due_date_stays_red()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        await app.StopClocks(7, "2026-03-11");

        Assert.That((await app.ClocksOf(7)).Select(c => (c.UsedDays, c.LeftDays, c.Light)), Is.EqualTo(new[] { (7, -2, Light.Red) }));
    }

    [Test]
    public async Task Stopping_twice_keeps_the_first()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.StopClocks(7, "2026-03-04");

        await app.StopClocks(7, "2026-03-10");

        Assert.That((await app.ClocksOf(7))[0].StoppedOn, Is.EqualTo(new DateOnly(2026, 3, 4)));
    }

    [Test]
    public async Task What_was_computed_provisional_stays_marked()
    {
        await using var app = await App.Start("2026-12-18 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-12-18", 10));
        await app.Change("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (900000, 2027, 'notice', '2026-12-19', 'test')");
        await Site.Prepare(app.Services);

        Assert.That((await app.ClocksOf(7))[0].IsProvisional, Is.True);
    }

    [Test]
    public async Task A_stopped_clock_is_explained_by_the_calendar_of_its_own_time_a_running_one_by_the_one_that_moved_it()
    {
        await using var app = await App.Start("2026-03-05 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Promised(8, "2026-03-02", 5));
        await app.StopClocks(7, "2026-03-05");

        await app.Send(new CloseZone.Command(new(2026, 3, 6), new(2026, 3, 6), "示例〔2026〕1号", "台风", "Typhoon"));
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        Assert.That((await app.ClocksOf(7))[0].Explanation, Does.Contain("第 5 个工作日为 2026-03-09").And.Not.Contain("台风"));
        Assert.That((await app.ClocksOf(8))[0].Explanation, Does.Contain("第 5 个工作日为 2026-03-10").And.Contain("台风"));
        var lines = (await app.Send(new ExplainClock("case", 7, "promised")))!.Lines.Select(l => l.En);
        Assert.That(lines, Has.Some.Contains("Working day 5 is 2026-03-09"));
    }

    [Test]
    public async Task A_clock_is_counted_by_the_calendar_another_process_has_just_published()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Change("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (7, 2026, 'another process', '2026-03-02', 'test')");
        await app.Change("INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en) VALUES (7, '2026-03-05', 0, @zh, 'Off')", new { zh = "放假" });

        var due = await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        // The year's other days off went with its older edition.
        Assert.That(due[0].Date, Is.EqualTo(new DateOnly(2026, 3, 10)));
        Assert.That(await app.Value<long>("SELECT calendar_edition FROM deadlines_clock"), Is.EqualTo(7));
        Assert.That(app.Calendar().Edition, Is.EqualTo(6), "this process has not looked yet");
    }

    [Test]
    public async Task A_second_clock_of_the_same_rule_is_not_started()
    {
        await using var app = await App.Start();
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        Assert.That(() => app.StartClocks(Clocks.Promised(7, "2026-03-03", 5)), Throws.Exception);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock"), Is.EqualTo(1));
    }
}
