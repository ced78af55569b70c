using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Reports;

/// <summary><c>report sla --date 2026-11-20 --out DIR</c>, and the night's work by hand.</summary>
internal static class ReportCommand
{
    public static Command Command() => new("report", "报告 reports") { Sla(), Nightly(), Rebuild(), Events() };

    private static Command Sla()
    {
        var date = new Option<DateOnly?>("--date") { Description = "报告的日期，默认昨天 the day of the report; yesterday unless given" };
        var target = new Option<DirectoryInfo>("--out") { Description = "写入的文件夹 the folder to write to", Required = true };
        var kind = new Option<string>("--period") { Description = $"期间 the period: {string.Join(", ", Period.Kinds)}", DefaultValueFactory = _ => Period.Day };
        var number = new Option<int?>("--revision") { Description = "日报的修订号：写出当时的原样，不含办理件；默认写现行的 a revision of a day's report, as it was and without cases; the one in force unless given" };
        var sla = new Command("sla", "写出时效报告 html、xlsx、csv、json，缺的日报先补齐 writes the SLA report; missing days are made first") { date, target, kind, number };
        sla.SetAction((parsed, ct) => CommandLine.WithServices(parsed, async (services, mediator) =>
        {
            var clock = services.GetRequiredService<ZoneClock>();
            var day = parsed.GetValue(date) ?? clock.Today.AddDays(-1);
            await MakeUp(services, day, null, ct);
            var period = parsed.GetValue(kind)!;
            var revision = parsed.GetValue(number);
            var name = Path.Combine(parsed.GetValue(target)!.FullName, string.Create(CultureInfo.InvariantCulture, $"sla-{period}-{day:yyyy-MM-dd}{(revision is { } asked ? $"-r{asked}" : "")}"));
            var written = new List<string> { name + ".html", name + ".csv", name + ".json", name + ".xlsx" };
            var isInForce = await WriteReport(name, mediator, new(day, period, WithProjects: true, Revision: revision), clock, ct);
            await Whole(name + ".xlsx", workbook => mediator.Send(new ReportFiles.WriteWorkbook(day, period, workbook, Revision: revision, Progress: (n, all) => Console.Write($"\r{n:#,0} / {all:#,0} 件写入工作簿 cases to the workbook   ")), ct));
            // Of an earlier revision the cases are known only as they are now.
            if (isInForce)
            {
                written.Add(name + "-cases.csv");
                await Whole(written[^1], async file =>
                {
                    await using var lines = new StreamWriter(file);
                    await mediator.Send(new ReportFiles.WriteCases(day, period, lines), ct);
                });
            }

            Console.WriteLine();
            foreach (var file in written.Order(StringComparer.Ordinal))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file} {new FileInfo(file).Length:#,0}"));
            return 0;
        }));
        return sla;
    }

    /// <summary>Page, lines and data. By itself, so that the report has gone when the workbook takes its own.</summary>
    /// <returns>False of an earlier revision.</returns>
    private static async Task<bool> WriteReport(string name, IMediator mediator, ShowReport.Query query, ZoneClock clock, CancellationToken ct)
    {
        var report = await mediator.Send(query, ct);
        if (report.MadeAt is null)
            throw Refused.NotFound("report.none", "date", $"{Words.Day(query.Date)} 没有日报：日报从 {Words.Day(report.First)} 开始，到 {Words.Day(report.Last)}。", $"There is no report of {Words.Day(query.Date)}: they begin on {Words.Day(report.First)} and end on {Words.Day(report.Last)}.");
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        await Whole(name + ".html", async file =>
        {
            await using var page = new StreamWriter(file);
            await page.WriteAsync(ReportHtml.Document(report, ReportHtml.Style, clock).AsMemory(), ct);
        });
        await Whole(name + ".csv", async file =>
        {
            await using var lines = new StreamWriter(file);
            foreach (var line in ReportFiles.Lines(report)) await lines.WriteAsync(line.AsMemory(), ct);
        });
        await Whole(name + ".json", file => JsonSerializer.SerializeAsync(file, ReportJson.Of(report), ReportJson.Options, ct));
        return report.Superseded is null;
    }

