using System.Net;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Reports;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using MiniExcelLibs;

namespace Approvals.Tests.Reports;

/// <summary>The report as page, workbook, lines and data: the same figures.</summary>
[Parallelizable]
internal sealed class ReportFilesTests
{
    private const string Password = "long enough 2026";

    private static readonly DateOnly Day = new(2026, 10, 30);

    /// <summary>Between them lie more cases than an export reads at once, before and after them some more, and before the books began some that they never knew.</summary>
    private static readonly (DateOnly From, DateOnly To) Exported = (new(2023, 1, 9), Day.AddDays(-1));

    private App app = null!;

    /// <summary>One history for all: these tests only read.</summary>
    [OneTimeSetUp]
    public async Task Open()
    {
        app = await App.Start("2026-10-31 09:00");
        await app.LoadHistory(5_000, 7, Day);
        await app.MakeReports();
        foreach (var (login, role, department) in new (string, Role, string?)[] { ("leader", Role.ZoneLeader, null), ("supervisor", Role.Supervisor, null), ("zrzy", Role.Reviewer, "ZRZY"), ("clerk", Role.WindowClerk, null) })
            await app.Send(new AddUser.Command(login, login, department, [role], Password));
    }

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [Test]
    public async Task The_workbook_is_valid_and_holds_the_figures_and_every_case()
    {
        var report = await app.Report(Day, Period.Month);
        using var file = new MemoryStream();
        await app.Send(new ReportFiles.WriteWorkbook(Day, Period.Month, file), Person.Leader);
        file.Position = 0;
        using var workbook = SpreadsheetDocument.Open(file, false);
        Assert.That(new OpenXmlValidator().Validate(workbook).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"), Is.Empty);
        var sheets = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().ToDictionary(s => s.Name!.Value!, s => Read(workbook, s));

        var figures = sheets["指标"];
        Assert.That(figures[0], Is.EqualTo(new object[] { "名称", "本期", "上期", "单位", "定义" }));
        Assert.That(figures.Skip(1).Select(r => (r[0], r[1], r[2], (string?)r[3] == "%")), Is.EqualTo(Definitions.All.Select(f => ((object?)f.Name.Zh, Of(f, report.Whole.Now), Of(f, report.Whole.Before), f.Unit == Scale.Share))));
        Assert.That(sheets["说明"].Skip(1).Select(r => $"{r[0]} {r[1]}"), Is.EqualTo(new[]
        {
            $"报告 {ReportHtml.Title(report)}", "范围 全区", "期间 2026-10-01 – 2026-10-30", "上期 2026-09-01 – 2026-09-30", "没有日报的天数 0", "修订号 —", $"定义版本 {Definitions.Version}", "生成 2026-10-31 09:00",
        }));
        Assert.That(sheets.Keys.Skip(2), Is.EqualTo(report.Cuts.Select(t => Naming.Cut(t.Cut).Zh).Concat(["项目", "值得注意", "办理件"])), "a sheet a cut");
        foreach (var table in report.Cuts)
        {
            var (sheet, of) = (sheets[Naming.Cut(table.Cut).Zh], Definitions.OfCut(table.Cut));
            var lines = table.Lines.Where(l => !l.Now.IsEmpty || !l.Before.IsEmpty).ToList();
            if (lines.Count == 0)
            {
                Assert.That(sheet, Is.EqualTo(new object[][] { ["名称"], ["没有"] }), table.Cut);
                continue;
            }

            Assert.That(sheet[0], Is.EqualTo(of.SelectMany(f => (string[])[f.Name.Zh, f.Name.Zh + "（上期）"]).Prepend("名称")), table.Cut);
            Assert.That(sheet.Skip(1), Has.Exactly(lines.Count).Items, table.Cut);
            foreach (var (n, line) in lines.Index())
                Assert.That(sheet[n + 1].Concat(new object?[sheet[0].Length - sheet[n + 1].Length]), Is.EqualTo(of.SelectMany(f => (object?[])[line.Now[f.Code], line.Before[f.Code]]).Prepend(line.Name.Zh)), $"{table.Cut} {line.Key}: numbers, and those of the period before beside them");
        }

        var cases = sheets["办理件"];
        Assert.That(cases, Has.Count.EqualTo(1 + report.Whole.Now["closed"] + report.Whole.Now["open"]));
        var (number, due, accepted, authority, applicant, uncounted, receivedOn, endedOn) =
            (Column("编号"), Column("到期日"), Column("受理日"), Column("审批机关手中"), Column("申请人手中"), Column("依法不计"), Column("收件日"), Column("办结日"));
        var known = (await app.Rows<Known>("SELECT number, due_on FROM permits_case")).ToDictionary(k => k.Number, k => k.DueOn);
        foreach (var row in cases.Skip(1))
        {
            Assert.That(Date(row[due]), Is.EqualTo(known[(string)row[number]!]), "due dates are dates");
            var end = Date(row[endedOn]) ?? Day;
            Assert.That((decimal)row[authority]! + (decimal)row[applicant]! + (decimal)row[uncounted]!, Is.EqualTo(Deadlines.Clocks.Calendar(app).Count(Date(row[receivedOn])!.Value, end).Days), $"{row[number]}: the split of an open case adds up too");
        }

        Assert.That(cases.Skip(1).Any(r => r[endedOn] is null && r[accepted] is not null), "open ones are there");

        static object? Of(Figure figure, Measures measures) => figure.Unit == Scale.Share ? measures[figure.Code] * 100 : measures[figure.Code];
        int Column(string name) => Array.IndexOf(cases[0], name);
        static DateOnly? Date(object? cell) => cell is decimal serial ? DateOnly.FromDateTime(DateTime.FromOADate((double)serial)) : null;
    }

    /// <summary>What has changed since the evening cannot be split for it any more; how long it had been open, can.</summary>
    [Test]
    public async Task A_workbook_of_an_evening_long_past_leaves_empty_what_is_not_known_for_it()
    {
        var day = Day.AddDays(-30);
        using var file = new MemoryStream();
        await app.Send(new ReportFiles.WriteWorkbook(day, Period.Day, file), Person.Leader);
        file.Position = 0;
        using var workbook = SpreadsheetDocument.Open(file, false);
        var cases = Read(workbook, workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Single(s => s.Name == "办理件"));
        var (received, ended, span, hands) = (Array.IndexOf(cases[0], "收件日"), Array.IndexOf(cases[0], "办结日"), Array.IndexOf(cases[0], "跨度（自然日）"), new[] { "审批机关手中", "申请人手中", "依法不计" }.Select(h => Array.IndexOf(cases[0], h)).ToList());

        var open = cases.Skip(1).Where(r => r[ended] is null).ToList();

        Assert.That(open, Is.Not.Empty);
        Assert.That(open.Select(r => r[span]), Is.EqualTo(open.Select(r => (object)(decimal)(day.DayNumber - DateOnly.FromDateTime(DateTime.FromOADate((double)(decimal)r[received]!)).DayNumber))));
        Assert.That(open.Select(r => hands.TrueForAll(h => r[h] is null) || hands.Sum(h => (decimal)r[h]!) == Deadlines.Clocks.Calendar(app).Count(DateOnly.FromDateTime(DateTime.FromOADate((double)(decimal)r[received]!)), day).Days), Is.All.True);
    }

    [Test]
    public async Task A_change_is_told_in_what_it_is_counted_in_and_one_too_small_to_be_seen_went_neither_way()
    {
        var report = await app.Report(Day);
        var (now, before) = (Of(("closed", 0, 3, 3), ("closedInTime", 0, 2, 2), ("used", 9, 100, 904), ("received", 0, 1, 1)), Of(("closed", 0, 2, 2), ("closedInTime", 0, 1, 1), ("used", 9, 100, 900), ("received", 0, 3, 3)));
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(ReportHtml.Body(report with { Whole = report.Whole with { Now = now, Before = before } }));

        string Change(string code) => page.QuerySelectorAll("td.card-title").Single(t => t.TextContent == Definitions.Of(code).Name.Zh && t.ParentElement!.ChildElementCount == 4).ParentElement!.LastElementChild!.TextContent;

        Assert.That((Change("inTimeRate"), Change("usedMean"), Change("received"), Change("closed"), Change("lateMean")), Is.EqualTo(("+16.7 个百分点", "±0.0", "−2", "+1", "—")));

        static Measures Of(params (string Figure, int Value, long N, long Total)[] counts) =>
            Measures.Of(counts.Select(c => new Count { Cut = Cuts.Zone, CutKey = Cuts.Whole, Figure = c.Figure, Value = c.Value, N = c.N, Total = c.Total }))[Cuts.Whole];
    }

    [Test]
    public async Task The_lines_of_a_cut_begin_with_the_most_closed_and_it_is_said_how_many_are_left_out()
    {
        var report = await app.Report(Day, Period.Month);
        foreach (var table in report.Cuts) Assert.That(table.Lines.Select(l => l.Now.N("closed")), Is.Ordered.Descending, table.Cut);
        var items = report.Of(Cuts.Item)!.Lines.Count(l => l.Now.N("received") + l.Now.N("accepted") + l.Now.N("closed") + l.Now.N("open") + l.Now.N("newRed") > 0);
        Assert.That(ReportHtml.Body(report, most: 2), Does.Contain($"前 2 行，共 {items} 行，其余见 Excel"));
        Assert.That(ReportHtml.Body(report), Does.Not.Contain("其余见 Excel"));
    }

    /// <summary>The link of the page is a plain one; by its token, and as whoever followed it, is asked how far it is.</summary>
    [Test]
    public async Task The_page_says_how_many_rows_of_its_workbook_are_written_to_whoever_waits_for_it()
    {
        using var browser = await app.SignedIn("leader", Password);
        var page = await (await browser.GetAsync("/reports/sla?date=2026-10-30&period=month")).Html();
        var link = page.QuerySelector("a#xlsx[download]")!.GetAttribute("href")!;
        var asking = page.QuerySelector("#making")!;
        Assert.That((asking.GetAttribute("hx-trigger"), asking.TextContent.Trim()), Is.EqualTo(("followed", "")));
        var begun = (await (await browser.GetAsync(asking.GetAttribute("hx-get")!)).Html()).QuerySelector("#making")!;
        Assert.That((begun.GetAttribute("hx-trigger"), begun.TextContent.Trim(), begun.QuerySelector("progress")?.HasAttribute("value")), Is.EqualTo(("every 1s", "正在读取指标", (bool?)false)));

        using var file = await browser.GetAsync(link);
        Assert.That(file.Content.Headers.ContentType!.MediaType, Is.EqualTo(ReportFiles.Workbook));

        var report = await app.Report(Day, Period.Month);
        var all = report.Whole.Now.N("closed") + report.Whole.Now.N("open");
        var done = (await (await browser.GetAsync(begun.GetAttribute("hx-get")!)).Html()).QuerySelector("#making")!;
        Assert.That((done.GetAttribute("hx-trigger"), done.QuerySelector("progress")), Is.EqualTo(("followed", (object?)null)));
        Assert.That(done.TextContent, Does.Contain($"已写完 {all:#,0} 件"));
        using var another = await app.SignedIn("supervisor", Password);
        Assert.That((await (await another.GetAsync(begun.GetAttribute("hx-get")!)).Html()).QuerySelector("#making")!.TextContent, Does.Contain("正在读取"), "it is nobody else's");
        var given = (await (await another.GetAsync(begun.GetAttribute("hx-get")! + "00")).Html()).QuerySelector("#making")!;
        Assert.That(given.TextContent, Does.Contain("没有得到进度"));
        Assert.That(given.GetAttribute("hx-trigger"), Is.EqualTo("followed"), "nobody asks for ever");
    }

    [Test]
    public async Task How_far_a_workbook_is_is_known_while_it_is_written_and_for_a_while_after_it()
    {
        var (workbooks, token, seen) = (app.Services.GetRequiredService<WorkbooksUnderWay>(), Guid.NewGuid(), new List<WorkbooksUnderWay.State>());
        var report = await app.Report(Day, Period.Year);
        var all = report.Whole.Now.N("closed") + report.Whole.Now.N("open");
        await workbooks.Write(7, token, tell => app.Send(new ReportFiles.WriteWorkbook(Day, Period.Year, new MemoryStream(), (written, of) =>
        {
            tell!(written, of);
            seen.Add(workbooks.Of(7, token)!);
        }), Person.Leader));
        Assert.That(seen.Select(s => s.Written), Is.Ordered.Ascending.And.Unique);
        Assert.That(seen, Has.Count.GreaterThan(2).And.All.Matches<WorkbooksUnderWay.State>(s => s.Of == all && s.EndedAt is null));
        Assert.That((seen[0].Written, seen[^1].Written), Is.EqualTo((0L, all)));
        Assert.That(workbooks.Of(7, token), Is.EqualTo(new WorkbooksUnderWay.State(all, all, app.Zone.Now)));

        var broken = Guid.NewGuid();
        Assert.ThrowsAsync<IOException>(() => workbooks.Write(7, broken, _ => throw new IOException("the disk is full")));
        Assert.That(workbooks.Of(7, broken)!.HasFailed);
    }

    [Test]
    public async Task A_month_is_that_of_all_its_days_and_the_whole_month_before_stands_beside_it()
    {
        var (first, last) = (new DateOnly(2026, 9, 1), new DateOnly(2026, 9, 30));
        using var browser = await app.SignedIn("leader", Password);
        var page = await (await browser.GetAsync("/reports/sla?date=2026-09-30&period=month")).Html();
        Assert.That(page.QuerySelector("h1")!.TextContent, Is.EqualTo("审批时效月报 2026-09-01 – 2026-09-30"));
        Assert.That(page.QuerySelector(".page-head .sub")!.TextContent, Does.Contain("对比 2026-08-01 – 2026-08-31"));

        var month = (await app.Report(last, Period.Month)).Whole;
        var (now, before) = (await Days(first, last), await Days(new(2026, 8, 1), new(2026, 8, 31)));
        foreach (var figure in (string[])["received", "accepted", "closed", "closedInTime", "newRed", "entries"])
            Assert.That((month.Now.N(figure), month.Before.N(figure)), Is.EqualTo((now.Sum(d => d.N(figure)), before.Sum(d => d.N(figure)))), figure);
        Assert.That((month.Now.N("open"), month.Before.N("open")), Is.EqualTo((now[^1].N("open"), before[^1].N("open"))), "on its last evening");
        Assert.That(new[] { month.Now.N("closed"), month.Before.N("closed") }, Is.All.GreaterThan(now.Max(d => d.N("closed"))));

        async Task<IReadOnlyList<Modules.Reports.Measures>> Days(DateOnly from, DateOnly to)
        {
            var days = new List<Modules.Reports.Measures>();
            for (var day = from; day <= to; day = day.AddDays(1)) days.Add((await app.Send(new ShowReport.Query(day, WithFindings: false), Person.Leader)).Whole.Now);
            return days;
        }
    }

    /// <summary>Of each cut on the page, on paper and in the file, pauses too; on a phone all but the first are folded.</summary>
    [Test]
    public async Task The_period_before_stands_in_small_under_every_figure_of_a_cut()
    {
        var report = await app.Send(new ShowReport.Query(Day, Period.Month, WithProjects: true), Person.Leader);
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(ReportHtml.Body(report));
        var cuts = page.QuerySelectorAll(".report-cut").ToDictionary(c => c.Id!["cut-".Length..]);
        Assert.That(cuts.Keys, Is.EqualTo(Cuts.Shown.Append(Cuts.Pause).Append(Cuts.Approver).Where(cuts.ContainsKey)).And.Contain(Cuts.Item).And.Contain(Cuts.Project).And.Contain(Cuts.Pause));
        foreach (var (cut, table) in cuts.Where(c => c.Key is not (Cuts.Pause or Cuts.Approver)))
        {
            var figures = table.QuerySelectorAll("thead th").Skip(1).Select(h => Definitions.All.Single(f => f.Name.Zh == h.TextContent)).ToList();
            var lines = report.Of(cut)!.Lines.Where(l => figures.Exists(f => l.Now[f.Code] > 0)).Take(30).ToList();
            Assert.That(table.QuerySelectorAll("tbody .card-title").Select(t => t.TextContent), Is.EqualTo(lines.Select(l => l.Name.Zh)), cut);
            foreach (var (row, line) in table.QuerySelectorAll("tbody tr").Zip(lines))
            {
                Assert.That(row.Children.Skip(1).Select(c => (c.FirstChild!.TextContent, c.QuerySelector(".sub")?.TextContent)), Is.EqualTo(figures.Select(f => (f.Show(line.Now[f.Code]), f.Show(line.Before[f.Code])))), $"{cut} {line.Key}");
            }
        }

        foreach (var cut in (string[])[Cuts.Pause, Cuts.Approver])
            Assert.That(cuts[cut].QuerySelectorAll("tbody tr").Select(r => string.Join(' ', r.Children.Skip(1).Select(c => $"{c.FirstChild!.TextContent}/{c.QuerySelector(".sub")!.TextContent}"))),
                Is.EqualTo(report.Of(cut)!.Lines.Where(l => l.Now.N("pauseDays") > 0).Select(l => $"{l.Now.N("pauseDays")}/{l.Before.N("pauseDays")} {l.Now.Total("pauseDays")}/{l.Before.Total("pauseDays")} {Mean(l.Now)}/{Mean(l.Before)}")), cut);
        Assert.That(cuts.Values.Select(c => c.FirstElementChild!.HasAttribute("checked")), Is.EqualTo(cuts.Select((_, n) => n == 0)));
        Assert.That(cuts.Values.Select(c => c.QuerySelector("h2 label")!.GetAttribute("for")), Is.EqualTo(cuts.Values.Select(c => c.FirstElementChild!.Id)));

        static string Mean(Modules.Reports.Measures measures) => measures.Mean("pauseDays") is { } mean ? Definitions.Of("usedMean").Show(mean) : "—";
    }

    /// <summary>From page to page the list stays that of its part, and says of it what the report says.</summary>
    [Test]
    public async Task The_list_of_a_part_is_of_that_part_on_each_of_its_pages()
    {
        using var browser = await app.SignedIn("leader", Password);
        var line = (await app.Report(Day, Period.Year)).Of(Cuts.Department)!.Lines[0];
        var (listed, next) = (new List<string>(), Drill.Of("closed", Period.Of(Period.Year, Day, app.Calendar())!, Cuts.Department, line.Key));
        for (var pages = 0; next is not null; pages++)
        {
            Assert.That(pages, Is.LessThan(1 + line.Now.N("closed") / ListReportCases.PageSize));
            var page = await (await browser.GetAsync(next)).Html();
            Assert.That(page.QuerySelector(".page-head .sub")!.TextContent, Does.Contain($"合计 {line.Now.N("closed"):#,0}（件）"));
            listed.AddRange(page.QuerySelectorAll("tbody .card-title a").Select(a => a.TextContent));
            next = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.That(listed, Is.Unique.And.Count.EqualTo(line.Now.N("closed")).And.Count.GreaterThan(ListReportCases.PageSize));
    }

    [Test]
    public async Task Who_reads_one_department_is_given_no_list_of_another()
    {
        var who = Person.Head("ZRZY");
        var list = new ListReportCases.Query("closed", Day.AddDays(-30), Day, Cuts.Department, "ZRZY");
        Assert.That((await app.Send(list, who)).Rows.Select(r => r.Case.Department), Is.Not.Empty.And.All.EqualTo("ZRZY"));
        Assert.That((await app.Refusal(list with { Key = "FGJX" }, who)).Problems.Single().Code, Is.EqualTo("report.otherDepartment"));
        Assert.That((await app.Refusal(new ListReportOrders.Query("open", Day, Day, Cuts.Department, "FGJX"), who)).Status, Is.EqualTo(Web.RefusedAs.Forbidden));
        Assert.That((await app.Send(list with { Key = "FGJX" }, Person.Leader)).Rows.Select(r => r.Case.Department), Is.Not.Empty.And.All.EqualTo("FGJX"));
        using var browser = await app.SignedIn("zrzy", Password);
        var page = await browser.GetAsync("/reports/sla/cases?list=closed&from=2026-10-01&to=2026-10-30&cut=department&key=FGJX");
        Assert.That((page.StatusCode, (await page.Html()).QuerySelectorAll("tbody tr").Length), Is.EqualTo((HttpStatusCode.Forbidden, 0)));
    }

    [Test]
    public async Task Who_subscribes_stays_with_the_report_that_is_shown()
    {
        using var browser = await app.SignedIn("supervisor", Password);
        var page = await (await browser.GetAsync("/reports/sla?date=2026-09-30&period=month")).Html();
        var form = page.QuerySelectorAll("form").Single(f => f.GetAttribute("action")!.Contains("handler=Subscribe"));
        using var sent = await browser.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(form.QuerySelectorAll("input").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!))));
        Assert.That(sent.Headers.Location?.OriginalString, Is.EqualTo("/reports/sla?date=2026-09-30&period=month"));
    }

    [TestCase("/reports/sla?date=abc")]
    [TestCase("/reports/sla/runs?before=abc")]
    [TestCase("/reports/sla/cases?list=closed&from=abc")]
    public async Task A_day_that_is_none_is_said_to_be_none(string address)
    {
        using var browser = await app.SignedIn("leader", Password);
        using var answer = await browser.GetAsync(address);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var page = await answer.Html();
        Assert.That(page.QuerySelector(".errors")!.TextContent, Does.Contain("「abc」不是有效的值"));
        Assert.That(page.QuerySelector("main")!.TextContent, Does.Not.Contain("还没有日报"), "there are");
    }

    /// <summary>For whoever hears the page.</summary>
    [Test]
    public async Task Tables_have_names_their_heads_are_of_columns_and_no_two_findings_are_led_to_alike()
    {
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(ReportHtml.Body(await app.Report(Day, Period.Year)));
        Assert.That(page.QuerySelectorAll("table").Select(t => t.GetAttribute("aria-label")), Is.Unique.And.None.Null);
        Assert.That(page.QuerySelectorAll("th").Select(h => h.GetAttribute("scope")), Is.All.EqualTo("col"));
        var found = page.QuerySelectorAll(".checks a").Select(a => a.GetAttribute("aria-label")!).ToList();
        Assert.That(found, Is.Unique.And.Count.GreaterThan(1));
        Assert.That(found, Is.All.StartsWith("查看："));
    }

    [Test]
    public async Task On_a_day_off_the_page_leads_to_the_last_working_day_and_to_the_week()
    {
        using var browser = await app.SignedIn("leader", Password);
        var sunday = await (await browser.GetAsync("/reports/sla?date=2026-10-25")).Html();
        Assert.That(sunday.QuerySelectorAll("main p.notice a").Select(a => a.GetAttribute("href")), Is.EqualTo(new[] { "/reports/sla?date=2026-10-23&period=day", "/reports/sla?date=2026-10-25&period=week" }));
        foreach (var other in (string[])["date=2026-10-23", "date=2026-10-25&period=week"])
            Assert.That((await (await browser.GetAsync("/reports/sla?" + other)).Html()).QuerySelectorAll("main p.notice a"), Is.Empty, other);
    }

    /// <summary>Names are what somebody typed.</summary>
    [Test]
    public async Task What_is_written_in_a_name_is_neither_markup_on_the_page_nor_a_formula_in_the_lines()
    {
        var report = await app.Report(Day);
        const string typed = "=1+1<script>alert(1)</script>";
        var named = report with { Cuts = [new(Cuts.Clerk, [new("x", new(typed, typed), report.Whole.Now, report.Whole.Before)])] };
        Assert.That(ReportHtml.Body(named), Does.Contain("&lt;script&gt;").And.Not.Contain("<script"));
        Assert.That(string.Concat(ReportFiles.Lines(named)), Does.Contain(",'=1+1<script>").And.Not.Contain(",=1"));
        var longer = Modules.Reports.Measures.Of([new() { Figure = "statutoryUsed", N = 1, Total = 30 }, new() { Figure = "statutoryLimit", N = 1, Total = 20 }]).Values.Single();
        Assert.That(string.Concat(ReportFiles.Lines(report with { Whole = report.Whole with { Now = longer } })), Does.Contain("statutoryCompression,").And.Match("statutoryCompression,[^,]*,-0\\.5,"), "a number is one below zero too");
    }

    [Test]
    public async Task A_sheet_that_leaves_cases_out_says_how_many()
    {
        var report = await app.Report(Day, Period.Month);
        var all = report.Whole.Now.N("closed") + report.Whole.Now.N("open");
        using var file = new MemoryStream();
        await app.Send(new ReportFiles.WriteWorkbook(Day, Period.Month, file, MostCases: 10), Person.Leader);
        file.Position = 0;
        using var workbook = SpreadsheetDocument.Open(file, false);
        var cases = Read(workbook, workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Single(s => s.Name == "办理件"));
        Assert.That(cases, Has.Count.EqualTo(1 + 10 + 1));
        Assert.That(cases[^1][0], Is.EqualTo($"另有 {all - 10:#,0} 件未列入本表"));
    }

    [Test]
    public async Task The_api_and_the_lines_say_what_the_page_says()
    {
        var report = await app.Report(Day, Period.Week);
        using var program = app.Http(await app.Token("leader", "report"));
        using var json = JsonDocument.Parse(await program.GetStringAsync("/api/reports/sla?date=2026-10-30&period=week"));
        var lines = string.Concat(ReportFiles.Lines(report)).Split("\r\n");
        foreach (var figure in Definitions.All)
        {
            var value = json.RootElement.GetProperty("figures").GetProperty(figure.Code);
            Assert.That(value.ValueKind == JsonValueKind.Null ? (decimal?)null : value.GetDecimal(), Is.EqualTo(report.Whole.Now[figure.Code]), figure.Code);
            var before = json.RootElement.GetProperty("previous").GetProperty(figure.Code);
            Assert.That(before.ValueKind == JsonValueKind.Null ? (decimal?)null : before.GetDecimal(), Is.EqualTo(report.Whole.Before[figure.Code]), figure.Code);
            var line = lines.Single(l => l.StartsWith($"2026-10-26,2026-10-30,zone,all,", StringComparison.Ordinal) && l.Contains($",{figure.Code},", StringComparison.Ordinal));
            Assert.That(line, Does.EndWith($",{report.Whole.Now[figure.Code]:0.######},{report.Whole.Before[figure.Code]:0.######}"));
        }

        Assert.That(json.RootElement.GetProperty("definitions").GetArrayLength(), Is.EqualTo(Definitions.All.Count), "the definitions come with it");
    }

    [TestCase("leader", Period.Day)]
    [TestCase("leader", Period.Quarter)]
    [TestCase("supervisor", Period.Month)]
    [TestCase("zrzy", Period.Year)]
    public async Task Every_figure_leads_to_as_many_cases_as_it_says(string login, string kind)
    {
        using var browser = await app.SignedIn(login, Password);
        var page = await (await browser.GetAsync($"/reports/sla?date=2026-10-30&period={kind}")).Html();
        var who = login switch { "zrzy" => Person.Reviewer("ZRZY"), "supervisor" => Person.Supervisor, _ => Person.Leader };
        var report = await app.Report(Day, kind, who);
        Assert.That(page.QuerySelector("h1")!.TextContent, Does.Contain("2026-10-30"));
        Assert.That(page.QuerySelectorAll("svg.chart title"), Is.Not.Empty);

        foreach (var code in (string[])["received", "accepted", "closed", "closedInTime", "open", "overdue", "newRed", "waiting", "approved", "refused", "metByPause", "handedOut", "handedOutLate", "lateEntries"])
        {
            var link = Drill.Of(code, report.Period)!;
            var of = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
            var (cases, after) = (0, (string?)null);
            do
            {
                var list = await app.Send(new ListReportCases.Query(of["list"].ToString(), report.Period.From, report.Period.To, After: after), who);
                cases += list.Rows.Sum(r => r.Times);
                after = list.Next;
            }
            while (after is not null);
            Assert.That(cases, Is.EqualTo(report.Whole.Now[code]), code);
        }

        using var first = await browser.GetAsync(page.QuerySelector("a.counter")!.GetAttribute("href")!);
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_window_has_no_report_and_the_supervisor_counts_a_day_again_from_the_page()
    {
        using var clerk = await app.SignedIn("clerk", Password);
        Assert.That((await clerk.GetAsync("/reports/sla")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        using var nothing = new MemoryStream();
        Assert.That((await app.Refusal(new ExportEvents.Query("xes", Day, Day, nothing), Person.Leader)).Status, Is.EqualTo(Approvals.Web.RefusedAs.Forbidden), "who did what is for the auditors");
        using var leader = await app.SignedIn("leader", Password);
        Assert.That((await (await leader.GetAsync("/reports/sla/runs")).Html()).QuerySelector("form[method=post][action='/reports/sla/runs']"), Is.Null);
        using var supervisor = await app.SignedIn("supervisor", Password);
        Assert.That((await (await supervisor.GetAsync("/reports/sla/runs")).Html()).QuerySelector("form[method=post][action='/reports/sla/runs']"), Is.Not.Null);
    }

    [Test]
    public async Task The_file_for_print_is_Chinese_and_needs_nothing_beside_it()
    {
        var html = ReportHtml.Document(await app.Report(Day), "body{}", app.Zone);
        Assert.That(html, Does.Contain("审批时效日报 2026-10-30").And.Contain("按时办结率").And.Contain($"定义（第 {Definitions.Version} 版）"));
        Assert.That(html, Does.Not.Contain("href=").And.Not.Contain("<script"));
    }

    /// <summary>A picture says nothing to who does not see it, nor on paper when its numbers show only under a mouse.</summary>
    [Test]
    public async Task What_the_pictures_show_stands_beside_them_in_numbers()
    {
        var report = await app.Report(Day, Period.Month);
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(ReportHtml.Body(report));
        var numbers = page.QuerySelectorAll("details.numbers").Select(d => d.QuerySelectorAll("li").Select(l => l.TextContent).ToList()).ToList();
        Assert.That(report.Trend.Select(p => p.Day), Is.EqualTo(Enumerable.Range(0, 30).Select(n => Day.AddDays(n - 29))), "thirty days");
        Assert.That(numbers[0], Is.EqualTo(report.Trend.Select(p => $"{p.Day:MM-dd}: {p.Measures.N("closedInTime")} + {p.Measures.N("closed") - p.Measures.N("closedInTime")}")));
        Assert.That(numbers[1], Is.EqualTo(report.Whole.Now.Used.Select(u => $"{u.Key}: {u.Value}")));
        Assert.That(ReportHtml.Document(report, "", app.Zone), Does.Contain("<details class=\"numbers\" open>"), "on paper they are open");
    }

    /// <summary>In XES a trace a case; every event has its activity and its time, and the traces hold all events of the log.</summary>
    [Test]
    public async Task The_event_log_is_exported_whole_as_XES()
    {
        using var file = new MemoryStream();
        var written = await app.Send(new ExportEvents.Query("xes", Exported.From, Exported.To, file), Person.Auditor);
        file.Position = 0;
        var xes = System.Xml.Linq.XNamespace.Get("http://www.xes-standard.org/");
        var log = System.Xml.Linq.XDocument.Load(file).Root!;
        var traces = log.Elements(xes + "trace").ToList();
        file.Position = 0;
        Assert.That(OfTheStandard(file), Is.Empty, "from the published schema");
        var keys = traces.SelectMany(t => t.Elements(xes + "event")).Select(e => string.Join(' ', e.Elements().Select(a => $"{a.Name.LocalName}:{a.Attribute("key")!.Value}"))).Distinct();
        Assert.Multiple(async () =>
        {
            Assert.That(log.Name, Is.EqualTo(xes + "log"));
            Assert.That(decimal.TryParse(log.Attribute("xes.version")?.Value, System.Globalization.CultureInfo.InvariantCulture, out _), "IEEE 1849 has it as a decimal");
            Assert.That(log.Descendants().Select(e => e.Name.Namespace).Distinct(), Is.EqualTo(new[] { xes }));
            Assert.That(log.Elements().Select(e => e.Name.LocalName).Distinct(), Is.EqualTo(new[] { "extension", "global", "classifier", "trace" }), "in the order of the standard");
            Assert.That(keys, Is.EqualTo(new[] { "string:concept:name date:time:timestamp string:lifecycle:transition string:org:resource int:status date:recorded" }));
            Assert.That(traces.Sum(t => t.Elements(xes + "event").Count()), Is.EqualTo(written).And.EqualTo(await KnownEvents()));
            Assert.That(traces.Select(t => t.Element(xes + "string")!.Attribute("value")!.Value), Is.Unique);
            Assert.That(traces.SelectMany(t => t.Elements(xes + "event").Select(e => $"{Value(t, "concept:name")} {Value(e, "status")} {Value(e, "concept:name")} {Value(e, "time:timestamp")} {Value(e, "recorded")} {Value(e, "org:resource")}")).Order(), Is.EqualTo(await LoggedEvents()));
        });

        static string Value(System.Xml.Linq.XElement of, string key) => of.Elements().Single(a => a.Attribute("key")?.Value == key).Attribute("value")!.Value;
    }

    /// <summary>Where a log departs from the schema of IEEE 1849, which is without a namespace.</summary>
    private static List<string> OfTheStandard(Stream file)
    {
        var log = System.Xml.Linq.XDocument.Load(file);
        foreach (var element in log.Descendants()) element.Name = element.Name.LocalName;
        log.Root!.Attribute("xmlns")?.Remove();
        var schemas = new System.Xml.Schema.XmlSchemaSet();
        schemas.Add(null, Path.Combine(Source.Root, "tests", "Approvals.Tests", "Reports", "xes-ieee-1849-2016.xsd"));
        var wrong = new List<string>();
        System.Xml.Schema.Extensions.Validate(log, schemas, (_, e) => wrong.Add(e.Message));
        return [.. wrong.Distinct().Take(10)];
    }

    /// <summary>In OCEL 2.0 every type is declared, every relation leads to an object, and every value has its declared type.</summary>
    [Test]
    public async Task The_event_log_is_exported_whole_as_OCEL()
    {
        using var file = new MemoryStream();
        var written = await app.Send(new ExportEvents.Query("ocel", Exported.From, Exported.To, file), Person.Auditor);
        file.Position = 0;
        using var ocel = JsonDocument.Parse(file);
        var root = ocel.RootElement;
        var objectTypes = root.GetProperty("objectTypes").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ToHashSet();
        var eventTypes = root.GetProperty("eventTypes").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ToHashSet();
        var objects = root.GetProperty("objects").EnumerateArray().ToList();
        var events = root.GetProperty("events").EnumerateArray().ToList();
        var ids = objects.Select(o => o.GetProperty("id").GetString()).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(ids, Is.Unique);
            Assert.That(objects.Select(o => o.GetProperty("type").GetString()).Distinct().Except(objectTypes), Is.Empty);
            Assert.That(events.Select(e => e.GetProperty("type").GetString()).Distinct().Except(eventTypes), Is.Empty);
            Assert.That(events.Concat(objects).SelectMany(e => e.GetProperty("relationships").EnumerateArray()).Select(r => r.GetProperty("objectId").GetString()).Distinct().Except(ids), Is.Empty);
            Assert.That(events.Select(e => e.GetProperty("id").GetString()), Is.Unique);
            Assert.That(events.Select(e => e.GetProperty("time").GetDateTimeOffset().Offset).Distinct(), Is.EqualTo(new[] { TimeSpan.FromHours(8) }));
            Assert.That(events, Has.Count.EqualTo(written).And.Count.EqualTo(await KnownEvents()));
            Assert.That(Departures(root), Is.Empty, "from the published schema");
            Assert.That(objects.Select(o => $"{o.GetProperty("type").GetString()}: {string.Join(' ', o.GetProperty("relationships").EnumerateArray().Select(r => r.GetProperty("qualifier").GetString()))}").Distinct(), Is.EquivalentTo(new[] { "case: of", "application: for", "project: " }));
            Assert.That(events.Select(e => string.Join(' ', e.GetProperty("relationships").EnumerateArray().Select(r => r.GetProperty("qualifier").GetString()))).Distinct(), Is.EqualTo(new[] { "case application project" }));
            Assert.That(events.Select(e => $"{Related(e)} {Value(e, "status")} {e.GetProperty("type").GetString()} {e.GetProperty("time").GetString()} {Value(e, "recorded")} {Value(e, "user")}").Order(), Is.EqualTo(await LoggedEvents()));
        });
    }

    /// <summary>More cases of one day than are read at a time, and some of the next.</summary>
    [Test]
    public async Task A_day_of_more_cases_than_are_read_at_a_time_is_whole_in_every_file()
    {
        await using var many = await App.Start("2026-03-05 09:00");
        var (first, second) = (new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 3));
        await many.OpenBooks(first);
        await many.AcceptedFacts("A01", 1_003, first);
        await many.CasesOfFacts(1_003);
        await many.Change("UPDATE reports_case SET received_on = @second, accepted_on = @second WHERE case_id > 1001", new { second });
        await many.Change("UPDATE permits_case SET received_at = '2026-03-03 01:00:00' WHERE id > 1001");
        await many.MakeReports();
        var numbers = Enumerable.Range(1, 1_003).Select(n => $"M{n}-01").ToList();

        using var xes = new MemoryStream();
        using var ocel = new MemoryStream();
        await many.Send(new ExportEvents.Query("xes", first, second, xes), Person.Auditor);
        await many.Send(new ExportEvents.Query("ocel", first, second, ocel), Person.Auditor);
        xes.Position = ocel.Position = 0;
        var names = System.Xml.Linq.XDocument.Load(xes).Root!.Elements().Where(e => e.Name.LocalName == "trace").Select(t => t.Elements().First().Attribute("value")!.Value);
        using var log = JsonDocument.Parse(ocel);
        var objects = log.RootElement.GetProperty("objects").EnumerateArray().Where(o => o.GetProperty("type").GetString() == "case").Select(o => o.GetProperty("id").GetString());
        using var lines = new StringWriter();
        await many.Send(new ReportFiles.WriteCases(second, Period.Week, lines), Person.Leader);
        using var workbook = new MemoryStream();
        await many.Send(new ReportFiles.WriteWorkbook(second, Period.Week, workbook), Person.Leader);
        workbook.Position = 0;
        var rows = workbook.Query(useHeaderRow: true, sheetName: "办理件").Cast<IDictionary<string, object>>().Select(r => (string)r["编号"]);
        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(numbers), "XES");
            Assert.That(objects, Is.EqualTo(numbers), "OCEL");
            Assert.That(lines.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[0]), Is.EqualTo(numbers), "lines");
            Assert.That(rows, Is.EqualTo(numbers), "workbook");
        });
    }

    [Test]
    public async Task The_workbook_of_a_day_without_a_case_is_valid_and_has_the_head_of_every_sheet()
    {
        await using var empty = await App.Start("2026-03-05 09:00");
        await empty.OpenBooks(new(2026, 3, 3));
        await empty.MakeReports();
        using var file = new MemoryStream();
        await empty.Send(new ReportFiles.WriteWorkbook(new(2026, 3, 4), Period.Day, file), Person.Leader);
        file.Position = 0;
        using var workbook = SpreadsheetDocument.Open(file, false);
        Assert.That(new OpenXmlValidator().Validate(workbook).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"), Is.Empty);
        var sheets = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Select(s => (Name: s.Name!.Value!, Rows: Read(workbook, s))).ToList();
        Assert.That(sheets.Select(s => s.Name), Is.EqualTo(new[] { "指标", "说明" }.Concat(new[] { Cuts.Department, Cuts.Item, Cuts.Window, Cuts.Clerk, Cuts.Process, Cuts.Pause, Cuts.Approver, Cuts.Project }.Select(c => Naming.Cut(c).Zh)).Concat(["值得注意", "办理件"])));
        Assert.That(sheets[0].Rows, Has.Count.EqualTo(1 + Definitions.All.Count));
        foreach (var (name, rows) in sheets.Skip(2))
        {
            Assert.That(rows[0][0], Is.EqualTo(name == "办理件" ? "编号" : "名称"), name);
            Assert.That(rows.Skip(1).Select(r => r.TakeWhile(c => c is not null)), Is.EqualTo(new object[][] { ["没有"] }), name);
        }

        Assert.That(sheets[^1].Rows[0], Has.Length.EqualTo(23), "all columns of the cases");
    }

    private static string Related(JsonElement e) => e.GetProperty("relationships").EnumerateArray().First().GetProperty("objectId").GetString()!;

    private static string Value(JsonElement e, string name) => e.GetProperty("attributes").EnumerateArray().Single(a => a.GetProperty("name").GetString() == name).GetProperty("value").GetString()!;

    /// <summary>Where a log departs from the JSON schema of OCEL 2.0: four lists, what each entry must have, and every value a text.</summary>
    private static List<string> Departures(JsonElement root)
    {
        var wrong = new List<string>();
        foreach (var list in (string[])["eventTypes", "objectTypes"])
        {
            foreach (var type in root.GetProperty(list).EnumerateArray())
            {
                Texts(type, list, "name");
                foreach (var attribute in type.GetProperty("attributes").EnumerateArray())
                {
                    Texts(attribute, $"{list} attribute", "name", "type");
                    if (attribute.GetProperty("type").GetString() is not ("string" or "time" or "integer" or "float" or "boolean")) wrong.Add($"{list}: no such type");
                }
            }
        }

        foreach (var (list, needs, ofAttribute) in new (string, string[], string[])[] { ("events", ["id", "type", "time"], ["name", "value"]), ("objects", ["id", "type"], ["name", "value", "time"]) })
        {
            var declared = root.GetProperty(list == "events" ? "eventTypes" : "objectTypes").EnumerateArray()
                .ToDictionary(t => t.GetProperty("name").GetString()!, t => t.GetProperty("attributes").EnumerateArray().ToDictionary(a => a.GetProperty("name").GetString()!, a => a.GetProperty("type").GetString()!));
            foreach (var entry in root.GetProperty(list).EnumerateArray())
            {
                Texts(entry, list, needs);
                foreach (var attribute in entry.GetProperty("attributes").EnumerateArray())
                {
                    Texts(attribute, $"{list} attribute", ofAttribute);
                    var (name, value) = (attribute.GetProperty("name").GetString()!, attribute.GetProperty("value").ToString());
                    var type = declared[entry.GetProperty("type").GetString()!].GetValueOrDefault(name);
                    var fits = type switch { "integer" => long.TryParse(value, out _), "time" => DateTimeOffset.TryParse(value, out _), "string" => true, _ => false };
                    if (!fits) wrong.Add($"{list} {name}: {value} is no {type ?? "declared attribute"}");
                }

                foreach (var relation in entry.GetProperty("relationships").EnumerateArray()) Texts(relation, $"{list} relationship", "objectId", "qualifier");
            }
        }

        return [.. wrong.Distinct().Take(10)];

        void Texts(JsonElement of, string where, params string[] names)
        {
            foreach (var name in names)
            {
                if (!of.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) wrong.Add($"{where}: {name} is no text");
                else if (name == "time" && !DateTimeOffset.TryParse(value.GetString(), out _)) wrong.Add($"{where}: {value} is no instant");
            }
        }
    }

    /// <summary>Each as both exports tell it: its case, its status by number and name, when it happened and was entered by the zone's clock, and by whom.</summary>
    private async Task<IEnumerable<string>> LoggedEvents() => (await app.Rows<Logged>(
        "SELECT c.number, e.status, e.occurred_at, e.recorded_at, e.user_id FROM permits_event e JOIN permits_case c ON c.id = e.case_id WHERE c.received_at >= @from AND c.received_at < @end", Bounds))
        .Select(e => $"{e.Number} {(int)e.Status} {e.Status.Name().Zh} {app.Zone.Local(e.OccurredAt):yyyy-MM-ddTHH:mm:ss}+08:00 {app.Zone.Local(e.RecordedAt):yyyy-MM-ddTHH:mm:ss}+08:00 {e.UserId}").Order();

    private Task<int> KnownEvents() => app.Value<int>(
        "SELECT COUNT(*) FROM permits_event e JOIN permits_case c ON c.id = e.case_id WHERE c.received_at >= @from AND c.received_at < @end", Bounds);

    private object Bounds => new { from = app.Zone.Utc(Exported.From.ToDateTime(TimeOnly.MinValue)), end = app.Zone.Utc(Exported.To.AddDays(1).ToDateTime(TimeOnly.MinValue)) };

    private static List<object?[]> Read(SpreadsheetDocument workbook, Sheet sheet)
    {
        var data = ((WorksheetPart)workbook.WorkbookPart!.GetPartById(sheet.Id!.Value!)).Worksheet!.Descendants<Row>();
        var strings = workbook.WorkbookPart.SharedStringTablePart?.SharedStringTable?.Elements<SharedStringItem>().Select(s => s.InnerText).ToList() ?? [];
        return [.. data.Select(row =>
        {
            var cells = new List<object?>();
            foreach (var cell in row.Elements<Cell>())
            {
                var place = Place(cell.CellReference!.Value!);
                while (cells.Count < place) cells.Add(null);
                var text = cell.CellValue?.Text ?? cell.InlineString?.InnerText;
                cells.Add(text is null or "" ? null
                    : cell.DataType?.Value == CellValues.SharedString ? strings[int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)]
                    : cell.DataType?.Value == CellValues.String || cell.DataType?.Value == CellValues.InlineString ? text
                    : decimal.Parse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture));
            }

            return cells.ToArray();
        })];

        static int Place(string reference) => reference.TakeWhile(char.IsLetter).Aggregate(0, (sum, c) => sum * 26 + c - 'A' + 1) - 1;
    }

    private sealed record Logged
    {
        public string Number { get; init; } = "";
        public CaseStatus Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
        public long UserId { get; init; }
    }

    private sealed record Known
    {
        public string Number { get; init; } = "";
        public DateOnly? DueOn { get; init; }
    }
}
