using System.Globalization;
using System.Text.Json;
using Approvals.Modules.Calendar;
using Approvals.Modules.Reports;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Reports;

/// <summary>Reports from the command line, by the real process.</summary>
[Parallelizable]
internal sealed class ReportCommandTests
{
    [Test]
    public async Task The_report_of_a_day_is_made_where_it_is_missing_and_written_in_every_form()
    {
        // The process has the real clock; what is accepted on a day off counts from the next working day.
        var worked = DateOnly.FromDateTime(CommandLine.SystemClock().GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Date).AddDays(-3);
        while (!CalendarFile.ShippedDays().IsWorkingDay(worked)) worked = worked.AddDays(-1);
        var day = worked.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await using var app = await App.Start(day + " 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var folder = Directory.CreateDirectory(Path.Combine(data, "out")).FullName;

        var (exit, output, error) = await Run("report", "sla", "--date", day, "--out", folder);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        Assert.That(Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal), Is.EqualTo(new[] { $"sla-day-{day}-cases.csv", $"sla-day-{day}.csv", $"sla-day-{day}.html", $"sla-day-{day}.json", $"sla-day-{day}.xlsx" }));
        Assert.That(output, Does.Contain("1 份日报 reports").And.Contain($"sla-day-{day}.xlsx"));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, $"sla-day-{day}.json")));
        Assert.That(json.RootElement.GetProperty("figures").GetProperty("accepted").GetInt32(), Is.EqualTo(1));
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(folder, $"sla-day-{day}-cases.csv")), Has.Length.EqualTo(2).And.Some.StartsWith(number + ","));

        var none = await Run("report", "sla", "--date", worked.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "--out", folder);
        Assert.That((none.Exit, Directory.EnumerateFiles(folder).Count()), Is.EqualTo((1, 5)), "nothing is written of a day that has none");
        Assert.That(none.Error, Does.Contain("没有日报").And.Contain($"日报从 {day} 开始"));

        await app.Send(new RecomputeReport.Command(worked, "核对"), Person.Supervisor);
        var earlier = await Run("report", "sla", "--date", day, "--revision", "1", "--out", Path.Combine(folder, "earlier"));
        Assert.That((earlier.Exit, earlier.Error), Is.EqualTo((0, "")));
        Assert.That(Directory.EnumerateFiles(Path.Combine(folder, "earlier")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "csv", "html", "json", "xlsx" }.Select(type => $"sla-day-{day}-r1.{type}")), "cases are known only as they are now");
        using (var was = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "earlier", $"sla-day-{day}-r1.json"))))
            Assert.That((was.RootElement.GetProperty("revision").GetInt32(), was.RootElement.GetProperty("supersededBy").GetInt32()), Is.EqualTo((1, 2)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "earlier", $"sla-day-{day}-r1.html")), Does.Contain("修订号 1，已被取代"));
        using (var workbook = File.OpenRead(Path.Combine(folder, "earlier", $"sla-day-{day}-r1.xlsx")))
            Assert.That(MiniExcelLibs.MiniExcel.GetSheetNames(workbook)[0], Does.StartWith("指标（修订号 1"));
        foreach (var (more, told) in new (string[], string)[] { (["--revision", "9"], "没有修订号 9"), (["--revision", "1", "--period", "week"], "修订只有日报才有") })
        {
            var refused = await Run(["report", "sla", "--date", day, "--out", Path.Combine(folder, "none"), .. more]);
            Assert.That((refused.Exit, Directory.Exists(Path.Combine(folder, "none"))), Is.EqualTo((1, false)), told);
            Assert.That(refused.Error, Does.Contain(told));
        }

        var unfounded = await Run("report", "rebuild", "--reason", " ");
        Assert.That(unfounded.Exit, Is.EqualTo(1));
        Assert.That(unfounded.Error, Does.Contain("重算的理由"));
        Assert.That(await app.Value<string>("SELECT reason FROM reports_opening"), Is.Empty, "and nothing was read again");
        Assert.That((await Run("report", "nightly")).Output, Does.Match("(?m)^[2-9][0-9]* 份日报 reports · [0-9.]+ s"), "the days since, of which none revised another");
        await app.Change("UPDATE reports_count SET n = n + 7, total = total + 7 WHERE figure = 'closed' OR figure = 'accepted'");
        Assert.That((await Run("report", "rebuild", "--reason", "核对")).Output, Does.Match("(?m)^0 份日报 reports · 修订 1 份 revised · "), "the one day of several");
        Assert.That((await Run("report", "rebuild", "--reason", "再核对")).Output, Does.Match("(?m)^0 份日报 reports · [0-9.]+ s"), "nothing was other");
        Assert.That((await app.Runs()).GroupBy(r => r.BusinessDate).Select(d => d.Count()), Is.EqualTo(new[] { 3 }.Concat(Enumerable.Repeat(1, (await app.Runs()).Select(r => r.BusinessDate).Distinct().Count() - 1))));

        var other = await Run("report", "events", "--from", day, "--to", day, "--out", Path.Combine(folder, "log.csv"));
        Assert.That((other.Exit, File.Exists(Path.Combine(folder, "log.csv"))), Is.EqualTo((1, false)));
        Assert.That(other.Error, Does.Contain("以 .xes 或 .json").And.Contain("log.csv"));
        foreach (var (file, begins) in new[] { ("log.xes", "<log "), ("LOG.XES", "<log "), ("log.json", "\"objectTypes\"") })
        {
            Assert.That((await Run("report", "events", "--from", day, "--to", day, "--out", Path.Combine(folder, file))).Output, Does.Contain("2 条 events"));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, file)), Does.Contain(begins).And.Contain(number));
        }

        Assert.That((await app.LogOf("Reports.ExportEvents")).Select(r => (r.Login, r.Source, r.Outcome)), Is.EqualTo(Enumerable.Repeat(("system", "cli", "done"), 3)), "and what was taken out is recorded");
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "log.xes")), Does.Contain($"key=\"org:resource\" value=\"{Person.Clerk.Id}\""), "by number");

        Assert.That(Directory.EnumerateFiles(folder, "*.part", SearchOption.AllDirectories), Is.Empty);

        Task<(int Exit, string Output, string Error)> Run(params string[] arguments) => OwnProcess.Run(data, app.Deployment, [.. arguments, "--data", data]);
    }

    [Test]
    public async Task A_file_that_is_not_written_to_its_end_leaves_the_one_that_was()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-");
        var file = Path.Combine(folder.FullName, "sla.csv");
        await File.WriteAllTextAsync(file, "whole");

        Assert.ThrowsAsync<OperationCanceledException>(() => ReportCommand.Whole(file, async stream =>
        {
            await stream.WriteAsync("hal"u8.ToArray());
            throw new OperationCanceledException();
        }));

        Assert.That(folder.EnumerateFiles().Select(f => f.Name), Is.EqualTo(new[] { "sla.csv" }));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("whole"));
        await ReportCommand.Whole(file, async stream => await stream.WriteAsync("new"u8.ToArray()));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("new"));
        folder.Delete(recursive: true);
    }
}
