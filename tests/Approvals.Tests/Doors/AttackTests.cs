using System.Net;
using System.Reflection;
using System.Text;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Permits;
using Approvals.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Playwright;

namespace Approvals.Tests.Doors;

/// <summary>The running program under the usual attacks. What is attacked is read from its own list of doors, so that a new one is attacked too.</summary>
[Parallelizable]
internal sealed class AttackTests
{
    /// <summary>None of the demonstration zone's.</summary>
    private const string ProjectCode = "2603-510300-04-01-990077";

    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Short, so that it passes where a field is short; an element of its own, so that it is found however the page changes.</summary>
    private const string Probe = "\"'><xssprobe><img src=x onerror=owned=1>";

    private static readonly string[] Payloads =
    [
        Probe, "' OR '1'='1", "'; DROP TABLE access_user; --", "1) UNION SELECT password_hash FROM access_user --", "%' AND 1=(SELECT COUNT(*) FROM access_user) --",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "x\r\nSet-Cookie: owned=1", "{{7*7}}${7*7}", "\0", "\uFFFF", "\uFFFE@", "0001-01-01", "9999-12-31", "-1",
        "9223372036854775808", new string('长', 5_000),
    ];

    private static readonly string[] Logins = ["clerk", "zrzy", "zrzy-head", "supervisor", "agent", "manager", "leader", "auditor", "admin", "security", "audit-admin"];

    private App app = null!;

    [SetUp]
    public async Task Open() => app = await App.Start(environment: "Development");

    [TearDown]
    public async Task Close() => await app.DisposeAsync();

    /// <summary>Every field that a page takes from its address or a form, each with every payload, by somebody who may open the page.</summary>
    [Test]
    public async Task No_field_of_a_page_takes_markup_statements_or_nonsense_for_more_than_text()
    {
        var (wrong, sent) = (new List<string>(), 0);
        var accounts = await app.Rows<string>("SELECT login FROM access_user");
        var browsers = new Dictionary<string, (HttpClient Http, string Token)>();
        foreach (var login in Logins)
        {
            var http = await app.SignedIn(login);
            browsers[login] = (http, Token(await http.Page("/account")));
        }

        foreach (var page in app.Doors.Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null))
        {
            var model = Menu.Model(page.Metadata.GetMetadata<PageActionDescriptor>()!);
            var act = model.GetCustomAttribute<NeedsAttribute>()?.Act;
            var reader = act is { } needed ? LoginOf(needed) : "clerk";
            var (http, token) = browsers[reader];
            foreach (var payload in Payloads)
            {
                // A part of the address may not hold a slash, a dot or a control character; a browser would not send it so.
                var url = "/" + string.Join('/', page.RoutePattern.RawText!.Trim('/').Split('/').Where(p => !p.Contains("?}")).Select(p =>
                    p.Contains(":int") ? "2026" : p.StartsWith('{') ? Uri.EscapeDataString(payload.Length > 200 ? payload[..200] : payload.Replace("\0", "0")) : p));
                var query = string.Join('&', FieldsOf(model, forms: false).Select(f => $"{f}={Uri.EscapeDataString(payload.Length > 1000 ? payload[..1000] : payload)}"));
                using var answer = await http.GetAsync($"{url}?{query}");
                await Judge($"GET {page.RoutePattern.RawText} {Shown(payload)}", answer, wrong);
                sent++;
                foreach (var handler in model.GetMethods().Where(m => m.Name.StartsWith("OnPost", StringComparison.Ordinal) && !m.Name.Contains("SignOut") && model.Name is not ("SignInModel" or "StepModel")))
                {
                    var name = handler.Name["OnPost".Length..].Replace("Async", "");
                    var fields = FieldsOf(model, forms: true).Concat(FieldsOf(handler)).Distinct().Select(f => KeyValuePair.Create(f, payload)).Append(new("__RequestVerificationToken", token));
                    using var post = await http.PostAsync($"{url}?handler={name}", new FormUrlEncodedContent(fields));
                    await Judge($"POST {page.RoutePattern.RawText} {name} {Shown(payload)}", post, wrong);
                    sent++;
                }
            }
        }

