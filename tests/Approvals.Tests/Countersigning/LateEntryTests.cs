using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Land;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Countersigning;

/// <summary>补录 of what has only a day: more than one working day late it takes a reason and a second person, whoever enters it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LateEntryTests
{
    private const string Late = "档案移交";

    private static readonly DateOnly Friday = new(2026, 2, 27);
    private static readonly Person Land = Person.Reviewer("ZRZY");
    private static readonly Person Registry = Person.Reviewer("BDCDJ");

    /// <summary>
    /// Each act as it is entered on a day, who enters it, whose approval it takes, whose will not do, and what in the database stays as it is until then.
    /// It is Monday 2026-03-02, Saturday was a working day: what is of Friday is late by two.
    /// </summary>
    private static readonly Dictionary<string, (Func<DateOnly, string?, object> Command, Person Asker, Person Right, Person Wrong, string Trace, string Preview)> Acts = new()
    {
        ["the contract of a parcel"] = (
            (day, why) => Ground.Contract with { SignedOn = day, LateReason = why }, Land, Person.Head("ZRZY"), Person.Supervisor, "SELECT COUNT(*) FROM land_contract", "缴清价款：2026-03-27 到期"),
        ["a payment of the price"] = (
            (day, why) => new RecordPayment.Command(PaymentKind.Price, 1_000_000m, day, "JK-9", Ground.Parcel, why), Person.Clerk, Person.Supervisor, Person.Head("ZRZY"), "SELECT COUNT(*) FROM land_payment WHERE voucher = 'JK-9'", "缴清价款：2026-03-25 到期，止于 2026-02-27 为按期"),
        ["a payment of the price that the land's department enters"] = (
            (day, why) => new RecordPayment.Command(PaymentKind.Price, 1_000_000m, day, "JK-9", Ground.Parcel, why), Land, Person.Supervisor, Person.Head("ZRZY"), "SELECT COUNT(*) FROM land_payment WHERE voucher = 'JK-9'", "缴清价款"),
        ["handover and title on one day, approved by the other of the two departments"] = (
            (day, why) => Ground.Both with { HandedOverOn = day, LateReason = why }, Registry, Person.Head("ZRZY"), Person.Head("GWHJS"), "SELECT COUNT(*) FROM land_title", ""),
        ["a milestone of a manager who is of a department"] = (
            (day, why) => new ReportMilestone.Command(MilestoneKind.DesignApproved, day, 0, Ground.Project, why), Person.Manager with { Department = "ZRZY" }, Person.Supervisor, Person.Head("ZRZY"), "SELECT COUNT(*) FROM projects_milestone WHERE kind = 'DesignApproved' AND reached_on IS NOT NULL", ""),
        ["a levelling order"] = (
            (day, why) => new OrderLevelling.Command("PC-1", day, new(2026, 4, 1), "填方", Ground.Parcel, why), Person.Reviewer("GWHJS"), Person.Head("GWHJS"), Person.Head("ZRZY"), "SELECT COUNT(*) FROM land_levelling_order", ""),
        ["the handover of a parcel"] = (
            (day, why) => new HandOverParcel.Command("JD-1", day, "三方", Ground.Parcel, why), Land, Person.Head("ZRZY"), Person.Head("BDCDJ"), "SELECT COUNT(*) FROM land_handover", "交地：2026-03-31 到期，止于 2026-02-27 为按期"),
        ["the title of a parcel"] = (
            (day, why) => new IssueTitle.Command("ZS-1", day, Ground.Parcel, why), Registry, Person.Head("BDCDJ"), Person.Head("ZRZY"), "SELECT COUNT(*) FROM land_title", "交证：2026-02-28 到期，止于 2026-02-27 为按期；若止于今天则为超期"),
        ["handover and title on one day"] = (
            (day, why) => Ground.Both with { HandedOverOn = day, LateReason = why }, Registry, Person.Head("BDCDJ"), Person.Supervisor, "SELECT COUNT(*) FROM land_title", "交地：2026-03-31 到期"),
        ["a milestone"] = (
            (day, why) => new ReportMilestone.Command(MilestoneKind.ConstructionStarted, day, 0, Ground.Project, why), Person.Manager, Person.Supervisor, Person.Head("ZRZY"), "SELECT COUNT(*) FROM projects_milestone WHERE kind = 'ConstructionStarted' AND reached_on IS NOT NULL", "约定动工：2026-04-30 到期，止于 2026-02-27 为按期"),
        ["a milestone from the page of the project"] = (
            (day, why) => new MilestoneReport(Ground.Project, MilestoneKind.ConstructionStarted, day, 0, why), Person.Agent, Person.Supervisor, Person.Leader, "SELECT COUNT(*) FROM projects_milestone WHERE kind = 'ConstructionStarted' AND reached_on IS NOT NULL", "闲置满一年：2027-04-30 到期"),
        ["a milestone of a supervisor"] = (
            (day, why) => new ReportMilestone.Command(MilestoneKind.DesignApproved, day, 0, Ground.Project, why), Person.Supervisor, TwoPersons.OtherSupervisor, Person.Leader, "SELECT COUNT(*) FROM projects_milestone WHERE kind = 'DesignApproved' AND reached_on IS NOT NULL", ""),
    };

    private static IEnumerable<string> Names => Acts.Keys;

    /// <summary>One of each, as it is entered.</summary>
    public static IEnumerable<object> Commands(string why) => Acts.Values.Select(a => a.Command(Friday, why));

    [TestCaseSource(nameof(Names))]
    public async Task It_takes_a_reason_and_another_person_once_it_is_late_and_nobody_while_it_is_not(string name)
    {
        var (command, asker, right, wrong, trace, preview) = Acts[name];
        await using var app = await App.Start("2026-03-02 09:00");
        await Ready(app, name);

        var bare = await Scene.RefusalOf(() => app.SendAny(command(Friday, " "), asker));
        var asked = await TwoPersons.AskedBy(() => app.SendAny(command(Friday, Late), asker));
        var self = await Scene.Refusal(app, new ApproveRequest.Command(asked), asker with { Roles = [.. asker.Roles, .. right.Roles], Department = right.Department });
        var other = await Scene.Refusal(app, new ApproveRequest.Command(asked), wrong);
        var shown = await app.Send(new ShowRequest.Query(asked), right);
        var meanwhile = await app.Value<int>(trace);
        await app.Countersign(asked, right);

        var records = (await app.Records()).Where(r => r.Outcome == "done").TakeLast(3).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(bare.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("event.lateWithoutReason", "lateReason") }));
            Assert.That((self.Code(), other.Code()), Is.EqualTo(("request.samePerson", ActsTests.Tells(asker, wrong))));
            Assert.That((meanwhile, await app.Value<int>(trace)), Is.EqualTo((0, 1)), "nothing is done before it is approved");
            Assert.That(shown.Says.Zh, Does.Contain("2026-02-27").And.Contain(Late));
            Assert.That(string.Join('\n', shown.Preview.Select(l => l.Zh)), Does.Contain(preview), "whoever approves it sees which limits it ends or begins");
            Assert.That(records.Select(r => (r.Command, r.UserName)), Is.EqualTo(new[] { ("Countersigning.FileRequest", asker.Name), (records[1].Command, asker.Name), ("Countersigning.ApproveRequest", right.Name) }));
            Assert.That(records[1].Detail, Does.Contain(Late).And.Contain($"{right.Name}（{right.Name}）"), "the record of the deed says why and who approved it");
            Assert.That(app.Zone.DayOf(records[1].OccurredAt), Is.EqualTo(Friday));
            Assert.That(await ActsTests.Changed(app, command(Friday, Late)), Is.Not.Empty, "its record says what it changed");
        });
    }

    [TestCaseSource(nameof(Names))]
    public async Task Of_the_working_day_before_it_needs_nobody(string name)
    {
        var (command, asker, _, _, trace, _) = Acts[name];
        await using var app = await App.Start("2026-03-02 09:00");
        await Ready(app, name);

        await app.SendAny(command(new(2026, 2, 28), null), asker);

        Assert.That(await app.Value<int>(trace), Is.EqualTo(1));
    }

    [Test]
    public async Task Results_and_owed_documents_are_dated_back_by_two_at_the_window()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04", "D05"], new(2026, 3, 6)), Person.Reviewer("FGJX"));
        app.Clock.Advance(TimeSpan.FromDays(16)); // Wednesday the 18th
        var day = new DateOnly(2026, 3, 5);

        var bare = await Scene.Refusal(app, new HandOutAll.Command("示例经办", day, applied.Number), Person.Clerk);
        var give = await app.Ask(new GiveOwedDocument.Command(applied["A01"], "D04", day, Late), Person.Clerk);
        var out1 = await app.Ask(new HandOut.Command("示例经办", day, applied["A01"], applied.Number, Late), Person.Clerk);
        var all = await app.Ask(new HandOutAll.Command("示例经办", day, applied.Number, Late), Person.Clerk);
        var previews = new List<string>();
        foreach (var number in new[] { give, out1, all }) previews.Add(string.Join('\n', (await app.Send(new ShowRequest.Query(number), Person.Supervisor)).Preview.Select(l => l.Zh)));
        var before = await app.Value<int>("SELECT COUNT(*) FROM onewindow_result WHERE handed_out_on IS NOT NULL") + await app.Value<int>("SELECT COUNT(*) FROM permits_owed_document WHERE given_on IS NOT NULL");
        var self = await Scene.Refusal(app, new ApproveRequest.Command(give), Person.Clerk with { Roles = [Approvals.Modules.Access.Contract.Role.WindowClerk, Approvals.Modules.Access.Contract.Role.Supervisor] });
        await app.Countersign(give, Person.Supervisor);
        await app.Countersign(all, Person.Supervisor);

        Assert.Multiple(async () =>
        {
            Assert.That((bare.Code(), self.Code(), before), Is.EqualTo(("event.lateWithoutReason", "request.samePerson", 0)));
            Assert.That(previews[0], Does.Contain("补交材料 D04：2026-03-06 到期，止于 2026-03-05 为按期；若止于今天则为超期"));
            Assert.That(previews[1], Does.Contain("送达结果：2026-03-16 到期，止于 2026-03-05 为按期；若止于今天则为超期"));
            Assert.That(previews[2], Does.Contain(applied["A01"]).And.Contain("送达结果"));
            Assert.That(await app.Value<DateOnly?>("SELECT handed_out_on FROM onewindow_result"), Is.EqualTo(day));
            Assert.That(await app.Value<DateOnly?>("SELECT given_on FROM permits_owed_document WHERE document = 'D04'"), Is.EqualTo(day));
            Assert.That((await Scene.Refusal(app, new ApproveRequest.Command(out1), Person.Supervisor)).Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "result.handedOut" }), "it was handed out with all of them");
        });
    }

    [Test]
    public async Task What_the_window_enters_late_the_supervisor_approves_though_the_clerk_is_of_a_department_too()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04"], new(2026, 3, 6)), Person.Reviewer("FGJX"));
        app.Clock.Advance(TimeSpan.FromDays(16));
        var day = new DateOnly(2026, 3, 5);
        var both = new Person(90, "双岗", "FGJX", Role.WindowClerk, Role.Reviewer);

        foreach (var number in new[]
        {
            await app.Ask(new GiveOwedDocument.Command(applied["A01"], "D04", day, Late), both),
            await app.Ask(new HandOut.Command("示例经办", day, applied["A01"], applied.Number, Late), both),
            await app.Ask(new HandOutAll.Command("示例经办", day, applied.Number, Late), both),
        })
        {
            Assert.That((await Scene.Refusal(app, new ApproveRequest.Command(number), Person.Head("FGJX"))).Code(), Is.EqualTo("request.otherPost"), number);
            Assert.That(await app.Rows<string>("SELECT p.role FROM countersigning_post p JOIN countersigning_request r ON r.id = p.request_id WHERE r.number = @number", new { number }), Is.EqualTo(new[] { "Supervisor" }));
        }
    }

    [Test]
    public async Task A_deposit_from_before_the_contract_is_late_once_it_is_entered_long_after_the_contract()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Send(Ground.Contract with { SignedOn = new(2026, 3, 2) }, Land);
        RecordPayment.Command Paid(string voucher, DateOnly on) => new(PaymentKind.Price, 1_000_000m, on, voucher, Ground.Parcel);

        await app.Send(Paid("JK-1", new(2026, 2, 10)), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Send(Paid("JK-2", new(2026, 2, 10)), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(2));
        var late = await Scene.Refusal(app, Paid("JK-3", new(2026, 2, 10)), Person.Clerk);
        var afterwards = await Scene.Refusal(app, Paid("JK-4", new(2026, 3, 2)), Person.Clerk);

        Assert.That((late.Code(), afterwards.Code()), Is.EqualTo(("event.lateWithoutReason", "event.lateWithoutReason")));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_payment"), Is.EqualTo(2));
    }

    [Test]
    public async Task What_comes_to_the_window_after_the_asking_is_not_handed_out_with_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Approve(applied["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(3));
        var asked = await app.Ask(new HandOutAll.Command("示例经办", new(2026, 3, 2), applied.Number, Late), Person.Clerk);
        await app.Approve(applied["A02"], "ZRZY");
        await app.Change("UPDATE onewindow_result SET decided_on = '2026-03-02'");
        var preview = string.Join('\n', (await app.Send(new ShowRequest.Query(asked), Person.Supervisor)).Preview.Select(l => l.Zh));

        await app.Countersign(asked, Person.Supervisor);

        Assert.That(preview, Does.Contain(applied["A01"]).And.Not.Contain(applied["A02"]));
        Assert.That(await app.Rows<string>("SELECT case_number FROM onewindow_result WHERE handed_out_on IS NOT NULL"), Is.EqualTo(new[] { applied["A01"] }));
    }

    [Test]
    public async Task A_report_is_corrected_by_one_while_it_is_fresh_and_by_two_once_it_has_stood()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Ready(app, "a milestone");
        await app.Send(new ReportMilestone.Command(MilestoneKind.DesignApproved, new(2026, 3, 1), 0, Ground.Project), Person.Manager);

        await app.Send(new CorrectMilestone.Command(MilestoneKind.DesignApproved, new(2026, 3, 2), "看错", 0, Ground.Project), Person.Manager);
        app.Clock.Advance(TimeSpan.FromDays(2));
        var later = await app.Ask(new CorrectMilestone.Command(MilestoneKind.DesignApproved, new(2026, 3, 4), "再改", 0, Ground.Project), Person.Manager);
        var gone = await app.Ask(new CorrectMilestone.Command(MilestoneKind.DesignApproved, null, "没有批", 0, Ground.Project), Person.Manager);
        var stands = await app.Value<DateOnly>("SELECT reached_on FROM projects_milestone WHERE kind = 'DesignApproved'");
        await app.Countersign(gone, Person.Supervisor);

        Assert.That(stands, Is.EqualTo(new DateOnly(2026, 3, 2)));
        Assert.That(await app.Value<DateOnly?>("SELECT reached_on FROM projects_milestone WHERE kind = 'DesignApproved'"), Is.Null);
        Assert.That((await Scene.Refusal(app, new ApproveRequest.Command(later), Person.Supervisor)).Problems[0].Code, Is.EqualTo("request.notDone"));
    }

    [Test]
    public async Task Whoever_approves_a_late_decision_acceptance_or_intake_sees_which_limits_it_ends_and_begins()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Project("2601-510300-04-01-900002");
        var received = await app.Receive("2601-510300-04-01-900002", "A01");
        app.Clock.Advance(TimeSpan.FromDays(7));

        var decided = await app.Ask(new ApproveCase.Command(applied["A01"], "1号", null, new DateTime(2026, 3, 3, 16, 0, 0), Late), Person.Reviewer("FGJX"));
        var accepted = await app.Ask(new Accept.Command(received.Number, new DateTime(2026, 3, 3, 16, 0, 0), Late), Person.Clerk);
        var taken = await app.Ask(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A03"], [], "示例经办", "0813-0000000", new DateTime(2026, 3, 3, 16, 0, 0), Late), Person.Clerk);
        var previews = new List<string>();
        foreach (var (number, who) in new[] { (decided, Person.Head("FGJX")), (accepted, Person.Supervisor), (taken, Person.Supervisor) })
            previews.Add(string.Join('\n', (await app.Send(new ShowRequest.Query(number), who)).Preview.Select(l => l.Zh)));

        Assert.Multiple(() =>
        {
            Assert.That(previews[0], Does.Contain("承诺时限").And.Contain("止于 2026-03-03 为按期"));
            Assert.That(previews[1], Does.Contain("收件答复：2026-03-09 到期，止于 2026-03-03 为按期").And.Contain($"{received["A01"]} 承诺时限").And.Contain("自 2026-03-03 起算"));
            Assert.That(previews[2], Does.Contain("收件答复（5 个工作日）：自 2026-03-03 起算，2026-03-10 到期；若自今天起算则为 2026-03-16"));
        });
    }

    [Test]
    public async Task A_late_intake_is_announced_under_no_number_before_it_has_one_and_whoever_approves_sees_what_is_taken_in()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var (login, role) in new[] { ("desk", Role.WindowClerk), ("boss", Role.Supervisor) })
            await app.Send(new AddUser.Store(login, login, null, [role], "unusable", false));
        var clerk = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'desk'"), "窗口", null, Role.WindowClerk);
        await app.Project();
        app.Clock.Advance(TimeSpan.FromDays(7));

        var number = await app.Ask(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["a01"], ["D02"], "示例经办", "0813-0000000", new DateTime(2026, 3, 3, 16, 0, 0), Late), clerk);
        var asked = await app.Send(new ShowRequest.Query(number), Person.Supervisor);
        var announced = await app.Rows<string>("SELECT title_zh FROM messages_message");
        await app.Countersign(number, Person.Supervisor);
        var done = await app.Send(new ShowRequest.Query(number), clerk);
        var given = await app.Value<string>("SELECT number FROM onewindow_application");

        var preview = string.Join('\n', asked.Preview.Select(l => l.Zh));
        Assert.Multiple(async () =>
        {
            Assert.That((asked.Subject, asked.Page), Is.EqualTo(($"project:{Scene.ProjectCode}", $"/projects/{Scene.ProjectCode}")));
            Assert.That(announced, Is.EqualTo(new[] { $"待您批准：收件 {Scene.ProjectCode}" }));
            Assert.That(preview, Does.Contain($"项目：精密结构件厂房一期（示例）（{Scene.ProjectCode}），申报单位：示例科技有限公司").And.Contain("申请人：示例经办")
                .And.Contain("收件 1 个事项：A01 企业投资项目备案").And.Contain("收到材料 1 份：D02"));
            Assert.That((done.Subject, done.Page), Is.EqualTo(($"application:{given}", $"/applications/{given}")));
            Assert.That(await app.Rows<string>("SELECT title_zh FROM messages_message WHERE message_key LIKE 'request:%:Approved'"), Is.EqualTo(new[] { $"已批准：收件 {given}" }));
            Assert.That(await app.Rows<string>("SELECT DISTINCT subject FROM audit_record WHERE subject LIKE 'application:%'"), Is.EqualTo(new[] { $"application:{given}" }), "no record is on a number that was never given");
        });
    }

    /// <summary>Brought to where the act is the next.</summary>
    private static async Task Ready(App app, string name)
    {
        if (name is "a levelling order")
        {
            await app.OpenParcel();
            await app.Survey(312.1m, "2026-02-27");
            return;
        }

        await app.BringToHandover(contract: name is not "the contract of a parcel", price: name.StartsWith("a payment of the price", StringComparison.Ordinal) ? 11_000_000m : 12_000_000m);
        await app.Change("UPDATE projects_project SET manager_id = 4, agent_id = 3");
        if (name is "the title of a parcel") await app.Send(new HandOverParcel.Command("JD-1", Friday, "三方", Ground.Parcel));
        if (name.StartsWith("a milestone", StringComparison.Ordinal)) await app.Send(new HandOverParcel.Command("JD-1", new(2026, 2, 27), "三方", Ground.Parcel));
    }
}
