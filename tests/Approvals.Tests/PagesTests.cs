using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;
using Approvals.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

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
            if (link.Url == "/jobs") continue; // another program's page: it answers
            if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var page = await answer.Html();
            foreach (var next in page.QuerySelectorAll("a[href]").OfType<IHtmlAnchorElement>().Select(a => a.GetAttribute("href")!.Split('#')[0]))
                if (next.StartsWith('/') && !next.StartsWith("/language/", StringComparison.Ordinal) && !next.StartsWith("/jobs/", StringComparison.Ordinal) && seen.Add(next)) open.Enqueue((next, link.Url));
            foreach (var wrong in page.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).Where(h => h.Length == 0 || h == "#" || h.StartsWith("http", StringComparison.Ordinal)))
                dead.Add($"“{wrong}” (on {link.Url})");
        }

        Assert.That(dead, Is.Empty);
    }

    /// <summary>A day, a number or a choice that cannot be read is told by the field's own name.</summary>
    [TestCase(false, "「abc」不是有效的值，请更正「状态」。")]
    [TestCase(true, "“abc” is not a valid value for “status”.")]
    public async Task A_value_that_cannot_be_read_is_told_by_the_name_of_its_field(bool english, string message)
    {
        using var browser = await app.SignedIn("clerk", english: english);

        using var answer = await browser.GetAsync("/cases?status=abc");
        var page = await answer.Html();

        Assert.That(page.QuerySelector(".errors")!.TextContent, Does.Contain(message));
    }

    [Test]
    public void Whatever_a_page_reads_as_a_day_a_number_or_a_choice_has_a_name_in_both_languages()
    {
        var fields = typeof(Site).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(PageModel)) && !t.IsAbstract).SelectMany(page =>
            page.GetProperties().Where(p => p.GetCustomAttribute<BindPropertyAttribute>() is not null).Select(p => (p.Name, p.PropertyType))
                .Concat(page.GetMethods().Where(m => m.Name.StartsWith("OnGet", StringComparison.Ordinal) || m.Name.StartsWith("OnPost", StringComparison.Ordinal))
                    .SelectMany(m => m.GetParameters()).Select(p => (Name: p.Name!, PropertyType: p.ParameterType))))
            .SelectMany(f => Leaves(f.Name, f.PropertyType)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();

        Assert.That(fields, Has.Count.GreaterThan(40));
        Assert.That(fields.Where(f => FieldNames.Of(f) is not { Zh.Length: > 0, En.Length: > 0 }), Is.Empty);
    }

    /// <summary>What the binder makes of texts that may not fit, by name; a text always fits.</summary>
    private static IEnumerable<string> Leaves(string name, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(CancellationToken) || type.IsAssignableTo(typeof(IFormFile))) return [];
        if (type.IsGenericType && type.IsAssignableTo(typeof(System.Collections.IEnumerable))) return Leaves(name, type.GetGenericArguments()[^1]);
        return type.Assembly == typeof(Site).Assembly && type.IsClass ? type.GetProperties().Where(p => p.CanWrite).SelectMany(p => Leaves(p.Name, p.PropertyType)) : [name];
    }

    [Test]
    public async Task Whoever_has_forgotten_the_password_is_sent_to_whoever_can_give_a_new_one()
    {
        using var nobody = app.Browser();

        Assert.That((await nobody.Page("/sign-in")).Body!.TextContent, Does.Contain("忘记密码，请联系安全管理员"));
        Assert.That(Permissions.Matrix[Act.ManageAccounts].Select(g => Permissions.Name(g.Role).Zh), Is.EqualTo(new[] { "安全管理员" }));
    }

    /// <summary>A character beyond Latin, written as a number.</summary>
    [GeneratedRegex("&#x[2-9A-Fa-f][0-9A-Fa-f]{3};.{0,40}")]
    private static partial Regex Encoded();
}
