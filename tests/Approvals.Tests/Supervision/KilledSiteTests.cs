using System.Globalization;
using Approvals.Modules.Messages;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;

namespace Approvals.Tests.Supervision;

/// <summary>
/// The real site, its jobs running, killed again and again at random moments of its scan and of its outbox.
/// <c>APPROVALS_SITE_KILLS</c> says how often; 3 unless given.
/// </summary>
[NonParallelizable]
internal sealed class KilledSiteTests
{
    private const int NewInARound = 15;

    // Links in a message name the address people open, not the port of whoever sends it.
    private static readonly (string Name, string Value)[] Deployment = [("Messages__Timeout", "1"), ("Site__Address", "https://window.example")];

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_SITE_KILLS") is { Length: > 0 } given ? given : "3", CultureInfo.InvariantCulture);

    [Test]
    public async Task A_site_killed_while_its_jobs_run_raises_each_alert_once_and_each_message_arrives_under_one_key()
    {
        // The process that is killed has the real clock.
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        await using var app = await Floor.Start(now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        var accepted = DateOnly.FromDateTime(now.Date).AddDays(-60).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        using var beat = new SemaphoreSlim(0);
        await using var sink = await HttpSink.Open();
        sink.Answers = _ =>
        {
            beat.Release();
            Thread.Sleep(5);
            return (200, "");
        };
        await app.Send(new ManageChannels.Add("督办", "webhook", $"{sink.Url}/red", "a secret of some length", ["red"]));
        var random = new Random(20261127);
        var (clocks, within) = (0, 0);

        for (var killed = 0; killed < Kills; killed++)
        {
            await app.StartClocks([.. Enumerable.Range(clocks + 1, NewInARound).Select(i => Clocks.Promised(i, accepted, 5))]);
            clocks += NewInARound;
            var (before, arrived) = (await Alerts(app), sink.Got.Count);
            while (beat.Wait(0))
            {
            }

            using var site = OwnProcess.Start(data, [.. Deployment, .. app.Deployment], "--urls", "http://127.0.0.1:0", "--data", data);
            Assert.That(await site.StandardOutput.ReadLineAsync(), Is.Not.Null, "it serves");
            // By turns: before or within the scan, after it, and while it sends what the rounds before have left.
            for (var looks = 0; killed % 3 == 1 && looks < 4000 && await Alerts(app) == before; looks++) await Task.Delay(5);
            if (killed % 3 == 2) await beat.WaitAsync(TimeSpan.FromSeconds(20));
            await Task.Delay(random.Next(0, killed % 3 == 0 ? 600 : 80));
            Assert.That(site.HasExited, Is.False, "it runs until it is killed");
            site.Kill();
            await site.WaitForExitAsync();
            if (await Alerts(app) > before || sink.Got.Count > arrived) within++;
        }

        Assert.That((await OwnProcess.Run(data, app.Deployment, "alerts", "raise", "--data", data)).Exit, Is.Zero);
        for (var tries = 0; tries < 60 && await Unsent(app) > 0; tries++)
        {
            using var send = OwnProcess.Start(data, [.. Deployment, .. app.Deployment], "outbox", "send", "--data", data);
            await send.WaitForExitAsync();
        }

        var keys = sink.Got.GroupBy(p => p.Key).ToList();
        TestContext.Out.WriteLine($"{Kills} kills, {within} of them after the jobs had begun; {clocks} clocks; {sink.Got.Count} arrivals, {keys.Count(k => k.Count() > 1)} repeated");
        Assert.That(await Alerts(app), Is.EqualTo(clocks * 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM (SELECT DISTINCT clock_id, level, due_version FROM deadlines_alert) each"), Is.EqualTo(clocks * 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM supervision_order"), Is.EqualTo(clocks));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message"), Is.EqualTo(clocks * 4), "reviewer and supervisor of the yellow, head and supervisor of the red");
        Assert.That(await Unsent(app), Is.Zero);
        Assert.That(keys, Has.Count.EqualTo(clocks), "each red alert once to the channel, none missing");
        Assert.That(keys.Select(k => k.Select(p => p.Body).Distinct().Count()), Is.All.EqualTo(1), "a repeat has the same key and the same words");
        if (Kills >= 3) Assert.That(within, Is.Positive, "the jobs were at work when it was killed");
    }

    private static Task<int> Alerts(App app) => app.Value<int>("SELECT COUNT(*) FROM deadlines_alert");

    private static Task<int> Unsent(App app) => app.Value<int>("SELECT COUNT(*) FROM messages_outbox WHERE state <> 'sent'");
}
