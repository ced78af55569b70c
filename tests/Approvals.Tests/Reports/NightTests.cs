using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Messages;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using Approvals.Web;
using Hangfire;
using Hangfire.Common;
using MimeKit;
using MiniExcelLibs;

namespace Approvals.Tests.Reports;

/// <summary>Reports are made once each, in order, and corrected by revisions.</summary>
[Parallelizable]
internal sealed class NightTests
{
    [Test]
    public async Task Each_day_has_one_report_however_often_the_job_runs_and_missed_nights_are_made_up_in_order()
    {
        await using var app = await Zone();
        app.SetTime("2026-03-05 00:30");
        Assert.That((await app.MakeReports()).Made, Is.EqualTo(3), "from the day of the first case");
        Assert.That((await app.MakeReports()).Made, Is.Zero);
        app.SetTime("2026-03-10 08:00");
        Assert.That((await app.MakeReports()).Made, Is.EqualTo(5));
        var runs = await app.Runs();
        Assert.That(runs.Select(r => r.BusinessDate), Is.EqualTo(Enumerable.Range(0, 8).Select(i => new DateOnly(2026, 3, 2).AddDays(i))));
        Assert.That(runs, Has.All.Matches<Reporting.RunRow>(r => r is { Revision: 1, IsCurrent: true }));
    }

