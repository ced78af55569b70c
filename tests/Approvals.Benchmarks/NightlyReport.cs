using System.Diagnostics;
using System.Globalization;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Reports;
using Dapper;
using MediatR;

namespace Approvals.Benchmarks;

/// <summary>
/// A night and its report over a history of closed cases and a stock of open ones, beside one scan that groups the same
/// columns; and the same night over a tenth of the history. <c>APPROVALS_BENCH_CLOSED</c> and <c>APPROVALS_BENCH_OPEN</c> set
/// the size.
/// </summary>
internal static class NightlyReport
{
    private const int Rounds = 5;
    private const int OfDay = 2_000;

    private static readonly int Closed = Setting("APPROVALS_BENCH_CLOSED", 1_000_000);
    private static readonly int Open = Setting("APPROVALS_BENCH_OPEN", 100_000);

    public static async Task Run()
    {
        await using var small = await Lab.Open(1);
        await using var large = await Lab.Open(1);
        var today = large.App.Services.GetRequiredService<ZoneClock>().Today;
        await Load(small, Closed / 10, Open, today);
        await Load(large, Closed, Open, today);
        // A tenth and the whole in turn, so that a machine that slows down slows both; the median of the ratios counts.
        var rounds = new List<(Measured Tenth, Measured Whole)>();
        for (var round = 0; round < Rounds; round++)
        {
            var day = today.AddDays(round - Rounds - 1);
            rounds.Add((await Measure(small, day), await Measure(large, day)));
        }

        var (night, scan, projects) = (Median(r => r.Whole.Night), Median(r => r.Whole.Scan), Median(r => r.Whole.Projects));
        Paired.Row(Say($"the report of one day over {Closed:#,0} closed and {Open:#,0} open cases"), Say($"{night:#,0} ms"), Say($"one scan, GROUP BY of the same columns {scan:#,0} ms"), Median(r => r.Whole.Night / r.Whole.Scan), "≤ 2");
        Paired.Row("the same night over ten times the history", Say($"{night:#,0} ms"), Say($"over a tenth {Median(r => r.Tenth.Night):#,0} ms (scan {Median(r => r.Tenth.Scan):#,0} ms)"), Median(r => r.Whole.Night / r.Tenth.Night), "≤ 1.2");
        Paired.Row("the report of that day by project", Say($"{projects:#,0} ms"), Say($"over a tenth of the history {Median(r => r.Tenth.Projects):#,0} ms"), Median(r => r.Whole.Projects / r.Tenth.Projects), "≤ 1.2");
        var memory = await Alone(large, today.AddDays(-1));
        Console.WriteLine(Say($"| the same in a process of its own, with all its files: resident memory at its highest | {memory:0} MB | | | < 512 MB |"));
        await Workbook();

        double Median(Func<(Measured Tenth, Measured Whole), double> of) => Paired.Median(rounds.Select(of));

        static string Say(FormattableString text) => FormattableString.Invariant(text);
    }

    /// <summary>Milliseconds of a night with its report, of the scan, and of the report by project.</summary>
    private sealed record Measured(double Night, double Scan, double Projects);

    private static async Task<Measured> Measure(Lab lab, DateOnly day)
    {
        var started = Stopwatch.GetTimestamp();
        double night, projects;
        await using (var scope = lab.App.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            var made = await mediator.Send(new MakeReport.Command(day));
            if (made.Day != day) throw new InvalidOperationException($"It made {made.Day}.");
            var report = await mediator.Send(new ShowReport.Query(day));
            if (report.Whole.Now["closed"] != OfDay) throw new InvalidOperationException($"It counted {report.Whole.Now["closed"]} closed.");
            night = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            started = Stopwatch.GetTimestamp();
            if ((await mediator.Send(new ShowReport.Query(day, WithFindings: false, WithProjects: true))).Of(Cuts.Project)!.Lines.Sum(l => l.Now["closed"]) != OfDay) throw new InvalidOperationException("The projects do not add up.");
            projects = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        using var bare = lab.Bare();
        started = Stopwatch.GetTimestamp();
        _ = bare.Query("""
            SELECT department, item_code, window_key, clerk_key, process_id, used_days, COUNT(*), SUM(CASE WHEN ended_on <= due_on THEN 1 ELSE 0 END), SUM(authority_days), SUM(applicant_days), SUM(uncounted_days), SUM(span_days)
              FROM reports_case
             GROUP BY department, item_code, window_key, clerk_key, process_id, used_days
            """).Count();
        return new(night, Stopwatch.GetElapsedTime(started).TotalMilliseconds, projects);
    }

    /// <summary>The last night by the command line, with the page, the lines and the workbook of every case.</summary>
    private static async Task<double> Alone(Lab lab, DateOnly day)
    {
        var data = Path.GetDirectoryName(lab.File)!;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Site).Assembly.Location, "report", "sla", "--date", Day(day), "--out", Path.Combine(data, "out"), "--data", data]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var most = 0L;
        while (!process.HasExited)
        {
            process.Refresh();
            most = Math.Max(most, process.PeakWorkingSet64);
            await Task.Delay(20);
        }

