using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Deadlines;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Calendar;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Countersigning;

/// <summary>The acts that the law lets nobody do alone, each with whose approval it takes and whose will not do.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ActsTests
{
    private static readonly Person Reviewer = Person.Reviewer("SWJ");
    private static readonly Person Head = Person.Head("SWJ");

    /// <summary>Each act as it is asked for, by whom, whose approval it takes, and what in the database must stay as it is until then.</summary>
    private static readonly Dictionary<string, (Func<App, Person, string, Task> Send, Person Asker, Person[] Wrong, Person Right, string Trace)> Acts = new()
    {
        ["extension"] = (
            (app, who, number) => app.Send(new ExtendCase.Command(number, 5, "需再次现场核对", "延期〔2026〕1号"), who), Reviewer, [Person.Head("FGJX"), Person.Supervisor, Person.Leader], Head,
            "SELECT COUNT(*) FROM deadlines_extension"),
        ["pause"] = (
            (app, who, number) => app.Send(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), who), Reviewer, [Person.Head("FGJX"), Person.Supervisor, Person.Leader], Head,
            "SELECT COUNT(*) FROM deadlines_pause WHERE subject_kind = 'case'"),
        ["a department's late entry"] = (
            (app, who, number) => app.Send(new ApproveCase.Command(number, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 2, 16, 0, 0), "停电"), who), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head,
            "SELECT COUNT(*) FROM permits_case WHERE item_code = 'A10' AND decided_on IS NOT NULL"),
        ["the window's late entry"] = (
            (app, who, number) => app.Send(new WithdrawCase.Command(number, "不再建设", new DateTime(2026, 3, 2, 16, 0, 0), "停电"), who), Person.Clerk, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM permits_case WHERE status = 2"),
        ["publication of the calendar"] = (
            (app, who, _) => app.Send(new PublishCalendar.Command(Notices.Short()), who), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM calendar_edition"),
        ["closure of the zone"] = (
            (app, who, _) => app.Send(new CloseZone.Command(new(2026, 3, 12), new(2026, 3, 12), "示例令〔2026〕3号", "台风", "Typhoon"), who), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM calendar_edition"),
        ["deemed consent"] = (
            (app, who, _) => app.Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 5, statutory: 10, deemed: true)), who), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM catalogue_item WHERE code = 'A10'"),
        ["new limits of open cases"] = (
            (app, who, number) => app.Send(new ApplyLimits.Command("A10", [number], false, "提速"), who), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM permits_case WHERE promised_limit = 3"),
    };

    private static IEnumerable<string> Names => Acts.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task It_is_not_done_by_whoever_asks_nor_by_the_wrong_post_and_done_once_by_the_right_one(string name)
    {
        var (send, asker, wrong, right, trace) = Acts[name];
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        if (name == "new limits of open cases") await app.Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 3, statutory: 10)));
        if (name.EndsWith("late entry", StringComparison.Ordinal)) app.Clock.Advance(TimeSpan.FromDays(3));
        var before = await app.Value<int>(trace);

        var asked = await TwoPersons.AskedBy(() => send(app, asker, applied["A10"]));
        var self = await app.Refusal(new ApproveRequest.Command(asked), asker with { Roles = [.. asker.Roles, Role.DepartmentHead, Role.Supervisor], Department = "SWJ" });
        var others = new List<string>();
        foreach (var person in wrong) others.Add((await app.Refusal(new ApproveRequest.Command(asked), person)).Code());
        var meanwhile = await app.Value<int>(trace);
        await app.Countersign(asked, right);
        var again = await app.Refusal(new ApproveRequest.Command(asked), right);

        Assert.That(self.Code(), Is.EqualTo("request.samePerson"));
        Assert.That(others, Is.All.EqualTo("request.otherPost"));
        Assert.That(meanwhile, Is.EqualTo(before), "nothing is done before it is approved");
        Assert.That(await app.Value<int>(trace), Is.EqualTo(before + 1));
        Assert.That(again.Code(), Is.EqualTo("request.decided"));
    }

    [Test]
    public async Task The_window_dates_nothing_back_alone_and_acceptance_by_silence_needs_nobody()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.SetTime("2026-03-05 09:00");

        var asked = await app.Ask(new Accept.Command(received.Number, new DateTime(2026, 3, 2, 10, 0, 0), "停电"), Person.Clerk);
        var waiting = await app.Value<string>("SELECT state FROM onewindow_application");
        app.SetTime("2026-03-10 09:00"); // the five working days to answer have passed
        await app.Send(new Accept.Command(received.Number), Person.Clerk);

        Assert.That(waiting, Is.EqualTo("Received"));
        Assert.That((await app.Case(received["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 2)), "by law, from the day of receipt");
        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), Person.Supervisor)).Problems[0].Code, Is.EqualTo("request.notDone"));
    }

    [Test]
    public async Task Whoever_approves_a_calendar_sees_its_days_and_what_they_move_and_it_is_in_force_when_it_is_durable()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        var asked = await app.Ask(new CloseZone.Command(new(2026, 3, 3), new(2026, 3, 3), "示例令〔2026〕3号", "台风", "Typhoon"), Person.Supervisor);

        var preview = (await app.Send(new ShowRequest.Query(asked), TwoPersons.OtherSupervisor)).Preview.Select(l => l.Zh).ToList();
        var due = (await app.Case(applied["A01"])).DueOn;
        await app.Countersign(asked, TwoPersons.OtherSupervisor);
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        Assert.That(preview, Has.Some.Contains("停办：台风").And.Some.Contains("到期日会移动").And.Some.Contains(applied["A01"]));
        Assert.That((await app.Case(applied["A01"])).DueOn, Is.GreaterThan(due!.Value));
        Assert.That(PublishCalendarTests.Days(app).IsWorkingDay(new(2026, 3, 3)), Is.False, "and in memory too");
    }

    [Test]
    public async Task A_calendar_that_was_published_meanwhile_is_a_conflict_and_the_request_waits()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var first = await app.Ask(new PublishCalendar.Command(Notices.Short()), Person.Supervisor);
        var second = await app.Ask(new PublishCalendar.Command(Notices.Short("示例〔2026〕9号")), Person.Supervisor);
        await app.Countersign(first, TwoPersons.OtherSupervisor);

        var refused = await app.Refusal(new ApproveRequest.Command(second), TwoPersons.OtherSupervisor);

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "calendar.publishedMeanwhile" }));
        Assert.That(await app.Value<string>("SELECT state FROM countersigning_request WHERE number = @second", new { second }), Is.EqualTo("Pending"));
    }

    [Test]
    public async Task A_catalogue_that_switches_no_silence_on_and_what_the_system_does_take_nobody_else()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var published = await app.Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 3, statutory: 10)), Person.Supervisor);
        var byTheSystem = await app.Send(new PublishCalendar.Command(Notices.Short()));

        Assert.That((published.Published, byTheSystem.Published), Is.EqualTo((true, true)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM countersigning_request"), Is.Zero);
    }

    [Test]
    public async Task A_pause_that_has_become_a_second_correction_meanwhile_is_not_for_the_head_any_more()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        var number = applied["A10"];
        PauseCase.Command Correction(string notice) => new(number, "correction", PlannedDays: 3, NoticeNumber: notice);
        var waits = await app.Ask(Correction("2号"), Reviewer);
        await app.SendByTwo(Correction("1号"), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "correction"), Reviewer);

        var refused = await app.Refusal(new ApproveRequest.Command(waits), Head);

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "request.otherApprover" }));
        Assert.That((await app.Case(number)).Status, Is.EqualTo(CaseStatus.CorrectionClosed));
    }

    [Test]
    public async Task A_late_decision_that_was_approved_stands_with_its_day_its_reason_and_both_persons()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        app.Clock.Advance(TimeSpan.FromDays(3));

        await app.SendByTwo(new ApproveCase.Command(applied["A01"], "示例文号〔2026〕1号", null, new DateTime(2026, 3, 2, 16, 0, 0), "停电"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        var decided = (await app.Log(applied["A01"]))[^1];
        Assert.That((app.Zone.DayOf(decided.OccurredAt), decided.LateReason, decided.UserName), Is.EqualTo((new DateOnly(2026, 3, 2), "停电", "经办人")));
        Assert.That((await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'Permits.ApproveCase' ORDER BY id"))[^1], Does.Contain("负责人（负责人）"));
    }
}
