using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Land;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Projects;

namespace Approvals.Tests.Land;

/// <summary>
/// The article's story: 120 mu of ready land, signed at the end of February 2023; the site's level did not suit the
/// process design; the commissioner had it levelled again, and on 22 March the enterprise could take it over.
/// </summary>
[Parallelizable]
internal sealed class RelevellingStoryTests
{
    private const string Parcel = "NA-120";

    private static DateOnly Day(string day) => Ground.Day(day);

    [Test]
    public async Task A_site_out_of_tolerance_is_levelled_again_and_accepted_within_sixteen_working_days()
    {
        await using var app = await App.Start("2023-02-28 09:00");
        await app.Send(RegisterProjectTests.Right with { Name = "钠离子电池一期（示例）", LandArea = 80_000m }, Person.Clerk);
        await app.Do(new OpenParcel.Command(Ground.Project, Parcel, 80_000m, 305.200m, 50));
        await app.Do(new SignContract.Command("示例合同-120", Day("2023-02-28"), 24_000_000m, Day("2023-03-31"), Day("2023-04-30"), Day("2024-12-31"), Parcel));
        await app.Do(new RecordPayment.Command(PaymentKind.Price, 24_000_000m, Day("2023-02-28"), "JK-120", Parcel));

        app.At("2023-03-03 10:00");
        var first = await app.Do(new RecordSiteSurvey.Command(304.730m, Day("2023-03-03"), "示例测绘院", Parcel));
        Assert.That(first, Is.EqualTo(new RecordSiteSurvey.Result(Parcel, 1, -470, false)));
        var handOver = new HandOverParcel.Command("JD-120", Day("2023-03-03"), "自规、企业、管委会", Parcel);
        Assert.That((await app.Refusal(handOver)).Codes(), Is.EqualTo(new[] { "land.siteOutOfTolerance" }));

        await app.Do(new OrderLevelling.Command("PC-2023-01", Day("2023-03-03"), Day("2023-03-20"), "按工艺设计标高二次精平", Parcel));
        app.At("2023-03-22 09:00");
        Assert.That((await app.Refusal(handOver with { HandedOverOn = Day("2023-03-22") })).Codes(), Is.EqualTo(new[] { "land.siteOutOfTolerance" }), "an order is not yet a level site");
        var second = await app.Do(new RecordSiteSurvey.Command(305.185m, Day("2023-03-22"), "示例测绘院", Parcel));
        Assert.That(second, Is.EqualTo(new RecordSiteSurvey.Result(Parcel, 2, -15, true)));
        await app.Do(handOver with { HandedOverOn = Day("2023-03-22") });

        var parcel = await app.Send(new GetParcel.Query(Parcel), Person.Auditor);
        var project = (await app.Send(new FindProject(Ground.Project)))!;
        var milestones = (await app.Send(new MilestonesOf(project.Id))).ToDictionary(m => m.Kind, m => m.ReachedOn);
        var calendar = app.Services.GetRequiredService<CalendarInForce>().Current;
        Assert.Multiple(() =>
        {
            Assert.That(parcel.AreaMu, Is.EqualTo("120"));
            Assert.That(parcel.AreaM2, Is.EqualTo(80_000m));
            Assert.That(parcel.Surveys.Select(s => s.OrderNumber), Is.EqualTo(new[] { "PC-2023-01", null }));
            Assert.That(milestones["LandAcquired"], Is.EqualTo(Day("2023-02-28")));
            Assert.That(milestones["HandedOver"], Is.EqualTo(Day("2023-03-22")));
            Assert.That(calendar.Count(Day("2023-02-28"), Day("2023-03-22")).Days, Is.EqualTo(16));
        });
    }

    [Test]
    public async Task A_defect_is_not_measured_away_without_levelling_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Survey(312.30m, "2026-02-27");

        var again = await app.Refusal(new RecordSiteSurvey.Command(312.5m, Day("2026-03-02"), "示例测绘院", Ground.Parcel));

        Assert.That(again.Codes(), Is.EqualTo(new[] { "land.levellingNotOrdered" }));
        Assert.That((await app.Parcel07()).Surveys, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_survey_is_ordered_levelled_once_and_only_when_out_of_tolerance()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        var order = new OrderLevelling.Command("PC-1", Day("2026-03-02"), Day("2026-03-20"), "二次精平", Ground.Parcel);
        Assert.That((await app.Refusal(order)).Codes(), Is.EqualTo(new[] { "land.siteSurveyMissing" }));

        await app.Survey(312.41m, "2026-02-26");
        Assert.That((await app.Refusal(order)).Codes(), Is.EqualTo(new[] { "land.withinTolerance" }));

        await app.Survey(312.39m, "2026-02-27");
        Assert.That((await app.Refusal(order with { IssuedOn = Day("2026-02-26") })).Fields(), Is.EqualTo(new[] { "issuedOn" }), "before the survey it answers");
        await app.Do(order);
        var twice = await app.Refusal(order with { OrderNumber = "PC-2" });
        Assert.That(twice.Problems.Single().Message.Zh, Does.Contain("PC-1"));
    }

    [TestCase("312.400", true)]
    [TestCase("312.399", false)]
    [TestCase("312.600", true)]
    [TestCase("312.601", false)]
    public async Task The_edge_of_the_tolerance_is_still_within(string measured, bool within)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();

        var result = await app.Survey(decimal.Parse(measured, System.Globalization.CultureInfo.InvariantCulture), "2026-02-27");

        Assert.That(result.IsWithinTolerance, Is.EqualTo(within));
    }

    [Test]
    public async Task A_survey_is_not_older_than_the_order_it_follows()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Survey(312.30m, "2026-02-25");
        await app.Do(new OrderLevelling.Command("PC-1", Day("2026-02-28"), Day("2026-03-20"), "二次精平", Ground.Parcel));

        var early = await app.Refusal(new RecordSiteSurvey.Command(312.5m, Day("2026-02-27"), "示例测绘院", Ground.Parcel));

        Assert.That(early.Fields(), Is.EqualTo(new[] { "surveyedOn" }));
    }
}
