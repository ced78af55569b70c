using Approvals.Demonstration;
using Approvals.Modules.Portfolio;

namespace Approvals.Tests.Demonstrations;

/// <summary>Every page of the demonstration has something true to show, whatever day it is.</summary>
[Parallelizable]
internal sealed class StoriesTests
{
    private const string Statuses = "SELECT DISTINCT status FROM permits_case ORDER BY status";
    private const string States = "SELECT DISTINCT state FROM onewindow_application ORDER BY state";
    private const string Projects = "SELECT COUNT(*) FROM projects_project";
    private const string Events = "SELECT COUNT(*) FROM permits_event";
    private const string Late = "SELECT COUNT(*) FROM permits_case WHERE decided_on IS NULL AND due_on < @today";
    private const string Titles = "SELECT COUNT(*) FROM land_title t JOIN land_handover h ON h.parcel_id = t.parcel_id WHERE t.issued_on = h.handed_over_on";
    private const string Orders = "SELECT COUNT(*) FROM land_levelling_order";
    private const string Future = "SELECT COUNT(*) FROM permits_event WHERE occurred_at > @now OR recorded_at > @now";

    [TestCase("2026-11-24 10:00")]
    [TestCase("2026-10-05 10:00", Description = "in the National Day holiday")]
    [TestCase("2026-02-28 08:00", Description = "a make-up Saturday")]
    [TestCase("2027-03-10 10:00", Description = "in a year without a published calendar")]
    public async Task There_is_something_at_every_point(string now)
    {
        await using var app = await App.Start(now, "Development");
        var today = app.Zone.Today;
        Assert.Multiple(async () =>
        {
            Assert.That(await app.Value<int>(Projects), Is.EqualTo(13));
            Assert.That(await app.Rows<int>(Statuses), Is.SupersetOf(new[] { 1, 8, 11, 12, 13 }));
            Assert.That(await app.Rows<string>(States), Is.EqualTo(new[] { "Accepted", "Correcting", "Received" }));
            Assert.That(await app.Value<int>(Late, new { today }), Is.Positive);
            Assert.That(await app.Value<int>(Titles), Is.GreaterThan(5));
            Assert.That(await app.Value<int>(Orders), Is.EqualTo(1));
            var portfolio = (await app.Send(new ShowPortfolio.Query(), Person.Leader)).Rows;
            Assert.That(portfolio.Select(s => s.OfInvestment?.Light), Is.SupersetOf(new ProjectLight?[] { ProjectLight.Green, ProjectLight.Yellow, ProjectLight.Red, null }));
            Assert.That(portfolio.Count(s => s.Unreported == 1), Is.EqualTo(1), "one has not reported its last month");
            Assert.That(await app.Value<int>(Future, new { now = app.Zone.Now }), Is.Zero);
        });
    }

    [Test]
    public async Task A_second_start_changes_nothing()
    {
        await using var app = await App.Start("2026-11-24 10:00", "Development");
        var events = await app.Value<int>(Events);
        await app.Services.TellStories();
        Assert.That(await app.Value<int>(Events), Is.EqualTo(events).And.Positive);
    }
}