        if (process.ExitCode != 0) throw new InvalidOperationException(await output);
        return most / 1048576.0;
    }

    /// <summary>100,000 cases into a workbook, and a tenth of them.</summary>
    private static async Task Workbook()
    {
        await using var lab = await Lab.Open(1);
        var today = lab.App.Services.GetRequiredService<ZoneClock>().Today;
        await Load(lab, 20_000, 100_000, today);
        await using var scope = lab.App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var day = today.AddDays(-Rounds - 1);
        await mediator.Send(new MakeReport.Command(day));
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        long after10 = 0, most = 0;
        var started = Stopwatch.GetTimestamp();
        await using (var to = File.Create(file, 65_536, FileOptions.DeleteOnClose))
        {
            await mediator.Send(new ReportFiles.WriteWorkbook(day, Period.Day, to, (n, _) =>
            {
                if (n % 10_000 >= 1_000) return;
                var used = GC.GetTotalMemory(forceFullCollection: true);
                if (n < 20_000) after10 = used;
                most = Math.Max(most, used);
            }));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| workbook of 100,000 raw cases | {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s, live memory at most {most / 1048576.0:0} MB | after 10,000 cases {after10 / 1048576.0:0} MB | **{(double)most / after10:0.00}** | flat |"));
    }

    /// <summary>Closed cases spread over the years before, so many on each day to come, and open ones; the first report is due on the first of these days.</summary>
    private static async Task Load(Lab lab, int closed, int open, DateOnly today)
    {
        var engine = lab.App.Services.GetRequiredService<Engine>();
        var first = today.AddDays(-Rounds - 1);
        var reform = lab.Reform;
        string[] columns =
        [
            "case_id", "number", "application_number", "project_id", "item_code", "department", "process_id", "window_key", "clerk_key", "status", "received_on", "accepted_on", "is_deemed", "due_on", "ended_on",
            "limit_days", "statutory_days", "used_days", "run_days", "authority_days", "applicant_days", "uncounted_days", "split_on", "now_with", "span_days", "corrections", "handed_out_on", "hand_out_days", "owed",
        ];
        await engine.BulkInsert("reports_case", columns, Rows(), default);
        await engine.BulkInsert("reports_opening", ["id", "from_on", "after_id", "looked_at", "reason", "began_at", "finished_at"], [[1, Day(first), 0L, 0L, "", $"{Day(first)} 00:00:00", $"{Day(first)} 00:00:00"]], default);

        IEnumerable<object?[]> Rows()
        {
            var id = 0L;
            var years = Math.Max(1, closed / OfDay);
            for (var n = 0; n < closed; n++) yield return Row(++id, first.AddDays(-1 - (years - n / OfDay)), true);
            for (var round = 0; round <= Rounds; round++)
                for (var n = 0; n < OfDay; n++) yield return Row(++id, first.AddDays(round), true);
            for (var n = 0; n < open; n++) yield return Row(++id, first.AddDays(-20 - n % 40), false);
        }

        object?[] Row(long id, DateOnly on, bool isClosed)
        {
            var item = reform.Items[(int)(id % reform.Items.Count)].Item;
            var used = 1 + (int)(id * 7919 % 23);
            var (received, accepted) = (isClosed ? on.AddDays(-used - 9) : on, isClosed ? on.AddDays(-used - 7) : on.AddDays(2));
            var due = accepted.AddDays(item.Promised!.Value.Value * 2 + (isClosed ? 6 : 40));
            return
            [
                id, $"B{id:000000000}-01", $"B{id:000000000}", 1 + id % Math.Max(1, closed / 20), item.Code, item.Department, reform.Id, $"{id % 9} 窗口{id % 9}", $"{item.Department}/{id % 4} 经办{id % 4}", isClosed ? 11 : 3,
                Day(received), Day(accepted), 0, Day(due), isClosed ? Day(on) : null,
                item.Promised.Value.Value, item.Statutory is { Unit: "wd" } law ? law.Value : null, isClosed ? used : null, isClosed ? used : null, used, 0, 2, Day(on), "authority", used + 9, 0, null, null, 0,
            ];
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise;
}
