using Approvals.Modules.Land;
using Approvals.Web;

namespace Approvals.Tests.Land;

/// <summary>Parcel, contract and payments: what is taken and what is refused.</summary>
[Parallelizable]
internal sealed class RecordTests
{
    private static DateOnly Day(string day) => Ground.Day(day);

    [Test]
    public async Task A_parcel_is_kept_in_whole_square_decimetres_and_millimetres()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel(66_666.67m);

        Assert.That(await app.Value<long>("SELECT area_dm2 FROM land_parcel"), Is.EqualTo(6_666_667));
        Assert.That(await app.Value<int>("SELECT required_level_mm FROM land_parcel"), Is.EqualTo(312_500));
        Assert.That((await app.Parcel07()).AreaMu, Is.EqualTo("100"));
    }

    [Test]
    public async Task Every_bad_figure_of_a_parcel_is_named_and_nothing_is_written()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var refused = await app.Refusal(new OpenParcel.Command("2601-510300-04-01-999999", "../etc", -5m, 312.5001m, null));

        Assert.That(refused.Problems.Select(p => (p.Field, p.Code)), Is.EqualTo(new[]
        {
            ("number", "land.parcelNumberForm"), ("areaM2", "field.outOfRange"), ("requiredLevelM", "field.tooManyPlaces"), ("toleranceMm", "field.required"),
        }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_parcel"), Is.Zero);
    }

    [Test]
    public async Task A_parcel_needs_its_project_and_a_number_of_its_own()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var open = new OpenParcel.Command("2601-510300-04-01-999999", "a-07", 80_000m, 312.5m, 100);
        Assert.That((await app.Refusal(open)).Fields(), Is.EqualTo(new[] { "projectCode" }));

        await app.OpenParcel();
        Assert.That((await app.Refusal(open with { ProjectCode = Ground.Project })).Codes(), Is.EqualTo(new[] { "land.parcelExists" }), "codes compare upper-case");
    }

    [Test]
    public async Task A_parcel_nobody_registered_is_not_found()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        Assert.That((await app.Refusal(new GetParcel.Query("B-99"))).Status, Is.EqualTo(RefusedAs.NotFound));
        Assert.That((await app.Refusal(Ground.Contract with { Number = "B-99" })).Status, Is.EqualTo(RefusedAs.NotFound));
    }

    [Test]
    public async Task The_dates_of_a_contract_stand_in_their_order()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(Ground.Contract with { SignedOn = Day("2026-03-03") })).Fields(), Is.EqualTo(new[] { "signedOn" }));
            Assert.That((await app.Refusal(Ground.Contract with { HandoverBy = Day("2026-02-24") })).Fields(), Is.EqualTo(new[] { "handoverBy" }));
            Assert.That((await app.Refusal(Ground.Contract with { StartBy = Day("2026-03-30") })).Fields(), Is.EqualTo(new[] { "startBy" }));
            Assert.That((await app.Refusal(Ground.Contract with { CompleteBy = Day("2026-04-29") })).Fields(), Is.EqualTo(new[] { "completeBy" }));
            Assert.That((await app.Refusal(Ground.Contract with { PriceYuan = 0.001m, ContractNumber = "" })).Fields(), Is.EqualTo(new[] { "contractNumber", "priceYuan" }));
        });
        Assert.That((await app.Parcel07()).Contract, Is.Null);
    }

    [Test]
    public async Task A_parcel_has_one_contract()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract);

        var second = await app.Refusal(Ground.Contract with { ContractNumber = "示例合同-009" });

        Assert.That(second.Codes(), Is.EqualTo(new[] { "land.contractExists" }));
        Assert.That(second.Problems[0].Message.Zh, Does.Contain("示例合同-001"));
    }

    [Test]
    public async Task Payments_add_up_and_say_what_is_still_owed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        Assert.That((await app.Refusal(new RecordPayment.Command(PaymentKind.Price, 1m, Day("2026-02-26"), "JK-0", Ground.Parcel))).Codes(), Is.EqualTo(new[] { "land.contractMissing" }));
        await app.Do(Ground.Contract);

        var first = await app.Pay(6_000_000m, "JK-1", "2026-01-15");
        Assert.That((first.OwedYuan, first.IsPricePaidInFull), Is.EqualTo((6_000_000m, false)), "the deposit was paid before the contract");
        var second = await app.Pay(6_000_000m, "JK-2");
        Assert.That((second.OwedYuan, second.IsPricePaidInFull), Is.EqualTo((0m, true)));
        Assert.That(
            await app.Value<long>("SELECT paid_fen FROM land_contract"),
            Is.EqualTo(await app.Value<long>("SELECT SUM(amount_fen) FROM land_payment WHERE kind = 'price'")));
    }

    [Test]
    public async Task More_than_is_owed_is_refused_and_not_recorded()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract);
        await app.Pay(11_000_000m, "JK-1");

        var refused = await app.Refusal(new RecordPayment.Command(PaymentKind.Price, 1_000_000.01m, Day("2026-02-26"), "JK-2", Ground.Parcel));

        Assert.That(refused.Fields(), Is.EqualTo(new[] { "amountYuan" }));
        Assert.That(refused.Problems[0].Message.Zh, Does.Contain("1,000,000.00"));
        Assert.That((await app.Parcel07()).Payments, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_voucher_counts_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract);
        await app.Pay(1_000_000m, "JK-1");

        var refused = await app.Refusal(new RecordPayment.Command(PaymentKind.Price, 1_000_000m, Day("2026-02-26"), " jk-1", Ground.Parcel));

        Assert.That(refused.Codes(), Is.EqualTo(new[] { "land.voucherRecorded" }));
        Assert.That((await app.Parcel07()).Contract!.OwedYuan, Is.EqualTo(11_000_000m));
    }

    [Test]
    public async Task Payments_sent_at_once_never_exceed_the_price()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            try
            {
                await app.Pay(2_000_000m, $"JK-{i}");
            }
            catch (Refused)
            {
                // Six fit, four do not.
            }
        }));

        var parcel = await app.Parcel07();
        Assert.That(parcel.Contract!.OwedYuan, Is.Zero);
        Assert.That(parcel.Payments, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_parcel_is_surveyed_for_its_map_once_and_its_site_never_after_the_handover()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both);

        Assert.That((await app.Refusal(new RecordParcelSurvey.Command("ZD-09", Day("2026-03-02"), Ground.Parcel))).Codes(), Is.EqualTo(new[] { "land.parcelSurveyExists" }));
        Assert.That((await app.Refusal(new RecordSiteSurvey.Command(312.5m, Day("2026-03-02"), "示例测绘院", Ground.Parcel))).Codes(), Is.EqualTo(new[] { "land.handedOver" }));
    }

    [Test]
    public async Task The_list_goes_on_where_the_page_before_ended()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(Ground.Both);
        for (var i = 1; i <= ListParcels.PageSize + 1; i++)
            await app.Do(new OpenParcel.Command(Ground.Project, $"B-{i:000}", 1_000m, 300m, 100));

        var first = await app.Send(new ListParcels.Query(), Person.Auditor);
        var second = await app.Send(new ListParcels.Query(first.Next), Person.Auditor);
        var open = await app.Send(new ListParcels.Query(Open: true), Person.Auditor);

        Assert.Multiple(() =>
        {
            Assert.That(first.Parcels, Has.Count.EqualTo(ListParcels.PageSize));
            Assert.That(first.Parcels[0].Number, Is.EqualTo("A-07"));
            Assert.That(second.Parcels.Select(p => p.Number), Is.EqualTo(new[] { "B-050", "B-051" }));
            Assert.That(second.Next, Is.Null);
            Assert.That(open.Parcels[0].Number, Is.EqualTo("B-001"));
            Assert.That(open.Parcels[0].Next, Is.EqualTo(NextAct.SignContract));
        });
    }
}
