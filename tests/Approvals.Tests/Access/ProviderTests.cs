using System.Globalization;
using System.Net;
using System.Web;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using Microsoft.Extensions.Configuration;

namespace Approvals.Tests.Access;

/// <summary>Signing in at an identity provider: the whole way there and back, over real ports.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ProviderTests
{
    private const string Password = "long enough 2026";
    private const string Way = "/sign-in/provider?returnUrl=%2Faccount";

    [Test]
    public async Task Whoever_it_sends_is_signed_in_with_the_roles_that_are_mapped_and_no_others()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        provider.Roles = ["desk", "canteen", "SecurityAdministrator"];
        using var browser = app.Browser();

        var form = await browser.Page("/sign-in");
        var there = await Step(browser, Way);
        var end = await Follow(browser, Way);
        var page = await end.Html();

        Assert.That(form.QuerySelector("main a[href^='/sign-in/provider']")!.TextContent, Is.EqualTo("用统一身份认证登录"));
        var asked = HttpUtility.ParseQueryString(there.Query);
        Assert.That((asked["response_type"], asked["code_challenge_method"], asked["scope"]), Is.EqualTo(("code", "S256", "openid profile")));
        Assert.That((asked["state"], asked["nonce"], asked["code_challenge"]), Is.Not.EqualTo(((string?)null, (string?)null, (string?)null)));
        Assert.That(end.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/account"));
        Assert.That(page.QuerySelector(".page-head .sub")!.TextContent, Is.EqualTo("王丽 · wang.li · 窗口人员"));
        Assert.That(page.QuerySelector("[aria-labelledby=change]"), Is.Null, "there is no password here to change");
        Assert.That(await app.Value<string>("SELECT CONCAT(provider_issuer, ' ', provider_subject) FROM access_user"), Is.EqualTo($"{provider.Address}/ s-1001"));
    }

    [Test]
    public async Task What_it_sends_back_counts_only_with_the_state_in_the_browser_that_asked()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        using var browser = app.Browser();
        using var another = app.Browser();
        var back = await Step(browser, (await Step(browser, Way)).ToString());
        var state = HttpUtility.ParseQueryString(back.Query)["state"]!;
        var altered = back.ToString().Replace(Uri.EscapeDataString(state)[..20], new string('A', 20), StringComparison.Ordinal);

        var wrong = await Step(browser, altered);
        var foreign = await Step(another, back.ToString());
        using var kept = await another.GetAsync("/account");
        var right = await Step(browser, back.ToString());
        var twice = await Step(browser, back.ToString());

        Assert.That(altered, Is.Not.EqualTo(back.ToString()));
        Assert.That((wrong.PathAndQuery, foreign.PathAndQuery), Is.EqualTo(("/sign-in?problem=provider.failed", "/sign-in?problem=provider.failed")));
        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(right.PathAndQuery, Is.EqualTo("/account"));
        Assert.That(twice.PathAndQuery, Is.EqualTo("/sign-in?problem=provider.failed"));
    }

    /// <summary>Each for itself: what the state would stop in another browser, the nonce stops too.</summary>
    [TestCase("Correlation")]
    [TestCase("Nonce")]
    public async Task Neither_the_state_nor_the_nonce_of_a_browser_will_do_alone(string left)
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = app.Address };
        async Task<string> Back(Func<string, bool> kept)
        {
            using var asked = await browser.GetAsync(Way);
            Assert.That(asked.Headers.GetValues("Set-Cookie"), Is.All.Contains("samesite=lax").And.All.Contains("httponly").And.All.Contains("path=/sign-in"));
            var cookies = asked.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]).ToList();
            using var back = new HttpRequestMessage(HttpMethod.Get, await Step(browser, asked.Headers.Location!.ToString()));
            back.Headers.Add("Cookie", string.Join("; ", cookies.Where(kept)));
            using var answer = await browser.SendAsync(back);
            return answer.Headers.Location!.OriginalString;
        }

        var both = await Back(_ => true);
        var one = await Back(cookie => cookie.Contains($".{left}.", StringComparison.Ordinal));

        Assert.That((both, one), Is.EqualTo(("/account", "/sign-in?problem=provider.failed")));
    }

    [TestCase("another nonce", null, null, false)]
    [TestCase(null, "https://elsewhere.example/", null, false)]
    [TestCase(null, null, "another program", false)]
    [TestCase(null, null, null, true)]
    public async Task A_token_with_another_nonce_of_another_issuer_for_another_program_or_of_yesterday_is_refused(string? nonce, string? issuer, string? audience, bool isOld)
    {
        await using var provider = await IdentityProvider.Start();
        (provider.Nonce, provider.Issuer, provider.Audience, provider.IsOld) = (nonce, issuer, audience, isOld);
        await using var app = await With(provider);
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That(end.RequestMessage!.RequestUri!.PathAndQuery, Is.EqualTo("/sign-in?problem=provider.failed"));
        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("没有成功"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user"), Is.Zero);
    }

    [Test]
    public async Task Roles_that_it_gives_no_longer_are_gone_with_the_next_sign_in()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        provider.Roles = ["desk", "agent"];
        using var browser = app.Browser();
        await Follow(browser, Way);
        provider.Roles = ["agent"];

        var changed = await Follow(browser, Way);
        var roles = await app.Rows<string>("SELECT role FROM access_user_role");
        provider.Roles = [];
        using var fresh = app.Browser();
        var none = await Follow(fresh, Way);
        using var kept = await fresh.GetAsync("/account");

        Assert.That((await changed.Html()).QuerySelector(".page-head .sub")!.TextContent, Does.EndWith("· 代办员"));
        Assert.That(roles, Is.EqualTo(new[] { "Agent" }));
        Assert.That((await none.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("没有本系统的角色"));
        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task It_takes_the_role_from_no_last_security_administrator()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:HasSecondFactor", "true"));
        provider.Roles = ["it"];
        using var browser = app.Browser();
        await Follow(browser, Way);
        provider.Roles = ["desk"];

        var last = await Follow(browser, Way);
        var kept = await app.Value<string>("SELECT role FROM access_user_role");
        await app.Send(new AddUser.Command("root", "管理员", null, [Role.SecurityAdministrator], Password));
        var other = await Follow(browser, Way);

        Assert.That((await last.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("您是最后一个"));
        Assert.That(kept, Is.EqualTo("SecurityAdministrator"));
        Assert.That((await other.Html()).QuerySelector(".page-head .sub")!.TextContent, Does.EndWith("· 窗口人员"));
    }

    [Test]
    public async Task A_closed_account_is_refused()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        using var browser = app.Browser();
        await Follow(browser, Way);
        await app.Send(new DeactivateUser.Command("wang.li"));

        using var fresh = app.Browser();
        var end = await Follow(fresh, Way);

        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("已停用"));
    }

    [Test]
    public async Task Somebody_without_an_account_gets_one_only_where_that_is_wanted_and_may_be_linked_to_an_older_one()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", "false"));
        await app.Send(new AddUser.Command("li.wang", "王丽", null, [Role.WindowClerk], Password));
        using var browser = app.Browser();

        var unknown = await Follow(browser, Way);
        await app.Send(new LinkUser.Command("li.wang", provider.Address + "/", "s-1001"));
        var linked = await Follow(browser, Way);
        await app.Send(new AddUser.Command("zhang.san", "另一人", null, [Role.WindowClerk], Password));
        var twice = Assert.ThrowsAsync<Refused>(() => app.Send(new LinkUser.Command("zhang.san", provider.Address + "/", "s-1001")));

        Assert.That(twice.Problems.Single().Code, Is.EqualTo("provider.linked"), "one person, one account");
        Assert.That((await unknown.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("没有您的账号"));
        Assert.That((await linked.Html()).QuerySelector(".page-head .sub")!.TextContent, Does.Contain("li.wang"));
    }

    [Test]
    public async Task A_name_alone_takes_over_no_account()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        await app.Send(new AddUser.Command("wang.li", "另一位王丽", null, [Role.Supervisor], Password));
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("属于另一个账号"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user WHERE provider_subject IS NOT NULL"), Is.Zero);
    }

    [Test]
    public async Task A_subject_is_somebody_only_together_with_who_says_so()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", "false"));
        await app.Send(new AddUser.Command("older", "另一位", null, [Role.Supervisor], Password));
        await app.Send(new LinkUser.Command("older", "https://elsewhere.example/", "s-1001"));
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("没有您的账号"));
    }

    [Test]
    public async Task It_makes_nobody_an_administrator_beside_another_role()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        provider.Roles = ["desk", "it"];
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("不能同时持有"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user"), Is.Zero);
    }

    [TestCase(false, "/sign-in/step")]
    [TestCase(true, "/account")]
    public async Task An_administrator_shows_a_second_factor_here_unless_it_has_asked_for_one(bool asks, string end)
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:HasSecondFactor", asks ? "true" : "false"));
        provider.Roles = ["it"];
        using var browser = app.Browser();

        Assert.That((await Follow(browser, Way)).RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo(end));
    }

    [Test]
    public async Task What_it_has_asked_for_counts_for_nobody_who_signs_in_with_a_password()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:HasSecondFactor", "true"));
        await app.Send(new AddUser.Command("root.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        using var browser = app.Browser();

        using var answer = await browser.SignIn("root.admin", Password);

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo(Steps.Page));
    }

    [Test]
    public async Task Whoever_it_sends_is_asked_for_no_password_of_their_own()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        await app.SendAsIs(new AddUser.Command("wang.li", "王丽", null, [Role.WindowClerk], Password), Person.SecurityAdministrator);
        await app.Send(new LinkUser.Command("wang.li", provider.Address + "/", "s-1001"));
        using var browser = app.Browser();

        Assert.That((await Follow(browser, Way)).RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_name_and_roles_that_the_provider_says_anew_are_on_record_with_what_they_were()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        provider.Roles = ["desk"];
        using var browser = app.Browser();
        await Follow(browser, Way);
        await app.Change("UPDATE access_user SET name = @name", new { name = "旧名" });
        provider.Roles = ["desk", "agent"];
        using var again = app.Browser();
        await Follow(again, Way);

        var changes = Line.Changes((await app.Records()).Last(r => r.Command == "Access.SignInByProvider"));
        Assert.That(changes.Select(c => $"{c.What.Zh} {c.Before.Zh}→{c.After.Zh}"), Is.EqualTo(new[] { "角色 窗口人员→窗口人员、代办员", "姓名 旧名→王丽" }));
    }

    [Test]
    public async Task The_department_comes_along_where_a_claim_is_named_for_it()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:DepartmentClaim", "department"));
        (provider.Roles, provider.Department) = (["reviewer"], "zrzy");
        using var browser = app.Browser();
        await Follow(browser, Way);
        var first = await app.Value<string>("SELECT CONCAT(department, ' ', name) FROM access_user");
        provider.Department = "fgjx";
        await Follow(browser, Way);
        var moved = await app.Value<string>("SELECT CONCAT(department, ' ', name) FROM access_user");
        provider.Name = "王丽丽";
        await Follow(browser, Way);
        var renamed = await app.Value<string>("SELECT CONCAT(department, ' ', name) FROM access_user");
        provider.Department = null;
        using var fresh = app.Browser();
        var without = await Follow(fresh, Way);

        Assert.That((first, moved, renamed), Is.EqualTo(("ZRZY 王丽", "FGJX 王丽", "FGJX 王丽丽")));
        Assert.That((await without.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("缺少部门"));
    }

    [Test]
    public async Task Without_a_claim_for_it_the_department_is_the_one_that_is_kept_here()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", "false"));
        provider.Roles = ["reviewer"];
        await app.Send(new AddUser.Command("li.wang", "王丽", "ZRZY", [Role.Reviewer], Password));
        await app.Send(new LinkUser.Command("li.wang", provider.Address + "/", "s-1001"));
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That(end.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/account"));
        Assert.That(await app.Value<string>("SELECT department FROM access_user"), Is.EqualTo("ZRZY"));
    }

    [Test]
    public async Task Passwords_can_be_left_to_one_login_for_the_day_it_is_away()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("SignIn:Local", "false"), ("SignIn:BreakGlass", "glass"), ("Trial:Accept", "break-glass"));
        await app.Send(new AddUser.Command("wang.li", "窗口", null, [Role.WindowClerk], Password));
        await app.Send(new AddUser.Command("glass", "应急", null, [Role.Supervisor], Password));
        using var clerk = app.Browser();
        using var glass = app.Browser();

        using var refused = await clerk.SignIn("wang.li", Password);
        using var taken = await glass.SignIn("glass", Password);
        var there = await app.Send(new FindBreakGlass.Query("glass"));
        await app.Send(new AddUser.Store("sent", "王丽", null, [Role.Supervisor], Passwords.None, false));
        var sent = await app.Send(new FindBreakGlass.Query("sent"));
        await app.Send(new AddUser.Store("roleless", "王丽", null, [], app.Hash(Password), false));
        var roleless = await app.Send(new FindBreakGlass.Query("roleless"));
        await app.Send(new DeactivateUser.Command("glass"));

        Assert.That((there, await app.Send(new FindBreakGlass.Query("glass"))), Is.EqualTo((true, false)), "a closed account helps nobody");
        Assert.That((sent, roleless), Is.EqualTo((false, false)), "nor one without a password, or without a role");
        Assert.That((refused.StatusCode, taken.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.Redirect)));
        Assert.That((await refused.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("账号或密码不对"));
    }

    [Test]
    public async Task It_does_not_start_where_the_login_for_that_day_is_no_account()
    {
        await using var provider = await IdentityProvider.Start();

        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => With(provider, ("SignIn:Local", "false"), ("SignIn:BreakGlass", "nobody")))!;

        Assert.That(refused.Message, Does.Contain("[break-glass]").And.Contain("nobody"));
    }

    [Test]
    public async Task An_account_of_the_provider_is_told_where_its_password_and_factor_are_kept()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        using var browser = app.Browser();
        await Follow(browser, Way);

        var page = await browser.Page("/account");

        Assert.That(page.QuerySelector("#factor")!.ParentElement!.ParentElement!.TextContent, Does.Contain("密码和第二验证在那里管理"));
        Assert.That(page.QuerySelector("form[action*=Password]"), Is.Null);
    }

    [Test]
    public async Task Signing_out_here_signs_out_there_and_comes_back()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        using var browser = app.Browser();
        await Follow(browser, Way);

        using var leave = await browser.Submit("/account", ".who form");
        var end = await Follow(browser, leave.Headers.Location!.ToString());
        using var kept = await browser.GetAsync("/account");

        Assert.That(provider.SignedOut, Is.EqualTo(1));
        Assert.That(end.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/sign-in"));
        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    /// <summary>Whoever is blocked there signs in there no more, and what opens without signing in ends too.</summary>
    [Test]
    public async Task Tokens_and_calendars_of_its_accounts_serve_for_thirty_days_after_the_last_sign_in_there_and_again_after_the_next()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider);
        await app.Send(new AddUser.Command("local", "本地账号", null, [Role.WindowClerk], Password));
        using var browser = app.Browser();
        await Follow(browser, Way);
        using var program = app.Http(await app.Token("wang.li", "程序", days: 366));
        using var local = app.Http(await app.Token("local", "程序", days: 366));
        using var subscribed = await program.PostAsync("/api/feed", null);
        var feed = System.Text.RegularExpressions.Regex.Match(await subscribed.Content.ReadAsStringAsync(), "/[^\"]+[.]ics").Value;
        async Task<(HttpStatusCode, HttpStatusCode, HttpStatusCode)> Served()
        {
            using var own = await program.GetAsync("/api/account");
            using var calendar = await program.GetAsync(feed);
            using var others = await local.GetAsync("/api/account");
            return (own.StatusCode, calendar.StatusCode, others.StatusCode);
        }

        app.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(5));
        var before = await Served();
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        var after = await Served();
        using var refused = await program.GetAsync("/api/account");
        var said = await refused.Content.ReadAsStringAsync();
        using var unread = await program.GetAsync(feed);
        var saidToo = await unread.Content.ReadAsStringAsync();
        using var fresh = app.Browser();
        await Follow(fresh, Way);
        var again = await Served();

        Assert.That(before, Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(after, Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK)), "an account of this program alone goes on");
        foreach (var words in new[] { said, saidToo }) Assert.That(words, Does.Contain("provider.unseen").And.Contain("30 天").And.Contain("经统一身份认证登录一次"));
        Assert.That(again, Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That((await app.LogOf(Commands.Door)).Where(r => r.Said.Contains("/api/account", StringComparison.Ordinal)).Select(r => r.Detail), Is.Not.Empty.And.All.Contain("provider.unseen"), "the record says the reason that was told");
    }

    /// <summary>Issuer and subject are told apart letter by letter (OpenID Connect Core 2), whatever the database takes for the same text.</summary>
    [TestCase("false", "没有您的账号")]
    [TestCase("true", "没有让您登录")]
    public async Task Somebody_whose_subject_differs_in_a_capital_is_somebody_else(string creates, string said)
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", creates));
        await app.Send(new AddUser.Command("older", "另一位", null, [Role.Supervisor], Password));
        await app.Send(new LinkUser.Command("older", provider.Address + "/", "S-1001"));
        await app.ComparesLoosely("provider_subject nvarchar(200)");
        using var browser = app.Browser();

        var end = await Follow(browser, Way);

        Assert.That(end.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/sign-in"));
        Assert.That((await end.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain(said));
        Assert.That(await app.Value<string>("SELECT CONCAT(login, ' ', name) FROM access_user WHERE provider_subject IS NOT NULL"), Is.EqualTo("older 另一位"));
    }

    /// <summary>Once there is somebody to do it, who an account is at the provider is said on its page, under a name.</summary>
    [Test]
    public async Task The_security_administrator_links_an_account_on_its_page()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", "false"));
        foreach (var (login, role) in new[] { ("li.wang", Role.WindowClerk), ("root", Role.SecurityAdministrator) }) await app.Send(new AddUser.Command(login, "王丽", null, [role], Password));
        using var root = await app.SignedIn("root", Password);
        using var browser = app.Browser();

        using var wrong = await root.Submit("/accounts/li.wang", "form[action*=Link]", ("Subject", ""));
        using var linked = await root.Submit("/accounts/li.wang", "form[action*=Link]", ("Subject", "s-1001"), ("Issuer", provider.Address + "/"));
        var own = (await root.Page("/accounts/root")).QuerySelector("form[action*=Link]");
        var end = await Follow(browser, Way);

        Assert.That((wrong.StatusCode, linked.StatusCode, own), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.Redirect, default(AngleSharp.Dom.IElement))));
        Assert.That((await wrong.Html()).QuerySelectorAll("[aria-labelledby=identity] .invalid-feedback")[^1].TextContent, Does.Contain("标识"));
        Assert.That((await end.Html()).QuerySelector(".page-head .sub")!.TextContent, Does.Contain("li.wang"));
        Assert.That((await root.Page("/accounts/li.wang")).QuerySelector("[aria-labelledby=identity]")!.TextContent, Does.Contain("s-1001"));
        Assert.That((await app.LogOf("Access.LinkUser")).Select(r => (r.Login, r.Outcome)), Is.EqualTo(new[] { ("root", "invalid"), ("root", "done") }));
    }

    /// <summary>A sign-in with a password here says nothing of whether somebody is still let in there.</summary>
    [Test]
    public async Task Signing_in_here_keeps_no_token_of_its_accounts_alive_and_a_link_counts_as_seen()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:UnseenDays", "7"));
        await app.Send(new AddUser.Command("older", "王丽", null, [Role.WindowClerk], Password));
        await app.Send(new LinkUser.Command("older", provider.Address + "/", "s-1001"));
        using var program = app.Http(await app.Token("older", "程序", days: 366));
        async Task<HttpStatusCode> Served()
        {
            using var own = await program.GetAsync("/api/account");
            return own.StatusCode;
        }

        var linked = await Served();
        app.Clock.Advance(TimeSpan.FromDays(7));
        using var browser = await app.SignedIn("older", Password);

        Assert.That((linked, await Served()), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task Linked_to_somebody_else_what_the_former_had_opened_ends()
    {
        await using var provider = await IdentityProvider.Start();
        await using var app = await With(provider, ("Oidc:Create", "false"));
        await app.Send(new AddUser.Command("older", "王丽", null, [Role.WindowClerk], Password));
        await app.Send(new LinkUser.Command("older", $" {provider.Address}/ ", " s-1001 "));
        using var browser = app.Browser();
        var entered = (await Follow(browser, Way)).RequestMessage!.RequestUri!.AbsolutePath;
        using var program = app.Http(await app.Token("older", "程序"));
        async Task<(HttpStatusCode, HttpStatusCode)> Served()
        {
            using var page = await browser.PostAsync("/language/en?returnUrl=/account", null);
            using var seen = await browser.GetAsync("/account");
            using var own = await program.GetAsync("/api/account");
            return (seen.StatusCode, own.StatusCode);
        }

        await app.Send(new LinkUser.Command("older", provider.Address + "/", "s-1001"));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var same = await Served();
        await app.Send(new LinkUser.Command("older", provider.Address + "/", "s-2002"));
        app.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.That((entered, same, await Served()), Is.EqualTo(("/account", (HttpStatusCode.OK, HttpStatusCode.OK), (HttpStatusCode.Redirect, HttpStatusCode.Unauthorized))));
    }

    /// <summary>Letter by letter: what it calls itself in its tokens is what the account is to be linked by.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task The_page_offers_what_the_provider_calls_itself_and_nothing_where_it_does_not_answer(bool answers)
    {
        await using var provider = await IdentityProvider.Start("https://id.example.cn/zone");
        await using var app = await With(provider, ("Oidc:Create", "false"), ("Oidc:Authority", answers ? provider.Address : "http://127.0.0.1:9/"));
        foreach (var (login, role) in new[] { ("li.wang", Role.WindowClerk), ("root", Role.SecurityAdministrator) }) await app.Send(new AddUser.Command(login, "王丽", null, [role], Password));
        using var root = await app.SignedIn("root", Password);

        var offered = (await root.Page("/accounts/li.wang")).QuerySelector("input[name=Issuer]")!.GetAttribute("value");

        Assert.That(offered ?? "", Is.EqualTo(answers ? "https://id.example.cn/zone" : ""));
    }

    /// <summary>The link says at once what the data would refuse.</summary>
    [Test]
    public async Task One_person_there_is_one_account_here()
    {
        await using var app = await App.Start();
        foreach (var login in new[] { "one.a", "one.b" }) await app.Send(new AddUser.Command(login, login, null, [Role.WindowClerk], Password));
        await app.Send(new LinkUser.Command("one.a", "https://idp.example/", "s-1"));
        await app.Send(new LinkUser.Command("one.a", "https://idp.example/", "s-1"));

        var refused = await app.Refusal(new LinkUser.Command("one.b", "https://idp.example/", "s-1"), Person.System);

        Assert.That(refused.Code(), Is.EqualTo("provider.linked"));
        Assert.That(await app.Value<string>("SELECT login FROM access_user WHERE provider_subject IS NOT NULL"), Is.EqualTo("one.a"));
    }

    [TestCase("provider.failed", "没有成功")]
    [TestCase("login.taken", "没有让您登录")]
    [TestCase("signIn.busy", "没有让您登录")]
    [TestCase("", null)]
    public async Task Whoever_comes_back_and_is_not_let_in_is_told_so_whatever_the_reason(string code, string? says)
    {
        await using var app = await App.Start();
        using var browser = app.Browser();
        var told = (await browser.Page($"/sign-in?problem={code}")).QuerySelector(".errors h2")?.TextContent;

        Assert.That(told, says is null ? Is.Null : Does.Contain(says!));
    }

    [TestCase("Oidc:UnseenDays", "0")]
    [TestCase("Oidc:Authority", "http://idp.example/")]
    [TestCase("Oidc:Authority", "idp")]
    [TestCase("Oidc:Roles:desk", "Nobody")]
    [TestCase("Oidc:ClientId", "")]
    public void A_wrong_setting_stops_the_start_and_is_named(string setting, string value)
    {
        var settings = new Dictionary<string, string?> { ["Oidc:Authority"] = "https://idp.example/", ["Oidc:ClientId"] = "approvals", ["Oidc:Roles:desk"] = "WindowClerk", [setting] = value };
        var wrong = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: settings));
        Assert.That(wrong.Message, Does.Contain(setting));
    }

    [Test]
    public void It_opens_no_accounts_and_is_trusted_with_no_second_factor_where_nobody_says_so()
    {
        var settings = new Dictionary<string, string?> { ["Oidc:Authority"] = "https://idp.example/", ["Oidc:ClientId"] = "approvals", ["Oidc:Roles:desk"] = "WindowClerk" };
        var provider = ProviderSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())!;

        Assert.That((provider.Creates, provider.HasSecondFactor), Is.EqualTo((false, false)));
    }

    [Test]
    public void It_does_not_start_where_nobody_could_sign_in()
    {
        var wrong = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: new Dictionary<string, string?> { ["SignIn:Local"] = "false" }));
        Assert.That(wrong.Message, Does.Contain("SignIn:Local").And.Contain("Oidc:Authority"));
    }

    /// <remarks>Its tokens and cookies tell the time of day as it is, so this program does too.</remarks>
    private static Task<App> With(IdentityProvider provider, params (string Name, string Value)[] chosen)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Oidc:Authority"] = provider.Address,
            ["Oidc:ClientId"] = IdentityProvider.ClientId,
            ["Oidc:ClientSecret"] = IdentityProvider.ClientSecret,
            ["Oidc:Name"] = "统一身份认证",
            ["Oidc:Create"] = "true",
            ["Oidc:Roles:desk"] = "WindowClerk",
            ["Oidc:Roles:agent"] = "Agent",
            ["Oidc:Roles:reviewer"] = "Reviewer",
            ["Oidc:Roles:it"] = "SecurityAdministrator",
        };
        foreach (var (name, value) in chosen) settings[name] = value;
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return App.Start(now, chosen: settings);
    }

    /// <summary>One redirect; where it leads.</summary>
    private static async Task<Uri> Step(HttpClient browser, string url)
    {
        using var answer = await browser.GetAsync(url);
        return answer.Headers.Location is { } location ? new Uri(answer.RequestMessage!.RequestUri!, location) : throw new InvalidOperationException($"{url} leads nowhere: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>All redirects, as a browser follows them.</summary>
    private static async Task<HttpResponseMessage> Follow(HttpClient browser, string url)
    {
        for (var hops = 0; hops < 10; hops++)
        {
            var answer = await browser.GetAsync(url);
            if (answer.Headers.Location is not { } location) return answer;
            url = new Uri(answer.RequestMessage!.RequestUri!, location).ToString();
        }

        throw new InvalidOperationException($"It goes on and on to {url}.");
    }
}
