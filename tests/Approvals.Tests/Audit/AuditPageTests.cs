using System.IO.Compression;
using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using Approvals.Web;
using MiniExcelLibs;

namespace Approvals.Tests.Audit;

/// <summary>The record as people read it: the page of the auditor, its files, and the history of a matter.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AuditPageTests
{
    [Test]
    public async Task The_record_is_found_by_person_matter_day_and_outcome()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.FromHours(8)));
        await app.Send(new SealDays.Command());
        await app.Refusal(new DeactivateUser.Command(application.Number), Person.Clerk);

        Assert.That(await Found(app, new(Person: "窗口")), Is.EqualTo(new[] { "Access.DeactivateUser", "OneWindow.TakeIn", "Projects.RegisterProject" }));
        Assert.That(await Found(app, new(About: application.Number.ToLowerInvariant())), Is.EqualTo(new[] { "Access.DeactivateUser", "OneWindow.TakeIn" }));
        Assert.That(await Found(app, new(About: application.Number, Person: "system")), Is.Empty);
        Assert.That(await Found(app, new(From: new(2026, 3, 3), Person: "窗口")), Is.EqualTo(new[] { "Access.DeactivateUser" }));
        Assert.That(await Found(app, new(To: new(2026, 3, 2), Person: "窗口")), Is.EqualTo(new[] { "OneWindow.TakeIn", "Projects.RegisterProject" }));
        Assert.That(await Found(app, new(Outcome: Filter.NotDone)), Is.EqualTo(new[] { "Access.DeactivateUser" }));
        Assert.That(await Found(app, new(Outcome: "invalid")), Is.Empty);
    }

    /// <summary>A clock that is set back, or a second server seconds behind, numbers a record of a day behind the end of that day.</summary>
    [Test]
    public async Task A_record_is_found_by_its_day_though_it_was_numbered_after_that_day_was_sealed_or_before_it_began()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        async Task At(int day, int hour, int minute, int second, string what)
        {
            app.Clock.AdjustTime(new DateTimeOffset(2026, 3, day, hour, minute, second, TimeSpan.FromHours(8)));
            if (what.Length == 0) await app.Send(new SealDays.Command());
            else await app.Refusal(new DeactivateUser.Command(what), Person.Clerk);
        }

        async Task<string> On(DateOnly day) =>
            string.Join(' ', (await app.Send(new ListRecords.Query(new(From: day, To: day, Person: "窗口")), Person.Auditor)).Records.Select(r => r.Subject["account:".Length..]));

        await At(2, 9, 0, 0, "first");
        await At(3, 0, 0, 5, "early");
        await At(2, 23, 59, 58, "late");
        await At(3, 0, 10, 0, "");
        await At(2, 23, 59, 59, "latest");
        await At(3, 9, 0, 0, "day");
        foreach (var day in new[] { 4, 5, 6, 7 }) await At(day, 0, 10, 0, "");

        Assert.That((await On(new(2026, 3, 2)), await On(new(2026, 3, 3)), await On(new(2026, 3, 4))), Is.EqualTo(("latest late first", "day early", "")));
    }

    [Test]
    public async Task What_was_done_for_somebody_is_found_under_their_name_too()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new AddUser.Store("jx", "经办人甲", "FGJX", [Role.Reviewer], "unusable", false));
        var away = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'jx'"), "jx", "FGJX", Role.Reviewer);
        await app.Send(new StartHandling.Command(number), Person.Reviewer("FGJX") with { For = new(away.Id, "jx", "经办人甲") });
        await app.Send(new GiveOpinion.Command(number, "同意"), away);

        foreach (var person in new[] { "jx", "经办人甲" })
            Assert.That(await Found(app, new(Person: person)), Is.EqualTo(new[] { "Permits.GiveOpinion", "Permits.StartHandling" }), person);
        Assert.That(await Found(app, new(Person: "jx", About: number)), Is.EqualTo(new[] { "Permits.GiveOpinion", "Permits.StartHandling" }));
        Assert.That(await Found(app, new(Person: "Reviewer")), Is.Empty);
        foreach (var part in new[] { "办人甲", "J" })
            Assert.That(await Found(app, new(Person: part)), Is.EqualTo(new[] { "Permits.GiveOpinion", "Permits.StartHandling" }), $"by a part: {part}");
        Assert.That(await Found(app, new(Person: "%")), Is.Empty, "a sign is a sign");
        for (var i = 0; i < 20; i++) await app.Send(new AddUser.Store($"jx{i:00}", "某人", "FGJX", [Role.Reviewer], "unusable", false));
        var many = await app.Refusal(new ListRecords.Query(new(Person: "j")), Person.Auditor);
        Assert.That((many.Code(), many.Problems[0].Field), Is.EqualTo(("audit.person", "person")));
        Assert.That(await Found(app, new(Person: "jx")), Is.EqualTo(new[] { "Permits.GiveOpinion", "Permits.StartHandling" }), "a whole login is that one alone");
    }

    [Test]
    public async Task Pages_of_the_record_join_without_a_gap_though_reading_adds_to_it()
    {
        await using var app = await App.Start();
        for (var i = 0; i < 12; i++) await app.Refusal(new DeactivateUser.Command($"u{i:00}"), Person.SecurityAdministrator);

        var seen = new List<string>();
        long? before = null;
        do
        {
            var page = await app.Send(new ListRecords.Query(new(Person: "安全管理员"), before, 5), Person.Auditor);
            seen.AddRange(page.Records.Select(r => r.Subject));
            before = page.Next;
        }
        while (before is not null);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 12).Reverse().Select(i => $"account:u{i:00}")));
        Assert.That((await app.LogOf("Audit.ListRecords")).Count, Is.EqualTo(3), "reading the record is recorded");
    }

    [Test]
    public async Task The_page_and_its_files_are_for_the_auditor_and_the_audit_administrator()
    {
        await using var app = await App.Start(environment: "Development");
        foreach (var (login, status) in new[] { ("auditor", HttpStatusCode.OK), ("audit-admin", HttpStatusCode.OK), ("supervisor", HttpStatusCode.Forbidden), ("security", HttpStatusCode.Forbidden), ("clerk", HttpStatusCode.Forbidden), ("admin", HttpStatusCode.Forbidden), ("leader", HttpStatusCode.Forbidden) })
        {
            using var browser = await app.SignedIn(login);
            using var page = await browser.GetAsync("/audit");
            using var file = await browser.GetAsync("/audit?handler=Csv");
            Assert.That((page.StatusCode, file.StatusCode), Is.EqualTo((status, status)), login);
        }
    }

    /// <summary>Who reads the record need not ask whoever runs the machine whether it is whole.</summary>
    [TestCase(false, "完好", "末尾被截去")]
    [TestCase(true, "sound", "The end is cut off")]
    public async Task The_audit_administrator_verifies_the_record_on_the_page_with_the_files_of_roots_that_were_kept(bool english, string sound, string cutOff)
    {
        await using var app = await App.Start(environment: "Development");
        using var browser = await app.SignedIn("audit-admin", english: english);
        Assert.That((await browser.Page("/audit")).QuerySelector("a[href='/audit/verify']"), Is.Not.Null);
        var roots = await browser.GetByteArrayAsync("/audit?handler=Roots");

        using var whole = await Verify(browser, roots);
        var said = (await whole.Html()).QuerySelector("#finding")!.TextContent;
        using var alone = await Verify(browser);
        using var many = await Verify(browser, [.. Enumerable.Repeat(roots, 21)]);
        var end = RootFile.Read(System.Text.Encoding.UTF8.GetString(roots), "roots").LastId;
        var log = await app.LogOf("Audit.CheckRecord");
        await app.Tamper($"DELETE FROM audit_record WHERE id >= {end - 1}");
        using var cut = await Verify(browser, roots);
        var found = (await cut.Html()).QuerySelector("#finding")!.TextContent;
        var asked = (await app.LogOf("Audit.CheckRecord"))[^1];
        await app.Tamper("DELETE FROM audit_record");
        using var emptied = await Verify(browser, roots);
        using var wrong = await Verify(browser, "{}"u8.ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(said, Does.Contain(sound));
            Assert.That((alone.StatusCode, many.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.BadRequest)));
            Assert.That(log.Select(r => string.Join(' ', Line.Changes(r).Select(c => $"{c.What.Zh}{c.After.Zh}"))), Is.EqualTo(new[] { $"末条{log[0].Id - 1} 另存的根文件1 核对结果完好", $"末条{log[1].Id - 1} 另存的根文件0 核对结果完好" }));
            Assert.That(log.Select(r => (r.Login, r.Outcome)), Is.EqualTo(new[] { ("audit-admin", "done"), ("audit-admin", "done") }));
            Assert.That(found, Does.Contain(cutOff));
            Assert.That(asked.Outcome, Is.EqualTo("done"));
            Assert.That(asked.Detail, Does.Contain("末尾被截去"));
            Assert.That((emptied.StatusCode, wrong.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.BadRequest)));
        });
        Assert.That(await emptied.Content.ReadAsStringAsync(), Does.Contain(english ? "The record is empty" : "记录是空的"), "though nothing can be recorded any more");
    }

    [Test]
    public async Task The_record_is_verified_by_those_who_read_it_and_by_one_at_a_time()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var who in new[] { Person.Supervisor, Person.SystemAdministrator, Person.SecurityAdministrator })
            Assert.That((await app.Refusal(new CheckRecord.Query(), who)).Status, Is.EqualTo(Web.RefusedAs.Forbidden));
        using (app.Services.GetRequiredService<CheckRecord.Turn>().Take())
            Assert.That((await app.Refusal(new CheckRecord.Query(), Person.AuditAdministrator)).Code(), Is.EqualTo("audit.verifying"));
        Assert.That((await app.Send(new CheckRecord.Query(), Person.AuditAdministrator)).Found, Is.Null);
    }

    /// <summary>A file holds all the days before it: after some years each of twenty is half a megabyte.</summary>
    [Test]
    public async Task Files_of_roots_of_many_years_are_taken_all_at_once()
    {
        await using var app = await App.Start(environment: "Development");
        using var browser = await app.SignedIn("audit-admin");
        var roots = await browser.GetByteArrayAsync("/audit?handler=Roots");
        var grown = roots.Concat(Enumerable.Repeat((byte)' ', 500_000)).ToArray();

        using var twenty = await Verify(browser, [.. Enumerable.Repeat(grown, 20)]);

        Assert.That(twenty.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await twenty.Html()).QuerySelector("#finding")!.TextContent, Does.Contain("完好"));
    }

    private static async Task<HttpResponseMessage> Verify(HttpClient browser, params byte[][] roots)
    {
        var page = await browser.Page("/audit/verify");
        using var form = new MultipartFormDataContent { { new StringContent(page.QuerySelector("#verify input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" } };
        foreach (var file in roots) form.Add(new ByteArrayContent(file), "roots", "roots.json");
        return await browser.PostAsync("/audit/verify", form);
    }

    [Test]
    public async Task The_files_hold_what_the_filter_leaves_and_asking_for_them_is_recorded()
    {
        await using var app = await App.Start(environment: "Development");
        using var auditor = await app.SignedIn("auditor");
        var csv = await auditor.GetStringAsync("/audit?handler=Csv&outcome=done");
        using var book = new ZipArchive(new MemoryStream(await auditor.GetByteArrayAsync("/audit?handler=Xlsx&person=clerk")));
        var roots = RootFile.Read(await auditor.GetStringAsync("/audit?handler=Roots"), "roots");

        var done = (await app.Records()).Count(r => r.Outcome == "done" && r.Id <= roots.LastId);
        // The two exports and that of the roots were recorded after, or while, the first was read.
        Assert.That(csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1, Is.InRange(done - 2, done));
        Assert.That(book.GetEntry("xl/worksheets/sheet1.xml"), Is.Not.Null);
        Assert.That((await app.LogOf("Audit.ExportRecords")).Select(r => r.Login), Is.EqualTo(new[] { "auditor", "auditor" }));
        Assert.That((await app.LogOf("Audit.ExportRoots")).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task The_files_hold_of_each_record_all_that_it_says()
    {
        await using var app = await App.Start("2026-03-02 15:00");
        await app.Has("auditor1", Role.Auditor);
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        app.SetTime("2026-03-02 16:00");
        await app.Send(new Accept.Command(number, new DateTime(2026, 3, 2, 15, 10, 0)), Person.Clerk with { For = new(77, "desk2", "另一窗口") });
        using var auditor = await app.SignedIn("auditor1", Telling.Password);

        var csv = System.Text.Encoding.UTF8.GetString(await auditor.GetByteArrayAsync($"/audit?handler=Csv&about={number}"));
        using var book = new MemoryStream(await auditor.GetByteArrayAsync($"/audit?handler=Xlsx&about={number}"));
        var none = await auditor.GetStringAsync("/audit?handler=Csv&about=nothing");
        using var empty = new MemoryStream(await auditor.GetByteArrayAsync("/audit?handler=Xlsx&about=nothing"));
        var pages = await auditor.GetStringAsync("/audit?handler=Csv&person=auditor1");
        using var reversed = await auditor.GetAsync("/audit?handler=Csv&from=2026-03-03&to=2026-03-02");

        var r = (await app.LogOf("OneWindow.Accept")).Single();
        string[] names = ["序号", "记录时间", "发生时间", "账号", "姓名", "角色", "代替", "来源", "地址", "操作", "命令", "对象", "结果", "内容", "变化或原因", "关联号", "散列"];
        string[] cells = [$"{r.Id}", "2026-03-02 16:00:00", "2026-03-02 15:10:00", r.Login, r.UserName, "窗口人员", "desk2", "程序内", r.Place, "受理申请", "OneWindow.Accept", $"application:{number}", "已办", r.Said, Line.Detail(r), r.Correlation, r.Hash];
        var rows = MiniExcel.Query(book).Cast<IDictionary<string, object?>>().Select(row => row.Values.Select(v => v as string ?? $"{v}").ToArray()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That((r.Said.Contains(number, StringComparison.Ordinal), cells[14].Contains(" → ", StringComparison.Ordinal), r.Hash.Length), Is.EqualTo((true, true, 64)));
            Assert.That(csv[..1], Is.EqualTo("\uFEFF"), "or spreadsheets take Chinese for something else");
            Assert.That(csv[1..].Split("\r\n")[..2], Is.EqualTo(new[] { Csv.Line(names)[..^2], Csv.Line(cells)[..^2] }));
            Assert.That(rows[..2], Is.EqualTo(new[] { names, cells }));
            Assert.That((csv.Split("\r\n").Length, rows.Count), Is.EqualTo((4, 3)), "its header, the acceptance and the intake");
            Assert.That((none, MiniExcel.Query(empty).Cast<IDictionary<string, object?>>().First().Values), Is.EqualTo((Csv.Line(names), names)));
            Assert.That(pages, Does.Contain(",网页,127.0.0.1,登录,"));
            Assert.That(reversed.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    /// <summary>More than is read at once, and each part of the filter by a record that it alone leaves out.</summary>
    [Test]
    public async Task The_files_hold_what_the_person_the_matter_the_days_and_the_outcome_leave_however_long()
    {
        const int Many = 1_003;
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("auditor1", Role.Auditor);
        async Task Refused(string day, string login, Person by)
        {
            app.SetTime($"{day} 09:00");
            await app.Refusal(new DeactivateUser.Command(login), by);
        }

        await Refused("2026-03-02", "target", Person.Clerk);
        for (var i = 0; i < Many; i++) await Refused("2026-03-03", "target", Person.Clerk);
        await Refused("2026-03-03", "another", Person.Clerk);
        await Refused("2026-03-03", "target", Person.OtherClerk);
        await Refused("2026-03-04", "target", Person.Clerk);
        var ids = (await app.LogOf("Access.DeactivateUser")).Select(r => r.Id).ToList();
        await app.Tamper($"UPDATE audit_record SET outcome = 'refused' WHERE id = {ids[1]}");
        using var auditor = await app.SignedIn("auditor1", Telling.Password);

        const string Filter = "&person=窗口&about=target&from=2026-03-03&to=2026-03-03&outcome=forbidden";
        var csv = await auditor.GetStringAsync("/audit?handler=Csv" + Filter);
        using var book = new MemoryStream(await auditor.GetByteArrayAsync("/audit?handler=Xlsx" + Filter));

        var expected = ids[2..^3].Order().Reverse().Select(id => $"{id}").ToList();
        Assert.That(csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[0]), Is.EqualTo(expected));
        Assert.That(MiniExcel.Query(book).Cast<IDictionary<string, object?>>().Skip(1).Select(row => $"{row["A"]}"), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_files_say_why_something_was_refused_and_what_changed_as_the_page_does()
    {
        await using var app = await App.Start(environment: "Development");
        await app.Refusal(new DeactivateUser.Command("nobody.such"), Person.Clerk);
        using var auditor = await app.SignedIn("auditor");

        var refused = await auditor.GetStringAsync("/audit?handler=Csv&outcome=forbidden");
        var done = await auditor.GetStringAsync("/audit?handler=Csv&outcome=done");

        Assert.That(refused, Does.Contain("角色没有此项权限").Or.Contain("您的角色不能").And.Not.Contain("access.notAllowed"));
        Assert.That(done, Does.Contain(" → ").And.Not.Contain("[[\"\"["));
        Assert.That(done, Does.Not.Contain("[[["));
    }

    [TestCase(false, "准予许可", "状态")]
    [TestCase(true, "Approve the case", "Status")]
    public async Task A_matter_shows_its_own_history_in_plain_words(bool english, string what, string change)
    {
        await using var app = await App.Start("2026-03-02 09:00", environment: "Development");
        var number = await app.Value<string>("SELECT MIN(number) FROM permits_case WHERE status = 11");
        using var browser = await app.SignedIn("auditor", english: english);
        var history = (await browser.Page($"/cases/{number}")).QuerySelector("#history")!.TextContent;

        Assert.That(history, Does.Contain(what).And.Contain(change));
        foreach (var page in new[] { $"/applications/{number[..^3]}", "/land/" + Uri.EscapeDataString(await app.Value<string>("SELECT MIN(number) FROM land_parcel")), "/projects/" + await app.Value<string>("SELECT MIN(code) FROM projects_project") })
            Assert.That((await browser.Page(page)).QuerySelectorAll("#history li"), Is.Not.Empty, page);
    }

    [Test]
    public async Task What_was_refused_is_not_in_the_history_of_a_matter()
    {
        await using var app = await App.Start();
        await app.Project();
        var application = await app.Apply(Scene.ProjectCode, "A01");
        await app.RefusalOfApproval(application["A01"]);

        var lines = await app.Send(new Modules.Audit.Contract.HistoryOf([$"case:{application["A01"]}", $"application:{application.Number}"]), Person.Clerk);
        Assert.That(lines.Select(l => l.What.En), Is.EqualTo(new[] { "Accept the application", "Take in an application" }));
        Assert.That(lines[0].As.Zh, Is.EqualTo("窗口人员"));
    }

    /// <summary>The embedded engine takes anything in any column: whoever alters one record does not take the others from sight.</summary>
    [TestCase("recorded_at = '2026-13-45 99:99:99'")]
    [TestCase("occurred_at = 'x'")]
    [TestCase("user_id = 'abc'")]
    public async Task A_record_that_cannot_be_read_is_said_to_be_so_and_the_others_are_shown(string change)
    {
        if (App.Server is not null) Assert.Ignore("The columns of a server take nothing else.");
        await using var app = await App.Start("2026-03-02 09:00", environment: "Development");
        using var auditor = await app.SignedIn("auditor");
        var number = await app.Value<string>("SELECT MIN(number) FROM permits_case WHERE status = 11");
        var altered = (await app.Records()).Last(r => r.Subject == $"case:{number}" && r.Outcome == "done");
        await using (var database = app.Writing()) await Dapper.SqlMapper.ExecuteAsync(database, $"UPDATE audit_record SET {change} WHERE id = {altered.Id}");

        var page = await auditor.Page($"/audit?about={number}");
        var csv = (await auditor.GetStringAsync($"/audit?handler=Csv&about={number}")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var history = (await auditor.Page($"/cases/{number}")).QuerySelector("#history")!.TextContent;
        var all = await auditor.GetStringAsync("/audit?handler=Csv");

        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelector("tbody")!.TextContent, Does.Contain("这条记录已损坏").And.Contain(altered.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).And.Contain("已办"));
            Assert.That(csv, Has.Length.GreaterThan(2).And.Some.Contains("Audit.Unreadable"));
            Assert.That(csv[^1], Does.Not.Contain("Audit.Unreadable"), "it goes on behind it");
            Assert.That(history, Does.Contain("这条记录已损坏").And.Contain("受理"));
            Assert.That(all, Does.Contain($"\r\n{altered.Id - 1},").And.Contain("\r\n1,"));
        });
    }

    private static async Task<string[]> Found(App app, Filter filter) =>
        [.. (await app.Send(new ListRecords.Query(filter), Person.Auditor)).Records.Where(r => !r.Command.StartsWith("Audit.", StringComparison.Ordinal)).Select(r => r.Command)];
}

internal static class Refusals
{
    public static Task RefusalOfApproval(this App app, string number) => app.Refusal(new Modules.Permits.ApproveCase.Command(number, ""), Person.Reviewer("FGJX"));
}
