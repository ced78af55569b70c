using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Reports;
using Approvals.Modules.Supervision;
using Approvals.Tests.Audit;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using Dapper;

namespace Approvals.Tests.Reports;

/// <summary>Which earlier days a night or a supervisor counts again, and which are left alone.</summary>
[Parallelizable]
internal sealed class RecountTests
{
    [Test]
    public async Task A_document_that_was_owed_makes_the_days_from_that_on_which_it_was_given_others_and_none_before()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var documents = app.Services.GetRequiredService<CatalogueInForce>().Current.Items.Single(i => i.Code == "A01").Documents.Take(2).Select(d => d.Code).ToList();
        await app.Send(new ApproveWithDocumentsOwed.Command(number, "示例〔2026〕1号", documents, new DateOnly(2026, 3, 20)), Person.Reviewer("FGJX"));
        app.SetTime("2026-03-04 10:00");
        await app.Send(new GiveOwedDocument.Command(number, documents[0]), Person.Clerk);
        await Night(app, "2026-03-07 00:30");
        // A figure that is wrong shows whether its day is counted again.
        var day = new DateOnly(2026, 3, 5);
        await app.Change("UPDATE reports_count SET n = n + 7 WHERE figure = 'owed' AND run_id = (SELECT id FROM reports_run WHERE business_date = @day)", new { day });

        for (var night = 8; night <= 10; night++) await Night(app, $"2026-03-{night:00} 00:30");
        Assert.That((await app.Runs()).Where(r => r.Revision > 1), Is.Empty);

