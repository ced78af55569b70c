using Approvals.Messaging;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Projects;
using MediatR;

namespace Approvals.Tests.Reports;

/// <summary>From the land to the start and from the handover to the title: each project once, on the day that is right by all that was reported.</summary>
[Parallelizable]
internal sealed class MilestonesTests
{
    private static readonly DateOnly Land = new(2026, 3, 2);
    private static readonly DateOnly Earlier = new(2026, 3, 9);
    private static readonly DateOnly Start = new(2026, 3, 12);

    [Test]
    public async Task A_phase_that_had_started_before_the_first_takes_the_project_from_its_day()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.ConstructionStarted, Start, phase: 1);
        await Night(app, "2026-03-16");
        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Start, 8L) }));

        await Report(app, MilestoneKind.ConstructionStarted, Earlier, phase: 2);
        await Night(app, "2026-03-18");

        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Earlier, 5L) }));
    }

    [Test]
    public async Task Land_that_is_reported_after_the_start_counts_the_project_on_the_day_of_the_start()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.ConstructionStarted, Start);
        await Report(app, MilestoneKind.Titled, Start);
        await Night(app, "2026-03-16");
        Assert.That(await Counted(app, "landToStart"), Is.Empty);

        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.HandedOver, Earlier);
        await Night(app, "2026-03-18");

        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Start, 8L) }));
        Assert.That(await Counted(app, "handoverToTitle"), Is.EqualTo(new[] { (Start, 3L) }));
    }

    [Test]
    public async Task A_start_that_is_put_right_leaves_the_day_it_was_counted_on()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.ConstructionStarted, Start);
        await Night(app, "2026-03-16");

        await Correct(app, MilestoneKind.ConstructionStarted, Earlier);
        await Night(app, "2026-03-18");
        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Earlier, 5L) }));

        await Correct(app, MilestoneKind.LandAcquired, Land.AddDays(2));
        await Night(app, "2026-03-20");
        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Earlier, 3L) }));
    }

    [Test]
    public async Task What_is_taken_back_is_counted_no_more_nor_is_what_rested_on_it()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.HandedOver, Earlier);
        await Report(app, MilestoneKind.Titled, Earlier);
        await Report(app, MilestoneKind.ConstructionStarted, Start);
        await Night(app, "2026-03-16");
        Assert.That(await Counted(app, "handoverToTitle"), Is.EqualTo(new[] { (Earlier, 0L) }));

        await Correct(app, MilestoneKind.Titled, null);
        await Correct(app, MilestoneKind.LandAcquired, null);
        await Night(app, "2026-03-18");

        Assert.That(await Counted(app, "handoverToTitle"), Is.Empty);
        Assert.That(await Counted(app, "landToStart"), Is.Empty);
    }

    /// <summary>As the page of the project has it, whose span goes on running.</summary>
    [Test]
    public async Task The_title_of_one_phase_is_not_yet_that_of_the_project()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.HandedOver, Earlier);
        await app.Change("INSERT INTO projects_milestone (project_id, phase, kind, reached_on, reported_by, reported_at) SELECT id, 1, 'Titled', @on, 5, @at FROM projects_project", new { on = Start, at = app.Zone.Now });
        await Night(app, "2026-03-16");

        var milestones = await app.Send(new MilestonesOf(await app.Value<long>("SELECT id FROM projects_project")), Person.Auditor);
        Assert.That(Spans.HandoverToTitle(milestones, app.Calendar(), Start)!.IsRunning);
        Assert.That(await Counted(app, "handoverToTitle"), Is.Empty);

        await Report(app, MilestoneKind.Titled, Start.AddDays(4));
        await Night(app, "2026-03-18");
        Assert.That(await Counted(app, "handoverToTitle"), Is.EqualTo(new[] { (Start.AddDays(4), 5L) }));
    }

    [Test]
    public async Task A_project_whose_milestones_nobody_touched_has_no_day_counted_again()
    {
        await using var app = await Begun();
        await Report(app, MilestoneKind.LandAcquired, Land);
        await Report(app, MilestoneKind.ConstructionStarted, Start);
        await Night(app, "2026-03-16");
        // A figure that is wrong shows whether its day is counted again.
        await app.Change("UPDATE reports_count SET total = total + 7 WHERE figure = 'landToStart'");

        await Night(app, "2026-03-18");

        Assert.That(await Counted(app, "landToStart"), Is.EqualTo(new[] { (Start, 8L) }), "the list reads the milestones");
        Assert.That((await app.Runs()).Where(r => r.Revision > 1 && r.BusinessDate == Start).Select(r => r.Changed), Is.Empty);
    }

    /// <summary>A project in two phases, in books that begin before it.</summary>
    private static async Task<App> Begun()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.MakeReports();
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期", "二期"] }, Person.Clerk);
        app.SetTime("2026-03-13 10:00");
        return app;
    }

    /// <summary>On which days the figure counts a project in the reports of each day, and for how many days; its list and its month say the same.</summary>
    private static async Task<IReadOnlyList<(DateOnly On, long Days)>> Counted(App app, string figure)
    {
        var days = (await app.Rows<Day>("""
            SELECT r.business_date, c.value, c.n
              FROM reports_run r
              JOIN reports_count c ON c.run_id = r.id
             WHERE r.is_current = 1 AND c.cut = 'zone' AND c.figure = @figure
             ORDER BY r.business_date
            """, new { figure })).Select(d => (d.BusinessDate, d.N * d.Value)).ToList();
        var month = (await app.Report(kind: Period.Month)).Whole.Now;
        var listed = await app.Send(new ListReportProjects.Query(figure == "landToStart" ? "started" : "titled", new(2026, 3, 1), new(2026, 3, 31)), Person.Leader);
        Assert.That(listed.Rows.Select(r => (r.On, (long)r.Days!)), Is.EqualTo(days));
        Assert.That(month.N(figure), Is.EqualTo(days.Count));
        return days;
    }

    private static Task Report(App app, MilestoneKind kind, DateOnly on, int phase = 0) => Done(app, new ReportMilestone.Command(kind, on, phase, Code, "纸质填报"));

    private static Task Correct(App app, MilestoneKind kind, DateOnly? on) => Done(app, new CorrectMilestone.Command(kind, on, "日期有误", 0, Code));

    private static string Code => RegisterProjectTests.Right.Code;

    private static async Task Done<T>(App app, IRequest<T> request)
    {
        try
        {
            await app.Send(request, Person.Supervisor);
        }
        catch (Asked asked)
        {
            await app.Countersign(asked.Number, TwoPersons.OtherSupervisor);
        }
    }

    /// <summary>The night of a day, and the morning after it.</summary>
    private static async Task Night(App app, string day)
    {
        app.SetTime($"{day} 00:30");
        await app.MakeReports();
        app.SetTime($"{day} 10:00");
    }

    private sealed record Day
    {
        public DateOnly BusinessDate { get; init; }
        public int Value { get; init; }
        public long N { get; init; }
    }
}
