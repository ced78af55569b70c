using System.Text;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Tests.Deadlines;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;

namespace Approvals.Tests.Messages;

[Parallelizable(ParallelScope.All)]
internal sealed class ChannelSecretTests
{
    private const string Secret = "a secret nobody may read";
    private const string Token = "access_token=4711-0815";

    private static Notify Red(string key) => Telling.News(key, MessageLevel.Red, new Audience(Role.Supervisor));

    [Test]
    public async Task Neither_the_secret_nor_the_token_of_the_address_stands_in_the_database_and_it_still_signs()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", $"{sink.Url}/in?{Token}", Secret);
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        var post = sink.Got.Single();
        var signed = post.Headers["X-Approvals-Signature"].Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        Assert.That((post.Query, signed["v1"]), Is.EqualTo(("?" + Token, Robots.Sign(Secret, long.Parse(signed["t"], null), post.Body))));
        foreach (var (url, secret) in await Stored(app)) Assert.That(url + secret, Does.Not.Contain(Secret).And.Not.Contain(Token));
        if (App.Server is not null) return;
        foreach (var file in Directory.GetFiles(app.Services.GetRequiredService<Settings>().DataFolder, "approvals.db*"))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, Encoding.Latin1);
            Assert.That(await reader.ReadToEndAsync(), Does.Not.Contain(Secret).And.Not.Contain(Token), file);
        }
    }

    [Test]
    public async Task Another_process_on_the_same_data_folder_opens_it_and_one_on_another_does_not()
    {
        await using var app = await App.Start();
        await app.Channel("值班", "webhook", $"http://127.0.0.1:9/in?{Token}", Secret);
        var stored = (await Stored(app)).Single().Secret;
        var elsewhere = Directory.CreateTempSubdirectory("approvals-").FullName;

        Assert.That(Opened(app.Services.GetRequiredService<Settings>().DataFolder, stored), Is.EqualTo(Secret), "the command line, or the site after a restart");
        Assert.That(Opened(elsewhere, stored), Is.Null);
        Directory.Delete(elsewhere, true);
    }

    [Test]
    public async Task What_was_written_in_the_clear_still_works_and_is_sealed_at_the_next_start()
    {
        await using var app = await App.Start();
        await using var sink = await HttpSink.Open();
        await app.Channel("值班", "webhook", "http://127.0.0.1:9/", Secret);
        await app.Change("UPDATE messages_channel SET url = @url, secret = @Secret", new { url = $"{sink.Url}/in?{Token}", Secret });
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        await Site.Prepare(app.Services);
        await app.Tell(Red("alert:2"));
        await app.Dispatch();

        Assert.That(sink.Got.Select(p => p.Query), Is.EqualTo(new[] { "?" + Token, "?" + Token }));
        var (url, secret) = (await Stored(app)).Single();
        Assert.That(url + secret, Does.Not.Contain(Secret).And.Not.Contain(Token));
        Assert.That(await app.Send(new ChannelSecrets.SealAll()), Is.Zero, "once");
    }

    [Test]
    public async Task A_channel_sealed_with_keys_that_are_gone_is_listed_and_its_messages_are_given_up_with_the_reason()
    {
        await using var app = await App.Start();
        await app.Channel("值班", "webhook", "http://127.0.0.1:9/", Secret);
        var foreign = new ChannelSecrets(new EphemeralDataProtectionProvider()).Seal("http://127.0.0.1:9/");
        await app.Change("UPDATE messages_channel SET url = @foreign", new { foreign });
        await app.Tell(Red("alert:1"));
        await app.Dispatch();

        var row = (await app.Outbox()).Single();
        Assert.That((row.State, row.LastError), Is.EqualTo(("dead", row.LastError)));
        Assert.That(row.LastError, Does.Contain("重新添加渠道"));
        Assert.That((await app.Send(new ManageChannels.Query(), Person.SystemAdministrator)).Single().Host, Is.Empty);
    }

    private static async Task<IReadOnlyList<(string Url, string Secret)>> Stored(App app) =>
        [.. (await app.Rows<Row>("SELECT url, secret FROM messages_channel")).Select(r => (r.Url, r.Secret))];

    private static string? Opened(string folder, string stored)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(CommandLine.SystemClock());
        Site.AddServices(services, new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["data"] = folder }).Build());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<ChannelSecrets>().Open(stored);
    }

    private sealed record Row
    {
        public string Url { get; init; } = "";
        public string Secret { get; init; } = "";
    }
}