    /// <summary>Written beside it and put in its place at the end: whatever ends it half way leaves the file that was.</summary>
    internal static async Task Whole(string file, Func<Stream, Task> write)
    {
        var part = file + ".part";
        try
        {
            await using (var stream = File.Create(part)) await write(stream);
            File.Move(part, file, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static Command Nightly()
    {
        var until = new Option<DateOnly?>("--until") { Description = "到哪天为止，默认昨天 the last day; yesterday unless given" };
        var nightly = new Command("nightly", "补齐缺的日报，与每晚的任务相同 makes the missing reports, as the job does every night") { until };
        nightly.SetAction((parsed, ct) => CommandLine.WithServices(parsed, async (services, _) => await MakeUp(services, parsed.GetValue(until), null, ct)));
        return nightly;
    }

    private static Command Rebuild()
    {
        var reason = new Option<string>("--reason") { Description = "理由，记在修订上 why; it stands on the revisions", Required = true };
        var rebuild = new Command("rebuild", "重读全部办理件，数字有变的日报出新修订；补入历史数据后用 reads all cases again and revises the reports whose figures are others, after a history was brought in") { reason };
        rebuild.SetAction((parsed, ct) => CommandLine.WithServices(parsed, async (services, _) =>
        {
            var why = parsed.GetValue(reason)!;
            new Check().Text(why, "reason", "重算的理由", "The reason of the recomputation", RecomputeReport.LongestReason).Done();
            return await MakeUp(services, null, why, ct);
        }));
        return rebuild;
    }

    private static Command Events()
    {
        var from = new Option<DateOnly>("--from") { Description = "收件日起 received from", Required = true };
        var to = new Option<DateOnly>("--to") { Description = "收件日止 received up to", Required = true };
        var target = new Option<FileInfo>("--out") { Description = "写入的文件：.xes 或 .json（OCEL 2.0） the file to write: .xes, or .json for OCEL 2.0", Required = true };
        var events = new Command("events", "导出事件日志，供流程挖掘 exports the event log for process mining") { from, to, target };
        events.SetAction((parsed, ct) => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var (file, written) = (parsed.GetValue(target)!, 0L);
            var form = file.Extension.ToLowerInvariant() switch
            {
                ".xes" => "xes",
                ".json" => "ocel",
                _ => throw Refused.Invalid("report.ending", "out", $"--out 的文件须以 .xes 或 .json（OCEL 2.0）结尾，「{file.Name}」不是。", $"The file of --out ends in .xes, or in .json for OCEL 2.0; “{file.Name}” does not."),
            };
            await Whole(file.FullName, async stream => written = await mediator.Send(new ExportEvents.Query(form, parsed.GetValue(from), parsed.GetValue(to), stream), ct));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written:#,0} 条 events"));
            return 0;
        }));
        return events;
    }

    private static async Task<int> MakeUp(IServiceProvider services, DateOnly? upTo, string? again, CancellationToken ct)
    {
        var (started, clock) = (Stopwatch.GetTimestamp(), services.GetRequiredService<ZoneClock>());
        var (made, revised) = await services.GetRequiredService<Nights>().MakeUp(upTo, again, Show, ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made} 份日报 reports{(revised > 0 ? $" · 修订 {revised} 份 revised" : "")} · {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        if (MakeReport.TooEarly(upTo ?? clock.Today.AddDays(-1), clock) is { } early) Console.WriteLine($"{early.Zh} {early.En}");
        return 0;

        static void Show(Nights.Progress progress) => Console.WriteLine(progress.IsReading
            ? string.Create(CultureInfo.InvariantCulture, $"已读 {progress.LookedAt:#,0} 件 cases read")
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Day:yyyy-MM-dd} · 剩 {progress.Left} 天 left{(progress.Revised > 0 ? $" · 修订 {progress.Revised} 天 revised" : "")}"));
    }
}
