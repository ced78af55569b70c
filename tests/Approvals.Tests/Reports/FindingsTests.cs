using System.Globalization;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using MediatR;

namespace Approvals.Tests.Reports;

/// <summary>What the report finds, from cases of which each rule is known to hold or not, and the rows each finding leads to.</summary>
[Parallelizable]
internal sealed class FindingsTests
{
    private static readonly DateOnly Day = new(2026, 3, 10);

    [Test]
    public async Task The_five_items_that_moved_most_are_named_the_most_on_top_and_lead_to_their_cases()
    {
        await using var app = await Opened();
        for (var item = 1; item <= 7; item++)
        {
            // The day before each took 5 days; the first item moved by one, the last by seven, up and down in turn.
            for (var n = 0; n < 10; n++)
            {
                await Closed(app, $"A{item:00}", Day.AddDays(-1), used: 9, limit: 20);
                await Closed(app, $"A{item:00}", Day, used: item % 2 == 0 ? 9 + item : 9 - item, limit: 20);
            }
        }

        var movers = (await Found(app)).Where(f => f.Kind == "mover").ToList();

        Assert.That(movers.Select(f => f.Link.Split("key=")[1]), Is.EqualTo(new[] { "A07", "A06", "A05", "A04", "A03" }));
        Assert.That(movers[0].Title.Zh, Does.Contain("变快 7.0 日"));
        Assert.That(movers[1].Title.Zh, Does.Contain("变慢 6.0 日"));
        Assert.That(movers[0].Detail.Zh, Is.EqualTo("上期 10 件平均 9.0 个工作日，本期 10 件平均 2.0 个工作日。"));
        foreach (var mover in movers) Assert.That(await Rows(app, mover.Link), Is.EqualTo(10));
    }

    /// <summary>On neither side: a mean of few cases is chance.</summary>
    [TestCase(10, 10, 1)]
    [TestCase(9, 20, 0)]
    [TestCase(20, 9, 0)]
    public async Task Less_than_ten_cases_move_nothing(int before, int now, int movers)
    {
        await using var app = await Opened();
        for (var n = 0; n < before; n++) await Closed(app, "A01", Day.AddDays(-1), used: 9, limit: 10);
        for (var n = 0; n < now; n++) await Closed(app, "A01", Day, used: 6, limit: 10);

        Assert.That((await Found(app)).Count(f => f.Kind == "mover"), Is.EqualTo(movers));
    }

    [Test]
    public async Task What_moved_for_many_comes_before_what_moved_further_for_few()
    {
        await using var app = await Opened();
        foreach (var (item, cases, further) in new[] { ("A01", 20, 2), ("A02", 10, 3) })
        {
            for (var n = 0; n < cases; n++)
            {
                await Closed(app, item, Day.AddDays(-1), used: 9, limit: 20);
                await Closed(app, item, Day, used: 9 + further, limit: 20);
            }
        }

        Assert.That((await Found(app)).Where(f => f.Kind == "mover").Select(f => f.Link.Split("key=")[1]), Is.EqualTo(new[] { "A01", "A02" }));
    }

    [TestCase(20, 1)]
    [TestCase(21, 0, TestName = "Less_than_a_twentieth_of_a_day_is_no_move")]
    public async Task A_twentieth_of_a_day_is_a_move(int cases, int movers)
    {
        await using var app = await Opened();
        for (var n = 0; n < cases; n++)
        {
            await Closed(app, "A01", Day.AddDays(-1), used: 9, limit: 10);
            await Closed(app, "A01", Day, used: n == 0 ? 10 : 9, limit: 10);
        }

        Assert.That((await Found(app)).Count(f => f.Kind == "mover"), Is.EqualTo(movers));
    }

    [TestCase(10, 5, 10, "early")]
    [TestCase(10, 6, 10, null, TestName = "A_limit_of_which_more_than_half_is_used_is_not_too_long")]
    [TestCase(9, 5, 10, null, TestName = "Nine_cases_judge_no_limit")]
    public async Task A_limit_that_is_always_met_early_could_be_shorter(int cases, int used, int limit, string? kind)
    {
        await using var app = await Opened();
        for (var n = 0; n < cases; n++) await Closed(app, "A04", Day, used, limit);
        await Judged(app, kind, cases);
    }

