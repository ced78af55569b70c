using System.Globalization;
using Approvals.Modules.Reports;
using CsCheck;

namespace Approvals.Tests.Reports;

/// <summary>The report against an independent slow calculation, to the last digit, on random histories.</summary>
[Parallelizable]
internal sealed class SlowReportTests
{
    private static readonly DateOnly Until = new(2026, 10, 30);

    /// <summary>Some entries come after the first report: their nights follow one by one, and revise what was reported.</summary>
    [Test]
    public async Task Every_figure_of_every_period_and_cut_is_what_counting_all_cases_day_by_day_gives()
    {
        await Gen.Select(Gen.Int[0, 900], Gen.Int[1, 25]).SampleAsync(async (seed, nights) =>
        {
            await using var app = await App.Start(Day(Until.AddDays(1 - nights)) + " 00:00");
            await app.LoadHistory(400, seed, Until);
            await Follow(app, nights);
            var slow = await SlowReport.Of(app);
            var wrong = new List<string>();
            foreach (var kind in Period.Kinds)
            {
                var report = await app.Report(Until, kind);
                var period = report.Period;
                // Stocks of nights are as they were known; the whole of the last one is known by then.
                Compare(wrong, $"{kind} zone", report.Whole.Now, slow.Figures(period.From, period.To, Until, _ => true, true));
                foreach (var department in slow.Departments)
                    Compare(wrong, $"{kind} {department}", Line(report, Cuts.Department, department), slow.Figures(period.From, period.To, Until, c => c.Department == department, false));
                foreach (var item in slow.Items)
                    Compare(wrong, $"{kind} {item}", Line(report, Cuts.Item, item), slow.Figures(period.From, period.To, Until, c => c.ItemCode == item, false));
                Invariants(wrong, report);
            }

            for (var day = Until.AddDays(-nights - 12); day <= Until; day = day.AddDays(1))
            {
                // What a night saw, it saw; before the first of them all is counted by the day it happened.
                var slowDay = slow.Figures(day, day, day > Until.AddDays(-nights) ? day : Until.AddDays(-nights), _ => true, true);
                Compare(wrong, Day(day), (await app.Report(day)).Whole.Now, slowDay);
            }

            return wrong.Count == 0 ? true : throw new AssertionException($"seed {seed}, {nights} nights:\n{string.Join("\n", wrong.Take(20))}");
        }, iter: 4, threads: 1);
    }

    /// <summary>The first reports on the morning before the nights, then a night at a time with the clock of its morning.</summary>
    private static async Task Follow(App app, int nights)
    {
        for (var day = Until.AddDays(-nights); day <= Until; day = day.AddDays(1))
        {
            app.Clock.SetUtcNow(new DateTimeOffset(day.AddDays(1).ToDateTime(new TimeOnly(0, 0)), TimeSpan.FromHours(8)));
            await app.MakeReports();
        }
    }

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
            }
        }

        foreach (var line in report.Cuts.SelectMany(t => t.Lines).Append(report.Whole))
            foreach (var share in (string[])["inTimeRate", "overdueRate", "lateShare"])
                if (line.Now[share] is < 0 or > 1) wrong.Add($"{line.Key} {share} is {line.Now[share]}");
    }

    private static Measures Line(ShowReport.Report report, string cut, string key) => report.Of(cut)?.Lines.FirstOrDefault(l => l.Key == key)?.Now ?? Measures.Empty;

    private static void Compare(List<string> wrong, string where, Measures fast, Dictionary<string, decimal?> slow)
    {
        foreach (var figure in Definitions.All)
            if (fast[figure.Code] != slow[figure.Code]) wrong.Add($"{where} {figure.Code}: report {fast[figure.Code]}, slow {slow[figure.Code]}");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
