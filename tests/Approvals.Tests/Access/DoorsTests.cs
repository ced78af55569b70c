using System.Net;
using System.Reflection;
using System.Text;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace Approvals.Tests.Access;

/// <summary>Every door of the running program says what it takes to pass, and keeps to it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DoorsTests
{
    /// <summary>What stands open to everybody. A new line here is a decision.</summary>
    private static readonly string[] ToEverybody =
    [
        "sign-in",
        "sign-in/step", // who has given the right password, until the last step is taken
        "/language/{code:regex(^(zh|en)$)}",
        "/openapi/{documentName}.json",
        "/health",
        "progress",
        "/api/public/progress",
        "/api/public/feed/{secret}.ics", // whoever has the secret address
    ];

    /// <summary>In Development only: the page that browses the API.</summary>
    private static readonly string[] InDevelopment = ["/api", "/openapi/{documentName?}", "/openapi/scalar.js", "/openapi/scalar.aspnetcore.js", "/openapi/favicon.svg"];

    /// <summary>The demonstration account of each role.</summary>
    internal static readonly Dictionary<Role, string> Logins = new()
    {
        [Role.WindowClerk] = "clerk",
        [Role.Reviewer] = "zrzy",
        [Role.DepartmentHead] = "zrzy-head",
        [Role.Supervisor] = "supervisor",
        [Role.Agent] = "agent",
        [Role.ProjectManager] = "manager",
        [Role.ZoneLeader] = "leader",
        [Role.Auditor] = "auditor",
        [Role.SystemAdministrator] = "admin",
        [Role.SecurityAdministrator] = "security",
        [Role.AuditAdministrator] = "audit-admin",
    };

    private App app = null!;

    /// <summary>One zone for all: nothing here gets past a door with anything to write.</summary>
    [OneTimeSetUp]
    public async Task Open() => app = await App.Start(environment: "Development");

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    internal sealed record Door(string Pattern, string Method, Act? Needs, bool Anonymous, bool IsPage)
    {
        /// <summary>An address that fits the pattern: no record has the number x1.</summary>
        public string Url => "/" + string.Join('/', Pattern.Trim('/').Split('/').Where(part => !part.Contains("?}") && !part.Contains("**")).Select(part =>
            part.Contains(":int") ? "2026" : part.StartsWith('{') ? "x1" : part));
    }

    [TestCase("Production")]
    [TestCase("Development")]
    public async Task Every_door_says_what_it_needs(string environment)
    {
        await using var started = await App.Start(environment: environment);
        var doors = Doors(started);
        var open = environment == "Development" ? ToEverybody.Concat(InDevelopment).ToArray() : ToEverybody;

        var silent = doors.Where(d => d.Needs is null && !open.Contains(d.Pattern)).Select(d => $"{d.Method} {d.Pattern}");
        var bypassed = doors.Where(d => d.Anonymous && !open.Contains(d.Pattern)).Select(d => $"{d.Method} {d.Pattern}");

        Assert.That(doors, Has.Count.GreaterThan(10));
        Assert.That(silent, Is.Empty);
        Assert.That(bypassed, Is.Empty);
    }

    [Test]
    public void Every_request_says_what_it_needs_or_is_sent_from_inside()
    {
        var requests = typeof(Site).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)))
            .ToList();

        var silent = requests.Where(t => t.GetCustomAttribute<NeedsAttribute>() is null && !t.IsAssignableTo(typeof(IInside))).Select(t => t.FullName);
        var both = requests.Where(t => t.GetCustomAttribute<NeedsAttribute>() is not null && t.IsAssignableTo(typeof(IInside))).Select(t => t.FullName);

        Assert.That(requests, Has.Count.GreaterThan(20));
        Assert.That(silent, Is.Empty);
        Assert.That(both, Is.Empty, "IInside switches [Needs] off");
    }

    [Test]
    public async Task The_api_lets_each_role_do_what_the_matrix_says_and_no_more()
    {
        var doors = Doors(app).Where(d => d.Needs is not null && d.Pattern.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        var wrong = new List<string>();
        foreach (var (role, login) in Logins)
        {
            using var program = app.Http(await app.Token(login, "doors", Scopes.All));
            foreach (var door in doors)
            {
                using var answer = await Knock(program, door);
                // For its act, and not for a place that is not the role's: that is another question, and another test.
                var refused = answer.StatusCode is HttpStatusCode.Unauthorized
                    || (answer.StatusCode is HttpStatusCode.Forbidden && !(await answer.Content.ReadAsStringAsync()).Contains("therDepartment", StringComparison.Ordinal));
                if (refused == Permissions.Allows(role, door.Needs!.Value) || (int)answer.StatusCode >= 500)
                    wrong.Add($"{role} {door.Method} {door.Url}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }

        Assert.That(doors, Has.Count.GreaterThan(5));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>Whoever asks and however: what takes long to make is made once.</summary>
    [Test]
    public async Task The_document_of_the_api_is_made_once_for_all_who_ask()
    {
        var made = 0;
        await using var app = await App.Start(listen: services => services.Configure<Microsoft.AspNetCore.OpenApi.OpenApiOptions>("v1", options => options.AddDocumentTransformer((_, _, _) =>
        {
            Interlocked.Increment(ref made);
            return Task.CompletedTask;
        })));
        using var stranger = app.Http();
        using var program = app.Http("apv_made-up");
        var answers = new List<string>();
        foreach (var client in new[] { stranger, program })
            foreach (var query in new[] { "", "?again=1" }) answers.Add(await client.GetStringAsync("/openapi/v1.json" + query));

        Assert.That(made, Is.EqualTo(1));
        Assert.That(answers.Distinct().Single(), Does.StartWith("{").And.Contain("\"openapi\"").And.Contain("/api/accounts"));
    }

    [Test]
    public async Task A_document_of_the_api_that_could_not_be_made_is_made_for_whoever_asks_next()
    {
        var fails = true;
        await using var app = await App.Start(listen: services => services.Configure<Microsoft.AspNetCore.OpenApi.OpenApiOptions>("v1", options => options.AddDocumentTransformer((_, _, _) =>
            fails ? throw new InvalidOperationException("Once.") : Task.CompletedTask)));
        using var stranger = app.Http();
        using var failed = await stranger.GetAsync("/openapi/v1.json");
        fails = false;
        using var made = await stranger.GetAsync("/openapi/v1.json");

        Assert.That((failed.StatusCode, made.StatusCode), Is.EqualTo((HttpStatusCode.InternalServerError, HttpStatusCode.OK)));
    }

    [Test]
    public async Task The_api_lets_nobody_in_without_a_token()
    {
        using var stranger = app.Http();
        using var clerk = await app.SignedIn("clerk");
        foreach (var door in Doors(app).Where(d => d.Needs is not null && d.Pattern.StartsWith("/api/", StringComparison.Ordinal)))
        {
            using var answer = await Knock(stranger, door);
            using var withCookie = await Knock(clerk, door);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), door.Url);
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), door.Url);
            Assert.That(withCookie.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), $"{door.Url} took a cookie: another site could send it");
        }
    }

    [Test]
    public async Task The_pages_open_for_the_roles_the_matrix_says_and_no_others()
    {
        var pages = Doors(app).Where(d => d.Needs is not null && (d.IsPage || d.Pattern.StartsWith("/jobs", StringComparison.Ordinal))).ToList();
        var wrong = new List<string>();
        foreach (var (role, login) in Logins)
        {
            using var browser = await app.SignedIn(login);
            foreach (var page in pages)
            {
                using var answer = await browser.GetAsync(page.Url);
                if ((answer.StatusCode == HttpStatusCode.Forbidden) == Permissions.Allows(role, page.Needs!.Value) || (int)answer.StatusCode >= 500)
                    wrong.Add($"{role} {page.Url}: {(int)answer.StatusCode}");
            }
        }

        Assert.That(pages, Has.Count.GreaterThan(2));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task A_stranger_is_sent_from_every_page_to_the_sign_in_page()
    {
        using var stranger = app.Browser();
        foreach (var page in Doors(app).Where(d => d.IsPage && !ToEverybody.Contains(d.Pattern)))
        {
            using var answer = await stranger.GetAsync(page.Url);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), page.Url);
            Assert.That(answer.Headers.Location!.AbsolutePath, Is.EqualTo("/sign-in"), page.Url);
        }
    }

    [Test]
    public async Task No_page_takes_a_form_from_another_site()
    {
        var wrong = new List<string>();
        var pages = Doors(app).Where(d => d.IsPage).ToList();
        foreach (var (role, login) in Logins)
        {
            using var browser = await app.SignedIn(login);
            foreach (var page in pages.Where(p => p.Needs is { } act && Permissions.Allows(role, act)))
            {
                using var answer = await browser.PostAsync(page.Url, new FormUrlEncodedContent([]));
                if (answer.StatusCode != HttpStatusCode.BadRequest) wrong.Add($"{page.Url}: {(int)answer.StatusCode}");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task A_part_of_a_page_sends_the_whole_page_to_sign_in()
    {
        using var stranger = app.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Add("HX-Request", "true");
        request.Headers.Add("HX-Current-URL", new Uri(app.Address, "/account?x=1").ToString());

        using var answer = await stranger.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answer.Headers.GetValues("HX-Redirect").Single(), Is.EqualTo("/sign-in?returnUrl=%2Faccount%3Fx%3D1"));
    }

    [Test]
    public async Task What_is_refused_under_the_api_speaks_the_callers_language()
    {
        using var stranger = app.Http();
        var chinese = await (await stranger.GetAsync("/api/account")).Content.ReadAsStringAsync();
        stranger.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var english = await (await stranger.GetAsync("/api/account")).Content.ReadAsStringAsync();

        Assert.That(chinese, Does.Contain("请先登录"));
        Assert.That(english, Does.Contain("Sign in first"));
    }

    private static async Task<HttpResponseMessage> Knock(HttpClient client, Door door)
    {
        using var request = new HttpRequestMessage(new HttpMethod(door.Method), door.Url);
        if (door.Method != "GET") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }

    internal static IReadOnlyList<Door> Doors(App app)
    {
        var doors = new List<Door>();
        foreach (var endpoint in app.Doors)
        {
            var page = endpoint.Metadata.GetMetadata<PageActionDescriptor>();
            var said = page is null ? [.. endpoint.Metadata] : Menu.Model(page).GetCustomAttributes().Concat(endpoint.Metadata).ToList();
            var needs = said.OfType<NeedsAttribute>().FirstOrDefault()?.Act;
            var anonymous = said.OfType<IAllowAnonymous>().Any();
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"])
                doors.Add(new(endpoint.RoutePattern.RawText ?? "", method, needs, anonymous, page is not null));
        }

        return doors;
    }
}