    /// <summary>Of an item whose limit was another in an earlier process, or is in calendar days there.</summary>
    [Test]
    public async Task Each_limit_is_judged_by_the_cases_that_had_it()
    {
        await using var app = await Opened();
        for (var n = 0; n < 10; n++)
        {
            await Closed(app, "A04", Day, used: 3, limit: 4);
            await Closed(app, "A04", Day, used: 3, limit: 20);
        }

        for (var n = 0; n < 5; n++) await Closed(app, "A04", Day, used: 40, limit: 50);
        await app.Change("UPDATE reports_case SET limit_days = NULL WHERE limit_days = 50");
        var found = await Found(app);

        Assert.That(found.Select(f => f.Kind), Is.EqualTo(new[] { "early" }));
        Assert.That(found[0].Title.Zh, Does.Contain("时限 20 个工作日可以缩短"));
        Assert.That(found[0].Detail.Zh, Is.EqualTo("时限（含延长）20 个工作日的 10 件全部按时，九成不超过 3 日。"));
        Assert.That(await Rows(app, found[0].Link), Is.EqualTo(10));
    }

    [Test]
    public async Task A_limit_that_one_case_missed_is_not_too_long()
    {
        await using var app = await Opened();
        for (var n = 0; n < 10; n++) await Closed(app, "A04", Day, used: n == 0 ? 12 : 5, limit: 10);
        await Judged(app, null, 0);
    }

    [TestCase(10, 5, "never")]
    [TestCase(10, 4, null, TestName = "A_limit_met_more_often_than_not_is_kept")]
    public async Task A_limit_that_is_mostly_missed_is_named(int cases, int late, string? kind)
    {
        await using var app = await Opened();
        for (var n = 0; n < cases; n++) await Closed(app, "A04", Day, used: n < late ? 12 : 9, limit: 10);
        await Judged(app, kind, late);
    }

    [TestCase(3, 12, "pauses")]
    [TestCase(3, 13, null, TestName = "Less_than_a_fifth_by_pauses_is_no_finding")]
    [TestCase(2, 4, null, TestName = "Two_by_pauses_are_no_finding")]
    public async Task A_department_that_is_in_time_because_of_its_pauses_is_named(int byPause, int others, string? kind)
    {
        await using var app = await Opened();
        for (var n = 0; n < byPause; n++) await Closed(app, "A04", Day, used: 8, limit: 10, run: 15);
        for (var n = 0; n < others; n++) await Closed(app, "A04", Day, used: 8, limit: 10, run: 8);
        await Judged(app, kind, byPause);
    }

    [Test]
    public async Task A_step_that_was_started_with_no_earlier_case_was_prepared_elsewhere()
    {
        await using var app = await Opened();
        await Started(app, "A09", project: 1);
        var project = await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        await Started(app, "A09", project);
        // One that has a case, and not of what is needed.
        var other = await app.Project("2601-510300-04-01-900002");
        await app.Apply("2601-510300-04-01-900002", "A10");
        await Started(app, "A09", other);

        var outside = (await Found(app)).Where(f => f.Kind == "outside").ToList();

        Assert.That(outside.Select(f => f.Link), Is.EqualTo(new[] { "/cases/S1-A09", $"/cases/S{other}-A09" }));
        Assert.That(outside.Select(f => f.Detail.Zh), Is.All.Contains("没有 A01"));
        Assert.That((await app.Report(Day, who: Person.Head("STHJ"))).Findings.Count(f => f.Kind == "outside"), Is.EqualTo(2));
        Assert.That((await app.Report(Day, who: Person.Head("ZRZY"))).Findings, Is.Empty, "another department's");
    }

