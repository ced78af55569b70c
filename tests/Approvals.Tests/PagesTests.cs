using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;

namespace Approvals.Tests;

/// <summary>Every page opens, for those it is meant for, in both languages, and leads nowhere that does not answer.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class PagesTests
{
    private static readonly (Role Role, string Login)[] People =
    [
        (Role.WindowClerk, "clerk"), (Role.Reviewer, "zrzy"), (Role.DepartmentHead, "zrzy-head"), (Role.Supervisor, "supervisor"),
        (Role.Agent, "agent"), (Role.ProjectManager, "manager"), (Role.ZoneLeader, "leader"), (Role.Auditor, "auditor"),
        (Role.SystemAdministrator, "admin"), (Role.SecurityAdministrator, "security"), (Role.AuditAdministrator, "audit-admin"),
    ];

    private App app = null!;

    /// <summary>One zone for all: these tests only read.</summary>
    [OneTimeSetUp]
    public async Task Open() => app = await App.Start(environment: "Development");

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Every_page_opens_in_the_readers_language(bool english)
    {
        var browsers = new Dictionary<string, HttpClient>();
        foreach (var (_, login) in People) browsers[login] = await app.SignedIn(login, english: english);
        var pages = DoorsTests.Doors(app).Where(d => d.IsPage && !d.Pattern.Split('/').Any(p => p.StartsWith('{') && !p.Contains("?}"))).ToList();

        foreach (var page in pages)
        {
            var reader = page.Needs is { } act ? People.First(p => Permissions.Allows(p.Role, act)).Login : "clerk";
            using var answer = await browsers[reader].GetAsync(page.Url);
            var html = await answer.Content.ReadAsStringAsync();
            var document = await answer.Html();

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), page.Url);
            Assert.That(document.DocumentElement.GetAttribute("lang"), Is.EqualTo(english ? "en" : "zh-CN"), page.Url);
            Assert.That(Encoded().Match(html).Value, Is.Empty, $"{page.Url}: Chinese is written as it is");
            Assert.That(document.Title, Does.EndWith(english ? " · Approvals" : " · 一窗通").And.Not.StartWith(" ·"), page.Url);
            Assert.That(document.QuerySelectorAll("h1"), Has.Length.EqualTo(1), page.Url);
            Assert.That(document.QuerySelectorAll("[style], style, script:not([src]), [onclick], [onchange], [onsubmit]"), Is.Empty, $"{page.Url}: no inline script or style");
            foreach (var browserless in document.QuerySelectorAll("link[href], script[src], img[src]"))
                Assert.That(browserless.GetAttribute("href") ?? browserless.GetAttribute("src"), Does.StartWith("/").And.Not.StartWith("//"), $"{page.Url}: nothing from another host");
        }

        foreach (var browser in browsers.Values) browser.Dispose();
        Assert.That(pages, Has.Count.GreaterThan(3));
    }

    [TestCaseSource(nameof(People))]
    public async Task Every_link_a_reader_can_follow_answers((Role Role, string Login) reader)
    {
        const int Enough = 150;
        using var browser = await app.SignedIn(reader.Login);
        var seen = new HashSet<string> { "/account" };
        var open = new Queue<(string Url, string From)>([("/account", "")]);
        var dead = new List<string>();
        while (open.TryDequeue(out var link) && seen.Count < Enough)
        {
            using var answer = await browser.GetAsync(link.Url);
            if ((int)answer.StatusCode >= 400) dead.Add($"{link.Url} (on {link.From}): {(int)answer.StatusCode}");
            if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var page = await answer.Html();
            foreach (var next in page.QuerySelectorAll("a[href]").OfType<IHtmlAnchorElement>().Select(a => a.GetAttribute("href")!.Split('#')[0]))
                if (next.StartsWith('/') && !next.StartsWith("/language/", StringComparison.Ordinal) && !next.StartsWith("/jobs", StringComparison.Ordinal) && seen.Add(next)) open.Enqueue((next, link.Url));
            foreach (var wrong in page.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).Where(h => h.Length == 0 || h == "#" || h.StartsWith("http", StringComparison.Ordinal)))
                dead.Add($"“{wrong}” (on {link.Url})");
        }

        Assert.That(dead, Is.Empty);
    }

    /// <summary>A character beyond Latin, written as a number.</summary>
    [GeneratedRegex("&#x[2-9A-Fa-f][0-9A-Fa-f]{3};.{0,40}")]
    private static partial Regex Encoded();
}
