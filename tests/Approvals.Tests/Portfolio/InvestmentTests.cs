using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;

namespace Approvals.Tests.Portfolio;

[Parallelizable]
internal sealed class InvestmentTests
{
    private const string Code = Scene.ProjectCode;
    private const string Other = "2601-510300-04-01-900002";
    private const string Password = "Manager-Words-2026";

    private static readonly (string Name, EnterInvestment.Entry[] Months, MoneyUnit Unit, string Field, string Problem)[] Wrong =
    [
        ("no month", [], MoneyUnit.Yuan, "months", "field.required"),
        ("an empty entry", [null!], MoneyUnit.Yuan, "months[0]", "field.required"),
        ("month 13", [new("2026-01", 1, null), new("2026-13", 1, null)], MoneyUnit.Yuan, "months[1].month", "investment.month"),
        ("a day", [new("2026-01-01", 1, null)], MoneyUnit.Yuan, "months[0].month", "investment.month"),
        ("month missing", [new(null, 1, null)], MoneyUnit.Yuan, "months[0].month", "investment.month"),
        ("the year 1999", [new("1999-12", 1, null)], MoneyUnit.Yuan, "months[0].month", "investment.month"),
        ("a month twice", [new("2026-01", 1, null), new("2026-01", 2, null)], MoneyUnit.Yuan, "months[1].month", "investment.twice"),
        ("a negative plan", [new("2026-01", -1, null)], MoneyUnit.Yuan, "months[0].planned", "field.outOfRange"),
        ("a negative actual", [new("2026-01", 1, -0.01m)], MoneyUnit.Yuan, "months[0].actual", "field.outOfRange"),
        ("three decimals", [new("2026-01", 1.005m, null)], MoneyUnit.Yuan, "months[0].planned", "field.tooManyPlaces"),
        ("below a fen in wan", [new("2026-01", null, 1.0000001m)], MoneyUnit.Wan, "months[0].actual", "field.tooManyPlaces"),
        ("eleven trillion", [new("2026-01", 11_000_000_000_000m, null)], MoneyUnit.Yuan, "months[0].planned", "field.outOfRange"),
        ("more than the project costs", [new("2026-01", 9_000_000_000_000m, null)], MoneyUnit.Yuan, "months[0].planned", "investment.aboveTotal"),
        ("more done than the project costs", [new("2026-01", null, 9_000_000_000_000m)], MoneyUnit.Yuan, "months[0].actual", "investment.aboveTotal"),
        ("done in a month to come", [new("2026-04", 5, 5)], MoneyUnit.Yuan, "months[0].actual", "investment.future"),
    ];

