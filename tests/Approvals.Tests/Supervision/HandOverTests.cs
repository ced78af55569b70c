using AngleSharp.Dom;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.OneWindow.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Supervision;
using Approvals.Tests.Access;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Supervision;

/// <summary>移交: what somebody has in hand goes to a colleague, with its history.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class HandOverTests
{
    private sealed record Scenery(App App, Person Leaver, Person Taker, Person Head, string Case, string Application);

    /// <summary>A case that a reviewer has taken up, and a clerk's application.</summary>
    private static async Task<Scenery> Start()
    {
        var app = await App.Start();
        foreach (var (login, name, department, role) in new[]
        {
            ("jx", "经办甲", "FGJX", Role.Reviewer), ("jx2", "经办乙", "FGJX", Role.Reviewer), ("zr", "外部门", "ZRZY", Role.Reviewer), ("desk", "窗口丙", null, Role.WindowClerk), ("desk2", "窗口丁", (string?)null, Role.WindowClerk),
        }) await app.Send(new AddUser.Store(login, name, department, [role], "unusable", false));
        await app.Open("FGJX");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        var leaver = new Person(await Id(app, "jx"), "经办甲", "FGJX", Role.Reviewer);
        await app.Send(new StartHandling.Command(applied["A01"]), leaver);
        await Deadlines.Clocks.Change(app, "UPDATE onewindow_application SET received_by = (SELECT id FROM access_user WHERE login = 'desk')");
        return new(app, leaver, new(await Id(app, "jx2"), "经办乙", "FGJX", Role.Reviewer), Person.Head("FGJX"), applied["A01"], applied.Number);
    }

    private static Task<long> Id(App app, string login) => app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login });

    private static Task<string> Owner(App app, string kind) => app.Value<string>("SELECT DISTINCT login FROM supervision_owner WHERE kind = @kind", new { kind });

    [Test]
    public async Task What_would_move_is_shown_and_then_moves_at_once_with_its_history_and_its_owner()
    {
        var s = await Start();
        await using var app = s.App;
        var shown = await app.Send(new HandOverWork.Query("jx"), s.Head);
        var before = await Owner(app, "case");
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [s.Case]), s.Head);

        var last = (await app.Log(s.Case))[^1];
        var shownCase = await app.Send(new ShowCase.Query(s.Case), s.Head);
        Assert.Multiple(async () =>
        {
            Assert.That(shown.Cases.Select(c => c.Number), Is.EqualTo(new[] { s.Case }));
            Assert.That(shown.Colleagues.Select(c => c.Login), Does.Contain("jx2").And.Not.Contain("jx").And.Not.Contain("zr"));
            Assert.That(last.Note, Is.EqualTo("移交：经办甲 → 经办乙；理由：调离"));
            Assert.That(last.UserName, Is.EqualTo("负责人"));
            Assert.That((before, await Owner(app, "case")), Is.EqualTo(("jx", "jx2")), "督办 follows");
            Assert.That(shownCase.Next!.Owner.Zh, Does.EndWith("经办乙"));
            Assert.That((await app.Send(new HandOverWork.Query("jx"), s.Head)).Count, Is.Zero);
            Assert.That(await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key LIKE 'handover:%' ORDER BY u.login"), Is.EqualTo(new[] { "jx", "jx2" }));
        });
    }

    [Test]
    public async Task A_clerks_applications_go_to_another_clerk_and_say_so()
    {
        var s = await Start();
        await using var app = s.App;
        var before = await Owner(app, "stage");
        await app.Send(new HandOverWork.Command("desk", "desk2", "轮岗", [s.Application]), Person.Supervisor);

        var handed = (await app.Send(new GetApplication.Query(s.Application), Person.Clerk)).HandOvers.Single();
        Assert.That((before, await Owner(app, "stage")), Is.EqualTo(("desk", "desk2")));
        Assert.That((handed.FromName, handed.ToName, handed.HandedBy, handed.Reason), Is.EqualTo(("窗口丙", "窗口丁", "督办", "轮岗")));
        Assert.That((await app.Send(new HandOverWork.Query("desk2"), Person.Supervisor)).Applications.Select(a => a.Number), Is.EqualTo(new[] { s.Application }));
    }

    [Test]
    public async Task The_head_of_a_clerk_who_is_of_a_department_too_moves_no_applications()
    {
        var s = await Start();
        await using var app = s.App;
        await Deadlines.Clocks.Change(app, "UPDATE access_user SET department = 'FGJX' WHERE login IN ('desk', 'desk2')");
        var seen = (await app.Send(new HandOverWork.Query("desk"), s.Head)).Applications;
        var refused = await app.Refusal(new HandOverWork.Command("desk", "desk2", "轮岗", [s.Application]), s.Head);
        await app.Send(new HandOverWork.Command("desk", "desk2", "轮岗", [s.Application]), Person.Supervisor);

        Assert.That(seen, Is.Empty);
        Assert.That(refused.Code(), Is.EqualTo("handover.changed"));
    }

    [Test]
    public async Task To_a_clerk_of_another_window_they_move_to_that_window_and_say_so()
    {
        var s = await Start();
        await using var app = s.App;
        var (one, two) = ((await app.Send(new ManageWindows.Open("1号窗口"))).Id, (await app.Send(new ManageWindows.Open("2号窗口"))).Id);
        await app.Send(new SeatUser.Command(two, "desk2"));
        await Deadlines.Clocks.Change(app, "UPDATE onewindow_application SET window_id = @one", new { one });
        var colleagues = (await app.Send(new HandOverWork.Query("desk"), Person.Supervisor)).Colleagues;
        await app.Send(new HandOverWork.Command("desk", "desk2", "轮岗", [s.Application]), Person.Supervisor);
        var there = await app.Send(new GetApplication.Query(s.Application), Person.Clerk);
        await app.Send(new SeatUser.Command(null, "desk"));
        await app.Send(new HandOverWork.Command("desk2", "desk", "回岗", [s.Application]), Person.Supervisor);
        var back = await app.Send(new GetApplication.Query(s.Application), Person.Clerk);

        Assert.Multiple(() =>
        {
            Assert.That(colleagues.Select(c => (c.Login, c.Window)), Is.EqualTo(new[] { ("desk2", "2号窗口") }));
            Assert.That((there.Head.Window, there.HandOvers.Single().ToName), Is.EqualTo(("2号窗口", "窗口丁")));
            Assert.That(there.Moves.Select(m => (m.FromName, m.ToName, m.MovedBy, m.Reason)), Is.EqualTo(new[] { ("1号窗口", "2号窗口", "督办", "轮岗") }));
            Assert.That((back.Head.Window, back.Moves.Count, back.HandOvers.Count), Is.EqualTo(("2号窗口", 1, 2)), "to whom serves all it comes where it is");
        });
    }

    [Test]
    public async Task It_goes_to_nobody_of_another_department_nor_to_a_closed_account_nor_where_something_has_changed_meanwhile()
    {
        var s = await Start();
        await using var app = s.App;
        foreach (var to in new[] { "zr", "desk", "jx", "nobody" })
            Assert.That((await app.Refusal(new HandOverWork.Command("jx", to, "调离", [s.Case]), Person.Supervisor)).Code(), Is.EqualTo("handover.unfit"), to);
        await Deadlines.Clocks.Change(app, "UPDATE access_user SET department = 'FGJX' WHERE login = 'desk2'");
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "desk2", "调离", [s.Case]), Person.Supervisor)).Code(), Is.EqualTo("handover.unfit"), "a clerk of the department handles no cases");
        Assert.That((await app.Refusal(new HandOverWork.Command("desk", "jx", "轮岗", [s.Application]), Person.Supervisor)).Code(), Is.EqualTo("handover.unfit"), "a reviewer sits at no window");
        await app.Send(new DeactivateUser.Command("jx2"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "jx2", "调离", [s.Case]), s.Head)).Code(), Is.EqualTo("handover.unfit"));
        await app.Send(new ReactivateUser.Command("jx2"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "jx2", "调离", [s.Case, $"{s.Application}-09"]), s.Head)).Code(), Is.EqualTo("handover.changed"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "jx2", "调离", []), s.Head)).Problems.Single().Field, Is.EqualTo("numbers"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "jx2", "", [s.Case]), s.Head)).Problems.Single().Field, Is.EqualTo("reason"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx", "jx2", "调离", [s.Case]), Person.Head("ZRZY"))).Code(), Is.EqualTo("account.otherDepartment"));

        Assert.That(await Owner(app, "case"), Is.EqualTo("jx"));
        Assert.That((await app.Refusal(new HandOverWork.Command("jx2", "jx", "调离", [s.Case]), s.Head)).Code(), Is.EqualTo("handover.changed"), "it is in no such hands");
    }

    [Test]
    public async Task Closing_an_account_says_how_much_it_has_in_hand_and_those_who_may_hand_it_over_are_told_and_can_afterwards()
    {
        var s = await Start();
        await using var app = s.App;
        var shown = await app.Send(new ShowUser.Query("jx"), Person.SecurityAdministrator);
        await app.Send(new DeactivateUser.Command("jx"), Person.SecurityAdministrator);
        var told = await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.link = '/hand-over?from=jx' ORDER BY u.login");
        await app.Send(new HandOverWork.Command("jx", "jx2", "离职", [s.Case]), s.Head);

        Assert.That(shown.InHand!.Select(l => l.Zh), Is.EqualTo(new[] { "办理件 1 件" }), "a number, and nothing of the work");
        Assert.That(told, Is.EqualTo(new[] { "centre-supervisor", "fgjx-head" }));
        Assert.That(await Owner(app, "case"), Is.EqualTo("jx2"));
    }

    [Test]
    public async Task The_page_shows_it_first_and_hands_it_over_when_told_to()
    {
        await using var app = await App.Start(environment: "Development");
        using var head = await app.SignedIn("zrzy-head");
        await app.Send(new AddUser.Store("zrzy2", "经办二", "ZRZY", [Role.Reviewer], "unusable", false));
        IReadOnlyList<string> Ticked(AngleSharp.Html.Dom.IHtmlDocument page) =>
            [.. page.QuerySelectorAll<AngleSharp.Html.Dom.IHtmlInputElement>("input[name=Numbers]").Where(i => i.IsChecked).Select(i => i.Value)];
        var before = Ticked(await head.Page("/hand-over?from=zrzy"));
        const string Form = "form[method=post][action*=hand-over]";
        using var none = await head.Submit("/hand-over?from=zrzy", Form, ("To", "zrzy2"), ("Reason", ""), ("Numbers", before[0]));
        var wrong = await none.Html();
        using var one = await head.Submit("/hand-over?from=zrzy", Form, ("To", "zrzy2"), ("Reason", "调离"), ("Numbers", before[0]));
        var rest = Ticked(await head.Page("/hand-over?from=zrzy"));
        using var all = await head.Submit("/hand-over?from=zrzy", Form, ("To", "zrzy2"), ("Reason", "调离"));

        Assert.Multiple(async () =>
        {
            Assert.That(before, Has.Count.GreaterThan(1), "all that is shown is ticked");
            Assert.That((Ticked(wrong), wrong.QuerySelectorAll("input[name=Numbers]").Length), Is.EqualTo((new[] { before[0] }, before.Count)), "what was ticked stays ticked");
            Assert.That(((int)one.StatusCode, (int)all.StatusCode), Is.EqualTo((302, 302)));
            Assert.That(rest, Is.EqualTo(before.Skip(1)), "what was not ticked stays where it is");
            Assert.That(Ticked(await head.Page("/hand-over?from=zrzy")), Is.Empty);
            Assert.That(Ticked(await head.Page("/hand-over?from=zrzy2")), Is.EquivalentTo(before));
        });
    }

    [Test]
    public async Task A_decision_of_before_the_hand_over_is_entered_after_it()
    {
        var s = await Start();
        await using var app = s.App;
        app.Clock.Advance(TimeSpan.FromHours(4));
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [s.Case]), s.Head);
        app.Clock.Advance(TimeSpan.FromHours(1));

        await app.Send(new ApproveCase.Command(s.Case, "1号", null, new DateTime(2026, 3, 2, 11, 0, 0)), s.Taker);

        Assert.That((await app.Log(s.Case)).Select(e => (e.Note.StartsWith("移交", StringComparison.Ordinal), app.Zone.Local(e.OccurredAt).Hour)).TakeLast(2), Is.EqualTo(new[] { (true, 13), (false, 11) }));
    }

    [Test]
    public async Task What_has_changed_since_it_was_read_moves_nothing()
    {
        var s = await Start();
        await using var app = s.App;
        var read = new CaseInHandOf { Id = await app.Value<long>("SELECT id FROM permits_case WHERE number = @Case", new { s.Case }), Number = s.Case, LastEvent = await app.Value<int>("SELECT last_event FROM permits_case WHERE number = @Case", new { s.Case }) - 1 };
        var application = new ApplicationInHandOf { Id = await app.Value<long>("SELECT id FROM onewindow_application"), Number = s.Application };
        var acted = await Scene.RefusalOf(() => app.Within(new HandOverCases([read], "经办甲", s.Taker.Id, "经办乙", "调离")));
        var other = await Id(app, "desk2");
        var elsewhere = await Scene.RefusalOf(() => app.Within(new HandOverApplications([application], other, "窗口丁", s.Taker.Id, "经办乙", "调离", null)));

        Assert.That((acted.Code(), elsewhere.Code()), Is.EqualTo(("case.changed", "handover.changed")));
        Assert.That((await Owner(app, "case"), await Owner(app, "stage")), Is.EqualTo(("jx", "desk")));
    }

    [TestCase("case", "jx", "jx2", "jx3")]
    [TestCase("stage", "desk", "desk2", "desk3")]
    public async Task Of_two_who_hand_the_same_over_at_once_one_does_and_the_other_moves_nothing(string kind, params string[] hands)
    {
        const int Rounds = 6;
        var s = await Start();
        await using var app = s.App;
        await app.Send(new AddUser.Store("jx3", "经办己", "FGJX", [Role.Reviewer], "unusable", false));
        await app.Send(new AddUser.Store("desk3", "窗口戊", null, [Role.WindowClerk], "unusable", false));
        var (number, from) = (kind == "case" ? s.Case : s.Application, hands[0]);

        for (var round = 0; round < Rounds; round++)
        {
            var others = hands.Where(h => h != from).ToList();
            var answers = await Task.WhenAll(others.Select(to => Task.Run(async () =>
            {
                try
                {
                    await app.Send(new HandOverWork.Command(from, to, "调离", [number]), Person.Supervisor);
                    return "moved";
                }
                catch (Approvals.Web.Refused refused)
                {
                    return refused.Code();
                }
            })));

            Assert.That(answers, Has.One.EqualTo("moved").And.One.AnyOf("handover.changed", "case.changed"), $"round {round}");
            from = others[Array.IndexOf(answers, "moved")];
            Assert.That(await Owner(app, kind), Is.EqualTo(from));
        }

        var history = kind == "case" ? (await app.Log(s.Case)).Count(e => e.Note.StartsWith("移交", StringComparison.Ordinal)) : (await app.Send(new GetApplication.Query(number), Person.Clerk)).HandOvers.Count;
        Assert.That((history, await app.Value<int>("SELECT COUNT(*) FROM messages_message WHERE message_key LIKE 'handover:%'")), Is.EqualTo((Rounds, 2 * Rounds)));
    }

    [Test]
    public async Task Projects_are_in_hand_too()
    {
        await using var app = await App.Start();
        await app.Open();
        await app.Project();
        await app.Send(new AddUser.Store("pm", "经理", null, [Role.ProjectManager], "unusable", false));
        await app.Send(new AssignPeople.Command("pm", null, "指定", Scene.ProjectCode), Person.Supervisor);

        var shown = await app.Send(new ShowUser.Query("pm"), Person.SecurityAdministrator);
        await app.Send(new DeactivateUser.Command("pm"), Person.SecurityAdministrator);

        Assert.That(shown.InHand!.Select(l => l.Zh), Is.EqualTo(new[] { "项目 1 个" }));
        Assert.That(await app.Value<string>("SELECT body_zh FROM messages_message WHERE message_key LIKE 'left:%'"), Does.Contain("项目 1 个"));
    }
}
