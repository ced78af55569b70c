using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Land;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;

namespace Approvals.Tests.Timeline;

[Parallelizable]
internal sealed class WeekTests
{
    private const string Code = Scene.ProjectCode;

    [TestCase("2026-03-02", "2026-02-23")]
    [TestCase("2026-03-03", "2026-03-02")]
    [TestCase("2026-03-08", "2026-03-02")]
    [TestCase("2026-03-09", "2026-03-02")]
    public void The_week_begins_with_the_last_Monday_on_a_Monday_with_the_one_before(string today, string monday) =>
        Assert.That(ShowWeek.Monday(Clocks.Day(today)), Is.EqualTo(Clocks.Day(monday)));

    [Test]
    public async Task Each_day_that_moved_is_told_with_its_cause_and_what_moved_before_the_week_is_not()
    {
        await using var app = await Started();
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2026, 12, 1))], Code), Person.Supervisor);
        app.SetTime("2026-03-10 09:00");
        var @case = (await app.Apply(Code, "A01"))["A01"];
        var subject = await app.Value<long>("SELECT id FROM permits_case WHERE number = @number", new { number = @case });
        await app.Pause(subject, "2026-03-10");
        app.SetTime("2026-03-12 09:00");
        await app.Resume(subject, "2026-03-11");
        await app.Extend(subject, 3);
        await app.TakeExtensionBack(subject);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2026, 12, 8))], Code), Person.Supervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 2, 10), 0, Code));
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 12), 0, Code), Person.Supervisor);
        await app.Send(new CorrectMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 11), "日期看错", 0, Code), Person.Supervisor);

        var week = await app.Send(new ShowWeek.Query(Code), Person.Leader);
        var all = await app.Send(new ShowWeek.Query(), Person.Leader);
        var foreign = await app.Send(new ShowWeek.Query(), Person.Manager);

        var promised = week.Lines.Where(l => !l.What.Zh.Contains("法定") && !l.What.Zh.Contains("阶段")).Reverse().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(week.Since, Is.EqualTo(Clocks.Day("2026-03-09")));
            Assert.That(promised.Select(l => l.Cause), Is.EqualTo(new[]
            {
                MoveCause.Pause, MoveCause.Resumption, MoveCause.Extension, MoveCause.ExtensionTakenBack, MoveCause.Planned, MoveCause.ReportedLate, MoveCause.Reported, MoveCause.Corrected,
            }));
            Assert.That((promised[0].To, promised[2].Days, promised[3].Days), Is.EqualTo(((DateOnly?)null, (int?)3, (int?)-3)));
            Assert.That((promised[4].What.Zh, promised[4].From, promised[4].To, promised[4].Days), Is.EqualTo(("「竣工」计划", (DateOnly?)Clocks.Day("2026-12-01"), (DateOnly?)Clocks.Day("2026-12-08"), (int?)5)));
            Assert.That((promised[7].From, promised[7].To, promised[7].Reason), Is.EqualTo(((DateOnly?)Clocks.Day("2026-03-12"), (DateOnly?)Clocks.Day("2026-03-11"), "日期看错")));
            Assert.That(all.Lines.Select(l => (l.At, l.What)), Is.EqualTo(week.Lines.Select(l => (l.At, l.What))));
            Assert.That(foreign.Lines, Is.Empty, "a manager sees what is theirs");
        });
    }

    [Test]
    public async Task What_the_calendar_moved_stands_with_the_project_and_over_all_as_one_piece_of_news()
    {
        await using var app = await Started();
        await app.Apply(Code, "A01");
        await app.Send(new CloseZone.Command(Clocks.Day("2026-03-03"), Clocks.Day("2026-03-03"), "3号", "台风", "Typhoon"));
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        var week = await app.Send(new ShowWeek.Query(Code), Person.Leader);
        var all = await app.Send(new ShowWeek.Query(), Person.Leader);

        Assert.That(week.Lines.Select(l => l.Cause), Is.Not.Empty.And.All.EqualTo(MoveCause.Calendar));
        Assert.That(week.Lines[0].Days, Is.EqualTo(1));
        Assert.That((all.Lines.Count, all.Calendar.Single().Moved), Is.EqualTo((0, await app.Value<int>("SELECT COUNT(*) FROM deadlines_move"))));
    }

    [Test]
    public async Task Days_of_a_stage_an_application_and_the_land_are_told_as_those_of_a_case()
    {
        await using var app = await App.Start();
        await app.BringToHandover();
        await app.Do(new HandOverParcel.Command("JD-9", new(2026, 3, 2), "三方", Ground.Parcel));
        var accepted = await app.Apply(Ground.Project, "A01");
        var received = await app.Receive(Ground.Project, "A02");
        await app.Send(new CloseZone.Command(Clocks.Day("2026-03-03"), Clocks.Day("2026-03-03"), "3号", "台风", "Typhoon"));
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        await app.Inside(new PauseClocks("stage", await app.Value<long>("SELECT id FROM onewindow_stage"), "示例", new("示例", "example"), "示例", new(2026, 3, 2), null, null, "", "", "S", ""));
        var week = await app.Send(new ShowWeek.Query(Ground.Project), Person.Leader);
        var all = await app.Send(new ShowWeek.Query(), Person.Leader);

        var stage = $"{accepted.Number}-S{await app.Value<int>("SELECT stage FROM onewindow_stage")} 阶段时限到期";
        Assert.That(
            week.Lines.Where(l => l.Cause == MoveCause.Calendar).Select(l => (l.What.Zh, l.Days)),
            Is.SupersetOf(new[] { (stage, (int?)1), ($"{received.Number} 收件答复到期", 1), ($"{Ground.Parcel} 交证到期", 1), ($"{accepted["A01"]} 承诺时限到期", 1) }));
        Assert.That(all.Lines.Where(l => l.What.Zh.EndsWith("到期", StringComparison.Ordinal)).Select(l => (l.What.Zh, l.Cause, l.To)), Is.EqualTo(new[] { (stage, MoveCause.Pause, (DateOnly?)null) }), "of the calendar the news alone");
    }

    /// <summary>However often the job runs, and whatever has changed by then.</summary>
    [Test]
    public async Task What_was_kept_on_Monday_stays_and_what_was_missed_is_kept_once_under_the_day_it_was_made()
    {
        await using var app = await Started();
        await Keep(app);
        var monday = await app.Rows<string>(KeptDays);
        await app.Send(new ChangeSchedule.Command([new("MainStructure", Days: 300)], Code), Person.Supervisor);
        await Keep(app);
        app.SetTime("2026-03-04 03:00");
        await Keep(app);
        var wednesday = await app.Rows<string>(KeptDays);
        // The next Monday the program is down; the job runs on Tuesday.
        app.SetTime("2026-03-10 03:00");
        await Keep(app);
        await app.Send(new ChangeSchedule.Command([new("MainStructure", Days: 200)], Code), Person.Supervisor);
        app.SetTime("2026-03-11 03:00");
        await Keep(app);
        var week = await app.Send(new ShowWeek.Query(Code), Person.Leader);
        var weekBefore = await app.Send(new ShowWeek.Query(Code, Clocks.Day("2026-03-02")), Person.Leader);

        Assert.That(monday, Is.Not.Empty);
        Assert.That(wednesday, Is.EqualTo(monday));
        Assert.That(await app.Rows<string>("SELECT DISTINCT CONCAT(week_on, '') FROM timeline_week ORDER BY 1"), Is.EqualTo(new[] { "2026-03-02", "2026-03-10" }));
        Assert.That((week.Since, week.ForecastOf, weekBefore.ForecastOf), Is.EqualTo((Clocks.Day("2026-03-09"), (DateOnly?)Clocks.Day("2026-03-10"), (DateOnly?)Clocks.Day("2026-03-02"))));
        Assert.That(week.Forecasts.Select(f => f.Days), Has.Some.LessThan(0), "it was planned shorter since Tuesday");
    }

    [Test]
    public async Task The_forecast_of_Monday_is_kept_and_held_against_todays()
    {
        await using var app = await Started();
        await Keep(app);
        var same = await app.Send(new ShowWeek.Query(Code, Clocks.Day("2026-03-02")), Person.Leader);
        await app.Send(new ChangeSchedule.Command([new("MainStructure", Days: 300)], Code), Person.Supervisor);
        var later = await app.Send(new ShowWeek.Query(Code, Clocks.Day("2026-03-02")), Person.Leader);

        Assert.That((same.ForecastOf, same.Forecasts.Count), Is.EqualTo(((DateOnly?)Clocks.Day("2026-03-02"), 0)));
        Assert.That(later.Forecasts.Select(f => f.Name.Zh), Does.Contain("竣工").And.Not.Contain("取得土地"));
        Assert.That(later.Forecasts.Select(f => f.Days), Is.All.GreaterThan(0));
    }

    [Test]
    public async Task A_first_day_to_come_or_years_back_is_told()
    {
        await using var app = await Started();
        foreach (var since in new[] { "2026-03-03", "2024-03-02" })
            Assert.That((await Scene.RefusalOf(() => app.Send(new ShowWeek.Query(Since: Clocks.Day(since)), Person.Leader))).Problems.Single().Field, Is.EqualTo("since"), since);
    }

    private const string KeptDays = "SELECT CONCAT(week_on, ' ', code, ' ', likely_on) FROM timeline_week ORDER BY 1";

    private static async Task Keep(App app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<KeepForecasts.Job>(scope.ServiceProvider).Run(default);
    }

    private static async Task<App> Started()
    {
        var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        return app;
    }
}
