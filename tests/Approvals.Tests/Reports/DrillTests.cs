using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Reports;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;

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
        await using var app = await App.Start("2026-09-21 00:30");
        await app.LoadHistory(400, 5, Until);
        await app.MakeReports();
        var lived = new LivedDays(app, 5);
        for (var day = First; day <= Until; day = day.AddDays(1))
        {
            await lived.Live(day);
            app.Clock.SetUtcNow(new DateTimeOffset(day.AddDays(1).ToDateTime(new TimeOnly(0, 30)), TimeSpan.FromHours(8)));
            await app.MakeReports();
        }

        var owing = await app.Value<DateOnly>("SELECT MAX(r.business_date) FROM reports_run r JOIN reports_count c ON c.run_id = r.id WHERE r.is_current = 1 AND c.figure = 'owed'");
        var wrong = new List<string>();
        var totals = 0;
        var led = new HashSet<string>();
        foreach (var (kind, date, who) in new (string, DateOnly, Person)[]
        {
            (Period.Day, Until, Person.Leader), (Period.Day, Until.AddDays(-7), Person.Leader), (Period.Day, owing, Person.Leader), (Period.Week, Until.AddDays(-7), Person.Leader),
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
                    var (total, listed) = await Total(app, link, who);
                    if (total is not null) totals++;
                    if (total is { } all ? all != listed : kind != Period.Year && listed > 0) wrong.Add($"{link} {who.Department}: {total} in total, {listed} in the list");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(totals, Is.GreaterThan(500));
        Assert.That(Definitions.All.Select(f => f.Code).Except(led), Is.Empty, "all lead somewhere, and to something");
    }

    /// <summary>On a Monday that is the first of a month each report but that of the quarter and the year is of that day alone.</summary>
    [TestCase("cases", "closed")]
    [TestCase("orders", "ordersOpened")]
    [TestCase("projects", "landToStart")]
    public async Task A_list_leads_back_to_the_report_it_came_from(string page, string figure)
    {
        await using var app = await App.Start("2026-06-03 09:00", "Development");
        await app.MakeReports();
        using var leader = await app.SignedIn("leader");
        foreach (var kind in Period.Kinds)
        {
            var link = Drill.Of(figure, Period.Of(kind, new(2026, 6, 1), app.Calendar())!)!;
            Assert.That(link, Does.StartWith($"/reports/sla/{page}?"));
            if (kind == Period.Day) Assert.That(await leader.GetStringAsync(link), Does.Match("合计 [0-9,]+（"));
            Assert.That(System.Net.WebUtility.HtmlDecode(await leader.GetStringAsync(link)), Does.Contain($"\"/reports/sla?date=2026-06-01&period={kind}\""), kind);
        }
    }

    [TestCase("1999-12-31", "2026-03-02", "report.day", "from")]
    [TestCase("2000-01-15", "2026-03-02", "report.day", "from", TestName = "Nor_a_day_beside_which_there_is_none")]
    [TestCase("2026-03-02", "2100-01-01", "report.day", "to")]
    [TestCase("2026-03-03", "2026-03-02", "report.days", "from")]
    public async Task Days_that_the_calendar_does_not_have_are_not_called_days_in_the_wrong_order(string from, string to, string code, string field)
    {
        await using var app = await App.Start("2026-03-05 09:00");
        var (first, last) = (Day(from), Day(to));
        foreach (var problems in new[]
        {
            (await app.Refusal(new ListReportCases.Query("closed", first, last), Person.Leader)).Problems,
            (await app.Refusal(new ListReportOrders.Query("open", first, last), Person.Leader)).Problems,
            (await app.Refusal(new ListReportProjects.Query("started", first, last), Person.Leader)).Problems,
        })
            Assert.That(problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { (code, field) }));
    }

    /// <summary>So the time of a page follows what is open, and not all that there ever was.</summary>
    [Test]
    public async Task Orders_that_are_open_are_not_looked_for_among_those_that_have_ended()
    {
        if (App.Server is not null) Assert.Ignore("The plan is read as SQLite tells it.");
        await using var app = await App.Start();
        var sql = (string)typeof(ListReportOrders).GetNestedType("Handler", BindingFlags.NonPublic)!.GetField("StillOpen", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;

        var plan = (await app.Rows<Step>($"EXPLAIN QUERY PLAN {sql} LIMIT 51", new { After = 1, department = "A", item = "A", window = 1, process = 1, end = app.Zone.Now })).Select(s => s.Detail).Where(d => d.Contains("supervision_order", StringComparison.Ordinal));

        Assert.That(plan, Is.EqualTo(new[]
        {
            "SEARCH supervision_order USING INTEGER PRIMARY KEY (rowid=?)", "SCAN supervision_order USING INDEX ix_supervision_order_open", "SEARCH supervision_order USING COVERING INDEX ix_supervision_order_finished (finished_at>?)",
        }));
    }

    [TestCase("entries")]
    [TestCase("lateEntries")]
    public async Task Entries_of_which_a_year_has_none_are_looked_for_in_few_statements(string list)
    {
        if (App.Server is not null) Assert.Ignore("Statements are counted by SQLite.");
        await using var app = await App.Start("2026-12-31 09:00");
        var said = await Statements(app);

        var listed = await app.Send(new ListReportCases.Query(list, new(2026, 1, 1), new(2026, 12, 30), Cuts.Item, "A01"), Person.Leader);

        Assert.That(listed.Rows, Is.Empty);
        Assert.That(said.Count(s => s.Contains("permits_public_event", StringComparison.Ordinal) || s.Contains("reports_late_entry", StringComparison.Ordinal)), Is.InRange(1, 9));
    }

    /// <summary>So a page costs its own rows, of a year as of a day.</summary>
    [Test]
    public async Task Late_entries_come_in_the_order_in_which_they_are_kept()
    {
        if (App.Server is not null) Assert.Ignore("The plan is read as SQLite tells it.");
        await using var app = await App.Start();
        var sql = (string)typeof(ListReportCases).GetNestedType("Handler", BindingFlags.NonPublic)!.GetField("LateEntries", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;
        var day = new DateOnly(2026, 3, 2);

        var plan = (await app.Rows<Step>($"EXPLAIN QUERY PLAN {sql} LIMIT 51", new { begin = day, To = day, after = 1, clerk = "A", department = "A", item = "A", window = "1", process = 1, project = 1 })).Select(s => s.Detail).ToList();

        Assert.That(plan[0], Does.StartWith("SEARCH l USING").And.Contain("recorded_on>? AND recorded_on<?"));
        Assert.That(plan.Where(s => s.StartsWith("SCAN", StringComparison.Ordinal) || s.Contains("TEMP B-TREE", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>Two people entered something of one case late on a day; with it are more cases than a page has, on two days.</summary>
    [TestCase("entries")]
    [TestCase("lateEntries")]
    public async Task Entries_come_by_day_and_case_whoever_made_them_page_after_page_as_the_figure_says(string list)
    {
        await using var app = await App.Start("2026-03-12 00:30");
        var (first, second) = (new DateOnly(2026, 3, 10), new DateOnly(2026, 3, 11));
        await app.OpenBooks(first);
        await app.AcceptedFacts("A01", 9, new DateOnly(2026, 3, 2));
        await app.CasesOfFacts(9);
        // In the order of entry, which is none of the cases': 23:59 of the zone's second day is the last minute that is its.
        foreach (var (id, at, user, late) in new (long, string, string, bool)[]
        {
            (7, "2026-03-10 01:00:00", "甲", true), (3, "2026-03-10 01:00:00", "乙", true), (3, "2026-03-10 02:00:00", "甲", true), (5, "2026-03-10 03:00:00", "甲", false), (1, "2026-03-10 15:59:59", "甲", true),
            (2, "2026-03-10 16:00:00", "甲", true), (3, "2026-03-11 01:00:00", "乙", true), (9, "2026-03-11 02:00:00", "甲", true), (9, "2026-03-11 02:00:00", "甲", true), (4, "2026-03-11 15:59:59", "乙", true), (6, "2026-03-11 16:00:00", "甲", true),
            (8, "2026-03-10 04:00:00", Actor.SystemName, true), // which nobody entered
        })
            await Enter(app, id, at, user, late);
        await app.MakeReports();

        var wanted = list == "entries"
            ? new[] { "10 1×1", "10 3×2", "10 5×1", "10 7×1", "11 2×1", "11 3×1", "11 4×1", "11 9×2" }
            : ["10 1×1", "10 3×2", "10 7×1", "11 2×1", "11 3×1", "11 4×1", "11 9×2"];
        for (var rows = 1; rows <= wanted.Length; rows++) Assert.That(await Listed(null, null, rows), Is.EqualTo(wanted), $"{rows} a page");
        Assert.That(await Listed(Cuts.Clerk, "FGJX/50 乙", 2), Is.EqualTo(new[] { "10 3×1", "11 3×1", "11 4×1" }), "and what one of them made");
        Assert.That(await Listed(Cuts.Item, "A10", 2), Is.Empty);
        if (list == "entries") Assert.That((await app.Send(new ListReportCases.Query(list, second, second, After: "2026-03-09_100"), Person.Leader)).Rows.Select(r => r.Case.CaseId), Is.EqualTo(new long[] { 2, 3, 4, 9 }), "a place before the first day is no place");
        var figures = (await app.Report(second, Period.Week)).Whole.Now;
        Assert.That(figures.N(list), Is.EqualTo(list == "entries" ? 10 : 9));

        async Task<IReadOnlyList<string>> Listed(string? cut, string? key, int rows)
        {
            var (listed, next) = (new List<string>(), (string?)null);
            do
            {
                var page = await app.Send(new ListReportCases.Query(list, first, second, cut, key, next, rows), Person.Leader);
                Assert.That(page.Rows, next is null ? Has.Count.AtMost(rows) : Is.Not.Empty.And.Count.AtMost(rows), "no page leads to one that has nothing");
                listed.AddRange(page.Rows.Select(r => $"{r.On.Day} {r.Case.CaseId}×{r.Times}"));
                next = page.Next;
            }
            while (next is not null);
            return listed;
        }
    }

    /// <summary>More than are read at a time, of one day and of the next; where a share ends, the next entry is of the same case and instant.</summary>
    [Test]
    public async Task A_day_of_more_entries_than_are_read_at_a_time_is_listed_whole()
    {
        await using var app = await App.Start("2026-03-12 00:30");
        var (first, second) = (new DateOnly(2026, 3, 10), new DateOnly(2026, 3, 11));
        await app.AcceptedFacts("A01", 2_100, new DateOnly(2026, 3, 2));
        await app.CasesOfFacts(2_100);
        var rows = Enumerable.Range(1, 2_100).SelectMany(n => (object?[][])[Row(n, 1, "2026-03-10 01:00:00"), Row(n, 2, n > 2_050 ? "2026-03-11 01:00:00" : "2026-03-10 01:00:00")]).Append(Row(1, 3, "2026-03-10 01:00:00"));
        await app.Services.GetRequiredService<Engine>().BulkInsert("permits_event", ["case_id", "number", "status", "occurred_at", "recorded_at", "user_id", "user_name", "note", "late_reason"], rows, default);

        var (listed, next) = (new List<(DateOnly On, long CaseId, int Times)>(), (string?)null);
        do
        {
            var page = await app.Send(new ListReportCases.Query("entries", first, second, After: next, Rows: 900), Person.Leader);
            listed.AddRange(page.Rows.Select(r => (r.On, r.Case.CaseId, r.Times)));
            next = page.Next;
        }
        while (next is not null);

        Assert.That(listed, Is.EqualTo(Enumerable.Range(1, 2_100).Select(n => (first, (long)n, n == 1 ? 3 : n > 2_050 ? 1 : 2)).Concat(Enumerable.Range(2_051, 50).Select(n => (second, (long)n, 1)))));

        static object?[] Row(long id, int number, string at) => [id, number, 8, at, at, 50, "甲", "", ""];
    }

    /// <summary>Of days reported before their rows were kept: more of them than are read at a time, each once, and each entry on its own day.</summary>
    [Test]
    public async Task Late_entries_of_earlier_days_are_listed_after_the_upgrade()
    {
        await using var app = await App.Start("2026-04-20 00:30");
        var first = new DateOnly(2026, 3, 9);
        await app.OpenBooks(first);
        await app.AcceptedFacts("A01", 3, new DateOnly(2026, 3, 2));
        await app.CasesOfFacts(3);
        for (var n = 0; n < 33; n++) await Enter(app, n % 3 + 1, $"{first.AddDays(n):yyyy-MM-dd} 01:00:00", "甲", true);
        await app.MakeReports();
        await app.Change("DELETE FROM reports_late_entry");
        var wanted = Enumerable.Range(0, 33).Select(n => (first.AddDays(n), n % 3 + 1L, 1));

        await app.MakeReports();
        Assert.That(await Listed(), Is.EqualTo(wanted));
        Assert.That((await app.Runs()).Select(r => r.Revision), Is.All.EqualTo(1));
        var kept = await app.LogOf("Reports.KeepLateEntries");
        Assert.That(kept.Select(r => Line.Changes(r).Single()).Select(c => (c.What.En, c.Before.En, c.After.En)), Is.EqualTo(new[] { ("Reports of 2026-03-09 to 2026-04-08", "0", "31"), ("Reports of 2026-04-09 to 2026-04-10", "0", "2") }));

        // One that is late no more, and told so by a revision.
        await InTime(first.AddDays(5));
        await app.Send(new RecomputeReport.Command(first.AddDays(5), "核对", OnlyIfChanged: true), Person.Supervisor);
        await app.MakeReports();
        Assert.That(await Listed(), Is.EqualTo(wanted.Where((_, n) => n != 5)));
        Assert.That(await app.LogOf("Reports.KeepLateEntries"), Has.Count.EqualTo(2), "there is nothing left to keep");

        // One that is late no more, of which no report knows yet.
        await InTime(first.AddDays(7));
        await app.Change("DELETE FROM reports_late_entry");
        await app.MakeReports().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(await Listed(), Is.EqualTo(wanted.Where((_, n) => n is not (5 or 7))));

        Task InTime(DateOnly day) => app.Change("UPDATE permits_event SET occurred_at = recorded_at WHERE recorded_at = @at", new { at = $"{day:yyyy-MM-dd} 01:00:00" });
        async Task<IEnumerable<(DateOnly, long, int)>> Listed() =>
            (await app.Send(new ListReportCases.Query("lateEntries", first, first.AddDays(40)), Person.Leader)).Rows.Select(r => (r.On, r.Case.CaseId, r.Times));
    }

    /// <summary>An entry in the log of a case, as it stands there; late ones are of a week before.</summary>
    private static Task Enter(App app, long id, string at, string user, bool isLate) => app.Change("""
        INSERT INTO permits_event (case_id, number, status, occurred_at, recorded_at, user_id, user_name, note, late_reason)
        SELECT @id, COUNT(*) + 1, 8, @happened, @at, @userId, @user, '', '' FROM permits_event WHERE case_id = @id
        """, new { id, at, happened = isLate ? "2026-03-03 01:00:00" : at, user, userId = user switch { Actor.SystemName => 0, "甲" => 49, _ => 50 } });

    /// <summary>What is said to the database from now on by whoever reads.</summary>
    private static async Task<ConcurrentBag<string>> Statements(App app)
    {
        var (engine, said) = (app.Services.GetRequiredService<Engine>(), new ConcurrentBag<string>());
        var readers = new List<DbConnection>();
        for (var n = 0; n < 16; n++) readers.Add(await engine.Rent(default));
        foreach (var reader in readers)
        {
            SQLitePCL.raw.sqlite3_trace(((SqliteConnection)reader).Handle, (_, statement) => said.Add(statement), null);
            await engine.Return(reader);
        }

        return said;
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

    /// <summary>What a list says it has, and what it has.</summary>
    private static async Task<(long? Said, long Listed)> Total(App app, string link, Person who)
    {
        var of = QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        var (page, list, from, to) = (link.Split('/', '?')[3], of["list"].ToString(), Day(of["from"].ToString()), Day(of["to"].ToString()));
        string? cut = of.GetValueOrDefault("cut"), key = of.GetValueOrDefault("key");
        var listed = page switch
        {
            "orders" => (await app.Send(new ListReportOrders.Query(list, from, to, cut, key, Rows: 100_000), who)).Rows.Count,
            "projects" => (await app.Send(new ListReportProjects.Query(list, from, to, cut, key, Rows: 100_000), who)).Rows.Count,
            _ => (await app.Send(new ListReportCases.Query(list, from, to, cut, key, Rows: 100_000), who)).Rows.Sum(r => r.Times),
        };
        return (await app.Send(new CountListed.Query(page, list, from, to, cut, key), who), listed);
    }

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
            return projects.Sum(p => p.Days!.Value);
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

    private sealed record Step
    {
        public string Detail { get; init; } = "";
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
