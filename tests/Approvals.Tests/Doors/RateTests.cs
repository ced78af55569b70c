using System.Net;
using System.Text;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;

namespace Approvals.Tests.Doors;

/// <summary>Who asks too often waits; who works at a desk never meets it.</summary>
internal sealed class RateTests
{
    private static Dictionary<string, string?> With(params (string Rate, string Value)[] rates) =>
        new(rates.Select(r => KeyValuePair.Create($"Rates:{r.Rate}", (string?)r.Value))) { ["Proxy:Networks"] = "127.0.0.1", ["AllowedHosts"] = "127.0.0.1" };

    [Test]
    public async Task Guessing_at_the_sign_in_from_one_address_is_held_up_and_another_address_is_not()
    {
        await using var app = await App.Start(chosen: With(("SignIn", "5")));
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = app.Address };
        async Task<HttpResponseMessage> Guess(string from) => await client.SendAsync(Ask(HttpMethod.Post, "/sign-in", from));

        for (var i = 0; i < 5; i++) Assert.That((await Guess("203.0.113.1")).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        using var held = await Guess("203.0.113.1");
        using var other = await Guess("203.0.113.2");

        Assert.That(held.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(held.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(await held.Content.ReadAsStringAsync(), Does.Contain("请求过于频繁"));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Looking_up_by_guesses_is_held_up_on_the_page_and_in_the_api_together_in_the_callers_language()
    {
        await using var app = await App.Start(chosen: With(("LookUp", "4")));
        using var client = app.Http();
        async Task<HttpResponseMessage> Look()
        {
            var request = Ask(HttpMethod.Post, "/api/public/progress", "203.0.113.1");
            request.Content = new StringContent("""{"number":"20260302-AAAAA","code":"00000000"}""", Encoding.UTF8, "application/json");
            request.Headers.AcceptLanguage.ParseAdd("en");
            return await client.SendAsync(request);
        }

        for (var i = 0; i < 3; i++) Assert.That((await Look()).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using var page = await client.SendAsync(Ask(HttpMethod.Post, "/progress", "203.0.113.1"));
        using var held = await Look();

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "no token of the form, but counted");
        Assert.That(held.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(await held.Content.ReadAsStringAsync(), Does.Contain("rate.exceeded").And.Contain("Too many requests"));
    }

    [Test]
    public async Task Secret_addresses_of_calendars_are_not_guessed_without_end()
    {
        await using var app = await App.Start(chosen: With(("LookUp", "4")));
        using var client = app.Http();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++) answers.Add((await client.SendAsync(Ask(HttpMethod.Get, $"/api/public/feed/guess{i}.ics", "203.0.113.1"))).StatusCode);
        using var other = await client.SendAsync(Ask(HttpMethod.Get, "/api/public/feed/guess.ics", "203.0.113.2"));

        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests }));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase(7)]
    [TestCase(60)]
    [TestCase(90)]
    [TestCase(119)]
    [TestCase(600)]
    [TestCase(3000)]
    public void As_many_come_in_again_in_a_minute_as_the_setting_says(int aMinute)
    {
        var options = Approvals.Web.Rates.Filling(aMinute);
        Assert.That(options.TokensPerPeriod * (TimeSpan.FromMinutes(1) / options.ReplenishmentPeriod), Is.EqualTo(aMinute).Within(0.01));
        Assert.That(options.ReplenishmentPeriod, Is.GreaterThan(TimeSpan.FromSeconds(0.5)), "a tick of its own for each token costs too much");
    }

    [Test]
    public async Task Made_up_tokens_are_held_up_before_they_fill_the_record()
    {
        await using var app = await App.Start(chosen: With(("BadToken", "5")));
        using var client = app.Http("apv_nobody");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++) answers.Add((await client.SendAsync(Ask(HttpMethod.Get, "/api/account", "203.0.113.1"))).StatusCode);

        Assert.That(answers.Take(5), Has.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answers[^1], Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task One_account_cannot_take_the_whole_server_and_does_not_slow_another()
    {
        await using var app = await App.Start(environment: "Development", chosen: new Dictionary<string, string?> { ["Rates:Account"] = "10" });
        using var busy = app.Http(await app.Token("clerk", "busy", Scopes.All));
        using var calm = app.Http(await app.Token("agent", "calm", Scopes.All));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++) answers.Add((await busy.GetAsync("/api/account")).StatusCode);
        using var other = await calm.GetAsync("/api/account");

        Assert.That(answers.Take(10), Has.All.EqualTo(HttpStatusCode.OK));
        Assert.That(answers, Has.Member(HttpStatusCode.TooManyRequests));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task One_address_cannot_take_the_whole_server_whoever_asks_from_it()
    {
        await using var app = await App.Start(chosen: With(("Address", "6")));
        using var client = app.Http();
        async Task<HttpStatusCode> Read(string from) => (await client.SendAsync(Ask(HttpMethod.Get, "/sign-in", from))).StatusCode;
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++) answers.Add(await Read("203.0.113.1"));

        Assert.That(answers.Take(6), Has.All.EqualTo(HttpStatusCode.OK));
        Assert.That(answers, Has.Member(HttpStatusCode.TooManyRequests));
        Assert.That(await Read("203.0.113.2"), Is.EqualTo(HttpStatusCode.OK), "another address");
    }

    [Test]
    public async Task A_machine_does_not_multiply_itself_by_the_addresses_of_its_network()
    {
        await using var app = await App.Start(chosen: With(("SignIn", "3")));
        using var client = app.Http();
        var answers = new List<HttpStatusCode>();
        for (var i = 1; i <= 5; i++) answers.Add((await client.SendAsync(Ask(HttpMethod.Post, "/sign-in", $"2001:db8:1:2::{i}"))).StatusCode);
        using var elsewhere = await client.SendAsync(Ask(HttpMethod.Post, "/sign-in", "2001:db8:1:3::1"));

        Assert.That(answers.Take(3), Has.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answers, Has.Member(HttpStatusCode.TooManyRequests));
        Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "another network");
    }

    /// <summary>With the rates as they ship: three hundred pages as fast as they come, more than anybody reads in ten minutes.</summary>
    [Test]
    public async Task A_day_at_the_desk_never_meets_a_limit()
    {
        var shipped = typeof(Approvals.Web.Rates).GetProperties().ToDictionary(p => $"Rates:{p.Name}", _ => (string?)"");
        await using var app = await App.Start(environment: "Development", chosen: shipped);
        using var clerk = await app.SignedIn("clerk");
        for (var i = 0; i < 300; i++)
        {
            using var answer = await clerk.GetAsync("/account");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), $"page {i}");
        }
    }

    private static HttpRequestMessage Ask(HttpMethod method, string url, string from)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", from);
        if (method == HttpMethod.Post) request.Content = new FormUrlEncodedContent([]);
        return request;
    }
}
