using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

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
        await app.Send(new ChangeRoles.Command(null, [Role.Auditor], "wang.li"));

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var answer = await browser.GetAsync("/audit");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_session_ends_after_an_idle_hour_and_lives_on_while_used()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);

        // Used early in the hour: the hour begins anew with every use, not only in its second half.
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        using var used = await browser.GetAsync("/account");
        app.Clock.Advance(TimeSpan.FromMinutes(59));
        using var again = await browser.GetAsync("/account");
        app.Clock.Advance(TimeSpan.FromMinutes(61));
        using var idle = await browser.GetAsync("/account");

        Assert.That((used.StatusCode, again.StatusCode, idle.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_session_ends_after_twelve_hours_whatever_it_is_used_for()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        var answers = new List<HttpStatusCode>();
        for (var half = 1; half <= 24; half++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(30));
            using var answer = await browser.GetAsync("/account");
            answers.Add(answer.StatusCode);
        }

        Assert.That(answers[..^1], Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(answers[^1], Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Both_limits_of_a_session_are_the_deployments_to_choose_and_a_wrong_one_stops_the_start()
    {
        await using var app = await App.Start(chosen: new Dictionary<string, string?> { ["Sessions:IdleMinutes"] = "15", ["Sessions:Hours"] = "1" });
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        using var idle = await app.SignedIn("wang.li", Password);
        using var used = await app.SignedIn("wang.li", Password);
        for (var i = 0; i < 4; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(14));
            using var answer = await used.GetAsync("/account");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        using var left = await idle.GetAsync("/account");
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        using var over = await used.GetAsync("/account");

        Assert.That((left.StatusCode, over.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        var wrong = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: new Dictionary<string, string?> { ["Sessions:IdleMinutes"] = "0" }));
        Assert.That(wrong.Message, Does.Contain("Sessions:IdleMinutes"));
    }

    [Test]
    public async Task Signing_out_everywhere_ends_every_session_here_at_once()
    {
        await using var app = await WithClerk();
        using var here = await app.SignedIn("wang.li", Password);
        using var elsewhere = await app.SignedIn("wang.li", Password);

        using var answer = await here.Submit("/account", "form[action*=Everywhere]");
        using var ends = await elsewhere.GetAsync("/account");

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/sign-in"));
        Assert.That(ends.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Whoever_signs_in_is_told_of_the_time_before()
    {
        await using var app = await WithClerk();
        using var first = await app.SignedIn("wang.li", Password);
        var page = await first.Page("/account");
        app.Clock.Advance(TimeSpan.FromHours(3));
        using var second = await app.SignedIn("wang.li", Password);

        Assert.That(page.Body!.TextContent, Does.Not.Contain("上次登录"));
        Assert.That((await second.Page("/account")).Body!.TextContent, Does.Contain("上次登录：2026-03-02 09:00"));
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

    /// <summary>Whoever reads a key signs in as anybody.</summary>
    [Test]
    public async Task The_folder_of_the_keys_is_for_the_account_of_the_program_alone()
    {
        if (App.Server is not null || OperatingSystem.IsWindows())
        {
            Assert.Ignore("The keys lie in a folder on SQLite, and its mode is that of Unix.");
            return;
        }

        await using var app = await App.Start(chosen: new Dictionary<string, string?>()); // in a folder that the program itself makes
        using var browser = app.Browser();
        await browser.Page("/sign-in");

        Assert.That(File.GetUnixFileMode(Path.Combine(app.Services.GetRequiredService<Settings>().DataFolder, "keys")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
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

    [Test]
    public async Task Who_has_a_password_from_an_administrator_chooses_another_before_anything_else()
    {
        await using var app = await App.Start();
        await app.SendAsIs(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password), Person.SecurityAdministrator);
        using var program = app.Http(await app.Token("wang.li", "报表"));
        using var browser = app.Browser();

        using var step = await browser.SignIn("wang.li", Password, "/cases");
        using var page = await browser.GetAsync("/account");
        using var token = await program.GetAsync("/api/account");
        using var same = await browser.Submit("/sign-in/step", "form[action*=Password]", ("New", Password), ("Again", Password));
        using var common = await browser.Submit("/sign-in/step", "form[action*=Password]", ("New", "password2026"), ("Again", "password2026"));
        using var differs = await browser.Submit("/sign-in/step", "form[action*=Password]", ("New", "quite another one"), ("Again", "quite another two"));
        using var chosen = await browser.Submit("/sign-in/step", "form[action*=Password]", ("New", "quite another one"), ("Again", "quite another one"));
        using var then = await browser.GetAsync("/account");
        using var tokenThen = await program.GetAsync("/api/account");

        Assert.That(step.Headers.Location!.OriginalString, Is.EqualTo("/sign-in/step"));
        Assert.That((page.StatusCode, token.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Unauthorized)));
        Assert.That(new[] { same, common, differs }.Select(a => a.StatusCode), Is.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(chosen.Headers.Location!.OriginalString, Is.EqualTo("/cases"));
        Assert.That((then.StatusCode, tokenThen.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
        using var again = await app.SignedIn("wang.li", "quite another one");
    }

    [Test]
    public async Task A_password_from_an_administrator_is_still_to_be_changed_once_it_is_hashed_anew()
    {
        await using var app = await App.Start();
        await app.SendAsIs(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password), Person.SecurityAdministrator);
        var older = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = App.Rounds - 1 })).HashPassword("", Password);
        await app.Change("UPDATE access_user SET password_hash = @older", new { older });
        using var browser = app.Browser();
        using var first = await browser.SignIn("wang.li", Password);
        var renewed = await app.Value<string>("SELECT password_hash FROM access_user");
        using var second = await browser.SignIn("wang.li", Password);

        Assert.That(renewed, Is.Not.EqualTo(older));
        Assert.That(new[] { first, second }.Select(a => a.Headers.Location!.OriginalString), Is.All.EqualTo("/sign-in/step"));
    }

    [Test]
    public async Task Who_has_a_password_of_their_own_changes_it_by_telling_it()
    {
        await using var app = await WithClerk();
        var own = new Person(await app.Value<long>("SELECT id FROM access_user"), "wang.li", null, Role.WindowClerk);

        Assert.That((await app.Refusal(new FirstPassword.Command("quite another one", "quite another one"), own)).Code(), Is.EqualTo("password.isOwn"));
        using var browser = await app.SignedIn("wang.li", Password);
    }

    [Test]
    public async Task A_password_that_was_reset_ends_the_session_and_is_changed_first()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        await app.Send(new ResetPassword.Command("told face to face", "wang.li"), Person.SecurityAdministrator);
        app.Clock.Advance(TimeSpan.FromSeconds(61));

        using var ended = await browser.GetAsync("/account");
        using var step = await browser.SignIn("wang.li", "told face to face");

        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(step.Headers.Location!.OriginalString, Is.EqualTo("/sign-in/step"));
    }

    [Test]
    public async Task The_way_between_password_and_session_opens_nothing_and_ends_after_ten_minutes()
    {
        await using var app = await App.Start();
        await app.SendAsIs(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password), Person.SecurityAdministrator);
        using var browser = app.Browser();
        using var step = await browser.SignIn("wang.li", Password);
        var form = await browser.Page("/sign-in/step");
        app.Clock.Advance(TimeSpan.FromMinutes(10));

        var late = await browser.Page("/sign-in/step");

        Assert.That(form.QuerySelector("form[action*=Password]"), Is.Not.Null);
        Assert.That(form.QuerySelector(".mainnav"), Is.Null);
        Assert.That(late.QuerySelector("form[action*=Password]"), Is.Null);
        Assert.That(late.QuerySelector("main a[href='/sign-in']"), Is.Not.Null);
    }

    private static async Task<App> WithClerk()
    {
        var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        return app;
    }
}
