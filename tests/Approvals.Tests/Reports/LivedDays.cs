using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Supervision;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Reports;

/// <summary>
/// Days of the zone as people make them, by the real commands and by chance: what a loaded history lacks. Corrections,
/// pauses, papers handed out late, documents owed, applications not accepted, withdrawn or left without an answer, orders,
/// and all of it now and then entered some days later. What the program refuses is not done.
/// </summary>
internal sealed class LivedDays(App app, int seed)
{
    private static readonly string[] Pauses = ["correction", "expert-review", "publicity", "test"];

    private readonly Random random = new(seed);

    /// <summary>Who does it is drawn apart, so that it changes nothing in what is done.</summary>
    private readonly Random whoever = new(seed);

    /// <summary>So is what becomes of projects in phases.</summary>
    private readonly Random phases = new(seed);

    /// <summary>Two reviewers a department.</summary>
    private readonly Dictionary<string, Person[]> reviewers = [];
    private readonly Dictionary<string, int> milestones = [];
    private DateOnly today;
    private int projects;

    public async Task Live(DateOnly day)
    {
        if (today == default)
            foreach (var (id, name) in new[] { (900, "一号窗口"), (901, "二号窗口") }) await app.Change("INSERT INTO access_window (id, name, opened_at) VALUES (@id, @name, '2026-01-01 00:00:00')", new { id, name });
        if (reviewers.Count == 0)
        {
            foreach (var department in Catalogue.Items.Select(i => i.Department).Distinct())
            {
                foreach (var n in (int[])[1, 2]) await app.Send(new AddUser.Store(Login(department, n), $"经办 {n}", department, [Role.Reviewer], "unusable", false));
                reviewers[department] = [.. (await app.Rows<long>("SELECT id FROM access_user WHERE department = @department ORDER BY login", new { department })).Select((id, n) => new Person(id, $"经办 {n + 1}", department, Role.Reviewer))];
            }
        }

        today = day;
        At(9);
        if (app.Services.GetRequiredService<Modules.Calendar.Contract.CalendarInForce>().Current.IsWorkingDay(day))
        {
            for (var n = random.Next(3); n >= 0; n--) await TakeIn();
            At(11);
            // Every tenth project is forgotten at the window: its applications count as accepted when the time for an answer is over.
            foreach (var row in await app.Rows<Application>("SELECT a.number, a.state FROM onewindow_application a JOIN projects_project p ON p.id = a.project_id WHERE a.state IN ('Received', 'Correcting') AND a.request_key LIKE '%-%-%-%-%' AND p.code NOT LIKE '%5' ORDER BY a.id")) await Answer(row);
            At(14);
            foreach (var row in await app.Rows<Case>("SELECT c.number, c.department, c.item_code, c.status FROM permits_case c WHERE c.status IN (3, 6, 7, 8, 9, 10) AND c.accepted_on IS NOT NULL AND c.application_number IN (SELECT a.number FROM onewindow_application a WHERE a.request_key LIKE '%-%-%-%-%') ORDER BY c.id")) await Handle(row);
            At(16);
            foreach (var row in await app.Rows<Owed>("SELECT c.number, o.document, c.decided_on FROM permits_owed_document o JOIN permits_case c ON c.id = o.case_id WHERE o.given_on IS NULL ORDER BY c.id, o.document")) await Give(row);
            foreach (var number in await app.Rows<string>("SELECT r.case_number FROM onewindow_result r JOIN onewindow_application a ON a.number = r.application_number WHERE r.handed_out_on IS NULL AND a.request_key LIKE '%-%-%-%-%' ORDER BY r.case_id"))
                if (Chance(0.06)) await Do(new HandOut.Command("示例申请人", null, number), Person.Clerk, Chance(0.3) ? -2 : 0);
            foreach (var number in await app.Rows<string>("SELECT number FROM supervision_order WHERE finished_at IS NULL ORDER BY id"))
                if (Chance(0.02)) await Do(new CloseOrder.Command(number, "已整改"), Person.Supervisor);
            foreach (var project in milestones.Keys.ToList()) await Build(project);
        }

        At(18);
        foreach (var overdue in await app.Send(new DeemAccepted.Query())) await app.Send(new DeemAccepted.Command(overdue.Number));
        while ((await app.Send(new RaiseAlerts.Command())).More)
        {
        }
    }