    [Test]
    public async Task What_is_wrong_with_a_month_is_told_at_its_field_and_nothing_is_kept()
    {
        await using var app = await Started();

        Assert.Multiple(() =>
        {
            foreach (var (name, months, unit, field, problem) in Wrong)
            {
                var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new EnterInvestment.Command(months, unit, Code), Person.Supervisor), name)!;
                Assert.That(refused.Problems.Select(p => (p.Field, p.Code)), Is.EqualTo(new[] { (field, problem) }), name);
            }
        });
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM portfolio_investment"), Is.Zero);
    }

    [Test]
    public async Task A_month_is_kept_to_the_fen_may_be_put_right_and_the_record_says_what_it_was()
    {
        await using var app = await Started();
        await app.Send(new EnterInvestment.Command([new("2026-02", 123.456789m, 100m), new("2026-12", 1m, null)], MoneyUnit.Wan, Code), Person.Supervisor);
        await app.Send(new EnterInvestment.Command([new("2026-02", 123.456789m, 99.5m)], MoneyUnit.Wan, Code), Person.Supervisor);

        var shown = await app.Send(new ShowInvestment.Query(Code), Person.Leader);
        var row = (await app.Send(new ShowPortfolio.Query("2026-02"), Person.Leader)).Rows.Single(s => s.Project.Code == Code);

        Assert.Multiple(() =>
        {
            Assert.That((shown.Months[1].Planned, shown.Months[1].Actual, shown.Months[11].Planned), Is.EqualTo(((long?)123_456_789, (long?)99_500_000, (long?)1_000_000)));
            Assert.That((row.YearFen, row.ScheduledFen, row.DoneFen), Is.EqualTo((124_456_789L, 123_456_789L, 99_500_000L)));
        });
        Assert.That(await app.Value<string>("SELECT detail FROM audit_record WHERE id = (SELECT MAX(id) FROM audit_record)"), Does.Contain("1,000,000.00").And.Contain("995,000.00"));
    }

    [Test]
    public async Task Spreading_a_year_leaves_what_was_done()
    {
        await using var app = await Started();
        await app.Send(new EnterInvestment.Command([new("2026-01", 5m, 4m)], MoneyUnit.Wan, Code), Person.Supervisor);
        await app.Send(new SpreadInvestment.Command(2026, 120m, MoneyUnit.Wan, Code), Person.Supervisor);

        var shown = await app.Send(new ShowInvestment.Query(Code, 2026), Person.Leader);
        var year = await app.Refusal(new SpreadInvestment.Command(20, 1m, MoneyUnit.Wan, Code), Person.Supervisor);
        var total = await app.Refusal(new SpreadInvestment.Command(2026, null, MoneyUnit.Wan, Code), Person.Supervisor);

        Assert.That((shown.PlannedFen, shown.Months[0].Planned, shown.Months[0].Actual), Is.EqualTo((120_000_000L, (long?)10_000_000, (long?)4_000_000)));
        Assert.That((year.Problems.Single().Field, total.Problems.Single().Field), Is.EqualTo(("year", "total")));
    }

    [Test]
    public async Task Works_go_on_only_where_they_were_begun_before_the_year_and_not_in_the_future()
    {
        await using var app = await Started();
        var notBegun = await app.Refusal(new ReportResumption.Command(2026, new(2026, 2, 24), Code), Person.Supervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2025, 6, 3), 0, Code));
        var future = await app.Refusal(new ReportResumption.Command(2026, new(2026, 3, 3), Code), Person.Supervisor);
        var otherYear = await app.Refusal(new ReportResumption.Command(2026, new(2025, 12, 31), Code), Person.Supervisor);
        await app.Send(new EnterInvestment.Command([new("2026-01", 5m, null)], MoneyUnit.Wan, Code), Person.Supervisor);
        var before = await app.Send(new ShowPortfolio.Query("2026-02"), Person.Leader);
        await app.Send(new ReportResumption.Command(2026, new(2026, 2, 24), Code), Person.Supervisor);
        var after = await app.Send(new ShowPortfolio.Query("2026-02"), Person.Leader);
        await app.Send(new ReportResumption.Command(2026, null, Code), Person.Supervisor);

        Assert.That(new[] { notBegun.Code(), future.Code(), otherYear.Code() }, Is.EqualTo(new[] { "resumption.notBegun", "resumption.inFuture", "resumption.otherYear" }));
        Assert.That((before.Continuing.UnderWay, after.Continuing.UnderWay, after.Continuing.InPlan), Is.EqualTo((0, 1, 1)));
        Assert.That((await app.Send(new ShowPortfolio.Query("2026-02"), Person.Leader)).Continuing.UnderWay, Is.Zero, "taken back");
    }

    [Test]
    public async Task Pasted_lines_are_entered_all_or_none_and_each_wrong_one_is_told_by_its_number()
    {
        await using var app = await Started();
        await app.Send(new EnterInvestment.Command([new("2026-01", 7m, null)], MoneyUnit.Wan, Code), Person.Supervisor);
        string[] wrong =
        [
            "项目代码,月份,计划,完成", $"{Code},2026-01,12,10", $"{Code},2026-01,12,10", $"{Code},2026-1,12", $"{Other},2026-02,一百", $"{Other},2026-04,1,1", $"{Other},2026-02,-5", $"{Other},2026-02,1.0000001",
            "2601-510300-04-01-999999,2026-02,1", $"{Other},2026-02,,", $"{Other},2026-02,1,234.50,7", $"{Other},2026-02,\"1,234\"", new(',', 399_000), $"{Other},2026-02,900000000",
        ];

        var refused = await app.Refusal(new ImportInvestment.Command(string.Join('\n', wrong)), Person.Supervisor);
        var nothing = await app.Refusal(new ImportInvestment.Command(" \n "), Person.Supervisor);
        var many = await app.Refusal(new ImportInvestment.Command(string.Join('\n', Enumerable.Repeat($"{Code},2026-01,1", 2_001))), Person.Supervisor);
        var kept = await app.Value<int>("SELECT COUNT(*) FROM portfolio_investment");
        var result = await app.Send(new ImportInvestment.Command($"Code\tMonth\tPlan\tDone\r\n{Code}\t2026-01\t\t6.5\r\n{Other}\t2026-02\t3\t\r\n"), Person.Supervisor);

        Assert.Multiple(() =>
        {
            Assert.That(refused.Problems.Select(p => (p.Field, p.Code)), Is.EquivalentTo(new[]
            {
                ("lines[3]", "investment.twice"), ("lines[4]", "investment.month"), ("lines[5]", "import.number"), ("lines[6]", "investment.future"), ("lines[7]", "field.outOfRange"),
                ("lines[8]", "field.tooManyPlaces"), ("lines[9]", "project.unknown"), ("lines[10]", "field.required"), ("lines[11]", "import.columns"), ("lines[12]", "import.number"), ("lines[13]", "import.columns"), ("lines[14]", "investment.aboveTotal"),
            }));
            Assert.That(refused.Problems.Select(p => p.Message.Zh), Has.All.StartsWith("第 "));
            Assert.That((nothing.Code(), many.Code()), Is.EqualTo(("field.required", "import.tooMany")));
            Assert.That(kept, Is.EqualTo(1), "none of them");
            Assert.That((result.Lines, result.Projects), Is.EqualTo((2, 2)));
        });
        var month = (await app.Send(new ShowInvestment.Query(Code, 2026), Person.Leader)).Months[0];
        Assert.That((month.Planned, month.Actual), Is.EqualTo(((long?)7_000_000, (long?)6_500_000)), "an empty cell leaves what is there");
    }

    [Test]
    public async Task The_months_are_entered_on_the_page_and_what_is_wrong_stands_beside_its_field()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/investment?year=2026";

        using var saved = await manager.Submit(url, "#months", ("months[0].planned", "1200.5"), ("months[0].actual", "980"));
        using var wrong = await manager.Submit(url, "#months", ("months[0].planned", "-3"), ("months[1].planned", "abc"));
        var page = await wrong.Html();
        var shown = await manager.Page(url);

        Assert.Multiple(() =>
        {
            Assert.That((int)saved.StatusCode, Is.EqualTo(302));
            Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
            Assert.That(page.QuerySelector("[name='months[1].planned']")!.ClassName, Does.Contain("is-invalid"));
            Assert.That(page.QuerySelector("[name='months[1].planned']")!.GetAttribute("value"), Is.EqualTo("abc"), "what was typed stays");
            Assert.That(shown.QuerySelector("[name='months[0].actual']")!.GetAttribute("value"), Is.EqualTo("980"));
            Assert.That(shown.QuerySelector("[name='months[3].actual']"), Is.Null, "April has not come");
            Assert.That(shown.QuerySelector("#why")!.TextContent, Does.Contain("投资：到 2026-02 计划 1,200.5 万元，完成 980 万元"));
        });
    }

    [Test]
    public async Task Two_people_at_one_form_overwrite_nothing_that_they_have_not_seen()
    {
        await using var app = await Started();
        EnterInvestment.Command Form(params EnterInvestment.Entry[] months) => new(months, MoneyUnit.Wan, Code);
        await app.Send(Form(new("2026-01", 5m, 4m), new("2026-02", 6m, null)), Person.Supervisor);
        // Both opened the form; the first plans January anew, the second reports February and leaves January as they saw it.
        await app.Send(Form(new("2026-01", 8m, 4m, new(5m, 4m)), new("2026-02", 6m, null, new(6m, null))), Person.Supervisor);
        await app.Send(Form(new("2026-01", 5m, 4m, new(5m, 4m)), new("2026-02", 6m, 3m, new(6m, null))), Person.Supervisor);
        var kept = await Months(app);
        // The third had opened it too.
        var refused = await app.Refusal(Form(new("2026-01", 7m, 4m, new(5m, 4m)), new("2026-02", 6m, 2m, new(6m, null)), new("2026-12", 1m, null, new(null, null))), Person.Supervisor);
        var same = Form(new EnterInvestment.Entry("2026-01", 8m, 4m, new(5m, 4m)));
        await app.Send(same, Person.Supervisor);

        Assert.That(kept, Is.EqualTo(new[] { ("2026-01", 8_000_000L, (long?)4_000_000), ("2026-02", 6_000_000L, 3_000_000) }), "what one left as it was seen is the other's");
        Assert.That((refused.Status, refused.Problems.Count), Is.EqualTo((RefusedAs.Conflict, 2)));
        Assert.That(refused.Zh(), Does.Contain($"2026-01 刚由{Person.Supervisor.Name}填报为计划 80,000.00 元、完成 40,000.00 元").And.Contain("2026-02"));
        Assert.That(await Months(app), Is.EqualTo(kept), "nothing of a form that met another's change, and the same once more changes nothing");
    }

    [Test]
    public async Task On_the_page_what_another_entered_is_shown_and_what_one_typed_stays()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/investment?year=2026";
        await app.Send(new EnterInvestment.Command([new("2026-01", 9m, 4m)], MoneyUnit.Wan, Code), Person.Supervisor);

        // As opened before anything was entered: both fields of January were empty.
        (string, string)[] stale = [("months[0].seen.planned", ""), ("months[0].seen.actual", ""), ("months[0].planned", "7"), ("months[0].actual", ""), ("months[1].actual", "1.5")];
        using var met = await manager.Submit(url, "#months", stale);
        var page = await met.Html();
        using var saved = await manager.Submit(url, "#months", ("months[0].planned", "7"));
        using var spread = await manager.Submit(url, "#spread", ("total", "120"), ("seen", SpreadInvestment.Plans(Enumerable.Repeat<long?>(null, 12))));

        string? Value(string name) => page.QuerySelector($"#months [name='{name}']:not([type=hidden])")!.GetAttribute("value");
        Assert.Multiple(async () =>
        {
            Assert.That((int)met.StatusCode, Is.EqualTo(409));
            Assert.That(page.QuerySelector(".errors")!.TextContent, Does.Contain("2026-01 刚由").And.Contain("90,000.00"));
            Assert.That((Value("months[0].planned"), Value("months[0].actual"), Value("months[1].actual")), Is.EqualTo(("7", "4", "1.5")), "typed, the other's, typed");
            Assert.That(page.QuerySelector("[name='months[0].seen.planned']")!.GetAttribute("value"), Is.EqualTo("9"), "seen by now");
            Assert.That((int)saved.StatusCode, Is.EqualTo(302));
            Assert.That((int)spread.StatusCode, Is.EqualTo(409));
            Assert.That(await Months(app), Is.EqualTo(new[] { ("2026-01", 7_000_000L, (long?)4_000_000) }));
        });
    }

    [Test]
    public async Task A_year_is_not_spread_and_a_day_not_reported_over_what_another_has_entered_meanwhile()
    {
        await using var app = await Started();
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2025, 6, 3), 0, Code));
        var seen = SpreadInvestment.Plans(Enumerable.Repeat<long?>(null, 12));
        await app.Send(new EnterInvestment.Command([new("2026-05", 5m, null)], MoneyUnit.Wan, Code), Person.Supervisor);
        await app.Send(new ReportResumption.Command(2026, new(2026, 2, 24), Code), Person.Supervisor);

        var spread = await app.Refusal(new SpreadInvestment.Command(2026, 12m, MoneyUnit.Wan, Code, seen), Person.Supervisor);
        var resumed = await app.Refusal(new ReportResumption.Command(2026, new(2026, 2, 25), Code, ""), Person.Supervisor);
        await app.Send(new ReportResumption.Command(2026, new(2026, 2, 25), Code, "2026-02-24"), Person.Supervisor);
        await app.Send(new SpreadInvestment.Command(2026, 12m, MoneyUnit.Wan, Code, SpreadInvestment.Plans([null, null, null, null, 5_000_000, null, null, null, null, null, null, null])), Person.Supervisor);

        Assert.That((spread.Code(), resumed.Code()), Is.EqualTo(("investment.changed", "resumption.changed")));
        Assert.That(resumed.Zh(), Does.Contain("2026-02-24"));
        Assert.That((await app.Send(new ShowInvestment.Query(Code, 2026), Person.Leader)).ResumedOn, Is.EqualTo(Clocks.Day("2026-02-25")));
    }

    private static async Task<(string, long, long?)[]> Months(App app) =>
        [.. (await app.Send(new ShowInvestment.Query(Code, 2026), Person.Leader)).Months.Where(m => m.Planned is not null).Select(m => (m.Month.ToString(), m.Planned!.Value, m.Actual))];

    private static async Task<App> Started()
    {
        var app = await App.Start();
        await app.Project();
        await app.Send(RegisterProjectTests.Right with { Code = Other }, Person.Clerk);
        return app;
    }
}
