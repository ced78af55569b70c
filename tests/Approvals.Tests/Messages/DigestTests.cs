using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;

namespace Approvals.Tests.Messages;

[Parallelizable(ParallelScope.All)]
internal sealed class DigestTests
{
    private const string Email = "supervisor@zone.example";

    private static Notify Yellow(string key) => Telling.News(key, MessageLevel.Yellow, new Audience(Role.Supervisor));

    private static async Task RunJob(App app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<WriteDigest.Job>(scope.ServiceProvider).Run(CancellationToken.None);
    }

    private static void Now(App app, string local) => app.Clock.SetUtcNow(new(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(8)));

    [Test]
    public async Task A_person_gets_one_digest_a_working_day_at_half_past_eight_however_often_the_job_runs()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 17:00", chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: Email);
        await app.Has("quiet", Role.ZoneLeader, email: "leader@zone.example");
        await app.Tell(Yellow("alert:1"), Yellow("alert:2"));

        Now(app, "2026-03-03 08:20");
        await RunJob(app);
        var early = (await app.Outbox()).Count;
        Now(app, "2026-03-03 08:30");
        await RunJob(app);
        await app.Tell(Yellow("alert:3"));
        foreach (var time in new[] { "08:40", "11:00", "17:50" })
        {
            Now(app, $"2026-03-03 {time}");
            await RunJob(app);
        }

        await app.Dispatch();
        var mail = sink.Got.Single();
        Assert.That(early, Is.Zero);
        Assert.That(mail.Subject, Is.EqualTo("2026-03-03 待看消息 2 条"));
        Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo(Email));
        Assert.That(mail.TextBody, Does.Contain("【黄灯】采光棚项目施工许可超期"));

        Now(app, "2026-03-04 08:30");
        await RunJob(app);
        await app.Dispatch();
        Assert.That(sink.Got.Last().Subject, Is.EqualTo("2026-03-04 待看消息 1 条"), "what came after belongs to the next morning");
    }

    [Test]
    public async Task No_digest_on_a_day_off_and_one_on_a_make_up_Saturday()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-02-18 09:00", chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: Email);
        await app.Tell(Yellow("alert:1"));

        Now(app, "2026-02-20 08:30"); // a Friday in the Spring Festival
        await RunJob(app);
        Assert.That(await app.Outbox(), Is.Empty);

        Now(app, "2026-02-28 08:30"); // a Saturday worked instead
        await RunJob(app);
        Assert.That(await app.Outbox(), Has.Count.EqualTo(1));

        await app.Tell(Yellow("alert:2"));
        Now(app, "2026-03-01 08:30"); // a Sunday
        await RunJob(app);
        Assert.That(await app.Outbox(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_morning_on_which_the_server_was_down_is_caught_up_the_same_day()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 17:00", chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: Email);
        await app.Tell(Yellow("alert:1"));

        Now(app, "2026-03-03 14:10");
        await RunJob(app);

        Assert.That((await app.Outbox()).Single().IdempotencyKey, Does.StartWith("digest:").And.EndWith(":2026-03-03"));
    }

    [Test]
    public async Task Two_servers_at_once_write_one_digest()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 08:00", chosen: sink.Settings);
        for (var i = 0; i < 5; i++) await app.Has($"supervisor{i}", Role.Supervisor, email: $"s{i}@zone.example");
        await app.Tell(Yellow("alert:1"));
        Now(app, "2026-03-02 08:30");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RunJob(app))));

        Assert.That((await app.Outbox()).Select(r => r.IdempotencyKey).Distinct().Count(), Is.EqualTo(5));
        Assert.That(await app.Outbox(), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task What_was_read_muted_or_mailed_at_once_is_in_no_digest()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 08:00", chosen: sink.Settings);
        var reader = await app.Has("supervisor", Role.Supervisor, email: Email);
        await app.Tell(Yellow("alert:1"));
        await app.Send(new ReadMessages.All(long.MaxValue), reader);
        await app.Tell(Telling.News("alert:2", MessageLevel.Red, new Audience(Role.Supervisor)));
        await app.Tell(Yellow("alert:3") with { SubjectKey = "case:quiet" });
        await app.Send(new MuteSubject.Command("case:quiet", "已约谈企业", new(2026, 3, 9)), reader);

        Now(app, "2026-03-02 08:30");
        await RunJob(app);

        Assert.That((await app.Outbox()).Select(r => r.IdempotencyKey), Is.EqualTo(new[] { $"mail:{reader.Id}:alert:2" }));
    }

    [Test]
    public async Task A_long_digest_lists_what_it_can_hold_and_says_how_many_more_there_are()
    {
        using var sink = new MailSink();
        await using var app = await App.Start("2026-03-02 08:00", chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: Email);
        await app.Tell([.. Enumerable.Range(1, 200).Select(i => Yellow($"alert:{i}") with { Title = new(new string('超', 150) + i, new string('x', 150) + i) })]);

        Now(app, "2026-03-02 08:30");
        await RunJob(app);
        await app.Dispatch();

        var text = sink.Got.Single().TextBody!;
        var listed = text.Split('\n').Count(l => l.StartsWith("【黄灯】", StringComparison.Ordinal));
        Assert.That(listed, Is.GreaterThan(5));
        Assert.That(text, Does.Contain($"另有 {200 - listed} 条"));
    }
}
