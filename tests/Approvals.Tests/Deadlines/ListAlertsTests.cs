using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Tests.Access;
using Approvals.Web;

namespace Approvals.Tests.Deadlines;

[Parallelizable]
internal sealed class ListAlertsTests
{
    [Test]
    public async Task What_is_late_and_at_risk_stands_in_the_order_of_its_due_date()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks(
            Clocks.Promised(1, "2026-03-09", 5), Clocks.Promised(2, "2026-03-09", 2), Clocks.Promised(3, "2026-03-02", 5), Clocks.Promised(4, "2026-03-02", 6), Clocks.Promised(5, "2026-02-24", 5));

        var list = await app.Send(new ListAlerts.Query(null, null, null), Person.Clerk);

        Assert.That((list.Late, list.AtRisk, list.Next), Is.EqualTo((2, 2, (string?)null)));
        Assert.That(list.Rows.Select(r => (r.Label, r.Level, r.DueOn, r.LeftDays)), Is.EqualTo(new[]
        {
            ("AJ-5", Light.Red, new DateOnly(2026, 3, 2), -6),
            ("AJ-3", Light.Red, new DateOnly(2026, 3, 9), -1),
            ("AJ-4", Light.Yellow, new DateOnly(2026, 3, 10), 0),
            ("AJ-2", Light.Yellow, new DateOnly(2026, 3, 11), 1),
        }));
    }

    [Test]
    public async Task A_subject_makes_one_row_and_says_when_the_statutory_limit_has_passed_too()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks(
            Clocks.Promised(1, "2026-03-02", 3), Clocks.Statutory(1, "2026-03-02", 5), Clocks.Promised(2, "2026-03-02", 5), Clocks.Statutory(2, "2026-03-02", 20), Clocks.Statutory(3, "2026-03-02", 5));

        var list = await app.Send(new ListAlerts.Query(null, null, null), Person.Clerk);

        Assert.That(list.Late, Is.EqualTo(3));
        Assert.That(list.Rows.Select(r => (r.Label, r.Rule, r.IsPastStatutory)), Is.EqualTo(new[] { ("AJ-1", "promised", true), ("AJ-2", "promised", false), ("AJ-3", "statutory", true) }));
    }

    [Test]
    public async Task A_stopped_clock_is_gone_from_the_list()
    {
        await using var app = await App.Start("2026-03-20 09:00");
        await app.StartClocks(Clocks.Promised(1, "2026-03-02", 5), Clocks.Promised(2, "2026-03-02", 5));
        await app.StopClocks(1, "2026-03-19");

        var list = await app.Send(new ListAlerts.Query(null, null, null), Person.Clerk);

        Assert.That(list.Rows.Select(r => r.Label), Is.EqualTo(new[] { "AJ-2" }));
    }

    [TestCase(null, null)]
    [TestCase("ZRZY", null)]
    [TestCase(null, "red")]
    [TestCase("ZRZY", "yellow")]
    public async Task Pages_follow_each_other_without_gap_or_repeat(string? department, string? level)
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks([.. Enumerable.Range(1, 40).Select(i => Clocks.Promised(i, i % 3 == 0 ? "2026-03-02" : "2026-03-03", 5 - (i % 2), department: i % 4 == 0 ? "STHJ" : "ZRZY"))]);
        var whole = await app.Send(new ListAlerts.Query(department, level, null, 200), Person.Clerk);

        var paged = new List<string>();
        string? after = null;
        do
        {
            var page = await app.Send(new ListAlerts.Query(department, level, after, 7), Person.Clerk);
            paged.AddRange(page.Rows.Select(r => r.Label));
            after = page.Next;
        }
        while (after is not null);

        Assert.That(whole.Rows, Is.Not.Empty);
        Assert.That(paged, Is.EqualTo(whole.Rows.Select(r => r.Label)));
        Assert.That(whole.Rows.Select(r => r.Level).Distinct(), Is.EqualTo(level switch { "red" => [Light.Red], "yellow" => [Light.Yellow], _ => new[] { Light.Red, Light.Yellow } }));
        Assert.That(whole.Rows.Select(r => r.Department).Distinct(), Is.EquivalentTo(department is null ? ["ZRZY", "STHJ"] : new[] { "ZRZY" }));
    }

    [Test]
    public async Task The_desk_gets_the_first_rows_and_the_counts_of_all()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks(Clocks.Promised(1, "2026-03-02", 5), Clocks.Promised(2, "2026-03-02", 6), Clocks.Promised(3, "2026-03-02", 4, department: "STHJ"));

        var desk = await app.Send(new OpenAlerts(null, 1));
        var department = await app.Send(new OpenAlerts("zrzy", 10));

        Assert.That((desk.Late, desk.AtRisk, desk.Rows.Single().Label), Is.EqualTo((2, 1, "AJ-3")));
        Assert.That((department.Late, department.AtRisk, department.Rows.Count), Is.EqualTo((1, 1, 2)));
    }

    [TestCase("orange", null, 50, "level")]
    [TestCase(null, "2026-02-31.5", 50, "after")]
    [TestCase(null, "x", 50, "after")]
    [TestCase(null, null, 0, "rows")]
    [TestCase(null, null, 201, "rows")]
    public async Task A_question_that_cannot_be_meant_is_refused(string? level, string? after, int rows, string field)
    {
        await using var app = await App.Start();

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ListAlerts.Query(null, level, after, rows), Person.Clerk))!;

        Assert.That(refused.Problems.Select(p => p.Field), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task A_program_reads_them_page_by_page()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.Send(new AddUser.Command("reviewer", "经办", "ZRZY", [Role.Reviewer], "long enough 2026"));
        await app.StartClocks(Clocks.Promised(1, "2026-03-02", 5), Clocks.Promised(2, "2026-03-02", 5, department: "STHJ"));
        using var program = app.Http(await app.Token("reviewer", "程序"));

        var answer = JsonDocument.Parse(await program.GetStringAsync("/api/alerts?level=red&rows=1")).RootElement;

        Assert.That((answer.GetProperty("late").GetInt32(), answer.GetProperty("rows").GetArrayLength()), Is.EqualTo((2, 1)));
        Assert.That(answer.GetProperty("next").GetString(), Does.StartWith("2026-03-09."));
    }
}
