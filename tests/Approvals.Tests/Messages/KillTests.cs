using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using MediatR;
using Microsoft.Extensions.Hosting;

namespace Approvals.Tests.Messages;

/// <summary>
/// The real process is killed while it sends, again and again. <c>APPROVALS_KILLS</c> says how often; 10 unless given.
/// </summary>
[NonParallelizable]
internal sealed class KillTests
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_KILLS") is { Length: > 0 } given ? given : "10", CultureInfo.InvariantCulture);

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("approvals-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

    [Test]
    public async Task However_often_the_program_is_killed_every_message_arrives_with_one_key_and_none_is_missing()
    {
        const int Each = 12;
        var random = new Random(20260302);
        var arrivals = new ConcurrentDictionary<string, int>();
        using var beat = new SemaphoreSlim(0);
        await using var sink = await HttpSink.Open();
        sink.Answers = post =>
        {
            arrivals.AddOrUpdate(post.Key, 1, (_, n) => n + 1);
            beat.Release();
            Thread.Sleep(5);
            return (200, "");
        };
        await Arrange(async mediator =>
        {
            foreach (var name in new[] { "甲", "乙", "丙" }) await mediator.Send(new ManageChannels.Add(name, "webhook", $"{sink.Url}/{name}", "a secret of some length", ["red"]));
        });
        await Tell(1, Kills * Each);

        var killed = 0;
        for (var round = 0; round < Kills; round++)
        {
            while (beat.Wait(0))
            {
            }

            using var program = Start();
            // Somewhere from its first message on; it starts up undisturbed.
            var wait = beat.WaitAsync();
            await Task.WhenAny(wait, program.WaitForExitAsync());
            await Task.Delay(random.Next(0, 120));
            if (!program.HasExited) killed++;
            program.Kill();
            await program.WaitForExitAsync();
        }

        var unsent = -1L;
        for (var i = 0; i < 60 && unsent != 0; i++)
        {
            using var program = Start();
            await program.WaitForExitAsync();
            unsent = await Unsent();
            if (unsent > 0) await Task.Delay(500);
        }

        var bodies = sink.Got.GroupBy(p => p.Key).Select(g => g.Select(p => p.Body).Distinct().Count());
        TestContext.Out.WriteLine($"{killed} kills, {Kills * Each * 3} messages, {sink.Got.Count} arrivals, {arrivals.Count(a => a.Value > 1)} repeated");
        Assert.That(unsent, Is.Zero);
        Assert.That(killed, Is.GreaterThan(Kills / 2), "the program was killed while it sent");
        Assert.That(arrivals.Keys.Select(k => Uri.UnescapeDataString(k).Split(':', 3)[2]).GroupBy(k => k).Select(g => g.Count()), Is.EqualTo(Enumerable.Repeat(3, Kills * Each)), "each to each channel, none missing");
        Assert.That(bodies, Is.All.EqualTo(1), "a repeat has the same key and the same words");
    }

    private Process Start() => OwnProcess.Start(folder, [("Messages__Timeout", "1")], "outbox", "send", "--data", folder);

    private async Task Tell(int from, int count) => await InOwnHost(services =>
        services.Tell([.. Enumerable.Range(from, count).Select(i => Telling.News($"alert:{i}", MessageLevel.Red, new Audience(Role.Supervisor)))]));

    private Task Arrange(Func<IMediator, Task> act) => InOwnHost(async services =>
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        await act(scope.ServiceProvider.GetRequiredService<IMediator>());
    });

    private async Task<long> Unsent()
    {
        var count = 0L;
        await InOwnHost(async services =>
        {
            await using var scope = services.CreateAsyncScope();
            count = await scope.ServiceProvider.GetRequiredService<Db>().Find<long>("SELECT COUNT(*) FROM messages_outbox WHERE state <> 'sent'");
        });
        return count;
    }

    /// <summary>On the data folder while no other process is.</summary>
    private async Task InOwnHost(Func<IServiceProvider, Task> work)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration["data"] = folder;
        builder.Services.AddSingleton(CommandLine.SystemClock());
        Site.AddServices(builder.Services, builder.Configuration);
        await using var host = (IAsyncDisposable)builder.Build();
        await Site.PrepareForCommands(((IHost)host).Services);
        await work(((IHost)host).Services);
    }
}
