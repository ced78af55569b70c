using System.Net;
using System.Security.Cryptography;
using System.Text;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;

namespace Approvals.Tests.Timeline;

[Parallelizable(ParallelScope.All)]
internal sealed class FeedTests
{
    private const string Password = "Manager-Words-2026";

    [Test]
    public async Task A_calendar_program_reads_the_planned_milestones_of_ones_own_projects_as_whole_days()
    {
        await using var app = await Zone();
        using var http = app.Http();
        var path = await Subscribe(app, "manager1");

        using var answer = await http.GetAsync(path);
        var calendar = Ical.Net.Calendar.Load(await answer.Content.ReadAsStringAsync())!;

        Assert.Multiple(() =>
        {
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/calendar"));
            Assert.That(calendar.Events.Select(e => (e.Summary, DateOnly.FromDateTime(e.Start!.Value), e.Start.HasTime)), Is.EquivalentTo(new[]
            {
                ("计划 取得土地 · 精密结构件厂房一期（示例）", new DateOnly(2026, 3, 31), false),
                ("计划 竣工 · 精密结构件厂房一期（示例）", new DateOnly(2027, 3, 31), false),
            }));
            Assert.That(calendar.Events.Select(e => e.Url!.AbsolutePath).Distinct(), Is.EqualTo(new[] { $"/projects/{Ground.Project}" }));
        });
    }

