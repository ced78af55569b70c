using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Tests.Supervision;

namespace Approvals.Tests.OneWindow;

/// <summary>The limits at the window and of the land, by the articles that give them.</summary>
[Parallelizable]
internal sealed class LawfulTimeTests
{
    [Test]
    public async Task Art_32_what_the_window_does_not_answer_within_five_working_days_is_accepted_from_the_day_of_receipt()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.At("2026-03-09 23:00");
        await Night(app);
        var inTime = (await app.Send(new GetApplication.Query(received.Number), Person.Clerk)).Head.State;

        app.At("2026-03-13 00:10"); // three nights without a run
        await Night(app);
        await Night(app);

        var shown = await app.Send(new GetApplication.Query(received.Number), Person.Clerk);
        Assert.That(inTime, Is.EqualTo(ApplicationState.Received), "the fifth day is in time to its end");
        Assert.That((shown.Head.State, shown.Head.DeemedOn), Is.EqualTo((ApplicationState.Accepted, (DateOnly?)new DateOnly(2026, 3, 2))));
        Assert.That((await app.Case(received["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 2)), "its limits count from the receipt");
        Assert.That((await app.Log(received["A01"]))[^1].Note, Is.EqualTo(Answering.DeemedZh));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_event WHERE status = 3"), Is.EqualTo(1));
    }

    [Test]
    public async Task Art_32_an_application_answered_or_sent_back_on_the_fifth_day_is_not_deemed_accepted()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var accepted = await app.Receive(Scene.ProjectCode, "A01");
        var corrected = await app.Receive(Scene.ProjectCode, "A09");
        app.At("2026-03-09 16:00");
        await app.Send(new Accept.Command(accepted.Number), Person.Clerk);
        var missing = (await app.Send(new GetApplication.Query(corrected.Number), Person.Clerk)).Materials[0].Document;
        await app.Send(new AskCorrection.Command([new(missing, "有误")], corrected.Number), Person.Clerk);

        app.At("2026-03-20 00:10");
        await Night(app);

        Assert.That((await app.Case(accepted["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 9)));
        Assert.That((await app.Send(new GetApplication.Query(corrected.Number), Person.Clerk)).Head.State, Is.EqualTo(ApplicationState.Correcting));
    }

    [Test]
    public async Task Art_32_after_the_five_days_there_is_no_other_answer_than_acceptance()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.At("2026-03-10 09:00");

        Assert.That((await Scene.Refusal(app, new NotAccept.Command("不在范围内", "市局", received.Number), Person.Clerk)).Code(), Is.EqualTo("application.deemedAccepted"));
        await app.Send(new Accept.Command(received.Number), Person.Clerk);

        Assert.That((await app.Case(received["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
    }

    [Test]
    public async Task Art_44_a_result_is_to_be_delivered_within_ten_working_days_and_its_clock_stops_when_it_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");
        var due = await app.Value<string>("SELECT due_on FROM deadlines_clock WHERE limit_rule = 'delivery' AND stopped_on IS NULL");

        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);

        Assert.That(due, Does.StartWith("2026-03-16"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE limit_rule = 'delivery' AND stopped_on IS NULL"), Is.Zero);
    }

    [Test]
    public async Task A_stage_runs_from_its_first_acceptance_and_ends_with_its_last_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");

        var begun = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Stages.Single();
        await app.Approve(applied["A01"], "FGJX");
        var half = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Stages.Single();
        await app.Approve(applied["A02"], "ZRZY");
        var over = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Stages.Single();

        Assert.That((begun.Clock.AcceptedOn, begun.Clock.DueOn), Is.EqualTo((new DateOnly(2026, 3, 2), (DateOnly?)new DateOnly(2026, 3, 9))), "five working days");
        Assert.That((half.Clock.StoppedOn, over.Clock.StoppedOn), Is.EqualTo(((DateOnly?)null, (DateOnly?)new DateOnly(2026, 3, 2))));
    }

    [Test]
    public async Task Land_dates_run_from_the_contract_and_one_and_two_years_after_the_agreed_start()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 0);

        var due = (await app.Parcel07()).Clocks.ToDictionary(c => c.Rule, c => c.DueOn);

        Assert.That(due[Rules.Payment], Is.EqualTo(new DateOnly(2026, 3, 25)), "a month after the signature");
        Assert.That((due[Rules.Handover], due[Rules.LandStart]), Is.EqualTo(((DateOnly?)new DateOnly(2026, 3, 31), (DateOnly?)new DateOnly(2026, 4, 30))));
        Assert.That((due[Rules.IdleFee], due[Rules.IdleTaking]), Is.EqualTo(((DateOnly?)new DateOnly(2027, 4, 30), (DateOnly?)new DateOnly(2028, 5, 1))), "30 April 2028 is a Sunday");
    }

    [Test]
    public async Task Handover_with_title_on_one_day_stops_both_and_the_start_of_works_stops_the_rest()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both);
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 3, 2), 0, Ground.Project), Person.Supervisor);

        var clocks = (await app.Parcel07()).Clocks;

        Assert.That(clocks, Has.Count.EqualTo(6));
        Assert.That(clocks.Select(c => (c.StoppedOn is null, c.Light)), Is.All.EqualTo((false, Light.Green)));
    }

    [Test]
    public async Task Art_32_acceptance_by_law_is_told_to_the_window_and_the_supervisor_and_ends_the_clock_of_the_answer()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.At("2026-03-10 00:10");

        await Night(app);
        await Night(app);

        Assert.That(await app.Told(), Is.EquivalentTo(new[] { "yellow clerk", "yellow supervisor" }));
        Assert.That((await app.Send(new GetApplication.Query(received.Number), Person.Clerk)).Answer.Select(k => k.StoppedOn), Is.EqualTo(new DateOnly?[] { new(2026, 3, 10) }));
    }

