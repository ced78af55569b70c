using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Web;

namespace Approvals.Tests.Permits;

/// <summary>Recall (14) and revocation (15): terminal states stop every timer.</summary>
[Parallelizable]
internal sealed class TakeBackTests
{
    [Test]
    public async Task A_recalled_case_stops_every_timer_and_raises_no_alert_ever_after()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new StartHandling.Command(applied["A01"]), Person.Reviewer("FGJX"));

        await app.Send(new RecallCase.Command(applied["A01"], "受理有误"), Person.Head("FGJX"));

        app.SetTime("2026-06-01 09:00");
        var raised = await app.Send(new Modules.Deadlines.RaiseAlerts.Command());
        var log = await app.Log(applied["A01"]);
        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Recalled));
            Assert.That(await app.Rows<string>("SELECT limit_rule FROM deadlines_clock WHERE stopped_on IS NULL"), Is.Empty);
            Assert.That(raised.Raised, Is.Zero);
            Assert.That((log[^1].Status, log[^1].Note), Is.EqualTo((CaseStatus.Recalled, "受理有误")));
        });
    }

    [Test]
    public async Task A_recalled_case_closes_its_open_pause_and_may_be_applied_for_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Change(
            "INSERT INTO deadlines_pause (id, subject_kind, subject_id, kind, name, ground, from_on, notice_number, approved_by, opened_by, opened_at) SELECT 9000001, 'case', id, 'test', @name, '', '2026-03-02', '', '', '', '2026-03-02 01:00:00' FROM permits_case",
            new { name = "检测" });

        await app.Send(new RecallCase.Command(applied["A01"], "受理有误"), Person.Head("FGJX"));

        Assert.That(await app.Rows<string>("SELECT kind FROM deadlines_pause WHERE to_on IS NULL"), Is.Empty);
        Assert.That((await app.Apply(Scene.ProjectCode, "A01")).Cases, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_revoked_permit_stops_its_delivery_and_its_paper_is_not_handed_out()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");
        Assert.That(await app.Rows<string>("SELECT limit_rule FROM deadlines_clock WHERE stopped_on IS NULL"), Is.EqualTo(new[] { "delivery" }));

        await app.Send(new RevokeCase.Command(applied["A01"], "申报材料不实"), Person.Head("FGJX"));

        var shown = await app.Send(new GetApplication.Query(applied.Number), Person.Clerk);
        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Revoked));
            Assert.That(await app.Rows<string>("SELECT limit_rule FROM deadlines_clock WHERE stopped_on IS NULL"), Is.Empty);
            Assert.That(shown.Papers.Single().TakenBack, Is.EqualTo(new Text("撤销", "Revoked")));
            Assert.That((await app.Refusal(new HandOut.Command("示例经办", CaseNumber: applied["A01"]), Person.Clerk)).Code(), Is.EqualTo("result.takenBack"));
            Assert.That((await app.Refusal(new HandOutAll.Command("示例经办", Number: applied.Number), Person.Clerk)).Code(), Is.EqualTo("result.noneWaits"));
            Assert.That((await app.Send(new ShowDesk.Query(), Person.Clerk)).Counters.ToHandOut, Is.Zero);
        });
    }

    [Test]
    public async Task What_went_on_because_of_a_revoked_permit_is_told_so_in_its_log_and_its_department_in_its_inbox()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var reviewer = await app.Has("sthj1", Role.Reviewer, "STHJ");
        var foreign = await app.Has("swj1", Role.Reviewer, "SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        await app.Approve(applied["A01"], "FGJX");

        await app.Send(new RevokeCase.Command(applied["A01"], "申报材料不实"), Person.Head("FGJX"));

        Assert.That((await app.Log(applied["A09"]))[^1].Note, Does.Contain(applied["A01"]).And.Contain("撤销"));
        var told = (await app.Inbox(reviewer)).New.Single();
        Assert.That((told.Title.Zh, told.Link), Is.EqualTo(($"{applied["A09"]} 的前置事项已撤销", $"/cases/{applied["A09"]}")));
        Assert.That((await app.Inbox(foreign)).New, Is.Empty);
    }

    [Test]
    public async Task What_has_itself_ended_meanwhile_rests_on_nothing_any_more()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new RecallCase.Command(applied["A01"], "依据已变"), Person.Head("FGJX"));
        async Task<IEnumerable<string>> RestsOn() => (await app.Send(new ShowCase.Query(applied["A09"]), Person.Auditor)).RestsOn.Select(l => l.Number);
        var before = await RestsOn();

        await app.Send(new WithdrawCase.Command(applied["A09"], "不办了"), Person.Clerk);

        Assert.That((before.Single(), await RestsOn()), Is.EqualTo((applied["A01"], Array.Empty<string>())));
    }

    [Test]
    public async Task The_page_of_what_went_on_says_what_holds_no_more_until_it_is_approved_anew()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("sthj1", Role.Reviewer, "STHJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.Approve(applied["A10"], "SWJ");
        using var reviewer = await app.SignedIn("sthj1", Telling.Password);
        var url = $"/cases/{applied["A09"]}";
        var before = (await reviewer.Page(url)).QuerySelector("#rests-on");

        await app.Send(new RecallCase.Command(applied["A01"], "依据已变"), Person.Head("FGJX"));
        var recalled = (await reviewer.Page(url)).QuerySelector("#rests-on");
        var again = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(again["A01"], "FGJX");

        Assert.Multiple(async () =>
        {
            Assert.That(before, Is.Null);
            Assert.That(recalled!.QuerySelector("a")!.GetAttribute("href"), Is.EqualTo($"/cases/{applied["A01"]}"));
            Assert.That(recalled.TextContent, Does.Contain("撤回"));
            Assert.That((await reviewer.Page(url)).QuerySelector("#rests-on"), Is.Null);
        });
    }

    [Test]
    public async Task What_has_not_begun_waits_again_for_a_permit_that_was_revoked()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(first["A01"], "FGJX");
        var waiting = await app.Receive(Scene.ProjectCode, "A09");

        await app.Send(new RevokeCase.Command(first["A01"], "申报材料不实"), Person.Head("FGJX"));
        await app.Send(new Accept.Command(waiting.Number), Person.Clerk);

        Assert.That((await app.Case(waiting["A09"])).BlockedBy, Is.EqualTo(new[] { "A01" }));
    }

    [Test]
    public async Task What_happened_before_a_correction_or_a_note_is_entered_after_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        app.SetTime("2026-03-03 10:00");
        await app.Send(new CorrectHandOut.Command("示例经办人", null, "少一字", applied["A01"]), Person.Clerk);

        app.SetTime("2026-03-03 11:00");
        await app.Send(new RevokeCase.Command(applied["A01"], "申报材料不实", new DateTime(2026, 3, 3, 9, 30, 0)), Person.Head("FGJX"));
        app.SetTime("2026-03-03 12:00");
        await app.Approve(applied["A09"], "STHJ", new DateTime(2026, 3, 3, 10, 30, 0));

        var (first, next) = (await app.Log(applied["A01"]), await app.Log(applied["A09"]));
        Assert.Multiple(async () =>
        {
            Assert.That(first.TakeLast(2).Select(e => (e.Status, app.Zone.Local(e.OccurredAt).TimeOfDay.TotalHours)), Is.EqualTo(new[] { (CaseStatus.Approved, 10.0), (CaseStatus.Revoked, 9.5) }));
            Assert.That(next.TakeLast(2).Select(e => (e.Status, app.Zone.Local(e.OccurredAt).TimeOfDay.TotalHours)), Is.EqualTo(new[] { (CaseStatus.Accepted, 11.0), (CaseStatus.Approved, 10.5) }));
            Assert.That((await app.Case(applied["A09"])).Status, Is.EqualTo(CaseStatus.Approved));
        });
    }

    [Test]
    public async Task Only_the_head_of_its_own_department_takes_back_and_only_what_there_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        var number = applied["A01"];

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new RecallCase.Command(number, "有误"), Person.Reviewer("FGJX"))).Code(), Is.EqualTo("case.headTakesBack"));
            Assert.That((await app.Refusal(new RecallCase.Command(number, "有误"), Person.Head("ZRZY"))).Code(), Is.EqualTo("case.otherDepartment"));
            Assert.That((await app.Refusal(new RecallCase.Command(number, " "), Person.Head("FGJX"))).Code(), Is.EqualTo("field.required"));
            Assert.That((await app.Refusal(new RevokeCase.Command(number, "有误"), Person.Head("FGJX"))).Code(), Is.EqualTo("case.notApproved"));
            Assert.That((await app.Refusal(new RecallCase.Command(applied["A02"], "有误"), Person.Head("ZRZY"))).Code(), Is.EqualTo("case.notAccepted"));
        });
        await app.Refuse(number, "FGJX");
        Assert.That((await app.Refusal(new RecallCase.Command(number, "有误"), Person.Head("FGJX"))).Code(), Is.EqualTo("case.alreadyDecided"));
    }
}
