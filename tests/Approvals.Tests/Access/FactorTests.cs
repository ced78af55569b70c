using System.Net;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Access;

/// <summary>The second factor: administrators must, everybody may.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class FactorTests
{
    private const string Password = "long enough 2026";

    [Test]
    public async Task An_administrator_without_one_sets_it_up_before_anything_else_and_begins_at_the_accounts()
    {
        await using var app = await WithAdministrator();
        using var browser = app.Browser();
        using var step = await browser.SignIn("root.admin", Password, "/");
        using var kept = await browser.GetAsync("/accounts");
        var page = await browser.Page("/sign-in/step");
        var key = page.QuerySelector("#key")!.TextContent.Replace(" ", "");
        var wrongOffer = (page.QuerySelector("[name=Offered]") as IHtmlInputElement)!.Value;

        using var wrong = await browser.Submit("/sign-in/step", "form[action*=Factor]", ("Code", "000000"), ("Offered", wrongOffer));
        using var done = await browser.Submit("/sign-in/step", "form[action*=Factor]", ("Code", app.Code(secret: key)), ("Offered", wrongOffer));
        var codes = (await done.Html()).QuerySelectorAll(".codes code").Select(c => c.TextContent).ToList();
        using var then = await browser.GetAsync((await done.Html()).QuerySelector("main a.btn-primary")!.GetAttribute("href"));

        Assert.That(step.Headers.Location!.OriginalString, Is.EqualTo("/sign-in/step"));
        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(page.QuerySelector("svg.qr path"), Is.Not.Null);
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await wrong.Html()).QuerySelector("#key")!.TextContent.Replace(" ", ""), Is.EqualTo(key), "the phone has scanned that one");
        Assert.That((done.StatusCode, codes.Count, codes.Distinct().Count()), Is.EqualTo((HttpStatusCode.OK, 10, 10)));
        Assert.That(then.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/accounts"));
        Assert.That(then.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database()
    {
        await using var app = await WithAdministrator();
        var (browser, key, codes) = await SetUp(app);
        browser.Dispose();

        var kept = await app.Value<string>("SELECT secret FROM access_factor");
        var hashes = await app.Rows<string>("SELECT hash FROM access_recovery_code");

        Assert.That(kept, Does.Not.Contain(key));
        Assert.That(hashes, Is.EquivalentTo(codes.Select(Factors.Hash)));
        Assert.That(hashes, Is.All.Match("^[0-9a-f]{64}$"));
        Assert.That(string.Concat(await app.Rows<string>("SELECT CONCAT(said, detail) FROM audit_record")), Does.Not.Contain(key).And.Not.Contain(codes[0]));
    }

    [Test]
    public async Task The_password_alone_opens_nothing()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        using var browser = app.Browser();
        using var step = await browser.SignIn("root.admin", Password);
        using var kept = await browser.GetAsync("/accounts");
        using var wrong = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", "123456"));
        var form = await wrong.Html();
        using var right = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code()));
        using var then = await browser.GetAsync("/accounts");

        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(form.QuerySelector(".errors li")!.TextContent, Does.Contain("验证码不对"));
        Assert.That(form.QuerySelector(".mainnav"), Is.Null, "nobody is signed in yet");
        Assert.That(right.Headers.Location!.OriginalString, Is.EqualTo("/accounts"));
        Assert.That(then.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_code_is_good_once_and_one_step_early_or_late()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        async Task<HttpStatusCode> With(string code)
        {
            using var browser = app.Browser();
            using var step = await browser.SignIn("root.admin", Password);
            using var answer = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", code));
            return answer.StatusCode;
        }

        var tooEarly = await With(app.Code(2));
        var early = await With(app.Code(-1));
        var now = await With(app.Code());
        var nowAgain = await With(app.Code());
        var earlyAgain = await With(app.Code(-1));
        var late = await With(app.Code(1));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        var tooLate = await With(app.Code(-2));

        Assert.That((tooEarly, tooLate), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
        Assert.That((early, now, late), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That((nowAgain, earlyAgain), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task Codes_are_guessed_no_more_often_than_passwords()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        using var browser = app.Browser();
        using var step = await browser.SignIn("root.admin", Password);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < Attempts.Free; i++)
            using (var answer = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", $"00000{i}"))) answers.Add(answer.StatusCode);
        // A right password in between forgives nothing.
        using var again = await browser.SignIn("root.admin", Password);
        using var rested = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code()));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code()));

        Assert.That((await app.LogOf("Access.CheckCode")).Select(r => r.Outcome), Is.EqualTo(Enumerable.Repeat("invalid", Attempts.Free).Append("done")), "who guesses on does not fill the record");
        Assert.That(answers, Is.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((rested.StatusCode, later.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_right_code_starts_the_count_again()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        async Task<HttpStatusCode> With(string code)
        {
            using var browser = app.Browser();
            using var step = await browser.SignIn("root.admin", Password);
            using var answer = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", code));
            return answer.StatusCode;
        }

        var answers = new List<HttpStatusCode>();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i < Attempts.Free; i++) answers.Add(await With($"00000{i}"));
            answers.Add(await With(app.Code(round)));
        }

        Assert.That(answers.Count(a => a == HttpStatusCode.Redirect), Is.EqualTo(2));
        Assert.That(answers.Count(a => a == HttpStatusCode.BadRequest), Is.EqualTo(2 * (Attempts.Free - 1)));
    }

    [Test]
    public async Task What_ends_the_sessions_ends_the_way_to_one()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        async Task<string> Finished(Func<Task> meanwhile)
        {
            using var browser = app.Browser();
            using var step = await browser.SignIn("root.admin", Password);
            var form = await browser.Page("/sign-in/step");
            await meanwhile();
            using var answer = await browser.PostAsync("/sign-in/step?handler=Code", new FormUrlEncodedContent(
            [
                KeyValuePair.Create("Code", app.Code()),
                KeyValuePair.Create("__RequestVerificationToken", (form.QuerySelector("[name=__RequestVerificationToken]") as IHtmlInputElement)!.Value),
            ]));
            return answer.Headers.Location!.OriginalString;
        }

        var ended = await Finished(() => app.Send(new EndSession.AllOf("root.admin"), Person.SecurityAdministrator));
        var closed = await Finished(() => app.Change("UPDATE access_user SET is_active = 0"));
        await app.Change("UPDATE access_user SET is_active = 1");
        await app.Send(new AddUser.Command("other.admin", "另一管理员", null, [Role.SecurityAdministrator], Password));
        var openedAgain = await Finished(async () =>
        {
            await app.Send(new DeactivateUser.Command("root.admin"));
            await app.Send(new ReactivateUser.Command("root.admin"));
        });
        var neither = await Finished(() => Task.CompletedTask);

        Assert.That((ended, closed, openedAgain, neither), Is.EqualTo(("/sign-in", "/sign-in", "/sign-in", "/accounts")));
    }

    [Test]
    public async Task A_secret_that_was_shown_to_one_sets_up_the_factor_of_nobody_else()
    {
        await using var app = await App.Start();
        var factors = app.Services.GetRequiredService<Factors>();
        var shown = factors.New(new Account { Id = 101, Login = "root.admin" });

        Assert.That(factors.Opened(new Account { Id = 101 }, shown.Sealed), Is.EqualTo(shown.Secret));
        Assert.That(factors.Opened(new Account { Id = 102 }, shown.Sealed), Is.Null);
    }

    [Test]
    public async Task Nor_in_a_browser_that_is_known_which_is_held_by_itself()
    {
        await using var app = await WithAdministrator();
        using var known = await app.SignedIn("root.admin", Password);
        using var step = await known.SignIn("root.admin", Password);
        for (var i = 0; i < Attempts.Free; i++)
            using (await known.Submit("/sign-in/step", "form[action*=Code]", ("Code", $"00000{i}"))) { }
        using var rested = await known.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code(1)));
        using var another = app.Browser();
        using var elsewhere = await another.SignIn("root.admin", Password);
        using var right = await another.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code(1)));

        Assert.That((rested.StatusCode, right.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_recovery_code_stands_in_for_a_code_once()
    {
        await using var app = await WithAdministrator();
        var (first, _, codes) = await SetUp(app);
        first.Dispose();
        await app.Send(new AddUser.Command("another", "另一人", null, [Role.WindowClerk], Password));
        var another = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'another'"), "another", null, Role.WindowClerk);
        var anothers = await app.Refusal(new CheckCode.Use(null, Factors.Hash(codes[3])), another);
        var answers = new List<HttpStatusCode>();
        foreach (var code in new[] { codes[3].ToLowerInvariant().Replace("-", " "), codes[3], codes[4], "AAAA-AAAA-AAAA-AAAA" })
        {
            using var browser = app.Browser();
            using var step = await browser.SignIn("root.admin", Password);
            using var answer = await browser.Submit("/sign-in/step", "form[action*=Code]", ("Code", code));
            answers.Add(answer.StatusCode);
        }

        Assert.That(anothers.Code(), Is.EqualTo("signIn.wrongCode"), "it is good for its owner alone");
        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.Redirect, HttpStatusCode.BadRequest, HttpStatusCode.Redirect, HttpStatusCode.BadRequest }));
    }

    [Test]
    public async Task Who_is_asked_for_a_code_cannot_set_up_another_factor_instead()
    {
        await using var app = await WithAdministrator();
        await app.HasFactor("root.admin");
        var thief = app.Services.GetRequiredService<Factors>().New(new Account { Id = await app.Value<long>("SELECT id FROM access_user"), Login = "root.admin" });
        using var browser = app.Browser();
        using var step = await browser.SignIn("root.admin", Password);
        var token = (await browser.Page("/sign-in/step")).QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var body = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("Offered", thief.Sealed), new("Code", app.Code(secret: thief.Secret))]);
        using var forged = await browser.PostAsync("/sign-in/step?handler=Factor", body);
        using var kept = await browser.GetAsync("/accounts");
        var id = await app.Value<long>("SELECT id FROM access_user");
        var atOnce = await app.Refusal(new SetUpFactor.AtSignIn(thief.Sealed, app.Code(secret: thief.Secret)), new Person(id, "root.admin", null, Role.SecurityAdministrator));

        Assert.That(atOnce.Code(), Is.EqualTo("factor.there"), "whoever sets one up at the same moment");
        Assert.That(forged.Headers.Location?.OriginalString, Is.EqualTo("/sign-in/step"));
        Assert.That(kept.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Who_becomes_an_administrator_while_signed_in_is_asked_for_it_within_a_minute()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        using var browser = await app.SignedIn("wang.li", Password);
        await app.Send(new ChangeRoles.Command(null, [Role.SecurityAdministrator], "wang.li"));
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var answer = await browser.GetAsync("/accounts");

        Assert.That(answer.Headers.Location?.AbsolutePath, Is.EqualTo("/sign-in"));
    }

    [Test]
    public async Task Who_set_one_up_in_a_session_has_shown_it_there_and_the_other_sessions_end()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        using var other = await app.SignedIn("wang.li", Password);
        using var browser = await app.SignedIn("wang.li", Password);
        var page = await browser.Page("/account/factor");
        var key = page.QuerySelector("#key")!.TextContent.Replace(" ", "");
        using var set = await browser.Submit("/account/factor", "form[action*=SetUp]", ("Code", app.Code(secret: key)), ("Offered", (page.QuerySelector("[name=Offered]") as IHtmlInputElement)!.Value), ("Password", Password));
        using var stranger = app.Browser();
        using var step = await stranger.SignIn("wang.li", Password);
        using var sameCode = await stranger.Submit("/sign-in/step", "form[action*=Code]", ("Code", app.Code(secret: key)));
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var there = await other.GetAsync("/account");
        await app.Send(new ChangeRoles.Command(null, [Role.SecurityAdministrator], "wang.li"));
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var here = await browser.GetAsync("/accounts");

        Assert.That((set.StatusCode, sameCode.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.BadRequest)), "the code of the set-up is used up");
        Assert.That((here.StatusCode, there.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task Anybody_may_set_one_up_with_the_password_make_new_recovery_codes_and_take_it_away()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        using var browser = await app.SignedIn("wang.li", Password);
        var page = await browser.Page("/account/factor");
        var (key, offer) = (page.QuerySelector("#key")!.TextContent.Replace(" ", ""), (page.QuerySelector("[name=Offered]") as IHtmlInputElement)!.Value);

        using var without = await browser.Submit("/account/factor", "form[action*=SetUp]", ("Code", app.Code(secret: key)), ("Offered", offer), ("Password", "wrong password"));
        using var set = await browser.Submit("/account/factor", "form[action*=SetUp]", ("Code", app.Code(secret: key)), ("Offered", offer), ("Password", Password));
        var first = (await set.Html()).QuerySelectorAll(".codes code").Select(c => c.TextContent).ToList();
        using var refused = await browser.Submit("/account/factor", "form[action*=Codes]", ("Password", "wrong password"));
        using var renewed = await browser.Submit("/account/factor", "form[action*=Codes]", ("Password", Password));
        var second = (await renewed.Html()).QuerySelectorAll(".codes code").Select(c => c.TextContent).ToList();
        using var stranger = app.Browser();
        using var step = await stranger.SignIn("wang.li", Password);
        using var old = await stranger.Submit("/sign-in/step", "form[action*=Code]", ("Code", first[0]));
        using var stays = await browser.Submit("/account/factor", "form[action*=Remove]", ("Password", "wrong password"));
        using var removed = await browser.Submit("/account/factor", "form[action*=Remove]", ("Password", Password));
        using var plain = await stranger.SignIn("wang.li", Password);

        Assert.That((without.StatusCode, set.StatusCode, renewed.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(first.Concat(second).Distinct().Count(), Is.EqualTo(20));
        Assert.That(step.Headers.Location!.OriginalString, Is.EqualTo("/sign-in/step"));
        Assert.That(old.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "new ones end the old");
        Assert.That((refused.StatusCode, stays.StatusCode, removed.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Redirect)));
        Assert.That(plain.Headers.Location!.OriginalString, Is.EqualTo("/"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_recovery_code"), Is.Zero, "they go with their factor");
    }

    [Test]
    public async Task An_administrator_cannot_take_it_away()
    {
        await using var app = await WithAdministrator();
        var (browser, _, _) = await SetUp(app);
        using (browser)
        {
            Assert.That((await browser.Page("/account/factor")).QuerySelector("form[action*=Remove]"), Is.Null);
            var id = await app.Value<long>("SELECT id FROM access_user");
            var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ResetFactor.Own(Password), new Person(id, "root.admin", null, Role.SecurityAdministrator)));
            Assert.That(refused.Problems.Single().Code, Is.EqualTo("factor.needed"));
        }
    }

    [Test]
    public async Task A_lost_one_is_reset_on_the_accounts_page_which_ends_its_sessions_and_is_recorded()
    {
        await using var app = await WithAdministrator();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        await app.HasFactor("wang.li");
        using var own = await app.SignedIn("wang.li", Password);
        using var root = await app.SignedIn("root.admin", Password);

        using var reset = await root.Submit("/accounts/wang.li", "form[action*=Factor]");
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        using var ended = await own.GetAsync("/account");
        using var plain = await own.SignIn("wang.li", Password);

        Assert.That(reset.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(plain.Headers.Location!.OriginalString, Is.EqualTo("/"), "without a code");
        Assert.That(await app.Value<string>("SELECT CONCAT(login, ' ', subject) FROM audit_record WHERE command = 'Access.ResetFactor' AND outcome = 'done'"), Is.EqualTo("root.admin account:wang.li"));
    }

    [Test]
    public async Task The_demonstration_shows_the_code_to_people_without_a_phone_and_nothing_else_does()
    {
        await using var demonstration = await App.Start(environment: "Development");
        using var browser = demonstration.Browser();
        using (await browser.SignIn("admin", Demonstration.Zone.Password)) { }
        var offered = await browser.Page("/sign-in/step");
        using var done = await browser.Submit("/sign-in/step", "form[action*=Factor]",
            ("Code", offered.QuerySelector("#demonstration-code")!.TextContent), ("Offered", (offered.QuerySelector("[name=Offered]") as IHtmlInputElement)!.Value));
        using var second = demonstration.Browser();
        using (await second.SignIn("admin", Demonstration.Zone.Password)) { }
        using var again = await second.Submit("/sign-in/step", "form[action*=Code]", ("Code", (await second.Page("/sign-in/step")).QuerySelector("#demonstration-code")!.TextContent));

        await demonstration.Send(new AddUser.Command("own.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        using var own = demonstration.Browser();
        using (await own.SignIn("own.admin", Password)) { }

        await using var production = await WithAdministrator();
        using var other = production.Browser();
        using (await other.SignIn("root.admin", Password)) { }

        Assert.That((done.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)), "twice in the same half minute");
        foreach (var nobodys in new[] { own, other }) Assert.That((await nobodys.Page("/sign-in/step")).QuerySelector("#demonstration-code"), Is.Null);
    }

    private static async Task<(HttpClient Browser, string Key, IReadOnlyList<string> Codes)> SetUp(App app)
    {
        var browser = app.Browser();
        using (await browser.SignIn("root.admin", Password)) { }
        var page = await browser.Page("/sign-in/step");
        var key = page.QuerySelector("#key")!.TextContent.Replace(" ", "");
        using var done = await browser.Submit("/sign-in/step", "form[action*=Factor]", ("Code", app.Code(secret: key)), ("Offered", (page.QuerySelector("[name=Offered]") as IHtmlInputElement)!.Value));
        return (browser, key, [.. (await done.Html()).QuerySelectorAll(".codes code").Select(c => c.TextContent)]);
    }

    private static async Task<App> WithAdministrator()
    {
        var app = await App.Start();
        await app.Send(new AddUser.Command("root.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        return app;
    }
}
