using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Reports;

/// <summary>How the cases are read for the reports, at first and once more, and what happens meanwhile; when a day is made, and who is told of it.</summary>
[Parallelizable]
internal sealed class BooksTests
{
    private const string Second = "2601-510300-04-01-900002";

    /// <summary>The reading begins at three in the afternoon, ends half way, and is gone on with the next morning.</summary>
    [TestCase(false)]
    [TestCase(true, TestName = "What_is_entered_while_they_are_read_once_more_over_midnight_is_in_the_reports_too")]
    public async Task What_is_entered_while_the_cases_are_read_over_midnight_is_in_the_reports(bool again)
    {
        await using var app = await Two();
        if (again) await Night(app, "2026-03-03 08:00");
        var early = await First(app);
        app.SetTime("2026-03-03 15:00");
        await app.Send(new OpenReports.Command(again ? "补入历史数据" : null, Share: 1));
        app.SetTime("2026-03-03 16:00");
        await app.Approve(early, "FGJX");

        await Night(app, "2026-03-04 09:10");

        var day = (await app.Report(new DateOnly(2026, 3, 3))).Whole.Now;
        Assert.That((day["closed"], day["open"]), Is.EqualTo(((decimal?)1, (decimal?)1)));
        await Night(app, "2026-03-05 00:30");
        Assert.That((await app.Report(new DateOnly(2026, 3, 4))).Whole.Now["open"], Is.EqualTo(1));
        Assert.That((await app.Runs()).Where(r => r.Revision > 1), Is.Empty, "and nothing is told twice");
    }

