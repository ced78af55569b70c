using System.Net;
using System.Text;
using System.Text.Json;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;
using Approvals.Web;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Approvals.Tests.Doors;

/// <summary>What every answer carries, and what is bound to HTTPS where there is HTTPS.</summary>
[Parallelizable]
internal sealed class HeaderTests
{
    private const string Name = "approvals.example";

    private static readonly Dictionary<string, string?> BehindProxy = new() { ["Proxy:Networks"] = "127.0.0.1", ["AllowedHosts"] = Name, ["Site:Address"] = $"https://{Name}" };

    [Test]
    public async Task Every_answer_carries_the_headers_that_keep_a_browser_to_its_own_site()
    {
        await using var app = await App.Start(environment: "Development");
        using var clerk = await app.SignedIn("clerk");
        using var stranger = app.Browser();
        var wrong = new List<string>();
        var urls = DoorsTests.Doors(app).Select(d => d.Url).Concat(["/no-such-page", "/api/no-such-door", "/app.css"]).Distinct().ToList();
        foreach (var url in urls)
        {
            foreach (var browser in new[] { clerk, stranger })
            {
                using var answer = await browser.GetAsync(url);
                string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : "";
                var policy = Header("Content-Security-Policy");
                if (!policy.Contains("default-src 'none'") || !policy.Contains("frame-ancestors 'none'") || !policy.Contains("base-uri 'none'") || !policy.Contains("form-action 'self'")) wrong.Add($"{url}: {policy}");
                if (policy.Contains("unsafe") && !url.StartsWith("/jobs", StringComparison.Ordinal) && !url.StartsWith("/openapi", StringComparison.Ordinal)) wrong.Add($"{url}: {policy}");
                if (Header("X-Content-Type-Options") != "nosniff") wrong.Add($"{url}: no nosniff");
                if (Header("Referrer-Policy") != "same-origin") wrong.Add($"{url}: no Referrer-Policy");
                if (!Header("Permissions-Policy").Contains("geolocation=()")) wrong.Add($"{url}: no Permissions-Policy");
                if (Header("Cross-Origin-Opener-Policy") != "same-origin" || Header("Cross-Origin-Resource-Policy") != "same-origin") wrong.Add($"{url}: no Cross-Origin policy");
                if (Header("Server").Length > 0) wrong.Add($"{url}: it says what it is");
                if ((answer.Headers.CacheControl?.NoStore == true) == (url == "/app.css")) wrong.Add($"{url}: kept by browsers: {answer.Headers.CacheControl}");
            }
        }

        Assert.That(urls, Has.Count.GreaterThan(80));
        Assert.That(wrong.Distinct(), Is.Empty);
    }

    [Test]
    public async Task Outside_Development_nothing_runs_that_stands_in_a_page()
    {
        await using var app = await App.Start();
        using var stranger = app.Browser();
        foreach (var url in new[] { "/sign-in", "/progress", "/openapi/v1.json" })
        {
            using var answer = await stranger.GetAsync(url);
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Not.Contain("unsafe").And.Contain("script-src 'self';"), url);
        }

