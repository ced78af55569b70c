using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Web;

namespace Approvals.Tests.Messages;

[Parallelizable(ParallelScope.All)]
internal sealed class InboxTests
{
    private const string Case = "case:20260302-00001-01";

    [Test]
    public async Task The_same_news_sent_again_is_told_a_person_once()
    {
        await using var app = await App.Start();
        var head = await app.Has("zrzy-head", Role.DepartmentHead, "ZRZY");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.DepartmentHead, "ZRZY")));
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.DepartmentHead, "ZRZY")), Telling.News("alert:2", MessageLevel.Red, new Audience(Role.DepartmentHead, "ZRZY")));

        var inbox = await app.Inbox(head);

        Assert.That(await app.Rows<string>("SELECT message_key FROM messages_message ORDER BY message_key"), Is.EqualTo(new[] { "alert:1", "alert:2" }));
        Assert.That(inbox.Unread, Is.EqualTo(2));
        Assert.That(inbox.New[0].Title, Is.EqualTo(new Text("采光棚项目施工许可超期", "Building permit of the daylight shed is late")));
    }

    [Test]
    public async Task Whoever_fits_two_audiences_is_told_once_and_nobody_else_is()
    {
        await using var app = await App.Start();
        var head = await app.Has("zrzy-head", Role.DepartmentHead, "ZRZY");
        var reviewer = await app.Has("zrzy", Role.Reviewer, "ZRZY");
        var other = await app.Has("sthj-head", Role.DepartmentHead, "STHJ");
        var supervisor = await app.Has("supervisor", Role.Supervisor);
        var closed = await app.Has("zrzy-old", Role.Reviewer, "ZRZY");
        await app.Send(new DeactivateUser.Command("zrzy-old"), Person.SecurityAdministrator);

        await app.Tell(Telling.News("alert:1", MessageLevel.Yellow, new Audience(Role.DepartmentHead, "ZRZY"), new Audience(Department: "zrzy"), new Audience(Role.Supervisor), new Audience(UserId: head.Id)));

        Assert.That(await app.Rows<long>("SELECT user_id FROM messages_message ORDER BY user_id"), Is.EqualTo(new[] { head.Id, reviewer.Id, supervisor.Id }.Order()));
        Assert.That((await app.Inbox(other)).Unread + (await app.Inbox(closed)).Unread, Is.Zero);
    }

    [Test]
    public async Task News_are_told_only_from_inside_a_command()
    {
        await using var app = await App.Start();
        Assert.ThrowsAsync<InvalidOperationException>(() => app.Send(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor))));
    }

    [TestCase("https://elsewhere.example/")]
    [TestCase("//elsewhere.example/")]
    [TestCase("/\\elsewhere.example/")]
    public async Task A_message_leads_nowhere_but_to_this_site(string link)
    {
        await using var app = await App.Start();
        Assert.ThrowsAsync<ArgumentException>(() => app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)) with { Link = link }));
    }

    [Test]
    public async Task What_comes_while_one_reads_stays_unread()
    {
        await using var app = await App.Start();
        var reader = await app.Has("supervisor", Role.Supervisor);
        await app.Tell(Telling.News("alert:1", MessageLevel.Yellow, new Audience(Role.Supervisor)), Telling.News("alert:2", MessageLevel.Yellow, new Audience(Role.Supervisor)));
        var shown = await app.Inbox(reader);
        await app.Tell(Telling.News("alert:3", MessageLevel.Red, new Audience(Role.Supervisor)));

        var read = await app.Send(new ReadMessages.All(shown.New[0].Id), reader);

        Assert.That(read, Is.EqualTo(2));
        Assert.That((await app.Inbox(reader)).New.Single().Level, Is.EqualTo("red"));
    }

    [Test]
    public async Task Nobody_reads_another_persons_message()
    {
        await using var app = await App.Start();
        var reader = await app.Has("supervisor", Role.Supervisor);
        var other = await app.Has("leader", Role.ZoneLeader);
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)));
        var id = (await app.Inbox(reader)).New.Single().Id;

        Assert.That(Telling.Refuses(() => app.Send(new ReadMessages.One(id), other)), Is.EqualTo(new[] { "id" }));
        Assert.That((await app.Inbox(reader)).Unread, Is.EqualTo(1));
    }

    [Test]
    public async Task A_mute_needs_a_reason_and_an_end_within_ninety_days()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var reader = await app.Has("supervisor", Role.Supervisor);
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)));

        Assert.That(Telling.Refuses(() => app.Send(new MuteSubject.Command(Case, " ", null), reader)), Is.EqualTo(new[] { "reason", "until" }));
        Assert.That(Telling.Refuses(() => app.Send(new MuteSubject.Command(Case, "已约谈企业", new(2026, 3, 1)), reader)), Is.EqualTo(new[] { "until" }));
        Assert.That(Telling.Refuses(() => app.Send(new MuteSubject.Command(Case, "已约谈企业", new(2026, 6, 1)), reader)), Is.EqualTo(new[] { "until" }));
        Assert.That(Telling.Refuses(() => app.Send(new MuteSubject.Command("case:other", "已约谈企业", new(2026, 3, 9)), reader)), Is.EqualTo(new[] { "subject" }));
        await app.Send(new MuteSubject.Command(Case, "已约谈企业", new(2026, 5, 31)), reader);
        Assert.That((await app.Inbox(reader)).Mutes.Single(), Is.EqualTo(new ListMessages.Mute(Case, "已约谈企业", new(2026, 5, 31))));
        await app.Send(new MuteSubject.Command(Case, "已约谈企业", new(2026, 4, 30)), reader);
        Assert.That((await app.LogOf("Messages.MuteSubject")).Where(r => r.Outcome == "done").Select(r => r.Detail.Contains("静音至 2026-05-31", StringComparison.Ordinal)), Is.EqualTo(new[] { true, true }), "the first as what it is now, the second as what it was");
    }

    [Test]
    public async Task What_is_muted_is_kept_but_not_counted_until_the_mute_ends()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var muting = await app.Has("supervisor", Role.Supervisor);
        var other = await app.Has("supervisor2", Role.Supervisor);
        await app.Tell(Telling.News("alert:1", MessageLevel.Yellow, new Audience(Role.Supervisor)));
        await app.Send(new MuteSubject.Command(Case, "已约谈企业", new(2026, 3, 9)), muting);
        await app.Tell(Telling.News("alert:2", MessageLevel.Red, new Audience(Role.Supervisor)));

        var quiet = await app.Inbox(muting);
        Assert.That((quiet.Unread, quiet.Rows.Count(r => r.Muted)), Is.EqualTo((0, 2)));
        Assert.That((await app.Inbox(other)).Unread, Is.EqualTo(2), "the others are told as before");

        app.Clock.SetUtcNow(new(2026, 3, 10, 9, 0, 0, TimeSpan.FromHours(8)));
        await app.Tell(Telling.News("alert:3", MessageLevel.Red, new Audience(Role.Supervisor)));
        Assert.That((await app.Inbox(muting)).Unread, Is.EqualTo(1), "the end has passed");

        await app.Send(new MuteSubject.End(Case), muting);
        Assert.That((await app.Inbox(muting)).Unread, Is.EqualTo(3));
    }

    [Test]
    public async Task A_reader_sees_the_count_on_every_page_and_opens_what_a_message_is_about()
    {
        await using var app = await App.Start();
        await app.Has("supervisor", Role.Supervisor);
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)), Telling.News("alert:2", MessageLevel.Yellow, new Audience(Role.Supervisor)) with { Link = "/alerts" });
        using var browser = await app.SignedIn("supervisor", Telling.Password);

        var before = await browser.Page("/account");
        using var opened = await browser.Submit("/messages", "form[action*=Open]");
        using var unfinished = await browser.Submit("/messages", "form[action*=Mute]", ("Reason", ""), ("Until", "2026-03-09"));
        using var muted = await browser.Submit("/messages", "form[action*=Mute]", ("Reason", "已约谈"), ("Until", "2026-03-09"));
        var after = await browser.Page("/messages");

        Assert.That(before.QuerySelector(".mainnav .n")!.TextContent, Does.StartWith("2"));
        Assert.That(opened.Headers.Location!.OriginalString, Is.EqualTo("/alerts"));
        Assert.That((int)unfinished.StatusCode, Is.EqualTo(400));
        Assert.That((await unfinished.Html()).QuerySelector(".errors li")!.TextContent, Does.Contain("理由"));
        Assert.That((int)muted.StatusCode, Is.EqualTo(302));
        Assert.That(after.QuerySelector(".mainnav .n"), Is.Null);
        Assert.That(after.QuerySelector("[aria-labelledby=mutes]")!.TextContent, Does.Contain("已约谈"));
    }
}