    private async Task TakeIn()
    {
        var code = $"2602-510300-{seed % 100:00}-09-{++projects:000000}";
        await app.Send(new RegisterProject.Command(code, $"厂房 {projects}（示例）", "示例科技有限公司", "91510300MA0000001Y", "IND-REFORM", 1_000m, RegisterProject.MoneyUnit.Wan, 8_000m, "高新区示例路", IsInPhases(code) ? ["一期", "二期"] : null), Person.Clerk);
        milestones.Add(code, 0);
        var items = Catalogue.Processes.Where(p => p.Code == "IND-REFORM").MaxBy(p => p.Version)!.Items;
        var chosen = Enumerable.Range(0, 1 + random.Next(2)).Select(_ => items[Chance(0.5) ? 0 : random.Next(items.Count)].Item).DistinctBy(i => i.Code).ToList();
        await Do(new TakeIn.Command(Guid.NewGuid().ToString(), code, [.. chosen.Select(i => i.Code)], [.. chosen.SelectMany(i => i.Documents).Select(d => d.Code).Distinct()], "示例经办", "0813-0000000"), Person.Clerk);
        if (Chance(0.7)) await app.Change("UPDATE onewindow_application SET window_id = @window WHERE number = (SELECT MAX(a.number) FROM onewindow_application a JOIN projects_project p ON p.id = a.project_id WHERE p.code = @code)", new { window = 900 + random.Next(2), code });
    }

    private async Task Answer(Application application)
    {
        var (number, draw) = (application.Number, random.NextDouble());
        if (application.State == "Correcting")
        {
            if (draw < 0.4) await Do(new CloseCorrection.Command(await app.Rows<string>("SELECT i.document FROM onewindow_correction_item i JOIN onewindow_application a ON a.id = i.application_id WHERE a.number = @number", new { number }), number), Person.Clerk);
            else if (draw < 0.45) await Do(new Withdraw.Command("企业撤回", number), Person.Clerk);
            return;
        }

        if (draw < 0.4) await Do(new Accept.Command(number), Person.Clerk);
        else if (draw < 0.55) await Do(new AskCorrection.Command([new((await app.Rows<string>("SELECT m.document FROM onewindow_material m JOIN onewindow_application a ON a.id = m.application_id WHERE a.number = @number ORDER BY m.document", new { number }))[0], "签章不全")], number), Person.Clerk);
        else if (draw < 0.60) await Do(new NotAccept.Command("不属于本区", "市自然资源局", number), Person.Clerk);
        else if (draw < 0.65) await Do(new Withdraw.Command("企业撤回", number), Person.Clerk);
    }

    private async Task Handle(Case c)
    {
        var (reviewer, draw) = (reviewers[c.Department][whoever.Next(2)], random.NextDouble());
        if (whoever.Next(15) == 0 && 1 + whoever.Next(2) is var from) await Do(new HandOverWork.Command(Login(c.Department, from), Login(c.Department, 3 - from), "轮岗", [c.Number]), Person.Supervisor);
        if (c.Status is 6 or 9)
        {
            var open = await app.Rows<string>("SELECT p.kind FROM deadlines_pause p JOIN permits_case c ON c.id = p.subject_id WHERE c.number = @Number AND p.subject_kind = 'case' AND p.to_on IS NULL", new { c.Number });
            if (draw < 0.4) await Do(new ResumeCase.Command(c.Number, open[0], Chance(0.2) ? today.AddDays(-3) : null, "纸质办理"), reviewer);
            else if (draw < 0.45) await Do(new WithdrawCase.Command(c.Number, "企业撤回"), Person.Clerk);
            return;
        }

        DateTime? occurred = Chance(0.3) ? today.AddDays(-random.Next(2, 7)).ToDateTime(new TimeOnly(15, 0)) : null;
        if (draw < 0.14) await Do(new PauseCase.Command(c.Number, Pauses[random.Next(Pauses.Length)], PlannedDays: 5, NoticeNumber: $"示例告知〔2026〕{random.Next(9_999)}号"), reviewer);
        else if (draw < 0.30) await Do(new ApproveCase.Command(c.Number, $"示例〔2026〕{random.Next(99_999)}号", null, occurred, "纸质办理"), reviewer);
        else if (draw < 0.36) await Do(new ApproveWithDocumentsOwed.Command(c.Number, $"示例〔2026〕{random.Next(99_999)}号", [.. Catalogue.Items.Where(i => i.Code == c.ItemCode).MaxBy(i => i.Version)!.Documents.Take(1 + random.Next(2)).Select(d => d.Code)], today.AddDays(30), "容缺", occurred, "纸质办理"), reviewer);
        else if (draw < 0.39) await Do(new RefuseCase.Command(c.Number, "不符合规划"), reviewer);
        else if (draw < 0.42) await Do(new WithdrawCase.Command(c.Number, "企业撤回"), Person.Clerk);
        else if (draw < 0.55) await Do(new StartHandling.Command(c.Number), reviewer);
    }