    [Test]
    public async Task Of_many_steps_prepared_elsewhere_five_are_named_and_a_list_has_them_all()
    {
        await using var few = await Opened();
        for (var project = 1; project <= 5; project++) await Started(few, "A09", project);
        Assert.That((await Found(few)).Where(f => f.Kind == "outside").Select(f => f.Link), Is.EqualTo(Enumerable.Range(1, 5).Select(n => $"/cases/S{n}-A09")), "five are no more than five");

        await using var app = await Opened();
        await app.AcceptedFacts("A01", 2, Day);
        for (var project = 1; project <= 7; project++) await Started(app, "A09", project);
        var outside = (await Found(app)).Where(f => f.Kind == "outside").ToList();

        Assert.That(outside.Take(5).Select(f => f.Link), Is.EqualTo(Enumerable.Range(1, 5).Select(n => $"/cases/S{n}-A09")));
        Assert.That(outside, Has.Count.EqualTo(6));
        Assert.That(await Rows(app, outside[5].Link), Is.EqualTo(7));
        Assert.That((await app.Send(new ListReportCases.Query("outside", Day, Day), Person.Head("ZRZY"))).Rows, Is.Empty, "another department's");
    }

    /// <summary>A page that looked through what was accepted would be the slower the longer the history.</summary>
    [Test]
    public async Task A_page_tells_of_steps_prepared_elsewhere_what_the_night_found_and_is_still_so()
    {
        await using var app = await Opened();
        await Started(app, "A09", project: 1);
        var later = await app.Project();
        await Started(app, "A09", later);
        Assert.That((await Found(app)).Count(f => f.Kind == "outside"), Is.EqualTo(2));

        await Started(app, "A09", project: 2);
        await app.Receive(Scene.ProjectCode, "A01");

        Assert.That((await app.Report(Day)).Findings.Where(f => f.Kind == "outside").Select(f => f.Link), Is.EqualTo(new[] { "/cases/S1-A09" }), "one was put right, and of another the night knew nothing");
    }

    /// <summary>The works, or the title, and no approval before them: whatever became of the approval later.</summary>
    [TestCase(MilestoneKind.ConstructionStarted, "A08", null, "没有通过的 A08")]
    [TestCase(MilestoneKind.ConstructionStarted, "A08", "2026-03-11", "2026-03-11 才通过")]
    [TestCase(MilestoneKind.ConstructionStarted, "A08", "2026-03-10", null)]
    [TestCase(MilestoneKind.ConstructionStarted, "A03", "2026-03-09", "没有通过的 A08", TestName = "Another_items_approval_begins_no_works")]
    [TestCase(MilestoneKind.Titled, "A03", null, "没有通过的 A03")]
    [TestCase(MilestoneKind.Titled, "A03", "2026-03-11", "2026-03-11 才通过")]
    [TestCase(MilestoneKind.Titled, "A03", "2026-03-10", null)]
    [TestCase(MilestoneKind.MainStructure, "A08", null, null, TestName = "Other_milestones_need_no_approval_of_their_own")]
    public async Task A_milestone_with_no_approval_before_it_was_reached_outside_the_system(MilestoneKind kind, string item, string? approvedOn, string? told)
    {
        await using var app = await App.Start("2026-03-09 09:00");
        var project = await app.Project();
        app.SetTime("2026-03-11 10:00");
        if (approvedOn is not null) await Approved(app, project, item, approvedOn);
        await app.Send(new ReportMilestone.Command(kind, Day, 0, Scene.ProjectCode), Person.Supervisor);
        app.SetTime("2026-03-12 00:30");
        await app.MakeReports();

        var reported = new DateOnly(2026, 3, 11);
        var outside = (await app.Report(reported)).Findings.Where(f => f.Kind == "outside").ToList();
        Assert.That(outside.Select(f => f.Link), Is.EqualTo(told is null ? [] : new[] { $"/projects/{Scene.ProjectCode}" }));
        Assert.That((await app.Report(reported, who: Person.Head("ZRZY"))).Findings, Is.Empty, "a whole project is no department's");
        if (told is null) return;
        Assert.That(outside[0].Detail.Zh, Does.Contain("2026-03-10").And.Contain(told));
        var list = kind == MilestoneKind.Titled ? "unregistered" : "unpermitted";
        Assert.That((await app.Send(new ListReportProjects.Query(list, reported, reported), Person.Leader)).Rows.Select(r => r.Code), Is.EqualTo(new[] { Scene.ProjectCode }));

        await Approved(app, project, kind == MilestoneKind.Titled ? "A03" : "A08", "2026-03-10");
        Assert.That((await app.Report(reported)).Findings.Where(f => f.Kind == "outside"), Is.Empty, "what was entered since puts it right");
    }