    [Test]
    public async Task A_milestone_that_moves_keeps_its_name_and_one_that_is_reached_is_gone()
    {
        await using var app = await Zone();
        using var http = app.Http();
        var path = await Subscribe(app, "manager1");
        var before = Ical.Net.Calendar.Load(await http.GetStringAsync(path))!.Events.Single(e => e.Summary!.Contains("竣工")).Uid;
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 4, 30))], Ground.Project), Person.Supervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 2), 0, Ground.Project), Person.Supervisor);

        var after = Ical.Net.Calendar.Load(await http.GetStringAsync(path))!.Events.Single();

        Assert.That((after.Uid, DateOnly.FromDateTime(after.Start!.Value)), Is.EqualTo((before, new DateOnly(2027, 4, 30))));
    }

    [Test]
    public async Task Due_dates_of_land_applications_stages_and_cases_of_ones_projects_are_in_it()
    {
        await using var app = await Zone();
        using var http = app.Http();
        await app.Do(new Approvals.Modules.Land.OpenParcel.Command(Ground.Project, Ground.Parcel, 80_000m, 312.5m, 100));
        await app.Do(Ground.Contract);
        await app.Apply(Ground.Project, "A01");
        await app.Receive(Ground.Project, "A03");
        var due = (await app.Rows<(string Kind, long Id)>("SELECT DISTINCT subject_kind, id FROM deadlines_clock WHERE stopped_on IS NULL AND due_on IS NOT NULL")).ToList();

        var mine = Ical.Net.Calendar.Load(await http.GetStringAsync(await Subscribe(app, "manager1")))!.Events.Select(e => e.Uid!).Where(u => u.StartsWith("clock-", StringComparison.Ordinal));
        var others = Ical.Net.Calendar.Load(await http.GetStringAsync(await Subscribe(app, "manager2")))!.Events;

        Assert.That(due.Select(d => d.Kind).Distinct(), Is.EquivalentTo(new[] { "case", "application", "stage", "parcel" }));
        Assert.That(mine, Is.EquivalentTo(due.Select(d => $"clock-{d.Id}@approvals")));
        Assert.That(others, Is.Empty);
    }

    [Test]
    public async Task Nobody_elses_project_is_in_it()
    {
        await using var app = await Zone();
        using var http = app.Http();

        var calendar = Ical.Net.Calendar.Load(await http.GetStringAsync(await Subscribe(app, "manager2")))!;

        Assert.That(calendar.Events, Is.Empty);
    }

    [Test]
    public async Task Another_address_ends_the_one_before_and_a_stop_ends_it_too()
    {
        await using var app = await Zone();
        using var http = app.Http();
        var first = await Subscribe(app, "manager1");
        var second = await Subscribe(app, "manager1");
        using var old = await http.GetAsync(first);
        using var good = await http.GetAsync(second);
        await app.Send(new SubscribeFeed.Stop(), await Who(app, "manager1"));
        using var ended = await http.GetAsync(second);
        using var guessed = await http.GetAsync("/api/public/feed/guess.ics");

        Assert.That(new[] { old, good, ended, guessed }.Select(a => a.StatusCode), Is.EqualTo(new[] { HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound }));
    }

    [Test]
    public async Task An_account_that_is_closed_or_has_no_part_in_the_work_any_more_is_read_no_more()
    {
        await using var app = await Zone();
        using var http = app.Http();
        var path = await Subscribe(app, "manager1");
        await app.Change("UPDATE access_user_role SET role = 'SystemAdministrator' WHERE user_id = (SELECT id FROM access_user WHERE login = 'manager1')");
        using var administrator = await http.GetAsync(path);
        var other = await Subscribe(app, "manager2");
        await app.Change("UPDATE access_user SET is_active = 0 WHERE login = 'manager2'");
        using var closed = await http.GetAsync(other);

        Assert.That((administrator.StatusCode, closed.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task It_ends_with_the_account_and_does_not_come_back_with_it()
    {
        await using var app = await Zone();
        using var http = app.Http();
        var path = await Subscribe(app, "manager1");
        await app.Send(new DeactivateUser.Command("manager1"), Person.SecurityAdministrator);
        await app.Send(new ReactivateUser.Command("manager1"), Person.SecurityAdministrator);
        using var answer = await http.GetAsync(path);

        Assert.That((answer.StatusCode, await app.Value<int>("SELECT COUNT(*) FROM timeline_feed")), Is.EqualTo((HttpStatusCode.NotFound, 0)));
    }

    [Test]
    public async Task It_ends_with_a_password_that_is_set_anew_and_when_its_owner_signs_out_everywhere_and_nobody_elses_does()
    {
        await using var app = await Zone();
        using var http = app.Http();
        await app.Send(new AddUser.Command("manager3", "示例账号", null, [Role.ProjectManager], Password));
        var (reset, left, others) = (await Subscribe(app, "manager1"), await Subscribe(app, "manager2"), await Subscribe(app, "manager3"));
        await app.Send(new ResetPassword.Command("told face to face", "manager1"), Person.SecurityAdministrator);
        using var browser = await app.SignedIn("manager2", Password);
        var page = (await browser.Page("/account")).QuerySelector("[aria-labelledby=sessions]")!.TextContent;
        using var everywhere = await browser.Submit("/account", "form[action*=Everywhere]");
        var answers = new List<HttpStatusCode>();
        foreach (var path in new[] { reset, left, others })
        {
            using var answer = await http.GetAsync(path);
            answers.Add(answer.StatusCode);
        }

        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK }));
        Assert.That(page, Does.Contain("日历订阅的地址也随之失效"));
    }

    [Test]
    public async Task Each_part_of_it_goes_with_the_role_it_is_for()
    {
        await using var app = await Zone();
        using var http = app.Http();
        await app.Apply(Ground.Project, "A01");
        await app.Receive(Ground.Project, "A03");
        var path = await Subscribe(app, "manager1");
        var seen = new List<string>();
        foreach (var (roles, department) in new[] { ("ProjectManager", null), ("Agent", "FGJX"), ("Reviewer", "FGJX"), ("WindowClerk", "FGJX"), ("Supervisor", (string?)null) })
        {
            await app.Change($"UPDATE access_user_role SET role = '{roles}' WHERE user_id = (SELECT id FROM access_user WHERE login = 'manager1')");
            await app.Change($"UPDATE access_user SET department = {(department is null ? "NULL" : $"'{department}'")} WHERE login = 'manager1'");
            var titles = Ical.Net.Calendar.Load(await http.GetStringAsync(path))!.Events.Select(e => e.Summary!).ToList();
            string Has(string part) => titles.Any(t => t.Contains(part, StringComparison.Ordinal)) ? part : "-";
            seen.Add($"{roles}: {Has("计划 竣工")} {Has("承诺时限")} {Has("收件答复")}");
        }

        Assert.That(seen, Is.EqualTo(new[]
        {
            "ProjectManager: 计划 竣工 承诺时限 收件答复",
            "Agent: - - -", // manager no longer, and the department is of no use
            "Reviewer: - 承诺时限 -",
            "WindowClerk: - - 收件答复",
            "Supervisor: - 承诺时限 -",
        }));
    }

    [Test]
    public async Task The_page_says_what_there_is_for_the_readers_roles()
    {
        await using var app = await App.Start(environment: "Development");
        foreach (var (login, says) in new[] { ("manager", "您任项目经理"), ("zrzy", "您所在部门"), ("clerk", "窗口未办结"), ("supervisor", "全园区") })
        {
            using var browser = await app.SignedIn(login);
            var lines = (await browser.Page("/feed")).QuerySelectorAll("section[aria-labelledby=h-what] li").Select(l => l.TextContent).ToList();
            Assert.That(lines, Has.Count.EqualTo(2), login);
            Assert.That(lines[0], Does.StartWith(says), login);
        }
    }

    [Test]
    public async Task A_token_that_may_only_read_takes_no_address_that_outlives_it()
    {
        await using var app = await Zone();
        using var reads = app.Http(await app.Token("manager1", "看", [Scope.Read]));
        using var account = app.Http(await app.Token("manager1", "账号", [Scope.Account]));
        using var refused = await reads.PostAsync("/api/feed", null);
        using var given = await account.PostAsync("/api/feed", null);
        using var kept = await reads.DeleteAsync("/api/feed");

        Assert.That((refused.StatusCode, given.StatusCode, kept.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    /// <summary>Who changes it because somebody may have had it, wants nobody to go on reading.</summary>
    [Test]
    public async Task A_password_that_its_owner_changes_ends_the_address_and_one_that_is_hashed_anew_does_not()
    {
        await using var app = await Zone();
        using var http = app.Http();
        async Task<HttpStatusCode> Read(string path)
        {
            using var answer = await http.GetAsync(path);
            return answer.StatusCode;
        }

        var (path, who) = (await Subscribe(app, "manager1"), await Who(app, "manager1"));
        await app.Send(new ChangePassword.Store(who.Id, await app.Value<string>("SELECT password_hash FROM access_user WHERE id = @Id", new { who.Id }), app.Hash(Password), IsOwnChoice: false), who);
        var hashedAnew = await Read(path);
        await app.Send(new ChangePassword.Command(Password, "quite another one 7"), who);

        Assert.That((hashedAnew, await Read(path)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task The_secret_lies_neither_in_the_database_nor_in_the_record()
    {
        await using var app = await Zone();
        var secret = (await Subscribe(app, "manager1")).Split('/')[^1].Replace(".ics", "", StringComparison.Ordinal);

        Assert.Multiple(async () =>
        {
            Assert.That(await app.Value<string>("SELECT hash FROM timeline_feed"), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM audit_record WHERE said LIKE @part OR detail LIKE @part", new { part = $"%{secret}%" }), Is.Zero);
        });
    }

    /// <summary>Whoever has the address may ask under any name; the owner's calendar leads to the site.</summary>
    [Test]
    public async Task What_it_links_to_is_the_site_by_whatever_name_it_was_asked_for()
    {
        string[] hosts = ["localhost:99999", "a..b", "!..b", "xn--a", new('a', 300), "evil.example", "[::1]:5", ""];
        await using var said = await Zone(new Dictionary<string, string?> { ["Site:Address"] = "https://approvals.example/" });
        await using var unsaid = await Zone();
        var (path, other) = (await Subscribe(said, "manager1"), await Subscribe(unsaid, "manager1"));
        foreach (var host in hosts)
        {
            var answer = await Ask(said, path, host);
            if (answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal)) continue; // no name at all to the server
            Assert.That(answer, Does.StartWith("HTTP/1.1 200 ").And.Contain($":https://approvals.example/projects/{Ground.Project}").And.Not.Contain("evil"), host);
            Assert.That(await Ask(unsaid, other, host), Does.StartWith("HTTP/1.1 200 ").And.Contain($":{unsaid.Services.GetRequiredService<Settings>().Address}/projects/{Ground.Project}"), host);
        }

        using var manager = await said.SignedIn("manager1", Password);
        using var given = await manager.Submit("/feed", "main form");
        Assert.That((await given.Html()).QuerySelector("code")!.TextContent, Does.StartWith("https://approvals.example/api/public/feed/"));

        static async Task<string> Ask(App app, string path, string host)
        {
            // A client sends no such name.
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync("127.0.0.1", app.Address.Port);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            using var reader = new StreamReader(stream);
            return (await reader.ReadToEndAsync()).Replace("\r\n ", "", StringComparison.Ordinal); // a long line of a calendar is folded
        }
    }

    [Test]
    public async Task The_page_gives_the_address_once_and_takes_it_back()
    {
        await using var app = await Zone();
        using var manager = await app.SignedIn("manager1", Password);
        using var given = await manager.Submit("/feed", "main form");
        var address = (await given.Html()).QuerySelector("code")!.TextContent;
        var again = await manager.Page("/feed");
        using var stopped = await manager.Submit("/feed", "form[action*=Stop]");
        using var http = app.Http();
        using var ended = await http.GetAsync(new Uri(address).AbsolutePath);

        Assert.Multiple(() =>
        {
            Assert.That(address, Does.Contain("/api/public/feed/").And.EndWith(".ics"));
            Assert.That(again.QuerySelector("code"), Is.Null);
            Assert.That(((int)stopped.StatusCode, ended.StatusCode), Is.EqualTo((302, HttpStatusCode.NotFound)));
        });
    }

    private static async Task<App> Zone(IReadOnlyDictionary<string, string?>? chosen = null)
    {
        var app = await App.Start("2026-03-02 09:00", chosen: chosen);
        await app.Send(RegisterProjectTests.Right with { Milestones = [new(MilestoneKind.LandAcquired, new(2026, 3, 31)), new(MilestoneKind.Completed, new(2027, 3, 31))] }, Person.Clerk);
        foreach (var login in new[] { "manager1", "manager2" }) await app.Send(new AddUser.Command(login, "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'manager1')");
        return app;
    }

    private static async Task<Person> Who(App app, string login) => new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), login, null, Role.ProjectManager);

    private static async Task<string> Subscribe(App app, string login) => (await app.Send(new SubscribeFeed.Command(), await Who(app, login))).Path;
}
