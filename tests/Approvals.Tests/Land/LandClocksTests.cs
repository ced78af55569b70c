using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Land;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Supervision;

namespace Approvals.Tests.Land;

/// <summary>The dates of the land contract (payment, handover, title, start, idle for one and two years) have clocks like any other.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LandClocksTests
{
    private static async Task<ClockFact> Clock(App app, string rule) => (await app.Parcel07()).Clocks.Single(c => c.Rule == rule);

    private static DateOnly? Day(string day) => Ground.Day(day);

    [Test]
    public async Task A_land_date_that_passes_turns_red_and_rides_the_ladder_to_the_leaders()
    {
        await using var app = await Floor.Start("2026-03-02 09:00");
        await app.BringToHandover(); // to be handed over by Tuesday 2026-03-31
        await app.Scan("2026-03-31 20:00");
        var told = await app.Told();
        await app.Forget();

        await app.Scan("2026-04-01 00:05");
        var red = await app.Told();
        var order = await app.Order();
        var late = (await Clock(app, Rules.Handover)).Light;
        await app.Forget();
        await app.Scan("2026-04-08 00:05"); // 4 to 6 April are off: unanswered for three working days

        var escalated = await app.Told();
        await app.Do(Ground.Both with { HandedOverOn = Ground.Day("2026-04-08") });
        Assert.Multiple(async () =>
        {
            Assert.That(told, Is.EquivalentTo(new[] { "yellow zrzy", "yellow supervisor" }), "the day itself is in time");
            Assert.That(late, Is.EqualTo(Light.Red));
            Assert.That(red, Is.EquivalentTo(new[] { "red zrzy-head", "red supervisor" }));
            Assert.That((order.SubjectKind, order.Label, order.LimitRule, order.DueOn, order.AnswerDueOn), Is.EqualTo(("parcel", "A-07", "handover", new DateOnly(2026, 3, 31), new DateOnly(2026, 4, 7))));
            Assert.That(escalated, Does.Contain("red leader"));
            Assert.That((await app.Order()).FinishedHow, Is.EqualTo("stopped"), "the handover ends the order");
            Assert.That((await Clock(app, Rules.Handover)).StoppedOn, Is.EqualTo(Day("2026-04-08")));
        });
    }

    [Test]
    public async Task The_clock_of_the_payment_stops_when_the_last_of_the_price_is_paid_and_on_the_day_it_was()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 0);
        await app.Pay(5_000_000m, "JK-2", "2026-02-27");
        var half = (await Clock(app, Rules.Payment)).StoppedOn;

        await app.Pay(7_000_000m, "JK-1", "2026-02-26");

        Assert.That(half, Is.Null);
        Assert.That((await Clock(app, Rules.Payment)).StoppedOn, Is.EqualTo(Day("2026-02-27")), "entered out of order, the price was paid with the later voucher");
    }

    [Test]
    public async Task Of_land_handed_over_alone_the_title_has_the_promised_day_and_its_issue_stops_the_clock()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        await app.BringToHandover();
        await app.Do(new HandOverParcel.Command("JD-2026-07", Ground.Day("2026-03-02"), "自规、企业、管委会", Ground.Parcel));
        var running = await Clock(app, Rules.Title);

        await app.Do(new IssueTitle.Command("川（2026）示例不动产权第0000007号", Ground.Day("2026-03-03"), Ground.Parcel));

        Assert.That((await Clock(app, Rules.Handover)).StoppedOn, Is.EqualTo(Day("2026-03-02")));
        Assert.That((running.AcceptedOn, running.DueOn, running.StoppedOn), Is.EqualTo((new DateOnly(2026, 3, 2), Day("2026-03-03"), (DateOnly?)null)), "promised in one working day");
        Assert.That((await Clock(app, Rules.Title)).StoppedOn, Is.EqualTo(Day("2026-03-03")));
    }

    [Test]
    public async Task A_contract_entered_after_its_dates_has_late_clocks_at_once_counted_from_the_signature()
    {
        await using var app = await Floor.Start("2026-06-10 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract with { PaymentBy = Ground.Contract.SignedOn });

        await app.Scan();

        var clocks = (await app.Parcel07()).Clocks.ToDictionary(c => c.Rule);
        Assert.Multiple(() =>
        {
            Assert.That(clocks[Rules.Payment].DueOn, Is.EqualTo(Day("2026-02-25")), "what was due on the very day of the signature has that day");
            Assert.That((clocks[Rules.Payment].Light, clocks[Rules.Handover].Light, clocks[Rules.LandStart].Light, clocks[Rules.IdleFee].Light), Is.EqualTo((Light.Red, Light.Red, Light.Red, Light.Green)));
            Assert.That(clocks[Rules.Handover].AcceptedOn, Is.EqualTo(new DateOnly(2026, 2, 25)));
        });
        Assert.That((await app.Orders()).Select(o => o.LimitRule), Is.EquivalentTo(new[] { "payment", "handover", "land-start" }));
    }

    [Test]
    public async Task Only_the_start_of_works_stops_the_clocks_of_idle_land_on_its_day_and_a_later_contract_has_none()
    {
        await using var app = await App.Start("2026-06-10 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both with { HandedOverOn = Ground.Day("2026-06-09") });
        var running = (await app.Parcel07()).Clocks.Where(c => c.StoppedOn is null).Select(c => c.Rule).ToList();
        await app.Send(new ReportMilestone.Command(MilestoneKind.ConstructionStarted, new(2026, 6, 10), 0, Ground.Project), Person.Supervisor);
        await app.Do(new OpenParcel.Command(Ground.Project, "A-08", 10_000m, 312.5m, 100));
        await app.Do(Ground.Contract with { ContractNumber = "示例合同-002", Number = "A-08" });

        var clocks = (await app.Parcel07()).Clocks;
        var second = (await app.Send(new GetParcel.Query("A-08"), Person.Auditor)).Clocks;
        Assert.Multiple(() =>
        {
            Assert.That(running, Is.EquivalentTo(new[] { Rules.LandStart, Rules.IdleFee, Rules.IdleTaking }), "land, title and payment are other milestones");
            Assert.That(clocks.Where(c => running.Contains(c.Rule)).Select(c => c.StoppedOn), Is.All.EqualTo(Day("2026-06-10")));
            Assert.That(clocks.Single(c => c.Rule == Rules.LandStart).Light, Is.EqualTo(Light.Red), "stopped after its day");
            Assert.That(second.Select(c => c.Rule), Is.EquivalentTo(new[] { Rules.Payment, Rules.Handover }), "works have started");
        });
    }

    [Test]
    public async Task The_arithmetic_of_an_agreed_day_says_that_it_was_agreed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 0);

        Assert.That((await Clock(app, Rules.Handover)).Explanation, Is.EqualTo("约定 2026-03-31（周二）完成，当日仍在时限内。"));
        Assert.That((await Clock(app, Rules.IdleTaking)).Explanation, Does.Contain("民法典第二百零二条").And.Contain("按民法典第二百零三条顺延至 2028-05-01"));
    }
}