        using var browser = await stranger.GetAsync("/openapi/");
        Assert.That(browser.StatusCode, Is.Not.EqualTo(HttpStatusCode.OK), "the browser of the API is for Development");
    }

    [Test]
    public async Task Cookies_are_bound_to_the_host_and_to_HTTPS_where_people_come_over_HTTPS()
    {
        await using var app = await App.Start(chosen: BehindProxy);
        await app.Send(new Approvals.Modules.Access.AddUser.Command("wang.li", "王丽（示例）", null, [Approvals.Modules.Access.Contract.Role.WindowClerk], "correct horse battery"));
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = app.Address };

        using var form = await plain.SendAsync(Ask("/sign-in"));
        var token = (await form.Html()).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var pair = form.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var signIn = Ask("/sign-in");
        signIn.Method = HttpMethod.Post;
        signIn.Headers.Add("Cookie", pair);
        signIn.Content = new FormUrlEncodedContent([new("Login", "wang.li"), new("Password", "correct horse battery"), new("__RequestVerificationToken", token)]);
        using var signedIn = await plain.SendAsync(signIn);
        using var language = await plain.SendAsync(Ask("/language/en?returnUrl=/sign-in"));

        var cookies = new[] { form, signedIn, language }.SelectMany(a => a.Headers.GetValues("Set-Cookie")).ToList();
        Assert.That(signedIn.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(cookies, Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(cookies, Has.All.Contains("secure").And.All.Contains("httponly").And.All.Match("samesite=(lax|strict)").And.None.Contains("domain="));
        Assert.That(cookies.Where(c => c.StartsWith("__Host-approvals", StringComparison.Ordinal) && c.Contains("path=/;")), Has.Exactly(2).Items, "the session and the form");
    }

    [Test]
    public async Task Browsers_are_told_to_come_over_HTTPS_only_and_led_there()
    {
        await using var app = await App.Start(chosen: BehindProxy);
        using var plain = app.Http();

        using var secure = await plain.SendAsync(Ask("/sign-in"));
        using var page = await plain.SendAsync(Ask("/progress?number=1", overHttps: false));
        using var program = await plain.SendAsync(Ask("/api/account", overHttps: false));
        using var health = await plain.SendAsync(Ask("/health", overHttps: false));

        Assert.That(secure.Headers.GetValues("Strict-Transport-Security").Single(), Is.EqualTo("max-age=31536000; includeSubDomains"));
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.PermanentRedirect));
        Assert.That(page.Headers.Location!.ToString(), Is.EqualTo($"https://{Name}/progress?number=1"));
        Assert.That(program.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "a redirect would hide that the token went in the clear");
        Assert.That(await program.Content.ReadAsStringAsync(), Does.Contain("https.needed"));
        Assert.That(health.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the monitor stands beside the program");
    }

    /// <summary>Where a trial takes any name, also what can be none.</summary>
    [Test]
    public async Task Whoever_asks_under_no_name_at_all_is_led_to_HTTPS_without_a_fault()
    {
        await using var app = await App.Start(chosen: new Dictionary<string, string?>(BehindProxy) { ["AllowedHosts"] = "", ["Trial:Accept"] = "hosts" });
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync("127.0.0.1", app.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("GET /sign-in HTTP/1.1\r\nHost: !..b\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);

        Assert.That(await reader.ReadToEndAsync(), Does.StartWith("HTTP/1.1 308 ").And.Contain("Location: https://!..b/sign-in"));
    }

    /// <summary>A refusal passes through what clears an answer, and so does a fault.</summary>
    [Test]
    public async Task A_refusal_and_a_fault_tell_browsers_to_come_over_HTTPS_too()
    {
        foreach (var isBroken in new[] { false, true })
        {
            await using var app = await App.Start(chosen: BehindProxy, listen: isBroken ? Break : null);
            using var plain = app.Http();
            using var request = Ask("/api/public/progress");
            request.Method = HttpMethod.Post;
            request.Content = new StringContent("""{"number":"1","code":"2"}""", Encoding.UTF8, "application/json");
            using var answer = await plain.SendAsync(request);

            Assert.That(answer.StatusCode, Is.EqualTo(isBroken ? HttpStatusCode.InternalServerError : HttpStatusCode.NotFound));
            Assert.That(answer.Headers.TryGetValues("Strict-Transport-Security", out var told) ? told.Single() : "", Is.EqualTo("max-age=31536000; includeSubDomains"));
        }
    }

    [TestCase("/sign-in")]
    [TestCase("/sign-in/step")]
    [TestCase("/progress")]
    [TestCase("/api/public/progress")]
    public async Task What_is_sent_in_an_encoding_that_is_not_read_is_refused_in_words(string url)
    {
        await using var app = await App.Start();
        using var stranger = app.Browser();
        async Task<(HttpStatusCode, string)> Send(string body, string type)
        {
            using var content = new StringContent(body);
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            using var answer = await stranger.PostAsync(url, content);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        var isApi = url.StartsWith("/api", StringComparison.Ordinal);
        var (status, said) = isApi ? await Send("""{"number":"1","code":"2"}""", "application/json; charset=utf-7") : await Send("a=b", "application/x-www-form-urlencoded; charset=utf-7");
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(said, Does.Contain("UTF-8"));
        if (isApi) return;
        var (ofPart, saidOfPart) = await Send("--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nx\r\n--B--\r\n", "multipart/form-data; boundary=B");
        Assert.That(ofPart, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(saidOfPart, Does.Contain("UTF-8"));
    }

    [Test]
    public async Task Another_host_name_is_refused_and_nowhere_repeated()
    {
        await using var app = await App.Start(chosen: BehindProxy);
        using var plain = app.Http();
        using var request = Ask("/sign-in");
        request.Headers.Host = "evil.example";
        using var answer = await plain.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.Headers.ToString(), Does.Contain("Content-Security-Policy: default-src 'none'").And.Contain("X-Content-Type-Options: nosniff").And.Contain("no-store"), "it too is shown by a browser");

        using var claimed = Ask("/sign-in");
        claimed.Headers.Add("X-Forwarded-Host", "evil.example");
        using var page = await plain.SendAsync(claimed);
        Assert.That(await page.Content.ReadAsStringAsync() + page.Headers, Does.Not.Contain("evil.example"));

        using var clear = Ask("/sign-in", overHttps: false);
        clear.Headers.Add("X-Forwarded-Host", "evil.example");
        using var led = await plain.SendAsync(clear);
        Assert.That(led.Headers.Location!.Host, Is.EqualTo(Name), "where a link is made of the name that was asked for");
    }

    [Test]
    public async Task Who_asks_is_believed_of_a_declared_proxy_alone()
    {
        await using var declared = await App.Start(chosen: BehindProxy);
        await using var open = await App.Start();
        foreach (var (app, expected) in new[] { (declared, "203.0.113.7"), (open, "127.0.0.1") })
        {
            using var client = app.Http("apv_nobody");
            using var request = Ask("/api/account");
            if (app == open) request.Headers.Host = null;
            request.Headers.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7");
            using var answer = await client.SendAsync(request);

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(await app.Value<string>("SELECT place FROM audit_record WHERE outcome = 'forbidden'"), Does.StartWith(expected));
        }
    }

    [Test]
    public async Task A_fault_shows_no_trace_no_statement_and_no_path()
    {
        foreach (var environment in new[] { "Production", "Development" })
        {
            await using var app = await App.Start(environment: environment, listen: Break);
            using var program = app.Http();
            using var answer = await program.PostAsync("/api/public/progress", new StringContent("""{"number":"1","code":"2"}""", Encoding.UTF8, "application/json"));
            using var browser = app.Browser();
            using var page = await browser.Submit("/progress", "form[action='/progress']", ("Number", "1"), ("Code", "2"));
            foreach (var shown in new[] { await answer.Content.ReadAsStringAsync(), await page.Content.ReadAsStringAsync() })
                Assert.That(shown, Does.Not.Contain("SELECT").And.Not.Contain("Exception").And.Not.Contain("   at ").And.Not.Contain("/secret/path").And.Not.Contain("Server="), environment);
            Assert.That((answer.StatusCode, page.StatusCode), Is.EqualTo((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError)));
        }
    }

    [Test]
    public async Task A_body_too_large_or_too_deep_is_refused_with_words()
    {
        await using var app = await App.Start(environment: "Development");
        var token = await app.Token("clerk", "bodies", Scopes.All);
        using var program = app.Http(token);
        program.DefaultRequestHeaders.ExpectContinue = true; // or a slow machine meets the closed door in the middle of the body

        using var large = await program.PostAsync("/api/projects", new StringContent(new string(' ', Shields.LargestBody + 1), Encoding.UTF8, "application/json"));
        using var deep = await program.PostAsync("/api/projects", new StringContent(string.Concat(Enumerable.Repeat("{\"code\":", 10_000)), Encoding.UTF8, "application/json"));
        using var browser = await app.SignedIn("supervisor");
        browser.DefaultRequestHeaders.ExpectContinue = true;
        using var form = await browser.Submit("/catalogue/publish", "form[method=post][enctype], form[method=post][action*=publish], main form[method=post]", ("Content", new string('x', Shields.LargestBody + 1)));

        Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await large.Content.ReadAsStringAsync(), Does.Contain("body.tooLarge"));
        Assert.That(deep.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(() => JsonSerializer.Deserialize<JsonElement>(new string('[', 65) + new string(']', 65), app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions), Throws.TypeOf<JsonException>(), "65 levels");
        Assert.That(form.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await form.Content.ReadAsStringAsync(), Does.Contain("过大"), "not that the page is out of date");
    }

    /// <summary>In pieces, whose whole length nobody says before.</summary>
    [Test]
    public async Task A_form_in_pieces_that_is_too_large_or_cannot_be_read_is_refused_in_words()
    {
        await using var app = await App.Start(environment: "Development");
        using var browser = await app.SignedIn("supervisor");
        async Task<HttpStatusCode> Send(string body, string type)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/catalogue/publish") { Content = new StringContent(body) };
            request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            request.Headers.TransferEncodingChunked = true;
            request.Headers.ExpectContinue = true;
            using var answer = await browser.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.That(await Send("Content=" + new string('x', Shields.LargestBody), "application/x-www-form-urlencoded"), Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await Send(string.Join('&', Enumerable.Repeat("a=b", 2000)), "application/x-www-form-urlencoded"), Is.EqualTo(HttpStatusCode.BadRequest), "more fields than a form has");
        Assert.That(await Send("x", "multipart/form-data; boundary=B"), Is.EqualTo(HttpStatusCode.BadRequest), "it ends too early");
    }

    [Test]
    public async Task A_method_named_in_a_header_changes_nothing()
    {
        await using var app = await App.Start(environment: "Development");
        var token = await app.Token("clerk", "methods", Scopes.All);
        using var program = app.Http(token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/projects");
        foreach (var header in new[] { "X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method" }) request.Headers.Add(header, "POST");
        using var answer = await program.SendAsync(request);
        using var trace = await program.SendAsync(new HttpRequestMessage(HttpMethod.Trace, "/api/account"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), "still the list");
        Assert.That(trace.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    /// <summary>The jobs' own pages have forms too: they start and delete jobs.</summary>
    [Test]
    public async Task The_jobs_page_takes_no_order_from_another_site()
    {
        await using var app = await App.Start(environment: "Development");
        using var admin = await app.SignedIn("admin");
        using var answer = await admin.PostAsync("/jobs/recurring/trigger", new FormUrlEncodedContent([new("jobs[]", "deadlines.raise-alerts")]));

        Assert.That((int)answer.StatusCode, Is.InRange(400, 499));
    }

    /// <summary>The figures of the jobs' page are asked for by a form of its own.</summary>
    [Test]
    public async Task Figures_of_the_jobs_that_are_asked_for_without_a_form_are_no_fault()
    {
        await using var app = await App.Start(environment: "Development");
        using var admin = await app.SignedIn("admin");
        using var answer = await admin.GetAsync("/jobs/stats");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [Test]
    public async Task The_keys_of_a_database_server_are_kept_in_it()
    {
        await using var app = await App.Start();
        var keys = new Approvals.Modules.Access.SharedKeys(app.Services);
        keys.StoreElement(new("key", new System.Xml.Linq.XAttribute("id", "1"), "示例"), "key-1");

        Assert.That(keys.GetAllElements().Select(k => k.ToString()), Has.Member("<key id=\"1\">示例</key>"));
    }

    private static void Break(IServiceCollection services) =>
        services.AddTransient<MediatR.IRequestHandler<Approvals.Modules.OneWindow.ShowProgress.Query, Approvals.Modules.OneWindow.ShowProgress.Result>, Broken>();

    private static HttpRequestMessage Ask(string url, bool overHttps = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Host = Name;
        request.Headers.Add("X-Forwarded-Proto", overHttps ? "https" : "http");
        return request;
    }

    private sealed class Broken : MediatR.IRequestHandler<Approvals.Modules.OneWindow.ShowProgress.Query, Approvals.Modules.OneWindow.ShowProgress.Result>
    {
        public Task<Approvals.Modules.OneWindow.ShowProgress.Result> Handle(Approvals.Modules.OneWindow.ShowProgress.Query query, CancellationToken ct) =>
            throw new InvalidOperationException("SELECT password FROM access_user at /secret/path Server=db;Password=x");
    }
}
