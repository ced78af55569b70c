using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Web;

namespace Approvals.Tests.Permits;

[Parallelizable]
internal sealed class DecideTests
{
    [Test]
    public async Task An_approval_closes_the_case_with_its_certificate_and_stops_its_clocks()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        app.Clock.Advance(TimeSpan.FromDays(1));

        var result = await app.Send(new ApproveCase.Command(applied["A01"], " 川投资备〔2026〕7号 ", "同意"), Person.Reviewer("FGJX"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(result.DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.Approved));
            Assert.That(shown.Case.DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(shown.Case.CertificateNumber, Is.EqualTo("川投资备〔2026〕7号"));
            Assert.That(shown.Events[0].Note, Is.EqualTo("同意"));
            Assert.That(shown.Events[0].UserName, Is.EqualTo("经办人"));
            Assert.That(shown.Clocks.Where(k => k.Rule != Rules.Delivery).Select(k => k.StoppedOn), Is.Not.Empty.And.All.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(shown.Next!.Action.Zh, Is.EqualTo("出件"));
        });
    }

    [Test]
    public async Task An_approval_frees_what_waited_for_it_on_its_own_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02", "A03", "A09");
        app.Clock.Advance(TimeSpan.FromDays(2));

        var result = await app.Approve(applied["A01"], "FGJX", new DateTime(2026, 3, 3, 16, 0, 0));

        Assert.That(result.Started, Is.EqualTo(new[] { applied["A02"], applied["A09"] }));
        var a02 = await app.Case(applied["A02"]);
        var accepted = (await app.Log(applied["A02"]))[^1];
        Assert.Multiple(async () =>
        {
            Assert.That(a02.AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(a02.DueOn, Is.EqualTo(new DateOnly(2026, 3, 6)));
            Assert.That(accepted.OccurredAt, Is.EqualTo(new DateTime(2026, 3, 3, 8, 0, 0, DateTimeKind.Utc)));
            Assert.That(accepted.RecordedAt, Is.EqualTo(new DateTime(2026, 3, 4, 1, 0, 0, DateTimeKind.Utc)));
            Assert.That((await app.Case(applied["A03"])).BlockedBy, Is.EqualTo(new[] { "A02" }));
            Assert.That((await app.Case(applied["A09"])).Status, Is.EqualTo(CaseStatus.Accepted));
        });
    }

    [Test]
    public async Task A_case_with_several_needs_starts_with_the_last()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10");
        foreach (var (item, department) in new[] { ("A01", "FGJX"), ("A02", "ZRZY"), ("A03", "BDCDJ"), ("A04", "ZRZY"), ("A05", "ZRZY"), ("A06", "ZFJS"), ("A09", "STHJ"), ("A10", "SWJ") })
            await app.Approve(applied[item], department);

        // A08 needs A03, A06, A07, A09 and A10.
        Assert.That((await app.Case(applied["A08"])).BlockedBy, Is.EqualTo(new[] { "A07" }));
        Assert.That((await app.Case(applied["A08"])).AcceptedOn, Is.Null);
        var last = await app.Approve(applied["A07"], "RMFK");

