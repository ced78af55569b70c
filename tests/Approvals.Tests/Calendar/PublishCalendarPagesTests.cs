using System.Net;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;

namespace Approvals.Tests.Calendar;

/// <summary>Publishing and closing as the supervisor and programs do it.</summary>
[Parallelizable]
internal sealed class PublishCalendarPagesTests
{
    private const string Password = "long enough 2026";
    private const string Page = "/calendar/publish";

    [Test]
    public async Task The_supervisor_looks_first_and_then_publishes()
    {
        await using var app = await Open();
        using var supervisor = await app.SignedIn("supervisor", Password);

        var preview = await (await supervisor.Submit(Page, "#file", ("content", Notices.Short()))).Html();
        Assert.That(preview.QuerySelector("#h-preview")!.TextContent, Is.EqualTo("预览：日历文件"));
        Assert.That(preview.QuerySelectorAll("table tbody tr td:nth-child(2)").Select(c => c.TextContent), Does.Contain("放假：春节").And.Contain("调休上班：国庆节"));
        Assert.That(PublishCalendarTests.Days(app).PublishedYears, Does.Not.Contain(2027));

        var form = preview.QuerySelector("form[action*=Publish]")!;
        var fields = form.QuerySelectorAll("input").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!);
        using var published = await supervisor.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(fields));

        var asked = await app.Pending();
        Assert.That((published.StatusCode, published.Headers.Location!.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, $"/requests/{asked}")));
        Assert.That(PublishCalendarTests.Days(app).PublishedYears, Does.Not.Contain(2027), "it was only asked for");
        await app.Countersign(asked, TwoPersons.OtherSupervisor);
        Assert.That(PublishCalendarTests.Days(app).PublishedYears, Does.Contain(2027));
        Assert.That((await supervisor.Page("/calendar/2027")).QuerySelector("section[aria-labelledby=editions] tbody tr")!.TextContent, Does.Contain("督办").And.Contain("示例〔2026〕1号").And.Contain("首次发布"));

        using var again = await supervisor.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["content"] = Notices.Short("示例〔2026〕9号") }));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "the preview is no longer of what is in force");
    }

    [Test]
    public async Task A_broken_file_keeps_the_page_its_content_and_says_everything()
    {
        await using var app = await Open();
        using var supervisor = await app.SignedIn("supervisor", Password);
        const string Broken = """{"year":2027,"days":[{"day":"2027-02-30","working":false,"nameZh":"x","nameEn":"x"}]}""";

        using var answer = await supervisor.Submit(Page, "#file", ("content", Broken));
        var page = await answer.Html();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(page.QuerySelectorAll(".errors li").Select(e => e.TextContent), Has.Some.Contain("日历来源").And.Some.Contain("2027-02-30"));
        Assert.That(page.QuerySelector("#Content")!.TextContent, Is.EqualTo(Broken));
    }

    [Test]
    public async Task A_closure_is_previewed_entered_shown_with_its_order_and_lifted()
    {
        await using var app = await Open();
        using var supervisor = await app.SignedIn("supervisor", Password);

        var preview = await (await supervisor.Submit(Page, "#closure",
            ("From", "2026-11-12"), ("To", "2026-11-13"), ("OrderNumber", "示例令〔2026〕3号"), ("ReasonZh", "台风"), ("ReasonEn", "Typhoon"))).Html();
        Assert.That(preview.QuerySelector("section[aria-labelledby=h-closure-preview]")!.TextContent, Does.Contain("停办：台风（示例令〔2026〕3号）").And.Contain("248 个变为 246 个"));
        var form = preview.QuerySelector("form[action*=Close]")!;
        using var closed = await supervisor.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(form.QuerySelectorAll("input").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!)));
        Assert.That(closed.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        await app.Countersign(await app.Pending(), TwoPersons.OtherSupervisor);

        var year = await supervisor.Page("/calendar/2026");
        Assert.That(year.QuerySelectorAll("td.off[title='停办：台风（示例令〔2026〕3号）']").Select(c => c.FirstChild!.TextContent.Trim()), Is.EqualTo(new[] { "12", "13" }));

        using var lifted = await supervisor.Submit(Page, "form[action*=Reopen]", ("lift.orderNumber", "示例令〔2026〕4号"));
        Assert.That(lifted.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        await app.Countersign(await app.Pending(), TwoPersons.OtherSupervisor);
        Assert.That(PublishCalendarTests.Days(app).Closures.Select(c => c.Day), Is.EqualTo(new[] { new DateOnly(2026, 11, 13) }));
    }

    [Test]
    public async Task A_closure_that_is_refused_keeps_what_was_typed_and_says_it_beside_the_field()
    {
        await using var app = await Open();
        using var supervisor = await app.SignedIn("supervisor", Password);

        var page = await (await supervisor.Submit(Page, "#closure", ("From", "2026-11-14"), ("To", "2026-11-13"), ("OrderNumber", "示例令"), ("ReasonZh", "台风"), ("ReasonEn", ""))).Html();

        Assert.That(page.QuerySelector("#To-error")!.TextContent, Does.Contain("早于第一天"));
        Assert.That(page.QuerySelector("#ReasonEn-error")!.TextContent, Does.Contain("请填写"));
        Assert.That(page.QuerySelector("#OrderNumber")!.GetAttribute("value"), Is.EqualTo("示例令"));
    }

    [Test]
    public async Task Only_who_may_publish_is_led_there()
    {
        await using var app = await Open();
        using var clerk = await app.SignedIn("clerk", Password);
        using var supervisor = await app.SignedIn("supervisor", Password);

        Assert.That((await clerk.Page("/calendar")).QuerySelector($"a[href='{Page}']"), Is.Null);
        Assert.That((await supervisor.Page("/calendar")).QuerySelector($"a[href='{Page}']"), Is.Not.Null);
    }

    [Test]
    public async Task Programs_preview_publish_close_and_reopen()
    {
        await using var app = await Open();
        using var program = app.Http(await app.Token("supervisor", "程序", Scopes.All));

        var preview = await Post(program, "preview", Notices.Short());
        using var other = app.Http(await app.Token("supervisor2", "程序"));
        foreach (var (door, body) in new[]
        {
            ($"editions?seen={preview.GetProperty("edition")}", Notices.Short()),
            ("closures", """{"from":"2027-03-01","to":"2027-03-02","orderNumber":"示例令","reasonZh":"台风","reasonEn":"Typhoon"}"""),
            ("reopenings", """{"day":"2027-03-02","orderNumber":"示例令二"}"""),
        })
        {
            var asked = (await Post(program, door, body)).GetProperty("request").GetString();
            using var own = await program.PostAsync($"/api/requests/{asked}/approve", null);
            using var approved = await other.PostAsync($"/api/requests/{asked}/approve", null);
            Assert.That((own.StatusCode, approved.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NoContent)), door);
        }

        var editions = JsonDocument.Parse(await program.GetStringAsync("/api/calendar/2027/editions")).RootElement;

        Assert.That(preview.GetProperty("published").GetBoolean(), Is.False);
        Assert.That(editions.EnumerateArray().Select(e => e.GetProperty("orderNumber").GetString()), Is.EqualTo(new[] { "示例令二", "示例令", null }));
        var off = JsonDocument.Parse(await program.GetStringAsync("/api/calendar/2027")).RootElement.GetProperty("daysOff").EnumerateArray().Single(d => d.GetProperty("date").GetString() == "2027-03-01");
        Assert.That(off.GetProperty("orderNumber").GetString(), Is.EqualTo("示例令"));
    }

    [TestCase("editions", "", "calendar.empty")]
    [TestCase("preview", "{", "calendar.unreadable")]
    [TestCase("editions?seen=1", null, "calendar.publishedMeanwhile")]
    public async Task Programs_are_told_what_is_wrong(string door, string? body, string code)
    {
        await using var app = await Open();
        using var program = app.Http(await app.Token("supervisor", "程序", Scopes.All));

        Assert.That((await Post(program, door, body ?? Notices.Short())).GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(PublishCalendarTests.Days(app).Edition, Is.EqualTo(6));
    }

    private static async Task<App> Open()
    {
        var app = await App.Start("2026-11-10 09:00");
        await app.Send(new AddUser.Command("supervisor", "督办", null, [Role.Supervisor], Password));
        await app.Send(new AddUser.Command("supervisor2", "督办二", null, [Role.Supervisor], Password));
        await app.Send(new AddUser.Command("clerk", "窗口", null, [Role.WindowClerk], Password));
        return app;
    }

    private static async Task<JsonElement> Post(HttpClient program, string door, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await program.PostAsync("/api/calendar/" + door, content);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
