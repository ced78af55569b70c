using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Projects;

namespace Approvals.Tests.Portfolio;

/// <summary>The figures that two zones published, entered project by project: what they add up to is what was printed.</summary>
[Parallelizable]
internal sealed class ArticleTests
{
    private const decimal Yi = 100_000_000;

    /// <summary>113 key projects of 40.1 billion; 60 begun in the year, 60 in main structure or topped out, 46 in production: 166 is more than 113.</summary>
    [Test]
    public async Task Projects_by_stage_add_up_to_113_and_the_starts_of_the_year_are_a_count_of_their_own()
    {
        await using var app = await App.Start("2023-01-04 09:00");
        for (var i = 0; i < 113; i++)
        {
            var code = await Register(app, i, i < 112 ? 3.55m * Yi : 401 * Yi - 112 * 3.55m * Yi);
            // 53 of the main structures were begun in the year, and the 7 that are no further.
            if (i < 60) await Reached(app, code, (MilestoneKind.ConstructionStarted, i < 53 ? "2022-03-10" : "2021-05-10"), (MilestoneKind.MainStructure, "2022-09-01"), (MilestoneKind.ToppedOut, i % 2 == 0 ? "2022-12-20" : null));
            else if (i < 106) await Reached(app, code, (MilestoneKind.ConstructionStarted, "2020-05-11"), (MilestoneKind.Production, i < 80 ? "2022-06-30" : "2021-12-30"));
            else await Reached(app, code, (MilestoneKind.ConstructionStarted, "2022-11-11"));
        }

        var shown = await app.Send(new ShowPortfolio.Query("2022-12"), Person.Leader);

        var t = shown.Totals;
        Assert.Multiple(() =>
        {
            Assert.That((t.Projects, t.InvestmentFen), Is.EqualTo((113, 4_010_000_000_000L)));
            Assert.That((t.Stock[Stage.Started], t.Stock[Stage.MainStructure], t.Stock[Stage.Production]), Is.EqualTo((7, 60, 46)));
            Assert.That(t.Stock.Values.Sum(), Is.EqualTo(113), "stock: each counts once");
            Assert.That(t.Flow[MilestoneKind.ConstructionStarted], Is.EqualTo(60), "flow: begun in the year");
            Assert.That(t.Flow[MilestoneKind.ConstructionStarted] + t.Stock[Stage.MainStructure] + t.Stock[Stage.Production], Is.EqualTo(166), "added up as the article has them");
            Assert.That(t.Flow[MilestoneKind.Production], Is.EqualTo(20));
            Assert.That(shown.New.Projects + shown.Continuing.Projects, Is.EqualTo(113));
        });
    }