        Assert.That(last.Started, Is.EqualTo(new[] { applied["A08"] }));
    }

    [Test]
    public async Task An_approval_frees_nothing_the_window_has_not_accepted()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        var second = await app.Receive(Scene.ProjectCode, "A02");

        var result = await app.Approve(first["A01"], "FGJX");

        var a02 = await app.Case(second["A02"]);
        Assert.Multiple(() =>
        {
            Assert.That(result.Started, Is.Empty);
            Assert.That(a02.Status, Is.EqualTo(CaseStatus.Received));
            Assert.That(a02.BlockedBy, Is.Empty);
        });
    }

    [Test]
    public async Task A_refusal_frees_nothing_and_a_new_application_that_is_approved_does()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Refuse(first["A01"], "FGJX");
        Assert.That((await app.Case(first["A02"])).BlockedBy, Is.EqualTo(new[] { "A01" }));

        app.Clock.Advance(TimeSpan.FromDays(1));
        var again = await app.Apply(Scene.ProjectCode, "A01");
        var result = await app.Approve(again["A01"], "FGJX");

        Assert.Multiple(async () =>
        {
            Assert.That(result.Started, Is.EqualTo(new[] { first["A02"] }));
            Assert.That((await app.Case(first["A02"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
        });
    }

    [Test]
    public async Task A_blocked_case_is_not_decided_and_the_answer_names_what_blocks_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02", "A03", "A08", "A09");
        await app.Approve(applied["A01"], "FGJX");

        var refused = await app.Refusal(new ApproveCase.Command(applied["A08"], "1号"), Person.Reviewer("ZFJS"));

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Status, Is.EqualTo(RefusedAs.Conflict));
            Assert.That(refused.Code(), Is.EqualTo("case.blocked"));
            Assert.That(refused.Zh(), Does.Contain("A03 国有建设用地使用权首次登记 等待前置").And.Contain("A07 人防审批 未申报").And.Contain("A09 环境影响评价审批 办理中"));
            Assert.That(await app.Log(applied["A08"]), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_case_the_window_has_not_accepted_is_not_decided()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var taken = await app.Receive(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveCase.Command(taken["A01"], "1号"), Person.Reviewer("FGJX"));

        Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Conflict, "case.notAdmitted")));
    }

    [Test]
    public async Task A_decided_case_says_when_and_how_it_was_decided()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new ApproveCase.Command(applied["A01"], "备案7号"), Person.Reviewer("FGJX"));

        var refused = await app.Refusal(new RefuseCase.Command(applied["A01"], "反悔"), Person.Reviewer("FGJX"));

        Assert.Multiple(async () =>
        {
            Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Conflict, "case.alreadyDecided")));
            Assert.That(refused.Zh(), Does.Contain("2026-03-02").And.Contain("办结（通过）").And.Contain("备案7号"));
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Approved));
        });
    }

    [Test]
    public async Task Of_two_who_decide_at_once_one_wins_and_the_other_is_told()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        var number = applied["A01"];
        Func<Task>[] both =
        [
            () => app.Send(new ApproveCase.Command(number, "备案7号"), Person.Reviewer("FGJX")),
            () => app.Send(new RefuseCase.Command(number, "不符合"), Person.Head("FGJX")),
            () => app.Send(new ApproveCase.Command(number, "备案8号"), Person.Head("FGJX")),
        ];

        var answers = await Task.WhenAll(both.Select(async decide =>
        {
            try
            {
                await Task.Run(decide);
                return "decided";
            }
            catch (Refused refused)
            {
                return $"{refused.Status} {refused.Code()}";
            }
        }));

        Assert.Multiple(async () =>
        {
            Assert.That(answers.Order(), Is.EqualTo(new[] { "Conflict case.alreadyDecided", "Conflict case.alreadyDecided", "decided" }));
            Assert.That((await app.Log(number)).Count(e => e.Status.IsTerminal()), Is.EqualTo(1));
            Assert.That((await app.Log(applied["A02"])).Count(e => e.Status == CaseStatus.Accepted), Is.LessThanOrEqualTo(1));
        });
    }

    [Test]
    public async Task Another_departments_case_is_not_decided_and_the_answer_says_whose_it_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveCase.Command(applied["A01"], "1号"), Person.Reviewer("ZRZY"));

        Assert.Multiple(() =>
        {
            Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.Forbidden, "case.otherDepartment")));
            Assert.That(refused.Zh(), Does.Contain("发改经信"));
        });
    }

    [Test]
    public async Task An_unknown_number_is_not_found()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var refused = await app.Refusal(new ApproveCase.Command("20260302-ZZZZZ-01", "1号"), Person.Reviewer("FGJX"));

        Assert.That((refused.Status, refused.Code()), Is.EqualTo((RefusedAs.NotFound, "case.notFound")));
    }

    [Test]
    public async Task Only_the_department_decides()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        foreach (var person in new[] { Person.Clerk, Person.Supervisor, Person.Leader, Person.Auditor, Person.SystemAdministrator })
            Assert.That((await app.Refusal(new RefuseCase.Command(applied["A01"], "理由"), person)).Status, Is.EqualTo(RefusedAs.Forbidden));
    }

    [TestCase(null, "field.required")]
    [TestCase("   ", "field.required")]
    public async Task A_result_paper_needs_its_number(string? number, string code)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveCase.Command(applied["A01"], number), Person.Reviewer("FGJX"));

        Assert.That((refused.Code(), refused.Problems[0].Field), Is.EqualTo((code, "certificateNumber")));
    }

    [Test]
    public async Task A_number_longer_than_the_paper_holds_is_refused_and_nothing_is_written()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveCase.Command(applied["A01"], new string('号', 81)), Person.Reviewer("FGJX"));
        var emoji = await app.Refusal(new ApproveCase.Command(applied["A01"], string.Concat(Enumerable.Repeat("🏭", 80))), Person.Reviewer("FGJX"));

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Problems.Select(p => p.Code), Is.All.EqualTo("field.tooLong"));
            Assert.That(emoji.Problems.Select(p => p.Code), Is.All.EqualTo("field.tooLong"), "the column holds 80 units, and an emoji takes two");
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Accepted));
        });
        await app.Approve(applied["A01"], "FGJX");
    }

    [Test]
    public async Task A_refusal_needs_its_reason()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new RefuseCase.Command(applied["A01"], " "), Person.Reviewer("FGJX"));

        Assert.That((refused.Code(), refused.Problems[0].Field), Is.EqualTo(("field.required", "reason")));
    }

    [Test]
    public async Task When_it_was_done_is_checked_against_now_and_the_log()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        app.Clock.Advance(TimeSpan.FromDays(3));
        var reviewer = Person.Reviewer("FGJX");

        var future = await app.Refusal(new ApproveCase.Command(applied["A01"], "1号", null, new DateTime(2026, 3, 5, 9, 0, 1)), reviewer);
        var before = await app.Refusal(new ApproveCase.Command(applied["A01"], "1号", null, new DateTime(2026, 3, 2, 8, 59, 59), "迟"), reviewer);
        var late = await app.Refusal(new ApproveCase.Command(applied["A01"], "1号", null, new DateTime(2026, 3, 3, 9, 0, 0)), reviewer);
        await app.SendByTwo(new ApproveCase.Command(applied["A01"], "1号", null, new DateTime(2026, 3, 3, 9, 0, 0), "停电"), reviewer, Person.Head("FGJX"));

        var decided = (await app.Log(applied["A01"]))[^1];
        Assert.Multiple(async () =>
        {
            Assert.That(future.Code(), Is.EqualTo("event.inFuture"));
            Assert.That(before.Code(), Is.EqualTo("event.beforePrevious"));
            Assert.That(late.Code(), Is.EqualTo("event.lateWithoutReason"));
            Assert.That(decided.LateReason, Is.EqualTo("停电"));
            Assert.That(decided.OccurredAt, Is.EqualTo(new DateTime(2026, 3, 3, 1, 0, 0, DateTimeKind.Utc)));
            Assert.That(decided.RecordedAt, Is.EqualTo(new DateTime(2026, 3, 5, 1, 0, 0, DateTimeKind.Utc)));
            Assert.That((await app.Case(applied["A01"])).DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
        });
    }

    [Test]
    public async Task What_a_late_decision_frees_carries_its_reason()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.Advance(TimeSpan.FromDays(3));

        await app.SendByTwo(new ApproveCase.Command(applied["A01"], "示例文号〔2026〕1号", null, new DateTime(2026, 3, 2, 16, 0, 0), "停电"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        var accepted = (await app.Log(applied["A02"]))[^1];
        Assert.That((accepted.Status, accepted.LateReason), Is.EqualTo((CaseStatus.Accepted, "停电")));
    }

    [Test]
    public async Task The_log_has_no_gaps_and_ends_with_the_status_of_the_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Send(new StartHandling.Command(applied["A01"]), Person.Reviewer("FGJX"));
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new WithdrawCase.Command(applied["A02"], "改变方案"), Person.Clerk);

        foreach (var (item, statuses) in new[] { ("A01", new[] { 1, 3, 8, 11 }), ("A02", [1, 3, 2]) })
        {
            var log = await app.Log(applied[item]);
            Assert.Multiple(async () =>
            {
                Assert.That(log.Select(e => (int)e.Status), Is.EqualTo(statuses));
                Assert.That(log.Select(e => e.Number), Is.EqualTo(Enumerable.Range(1, statuses.Length)));
                Assert.That((await app.Case(applied[item])).Status, Is.EqualTo(log[^1].Status));
                Assert.That(await app.Value<int>("SELECT last_event FROM permits_case WHERE number = @number", new { number = applied[item] }), Is.EqualTo(statuses.Length));
            });
        }
    }

    [Test]
    public void No_statement_changes_or_deletes_an_event() =>
        Assert.That(
            Database.Statement.All.Where(s => s.TSql.Contains("UPDATE permits_event", StringComparison.OrdinalIgnoreCase) || s.TSql.Contains("DELETE FROM permits_event", StringComparison.OrdinalIgnoreCase)),
            Is.Empty);

    [TestCase("A02", "ZRZY", MilestoneKind.LandUsePermit)]
    [TestCase("A04", "ZRZY", MilestoneKind.DesignApproved)]
    [TestCase("A05", "ZRZY", MilestoneKind.WorksPermit)]
    [TestCase("A08", "ZFJS", MilestoneKind.ConstructionPermit)]
    public async Task The_approval_of_some_items_is_a_milestone_of_the_project(string item, string department, MilestoneKind kind)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var project = await app.Project();
        var order = new[] { ("A01", "FGJX"), ("A02", "ZRZY"), ("A03", "BDCDJ"), ("A04", "ZRZY"), ("A05", "ZRZY"), ("A06", "ZFJS"), ("A07", "RMFK"), ("A09", "STHJ"), ("A10", "SWJ"), ("A08", "ZFJS") };
        var applied = await app.Apply(Scene.ProjectCode, [.. order.Select(o => o.Item1)]);
        foreach (var (before, of) in order.TakeWhile(o => o.Item1 != item)) await app.Approve(applied[before], of);

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Approve(applied[item], department);

        var reached = await app.Send(new MilestonesOf(project), Person.Clerk);
        Assert.That(reached.Single(m => m.Phase == 0 && m.Kind == kind.ToString()).ReachedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
    }
}
