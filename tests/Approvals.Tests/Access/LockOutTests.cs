using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using Dapper;
using MediatR;

namespace Approvals.Tests.Access;

/// <summary>Guessing is hopeless, and keeps nobody out of an account of one's own.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LockOutTests
{
    private const string Password = "long enough 2026";
    private const string Stranger = "203.0.113.9";

    private enum Guess
    {
        Right,

        /// <summary>Compared with the password, which costs a hash.</summary>
        Compared,

        /// <summary>Turned away without a look.</summary>
        Rested,
    }

    [Test]
    public async Task Ten_thousand_guesses_are_held_to_the_rule_and_the_rightful_user_gets_back_in()
    {
        await using var app = await WithClerk();
        using var known = await app.SignedIn("wang.li", Password);
        var compared = 0;
        for (var guess = 1; guess <= 10_000; guess++)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(5));
            if (await Try(app, "wang.li", $"guess number {guess}") == Guess.Compared) compared++;

            // Meanwhile, from the browser that has been used before: at any time.
            if (guess is 100 or 5_000 or 9_999)
            {
                using var answer = await known.SignIn("wang.li", Password);
                Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), $"in a known browser after {guess} guesses");
            }

            // And from one that nobody knows, elsewhere.
            if (guess == 5_001) Assert.That(await Try(app, "wang.li", Password, "198.51.100.7"), Is.EqualTo(Guess.Right));
        }

        var records = await app.Value<int>("SELECT COUNT(*) FROM audit_record WHERE command = 'Access.SignIn' AND outcome <> 'done'");
        app.Clock.Advance(TimeSpan.FromMinutes(61));
        var afterwards = await Try(app, "wang.li", Password);

        // Nearly fourteen hours: five, then one after 1, 5 and 15 minutes, then one an hour.
        Assert.That(compared, Is.InRange(20, 22));
        Assert.That(records, Is.EqualTo(compared), "who guesses on does not fill the record");
        Assert.That(afterwards, Is.EqualTo(Guess.Right), "from the strangers own address, once it is quiet");
    }

    [Test]
    public async Task The_rest_grows_from_one_minute_to_an_hour()
    {
        await using var app = await WithClerk();
        for (var i = 0; i < 5; i++) Assert.That(await Try(app, "wang.li", "wrong password"), Is.EqualTo(Guess.Compared));
        foreach (var minutes in new[] { 1, 5, 15, 60, 60 })
        {
            var said = Assert.ThrowsAsync<Refused>(() => Send(app, "wang.li", Password, Stranger)).Problems.Single().Message.En;
            Assert.That(said, Does.Contain($" {minutes} min"), "it says how long it rests");
            app.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.That(await Try(app, "wang.li", Password), Is.EqualTo(Guess.Rested), $"{minutes} minutes are not over");
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.That(await Try(app, "wang.li", "wrong password"), Is.EqualTo(Guess.Compared), $"{minutes} minutes are over");
        }
    }

    [Test]
    public async Task Four_wrong_passwords_and_a_right_one_start_the_count_again()
    {
        await using var app = await WithClerk();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++) await Try(app, "wang.li", "wrong password");
            Assert.That(await Try(app, "wang.li", Password), Is.EqualTo(Guess.Right));
        }
    }

    [Test]
    public async Task A_day_without_a_guess_forgets_them_and_less_does_not()
    {
        await using var app = await WithClerk();
        var guesses = new List<Guess>();
        for (var i = 0; i < 4; i++) await Try(app, "wang.li", "wrong password");
        app.Clock.Advance(TimeSpan.FromDays(1));
        for (var i = 0; i < 4; i++) guesses.Add(await Try(app, "wang.li", "wrong password"));
        app.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        guesses.Add(await Try(app, "wang.li", "wrong password"));

        Assert.That(guesses, Is.All.EqualTo(Guess.Compared));
        Assert.That(await Try(app, "wang.li", Password), Is.EqualTo(Guess.Rested), "the fifth in a row");
    }

    [Test]
    public async Task However_a_login_is_typed_it_is_one_and_what_can_be_none_counts_nowhere()
    {
        await using var app = await WithClerk();
        var none = new List<Guess>();
        foreach (var (login, password) in new[] { ("", Password), (new string('x', 41), Password), ("wang.li", ""), ("wang.li", new string('x', 201)) }) none.Add(await Try(app, login, password));
        var counted = await app.Value<int>("SELECT COUNT(*) FROM access_attempt");
        foreach (var login in new[] { "wang.li", "WANG.LI", " Wang.Li ", "wang.LI", "Wang.li" }) await Try(app, login, "wrong password");

        Assert.That(none, Is.All.EqualTo(Guess.Compared), "and the answer is the same");
        Assert.That(counted, Is.Zero);
        Assert.That(await Try(app, "wang.li", Password), Is.EqualTo(Guess.Rested));
    }

    /// <summary>Guesses are counted by what was typed: were a login found by another spelling too, each spelling would have guesses of its own.</summary>
    [Test]
    public async Task A_login_that_the_database_alone_takes_for_another_is_nobodys()
    {
        await using var app = await WithClerk();
        await app.ComparesLoosely("login nvarchar(40)");
        if (App.Server is null) await app.Change("UPDATE access_user SET login = 'Wang.Li'");
        var spelled = App.Server is null ? "wang.li" : "ｗang.li";

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user WHERE login = @spelled", new { spelled }), Is.EqualTo(1), "the database finds it");
        Assert.That(await Try(app, spelled, Password), Is.EqualTo(Guess.Compared), "and nobody gets in by it");
    }

    [Test]
    public async Task The_own_password_is_guessed_no_more_often_at_an_open_screen()
    {
        await using var app = await WithClerk();
        var own = new Person(await app.Value<long>("SELECT id FROM access_user"), "wang.li", null, Role.WindowClerk);
        var said = new List<string>();
        async Task Change(string current) => said.Add((await Scene.RefusalOf(() => app.Send(new ChangePassword.Command(current, "another fine one 7"), own))).Code());

        for (var i = 0; i < Attempts.Free; i++) await Change("wrong password");
        await Change(Password);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(said, Is.EqualTo(Enumerable.Repeat("password.wrong", Attempts.Free).Append(Attempts.RestingCode)));
        Assert.That((await app.Refusal(new ChangePassword.Command(Password, "password2026"), own)).Code(), Is.EqualTo("password.common"));
        Assert.That(async () => await app.Send(new ChangePassword.Command(Password, "another fine one 7"), own), Throws.Nothing);
        var meanwhile = await app.Refusal(new ChangePassword.Store(own.Id, "the hash of before", "another hash"), own);
        Assert.That(meanwhile.Code(), Is.EqualTo("password.changed"), "what was changed meanwhile is not overwritten");
    }

    [Test]
    public async Task A_hundred_guesses_at_once_gain_nothing()
    {
        await using var app = await WithClerk();
        var guesses = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Try(app, "wang.li", $"guess number {i}")));
        Assert.That(guesses.Count(g => g == Guess.Compared), Is.LessThanOrEqualTo(Attempts.Free).And.Positive);
    }

    [Test]
    public async Task Guesses_from_everywhere_at_one_login_are_held_too()
    {
        await using var app = await WithClerk();
        using var known = await app.SignedIn("wang.li", Password);
        var compared = 0;
        for (var address = 0; address < 300; address++)
            if (await Try(app, "wang.li", "wrong password", $"198.51.{address / 250}.{address % 250}") == Guess.Compared) compared++;
        using var owner = await known.SignIn("wang.li", Password);

        Assert.That(compared, Is.EqualTo(20));
        Assert.That(owner.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task One_address_that_tries_a_password_on_every_login_is_held_and_a_known_browser_behind_it_is_not()
    {
        await using var app = await WithClerk();
        using var known = await app.SignedIn("wang.li", Password);
        var compared = 0;
        for (var login = 0; login < 100; login++)
            if (await Try(app, $"somebody.{login}", "wrong password", "127.0.0.1") == Guess.Compared) compared++;
        var unknown = await Try(app, "wang.li", Password, "127.0.0.1");
        using var owner = await known.SignIn("wang.li", Password);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = await Try(app, "wang.li", Password, "127.0.0.1");

        Assert.That(compared, Is.EqualTo(30));
        Assert.That((unknown, later), Is.EqualTo((Guess.Rested, Guess.Right)), "it is forgiven one a minute");
        Assert.That(owner.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task An_address_is_forgiven_one_guess_a_minute()
    {
        await using var app = await App.Start();
        for (var login = 0; login < 29; login++) await Try(app, $"somebody.{login}", "wrong password");
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        var guesses = new List<Guess>();
        for (var login = 29; login < 41; login++) guesses.Add(await Try(app, $"somebody.{login}", "wrong password"));

        Assert.That(guesses, Is.EqualTo(Enumerable.Repeat(Guess.Compared, 11).Append(Guess.Rested)));
    }

    [TestCase("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", true, Description = "of one network of IPv6")]
    [TestCase("2001:db8:1:2::7", "2001:db8:1:3::7", false)]
    [TestCase("::ffff:203.0.113.9", "203.0.113.9", true, Description = "the same host, by the other protocol")]
    [TestCase("::ffff:203.0.113.9", "::ffff:203.0.113.10", false)]
    public void An_address_is_a_host_or_the_network_of_one(string one, string other, bool same) =>
        Assert.That(Attempts.Login("wang.li", one, null).SequenceEqual(Attempts.Login("wang.li", other, null)), Is.EqualTo(same));

    /// <summary>They share the count of the address, and are as many as it lets begin. Two at one moment meet on a server alone: SQLite has one writer.</summary>
    [Test]
    public async Task A_hall_that_begins_its_day_at_once_behind_one_address_gets_in()
    {
        await using var app = await App.Start();
        foreach (var n in Enumerable.Range(0, 29)) await app.Send(new AddUser.Store($"early.{n}", "窗口人员", null, [Role.WindowClerk], app.Hash(Password), false));
        var guesses = await Task.WhenAll(Enumerable.Range(0, 29).Select(n => Try(app, $"early.{n}", Password)));

        Assert.That(guesses, Is.All.EqualTo(Guess.Right));
        Assert.That(await app.Value<int>("SELECT SUM(wrong) FROM access_attempt"), Is.Zero);
    }

    /// <summary>Here a trigger is those others: they count at the address between the look and the count.</summary>
    [Test]
    public async Task Who_is_counted_beside_others_at_the_address_gets_in_and_none_of_them_is_forgotten()
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        await using var app = await WithClerk();
        await Try(app, "another", "wrong password");
        await using (var database = app.Writing())
        {
            await database.ExecuteAsync("""
                CREATE TRIGGER others AFTER INSERT ON access_attempt WHEN NEW.login IS NOT NULL BEGIN
                    UPDATE access_attempt SET wrong = wrong + 10 WHERE login IS NULL;
                END
                """);
        }

        var guess = await Try(app, "wang.li", Password);

        Assert.That(guess, Is.EqualTo(Guess.Right));
        Assert.That(await app.Value<int>("SELECT wrong FROM access_attempt WHERE login IS NULL"), Is.EqualTo(21), "one before, and twice ten");
    }

    [Test]
    public async Task Who_can_never_be_counted_is_told_to_try_again_and_no_password_is_compared()
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        await using var app = await WithClerk();
        await Try(app, "another", "wrong password");
        await using (var database = app.Writing())
        {
            await database.ExecuteAsync("""
                CREATE TRIGGER others BEFORE UPDATE ON access_attempt BEGIN
                    SELECT RAISE(IGNORE);
                END
                """);
        }

        var refused = Assert.ThrowsAsync<Refused>(() => Send(app, "wang.li", Password, Stranger))!;

        Assert.That((refused.Problems.Single().Code, refused.Status), Is.EqualTo(("signIn.busy", RefusedAs.Conflict)));
    }

    [Test]
    public async Task A_known_browser_is_held_by_itself()
    {
        await using var app = await WithClerk();
        using var known = await app.SignedIn("wang.li", Password);
        for (var i = 0; i < Attempts.Free; i++)
            using (await known.SignIn("wang.li", "wrong password")) { }
        using var here = await known.SignIn("wang.li", Password);

        Assert.That(here.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await here.Html()).QuerySelector(".errors h2")!.TextContent, Does.Contain("1 分钟"));
        Assert.That(await Try(app, "wang.li", Password), Is.EqualTo(Guess.Right), "elsewhere nobody guessed");
    }

    [Test]
    public async Task A_browser_is_known_to_the_last_eight_and_for_half_a_year()
    {
        await using var app = await WithClerk();
        using var browser = await app.SignedIn("wang.li", Password);
        foreach (var n in Enumerable.Range(2, 8))
        {
            await app.Send(new AddUser.Command($"clerk.{n}", "窗口人员", null, [Role.WindowClerk], Password));
            using var answer = await browser.SignIn($"clerk.{n}", Password);
        }

        // Whom a stranger keeps resting gets in where the browser is known, and nowhere else.
        async Task<HttpStatusCode> Held(string login)
        {
            for (var i = 0; i < Attempts.Free; i++) await Try(app, login, "wrong password", "127.0.0.1");
            using var answer = await browser.SignIn(login, Password);
            return answer.StatusCode;
        }

        var (first, second) = (await Held("wang.li"), await Held("clerk.2"));
        app.Clock.Advance(TimeSpan.FromDays(179));
        var third = await Held("clerk.3");
        app.Clock.Advance(TimeSpan.FromDays(1));
        var fourth = await Held("clerk.4");

        Assert.That((first, second), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Redirect)), "the ninth before");
        Assert.That((third, fourth), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Conflict)));
    }

    [Test]
    public async Task A_made_up_cookie_makes_no_browser_known()
    {
        await using var app = await WithClerk();
        using var own = await app.SignedIn("wang.li", Password);
        await app.Send(new AddUser.Command("another", "别人", null, [Role.Auditor], Password));
        using var others = await app.SignedIn("another", Password);
        for (var i = 0; i < Attempts.Free; i++) await Try(app, "wang.li", "wrong password", "127.0.0.1");

        using var stranger = app.Browser();
        stranger.DefaultRequestHeaders.Add("Cookie", "approvals-device=bm90IHNlYWxlZA");
        using var forged = await stranger.SignIn("wang.li", Password);
        using var foreign = await others.SignIn("wang.li", Password);
        using var right = await own.SignIn("wang.li", Password);

        Assert.That((forged.StatusCode, foreign.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)), "a browser is known to those who have signed in with it");
        Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_login_that_does_not_exist_rests_like_one_that_does()
    {
        await using var app = await WithClerk();
        var said = new List<string>();
        foreach (var login in new[] { "wang.li", "nobody.here" })
        {
            for (var i = 0; i < Attempts.Free; i++) await Try(app, login, "wrong password", $"{login}");
            said.Add(Assert.ThrowsAsync<Refused>(() => Send(app, login, "wrong password", login)).Problems.Single().Message.En);
        }

        Assert.That(said[0], Is.EqualTo(said[1]));
        Assert.That(string.Concat(await app.Rows<string>("SELECT counter FROM access_attempt")), Does.Not.Contain("wang").And.Not.Contain("nobody"));
    }

    [Test]
    public async Task An_administrator_who_sets_a_new_password_lets_its_owner_in_at_once()
    {
        await using var app = await WithClerk();
        for (var i = 0; i < 20; i++) await Try(app, "wang.li", "wrong password", $"198.51.100.{i}");
        var resting = await Try(app, "wang.li", Password, "198.51.100.200");

        await app.Send(new ResetPassword.Command("told face to face", "wang.li"), Person.SecurityAdministrator);

        Assert.That(resting, Is.EqualTo(Guess.Rested));
        Assert.That(await Try(app, "wang.li", "told face to face", "198.51.100.200"), Is.EqualTo(Guess.Right));
    }

    [Test]
    public async Task It_ends_the_rest_at_an_open_screen_too()
    {
        await using var app = await WithClerk();
        var own = new Person(await app.Value<long>("SELECT id FROM access_user"), "wang.li", null, Role.WindowClerk);
        Task<Refused> Refusal(string current) => app.Refusal(new ChangePassword.Command(current, "another fine one 7"), own);
        for (var i = 0; i < Attempts.Free; i++) await Refusal("wrong password");
        var rests = (await Refusal(Password)).Code();

        await app.Send(new ResetPassword.Command("told face to face", "wang.li"), Person.SecurityAdministrator);

        Assert.That(rests, Is.EqualTo(Attempts.RestingCode));
        Assert.That(async () => await app.Send(new ChangePassword.Command("told face to face", "another fine one 7"), own), Throws.Nothing);
    }

    /// <summary>Who has mistyped at her own desk rests there, and in her own browser, and need not wait once she has a new one.</summary>
    [Test]
    public async Task It_lets_her_in_where_she_mistyped_and_in_the_browser_that_knows_her_and_forgives_nobody_else()
    {
        await using var app = await WithClerk();
        using var known = await app.SignedIn("wang.li", Password);
        using var left = await known.Submit("/account", ".who form");
        for (var i = 0; i < Attempts.Free; i++)
        {
            await Try(app, "wang.li", "wrong password");
            await Try(app, "another", "wrong password", "198.51.100.1");
            using var mistyped = await known.SignIn("wang.li", "wrong password");
        }

        using var restsToo = await known.SignIn("wang.li", Password);
        var (rests, anothers) = (await Try(app, "wang.li", Password), await Try(app, "another", Password, "198.51.100.1"));

        await app.Send(new ResetPassword.Command("told face to face", "wang.li"), Person.SecurityAdministrator);
        using var inHerBrowser = await known.SignIn("wang.li", "told face to face");

        Assert.That((rests, anothers, restsToo.StatusCode), Is.EqualTo((Guess.Rested, Guess.Rested, HttpStatusCode.Conflict)));
        Assert.That(await Try(app, "wang.li", "told face to face"), Is.EqualTo(Guess.Right), "at her own desk");
        Assert.That(inHerBrowser.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await Try(app, "another", Password, "198.51.100.1"), Is.EqualTo(Guess.Rested));
    }

    [Test]
    public async Task What_is_over_is_forgotten()
    {
        await using var app = await WithClerk();
        for (var i = 0; i < 20; i++) await Try(app, $"somebody.{i}", "wrong password", $"198.51.100.{i}");
        app.Clock.Advance(TimeSpan.FromHours(25));
        await Try(app, "wang.li", "wrong password");

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_attempt"), Is.EqualTo(3), "the login, the login there, the address");
    }

    private static async Task<Guess> Try(App app, string login, string password, string address = Stranger)
    {
        try
        {
            await Send(app, login, password, address);
            return Guess.Right;
        }
        catch (Refused refused)
        {
            return refused.Problems.Single().Code == "signIn.wrong" ? Guess.Compared : Guess.Rested;
        }
    }

    /// <summary>As the sign-in page sends it.</summary>
    private static async Task Send(App app, string login, string password, string address)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().ComesFrom("page", address);
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SignIn.Query(login, password));
    }

    private static async Task<App> WithClerk()
    {
        var app = await App.Start();
        await app.Send(new AddUser.Command("wang.li", "窗口人员", null, [Role.WindowClerk], Password));
        return app;
    }
}
