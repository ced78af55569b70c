using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Tests.Permits;

/// <summary>Taking up, opinions, withdrawal.</summary>
[Parallelizable]
internal sealed class HandlingTests
{
    [Test]
    public async Task Taking_a_case_up_is_event_8_and_names_who_handles_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        await app.Send(new StartHandling.Command(applied["A01"]), Person.Reviewer("FGJX"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.DepartmentStarted));
            Assert.That(shown.Next, Is.EqualTo(new NextStep(new("发改经信 经办人", "Development, reform, economy and information, 经办人"), new("作出决定", "decide"))));
        });
    }

    [Test]
    public async Task A_case_is_taken_up_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new StartHandling.Command(applied["A01"]), Person.Reviewer("FGJX"));

        var refused = await app.Refusal(new StartHandling.Command(applied["A01"]), Person.Head("FGJX"));

        Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Conflict, "case.alreadyHandled")));
    }

    [Test]
    public async Task A_blocked_case_and_another_departments_are_not_taken_up()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new StartHandling.Command(applied["A02"]), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("case.blocked"));
            Assert.That((await app.Refusal(new StartHandling.Command(applied["A01"]), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("case.otherDepartment"));
        });
    }

    [Test]
    public async Task An_opinion_is_kept_with_its_author_and_decides_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");

        await app.Send(new GiveOpinion.Command(applied["A01"], " 总投资与附件一致 👍 "), Person.Reviewer("FGJX"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(async () =>
        {
            Assert.That(shown.Opinions.Select(o => (o.UserName, o.Text)), Is.EqualTo(new[] { ("经办人", "总投资与附件一致 👍") }));
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.Accepted));
            Assert.That((await app.Refusal(new GiveOpinion.Command(applied["A01"], ""), Person.Reviewer("FGJX"))).Code(), Is.EqualTo("field.required"));
            Assert.That((await app.Refusal(new GiveOpinion.Command(applied["A01"], new string('字', 1001)), Person.Reviewer("FGJX"))).Code(), Is.EqualTo("field.tooLong"));
            Assert.That((await app.Refusal(new GiveOpinion.Command(applied["A02"], "早"), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("case.blocked"));
            Assert.That((await app.Refusal(new GiveOpinion.Command(applied["A01"], "外部门"), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("case.otherDepartment"));
        });
    }

    [Test]
    public async Task A_withdrawn_case_stops_its_clocks_and_what_waited_still_waits()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.Advance(TimeSpan.FromDays(1));

        await app.Send(new WithdrawCase.Command(applied["A01"], "另选场地"), Person.Clerk);

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(async () =>
        {
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.Withdrawn));
            Assert.That(shown.Case.DecidedOn, Is.Null);
            Assert.That(shown.Events[0].Note, Is.EqualTo("另选场地"));
            Assert.That(shown.Clocks.Select(k => k.StoppedOn), Is.Not.Empty.And.All.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(shown.Next, Is.Null);
            Assert.That((await app.Case(applied["A02"])).BlockedBy, Is.EqualTo(new[] { "A01" }));
        });
    }

    [Test]
    public async Task A_decided_or_withdrawn_case_is_not_withdrawn()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new WithdrawCase.Command(applied["A02"], "另选场地"), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new WithdrawCase.Command(applied["A01"], "晚"), Person.Clerk)).Code(), Is.EqualTo("case.alreadyDecided"));
            Assert.That((await app.Refusal(new WithdrawCase.Command(applied["A02"], "再撤"), Person.Clerk)).Code(), Is.EqualTo("case.closed"));
            Assert.That((await app.Refusal(new ApproveCase.Command(applied["A02"], "1号"), Person.Reviewer("ZRZY"))).Code(), Is.EqualTo("case.closed"));
            Assert.That((await app.Refusal(new WithdrawCase.Command("20260302-ZZZZZ-01", "无"), Person.Clerk)).Code(), Is.EqualTo("case.notFound"));
        });
    }

    [Test]
    public async Task A_withdrawal_needs_its_reason_and_the_window()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new WithdrawCase.Command(applied["A01"], null), Person.Clerk)).Code(), Is.EqualTo("field.required"));
            Assert.That((await app.Refusal(new WithdrawCase.Command(applied["A01"], "原因"), Person.Reviewer("FGJX"))).Status, Is.EqualTo(RefusedAs.Forbidden));
        });
    }
}
