using Approvals.Modules.Catalogue;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Permits;
using Approvals.Tests.Countersigning;

namespace Approvals.Tests.Permits;

/// <summary>行政许可法 42: once, by 10 working days with the head of the department, by 15 with the zone's leader for joint handling; the applicant is told why.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ExtensionTests
{
    private static readonly Person Reviewer = Person.Reviewer("SWJ");

    private static readonly Person Head = Person.Head("SWJ");

    /// <summary>A10, promised in 5 working days and due in 10 by law: accepted on Monday 2026-03-02, due on 2026-03-09 and 2026-03-16.</summary>
    private static async Task<string> Accepted(App app)
    {
        await app.Open("SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        return applied["A10"];
    }

    private static ExtendCase.Command Extend(string number, int? days = 10, string? reason = "需再次现场核对", string? notice = "延期〔2026〕1号") =>
        new(number, days, reason, notice);

    private static DateOnly March(int day) => new(2026, 3, day);

    private static void GoTo(App app, int day) => app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, day, 9, 0, 0, TimeSpan.FromHours(8)));

    private static async Task<IEnumerable<DateOnly?>> Dues(App app, string number) =>
        (await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Select(k => k.DueOn);

    [Test]
    public async Task It_moves_both_limits_and_stands_in_the_log_with_reason_approver_and_notice_while_the_status_stays()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.Send(new StartHandling.Command(number), Reviewer);
        var previewed = await app.Send(new PreviewCaseDates.Query(number, PreviewCaseDates.Change.Extension, Days: 10), Reviewer);

        await app.SendByTwo(Extend(number), Reviewer, Head);

        var shown = await app.Send(new ShowCase.Query(number), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Clocks.Select(k => k.DueOn), Is.EqualTo(new DateOnly?[] { March(23), March(30) }));
            Assert.That(previewed.Clocks.Select(k => k.Then), Is.EqualTo(shown.Clocks.Select(k => k.DueOn)));
            Assert.That(shown.Case.DueOn, Is.EqualTo(March(23)));
            Assert.That(((int)shown.Case.Status, (int)shown.Events[0].Status), Is.EqualTo((8, 8)));
            Assert.That(shown.Events[0].Note, Does.Contain("延长 10 个工作日").And.Contain("需再次现场核对").And.Contain("延期〔2026〕1号").And.Contain("负责人（负责人）"));
            Assert.That(shown.Next!.Owner.Zh, Does.EndWith("经办人"), "the log's repeated 8 is no new handler");
        });
    }

    [Test]
    public async Task It_is_given_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.SendByTwo(Extend(number, 5), Reviewer, Head);

        Assert.That((await app.Refusal(Extend(number, 5), Reviewer)).Code(), Is.EqualTo("extension.twice"));
    }

    [Test]
    public async Task It_needs_its_days_its_reason_and_its_notice_and_ends_at_ten()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new ExtendCase.Command(number), Reviewer)).Problems.Select(p => p.Field), Is.EquivalentTo(new[] { "days", "reason", "noticeNumber" }));
            Assert.That((await app.Refusal(Extend(number, 11), Reviewer)).Code(), Is.EqualTo("extension.days"));
            Assert.That((await app.Refusal(Extend(number, 0), Reviewer)).Code(), Is.EqualTo("extension.days"));
            Assert.That(await Dues(app, number), Is.EqualTo(new DateOnly?[] { March(9), March(16) }));
        });
    }

    [Test]
    public async Task Where_the_laws_limit_is_the_45_days_of_joint_handling_the_leader_gives_15()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        await app.Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 40, statutory: 45)), Person.Supervisor);
        await app.Send(new ApplyLimits.Command("A10", [number], false, "联合办理"));

        var more = await app.Refusal(Extend(number, 16), Reviewer);
        var asked = await app.Ask(Extend(number, 15), Reviewer);
        var head = await app.Refusal(new ApproveRequest.Command(asked), Head);
        await app.Countersign(asked, Person.Leader);

        Assert.Multiple(async () =>
        {
            Assert.That((head.Code(), more.Code()), Is.EqualTo(("request.otherPost", "extension.days")));
            Assert.That((await app.Send(new ShowCase.Query(number), Person.Auditor)).Clocks.Select(k => k.ExtensionDays), Is.EqualTo(new[] { 15, 15 }));
        });
    }

    [Test]
    public async Task Taking_it_back_counts_the_pauses_again_as_if_it_had_never_been()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Accepted(app);
        GoTo(app, 3);
        await app.SendByTwo(new PauseCase.Command(number, "expert-review", PlannedDays: 3, NoticeNumber: "1号"), Reviewer, Head);
        GoTo(app, 6);
        await app.Send(new ResumeCase.Command(number, "expert-review"), Reviewer);
        var paused = await Dues(app, number);
        await app.SendByTwo(Extend(number, 10), Reviewer, Head);
        var extended = await Dues(app, number);
        var preview = await app.Send(new PreviewCaseDates.Query(number, PreviewCaseDates.Change.NoExtension), Reviewer);

        var bare = await app.Refusal(new RemoveCaseExtension.Command(number, " "), Reviewer);
        var asked = await app.Ask(new RemoveCaseExtension.Command(number, "登记有误"), Reviewer);
        var shown = (await app.Send(new ShowRequest.Query(asked), Head)).Preview;
        await app.Countersign(asked, Head);
        var again = await app.Refusal(new RemoveCaseExtension.Command(number, "登记有误"), Reviewer);

        Assert.Multiple(async () =>
        {
            Assert.That(paused, Is.EqualTo(new DateOnly?[] { March(12), March(19) }));
            Assert.That(extended, Is.EqualTo(new DateOnly?[] { March(26), new(2026, 4, 2) }));
            Assert.That(preview.Clocks.Select(k => k.Then), Is.EqualTo(paused));
            Assert.That(await Dues(app, number), Is.EqualTo(paused));
            Assert.That(shown.Select(l => l.Zh), Has.Some.Contains("2026-03-26 → 2026-03-12"), "whoever approves it sees the dates that move back");
            Assert.That((bare.Code(), again.Code()), Is.EqualTo(("field.required", "extension.none")));
            Assert.That((await app.Log(number))[^1].Note, Does.Contain("登记有误"));
        });
    }
}
