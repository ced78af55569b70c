using System.Text;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Approvals.Tests.Permits;

/// <summary>The list of all cases, the department's queue, the file.</summary>
[Parallelizable]
internal sealed class ListsTests
{
    [Test]
    public async Task The_list_is_newest_first_and_its_pages_join_without_gap_or_overlap()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var all = await Three(app);

        foreach (var filter in new ListCases.Query[] { new(), new(Department: "zrzy"), new(CaseStatus.Received), new(CaseStatus.Received, "ZRZY") })
        {
            var whole = (await app.Send(filter with { Rows = 1000 }, Person.Auditor)).Rows.Select(r => r.Number).ToList();
            var paged = new List<string>();
            string? after = null;
            do
            {
                var page = await app.Send(filter with { Rows = 2, After = after }, Person.Auditor);
                paged.AddRange(page.Rows.Select(r => r.Number));
                after = page.Next;
            }
            while (after is not null);
            Assert.That(paged, Is.EqualTo(whole).And.Not.Empty, filter.ToString());
        }

        var listed = await app.Send(new ListCases.Query(), Person.Auditor);
        Assert.That(listed.Rows.Select(r => r.Number), Is.EqualTo(all.AsEnumerable().Reverse()));
    }

    [Test]
    public async Task Filters_keep_what_matches()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Three(app);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Send(new ListCases.Query(CaseStatus.Accepted), Person.Auditor)).Rows.Select(r => r.ItemCode), Is.Not.Empty.And.All.EqualTo("A01"));
            Assert.That((await app.Send(new ListCases.Query(Department: "ZRZY"), Person.Auditor)).Rows.Select(r => r.ItemCode), Is.Not.Empty.And.All.EqualTo("A02"));
            Assert.That((await app.Send(new ListCases.Query(CaseStatus.Accepted, "ZRZY"), Person.Auditor)).Rows, Is.Empty);
        });
    }

    [Test]
    public async Task A_search_finds_by_the_beginning_of_a_number_and_keeps_the_filters()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var all = await Three(app);
        var application = all[0][..all[0].LastIndexOf('-')];

        Assert.Multiple(async () =>
        {
            Assert.That((await Found(application)).Rows.Select(r => r.Number), Is.EqualTo(new[] { all[0], all[1] }));
            Assert.That((await Found(all[1].ToLowerInvariant())).Rows.Select(r => r.Number), Is.EqualTo(new[] { all[1] }));
            Assert.That((await Found("20260302")).Rows, Has.Count.EqualTo(6));
            Assert.That((await Found("20260302-")).Rows, Has.Count.EqualTo(6));
            Assert.That((await Found("2027")).Rows, Is.Empty);
            Assert.That((await app.Send(new ListCases.Query(Department: "ZRZY", Search: "20260302"), Person.Auditor)).Rows, Has.Count.EqualTo(3));
            var first = await app.Send(new ListCases.Query(Search: "20260302", Rows: 4), Person.Auditor);
            var second = await app.Send(new ListCases.Query(Search: "20260302", Rows: 4, After: first.Next), Person.Auditor);
            Assert.That(first.Rows.Concat(second.Rows).Select(r => r.Number), Is.EqualTo(all.Order(StringComparer.Ordinal)));
        });

        Task<ListCases.Result> Found(string search) => app.Send(new ListCases.Query(Search: search), Person.Auditor);
    }

    [Test]
    public async Task The_queue_has_the_earliest_due_first_with_lights()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Project("2601-510300-04-01-900002");
        var first = await app.Apply(Scene.ProjectCode, "A01", "A02", "A03", "A04");
        await app.Approve(first["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(2));
        var second = await app.Apply("2601-510300-04-01-900002", "A01", "A02");
        await app.Approve(second["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(2));

        // First A02: accepted on Monday 2, three working days, due on Thursday 5; today is Friday 6.
        var queue = await app.Send(new ListQueue.Query(), Person.Reviewer("ZRZY"));

        Assert.Multiple(() =>
        {
            Assert.That(queue.Rows.Select(r => (r.Number, r.DueOn, r.LeftDays, r.Light)), Is.EqualTo(new[]
            {
                (first["A02"], new DateOnly(2026, 3, 5), -1, Light.Red),
                (second["A02"], (DateOnly?)new DateOnly(2026, 3, 9), (int?)1, (Light?)Light.Yellow),
            }));
            Assert.That(queue.Counts.Select(c => (c.Department, c.Running, c.Late, c.Waiting)), Is.EqualTo(new[] { ("ZRZY", 2, 1, 1) }));
        });
    }

    [Test]
    public async Task The_waiting_tab_names_what_blocks()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02", "A03", "A04", "A05");

        var queue = await app.Send(new ListQueue.Query(Tab: ListQueue.Tab.Waiting), Person.Reviewer("ZRZY"));

        Assert.Multiple(() =>
        {
            Assert.That(queue.Rows.Select(r => r.Number), Is.EqualTo(new[] { applied["A02"], applied["A04"], applied["A05"] }));
            Assert.That(queue.Rows[0].BlockedBy.Select(b => b.Zh), Is.EqualTo(new[] { "A01 企业投资项目备案 办理中" }));
            Assert.That(queue.Rows[1].BlockedBy.Select(b => b.Zh), Is.EqualTo(new[] { "A03 国有建设用地使用权首次登记 等待前置" }));
        });
    }

    [Test]
    public async Task The_decided_tab_has_the_latest_decision_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Project("2601-510300-04-01-900002");
        var first = await app.Apply(Scene.ProjectCode, "A01");
        var second = await app.Apply("2601-510300-04-01-900002", "A01");
        await app.Approve(second["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Refuse(first["A01"], "FGJX");

        var queue = await app.Send(new ListQueue.Query(Tab: ListQueue.Tab.Decided), Person.Head("FGJX"));

        Assert.That(queue.Rows.Select(r => r.Number), Is.EqualTo(new[] { first["A01"], second["A01"] }));
    }

    [Test]
    public async Task Who_belongs_to_a_department_sees_its_queue_and_others_choose()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01", "A02");

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new ListQueue.Query("FGJX"), Person.Reviewer("ZRZY"))).Status, Is.EqualTo(RefusedAs.Forbidden));
            var overview = await app.Send(new ListQueue.Query(), Person.Supervisor);
            Assert.That(overview.Department, Is.Null);
            Assert.That(overview.Counts.Select(c => (c.Department, c.Running, c.Waiting)), Is.EqualTo(new[] { ("FGJX", 1, 0), ("ZRZY", 0, 1) }));
            Assert.That((await app.Send(new ListQueue.Query("fgjx"), Person.Supervisor)).Rows, Has.Count.EqualTo(1));
            Assert.That((await app.Refusal(new ListQueue.Query("NONE"), Person.Supervisor)).Status, Is.EqualTo(RefusedAs.NotFound));
        });
    }

    [Test]
    public async Task Pages_of_the_queue_join_without_gap_or_overlap()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        for (var i = 0; i < ListQueue.PageSize + 3; i++)
        {
            await app.Project($"2601-510300-04-01-91{i:0000}");
            await app.Apply($"2601-510300-04-01-91{i:0000}", "A01", "A02");
            if (i == 20) app.Clock.Advance(TimeSpan.FromDays(1));
        }

        foreach (var (tab, department) in new[] { (ListQueue.Tab.Running, "FGJX"), (ListQueue.Tab.Waiting, "ZRZY") })
        {
            var first = await app.Send(new ListQueue.Query(department, tab), Person.Supervisor);
            var second = await app.Send(new ListQueue.Query(department, tab, first.Next), Person.Supervisor);
            Assert.Multiple(() =>
            {
                Assert.That(first.Rows, Has.Count.EqualTo(ListQueue.PageSize));
                Assert.That(second.Rows, Has.Count.EqualTo(3));
                Assert.That(second.Next, Is.Null);
                Assert.That(first.Rows.Concat(second.Rows).Select(r => r.Number), Is.Unique);
                Assert.That(first.Rows.Concat(second.Rows).Select(r => r.DueOn), Is.Ordered);
            });
        }
    }

    [Test]
    public async Task The_file_begins_with_the_mark_of_its_encoding_and_has_every_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var all = await Three(app);
        await using var scope = app.Services.CreateAsyncScope();
        Person.Auditor.Sit(scope.ServiceProvider.GetRequiredService<Approvals.Modules.Access.Contract.Actor>());
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        await new CasesFile(scope.ServiceProvider.GetRequiredService<MediatR.IMediator>(), app.Services.GetRequiredService<CatalogueInForce>().Current, new(Rows: 4))
            .ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()));

        var bytes = ((MemoryStream)context.Response.Body).ToArray();
        var lines = Encoding.UTF8.GetString(bytes)[1..].TrimEnd().Split("\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(bytes[..3], Is.EqualTo(new byte[] { 0xEF, 0xBB, 0xBF }));
            Assert.That(lines[0], Does.Contain("办理件").Or.Contain("Case"));
            Assert.That(lines.Skip(1).Select(l => l.Split(',')[0]), Is.EqualTo(all.AsEnumerable().Reverse()));
        });
    }

    [TestCase("=1+1", "'=1+1")]
    [TestCase("+86", "'+86")]
    [TestCase("-1", "'-1")]
    [TestCase("@SUM(A1)", "'@SUM(A1)")]
    [TestCase("\t=1", "'\t=1")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("说\"是\"", "\"说\"\"是\"\"\"")]
    [TestCase("=a,b", "\"'=a,b\"")]
    [TestCase("2026-03-02", "2026-03-02")]
    [TestCase("", "")]
    public void A_cell_is_never_a_formula(string value, string cell) => Assert.That(Csv.Cell(value), Is.EqualTo(cell));

    [Test]
    public void A_number_below_zero_is_a_number_and_a_text_that_begins_so_is_a_text() =>
        Assert.That(Csv.Line("-0.25", -0.250000m, -3, null, 0.5m), Is.EqualTo("'-0.25,-0.25,-3,,0.5\r\n"));

    /// <summary>Three projects with A01 and A02 each; the cases in the order they were opened.</summary>
    private static async Task<List<string>> Three(App app)
    {
        var numbers = new List<string>();
        for (var i = 1; i <= 3; i++)
        {
            await app.Project($"2601-510300-04-01-90000{i}");
            var applied = await app.Apply($"2601-510300-04-01-90000{i}", "A01", "A02");
            numbers.AddRange([applied["A01"], applied["A02"]]);
        }

        return numbers;
    }
}
