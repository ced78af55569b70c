using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>行政许可法 article by article, through the whole program. Those on silence (32) and delivery (44) stand with the window's limits in <see cref="LawfulTimeTests"/>.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LicensingLawTests
{
    private static readonly Person Reviewer = Person.Reviewer("SWJ");

    private static DateOnly March(int day) => new(2026, 3, day);

    /// <summary>A10, promised in 5 working days and due in 10 by law, accepted on Monday 2026-03-02.</summary>
    private static async Task<string> Accepted(App app)
    {
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied["A10"];
    }

    private static async Task<IReadOnlyList<ClockFact>> Clocks(App app, string number) => (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks;

    private static PauseCase.Command Pause(string number, string kind, string? notice = "告知〔2026〕1号", DateOnly? requested = null) =>
        new(number, kind, PlannedDays: 5, NoticeNumber: notice, RequestedOn: requested);

    [Test]
    public async Task Art_26_one_application_at_one_window_is_handled_by_several_departments_under_one_limit_of_the_stage()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09", "A10");
        await app.Approve(applied["A01"], "FGJX");

        var shown = await app.Send(new GetApplication.Query(applied.Number), Person.Clerk);

        Assert.That(shown.Cases.Select(c => c.Department.Zh).Distinct(), Is.EquivalentTo(new[] { "发改经信", "生态环境", "水务" }));
        Assert.That(shown.Stages.Select(s => s.Clock.Limit.Value), Is.EquivalentTo(new[] { 5, 15 }), "one clock for stage 1, one for A09 and A10 together");
    }

    [Test]
    public async Task Art_32_1_where_no_permit_is_needed_the_applicant_is_told_at_once_and_no_limit_runs()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");

        await app.Send(new NoPermitNeeded.Command("该事项已取消。", received.Number), Person.Clerk);

        Assert.That((int)(await app.Case(received["A01"])).Status, Is.EqualTo(4));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE stopped_on IS NULL"), Is.Zero);
    }

    [Test]
    public async Task Art_32_2_what_another_authority_decides_is_not_accepted_and_the_applicant_is_told_which()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");

        var bare = await app.Refusal(new NotAccept.Command("不在高新区范围内。", " ", received.Number), Person.Clerk);
        await app.Send(new NotAccept.Command("不在高新区范围内。", "市行政审批局", received.Number), Person.Clerk);

        Assert.That(bare.Problems.Single().Field, Is.EqualTo("rightAuthority"));
        Assert.That(((int)(await app.Case(received["A01"])).Status, (await app.Send(new GetApplication.Query(received.Number), Person.Clerk)).Head.RightAuthority), Is.EqualTo((5, "市行政审批局")));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE stopped_on IS NULL"), Is.Zero);
    }

    [Test]
    public async Task Art_32_3_and_5_what_is_made_good_on_the_spot_is_accepted_and_not_sent_back()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var taken = await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], ["D02", "D04"], "示例经办", "0813-0000000"), Person.Clerk);
        var missing = await app.Refusal(new Accept.Command(taken.Number), Person.Clerk);

        await app.Send(new GiveDocuments.Command(["D05"], taken.Number), Person.Clerk);
        await app.Send(new Accept.Command(taken.Number), Person.Clerk);

        Assert.That(missing.Zh(), Does.Contain("D05"));
        Assert.That((await app.Log(taken.CaseNumbers[0])).Select(e => (int)e.Status), Is.EqualTo(new[] { 1, 3 }), "received, accepted; no correction between");
        Assert.That((await app.Case(taken.CaseNumbers[0])).AcceptedOn, Is.EqualTo(March(2)));
    }

    [Test]
    public async Task Art_32_4_what_is_missing_is_told_once_all_of_it_and_the_papers_that_come_are_answered_within_five_days_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var taken = await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], ["D02"], "示例经办", "0813-0000000"), Person.Clerk);

        var part = await app.Refusal(new AskCorrection.Command([new("D04", "未提交")], taken.Number), Person.Clerk);
        await app.Send(new AskCorrection.Command([new("D04", "未提交"), new("D05", "未提交")], taken.Number), Person.Clerk);
        var running = await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE stopped_on IS NULL");
        app.SetTime("2026-03-20 17:30"); // after closing time: the papers of Monday
        await app.Send(new CloseCorrection.Command(["D04", "D05"], taken.Number), Person.Clerk);
        var again = await app.Refusal(new AskCorrection.Command([new("D04", "仍有误")], taken.Number), Person.Clerk);

        var answer = (await app.Send(new GetApplication.Query(taken.Number), Person.Clerk)).AnswerDue!;
        Assert.That((part.Code(), again.Code()), Is.EqualTo(("correction.incomplete", "correction.once")));
        Assert.That(running, Is.Zero, "with the applicant nobody's time runs");
        Assert.That(answer.DueOn, Is.EqualTo(March(30)), "five working days after Monday the 23rd");
    }

    [Test]
    public async Task Art_42_1_twenty_days_from_acceptance_are_extended_once_by_ten_with_the_head_and_the_reason_is_told()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("ZRZY");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Approve(applied["A01"], "FGJX");
        var number = applied["A02"];
        var before = (await Clocks(app, number)).Single(k => k.Rule == Rules.Statutory);

        var unsaid = await app.Refusal(new ExtendCase.Command(number, 10, " ", ""), Person.Reviewer("ZRZY"));
        await app.SendByTwo(new ExtendCase.Command(number, 10, "方案复杂", "延期〔2026〕1号"), Person.Reviewer("ZRZY"), Person.Head("ZRZY"));
        var twice = await app.Refusal(new ExtendCase.Command(number, 1, "方案复杂", "延期〔2026〕2号"), Person.Reviewer("ZRZY"));

        Assert.That((before.Limit, before.DueOn), Is.EqualTo((new Limit(20, Limit.WorkingDays), (DateOnly?)March(30))));
        Assert.That((await Clocks(app, number)).Single(k => k.Rule == Rules.Statutory).DueOn, Is.EqualTo(new DateOnly(2026, 4, 14)));
        Assert.That(unsaid.Problems.Select(p => p.Field), Is.EquivalentTo(new[] { "reason", "noticeNumber" }));
        Assert.That(twice.Code(), Is.EqualTo("extension.twice"));
    }

    [Test]
    public async Task Art_42_2_joint_handling_has_forty_five_days_and_fifteen_more_with_the_head_of_the_government()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.Send(new Modules.Catalogue.PublishCatalogue.Command(LimitsTests.Catalogue(promised: 40, statutory: 45)), Person.Supervisor);
        await app.Send(new ApplyLimits.Command("A10", [number], false, "联合办理"));
        var before = (await Clocks(app, number)).Single(k => k.Rule == Rules.Statutory).DueOn;

        var asked = await app.Ask(new ExtendCase.Command(number, 15, "跨部门会商", "延期〔2026〕1号"), Reviewer);
        var head = await app.Refusal(new Modules.Countersigning.ApproveRequest.Command(asked), Person.Head("SWJ"));
        await app.Countersign(asked, Person.Leader);

        Assert.That((before, head.Code()), Is.EqualTo(((DateOnly?)new DateOnly(2026, 5, 8), "request.otherPost")));
        Assert.That((await Clocks(app, number)).Single(k => k.Rule == Rules.Statutory).DueOn, Is.EqualTo(new DateOnly(2026, 5, 28)));
    }

    [Test]
    public async Task Art_43_a_first_review_below_has_a_limit_of_its_own_and_the_case_shows_the_one_that_bites_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var shown = await app.Send(new ShowCase.Query(number), Person.Auditor);

        Assert.That(shown.Clocks.Select(k => (k.Rule, k.DueOn)), Is.EqualTo(new[] { (Rules.Promised, (DateOnly?)March(9)), (Rules.Statutory, March(16)) }), "each limit has its clock");
        Assert.That(shown.Bites!.Rule, Is.EqualTo(Rules.Promised));
    }

    [TestCase("tender")]
    [TestCase("auction")]
    [TestCase("inspection")]
    [TestCase("test")]
    [TestCase("quarantine")]
    [TestCase("appraisal")]
    [TestCase("expert-review")]
    [TestCase("hearing")]
    public async Task Art_45_the_time_of_each_of_these_is_not_counted_and_its_length_is_told_in_writing(string kind)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var unwritten = await app.Refusal(Pause(number, kind, notice: ""), Reviewer);
        await app.SendByTwo(Pause(number, kind), Reviewer, Person.Head("SWJ"));
        app.SetTime("2026-03-04 09:00");
        await app.Send(new ResumeCase.Command(number, kind), Reviewer);

        Assert.That(unwritten.Problems.Single().Field, Is.EqualTo("noticeNumber"));
        Assert.That((await Clocks(app, number)).Take(2).Select(k => k.DueOn), Is.EqualTo(new DateOnly?[] { March(11), March(18) }), "3 and 4 March are left out");
        Assert.That((await app.Log(number)).Single(e => (int)e.Status == 9).Note, Does.Contain("行政许可法第四十五条").And.Contain("计划 5 个工作日"));
    }

    [Test]
    public async Task Art_47_and_48_a_hearing_is_held_within_twenty_days_of_the_request_and_told_seven_days_before()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number, "hearing", requested: March(2)), Reviewer, Person.Head("SWJ"));

        var soon = await app.Refusal(new ScheduleHearing.Command(number, March(10), "听证通知〔2026〕1号"), Reviewer);
        var late = await app.Refusal(new ScheduleHearing.Command(number, March(31), "听证通知〔2026〕1号"), Reviewer);
        await app.Send(new ScheduleHearing.Command(number, March(11), "听证通知〔2026〕1号"), Reviewer);

        Assert.That((soon.Code(), late.Code()), Is.EqualTo(("hearing.tooSoon", "hearing.tooLate")));
        Assert.That((await Clocks(app, number)).Single(k => k.Rule == Rules.Hearing).DueOn, Is.EqualTo(March(30)));
    }

    [Test]
    public async Task Art_50_silence_approves_nothing_however_late_a_decision_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        app.SetTime("2026-09-02 00:20");

        await app.Send(new RaiseAlerts.Command());
        var ran = await app.Send(new DeemedConsent.Command());

        var late = await app.Case(number);
        Assert.That((ran.Unblocked, late.Status, late.DecidedOn, late.CertificateNumber), Is.EqualTo((0, CaseStatus.Accepted, (DateOnly?)null, (string?)null)));
        Assert.That((await Clocks(app, number)).Select(k => k.Light), Is.All.EqualTo(Light.Red));
    }

    [Test]
    public async Task Art_82_limits_of_this_law_are_working_days_without_holidays_and_those_of_others_keep_their_own_unit()
    {
        await using var app = await App.Start("2026-04-28 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09", "A10");
        await app.Approve(applied["A01"], "FGJX");

        var water = (await Clocks(app, applied["A10"])).Single(k => k.Rule == Rules.Statutory);
        var environment = (await Clocks(app, applied["A09"])).Single(k => k.Rule == Rules.Statutory);

        Assert.That((water.Limit.Unit, water.DueOn), Is.EqualTo((Limit.WorkingDays, (DateOnly?)new DateOnly(2026, 5, 14))), "1 to 5 May are off, Saturday the 9th is worked");
        Assert.That((environment.Limit, environment.DueOn), Is.EqualTo((new Limit(60, Limit.CalendarDays), (DateOnly?)new DateOnly(2026, 6, 29))), "环境影响评价法: sixty days, which end on Saturday 27 June");
        Assert.That(environment.Explanation, Does.Contain("第 60 日").And.Contain("民法典第二百零三条"));
    }
}
