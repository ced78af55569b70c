using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Countersigning;

namespace Approvals.Tests.Permits;

/// <summary>超时默认: silence past the limit frees what waits, where the catalogue allows it; it approves nothing and prints nothing.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DeemedConsentTests
{
    private const string OtherProject = "2601-510300-04-01-900002";
    private const string Deemed = "SELECT COUNT(*) FROM permits_need WHERE deemed_at IS NOT NULL";
    private const string Papers = "SELECT COUNT(*) FROM permits_case WHERE certificate_number IS NOT NULL";
    private const string Results = "SELECT COUNT(*) FROM onewindow_result";

    /// <summary>The catalogue as it is in force, with 超时默认 for A01 or without it: the frozen version of every case.</summary>
    private static void Allow(App app, string code)
    {
        var catalogue = app.Services.GetRequiredService<CatalogueInForce>();
        var now = catalogue.Current;
        Item Of(Item item) => item.Code == code ? item with { DeemedConsent = true } : item;
        catalogue.Replace(new(
            now.Edition, now.Departments, now.Documents, [.. now.Items.Select(Of)],
            [.. now.Processes.Select(p => p with { Items = [.. p.Items.Select(i => i with { Item = Of(i.Item) })] })], now.LandSteps));
    }

    /// <summary>A01 is promised in 1 working day and has no limit by law: accepted on Monday 2026-03-02 it is late on the 4th. A02 waits for it.</summary>
    private static async Task<Scene.Application> Late(App app)
    {
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 4, 9, 20, 0, TimeSpan.FromHours(8)));
        return applied;
    }

    [Test]
    public async Task It_is_off_until_the_catalogue_allows_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Late(app);

        var ran = await app.Send(new DeemedConsent.Command());

        Assert.Multiple(async () =>
        {
            Assert.That(ran.Unblocked, Is.Zero);
            Assert.That((await app.Case(applied["A02"])).BlockedBy, Is.EqualTo(new[] { "A01" }));
        });
    }

    [Test]
    public async Task It_unblocks_only_and_prints_nothing_while_the_case_runs_on_late()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Late(app);
        Allow(app, "A01");

        var ran = await app.Send(new DeemedConsent.Command());
        var again = await app.Send(new DeemedConsent.Command());

        var late = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        var free = await app.Send(new ShowCase.Query(applied["A02"]), Person.Auditor);
        Assert.Multiple(async () =>
        {
            Assert.That((ran.Unblocked, again.Unblocked), Is.EqualTo((1, 0)));
            Assert.That((free.Case.Status, free.Case.AcceptedOn), Is.EqualTo((CaseStatus.Accepted, (DateOnly?)new DateOnly(2026, 3, 4))), "it starts on the day it was freed");
            Assert.That((late.Case.Status, late.Clocks[0].Light, late.Case.DecidedOn), Is.EqualTo((CaseStatus.Accepted, Light.Red, (DateOnly?)null)));
            Assert.That(late.Events[0].Note, Does.StartWith("超时默认").And.Contain(applied["A02"]));
            Assert.That(free.Events.Select(e => e.Note), Has.Some.Contain("并非批准"));
            Assert.That((await app.Value<int>(Deemed), await app.Value<int>(Papers), await app.Value<int>(Results)), Is.EqualTo((1, 0, 0)));
        });
    }

    [Test]
    public async Task In_time_or_paused_nothing_is_deemed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Open("FGJX");
        Allow(app, "A01");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.Advance(TimeSpan.FromDays(1));
        var onTheDueDay = await app.Send(new DeemedConsent.Command());
        await app.SendByTwo(new PauseCase.Command(applied["A01"], "test", PlannedDays: 5, NoticeNumber: "1号", From: new(2026, 3, 2)), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        app.Clock.Advance(TimeSpan.FromDays(10));

        Assert.That((onTheDueDay.Unblocked, (await app.Send(new DeemedConsent.Command())).Unblocked), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_date_that_rests_on_an_unpublished_year_frees_nothing()
    {
        await using var app = await App.Start("2026-12-31 09:00");
        Allow(app, "A01");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        // Counted by weekends alone it was due on 1 January, which the notice will leave out.
        app.Clock.Advance(TimeSpan.FromDays(4));

        Assert.That((await app.Send(new DeemedConsent.Command())).Unblocked, Is.Zero);
        Assert.That((await app.Case(applied["A02"])).BlockedBy, Is.EqualTo(new[] { "A01" }));
    }

    [Test]
    public async Task A_later_refusal_is_told_in_the_log_of_what_went_on_without_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var applied = await Late(app);
        Allow(app, "A01");
        await app.Send(new DeemedConsent.Command());

        await app.Refuse(applied["A01"], "FGJX");

        var last = (await app.Log(applied["A02"]))[^1];
        Assert.That((last.Status, last.Note), Is.EqualTo((CaseStatus.Accepted, $"注意：前置事项 A01（{applied["A01"]}）未获通过；本件此前按超时默认未等待其结果，请核查")));
    }

    [Test]
    public async Task Another_project_waits_for_its_own()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await Late(app);
        await app.Project(OtherProject);
        var other = await app.Apply(OtherProject, "A01", "A02");
        Allow(app, "A01");

        await app.Send(new DeemedConsent.Command());

        Assert.That((await app.Case(other["A02"])).BlockedBy, Is.EqualTo(new[] { "A01" }));
    }
}
