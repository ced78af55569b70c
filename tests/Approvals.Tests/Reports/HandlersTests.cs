using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Reports;
using Approvals.Modules.Supervision;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Reports;

/// <summary>Under whose name a case stands in the report: whoever has it in hand, or decided it.</summary>
[Parallelizable]
internal sealed class HandlersTests
{
    private static readonly DateOnly Day = new(2026, 3, 4);

    [Test]
    public async Task What_was_handed_over_stands_under_whoever_has_it_now()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (leaver, taker) = (await Reviewer(app, "jx", "经办甲", "FGJX"), await Reviewer(app, "jx2", "经办乙", "FGJX"));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), leaver);
        await Night(app, "2026-03-04 00:30");
        app.SetTime("2026-03-04 10:00");
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [number]), Person.Supervisor);
        await Night(app, "2026-03-05 00:30");

        Assert.That(await Clerks(app, Day.AddDays(-1), "open"), Is.EqualTo(new[] { $"FGJX/{leaver.Id} 经办甲" }), "on the evening before it was not");
        Assert.That(await Clerks(app, Day, "open"), Is.EqualTo(new[] { $"FGJX/{taker.Id} 经办乙" }));

        await app.Send(new RecomputeReport.Command(Day.AddDays(-1), "核对"), Person.Supervisor);
        Assert.That(await Clerks(app, Day.AddDays(-1), "open"), Is.EqualTo(new[] { $"FGJX/{leaver.Id} 经办甲" }), "nor does counting that evening again hand it over");
    }

    [Test]
    public async Task What_the_system_or_another_department_notes_on_a_case_leaves_it_in_the_same_hands()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (own, other) = (await Reviewer(app, "hb", "环保甲", "STHJ"), await Reviewer(app, "jx", "经办甲", "FGJX"));
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new StartHandling.Command(applied["A09"]), own);
        app.SetTime("2026-03-04 10:00");
        await Note(app, applied["A09"], Person.System);
        await Note(app, applied["A09"], other);
        await Night(app, "2026-03-05 00:30");

        Assert.That(await Clerks(app, Day, "open"), Is.EqualTo(new[] { $"STHJ/{own.Id} 环保甲" }));
    }

    [Test]
    public async Task A_permit_revoked_moves_the_closings_that_rested_on_it_to_nobody_else()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (own, head) = (await Reviewer(app, "hb", "环保甲", "STHJ"), await Reviewer(app, "fz", "发改负责人", "FGJX", Role.DepartmentHead));
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        await app.Approve(applied["A01"], "FGJX");
        app.SetTime("2026-03-04 10:00");
        await app.Send(new ApproveCase.Command(applied["A09"], "示例〔2026〕9号"), own);
        await Night(app, "2026-03-05 00:30");
        app.SetTime("2026-03-05 10:00");
        await app.Send(new RevokeCase.Command(applied["A01"], "申报材料不实"), head);
        await Night(app, "2026-03-06 00:30");

        Assert.That(await Clerks(app, Day, "closed"), Is.EqualTo(new[] { $"STHJ/{own.Id} 环保甲" }));
        Assert.That((await app.Runs()).Where(r => r.BusinessDate == Day).Select(r => r.Revision), Is.EqualTo(new[] { 1 }));
    }

    /// <summary>Of an evening on which somebody else had it, the decision entered late takes it from that one.</summary>
    [Test]
    public async Task A_decision_entered_late_takes_the_case_from_whoever_had_it_on_each_evening()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (leaver, taker) = (await Reviewer(app, "jx", "经办甲", "FGJX"), await Reviewer(app, "jx2", "经办乙", "FGJX"));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), leaver);
        await Night(app, "2026-03-04 00:30");
        app.SetTime("2026-03-04 10:00");
        await app.Send(new HandOverWork.Command("jx", "jx2", "调离", [number]), Person.Supervisor);
        await Night(app, "2026-03-06 00:30");
        app.SetTime("2026-03-06 10:00");
        await app.SendByTwo(new ApproveCase.Command(number, "示例〔2026〕1号", null, new DateTime(2026, 3, 3, 16, 0, 0), "纸质办理"), taker, Person.Head("FGJX"));
        await Night(app, "2026-03-07 00:30");

        for (var day = Day.AddDays(-1); day <= Day.AddDays(2); day = day.AddDays(1))
            Assert.That((await app.Report(day)).Of(Cuts.Clerk)!.Lines.Where(l => l.Now["open"] != 0).Select(l => $"{l.Key} {l.Now["open"]}"), Is.Empty, Words.Day(day));
        Assert.That(await Clerks(app, Day.AddDays(-2), "open"), Is.EqualTo(new[] { $"FGJX/{leaver.Id} 经办甲" }));
    }

    /// <summary>Whosever the cases are, and for whomever they act.</summary>
    [Test]
    public async Task What_somebody_enters_is_one_line_where_they_work_and_under_their_own_name()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        var (clerk, own, away) = (await Reviewer(app, "ck", "窗口甲", null, Role.WindowClerk), await Reviewer(app, "jx", "经办甲", "FGJX"), await Reviewer(app, "jx2", "经办乙", "FGJX"));
        foreach (var code in (string[])[Scene.ProjectCode, "2601-510300-04-01-900002", "2601-510300-04-01-900003"]) await app.Project(code);
        await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01", "A10"], [], "示例经办", "0813-0000000"), clerk);
        await app.Send(new StartHandling.Command((await app.Apply("2601-510300-04-01-900002", "A01"))["A01"]), own);
        await app.Send(new StartHandling.Command((await app.Apply("2601-510300-04-01-900003", "A01"))["A01"]), own with { For = new(away.Id, "jx2", "经办乙") });
        await Night(app, "2026-03-05 00:30");

        var lines = (await app.Report(Day)).Of(Cuts.Clerk)!.Lines.Where(l => l.Now.N("entries") > 0 && !l.Key.Contains("/1 ", StringComparison.Ordinal)).ToList();
        Assert.That(lines.Select(l => (l.Key, l.Name.Zh, l.Now.N("entries"))), Is.EquivalentTo(new[] { ($"/{clerk.Id} 窗口甲", "窗口甲（综合窗口）", 2L), ($"FGJX/{own.Id} 经办甲", "经办甲（发改经信）", 2L) }));
        foreach (var line in lines)
            Assert.That((await app.Send(new ListReportCases.Query("entries", Day, Day, Cuts.Clerk, line.Key), Person.Leader)).Rows.Sum(r => r.Times), Is.EqualTo(2), line.Key);
        Assert.That((await app.Report(Day, who: Person.Head("SWJ"))).Of(Cuts.Clerk)!.Lines.Where(l => l.Now.N("entries") > 0), Is.Empty, "nobody of the department entered anything");
    }

    private static async Task<Person> Reviewer(App app, string login, string name, string? department, Role role = Role.Reviewer)
    {
        await app.Send(new AddUser.Store(login, name, department, [role], "unusable", false));
        return new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), name, department, role);
    }

    private static async Task Note(App app, string number, Person who)
    {
        var id = await app.Value<long>("SELECT id FROM permits_case WHERE number = @number", new { number });
        await using var scope = app.Services.CreateAsyncScope();
        who.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await scope.ServiceProvider.GetRequiredService<Db>().Transact(() => mediator.Send(new NoteEvent.Command(id, CaseActivity.Noted, "注意")), CancellationToken.None);
    }

    private static async Task<IEnumerable<string>> Clerks(App app, DateOnly day, string figure) =>
        (await app.Report(day)).Of(Cuts.Clerk)!.Lines.Where(l => l.Now.N(figure) > 0).Select(l => l.Key);

    private static async Task Night(App app, string at)
    {
        app.SetTime(at);
        await app.MakeReports();
    }
}
