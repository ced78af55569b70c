using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using MimeKit;

namespace Approvals.Tests.Messages;

/// <summary>Real conversations with a mail server that the test runs.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MailTests
{
    [Test]
    public async Task A_mail_arrives_with_its_Chinese_subject_names_and_words_intact()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-01 22:00", chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example", name: "中心督办（示例）");
        await app.Has("supervisor2", Role.Supervisor, name: "没有邮箱");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)));

        await app.Dispatch();

        var mail = sink.Got.Single();
        Assert.That(mail.Subject, Is.EqualTo("采光棚项目施工许可超期"));
        Assert.That(mail.From.Mailboxes.Single(), Is.EqualTo(new MailboxAddress("高新区一窗通", "approvals@zone.example")).Using<MailboxAddress>((a, b) => a.Name == b.Name && a.Address == b.Address));
        Assert.That(mail.To.Mailboxes.Single().Name, Is.EqualTo("中心督办（示例）"));
        Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo("supervisor@zone.example"));
        Assert.That(mail.TextBody, Does.Contain("到期 2026-03-02，请今天办结。").And.Contain("finish it today").And.Contain("https://approvals.zone.example/cases/20260302-00001-01"));
        Assert.That(mail.Date, Is.EqualTo(new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.FromHours(8))));
        Assert.That(sink.Raw.Single().All(c => c < 128), Is.True, "what a mail server of any age carries");
        Assert.That((await app.Outbox()).Single().State, Is.EqualTo("sent"));
    }

    [Test]
    public async Task A_mail_sent_again_has_the_same_message_id()
    {
        using var sink = new MailSink();
        await using var app = await App.Start(chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)), Telling.News("alert:2", MessageLevel.Red, new Audience(Role.Supervisor)));
        var first = (await app.Outbox())[0];

        // As a crash between the mail and the record of it leaves things.
        var claimed = await app.Send(new SendOutbox.Claim(first.Id));
        await app.Services.GetRequiredService<Mailer>().Send(claimed!, CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Dispatch();

        Assert.That(sink.Got.Select(m => m.MessageId).GroupBy(id => id).Select(g => g.Count()), Is.EquivalentTo(new[] { 2, 1 }));
        Assert.That(sink.Got.Select(m => m.MessageId), Has.Some.EqualTo(Mailer.MessageId(first.IdempotencyKey, "zone.example")));
    }

    [Test]
    public async Task One_bad_address_holds_up_no_other_mail()
    {
        using var sink = new MailSink { Refuses = "gone@zone.example" };
        await using var app = await App.Start(chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: "gone@zone.example");
        await app.Has("supervisor2", Role.Supervisor, email: "here@zone.example");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)));

        var result = await app.Dispatch();

        Assert.That((result.Sent, result.Failed), Is.EqualTo((1, 1)));
        Assert.That(sink.Got.Single().To.Mailboxes.Single().Address, Is.EqualTo("here@zone.example"));
        Assert.That((await app.Outbox()).Single(r => r.State == "waiting").LastError, Does.Contain("550 no such person"));
    }

    [Test]
    public async Task A_mail_server_that_keeps_silent_holds_up_no_webhook()
    {
        using var mail = new MailSink { IsSilent = true };
        await using var hook = await HttpSink.Open();
        await using var app = await App.Start(chosen: mail.Settings);
        await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example");
        await app.Channel("值班", "webhook", hook.Url);
        for (var i = 1; i <= 5; i++) await app.Tell(Telling.News($"alert:{i}", MessageLevel.Red, new Audience(Role.Supervisor)));

        await app.Dispatch();

        Assert.That(hook.Got, Has.Count.EqualTo(5));
        Assert.That((await app.Outbox()).Where(r => r.Channel == "mail").Select(r => (r.State, r.Attempts)), Is.EquivalentTo(new[] { ("waiting", 1), ("waiting", 0), ("waiting", 0), ("waiting", 0), ("waiting", 0) }));
    }

    [Test]
    public async Task Without_a_mail_server_no_mail_is_written_and_the_operations_page_says_so()
    {
        await using var app = await App.Start();
        await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)));
        Assert.That(await app.Outbox(), Is.Empty);
        Assert.That((await app.Send(new OutboxNow())).HasMail, Is.False);
    }

    [Test]
    public async Task What_a_person_muted_is_not_mailed()
    {
        using var sink = new MailSink();
        await using var app = await App.Start(chosen: sink.Settings);
        var reader = await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example");
        await app.Tell(Telling.News("alert:1", MessageLevel.Yellow, new Audience(Role.Supervisor)));
        await app.Send(new MuteSubject.Command("case:20260302-00001-01", "已约谈企业", new(2026, 3, 9)), reader);
        await app.Tell(Telling.News("alert:2", MessageLevel.Red, new Audience(Role.Supervisor)));
        Assert.That(await app.Outbox(), Is.Empty);
    }

    [TestCase("Smtp:From", "nobody", "Smtp:From")]
    [TestCase("Smtp:Port", "smtp", "Smtp:Port")]
    [TestCase("Smtp:Security", "ssl3", "Smtp:Security")]
    [TestCase("Messages:Timeout", "0", "Messages:Timeout")]
    [TestCase("Site:Address", "approvals", "Site:Address")]
    public void A_wrong_setting_stops_the_start_and_is_named(string name, string value, string named)
    {
        var settings = new Dictionary<string, string?> { ["Smtp:Host"] = "mail.zone.example", ["Smtp:From"] = "approvals@zone.example", [name] = value };
        var error = Assert.ThrowsAsync<InvalidOperationException>(() => App.Start(chosen: settings));
        Assert.That(error.Message, Does.Contain(named));
    }
}
