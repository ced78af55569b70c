using System.Globalization;
using Approvals.Tests.Deadlines;

namespace Approvals.Tests.Supervision;

/// <summary>Two servers on one database scan at once, each a process of its own.</summary>
internal sealed class TwoProcessesTests
{
    private const int Late = 60;

    [Test]
    public async Task Two_processes_that_scan_at_once_raise_each_alert_open_each_order_and_tell_each_person_once()
    {
        // The processes have the real clock.
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        await using var app = await Floor.Start(now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        var accepted = DateOnly.FromDateTime(now.Date).AddDays(-60).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await app.StartClocks([.. Enumerable.Range(1, Late).Select(i => Clocks.Promised(i, accepted, 5))]);
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        string[] scan = ["alerts", "raise", "--share", "2", "--data", data];

        using var one = OwnProcess.Start(data, app.Deployment, scan);
        using var other = OwnProcess.Start(data, app.Deployment, scan);
        var ended = await Task.WhenAll(one.End(), other.End());

        var raised = ended.Select(e => int.Parse(e.Output.Split("raised ")[^1], CultureInfo.InvariantCulture)).ToList();
        TestContext.Out.WriteLine($"raised by each: {string.Join(" and ", raised)}");
        Assert.That(ended.Select(e => (e.Exit, e.Error)), Is.All.EqualTo((0, "")));
        Assert.That(raised.Sum(), Is.EqualTo(Late * 2), "yellow and red of each, by one or the other");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM (SELECT DISTINCT clock_id, level FROM deadlines_alert) each"), Is.EqualTo(Late * 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert"), Is.EqualTo(Late * 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM supervision_order"), Is.EqualTo(Late));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message"), Is.EqualTo(Late * 4), "reviewer and supervisor of the yellow, head and supervisor of the red");
    }
}
