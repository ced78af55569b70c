using System.Globalization;
using Approvals.Modules.Reports;
using CsCheck;

namespace Approvals.Tests.Reports;

/// <summary>The report against an independent slow calculation, to the last digit, on random histories.</summary>
[Parallelizable]
internal sealed class SlowReportTests
{
    private static readonly DateOnly Until = new(2026, 10, 30);

    /// <summary>Of these every figure occurs in some; a calculation that only ever compares nothings proves nothing.</summary>
    private static readonly (int Seed, int Nights)[] Known = [(2, 20), (5, 45), (417, 9)];

    private static readonly int Drawn = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_HISTORIES") is { Length: > 0 } given ? given : "2", CultureInfo.InvariantCulture);

    [Test]
    public async Task Every_figure_of_every_period_and_cut_is_what_counting_all_cases_day_by_day_gives()
    {
        var occurred = new HashSet<string>();
        var wrong = new List<string>();
        foreach (var (seed, nights) in Known) wrong.AddRange((await Compare(seed, nights, occurred)).DistinctBy(w => w.Split(": report")[0].Split(' ')[^1])); // one of each figure
        Assert.That(wrong, Is.Empty);
        Assert.That(Definitions.All.Select(f => f.Code).Except(occurred), Is.Empty, "a figure that never occurs is not tested");
    }

    [Test]
    public async Task And_so_it_is_on_histories_drawn_by_chance()
    {
        await Gen.Select(Gen.Int[0, 900], Gen.Int[1, 25]).SampleAsync(async (seed, nights) =>
        {
            var wrong = await Compare(seed, nights, []);
            return wrong.Count == 0 ? true : throw new AssertionException(string.Join('\n', wrong.Take(20)));
        }, iter: Drawn, threads: 1);
    }

    /// <summary>
    /// A loaded history whose last days are entered as they pass, and with it days lived by the real commands; a night
    /// after each, with the clock of its morning.
    /// </summary>
    /// <returns>Where the two are not the same.</returns>
    private static async Task<List<string>> Compare(int seed, int nights, HashSet<string> occurred)
    {
        var first = Until.AddDays(1 - nights);
        await using var app = await App.Start(Day(first) + " 00:30");
        await app.LoadHistory(400, seed, Until);
        await app.MakeReports();
        var lived = new LivedDays(app, seed);
        for (var day = first; day <= Until; day = day.AddDays(1))
        {
            await lived.Live(day);
            app.Clock.SetUtcNow(new DateTimeOffset(day.AddDays(1).ToDateTime(new TimeOnly(0, 30)), TimeSpan.FromHours(8)));
            await app.MakeReports();
        }

        var slow = await SlowReport.Of(app);
        var wrong = new List<string>();
        foreach (var kind in Period.Kinds)
        {
            var report = await app.Report(Until, kind);
            var (from, to) = (report.Period.From, report.Period.To);
            var whole = slow.Figures(from, to, _ => true);
            occurred.UnionWith(whole.Where(f => f.Value is not (null or 0)).Select(f => f.Key));
            Same($"{kind} zone", report.Whole.Now, whole);
            Same($"{kind} before", report.Whole.Before, slow.Figures(report.Period.BeforeFrom, report.Period.BeforeTo, _ => true));
            foreach (var key in slow.Departments) Same($"{kind} {key}", Line(report, Cuts.Department, key), slow.Figures(from, to, w => w.Department == key));
            foreach (var key in slow.Items) Same($"{kind} {key}", Line(report, Cuts.Item, key), slow.Figures(from, to, w => w.Item == key));
            foreach (var key in slow.Windows) Same($"{kind} window {key}", Line(report, Cuts.Window, key), slow.Figures(from, to, w => w.Window == key));
            foreach (var key in slow.Processes) Same($"{kind} process {key}", Line(report, Cuts.Process, key), slow.Figures(from, to, w => w.Process == key));
            foreach (var key in slow.Clerks) Same($"{kind} clerk {key}", Line(report, Cuts.Clerk, key), slow.Figures(from, to, w => w.Clerk == key));
            Invariants(wrong, report);
        }

        var month = await app.Send(new ShowReport.Query(Until, Period.Month, WithProjects: true), Person.Leader);
        foreach (var key in slow.Projects.Where((_, n) => n % 7 == 0))
        {
            var (fast, slowly) = (Line(month, Cuts.Project, key), slow.Figures(month.Period.From, Until, w => w.Project == key));
            // Of which nothing moved stands in no line.
            if (((string[])["received", "accepted", "closed", "newRed"]).All(code => slowly[code] == 0) != fast.IsEmpty) wrong.Add($"project {key}: is there");
            foreach (var figure in Definitions.OfCut(Cuts.Project).Where(_ => !fast.IsEmpty))
                if (fast[figure.Code] != slowly[figure.Code]) wrong.Add($"project {key} {figure.Code}: report {fast[figure.Code]}, slow {slowly[figure.Code]}");
        }

        foreach (var code in (string[])["received", "accepted", "closed", "newRed", "elapsed"])
            if (month.Of(Cuts.Project)!.Lines.Sum(l => l.Now[code]) != month.Whole.Now[code]) wrong.Add($"projects {code} beside {month.Whole.Now[code]}");

        for (var day = first.AddDays(-12); day <= Until; day = day.AddDays(1))
        {
            Same(Day(day), (await app.Report(day)).Whole.Now, slow.Figures(day, day, _ => true));
            // What the first report of a night saw, it saw.
            var known = await FirstReport(app, day);
            var seen = slow.Figures(day, day, _ => true, day < first ? first.AddDays(-1) : day);
            foreach (var code in (string[])["open", "waiting", "overdue"])
                if (known[code] != seen[code]) wrong.Add($"{Day(day)} as first reported, {code}: report {known[code]}, slow {seen[code]}");
        }

        return [.. wrong.Select(w => $"seed {seed}, {nights} nights: {w}")];

        void Same(string where, Measures fast, Dictionary<string, decimal?> slowly)
        {
            foreach (var figure in Definitions.All)
                if (fast[figure.Code] != slowly[figure.Code]) wrong.Add($"{where} {figure.Code}: report {fast[figure.Code]}, slow {slowly[figure.Code]}");
        }
    }