        foreach (var (http, _) in browsers.Values) http.Dispose();
        TestContext.Out.WriteLine($"{sent} requests");
        Assert.That(wrong, Is.Empty);
        Assert.That(sent, Is.GreaterThan(1_000));
        Assert.That(await app.Rows<string>("SELECT login FROM access_user"), Is.EquivalentTo(accounts));
    }

    [Test]
    public async Task No_parameter_of_the_api_takes_markup_or_statements_for_more_than_text()
    {
        var (wrong, sent) = (new List<string>(), 0);
        var programs = new Dictionary<string, HttpClient>();
        foreach (var login in Logins) programs[login] = app.Http(await app.Token(login, "attack", Scopes.All));
        foreach (var door in app.Doors.Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)))
        {
            if (door.Metadata.GetMetadata<NeedsAttribute>()?.Act is not { } act || door.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != true) continue;
            var names = door.Metadata.OfType<MethodInfo>().SelectMany(m => m.GetParameters()).Select(p => p.Name).ToList();
            foreach (var payload in Payloads)
            {
                var part = Uri.EscapeDataString(payload.Length > 200 ? payload[..200] : payload.Replace("\0", "0"));
                var url = string.Join('/', door.RoutePattern.RawText!.Split('/').Select(p => p.StartsWith('{') ? part : p));
                var query = string.Join('&', names.Select(n => $"{n}={Uri.EscapeDataString(payload.Length > 1000 ? payload[..1000] : payload)}"));
                using var answer = await programs[LoginOf(act)].GetAsync($"{url}?{query}");
                await Judge($"GET {door.RoutePattern.RawText} {Shown(payload)}", answer, wrong);
                sent++;
            }
        }

        foreach (var program in programs.Values) program.Dispose();
        Assert.That(wrong, Is.Empty);
        Assert.That(sent, Is.GreaterThan(300));
    }

    /// <summary>Each form that somebody can reach is filled in with the probe and sent; then every page that anybody can reach is read, and some are opened in a real browser.</summary>
    [Test]
    public async Task What_was_typed_anywhere_is_text_everywhere()
    {
        await app.Send(new Approvals.Modules.Projects.RegisterProject.Command(ProjectCode, Probe, Probe, "91510300MA0000001Y", "IND-REFORM", 125_000m, Approvals.Modules.Projects.RegisterProject.MoneyUnit.Wan, 80_000m, Probe), Person.Clerk);
        var catalogue = app.Services.GetRequiredService<Approvals.Modules.Catalogue.Contract.CatalogueInForce>().Current;
        var taken = await app.Send(new Approvals.Modules.OneWindow.TakeIn.Command(Guid.NewGuid().ToString(), ProjectCode, ["A01"],
            [.. catalogue.Items.Single(i => i.Code == "A01").Documents.Select(d => d.Code)], Probe, "0813-0000000"), Person.Clerk);
        await app.Send(new Approvals.Modules.OneWindow.Accept.Command(taken.Number), Person.Clerk);
        await app.Send(new Approvals.Modules.Access.AddUser.Command("probe", Probe, null, [Role.WindowClerk], "correct horse battery"), Person.SecurityAdministrator);

        var (sent, stored, wrong, holding) = (new HashSet<string>(), 0, new List<string>(), new HashSet<string>());
        foreach (var login in new[] { "clerk", "zrzy", "supervisor", "agent", "manager", "admin", "security" })
        {
            using var browser = await app.SignedIn(login);
            foreach (var (url, page) in await Crawl(browser, ["/cases/" + taken.CaseNumbers[0], "/applications/" + taken.Number, "/projects/" + ProjectCode], 60))
            {
                foreach (var form in page.QuerySelectorAll("form").OfType<IHtmlFormElement>().Where(f => f.GetAttribute("method") == "post" && f.QuerySelector("input[type=password]") is null))
                {
                    var action = form.GetAttribute("action") is { Length: > 0 } given ? given : url;
                    if (action.Contains("SignOut", StringComparison.Ordinal) || action.Contains("Deactivate", StringComparison.Ordinal) || action.Contains("Roles", StringComparison.Ordinal)) continue;
                    if (!sent.Add($"{login} {Shape(url)} {Shape(action)} {string.Join(',', form.Elements.Select(e => e.GetAttribute("name")).Distinct())}")) continue;
                    using var answer = await browser.PostAsync(action, new FormUrlEncodedContent(FilledIn(form)));
                    if ((int)answer.StatusCode < 400) stored++;
                    await Judge($"{login} POST {action}", answer, wrong);
                }
            }
        }

        foreach (var login in Logins)
        {
            using var browser = await app.SignedIn(login);
            foreach (var (url, page) in await Crawl(browser, ["/cases/" + taken.CaseNumbers[0], "/applications/" + taken.Number, $"/applications/{taken.Number}/receipt", "/projects/" + ProjectCode], 90))
            {
                if (page.QuerySelector("xssprobe") is not null) wrong.Add($"{login} {url}");
                if (page.Body!.TextContent.Contains("<xssprobe>", StringComparison.Ordinal)) holding.Add($"{login} {url}");
            }
        }

        TestContext.Out.WriteLine($"{sent.Count} forms sent, {stored} taken; the probe stands as text on {holding.Count} pages");
        Assert.That(wrong, Is.Empty);
        Assert.That(sent, Has.Count.GreaterThan(40));
        Assert.That(stored, Is.GreaterThan(10), "else nothing was stored to be looked for");
        Assert.That(holding, Has.Count.GreaterThan(15), "else nothing was shown to be looked at");
        await InBrowser("clerk", holding.Where(h => h.StartsWith("clerk ", StringComparison.Ordinal)).Select(h => h.Split(' ')[1]).Take(8));
    }

    [TestCase("/language/en?returnUrl=https://evil.example")]
    [TestCase("/language/en?returnUrl=//evil.example")]
    [TestCase(@"/language/en?returnUrl=/\evil.example")]
    [TestCase("/language/en?returnUrl=/%09/evil.example")]
    [TestCase("/language/en?returnUrl=/%0d%0aSet-Cookie:%20owned=1")]
    [TestCase("/language/en?returnUrl=javascript:alert(1)")]
    public async Task Nobody_is_led_to_another_site(string url)
    {
        using var browser = app.Browser();
        using var answer = await browser.GetAsync(url);

        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/"));
        Assert.That(answer.Headers.ToString(), Does.Not.Contain("owned"));
    }

    [TestCase("/../appsettings.json")]
    [TestCase("/..%2fappsettings.json")]
    [TestCase("/%2e%2e/%2e%2e/data/approvals.db")]
    [TestCase("/lib/..%5c..%5cappsettings.json")]
    [TestCase("/lib/%252e%252e/appsettings.json")]
    [TestCase("/appsettings.json")]
    [TestCase("/approvals.db")]
    [TestCase("/keys/")]
    [TestCase("/language/..%2f..%2fen")]
    [TestCase("/openapi/..%2f..%2fappsettings.json")]
    public async Task No_address_leads_to_a_file_that_is_not_the_sites(string path)
    {
        // A client tidies the path before it sends it: an attacker does not.
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync("127.0.0.1", app.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {app.Address.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();

        Assert.That(answer, Does.Match("^HTTP/1.1 (302|400|404) "));
        Assert.That(answer, Does.Not.Contain("ConnectionStrings").And.Not.Contain("SQLite format").And.Not.Contain("Logging"));
    }

    [Test]
    public async Task Every_form_handler_refuses_what_another_site_sends()
    {
        var (wrong, tried) = (new List<string>(), 0);
        foreach (var login in Logins)
        {
            using var browser = await app.SignedIn(login);
            foreach (var page in app.Doors.Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null))
            {
                var model = Menu.Model(page.Metadata.GetMetadata<PageActionDescriptor>()!);
                if (model.GetCustomAttribute<NeedsAttribute>()?.Act is { } act && LoginOf(act) != login) continue;
                var url = "/" + string.Join('/', page.RoutePattern.RawText!.Trim('/').Split('/').Where(p => !p.Contains("?}")).Select(p => p.Contains(":int") ? "2026" : p.StartsWith('{') ? "x1" : p));
                foreach (var handler in model.GetMethods().Where(m => m.Name.StartsWith("OnPost", StringComparison.Ordinal)))
                {
                    foreach (var htmx in new[] { false, true })
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Post, $"{url}?handler={handler.Name["OnPost".Length..].Replace("Async", "")}") { Content = new FormUrlEncodedContent([]) };
                        if (htmx) request.Headers.Add("HX-Request", "true");
                        using var answer = await browser.SendAsync(request);
                        tried++;
                        // Not for what is missing in the form: many a page refuses an empty one with the same status.
                        if (answer.StatusCode != HttpStatusCode.BadRequest || !(await answer.Content.ReadAsStringAsync()).Contains("此页面可能已经过期", StringComparison.Ordinal)) wrong.Add($"{login} {url} {handler.Name}: {(int)answer.StatusCode}");
                    }
                }
            }
        }

        Assert.That(tried, Is.GreaterThan(150));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>A page answers what it has an answer for; a method or a form that it does not have is said to be none, and shows nothing.</summary>
    [Test]
    public async Task A_page_refuses_a_method_and_a_form_that_it_does_not_have()
    {
        var (wrong, tried) = (new List<string>(), 0);
        foreach (var login in Logins)
        {
            using var browser = await app.SignedIn(login);
            var token = Token(await browser.Page("/account"));
            foreach (var page in app.Doors.Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null))
            {
                var model = Menu.Model(page.Metadata.GetMetadata<PageActionDescriptor>()!);
                if (model.GetCustomAttribute<NeedsAttribute>()?.Act is { } act && LoginOf(act) != login) continue;
                var url = "/" + string.Join('/', page.RoutePattern.RawText!.Trim('/').Split('/').Where(p => !p.Contains("?}")).Select(p => p.Contains(":int") ? "2026" : p.StartsWith('{') ? "x1" : p));
                foreach (var (method, handler) in new[] { ("OPTIONS", ""), ("PUT", ""), ("DELETE", ""), ("PATCH", "?handler=Nope"), ("POST", "?handler=Nope") })
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), url + handler);
                    request.Headers.Add("RequestVerificationToken", token);
                    using var answer = await browser.SendAsync(request);
                    tried++;
                    var isForm = method == "POST" && model.GetMethods().Any(m => m.Name.StartsWith("OnPost", StringComparison.Ordinal));
                    if ((int)answer.StatusCode != (isForm ? 404 : 405)) wrong.Add($"{login} {method} {url}{handler}: {(int)answer.StatusCode}");
                    if ((int)answer.StatusCode == 405 && !answer.Content.Headers.Allow.Contains("GET")) wrong.Add($"{login} {method} {url}: it does not say what it takes");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(tried, Is.GreaterThan(200));
    }

    [Test]
    public async Task A_form_sent_with_nothing_in_it_is_no_fault()
    {
        var (wrong, tried) = (new List<string>(), 0);
        foreach (var login in Logins)
        {
            using var browser = await app.SignedIn(login);
            var token = Token(await browser.Page("/account"));
            foreach (var page in app.Doors.Select(e => e.Metadata.GetMetadata<PageActionDescriptor>()).OfType<PageActionDescriptor>().Distinct())
            {
                var model = Menu.Model(page);
                if (model.GetCustomAttribute<NeedsAttribute>()?.Act is { } act && LoginOf(act) != login || page.ViewEnginePath.EndsWith("/SignOut", StringComparison.Ordinal)) continue;
                var url = "/" + string.Join('/', page.AttributeRouteInfo!.Template!.Trim('/').Split('/').Where(p => !p.Contains("?}")).Select(p => p.Contains(":int") ? "2026" : p.StartsWith('{') ? "x1" : p));
                foreach (var name in model.GetMethods().Where(m => m.Name.StartsWith("OnPost", StringComparison.Ordinal)).Select(m => m.Name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal)))
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"{url}?handler={name}") { Content = new FormUrlEncodedContent([]) };
                    request.Headers.Add("RequestVerificationToken", token);
                    using var answer = await browser.SendAsync(request);
                    tried++;
                    if ((int)answer.StatusCode >= 500) wrong.Add($"{login} {url}?handler={name}: {(int)answer.StatusCode}");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(tried, Is.GreaterThan(50));
    }

    [Test]
    public async Task A_field_that_the_form_does_not_have_sets_nothing()
    {
        using var browser = await app.SignedIn("clerk");
        using var answer = await browser.Submit("/projects/new", "main form[method=post]",
            ("Code", ProjectCode), ("Name", "厂房（示例）"), ("Enterprise", "示例公司"), ("CreditCode", "91510300MA0000001Y"), ("Id", "1"), ("OwnerLogin", "admin"), ("CreatedBy", "8"), ("IsDemonstration", "true"));
        using var program = app.Http(await app.Token("clerk", "extra", Scopes.All));
        using var api = await program.PostAsync("/api/projects", new StringContent("""{"code":"x","isAdministrator":true}""", Encoding.UTF8, "application/json"));

        Assert.That(await app.Value<long>("SELECT COUNT(*) FROM projects_project WHERE id = 1"), Is.Zero);
        Assert.That(api.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await api.Content.ReadAsStringAsync(), Does.Contain("isAdministrator"), "the API names the field it does not know");
    }

    [Test]
    public async Task An_export_holds_no_formula_that_a_spreadsheet_would_run()
    {
        await app.Send(new Approvals.Modules.Projects.RegisterProject.Command(ProjectCode, "=HYPERLINK(\"http://evil.example\")", "@SUM(1)", "91510300MA0000001Y", "IND-REFORM", 125_000m, Approvals.Modules.Projects.RegisterProject.MoneyUnit.Wan, 80_000m, "+1"), Person.Clerk);
        var applied = await app.Apply(ProjectCode, "A01");
        await app.Send(new ApproveCase.Command(applied["A01"], "-2+3", null), Person.Reviewer(await app.Value<string>("SELECT department FROM permits_case WHERE number = @number", new { number = applied["A01"] })));
        using var browser = await app.SignedIn("supervisor");
        var links = (await browser.Page("/cases")).QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).Where(h => h.Contains("csv", StringComparison.OrdinalIgnoreCase) || h.Contains("handler=", StringComparison.Ordinal)).ToList();
        using var answer = await browser.GetAsync(links[0]);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.That(text, Does.Contain("'=HYPERLINK").And.Contain("'-2+3"));
        foreach (var cell in text.Split("\r\n").SelectMany(l => l.Split(','))) Assert.That(cell.TrimStart('"', '\uFEFF'), Does.Not.Match(@"^[=+@\t\r]|^-\D*\d+\+"));
        Assert.That(answer.Content.Headers.ContentDisposition?.DispositionType, Is.EqualTo("attachment"));
    }

    private static async Task Judge(string what, HttpResponseMessage answer, List<string> wrong)
    {
        if ((int)answer.StatusCode >= 500) wrong.Add($"{what}: {(int)answer.StatusCode}");
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.StartsWith("owned", StringComparison.Ordinal))) wrong.Add($"{what}: a header was smuggled in");
        if (answer.Headers.Location is { IsAbsoluteUri: true } away && !away.IsLoopback) wrong.Add($"{what}: leads to {away}");
        var text = await answer.Content.ReadAsStringAsync();
        if (text.Contains("SQLite Error", StringComparison.Ordinal) || text.Contains("SqlException", StringComparison.Ordinal) || text.Contains("root:x:0", StringComparison.Ordinal)) wrong.Add($"{what}: it tells");
        if (answer.Content.Headers.ContentType?.MediaType != "text/html") return;
        var page = await answer.Html();
        if (page.QuerySelector("xssprobe") is not null || page.QuerySelectorAll("[href^='javascript:' i], [onerror]").Length > 0) wrong.Add($"{what}: markup got through");
    }

    private async Task InBrowser(string login, IEnumerable<string> urls)
    {
        if (!File.Exists(Chromium)) return;
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Headless = true, Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"] });
        var page = await chromium.NewPageAsync(new() { BaseURL = app.Address.ToString() });
        var broken = new List<string>();
        page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) broken.Add($"{page.Url}: {message.Text}"); };
        page.Dialog += (_, dialog) => broken.Add($"{page.Url}: {dialog.Message}");
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#login", login);
        await page.FillAsync("#password", Demonstration.Zone.Password);
        await page.ClickAsync("main button");
        foreach (var url in urls)
        {
            await page.GotoAsync(url);
            Assert.That(await page.EvaluateAsync<bool>("() => typeof owned !== 'undefined'"), Is.False, url);
        }

        Assert.That(broken, Is.Empty, "no script of somebody else ran, and the policy stops nothing of ours");
    }

    /// <summary>Pages by following links, from the front page and those given.</summary>
    private static async Task<List<(string Url, IHtmlDocument Page)>> Crawl(HttpClient browser, string[] first, int most)
    {
        var seen = new HashSet<string>(first.Append("/account"));
        var open = new Queue<string>(seen);
        var pages = new List<(string, IHtmlDocument)>();
        while (pages.Count < most && open.TryDequeue(out var url))
        {
            using var answer = await browser.GetAsync(url);
            if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var page = await answer.Html();
            pages.Add((url, page));
            foreach (var next in page.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!.Split('#')[0]))
                if (next.StartsWith('/') && !next.StartsWith("/language/", StringComparison.Ordinal) && !next.StartsWith("/jobs", StringComparison.Ordinal) && seen.Add(next)) open.Enqueue(next);
        }

        return pages;
    }

    private static IEnumerable<KeyValuePair<string, string>> FilledIn(IHtmlFormElement form)
    {
        foreach (var element in form.Elements)
        {
            if (element.GetAttribute("name") is not { Length: > 0 } name) continue;
            var value = element switch
            {
                IHtmlTextAreaElement => Probe,
                IHtmlSelectElement select => select.Options.FirstOrDefault(o => o.Value.Length > 0)?.Value ?? "",
                IHtmlInputElement { Type: "hidden" } hidden => hidden.Value,
                IHtmlInputElement { Type: "checkbox" or "radio" } box => box.Value,
                IHtmlInputElement { Type: "date" } date => date.Value is { Length: > 0 } given ? given : "2026-03-02",
                IHtmlInputElement { Type: "datetime-local" } at => at.Value is { Length: > 0 } given ? given : "2026-03-02T08:30",
                IHtmlInputElement { Type: "email" } => "probe@approvals.example",
                IHtmlInputElement { Type: "number" } or IHtmlInputElement { Name: "Days" } => "10",
                IHtmlInputElement input => input.GetAttribute("inputmode") is "decimal" or "numeric" ? "10" : input.Value is { Length: > 0 } given && name.EndsWith("umber", StringComparison.Ordinal) ? given : Probe,
                _ => null,
            };
            if (value is not null) yield return new(name, value);
        }
    }

    private static string Shape(string url) => System.Text.RegularExpressions.Regex.Replace(url.Split('?')[0], @"\d[\w-]*", "*") + (url.Contains("handler=") ? url[url.IndexOf("handler=", StringComparison.Ordinal)..] : "");

    private static string LoginOf(Act act) => Logins.First(l => Permissions.Allows(l switch
    {
        "clerk" => Role.WindowClerk,
        "zrzy" => Role.Reviewer,
        "zrzy-head" => Role.DepartmentHead,
        "supervisor" => Role.Supervisor,
        "agent" => Role.Agent,
        "manager" => Role.ProjectManager,
        "leader" => Role.ZoneLeader,
        "auditor" => Role.Auditor,
        "security" => Role.SecurityAdministrator,
        "audit-admin" => Role.AuditAdministrator,
        _ => Role.SystemAdministrator,
    }, act));

    private static string Token(IHtmlDocument page) => page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

    private static string Shown(string payload) => payload.Length > 40 ? payload[..40] : payload;

    /// <summary>What the page itself takes: from the address, or from a form.</summary>
    private static IEnumerable<string> FieldsOf(Type model, bool forms) =>
        from property in model.GetProperties()
        let bind = property.GetCustomAttribute<BindPropertyAttribute>()
        where bind is not null && (forms || bind.SupportsGet)
        from name in Names(property.PropertyType, bind.Name ?? property.Name, 2)
        select name;

    private static IEnumerable<string> FieldsOf(MethodInfo handler) =>
        handler.GetParameters().Where(p => p.ParameterType != typeof(CancellationToken)).SelectMany(p => Names(p.ParameterType, p.GetCustomAttribute<BindAttribute>()?.Prefix ?? p.Name!, 2));

    private static IEnumerable<string> Names(Type type, string prefix, int deep)
    {
        var element = type.IsGenericType && type.GetGenericTypeDefinition() != typeof(Nullable<>) && type.GetGenericArguments() is [var only] ? only : null;
        if (element is not null && typeof(System.Collections.IEnumerable).IsAssignableFrom(type)) return deep == 0 ? [] : Names(element, prefix + "[0]", deep - 1).Append(prefix);
        return deep == 0 || type == typeof(string) || type.IsValueType || type.Namespace?.StartsWith("Approvals", StringComparison.Ordinal) != true
            ? [prefix]
            : type.GetProperties().SelectMany(p => Names(p.PropertyType, $"{prefix}.{p.Name}", deep - 1));
    }
}
