using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Access;

[Parallelizable(ParallelScope.All)]
internal sealed class TokenTests
{
    private const string Password = "long enough 2026";

    [Test]
    public async Task A_program_acts_as_the_owner_of_its_token()
    {
        await using var app = await WithReviewer();
        var token = await app.Token("reviewer", "报表");
        using var program = app.Http(token);

        var who = await program.GetFromJsonAsync<JsonElement>("/api/account");

        Assert.That(who.GetProperty("login").GetString(), Is.EqualTo("reviewer"));
        Assert.That(who.GetProperty("department").GetString(), Is.EqualTo("ZRZY"));
        Assert.That(who.GetProperty("roles").EnumerateArray().Select(r => r.GetString()), Is.EqualTo(new[] { "reviewer" }));
    }

    [Test]
    public async Task Only_its_hash_is_kept()
    {
        await using var app = await WithReviewer();
        var token = await app.Token("reviewer", "报表");

        Assert.That(token, Does.Match("^apv_[A-Za-z0-9_-]{43}$"));
        Assert.That(await app.Value<string>("SELECT hash FROM access_token"), Does.Match("^[0-9a-f]{64}$"));
    }

    [Test]
    public async Task It_lives_to_the_end_of_its_days_and_no_longer()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));

        app.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        var before = await Answer(program);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await Answer(program);

        Assert.That((before, after), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task A_revoked_token_ends_at_once_and_the_others_stay()
    {
        await using var app = await WithReviewer();
        using var first = app.Http(await app.Token("reviewer", "一"));
        using var second = app.Http(await app.Token("reviewer", "二"));

        using var revoked = await second.PostAsync("/api/account/tokens/一/revoke", null);

        Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Answer(first), await Answer(second)), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
    }

    [Test]
    public async Task The_tokens_of_a_closed_account_end_at_once_and_do_not_come_back_with_it()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));

        await app.Send(new DeactivateUser.Command("reviewer"));
        var closed = await Answer(program);
        await app.Send(new ReactivateUser.Command("reviewer"));
        var open = await Answer(program);

        Assert.That((closed, open), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task Other_roles_hold_with_the_next_request()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表", Scopes.All));
        await app.Send(new ChangeRoles.Command(null, [Role.SecurityAdministrator], "reviewer"));

        using var answer = await program.GetAsync("/api/accounts");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_token_does_what_it_is_for_and_never_more_than_its_owner_may()
    {
        await using var app = await WithReviewer();
        using var reads = app.Http(await app.Token("reviewer", "看", [Scope.Read]));
        using var handles = app.Http(await app.Token("reviewer", "办", [Scope.Cases]));
        using var everything = app.Http(await app.Token("reviewer", "全", Scopes.All));

        // Each knows who it is; whether there is a case X-01 it may only say who may handle one.
        foreach (var program in new[] { reads, handles, everything }) Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Sees(reads), await Handles(reads)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
        Assert.That((await Sees(handles), await Handles(handles)), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
        Assert.That((await Sees(everything), await Handles(everything)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        using var accounts = await everything.GetAsync("/api/accounts");
        Assert.That(accounts.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "the owner is no administrator");

        static async Task<HttpStatusCode> Sees(HttpClient program)
        {
            using var answer = await program.GetAsync("/api/cases");
            return answer.StatusCode;
        }

        static async Task<HttpStatusCode> Handles(HttpClient program)
        {
            using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            using var answer = await program.PostAsync("/api/cases/X-01/start-handling", body);
            return answer.StatusCode;
        }
    }

    [Test]
    public async Task It_approves_nothing_that_it_may_not_do()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("FGJX");
        await app.Project();
        var @case = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Approve(@case, "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(7));
        var asked = await app.Ask(new Modules.OneWindow.HandOut.Command("示例经办", new(2026, 3, 3), @case, LateReason: "漏登记"), Person.Clerk);
        using var cases = app.Http(await app.Token(Accounts.Supervisor, "一", [Scope.Cases]));
        using var both = app.Http(await app.Token(Accounts.Supervisor, "二", [Scope.Cases, Scope.Intake]));

        using var refused = await cases.PostAsync($"/api/requests/{asked}/approve", null);
        var pending = await app.Pending();
        using var done = await both.PostAsync($"/api/requests/{asked}/approve", null);

        Assert.That((refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Forbidden, "access.notInScope")));
        Assert.That((pending, done.StatusCode), Is.EqualTo((asked, HttpStatusCode.NoContent)));
    }

    [Test]
    public async Task The_door_and_the_request_each_ask_what_it_is_for()
    {
        await using var app = await WithReviewer();
        await using var scope = app.Services.CreateAsyncScope();
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        var door = Principal.Of(await Account.Get(scope.ServiceProvider.GetRequiredService<Db>(), "reviewer", default), TokenScheme.Name);
        door.Within([Scope.Read]);

        door.Sit(actor);
        await actor.As(actor.UserId, actor.Login, actor.OwnName, actor.Department, actor.Roles, null, null, () => Task.FromResult(true));

        Assert.That((door.May(Act.SeeWork), door.May(Act.HandleCase)), Is.EqualTo((true, false)));
        Assert.That((actor.May(Act.SeeWork), actor.May(Act.HandleCase)), Is.EqualTo((true, false)));
        Assert.That(actor.May(Act.HandleCase, new Place(actor.Department)), Is.False, "within reach, and not what the token is for");
        Assert.That(Assert.Throws<Refused>(() => actor.Demand(Act.HandleCase))!.Code(), Is.EqualTo("access.notInScope"));
    }

    [Test]
    public async Task A_token_that_may_only_read_changes_nothing_of_its_owners_account()
    {
        await using var app = await WithReviewer();
        using var reads = app.Http(await app.Token("reviewer", "看", [Scope.Read]));
        using var email = await reads.PostAsJsonAsync("/api/account/email", new { email = "thief@example.org" });
        using var revoke = await reads.PostAsync("/api/account/tokens/看/revoke", null);

        Assert.That((email.StatusCode, revoke.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task An_administrators_is_made_after_the_second_factor_and_no_other_serves_one()
    {
        await using var app = await WithReviewer();
        await app.Send(new AddUser.Command("root", "管理员", null, [Role.SecurityAdministrator], Password));
        using var reviewer = await app.SignedIn("reviewer", Password);
        using var page = await reviewer.Submit("/account", "form[action*=Create]", ("Name", "以前"), ("Scopes", "Read"), ("Scopes", "Administration"));
        using var before = app.Http((await page.Html()).QuerySelector(".notice code")!.TextContent);
        using var root = await app.SignedIn("root", Password);
        await app.Send(new ChangeRoles.Command(null, [Role.AuditAdministrator], "reviewer"));

        var bare = Assert.ThrowsAsync<Refused>(() => app.Token("root", "一", hasFactor: false))!;
        var onTheCommandLine = Assert.ThrowsAsync<Refused>(() => app.Send(new CreateToken.For("root", "二", 90)))!;
        using var old = await before.GetAsync("/api/account");
        using var made = await root.Submit("/account", "form[action*=Create]", ("Name", "三"), ("Scopes", "Read"), ("Scopes", "Administration"));
        using var program = app.Http((await made.Html()).QuerySelector(".notice code")!.TextContent);
        using var listed = await program.GetAsync("/api/accounts");

        Assert.That((bare.Problems.Single().Code, onTheCommandLine.Problems.Single().Code), Is.EqualTo(("token.factorNeeded", "token.factorNeeded")));
        Assert.That((old.StatusCode, listed.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
    }

    /// <summary>From the matrix: whoever asks for approvals or gives them. Otherwise one shell would be both of two persons.</summary>
    [Test]
    public async Task On_the_command_line_none_is_made_for_whoever_asks_for_approvals_or_gives_them()
    {
        await using var app = await App.Start();
        var made = new List<Role>();
        foreach (var role in Enum.GetValues<Role>().Except(Permissions.Administrators))
        {
            var login = $"is.{role}".ToLowerInvariant();
            await app.Send(new AddUser.Command(login, "某人", "ZRZY", [role], Password));
            try
            {
                await app.Send(new CreateToken.For(login, "cli", 30));
                made.Add(role);
            }
            catch (Refused refused) when (refused.Code() == "token.byItsOwner")
            {
            }
        }

        var ofTwoPersons = Permissions.Matrix[Act.AskApproval].Concat(Permissions.Matrix[Act.Countersign]).Select(g => g.Role);
        Assert.That(made, Is.EquivalentTo(Enum.GetValues<Role>().Except(Permissions.Administrators).Except(ofTwoPersons)).And.Contain(Role.Auditor));
    }

    [Test]
    public async Task Administration_is_in_a_token_only_where_it_was_asked_for()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("root", "管理员", null, [Role.SecurityAdministrator], Password));
        using var usual = app.Http(await app.Token("root", "一"));
        using var asked = app.Http(await app.Token("root", "二", [Scope.Administration]));
        using var without = await usual.GetAsync("/api/accounts");
        using var with = await asked.GetAsync("/api/accounts");

        Assert.That((without.StatusCode, with.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK)));
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Token("root", "三", [])).Problems.Single().Field, Is.EqualTo("scopes"));
    }

    [Test]
    public async Task Its_owner_sees_what_it_is_for_and_when_it_was_used_last()
    {
        await using var app = await WithReviewer();
        using var browser = await app.SignedIn("reviewer", Password);
        using var made = await browser.Submit("/account", "form[action*=Create]", ("Name", "报表"), ("Days", "30"), ("Scopes", "Land"));
        using var program = app.Http((await made.Html()).QuerySelector("code")!.TextContent);
        var before = (await browser.Page("/account")).QuerySelector("[aria-labelledby=tokens] tbody tr")!.TextContent;
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        await Answer(program);

        var row = (await browser.Page("/account")).QuerySelector("[aria-labelledby=tokens] tbody tr")!.TextContent;

        Assert.That(before, Does.Contain("土地交付").And.Contain("从未"));
        Assert.That(row, Does.Contain("2026-03-02 09:20"));
    }

    [Test]
    public async Task Nobody_sees_or_revokes_anothers()
    {
        await using var app = await WithReviewer();
        await app.Send(new AddUser.Command("other", "另一人", "ZRZY", [Role.Reviewer], Password));
        using var own = app.Http(await app.Token("reviewer", "一"));
        using var others = app.Http(await app.Token("other", "二"));

        var seen = await own.GetFromJsonAsync<JsonElement>("/api/account/tokens");
        using var revoked = await own.PostAsync("/api/account/tokens/二/revoke", null);

        Assert.That(seen.EnumerateArray().Select(t => t.GetProperty("name").GetString()), Is.EqualTo(new[] { "一" }));
        Assert.That((revoked.StatusCode, await Answer(others)), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    [TestCase("apv_0000000000000000000000000000000000000000000")]
    [TestCase("nonsense")]
    [TestCase("' OR 1=1 --")]
    public async Task A_made_up_token_is_refused(string token)
    {
        await using var app = await WithReviewer();
        using var program = app.Http();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_token_opens_no_page()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));
        using var answer = await program.GetAsync("/account");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Its_owner_makes_one_on_the_account_page_sees_it_once_and_revokes_it_there()
    {
        await using var app = await WithReviewer();
        using var browser = await app.SignedIn("reviewer", Password);

        using var made = await browser.Submit("/account", "form[action*=Create]", ("Name", "报表"), ("Days", "30"));
        var token = (await made.Html()).QuerySelector("code")!.TextContent;
        using var program = app.Http(token);
        var works = await Answer(program);
        var later = await browser.Page("/account");
        using var revoked = await browser.Submit("/account", "form[action*=Revoke]");

        Assert.That(works, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(made.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(later.DocumentElement.OuterHtml, Does.Contain("报表").And.Not.Contain(token));
        Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("", 90, "name")]
    [TestCase("报表", 0, "days")]
    [TestCase("报表", 367, "days")]
    public async Task Bad_input_is_refused_with_the_field_at_fault(string name, int days, string field)
    {
        await using var app = await WithReviewer();
        var refused = Assert.ThrowsAsync<Refused>(() => app.Token("reviewer", name, days: days));
        Assert.That(refused.Problems.Single().Field, Is.EqualTo(field));
    }

    [Test]
    public async Task None_is_made_for_a_closed_account_nor_serves_one()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));
        await app.Change("UPDATE access_user SET is_active = 0"); // closing it would revoke them, too

        Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await app.Refusal(new CreateToken.For("reviewer", "又一个", 90), Person.System)).Code(), Is.EqualTo("account.closed"));
    }

    [Test]
    public async Task A_request_of_the_same_minutes_writes_nothing()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));
        async Task<DateTime> Used()
        {
            await Answer(program);
            return await app.Value<DateTime>("SELECT used_at FROM access_token");
        }

        var first = await Used();
        app.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        var soon = await Used();
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await Used();

        Assert.That((soon - first, later - first), Is.EqualTo((TimeSpan.Zero, TimeSpan.FromMinutes(10))));
    }

    [Test]
    public async Task All_of_an_account_end_when_its_password_is_set_anew_which_is_none_of_the_common_ones()
    {
        await using var app = await WithReviewer();
        using var program = app.Http(await app.Token("reviewer", "报表"));

        var common = await app.Refusal(new ResetPassword.Command("password2026", "reviewer"), Person.SecurityAdministrator);
        var before = await Answer(program);
        await app.Send(new ResetPassword.Command("told face to face", "reviewer"), Person.SecurityAdministrator);
        await app.Change("UPDATE access_user SET must_change_password = 0"); // as once its owner has chosen another

        Assert.That((common.Code(), before), Is.EqualTo(("password.common", HttpStatusCode.OK)));
        Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Two_live_tokens_have_two_names()
    {
        await using var app = await WithReviewer();
        await app.Token("reviewer", "报表");
        Assert.ThrowsAsync<Refused>(() => app.Token("reviewer", "报表"));
        await app.Send(new RevokeToken.For("reviewer", "报表"));
        Assert.That(async () => await app.Token("reviewer", "报表"), Throws.Nothing);
    }

    /// <summary>Two at once cannot both look first: the index is what holds.</summary>
    [Test]
    public async Task The_data_itself_refuses_a_second_live_token_of_one_name_and_one_that_has_expired_hinders_nobody()
    {
        await using var app = await WithReviewer();
        await app.Token("reviewer", "报表", days: 1);
        var twice = Assert.CatchAsync(() => app.Change("INSERT INTO access_token (id, user_id, name, hash, created_at, expires_at, scopes) SELECT id + 1, user_id, name, 'another', created_at, expires_at, scopes FROM access_token"));
        app.Clock.Advance(TimeSpan.FromDays(1));
        using var program = app.Http(await app.Token("reviewer", "报表"));

        Assert.That(twice, Is.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await Answer(program), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_token WHERE revoked_at IS NULL"), Is.EqualTo(1));
    }

    private static async Task<App> WithReviewer()
    {
        var app = await App.Start();
        await app.Send(new AddUser.Command("reviewer", "经办人", "ZRZY", [Role.Reviewer], Password));
        return app;
    }

    private static async Task<HttpStatusCode> Answer(HttpClient program)
    {
        using var answer = await program.GetAsync("/api/account");
        return answer.StatusCode;
    }
}
