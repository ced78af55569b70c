using System.Net;
using System.Text;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Permits;

/// <summary>行政许可法 45: time that is not counted, for a reason of the list, with a ground, an approver and a written notice.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PauseTests
{
    private const string ClockDue = "SELECT due_on FROM deadlines_clock WHERE subject_kind = 'case' AND label = @number AND limit_rule = 'promised'";
    private const string Alerts = "SELECT COUNT(*) FROM deadlines_alert a JOIN deadlines_clock k ON k.id = a.clock_id WHERE k.label = @number AND k.subject_kind = @kind";
    private const string Running = "SELECT COUNT(*) FROM deadlines_clock WHERE label = @number AND stopped_on IS NULL";
    private const string OpenPauses = "SELECT COUNT(*) FROM deadlines_pause WHERE to_on IS NULL";

    private static readonly Person Reviewer = Person.Reviewer("SWJ");

    private static readonly Person Head = Person.Head("SWJ");

    /// <summary>A10, promised in 5 working days: accepted on Monday 2026-03-02 it is due on 2026-03-09.</summary>
    private static async Task<string> Accepted(App app)
    {
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied["A10"];
    }

    private static PauseCase.Command Pause(string number, string kind = "expert-review", string? name = null, string? ground = null, DateOnly? from = null, int? days = 5, string? notice = "告知〔2026〕1号", DateOnly? requested = null, string? late = null) =>
        new(number, kind, name, ground, from, days, notice, requested, late);

    private static DateOnly March(int day) => new(2026, 3, day);

    private static void GoTo(App app, int day) => app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, day, 9, 0, 0, TimeSpan.FromHours(8)));

    [Test]
    public async Task A_special_procedure_is_event_9_and_a_correction_6_and_their_ends_10_and_7()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        await app.SendByTwo(Pause(number), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);
        await app.SendByTwo(Pause(number, "correction", notice: "补正〔2026〕1号"), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "correction"), Reviewer);

        var log = await app.Log(number);
        Assert.Multiple(() =>
        {
            Assert.That(log.Select(e => (int)e.Status), Is.EqualTo(new[] { 1, 3, 9, 10, 6, 7 }));
            Assert.That(log[2].Note, Does.Contain("专家评审").And.Contain("5 个工作日").And.Contain("告知〔2026〕1号").And.Contain("负责人（负责人）").And.Contain("第四十五条"));
        });
    }

    [Test]
    public async Task The_days_after_the_first_up_to_the_last_are_not_counted_and_the_copies_of_the_due_date_move_with_the_clock()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 3);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        var whileOpen = (await app.Case(number)).DueOn;
        GoTo(app, 10);
        var resumed = await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);

        // Counted: 3 March; then from 11 March: 11, 12, 13, 16.
        Assert.Multiple(async () =>
        {
            Assert.That(whileOpen, Is.Null);
            Assert.That(resumed.DueOn, Is.EqualTo(March(16)));
            Assert.That((await app.Case(number)).DueOn, Is.EqualTo(March(16)));
            Assert.That(await app.Value<DateOnly?>(ClockDue, new { number }), Is.EqualTo(March(16)));
        });
    }

    [Test]
    public async Task Pause_and_resume_on_one_day_count_nothing()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        var number = await Accepted(app);
        var before = (await app.Case(number)).DueOn;

        await app.SendByTwo(Pause(number), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);

        Assert.That((await app.Case(number)).DueOn, Is.EqualTo(before).And.Not.Null);
    }

    [TestCase("lunch", "pause.unknownKind", "kind")]
    [TestCase("", "pause.unknownKind", "kind")]
    public async Task Only_a_kind_of_the_list_stops_a_clock(string kind, string code, string field)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var refused = await app.Refusal(Pause(number, kind), Reviewer);

        Assert.That((refused.Code(), refused.Problems[0].Field), Is.EqualTo((code, field)));
    }

    [Test]
    public async Task It_needs_the_number_of_the_written_notice_and_no_more_days_than_the_kind_allows()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(Pause(number, notice: null), Reviewer)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.required", "noticeNumber") }));
            Assert.That((await app.Refusal(Pause(number, days: 21), Reviewer)).Code(), Is.EqualTo("pause.plannedDays"));
            Assert.That((await app.Refusal(Pause(number, days: 0), Reviewer)).Code(), Is.EqualTo("pause.plannedDays"));
            Assert.That((await app.Refusal(Pause(number, days: null), Reviewer)).Code(), Is.EqualTo("pause.plannedDays"));
            Assert.That((await app.Log(number)).Count, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Another_reason_needs_its_name_and_its_ground()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var refused = await app.Refusal(Pause(number, "other"), Reviewer);
        await app.SendByTwo(Pause(number, "other", "现场踏勘", "高新区现场踏勘规定第三条"), Reviewer, Head);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Problems.Select(p => p.Field), Is.EquivalentTo(new[] { "name", "ground" }));
            Assert.That((await app.Log(number))[^1].Note, Does.StartWith("现场踏勘").And.Contain("高新区现场踏勘规定第三条"));
        });
    }

    [Test]
    public async Task A_second_correction_takes_the_supervisor()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number, "correction"), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "correction"), Reviewer);

        var asked = await app.Ask(Pause(number, "correction", notice: "补正〔2026〕2号"), Reviewer);
        var head = await app.Refusal(new ApproveRequest.Command(asked), Head);
        var before = (await app.Case(number)).Status;
        await app.Countersign(asked, Person.Supervisor);

        Assert.Multiple(async () =>
        {
            Assert.That((head.Code(), before), Is.EqualTo(("request.otherPost", CaseStatus.CorrectionClosed)));
            Assert.That((await app.Case(number)).Status, Is.EqualTo(CaseStatus.CorrectionOpened));
        });
    }

    [Test]
    public async Task It_begins_neither_in_the_future_nor_before_the_acceptance_and_ends_neither_before_it_began_nor_in_the_future()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 3);

        var future = await app.Refusal(Pause(number, from: March(4)), Reviewer);
        var early = await app.Refusal(Pause(number, from: March(1)), Reviewer);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        GoTo(app, 4);
        var before = await app.Refusal(new ResumeCase.Command(number, "expert-review", March(2)), Reviewer);
        var later = await app.Refusal(new ResumeCase.Command(number, "expert-review", March(5)), Reviewer);

        Assert.That(new[] { future, early, before, later }.Select(r => (r.Code(), r.Problems[0].Field)), Is.EqualTo(new[]
        {
            ("pause.inFuture", "from"), ("pause.beforeAcceptance", "from"), ("pause.resumedBefore", "to"), ("pause.resumedInFuture", "to"),
        }));
    }

    [Test]
    public async Task Entered_more_than_a_working_day_late_it_needs_a_reason_that_stays_in_the_log()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 6);

        var refused = await app.Refusal(Pause(number, from: March(3)), Reviewer);
        await app.SendByTwo(Pause(number, from: March(3), late: "专家名单迟到"), Reviewer, Head);

        var last = (await app.Log(number))[^1];
        Assert.Multiple(() =>
        {
            Assert.That(refused.Code(), Is.EqualTo("event.lateWithoutReason"));
            Assert.That((app.Zone.DayOf(last.OccurredAt), app.Zone.DayOf(last.RecordedAt), last.LateReason), Is.EqualTo((March(3), March(6), "专家名单迟到")));
        });
    }

    [Test]
    public async Task What_is_not_paused_is_not_resumed_and_one_kind_is_open_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        var never = await app.Refusal(new ResumeCase.Command(number, "tender"), Reviewer);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        var twice = await app.Refusal(Pause(number, notice: "2号"), Reviewer);

        Assert.That((never.Code(), twice.Code()), Is.EqualTo(("pause.notOpen", "pause.alreadyOpen")));
    }

    [Test]
    public async Task A_paused_case_is_decided_only_after_it_is_resumed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        await app.SendByTwo(Pause(number, "correction", notice: "补正1号"), Reviewer, Head);
        await app.Send(new ResumeCase.Command(number, "correction"), Reviewer);

        var refused = await app.Refusal(new ApproveCase.Command(number, "1号"), Reviewer);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);
        await app.Approve(number, "SWJ");

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Code(), Is.EqualTo("case.paused"));
            Assert.That(refused.Zh(), Does.Contain("先恢复计时"));
            Assert.That((await app.Case(number)).Status, Is.EqualTo(CaseStatus.Approved));
        });
    }

    [Test]
    public async Task Pauses_that_overlap_count_once_and_are_one_standstill_for_the_others()
    {
        var heard = new Heard();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services
            .AddSingleton<INotificationHandler<CasePaused>>(heard).AddSingleton<INotificationHandler<CaseResumed>>(heard));
        var number = await Accepted(app);
        GoTo(app, 3);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        GoTo(app, 4);
        await app.SendByTwo(Pause(number, "correction", notice: "补正1号"), Reviewer, Head);
        GoTo(app, 5);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);
        var between = (await app.Case(number)).Status;
        GoTo(app, 6);
        await app.Send(new ResumeCase.Command(number, "correction"), Reviewer);

        // Counted: 3 March; not counted: 4, 5, 6; then 9, 10, 11, 12.
        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(number)).DueOn, Is.EqualTo(March(12)));
            Assert.That(between, Is.EqualTo(CaseStatus.CorrectionOpened));
            Assert.That(heard.Told.Distinct(), Is.EqualTo(new[] { "paused expert-review 2026-03-03", "resumed correction 2026-03-06" }), "an asking tells them too, within what is undone");
        });
    }

    [Test]
    public async Task An_open_pause_is_never_red_and_raises_no_alert_for_the_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 3);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        GoTo(app, 27);
        await app.Send(new RaiseAlerts.Command());

        var shown = await app.Send(new ShowCase.Query(number), Person.Auditor);
        var queue = await app.Send(new ListQueue.Query("SWJ"), Person.Supervisor);
        var list = await app.Send(new ListCases.Query(), Person.Auditor);
        Assert.Multiple(async () =>
        {
            Assert.That(shown.Clocks[0].Light, Is.EqualTo(Light.Paused));
            Assert.That(queue.Rows.Single(r => r.Number == number).Light, Is.EqualTo(Light.Paused));
            Assert.That(queue.Counts.Single().Late, Is.Zero);
            Assert.That(list.Rows.Single(r => r.Number == number).IsPaused, Is.True);
            Assert.That(await app.Value<int>(Alerts, new { number, kind = "case" }), Is.Zero);
        });
    }

    [Test]
    public async Task Passing_the_most_a_kind_allows_lights_the_pause_and_not_the_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number, "publicity"), Reviewer, Head); // 10 working days at most: 16 March
        GoTo(app, 17);
        await app.Send(new RaiseAlerts.Command());

        var pause = (await app.Send(new ShowCase.Query(number), Person.Auditor)).Open.Single();
        Assert.Multiple(async () =>
        {
            Assert.That((pause.Clock!.DueOn, pause.Clock.Light), Is.EqualTo(((DateOnly?)March(16), Light.Red)));
            Assert.That(await app.Value<int>(Alerts, new { number, kind = "pause" }), Is.EqualTo(2), "yellow and red");
            Assert.That(await app.Value<int>(Alerts, new { number, kind = "case" }), Is.Zero);
        });
    }

    [Test]
    public async Task A_withdrawal_closes_the_pause_and_stops_every_timer()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number, "hearing"), Reviewer, Head);
        GoTo(app, 4);

        await app.Send(new WithdrawCase.Command(number, "不再建设"), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(await app.Value<int>(Running, new { number }), Is.Zero);
            Assert.That(await app.Value<int>(OpenPauses), Is.Zero);
        });
    }

    [Test]
    public async Task The_preview_gives_the_dates_that_the_pause_and_its_end_then_have()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 3);

        var pause = await app.Send(new PreviewCaseDates.Query(number, PreviewCaseDates.Change.Pause, "expert-review", null, 5), Reviewer);
        await app.SendByTwo(Pause(number), Reviewer, Head);
        GoTo(app, 10);
        var resume = await app.Send(new PreviewCaseDates.Query(number, PreviewCaseDates.Change.Resume, "expert-review"), Reviewer);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);

        Assert.Multiple(async () =>
        {
            Assert.That((pause.ResumedOn, pause.Clocks[0].Now, pause.Clocks[0].Then), Is.EqualTo(((DateOnly?)March(10), (DateOnly?)March(9), (DateOnly?)March(16))));
            Assert.That((resume.Clocks[0].Now, resume.Clocks[0].Then), Is.EqualTo(((DateOnly?)null, (DateOnly?)March(16))));
            Assert.That((await app.Case(number)).DueOn, Is.EqualTo(March(16)));
        });
    }

    [Test]
    public async Task The_arithmetic_of_the_case_names_the_pause()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Pause(number), Reviewer, Head);

        Assert.That((await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks[0].Explanation, Does.Contain("2026-03-03").And.Contain("暂停"));
    }

    [Test]
    public async Task Another_department_does_not_pause_it_and_over_the_api_it_is_the_same_command()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.Send(new AddUser.Store("swj", "经办", "SWJ", [Role.Reviewer], "unusable", false));
        using var program = app.Http(await app.Token("swj", "test"));

        var other = await app.Refusal(Pause(number), Person.Reviewer("FGJX"));
        using var answer = await program.PostAsync($"/api/cases/{number}/pauses", new StringContent(
            """{"kind":"expert-review","plannedDays":5,"noticeNumber":"告知〔2026〕1号"}""", Encoding.UTF8, "application/json"));
        await app.Countersign(await app.Pending(), Head);
        using var resumed = await program.PostAsync($"/api/cases/{number}/resume", new StringContent("""{"kind":"expert-review"}""", Encoding.UTF8, "application/json"));

        Assert.Multiple(() =>
        {
            Assert.That((other.Status, other.Code()), Is.EqualTo((RefusedAs.Forbidden, "case.otherDepartment")));
            Assert.That((answer.StatusCode, resumed.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.OK)));
        });
    }

    private sealed class Heard : INotificationHandler<CasePaused>, INotificationHandler<CaseResumed>
    {
        public List<string> Told { get; } = [];

        public Task Handle(CasePaused paused, CancellationToken ct)
        {
            Told.Add($"paused {paused.KindCode} {Words.Day(paused.From)}");
            return Task.CompletedTask;
        }

        public Task Handle(CaseResumed resumed, CancellationToken ct)
        {
            Told.Add($"resumed {resumed.KindCode} {Words.Day(resumed.To)}");
            return Task.CompletedTask;
        }
    }
}
