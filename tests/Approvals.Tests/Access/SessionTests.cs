using System.Net;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Web;

namespace Approvals.Tests.Access;

/// <summary>One's own sessions are seen and ended one by one; the security administrator ends a person's.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SessionTests
{
    private const string Password = "three plain words here";
    private const string Page = "/account/sessions";
    private const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

    [TestCase(Windows, "Chrome · Windows")]
    [TestCase(Phone, "Safari · iPhone")]
    [TestCase("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge · Windows")]
    [TestCase("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50", "微信 · Android")]
    [TestCase("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux")]
    [TestCase("<script>alert(1)</script>", "")]
    [TestCase(null, "")]
    public void A_browser_is_told_in_two_words_and_nothing_else_of_it_is_kept(string? agent, string words) => Assert.That(Browser.Words(agent), Is.EqualTo(words));

    [Test]
    public async Task Each_is_listed_with_its_device_address_beginning_and_last_use_and_the_one_at_hand_is_marked()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        using var phone = await In(app, Phone);
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        using var used = await desk.GetAsync("/account"); // noted: it is more than five minutes later

        var rows = Rows(await phone.Page(Page));

        Assert.That(rows, Is.EqualTo(new[]
        {
            "Safari · iPhone 本次|127.0.0.1|2026-03-02 09:20|现在|",
            "Chrome · Windows|127.0.0.1|2026-03-02 09:00|2026-03-02 09:30|结束",
        }));
    }

    /// <remarks>Past the program, as another process on the same database would: it tells this one nothing.</remarks>
    [TestCase("UPDATE access_user SET is_active = 0")]
    [TestCase("UPDATE access_session SET ended_at = seen_at")]
    [TestCase("UPDATE access_user SET must_change_password = 1")]
    public async Task What_another_process_ended_still_looks_for_a_minute_and_sends_nothing(string ending)
    {
        await using var app = await WithClerk();
        using var looks = await In(app, Windows);
        using var sends = await In(app, Phone);
        foreach (var browser in (HttpClient[])[looks, sends]) (await browser.GetAsync("/account")).Dispose();
        await app.Change(ending);

        using var within = await looks.GetAsync("/account");
        using var nothing = new FormUrlEncodedContent([]);
        using var sent = await sends.PostAsync(Page, nothing);
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var after = await looks.GetAsync("/account");

        Assert.That((within.StatusCode, sent.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task None_comes_back_with_an_account_that_was_closed_and_is_opened_again()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        await app.Send(new DeactivateUser.Command("wang.li"));
        var open = await app.Value<int>("SELECT COUNT(*) FROM access_session WHERE ended_at IS NULL");
        await app.Send(new ReactivateUser.Command("wang.li"));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        using var answer = await desk.GetAsync("/account");

        Assert.That(open, Is.Zero);
        Assert.That(answer.Headers.Location?.OriginalString, Does.Contain("/sign-in"));
    }

    [Test]
    public async Task One_is_ended_at_once_and_the_others_go_on()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        using var phone = await In(app, Phone);
        using var third = await In(app, Windows);
        var before = await app.Value<int>("SELECT COUNT(*) FROM access_session WHERE ended_at IS NULL");
        foreach (var one in new[] { desk, phone, third }) (await one.GetAsync("/account")).Dispose(); // known for a minute, and ended all the same

        using var ended = await desk.Submit(Page, "tr:has(td:first-child:not(:has(.tag))) form");
        var open = 0;
        foreach (var one in new[] { desk, phone, third })
        {
            using var answer = await one.GetAsync("/account");
            open += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.That((before, open, await app.Value<int>("SELECT COUNT(*) FROM access_session WHERE ended_at IS NULL")), Is.EqualTo((3, 2, 2)));
        Assert.That(Rows(await desk.Page(Page)), Has.Length.EqualTo(2));
        Assert.That((await app.LogOf("Access.EndSession")).Single().Subject, Is.EqualTo("account:wang.li"));
    }

    [Test]
    public async Task All_others_are_ended_and_the_one_that_asks_goes_on()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        using var phone = await In(app, Phone);
        using var other = await In(app, Phone);
        await app.Send(new AddUser.Command("zhang.san", "另一人", null, [Role.WindowClerk], Password));
        using var anothers = await In(app, Phone, "zhang.san");

        using var ended = await desk.Submit(Page, "form[action*=Others]");
        using var at1 = await phone.GetAsync("/account");
        using var at2 = await other.GetAsync("/account");
        using var here = await desk.GetAsync("/account");
        using var elsewhere = await anothers.GetAsync("/account");

        Assert.That((at1.StatusCode, at2.StatusCode, here.StatusCode, elsewhere.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect, HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Nobody_ends_anothers_and_what_is_over_is_told()
    {
        await using var app = await WithClerk();
        await app.Send(new AddUser.Command("zhang.san", "另一人", null, [Role.WindowClerk], Password));
        using var mine = await In(app, Windows);
        using var theirs = await In(app, Phone, "zhang.san");
        var id = await app.Value<long>("SELECT s.id FROM access_session s JOIN access_user u ON u.id = s.user_id WHERE u.login = 'zhang.san'");
        var me = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'wang.li'"), "wang.li", null, Role.WindowClerk);

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new EndSession.Command(id), me));
        var notMine = Assert.ThrowsAsync<Refused>(() => app.Send(new EndSession.AllOf("zhang.san"), me));
        using var still = await theirs.GetAsync("/account");

        Assert.That((refused!.Problems[0].Code, notMine!.Status, still.StatusCode), Is.EqualTo(("session.over", RefusedAs.Forbidden, HttpStatusCode.OK)));
    }

    /// <remarks>Past the program: what was known of the account and of the session would else be forgotten by it.</remarks>
    [TestCase("UPDATE access_user SET is_active = 0")]
    [TestCase("UPDATE access_session SET ended_at = seen_at")]
    public async Task What_was_known_does_not_hold_longer_because_the_clock_is_set_back(string ending)
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        (await desk.GetAsync("/account")).Dispose();
        app.Clock.AdjustTime(app.Clock.GetUtcNow().AddHours(-1));
        await app.Change(ending);

        using var answer = await desk.GetAsync("/account");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task The_security_administrator_sees_and_ends_a_persons_sessions()
    {
        await using var app = await WithClerk();
        await app.Send(new AddUser.Command("root", "安全管理员", null, [Role.SecurityAdministrator], Password));
        using var desk = await In(app, Windows);
        using var phone = await In(app, Phone);
        using var root = await app.SignedIn("root", Password);

        var seen = Rows(await root.Page("/accounts/wang.li"));
        using var one = await root.Submit("/accounts/wang.li", "tr form");
        var left = Rows(await root.Page("/accounts/wang.li"));
        using var all = await root.Submit("/accounts/wang.li", "form[action*=EndAll]");
        using var at1 = await desk.GetAsync("/account");
        using var at2 = await phone.GetAsync("/account");

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_session s JOIN access_user u ON u.id = s.user_id WHERE u.login = 'wang.li' AND s.ended_at IS NULL"), Is.Zero);
        Assert.That((seen.Length, left.Length, Rows(await root.Page("/accounts/wang.li")).Length), Is.EqualTo((2, 1, 0)));
        Assert.That((at1.StatusCode, at2.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That((await app.LogOf("Access.EndSession.AllOf")).Single().Subject, Is.EqualTo("account:wang.li"));
    }

    [Test]
    public async Task What_is_sent_after_the_end_of_one_is_not_saved_and_says_so_and_is_sent_again_once_signed_in()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        var form = (await desk.Page("/account")).QuerySelector("form[action*=Email]")!;
        KeyValuePair<string, string>[] fields = [KeyValuePair.Create("__RequestVerificationToken", form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!), KeyValuePair.Create("Email", "li@zone.example")];
        async Task<HttpResponseMessage> Send(bool htmx)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = new FormUrlEncodedContent(fields) };
            if (htmx) request.Headers.Add("HX-Request", "true");
            return await desk.SendAsync(request);
        }

        using var otherTab = await desk.Submit("/account", ".who form");
        using var late = await Send(htmx: false);
        using var part = await Send(htmx: true);
        using var signOut = await desk.PostAsync("/account?handler=SignOut", new FormUrlEncodedContent(fields));
        var kept = await app.Value<string?>("SELECT email FROM access_user WHERE login = 'wang.li'");
        var said = await late.Html();
        using var signedIn = await desk.SignIn("wang.li", Password);
        using var again = await Send(htmx: false);

        Assert.That((late.StatusCode, late.Headers.CacheControl!.NoStore, late.Headers.Location, kept), Is.EqualTo((HttpStatusCode.Unauthorized, true, default(Uri), default(string))));
        Assert.That(said.QuerySelector("main")!.TextContent, Does.Contain("没有保存").And.Contain("新标签页登录").And.Contain("重新提交").And.Not.Contain("li@zone.example"));
        Assert.That(said.QuerySelector("main a")!.GetAttribute("target"), Is.EqualTo("_blank"), "or the page before it, and with it the text, would be gone");
        Assert.That((part.StatusCode, part.Headers.GetValues("HX-Retarget").Single(), part.Headers.Contains("HX-Redirect")), Is.EqualTo((HttpStatusCode.Unauthorized, "#content", false)), "above the form, and not in its place");
        Assert.That(signOut.Headers.Location?.OriginalString, Does.Contain("/sign-in"), "who signs out loses nothing");
        Assert.That((again.StatusCode, await app.Value<string?>("SELECT email FROM access_user WHERE login = 'wang.li'")), Is.EqualTo((HttpStatusCode.Redirect, "li@zone.example")));
    }

    [Test]
    public async Task One_that_has_ended_by_itself_is_not_listed_and_goes_with_the_next_sign_in()
    {
        await using var app = await WithClerk();
        using var left = await In(app, Phone);
        using var out1 = await In(app, Windows);
        using var signedOut = await out1.Submit("/account", ".who form");
        app.Clock.Advance(TimeSpan.FromMinutes(66)); // idle, and the five minutes it is noted by
        using var desk = await In(app, Windows);

        var rows = Rows(await desk.Page(Page));
        app.Clock.Advance(TimeSpan.FromHours(13));
        using var later = await In(app, Windows);

        Assert.That(rows, Has.Length.EqualTo(1));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_session"), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_was_used_to_its_longest_is_not_listed_either()
    {
        await using var app = await WithClerk();
        using var used = await In(app, Phone);
        for (var i = 0; i < 14; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(50));
            (await used.GetAsync("/account")).Dispose();
        }

        using var desk = await In(app, Windows);
        app.Clock.Advance(TimeSpan.FromMinutes(30)); // twelve hours and ten minutes, of which it was idle for thirty

        Assert.That(Rows(await desk.Page(Page)).Single(), Does.StartWith("Chrome · Windows 本次"));
    }

    [Test]
    public async Task A_request_of_the_same_minutes_writes_nothing()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        app.Clock.Advance(TimeSpan.FromMinutes(4));
        using var soon = await desk.GetAsync("/account");
        var before = await app.Value<DateTime>("SELECT seen_at FROM access_session");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        using var later = await desk.GetAsync("/account");

        Assert.That((before, await app.Value<DateTime>("SELECT seen_at FROM access_session")), Is.EqualTo((new DateTime(2026, 3, 2, 1, 0, 0), new DateTime(2026, 3, 2, 1, 6, 0))));
    }

    [Test]
    public async Task A_changed_password_leaves_the_one_at_hand_in_the_list_alone()
    {
        await using var app = await WithClerk();
        using var desk = await In(app, Windows);
        using var phone = await In(app, Phone);

        using var changed = await desk.Submit("/account", "form[action*=Password]", ("Current", Password), ("New", "quite another one"));

        Assert.That(Rows(await desk.Page(Page)).Single(), Does.StartWith("Chrome · Windows 本次"));
    }

    private static async Task<App> WithClerk()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        return app;
    }

    private static async Task<HttpClient> In(App app, string agent, string login = "wang.li")
    {
        var browser = app.Browser();
        browser.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        using var answer = await browser.SignIn(login, Password);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        return browser;
    }

    private static string[] Rows(IHtmlDocument page) =>
        [.. page.QuerySelectorAll("table.data tbody tr").Select(tr => string.Join('|', tr.QuerySelectorAll("td").Select(td => string.Join(' ', td.TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)))))];
}
