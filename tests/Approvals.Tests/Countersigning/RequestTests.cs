using System.Net;
using System.Text;
using System.Text.Json;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Countersigning;

/// <summary>双人复核: what the law lets nobody do alone is asked for by one person and takes effect when another approves it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RequestTests
{
    private static readonly Person Reviewer = Person.Reviewer("SWJ");
    private static readonly Person Head = Person.Head("SWJ");
    private static readonly Person OtherHead = new(22, "副负责人", "SWJ", Role.DepartmentHead);

    /// <summary>A10, promised in 5 working days: accepted on Monday 2026-03-02 it is due on 2026-03-09.</summary>
    private static async Task<string> Accepted(App app)
    {
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied["A10"];
    }

    private static PauseCase.Command Pause(string number, string kind = "expert-review") => new(number, kind, PlannedDays: 5, NoticeNumber: "告知〔2026〕1号");

    private static Task<string> State(App app, string number) => app.Value<string>("SELECT state FROM countersigning_request WHERE number = @number", new { number });

    private static Task<int> Pauses(App app) => app.Value<int>("SELECT COUNT(*) FROM deadlines_pause WHERE subject_kind = 'case'");

    [Test]
    public async Task Asking_does_nothing_but_ask()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var log = (await app.Log(number)).Count;

        var asked = await app.Ask(Pause(number), Reviewer);

        var shown = await app.Send(new ShowRequest.Query(asked), Head);
        Assert.Multiple(async () =>
        {
            Assert.That(await Pauses(app), Is.Zero);
            Assert.That((await app.Log(number)).Count, Is.EqualTo(log));
            Assert.That((shown.State, shown.Asker, shown.Subject, shown.Page), Is.EqualTo((RequestState.Pending, "经办人", $"case:{number}", $"/cases/{number}")));
            Assert.That(shown.Says.Zh, Does.Contain("专家评审").And.Contain("2026-03-02").And.Contain("5 个工作日").And.Contain("告知〔2026〕1号"));
            Assert.That(shown.Who.Zh, Is.EqualTo("水务部门负责人"));
        });
    }

    [Test]
    public async Task Whoever_approves_sees_the_dates_that_would_move_and_they_move_so()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(new ExtendCase.Command(number, 5, "需再次现场核对", "延期〔2026〕1号"), Reviewer);

        var preview = (await app.Send(new ShowRequest.Query(asked), Head)).Preview;
        await app.Countersign(asked, Head);

        var clocks = (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks;
        Assert.That(preview.Select(l => l.Zh), Has.Some.Contains("2026-03-09 → 2026-03-16").And.Some.Contains("2026-03-16 → 2026-03-23"));
        Assert.That(clocks.Select(k => k.DueOn), Is.EqualTo(new DateOnly?[] { new(2026, 3, 16), new(2026, 3, 23) }));
    }

    [Test]
    public async Task Approved_it_takes_effect_as_whoever_asked_with_whoever_approved_on_record()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        await app.SendByTwo(Pause(number), Reviewer, Head);

        var pause = (await app.Send(new ShowCase.Query(number), Person.Auditor)).Open.Single().Fact;
        var records = (await app.Records()).TakeLast(3).Select(r => (r.Command, r.UserName, r.Subject, r.Outcome));
        Assert.Multiple(async () =>
        {
            Assert.That((pause.ApprovedBy, pause.OpenedBy), Is.EqualTo(("负责人（负责人）", "经办人")));
            Assert.That((await app.Log(number))[^1].UserName, Is.EqualTo("经办人"));
            Assert.That(records, Is.EqualTo(new[]
            {
                ("Countersigning.FileRequest", "经办人", $"case:{number}", "done"),
                ("Permits.PauseCase", "经办人", $"case:{number}", "done"),
                ("Countersigning.ApproveRequest", "负责人", $"case:{number}", "done"),
            }));
            Assert.That((await app.LogOf("Permits.PauseCase"))[^1].Detail, Does.Contain("负责人（负责人）"), "the record of the deed names who approved it");
            Assert.That((await app.LogOf("Countersigning.ApproveRequest"))[^1].Detail, Does.Contain("经办人（经办人）"), "and that of the approval who asked");
        });
    }

    /// <summary>Whoever asked was not at the screen of whoever approves.</summary>
    [Test]
    public async Task The_record_of_the_deed_says_by_which_request_it_was_done_and_not_from_where_it_was_approved()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var asked = await app.Ask(Pause(await Accepted(app)), Reviewer);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var actor = scope.ServiceProvider.GetRequiredService<Actor>();
            Head.Sit(actor);
            actor.ComesFrom("page", "192.0.2.7");
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ApproveRequest.Command(asked));
        }

        var records = (await app.Records()).TakeLast(2).Select(r => (r.Command, r.Login, r.Source, r.Place));
        Assert.That(records, Is.EqualTo(new[]
        {
            ("Permits.PauseCase", "经办人", "approval", asked), ("Countersigning.ApproveRequest", "负责人", "page", "192.0.2.7"),
        }));
    }

    [Test]
    public async Task Nobody_approves_what_they_asked_for_not_even_with_both_posts()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var both = new Person(30, "一人两职", "SWJ", Role.Reviewer, Role.DepartmentHead, Role.Supervisor);
        var asked = await app.Ask(Pause(number), both);

        var refused = await app.Refusal(new ApproveRequest.Command(asked), both);
        var declined = await app.Refusal(new DeclineRequest.Command(asked, "不需要"), both);

        Assert.That((refused.Status, refused.Code(), declined.Code()), Is.EqualTo((RefusedAs.Forbidden, "request.samePerson", "request.samePerson")));
        Assert.That((await State(app, asked), await Pauses(app)), Is.EqualTo(("Pending", 0)));
        Assert.That((await app.LogOf("Countersigning.ApproveRequest")).Select(r => (r.Login, r.Outcome, r.Subject)), Is.EqualTo(new[] { ("一人两职", "forbidden", $"case:{number}") }), "the attempt is on record");
    }

    /// <summary>替岗: who stands in for whoever asked is no second person, nor is who is stood in for.</summary>
    [TestCase("经办人", null, "负责人", "经办人", Description = "the approver stands in for whoever asked")]
    [TestCase("替岗人", "负责人", "负责人", null, Description = "asked by whoever stands in for the approver")]
    [TestCase("替岗人", "经办人", "另一人", "经办人", Description = "both stand in for the same person")]
    [TestCase("一人", "甲", "一人", "乙", Description = "the same person for two others")]
    public async Task Standing_in_for_somebody_makes_no_second_person(string asker, string? askerFor, string approver, string? approverFor)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await TwoPersons.AskedBy(() => Send(app, Pause(number), 20, asker, Role.Reviewer, askerFor));

        var refused = await Scene.RefusalOf(() => Send(app, new ApproveRequest.Command(asked), 21, approver, Role.DepartmentHead, approverFor));

        Assert.That(refused.Code(), Is.EqualTo("request.samePerson"));
        Assert.That(await Pauses(app), Is.Zero);
    }

    [Test]
    public async Task A_head_who_asks_is_approved_by_another_head_or_by_the_supervisor_and_a_reviewers_request_by_no_supervisor()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var own = await app.Ask(Pause(number), Head);
        var self = await app.Refusal(new ApproveRequest.Command(own), Head);
        await app.Countersign(own, Person.Supervisor);
        await app.SendByTwo(Pause(number, "test"), Head, OtherHead);
        var reviewers = await app.Refusal(new ApproveRequest.Command(await app.Ask(Pause(number, "tender"), Reviewer)), Person.Supervisor);

        Assert.That((self.Code(), reviewers.Code()), Is.EqualTo(("request.samePerson", "request.otherPost")));
        Assert.That(await Pauses(app), Is.EqualTo(2));
    }

    [Test]
    public async Task Another_departments_head_neither_approves_nor_declines_nor_sees_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);
        var other = Person.Head("FGJX");

        var approved = await app.Refusal(new ApproveRequest.Command(asked), other);
        var declined = await app.Refusal(new DeclineRequest.Command(asked, "不同意"), other);
        var seen = await app.Refusal(new ShowRequest.Query(asked), other);

        Assert.That(new[] { approved, declined, seen }.Select(r => (r.Status, r.Code())), Is.All.EqualTo((RefusedAs.NotFound, "request.unknown")));
        Assert.That((await app.Send(new ListRequests.Query(), other)).ToApprove, Is.Empty);
        Assert.That(await Pauses(app), Is.Zero);
    }

    /// <summary>Whoever guesses its number learns neither that it is there, nor who asked, nor who decided; the record knows who tried.</summary>
    [Test]
    public async Task To_whom_it_is_hidden_it_says_nothing_whatever_they_try()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var asked = await app.Ask(Pause(await Accepted(app)), Reviewer);
        var refused = new List<Refused>();
        async Task Try()
        {
            foreach (var who in new[] { Person.Agent, Person.Clerk }) refused.Add(await app.Refusal(new WithdrawRequest.Command(asked), who));
            refused.Add(await app.Refusal(new ApproveRequest.Command(asked), Person.Head("FGJX")));
            refused.Add(await app.Refusal(new DeclineRequest.Command(asked, "不同意"), Person.Head("FGJX")));
        }

        await Try();
        await app.Countersign(asked, OtherHead);
        await Try();
        var none = await app.Refusal(new WithdrawRequest.Command(asked + "9"), Person.Agent);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Select(r => (r.Status, r.Code())), Is.All.EqualTo((RefusedAs.NotFound, "request.unknown")));
            Assert.That(refused.Select(r => r.Problems[0].Message.Zh), Is.All.EqualTo(none.Problems[0].Message.Zh.Replace(asked + "9", asked, StringComparison.Ordinal)), "as of one that there is not");
            Assert.That((await app.LogOf("Countersigning.WithdrawRequest")).Select(r => r.Outcome), Is.EqualTo(new[] { "forbidden", "forbidden", "forbidden", "forbidden", "refused" }));
        });
    }

    /// <summary>A clerk may be of a department too: that is no post in it.</summary>
    [Test]
    public async Task A_request_is_open_to_the_reviewers_and_heads_of_the_department_and_to_nobody_else_of_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var asked = await app.Ask(Pause(await Accepted(app)), Reviewer);

        foreach (var role in new[] { Role.WindowClerk, Role.ProjectManager, Role.Agent })
            Assert.That((await app.Refusal(new ShowRequest.Query(asked), new Person(40, "同部门", "SWJ", role))).Status, Is.EqualTo(RefusedAs.NotFound), $"{role}");
        foreach (var role in new[] { Role.Reviewer, Role.DepartmentHead })
            Assert.That((await app.Send(new ShowRequest.Query(asked), new Person(41, "同部门", "SWJ", role))).Number, Is.EqualTo(asked), $"{role}");
    }

    [Test]
    public async Task Declined_it_changes_nothing_and_the_reason_is_told()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Store("swj", "经办", "SWJ", [Role.Reviewer], "unusable", false));
        var reviewer = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'swj'"), "swj", "SWJ", Role.Reviewer);
        var number = await Accepted(app);
        var before = await app.Case(number);
        var asked = await app.Ask(Pause(number), reviewer);

        var bare = await app.Refusal(new DeclineRequest.Command(asked, " "), Head);
        await app.Send(new DeclineRequest.Command(asked, "不属于专家评审"), Head);
        var late = await app.Refusal(new ApproveRequest.Command(asked), OtherHead);

        Assert.Multiple(async () =>
        {
            Assert.That((bare.Problems.Single().Field, late.Code()), Is.EqualTo(("reason", "request.decided")));
            Assert.That(await Pauses(app), Is.Zero);
            Assert.That((await app.Case(number)).ToString(), Is.EqualTo(before.ToString()));
            Assert.That((await app.Send(new ListMessages.Query(), reviewer)).New.Single().Body.Zh, Does.Contain("不属于专家评审"));
        });
    }

    [Test]
    public async Task Of_two_who_approve_at_once_one_does_and_it_takes_effect_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);

        var outcomes = await Task.WhenAll(new[] { Head, OtherHead, Head, OtherHead }.Select(async who =>
        {
            try
            {
                await app.Countersign(asked, who);
                return "done";
            }
            catch (Refused refused)
            {
                return refused.Code();
            }
        }));

        Assert.That(outcomes, Is.EquivalentTo(new[] { "done", "request.decided", "request.decided", "request.decided" }));
        Assert.That((await Pauses(app), (await app.Log(number)).Count), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task What_can_no_longer_be_done_is_told_and_stays_pending()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var first = await app.Ask(new ExtendCase.Command(number, 5, "需再次现场核对", "延期〔2026〕1号"), Reviewer);
        var second = await app.Ask(new ExtendCase.Command(number, 3, "需再次现场核对", "延期〔2026〕2号"), Reviewer);
        await app.Countersign(first, Head);

        var refused = await app.Refusal(new ApproveRequest.Command(second), Head);

        Assert.That((refused.Status, refused.Problems.Select(p => p.Code)), Is.EqualTo((RefusedAs.Conflict, new[] { "request.notDone", "extension.twice" })));
        Assert.That(await State(app, second), Is.EqualTo("Pending"));
        Assert.That((await app.Records()).TakeLast(2).Select(r => (r.Command, r.UserName, r.Outcome)), Is.EqualTo(new[]
        {
            ("Permits.ExtendCase", "经办人", "refused"), ("Countersigning.ApproveRequest", "负责人", "refused"),
        }), "both attempts are on record");
        Assert.That((await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Select(k => k.ExtensionDays), Is.EqualTo(new[] { 5, 5 }));
    }

    [Test]
    public async Task Where_it_breaks_halfway_it_is_as_if_nobody_had_approved()
    {
        var fails = new Fails();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddSingleton<INotificationHandler<CasePaused>>(fails));
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);
        fails.Now = true;

        Assert.That(async () => await app.Countersign(asked, Head), Throws.InvalidOperationException);

        Assert.That((await State(app, asked), await Pauses(app)), Is.EqualTo(("Pending", 0)));
        Assert.That((await app.Send(new ListRequests.Query(), Head)).ToApprove.Select(l => l.Number), Is.EqualTo(new[] { asked }), "and it can still be approved");
    }

    /// <summary>The deed has ended by then, and is undone with the approval.</summary>
    [Test]
    public async Task Where_it_breaks_after_the_deed_no_record_says_that_it_was_done()
    {
        var breaks = new TellingFails();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddSingleton<IPipelineBehavior<Notify, Unit>>(breaks));
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);
        var before = (await app.Records()).Count;
        breaks.Now = true;

        Assert.That(async () => await app.Countersign(asked, Head), Throws.InvalidOperationException);

        Assert.That((await app.Records()).Skip(before).Select(r => (r.Command, r.Outcome)), Is.EqualTo(new[] { ("Countersigning.ApproveRequest", "failed") }));
        Assert.That((await State(app, asked), await Pauses(app)), Is.EqualTo(("Pending", 0)));
    }

    [Test]
    public async Task The_days_are_those_of_the_asking_however_long_the_approval_takes()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);
        app.Clock.Advance(TimeSpan.FromDays(3));

        await app.Countersign(asked, Head);

        var last = (await app.Log(number))[^1];
        Assert.That((await app.Send(new ShowCase.Query(number), Person.Auditor)).Open.Single().Fact.From, Is.EqualTo(new DateOnly(2026, 3, 2)));
        Assert.That((app.Zone.DayOf(last.RecordedAt), last.LateReason), Is.EqualTo((new DateOnly(2026, 3, 5), "")), "asked in time it is not late");
    }

    [Test]
    public async Task The_same_thing_asked_twice_is_one_request()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var (once, again) = (await app.Ask(Pause(number), Reviewer), await app.Ask(Pause(number), Reviewer));

        Assert.That(again, Is.EqualTo(once));
    }

    [Test]
    public async Task Whoever_asked_can_withdraw_it_and_nobody_else()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);

        var other = await app.Refusal(new WithdrawRequest.Command(asked), new Person(23, "另一经办", "SWJ", Role.Reviewer));
        await app.Send(new WithdrawRequest.Command(asked), Reviewer);
        var approved = await app.Refusal(new ApproveRequest.Command(asked), Head);

        Assert.That((other.Code(), approved.Code(), await Pauses(app)), Is.EqualTo(("request.notYours", "request.decided", 0)));
    }

    [Test]
    public async Task Nobody_decides_it_after_its_last_day_and_then_it_is_over()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);
        app.Clock.Advance(TimeSpan.FromDays(14)); // Monday the 16th: the tenth working day
        await app.Send(new ExpireRequests.Command());
        var last = await State(app, asked);
        app.Clock.Advance(TimeSpan.FromDays(1));

        var refused = await app.Refusal(new ApproveRequest.Command(asked), Head);
        await app.Send(new ExpireRequests.Command());

        Assert.That((last, refused.Code(), await State(app, asked)), Is.EqualTo(("Pending", "request.expired", "Expired")));
    }

    /// <summary>Between the reading of what is overdue and its ending somebody else may end one.</summary>
    [Test]
    public async Task One_that_was_decided_meanwhile_does_not_keep_the_others_from_ending()
    {
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddTransient<IPipelineBehavior<Notify, Unit>, DecidesTheNext>());
        var number = await Accepted(app);
        var asked = new List<string>();
        foreach (var kind in new[] { "expert-review", "test", "tender" }) asked.Add(await app.Ask(Pause(number, kind), Reviewer));
        app.Clock.Advance(TimeSpan.FromDays(21));

        var ended = await app.Send(new ExpireRequests.Command());

        var states = new List<string>();
        foreach (var request in asked) states.Add(await State(app, request));
        Assert.That(states, Is.EqualTo(new[] { "Expired", "Declined", "Expired" }));
        Assert.That(ended, Is.EqualTo(3), "as many as were looked at");
        Assert.That((await app.LogOf("Countersigning.ExpireRequests")).Single().Outcome, Is.EqualTo("done"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message WHERE link = @link", new { link = $"/requests/{asked[1]}" }), Is.Zero, "nobody is told that it expired");
    }

    [Test]
    public async Task It_ends_with_its_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        var asked = await app.Ask(Pause(number), Reviewer);

        await app.Approve(number, "SWJ");

        Assert.That(await State(app, asked), Is.EqualTo("Ended"));
        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), Head)).Code(), Is.EqualTo("request.decided"));
    }

    [Test]
    public async Task Once_it_is_decided_nothing_is_left_from_which_it_could_be_done_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number), Reviewer, Head);

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM countersigning_part") + await app.Value<int>("SELECT COUNT(*) FROM countersigning_post"), Is.Zero);
    }

    [Test]
    public async Task Whoever_may_approve_is_told_at_once_and_the_others_are_not()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ", "FGJX");
        var number = await Accepted(app);

        var asked = await app.Ask(Pause(number), Reviewer);

        var told = await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.link = @link", new { link = $"/requests/{asked}" });
        Assert.That(told, Is.EqualTo(new[] { "swj-head" }));
        Assert.That((await app.Send(new ShowRequest.Query(asked), Reviewer)).Approvers, Is.EqualTo(new[] { "SWJ 负责人" }));
    }

    [Test]
    public async Task Nothing_is_done_in_the_name_of_an_account_that_is_closed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Store("swj", "经办", "SWJ", [Role.Reviewer], "unusable", false));
        var reviewer = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'swj'"), "swj", "SWJ", Role.Reviewer);
        var asked = await app.Ask(Pause(await Accepted(app)), reviewer);
        await app.Send(new DeactivateUser.Command("swj"));

        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), Head)).Code(), Is.EqualTo("request.askerGone"));
    }

    [Test]
    public async Task Nor_in_that_of_somebody_stood_in_for_whose_account_is_closed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var login in new[] { "swj", "swj2" }) await app.Send(new AddUser.Store(login, login, "SWJ", [Role.Reviewer], "unusable", false));
        var (id, behalf) = (await app.Value<long>("SELECT id FROM access_user WHERE login = 'swj2'"), await app.Value<long>("SELECT id FROM access_user WHERE login = 'swj'"));
        var asked = await app.Ask(Pause(await Accepted(app)), new Person(id, "swj2", "SWJ", Role.Reviewer) { For = new(behalf, "swj", "swj") });
        await app.Send(new DeactivateUser.Command("swj"));

        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), Head)).Code(), Is.EqualTo("request.askerGone"));
    }

    [Test]
    public async Task A_program_is_answered_202_with_the_request_and_who_must_approve_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("SWJ");
        await app.Send(new AddUser.Store("swj", "经办", "SWJ", [Role.Reviewer], "unusable", false));
        var number = await Accepted(app);
        using var reviewer = app.Http(await app.Token("swj", "test"));
        using var head = app.Http(await app.Token("swj-head", "test"));
        using var body = new StringContent("""{"kind":"expert-review","plannedDays":5,"noticeNumber":"告知〔2026〕1号"}""", Encoding.UTF8, "application/json");

        using var answer = await reviewer.PostAsync($"/api/cases/{number}/pauses", body);
        using var said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var request = said.RootElement.GetProperty("request").GetString()!;
        using var self = await reviewer.PostAsync($"/api/requests/{request}/approve", null);
        using var waiting = JsonDocument.Parse(await head.GetStringAsync("/api/requests"));
        using var approved = await head.PostAsync($"/api/requests/{request}/approve", null);

        Assert.Multiple(async () =>
        {
            Assert.That((answer.StatusCode, answer.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Accepted, $"/api/requests/{request}")));
            Assert.That(said.RootElement.GetProperty("approver").GetString(), Is.EqualTo("水务部门负责人"));
            Assert.That(waiting.RootElement.GetProperty("toApprove")[0].GetProperty("number").GetString(), Is.EqualTo(request));
            Assert.That((self.StatusCode, approved.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NoContent)));
            Assert.That(await Pauses(app), Is.EqualTo(1));
        });
    }

    [Test]
    public void Whatever_takes_two_persons_is_called_something_and_can_be_kept()
    {
        var marked = typeof(Site).Assembly.GetTypes().Where(t => t.IsDefined(typeof(TakesTwoAttribute), false)).ToList();
        Assert.That(marked, Has.Count.GreaterThan(1));
        Assert.That(marked.Where(t => !t.IsDefined(typeof(RecordAsAttribute), false) || !t.IsDefined(typeof(NeedsAttribute), false)), Is.Empty);
    }

    private static async Task Send<T>(App app, IRequest<T> request, long id, string login, Role role, string? standsInFor)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        await actor.As(id, login, login, "SWJ", [role], standsInFor is null ? null : new(-1, standsInFor, standsInFor), null, () => scope.ServiceProvider.GetRequiredService<IMediator>().Send(request));
    }

    /// <summary>Whoever decides the second one while the first expires.</summary>
    private sealed class DecidesTheNext(Db db) : IPipelineBehavior<Notify, Unit>
    {
        public async Task<Unit> Handle(Notify request, CancellationToken cancellationToken, RequestHandlerDelegate<Unit> next)
        {
            if (request.Key.EndsWith(":Expired", StringComparison.Ordinal))
                await db.Execute("UPDATE countersigning_request SET state = 'Declined', decided_at = '2026-03-23 00:00:00' WHERE state = 'Pending' AND id = (SELECT MIN(r.id) FROM countersigning_request r WHERE r.id > (SELECT MIN(f.id) FROM countersigning_request f))", null, cancellationToken);
            return await next();
        }
    }

    private sealed class TellingFails : IPipelineBehavior<Notify, Unit>
    {
        public bool Now { get; set; }

        public Task<Unit> Handle(Notify request, CancellationToken cancellationToken, RequestHandlerDelegate<Unit> next) =>
            Now && request.Key.StartsWith("request:", StringComparison.Ordinal) ? throw new InvalidOperationException("Nobody could be told.") : next();
    }

    private sealed class Fails : INotificationHandler<CasePaused>
    {
        public bool Now { get; set; }

        public Task Handle(CasePaused paused, CancellationToken ct) => Now ? throw new InvalidOperationException("It broke halfway.") : Task.CompletedTask;
    }
}
