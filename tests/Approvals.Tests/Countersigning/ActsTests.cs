using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Land;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Calendar;
using Approvals.Tests.Deadlines;
using Approvals.Tests.OneWindow;
using Approvals.Tests.Permits;
using Ground = Approvals.Tests.Land.Ground;

namespace Approvals.Tests.Countersigning;

/// <summary>The acts that the law lets nobody do alone, each with whose approval it takes and whose will not do.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ActsTests
{
    private const string OtherProject = "2601-510300-04-01-900002";

    private static readonly Person Reviewer = Person.Reviewer("SWJ");
    private static readonly Person Head = Person.Head("SWJ");

    /// <summary>What the acts are on: two cases of one application, the first of them approved, and another application that is received.</summary>
    private sealed record On(string Approved, string Case, string Application, string Received);

    /// <summary>
    /// Each act as it is asked for, by whom, whose approval it takes, whose will not do, and what in the database stays as it is until then.
    /// What is late happened on Monday 2026-03-02 and is entered on Thursday; nothing else asks why.
    /// </summary>
    private static readonly Dictionary<string, (Func<On, string?, object> Command, Person Asker, Person[] Wrong, Person Right, string Trace)> Acts = new()
    {
        ["extension"] = ((on, _) => Extension(on.Case), Reviewer, [Person.Head("FGJX"), Person.Supervisor, Person.Leader], Head, "SELECT COUNT(*) FROM deadlines_extension"),
        ["extension taken back"] = (
            (on, _) => new RemoveCaseExtension.Command(on.Case, "登记有误"), Reviewer, [Person.Head("FGJX"), Person.Supervisor, Person.Leader], Head,
            "SELECT COUNT(*) FROM permits_event WHERE note LIKE '撤销延长%'"),
        ["pause"] = ((on, _) => Pause(on.Case), Reviewer, [Person.Head("FGJX"), Person.Supervisor, Person.Leader], Head, Pauses),
        ["pause entered late"] = ((on, why) => Pause(on.Case) with { From = Day, LateReason = why }, Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, Pauses),
        ["end of a pause entered late"] = (
            (on, why) => new ResumeCase.Command(on.Case, "expert-review", Day, why), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, Pauses + " AND to_on IS NOT NULL"),
        ["beginning entered late"] = ((on, why) => new StartHandling.Command(on.Case, Done, why), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, "SELECT COUNT(*) FROM permits_event WHERE status = 8"),
        ["a department's late entry"] = (
            (on, why) => new ApproveCase.Command(on.Case, "示例文号〔2026〕1号", null, Done, why), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, Decided),
        ["approval with documents owed entered late"] = (
            (on, why) => new ApproveWithDocumentsOwed.Command(on.Case, "示例文号〔2026〕1号", ["D40"], new(2026, 3, 20), null, Done, why), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, Decided),
        ["refusal entered late"] = ((on, why) => new RefuseCase.Command(on.Case, "材料与现场不符", Done, why), Reviewer, [Person.Head("FGJX"), Person.Supervisor], Head, Decided),
        ["recall entered late"] = (
            (on, why) => new RecallCase.Command(on.Case, "受理有误", Done, why), Head, [new Person(22, "副负责人", "FGJX", Role.DepartmentHead), Person.Leader], new Person(22, "副负责人", "SWJ", Role.DepartmentHead),
            "SELECT COUNT(*) FROM permits_case WHERE status = 14"),
        ["revocation entered late"] = (
            (on, why) => new RevokeCase.Command(on.Approved, "申报材料不实", Done, why), Person.Head("FGJX"), [new Person(22, "副负责人", "SWJ", Role.DepartmentHead), Person.Leader], new Person(22, "副负责人", "FGJX", Role.DepartmentHead),
            "SELECT COUNT(*) FROM permits_case WHERE status = 15"),
        ["the window's late entry"] = (
            (on, why) => new WithdrawCase.Command(on.Case, "不再建设", Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, "SELECT COUNT(*) FROM permits_case WHERE status = 2"),
        ["owed document entered late"] = (
            (on, why) => new GiveOwedDocument.Command(on.Approved, "D04", Day, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, "SELECT COUNT(*) FROM permits_owed_document WHERE given_on IS NOT NULL"),
        ["result handed out, entered late"] = ((on, why) => new HandOut.Command("示例经办", Day, on.Approved, on.Application, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, HandedOut),
        ["results handed out, entered late"] = ((on, why) => new HandOutAll.Command("示例经办", Day, on.Application, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, HandedOut),
        ["intake entered late"] = (
            (on, why) => new TakeIn.Command("c1b0a2f4-0000-4000-8000-000000000001", Scene.ProjectCode, ["A03"], [], "示例经办", "0813-0000000", Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM onewindow_application"),
        ["acceptance entered late"] = ((on, why) => new Accept.Command(on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, Applications + "'Accepted'"),
        ["non-acceptance entered late"] = ((on, why) => new NotAccept.Command("不属职权", "示例机关", on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, Applications + "'NotAccepted'"),
        ["no permit needed, entered late"] = ((on, why) => new NoPermitNeeded.Command("无需许可", on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, Applications + "'NoPermitNeeded'"),
        ["withdrawal entered late"] = ((on, why) => new Withdraw.Command("不办了", on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, Applications + "'Withdrawn'"),
        ["correction entered late"] = ((on, why) => new AskCorrection.Command([new("D04", "投资额有误")], on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, Applications + "'Correcting'"),
        ["end of a correction entered late"] = (
            (on, why) => new CloseCorrection.Command(["D04"], on.Received, Done, why), Person.Clerk, [Head, Person.Leader], Person.Supervisor, "SELECT COUNT(*) FROM onewindow_correction WHERE closed_at IS NOT NULL"),
        ["start of works put off"] = (
            (on, _) => new ExtendPermitStart.Command("场地冬季封冻", on.Case, on.Application), Person.Reviewer("ZFJS"), [Head, Person.Supervisor, Person.Leader], Person.Head("ZFJS"),
            "SELECT COUNT(*) FROM onewindow_start_extension"),
        ["milestone corrected after it has stood"] = (
            (on, _) => new CorrectMilestone.Command(MilestoneKind.DesignApproved, new(2026, 3, 3), "看错", 0, Scene.ProjectCode), Person.Manager, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM projects_milestone WHERE reached_on = '2026-03-03'"),
        ["certificate number corrected after it has stood"] = (
            (on, _) => new CorrectCertificate.Command(on.Approved, "示例文号〔2026〕2号", "录错"), Person.Reviewer("FGJX"), [Head, Person.Supervisor, Person.Leader], Person.Head("FGJX"),
            "SELECT COUNT(*) FROM permits_case WHERE certificate_number = '示例文号〔2026〕2号'"),
        ["hand-out corrected after it has stood"] = (
            (on, _) => new CorrectHandOut.Command("另一经办", null, "写错", on.Approved), Person.Clerk, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM onewindow_result WHERE recipient = '另一经办'"),
        ["applicant corrected after it has stood"] = (
            (on, _) => new CorrectApplicant.Command("示例经办人", null, "写错", on.Received), Person.Clerk, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM onewindow_application WHERE applicant = '示例经办人'"),
        ["names corrected after they have stood"] = (
            (_, _) => new CorrectProject.Command("精密结构件厂房（示例）", null, "写错", Scene.ProjectCode), Person.Clerk, [Head, Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM projects_project WHERE name = '精密结构件厂房（示例）'"),
        ["payment corrected after it has stood"] = (
            (_, _) => new CorrectPayment.Command(PaymentKind.Price, "JK-1", null, new(2026, 2, 25), "看错", Ground.Parcel), Person.Clerk, [Person.Head("ZRZY"), Person.Leader], Person.Supervisor,
            "SELECT COUNT(*) FROM land_payment WHERE paid_on = '2026-02-25'"),
        ["publication of the calendar"] = ((_, _) => new PublishCalendar.Command(Notices.Short()), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor, Editions),
        ["closure of the zone"] = ((_, _) => Closure, Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor, Editions),
        ["closure lifted"] = ((_, _) => new ReopenDay.Command(Closure.From, "示例令〔2026〕4号"), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor, Editions),
        ["deemed consent"] = (
            (_, _) => new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 5, statutory: 10, deemed: true)), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM catalogue_item WHERE code = 'A10'"),
        ["new limits of open cases"] = (
            (on, _) => new ApplyLimits.Command("A10", [on.Case], false, "提速"), Person.Supervisor, [Head, Person.Leader], TwoPersons.OtherSupervisor,
            "SELECT COUNT(*) FROM permits_case WHERE promised_limit = 3"),
    };

    private const string Late = "停电";
    private const string Pauses = "SELECT COUNT(*) FROM deadlines_pause WHERE subject_kind = 'case'";
    private const string Decided = "SELECT COUNT(*) FROM permits_case WHERE item_code = 'A10' AND decided_on IS NOT NULL";
    private const string HandedOut = "SELECT COUNT(*) FROM onewindow_result WHERE handed_out_on IS NOT NULL";
    private const string Applications = "SELECT COUNT(*) FROM onewindow_application WHERE state = ";
    private const string Editions = "SELECT COUNT(*) FROM calendar_edition";

    private static IEnumerable<string> Names => Acts.Keys;

    private static DateOnly Day => new(2026, 3, 2);

    private static DateTime Done => new(2026, 3, 2, 16, 0, 0);

    private static CloseZone.Command Closure => new(new(2026, 3, 12), new(2026, 3, 12), "示例令〔2026〕3号", "台风", "Typhoon");

    private static ExtendCase.Command Extension(string number) => new(number, 5, "需再次现场核对", "延期〔2026〕1号");

    private static PauseCase.Command Pause(string number) => new(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号");

    /// <summary>What a request says to somebody who may not decide on it: where it is hidden from them, that there is none.</summary>
    public static string Tells(Person asker, Person other) =>
        other.Roles.Any(r => r is Role.Supervisor or Role.ZoneLeader) || (other.Department is { } department && department == asker.Department) ? "request.otherPost" : "request.unknown";

    [TestCaseSource(nameof(Names))]
    public async Task It_is_not_done_by_whoever_asks_nor_by_the_wrong_post_and_done_once_by_the_right_one(string name)
    {
        var (command, asker, wrong, right, trace) = Acts[name];
        await using var app = await App.Start("2026-03-02 09:00");
        var on = await Ready(app, name);
        var before = await app.Value<int>(trace);

        var bare = IsLate(command(on, Late)) ? await Scene.RefusalOf(() => app.SendAny(command(on, null), asker)) : null;
        var asked = await TwoPersons.AskedBy(() => app.SendAny(command(on, Late), asker));
        var self = await app.Refusal(new ApproveRequest.Command(asked), asker with { Roles = [.. asker.Roles, .. right.Roles], Department = right.Department });
        var others = new List<(string, string)>();
        foreach (var person in wrong) others.Add((person.Name, (await app.Refusal(new ApproveRequest.Command(asked), person)).Code()));
        var meanwhile = await app.Value<int>(trace);
        await app.Countersign(asked, right);
        var again = await app.Refusal(new ApproveRequest.Command(asked), right);

        Assert.That(bare?.Code(), Is.EqualTo(bare is null ? null : "event.lateWithoutReason"));
        Assert.That(self.Code(), Is.EqualTo("request.samePerson"));
        Assert.That(others, Is.EqualTo(wrong.Select(person => (person.Name, Tells(asker, person)))));
        Assert.That(meanwhile, Is.EqualTo(before), "nothing is done before it is approved");
        Assert.That(await app.Value<int>(trace), Is.EqualTo(before + 1));
        Assert.That(again.Code(), Is.EqualTo("request.decided"));
        Assert.That(await Changed(app, command(on, Late)), Is.Not.Empty, "its record says what it changed");
    }

    /// <summary>As if somebody else had corrected it meanwhile.</summary>
    private static readonly Dictionary<string, string> Moved = new()
    {
        ["certificate number corrected after it has stood"] = "UPDATE permits_case SET certificate_number = '别的' WHERE certificate_number IS NOT NULL",
        ["hand-out corrected after it has stood"] = "UPDATE onewindow_result SET recipient = '第三人'",
        ["applicant corrected after it has stood"] = "UPDATE onewindow_application SET applicant = '第三人'",
        ["names corrected after they have stood"] = "UPDATE projects_project SET name = '别的'",
        ["payment corrected after it has stood"] = "UPDATE land_payment SET amount_fen = amount_fen - 100 WHERE kind = 'price'",
    };

    private static IEnumerable<string> Corrections => Moved.Keys;

    /// <summary>Whoever asks names no state; the request keeps the one that it found.</summary>
    [TestCaseSource(nameof(Corrections))]
    public async Task What_another_has_corrected_meanwhile_is_not_overwritten_by_what_waited(string name)
    {
        var (command, asker, _, right, trace) = Acts[name];
        await using var app = await App.Start("2026-03-02 09:00");
        var on = await Ready(app, name);
        var asked = await TwoPersons.AskedBy(() => app.SendAny(command(on, Late), asker));
        await app.Change(Moved[name]);

        var refused = await app.Refusal(new ApproveRequest.Command(asked), right);

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "correction.moved" }));
        Assert.That(await app.Value<int>(trace), Is.Zero);
    }

    /// <summary>What the record of the deed says that it changed, besides who approved it and why it is late.</summary>
    public static async Task<IEnumerable<string>> Changed(App app, object command) =>
        Line.Changes((await app.Records()).Last(r => r.Outcome == "done" && r.Command == Commands.NameOf(command.GetType()))).Select(c => c.What.Zh).Except(["批准人", "补录原因", "更正原因"]);

    /// <summary>The program's own list: whoever marks another command, or gives one a reason for being late, adds how it is asked for.</summary>
    [Test]
    public void Every_command_that_may_take_two_is_asked_for_here_and_every_late_entry_late()
    {
        var marked = typeof(Site).Assembly.GetTypes().Where(t => t.IsDefined(typeof(TakesTwoAttribute), false)).ToList();
        var late = marked.Where(t => t.GetProperty("LateReason") is not null).ToList();
        var on = new On("", "", "", "");

        var asked = Acts.Values.Select(a => a.Command(on, Late)).Concat(LateEntryTests.Commands(Late)).ToList();

        Assert.That(asked.Select(c => c.GetType()).Distinct(), Is.EquivalentTo(marked));
        Assert.That(asked.Where(IsLate).Select(c => c.GetType()).Distinct(), Is.EquivalentTo(late));
        Assert.That((marked.Count, late.Count), Is.EqualTo((41, 27)), "none has lost its mark or its reason");
    }

    private static bool IsLate(object command) => command.GetType().GetProperty("LateReason")?.GetValue(command) is not null;

    /// <summary>Brought to where the act is the next.</summary>
    private static async Task<On> Ready(App app, string name)
    {
        if (name == "start of works put off")
        {
            var permit = await PermitStartTests.Granted(app);
            return new("", permit["A08"], permit.Number, "");
        }

        if (name == "payment corrected after it has stood")
        {
            await Ground.BringToHandover(app);
            app.Clock.Advance(TimeSpan.FromDays(3));
            return new("", "", "", "");
        }

        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Project(OtherProject);
        var received = (await app.Receive(OtherProject, "A01")).Number;
        if (name == "owed document entered late") await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04"], new(2026, 3, 20)), Person.Reviewer("FGJX"));
        else await app.Approve(applied["A01"], "FGJX");
        switch (name)
        {
            case "extension taken back":
                await app.SendByTwo(Extension(applied["A10"]), Reviewer, Head);
                break;
            case "end of a pause entered late":
                await app.SendByTwo(Pause(applied["A10"]), Reviewer, Head);
                break;
            case "end of a correction entered late":
                await app.Send(new AskCorrection.Command([new("D04", "投资额有误")], received), Person.Clerk);
                break;
            case "milestone corrected after it has stood":
                await app.Change("UPDATE projects_project SET manager_id = 4");
                await app.Send(new ReportMilestone.Command(MilestoneKind.DesignApproved, Day, 0, Scene.ProjectCode), Person.Manager);
                break;
            case "hand-out corrected after it has stood":
                await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
                break;
            case "closure lifted":
                await app.Send(Closure);
                break;
            case "new limits of open cases":
                await app.Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 3, statutory: 10)));
                break;
        }

        if (name.EndsWith("late entry", StringComparison.Ordinal) || name.EndsWith("entered late", StringComparison.Ordinal) || name.EndsWith(" stood", StringComparison.Ordinal)) app.Clock.Advance(TimeSpan.FromDays(3));
        return new(applied["A01"], applied["A10"], applied.Number, received);
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
