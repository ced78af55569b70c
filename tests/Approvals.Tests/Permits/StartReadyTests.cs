using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;

namespace Approvals.Tests.Permits;

[Parallelizable]
internal sealed class StartReadyTests
{
    [Test]
    public async Task On_acceptance_only_what_nothing_blocks_starts()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02", "A09");

        var cases = await app.Send(new CasesOfApplication(applied.Number), Person.Clerk);
        Assert.Multiple(() =>
        {
            Assert.That(cases.Select(c => (c.ItemCode, c.Status)), Is.EqualTo(new[]
            {
                ("A01", CaseStatus.Accepted), ("A02", CaseStatus.Received), ("A09", CaseStatus.Received),
            }));
            Assert.That(cases.Select(c => c.IsAdmitted), Is.All.True);
            Assert.That(cases[0].AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
            Assert.That(cases[0].DueOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(cases[1].AcceptedOn, Is.Null);
            Assert.That(cases[1].BlockedBy, Is.EqualTo(new[] { "A01" }));
        });
    }

    [Test]
    public async Task Both_limits_get_a_clock_and_the_promised_one_is_the_due_date()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Approve(applied["A01"], "FGJX");

        var shown = await app.Send(new ShowCase.Query(applied["A02"]), Person.Auditor);

        Assert.Multiple(() =>
        {
            Assert.That(shown.Clocks.Select(k => (k.Rule, k.DueOn)), Is.EquivalentTo(new[]
            {
                ("promised", new DateOnly(2026, 3, 6)), ("statutory", new DateOnly(2026, 3, 31)),
            }));
            Assert.That(shown.Case.DueOn, Is.EqualTo(new DateOnly(2026, 3, 6)));
            Assert.That(shown.Case.IsDueProvisional, Is.False);
        });
    }

    [Test]
    public async Task A_due_date_in_a_year_without_a_published_calendar_is_provisional()
    {
        await using var app = await App.Start("2026-12-31 09:00");
        await app.Project();

        var applied = await app.Apply(Scene.ProjectCode, "A01");

        Assert.That((await app.Case(applied["A01"])).IsDueProvisional, Is.True);
    }

    [Test]
    public async Task What_was_met_after_a_back_dated_acceptance_starts_on_the_day_it_was_met()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        var second = await app.Receive(Scene.ProjectCode, "A02");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Approve(first["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromHours(1));

        await app.Send(new Accept.Command(second.Number, new DateTime(2026, 3, 2, 15, 0, 0)), Person.Clerk);

        var a02 = await app.Case(second["A02"]);
        var accepted = (await app.Log(second["A02"]))[^1];
        Assert.Multiple(() =>
        {
            Assert.That(a02.AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
            Assert.That(accepted.Status, Is.EqualTo(CaseStatus.Accepted));
            Assert.That(accepted.OccurredAt, Is.EqualTo(new DateTime(2026, 3, 3, 1, 0, 0, DateTimeKind.Utc)));
            Assert.That(accepted.RecordedAt, Is.EqualTo(new DateTime(2026, 3, 3, 2, 0, 0, DateTimeKind.Utc)));
        });
    }

    [Test]
    public async Task What_the_window_accepted_after_the_decision_starts_on_the_day_it_accepted()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        app.Clock.Advance(TimeSpan.FromDays(1));
        var second = await app.Apply(Scene.ProjectCode, "A02");

        // Decided on Monday, entered on Tuesday after the window had accepted A02.
        await app.Approve(first["A01"], "FGJX", new DateTime(2026, 3, 2, 17, 0, 0));

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(first["A01"])).DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
            Assert.That((await app.Case(second["A02"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
        });
    }

    [Test]
    public async Task A_correction_and_a_refusal_of_the_application_stand_in_the_log_of_each_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var taken = await app.Receive(Scene.ProjectCode, "A01", "A02");

        await app.Within(new MarkCases(taken.Number, CaseStatus.CorrectionOpened, app.Zone.Now, "补正"));
        await app.Within(new MarkCases(taken.Number, CaseStatus.CorrectionClosed, app.Zone.Now, ""));
        await app.Within(new MarkCases(taken.Number, CaseStatus.NotAccepted, app.Zone.Now, "应向其他机关申请"));

        foreach (var number in taken.Cases.Values)
        {
            var log = await app.Log(number);
            Assert.That(log.Select(e => (e.Number, (int)e.Status, e.Note)), Is.EqualTo(new[] { (1, 1, ""), (2, 6, "补正"), (3, 7, ""), (4, 5, "应向其他机关申请") }));
        }
    }

    [Test]
    public async Task A_closed_case_takes_no_more_marks()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Refuse(applied["A01"], "FGJX");

        await app.Within(new MarkCases(applied.Number, CaseStatus.Withdrawn, app.Zone.Now, "撤回"));

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Refused));
            Assert.That((await app.Case(applied["A02"])).Status, Is.EqualTo(CaseStatus.Withdrawn));
        });
    }

    [Test]
    public async Task Withdrawing_an_application_stops_the_clocks_of_its_running_cases()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        await app.Within(new MarkCases(applied.Number, CaseStatus.Withdrawn, app.Zone.Now, "撤回"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.That(shown.Clocks.Select(k => k.StoppedOn), Is.Not.Empty.And.All.EqualTo(new DateOnly(2026, 3, 2)));
    }

    [Test]
    public async Task An_application_without_a_waiting_case_is_not_admitted()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await Scene.RefusalOf(() => app.Within(new AdmitCases(applied.Number, app.Zone.Now)));

        Assert.That(refused.Code(), Is.EqualTo("case.notWaiting"));
    }
}
