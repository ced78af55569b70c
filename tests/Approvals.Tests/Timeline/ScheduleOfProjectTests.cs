using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Timeline;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;
using MediatR;
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
            Assert.That(shown.Risks.Count, Is.GreaterThan(1));
            var waiting = shown.Risks.Where(r => !r.At.IsStarted).Select(r => r.Outlook!.IfLate).ToList();
            Assert.That(waiting, Is.Ordered.Descending, "what moves the whole most comes first");
            Assert.That(waiting[0], Is.EqualTo(shown.Rows.Where(r => !r.IsDone && !r.At.IsStarted).Max(r => r.Outlook!.IfLate)));
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
        for (var round = 0; round < 30; round++)
        {
            var code = open[random.Next(open.Length)];
            Change change = random.Next(7) switch
            {
                0 => new(code, Days: random.Next(0, 40)),
                1 => new(code, NotBefore: new DateOnly(2026, 3, 1).AddDays(random.Next(200))),
                2 => new(code, Simulate: true),
                3 => new(code, Drop: true),
                5 => new(milestones[random.Next(milestones.Length)], PlannedOn: new DateOnly(2026, 4, 1).AddDays(random.Next(900))),
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

            var before = (await Shown(app)).Rows.ToDictionary(r => r.Code, ShowSchedule.Dates.Of);
            await app.Send(new ChangeSchedule.Command([change], Code), Person.Supervisor);
            var after = await Shown(app);

            Assert.That(after.Rows.Select(r => (r.Code, r.At, r.Outlook)), Is.EqualTo(preview.Rows.Select(r => (r.Code, r.At, r.Outlook))), change.ToString());
            Assert.That(after.Rows.Select(r => (r.Code, r.PlannedFrom, r.PlannedOn)), Is.EqualTo(preview.Rows.Select(r => (r.Code, r.PlannedFrom, r.PlannedOn))), change.ToString());
            var really = after.Rows.ToDictionary(r => r.Code, ShowSchedule.Dates.Of);
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
            (new("Completed", Drop: true), "schedule.milestone"), (new("A04", PlannedOn: new(2026, 5, 1)), "schedule.noMilestone"), (new("Completed", PlannedOn: new(2099, 12, 31)), "schedule.plannedOn"), (new("A04", Days: 3, Name: "同名"), "schedule.codeTaken"), (new("X 1", Days: 3, Name: "评估"), "schedule.code"),
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
        var far = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeSchedule.Command([new("Completed", PlannedOn: new(2099, 12, 31))], Code), Person.Supervisor))!;
        var tooLong = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeSchedule.Command([new("A06", Days: -1)], Code), Person.Supervisor))!;
        Assert.That(far.Problems.Single().Message.ToString(), Does.Not.Contain("Completed").And.Contain(Milestones.Name(MilestoneKind.Completed).Zh), "by the name that the page has");
        Assert.That(tooLong.Problems.Single().Message.Zh, Does.Match("「A06 .+」"));
    }

    [Test]
    public async Task Every_day_that_is_counted_into_a_year_without_a_calendar_is_marked_in_the_table_in_the_numbers_and_in_the_preview()
    {
        await using var app = await Started();
        await app.Send(new AddUser.Command("someone1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'someone1')");
        using var manager = await app.SignedIn("someone1", Password);
        using var looked = await manager.Submit($"/projects/{Code}/schedule", "#change", ("change.What", "limit"), ("change.Code", "A06"), ("change.Days", "250"));
        var page = await looked.Html();
        var counted = page.QuerySelectorAll("#moves tbody td:not([data-label='计划']), #schedule-table td[data-label='可能（中位）'], #schedule-table td[data-label='八成范围'], #schedule-table td[data-label='八成把握'], .counter:has(span)").ToList();

        static int Unpublished(AngleSharp.Dom.IElement cell) => System.Text.RegularExpressions.Regex.Count(cell.TextContent, "20(2[7-9]|[3-9][0-9])-[01][0-9]-");
        Assert.That(counted.Sum(Unpublished), Is.GreaterThan(20));
        Assert.That(counted.Where(c => Unpublished(c) != c.QuerySelectorAll(".tag-warn").Count(t => t.TextContent == "暂定")).Select(c => c.OuterHtml), Is.Empty);
    }

    [Test]
    public async Task A_preview_that_another_has_overtaken_is_not_saved()
    {
        await using var app = await Started();
        var seen = (await app.Send(new ShowSchedule.Query(Code, [new("A06", Days: 30)]), Person.Supervisor)).Standing;
        await app.Send(new ChangeSchedule.Command([new("A04", Days: 3)], Code, seen), Person.Supervisor);

        var refused = await Scene.RefusalOf(() => app.Send(new ChangeSchedule.Command([new("A06", Days: 30)], Code, seen), Person.Supervisor));

        Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Conflict, "schedule.changed")));
        Assert.That((await Shown(app)).Changes.Select(c => (c.Code, c.Days)), Is.EqualTo(new[] { ("A04", (int?)3) }));

        var standing = (await Shown(app)).Standing;
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 6, 1))], Code), Person.Supervisor);
        var planned = await Scene.RefusalOf(() => app.Send(new ChangeSchedule.Command([new("Completed", PlannedOn: new(2027, 7, 1))], Code, standing), Person.Supervisor));
        Assert.That(planned.Code(), Is.EqualTo("schedule.changed"), "somebody has planned it anew");
    }

    [Test]
    public async Task A_change_is_added_to_what_was_changed_before_until_it_is_taken_away()
    {
        await using var app = await Started();
        async Task<IEnumerable<(string, int?, DateOnly?, bool, string?)>> After(Change change)
        {
            await app.Send(new ChangeSchedule.Command([change], Code), Person.Supervisor);
            return (await Shown(app)).Changes.Select(c => (c.Code, c.Days, c.NotBefore, c.Drop, c.Name));
        }

        Assert.That(await After(new("A06", Days: 30)), Is.EqualTo(new[] { ("A06", (int?)30, (DateOnly?)null, false, (string?)null) }));
        Assert.That(await After(new("A06", NotBefore: new(2026, 5, 6))), Is.EqualTo(new[] { ("A06", (int?)30, (DateOnly?)new(2026, 5, 6), false, (string?)null) }));
        Assert.That(await After(new("A06", Drop: true)), Is.EqualTo(new[] { ("A06", (int?)null, (DateOnly?)null, true, (string?)null) }));
        Assert.That(await After(new("A06", Days: 7)), Is.EqualTo(new[] { ("A06", (int?)7, (DateOnly?)null, false, (string?)null) }));
        Assert.That(await After(new("A06")), Is.Empty);
        await After(new("X1", Days: 3, Name: "示例评估", After: ["A02"]));
        Assert.That(await After(new("X1", Days: 8)), Is.EqualTo(new[] { ("X1", (int?)8, (DateOnly?)null, false, (string?)"示例评估") }));
        Assert.That((await Shown(app)).Changes[0].After, Is.EqualTo(new[] { "A02" }));
    }

    /// <summary>Nobody reports that the structure is begun: it has run since the start of works, and does not begin anew each morning.</summary>
    [Test]
    public async Task Works_run_from_the_day_on_which_they_could_begin()
    {
        await using var app = await Started();
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 1, 5), 0, Code));
        var days = app.Services.GetRequiredService<CalendarInForce>().Current;
        async Task<(ShowSchedule.Row Row, DateOnly Due)> Structure()
        {
            var shown = await Shown(app);
            return (shown.Rows.Single(r => r.Code == "MainStructure"), days.Add(new(2026, 1, 5), ProjectPlan.StepsOf(shown.Process.Code).Single(s => s.Kind == MilestoneKind.MainStructure).Days).Date);
        }

        var (row, due) = await Structure();
        app.At("2026-03-16 09:00");
        var (later, _) = await Structure();
        await app.Send(new ChangeSchedule.Command([new("MainStructure", NotBefore: new(2026, 6, 1))], Code), Person.Supervisor);
        var (put, _) = await Structure();

        Assert.That((row.At.Finish, later.At.Finish), Is.EqualTo((due, due)));
        Assert.That(due, Is.GreaterThan(new DateOnly(2026, 3, 16)));
        Assert.That(put.At.Finish, Is.GreaterThan(due), "the works were put off");
    }

    [Test]
    public async Task What_has_run_longer_than_anything_before_is_not_forecast_for_today_and_stays_among_the_risks()
    {
        await using var app = await Started();
        app.At("2026-04-20 09:00");

        var shown = await Shown(app);

        var row = shown.Rows.Single(r => r.Code == "A02");
        Assert.Multiple(() =>
        {
            Assert.That(row.Outlook!.High, Is.GreaterThan(new DateOnly(2026, 4, 21)), "accepted on 3 March for three days");
            Assert.That((row.Outlook.IfLate > 0, row.Outlook.IsThin), Is.EqualTo((true, true)));
            Assert.That(shown.Risks.Select(r => r.Code), Does.Contain("A02"));
        });
    }

    [Test]
    public async Task An_item_is_forecast_from_the_season_in_which_it_will_begin()
    {
        await using var app = await App.Start("2026-01-12 09:00");
        await app.Send(RegisterProjectTests.Right with { PlanFrom = new(2026, 1, 12) }, Person.Clerk);
        var department = (await Shown(app)).Process.Items.Single(i => i.Item.Code == "A08").Item.Department;
        await app.Change($"INSERT INTO timeline_duration (item_code, department, month, days, cases) VALUES ('A08', '{department}', 202501, 20, 300)");
        await app.Change("INSERT INTO timeline_duration (item_code, department, month, days, cases) VALUES ('A08', 'SWJ', 202507, 40, 900)");
        await app.Change($"INSERT INTO timeline_duration (item_code, department, month, days, cases) VALUES ('A08', '{department}', 202507, 5, 200)");
        app.Services.GetRequiredService<DurationHistory>().Forget();
        await app.Send(new ChangeSchedule.Command([new("A08", NotBefore: new(2026, 7, 6))], Code), Person.Supervisor);

        var row = (await Shown(app)).Rows.Single(r => r.Code == "A08");

        Assert.That((row.At.Start, app.Services.GetRequiredService<CalendarInForce>().Current.Count(row.At.Start, row.Outlook!.Likely).Days), Is.EqualTo((new DateOnly(2026, 7, 6), 5)));
    }

    /// <summary>"Some day", as people plan what they do not know yet.</summary>
    [Test]
    public async Task A_plan_at_the_end_of_the_calendar_breaks_neither_the_page_nor_the_forecasts_of_the_week()
    {
        await using var app = await Started();
        await app.Send(RegisterProjectTests.Right with { Code = "2601-510300-04-01-900002", PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.LandAcquired, new(2099, 12, 31))], Code), Person.Supervisor);

        var row = (await Shown(app)).Rows.Single(r => r.Code == "A08");
        _ = await app.Send(new ExportSchedule.Query(Code), Person.Leader);
        var timeline = await app.Send(new ShowTimeline.Query(Code), Person.Leader);
        await using var scope = app.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<KeepForecasts.Job>(scope.ServiceProvider).Run(default);

        Assert.That((row.PlannedOn, timeline.Items.Single(i => i.Code == "A08").PlannedTo), Is.EqualTo(((DateOnly?)null, (DateOnly?)null)));
        Assert.That(await app.Value<int>("SELECT COUNT(DISTINCT project_id) FROM timeline_week"), Is.EqualTo(2));
    }

    /// <summary>As where a change was written into the database by hand: what waits for an item that there is not.</summary>
    [Test]
    public async Task A_project_without_a_forecast_keeps_none_of_the_others_from_theirs_and_the_job_says_which()
    {
        await using var app = await Started();
        await app.Send(RegisterProjectTests.Right with { Code = "2601-510300-04-01-900002", PlanFrom = new(2026, 3, 2) }, Person.Clerk);
        await app.Change($"""
            INSERT INTO timeline_change (project_id, code, is_dropped, is_simulated, added_name, added_after, changed_by, changed_at)
            SELECT id, 'X1', 0, 0, 'X1', 'A99', '-', '2026-03-02 00:00:00' FROM projects_project WHERE code = '{Code}'
            """);

        await using var scope = app.Services.CreateAsyncScope();
        var job = ActivatorUtilities.CreateInstance<KeepForecasts.Job>(scope.ServiceProvider);

        Assert.That(Assert.ThrowsAsync<InvalidOperationException>(() => job.Run(default))!.Message, Does.Contain(Code));
        Assert.That(await app.Value<string>("SELECT MIN(p.code) FROM timeline_week w JOIN projects_project p ON p.id = w.project_id HAVING COUNT(DISTINCT p.id) = 1"), Is.EqualTo("2601-510300-04-01-900002"));
    }

    [Test]
    public async Task What_waits_for_a_dropped_item_waits_for_what_that_needed_and_what_is_done_is_not_dropped()
    {
        await using var app = await Started();
        var before = (await Shown(app)).Rows.Single(r => r.Code == "A06").Needs;
        await app.Send(new ChangeSchedule.Command([new("A06", Drop: true)], Code), Person.Supervisor);

        var (course, _) = await Course(app);
        var days = app.Services.GetRequiredService<CalendarInForce>().Current;
        var network = ProjectNetwork.Of(course, days, [new("A01", Drop: true)]);

        Assert.That(before, Is.Not.Empty);
        Assert.That((await Shown(app)).Rows.Single(r => r.Code == "A08").Needs, Is.SupersetOf(before).And.No.Member("A06"));
        Assert.That(network.Activities.Select(a => a.Code), Does.Contain("A01"), "decided on 3 March");
    }

    /// <summary>A pause or an extension moves the day a case is due, and the schedule takes that day.</summary>
    [Test]
    public async Task A_running_item_is_finished_on_the_day_its_case_is_due()
    {
        await using var app = await Started();
        await app.Change("UPDATE permits_case SET due_on = '2026-03-20' WHERE item_code = 'A02'");

        Assert.That((await Shown(app)).Rows.Single(r => r.Code == "A02").At.Finish, Is.EqualTo(new DateOnly(2026, 3, 20)));
    }

    [Test]
    public async Task Another_number_of_days_moves_the_forecast_too()
    {
        await using var app = await Started();
        var before = (await Shown(app)).Rows.Single(r => r.Code == "A04").Outlook!;
        await app.Send(new ChangeSchedule.Command([new("A04", Days: 30)], Code), Person.Supervisor);

        Assert.That((await Shown(app)).Rows.Single(r => r.Code == "A04").Outlook!.Likely, Is.GreaterThan(before.Likely.AddDays(14)));
    }

    [Test]
    public async Task An_item_has_one_planned_day_on_both_pages()
    {
        await using var app = await Started();
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.LandAcquired, new(2026, 4, 13))], Code), Person.Supervisor);

        var schedule = (await Shown(app)).Rows.Where(r => !r.IsMilestone).Select(r => (r.Code, r.PlannedFrom, r.PlannedOn)).OrderBy(r => r.Code);
        var timeline = (await app.Send(new ShowTimeline.Query(Code), Person.Leader)).Items.Select(i => (i.Code, i.PlannedFrom, PlannedOn: i.PlannedTo)).OrderBy(i => i.Code);

        Assert.That(timeline, Is.EqualTo(schedule));
        Assert.That(timeline.First().PlannedOn, Is.EqualTo((DateOnly?)new DateOnly(2026, 4, 14)));

        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 3, 9), 0, Code), Person.Supervisor);
        Assert.That((await Shown(app)).Rows.Single(r => r.Code == "A01").PlannedOn, Is.EqualTo((DateOnly?)new DateOnly(2026, 4, 14)), "what happened moves no plan");
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
    public async Task Where_a_later_phase_starts_first_the_first_one_has_not_begun()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期", "二期"], PlanFrom = new(2026, 1, 5) }, Person.Clerk);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, new(2026, 1, 5), 0, Code));
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 1, 20), 2, Code));

        var rows = (await Shown(app)).Rows.ToDictionary(r => r.Code);

        Assert.That((rows["ConstructionStarted"].At.Finish, rows["ConstructionStarted@1"].IsDone, rows["MainStructure@1"].At.IsStarted, rows["MainStructure@2"].At.Start), Is.EqualTo((new DateOnly(2026, 1, 20), false, false, new DateOnly(2026, 1, 20))));
    }

    /// <summary>拿地即开工 is the start of the first phase, whoever reports no start of the whole.</summary>
    [Test]
    public async Task A_project_in_phases_has_started_with_its_first_phase_and_is_through_with_its_last()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期", "二期"], PlanFrom = new(2026, 1, 5) }, Person.Clerk);
        Task Report(MilestoneKind kind, DateOnly on, int phase) => app.Send(new ReportMilestone.Command(kind, on, phase, Code));
        await Report(MilestoneKind.LandAcquired, new(2026, 1, 5), 0);
        await Report(MilestoneKind.ConstructionStarted, new(2026, 1, 20), 2);
        await Report(MilestoneKind.ConstructionStarted, new(2026, 2, 2), 1);
        await Report(MilestoneKind.MainStructure, new(2026, 2, 20), 1);
        var half = (await Shown(app)).Rows.ToDictionary(r => r.Code);
        await Report(MilestoneKind.MainStructure, new(2026, 2, 26), 2);
        var whole = (await Shown(app)).Rows.ToDictionary(r => r.Code);
        var span = (await app.Send(new ShowTimeline.Query(Code), Person.Leader)).LandToStart!;

        Assert.Multiple(() =>
        {
            Assert.That((half["ConstructionStarted"].IsDone, half["ConstructionStarted"].At.Finish), Is.EqualTo((true, new DateOnly(2026, 1, 20))));
            Assert.That((half["MainStructure"].IsDone, whole["MainStructure"].IsDone, whole["MainStructure"].At.Finish), Is.EqualTo((false, true, new DateOnly(2026, 2, 26))));
            Assert.That((span.IsRunning, span.To, span.Days), Is.EqualTo((false, new DateOnly(2026, 1, 20), 11)));
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
        Assert.That((await manager.Page($"{url}?zoom=week&at=2026-09-16")).QuerySelectorAll("svg.gantt .g-date").Take(2).Select(d => d.TextContent), Is.EqualTo(new[] { "2026-08-17", "08-24" }), "four weeks before, from a Monday");
        foreach (var beyond in new[] { "0001-01-01", "9999-12-31" }) Assert.That((await manager.GetAsync($"{url}?at={beyond}")).StatusCode, Is.EqualTo(System.Net.HttpStatusCode.OK));
        var quarters = (await manager.Page($"{url}?zoom=Quarter")).QuerySelectorAll("svg.gantt text.g-date");
        using var nowhere = await manager.Submit(url, "#remark", ("remark.Milestone", "Completed@x"), ("remark.Text", "示例"));
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
            Assert.That((int)nowhere.StatusCode, Is.EqualTo(400));
            Assert.That(quarters.Take(2).Select(q => (q.TextContent, q.GetAttribute("x"))), Is.EqualTo(new[] { ("2026 Q1", "193"), ("2026 Q2", "292") }), "1 April is 90 days after 1 January");
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

        await app.Send(new ChangeSchedule.Command([new("A06", Simulate: true)], Code), Person.Supervisor);

        var file = await app.Send(new ExportSchedule.Query(Code), Person.Leader);

        using var stream = new MemoryStream(file.Xml);
        var project = System.Xml.Linq.XDocument.Load(stream).Root!;
        System.Xml.Linq.XNamespace ns = "http://schemas.microsoft.com/project";
        var exceptions = project.Descendants(ns + "Exception").ToDictionary(e => Ground.Day(e.Descendants(ns + "FromDate").Single().Value[..10]), e => e.Element(ns + "DayWorking")!.Value == "1");
        var weekdays = project.Descendants(ns + "WeekDay").ToDictionary(d => int.Parse(d.Element(ns + "DayType")!.Value, System.Globalization.CultureInfo.InvariantCulture), d => d.Element(ns + "DayWorking")!.Value == "1");
        var (rows, days) = ((await Shown(app)).Rows, app.Services.GetRequiredService<CalendarInForce>().Current);
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
                Assert.That((task.Element(ns + "PercentComplete")!.Value, task.Element(ns + "ActualFinish") is not null), Is.EqualTo(row.IsDone && !row.IsAssumed ? ("100", true) : ("0", false)), $"{row.Code}: a fact where somebody reported it");
                foreach (var link in row.At.IsStarted ? [] : task.Elements(ns + "PredecessorLink"))
                {
                    var need = Moment(byUid[link.Element(ns + "PredecessorUID")!.Value], "Finish");
                    // Finish to finish with a day between is what a scheduler would work out of 模拟审批.
                    if (link.Element(ns + "Type")!.Value == "0") Assert.That((DateOnly.FromDateTime(Moment(task, "Finish")), link.Element(ns + "LinkLag")!.Value), Is.EqualTo((days.Add(DateOnly.FromDateTime(need), 1).Date, "4800")), row.Code);
                    else Assert.That(need, Is.LessThanOrEqualTo(Moment(task, "Start")), row.Code);
                }

                Assert.That(task.Elements(ns + "PredecessorLink").Any(l => l.Element(ns + "Type")!.Value == "0"), Is.EqualTo(row.Code == "A06"), row.Code);
                Assert.That(task.Elements().Select(e => e.Name.LocalName).Where(n => n is "ConstraintType" or "CalendarUID" or "ConstraintDate"), Is.EqualTo(new[] { "ConstraintType", "CalendarUID", "ConstraintDate" }), "the order of the format's schema");
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

    private static async Task<(ProjectCourse Course, IReadOnlyDictionary<string, CaseFact> Newest)> Course(App app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var project = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindProject(Code));
        return await scope.ServiceProvider.GetRequiredService<ScheduleReader>().Course(project!, default);
    }

    private static Task<ShowSchedule.Result> Shown(App app) => app.Send(new ShowSchedule.Query(Code), Person.Leader);
}
