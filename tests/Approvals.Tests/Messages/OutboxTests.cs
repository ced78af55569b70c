using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Messages;

[Parallelizable(ParallelScope.All)]
internal sealed class OutboxTests
{
    private const string Secret = "a secret of some length";

    private static Notify Red(string key) => Telling.News(key, MessageLevel.Red, new Audience(Role.Supervisor));

    [Test]
    public async Task Red_goes_out_at_once_even_on_a_day_off_and_the_rest_does_not()
    {
        await using var app = await App.Start("2026-03-01 22:00");
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url, Secret, "red", "yellow", "info");
        await app.Tell(Red("alert:1"), Red("alert:1"), Telling.News("alert:2", MessageLevel.Yellow, new Audience(Role.Supervisor)), Telling.News("alert:3", MessageLevel.Info, new Audience(Role.Supervisor)));

        await app.Dispatch();

        Assert.That(sink.Got.Select(p => p.Key), Is.EqualTo(new[] { (await app.Outbox()).Single().IdempotencyKey }));
        Assert.That((await app.Outbox()).Single().State, Is.EqualTo("sent"));
    }

    [Test]
    public async Task What_is_for_one_person_to_approve_is_read_by_no_group()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await using var sink = await HttpSink.Open();
        await app.Has("head1", Role.DepartmentHead, "FGJX");
        await app.Channel("值班", "webhook", sink.Url, Secret, "red", "yellow", "info");
        await app.Project();
        var @case = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];

        var asked = await app.Ask(new ExtendCase.Command(@case, 3, "张三家中有事", "延期〔2026〕1号"), Person.Reviewer("FGJX"));
        await app.Countersign(asked, Person.Head("FGJX"));
        await app.Dispatch();

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message WHERE message_key LIKE 'request:%'"), Is.GreaterThan(0));
        Assert.That(sink.Got, Is.Empty);
    }

    [Test]
    public async Task A_channel_takes_only_the_levels_it_was_set_to()
    {
        await using var app = await App.Start();
        await app.Channel("周报", "webhook", "https://hook.example/a", Secret, "info");
        await app.Tell(Red("alert:1"), Telling.News("news:1", MessageLevel.Info, new Audience(Role.Supervisor)) with { AtOnce = true });
        Assert.That((await app.Outbox()).Single().IdempotencyKey, Does.EndWith(":news:1"));
    }

    [Test]
    public async Task A_webhook_that_never_answers_holds_up_nobody_else()
    {
        await using var app = await App.Start(chosen: Telling.QuickToGiveUp);
        await using var silent = await HttpSink.Open();
        await using var well = await HttpSink.Open();
        silent.Answers = _ => null;
        await app.Channel("不答复", "webhook", silent.Url);
        await app.Channel("正常", "webhook", well.Url);
        for (var i = 1; i <= 20; i++) await app.Tell(Red($"alert:{i}"));

        while ((await app.Dispatch()).More)
        {
        }

        var waiting = (await app.Outbox()).Where(r => r.State != "sent").ToList();
        Assert.That(well.Got, Has.Count.EqualTo(20));
        Assert.That(silent.Got, Has.Count.EqualTo(1), "the others to it are not tried one by one");
        Assert.That(waiting.Select(r => r.Address), Is.All.EqualTo("不答复"));
        Assert.That(waiting.Select(r => r.Attempts).Order(), Is.EqualTo(Enumerable.Repeat(0, 19).Append(1)));
        Assert.That(waiting.Single(r => r.Attempts == 1).LastError, Does.Contain("1 秒内没有答复"));

        silent.Answers = _ => (200, "");
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Dispatch();
        Assert.That((await app.Outbox()).Select(r => r.State), Is.All.EqualTo("sent"));
    }

    [Test]
    public async Task A_failure_is_tried_again_after_1_5_15_60_and_240_minutes_then_given_up_and_can_be_sent_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (500, "");
        await app.Channel("值班", "webhook", sink.Url);
        await app.Tell(Red("alert:1"));
        var waits = new List<double>();

        for (var i = 1; i <= 6; i++)
        {
            await app.Dispatch();
            await app.Dispatch();
            var row = (await app.Outbox()).Single();
            Assert.That((row.Attempts, sink.Got.Count), Is.EqualTo((i, i)), "never before its time");
            if (row.State == "dead") break;
            waits.Add((row.NextTryAt - app.Zone.Now).TotalMinutes);
            app.Clock.Advance(row.NextTryAt - app.Zone.Now);
        }

        app.Clock.Advance(TimeSpan.FromDays(3));
        await app.Dispatch();
        var dead = (await app.Send(new ListOutbox.Query("dead"), Person.SystemAdministrator)).Rows.Single();

        Assert.That(waits, Is.EqualTo(new[] { 1, 5, 15, 60, 240 }));
        Assert.That((dead.Attempts, sink.Got.Count), Is.EqualTo((6, 6)));
        Assert.That(dead.LastError, Does.Contain("500"));

        sink.Answers = _ => (200, "");
        await app.Send(new ResendOutbox.One(dead.Id), Person.SystemAdministrator);
        await app.Dispatch();
        Assert.That((await app.Outbox()).Single().State, Is.EqualTo("sent"));
        Assert.That(sink.Got.Select(p => p.Key).Distinct(), Has.One.Items, "the same idempotency key on every try");
        Assert.That(sink.Got.Select(p => p.Body).Distinct(), Has.One.Items, "and the same words");
        Assert.ThrowsAsync<Refused>(() => app.Send(new ResendOutbox.One(dead.Id), Person.SystemAdministrator), "what was sent is not sent again");
    }

    [Test]
    public async Task All_that_was_given_up_is_sent_again_from_its_page()
    {
        await using var app = await App.Start();
        await app.Has("root", Role.SystemAdministrator);
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url);
        await app.Tell(Red("alert:1"), Red("alert:2"));
        await app.Send(new ManageChannels.SetActive(false, "值班"), Person.SystemAdministrator);
        await app.Dispatch();
        using var browser = await app.SignedIn("root", Telling.Password);
        var page = await browser.Page("/messages/outbox");
        await app.Send(new ManageChannels.SetActive(true, "值班"), Person.SystemAdministrator);
        using var again = await browser.Submit("/messages/outbox", "form[action*=ResendAll]");
        await app.Dispatch();

        Assert.That(page.QuerySelectorAll("tbody tr"), Has.Length.EqualTo(2));
        Assert.That(page.QuerySelector("tbody")!.TextContent, Does.Contain("此渠道已停用"));
        Assert.That((int)again.StatusCode, Is.EqualTo(302));
        Assert.That(sink.Got, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_sent_is_dropped_after_its_days_share_by_share_and_what_was_given_up_stays()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Messages:KeepSentDays"] = "30" });
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url);
        for (var i = 1; i <= 5; i++) await app.Tell(Red($"alert:{i}"));
        await app.Dispatch();
        await app.Tell(Red("alert:6"));
        await app.Send(new ManageChannels.SetActive(false, "值班"), Person.SystemAdministrator);
        await app.Dispatch();
        await app.Send(new ManageChannels.SetActive(true, "值班"), Person.SystemAdministrator);
        await app.Tell(Red("alert:7"));
        app.Clock.Advance(TimeSpan.FromDays(30));
        var tooSoon = await app.Send(new DropSent.Batch());
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.Dispatch();

        var shares = new[] { await app.Send(new DropSent.Batch(2)), await app.Send(new DropSent.Batch(2)), await app.Send(new DropSent.Batch(2)), await app.Send(new DropSent.Batch(2)) };

        Assert.That(tooSoon, Is.Zero, "thirty days are not over thirty days");
        Assert.That(shares, Is.EqualTo(new[] { 2, 2, 1, 0 }));
        Assert.That((await app.Outbox()).Select(r => (r.IdempotencyKey.Split(':')[^1], r.State)), Is.EqualTo(new[] { ("6", "dead"), ("7", "sent") }), "given up, and sent just now");
    }

    [Test]
    public async Task What_is_set_to_no_number_of_days_stops_the_start_and_unset_it_is_ninety()
    {
        await using var app = await App.Start();
        Assert.That(app.Services.GetRequiredService<MessageSettings>().KeepSent, Is.EqualTo(TimeSpan.FromDays(90)));
        Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: new Dictionary<string, string?> { ["Messages:KeepSentDays"] = "0" }));
    }

    [Test]
    public async Task What_was_given_up_can_be_discarded_and_what_waits_cannot()
    {
        await using var app = await App.Start();
        await app.Has("root", Role.SystemAdministrator);
        await app.Channel("值班", "webhook", "http://127.0.0.1:9/");
        await app.Tell(Red("alert:1"));
        var waiting = (await app.Outbox()).Single();
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new DiscardOutbox.Command(waiting.Id), Person.SystemAdministrator))!;
        await app.Send(new ManageChannels.SetActive(false, "值班"), Person.SystemAdministrator);
        await app.Dispatch();
        using var browser = await app.SignedIn("root", Telling.Password);
        var page = await browser.Page("/messages/outbox");
        using var gone = await browser.Submit("/messages/outbox", "form[action*=Discard]");

        Assert.That(refused.Problems[0].Code, Is.EqualTo("outbox.notGivenUp"));
        Assert.That(page.QuerySelector("tbody")!.TextContent, Does.Contain("alert:1").And.Not.Contain("采光棚项目施工许可超期"), "its key, and not what it says");
        Assert.That((int)gone.StatusCode, Is.EqualTo(302));
        Assert.That(await app.Outbox(), Is.Empty);
    }

    [Test]
    public async Task What_a_crash_left_claimed_is_sent_again_with_the_same_key_once_the_claim_has_run_out()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url);
        await app.Tell(Red("alert:1"));
        var id = (await app.Outbox()).Single().Id;

        var claimed = await app.Send(new SendOutbox.Claim(id));
        var twice = await app.Send(new SendOutbox.Claim(id));
        await app.Dispatch();
        var before = sink.Got.Count;
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        await app.Dispatch();

        Assert.That(claimed, Is.Not.Null);
        Assert.That(twice, Is.Null, "one holds it");
        Assert.That((before, sink.Got.Count), Is.EqualTo((0, 1)));
        Assert.That(sink.Got.Single().Key, Is.EqualTo(claimed!.IdempotencyKey));
    }

    [Test]
    public async Task Two_servers_at_once_send_each_message_once()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        for (var i = 1; i <= 4; i++) await app.Channel($"渠道{i}", "webhook", sink.Url);
        for (var i = 1; i <= 25; i++) await app.Tell(Red($"alert:{i}"));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while ((await app.Dispatch()).More)
            {
            }
        })));

        Assert.That(sink.Got.Select(p => p.Key).Distinct().Count(), Is.EqualTo(100));
        Assert.That(sink.Got, Has.Count.EqualTo(100));
        Assert.That((await app.Outbox()).Select(r => (r.State, r.Attempts)), Is.All.EqualTo(("sent", 1)));
    }

    [Test]
    public async Task The_signature_of_a_webhook_verifies_and_that_of_a_changed_body_or_time_does_not()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Site:Address"] = "https://approvals.zone.example/" });
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url + "/in");
        await app.Tell(Red("alert:示例-001"));
        await app.Dispatch();

        var post = sink.Got.Single();
        using var body = JsonDocument.Parse(post.Body);
        var root = body.RootElement;
        Assert.That(Verifies(post.Headers["X-Approvals-Signature"], post.Body), Is.True);
        Assert.That(Verifies(post.Headers["X-Approvals-Signature"], post.Body.Replace("02", "03", StringComparison.Ordinal)), Is.False);
        Assert.That(Verifies(post.Headers["X-Approvals-Signature"].Replace("t=1", "t=2", StringComparison.Ordinal), post.Body), Is.False);
        Assert.That(post.Headers["X-Approvals-Timestamp"], Is.EqualTo("1772413200"), "2026-03-02 09:00 +08:00");
        Assert.That(Uri.UnescapeDataString(post.Key), Is.EqualTo(root.GetProperty("key").GetString()).And.EndsWith(":alert:示例-001"), "a header is ASCII");
        Assert.That(root.GetProperty("title").GetProperty("zh").GetString(), Is.EqualTo("采光棚项目施工许可超期"));
        Assert.That(root.GetProperty("link").GetString(), Is.EqualTo("https://approvals.zone.example/cases/20260302-00001-01"));

        static bool Verifies(string header, string body)
        {
            var parts = header.Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{body}"));
            return Convert.ToHexStringLower(mac) == parts["v1"];
        }
    }

    [Test]
    public async Task A_DingTalk_robot_gets_markdown_and_its_sign_in_the_query()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (200, """{"errcode":0,"errmsg":"ok"}""");
        await app.Channel("钉钉群", "dingtalk", sink.Url + "/robot/send?access_token=abc", "SECsomething");
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        var post = sink.Got.Single();
        using var body = JsonDocument.Parse(post.Body);
        var sign = Convert.ToBase64String(HMACSHA256.HashData("SECsomething"u8, "1772413200000\nSECsomething"u8));
        Assert.That(post.Path, Is.EqualTo("/robot/send"));
        Assert.That(post.Query, Is.EqualTo($"?access_token=abc&timestamp=1772413200000&sign={Uri.EscapeDataString(sign)}"));
        Assert.That(body.RootElement.GetProperty("msgtype").GetString(), Is.EqualTo("markdown"));
        Assert.That(body.RootElement.GetProperty("markdown").GetProperty("title").GetString(), Is.EqualTo("采光棚项目施工许可超期"));
        Assert.That(body.RootElement.GetProperty("markdown").GetProperty("text").GetString(), Does.Contain("请今天办结").And.Contain("/cases/20260302-00001-01"));
        Assert.That((await app.Outbox()).Single().State, Is.EqualTo("sent"));
    }

    [Test]
    public async Task A_WeCom_robot_gets_a_text_of_at_most_2048_bytes()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (200, """{"errcode":0,"errmsg":"ok"}""");
        await app.Channel("企业微信群", "wecom", sink.Url + "/cgi-bin/webhook/send?key=abc", "");
        await app.Tell(Red("alert:1") with { Body = new(new string('长', 900), "long") });
        await app.Dispatch();

        using var body = JsonDocument.Parse(sink.Got.Single().Body);
        var text = body.RootElement.GetProperty("text").GetProperty("content").GetString()!;
        Assert.That(body.RootElement.GetProperty("msgtype").GetString(), Is.EqualTo("text"));
        Assert.That(Encoding.UTF8.GetByteCount(text), Is.LessThanOrEqualTo(2048).And.GreaterThan(1900));
        Assert.That(text, Does.StartWith("采光棚项目施工许可超期\n").And.EndWith("/cases/20260302-00001-01"));
    }

    [Test]
    public async Task A_Feishu_robot_gets_a_text_and_its_sign_in_the_body()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (200, """{"code":0,"msg":"success","data":{}}""");
        await app.Channel("飞书群", "feishu", sink.Url + "/open-apis/bot/v2/hook/abc", "something");
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        using var body = JsonDocument.Parse(sink.Got.Single().Body);
        var root = body.RootElement;
        Assert.That(root.GetProperty("msg_type").GetString(), Is.EqualTo("text"));
        Assert.That(root.GetProperty("content").GetProperty("text").GetString(), Does.StartWith("采光棚项目施工许可超期\n"));
        Assert.That(root.GetProperty("timestamp").GetString(), Is.EqualTo("1772413200"));
        Assert.That(root.GetProperty("sign").GetString(), Is.EqualTo(Convert.ToBase64String(HMACSHA256.HashData("1772413200\nsomething"u8, ""u8))));
        Assert.That((await app.Outbox()).Single().State, Is.EqualTo("sent"));
    }

    [TestCase("dingtalk", """{"errcode":310000,"errmsg":"keywords not in content"}""", "310000 keywords not in content")]
    [TestCase("wecom", """{"errcode":93000,"errmsg":"invalid webhook url"}""", "93000 invalid webhook url")]
    [TestCase("feishu", """{"code":19021,"msg":"sign match fail"}""", "19021 sign match fail")]
    [TestCase("dingtalk", "<html>busy</html>", "看不懂")]
    [TestCase("wecom", "[]", "看不懂")]
    public async Task A_robot_that_answers_200_and_says_no_has_not_taken_it(string kind, string answer, string error)
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (200, answer);
        await app.Channel("群", kind, sink.Url);
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        var row = (await app.Outbox()).Single();
        Assert.That((row.State, row.Attempts), Is.EqualTo(("waiting", 1)));
        Assert.That(row.LastError, Does.Contain(error));
    }

    [TestCase("ftp://hook.example/a")]
    [TestCase("file:///etc/passwd")]
    [TestCase("javascript:alert(1)")]
    [TestCase("hook.example/a")]
    [TestCase("https://user:password@hook.example/")]
    [TestCase("")]
    public async Task A_channel_is_an_address_of_the_web(string address)
    {
        await using var app = await App.Start();
        Assert.That(Telling.Refuses(() => app.Send(new ManageChannels.Add("群", "dingtalk", address, "", ["red"]), Person.SystemAdministrator)), Is.EqualTo(new[] { "address" }));
    }

    [Test]
    public async Task Everything_wrong_with_a_channel_is_told_at_once()
    {
        await using var app = await App.Start();
        Assert.That(Telling.Refuses(() => app.Send(new ManageChannels.Add("", "webhook", "x", "short", ["green"]), Person.SystemAdministrator)), Is.EqualTo(new[] { "name", "address", "secret", "levels" }));
        Assert.That(Telling.Refuses(() => app.Send(new ManageChannels.Add("群", "fax", "https://hook.example", "", []), Person.SystemAdministrator)), Is.EqualTo(new[] { "kind", "levels" }));
    }

    [Test]
    public async Task What_opens_a_channel_is_never_shown_again()
    {
        await using var app = await App.Start();
        await app.Has("root", Role.SystemAdministrator);
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (400, "");
        using var browser = await app.SignedIn("root", Telling.Password);
        using var wrong = await browser.Submit("/messages/channels", "form[action*=Add]", ("Name", ""), ("Kind", "dingtalk"), ("Address", sink.Url + "/?access_token=tok123"), ("Secret", "SECsomething"), ("Levels", "red"));
        using var added = await browser.Submit("/messages/channels", "form[action*=Add]", ("Name", "钉钉群"), ("Kind", "dingtalk"), ("Address", sink.Url + "/?access_token=tok123"), ("Secret", "SECsomething"), ("Levels", "red"));
        using var tested = await browser.Submit("/messages/channels", "form[action*=Active]", ("handler", "Test"));
        await app.Tell(Red("alert:1"));
        await app.Dispatch();
        using var program = app.Http(await app.Token("root", "reading", Scopes.All));
        var shown = new ConcurrentBag<string>
        {
            await wrong.Content.ReadAsStringAsync(),
            await browser.GetStringAsync("/messages/channels"),
            await browser.GetStringAsync("/messages/outbox?state=waiting"),
            await program.GetStringAsync("/api/channels"),
            await program.GetStringAsync("/api/outbox?state=waiting"),
            string.Concat(await app.Rows<string>("SELECT CONCAT(address, payload, last_error) FROM messages_outbox")),
        };

        Assert.That((int)added.StatusCode, Is.EqualTo(302));
        Assert.That(shown, Is.All.Not.Contains("SECsomething"));
        Assert.That(shown.Where(s => s.Contains("tok123", StringComparison.Ordinal)).Except([await wrong.Content.ReadAsStringAsync()]), Is.Empty, "an address that was refused stays in its form, nowhere else");
        Assert.That(await browser.GetStringAsync("/messages/channels"), Does.Contain("钉钉群").And.Contain(new Uri(sink.Url).Authority));
    }

    [Test]
    public async Task Whoever_runs_the_machine_sees_that_something_waits_and_not_what_it_says()
    {
        await using var app = await App.Start();
        await app.Has("root", Role.SystemAdministrator);
        await app.Channel("值班", "webhook", "http://127.0.0.1:9/");
        await app.Tell(Red("alert:1"));
        using var browser = await app.SignedIn("root", Telling.Password);
        using var program = app.Http(await app.Token("root", "reading", Scopes.All));

        foreach (var shown in new[] { await browser.GetStringAsync("/messages/outbox?state=waiting"), await program.GetStringAsync("/api/outbox?state=waiting") })
            Assert.That(shown, Does.Contain("alert:1").And.Not.Contain("采光棚").And.Not.Contain("请今天办结"));
    }

    /// <summary>A message goes over HTTPS, or nowhere beyond this machine.</summary>
    [TestCase("http://hook.example/")]
    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("http://10.0.0.5/")]
    public async Task No_channel_goes_in_the_clear(string address)
    {
        await using var app = await App.Start();
        Assert.That(Telling.Refuses(() => app.Send(new ManageChannels.Add("群", "dingtalk", address, "", ["red"]), Person.SystemAdministrator)), Is.EqualTo(new[] { "address" }));
    }

    [Test]
    public async Task What_somebody_typed_is_no_markup_in_a_group()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        sink.Answers = _ => (200, """{"errcode":0,"code":0}""");
        await app.Channel("钉钉群", "dingtalk", sink.Url + "/d", "");
        await app.Channel("飞书群", "feishu", sink.Url + "/f", "");
        await app.Tell(Red("alert:1") with { Title = new("# 项目[点这里](http://evil.example)", "x"), Body = new("<at user_id=\"all\">所有人</at> ![](http://evil.example/x.png) **急**", "x") });
        await app.Dispatch();

        var texts = sink.Got.Select(p => JsonDocument.Parse(p.Body).RootElement).Select(b => b.TryGetProperty("markdown", out var markdown) ? markdown.GetProperty("text").GetString()! : b.GetProperty("content").GetProperty("text").GetString()!).ToList();
        Assert.That(texts, Has.Count.EqualTo(2));
        foreach (var text in texts)
            Assert.That(text, Does.Contain("［点这里］（http").And.Not.Contain("](http://evil").And.Not.Contain("![").And.Not.Contain("<at").And.Not.Contain("**"));
    }

    [Test]
    public async Task A_test_message_says_at_once_whether_it_arrived()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", sink.Url);

        var good = await app.Send(new ManageChannels.Test("值班"), Person.SystemAdministrator);
        sink.Answers = _ => (403, "");
        var bad = await app.Send(new ManageChannels.Test("值班"), Person.SystemAdministrator);

        Assert.That(good, Is.EqualTo(new ManageChannels.TestResult(true, null)));
        Assert.That(bad.Arrived, Is.False);
        Assert.That(bad.Error, Does.Contain("403"));
        Assert.That(sink.Got.Select(p => p.Key).Distinct().Count(), Is.EqualTo(2));
    }
}
