using Approvals.Modules.Audit;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Tests.Audit;
using Approvals.Tests.Countersigning;

namespace Approvals.Tests.Permits;

/// <summary>行政许可法 47, 48: a hearing is held within 20 working days of the request, and notice of it given 7 before.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class HearingTests
{
    private static readonly Person Reviewer = Person.Reviewer("SWJ");

    private static DateOnly March(int day) => new(2026, 3, day);

    /// <summary>Accepted on Monday 2026-03-02, paused on the 4th for a hearing asked for on the 3rd: to be held by the 31st.</summary>
    private static async Task<string> Asked(App app)
    {
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.SendByTwo(Pause(applied["A10"], March(3)), Reviewer, Person.Head("SWJ"));
        return applied["A10"];
    }

    private static PauseCase.Command Pause(string number, DateOnly? requested, string kind = "hearing", string notice = "听证〔2026〕1号") =>
        new(number, kind, PlannedDays: 20, NoticeNumber: notice, RequestedOn: requested);

    private static async Task<ClockFact> Clock(App app, string number, string rule = Rules.Hearing) =>
        (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Single(k => k.Rule == rule);

    [Test]
    public async Task The_request_begins_a_clock_of_20_working_days_that_the_resumption_stops()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Asked(app);
        var running = await Clock(app, number);
        app.Clock.Advance(TimeSpan.FromDays(20));
        await app.Send(new ResumeCase.Command(number, "hearing"), Reviewer);

        Assert.Multiple(async () =>
        {
            Assert.That((running.AcceptedOn, running.DueOn), Is.EqualTo((March(3), (DateOnly?)March(31))));
            Assert.That((await Clock(app, number)).StoppedOn, Is.EqualTo(March(24)));
        });
    }

    [TestCase(12, "hearing.tooSoon", Description = "the sixth working day after the notice on 4 March")]
    [TestCase(13, null, Description = "the seventh")]
    [TestCase(31, null)]
    public async Task It_is_set_at_least_7_working_days_after_its_notice_and_within_the_20(int day, string? code)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Asked(app);
        var command = new ScheduleHearing.Command(number, March(day), "听证通知〔2026〕1号");

        if (code is not null) Assert.That((await app.Refusal(command, Reviewer)).Code(), Is.EqualTo(code));
        else
        {
            await app.Send(command, Reviewer);
            var hearing = (await app.Send(new ShowCase.Query(number), Person.Auditor)).Open.Single().Hearing!;
            Assert.That((hearing.HeldOn, hearing.NotifiedOn, hearing.NoticeNumber), Is.EqualTo(((DateOnly?)March(day), (DateOnly?)March(4), "听证通知〔2026〕1号")));
        }
    }

    [Test]
    public async Task Set_for_another_day_its_record_says_both()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Asked(app);
        var said = new List<string>();
        foreach (var day in new[] { 20, 26 })
        {
            await app.Send(new ScheduleHearing.Command(number, March(day), "听证通知〔2026〕1号"), Reviewer);
            said.Add(string.Join(' ', Line.Changes(await app.Last()).Select(c => $"{c.What.Zh} {c.Before.Zh}→{c.After.Zh}")));
        }

        Assert.That(said, Is.EqualTo(new[] { "听证日期 →2026-03-20", "听证日期 2026-03-20→2026-03-26" }));
    }

    [Test]
    public async Task It_is_not_set_after_the_20_nor_without_a_notice_nor_where_none_was_asked_for()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Asked(app);

        var late = await app.Refusal(new ScheduleHearing.Command(number, new(2026, 4, 1), "1号"), Reviewer);
        var bare = await app.Refusal(new ScheduleHearing.Command(number, March(20)), Reviewer);
        await app.Send(new ResumeCase.Command(number, "hearing"), Reviewer);
        var none = await app.Refusal(new ScheduleHearing.Command(number, March(20), "1号"), Reviewer);

        Assert.That((late.Code(), bare.Problems.Single().Field, none.Code()), Is.EqualTo(("hearing.tooLate", "noticeNumber", "hearing.none")));
    }

    [Test]
    public async Task A_second_hearing_has_a_clock_of_its_own_and_only_a_hearing_has_a_request()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Asked(app);
        await app.Send(new ResumeCase.Command(number, "hearing"), Reviewer);

        var other = await app.Refusal(Pause(number, March(3), "test"), Reviewer);
        var early = await app.Refusal(Pause(number, new(2026, 2, 27)), Reviewer);
        await app.SendByTwo(Pause(number, null, notice: "听证〔2026〕2号"), Reviewer, Person.Head("SWJ"));

        Assert.Multiple(async () =>
        {
            Assert.That((other.Code(), early.Code()), Is.EqualTo(("pause.notHearing", "hearing.requestedOn")));
            Assert.That((await Clock(app, number, "hearing:2")).AcceptedOn, Is.EqualTo(March(4)));
        });
    }
}
