using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>The limit of a stage, for all its cases together: 并联审批, 限时办结.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class StageTests
{
    /// <summary>A09 and A10 run side by side in stage 5, which has 15 working days: begun on Monday 2026-03-02, it ends on the 23rd.</summary>
    private static async Task<Scene.Application> SideBySide(App app)
    {
        await app.Open("STHJ", "SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied;
    }

    private static async Task<ClockFact> Stage(App app, Scene.Application applied, int stage = 5)
    {
        var id = await app.Value<long>("SELECT id FROM onewindow_stage WHERE stage = @stage", new { stage });
        return (await app.Send(new ClocksOf("stage", id))).Single();
    }

    private static Task Pause(App app, string number, string department, string kind = "expert-review") =>
        app.SendByTwo(new PauseCase.Command(number, kind, PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer(department), Person.Head(department));

    private static Task<ResumeCase.Result> Resume(App app, string number, string department, DateOnly? to = null, string kind = "expert-review") =>
        app.Send(new ResumeCase.Command(number, kind, to), Person.Reviewer(department));

    private static DateOnly March(int day) => new(2026, 3, day);

    [Test]
    public async Task Pauses_of_two_cases_that_overlap_leave_their_days_out_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        var begun = await Stage(app, applied);
        app.SetTime("2026-03-03 09:00");
        await Pause(app, applied["A09"], "STHJ");
        app.SetTime("2026-03-04 09:00");
        await Pause(app, applied["A10"], "SWJ");
        app.SetTime("2026-03-05 09:00");
        await Resume(app, applied["A09"], "STHJ");
        var one = await Stage(app, applied);
        app.SetTime("2026-03-06 09:00");
        await Resume(app, applied["A10"], "SWJ");

        Assert.Multiple(async () =>
        {
            Assert.That((begun.AcceptedOn, begun.DueOn), Is.EqualTo((March(2), (DateOnly?)March(23))));
            Assert.That((one.DueOn, one.Light), Is.EqualTo(((DateOnly?)null, Light.Paused)), "the other case still stands still");
            Assert.That((await Stage(app, applied)).DueOn, Is.EqualTo(March(26)), "not counted: 4, 5 and 6 March");
        });
    }

    [Test]
    public async Task Pauses_of_one_case_that_overlap_are_one_standstill_up_to_the_later_end()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        app.SetTime("2026-03-03 09:00");
        await Pause(app, applied["A10"], "SWJ");
        app.SetTime("2026-03-04 09:00");
        await Pause(app, applied["A10"], "SWJ", "test");
        app.SetTime("2026-03-06 09:00");
        await Resume(app, applied["A10"], "SWJ", kind: "test");
        var still = await Stage(app, applied);
        await Resume(app, applied["A10"], "SWJ", March(6));

        Assert.That(still.DueOn, Is.Null);
        Assert.That((await Stage(app, applied)).DueOn, Is.EqualTo(March(26)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause WHERE subject_kind = 'stage'"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_withdrawal_of_the_last_open_case_ends_the_stage_even_where_it_was_paused()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        await app.Approve(applied["A09"], "STHJ");
        app.SetTime("2026-03-03 09:00");
        await Pause(app, applied["A10"], "SWJ");
        var open = await Stage(app, applied);
        app.SetTime("2026-03-05 09:00");

        await app.Send(new WithdrawCase.Command(applied["A10"], "不再建设"), Person.Clerk);

        var stage = await Stage(app, applied);
        Assert.Multiple(async () =>
        {
            Assert.That(open.StoppedOn, Is.Null);
            Assert.That((stage.StoppedOn, stage.UsedDays), Is.EqualTo(((DateOnly?)March(5), 1)), "only 3 March was counted");
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause WHERE to_on IS NULL"), Is.Zero);
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_stage WHERE stage = 5 AND ended_on IS NULL"), Is.Zero);
        });
    }

    [Test]
    public async Task A_withdrawal_beside_an_open_case_leaves_the_stage_running()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        app.SetTime("2026-03-03 09:00");
        await Pause(app, applied["A10"], "SWJ");
        app.SetTime("2026-03-04 09:00");

        await app.Send(new WithdrawCase.Command(applied["A10"], "不再建设"), Person.Clerk);

        var stage = await Stage(app, applied);
        Assert.That((stage.StoppedOn, stage.DueOn, stage.Light), Is.EqualTo(((DateOnly?)null, (DateOnly?)March(24), Light.Green)), "4 March is left out; nothing stands still any more");
    }

    [Test]
    public async Task A_withdrawal_of_the_application_ends_every_stage_of_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        app.SetTime("2026-03-04 09:00");

        await app.Send(new Withdraw.Command("不再建设", applied.Number), Person.Clerk);

        Assert.That((await Stage(app, applied)).StoppedOn, Is.EqualTo(March(4)));
        Assert.That((await Stage(app, applied, 1)).StoppedOn, Is.EqualTo(March(2)), "the first had ended with its approval");
    }

    [Test]
    public async Task A_stage_of_cases_decided_on_different_days_ends_on_the_last_of_them_though_it_is_entered_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        app.SetTime("2026-03-05 10:00");
        await app.Approve(applied["A09"], "STHJ");

        await app.Approve(applied["A10"], "SWJ", app.Zone.Now.AddDays(-1));

        Assert.That((await Stage(app, applied)).StoppedOn, Is.EqualTo(March(5)));
    }

    [Test]
    public async Task A_late_stage_is_red_and_opens_an_order_of_its_own()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await SideBySide(app);
        app.SetTime("2026-03-24 00:05");

        await app.Send(new Modules.Deadlines.RaiseAlerts.Command());

        Assert.That(await app.Rows<string>("SELECT CONCAT(label, ' ', due_on) FROM supervision_order WHERE subject_kind = 'stage'"), Is.EqualTo(new[] { $"{applied.Number}-S5 2026-03-23" }));
    }
}
