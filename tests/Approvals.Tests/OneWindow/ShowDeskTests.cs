using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>The desk: each thing with its next step, its owner and its day; what is late first.</summary>
[Parallelizable]
internal sealed class ShowDeskTests
{
    [Test]
    public async Task An_application_waits_for_its_answer_and_turns_late_after_five_working_days()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");

        var fresh = await app.Send(new ShowDesk.Query(), Person.OtherClerk);
        app.Clock.Advance(TimeSpan.FromDays(8));
        var late = await app.Send(new ShowDesk.Query(), Person.OtherClerk);

        var (now, then) = (fresh.Now.Single(), late.Late.Single());
        Assert.Multiple(() =>
        {
            Assert.That((now.Url, now.Next.Zh, now.Owner.Zh), Is.EqualTo(($"/applications/{received.Number}", "材料齐全，审核后受理", "窗口 · 窗口")));
            Assert.That((now.Light!.DueOn, now.Light.Light, now.Light.LeftDays), Is.EqualTo((new DateOnly(2026, 3, 9), Light.Green, 5)));
            Assert.That((then.Light!.Light, then.Light.Words.Zh), Is.EqualTo((Light.Red, "超期 1 日")));
            Assert.That(late.Now, Is.Empty);
        });
    }

    [Test]
    public async Task A_result_waits_to_be_handed_out_until_it_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");

        var before = await app.Send(new ShowDesk.Query(), Person.Clerk);
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        var after = await app.Send(new ShowDesk.Query(), Person.Clerk);

        Assert.Multiple(() =>
        {
            Assert.That((before.Now.Single().Title.Zh, before.Now.Single().Title.En), Is.EqualTo(("企业投资项目备案证", "Enterprise investment filing certificate")));
            Assert.That(before.Counters.ToHandOut, Is.EqualTo(1));
            Assert.That((after.Now.Count, after.Counters.ToHandOut, after.Counters.DecidedThisMonth), Is.EqualTo((0, 0, 1)));
        });
    }

    [Test]
    public async Task A_correction_waits_with_the_applicant()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        await app.Send(new AskCorrection.Command([new("D04", "投资额有误")], received.Number), Person.Clerk);

        var desk = await app.Send(new ShowDesk.Query(), Person.Clerk);

        Assert.Multiple(() =>
        {
            Assert.That(desk.Now, Is.Empty);
            Assert.That((desk.Others.Single().Owner.Zh, desk.Others.Single().Light), Is.EqualTo(("申请人", (DutyLight?)null)));
            Assert.That((desk.Counters.Correcting, desk.Counters.RunningCases), Is.EqualTo((1, 0)), "what is not accepted does not run");
        });
    }

    [Test]
    public async Task A_department_sees_its_own_queue_and_nobody_elses()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var own = await app.Send(new ShowDesk.Query(), Person.Reviewer("FGJX"));
        var other = await app.Send(new ShowDesk.Query(), Person.Reviewer("STHJ"));

        Assert.Multiple(() =>
        {
            Assert.That((own.Now.Single().Url, own.Counters.RunningCases), Is.EqualTo(($"/cases/{applied["A01"]}", 1)));
            Assert.That((other.Now.Count, other.Counters.RunningCases), Is.EqualTo((0, 0)));
        });
    }

    [Test]
    public async Task A_case_at_risk_stands_with_others_and_late_it_stands_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");

        app.Clock.Advance(TimeSpan.FromDays(1));
        var atRisk = await app.Send(new ShowDesk.Query(), Person.Leader);
        app.Clock.Advance(TimeSpan.FromDays(1));
        var late = await app.Send(new ShowDesk.Query(), Person.Leader);

        Assert.Multiple(() =>
        {
            Assert.That((atRisk.Others.Single().Owner.Zh, atRisk.Others.Single().Light!.Light), Is.EqualTo(("发改经信", Light.Yellow)));
            Assert.That((late.Late.Single().Light!.Words.Zh, late.Counters.LateCases), Is.EqualTo(("超期 1 日", 1)));
        });
    }
}
