using System.Globalization;
using Approvals.Tests.Deadlines;

namespace Approvals.Tests.Supervision;

/// <summary>
/// The real process, killed at random moments of its scan and started again. <c>APPROVALS_KILLS</c> says how often;
/// every alert, order and message is there exactly once at the end.
/// </summary>
internal sealed class KilledScanTests
{
    private const int NewInARound = 40;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_KILLS") is { Length: > 0 } given ? given : "8", CultureInfo.InvariantCulture);

    [Test]
    public async Task A_scan_killed_at_random_moments_leaves_every_alert_order_and_message_exactly_once()
    {
        // The process that is killed has the real clock.
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        await using var app = await Floor.Start(now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        var accepted = DateOnly.FromDateTime(now.Date).AddDays(-60).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        string[] scan = ["alerts", "raise", "--share", "2", "--data", data];
        var random = new Random(20260310);
        var (clocks, killed, within) = (0, 0, 0);
        var moments = new List<int>();

        while (killed < Kills)
        {
            await app.StartClocks([.. Enumerable.Range(clocks + 1, NewInARound).Select(i => Clocks.Promised(i, accepted, 5))]);
            clocks += NewInARound;
            var before = await Alerts(app);
            using var process = OwnProcess.Start(data, app.Deployment, scan);
            Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo("正在扫描 scanning"), await Complaint(process));
            // A moment anywhere in the scan, however fast the machine: so far into the work, and a little further.
            var target = before + random.Next(0, (clocks * 2) - before);
            while (!process.HasExited && await Alerts(app) < target) await Task.Delay(1);
            await Task.Delay(random.Next(0, 20));
            if (process.HasExited) continue;
            process.Kill();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) continue;
            killed++;
            var after = await Alerts(app);
            if (after > before && after < clocks * 2) within++;
            moments.Add(after - before);
        }

        var (exit, _, error) = await OwnProcess.Run(data, app.Deployment, scan);
        Assert.That((exit, error), Is.EqualTo((0, "")));

        TestContext.Out.WriteLine($"{killed} kills, {within} of them between two transactions of a scan; {clocks} clocks, {await Alerts(app)} alerts; raised before each kill: {string.Join(' ', moments)}");
        // The unique keys forbid a second one: what is missing is what this can find, and what is told twice under another key.
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert"), Is.EqualTo(clocks * 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM (SELECT clock_id FROM deadlines_alert GROUP BY clock_id HAVING COUNT(*) = 2) twice"), Is.EqualTo(clocks), "one yellow and one red each");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM supervision_order"), Is.EqualTo(clocks));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM (SELECT DISTINCT subject_id FROM supervision_order) each"), Is.EqualTo(clocks));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM supervision_cause c JOIN deadlines_alert a ON a.id = c.alert_id AND a.level = 'red'"), Is.EqualTo(clocks));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE subject_kind = 'order'"), Is.EqualTo(clocks), "each order has its clock");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM messages_message"), Is.EqualTo(clocks * 4), "reviewer and supervisor of the yellow, head and supervisor of the red");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM (SELECT DISTINCT user_id, message_key FROM messages_message) each"), Is.EqualTo(clocks * 4));
    }

    private static Task<int> Alerts(App app) => app.Value<int>("SELECT COUNT(*) FROM deadlines_alert");

    private static async Task<string> Complaint(System.Diagnostics.Process process) => process.HasExited ? await process.StandardError.ReadToEndAsync() : "";
}
