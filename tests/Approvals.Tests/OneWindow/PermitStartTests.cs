using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

/// <summary>建筑法 9: works start within three months of the construction permit; three months more are given twice, then it lapses.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PermitStartTests
{
    private const string Password = "long enough 2026";

    private static readonly (string Item, string Department)[] Before =
    [
        ("A01", "FGJX"), ("A02", "ZRZY"), ("A03", "BDCDJ"), ("A04", "ZRZY"), ("A05", "ZRZY"), ("A06", "ZFJS"), ("A07", "RMFK"), ("A09", "STHJ"), ("A10", "SWJ"),
    ];

    private static readonly Person Authority = Person.Reviewer("ZFJS");
    private static readonly Person Head = Person.Head("ZFJS");

    /// <summary>All that comes before the construction permit, approved on the day.</summary>
    private static async Task<Scene.Application> BeforePermit(App app)
    {
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, [.. Before.Select(b => b.Item), "A08"]);
        foreach (var (item, department) in Before) await app.Approve(applied[item], department);
        return applied;
    }

    /// <summary>Granted on Monday 2026-03-02: works start by Tuesday 2026-06-02.</summary>
    public static async Task<Scene.Application> Granted(App app)
    {
        var applied = await BeforePermit(app);
        await app.Approve(applied["A08"], "ZFJS");
        return applied;
    }

    private static ExtendPermitStart.Command Extend(Scene.Application applied, string reason = "场地冬季封冻") => new(reason, applied["A08"], applied.Number);

    private static async Task<PermitStart.Standing?> Standing(App app, Scene.Application applied) =>
        (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Start;

    [Test]
    public async Task Works_start_within_three_months_of_the_permit_which_are_extended_by_three_twice_and_not_a_third_time()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Granted(app);

        var granted = (await Standing(app, applied))!;
        await app.SendByTwo(Extend(applied), Authority, Head);
        var first = (await Standing(app, applied))!;
        app.SetTime("2026-09-02 17:00");
        await app.SendByTwo(Extend(applied, "资金尚未到位"), Authority, Head);
        var third = await app.Refusal(Extend(applied), Authority);

        var standing = (await Standing(app, applied))!;
        Assert.Multiple(() =>
        {
            Assert.That((granted.Clock.AcceptedOn, granted.Clock.DueOn, granted.MayBeExtended), Is.EqualTo((new DateOnly(2026, 3, 2), (DateOnly?)new DateOnly(2026, 6, 2), true)));
            Assert.That((first.Extensions.Count, first.Clock.DueOn), Is.EqualTo((1, (DateOnly?)new DateOnly(2026, 9, 2))), "and the last day itself is in time for the second");
            Assert.That(third.Code(), Is.EqualTo("start.extendedTwice"));
            Assert.That(standing.Extensions.Select(e => (e.Number, e.Reason, e.ApprovedBy)), Is.EqualTo(new[] { (1, "场地冬季封冻", "负责人（负责人）"), (2, "资金尚未到位", "负责人（负责人）") }));
            Assert.That((standing.Clock.DueOn, standing.MayBeExtended), Is.EqualTo(((DateOnly?)new DateOnly(2026, 12, 2), false)));
        });
    }

    [Test]
    public async Task After_its_last_day_the_permit_has_lapsed_and_is_not_extended()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Granted(app);
        app.SetTime("2026-06-02 23:00");
        var onTheDay = (await Standing(app, applied))!.Lapsed;
        app.SetTime("2026-06-03 00:10");

        var refused = await app.Refusal(Extend(applied), Authority);

        var standing = (await Standing(app, applied))!;
        Assert.Multiple(() =>
        {
            Assert.That((onTheDay, standing.Lapsed, standing.MayBeExtended), Is.EqualTo((false, true, false)));
            Assert.That(refused.Code(), Is.EqualTo("start.lapsed"));
            Assert.That((standing.Clock.DueOn, standing.Clock.Light), Is.EqualTo(((DateOnly?)new DateOnly(2026, 6, 2), Light.Red)));
        });
    }

    [Test]
    public async Task The_start_of_works_stops_the_clock_on_its_day_and_leaves_nothing_to_extend()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Granted(app);
        app.SetTime("2026-04-10 09:00");
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 4, 9), 0, Scene.ProjectCode), Person.Supervisor);

        var refused = await app.Refusal(Extend(applied), Authority);
        app.SetTime("2026-08-01 09:00");

        var standing = (await Standing(app, applied))!;
        Assert.That((standing.Clock.StoppedOn, standing.Clock.Light, standing.Lapsed, standing.MayBeExtended), Is.EqualTo(((DateOnly?)new DateOnly(2026, 4, 9), Light.Green, false, false)));
        Assert.That(refused.Code(), Is.EqualTo("start.started"));
    }

    [Test]
    public async Task Where_works_had_started_or_no_construction_permit_was_granted_there_is_no_such_clock()
    {
        await using var started = await App.Start("2026-03-02 09:00");
        var early = await BeforePermit(started);
        await started.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 2), 0, Scene.ProjectCode), Person.Supervisor);
        await started.Approve(early["A08"], "ZFJS");
        await using var refused = await App.Start("2026-03-02 09:00");
        var none = await BeforePermit(refused);
        await refused.Refuse(none["A08"], "ZFJS");

        Assert.That(await Standing(started, early), Is.Null);
        Assert.That(await Standing(refused, none), Is.Null);
        Assert.That((await refused.Refusal(Extend(none), Authority)).Code(), Is.EqualTo("start.unknown"));
    }

    [Test]
    public async Task An_extension_needs_its_reason_and_the_authority_of_the_permit()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Granted(app);

        var bare = await app.Refusal(Extend(applied, " "), Authority);
        var tooLong = await app.Refusal(Extend(applied, new('长', 201)), Authority);
        var other = await app.Refusal(Extend(applied), Person.Reviewer("ZRZY"));
        var unknown = await app.Refusal(Extend(applied) with { CaseNumber = applied["A01"] }, Authority);
        var nowhere = await app.Refusal(Extend(applied) with { CaseNumber = "20260302-ZZZZZ-08" }, Authority);

        Assert.Multiple(async () =>
        {
            Assert.That(bare.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.required", "reason") }));
            Assert.That(tooLong.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.tooLong", "reason") }));
            Assert.That((other.Code(), unknown.Code(), nowhere.Code()), Is.EqualTo(("case.otherDepartment", "start.unknown", "start.unknown")));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_start_extension"), Is.Zero);
            Assert.That((await Standing(app, applied))!.Clock.DueOn, Is.EqualTo(new DateOnly(2026, 6, 2)));
        });
    }

    [Test]
    public async Task The_page_takes_an_extension_and_says_beside_the_field_what_is_wrong_with_one()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Granted(app);
        await app.Send(new AddUser.Command("zfjs", "经办", "ZFJS", [Role.Reviewer], Password));
        await app.Send(new AddUser.Command("zrzy", "别的部门", "ZRZY", [Role.Reviewer], Password));
        var url = $"/applications/{applied.Number}";
        const string Form = "#permit-start form";
        using var reviewer = await app.SignedIn("zfjs", Password);
        using var other = await app.SignedIn("zrzy", Password);

        using var refused = await reviewer.Submit(url, Form, ("Reason", " "));
        var page = await refused.Html();
        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(page.QuerySelector("#permit-start details")!.HasAttribute("open"), Is.True);
            Assert.That(page.QuerySelector("#xs-reason")!.ClassList, Does.Contain("is-invalid"));
            Assert.That(page.QuerySelector("#xs-reason-error")!.TextContent, Does.Contain("延期理由"));
        });

        foreach (var reason in new[] { "场地冬季封冻", "资金尚未到位" })
        {
            using var taken = await reviewer.Submit(url, Form, ("Reason", reason));
            var asked = await app.Pending();
            Assert.That((taken.StatusCode, taken.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, $"/requests/{asked}")));
            Assert.That((await reviewer.Page(url)).QuerySelector($"#pending-{asked}")!.TextContent, Does.Contain(reason));
            await app.Countersign(asked, Head);
        }

        var after = (await reviewer.Page(url)).QuerySelector("#permit-start")!;
        Assert.That(after.QuerySelector("form"), Is.Null, "nothing is left to extend");
        Assert.That(after.TextContent, Does.Contain("第 2 次延期三个月：资金尚未到位（负责人（负责人）批准"));
        Assert.That((await other.Page(url)).QuerySelector(Form), Is.Null);
        Assert.That((await Standing(app, applied))!.Clock.DueOn, Is.EqualTo(new DateOnly(2026, 12, 2)));
    }
}
