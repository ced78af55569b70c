using Approvals.Modules.Portfolio;
using Microsoft.Extensions.Configuration;

namespace Approvals.Tests.Portfolio;

[Parallelizable]
internal sealed class LightRulesTests
{
    private static readonly Month March = new(2023, 3);
    private static readonly LightSet Yinchuan = LightRules.Find("yinchuan")!;
    private static readonly LightSet Sanya = LightRules.Find("sanya")!;
    private static readonly LightSet Wuhan = LightRules.Find("wuhan")!;

    // Of a year of 10,000 fen, 4,000 of them due.
    [TestCase("yinchuan", 3_001, "Green")]
    [TestCase("yinchuan", 3_000, "Yellow")]
    [TestCase("yinchuan", 1_000, "Yellow")]
    [TestCase("yinchuan", 999, "Red")]
    [TestCase("sanya", 4_000, "Green")]
    [TestCase("sanya", 3_999, "Yellow")]
    [TestCase("sanya", 2_000, "Yellow")]
    [TestCase("sanya", 1_999, "Red")]
    [TestCase("wuhan", 3_200, "Green")]
    [TestCase("wuhan", 3_199, "Yellow")]
    [TestCase("wuhan", 2_400, "Yellow")]
    [TestCase("wuhan", 2_399, "Red")]
    public void Money_is_judged_to_the_fen_at_the_edges_of_each_city(string city, long done, string light) =>
        Assert.That(LightRules.Find(city)!.OfInvestment(10_000, 4_000, done, March)!.Light.ToString(), Is.EqualTo(light));

    [TestCase(4, "Green")]
    [TestCase(3, "Yellow")]
    [TestCase(1, "Yellow")]
    [TestCase(0, "Red")]
    [TestCase(-6, "Red")]
    public void A_start_missed_in_its_month_is_yellow_and_three_months_later_red_in_Yinchuan(int plannedMonth, string light)
    {
        var planned = plannedMonth > 0 ? new Month(2023, plannedMonth) : new Month(2022, 12 + plannedMonth);

        Assert.That(Yinchuan.OfStart(planned, null, March)!.Light.ToString(), Is.EqualTo(light));
        Assert.That(Yinchuan.OfStart(planned, new(2023, 3, 1), March)!.Light, Is.EqualTo(ProjectLight.Green), "it has begun");
        Assert.That(Sanya.OfStart(planned, null, March), Is.Null, "Sanya's rules say nothing of the start");
    }

    [Test]
    public void Nothing_planned_is_not_judged() => Assert.Multiple(() =>
    {
        Assert.That(Yinchuan.OfInvestment(0, 0, 0, March), Is.Null);
        Assert.That(Wuhan.OfInvestment(500, 0, 0, March), Is.Null, "nothing is due yet");
        Assert.That(Yinchuan.OfStart(null, null, March), Is.Null);
    });

    /// <summary>Whatever the amounts.</summary>
    [Test]
    public void More_money_never_makes_a_light_worse_what_is_on_schedule_is_green_and_the_words_name_the_light()
    {
        var random = new Random(7);
        for (var i = 0; i < 3_000; i++)
        {
            var year = random.NextInt64(1, 1_000_000_000_000_000);
            var (scheduled, done) = (random.NextInt64(1, year + 1), random.NextInt64(0, year + 1));
            foreach (var set in LightRules.All)
            {
                var (less, more) = (set.OfInvestment(year, scheduled, done, March)!, set.OfInvestment(year, scheduled, done + 1, March)!);
                Assert.That(more.Light, Is.LessThanOrEqualTo(less.Light), $"{set.Code} {done} of {scheduled} of {year}");
                Assert.That(less.Why.Zh, Does.EndWith(ProjectLights.Name(less.Light).Zh + "。"));
                Assert.That(less.Why.En, Does.EndWith(ProjectLights.Name(less.Light).En + "."));
                if (done >= scheduled) Assert.That(less.Light, Is.EqualTo(ProjectLight.Green), set.Code);
            }
        }
    }

    [Test]
    public void A_plan_spread_over_a_year_is_the_whole_to_the_fen_and_no_month_differs_by_more_than_one()
    {
        var random = new Random(3);
        foreach (var total in new long[] { 0, 1, 11, 12, 13, 516_000_000_000 }.Concat(Enumerable.Range(0, 500).Select(_ => random.NextInt64(0, 1_000_000_000_000_000))))
        {
            var months = Enumerable.Range(1, 12).Select(n => SpreadInvestment.OfMonth(total, n)).ToList();
            Assert.That(months.Sum(), Is.EqualTo(total));
            Assert.That(months.Max() - months.Min(), Is.LessThanOrEqualTo(1));
            if (total % 4 == 0) Assert.That(months.Take(3).Sum(), Is.EqualTo(total / 4));
        }
    }

    [Test]
    public void The_setting_names_a_set_or_stops_the_start()
    {
        static IConfiguration With(string? code) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Portfolio:Lights"] = code }).Build();

        Assert.That(LightRules.Read(With(null)).Chosen, Is.EqualTo(Yinchuan));
        Assert.That(LightRules.Read(With("wuhan")).Chosen, Is.EqualTo(Wuhan));
        Assert.That(Assert.Throws<InvalidOperationException>(() => LightRules.Read(With("paris")))!.Message, Does.Contain("Portfolio:Lights").And.Contain("paris"));
    }
}