    private async Task Give(Owed owed)
    {
        if (!Chance(0.2)) return;
        var before = today.AddDays(-random.Next(8));
        await Do(new GiveOwedDocument.Command(owed.Number, owed.Document, Chance(0.5) && before >= owed.DecidedOn ? before : null, "纸质收取"), Person.Clerk);
    }

    private async Task Build(string project)
    {
        MilestoneKind[] order = [MilestoneKind.LandAcquired, MilestoneKind.HandedOver, MilestoneKind.Titled, MilestoneKind.ConstructionStarted];
        // Drawn for those in phases too, so that what is done in the others stays what it was.
        var next = milestones[project];
        var (reports, on) = (next < order.Length && Chance(0.15), today);
        if (reports && Chance(0.3)) on = today.AddDays(-4);
        if (reports) milestones[project]++;
        if (IsInPhases(project)) await BuildPhases(project, order);
        else if (reports) await Do(new ReportMilestone.Command(order[next], on, 0, project, "纸质填报"), Person.Supervisor);
    }

    /// <summary>In any order and of any phase, now and then put right; of what is reported most is some days old.</summary>
    private async Task BuildPhases(string project, MilestoneKind[] order)
    {
        if (phases.NextDouble() > 0.35) return;
        var kind = order[phases.Next(order.Length)];
        var phase = kind is MilestoneKind.ConstructionStarted or MilestoneKind.Titled ? phases.Next(3) : 0;
        var on = today.AddDays(-phases.Next(12));
        if (phases.Next(4) == 0) await Do(new CorrectMilestone.Command(kind, phases.Next(3) == 0 ? null : on, "日期有误", phase, project), Person.Supervisor);
        else await Do(new ReportMilestone.Command(kind, on, phase, project, "纸质填报"), Person.Supervisor);
    }

    /// <summary>Every third.</summary>
    private static bool IsInPhases(string project) => project[^1] is '3' or '6' or '9';

    /// <summary>As one person; where the program wants two, with whoever may be the second.</summary>
    private async Task Do<T>(IRequest<T> request, Person who, int shift = 0)
    {
        if (request is HandOut.Command hand && shift != 0) request = (IRequest<T>)(object)(hand with { HandedOutOn = today.AddDays(shift), LateReason = "纸质登记" });
        string asked;
        try
        {
            await app.Send(request, who);
            return;
        }
        catch (Asked waits)
        {
            asked = waits.Number;
        }
        catch (Refused)
        {
            return;
        }

        foreach (var second in (Person[])[Person.Head(who.Department ?? ""), Person.Supervisor, TwoPersons.OtherSupervisor, Person.Leader])
        {
            try
            {
                await app.Countersign(asked, second);
                return;
            }
            catch (Refused)
            {
                // Another's post, or no longer to be done.
            }
        }
    }

    private static string Login(string department, int n) => $"{department.ToLowerInvariant()}-{n}";

    private bool Chance(double of) => random.NextDouble() < of;

    private void At(int hour) => app.Clock.SetUtcNow(new DateTimeOffset(today.ToDateTime(new TimeOnly(hour, random.Next(60), random.Next(60))), TimeSpan.FromHours(8)));

    private CatalogueSnapshot Catalogue => app.Services.GetRequiredService<CatalogueInForce>().Current;

    private sealed record Application
    {
        public string Number { get; init; } = "";
        public string State { get; init; } = "";
    }

    private sealed record Case
    {
        public string Number { get; init; } = "";
        public string Department { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public int Status { get; init; }
    }

    private sealed record Owed
    {
        public string Number { get; init; } = "";
        public string Document { get; init; } = "";
        public DateOnly? DecidedOn { get; init; }
    }
}