    /// <summary>69 projects, 81.317 billion in all, 5.16 planned; 45 begun or gone on by the end of March, 0.189 done: 65.2 % and 3.66 %.</summary>
    [Test]
    public async Task Of_69_projects_45_are_under_way_and_3_66_percent_done_yellow_in_Yinchuan_red_in_Sanya_and_Wuhan()
    {
        await using var app = await App.Start("2022-10-12 09:00");
        var codes = new List<string>();
        for (var i = 0; i < 69; i++)
        {
            var isNew = i < 41;
            var total = isNew ? i < 40 ? 18 * Yi : 748.5m * Yi - 40 * 18 * Yi : i < 68 ? 2.3m * Yi : 64.67m * Yi - 27 * 2.3m * Yi;
            var code = await Register(app, i, total);
            codes.Add(code);
            // 9 more are expected in April.
            if (isNew) await app.Send(new PlanMilestones.Command([new(MilestoneKind.ConstructionStarted, i is >= 30 and < 39 ? new(2023, 4, 20) : new(2023, 3, 15))], code), Person.Supervisor);
            else await Reached(app, code, (MilestoneKind.ConstructionStarted, "2022-04-01"));
            await app.Send(new SpreadInvestment.Command(2023, (isNew ? i < 40 ? 0.9m : 37.85m - 40 * 0.9m : i < 68 ? 0.5m : 13.75m - 27 * 0.5m) * 10_000, MoneyUnit.Wan, code), Person.Supervisor);
        }

        app.SetTime("2023-03-31 17:00");
        for (var i = 0; i < 30; i++) await Reached(app, codes[i], (MilestoneKind.ConstructionStarted, "2023-03-20"));
        for (var i = 41; i < 56; i++) await app.Send(new ReportResumption.Command(2023, new(2023, 3, 6), codes[i]), Person.Supervisor);
        await app.Send(new ImportInvestment.Command(string.Join('\n', Enumerable.Range(0, 5).Select(i => $"{codes[i]},2023-03,,3700").Append($"{codes[41]},2023-03,,400")), MoneyUnit.Wan), Person.Supervisor);

        var shown = await app.Send(new ShowPortfolio.Query(), Person.Leader);
        var (t, fresh, old) = (shown.Totals, shown.New, shown.Continuing);
        var sanya = await app.Send(new ShowPortfolio.Query(Rules: "sanya"), Person.Leader);
        var wuhan = await app.Send(new ShowPortfolio.Query(Rules: "wuhan"), Person.Leader);
        app.SetTime("2023-04-30 17:00");
        for (var i = 30; i < 39; i++) await Reached(app, codes[i], (MilestoneKind.ConstructionStarted, "2023-04-20"));
        var april = await app.Send(new ShowPortfolio.Query("2023-04"), Person.Leader);
        var marchFromApril = await app.Send(new ShowPortfolio.Query("2023-03"), Person.Leader);

        Assert.Multiple(() =>
        {
            Assert.That(shown.AsOf.ToString(), Is.EqualTo("2023-03"), "on its last day the month counts");
            Assert.That((t.Projects, fresh.Projects, old.Projects), Is.EqualTo((69, 41, 28)));
            Assert.That((t.InvestmentFen, fresh.InvestmentFen, old.InvestmentFen), Is.EqualTo((8_131_700_000_000L, 7_485_000_000_000L, 646_700_000_000L)));
            Assert.That((t.YearFen, fresh.YearFen, old.YearFen), Is.EqualTo((516_000_000_000L, 378_500_000_000L, 137_500_000_000L)));
            Assert.That((t.DoneFen, fresh.DoneFen, old.DoneFen), Is.EqualTo((18_900_000_000L, 18_500_000_000L, 400_000_000L)));
            Assert.That(t.ScheduledFen, Is.EqualTo(129_000_000_000L), "a quarter of the year, a quarter of the plan");
            Assert.That((t.UnderWay, t.InPlan, t.StartRate), Is.EqualTo((45, 69, "65.2")));
            Assert.That((t.Completion, fresh.Completion, old.Completion, t.OfSchedule), Is.EqualTo(("3.66", "4.89", "0.29", "14.65")));
            Assert.That((shown.Rules.Code, t.OfInvestment!.Light), Is.EqualTo(("yinchuan", ProjectLight.Yellow)));
            Assert.That(t.OfInvestment!.Why.Zh, Does.Contain("12.9 亿元").And.Contain("1.89 亿元").And.Contain("应完成 25.00 %").And.Contain("3.66 %").And.Contain("落后 21.34 个百分点").And.Contain("黄灯"));
            Assert.That((sanya.Totals.OfInvestment!.Light, wuhan.Totals.OfInvestment!.Light), Is.EqualTo((ProjectLight.Red, ProjectLight.Red)));
            Assert.That(wuhan.Totals.OfInvestment!.Why.En, Does.Contain("14.65 % of the schedule").And.Contain("below 60 %, so red"));
            Assert.That((april.Totals.UnderWay, april.Totals.StartRate), Is.EqualTo((54, "78.3")), "with the nine of April");
            Assert.That(marchFromApril.Totals.StartRate, Is.EqualTo("65.2"), "what came after the month is left out");
        });
    }

    /// <summary>Of the two one is planned for the year and not begun, and one begun in it that nobody planned: none of one.</summary>
    [Test]
    public async Task The_start_rate_is_of_what_is_planned_for_the_year()
    {
        await using var app = await App.Start("2023-01-04 09:00");
        var (planned, begun) = (await Register(app, 1, Yi), await Register(app, 2, Yi));
        await app.Send(new SpreadInvestment.Command(2023, 1_200, MoneyUnit.Wan, planned), Person.Supervisor);
        app.SetTime("2023-03-31 17:00");
        await Reached(app, begun, (MilestoneKind.ConstructionStarted, "2023-03-30"));

        var t = (await app.Send(new ShowPortfolio.Query("2023-03"), Person.Leader)).Totals;

        Assert.That((t.Projects, t.InPlan, t.UnderWay, t.StartRate), Is.EqualTo((2, 1, 0, "0.0")));
    }

    private static async Task<string> Register(App app, int n, decimal yuan)
    {
        var code = $"2201-510300-04-01-9{n:00000}";
        await app.Send(RegisterProjectTests.Right with { Code = code, Name = $"示例项目 {n}", ProcessCode = "IND-2019", Investment = yuan, InvestmentUnit = RegisterProject.MoneyUnit.Yuan }, Person.Clerk);
        return code;
    }

    private static async Task Reached(App app, string code, params (MilestoneKind Kind, string? On)[] milestones)
    {
        foreach (var (kind, on) in milestones.Where(m => m.On is not null)) await app.Send(new ReportMilestone.Command(kind, Clocks.Day(on!), 0, code));
    }
}