    [Test]
    public async Task Art_32_a_date_that_rests_on_an_unpublished_year_accepts_nothing()
    {
        await using var app = await App.Start("2026-12-28 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        app.At("2027-01-20 00:10");

        await Night(app);
        var asked = await app.Send(new DeemAccepted.Command(received.Number));

        Assert.That(asked, Is.Null);
        Assert.That((await app.Send(new GetApplication.Query(received.Number), Person.Clerk)).Head.State, Is.EqualTo(ApplicationState.Received));
    }

    [Test]
    public async Task Art_32_one_application_that_cannot_be_accepted_holds_up_no_other_and_is_said()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Receive(Scene.ProjectCode, "A01");
        var second = await app.Receive(Scene.ProjectCode, "A09");
        app.At("2026-03-10 00:10");
        // An event of a time to come: its acceptance would lie before it.
        await app.Change("UPDATE permits_case SET last_occurred_at = @Late WHERE number = @Number", new { Late = app.Zone.Now, Number = first["A01"] });

        await using var scope = app.Services.CreateAsyncScope();
        var job = ActivatorUtilities.CreateInstance<DeemAccepted.Job>(scope.ServiceProvider);
        var failed = Assert.ThrowsAsync<AggregateException>(() => job.Run(CancellationToken.None))!;

        Assert.That(failed.InnerExceptions.Single().Message, Does.StartWith(first.Number));
        Assert.That((await app.Send(new GetApplication.Query(first.Number), Person.Clerk)).Head.State, Is.EqualTo(ApplicationState.Received), "tried again with the next run");
        Assert.That((await app.Send(new GetApplication.Query(second.Number), Person.Clerk)).Head.State, Is.EqualTo(ApplicationState.Accepted));
    }

    [Test]
    public async Task Art_44_the_ten_days_run_from_the_decision_and_end_on_the_day_of_delivery_however_late_either_is_entered()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        app.At("2026-03-03 15:00");
        await app.Refuse(applied["A01"], "FGJX");
        app.At("2026-03-06 15:00");

        await app.SendByTwo(new HandOut.Command("示例经办", new(2026, 3, 4), applied["A01"], LateReason: "停电"), Person.Clerk, Person.Supervisor);

        var clock = (await app.Send(new ClocksOf("case", (await app.Case(applied["A01"])).Id))).Single(k => k.Rule == Rules.Delivery);
        Assert.That((clock.AcceptedOn, clock.DueOn, clock.StoppedOn), Is.EqualTo((new DateOnly(2026, 3, 3), (DateOnly?)new DateOnly(2026, 3, 17), (DateOnly?)new DateOnly(2026, 3, 4))), "a refusal is delivered too");
    }

    /// <summary>What the nightly job sends.</summary>
    private static async Task Night(App app)
    {
        foreach (var overdue in await app.Send(new DeemAccepted.Query())) await app.Send(new DeemAccepted.Command(overdue.Number));
    }
}
