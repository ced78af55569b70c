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
