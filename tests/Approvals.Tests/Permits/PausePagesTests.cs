using System.Net;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;

namespace Approvals.Tests.Permits;

/// <summary>Pauses, hearings and extensions done from the case's page, as a browser without script sends them.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PausePagesTests
{
    private const string Password = "long enough 2026";

    /// <summary>A10, accepted on Monday 2026-03-02: promised by the 9th, due by law on the 16th.</summary>
    private static async Task<(string Number, HttpClient Browser)> Accepted(App app)
    {
        await app.Open("SWJ");
        await app.Send(new AddUser.Command("swj", "经办", "SWJ", [Role.Reviewer], Password));
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return (applied["A10"], await app.SignedIn("swj", Password));
    }

    /// <summary>The calendar of 2027 is not published: whatever lies in it is counted as if it had no holidays.</summary>
    [TestCase("2026-03-02", false)]
    [TestCase("2026-12-28", true)]
    public async Task A_day_that_rests_on_no_published_calendar_is_marked_as_provisional_on_every_paper(string today, bool provisional)
    {
        await using var app = await App.Start(today + " 09:00");
        var (number, browser) = await Accepted(app);
        using var english = await app.SignedIn("swj", Password, english: true);
        var application = $"/applications/{number[..number.LastIndexOf('-')]}";
        static async Task<string> Read(HttpClient reader, string url) => (await reader.Page(url)).QuerySelector(".paper")!.TextContent;

        var papers = new List<string> { await Read(browser, application + "/receipt"), await Read(browser, application + "/acceptance") };
        string[] translated = [await Read(english, application + "/receipt"), await Read(english, application + "/acceptance")];
        await app.SendByTwo(new ExtendCase.Command(number, 10, "需再次现场核对", "延期〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        papers.Add(await Read(browser, $"/cases/{number}/extensions/1/notice"));
        await app.SendByTwo(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        papers.Add(await Read(browser, $"/cases/{number}/pauses/1/notice"));
        browser.Dispose();

        Assert.That(papers.Select(p => p.Contains("暂定", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Repeat(provisional, 4)));
        Assert.That(translated.Select(p => p.Contains("provisional", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Repeat(provisional, 2)));
    }

    private static (string, string)[] Pause(string kind = "expert-review", string from = "2026-03-02", string days = "5", string notice = "告知〔2026〕1号", string requested = "") =>
    [
        ("pause.kind", kind), ("pause.name", ""), ("pause.ground", ""), ("pause.from", from), ("pause.plannedDays", days), ("pause.requestedOn", requested),
        ("pause.noticeNumber", notice), ("pause.lateReason", ""),
    ];

    private static (string, string)[] Extension(string days = "10", string reason = "需再次现场核对", string notice = "延期〔2026〕1号") =>
        [("extend.days", days), ("extend.reason", reason), ("extend.noticeNumber", notice)];

    private static Task<HttpResponseMessage> Send(HttpClient browser, string number, string form, params (string, string)[] fields) =>
        browser.Submit($"/cases/{number}", $"form[action$='handler={form}']", fields);

    /// <summary>The second button of a form: look before it is confirmed.</summary>
    private static async Task<IHtmlDocument> Look(HttpClient browser, string number, string form, params (string Name, string Value)[] fields)
    {
        var page = await browser.Page($"/cases/{number}");
        var button = page.QuerySelector($"form[action$='handler={form}'] button[formaction]") ?? throw new AssertionException($"{form} cannot be looked at first.");
        var token = page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await browser.PostAsync(button.GetAttribute("formaction"), content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Html();
    }

    private static async Task Redirected(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The form leads to the request it has become; the head approves it.</summary>
    private static async Task AskedAndApproved(App app, Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var number = await app.Pending();
        Assert.That((answer.StatusCode, answer.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, $"/requests/{number}")));
        await app.Countersign(number, Person.Head("SWJ"));
    }

    private static async Task<IHtmlDocument> Refused(Task<HttpResponseMessage> sent, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        using var answer = await sent;
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        return await answer.Html();
    }

    private static async Task<DateOnly?[]> Dues(App app, string number) =>
        [.. (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Where(k => Rules.OfDecision.Contains(k.Rule)).Select(k => k.DueOn)];

    private static DateOnly March(int day) => new(2026, 3, day);

    [Test]
    public async Task A_case_is_looked_at_paused_and_resumed_from_its_page()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        using var _ = browser;

        var preview = await Look(browser, number, "Pause", Pause());
        Assert.That(preview.QuerySelector(".notice[role=status]")!.TextContent, Does.Contain("2026-03-09 → 2026-03-16").And.Contain("2026-03-16 → 2026-03-23").And.Contain("2026-03-09 恢复"));
        Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(9), March(16) }), "nothing is written");
        await AskedAndApproved(app, Send(browser, number, "Pause", Pause()));
        var paused = await browser.Page($"/cases/{number}");
        var notice = await browser.Page($"/cases/{number}/pauses/1/notice");
        app.SetTime("2026-03-05 10:00");
        using var again = await app.SignedIn("swj", Password);
        var ends = await Look(again, number, "Resume", ("resume.kind", "expert-review"), ("resume.to", "2026-03-05"));
        await Redirected(Send(again, number, "Resume", ("resume.to", "2026-03-05"), ("resume.lateReason", "")));

        Assert.Multiple(async () =>
        {
            Assert.That(paused.QuerySelector(".page-head .light-paused")!.TextContent, Does.StartWith("暂停计时"));
            Assert.That(notice.QuerySelector("article")!.TextContent, Does.Contain("专家评审").And.Contain("5 个工作日").And.Contain("告知〔2026〕1号").And.Contain("第四十五条"));
            Assert.That(ends.QuerySelector(".notice[role=status]")!.TextContent, Does.Contain("未定 → 2026-03-12"));
            Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(12), March(19) }));
            Assert.That((await app.Case(number)).Status, Is.EqualTo(CaseStatus.SpecialProcedureEnded));
        });
    }

    [Test]
    public async Task A_refused_pause_keeps_what_was_typed_and_says_beside_each_field_what_is_wrong()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        using var _ = browser;

        var bare = await Refused(Send(browser, number, "Pause", Pause("hearing", days: "21", notice: " ", requested: "2026-02-27")));
        var future = await Refused(Send(browser, number, "Pause", Pause(from: "2026-03-03")));
        var unreadable = await Refused(Send(browser, number, "Pause", Pause(from: "2026-02-31", days: "五")));
        var other = await Refused(Send(browser, number, "Pause", Pause("other")));
        var unknown = await Refused(Send(browser, number, "Pause", Pause("lunch")));

        Assert.Multiple(async () =>
        {
            Assert.That(bare.QuerySelectorAll("details[open] > summary").Select(s => s.TextContent), Is.EqualTo(new[] { "暂停计时" }), "the form that was sent stays open");
            Assert.That(bare.QuerySelector("#pause-kind option[selected]")!.GetAttribute("value"), Is.EqualTo("hearing"));
            Assert.That(bare.QuerySelector("#pause-plannedDays")!.GetAttribute("value"), Is.EqualTo("21"));
            Assert.That(bare.QuerySelector("#pause-plannedDays-error")!.TextContent, Does.Contain("1 至 20 个工作日"));
            Assert.That(bare.QuerySelector("#pause-requestedOn-error")!.TextContent, Does.Contain("受理日 2026-03-02"));
            Assert.That(bare.QuerySelector("#pause-noticeNumber-error")!.TextContent, Does.Contain("文书号"));
            Assert.That(future.QuerySelector("#pause-from-error")!.TextContent, Does.Contain("2026-03-03 在今天之后"));
            Assert.That(unreadable.QuerySelector("#pause-from")!.GetAttribute("value"), Is.EqualTo("2026-02-31"));
            Assert.That(unreadable.QuerySelector("#pause-from-error")!.TextContent, Does.Contain("2026-02-31"));
            Assert.That(unreadable.QuerySelector("#pause-plannedDays-error")!.TextContent, Does.Contain("五"));
            Assert.That(other.QuerySelector("#pause-name-error"), Is.Not.Null);
            Assert.That(other.QuerySelector("#pause-ground-error"), Is.Not.Null);
            Assert.That(unknown.QuerySelector("#pause-kind ~ .invalid-feedback")!.TextContent, Does.Contain("lunch"));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause"), Is.Zero);
            Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(9), March(16) }));
        });
    }

    [Test]
    public async Task A_refused_resume_says_it_beside_its_own_pause_and_the_pause_stays_open()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        browser.Dispose();
        app.SetTime("2026-03-03 09:00");
        using var next = await app.SignedIn("swj", Password);
        await AskedAndApproved(app, Send(next, number, "Pause", Pause(from: "2026-03-03")));

        var before = await Refused(Send(next, number, "Resume", ("resume.to", "2026-03-02")));
        var future = await Refused(Send(next, number, "Resume", ("resume.to", "2026-03-04")));
        app.SetTime("2026-03-09 09:00");
        using var later = await app.SignedIn("swj", Password);
        var late = await Refused(Send(later, number, "Resume", ("resume.to", "2026-03-04")));

        Assert.Multiple(async () =>
        {
            Assert.That(before.QuerySelector("#resume-to-1 ~ .invalid-feedback")!.TextContent, Does.Contain("2026-03-02 早于暂停首日 2026-03-03"));
            Assert.That(before.QuerySelector("#resume-to-1")!.GetAttribute("value"), Is.EqualTo("2026-03-02"));
            Assert.That(future.QuerySelector("#resume-to-1 ~ .invalid-feedback")!.TextContent, Does.Contain("在今天之后"));
            Assert.That(late.QuerySelector("#resume-late-1 ~ .invalid-feedback")!.TextContent, Does.Contain("补录原因"));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause WHERE subject_kind = 'case' AND to_on IS NULL"), Is.EqualTo(1));
            Assert.That(await Dues(app, number), Is.All.Null);
        });
    }

    [Test]
    public async Task An_extension_is_looked_at_given_shown_on_its_notice_and_taken_back_from_the_page()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        using var _ = browser;

        var preview = await Look(browser, number, "Extend", Extension());
        await AskedAndApproved(app, Send(browser, number, "Extend", Extension()));
        var extended = await Dues(app, number);
        var page = await browser.Page($"/cases/{number}");
        var notice = await browser.Page($"/cases/{number}/extensions/1/notice");
        var back = await Look(browser, number, "Unextend", ("unextend.reason", ""));
        var bare = await Refused(Send(browser, number, "Unextend", ("unextend.reason", " ")));
        await AskedAndApproved(app, Send(browser, number, "Unextend", ("unextend.reason", "登记有误")));

        Assert.Multiple(async () =>
        {
            Assert.That(preview.QuerySelector(".notice[role=status]")!.TextContent, Does.Contain("2026-03-09 → 2026-03-23"));
            Assert.That(extended, Is.EqualTo(new DateOnly?[] { March(23), March(30) }));
            Assert.That(page.QuerySelector("form[action$='handler=Extend']"), Is.Null, "it is given once");
            Assert.That(notice.QuerySelector("article")!.TextContent, Does.Contain("需再次现场核对").And.Contain("延期〔2026〕1号").And.Contain("10 个工作日"));
            Assert.That(back.QuerySelector(".notice[role=status]")!.TextContent, Does.Contain("2026-03-23 → 2026-03-09"));
            Assert.That(bare.QuerySelector("#unextend-reason-error")!.TextContent, Does.Contain("理由"));
            Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(9), March(16) }));
        });
    }

    [Test]
    public async Task A_refused_extension_says_beside_each_field_what_is_wrong_and_a_second_one_that_it_is_given_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        using var _ = browser;
        var form = await browser.Page($"/cases/{number}");

        var bare = await Refused(Send(browser, number, "Extend", Extension("", " ", "")));
        var eleven = await Refused(Send(browser, number, "Extend", Extension("11")));
        await app.SendByTwo(new ExtendCase.Command(number, 5, "方案复杂", "延期〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        var token = form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([.. Extension("5").Select(f => KeyValuePair.Create(f.Item1, f.Item2)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        var twice = await Refused(browser.PostAsync($"/cases/{number}?handler=Extend", content), HttpStatusCode.Conflict);

        Assert.Multiple(async () =>
        {
            Assert.That(new[] { "#extend-days-error", "#extend-reason-error", "#extend-noticeNumber-error" }.Select(s => bare.QuerySelector(s)), Is.All.Not.Null);
            Assert.That(eleven.QuerySelector("#extend-days-error")!.TextContent, Does.Contain("1 至 10 个工作日"));
            Assert.That(eleven.QuerySelector("#extend-reason")!.TextContent, Is.EqualTo("需再次现场核对"));
            Assert.That(twice.QuerySelector(".errors")!.TextContent, Does.Contain("已经延长过一次"), "the other desk was first; this page still had the form");
            Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(16), March(23) }));
        });
    }

    [Test]
    public async Task The_day_of_a_hearing_is_set_from_the_page_within_its_bounds()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (number, browser) = await Accepted(app);
        using var _ = browser;
        await AskedAndApproved(app, Send(browser, number, "Pause", Pause("hearing")));

        var soon = await Refused(Send(browser, number, "Hearing", ("hearing.heldOn", "2026-03-10"), ("hearing.noticeNumber", "听证通知〔2026〕1号")));
        var bare = await Refused(Send(browser, number, "Hearing", ("hearing.heldOn", ""), ("hearing.noticeNumber", "")));
        await Redirected(Send(browser, number, "Hearing", ("hearing.heldOn", "2026-03-11"), ("hearing.noticeNumber", "听证通知〔2026〕1号")));

        Assert.Multiple(async () =>
        {
            Assert.That(soon.QuerySelector("#hearing-heldOn-error")!.TextContent, Does.Contain("最早 2026-03-11"));
            Assert.That(new[] { "#hearing-heldOn-error", "#hearing-noticeNumber-error" }.Select(s => bare.QuerySelector(s)), Is.All.Not.Null);
            Assert.That((await app.Send(new ShowCase.Query(number), Person.Auditor)).Open.Single().Hearing!.HeldOn, Is.EqualTo(March(11)));
        });
    }
}
