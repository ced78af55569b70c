using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Deadlines;
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

        var promised = week.Lines.Where(l => !l.What.Zh.Contains("法定")).Reverse().ToList();
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
    public async Task The_forecast_of_Monday_is_kept_and_held_against_todays()
    {
        await using var app = await Started();
        await using (var scope = app.Services.CreateAsyncScope())
            await ActivatorUtilities.CreateInstance<KeepForecasts.Job>(scope.ServiceProvider).Run(default);
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
            Assert.That((await app.Refusal(new ShowWeek.Query(Since: Clocks.Day(since)), Person.Leader)).Problems.Single().Field, Is.EqualTo("since"), since);
    }

    private static async Task<App> Started()
    {
        var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        return app;
    }
}
