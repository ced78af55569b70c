using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
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
        var token = (await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token;
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
        var token = (await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token;

        Assert.That(token, Does.Match("^apv_[A-Za-z0-9_-]{43}$"));
        Assert.That(await app.Value<string>("SELECT hash FROM access_token"), Does.Match("^[0-9a-f]{64}$"));
    }

    [Test]
    public async Task It_lives_to_the_end_of_its_days_and_no_longer()
    {
        await using var app = await WithReviewer();
        using var program = app.Http((await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token);

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
        using var first = app.Http((await app.Send(new CreateToken.For("reviewer", "一", 90))).Token);
        using var second = app.Http((await app.Send(new CreateToken.For("reviewer", "二", 90))).Token);

        using var revoked = await second.PostAsync("/api/account/tokens/一/revoke", null);

        Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Answer(first), await Answer(second)), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
    }

    [Test]
    public async Task The_tokens_of_a_closed_account_end_at_once_and_do_not_come_back_with_it()
    {
        await using var app = await WithReviewer();
        using var program = app.Http((await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token);

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
        using var program = app.Http((await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token);
        await app.Send(new ChangeRoles.Command(null, [Role.SecurityAdministrator], "reviewer"));

        using var answer = await program.GetAsync("/api/accounts");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
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
        using var program = app.Http((await app.Send(new CreateToken.For("reviewer", "报表", 90))).Token);
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
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new CreateToken.For("reviewer", name, days)));
        Assert.That(refused.Problems.Single().Field, Is.EqualTo(field));
    }

    [Test]
    public async Task Two_live_tokens_have_two_names()
    {
        await using var app = await WithReviewer();
        await app.Send(new CreateToken.For("reviewer", "报表", 90));
        Assert.ThrowsAsync<Refused>(() => app.Send(new CreateToken.For("reviewer", "报表", 90)));
        await app.Send(new RevokeToken.For("reviewer", "报表"));
        Assert.That(async () => await app.Send(new CreateToken.For("reviewer", "报表", 90)), Throws.Nothing);
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