    [Test]
    public async Task A_night_made_up_late_counts_what_it_would_have_counted_in_time()
    {
        await using var inTime = await Zone();
        await using var late = await Zone();
        foreach (var app in (App[])[inTime, late])
        {
            app.SetTime("2026-03-03 00:30");
            await app.MakeReports();
        }

        foreach (var app in (App[])[inTime, late])
        {
            var application = await Received(app, "2026-03-03 09:00");
            await app.Project("2601-510300-04-01-900003");
            var enteredLater = await app.Apply("2601-510300-04-01-900003", "A01");
            await app.Open("SWJ");
            var (pausedLater, resumedLater) = (await Begun(app, "2601-510300-04-01-900004"), await Begun(app, "2601-510300-04-01-900005"));
            await Done(app, new PauseCase.Command(resumedLater, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            await app.Project("2601-510300-04-01-900006");
            var acceptedLater = await app.Receive("2601-510300-04-01-900006", "A01");
            if (app == inTime) await Night(app, "2026-03-04 00:30");
            app.SetTime("2026-03-04 10:00");
            await app.Approve(application["A01"], "FGJX");
            if (app == inTime) await Night(app, "2026-03-05 00:30");
            app.SetTime("2026-03-05 10:00");
            await app.SendByTwo(new ApproveCase.Command(enteredLater["A01"], "示例文号〔2026〕2号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
            if (app == inTime) await Night(app, "2026-03-06 00:30");
            app.SetTime("2026-03-06 10:00");
            var (happened, why) = (new DateOnly(2026, 3, 4), "纸质办理");
            await Done(app, new HandOut.Command("示例经办", happened, application["A01"], application.Number, why), Person.Clerk, Person.Supervisor);
            await Done(app, new Accept.Command(acceptedLater.Number, happened.ToDateTime(new TimeOnly(16, 0)), why), Person.Clerk, Person.Supervisor);
            await Done(app, new PauseCase.Command(pausedLater, "correction", From: happened, PlannedDays: 5, NoticeNumber: "告知〔2026〕2号", LateReason: why), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            await Done(app, new ResumeCase.Command(resumedLater, "expert-review", happened, why), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            await Night(app, "2026-03-07 00:30");
        }

        for (var day = new DateOnly(2026, 3, 3); day <= new DateOnly(2026, 3, 6); day = day.AddDays(1))
        {
            var (a, b) = (ReportJson.Of(await inTime.Report(day)), ReportJson.Of(await late.Report(day)));
            Assert.That(b.Figures, Is.EqualTo(a.Figures), $"{day}");
            Assert.That(b.Revisions, Is.EqualTo(a.Revisions), $"{day}");
            Assert.That(await Counts(late, day, 1), Is.EqualTo(await Counts(inTime, day, 1)), "what was entered since it did not know either");
        }

        Assert.That((await inTime.Report(new DateOnly(2026, 3, 4))).Whole.Now["closed"], Is.EqualTo(1));
        var (third, fourth) = ((await late.Report(new DateOnly(2026, 3, 3))).Whole.Now, (await late.Report(new DateOnly(2026, 3, 4))).Whole.Now);
        Assert.That(third["open"], Is.EqualTo(3), "one was approved on the day after, two are still open");
        Assert.That((fourth["handedOut"], fourth["accepted"], fourth["askedAgain"], fourth["pauseDays"]), Is.EqualTo(((decimal?)1, (decimal?)1, (decimal?)1, (decimal?)1)), "all entered two days later");
        Assert.That((await late.Runs()).Where(r => r.Revision == 2).Select(r => r.BusinessDate), Does.Contain(new DateOnly(2026, 3, 3)), "and the other one on that day, as was entered two days later");
    }

    /// <summary>Accepted on the second and due on the ninth: what is entered afterwards makes that another day, or another one what it was.</summary>
    [TestCase(false)]
    [TestCase(true, TestName = "A_night_made_up_late_goes_by_the_due_dates_that_a_calendar_moved_only_since")]
    public async Task A_night_made_up_late_goes_by_the_due_dates_that_were_known_on_its_evening(bool isCalendar)
    {
        await using var inTime = await Zone();
        await using var late = await Zone();
        foreach (var app in (App[])[inTime, late])
        {
            await app.Open("SWJ");
            var (extended, paused, resumed) = (await Begun(app, "2601-510300-04-01-900011"), await Begun(app, "2601-510300-04-01-900012"), await Begun(app, "2601-510300-04-01-900013"));
            Assert.That(await app.Rows<DateOnly>("SELECT due_on FROM permits_case WHERE number IN @numbers", new { numbers = (string[])[extended, paused, resumed] }), Is.All.EqualTo(new DateOnly(2026, 3, 9)));
            if (!isCalendar) await app.SendByTwo(new PauseCase.Command(resumed, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            await Night(app, "2026-03-03 00:30");
            if (isCalendar)
            {
                // So that an evening before the closure looks at each case again.
                await Next("2026-03-04 10:00");
                foreach (var number in (string[])[extended, paused, resumed]) await app.Send(new StartHandling.Command(number), Person.Reviewer("SWJ"));
                await Next("2026-03-12 10:00");
                await app.Send(new CloseZone.Command(new(2026, 3, 6), new(2026, 3, 6), "示例〔2026〕1号", "台风", "Typhoon", ConfirmPast: true));
                while ((await app.Send(new RecountDates.Command())).More)
                {
                }
            }
            else
            {
                await Next("2026-03-04 10:00");
                await app.SendByTwo(new ExtendCase.Command(extended, 10, "需再次现场核对", "延期〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
                await Next("2026-03-11 10:00");
                await Done(app, new ResumeCase.Command(resumed, "expert-review", new DateOnly(2026, 3, 3), "纸质办理"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
                await Next("2026-03-12 10:00");
                await Done(app, new PauseCase.Command(paused, "expert-review", From: new DateOnly(2026, 3, 5), PlannedDays: 5, NoticeNumber: "告知〔2026〕2号", LateReason: "纸质办理"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
                await Next("2026-03-13 10:00");
                await app.SendByTwo(new RemoveCaseExtension.Command(extended, "已核对"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
                await Next("2026-03-16 10:00");
                await Done(app, new ResumeCase.Command(paused, "expert-review"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
            }

            await Next("2026-03-18 00:30");
            await app.MakeReports();

            async Task Next(string at)
            {
                var until = DateTime.ParseExact(at, "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
                for (var evening = app.Zone.Today.AddDays(1); app == inTime && evening <= DateOnly.FromDateTime(until); evening = evening.AddDays(1)) await Night(app, $"{evening:yyyy-MM-dd} 00:30");
                app.SetTime(at);
            }
        }

        for (var day = new DateOnly(2026, 3, 2); day <= new DateOnly(2026, 3, 17); day = day.AddDays(1))
        {
            Assert.That(await Counts(late, day, 1), Is.EqualTo(await Counts(inTime, day, 1)), $"{day}: the first report");
            var (a, b) = (ReportJson.Of(await inTime.Report(day)), ReportJson.Of(await late.Report(day)));
            Assert.That(b.Figures, Is.EqualTo(a.Figures), $"{day}");
            // What was counted later was counted by the calendar of then at once.
            Assert.That(b.Revisions, Is.EqualTo(a.Revisions.Select(r => r with { Changed = System.Text.RegularExpressions.Regex.Replace(r.Changed, "^calendar [0-9]+→[0-9]+; ", "") })), $"{day}");
        }

        // On the evening of the tenth: one paused without an end, one extended, one late; by what was entered since, all late and none.
        Assert.That(await Counts(late, new DateOnly(2026, 3, 10), 1), Does.Contain($"zone all overdue 0 {(isCalendar ? "3 3" : "1 1")}"));
    }

    /// <summary>A10 of a project whose A01 is approved.</summary>
    private static async Task<string> Begun(App app, string project)
    {
        await app.Project(project);
        var applied = await app.Apply(project, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied["A10"];
    }

    /// <summary>By one person, and by a second where the program asks for one.</summary>
    private static async Task Done<T>(App app, MediatR.IRequest<T> request, Person who, Person second)
    {
        try
        {
            await app.Send(request, who);
        }
        catch (Asked asked)
        {
            await app.Countersign(asked.Number, second);
        }
    }

    [Test]
    public async Task A_late_entry_makes_a_numbered_revision_that_says_what_changed_and_leaves_the_old_one_as_it_was()
    {
        await using var app = await Zone();
        var application = await Received(app, "2026-03-03 09:00");
        await Night(app, "2026-03-05 00:30");
        var day = new DateOnly(2026, 3, 4);
        var frozen = await Counts(app, day, 1);
        app.SetTime("2026-03-09 10:00");
        await app.SendByTwo(new ApproveCase.Command(application["A01"], "示例文号〔2026〕1号", null, new DateTime(2026, 3, 4, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-10 00:30");
        Assert.That(await app.MakeReports(), Is.EqualTo((5, 5)), "five nights, the last of which revised the five evenings before it");
        Assert.That(await app.MakeReports(), Is.EqualTo((0, 0)));

        var runs = (await app.Runs()).Where(r => r.BusinessDate == day).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(runs.Select(r => (r.Revision, r.IsCurrent)), Is.EqualTo(new[] { (1, false), (2, true) }));
            Assert.That(runs[1].Reason, Does.Contain("2026-03-09"));
            Assert.That(runs[1].Changed, Does.Contain("closed 0→1").And.Contain("elapsed 0→1"));
            Assert.That(await Counts(app, day, 1), Is.EqualTo(frozen));
            Assert.That((await app.Report(day)).Whole.Now["closed"], Is.EqualTo(1));
            Assert.That(runs[1].Changed, Does.Contain("open 1→0"), "on that evening one was known to be open");
            Assert.That((await app.Report(day)).Whole.Now["open"], Is.EqualTo(0));
            Assert.That((await app.Runs()).Where(r => r.BusinessDate > day && r.BusinessDate < new DateOnly(2026, 3, 9)).GroupBy(r => r.BusinessDate).Select(g => g.Max(r => r.Revision)), Is.All.EqualTo(2), "and so on each evening until the entry");
            Assert.That((await app.Report(new DateOnly(2026, 3, 9))).Whole.Now["lateEntries"], Is.EqualTo(1));
            Assert.That((await app.Report(new DateOnly(2026, 3, 9))).Whole.Now["open"], Is.EqualTo(0));
        });
    }

    [Test]
    public void The_night_is_at_half_past_twelve_of_the_zones_clock_and_what_was_missed_is_made_up_at_the_start()
    {
        var zone = new RecurringJobOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai") };
        var jobs = new Recorder();

        jobs.ScheduleReports(zone);

        Assert.That(jobs.Added, Is.EqualTo(new[] { ("reports.nightly", "30 0 * * *", zone) }));
        Assert.That(jobs.Triggered, Is.EqualTo(new[] { "reports.nightly" }));
    }

    [Test]
    public async Task Days_paused_are_told_by_kind_and_by_whoever_approved_them()
    {
        await using var app = await Zone();
        var (day, paused) = (new DateOnly(2026, 3, 12), new List<(string, string)>());
        foreach (var (n, kind, begins, days) in new[] { (1, "expert-review", "2026-03-03 09:00", 7), (2, "expert-review", "2026-03-05 09:00", 5), (3, "publicity", "2026-03-10 09:00", 2) })
        {
            app.SetTime(begins);
            var code = $"2601-510300-04-01-{910_000 + n:000000}";
            await app.Project(code);
            var number = (await app.Apply(code, "A01"))["A01"];
            await app.SendByTwo(new PauseCase.Command(number, kind, PlannedDays: 10, NoticeNumber: $"告知〔2026〕{n}号"), Person.Reviewer("FGJX"), n == 1 ? Person.Head("FGJX") : Person.Head("FGJX") with { Id = 22, Name = "另一负责人" });
            paused.Add((number, kind));
            Assert.That(app.Calendar().Count(DateOnly.Parse(begins[..10], System.Globalization.CultureInfo.InvariantCulture), day).Days, Is.EqualTo(days));
        }

        app.SetTime("2026-03-12 10:00");
        foreach (var (number, kind) in paused) await app.Send(new ResumeCase.Command(number, kind), Person.Reviewer("FGJX"));
        await Night(app, "2026-03-13 00:30");

        var report = await app.Report(day);
        Assert.That(Lines(Cuts.Pause), Is.EqualTo(new[] { "expert-review 2 12", "publicity 1 2" }));
        Assert.That(Lines(Cuts.Approver), Is.EqualTo(new[] { "另一负责人（另一负责人） 2 7", "负责人（负责人） 1 7" }));
        Assert.That((report.Whole.Now["pauses"], report.Whole.Now["pauseDays"]), Is.EqualTo(((decimal?)3, (decimal?)14)));

        IEnumerable<string> Lines(string cut) => report.Of(cut)!.Lines.Select(l => $"{l.Key} {l.Now["pauses"]} {l.Now["pauseDays"]}");
    }

    /// <summary>What was decided stands with whoever decided it, what was entered with whoever entered it, and what is not decided with nobody.</summary>
    [Test]
    public async Task A_case_is_counted_under_whoever_acted_on_it_last()
    {
        await using var app = await Zone();
        var number = (await Received(app, "2026-03-03 09:00"))["A01"];
        await app.Send(new StartHandling.Command(number), Person.Reviewer("FGJX"));
        await app.Send(new ApproveCase.Command(number, "示例文号〔2026〕1号"), Person.Reviewer("FGJX") with { Id = 30, Name = "另一经办人" });
        await Night(app, "2026-03-04 00:30");

        var lines = (await app.Report(new DateOnly(2026, 3, 3))).Of(Cuts.Clerk)!.Lines.ToDictionary(l => l.Key, l => l.Now);

        Assert.That(lines.Where(l => l.Value["closed"] > 0).Select(l => l.Key), Is.EqualTo(new[] { "FGJX/30 另一经办人" }));
        Assert.That(lines.Where(l => l.Value["received"] > 0 || l.Value["accepted"] > 0).Select(l => l.Key), Is.EqualTo(new[] { "" }));
        Assert.That(lines.Where(l => l.Value["entries"] > 0).Select(l => $"{l.Key} {l.Value["entries"]}").Order(), Is.EqualTo(new[] { "FGJX/1 窗口 2", "FGJX/20 经办人 1", "FGJX/30 另一经办人 1" }));
    }

    [Test]
    public async Task What_is_taken_back_after_the_decision_stays_closed_on_its_day()
    {
        await using var app = await Zone();
        var number = (await Received(app, "2026-03-03 09:00"))["A01"];
        await app.Approve(number, "FGJX");
        await Night(app, "2026-03-04 00:30");
        app.SetTime("2026-03-04 10:00");
        await app.Send(new RevokeCase.Command(number, "申请材料不实"), Person.Head("FGJX"));
        await Night(app, "2026-03-05 00:30");

        var (decided, revoked) = ((await app.Report(new DateOnly(2026, 3, 3))).Whole.Now, (await app.Report(new DateOnly(2026, 3, 4))).Whole.Now);
        Assert.That((decided["closed"], decided["approved"]), Is.EqualTo(((decimal?)1, (decimal?)1)));
        Assert.That((revoked["closed"], revoked["withdrawn"]), Is.EqualTo(((decimal?)0, (decimal?)0)));
    }

    [Test]
    public async Task What_is_entered_on_the_next_working_day_is_not_entered_late()
    {
        await using var app = await Zone();
        var number = (await Received(app, "2026-03-03 09:00"))["A01"];
        app.SetTime("2026-03-04 10:00");
        await Done(app, new ApproveCase.Command(number, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        await Night(app, "2026-03-05 00:30");

        var entered = (await app.Report(new DateOnly(2026, 3, 4))).Whole.Now;
        Assert.That((entered["entries"], entered["lateEntries"]), Is.EqualTo(((decimal?)1, (decimal?)0)));
    }

    [Test]
    public void Where_no_limit_was_promised_nothing_was_missed()
    {
        var closed = new CaseFact { Status = 11, EndedOn = new(2026, 3, 3) };
        Assert.That((closed.IsInTime, (closed with { DueOn = new(2026, 3, 3) }).IsInTime, (closed with { DueOn = new(2026, 3, 2) }).IsInTime), Is.EqualTo((true, true, false)));
    }

    /// <summary>行政许可法 44: within ten days of the decision.</summary>
    [Test]
    public void What_is_handed_out_on_the_tenth_working_day_is_handed_out_in_time() =>
        Assert.That((new CaseFact { HandOutDays = 10 }.IsHandedOutLate, new CaseFact { HandOutDays = 11 }.IsHandedOutLate, new CaseFact().IsHandedOutLate), Is.EqualTo((false, true, false)));

    [Test]
    public async Task The_days_of_an_open_case_go_on_up_to_the_evening_in_the_hand_that_has_it()
    {
        await using var app = await Zone();
        var number = (await Received(app, "2026-03-03 09:00"))["A01"];
        await Night(app, "2026-03-04 00:30");
        await Night(app, "2026-03-10 00:30");
        using var workbook = new MemoryStream();
        await app.Send(new ReportFiles.WriteWorkbook(new DateOnly(2026, 3, 9), Period.Day, workbook), Person.Leader);
        workbook.Position = 0;

        var row = workbook.Query(useHeaderRow: true, sheetName: "办理件").Cast<IDictionary<string, object>>().Single();

        Assert.That((row["编号"], row["审批机关手中"], row["申请人手中"], row["依法不计"]), Is.EqualTo(((object)number, (object)4d, (object)0d, (object)0d)));
    }

    [Test]
    public async Task What_the_applicant_has_to_correct_before_the_acceptance_is_in_the_applicants_hands()
    {
        await using var app = await Zone();
        var application = await app.Value<string>("SELECT number FROM onewindow_application");
        app.SetTime("2026-03-03 10:00");
        await app.Send(new AskCorrection.Command([new((await app.Rows<string>("SELECT document FROM onewindow_material ORDER BY document"))[0], "签章不全")], application), Person.Clerk);
        await Night(app, "2026-03-06 00:30");

        var waiting = (await app.Send(new ListReportCases.Query("waiting", new DateOnly(2026, 3, 5), new DateOnly(2026, 3, 5)), Person.Leader)).Rows.Single().Case;

        Assert.That((waiting.NowWith, waiting.AuthorityDays, waiting.ApplicantDays, waiting.SplitOn), Is.EqualTo(("applicant", 1, 2, new DateOnly(2026, 3, 5))));
    }

    /// <summary>Three orders that ended on one day: a supervisor closed one, what the second was about was settled, and the due date of the third is another.</summary>
    [Test]
    public async Task An_order_whose_due_date_is_another_by_now_was_settled_by_nobody()
    {
        await using var app = await App.Start("2026-03-05 00:30");
        var day = new DateOnly(2026, 3, 4);
        await app.OpenBooks(day);
        foreach (var (how, n) in new[] { ("closed", 1), ("stopped", 2), ("moved", 3) })
        {
            await app.Change("""
                INSERT INTO supervision_order (id, number, subject_kind, subject_id, limit_rule, label, department, item, due_on, opened_at, answer_due_on, finished_at, finished_how)
                VALUES (@n, @number, 'parcel', @n, 'handover', 'A-07', 'ZRZY', '', '2026-03-03', '2026-03-04 02:00:00', '2026-03-06', '2026-03-04 03:00:00', @how)
                """, new { n, number = $"D-{n}", how });
        }

        await app.MakeReports();

        var report = (await app.Report(day)).Whole.Now;
        Assert.That((report["ordersOpened"], report["ordersSettled"], report["ordersOpen"]), Is.EqualTo(((decimal?)3, (decimal?)2, (decimal?)0)));
        Assert.That((await app.Send(new ListReportOrders.Query("settled", day, day), Person.Leader)).Rows.Select(o => o.FinishedHow), Is.EqualTo(new[] { "closed", "stopped" }));
    }

    [Test]
    public async Task Each_project_is_told_with_what_was_decided_for_it_and_a_department_reads_of_its_own_cases()
    {
        await using var app = await Zone();
        await app.Approve((await Received(app, "2026-03-03 09:00"))["A01"], "FGJX");
        await app.Send(new WithdrawCase.Command((await app.Apply("2601-510300-04-01-900002", "A09"))["A09"], "企业撤回"), Person.Clerk);
        await Night(app, "2026-03-04 00:30");

        async Task<IReadOnlyList<string>> Read(Person who) =>
            [.. (await app.Send(new ShowReport.Query(new DateOnly(2026, 3, 3), WithProjects: true), who)).Of(Cuts.Project)!.Lines.Select(l => $"{l.Name.Zh[..24]} {l.Now["closed"]} {l.Now["usedMean"]}")];

        Assert.That(await Read(Person.Leader), Is.EqualTo(new[] { "2601-510300-04-01-900002 1 0" }), "withdrawn is not decided");
        Assert.That(await Read(Person.Head("FGJX")), Is.EqualTo(await Read(Person.Leader)));
        Assert.That(await Read(Person.Head("ZRZY")), Is.Empty);
        Assert.That((await app.Report(new DateOnly(2026, 3, 3), who: Person.Head("ZRZY"))).Trend.Sum(p => p.Measures.N("closed")), Is.Zero, "nor are its pictures the zone's");
    }

    [Test]
    public async Task A_night_writes_nothing_twice_where_two_processes_make_it_at_once()
    {
        await using var app = await Zone();
        app.SetTime("2026-03-12 08:00");
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                return (await app.MakeReports()).Made;
            }
            catch (Refused)
            {
                return 0; // Another was first, and goes on.
            }
        }));
        Assert.That((await app.Runs()).Select(r => r.BusinessDate), Is.EqualTo(Enumerable.Range(0, 10).Select(i => new DateOnly(2026, 3, 2).AddDays(i))));
        Assert.That(made.Sum(), Is.EqualTo(10));
    }

    [Test]
    public async Task Documents_owed_by_what_was_decided_before_the_books_began_are_counted_and_listed_until_they_are_given()
    {
        await using var app = await App.Start("2026-10-31 00:30");
        await app.LoadHistory(1_500, 7, new DateOnly(2026, 10, 29));
        var old = await app.Value<long>("SELECT MIN(case_id) FROM permits_event WHERE status = 11 AND occurred_at < '2023-06-01'");
        await app.Change("UPDATE permits_event SET status = 12 WHERE case_id = @old AND status = 11", new { old });
        await app.Change("INSERT INTO permits_owed_document (case_id, document, due_on) VALUES (@old, 'D01', '2023-06-30')", new { old });
        await app.Change("INSERT INTO permits_owed_document (case_id, document, due_on, given_on) VALUES (@old, 'D02', '2023-06-30', '2026-10-28')", new { old });
        await app.MakeReports();
        var (before, after) = (new DateOnly(2026, 10, 27), new DateOnly(2026, 10, 28));

        Assert.That(((await app.Report(before)).Whole.Now["owed"], (await app.Report(after)).Whole.Now["owed"]), Is.EqualTo(((decimal?)2, (decimal?)1)));
        Assert.That((await app.Send(new ListReportCases.Query("owed", after, after), Person.Leader)).Rows.Select(r => r.Case.CaseId), Is.EqualTo(new[] { old }));

        Assert.That((await app.Send(new ListReportCases.Query("owed", before, before), Person.Leader)).Rows.Select(r => (r.Case.CaseId, r.Times)), Is.EqualTo(new[] { (old, 2) }), "both of them");

        // Given long ago, and entered only now.
        await app.Change("UPDATE permits_owed_document SET given_on = '2026-10-26' WHERE case_id = @old AND document = 'D01'", new { old });
        await Night(app, "2026-11-01 00:30");

        Assert.That(((await app.Report(before)).Whole.Now["owed"], (await app.Report(after)).Whole.Now["owed"]), Is.EqualTo(((decimal?)1, (decimal?)0)));
        Assert.That((await app.Runs()).Where(r => r.IsCurrent && r.Changed == "owed 1→0").Select(r => r.BusinessDate), Does.Contain(after).And.Contain(after.AddDays(2)), "each evening between");
        Assert.That((await app.Send(new ListReportCases.Query("owed", after, after), Person.Leader)).Rows, Is.Empty);
    }

    [Test]
    public async Task A_day_keeps_the_version_of_the_definitions_it_was_counted_by_and_its_revision_has_todays()
    {
        await using var app = await Zone();
        await Night(app, "2026-03-04 00:30");
        var day = new DateOnly(2026, 3, 2);
        await app.Change("UPDATE reports_run SET definitions = 1, calendar_edition = 0");
        Assert.That((await app.Report(day)).Definitions, Is.EqualTo(1));
        var old = await app.Report(day);
        Assert.That((old.Whole.Now["ordersOpen"], old.Whole.Now["lateMean"], old.Whole.Now["open"], old.Trend[^1].Measures["ordersOpened"]), Is.EqualTo(((decimal?)null, (decimal?)null, (decimal?)0, (decimal?)null)), "nobody counted orders then");
        Assert.That((ReportJson.Of(old).Figures["ordersOpened"], ReportJson.Of(old).Cuts[Cuts.Department].First().Figures["ordersOpened"]), Is.EqualTo(((decimal?)null, (decimal?)null)));
        Assert.That(await app.Send(new CountListed.Query("orders", "opened", day, day, null, null), Person.Leader), Is.Null);
        Assert.That(ReportHtml.Body(await app.Report(day)), Does.Contain("定义（第 1 版）").And.Contain("当日终了时已知的数").And.Not.Contain("系统依法自动登记"), "in its own words");
        Assert.That(ReportJson.Of(await app.Report(day)).Definitions.Select(d => d.Code), Does.Contain("entries").And.Not.Contain("askedAgain"));
        using (var workbook = new MemoryStream())
        {
            await app.Send(new ReportFiles.WriteWorkbook(day, Period.Day, workbook), Person.Leader);
            workbook.Position = 0;
            Assert.That(workbook.Query(sheetName: "指标").Cast<IDictionary<string, object>>().Select(row => row["E"]), Does.Contain("当期录入的办理记录条数，按录入日。"), "in the workbook too");
        }

        await app.Send(new RecomputeReport.Command(day, "按新定义重算"), Person.Supervisor);
        Assert.That((await app.Report(day)).Definitions, Is.EqualTo(Definitions.Version));
        Assert.That((await app.Runs()).Single(r => r.BusinessDate == day && r.IsCurrent).Changed, Does.StartWith($"definitions 1→{Definitions.Version}; calendar 0→{app.Calendar().Edition}"), "by what it was counted");
        Assert.That(ReportHtml.Body(await app.Report(day)), Does.Contain($"定义版本 1→{Definitions.Version}；日历版次 0→"));
        Assert.That((await app.Report(day)).Whole.Now["ordersOpen"], Is.EqualTo(0));
        Assert.That((await app.Report(day.AddDays(1))).Definitions, Is.EqualTo(1));
        // A week of both says which said what.
        var mixed = await app.Report(day.AddDays(1), Period.Week);
        Assert.That(mixed.Versions, Is.EqualTo(new[] { Definitions.Version, 1 }));
        Assert.That(ReportHtml.Body(mixed), Does.Contain($"定义（第 1、{Definitions.Version} 版）").And.Contain("系统依法自动登记").And.Contain("第 1 版：当期录入的办理记录条数，按录入日。"));
        Assert.That((mixed.Whole.Now["ordersOpened"], mixed.Whole.Now["ordersOpen"]), Is.EqualTo(((decimal?)null, (decimal?)null)), "a part is not the whole");
        Assert.That(ReportHtml.Body(mixed), Does.Contain($"自 {Words.Day(day.AddDays(2))} 起才统计：受理后补充材料"));
        await app.Change("UPDATE reports_run SET definitions = CASE WHEN business_date = @day THEN 1 ELSE @now END", new { day, now = Definitions.Version });
        mixed = await app.Report(day.AddDays(1), Period.Week);
        Assert.That((mixed.Whole.Now["ordersOpened"], mixed.Whole.Now["ordersOpen"]), Is.EqualTo(((decimal?)null, (decimal?)0)), "what is open is that of the last day");
        Assert.That(mixed.CountedSince.Select(c => c.Since), Is.Not.Empty.And.All.EqualTo(day.AddDays(1)));
    }

    [Test]
    public async Task A_period_that_goes_on_ends_with_the_last_report_and_as_many_days_stand_beside_it()
    {
        await using var app = await Zone();
        await Night(app, "2026-03-05 00:30");
        app.SetTime("2026-03-06 09:00");
        var (friday, last) = (new DateOnly(2026, 3, 6), new DateOnly(2026, 3, 4));

        var week = await app.Report(friday, Period.Week);

        Assert.That(week.Period, Is.EqualTo(new Period(Period.Week, new(2026, 3, 2), last, new(2026, 2, 23), new(2026, 2, 25))));
        Assert.That((week.Missing, week.Whole.Now["waiting"]), Is.EqualTo((0, (await app.Report(last)).Whole.Now["waiting"])));
        Assert.That(ReportHtml.Body(week), Does.Contain("日报到 2026-03-04 为止"));
        Assert.That(ReportHtml.Body(await app.Report(last, Period.Week)), Does.Not.Contain("日报到 2026-03-04 为止"));
        Assert.That((await app.Report(friday)).MadeAt, Is.Null, "a day is that day");
        app.SetTime("2026-03-10 09:00");
        Assert.That((await app.Report(new DateOnly(2026, 3, 10), Period.Week)).Period.To, Is.EqualTo(new DateOnly(2026, 3, 10)), "and no other week is shown for one that has none");
    }

    [Test]
    public async Task Whoever_watches_sees_how_far_a_run_is()
    {
        await using var app = await App.Start("2026-10-30 09:00");
        await app.LoadHistory(1_200, 7, new DateOnly(2026, 10, 29));
        var seen = new List<(int Percent, long LookedAt, bool IsBehind)>();
        while (!(await app.Send(new OpenReports.Command(Share: 200))).IsOpen)
        {
            var shown = await app.Send(new ListRuns.Query(), Person.Leader);
            Assert.That(shown.IsOpening);
            seen.Add((shown.Percent, shown.LookedAt, shown.IsBehind));
        }

        Assert.That(seen.Select(s => s.LookedAt), Is.Ordered.Ascending.And.Unique);
        Assert.That(seen.Select(s => s.Percent), Is.Ordered.Ascending.And.Unique.And.All.InRange(1, 99), "by where the reading stands");
        Assert.That(seen, Has.All.Matches<(int, long, bool IsBehind)>(s => s.IsBehind));

        var behind = new List<ListRuns.Result>();
        while (await app.Send(new MakeReport.Command()) is { Day: not null, Left: > 600 or 0 } night && behind.Count < 10) behind.Add(await app.Send(new ListRuns.Query(), Person.Leader));
        Assert.That(behind.Select(b => b.Missing), Is.EqualTo(Enumerable.Range(0, behind.Count).Select(i => behind[0].Missing - i)).And.Not.Empty);
        Assert.That((behind[0].Percent, behind[^1].Percent), Is.EqualTo((0, 1)), "ten of almost seven hundred days");
        await app.MakeReports();
        var done = await app.Send(new ListRuns.Query(), Person.Leader);
        Assert.That((done.IsBehind, done.Percent, done.Missing), Is.EqualTo((false, 100, 0)));
    }

    [Test]
    public async Task To_recompute_needs_a_supervisor_and_a_reason_and_keeps_the_report_that_was()
    {
        await using var app = await Zone();
        await Night(app, "2026-03-04 00:30");
        var day = new DateOnly(2026, 3, 2);
        Assert.That((await app.Refusal(new RecomputeReport.Command(day, "核对"), Person.Leader)).Status, Is.EqualTo(RefusedAs.Forbidden));
        Assert.That((await app.Refusal(new RecomputeReport.Command(day, " "), Person.Supervisor)).Status, Is.EqualTo(RefusedAs.Invalid));
        Assert.That((await app.Refusal(new RecomputeReport.Command(day, new('长', RecomputeReport.LongestReason + 1)), Person.Supervisor)).Problems.Single().Field, Is.EqualTo("reason"));
        Assert.That((await app.Refusal(new RecomputeReport.Command(day.AddDays(-9), "核对"), Person.Supervisor)).Status, Is.EqualTo(RefusedAs.NotFound));

        // It is read from the cases again, not counted from what was kept of them.
        await app.Change("UPDATE reports_case SET item_code = 'A99'");
        var made = await app.Send(new RecomputeReport.Command(day, "核对"), Person.Supervisor);

        Assert.That(made, Is.EqualTo(new RecomputeReport.Result(day, 2, "")));
        Assert.That(await app.Send(new RecomputeReport.Command(day, "核对", OnlyIfChanged: true), Person.Supervisor), Is.EqualTo(made with { IsNew = false }), "nothing was other, and no revision was wanted for that");
        Assert.That((await app.Runs()).Where(r => r.BusinessDate == day).Select(r => (r.Revision, r.IsCurrent, r.Reason)), Is.EqualTo(new[] { (1, false, ""), (2, true, "核对") }));
    }

    [Test]
    public async Task A_history_brought_in_behind_the_reports_is_in_them_after_a_rebuild()
    {
        await using var app = await Zone("2026-10-29 09:00");
        await Night(app, "2026-11-01 00:30");
        app.SetTime("2026-11-02 09:00");
        await app.LoadHistory(1_500, 7, new DateOnly(2026, 10, 30));
        await app.MakeReports(again: "补入历史数据");
        var slow = await SlowReport.Of(app);
        var (first, day) = (new DateOnly(2026, 10, 29), new DateOnly(2026, 10, 30));
        var (week, counted) = ((await app.Report(day, Period.Week)).Whole.Now, slow.Figures(first, day, _ => true));
        Assert.That(week["entries"], Is.EqualTo(counted["entries"]).And.Positive, "the week begins with the first report");
        Assert.That((week["closed"], week["accepted"]), Is.EqualTo((counted["closed"], counted["accepted"])));
        Assert.That((await app.Runs()).Where(r => r.Revision == 2).Select(r => r.Reason).Distinct(), Is.EqualTo(new[] { "补入历史数据" }));
    }

    [Test]
    public async Task Who_subscribed_finds_the_newest_report_in_the_inbox_once()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Command("leader", "领导", null, [Role.ZoneLeader], "long enough 2026"));
        var leader = Person.Leader with { Id = await app.Value<long>("SELECT id FROM access_user WHERE login = 'leader'") };
        await app.Send(new Subscribe.Command(true), leader);
        await Night(app, "2026-03-05 00:30");
        await app.MakeReports();
        Assert.That(await app.Rows<string>("SELECT message_key FROM messages_message"), Is.EqualTo(new[] { "report:sla:2026-03-04" }), "of yesterday, not of the nights made up");
        await app.Send(new Subscribe.Command(false), leader);
        await Night(app, "2026-03-06 00:30");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message"), Is.EqualTo(1));
    }

    /// <summary>The files lie beside the mail in the database: a process that ends before it is sent loses nothing.</summary>
    [Test]
    public async Task Subscribers_are_mailed_the_workbook_and_the_printed_report_of_what_they_may_read()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 09:00", chosen: sink.Settings);
        await app.Project();
        var readers = new Dictionary<string, Person>
        {
            ["leader"] = await app.Has("leader", Role.ZoneLeader, email: "leader@zone.example"),
            ["auditor"] = await app.Has("auditor", Role.Auditor, email: "auditor@zone.example"),
            ["fgjx"] = await app.Has("fgjx", Role.DepartmentHead, "FGJX", "fgjx@zone.example"),
            ["gone"] = await app.Has("gone", Role.Reviewer, "FGJX", "gone@zone.example"),
        };
        foreach (var reader in readers.Values) await app.Send(new Subscribe.Command(true), reader);
        await app.Send(new ChangeRoles.Command(null, [Role.WindowClerk], "gone"), Person.SecurityAdministrator);
        await app.Apply(Scene.ProjectCode, "A01");
        await Registered(app);
        await app.Approve((await app.Apply("2601-510300-04-01-900002", "A01"))["A01"], "FGJX");
        await app.Apply("2601-510300-04-01-900002", "A09");
        await Night(app, "2026-03-03 00:30");
        await app.MakeReports();
        Assert.That(sink.Got, Is.Empty, "it waits in the outbox");
        Assert.That(await app.Value<int>("SELECT COUNT(DISTINCT sha256) FROM messages_enclosure"), Is.EqualTo(4), "two files for the zone, two for the department, whoever gets them");

        await app.Dispatch();
        await app.Dispatch();

        var mails = sink.Got.ToDictionary(m => m.To.Mailboxes.Single().Address[..^"@zone.example".Length]);
        Assert.That(mails.Keys, Is.EquivalentTo(new[] { "leader", "auditor", "fgjx" }), "each once, and nobody who may not read it any more");
        Assert.Multiple(() =>
        {
            Assert.That(Files(mails["leader"]).Keys, Is.EqualTo(new[] { "sla-20260302.xlsx", "sla-20260302.html" }));
            Assert.That(Files(mails["fgjx"]).Keys, Is.EqualTo(new[] { "sla-20260302-FGJX.xlsx", "sla-20260302-FGJX.html" }));
            Assert.That(Cases(Files(mails["leader"])["sla-20260302.xlsx"]), Is.EqualTo(3));
            Assert.That(Cases(Files(mails["auditor"])["sla-20260302.xlsx"]), Is.EqualTo(3));
            Assert.That(Cases(Files(mails["fgjx"])["sla-20260302-FGJX.xlsx"]), Is.EqualTo(2), "its own cases alone");
            Assert.That(System.Text.Encoding.UTF8.GetString(Files(mails["leader"])["sla-20260302.html"]), Does.Contain("审批时效日报 2026-03-02").And.Contain("全区"));
            Assert.That(mails["fgjx"].TextBody, Does.Contain("收件 2；"));
            Assert.That(mails["leader"].TextBody, Does.Contain("收件 3；"));
        });

        await app.Send(new DropSent.Batch());
        Assert.That(await app.Value<int>("SELECT (SELECT COUNT(*) FROM messages_enclosure) + (SELECT COUNT(*) FROM messages_enclosure_part)"), Is.Zero, "what has gone out is not kept twice");

        static Dictionary<string, byte[]> Files(MimeMessage mail) => mail.Attachments.OfType<MimePart>().ToDictionary(a => a.FileName!, a =>
        {
            using var bytes = new MemoryStream();
            a.Content!.DecodeTo(bytes);
            return bytes.ToArray();
        });

        static int Cases(byte[] workbook)
        {
            using var stream = new MemoryStream(workbook);
            return stream.Query(sheetName: "办理件").Count() - 1;
        }
    }

    /// <summary>A mail of many megabytes arrives nowhere.</summary>
    [Test]
    public async Task A_mailed_workbook_has_five_thousand_cases_and_says_how_many_it_leaves_out()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-11 00:30", chosen: sink.Settings);
        await app.OpenBooks(new DateOnly(2026, 3, 10));
        await app.Send(new Subscribe.Command(true), await app.Has("leader", Role.ZoneLeader, email: "leader@zone.example"));
        await app.AcceptedFacts("A01", 5_002, new DateOnly(2026, 3, 10));
        await app.MakeReports();
        await app.Dispatch();

        using var workbook = new MemoryStream();
        sink.Got.Single().Attachments.OfType<MimePart>().First().Content!.DecodeTo(workbook);
        workbook.Position = 0;
        var rows = workbook.Query(sheetName: "办理件").Cast<IDictionary<string, object>>().ToList();
        Assert.That(rows, Has.Count.EqualTo(1 + 5_000 + 1));
        Assert.That(rows[^1]["A"], Is.EqualTo("另有 2 件未列入本表"));
    }

    /// <summary>A process that ends between the night and the mail, and one that ends within the night.</summary>
    [Test]
    public async Task The_files_of_a_mail_that_waits_are_whole_and_those_of_a_night_undone_are_none()
    {
        using var sink = new MailSink { Refuses = "leader@zone.example" };
        await using var app = await App.Start("2026-03-02 09:00", chosen: sink.Settings);
        await app.Project();
        await app.Send(new Subscribe.Command(true), await app.Has("leader", Role.ZoneLeader, email: "leader@zone.example"));
        await app.Apply(Scene.ProjectCode, "A01");
        await Night(app, "2026-03-03 00:30");
        await app.Dispatch();
        await app.Send(new DropSent.Batch());
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_enclosure"), Is.EqualTo(2), "it was refused, and is tried again");
        sink.Refuses = "nobody";
        app.Clock.Advance(TimeSpan.FromMinutes(2));

        await app.Dispatch();

        Assert.That(sink.Got.Single().Attachments.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_department_reads_its_own_part_and_no_other()
    {
        await using var app = await Zone();
        var application = await Received(app, "2026-03-03 09:00");
        await app.Approve(application["A01"], "FGJX");
        await Night(app, "2026-03-04 00:30");
        var day = new DateOnly(2026, 3, 3);
        var (own, other, zone) = (await app.Report(day, who: Person.Head("FGJX")), await app.Report(day, who: Person.Reviewer("ZRZY")), await app.Report(day));
        Assert.Multiple(async () =>
        {
            Assert.That(zone.Whole.Now["closed"], Is.EqualTo(1));
            Assert.That((own.Whole.Now["closed"], own.OnlyDepartment), Is.EqualTo(((decimal?)1, "FGJX")));
            Assert.That(other.Whole.Now["closed"], Is.EqualTo(0));
            Assert.That(other.Cuts.SelectMany(t => t.Lines).Where(l => l.Now.N("closed") > 0), Is.Empty);
            Assert.That(own.Cuts.Select(t => t.Cut), Has.None.EqualTo(Cuts.Department).And.None.EqualTo(Cuts.Window));
            Assert.That((await app.Send(new ListReportCases.Query("closed", day, day), Person.Reviewer("ZRZY"))).Rows, Is.Empty);
            Assert.That((await app.Refusal(new ListReportCases.Query("closed", day, day, Cuts.Department, "FGJX"), Person.Reviewer("ZRZY"))).Status, Is.EqualTo(RefusedAs.Forbidden), "asking for another's");
            Assert.That((await app.Send(new ListReportCases.Query("closed", day, day), Person.Head("FGJX"))).Rows, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_period_says_how_many_of_its_days_have_no_report()
    {
        await using var app = await Zone();
        await Night(app, "2026-03-05 00:30");

        var report = await app.Report(new DateOnly(2026, 3, 4), Period.Month);

        Assert.That(report.Missing, Is.EqualTo(1), "the first of March lies before the first report");
        Assert.That(ReportHtml.Body(report), Does.Contain("本期有 1 天没有日报"));
        Assert.That(ReportHtml.Body(await app.Report(new DateOnly(2026, 3, 4))), Does.Not.Contain("没有日报"));
    }

    [TestCase("2026-03-06", "day", "report.date", "date", TestName = "There_is_no_report_of_a_day_to_come")]
    [TestCase("2026-03-04", "decade", "report.period", "period", TestName = "There_is_no_report_of_a_period_that_does_not_exist")]
    public async Task There_is_no_report(string date, string kind, string code, string field)
    {
        await using var app = await App.Start("2026-03-05 09:00");
        var refused = (await app.Refusal(new ShowReport.Query(DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), kind), Person.Leader)).Problems.Single();
        Assert.That((refused.Code, refused.Field), Is.EqualTo((code, field)));
    }

    [TestCase("2026-03-06", "请选择今天或更早的日期。")]
    [TestCase("1900-01-01", "请选择 2001-01-01 或更晚的日期。")]
    [TestCase("2000-12-31", "请选择 2001-01-01 或更晚的日期。")]
    public async Task A_day_that_has_no_report_is_told_which_have(string date, string told)
    {
        await using var app = await App.Start("2026-03-05 09:00");
        Assert.That((await app.Refusal(new ShowReport.Query(DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), Person.Leader)).Problems.Single().Message.Zh, Is.EqualTo(told));
    }

    /// <summary>What is extended has the longer limit, and was not in time by a pause it never had.</summary>
    [Test]
    public async Task An_extension_makes_the_limit_of_a_case_longer()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.SendByTwo(new ExtendCase.Command(applied["A10"], 10, "需再次现场核对", "延期〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        app.SetTime("2026-03-12 10:00");
        await app.Approve(applied["A10"], "SWJ");
        await Night(app, "2026-03-13 00:30");
        var day = new DateOnly(2026, 3, 12);

        Assert.That((await app.Send(new ListReportCases.Query("inTime", day, day), Person.Leader)).Rows.Select(r => (r.Case.LimitDays, r.Case.UsedDays)), Is.EqualTo(new[] { ((int?)15, (int?)8) }));
        Assert.That((await app.Report(day)).Whole.Now["metByPause"], Is.Zero);
    }

    [Test]
    public async Task The_revisions_of_a_day_stand_on_one_page_of_the_list()
    {
        await using var app = await App.Start("2026-03-11 09:00");
        var all = new List<(DateOnly, int)>();
        for (var n = 0; n < 20; n++)
        {
            for (var revision = 1; revision <= 7; revision++)
            {
                all.Add((new DateOnly(2026, 3, 10).AddDays(-n), revision));
                await app.Change("INSERT INTO reports_run (id, business_date, revision, is_current, definitions, made_at, made_by, reason, changed) VALUES (@id, @day, @revision, 0, 1, @now, '', '', '')",
                    new { id = 10L * n + revision, day = all[^1].Item1, revision, now = app.Zone.Now });
            }
        }

        var pages = new List<ListRuns.Result>();
        do pages.Add(await app.Send(new ListRuns.Query(pages.Count == 0 ? null : pages[^1].Next), Person.Leader));
        while (pages[^1].Next is not null);

        Assert.That(pages, Has.Count.EqualTo(3));
        Assert.That(pages.SelectMany(p => p.Runs.Select(r => r.BusinessDate).Distinct()), Is.Unique, "no day is torn in two");
        Assert.That(pages.SelectMany(p => p.Runs.Select(r => (r.BusinessDate, r.Revision))), Is.EquivalentTo(all));
    }

    /// <summary>Whoever changes a definition raises the version and adds its text here; what an earlier version said stays what it was.</summary>
    [Test]
    public void A_definition_does_not_change_without_a_new_version()
    {
        Assert.That(Enumerable.Range(1, Definitions.Version).Select(version => $"{version} {Said(Definitions.In(version))}"), Is.EqualTo(new[] { "1 2c6246621e07d013", "2 a4606ec81ce3bac4", "3 4cf3359c225d24ea", "4 f6966d9216630456", "5 adbf38a0cb6ffac3" }));

        static string Said(Edition edition)
        {
            var text = string.Join('\n', edition.Figures.Select(f => $"{f.Code}|{f.Unit}|{f.Group}|{f.Name.Zh}|{f.Name.En}|{f.Text.Zh}|{f.Text.En}").Prepend($"{edition.Note.Zh}|{edition.Note.En}"));
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16];
        }
    }

    private sealed class Recorder : IRecurringJobManager
    {
        public List<(string Id, string Cron, RecurringJobOptions Options)> Added { get; } = [];

        public List<string> Triggered { get; } = [];

        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options) => Added.Add((recurringJobId, cronExpression, options));

        public void Trigger(string recurringJobId) => Triggered.Add(recurringJobId);

        public void RemoveIfExists(string recurringJobId) => throw new NotSupportedException();
    }

    private static async Task<App> Zone(string now = "2026-03-02 09:00")
    {
        var app = await App.Start(now);
        await app.Project();
        await app.Receive(Scene.ProjectCode, "A01");
        return app;
    }

    /// <summary>An application of another project, received and accepted.</summary>
    private static async Task<Scene.Application> Received(App app, string at)
    {
        app.SetTime(at);
        await Registered(app);
        return await app.Apply("2601-510300-04-01-900002", "A01");
    }

    private static async Task Registered(App app) =>
        await app.Send(new Approvals.Modules.Projects.RegisterProject.Command("2601-510300-04-01-900002", "另一厂房（示例）", "示例科技有限公司", "91510300MA0000001Y", "IND-REFORM", 1_000m, Approvals.Modules.Projects.RegisterProject.MoneyUnit.Wan, 8_000m, "高新区示例路"), Person.Clerk);

    private static async Task Night(App app, string at)
    {
        app.SetTime(at);
        await app.MakeReports();
    }

    private static async Task<string> Counts(App app, DateOnly day, int revision) => string.Join('\n', await app.Rows<string>(
        "SELECT CONCAT(c.cut, ' ', c.cut_key, ' ', c.figure, ' ', c.value, ' ', c.n, ' ', c.total) FROM reports_count c JOIN reports_run r ON r.id = c.run_id WHERE r.business_date = @day AND r.revision = @revision ORDER BY c.cut, c.cut_key, c.figure, c.value",
        new { day, revision }));
}
