using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;
using MiniExcelLibs;

namespace Approvals.Tests.Timeline;

[Parallelizable]
internal sealed class ScheduleOfProjectTests
{
    private const string Code = Scene.ProjectCode;
    private const string Password = "Manager-Words-2026";

    [Test]
    public async Task Land_permits_and_works_stand_on_one_line_with_plan_fact_and_forecast()
    {
        await using var app = await Started();

        var shown = await Shown(app);

        var rows = shown.Rows.ToDictionary(r => r.Code);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Rows, Has.Count.EqualTo(10 + 14));
            Assert.That((rows["A01"].IsDone, rows["A01"].At.Finish), Is.EqualTo((true, Ground.Day("2026-03-03"))));
            Assert.That(rows["A02"].At.Finish, Is.EqualTo(Ground.Day("2026-03-09")), "accepted on the 3rd, due on the 6th, and today is the 9th");
            Assert.That((rows["LandAcquired"].IsDone, rows["LandAcquired"].IsAssumed), Is.EqualTo((true, true)), "nobody reported it, and the items have begun");
            Assert.That(rows["A08"].Outlook!.Likely, Is.LessThanOrEqualTo(rows["A08"].Outlook!.By80));
            Assert.That(rows["A08"].Outlook!.IsThin, Is.True, "there is no history");
            Assert.That(rows["Production"].PlannedOn, Is.Not.Null);
            Assert.That(rows["Production"].Outlook!.ChanceOfPlan, Is.Not.Null);
            Assert.That(shown.Schedule.CriticalPath, Does.Contain("A08").And.Contain("Completed"));
            Assert.That(shown.Schedule.BuilderDays, Is.GreaterThan(200), "the works are the builder's");
            Assert.That(shown.Risks, Is.Not.Empty);
        });
    }

    /// <summary>A week of random changes, each looked at and then saved.</summary>
    [Test]
    public async Task What_a_preview_shows_is_what_comes_out_after_saving()
    {
        await using var app = await Started();
        var random = new Random(7);
        string[] open = ["A03", "A04", "A05", "A06", "A07", "A08"];
        string[] milestones = ["HandedOver", "MainStructure", "ToppedOut", "Completed"];
        var moved = 0;
        for (var round = 0; round < 24; round++)
        {
            var code = open[random.Next(open.Length)];
            Change change = random.Next(6) switch
            {
                0 => new(code, Days: random.Next(0, 40)),
                1 => new(code, NotBefore: new DateOnly(2026, 3, 1).AddDays(random.Next(200))),
                2 => new(code, Simulate: true),
                3 => new(code, Drop: true),
                4 => new($"X{round}", Days: random.Next(1, 30), Name: "示例评估", After: ["A02"], Before: milestones[random.Next(milestones.Length)]),
                _ => new(milestones[random.Next(milestones.Length)], Days: random.Next(0, 90)),
            };
            ShowSchedule.Result preview;
            try
            {
                preview = await app.Send(new ShowSchedule.Query(Code, [change]), Person.Supervisor);
            }
            catch (Refused)
            {
                Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeSchedule.Command([change], Code), Person.Supervisor), $"{change} is refused in both");
                continue;
            }

            var before = (await Shown(app)).Rows.ToDictionary(r => r.Code, r => r.At.Finish);
            await app.Send(new ChangeSchedule.Command([change], Code), Person.Supervisor);
            var after = await Shown(app);

            Assert.That(after.Rows.Select(r => (r.Code, r.At, r.Outlook)), Is.EqualTo(preview.Rows.Select(r => (r.Code, r.At, r.Outlook))), change.ToString());
            var really = after.Rows.ToDictionary(r => r.Code, r => r.At.Finish);
            Assert.That(preview.Moves!.Select(m => m.Code), Is.EquivalentTo(before.Keys.Union(really.Keys).Where(c => !before.TryGetValue(c, out var was) || !really.TryGetValue(c, out var now) || was != now)), change.ToString());
            moved += preview.Moves!.Count;
        }

        Assert.That(moved, Is.GreaterThan(20));
    }

    [Test]
    public async Task What_cannot_be_changed_is_told_by_field_and_nothing_is_saved()
    {
        await using var app = await Started();
        (Change Change, string Code)[] wrong =
        [
            (new("ZZ", Days: 3), "schedule.unknown"), (new("A01", Days: 3), "schedule.begun"), (new("A02", Drop: true), "schedule.begun"), (new("A04", Days: -1), "schedule.days"),
            (new("Completed", Drop: true), "schedule.milestone"), (new("A04", Days: 3, Name: "同名"), "schedule.codeTaken"), (new("X 1", Days: 3, Name: "评估"), "schedule.code"),
            (new("X1", Days: 3, Name: "评估", After: ["A99"]), "schedule.unknown"), (new("X1", Days: 3, Name: "评估", After: ["A08"], Before: "A03"), "schedule.circle"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (change, code) in wrong)
            {
                var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeSchedule.Command([change], Code), Person.Supervisor))!;
                Assert.That(refused.Problems.Select(p => p.Code), Does.Contain(code), change.ToString());
            }
        });
        Assert.That((await Shown(app)).Changes, Is.Empty);
    }

    [Test]
    public async Task A_preview_that_another_has_overtaken_is_not_saved()
    {
        await using var app = await Started();
        var seen = ChangeSchedule.Standing((await app.Send(new ShowSchedule.Query(Code, [new("A06", Days: 30)]), Person.Supervisor)).Changes);
        await app.Send(new ChangeSchedule.Command([new("A04", Days: 3)], Code, seen), Person.Supervisor);

        var refused = await Scene.RefusalOf(() => app.Send(new ChangeSchedule.Command([new("A06", Days: 30)], Code, seen), Person.Supervisor));

        Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Conflict, "schedule.changed")));
        Assert.That((await Shown(app)).Changes.Select(c => (c.Code, c.Days)), Is.EqualTo(new[] { ("A04", (int?)3) }));
    }

    /// <summary>Kept forecasts are the same objects: what is another has been worked out again.</summary>
    [Test]
    public async Task A_change_of_one_project_works_out_its_forecast_again_and_no_other()
    {
        await using var app = await Started();
        string[] codes = [Code, .. Enumerable.Range(2, 8).Select(n => $"2601-510300-04-01-90000{n}")];
        foreach (var code in codes.Skip(1)) await app.Send(RegisterProjectTests.Right with { Code = code, PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        async Task<Dictionary<string, Outlook?[]>> All()
        {
            var all = new Dictionary<string, Outlook?[]>();
            foreach (var code in codes) all[code] = [.. (await app.Send(new ShowSchedule.Query(code), Person.Leader)).Rows.Select(r => r.Outlook)];
            return all;
        }

        var before = await All();
        await app.Send(new ChangeSchedule.Command([new("A06", Days: 30)], codes[4]), Person.Supervisor);
        var after = await All();

        Assert.That(codes.Where(c => !before[c].Zip(after[c]).All(p => ReferenceEquals(p.First, p.Second))), Is.EqualTo(new[] { codes[4] }));
    }

    [Test]
    public async Task The_workbook_holds_every_row_with_days_as_days_and_numbers_as_numbers()
    {
        await using var app = await Started();
        var shown = await Shown(app);

        using var stream = new MemoryStream((await app.Send(new ExportScheduleTable.Query(Code), Person.Leader)).Xlsx);
        var rows = stream.Query(useHeaderRow: true).Cast<IDictionary<string, object?>>().ToDictionary(r => (string)r["代号"]!);

        DateTime? At(DateOnly? day) => day?.ToDateTime(TimeOnly.MinValue);
        var (open, done) = (shown.Rows.Single(r => r.Code == "A08"), rows["A01"]);
        Assert.Multiple(() =>
        {
            Assert.That(rows.Keys, Is.EquivalentTo(shown.Rows.Select(r => r.Code)));
            Assert.That(new[] { done["实际开始"], done["实际完成"], done["最早完成"], done["机动工作日"] }, Is.EqualTo(new object?[] { new DateTime(2026, 3, 2), new DateTime(2026, 3, 3), null, null }));
            Assert.That(
                new[] { rows["A08"]["计划完成"], rows["A08"]["最早开始"], rows["A08"]["最早完成"], rows["A08"]["最迟完成"], rows["A08"]["可能完成"], rows["A08"]["八成把握"], rows["A08"]["八成范围起"], rows["A08"]["八成范围止"] },
                Is.EqualTo(new object?[] { At(open.PlannedOn), At(open.At.Start), At(open.At.Finish), At(open.At.LateFinish), At(open.Outlook!.Likely), At(open.Outlook.By80), At(open.Outlook.Low), At(open.Outlook.High) }));
            Assert.That((rows["A08"]["机动工作日"], rows["A08"]["关键线路"], rows["A08"]["前置"]), Is.EqualTo(((object?)(double)open.At.Slack, (object?)"是", (object?)string.Join(' ', open.Needs))));
            Assert.That((rows["A08"]["承诺时限"], rows["A08"]["承诺时限单位"], rows["A08"]["法定时限"]), Is.EqualTo(((object?)(double)Item("A08").Promised!.Value.Value, (object?)"工作日", (object?)(double?)Item("A08").Statutory?.Value)));
            Assert.That(rows["LandAcquired"]["实际完成"], Is.Null, "nobody has reported it");
            Assert.That((string)rows["LandAcquired"]["说明"]!, Does.Contain("未填报"));
            Assert.That((double)rows["Production"]["按计划的可能"]!, Is.InRange(0, 1));
        });
        Modules.Catalogue.Contract.Item Item(string code) => shown.Process.Items.Single(i => i.Item.Code == code).Item;
    }

    [Test]
    public async Task A_phase_has_works_of_its_own_and_the_whole_is_done_with_the_last()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期", "二期"], PlanFrom = new(2026, 3, 2), Milestones = [new(MilestoneKind.ConstructionStarted, new(2027, 3, 1), 2)] }, Person.Clerk);

        var rows = (await Shown(app)).Rows.ToDictionary(r => r.Code);

        Assert.Multiple(() =>
        {
            Assert.That(rows["ConstructionStarted@2"].At.Finish, Is.GreaterThan(new DateOnly(2027, 3, 1)));
            Assert.That(rows["ConstructionStarted"].At.Finish, Is.EqualTo(rows["ConstructionStarted@1"].At.Finish));
            Assert.That(rows["Completed"].At.Finish, Is.EqualTo(rows["Completed@2"].At.Finish));
        });
    }

    [Test]
    public async Task The_picture_has_a_row_for_every_row_of_the_table_and_a_change_is_looked_at_and_saved_on_the_page()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        using var manager = await app.SignedIn("someone1", Password);
        var url = $"/projects/{Code}/schedule";

        var page = await manager.Page(url);
        using var looked = await manager.Submit(url, "#change", ("change.What", "limit"), ("change.Code", "A06"), ("change.Days", "30"));
        var preview = await looked.Html();
        using var wrong = await manager.Submit(url, "#change", ("change.What", "limit"), ("change.Code", "A06"), ("change.Days", ""));

        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelectorAll("svg.gantt g.g-row"), Has.Length.EqualTo(24));
            Assert.That(page.QuerySelectorAll("#schedule-table tbody tr"), Has.Length.EqualTo(24));
            Assert.That(page.QuerySelector("svg.gantt path.g-today"), Is.Not.Null);
            Assert.That(page.QuerySelector("svg.gantt path.g-make")!.GetAttribute("d"), Does.StartWith("M"), "9 May is worked");
            Assert.That(page.QuerySelectorAll("svg.gantt path.g-arrow.critical"), Is.Not.Empty);
            Assert.That(page.QuerySelector("svg.gantt desc")!.TextContent, Does.Contain("→"));
            Assert.That(preview.QuerySelector("#moves tbody")!.TextContent, Does.Contain("推迟 22"));
            Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
        });
        Assert.That((await Shown(app)).Changes, Is.Empty, "a preview saves nothing");
    }

    [Test]
    public async Task A_manager_neither_sees_nor_changes_the_schedule_of_anothers_project()
    {
        await using var app = await Started();

        var seen = Assert.ThrowsAsync<Refused>(() => app.Send(new ShowSchedule.Query(Code), Person.Manager))!;
        var exported = Assert.ThrowsAsync<Refused>(() => app.Send(new ExportSchedule.Query(Code), Person.Manager))!;
        var changed = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeSchedule.Command([new("A06", Days: 3)], Code), Person.Manager))!;

        Assert.That(new[] { seen.Status, exported.Status, changed.Status }, Is.All.EqualTo(RefusedAs.Forbidden));
    }

    /// <summary>Whoever opens it counts by the calendar in it: from its start each task ends, after its duration, on the day it has here.</summary>
    [Test]
    public async Task The_export_for_Project_holds_the_calendar_by_which_its_dates_come_out_the_same()
    {
        await using var app = await Started();

        var file = await app.Send(new ExportSchedule.Query(Code), Person.Leader);

        using var stream = new MemoryStream(file.Xml);
        var project = System.Xml.Linq.XDocument.Load(stream).Root!;
        System.Xml.Linq.XNamespace ns = "http://schemas.microsoft.com/project";
        var exceptions = project.Descendants(ns + "Exception").ToDictionary(e => Ground.Day(e.Descendants(ns + "FromDate").Single().Value[..10]), e => e.Element(ns + "DayWorking")!.Value == "1");
        var weekdays = project.Descendants(ns + "WeekDay").ToDictionary(d => int.Parse(d.Element(ns + "DayType")!.Value, System.Globalization.CultureInfo.InvariantCulture), d => d.Element(ns + "DayWorking")!.Value == "1");
        var rows = (await Shown(app)).Rows;
        var tasks = project.Descendants(ns + "Task").ToDictionary(t => t.Element(ns + "WBS")!.Value);
        var byUid = tasks.Values.ToDictionary(t => t.Element(ns + "UID")!.Value);
        DateTime Moment(System.Xml.Linq.XElement task, string which) => DateTime.Parse(task.Element(ns + which)!.Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Multiple(() =>
        {
            Assert.That(exceptions[new(2026, 5, 9)], Is.True, "a make-up Saturday");
            Assert.That(exceptions[new(2026, 5, 1)], Is.False);
            Assert.That(tasks.Keys, Is.EquivalentTo(rows.Select(r => r.Code)));
            foreach (var row in rows)
            {
                var task = tasks[row.Code];
                var day = Ground.Day(task.Element(ns + "Start")!.Value[..10]);
                var hours = int.Parse(task.Element(ns + "Duration")!.Value[2..^5], System.Globalization.CultureInfo.InvariantCulture);
                for (var left = hours / 8 - 1; left > 0;)
                {
                    day = day.AddDays(1);
                    if (exceptions.TryGetValue(day, out var works) ? works : weekdays[(int)day.DayOfWeek + 1]) left--;
                }

                Assert.That(day, Is.EqualTo(row.At.Finish), row.Code);
                if (!row.At.IsStarted) Assert.That(task.Elements(ns + "PredecessorLink").Select(l => Moment(byUid[l.Element(ns + "PredecessorUID")!.Value], "Finish")), Is.All.LessThanOrEqualTo(Moment(task, "Start")), row.Code);
                Assert.That(task.Elements(ns + "PredecessorLink").Count(), Is.EqualTo(row.Needs.Count), row.Code);
            }
        });
    }

    /// <summary>Registered with a plan; A01 decided, A02 late, and nobody has reported the land.</summary>
    private static async Task<App> Started()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        var first = await app.Apply(Code, "A01", "A02", "A09", "A10");
        app.At("2026-03-03 09:00");
        await app.Approve(first["A01"], "FGJX");
        app.At("2026-03-09 09:00");
        return app;
    }

    private static Task<ShowSchedule.Result> Shown(App app) => app.Send(new ShowSchedule.Query(Code), Person.Leader);
}
