using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;

namespace Approvals.Tests.Access;

[Parallelizable(ParallelScope.All)]
internal sealed class SignInTests
{
    private const string Password = "long enough 2026";

    [Test]
    public async Task Lets_in_with_login_and_password_and_knows_who_it_is()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);

        var page = await browser.Page("/account");

        Assert.That(page.QuerySelector(".who")!.TextContent, Does.Contain("窗口人员"));
        Assert.That(page.QuerySelector(".page-head")!.TextContent, Does.Contain("wang.li"));
    }

    [Test]
    public async Task A_login_may_be_typed_in_capitals_and_with_spaces_around()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn(" Wang.Li ", Password);
        Assert.That(await browser.Page("/account"), Is.Not.Null);
    }

    [Test]
    public async Task The_cookie_cannot_be_read_by_scripts_nor_sent_along_by_other_sites()
    {
        await using var app = await WithClerk();
        using var browser = app.Browser();
        using var answer = await browser.SignIn("wang.li", Password);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("approvals=", StringComparison.Ordinal));

        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=lax").And.Not.Contain("expires"));
    }

    [Test]
    public async Task Says_the_same_of_a_wrong_password_an_unknown_login_and_a_closed_account()
    {
        await using var app = await WithClerk();
        await app.Send(new AddUser.Command("closed", "停用", null, [Role.Auditor], Password));
        await app.Send(new DeactivateUser.Command("closed"));
        using var browser = app.Browser();

        var said = new List<string>();
        foreach (var (login, password) in new[] { ("wang.li", "wrong password"), ("nobody", Password), ("closed", Password) })
        {
            using var answer = await browser.SignIn(login, password);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), login);
            said.Add((await answer.Html()).QuerySelector(".errors h2")!.TextContent);
        }

        Assert.That(said, Is.All.EqualTo("账号或密码不对，请重新输入。"));
    }

    [Test]
    public async Task Five_wrong_passwords_in_a_row_make_the_login_rest_for_a_quarter_of_an_hour()
    {
        await using var app = await WithClerk();
        using var browser = app.Browser();
        for (var i = 0; i < 5; i++)
            using (await browser.SignIn("wang.li", "wrong password")) { }

        using var early = await browser.SignIn("wang.li", Password);
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        using var late = await browser.SignIn("wang.li", Password);

        Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Four_wrong_passwords_and_a_right_one_start_the_count_again()
    {
        await using var app = await WithClerk();
        using var browser = app.Browser();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                using (await browser.SignIn("wang.li", "wrong password")) { }
            using var right = await browser.SignIn("wang.li", Password);
            Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        }
    }

    [TestCase("/account?x=1", "/account?x=1")]
    [TestCase("", "/")]
    [TestCase("//evil.example/", "/")]
    [TestCase("/\\evil.example/", "/")]
    [TestCase("https://evil.example/", "/")]
    [TestCase("javascript:alert(1)", "/")]
    public async Task Goes_back_only_to_this_site(string returnUrl, string goes)
    {
        await using var app = await WithClerk();
        using var browser = app.Browser();

        using var answer = await browser.SignIn("wang.li", Password, returnUrl);
        using var language = await browser.GetAsync("/language/en?returnUrl=" + Uri.EscapeDataString(returnUrl));

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo(goes));
        Assert.That(language.Headers.Location!.OriginalString, Is.EqualTo(goes));
    }

    [Test]
    public async Task An_administrator_begins_at_the_accounts()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("root.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        using var browser = app.Browser();
        using var answer = await browser.SignIn("root.admin", Password, "/");
        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/accounts"));
    }

    [Test]
    public async Task A_closed_account_is_out_within_a_minute()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        await app.Send(new DeactivateUser.Command("wang.li"));

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var answer = await browser.GetAsync("/account");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Other_roles_hold_within_a_minute()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        await app.Send(new ChangeRoles.Command(null, [Role.SecurityAdministrator], "wang.li"));

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var answer = await browser.GetAsync("/accounts");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_session_ends_after_eight_idle_hours_and_lives_on_while_used()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);

        app.Clock.Advance(TimeSpan.FromHours(5));
        using var used = await browser.GetAsync("/account");
        app.Clock.Advance(TimeSpan.FromHours(5));
        using var again = await browser.GetAsync("/account");
        app.Clock.Advance(TimeSpan.FromHours(8.1));
        using var idle = await browser.GetAsync("/account");

        Assert.That(used.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(idle.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Signing_out_ends_the_session()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);

        using var answer = await browser.Submit("/account", ".who form");
        using var after = await browser.GetAsync("/account");

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/sign-in"));
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Changing_the_password_ends_every_other_session()
    {
        await using var app = await WithClerk();
        using var here = await app.SignedIn("wang.li", Password);
        using var elsewhere = await app.SignedIn("wang.li", Password);

        using var answer = await here.Submit("/account", "form[action*=Password]", ("Current", Password), ("New", "another long one"));
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var stays = await here.GetAsync("/account");
        using var ends = await elsewhere.GetAsync("/account");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(stays.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(ends.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        using var again = await app.SignedIn("wang.li", "another long one");
    }

    [Test]
    public async Task A_wrong_current_password_changes_nothing_and_says_so_beside_the_field()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);

        using var answer = await browser.Submit("/account", "form[action*=Password]", ("Current", "not this one"), ("New", "another long one"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await answer.Html()).QuerySelector("[data-valmsg-for=Current], .field-validation-error")!.TextContent, Does.Contain("现在的密码不对"));
        using var again = await app.SignedIn("wang.li", Password);
    }

    [Test]
    public async Task The_keys_of_the_sessions_lie_beside_the_database_so_that_a_restart_signs_nobody_out()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        Assert.That(Directory.EnumerateFiles(Path.Combine(app.Services.GetRequiredService<Settings>().DataFolder, "keys"), "key-*.xml"), Is.Not.Empty);
    }

    [Test]
    public async Task Demonstration_accounts_stop_the_start_outside_Development()
    {
        await using var app = await App.Start();
        await app.Send(new AddDemonstrationAccounts.Command([new("demo.clerk", "示例", null, Role.WindowClerk)], "a public password"));

        var refused = Assert.ThrowsAsync<InvalidOperationException>(() => Site.Prepare(app.Services));
        await app.Send(new DeactivateUser.Command("demo.clerk"));

        Assert.That(refused.Message, Does.Contain("demo.clerk").And.Contain("production"));
        Assert.That(async () => await Site.Prepare(app.Services), Throws.Nothing);
    }

    [Test]
    public async Task The_demonstration_zone_has_somebody_of_every_role_and_a_second_start_adds_nobody()
    {
        await using var app = await App.Start(environment: "Development");
        var first = await app.Send(new ListUsers.Query());
        await Site.Prepare(app.Services);
        var second = await app.Send(new ListUsers.Query());

        Assert.That(first.Users.SelectMany(u => u.Roles).Distinct(), Is.EquivalentTo(Enum.GetValues<Role>()));
        Assert.That(first.Users.Select(u => u.Login), Is.SupersetOf(Demonstration.Zone.Accounts.Select(a => a.Login)));
        Assert.That(second.Users.Select(u => u.Login), Is.EqualTo(first.Users.Select(u => u.Login)));
    }

    private static async Task<App> WithClerk()
    {
        var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        return app;
    }
}
