using System.Globalization;
using Approvals.Tests.Deadlines;

namespace Approvals.Tests.Reports;

/// <summary>The real process, killed in the middle of its reports and started again: no day twice, none missing, none half.</summary>
internal sealed class KilledNightTests
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_KILLS") is { Length: > 0 } given ? given : "20", CultureInfo.InvariantCulture);

    [Test]
    public async Task A_run_killed_at_random_moments_is_made_good_by_the_next_one()
    {
        // The process that is killed has the real clock.
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var today = DateOnly.FromDateTime(now.Date);
        var at = now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        await using var app = await App.Start(at);
        await using var undisturbed = await App.Start(at);
        foreach (var each in (App[])[app, undisturbed]) await each.LoadHistory(1_800, 7, today.AddDays(-1));
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var random = new Random(20260310);
        var (killed, moments) = (0, new List<int>());

        while (killed < Kills)
        {
            using var process = OwnProcess.Start(data, app.Deployment, "report", "nightly", "--data", data);
            // So many lines into the work, and a little further.
            var lines = random.Next(1, 25);
            for (var i = 0; i < lines && await process.StandardOutput.ReadLineAsync() is not null; i++)
            {
            }

            await Task.Delay(random.Next(0, 15));
            Assert.That(process.HasExited, Is.False, "there is enough to do for every kill: load a longer history");
            process.Kill();
            await process.WaitForExitAsync();
            killed++;
            moments.Add(await app.Value<int>("SELECT COUNT(*) FROM reports_run"));
        }

        var (exit, _, error) = await OwnProcess.Run(data, app.Deployment, "report", "nightly", "--data", data);
        Assert.That((exit, error), Is.EqualTo((0, "")));
        await undisturbed.MakeReports();

        TestContext.Out.WriteLine($"{killed} kills; reports made by each of them: {string.Join(' ', moments)}");
        var (days, expected) = (await app.Runs(), await undisturbed.Runs());
        Assert.That(days.Select(d => d.BusinessDate), Is.Unique);
        Assert.That(days.Select(d => (d.BusinessDate, d.Revision)), Is.EqualTo(expected.Select(d => (d.BusinessDate, d.Revision))), "no day twice, none missing");
        Assert.That(await Counts(app), Is.EqualTo(await Counts(undisturbed)), "and none half");
    }

    /// <summary>All cases have been read, some reports have been compared and others not.</summary>
    [Test]
    public async Task A_rebuild_that_is_killed_while_it_compares_the_reports_is_gone_on_with_by_the_next_run()
    {
        var now = CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        await using var app = await App.Start(now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        await app.LoadHistory(1_800, 7, DateOnly.FromDateTime(now.Date).AddDays(-1));
        await app.MakeReports();
        var days = await app.Value<int>("SELECT COUNT(DISTINCT r.business_date) FROM reports_run r JOIN reports_count c ON c.run_id = r.id WHERE c.figure IN ('closed', 'received')");
        await app.Change("UPDATE reports_count SET n = n + 7, total = total + 7 WHERE figure IN ('closed', 'received')");
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        using (var process = OwnProcess.Start(data, app.Deployment, "report", "rebuild", "--reason", "核对", "--data", data))
        {
            while (await Revised() < 20 && !process.HasExited) await Task.Delay(5);
            process.Kill();
            await process.WaitForExitAsync();
        }

        var before = await Revised();
        Assert.That(before, Is.InRange(20, 300), "it was killed in the middle of them");

        var (exit, _, error) = await OwnProcess.Run(data, app.Deployment, "report", "nightly", "--data", data);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        var runs = await app.Runs();
        Assert.That(runs.Where(r => r.Revision == 2), Has.All.Matches<Reporting.RunRow>(r => r.Reason == "核对"));
        Assert.That(await Revised(), Is.EqualTo(days), "each day on which something was received or decided");
        Assert.That(runs, Has.None.Matches<Reporting.RunRow>(r => r.Revision > 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_run r JOIN reports_count c ON c.run_id = r.id WHERE r.is_current = 1 AND c.cut = 'zone' AND c.figure = 'received' AND c.n <> (SELECT COUNT(*) FROM reports_case f WHERE f.received_on = r.business_date)"), Is.Zero);

        Task<int> Revised() => app.Value<int>("SELECT COUNT(*) FROM reports_run WHERE revision = 2");
    }

    private static Task<IReadOnlyList<string>> Counts(App app) => app.Rows<string>("""
        SELECT CONCAT(r.business_date, ' ', c.cut, ' ', c.figure, ' ', SUM(c.n), ' ', SUM(c.total), ' ', SUM(c.n * c.value))
          FROM reports_count c
          JOIN reports_run r ON r.id = c.run_id
         GROUP BY r.business_date, c.cut, c.figure
         ORDER BY r.business_date, c.cut, c.figure
        """);
}
