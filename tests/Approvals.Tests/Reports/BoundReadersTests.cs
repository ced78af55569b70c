using System.Globalization;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Reports;

/// <summary>Whoever is bound to a department reads that department's figures, and of no other, whichever way they look.</summary>
[Parallelizable]
internal sealed class BoundReadersTests
{
    [Test]
    public async Task What_a_revision_changed_of_the_zone_is_for_those_who_read_the_zone()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        app.SetTime("2026-03-06 00:30");
        await app.MakeReports();
        app.SetTime("2026-03-09 10:00");
        await app.SendByTwo(new ApproveCase.Command(number, "示例文号〔2026〕1号", null, new DateTime(2026, 3, 4, 16, 0, 0), "纸质办理"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.SetTime("2026-03-10 00:30");
        await app.MakeReports();
        var day = new DateOnly(2026, 3, 4);

        var (zone, bound) = (await app.Report(day), await app.Report(day, who: Person.Reviewer("ZRZY")));

        Assert.That(zone.Revised.Single().Changed, Does.Contain("closed 0→1"));
        Assert.That(ReportHtml.Body(zone), Does.Contain("2026-03-09 补录或更正").And.Contain("办结 0→1；"), "in words");
        Assert.That((bound.Revised.Single().Changed, bound.Revised.Single().Revision), Is.EqualTo(("", 2)));
        Assert.That(ReportHtml.Body(bound), Does.Contain("修订号 2").And.Not.Contain("→1"));
        Assert.That((await app.Send(new ListRuns.Query(), Person.Reviewer("ZRZY"))).Runs.Select(r => r.Changed), Is.All.Empty);
        Assert.That((await app.Send(new ListRuns.Query(), Person.Leader)).Runs.Select(r => r.Changed), Has.Some.Contain("closed 0→1"));
    }

    [TestCase("zh-CN", "2026-03-09 补录或更正", "办结 0→1；分项有变，合计未变")]
    [TestCase("en", "Late entries or corrections of 2026-03-09", "Closed 0→1; parts changed, the total did not")]
    public void Why_and_what_a_revision_changed_is_told_in_the_readers_language(string language, string why, string what)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = new(language);
            Assert.That(ReportHtml.Reason("2026-03-09 补录或更正"), Is.EqualTo(why));
            Assert.That(ReportHtml.Reason("核对"), Is.EqualTo("核对"), "what somebody wrote stays as it is");
            Assert.That(ReportHtml.Changes("closed 0→1; cuts"), Is.EqualTo(what));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>Such a report says the item and not whose it was.</summary>
    [Test]
    public async Task Of_a_report_made_before_departments_stood_with_items_each_item_is_its_departments()
    {
        await using var app = await App.Start("2026-03-11 00:30");
        await app.OpenBooks(new DateOnly(2026, 3, 10));
        var day = new DateOnly(2026, 3, 10);
        await app.ClosedFact("A01", "FGJX", day, used: 4, limit: 10);
        await app.ClosedFact("A04", "ZRZY", day, used: 4, limit: 10);
        await app.MakeReports();
        await app.Change("UPDATE reports_count SET cut_key = REPLACE(REPLACE(cut_key, 'FGJX/', ''), 'ZRZY/', '') WHERE cut = 'item'");

        foreach (var (who, items) in new[] { (Person.Reviewer("FGJX"), new[] { "A01" }), (Person.Reviewer("ZRZY"), new[] { "A04" }), (Person.Leader, new[] { "A01", "A04" }) })
            Assert.That((await app.Report(day, who: who)).Of(Cuts.Item)!.Lines.Select(l => l.Key), Is.EqualTo(items), who.Department ?? "the zone");
    }

    /// <summary>A01 is FGJX's now; what ZRZY decided of it before stays ZRZY's.</summary>
    [Test]
    public async Task The_cases_of_an_item_that_moved_to_another_department_stay_with_whoever_had_them()
    {
        await using var app = await App.Start("2026-03-11 00:30");
        await app.OpenBooks(new DateOnly(2026, 3, 9));
        var day = new DateOnly(2026, 3, 10);
        for (var n = 0; n < 3; n++) await app.ClosedFact("A01", "ZRZY", day, used: 4, limit: 10);
        await app.ClosedFact("A01", "FGJX", day, used: 4, limit: 10);
        await app.MakeReports();

        foreach (var (who, closed) in new[] { (Person.Reviewer("ZRZY"), 3), (Person.Reviewer("FGJX"), 1), (Person.Leader, 4) })
        {
            var line = (await app.Report(day, who: who)).Of(Cuts.Item)!.Lines.Single();
            Assert.That((line.Key, line.Now.N("closed")), Is.EqualTo(("A01", (long)closed)), who.Department ?? "the zone");
            Assert.That((await app.Send(new ListReportCases.Query("closed", day, day, Cuts.Item, line.Key), who)).Rows, Has.Count.EqualTo(closed));
        }
    }
}
