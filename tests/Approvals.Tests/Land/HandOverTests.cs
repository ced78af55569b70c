using Approvals.Modules.Land;
using Approvals.Modules.Land.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;

namespace Approvals.Tests.Land;

[Parallelizable]
internal sealed class HandOverTests
{
    private static readonly HandOverParcel.Command HandOver = new("JD-2026-07", Ground.Day("2026-03-02"), "自规、企业、管委会", Ground.Parcel);
    private static readonly IssueTitle.Command Title = new("川（2026）示例不动产权第0000007号", Ground.Day("2026-03-02"), Ground.Parcel);

    private static DateOnly Day(string day) => Ground.Day(day);

    [Test]
    public async Task Handover_and_title_on_one_day_are_one_action()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        await app.Do(Ground.Both);

        var parcel = await app.Parcel07();
        var project = (await app.Send(new FindProject(Ground.Project)))!;
        var milestones = (await app.Send(new MilestonesOf(project.Id))).ToDictionary(m => m.Kind, m => m.ReachedOn);
        Assert.Multiple(() =>
        {
            Assert.That(parcel.Handover!.HandedOverOn, Is.EqualTo(Day("2026-03-02")));
            Assert.That(parcel.Title!.IssuedOn, Is.EqualTo(Day("2026-03-02")));
            Assert.That(parcel.Next, Is.EqualTo(NextAct.Nothing));
            Assert.That(parcel.Steps.Select(s => s.State), Is.All.EqualTo(StepState.Done));
            Assert.That(milestones["LandAcquired"], Is.EqualTo(Day("2026-02-25")));
            Assert.That(milestones["HandedOver"], Is.EqualTo(Day("2026-03-02")));
            Assert.That(milestones["Titled"], Is.EqualTo(Day("2026-03-02")));
        });
    }

    [Test]
    public async Task Handover_with_title_lists_everything_missing_and_writes_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();

        var refused = await app.Refusal(Ground.Both);

        Assert.That(refused.Status, Is.EqualTo(RefusedAs.Conflict));
        Assert.That(refused.Codes(), Is.EqualTo(new[]
        {
            "land.contractMissing", "land.priceOwed", "land.taxMissing", "land.siteSurveyMissing", "land.parcelSurveyMissing",
        }));
        await NothingWritten(app);
    }

    [TestCase("contract", "land.contractMissing")]
    [TestCase("price", "land.priceOwed")]
    [TestCase("tax", "land.taxMissing")]
    [TestCase("site", "land.siteSurveyMissing")]
    [TestCase("map", "land.parcelSurveyMissing")]
    public async Task Handover_with_title_waits_for_each_of_them(string without, string code)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(without != "contract", without == "price" ? 0 : 12_000_000m, without != "tax", without != "site", without != "map");

        var refused = await app.Refusal(Ground.Both);

        Assert.That(refused.Codes(), Does.Contain(code));
        Assert.That(refused.Problems, Has.Count.EqualTo(without == "contract" ? 3 : 1), "without a contract nothing can be paid");
        await NothingWritten(app);
    }

    [Test]
    public async Task A_title_that_fails_takes_the_handover_back_with_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both);
        await app.Do(new OpenParcel.Command(Ground.Project, "A-08", 10_000m, 312.5m, 100));
        await app.Do(Ground.Contract with { Number = "A-08", ContractNumber = "示例合同-002" });
        await app.Do(new RecordPayment.Command(PaymentKind.Price, 12_000_000m, Day("2026-02-26"), "JK-2", "A-08"));
        await app.Do(new RecordPayment.Command(PaymentKind.Tax, 360_000m, Day("2026-02-26"), "QS-2", "A-08"));
        await app.Do(new RecordSiteSurvey.Command(312.5m, Day("2026-02-26"), "示例测绘院", "A-08"));
        await app.Do(new RecordParcelSurvey.Command("ZD-08", Day("2026-02-26"), "A-08"));

        var refused = await app.Refusal(Ground.Both with { Number = "A-08" });

        Assert.That(refused.Codes(), Is.EqualTo(new[] { "land.certificateTaken" }));
        Assert.That(refused.Problems[0].Message.Zh, Does.Contain("A-07"));
        Assert.That((await app.Do(new GetParcel.Query("A-08"))).Handover, Is.Null);
    }

    [Test]
    public async Task Half_the_price_gives_no_handover_and_no_title_not_even_of_half_the_land()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 6_000_000m);

        Assert.That((await app.Refusal(HandOver)).Codes(), Is.EqualTo(new[] { "land.priceOwed" }));
        Assert.That((await app.Refusal(Ground.Both)).Codes(), Is.EqualTo(new[] { "land.priceOwed" }));
        Assert.That((await app.Refusal(Title)).Codes(), Is.EqualTo(new[] { "land.priceOwed", "land.notHandedOver" }));

        await app.Pay(5_999_999.99m, "JK-2");
        Assert.That((await app.Refusal(Ground.Both)).Problems.Single().Message.Zh, Does.Contain("尚欠 0.01 元"), "one fen short");
        await NothingWritten(app);

        await app.Pay(0.01m, "JK-3");
        await app.Do(Ground.Both);
    }

    [Test]
    public async Task A_second_handover_is_refused_and_names_the_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(HandOver);

        var again = await app.Refusal(HandOver with { ConfirmationNumber = "JD-OTHER" });
        var withTitle = await app.Refusal(Ground.Both);

        Assert.That(again.Codes(), Is.EqualTo(new[] { "land.handedOver" }));
        Assert.That(again.Problems[0].Message.Zh, Does.Contain("2026-03-02").And.Contain("JD-2026-07"));
        Assert.That(withTitle.Codes(), Is.EqualTo(new[] { "land.handedOver" }));
    }

    [Test]
    public async Task Of_two_clerks_who_hand_over_at_once_one_is_told_of_the_other()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        var attempts = await Task.WhenAll(Enumerable.Range(1, 8).Select(async i =>
        {
            try
            {
                await app.Do(HandOver with { ConfirmationNumber = $"JD-{i}" });
                return null;
            }
            catch (Refused refused)
            {
                return refused;
            }
        }));

        var winner = Array.FindIndex(attempts, a => a is null) + 1;
        Assert.That(attempts.Count(a => a is null), Is.EqualTo(1));
        Assert.That(attempts.OfType<Refused>().Select(r => r.Problems.Single().Message.Zh), Is.All.Contain($"JD-{winner}）"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_handover"), Is.EqualTo(1));
    }

    [TestCase("2026-03-03", "date.inFuture")]
    [TestCase("2026-02-24", "date.beforeEarlierStep")]
    [TestCase("2026-02-26", "date.beforeEarlierStep")]
    public async Task The_day_of_a_handover_is_neither_in_the_future_nor_before_what_it_rests_on(string day, string code)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        var refused = await app.Refusal(HandOver with { HandedOverOn = Day(day) });

        Assert.That(refused.Codes(), Has.Member(code));
        Assert.That(refused.Fields(), Is.All.EqualTo("handedOverOn"));
        await NothingWritten(app);
    }

    [Test]
    public async Task A_title_can_follow_later_and_says_how_many_working_days_that_took()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(tax: false);
        await app.Do(HandOver);
        Assert.That((await app.Refusal(Title)).Codes(), Is.EqualTo(new[] { "land.taxMissing" }));

        app.At("2026-03-09 09:00");
        await app.Do(new RecordPayment.Command(PaymentKind.Tax, 360_000m, Day("2026-03-06"), "QS-1", Ground.Parcel));
        Assert.That((await app.Refusal(Title with { IssuedOn = Day("2026-03-05") })).Fields(), Is.EqualTo(new[] { "issuedOn" }), "before the tax");
        var title = await app.Do(Title with { IssuedOn = Day("2026-03-09") });

        Assert.That(title.WorkingDays, Is.EqualTo(5));
        var again = await app.Refusal(Title with { CertificateNumber = "另一证号" });
        Assert.That(again.Problems.Single().Message.Zh, Does.Contain("2026-03-09").And.Contain("第0000007号"));
    }

    [Test]
    public async Task A_project_of_two_parcels_has_its_land_when_the_second_is_handed_over()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(new OpenParcel.Command(Ground.Project, "A-08", 10_000m, 312.5m, 100));
        await app.Do(Ground.Contract with { Number = "A-08", ContractNumber = "示例合同-002" });
        await app.Do(Ground.Both);

        var project = (await app.Send(new FindProject(Ground.Project)))!;
        var milestones = await app.Send(new MilestonesOf(project.Id));

        Assert.That(milestones.Where(m => m.ReachedOn is not null).Select(m => m.Kind), Is.EqualTo(new[] { "LandAcquired" }));
        var parcels = await app.Send(new ParcelsOf(project.Id));
        Assert.That(parcels.Select(p => (p.Number, p.TitledOn, p.Missing.Count)), Is.EqualTo(new[] { ("A-07", (DateOnly?)Day("2026-03-02"), 0), ("A-08", null, 4) }));
    }

    [Test]
    public async Task Everything_wrong_with_the_papers_is_told_at_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        var refused = await app.Refusal(new HandOverWithTitle.Command("", " ", null, "", Ground.Parcel));

        Assert.That(refused.Fields(), Is.EqualTo(new[] { "confirmationNumber", "confirmedBy", "certificateNumber", "handedOverOn" }));
        Assert.That(refused.Status, Is.EqualTo(RefusedAs.Invalid));
    }

    [Test]
    public async Task Only_those_who_handle_land_hand_it_over()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        foreach (var who in new[] { Person.Agent, Person.Manager, Person.Supervisor, Person.Leader, Person.Auditor, Person.SystemAdministrator })
            Assert.That((await app.Refusal(Ground.Both, who)).Status, Is.EqualTo(RefusedAs.Forbidden), who.Name);
        await NothingWritten(app);
    }

    private static async Task NothingWritten(App app)
    {
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_handover"), Is.Zero);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_title"), Is.Zero);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_milestone WHERE kind IN ('HandedOver', 'Titled')"), Is.Zero);
    }
}