    private static async Task<Measures> FirstReport(App app, DateOnly day) => Measures.Of(await app.Rows<Count>(
        "SELECT c.cut, c.cut_key, c.figure, c.value, c.n, c.total FROM reports_count c JOIN reports_run r ON r.id = c.run_id WHERE r.business_date = @day AND r.revision = 1 AND c.cut = 'zone'", new { day }))
        .GetValueOrDefault(Cuts.Whole) ?? Measures.Empty;

    private static void Invariants(List<string> wrong, ShowReport.Report report)
    {
        var whole = report.Whole.Now;
        if (whole["authority"] + whole["applicant"] + whole["uncounted"] != whole["elapsed"]) wrong.Add("the split does not add up");
        foreach (var cut in Cuts.Kept.Skip(1))
        {
            foreach (var figure in Definitions.All.Where(f => f.Unit is Scale.Count or Scale.Total))
            {
                var parts = report.Of(cut)!.Lines.Sum(l => l.Now[figure.Code] ?? 0);
                if (parts != (whole[figure.Code] ?? 0)) wrong.Add($"{cut} {figure.Code}: {parts} beside {whole[figure.Code]}");
                if (report.Of(cut)!.Lines.Any(l => l.Now[figure.Code] < 0)) wrong.Add($"{cut} {figure.Code}: fewer than none");
            }
        }

        foreach (var line in report.Cuts.SelectMany(t => t.Lines).Append(report.Whole))
            foreach (var share in (string[])["inTimeRate", "overdueRate", "lateShare", "resolvedShare"])
                if (line.Now[share] is < 0 or > 1) wrong.Add($"{line.Key} {share} is {line.Now[share]}");
    }

    private static Measures Line(ShowReport.Report report, string cut, string key) => report.Of(cut)?.Lines.FirstOrDefault(l => l.Key == key)?.Now ?? Measures.Empty;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
