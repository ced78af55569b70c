using System.Net;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Approvals.Tests.Reports;

/// <summary>A report that was superseded can be opened as it was, and says that it is not in force.</summary>
[Parallelizable]
internal sealed class RevisionsTests
{
    private const string Password = "long enough 2026";

    private static readonly DateOnly Day = new(2026, 3, 4);

    private App app = null!;
    private string first = null!;
    private string before = null!;

    /// <summary>Of the fourth, and of the third beside it, something was entered late: on the ninth.</summary>
    [OneTimeSetUp]
    public async Task Open()
    {
        app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Command("leader", "leader", null, [Role.ZoneLeader], Password));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        app.SetTime("2026-03-06 00:30");
        await app.MakeReports();
        var was = await app.Report(Day);
        (first, before) = (Told(was), Told(was.Whole.Before));
        app.SetTime("2026-03-09 10:00");
        await app.SendByTwo(new ApproveCase.Command(number, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-10 00:30");
        await app.MakeReports();
        app.SetTime("2026-03-10 09:00");
        await app.Send(new RecomputeReport.Command(Day, "核对"), Person.Supervisor);
    }

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [Test]
    public async Task Its_figures_and_those_beside_it_are_what_they_were()
    {
        var was = await Report(1);
        Assert.That(Told(was), Is.EqualTo(first).And.Not.EqualTo(Told(await app.Report(Day))));
        Assert.That(Told(was.Whole.Before), Is.EqualTo(before), "the third was not revised then");
        Assert.That((was.Whole.Before.N("closed"), (await Report(2)).Whole.Before.N("closed")), Is.EqualTo((0L, 1L)));
        Assert.That((was.Trend[^2].Measures.N("closed"), was.Revised, was.Superseded), Is.EqualTo((0L, Array.Empty<Modules.Reports.Run>(), new ShowReport.Superseded(1, 3))));
        Assert.That((await Report(2)).Revised.Single().Changed, Does.Contain("open 1→0"));
        Assert.That((await Report(3)).Superseded, Is.Null, "which is in force");
        Assert.That((await app.Refusal(new ShowReport.Query(Day, Revision: 4), Person.Leader)).Status, Is.EqualTo(RefusedAs.NotFound));
        Assert.That((await app.Refusal(new ShowReport.Query(Day, Period.Week, Revision: 1), Person.Leader)).Problems.Single().Field, Is.EqualTo("revision"));
    }

    [Test]
    public async Task The_list_of_revisions_leads_to_it_and_its_page_says_that_another_is_in_force()
    {
        using var browser = await app.SignedIn("leader", Password);
        var list = await (await browser.GetAsync("/reports/sla/runs")).Html();
        Assert.That(list.QuerySelectorAll("td.card-title a").Select(a => a.GetAttribute("href")!).Where(h => h.Contains("2026-03-04")),
            Is.EqualTo(new[] { "/reports/sla?date=2026-03-04", "/reports/sla?date=2026-03-04&revision=2", "/reports/sla?date=2026-03-04&revision=1" }));

        var page = await (await browser.GetAsync("/reports/sla?date=2026-03-04&revision=1")).Html();
        Assert.That(page.QuerySelector("h1")!.TextContent, Is.EqualTo("审批时效日报 2026-03-04（修订号 1，已被取代）"));
        Assert.That(page.QuerySelector("#superseded")!.TextContent, Does.Contain("已被修订号 3 取代"));
        Assert.That(page.QuerySelector("#superseded a")!.GetAttribute("href"), Is.EqualTo("/reports/sla?date=2026-03-04"));
        Assert.That(page.QuerySelectorAll("a[href^='/reports/sla/cases'], a[href^='/reports/sla/orders'], a[href^='/reports/sla/projects']"), Is.Empty, "its cases are others now");
        Assert.That(ReportHtml.Document(await Report(1), "", app.Zone), Does.Contain("已被取代").And.Not.Contain("href="), "on paper too");

        var inForce = await (await browser.GetAsync("/reports/sla?date=2026-03-04")).Html();
        Assert.That(inForce.QuerySelector("#superseded"), Is.Null);
        Assert.That(inForce.QuerySelectorAll("a[href^='/reports/sla/cases']"), Is.Not.Empty);
    }

    [Test]
    public async Task The_list_says_how_the_last_night_ended_and_not_by_which_fault()
    {
        using var browser = await app.SignedIn("leader", Password);
        Assert.That((await (await browser.GetAsync("/reports/sla/runs")).Html()).QuerySelector("#last-run"), Is.Null, "none has run");
        foreach (var (outcome, ended, told) in new (string, string?, string)[] { ("failed", "2026-03-09 16:31:00", "失败"), ("done", "2026-03-09 16:32:00", "完成"), ("running", null, "进行中") })
        {
            await app.Change("DELETE FROM operations_run WHERE job = 'reports.nightly'");
            await app.Change("INSERT INTO operations_run (job, started_at, ended_at, outcome, detail) VALUES ('reports.nightly', '2026-03-09 16:30:00', @ended, @outcome, 'SqlException: the server')", new { ended, outcome });
            var page = await (await browser.GetAsync("/reports/sla/runs")).Html();
            Assert.That(page.QuerySelector("#last-run")!.TextContent, Does.StartWith(told).And.Contain($"2026-03-10 00:3{ended?[15] ?? '0'}").And.Not.Contain("the server"));
            Assert.That(page.QuerySelector("#last-run")!.TextContent.Contains("自动补齐"), Is.EqualTo(outcome == "failed"));
        }
    }

    [Test]
    public async Task Its_files_have_its_figures_and_its_number()
    {
        using var browser = await app.SignedIn("leader", Password);
        var page = await (await browser.GetAsync("/reports/sla?date=2026-03-04&revision=1")).Html();
        using var xlsx = await browser.GetAsync(page.QuerySelector("a#xlsx")!.GetAttribute("href")!);
        Assert.That(xlsx.Content.Headers.ContentDisposition!.FileName, Is.EqualTo("sla-day-20260304-r1.xlsx"));
        using var workbook = SpreadsheetDocument.Open(await xlsx.Content.ReadAsStreamAsync(), false);
        Assert.That(new OpenXmlValidator().Validate(workbook), Is.Empty);
        var sheets = workbook.WorkbookPart!.Workbook!.Descendants<Sheet>().Select(s => s.Name!.Value!).ToList();
        Assert.That(sheets[0], Is.EqualTo("指标（修订号 1，已被取代）"));
        Assert.That(sheets, Has.None.EqualTo("办理件").And.None.EqualTo("值得注意").And.None.EqualTo("项目"), "which are known only as they are now");

        using var csv = await browser.GetAsync(page.QuerySelectorAll("a[download]").Select(a => a.GetAttribute("href")!).Single(h => h.Contains("handler=Csv")));
        Assert.That(csv.Headers.TransferEncodingChunked, Is.True, "written while it is made");
        Assert.That((csv.Content.Headers.ContentDisposition!.FileName, await csv.Content.ReadAsStringAsync()), Is.EqualTo(("sla-day-20260304-r1.csv", string.Concat(ReportFiles.Lines(await Report(1))).TrimStart('\uFEFF'))));

        using var program = app.Http(await app.Token("leader", "report"));
        foreach (var (asked, revision, by, open) in new[] { ("&revision=1", 1, (int?)3, 1), ("&revision=2", 2, 3, 0), ("", 3, null, 0) })
        {
            using var json = JsonDocument.Parse(await program.GetStringAsync("/api/reports/sla?date=2026-03-04" + asked));
            var root = json.RootElement;
            Assert.That((root.GetProperty("revision").GetInt32(), root.GetProperty("figures").GetProperty("open").GetInt32()), Is.EqualTo((revision, open)));
            Assert.That(root.GetProperty("supersededBy").ValueKind == JsonValueKind.Null ? (int?)null : root.GetProperty("supersededBy").GetInt32(), Is.EqualTo(by));
        }

        Assert.That((await program.GetAsync("/api/reports/sla?date=2026-03-04&revision=9")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private Task<ShowReport.Report> Report(int revision) => app.Send(new ShowReport.Query(Day, Revision: revision), Person.Leader);

    /// <summary>Every figure of every line.</summary>
    private static string Told(ShowReport.Report report) => string.Join('\n', report.Cuts.SelectMany(t => t.Lines.Select(l => (t.Cut, l))).Append(("", report.Whole))
        .Select(line => $"{line.Item1} {line.Item2.Key} {Told(line.Item2.Now)}"));

    private static string Told(Modules.Reports.Measures measures) => string.Join(' ', Definitions.All.Select(f => measures[f.Code]));
}
