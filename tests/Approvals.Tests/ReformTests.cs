using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Land;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Reports;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Projects;
using Approvals.Tests.Reports;

namespace Approvals.Tests;

/// <summary>The reform as the zone tells it, by the real commands, a day at a time.</summary>
[Parallelizable]
internal sealed class ReformTests
{
    private const string Project = "2601-510300-04-01-900001";
    private const string Parcel = "A-07";

    private static readonly DateOnly Start = new(2026, 3, 2);

    [TestCase("IND-REFORM", 10, 25, "2026-04-07")]
    [TestCase("IND-2019", 15, 100, "2026-07-24")]
    public async Task Each_department_deciding_on_its_promised_day_the_process_ends_on_its_working_day(string process, int items, int workingDays, string endsOn)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakeInAll(app, process);

        var last = await Decide(app, [number], Start);

        var cases = await app.Send(new CasesOfApplication(number), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(cases, Has.Count.EqualTo(items));
            Assert.That(cases.Select(c => c.Status), Is.All.EqualTo(CaseStatus.Approved));
            Assert.That(last, Is.EqualTo(DateOnly.ParseExact(endsOn, "yyyy-MM-dd", CultureInfo.InvariantCulture)));
            Assert.That(Calendar(app).Count(Start, last).Days, Is.EqualTo(workingDays));
        });

        // And as the nightly report tells it: 100 → 25.
        At(app, last.AddDays(1));
        await app.MakeReports();
        var report = (await app.Report(last, Period.Year)).Whole.Now;
        Assert.That((report["closed"], report["approvalMean"], report["approvalCompression"]), Is.EqualTo(((decimal?)items, (decimal?)workingDays, 1 - workingDays / 100m)));
    }

    /// <summary>A permit is revoked and asked for again: afterwards, or, as it turns out, before the others were decided.</summary>
    [TestCase(false, TestName = "What_is_asked_for_again_after_the_approval_makes_it_no_longer")]
    [TestCase(true, TestName = "A_receipt_entered_late_says_that_the_project_was_not_approved_yet")]
    public async Task What_is_asked_for_again(bool late)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakeInAll(app, "IND-REFORM");
        var last = await Decide(app, [number], Start);
        At(app, last.AddDays(1));
        await app.MakeReports();
        Assert.That((await app.Report(last)).Whole.Now["approvalMean"], Is.EqualTo(25));
        At(app, last.AddDays(2));
        var revoked = (await app.Send(new CasesOfApplication(number), Person.Auditor))[^1];
        await app.Send(new RevokeCase.Command(revoked.Number, "申报材料不实"), Person.Head(revoked.Department));
        if (late)
        {
            // In a night in which nothing of the project ends: the receipt alone says it.
            At(app, last.AddDays(3));
            await app.MakeReports();
            Assert.That((await app.Report(last)).Whole.Now["approvalMean"], Is.EqualTo(25));
            await app.SendByTwo(new TakeIn.Command(Guid.NewGuid().ToString(), Project, [revoked.ItemCode], [], "示例科技有限公司", "0813-0000000", last.AddDays(-1).ToDateTime(new TimeOnly(16, 0)), "纸质收件"), Person.Clerk, Person.Supervisor);
            At(app, last.AddDays(4));
        }
        else
        {
            var again = await TakeIn(app, "IND-REFORM", all => all.Where(i => i.Item.Code == revoked.ItemCode));
            At(app, (await Decide(app, [again], last.AddDays(2))).AddDays(1));
        }

        await app.MakeReports();
        Assert.That((await app.Report(last)).Whole.Now["approvalMean"], Is.EqualTo(late ? null : (decimal?)25));
    }

    /// <summary>A zone may ask for the items in as many applications as it likes: the project is approved once.</summary>
    [Test]
    public async Task The_reform_in_two_applications_is_one_approval_of_25_days_and_every_figure_leads_to_its_projects()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Register(app, "IND-REFORM");
        string[] numbers = [await TakeIn(app, "IND-REFORM", items => items.Take(4)), await TakeIn(app, "IND-REFORM", items => items.Skip(4))];
        foreach (var (n, number) in numbers.Index())
        {
            await app.Change("INSERT INTO access_window (id, name, opened_at) VALUES (@id, @name, '2026-01-01 00:00:00')", new { id = 900 + n, name = $"{n} 号窗口" });
            await app.Change("UPDATE onewindow_application SET window_id = @id WHERE number = @number", new { id = 900 + n, number });
        }

        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, Start, 0, Project), Person.Supervisor);
        var last = await Decide(app, numbers, Start);
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, last, 0, Project), Person.Supervisor);
        At(app, last.AddDays(1));
        await app.MakeReports();

        var report = await app.Report(last, Period.Quarter);
        Assert.That((report.Whole.Now["approvalMean"], report.Whole.Now["approvalCompression"]), Is.EqualTo(((decimal?)25, (decimal?)0.75m)));
        Assert.That(report.Of(Cuts.Window)!.Lines.Where(l => l.Now["approvalMean"] is not null).Select(l => l.Key), Is.EqualTo(new[] { "900" }), "at the window where it began");
        foreach (var (code, days) in new[] { ("approvalMean", 25), ("approvalCompression", 25), ("landToStart", 25), ("landCompression", 25) })
        {
            var link = Drill.Of(code, report.Period)!;
            var of = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link[link.IndexOf('?', StringComparison.Ordinal)..]);
            var listed = await app.Send(new ListReportProjects.Query(of["list"].ToString(), report.Period.From, report.Period.To), Person.Leader);
            Assert.That(link, Does.StartWith("/reports/sla/projects?"));
            Assert.That(listed.Rows.Select(r => (r.Code, r.Days)), Is.EqualTo(new[] { (Project, days) }), code);
            Assert.That((await app.Send(new ListReportProjects.Query(of["list"].ToString(), report.Period.From, report.Period.To), Person.Reviewer("ZRZY"))).Rows, Is.Empty, "no single department's");
        }
    }

    /// <summary>What was decided before the reports began is in none of them, and is part of the approval all the same.</summary>
    [Test]
    public async Task A_project_whose_first_items_were_decided_before_the_reports_began_is_approved_as_a_whole_once_the_last_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakeInAll(app, "IND-REFORM");
        var opened = await Decide(app, [number], Start, until: new(2026, 3, 20));
        At(app, opened.AddDays(1));
        await app.OpenBooks(opened.AddDays(1));

        var last = await Decide(app, [number], opened);
        At(app, last.AddDays(1));
        await app.MakeReports();

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_case"), Is.InRange(1, 9), "some of the ten were decided before");
        Assert.That((await app.Report(last, Period.Year)).Whole.Now["approvalMean"], Is.EqualTo(25));
        Assert.That((await app.Send(new ListReportProjects.Query("completed", last, last), Person.Leader)).Rows.Select(r => (r.Code, r.Days)), Is.EqualTo(new[] { (Project, 25) }));
    }

    /// <summary>拿地即开工, 交地即交证: 30 working days instead of 167, and the title on the day of the handover.</summary>
    [Test]
    public async Task Works_start_thirty_working_days_after_the_land_and_the_title_comes_with_the_handover()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await TakeInAll(app, "IND-REFORM");
        await app.Do(new OpenParcel.Command(Project, Parcel, 80_000m, 312.5m, 100));
        await app.Do(new SignContract.Command("示例合同-001", Start, 12_000_000m, new(2026, 3, 31), new(2026, 4, 30), new(2027, 12, 31), Parcel));
        await app.Do(new RecordPayment.Command(PaymentKind.Price, 12_000_000m, Start, "JK-1", Parcel));
        await app.Do(new RecordPayment.Command(PaymentKind.Tax, 360_000m, Start, "QS-1", Parcel));
        await app.Do(new RecordSiteSurvey.Command(312.46m, Start, "示例测绘院", Parcel));
        await app.Do(new RecordParcelSurvey.Command("ZD-07", Start, Parcel));
        var handover = new DateOnly(2026, 3, 6);
        await Decide(app, [number], Start, until: handover);
        await app.Do(new HandOverWithTitle.Command("JD-2026-07", "川（2026）示例不动产权第0000007号", handover, "自规、企业、管委会", Parcel));

        var permitted = await Decide(app, [number], handover);
        var started = Calendar(app).Add(Start, 30).Date;
        At(app, started);
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, started, 0, Project), Person.Supervisor);

        var facts = (await app.Send(new FindProject(Project), Person.Auditor))!;
        var milestones = await app.Send(new MilestonesOf(facts.Id), Person.Auditor);
        var span = Spans.LandToStart(milestones, app.Services.GetRequiredService<CatalogueInForce>().Current.Process(facts.ProcessId)!, Calendar(app), started)!;
        var title = Spans.HandoverToTitle(milestones, Calendar(app), started)!;
        Assert.Multiple(() =>
        {
            Assert.That(permitted, Is.EqualTo(new DateOnly(2026, 4, 7)));
            Assert.That(started, Is.EqualTo(new DateOnly(2026, 4, 14)));
            Assert.That((span.Days, span.IsRunning, span.Baseline, span.ChangePercent), Is.EqualTo((30, false, (int?)167, (int?)-82)));
            Assert.That((title.Days, title.IsRunning), Is.EqualTo((0, false)));
        });

        At(app, started.AddDays(1));
        await app.MakeReports();
        var report = (await app.Report(started, Period.Quarter)).Whole.Now;
        Assert.That((report["landToStart"], report["landCompression"]), Is.EqualTo(((decimal?)30, (decimal?)0.820359m)), "167 → 30 is −82 %");
        Assert.That((await app.Report(handover, Period.Month)).Whole.Now["handoverToTitle"], Is.Zero, "交地即交证");
    }

    [Test]
    public async Task Of_a_project_in_phases_the_first_to_start_ends_the_way_from_the_land_and_no_other()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.MakeReports(); // the books begin before the land
        await app.Send(RegisterProjectTests.Right with { Code = Project, Phases = ["一期", "二期"] }, Person.Clerk);
        await app.Send(new ReportMilestone.Command(MilestoneKind.LandAcquired, Start, 0, Project));
        var (first, second) = (Calendar(app).Add(Start, 10).Date, Calendar(app).Add(Start, 18).Date);
        foreach (var (on, phase) in new[] { (first, 2), (second, 1) })
        {
            At(app, on);
            await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, on, phase, Project));
        }

        At(app, second.AddDays(1));
        await app.MakeReports();

        Assert.That(((await app.Report(first, Period.Day)).Whole.Now["landToStart"], (await app.Report(second, Period.Day)).Whole.Now["landToStart"]), Is.EqualTo(((decimal?)10, (decimal?)null)));
    }

    /// <summary>Registers the project, takes in every item of its process on one form with all its documents, and accepts it.</summary>
    private static async Task<string> TakeInAll(App app, string process)
    {
        await Register(app, process);
        return await TakeIn(app, process, items => items);
    }

    private static Task<RegisterProject.Result> Register(App app, string process) =>
        app.Send(new RegisterProject.Command(Project, "精密结构件厂房一期（示例）", "示例科技有限公司", "91510300MA0000001Y", process, 125_000m, RegisterProject.MoneyUnit.Wan, 80_000m, "高新区示例路"), Person.Clerk);

    private static async Task<string> TakeIn(App app, string process, Func<IEnumerable<ProcessItem>, IEnumerable<ProcessItem>> wanted)
    {
        var items = wanted(app.Services.GetRequiredService<CatalogueInForce>().Current.InForce(Start).Single(p => p.Code == process).Items).ToList();
        var form = await app.Do(new ShowIntake.Query(Project, [.. items.Select(i => i.Item.Code)]));
        var brought = form.Checklist.Where(l => l.ComesFrom is null).Select(l => l.Document.Code).ToList();
        var taken = await app.Do(new TakeIn.Command(Guid.NewGuid().ToString(), Project, [.. items.Select(i => i.Item.Code)], brought, "示例科技有限公司", "0813-0000000"));
        await app.Do(new Accept.Command(taken.Number));
        return taken.Number;
    }

    /// <summary>Lives through the days after one, each department deciding what is due; the day of the last decision.</summary>
    private static async Task<DateOnly> Decide(App app, IReadOnlyList<string> numbers, DateOnly after, DateOnly? until = null)
    {
        var last = after;
        for (var day = after.AddDays(1); day <= (until ?? after.AddYears(1)); day = day.AddDays(1))
        {
            var cases = new List<Modules.Permits.Contract.CaseFact>();
            foreach (var number in numbers) cases.AddRange(await app.Send(new CasesOfApplication(number), Person.Auditor));
            if (cases.All(c => c.Status.IsTerminal())) return last;
            At(app, day);
            foreach (var due in cases.Where(c => c.Status.IsStarted() && c.DueOn == day))
            {
                await app.Send(new ApproveCase.Command(due.Number, $"示例{due.ItemCode}〔2026〕1号"), Person.Reviewer(due.Department));
                last = day;
            }
        }

        return last;
    }

    private static void At(App app, DateOnly day) => app.Clock.SetUtcNow(new DateTimeOffset(day.ToDateTime(new TimeOnly(16, 0)), TimeSpan.FromHours(8)));

    private static WorkingDays Calendar(App app) => app.Services.GetRequiredService<CalendarInForce>().Current;
}