    /// <summary>Approved late on the third, for the second, while the cases were read; the first evening is counted again the next morning.</summary>
    [Test]
    public async Task A_day_counted_again_after_a_reading_over_midnight_knows_what_was_entered_meanwhile()
    {
        await using var app = await Two();
        var early = await First(app);
        app.SetTime("2026-03-04 15:00");
        await app.Send(new OpenReports.Command(Share: 1));
        app.SetTime("2026-03-04 16:00");
        await app.SendByTwo(new ApproveCase.Command(early, "示例〔2026〕1号", null, new DateTime(2026, 3, 2, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-05 09:10");
        var (first, last) = (new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 3));
        await app.MakeReports(upTo: last);

        Assert.That((await app.Send(new RecomputeReport.Command(last, "核对"), Person.Supervisor)).Others, Is.EqualTo(1));

        Assert.That((await app.Report(first)).Whole.Now["closed"], Is.EqualTo(1));
        await app.MakeReports();
        Assert.That((await app.Runs()).Count(r => r.Revision > 1), Is.EqualTo(2), "by one revision each");
    }

    /// <summary>It ends when all cases are read, and before the first report is compared.</summary>
    [Test]
    public async Task A_rebuild_that_ended_before_the_reports_were_compared_is_gone_on_with_by_the_next_run()
    {
        await using var app = await Two();
        await Night(app, "2026-03-05 00:30");
        await app.Change("UPDATE reports_count SET n = n + 7, total = total + 7 WHERE figure = 'open'");
        while (!(await app.Send(new OpenReports.Command("补入历史数据"))).IsOpen)
        {
        }

        await Night(app, "2026-03-06 00:30");

        Assert.That((await app.Runs()).Where(r => r.Revision > 1).Select(r => (r.BusinessDate.Day, r.Revision, r.Reason)), Is.EqualTo(new[] { (2, 2, "补入历史数据"), (3, 2, "补入历史数据"), (4, 2, "补入历史数据") }));
        // Compared once: a figure that is wrong afterwards stays as it is.
        await app.Change("UPDATE reports_count SET n = n + 7, total = total + 7 WHERE figure = 'open'");
        await Night(app, "2026-03-07 00:30");
        Assert.That((await app.Runs()).Where(r => r.Revision > 2), Is.Empty);
    }

    /// <summary>The office of a subscriber is none that the program knows.</summary>
    [Test]
    public async Task A_mail_that_cannot_be_written_leaves_the_report_and_is_written_once_when_it_can_be()
    {
        await using var app = await Two();
        var leader = await app.Has("leader", Role.ZoneLeader);
        await app.Send(new Subscribe.Command(true), leader);
        await app.Change("UPDATE access_user_role SET role = 'Nobody' WHERE user_id = @Id", new { leader.Id });
        app.SetTime("2026-03-04 00:30");
        Assert.That(async () => await app.MakeReports(), Throws.Exception);
        Assert.That((await app.Runs()).Select(r => r.BusinessDate.Day), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message"), Is.Zero);
        await app.Change("UPDATE access_user_role SET role = 'ZoneLeader' WHERE user_id = @Id", new { leader.Id });

        await Night(app, "2026-03-04 08:00");
        var late = await app.Has("late", Role.ZoneLeader);
        await app.Send(new Subscribe.Command(true), late);
        await app.MakeReports();

        Assert.That(await app.Rows<string>("SELECT message_key FROM messages_message"), Is.EqualTo(new[] { "report:sla:2026-03-03" }), "once, and not whoever subscribed after it");
    }

    [Test]
    public async Task A_process_that_ended_between_the_night_and_the_mail_leaves_the_mail_to_the_next()
    {
        await using var app = await Two();
        await app.Send(new Subscribe.Command(true), await app.Has("leader", Role.ZoneLeader));
        await Night(app, "2026-03-03 08:00");
        app.SetTime("2026-03-04 00:30");
        Assert.That((await app.Send(new MakeReport.Command())).Day, Is.EqualTo(new DateOnly(2026, 3, 3)));

        await app.MakeReports();
        await app.MakeReports();

        Assert.That(await app.Rows<string>("SELECT message_key FROM messages_message ORDER BY message_key"), Is.EqualTo(new[] { "report:sla:2026-03-02", "report:sla:2026-03-03" }));
    }

    /// <summary>What was entered in its last seconds may be on its way to the database still.</summary>
    [Test]
    public async Task A_day_is_made_a_quarter_of_an_hour_after_its_end_and_not_before()
    {
        await using var app = await Two();
        app.SetTime("2026-03-03 00:14");
        Assert.That((await app.MakeReports()).Made, Is.Zero);
        Assert.That((await app.MakeReports(upTo: new DateOnly(2026, 3, 2))).Made, Is.Zero, "asked for by its day neither");
        Assert.That((await app.Send(new ListRuns.Query(), Person.Leader)).Missing, Is.Zero, "nor is it missing");
        Assert.That(MakeReport.TooEarly(new DateOnly(2026, 3, 2), app.Zone)?.Zh, Does.Contain("2026-03-02 的日报在当日终了 15 分钟之后才生成"));
        Assert.That((MakeReport.TooEarly(new DateOnly(2026, 3, 1), app.Zone), MakeReport.TooEarly(new DateOnly(2026, 3, 3), app.Zone)), Is.EqualTo(((Text?)null, (Text?)null)));
        app.SetTime("2026-03-03 00:15");
        Assert.That((await app.MakeReports()).Made, Is.EqualTo(1));
        Assert.That(MakeReport.TooEarly(new DateOnly(2026, 3, 2), app.Zone), Is.Null);
    }

    /// <summary>A site whose clock is slow stamps an entry a minute before midnight when the report of that day is there already.</summary>
    [Test]
    public async Task What_is_stamped_with_a_day_after_its_report_was_made_is_found_by_the_next_night()
    {
        await using var app = await Two();
        var number = await First(app);
        await Night(app, "2026-03-04 00:30");
        await app.Approve(number, "FGJX");
        await app.Change("UPDATE permits_event SET occurred_at = '2026-03-03 15:59:00', recorded_at = '2026-03-03 15:59:00' WHERE status = 11");
        await Night(app, "2026-03-05 00:30");

        var day = (await app.Report(new DateOnly(2026, 3, 3))).Whole.Now;
        Assert.That((day["closed"], day["open"], day["entries"]), Is.EqualTo(((decimal?)1, (decimal?)1, (decimal?)1)));
        Assert.That((await app.Report(new DateOnly(2026, 3, 4))).Whole.Now["open"], Is.EqualTo(1));
        await Night(app, "2026-03-06 00:30");
        Assert.That((await app.Runs()).Count(r => r.Revision > 1), Is.EqualTo(1));
    }

    /// <summary>The same where it makes no day of the case another.</summary>
    [Test]
    public async Task An_entry_stamped_with_a_day_after_its_report_was_made_is_among_the_entries_of_that_day()
    {
        await using var app = await Two();
        var number = await First(app);
        await Night(app, "2026-03-04 00:30");
        await app.Send(new StartHandling.Command(number), Person.Reviewer("FGJX"));
        await app.Change("UPDATE permits_event SET occurred_at = '2026-03-03 15:59:00', recorded_at = '2026-03-03 15:59:00' WHERE status = 8");
        await Night(app, "2026-03-05 00:30");

        Assert.That((await app.Report(new DateOnly(2026, 3, 3))).Whole.Now["entries"], Is.EqualTo(1));
    }

    /// <summary>Decided years before the first report, handed out within them; and one that was withdrawn long ago is nobody's any more.</summary>
    [Test]
    public async Task Results_decided_long_ago_and_handed_out_since_the_reports_begin_are_read_for_them()
    {
        await using var app = await App.Start("2026-10-31 00:30");
        await app.LoadHistory(1_500, 7, new DateOnly(2026, 10, 29));
        var day = new DateOnly(2026, 10, 27);
        var (old, withdrawn) = (await app.Value<long>("SELECT MIN(e.case_id) FROM permits_event e JOIN onewindow_result r ON r.case_id = e.case_id WHERE e.occurred_at < '2023-06-01'"), await app.Value<long>("SELECT MIN(case_id) FROM permits_event WHERE status = 13 AND occurred_at < '2023-12-01'"));
        await app.Change("UPDATE onewindow_result SET handed_out_on = @day, handed_out_at = '2026-10-27 02:00:00' WHERE case_id = @old", new { day, old });
        await app.Change("UPDATE permits_event SET status = 2 WHERE case_id = @withdrawn AND status = 13", new { withdrawn });
        await app.Change("UPDATE permits_case SET status = 2, decided_on = NULL WHERE id = @withdrawn", new { withdrawn });

        await app.MakeReports();

        Assert.That((await app.Send(new ListReportCases.Query("handedOutLate", day, day), Person.Leader)).Rows.Select(r => r.Case.CaseId), Is.EqualTo(new[] { old }));
        Assert.That((await app.Report(day)).Whole.Now["handedOutLate"], Is.EqualTo(1));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_case WHERE case_id = @withdrawn", new { withdrawn }), Is.Zero);
    }

    [Test]
    public async Task The_lists_of_late_entries_are_kept_once_where_two_processes_do_it_at_once()
    {
        await using var app = await App.Start("2026-10-31 00:30");
        await app.LoadHistory(400, 7, new DateOnly(2026, 10, 29));
        await app.MakeReports();
        const string All = "SELECT CONCAT(recorded_on, ' ', case_id, ' ', clerk_key, ' ', n) FROM reports_late_entry ORDER BY recorded_on, case_id, clerk_key";
        var kept = await app.Rows<string>(All);
        Assert.That(kept, Is.Not.Empty);
        await app.Change("DELETE FROM reports_late_entry");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => app.MakeReports())));

        Assert.That(await app.Rows<string>(All), Is.EqualTo(kept));
    }

    /// <summary>Two projects, an application of A01 for each, accepted on the second of March.</summary>
    private static async Task<App> Two()
    {
        var app = await App.Start("2026-03-02 09:00");
        foreach (var project in (string[])[Scene.ProjectCode, Second])
        {
            await app.Project(project);
            await app.Apply(project, "A01");
        }

        return app;
    }

    /// <summary>The one that is read first.</summary>
    private static Task<string> First(App app) => app.Value<string>("SELECT number FROM permits_case WHERE id = (SELECT MIN(c.id) FROM permits_case c)");

    private static async Task Night(App app, string at)
    {
        app.SetTime(at);
        await app.MakeReports();
    }
}
