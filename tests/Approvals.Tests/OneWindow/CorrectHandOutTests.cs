using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>更正出件, 更正申请人.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CorrectHandOutTests
{
    [Test]
    public async Task The_delivery_ends_on_the_right_day_and_the_log_keeps_what_was_entered()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, @case) = await HandedOut(app, "2026-03-18 09:00"); // two working days after it was due

        var asked = await app.Ask(new CorrectHandOut.Command("另一经办", new(2026, 3, 13), "登记错日", @case, number), Person.Clerk);
        var preview = (await app.Send(new ShowRequest.Query(asked), Person.Supervisor)).Preview.Select(l => l.Zh).ToList();
        await app.Countersign(asked, Person.Supervisor);

        var paper = (await app.Send(new GetApplication.Query(number), Person.Clerk)).Papers.Single();
        var clock = (await app.Send(new ShowCase.Query(@case), Person.Clerk)).Clocks.Single(k => k.Rule == "delivery");
        Assert.Multiple(async () =>
        {
            Assert.That((paper.Recipient, paper.HandedOutOn, paper.HandedOutBy), Is.EqualTo(("另一经办", (DateOnly?)new DateOnly(2026, 3, 13), "窗口")));
            Assert.That((clock.StoppedOn, clock.UsedDays, clock.Light), Is.EqualTo(((DateOnly?)new DateOnly(2026, 3, 13), 9, Modules.Deadlines.Contract.Light.Green)));
            Assert.That(preview, Is.EqualTo(new[] { "送达结果：2026-03-16 到期，2026-03-18 超期 → 2026-03-13 按期" }));
            Assert.That((await app.Log(@case))[^1].Note, Is.EqualTo("更正出件：领取人 示例经办 → 另一经办；出件日 2026-03-18 → 2026-03-13；原因：登记错日"));
        });
    }

    [Test]
    public async Task A_slip_in_the_name_noticed_at_once_needs_nobody()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, @case) = await HandedOut(app, "2026-03-03 09:00");

        await app.Send(new CorrectHandOut.Command("示例经办人", null, "少一字", @case), Person.Clerk);

        var paper = (await app.Send(new GetApplication.Query(number), Person.Clerk)).Papers.Single();
        Assert.That((paper.Recipient, paper.HandedOutOn), Is.EqualTo(("示例经办人", (DateOnly?)new DateOnly(2026, 3, 3))));
    }

    /// <summary>The decision was on the day on which it was wrongly said to be handed out.</summary>
    [Test]
    public async Task Another_day_moves_the_end_of_the_delivery_alone_and_another_name_moves_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (_, @case) = await HandedOut(app, "2026-03-02 09:00");
        app.SetTime("2026-03-03 09:00");

        await app.Send(new CorrectHandOut.Command("示例经办", new(2026, 3, 3), "登记错日", @case), Person.Clerk);
        var clocks = (await app.Send(new ShowCase.Query(@case), Person.Clerk)).Clocks;
        app.SetTime("2026-03-10 09:00");
        var asked = await app.Ask(new CorrectHandOut.Command("另一经办", new(2026, 3, 3), "写错", @case), Person.Clerk);

        Assert.That(clocks.Where(k => k.StoppedOn == new DateOnly(2026, 3, 3)).Select(k => k.Rule), Is.EqualTo(new[] { "delivery" }));
        Assert.That((await app.Send(new ShowRequest.Query(asked), Person.Supervisor)).Preview, Is.Empty);
    }

    /// <summary>The day was approved when it was entered; only the name is new.</summary>
    [Test]
    public async Task A_slip_in_the_name_of_what_was_entered_late_just_now_needs_nobody_either()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var @case = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Approve(@case, "FGJX");
        app.SetTime("2026-03-13 09:00");
        await app.SendByTwo(new HandOut.Command("示例经办", new(2026, 3, 3), @case, LateReason: "纸质登记"), Person.Clerk, Person.Supervisor);

        await app.Send(new CorrectHandOut.Command("示例经办人", null, "少一字", @case), Person.Clerk);

        Assert.That(await app.Value<string>("SELECT recipient FROM onewindow_result"), Is.EqualTo("示例经办人"));
    }

    [Test]
    public async Task What_is_wrong_with_a_correction_is_told_by_field()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        CorrectHandOut.Command To(string who, DateOnly? on, string? why = "写错") => new(who, on, why, applied["A01"]);
        var none = await app.Refusal(To("示例", null), Person.Clerk);
        await app.Approve(applied["A01"], "FGJX");
        var waits = await app.Refusal(To("示例", null), Person.Clerk);
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((none.Code(), waits.Code()), Is.EqualTo(("result.unknown", "result.notHandedOut")));
            Assert.That((await app.Refusal(To("", new(2026, 3, 2), ""), Person.Clerk)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.required", "recipient"), ("result.beforeDecision", "handedOutOn"), ("field.required", "reason") }));
            Assert.That((await app.Refusal(To("示例经办", new(2026, 3, 4)), Person.Clerk)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("result.inFuture", "handedOutOn") }));
            Assert.That((await app.Refusal(To("示例经办", null), Person.Clerk)).Code(), Is.EqualTo("correction.same"));
            Assert.That((await app.Refusal(To("别人", null) with { Seen = "第三人 2026-03-03" }, Person.Clerk)).Code(), Is.EqualTo("correction.moved"));
            Assert.That((await app.Refusal(To("别人", null) with { Number = "20260303-WRONG" }, Person.Clerk)).Code(), Is.EqualTo("result.unknown"));
        });
    }

    [Test]
    public async Task The_page_of_the_application_corrects_hand_out_and_applicant_and_shows_what_they_said()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        var (number, @case) = await HandedOut(app, "2026-03-03 09:00");
        using var clerk = await app.SignedIn("desk", Telling.Password);
        var url = $"/applications/{number}";

        using var wrong = await clerk.Submit(url, "form[action$='CorrectHandOut']", ("Recipient", "示例经办人"), ("Reason", ""));
        var told = await wrong.Html();
        using var handed = await clerk.Submit(url, "form[action$='CorrectHandOut']", ("Recipient", "示例经办人"), ("Reason", "少一字"));
        using var named = await clerk.Submit(url, "#correct-applicant", ("Applicant", "示例新名"), ("ApplicantPhone", "13800001234"), ("Reason", "听错"));

        var page = await clerk.Page(url);
        Assert.Multiple(async () =>
        {
            Assert.That(told.QuerySelector("form[action$='CorrectHandOut'] .is-invalid + .form-text + .invalid-feedback")!.TextContent, Does.Contain("更正原因"));
            Assert.That(((int)handed.StatusCode, (int)named.StatusCode), Is.EqualTo((302, 302)));
            Assert.That(page.QuerySelector("#results")!.TextContent, Does.Contain("示例经办人 领取"));
            Assert.That(page.QuerySelector("section[aria-labelledby='h-facts']")!.TextContent, Does.Contain("示例新名 · 13800001234"));
            Assert.That(page.QuerySelector("#history")!.TextContent, Does.Contain("示例经办 → 示例经办人").And.Contain("示例经办 → 示例新名").And.Contain("听错"));
            Assert.That((await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'OneWindow.CorrectApplicant'")).Single(), Does.Not.Contain("13800001234").And.Not.Contain("0813-0000000"));
        });
    }

    [Test]
    public async Task An_applicant_who_was_taken_down_long_ago_takes_two_and_the_form_says_what_is_wrong()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Receive(Scene.ProjectCode, "A01");

        Assert.That((await app.Refusal(new CorrectApplicant.Command(" ", "x", null, applied.Number), Person.Clerk)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.required", "applicant"), ("application.phone", "applicantPhone"), ("field.required", "reason") }));
        Assert.That((await app.Refusal(new CorrectApplicant.Command("示例经办", null, "错", applied.Number), Person.Clerk)).Code(), Is.EqualTo("correction.same"));
        app.SetTime("2026-03-05 09:00");
        await app.SendByTwo(new CorrectApplicant.Command("示例新名", null, "听错", applied.Number), Person.Clerk, Person.Supervisor);
        Assert.That((await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Head.Applicant, Is.EqualTo("示例新名"));
    }

    [Test]
    public async Task What_another_has_put_right_of_the_applicant_meanwhile_is_not_overwritten_unseen()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        using var clerk = await app.SignedIn("desk", Telling.Password);
        var url = $"/applications/{number}";
        var opened = (await clerk.Page(url)).QuerySelector("#correct-applicant input[name=Seen]")!.GetAttribute("value")!;
        await app.Send(new CorrectApplicant.Command("示例经办", "13800001234", "听错", number), Person.Clerk);

        using var late = await clerk.Submit(url, "#correct-applicant", ("Seen", opened), ("Applicant", "示例新名"), ("ApplicantPhone", "0813-0000000"), ("Reason", "少一字"));
        var told = late.StatusCode == System.Net.HttpStatusCode.Redirect ? "" : (await late.Html()).QuerySelector(".errors")!.TextContent;
        app.SetTime("2026-03-05 09:00");
        var first = await app.Ask(new CorrectApplicant.Command("示例经办", "13800002222", "听错", number), Person.Clerk);
        var second = await app.Ask(new CorrectApplicant.Command("示例经办", "13800003333", "又错", number), Person.Clerk);
        await app.Countersign(second, Person.Supervisor);
        var codes = await CodesOf(() => app.Countersign(first, Person.Supervisor));

        var head = (await app.Send(new GetApplication.Query(number), Person.Clerk)).Head;
        Assert.Multiple(async () =>
        {
            Assert.That(told, Does.Contain("刚刚已由他人更正").And.Contain("示例经办 138****1234"));
            Assert.That(codes, Is.EqualTo(new[] { "request.notDone", "correction.moved" }));
            Assert.That((head.Applicant, head.ApplicantPhone), Is.EqualTo(("示例经办", "13800003333")));
            Assert.That(string.Concat((await app.Records()).Select(r => r.Said + r.Detail)), Does.Not.Contain("1380000").And.Not.Contain("0813-0000000"));
        });
    }

    private static async Task<IEnumerable<string>> CodesOf(Func<Task> act)
    {
        try
        {
            await act();
            return [];
        }
        catch (Web.Refused refused)
        {
            return [.. refused.Problems.Select(p => p.Code)];
        }
    }

    private static async Task<(string Number, string Case)> HandedOut(App app, string at)
    {
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");
        app.SetTime(at);
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        return (applied.Number, applied["A01"]);
    }
}
