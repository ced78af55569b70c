using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Supervision;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Supervision;

/// <summary>Who is told of an alert and what it opens, step by step; 2026-03-02 is a Monday.</summary>
[Parallelizable]
internal sealed class LadderTests
{
    private static readonly Person Head = Person.Head("ZRZY");

    [Test]
    public async Task Yellow_tells_the_reviewers_of_the_department_and_the_supervisor_and_nobody_of_another_department()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        await app.Scan("2026-03-06 00:05");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow zrzy", "yellow supervisor" }));
        Assert.That(await app.Orders(), Is.Empty);
    }

    [Test]
    public async Task Of_two_departments_told_in_one_scan_each_hears_of_its_own()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Promised(8, "2026-03-02", 5) with { Department = "STHJ" });

        await app.Scan("2026-03-06 00:05");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow zrzy", "yellow supervisor", "yellow sthj", "yellow supervisor" }));
    }

    [Test]
    public async Task Whoever_acted_on_the_case_last_in_its_department_gets_the_yellow()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        foreach (var login in new[] { "other", "handler" })
            await app.Send(new AddUser.Command(login, login, "FGJX", [Role.Reviewer], Floor.Password));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01")).Cases["A01"];
        var id = await app.Value<long>("SELECT id FROM access_user WHERE login = 'handler'");
        await app.Send(new StartHandling.Command(number), new Person(id, "handler", "FGJX", Role.Reviewer));
        await app.Forget();

        await app.Scan("2026-03-03 09:00");

        Assert.That((await app.Told()).Distinct(), Is.EquivalentTo(new[] { "yellow handler", "yellow supervisor" }));
    }

    [Test]
    public async Task Red_tells_head_and_supervisor_at_once_and_opens_an_order_to_be_answered_in_three_working_days()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Scan("2026-03-06 00:05");
        await app.Forget();

        await app.Scan("2026-03-10 00:05");
        await app.Scan("2026-03-10 00:15");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "red zrzy-head", "red supervisor" }));
        var order = await app.Order();
        Assert.That(order.Number, Does.Match("^DB-20260310-[2-9A-Z]{4}$"));
        Assert.That((order.Label, order.LimitRule, order.DueOn, order.AnswerDueOn), Is.EqualTo(("AJ-7", "promised", new DateOnly(2026, 3, 9), new DateOnly(2026, 3, 13))));
    }

    [Test]
    public async Task An_order_unanswered_after_three_working_days_goes_to_the_zones_leaders_once()
    {
        await using var app = await Late();
        await app.Scan("2026-03-12 08:00");
        Assert.That(await app.Told(), Is.EqualTo(new[] { "yellow zrzy-head" }), "a reminder on the last but one day");
        await app.Scan("2026-03-13 20:00");
        Assert.That((await app.Order()).EscalatedAt, Is.Null, "the last day is in time");

        await app.Forget();
        await app.Scan("2026-03-14 00:05");
        await app.Scan("2026-03-16 08:00");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "red leader", "red supervisor", "red zrzy-head" }));
        Assert.That((await app.Order()).EscalatedAt, Is.Not.Null);
    }

    [Test]
    public async Task The_leaders_hear_of_an_order_once_though_the_day_of_its_answer_moves_after_that()
    {
        await using var app = await Late();
        await app.Scan("2026-03-14 00:05");
        await app.Forget();
        await app.Inside(new ChangeLimits([new("order", await app.Value<long>("SELECT id FROM supervision_order"), Rules.Order, new(5, "wd"))]));

        await app.Scan("2026-03-20 00:05");

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert a JOIN deadlines_clock c ON c.id = a.clock_id WHERE c.subject_kind = 'order' AND a.level = 'red'"), Is.EqualTo(2), "it is past its day a second time");
        Assert.That(await app.Told(), Has.None.EqualTo("red leader"));
    }

    [Test]
    public async Task After_three_nights_without_a_scan_each_step_comes_once_with_its_true_date()
    {
        await using var app = await Late();

        await app.Scan("2026-03-17 08:00");
        await app.Scan("2026-03-17 08:10");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow zrzy-head", "red leader", "red supervisor", "red zrzy-head" }));
        Assert.That(
            await app.Rows<DateOnly>("SELECT a.began_on FROM deadlines_alert a JOIN deadlines_clock c ON c.id = a.clock_id WHERE c.subject_kind = 'order' ORDER BY a.id"),
            Is.EqualTo(new DateOnly[] { new(2026, 3, 12), new(2026, 3, 14) }));
    }

    [Test]
    public async Task An_answer_in_time_stops_the_clock_of_the_order_and_tells_the_supervisor()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;
        app.SetTime("2026-03-11 10:00");

        await app.Send(new AnswerOrder.Command(number, "现场复核用时较长", "已安排专人", new(2026, 3, 20)), Head);
        await app.Scan("2026-04-01 08:00");

        Assert.That(await app.Told(), Is.EqualTo(new[] { "info supervisor" }));
        var shown = await app.Send(new ShowOrder.Query(number.ToLowerInvariant()), Head);
        Assert.That((shown.State, shown.Answer, shown.PromisedOn, shown.MayAnswer), Is.EqualTo((OrderState.Answered, "现场复核用时较长", (DateOnly?)new DateOnly(2026, 3, 20), false)));
    }

    [Test]
    public async Task Closing_ends_the_order_and_the_reminders()
    {
        await using var app = await Late();
        var number = (await app.Order()).Number;

        await app.Send(new CloseOrder.Command(number, "已协调解决"), Person.Supervisor);
        await app.Scan("2026-04-01 08:00");

        Assert.That(await app.Told(), Is.Empty);
        Assert.That((await app.Order()).FinishedHow, Is.EqualTo("closed"));
    }

    [Test]
    public async Task A_decision_ends_the_order()
    {
        await using var app = await Late();

        await app.StopClocks(7, "2026-03-11");
        await app.Scan("2026-04-01 08:00");

        Assert.That((await app.Order()).FinishedHow, Is.EqualTo("stopped"));
        Assert.That(await app.Told(), Is.Empty);
    }

    [Test]
    public async Task The_leaders_who_were_told_hear_that_it_ended()
    {
        await using var app = await Late();
        await app.Scan("2026-03-17 08:00");
        await app.Forget();

        await app.StopClocks(7, "2026-03-17");

        Assert.That(await app.Told(), Is.EqualTo(new[] { "info leader" }));
    }

    [Test]
    public async Task A_moved_due_date_ends_the_order_and_opens_another_when_it_passes()
    {
        await using var app = await Late();

        await app.Inside(new ChangeLimits([new("case", 7, "promised", new(10, "wd"))]));
        Assert.That((await app.Order()).FinishedHow, Is.EqualTo("moved"));
        await app.Scan("2026-03-16 00:05");
        Assert.That(await app.Orders(), Has.Count.EqualTo(1));
        await app.Scan("2026-03-17 00:05");

        var orders = await app.Orders();
        Assert.That(orders.Select(o => (o.DueOn, o.FinishedHow)), Is.EqualTo(new[] { (new DateOnly(2026, 3, 9), (string?)"moved"), (new DateOnly(2026, 3, 16), null) }));
    }

    [Test]
    public async Task Promised_and_statutory_limits_that_end_on_one_day_share_an_order_which_ends_with_the_second()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Statutory(7, "2026-03-02", 5));
        await app.Scan("2026-03-10 00:05");

        var order = await app.Order();
        var shown = await app.Send(new ShowOrder.Query(order.Number), Person.Auditor);
        Assert.That(shown.Rules.Select(r => r.Rule), Is.EqualTo(new[] { "promised", "statutory" }));

        await app.Inside(new ChangeLimits([new("case", 7, "promised", new(20, "wd"))]));
        Assert.That((await app.Order()).FinishedHow, Is.Null, "the law's limit is still past");
        await app.StopClocks(7, "2026-03-11");
        Assert.That((await app.Order()).FinishedHow, Is.EqualTo("stopped"));
    }

    [Test]
    public async Task Limits_that_end_on_different_days_have_an_order_each()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Statutory(7, "2026-03-02", 10));

        await app.Scan("2026-03-18 00:05");

        Assert.That((await app.Orders()).Where(o => o.SubjectKind == "case").Select(o => o.LimitRule), Is.EqualTo(new[] { "promised", "statutory" }));
    }

    [Test]
    public async Task Nothing_on_an_order_opens_an_order()
    {
        await using var app = await Late();

        await app.Scan("2026-06-01 08:00");

        Assert.That(await app.Orders(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_the_window_is_late_with_its_clerks_answer_for()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5, department: "") with { SubjectKind = "application", Rule = Rules.Answer, Label = "20260302-AAAAA" });

        await app.Scan("2026-03-10 00:05");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow clerk", "yellow supervisor", "red clerk", "red supervisor" }));
        var number = (await app.Order()).Number;
        Assert.That((await app.Refusal(new AnswerOrder.Command(number, "原因"), Head)).Code(), Is.EqualTo("order.unknown"), "another department's, so not even seen");
        await app.Send(new AnswerOrder.Command(number, "材料核对用时较长"), Person.Clerk);
        Assert.That((await app.Order()).AnsweredAt, Is.Not.Null);
    }

    [Test]
    public async Task A_pause_past_its_longest_time_opens_an_order_and_its_end_ends_it()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 20));
        await app.Inside(new PauseClocks("case", 7, "inspection", new("检验", "inspection"), "示例依据", new(2026, 3, 2), 5, 5, "示例〔2026〕1号", "负责人", "AJ-7", "ZRZY"));
        await app.Scan("2026-03-10 00:05");

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow zrzy", "yellow zrzy-head", "yellow supervisor", "red zrzy-head", "red supervisor" }));
        Assert.That((await app.Order()).SubjectKind, Is.EqualTo("pause"));
        await app.Inside(new ResumeClocks("case", 7, "inspection", new(2026, 3, 10)));
        Assert.That((await app.Order()).FinishedHow, Is.EqualTo("stopped"));
    }

    [Test]
    public async Task A_yellow_light_of_a_day_off_is_told_but_presses_nobody_and_a_red_one_does()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5) with { WarningDays = 1 });
        await app.Change("UPDATE access_user SET email = 'somebody@example.org'");

        await app.Scan("2026-03-07 10:00"); // Saturday; yellow since Friday
        Assert.That(await app.Told(), Has.Length.EqualTo(2));
        Assert.That(await app.Rows<DateOnly?>("SELECT mailed_on FROM messages_message"), Is.All.Null, "it waits for the digest");
    }

    [Test]
    public async Task After_the_calendar_moved_dates_each_department_is_told_once_how_many()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        var news = new DatesRecounted(77, [new("ZRZY", 12), new("STHJ", 0), new("", 1)]);

        await app.Publish(news);
        await app.Publish(news);

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "info zrzy", "info zrzy-head", "info clerk" }));
        Assert.That(await app.Rows<string>("SELECT DISTINCT link FROM messages_message ORDER BY link"), Is.EqualTo(new[] { "/supervision/moved?recount=77&department=-", "/supervision/moved?recount=77&department=ZRZY" }));
    }

    [Test]
    public async Task Scans_at_once_raise_tell_and_open_once()
    {
        await using var app = await Floor.Start("2026-03-10 00:05");
        await app.StartClocks([.. Enumerable.Range(1, 5).Select(i => Clocks.Promised(i, "2026-03-02", 5))]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Send(new RaiseAlerts.Command(3))));
        await app.Scan();

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert"), Is.EqualTo(10));
        Assert.That(await app.Orders(), Has.Count.EqualTo(5));
        Assert.That(await app.Told(), Has.Length.EqualTo(20));
    }

    [Test]
    public async Task What_follows_from_an_alert_that_fails_takes_the_alert_with_it()
    {
        if (App.Server is not null) Assert.Ignore("A table is put away as SQLite does it.");
        await using var app = await Floor.Start("2026-03-10 00:05");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Change("ALTER TABLE supervision_cause RENAME TO away");

        Assert.That(async () => await app.Send(new RaiseAlerts.Command()), Throws.Exception);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert"), Is.Zero);
        await app.Change("ALTER TABLE away RENAME TO supervision_cause");
        await app.Scan();

        Assert.That(await app.Orders(), Has.Count.EqualTo(1));
        Assert.That(await app.Told(), Has.Length.EqualTo(4));
    }

    /// <summary>A case of ZRZY that was due on Monday 2026-03-09; its order is opened on Tuesday, to be answered by Friday the 13th.</summary>
    private static async Task<App> Late()
    {
        var app = await Floor.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Scan("2026-03-10 00:05");
        await app.Forget();
        return app;
    }
}