    [Test]
    public async Task Of_many_projects_that_began_without_a_permit_five_are_named_and_a_list_has_them_all()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        for (var n = 1; n <= 7; n++)
        {
            var code = $"2601-510300-04-01-{910_000 + n:000000}";
            await app.Project(code);
            await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, Day, 0, code), Person.Supervisor);
        }

        app.SetTime("2026-03-11 00:30");
        await app.MakeReports();

        var outside = (await app.Report(Day)).Findings.Where(f => f.Kind == "outside").ToList();
        Assert.That(outside, Has.Count.EqualTo(6));
        var of = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(outside[5].Link[outside[5].Link.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.That(outside[5].Link, Does.StartWith("/reports/sla/projects?"));
        var first = await app.Send(new ListReportProjects.Query(of["list"].ToString(), Day, Day, Rows: 4), Person.Leader);
        var rest = await app.Send(new ListReportProjects.Query(of["list"].ToString(), Day, Day, After: first.Next, Rows: 4), Person.Leader);
        Assert.That(first.Rows.Concat(rest.Rows).Select(r => r.Code), Is.Unique.And.Exactly(7).Items);
    }

    /// <summary>From its receipt to its decision in the entries of one day, when all of it was over.</summary>
    [TestCase("2026-03-03", "2026-03-09", true)]
    [TestCase("2026-03-09", "2026-03-09", false, TestName = "What_is_received_and_decided_in_a_day_and_entered_then_is_no_sign")]
    [TestCase("2026-03-03", "2026-03-10", false, TestName = "Nor_is_what_was_received_late_and_decided_on_another_day")]
    public async Task A_case_entered_at_once_when_it_was_through_was_worked_on_elsewhere(string received, string entered, bool isTold)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        app.SetTime("2026-03-09 10:00");
        DateTime At(int hour) => DateTime.Parse($"{received} {hour:00}:00:00", CultureInfo.InvariantCulture);
        async Task Done<T>(IRequest<T> request, Person who, Person second)
        {
            if (received == "2026-03-09") await app.Send(request, who);
            else await app.SendByTwo(request, who, second);
        }

        await Done(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], ["D02", "D04", "D05"], "示例经办", "0813-0000000", At(9), "纸质办理"), Person.Clerk, Person.Supervisor);
        var application = await app.Value<string>("SELECT number FROM onewindow_application");
        await Done(new Accept.Command(application, At(9), "纸质办理"), Person.Clerk, Person.Supervisor);
        app.SetTime($"{entered} 11:00");
        var number = $"{application}-01";
        if (entered == "2026-03-10") await app.Send(new ApproveCase.Command(number, "示例〔2026〕1号"), Person.Reviewer("FGJX"));
        else await Done(new ApproveCase.Command(number, "示例〔2026〕1号", null, At(10), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-11 00:30");
        await app.MakeReports();

        var outside = (await app.Report(Day, Period.Month)).Findings.Where(f => f.Kind == "outside").ToList();
        Assert.That(outside.Select(f => f.Link), Is.EqualTo(isTold ? new[] { $"/cases/{number}" } : []));
        if (!isTold) return;
        Assert.That(outside[0].Detail.Zh, Does.Contain("收件 2026-03-03，决定 2026-03-03，都在 2026-03-09 才录入"));
        Assert.That((await app.Send(new ListReportCases.Query("session", Day.AddDays(-1), Day), Person.Leader)).Rows.Select(r => r.Case.Number), Is.EqualTo(new[] { number }));
        Assert.That((await app.Report(Day, Period.Month, Person.Head("FGJX"))).Findings.Count(f => f.Kind == "outside"), Is.EqualTo(1));
        Assert.That((await app.Report(Day, Period.Month, Person.Head("ZRZY"))).Findings, Is.Empty, "another department's");
    }

    /// <summary>What was decided before the reports began is in no report; the case is there all the same.</summary>
    [Test]
    public async Task A_step_whose_earlier_case_is_older_than_the_reports_was_not_prepared_elsewhere()
    {
        await using var app = await Opened();
        var project = await app.Project();
        await app.Approve((await app.Apply(Scene.ProjectCode, "A01"))["A01"], "FGJX");
        await Started(app, "A09", project);

        Assert.That(await Found(app), Is.Empty);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_case WHERE item_code = 'A01'"), Is.Zero, "none of the reports' own");
    }

    [Test]
    public async Task However_many_were_accepted_all_are_looked_at()
    {
        await using var app = await Opened();
        await app.AcceptedFacts("A01", 50_001, Day);
        await Started(app, "A09", project: 1);
        Assert.That((await Found(app)).Where(f => f.Kind == "outside").Select(f => f.Link), Is.EqualTo(new[] { "/cases/S1-A09" }), "behind fifty thousand");
    }

    /// <summary>The law accepts what the window left unanswered, from the day of its receipt; nobody entered that late.</summary>
    [Test]
    public async Task Acceptances_by_law_are_no_late_entries_and_accuse_nobody()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        for (var n = 1; n <= 10; n++)
        {
            var code = $"2601-510300-04-01-{910_000 + n:000000}";
            await app.Project(code);
            await app.Receive(code, "A01");
        }

        app.SetTime("2026-03-10 10:00");
        foreach (var overdue in await app.Send(new DeemAccepted.Query())) await app.Send(new DeemAccepted.Command(overdue.Number));
        app.SetTime("2026-03-11 00:30");
        await app.MakeReports();

        var report = await app.Report(Day, Period.Month);
        Assert.That((report.Whole.Now["deemed"], report.Whole.Now["lateEntries"], report.Whole.Now["lateShare"]), Is.EqualTo(((decimal?)10, (decimal?)0, (decimal?)0)));
        Assert.That(report.Whole.Now["entries"], Is.EqualTo(10), "those of people: the receipts");
        Assert.That(report.Findings.Where(f => f.Kind == "batch"), Is.Empty);
    }

    /// <summary>A head reads of their own department what a leader reads of it.</summary>
    [Test]
    public async Task A_head_is_told_that_the_own_department_is_in_time_because_of_its_pauses()
    {
        await using var app = await Opened();
        for (var n = 0; n < 3; n++) await Closed(app, "A04", Day, used: 8, limit: 10, run: 15);
        await app.MakeReports();
        Assert.That((await app.Report(Day, who: Person.Head("ZRZY"))).Findings.Select(f => f.Kind), Is.EqualTo(new[] { "pauses" }));
        Assert.That((await app.Report(Day, who: Person.Head("FGJX"))).Findings, Is.Empty);
    }

    [TestCase(10, "batch")]
    [TestCase(9, null, TestName = "Nine_late_entries_are_no_batch")]
    public async Task Entries_made_together_afterwards_are_named_with_whoever_made_them(int cases, string? kind)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = new List<string>();
        for (var n = 1; n <= cases; n++)
        {
            var code = $"2601-510300-04-01-{910_000 + n:000000}";
            await app.Project(code);
            numbers.Add((await app.Apply(code, "A01"))["A01"]);
        }

        app.SetTime("2026-03-10 10:00");
        foreach (var number in numbers)
            await app.SendByTwo(new ApproveCase.Command(number, "示例〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-11 00:30");
        await app.MakeReports();

        var batches = (await app.Report(Day)).Findings.Where(f => f.Kind == "batch").ToList();

        Assert.That(batches.Select(f => f.Kind), Is.EqualTo(kind is null ? [] : new[] { kind }));
        if (kind is null) return;
        Assert.That(batches[0].Detail.Zh, Does.Contain($"补录 {cases} 条").And.Contain("平均晚 5.0 个工作日"));
        Assert.That(await Rows(app, batches[0].Link), Is.EqualTo(cases));

        // One in five is a batch, one in more is not.
        foreach (var (entries, found) in new[] { (50, 1), (51, 0) })
        {
            await app.Change("UPDATE reports_count SET n = @entries WHERE figure = 'entries' AND cut = 'clerk' AND cut_key LIKE 'FGJX/20 %' AND n > 9", new { entries });
            Assert.That((await app.Report(Day)).Findings.Count(f => f.Kind == "batch"), Is.EqualTo(found), $"{cases} late of {entries}");
        }
    }

    /// <summary>As many in a month happen to anybody, and no work done elsewhere.</summary>
    [Test]
    public async Task Late_entries_of_several_days_are_no_batch()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var numbers = new List<string>();
        for (var n = 1; n <= 14; n++)
        {
            var code = $"2601-510300-04-01-{910_000 + n:000000}";
            await app.Project(code);
            numbers.Add((await app.Apply(code, "A01"))["A01"]);
        }

        foreach (var (day, own) in new[] { ("2026-03-10", numbers[..7]), ("2026-03-11", numbers[7..]) })
        {
            app.SetTime($"{day} 10:00");
            foreach (var number in own)
                await app.SendByTwo(new ApproveCase.Command(number, "示例〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        }

        app.SetTime("2026-03-12 00:30");
        await app.MakeReports();

        var report = await app.Report(new DateOnly(2026, 3, 11), Period.Month);
        Assert.That(report.Whole.Now["lateEntries"], Is.EqualTo(14));
        Assert.That(report.Findings.Where(f => f.Kind == "batch"), Is.Empty);
    }

    private static async Task Judged(App app, string? kind, int rows)
    {
        var found = await Found(app);
        Assert.That(found.Select(f => f.Kind), Is.EqualTo(kind is null ? [] : new[] { kind }));
        if (kind is not null) Assert.That(await Rows(app, found[0].Link), Is.EqualTo(rows), found[0].Link);
    }

    /// <summary>By the row: the program's own way to a permit is long.</summary>
    private static async Task Approved(App app, long project, string item, string on)
    {
        var id = 1_000_000 + Interlocked.Increment(ref next);
        await app.Change("DELETE FROM permits_case WHERE project_id = @project AND item_code = @item", new { project, item });
        await app.Change("""
            INSERT INTO permits_case (id, number, application_number, project_id, item_id, item_code, department, status, received_at, is_admitted, is_due_provisional, decided_on, last_event, last_occurred_at)
            VALUES (@id, @number, @number, @project, 1, @item, 'ZFJS', 11, '2026-03-02 01:00:00', 1, 0, @on, 0, '2026-03-02 01:00:00')
            """, new { id, number = $"P{id}", project, item, on });
    }

    /// <summary>Books that begin two days before, with nothing in them.</summary>
    private static async Task<App> Opened()
    {
        var app = await App.Start("2026-03-11 00:30");
        await app.OpenBooks(Day.AddDays(-1));
        return app;
    }

    private static int next;

    private static Task Closed(App app, string item, DateOnly on, int used, int limit, int? run = null) =>
        app.ClosedFact(item, item switch { "A01" => "FGJX", "A03" => "BDCDJ", "A06" => "ZFJS", "A07" => "RMFK", _ => "ZRZY" }, on, used, limit, run);

    /// <summary>Brought in from elsewhere: the program itself lets no case begin before those it needs.</summary>
    private static async Task Started(App app, string item, long project)
    {
        var process = app.Services.GetRequiredService<CatalogueInForce>().Current.Processes.Where(p => p.Code == "IND-REFORM").MaxBy(p => p.Version)!.Id;
        var id = 1_000_000 + Interlocked.Increment(ref next);
        await app.Change("""
            INSERT INTO reports_case (case_id, number, application_number, project_id, item_code, department, process_id, window_key, clerk_key, status, received_on, accepted_on, is_deemed, due_on, ended_on,
                   limit_days, statutory_days, used_days, run_days, authority_days, applicant_days, uncounted_days, split_on, now_with, span_days, corrections, handed_out_on, hand_out_days, owed)
            VALUES (@id, @number, @application, @project, @item, 'STHJ', @process, '', '', 3, @day, @day, 0, NULL, NULL, 10, NULL, NULL, NULL, 0, 0, 0, @day, 'authority', 0, 0, NULL, NULL, 0)
            """, new { id, number = $"S{project}-{item}", application = $"S{id}", project, item, process, day = Day });
    }

    private static async Task<IReadOnlyList<Finding>> Found(App app)
    {
        await app.MakeReports();
        return (await app.Report(Day)).Findings;
    }

    /// <summary>So many cases stand where a link leads.</summary>
    private static async Task<int> Rows(App app, string link)
    {
        var of = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        DateOnly Of(string name) => DateOnly.ParseExact(of[name].ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return (await app.Send(new ListReportCases.Query(of["list"].ToString(), Of("from"), Of("to"), of.GetValueOrDefault("cut"), of.GetValueOrDefault("key")), Person.Leader)).Rows.Count;
    }
}
