using System.Globalization;
using Approvals.Modules.Reports;
using Microsoft.AspNetCore.WebUtilities;

namespace Approvals.Tests.Reports;

/// <summary>From a figure to the rows that were counted, and no others.</summary>
[Parallelizable]
internal sealed class DrillTests
{
    private static readonly DateOnly First = new(2026, 9, 21);
    private static readonly DateOnly Until = new(2026, 10, 30);

    /// <summary>Of days that were lived, with everything in them, each period and cut.</summary>
    [Test]
    public async Task Each_figure_leads_to_exactly_what_was_counted()
    {
        await using var app = await App.Start("2026-09-21 00:00");
        await app.LoadHistory(400, 5, Until);
        await app.MakeReports();
        var lived = new LivedDays(app, 5);
        for (var day = First; day <= Until; day = day.AddDays(1))
        {
            await lived.Live(day);
            app.Clock.SetUtcNow(new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)));
            await app.MakeReports();
        }

        var wrong = new List<string>();
        var led = new HashSet<string>();
        foreach (var (kind, date, who) in new (string, DateOnly, Person)[]
        {
            (Period.Day, Until, Person.Leader), (Period.Day, Until.AddDays(-7), Person.Leader), (Period.Week, Until.AddDays(-7), Person.Leader),
            (Period.Month, Until, Person.Supervisor), (Period.Year, Until, Person.Leader), (Period.Month, Until, Person.Head("ZRZY")),
        })
        {
            var report = await app.Report(date, kind, who);
            await Follow(report, Cuts.Zone, Cuts.Whole, report.Whole.Now, Definitions.All.Select(f => f.Code));
            if (kind is Period.Week or Period.Month)
            {
                foreach (var table in report.Cuts.Where(t => Cuts.Kept.Contains(t.Cut)))
                    foreach (var line in table.Lines)
                        await Follow(report, table.Cut, line.Key, line.Now, Definitions.All.Select(f => f.Code));
                foreach (var table in report.Cuts.Where(t => t.Cut is Cuts.Pause or Cuts.Approver))
                    foreach (var line in table.Lines.Where(l => !l.Now.IsEmpty))
                        await Follow(report, table.Cut, line.Key, line.Now, ["pauses", "pauseDays"]);
            }

            async Task Follow(ShowReport.Report of, string cut, string key, Measures measures, IEnumerable<string> codes)
            {
                foreach (var code in codes)
                {
                    if (Drill.Of(code, of.Period, cut, key, of.Period.To == of.Last) is not { } link) continue;
                    var (said, counted) = (Said(measures, code), await Counted(app, link, code, who));
                    if (said != 0) led.Add(code);
                    if (said != counted) wrong.Add($"{kind} {date} {who.Department} {cut} {key} {code}: {said} in the report, {counted} in the list");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(Definitions.All.Select(f => f.Code).Except(led), Is.SubsetOf(new[] { "landToStart", "landCompression", "handoverToTitle", "owed" }), "all lead somewhere, and to something; of these few projects some may have got so far, and none may owe a document on the days looked at");
    }

    /// <summary>What the rows of a figure amount to: of a mean or a share, what was divided; of a share that should be whole, what is missing.</summary>
    private static decimal Said(Measures m, string code) => code switch
    {
        "inTimeRate" => m.N("closed") - m.N("closedInTime"),
        "overdueRate" => m.N("overdue"),
        "usedMean" or "usedMedian" or "usedP90" => m.Total("used"),
        "spanMean" => m.Total("span"),
        "statutoryCompression" => m.Total("statutoryUsed"),
        "approvalMean" or "approvalCompression" => m.Total("approval"),
        "landToStart" or "landCompression" => m.Total("landToStart"),
        "handoverToTitle" => m.Total("handoverToTitle"),
        "correctionsPerCase" => m.Total("corrections"),
        "handOutMean" => m.Total("handedOut"),
        "lateShare" or "lateMean" => m.N("lateEntries"),
        "resolvedShare" => m.N("ordersOpen"),
        _ => m[code] ?? 0,
    };

    private static async Task<decimal> Counted(App app, string link, string code, Person who)
    {
        var of = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        var (list, from, to) = (of["list"].ToString(), Day(of["from"].ToString()), Day(of["to"].ToString()));
        string? cut = of.GetValueOrDefault("cut"), key = of.GetValueOrDefault("key");
        if (link.Contains("/orders?", StringComparison.Ordinal))
        {
            var (orders, last) = (new List<long>(), (long?)0);
            while (last is { } after)
            {
                var page = await app.Send(new ListReportOrders.Query(list, from, to, cut, key, after, Rows: 7), who);
                orders.AddRange(page.Rows.Select(o => o.Id));
                last = page.Next;
            }

            Assert.That(orders, Is.Unique, link);
            return orders.Count;
        }

        var (rows, next) = (new List<ListReportCases.Row>(), (string?)null);
        if (link.Contains("/projects?", StringComparison.Ordinal))
        {
            var projects = new List<ListReportProjects.Row>();
            do
            {
                var page = await app.Send(new ListReportProjects.Query(list, from, to, cut, key, next, Rows: 1), who);
                projects.AddRange(page.Rows);
                Assert.That(projects.Select(p => p.Code), Is.Unique, link);
                next = page.Next;
            }
            while (next is not null);
            return projects.Sum(p => p.Days);
        }

        do
        {
            var page = await app.Send(new ListReportCases.Query(list, from, to, cut, key, next, Rows: 50), who);
            rows.AddRange(page.Rows);
            next = page.Next;
        }
        while (next is not null);
        Assert.That(rows.Select(r => (r.On, r.Case.CaseId)), Is.Unique.And.Ordered, link);
        Assert.That(rows.Where(r => r.Times == 0 && list != "pauseDays"), Is.Empty, $"{link}: of which nothing was counted");
        return code switch
        {
            "usedMean" or "usedMedian" or "usedP90" => rows.Sum(r => r.Case.UsedDays ?? 0),
            "spanMean" => rows.Sum(r => r.Case.SpanDays),
            "statutoryCompression" => rows.Where(r => r.Case.StatutoryDays is not null).Sum(r => r.Case.UsedDays ?? 0),
            "authority" => rows.Sum(r => r.Case.AuthorityDays),
            "applicant" => rows.Sum(r => r.Case.ApplicantDays),
            "uncounted" => rows.Sum(r => r.Case.UncountedDays),
            "elapsed" => rows.Sum(r => r.Case.ElapsedDays),
            "handOutMean" => rows.Sum(r => r.Case.HandOutDays ?? 0),
            _ => rows.Sum(r => r.Times),
        };
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
