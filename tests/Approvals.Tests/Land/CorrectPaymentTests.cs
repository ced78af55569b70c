using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Land;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;

namespace Approvals.Tests.Land;

/// <summary>更正缴款.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CorrectPaymentTests
{
    private static CorrectPayment.Command Of(decimal? yuan, string? on, string? why = "看错", string voucher = "JK-1") =>
        new(PaymentKind.Price, voucher, yuan, on is null ? null : Ground.Day(on), why, Ground.Parcel);

    [Test]
    public async Task The_time_of_the_payment_ends_on_the_right_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        await app.SendByTwo(Of(null, "2026-02-25"), Person.Clerk, Person.Supervisor);

        var parcel = await app.Parcel07();
        Assert.That(parcel.Payments.Single(p => p.Kind == "price").PaidOn, Is.EqualTo(Ground.Day("2026-02-25")));
        Assert.That(parcel.Clocks.Single(c => c.Rule == Rules.Payment).StoppedOn, Is.EqualTo(Ground.Day("2026-02-25")));
        Assert.That((await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'Land.CorrectPayment' AND outcome = 'done'")).Single(), Does.Contain("2026-02-26").And.Contain("2026-02-25").And.Contain("看错"));
    }

    [Test]
    public async Task What_is_owed_follows_the_amount_and_the_clock_runs_again_until_it_is_paid_in_full()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        var less = await app.Send(Of(11_999_000m, null), Person.Clerk);
        var running = (await app.Parcel07()).Clocks.Single(c => c.Rule == Rules.Payment);
        app.SetTime("2026-03-26 09:00"); // the day after it was due
        await app.Send(new Modules.Deadlines.RaiseAlerts.Command());
        var red = await app.Rows<string>("SELECT a.level FROM deadlines_alert a JOIN deadlines_clock k ON k.id = a.clock_id WHERE k.limit_rule = 'payment' ORDER BY a.id");
        await app.SendByTwo(Of(12_000_000m, null), Person.Clerk, Person.Supervisor);

        var parcel = await app.Parcel07();
        Assert.Multiple(() =>
        {
            Assert.That((less.OwedYuan, less.IsPricePaidInFull), Is.EqualTo((1_000m, false)));
            Assert.That(running.StoppedOn, Is.Null);
            Assert.That(red, Is.EqualTo(new[] { "yellow", "red" }));
            Assert.That(parcel.Contract!.OwedYuan, Is.Zero);
            Assert.That(parcel.Clocks.Single(c => c.Rule == Rules.Payment).StoppedOn, Is.EqualTo(Ground.Day("2026-02-26")));
        });
    }

    [Test]
    public async Task After_the_handover_the_amount_stays_and_the_day_is_no_later_than_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        await app.Do(new HandOverParcel.Command("JD-1", Ground.Day("2026-03-02"), "三方", Ground.Parcel));
        app.At("2026-03-03 09:00");

        var amount = await app.Refusal(Of(11_000_000m, null));
        var late = await app.Refusal(Of(null, "2026-03-03"));
        await app.Send(Of(null, "2026-03-02"), Person.Clerk);

        Assert.That((amount.Codes(), late.Codes()), Is.EqualTo((new[] { "land.paymentStands" }, new[] { "land.paidAfter" })));
        Assert.That((await app.Parcel07()).Payments.Single(p => p.Kind == "price").PaidOn, Is.EqualTo(Ground.Day("2026-03-02")));
    }

    /// <summary>The tax is paid beside the price, and no limit hangs on its day.</summary>
    [Test]
    public async Task The_tax_is_corrected_by_itself_and_was_paid_no_later_than_the_title()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        CorrectPayment.Command Tax(decimal? yuan, string? on) => new(PaymentKind.Tax, "QS-1", yuan, on is null ? null : Ground.Day(on), "看错", Ground.Parcel);

        var corrected = await app.Send(Tax(350_000m, "2026-02-25"), Person.Clerk);
        var none = await app.Refusal(Tax(1m, null) with { Voucher = "JK-1" });
        var parcel = await app.Parcel07();
        await app.Do(new HandOverParcel.Command("JD-1", Ground.Day("2026-03-02"), "三方", Ground.Parcel));
        var handedOver = await app.Send(Tax(351_000m, null), Person.Clerk);
        await app.Do(new IssueTitle.Command("川（2026）示例不动产权第0000007号", Ground.Day("2026-03-02"), Ground.Parcel));
        app.At("2026-03-03 09:00");

        Assert.That(none.Codes(), Is.EqualTo(new[] { "land.noSuchPayment" }));
        Assert.That((corrected.OwedYuan, handedOver.OwedYuan), Is.EqualTo((0m, 0m)), "nothing more is owed of the price");
        Assert.That(parcel.Payments.Select(p => (p.Kind, p.AmountFen, p.PaidOn)), Is.EquivalentTo(new[] { ("price", 1_200_000_000L, Ground.Day("2026-02-26")), ("tax", 35_000_000L, Ground.Day("2026-02-25")) }));
        Assert.That((await app.Refusal(Tax(null, "2026-03-03"))).Codes(), Is.EqualTo(new[] { "land.paidAfter" }));
    }

    [Test]
    public async Task What_was_entered_too_low_ends_the_time_of_the_payment_on_the_day_of_the_last_one()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 5_000_000m);
        await app.Pay(6_000_000m, "JK-2", "2026-02-27");
        var before = (await app.Parcel07()).Clocks.Single(c => c.Rule == Rules.Payment).StoppedOn;

        var paid = await app.Send(Of(6_000_000m, null), Person.Clerk);

        Assert.That((before, paid.OwedYuan), Is.EqualTo(((DateOnly?)null, 0m)));
        Assert.That((await app.Parcel07()).Clocks.Single(c => c.Rule == Rules.Payment).StoppedOn, Is.EqualTo(Ground.Day("2026-02-27")));
    }

    [Test]
    public async Task Whoever_approves_another_day_reads_how_the_limit_was_kept_by_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        app.At("2026-04-02 09:00"); // a month after the contract it was due

        var asked = await app.Ask(Of(null, "2026-04-01"), Person.Clerk);

        Assert.That((await app.Send(new Modules.Countersigning.ShowRequest.Query(asked), Person.Supervisor)).Preview.Select(l => l.Zh), Is.EqualTo(new[] { "缴清价款：2026-03-25 到期，2026-04-01 为超期" }));
    }

    [Test]
    public async Task What_is_wrong_with_a_correction_is_told_by_field()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(Of(12_000_000.01m, "2026-03-03", " "))).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("date.inFuture", "paidOn"), ("land.overPaid", "amountYuan"), ("field.required", "reason") }));
            Assert.That((await app.Refusal(Of(null, null))).Codes(), Is.EqualTo(new[] { "correction.same" }));
            Assert.That((await app.Refusal(Of(1m, null, voucher: "JK-9"))).Codes(), Is.EqualTo(new[] { "land.noSuchPayment" }));
            Assert.That((await app.Refusal(Of(1m, null) with { Kind = null })).Fields(), Is.EqualTo(new[] { "kind" }));
            Assert.That((await app.Refusal(Of(1m, null) with { Seen = "1.00 2026-02-26" })).Codes(), Is.EqualTo(new[] { "correction.moved" }));
            Assert.That((await app.Refusal(Of(1m, null), Person.Reviewer("SWJ"))).Codes(), Is.EqualTo(new[] { "land.otherDepartment" }));
        });
    }

    [Test]
    public async Task The_page_of_the_parcel_corrects_it_and_shows_what_it_said()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.BringToHandover();
        using var clerk = await app.SignedIn("desk", Telling.Password);

        using var wrong = await clerk.Submit($"/land/{Ground.Parcel}", "form[action$='=Payment']", ("payment.AmountYuan", "十"), ("payment.Reason", "看错"));
        var told = await wrong.Html();
        using var right = await clerk.Submit($"/land/{Ground.Parcel}", "form[action$='=Payment']", ("payment.AmountYuan", "11999999.5"), ("payment.Reason", "看错"));

        var page = await clerk.Page($"/land/{Ground.Parcel}");
        Assert.Multiple(() =>
        {
            Assert.That(told.QuerySelector("form[action$='=Payment'] .is-invalid + .invalid-feedback")!.TextContent, Does.Contain("「十」不是有效的值"));
            Assert.That((int)right.StatusCode, Is.EqualTo(302));
            Assert.That(page.QuerySelector("section[aria-labelledby='payments']")!.TextContent, Does.Contain("11,999,999.50"));
            Assert.That(page.QuerySelector("#history")!.TextContent, Does.Contain("更正缴款").And.Contain("12,000,000.00 → 11,999,999.50"));
        });
    }
}
