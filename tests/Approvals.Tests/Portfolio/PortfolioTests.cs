using Approvals.Database;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;
using MiniExcelLibs;

namespace Approvals.Tests.Portfolio;

[Parallelizable]
internal sealed class PortfolioTests
{
    private static readonly string[] Codes = [.. Enumerable.Range(1, 6).Select(n => $"2601-510300-04-01-90000{n}")];

    /// <summary>Kept in memory, and yet nothing that is entered waits to be seen.</summary>
    [Test]
    public async Task Whatever_is_registered_planned_reported_corrected_or_entered_is_in_the_next_answer()
    {
        await using var app = await App.Start();
        Assert.That((await Shown(app)).Totals.Projects, Is.Zero);
        await app.Project(Codes[0]);
        var registered = (await Shown(app)).Rows.Single();
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.ConstructionStarted, new(2026, 3, 20))], Codes[0]), Person.Supervisor);
        var planned = (await Shown(app)).Rows.Single();
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 10), 0, Codes[0]));
        var reported = (await Shown(app)).Rows.Single();
        await app.Send(new CorrectMilestone.Command(MilestoneKind.LandAcquired, null, "填错项目", 0, Codes[0]));
        var corrected = (await Shown(app)).Rows.Single();
        await app.Send(new PlanByProcess.Command(new(2026, 3, 2), Codes[0]), Person.Supervisor);
        var byProcess = (await Shown(app)).Rows.Single();
        await app.Send(new EnterInvestment.Command([new("2026-01", 10m, 9m)], MoneyUnit.Wan, Codes[0]), Person.Supervisor);
        var entered = (await Shown(app)).Rows.Single();

        Assert.Multiple(() =>
        {
            Assert.That((registered.Stage, registered.Next, registered.Light), Is.EqualTo((Stage.Preparing, (Point?)null, ProjectLight.None)));
            Assert.That((planned.Next!.Value.Kind, planned.NextInDays), Is.EqualTo((MilestoneKind.ConstructionStarted, (int?)14)), "from today");
            Assert.That(reported.Stage, Is.EqualTo(Stage.Land));
            Assert.That(corrected.Stage, Is.EqualTo(Stage.Preparing));
            Assert.That(byProcess.Next!.Value.Kind, Is.Not.EqualTo(MilestoneKind.ConstructionStarted));
            Assert.That((entered.DoneFen, entered.OfInvestment!.Light), Is.EqualTo((9_000_000L, ProjectLight.Yellow)));
        });
    }

    [Test]
    public async Task The_list_is_filtered_sorted_and_paged_and_its_sums_are_those_of_the_filter()
    {
        await using var app = await Six();
        string Order(ShowPortfolio.Query query) => string.Concat(app.Send(query, Person.Leader).GetAwaiter().GetResult().Rows.Select(s => s.Project.Code[^1]));

        var red = await app.Send(new ShowPortfolio.Query(Light: ProjectLight.Red), Person.Leader);
        var second = await app.Send(new ShowPortfolio.Query(Sort: "code", Page: 2, Rows: 4), Person.Leader);
        var beyond = await app.Send(new ShowPortfolio.Query(Page: 99), Person.Leader);

        Assert.Multiple(() =>
        {
            Assert.That(Order(new(Sort: "code")), Is.EqualTo("123456"));
            Assert.That(Order(new()), Is.EqualTo("324165").Or.EqualTo("321465"), "red, yellow, green, not judged");
            Assert.That(Order(new(Sort: "investment")), Is.EqualTo("654321"));
            Assert.That(Order(new(Sort: "next")), Does.StartWith("5"));
            Assert.That(Order(new(Sort: "completion")), Does.StartWith("321"));
            Assert.That(Order(new(Stage: Stage.Land)), Is.EqualTo("6"));
            Assert.That(Order(new(Kind: "continuing")), Is.EqualTo("4"));
            Assert.That(Order(new(Search: "项目五")), Is.EqualTo("5"));
            Assert.That(Order(new(Search: Codes[2])), Is.EqualTo("3"));
            Assert.That((red.Totals.Projects, red.Totals.YearFen, red.Rows.Count), Is.EqualTo((1, 1_000_000L, 1)));
            Assert.That((second.Page, second.Pages, second.Rows.Count, second.Totals.Projects), Is.EqualTo((2, 2, 2, 6)));
            Assert.That(beyond.Page, Is.EqualTo(1), "the last page there is");
        });
    }

    [TestCase("13", null, null, null, "month")]
    [TestCase("2026-03", null, null, null, "month", Description = "It is not over: nobody is late with it.")]
    [TestCase(null, "paris", null, null, "rules")]
    [TestCase(null, null, "colour", null, "sort")]
    [TestCase(null, null, null, "old", "kind")]
    public async Task A_filter_that_cannot_be_is_told(string? month, string? rules, string? sort, string? kind, string field)
    {
        await using var app = await App.Start();

        var refused = await app.Refusal(new ShowPortfolio.Query(month, Kind: kind, Rules: rules, Sort: sort), Person.Leader);

        Assert.That(refused.Problems.Single().Field, Is.EqualTo(field));
    }

    [Test]
    public async Task Of_phases_the_furthest_counts_and_a_milestone_that_lies_behind_is_not_next()
    {
        await using var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { Code = Codes[0], Phases = ["一期", "二期"], Milestones = [new(MilestoneKind.Signed, new(2026, 1, 5)), new(MilestoneKind.Completed, new(2026, 9, 1), 1), new(MilestoneKind.ConstructionStarted, new(2026, 8, 3), 2)] }, Person.Clerk);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 1, 20), 0, Codes[0]));
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 2, 2), 1, Codes[0]));

        var row = (await Shown(app)).Rows.Single();

        Assert.That(row.Stage, Is.EqualTo(Stage.Started));
        Assert.That((row.Next!.Value.Kind, row.Next.Value.Phase), Is.EqualTo((MilestoneKind.ConstructionStarted, 2)), "signed lies behind: the land is acquired");
        Assert.That(row.ReachedThisYear, Is.EquivalentTo(new[] { MilestoneKind.LandAcquired, MilestoneKind.ConstructionStarted }));
    }

    [Test]
    public async Task The_workbook_holds_every_row_of_the_filter_with_numbers_as_numbers()
    {
        await using var app = await Six();

        using var stream = new MemoryStream(await app.Send(new ExportPortfolio.Query(new(Sort: "code")), Person.Leader));
        using var none = new MemoryStream(await app.Send(new ExportPortfolio.Query(new(Search: "没有这样的")), Person.Leader));

        var rows = stream.Query(useHeaderRow: true).Cast<IDictionary<string, object?>>().ToList();
        Assert.That(rows, Has.Count.EqualTo(6));
        Assert.That(new[] { rows[2]["灯"], rows[2]["2026 年计划（万元）"], rows[2]["阶段"] }, Is.EqualTo(new object[] { "红灯", 1d, "前期" }));
        Assert.That((string)rows[2]["亮灯依据"]!, Does.Contain("红灯"));
        Assert.That(none.Query(useHeaderRow: false).Cast<IDictionary<string, object?>>().First().Values, Does.Contain("项目代码"), "the header stands without a row too");
    }

    [Test]
    public async Task The_page_explains_each_light_and_shows_the_manager_what_is_theirs()
    {
        await using var app = await App.Start(environment: "Development");
        using var leader = await app.SignedIn("leader");
        using var manager = await app.SignedIn("manager");
        var code = (await app.Send(new ListProjects.Query(Rows: 1), Person.Leader)).Projects[0].Code;
        await app.Send(new SpreadInvestment.Command(2026, 0m, MoneyUnit.Wan, code), Person.Supervisor);
        await app.Send(new EnterInvestment.Command([new("2026-01", 100m, 20m), new("2026-02", 0m, 0m)], MoneyUnit.Wan, code), Person.Supervisor);

        var page = await leader.Page("/portfolio?month=2026-02");
        var own = await manager.Page("/portfolio");
        using var wrong = await leader.GetAsync("/portfolio?month=next");
        var told = await wrong.Html();
        using var export = await leader.GetAsync("/portfolio?handler=Export");

        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelectorAll("#portfolio-table tbody tr"), Has.Length.EqualTo(13));
            Assert.That(page.QuerySelectorAll("#portfolio-table tbody .why").Select(w => w.TextContent), Has.Some.Contains("落后 80.00 个百分点：多于 30 个百分点，红灯"));
            Assert.That(page.QuerySelector("#light-rules")!.TextContent, Does.Contain("低于 60 %红灯").And.Contain("多于 30 个百分点红灯"));
            Assert.That(own.QuerySelectorAll("#portfolio-table tbody tr").Length, Is.GreaterThan(0));
            Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
            Assert.That(told.QuerySelector(".errors")!.TextContent, Does.Contain("不是月份"));
            Assert.That(export.Content.Headers.ContentType!.MediaType, Is.EqualTo(Workbook.ContentType));
        });
    }

    [Test]
    public async Task Stage_and_next_milestone_are_todays_and_money_lights_and_numbers_of_the_year_those_of_the_month_that_is_over()
    {
        await using var app = await App.Start();
        await app.Send(RegisterProjectTests.Right with { Code = Codes[0], Milestones = [new(MilestoneKind.ConstructionStarted, new(2026, 2, 10)), new(MilestoneKind.Completed, new(2026, 9, 1))] }, Person.Clerk);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 20), 0, Codes[0]));
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 2), 0, Codes[0]));

        var latest = await app.Send(new ShowPortfolio.Query(), Person.Leader);
        var january = await app.Send(new ShowPortfolio.Query("2026-01"), Person.Leader);

        var (row, before) = (latest.Rows.Single(), january.Rows.Single());
        Assert.Multiple(() =>
        {
            Assert.That((latest.AsOf.ToString(), latest.SeenOn), Is.EqualTo(("2026-02", app.Zone.Today)));
            Assert.That((row.Stage, row.Next!.Value.Kind), Is.EqualTo((Stage.Started, MilestoneKind.Completed)), "as it is today");
            Assert.That((row.Light, row.IsUnderWay), Is.EqualTo((ProjectLight.Yellow, false)), "not begun by the end of February, for which it was planned");
            Assert.That(row.ReachedThisYear, Is.EqualTo(new[] { MilestoneKind.LandAcquired }));
            Assert.That((before.Stage, before.Next!.Value.Kind, january.SeenOn), Is.EqualTo((Stage.Preparing, MilestoneKind.ConstructionStarted, new DateOnly(2026, 1, 31))), "as it was then");
        });
    }

    /// <summary>Whoever raises the number holds its row until the commit, on a server too: so the number is taken there and nowhere else.</summary>
    [Test]
    public async Task A_change_takes_the_next_number_of_the_one_row_that_gives_them()
    {
        await using var app = await App.Start();
        foreach (var code in Codes.Take(3)) await app.Project(code);
        var first = await app.Rows<long>("SELECT changed_no FROM portfolio_change ORDER BY project_id");
        await app.Change("UPDATE portfolio_last_change SET changed_no = 41");
        await app.Send(new EnterInvestment.Command([new("2026-01", 1m, null)], MoneyUnit.Wan, Codes[1]), Person.Supervisor);

        Assert.That(first, Is.EqualTo(new long[] { 1, 2, 3 }), "a registration is a change");
        Assert.That(await app.Rows<long>("SELECT changed_no FROM portfolio_change ORDER BY project_id"), Is.EqualTo(new long[] { 1, 42, 3 }));
        Assert.That(await app.Value<long>("SELECT changed_no FROM portfolio_last_change"), Is.EqualTo(42));
    }

    [Test]
    public async Task After_a_change_one_of_5000_projects_is_worked_out_again_and_stands_in_its_place_in_every_order()
    {
        const int Many = 5_000;
        await using var app = await App.Start();
        await app.Project(Codes[0]);
        var engine = app.Services.GetRequiredService<Engine>();
        var (id, process, enterprise) = (await app.Value<long>("SELECT MAX(id) FROM projects_project"), await app.Value<long>("SELECT process_id FROM projects_project"), await app.Value<long>("SELECT enterprise_id FROM projects_project"));
        await engine.BulkInsert(
            "projects_project", ["id", "code", "name", "enterprise_id", "process_id", "investment_fen", "land_area_dm2", "place", "search_text", "registered_at", "registered_by"],
            Enumerable.Range(1, Many - 1).Select(n => new object?[] { id + n, $"2603-510300-04-01-{n:000000}", $"示例 {n}", enterprise, process, 1_000_000_000L * (1 + n % 700), 8_000L, "示例园区", "", "2026-03-02 01:00:00", 1L }),
            default);
        await engine.BulkInsert(
            "portfolio_investment", ["project_id", "month", "planned_fen", "actual_fen", "entered_by", "entered_at"],
            Enumerable.Range(1, Many - 1).Select(n => new object?[] { id + n, 202602, 1_000_000L + n, 10_000L * (n % 97), "示例", "2026-03-01 01:00:00" }),
            default);
        var book = app.Services.GetRequiredService<Book>();
        async Task<Dictionary<string, IReadOnlyList<Standing>>> Read(Book from)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var (db, days, rules) = (scope.ServiceProvider.GetRequiredService<Db>(), app.Services.GetRequiredService<CalendarInForce>().Current, app.Services.GetRequiredService<LightRules>().Chosen);
            var lists = new Dictionary<string, IReadOnlyList<Standing>>();
            foreach (var sort in Reckoning.Sorts) lists[sort] = (await from.Read(db, new(2026, 2), days, rules, sort, default)).Standings;
            return lists;
        }

        var random = new Random(7);
        var before = await Read(book);
        for (var round = 0; round < 6; round++)
        {
            var n = random.Next(1, Many);
            await app.Send(new EnterInvestment.Command([new("2026-02", random.Next(1, 200), random.Next(0, 200))], MoneyUnit.Wan, $"2603-510300-04-01-{n:000000}"), Person.Supervisor);
            var after = await Read(book);
            using var fresh = new Book(app.Zone);
            var whole = await Read(fresh);

            foreach (var sort in Reckoning.Sorts)
            {
                var known = before[sort].ToHashSet(ReferenceEqualityComparer.Instance);
                Assert.That(after[sort].Where(s => !known.Contains(s)).Select(s => s.Project.Id), Is.EqualTo(new[] { id + n }), sort);
                Assert.That(after[sort].Select(s => (s.Project.Id, s.DoneFen)), Is.EqualTo(whole[sort].Select(s => (s.Project.Id, s.DoneFen))), sort);
            }

            before = after;
        }
    }

    [Test]
    public void Two_managers_of_one_name_are_two()
    {
        Entry Of(long id, long manager) => new(id, $"P{id}", "示例", "示例", 1, manager, null, "同名", null, [], [], new Dictionary<int, DateOnly>(), []);
        var (month, rules) = (new Month(2026, 2), LightRules.All[0]);
        var listing = new Listing([.. new[] { Of(1, 7), Of(2, 9), Of(3, 7) }.Select(e => Standing.Of(e, month, new(2026, 3, 2), CalendarFile.ShippedDays(), rules))], month, rules);

        Assert.That(listing.Managers, Is.EqualTo(new[] { (7L, "同名"), (9L, "同名") }));
    }

    /// <summary>1 green, 2 yellow, 3 red by money; 4 continuing, 5 with a plan for what is next, 6 with its land.</summary>
    private static async Task<App> Six()
    {
        var app = await App.Start();
        string[] names = ["一", "二", "三", "四", "五", "六"];
        for (var i = 0; i < 6; i++)
            await app.Send(RegisterProjectTests.Right with { Code = Codes[i], Name = $"示例项目{names[i]}", Investment = 100 + i }, Person.Clerk);
        foreach (var (at, done) in new[] { (0, 1m), (1, 0.8m), (2, 0.1m) })
            await app.Send(new EnterInvestment.Command([new("2026-02", 1m, done)], MoneyUnit.Wan, Codes[at]), Person.Supervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2025, 6, 3), 0, Codes[3]));
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2026, 12, 1))], Codes[4]), Person.Supervisor);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 2, 10), 0, Codes[5]));
        return app;
    }

    private static Task<ShowPortfolio.Result> Shown(App app) => app.Send(new ShowPortfolio.Query(), Person.Leader);
}