        app.SetTime("2026-03-10 10:00");
        await app.Send(new GiveOwedDocument.Command(number, documents[1], new DateOnly(2026, 3, 9), "纸质收取"), Person.Clerk);
        await Night(app, "2026-03-11 00:30");
        Assert.That((await app.Runs()).Where(r => r.Revision > 1).Select(r => r.BusinessDate.Day), Is.EqualTo(new[] { 9 }), "not from the first that was given");
        Assert.That((await app.Report(new DateOnly(2026, 3, 8))).Whole.Now["owed"], Is.EqualTo(1));
        Assert.That((await app.Report(new DateOnly(2026, 3, 9))).Whole.Now["owed"], Is.Zero);
        Assert.That((await app.Report(new DateOnly(2026, 3, 10))).Whole.Now["owed"], Is.Zero);
    }

    [Test]
    public async Task A_window_that_is_renamed_is_one_line_and_changes_no_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (window, number) = await Closed(app);
        app.SetTime("2026-03-10 09:00");
        await app.Send(new ManageWindows.Rename("一楼一号", window));
        await app.Send(new HandOut.Command("示例经办", null, number), Person.Clerk);
        await app.Apply(Scene.ProjectCode, "A10");
        await app.Change("UPDATE onewindow_application SET window_id = @window", new { window });
        await Night(app, "2026-03-11 00:30");

        Assert.That((await app.Runs()).Where(r => r.Revision > 1), Is.Empty);
        var lines = (await app.Report(new DateOnly(2026, 3, 10), Period.Month)).Of(Cuts.Window)!.Lines.Where(l => !l.Now.IsEmpty).ToList();
        Assert.That(lines.Select(l => (l.Name.Zh, l.Now.N("received"), l.Now.N("closed"))), Is.EqualTo(new[] { ("一楼一号", 2L, 1L) }));
        Assert.That((await app.Send(new ListReportCases.Query("received", new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 10), Cuts.Window, lines[0].Key), Person.Leader)).Rows, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_case_that_goes_to_another_window_changes_the_days_on_which_it_stood_there_and_no_others()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (_, number) = await Closed(app);
        app.SetTime("2026-03-10 09:00");
        var other = (await app.Send(new ManageWindows.Open("二号窗口"))).Id;
        await app.Change("UPDATE onewindow_application SET window_id = @other", new { other });
        await app.Send(new HandOut.Command("示例经办", null, number), Person.Clerk);
        // A figure that is wrong shows whether its day is counted again: on 03-05 the case stood nowhere any more.
        await app.Change("INSERT INTO reports_count (run_id, cut, cut_key, figure, value, n, total) SELECT id, 'zone', 'all', 'entries', 0, 7, 7 FROM reports_run WHERE business_date = '2026-03-05'");
        await Night(app, "2026-03-11 00:30");

        Assert.That((await app.Runs()).Where(r => r.Revision > 1).Select(r => (r.BusinessDate, r.Changed)), Is.EqualTo(new[] { (new DateOnly(2026, 3, 2), "cuts"), (new DateOnly(2026, 3, 3), "cuts"), (new DateOnly(2026, 3, 4), "cuts") }), "received and open, open, decided");
    }

    /// <summary>Entered late, when it stood nowhere any more; a pause lies within its time and goes with it.</summary>
    [Test]
    public async Task Entries_and_pauses_go_to_the_other_window_with_their_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var window = (await app.Send(new ManageWindows.Open("一号窗口"))).Id;
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Change("UPDATE onewindow_application SET window_id = @window", new { window });
        app.SetTime("2026-03-03 10:00");
        await app.SendByTwo(new PauseCase.Command(number, "correction", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-04 10:00");
        await app.Send(new ResumeCase.Command(number, "correction"), Person.Reviewer("FGJX"));
        await ApprovedLate(app, number, "2026-03-09 10:00");
        await Night(app, "2026-03-10 00:30");
        string[] figures = ["entries", "lateEntries", "pauseDays", "askedAgain"];
        Assert.That((await Of("一号窗口")).Select(n => n > 0), Is.All.True, "it has them all");
        var other = (await app.Send(new ManageWindows.Open("二号窗口"))).Id;
        await app.Change("UPDATE onewindow_application SET window_id = @other", new { other });
        await app.Send(new HandOut.Command("示例经办", null, number), Person.Clerk);

        await Night(app, "2026-03-11 00:30");

        Assert.That(await Of("一号窗口"), Is.All.Zero);
        Assert.That((await Of("二号窗口")).Select(n => n > 0), Is.All.True);

        async Task<IReadOnlyList<long>> Of(string name)
        {
            var lines = (await app.Report(new DateOnly(2026, 3, 9), Period.Month)).Of(Cuts.Window)!.Lines.Where(l => l.Name.Zh == name).ToList();
            return [.. figures.Select(f => lines.Sum(l => l.Now.N(f)))];
        }
    }

    /// <summary>Moved to another window, an application enters nothing of its cases; what is counted and what is listed stay the same.</summary>
    [Test]
    public async Task An_order_stays_with_the_window_that_had_its_case_on_the_day_it_was_opened()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (window, other) = ((await app.Send(new ManageWindows.Open("一号窗口"))).Id, (await app.Send(new ManageWindows.Open("二号窗口"))).Id);
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Change("UPDATE onewindow_application SET window_id = @window", new { window });
        await app.Change("""
            INSERT INTO supervision_order (id, number, subject_kind, subject_id, limit_rule, label, department, item, due_on, opened_at, answer_due_on)
            SELECT 1, 'D-1', 'case', id, 'promised', number, department, item_code, '2026-03-03', '2026-03-04 02:00:00', '2026-03-06' FROM permits_case WHERE number = @number
            """, new { number });
        await Night(app, "2026-03-05 00:30");
        await app.Change("UPDATE onewindow_application SET window_id = @other", new { other });
        var (first, last) = (new DateOnly(2026, 3, 4), new DateOnly(2026, 3, 5));
        await Night(app, "2026-03-06 00:30");
        await app.Send(new RecomputeReport.Command(first, "核对"), Person.Supervisor);

        foreach (var (day, figure, list) in new[] { (first, "ordersOpened", "opened"), (first, "ordersOpen", "open"), (last, "ordersOpen", "open") })
        {
            Assert.That((await app.Report(day)).Of(Cuts.Window)!.Lines.Where(l => l.Now.N(figure) > 0).Select(l => l.Name.Zh), Is.EqualTo(new[] { "一号窗口" }), $"{Words.Day(day)} {figure}");
            foreach (var (at, n) in new[] { (window, 1), (other, 0) })
                Assert.That((await app.Send(new ListReportOrders.Query(list, day, day, Cuts.Window, $"{at}"), Person.Leader)).Rows, Has.Count.EqualTo(n), $"{Words.Day(day)} {figure} {at}");
        }
    }

    /// <summary>Approved with documents owed, it stands at its window until they are given.</summary>
    [Test]
    public async Task What_is_owed_goes_to_the_other_window_with_its_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var document = app.Services.GetRequiredService<CatalogueInForce>().Current.Items.Single(i => i.Code == "A01").Documents[0].Code;
        await app.Send(new ApproveWithDocumentsOwed.Command(number, "示例〔2026〕1号", [document], new DateOnly(2026, 3, 20)), Person.Reviewer("FGJX"));
        await Night(app, "2026-03-06 00:30");
        app.SetTime("2026-03-06 09:00");
        var other = (await app.Send(new ManageWindows.Open("二号窗口"))).Id;
        await app.Change("UPDATE onewindow_application SET window_id = @other", new { other });
        await app.Send(new HandOut.Command("示例经办", null, number), Person.Clerk);
        await Night(app, "2026-03-07 00:30");

        for (var day = new DateOnly(2026, 3, 2); day <= new DateOnly(2026, 3, 6); day = day.AddDays(1))
            Assert.That((await app.Report(day)).Of(Cuts.Window)!.Lines.Where(l => l.Now.N("owed") > 0).Select(l => l.Name.Zh), Is.EqualTo(new[] { "二号窗口" }), Words.Day(day));
    }

    /// <summary>The order closes the zone for a day; what is due moves by it, and nobody enters anything about the case.</summary>
    [Test]
    public async Task A_limit_that_the_calendar_moves_is_followed_by_the_night()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await Night(app, "2026-03-04 00:30");
        app.SetTime("2026-03-04 09:00");
        await app.Send(new CloseZone.Command(new(2026, 3, 6), new(2026, 3, 6), "示例〔2026〕1号", "台风", "Typhoon"));
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        await Night(app, "2026-03-13 00:30");
        Assert.That(((await app.Report(new DateOnly(2026, 3, 10))).Whole.Now["newRed"], (await app.Report(new DateOnly(2026, 3, 11))).Whole.Now["newRed"]), Is.EqualTo(((decimal?)0, (decimal?)1)), "due on the tenth, no longer on the ninth");
    }

    /// <summary>While the nights before the opening are still being made, a day counted again leaves what was read for the later ones.</summary>
    [Test]
    public async Task A_day_counted_again_before_the_books_are_up_to_date_forgets_nothing_that_was_read()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        app.SetTime("2026-03-05 10:00");
        await app.Approve(number, "FGJX");
        app.SetTime("2026-03-10 08:00");
        await app.MakeReports(upTo: new DateOnly(2026, 3, 3));
        await app.Send(new RecomputeReport.Command(new DateOnly(2026, 3, 2), "核对"), Person.Supervisor);
        await app.MakeReports();

        Assert.That((await app.Report(new DateOnly(2026, 3, 5))).Whole.Now["closed"], Is.EqualTo(1));
        Assert.That((await app.Report(new DateOnly(2026, 3, 9))).Whole.Now["open"], Is.Zero);
    }

    [Test]
    public async Task A_day_counted_again_by_hand_swallows_nothing_that_was_entered_before_it()
    {
        await using var plain = await Overdue();
        await using var recounted = await Overdue();
        await recounted.Send(new RecomputeReport.Command(new DateOnly(2026, 3, 10), "核对"), Person.Supervisor);
        foreach (var app in (App[])[plain, recounted]) await Night(app, "2026-03-17 00:30");

        for (var day = new DateOnly(2026, 3, 2); day <= new DateOnly(2026, 3, 16); day = day.AddDays(1))
        {
            var (a, b) = (await plain.Report(day), await recounted.Report(day));
            Assert.That(ReportJson.Of(b).Figures, Is.EqualTo(ReportJson.Of(a).Figures), Words.Day(day));
            foreach (var table in a.Cuts)
                Assert.That(b.Of(table.Cut)!.Lines.Select(l => (l.Key, l.Now["open"], l.Now["overdue"])), Is.EqualTo(table.Lines.Select(l => (l.Key, l.Now["open"], l.Now["overdue"]))), $"{Words.Day(day)} {table.Cut}");
        }

        Assert.That((await recounted.Report(new DateOnly(2026, 3, 12))).Whole.Now["overdue"], Is.Zero);

        // Accepted on the second, due on the ninth; and on the sixteenth a pause from the fifth on is entered.
        static async Task<App> Overdue()
        {
            var app = await App.Start("2026-03-02 09:00");
            await app.Open("SWJ");
            await app.Project();
            var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
            await app.Approve(applied["A01"], "FGJX");
            await Night(app, "2026-03-16 00:30");
            Assert.That((await app.Report(new DateOnly(2026, 3, 12))).Whole.Now["overdue"], Is.EqualTo(1));
            app.SetTime("2026-03-16 10:00");
            await app.SendByTwo(new PauseCase.Command(applied["A10"], "expert-review", From: new DateOnly(2026, 3, 5), PlannedDays: 5, NoticeNumber: "告知〔2026〕1号", LateReason: "纸质办理"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            return app;
        }
    }

    /// <summary>Whatever a case did on the day, it is read again: received, accepted, decided, handed out, turned red, a pause that ended, documents asked for again, an entry.</summary>
    [Test]
    public async Task A_day_counted_again_by_hand_reads_every_case_that_is_in_its_figures()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ");
        async Task<Scene.Application> Begun(int n, params string[] items)
        {
            var project = $"2601-510300-04-01-{920_000 + n:000000}";
            await app.Project(project);
            return await app.Apply(project, items);
        }

        var (decided, handed, paused) = ((await Begun(1, "A01"))["A01"], await Begun(2, "A01"), await Begun(3, "A01", "A10"));
        await app.Approve(handed["A01"], "FGJX");
        await app.Approve(paused["A01"], "FGJX");
        var (asked, entered) = ((await Begun(7, "A01"))["A01"], (await Begun(8, "A01"))["A01"]);
        var red = await Begun(4, "A01", "A10");
        await app.Approve(red["A01"], "FGJX");
        await app.SendByTwo(new PauseCase.Command(paused["A10"], "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        app.SetTime("2026-03-09 10:00");
        await app.Project("2601-510300-04-01-920005");
        var accepted = await app.Receive("2601-510300-04-01-920005", "A01");
        app.SetTime("2026-03-10 10:00");
        await app.Approve(decided, "FGJX");
        await app.Send(new HandOut.Command("示例经办", null, handed["A01"], handed.Number), Person.Clerk);
        await app.Send(new ResumeCase.Command(paused["A10"], "expert-review"), Person.Reviewer("SWJ"));
        await app.Send(new Accept.Command(accepted.Number), Person.Clerk);
        await app.Project("2601-510300-04-01-920006");
        await app.Receive("2601-510300-04-01-920006", "A01");
        await app.SendByTwo(new PauseCase.Command(asked, "correction", PlannedDays: 5, NoticeNumber: "告知〔2026〕2号"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        await app.SendByTwo(new PauseCase.Command(entered, "expert-review", From: new DateOnly(2026, 3, 5), PlannedDays: 5, NoticeNumber: "告知〔2026〕3号", LateReason: "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        await Night(app, "2026-03-11 00:30");
        var day = new DateOnly(2026, 3, 10);
        string[] figures = ["received", "accepted", "closed", "handedOut", "newRed", "pauses", "askedAgain", "lateEntries"];
        var counted = (await app.Report(day)).Whole.Now;
        Assert.That(figures.Select(f => counted[f]), Is.EqualTo(Enumerable.Repeat((decimal?)1, figures.Length)), "one of each");

        await app.Change("UPDATE reports_case SET window_key = 'x'");
        await app.Send(new RecomputeReport.Command(day, "核对"), Person.Supervisor);

        var windows = (await app.Report(day)).Of(Cuts.Window)!.Lines;
        Assert.That(figures.Where(f => windows.Any(l => l.Key == "x" && l.Now[f] > 0)), Is.Empty);
    }

    /// <summary>On the fourth something was handed out, a pause ended and works started, all of it entered two days later.</summary>
    [TestCase("handedOut")]
    [TestCase("pauseDays")]
    [TestCase("landToStart")]
    public async Task What_is_entered_late_stands_on_its_day_also_where_nothing_else_happened_on_it(string figure)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new DateOnly(2026, 3, 2), 0, Scene.ProjectCode), Person.Supervisor);
        await app.SendByTwo(new PauseCase.Command(applied["A10"], "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        await Night(app, "2026-03-05 00:30");
        var (happened, why) = (new DateOnly(2026, 3, 4), "纸质办理");
        Assert.That((await app.Report(happened)).Whole.Now[figure] ?? 0, Is.Zero);
        app.SetTime("2026-03-06 10:00");
        if (figure == "handedOut") await app.SendByTwo(new HandOut.Command("示例经办", happened, applied["A01"], applied.Number, why), Person.Clerk, Person.Supervisor);
        else if (figure == "pauseDays") await app.SendByTwo(new ResumeCase.Command(applied["A10"], "expert-review", happened, why), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        else await app.SendByTwo(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, happened, 0, Scene.ProjectCode, why), Person.Supervisor, TwoPersons.OtherSupervisor);
        await Night(app, "2026-03-07 00:30");

        Assert.That((await app.Report(happened)).Whole.Now[figure], Is.EqualTo(figure == "handedOut" ? 1 : 2));
    }

    /// <summary>A process that goes on with its nights does not go by what it remembers of the evening it counted last, where cases were read anew since.</summary>
    [Test]
    public async Task An_evening_remembered_is_forgotten_where_cases_were_read_anew()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        var process = scope.ServiceProvider.GetRequiredService<Nights>();
        app.SetTime("2026-03-05 00:30");
        await process.MakeUp(null, null, null, default);
        app.SetTime("2026-03-05 10:00");
        await app.SendByTwo(new ApproveCase.Command(number, "示例〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-06 00:30");
        await process.MakeUp(null, null, null, default);

        for (var day = new DateOnly(2026, 3, 3); day <= new DateOnly(2026, 3, 5); day = day.AddDays(1)) Assert.That((await app.Report(day)).Whole.Now["open"], Is.Zero, Words.Day(day));
    }

    /// <summary>Between two nights of one process somebody counts a day again; the case stood at a window it never was at.</summary>
    [Test]
    public async Task An_evening_remembered_is_forgotten_where_another_process_wrote_since()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        app.SetTime("2026-03-10 08:00");
        await app.MakeReports(upTo: new DateOnly(2026, 3, 2));
        await app.Change("UPDATE reports_case SET window_key = 'x'");
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        var process = scope.ServiceProvider.GetRequiredService<Nights>();
        await process.MakeUp(new DateOnly(2026, 3, 3), null, null, default);
        await app.Send(new RecomputeReport.Command(new DateOnly(2026, 3, 2), "核对"), Person.Supervisor);
        await process.MakeUp(new DateOnly(2026, 3, 4), null, null, default);

        Assert.That((await app.Report(new DateOnly(2026, 3, 4))).Of(Cuts.Window)!.Lines.Where(l => l.Now["open"] != 0).Select(l => (l.Key, l.Now["open"])), Is.EqualTo(new[] { ("", (decimal?)1) }));
    }

    [Test]
    public async Task What_was_entered_this_morning_is_in_a_day_counted_again_now_and_no_night_tells_it_once_more()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await Night(app, "2026-03-06 00:30");
        await ApprovedLate(app, number, "2026-03-06 10:00");

        var made = await app.Send(new RecomputeReport.Command(new DateOnly(2026, 3, 4), "补录已核"), Person.Supervisor);

        Assert.That((made.Revision, made.Others), Is.EqualTo((2, 1)), "and the evening after it, on which it was no longer open");
        Assert.That(made.Changed, Does.Contain("closed 0→1").And.Contain("open 1→0"));
        Assert.That((await app.Report(new DateOnly(2026, 3, 5))).Whole.Now["open"], Is.Zero);
        await Night(app, "2026-03-07 00:30");
        Assert.That((await app.Runs()).Where(r => r.Revision > 1).Select(r => (r.BusinessDate.Day, r.Revision, r.Reason)), Is.EqualTo(new[] { (4, 2, "补录已核"), (5, 2, "补录已核") }));
        Assert.That((await app.Report(new DateOnly(2026, 3, 6))).Whole.Now["lateEntries"], Is.EqualTo(1), "which is of the day of its entry");
    }

    /// <summary>A night made up late counts what it would have counted in time; what was entered after its day waits for its own.</summary>
    [Test]
    public async Task A_day_counted_again_while_a_night_is_missing_takes_nothing_from_a_later_one()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await Night(app, "2026-03-06 00:30");
        await ApprovedLate(app, number, "2026-03-07 09:00");

        await app.Send(new RecomputeReport.Command(new DateOnly(2026, 3, 4), "核对"), Person.Supervisor);
        await app.MakeReports();
        Assert.That((await app.Report(new DateOnly(2026, 3, 6))).Whole.Now["open"], Is.EqualTo(1), "the night of the sixth, in the morning of the seventh");
        await Night(app, "2026-03-08 00:30");

        Assert.That((await app.Runs()).Where(r => r.BusinessDate.Day == 4).Select(r => (r.Revision, r.Reason, r.Changed.Contains("closed 0→1"))),
            Is.EqualTo(new[] { (1, "", false), (2, "核对", false), (3, "2026-03-07 补录或更正", true) }));
    }

    [Test]
    public async Task A_case_handed_over_this_morning_is_still_listed_under_whoever_had_it_on_the_evening_that_is_reported()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var login in (string[])["jx", "jx2"]) await app.Send(new AddUser.Store(login, login, "FGJX", [Role.Reviewer], "unusable", false));
        var people = await app.Rows<long>("SELECT id FROM access_user WHERE department = 'FGJX' ORDER BY login");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), new Person(people[0], "jx", "FGJX", Role.Reviewer));
        await Night(app, "2026-03-06 00:30");
        app.SetTime("2026-03-06 10:00");
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [number]), Person.Supervisor);

        var day = new DateOnly(2026, 3, 5);
        await app.Send(new RecomputeReport.Command(day, "核对"), Person.Supervisor);

        var line = (await app.Report(day)).Of(Cuts.Clerk)!.Lines.Single(l => l.Now.N("open") > 0);
        Assert.That(line.Key, Is.EqualTo($"FGJX/{people[0]} jx"));
        Assert.That((await app.Send(new ListReportCases.Query("open", day, day, Cuts.Clerk, line.Key), Person.Leader)).Rows, Has.Count.EqualTo(1));
        await Night(app, "2026-03-07 00:30");
        Assert.That((await app.Report(day.AddDays(1))).Of(Cuts.Clerk)!.Lines.Single(l => l.Now.N("open") > 0).Key, Is.EqualTo($"FGJX/{people[1]} jx2"));
    }

    private static async Task ApprovedLate(App app, string number, string at)
    {
        app.SetTime(at);
        await app.SendByTwo(new ApproveCase.Command(number, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 4, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
    }

    /// <summary>Each takes its turn: whoever comes later reads what was written before, and writes nothing back.</summary>
    [Test]
    public async Task Nights_and_a_recount_at_once_leave_what_one_after_the_other_leaves()
    {
        await using var app = await App.Start("2026-10-30 00:00");
        await app.LoadHistory(400, 5, new DateOnly(2026, 10, 30));
        await app.MakeReports(upTo: new DateOnly(2026, 10, 27));
        app.SetTime("2026-10-31 00:30");

        await Task.WhenAll([.. Enumerable.Range(0, 3).Select(_ => Quietly(() => app.MakeReports())), .. Enumerable.Range(0, 6).Select(n => Quietly(() => app.Send(new RecomputeReport.Command(new DateOnly(2026, 10, 22 + n), "核对"), Person.Supervisor)))]);
        await app.MakeReports();

        var slow = await SlowReport.Of(app);
        for (var day = new DateOnly(2026, 10, 20); day <= new DateOnly(2026, 10, 30); day = day.AddDays(1))
        {
            var (fast, slowly) = ((await app.Report(day)).Whole.Now, slow.Figures(day, day, _ => true));
            foreach (var figure in Definitions.All) Assert.That(fast[figure.Code], Is.EqualTo(slowly[figure.Code]), $"{Words.Day(day)} {figure.Code}");
        }

        Assert.That((await app.Runs()).Count(r => r.Reason == "核对"), Is.GreaterThanOrEqualTo(6));

        static async Task Quietly(Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (Refused)
            {
                // Another was first.
            }
        }
    }

    [Test]
    public async Task Recounts_of_a_day_at_once_are_a_revision_each_and_each_knows_the_one_before_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        await Night(app, "2026-03-04 00:30");
        var day = new DateOnly(2026, 3, 2);

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => app.Send(new RecomputeReport.Command(day, "核对"), Person.Supervisor))));

        Assert.That(made.Select(m => m.Revision), Is.EquivalentTo(new[] { 2, 3, 4, 5 }));
        Assert.That((await app.Runs()).Where(r => r.BusinessDate == day).Select(r => (r.Revision, r.IsCurrent)), Is.EqualTo(new[] { (1, false), (2, false), (3, false), (4, false), (5, true) }));
        Assert.That((await app.LogOf("Reports.RecomputeReport")).Select(r => Line.Changes(r).Single()).Select(c => (c.Before.En, c.After.En)), Is.EqualTo(new[] { ("1", "2"), ("2", "3"), ("3", "4"), ("4", "5") }));
    }

    /// <summary>As long as it is waited for, and no longer: another process that writes has the file, or on a server whose turn it is.</summary>
    [Test]
    public async Task A_recount_that_waited_too_long_for_another_one_is_refused_and_can_be_asked_for_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        await Night(app, "2026-03-04 00:30");
        var day = new DateOnly(2026, 3, 2);
        await using var other = app.Writing();
        await other.OpenAsync();
        await other.ExecuteAsync(App.Server is null ? "BEGIN IMMEDIATE" : "BEGIN TRANSACTION; UPDATE reports_opening SET turn = turn + 1");

        var recount = app.Refusal(new RecomputeReport.Command(day, "核对"), Person.Supervisor);
        // The refusal is to be written down, too: on the embedded engine that waits once more.
        await Task.WhenAny(recount, Task.Delay(TimeSpan.FromSeconds(App.Server is null ? 12 : 60)));
        await other.ExecuteAsync("ROLLBACK");
        var refused = await recount;

        Assert.That((refused.Status, refused.Problems.Single().Code), Is.EqualTo((RefusedAs.Conflict, "database.busy")));
        Assert.That((await app.LogOf("Reports.RecomputeReport")).Single().Outcome, Is.EqualTo("refused"));
        Assert.That((await app.Runs()).Select(r => r.Revision), Is.All.EqualTo(1));
        Assert.That((await app.Send(new RecomputeReport.Command(day, "核对"), Person.Supervisor)).Revision, Is.EqualTo(2));
    }

    /// <summary>What moved from day to day, from the last evening back to the first and forth again, is what counting each evening by itself gives.</summary>
    [Test]
    public async Task An_evening_counted_by_what_moved_since_another_is_what_counting_it_alone_gives()
    {
        await using var app = await App.Start("2026-10-31 00:30");
        await app.LoadHistory(1_500, 7, new DateOnly(2026, 10, 30));
        await app.MakeReports();
        var evenings = await app.Rows<Evening>("""
            SELECT r.business_date, SUM(CASE WHEN c.figure = 'open' THEN c.n ELSE 0 END) AS open_cases, SUM(CASE WHEN c.figure = 'overdue' THEN c.n ELSE 0 END) AS overdue, SUM(CASE WHEN c.figure = 'waiting' THEN c.n ELSE 0 END) AS waiting
              FROM reports_run r
              JOIN reports_count c ON c.run_id = r.id AND c.cut = 'clerk'
             GROUP BY r.business_date
             ORDER BY r.business_date
            """);
        Assert.That(evenings, Has.Count.GreaterThan(600));
        Assert.That(evenings[0].BusinessDate, Is.EqualTo(new DateOnly(2025, 1, 1)), "from the beginning of last year, however old the first case");
        foreach (var evening in evenings.Where((_, n) => n % 29 == 0))
        {
            Assert.That((await app.Rows<Evening>("""
                SELECT SUM(CASE WHEN accepted_on <= @BusinessDate THEN 1 ELSE 0 END) AS open_cases,
                       SUM(CASE WHEN accepted_on <= @BusinessDate AND due_on < @BusinessDate THEN 1 ELSE 0 END) AS overdue,
                       SUM(CASE WHEN accepted_on <= @BusinessDate THEN 0 ELSE 1 END) AS waiting
                  FROM reports_case
                 WHERE received_on <= @BusinessDate AND (ended_on IS NULL OR ended_on > @BusinessDate)
                """, new { evening.BusinessDate })).Single(), Is.EqualTo(evening with { BusinessDate = default }));
        }
    }

    /// <summary>Where the books are opened late, the first evenings knew not yet what was accepted, or closed, after them.</summary>
    [Test]
    public async Task What_was_accepted_before_the_books_were_opened_waited_until_then()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.SetTime("2026-03-05 10:00");
        await app.Send(new Accept.Command(received.Number), Person.Clerk);
        await Night(app, "2026-03-10 00:30");

        foreach (var (day, waiting, open) in new[] { (2, 1, 0), (4, 1, 0), (5, 0, 1), (9, 0, 1) })
        {
            var report = (await app.Report(new DateOnly(2026, 3, day))).Whole.Now;
            Assert.That((report["waiting"], report["open"]), Is.EqualTo(((decimal?)waiting, (decimal?)open)), $"March {day}");
        }
    }

    private sealed record Evening
    {
        public DateOnly BusinessDate { get; init; }
        public long OpenCases { get; init; }
        public long Overdue { get; init; }
        public long Waiting { get; init; }
    }

    /// <summary>A case of a window, received on the second, decided on the fourth.</summary>
    private static async Task<(long Window, string Number)> Closed(App app)
    {
        var window = (await app.Send(new ManageWindows.Open("一号窗口"))).Id;
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Change("UPDATE onewindow_application SET window_id = @window", new { window });
        app.SetTime("2026-03-04 10:00");
        await app.Approve(number, "FGJX");
        await Night(app, "2026-03-10 00:30");
        return (window, number);
    }

    private static async Task Night(App app, string at)
    {
        app.SetTime(at);
        await app.MakeReports();
    }
}
