using System.Net;
using System.Reflection;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Supervision;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Approvals.Tests.Supervision;

/// <summary>Everything yellow or red, narrowed, sorted, exported and explained; 2026-03-10 is a Tuesday.</summary>
[Parallelizable]
internal sealed class ListLightsTests
{
    [Test]
    public async Task The_earliest_due_comes_first_page_by_page_with_totals_by_department()
    {
        await using var app = await Lit();

        var first = await app.Send(new ListLights.Query(Rows: 2), Person.Leader);
        var second = await app.Send(new ListLights.Query(Rows: 2, After: first.Next), Person.Leader);

        Assert.That(first.Rows.Concat(second.Rows).Select(r => r.Label), Is.EqualTo(new[] { "AJ-1", "AJ-2", "DK-5", "AJ-3" }));
        Assert.That((first.Next, second.Next), Is.EqualTo(("2026-03-09." + await app.Value<long>("SELECT id FROM deadlines_clock WHERE label = 'AJ-2'") + "@STHJ", (string?)null)));
        Assert.That(first.Totals, Is.EqualTo(new ListLights.Total[] { new("ZRZY", 2, 1, 0), new("STHJ", 1, 0, 0) }));
    }

    [TestCase("LitByDepartment", "SEARCH deadlines_clock USING COVERING INDEX ix_deadlines_clock_warn (warn_on<?)")]
    [TestCase("PausedByDepartment", "SEARCH deadlines_clock USING INDEX ix_deadlines_clock_due (due_on=?)")]
    public async Task The_totals_read_what_is_lit_or_paused_and_not_all_that_is_open(string statement, string expected)
    {
        if (App.Server is not null) Assert.Ignore("The plan is read as SQLite tells it.");
        await using var app = await App.Start();
        var sql = (string)typeof(ListLights).GetNestedType("Handler", BindingFlags.NonPublic)!.GetField(statement, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;

        var plan = await app.Rows<Step>("EXPLAIN QUERY PLAN " + sql, new { today = new DateOnly(2026, 3, 2) });

        Assert.That(plan.Select(s => s.Detail).Where(d => d.Contains("deadlines_clock", StringComparison.Ordinal)), Is.EqualTo(new[] { expected }));
    }

    [TestCase(null, null, null, null, "AJ-1 AJ-2 DK-5 AJ-3")]
    [TestCase("sthj", null, null, null, "AJ-2")]
    [TestCase(null, "red", null, null, "AJ-1 AJ-2 DK-5")]
    [TestCase(null, "yellow", null, null, "AJ-3")]
    [TestCase(null, null, "parcel", null, "DK-5")]
    [TestCase(null, null, null, "statutory", "AJ-1")]
    [TestCase("ZRZY", "red", "case", "promised", "AJ-1")]
    [TestCase("-", null, null, null, "")]
    public async Task The_filters_narrow_the_list(string? department, string? level, string? kind, string? rule, string expected)
    {
        await using var app = await Lit();

        var list = await app.Send(new ListLights.Query(department, level, Kind: kind, Rule: rule), Person.Supervisor);

        Assert.That(string.Join(' ', list.Rows.Select(r => r.Label)), Is.EqualTo(expected));
    }

    [TestCase("due", "AJ-1 AJ-2 DK-5 AJ-3")]
    [TestCase("late", "DK-5 AJ-2 AJ-1")]
    [TestCase("department", "AJ-2 AJ-1 DK-5 AJ-3")]
    public async Task The_list_is_sorted_page_by_page(string sort, string expected)
    {
        await using var app = await Lit();
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await app.Send(new ListLights.Query(Sort: sort, After: after, Rows: 1), Person.Supervisor);
            seen.AddRange(page.Rows.Select(r => r.Label));
            after = page.Next;
        }
        while (after is not null);

        Assert.That(string.Join(' ', seen), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_department_sees_its_own_part_whatever_it_asks_for()
    {
        await using var app = await Lit();

        var list = await app.Send(new ListLights.Query("ZRZY"), Person.Reviewer("STHJ"));

        Assert.That(list.Rows.Select(r => r.Label), Is.EqualTo(new[] { "AJ-2" }));
        Assert.That(list.Totals.Select(t => t.Department), Is.EqualTo(new[] { "STHJ" }));
        Assert.That((await app.Send(new ListLights.Query(), Person.Auditor)).Rows, Has.Count.EqualTo(4));
        Assert.That((await app.Send(new ListLights.Query(), Person.Clerk)).Rows, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_case_has_its_item_and_owner_and_both_narrow_the_list()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01")).Cases["A01"];
        await app.Send(new AddUser.Command("handler", "经办人", "FGJX", [Role.Reviewer], Floor.Password));
        var id = await app.Value<long>("SELECT id FROM access_user WHERE login = 'handler'");
        await app.Send(new StartHandling.Command(number), Person.Reviewer("FGJX") with { Id = id });
        app.SetTime("2026-03-20 09:00");

        var row = (await app.Send(new ListLights.Query(Item: "a01", Owner: "handler"), Person.Supervisor)).Rows.First(r => r.SubjectKind == "case");

        Assert.That((row.Label, row.Item, row.Owner), Is.EqualTo((number, "A01", "经办人")));
        Assert.That((await app.Send(new ListLights.Query(Owner: "sthj"), Person.Supervisor)).Rows, Is.Empty);
        Assert.That((await app.Send(new ListLights.Query(Item: "A03"), Person.Supervisor)).Rows, Is.Empty);
    }

    [Test]
    public async Task Whatever_has_a_light_has_its_owner_who_narrows_the_list()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        var project = await app.Project();
        var clerk = await app.Value<long>("SELECT id FROM access_user WHERE login = 'clerk'");
        var handler = await app.Value<long>("SELECT id FROM access_user WHERE login = 'zrzy'");
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Receive(Scene.ProjectCode, "A09");
        await app.Change("UPDATE onewindow_application SET received_by = @clerk, received_by_name = 'clerk'", new { clerk });
        await app.Change("UPDATE projects_project SET manager_id = @handler", new { handler });
        await app.Change("INSERT INTO land_parcel (id, number, project_id, area_dm2, required_level_mm, tolerance_mm, surveys, changes, recorded_at, recorded_by) VALUES (77, 'DK-77', @project, 1, 0, 0, 0, 0, '2026-03-02 01:00:00', 1)", new { project });
        await app.StartClocks(Clocks.Promised(77, "2026-03-02", 2) with { SubjectKind = "parcel", Rule = Rules.Payment, Label = "DK-77", Department = "" });
        await app.Approve(applied["A01"], "FGJX");
        app.SetTime("2026-04-20 09:00");
        await app.Scan();

        var rows = (await app.Send(new ListLights.Query(), Person.Supervisor)).Rows;
        var ofClerk = (await app.Send(new ListLights.Query(Owner: "clerk"), Person.Supervisor)).Rows;
        var ofManager = (await app.Send(new ListLights.Query(Owner: "zrzy"), Person.Supervisor)).Rows;

        Assert.Multiple(async () =>
        {
            Assert.That(rows.Where(r => r.Clock.Rule is "delivery" or "answer").Select(r => r.Owner), Is.EqualTo(new[] { "clerk", "clerk" }));
            Assert.That(rows.Single(r => r.SubjectKind == "parcel").Owner, Is.EqualTo("zrzy"));
            Assert.That(ofClerk.Select(r => r.Clock.Rule), Is.SupersetOf(new[] { "delivery", "answer" }).And.No.Member("payment"));
            Assert.That(ofManager.Select(r => r.Label), Is.EqualTo(new[] { "DK-77" }));
            Assert.That((await app.Send(new ListOwners.Query(), Person.Supervisor)).Select(o => o.Login), Has.Member("clerk").And.Member("zrzy"));
            Assert.That((await app.Send(new ListOwners.Query("-"), Person.Supervisor)).Select(o => o.Login), Is.EqualTo(new[] { "clerk" }));
        });
    }

    [Test]
    public async Task A_paused_subject_is_counted_and_not_listed()
    {
        await using var app = await Lit();
        await app.StartClocks(Clocks.Promised(9, "2026-03-02", 20));
        await app.Inside(new PauseClocks("case", 9, "hearing", new("听证", "hearing"), "行政许可法 45", new(2026, 3, 9), null, null, "示例", "负责人", "AJ-9", "ZRZY"));

        var list = await app.Send(new ListLights.Query(), Person.Leader);

        Assert.That(list.Totals.Single(t => t.Department == "ZRZY"), Is.EqualTo(new ListLights.Total("ZRZY", 2, 1, 1)));
        Assert.That(list.Rows, Has.Count.EqualTo(4));
    }

    [TestCase("green", null, null, 50, "level")]
    [TestCase(null, "name", null, 50, "sort")]
    [TestCase(null, null, "2026-03-09", 50, "after")]
    [TestCase(null, null, null, 501, "rows")]
    public async Task A_question_that_cannot_be_meant_is_refused(string? level, string? sort, string? after, int rows, string field)
    {
        await using var app = await App.Start();

        var refused = await app.Refusal(new ListLights.Query(Level: level, Sort: sort, After: after, Rows: rows), Person.Clerk);

        Assert.That(refused.Problems.Single().Field, Is.EqualTo(field));
    }

    [Test]
    public async Task The_page_links_each_light_to_its_explanation_and_the_menu_counts_what_is_red()
    {
        await using var app = await Lit();
        await app.Scan();
        using var browser = await app.SignedIn("supervisor", Floor.Password);

        using var old = await browser.GetAsync("/alerts?level=red");
        Assert.That((old.StatusCode, old.Headers.Location!.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, "/supervision?level=red")));
        var page = await browser.Page("/supervision?level=red");
        Assert.That(page.QuerySelector(".mainnav a[href='/supervision'] .n")!.TextContent, Does.StartWith("3"));
        var row = page.QuerySelectorAll("section tbody tr")[0];
        Assert.That(row.QuerySelector("a.light")!.GetAttribute("href"), Is.EqualTo("/lights/AJ-1?rule=promised"));
        Assert.That(row.QuerySelector("a[href^='/orders/DB-']"), Is.Not.Null);

        var light = await browser.Page("/lights/AJ-1?rule=promised");
        var lines = light.QuerySelectorAll("section[aria-labelledby=count] ol li").Select(l => l.TextContent).ToList();
        Assert.That(lines, Has.Some.Contain("第 4 个工作日为 2026-03-06（周五）").And.Some.Contain("红灯：已过到期日 2026-03-06"));
        Assert.That(light.QuerySelectorAll("section[aria-labelledby=alerts] .light").Select(l => l.TextContent), Is.EqualTo(new[] { "黄灯", "红灯" }));
        Assert.That(light.QuerySelector("section[aria-labelledby=orders] a")!.GetAttribute("href"), Does.StartWith("/orders/DB-20260310-"));
        Assert.That(light.QuerySelector("a[href='/lights/AJ-1?rule=statutory']"), Is.Not.Null);
        using var other = await app.SignedIn("sthj", Floor.Password);
        Assert.That((await other.GetAsync("/lights/AJ-1?rule=promised")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Where_nothing_is_late_the_page_says_so()
    {
        await using var app = await Floor.Start("2026-03-10 09:00");
        using var browser = await app.SignedIn("clerk", Floor.Password);

        Assert.That((await browser.Page("/supervision")).QuerySelector(".empty h2")!.TextContent, Is.EqualTo("没有超期或临期的件"));
    }

    [Test]
    public async Task The_export_is_a_valid_workbook_with_Chinese_headers_and_true_dates()
    {
        await using var app = await Lit();
        using var browser = await app.SignedIn("supervisor", Floor.Password);

        using var answer = await browser.GetAsync("/supervision?level=red&handler=Export");
        using var file = new MemoryStream(await answer.Content.ReadAsByteArrayAsync());
        using var workbook = SpreadsheetDocument.Open(file, false);

        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(ExportLights.ContentType));
        Assert.That(new OpenXmlValidator().Validate(workbook).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"), Is.Empty);
        var rows = workbook.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>().ToList();
        Assert.That(rows[0].Elements<Cell>().Take(4).Select(c => Text(workbook, c)), Is.EqualTo(new[] { "灯", "超期日数", "剩余日数", "到期日" }));
        Assert.That(rows, Has.Count.EqualTo(4));
        var due = rows[1].Elements<Cell>().Single(c => c.CellReference == "D2");
        Assert.That((due.DataType?.InnerText ?? "n", DateTime.FromOADate(double.Parse(due.CellValue!.Text, System.Globalization.CultureInfo.InvariantCulture))), Is.EqualTo(("n", new DateTime(2026, 3, 6))));
    }

    [Test]
    public async Task An_export_of_nothing_is_valid_too()
    {
        await using var app = await Floor.Start("2026-03-10 09:00");

        using var file = new MemoryStream(await app.Send(new ExportLights.Query(new()), Person.Supervisor));
        using var workbook = SpreadsheetDocument.Open(file, false);

        Assert.That(new OpenXmlValidator().Validate(workbook).Select(e => e.Description), Is.Empty);
    }

    private static string Text(SpreadsheetDocument workbook, Cell cell) => cell.DataType?.Value == CellValues.SharedString
        ? workbook.WorkbookPart!.SharedStringTablePart!.SharedStringTable.ElementAt(int.Parse(cell.CellValue!.Text, System.Globalization.CultureInfo.InvariantCulture)).InnerText
        : cell.InnerText;

    /// <summary>AJ-1 late by its promised and its statutory limit, AJ-2 late in another department, DK-5 a parcel late since yesterday, AJ-3 due tomorrow, AJ-4 green.</summary>
    private static async Task<App> Lit()
    {
        var app = await Floor.Start("2026-03-10 09:00");
        await app.StartClocks(
            Clocks.Promised(1, "2026-03-02", 4),
            Clocks.Statutory(1, "2026-03-02", 5),
            Clocks.Promised(2, "2026-03-02", 5, department: "STHJ"),
            Clocks.Promised(3, "2026-03-04", 5),
            Clocks.Promised(4, "2026-03-09", 10),
            Clocks.Promised(5, "2026-03-02", 5) with { SubjectKind = "parcel", Rule = Rules.Payment, Label = "DK-5" });
        return app;
    }

    private sealed record Step
    {
        public string Detail { get; init; } = "";
    }
}
