using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>
/// 更正缴款: the day or the amount of a payment was entered wrongly. What is still owed and the time of the payment follow: it
/// ends on the day of the last payment, or runs again where the price is not paid in full after all.
/// </summary>
/// <remarks>
/// What was handed over or titled rests on the price being paid in full, and on the days before it: that a correction would
/// take away, it does not.
/// </remarks>
internal static class CorrectPayment
{
    /// <param name="Kind">The price or the tax.</param>
    /// <param name="Voucher">The number of its voucher.</param>
    /// <param name="AmountYuan">The right amount; the one entered where none is given.</param>
    /// <param name="PaidOn">The right day; the one entered where none is given.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="Number">The parcel.</param>
    /// <param name="Seen">Amount and day as they were when this was asked for: refused where they are others by now.</param>
    [RecordAs("更正缴款", "Correct a payment", Subject.Parcel)]
    [Needs(Act.RegisterLand)]
    [TakesTwo]
    internal sealed record Command(PaymentKind? Kind, string Voucher, decimal? AmountYuan, DateOnly? PaidOn, string? Reason, string Number = "", string? Seen = null) : ICommand<RecordPayment.Result>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/payments/correct", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Correct the amount or the day of a payment");

    /// <summary>How a payment stands, as a correction of it may say back.</summary>
    public static string Stands(long amountFen, DateOnly paidOn) => $"{Measures.Yuan(amountFen)} {Words.Day(paidOn)}";

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, StepOwner owner, CorrectedEntry corrected) : IRequestHandler<Command, RecordPayment.Result>
    {
        private const string Find = "SELECT id, amount_fen, paid_on, recorded_at FROM land_payment WHERE parcel_id = @Id AND kind = @kind AND voucher = @voucher";

        private const string Owe = """
            UPDATE land_contract
               SET paid_fen = paid_fen + @more
             WHERE parcel_id = @Id AND paid_fen + @more <= price_fen AND paid_fen + @more >= 0
            """;

        private const string Correct = """
            UPDATE land_payment
               SET amount_fen = @amount, paid_on = @on
             WHERE id = @Id AND amount_fen = @AmountFen AND paid_on = @PaidOn
            """;

        public async Task<RecordPayment.Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.RegisterLand, StepOwner.Land);
            var check = new Check().That(command.Kind is not null, "field.required", "kind", "请选择款项：出让价款或契税。", "Say what was paid: price or tax.");
            check.Done();
            var (isPrice, voucher) = (command.Kind == PaymentKind.Price, Parcels.Key(command.Voucher));
            var parcel = await db.TakeParcel(command.Number, ct);
            var row = await db.Find<Row>(Find, new { parcel.Id, kind = isPrice ? "price" : "tax", voucher }, ct) ?? throw Refused.NotFound("land.noSuchPayment", "voucher",
                $"地块 {parcel.Number} 没有凭证号为「{voucher}」的这项缴款，请核对。", $"Parcel {parcel.Number} has no such payment with the voucher “{voucher}”; check it.");
            CorrectedEntry.Demand(command.Seen, Stands(row.AmountFen, row.PaidOn));
            var amount = command.AmountYuan is null ? row.AmountFen : check.Whole(command.AmountYuan, 2, 0.01m, 1_000_000_000_000, "amountYuan", "金额", "The amount", new("元", "yuan"));
            var on = command.PaidOn ?? row.PaidOn;
            CorrectedEntry.Change sum = new(new("金额（元）", "Amount, yuan"), Measures.Yuan(row.AmountFen), Measures.Yuan(amount)), day = new(new("缴款日期", "Paid on"), Words.Day(row.PaidOn), Words.Day(on));
            Handover.NotInFuture(check, on, clock.Today, "paidOn", new("缴款日期", "The date of payment"));
            var more = isPrice ? amount - row.AmountFen : 0;
            check.That(parcel.OwedFen - more >= 0, "land.overPaid", "amountYuan",
                $"更正后已缴价款超过合同价 {Measures.Yuan(more - parcel.OwedFen)} 元，请核对。", $"The price paid would be {Measures.Yuan(more - parcel.OwedFen)} yuan more than the contract says; check it.");
            Rests(check, parcel, isPrice, more, on);
            CorrectedEntry.Check(check, command.Reason, "amountYuan", sum, day);
            check.Done();
            if (await db.Execute(Correct, new { row.Id, row.AmountFen, row.PaidOn, amount, on }, ct) == 0 || (more != 0 && await db.Execute(Owe, new { parcel.Id, more }, ct) == 0))
                throw Refused.Conflict("correction.moved", "刚刚已由他人更正，请刷新页面查看。", "Somebody has just corrected it; reload the page.");
            // No limit hangs on the day of the tax.
            corrected.Of(command.Reason, row.RecordedAt, isPrice && on != row.PaidOn ? on : null, LateEntry.OfTheCentre, command with { Seen = Stands(row.AmountFen, row.PaidOn) }, sum, day);
            var now = await db.ParcelOf(parcel.Number, ct);
            if (isPrice) await Follow(parcel, now, ct);
            return new(now.Number, (decimal)now.OwedFen / 100, now.OwedFen == 0, now.TaxPaidOn is not null);
        }

        /// <summary>What was done on the strength of it.</summary>
        private static void Rests(Check check, Parcel parcel, bool isPrice, long more, DateOnly on)
        {
            var done = isPrice ? parcel.HandedOverOn ?? parcel.TitledOn : parcel.TitledOn;
            if (done is not { } day) return;
            var (zh, en) = isPrice && parcel.HandedOverOn is not null ? ("交地", "handed over") : ("发证", "titled");
            check.That(more == 0, "land.paymentStands", "amountYuan",
                    $"地块已于 {Words.Day(day)} {zh}，以价款缴清为前提，金额不能再改，只能更正日期；请核对凭证。", $"The parcel was {en} on {Words.Day(day)} because the price was paid in full: the amount stays, only the day can be corrected. Check the voucher.")
                .That(on <= day, "land.paidAfter", "paidOn",
                    $"地块已于 {Words.Day(day)} {zh}，缴款日期不能更晚。", $"The parcel was {en} on {Words.Day(day)}: it was paid no later.");
        }

        private async Task Follow(Parcel was, Parcel now, CancellationToken ct)
        {
            if (was.OwedFen > 0 && now.OwedFen == 0) await mediator.Send(new StopClocks(LandClocks.Parcel, now.Id, now.LastPaidOn!.Value, Rules.Payment), ct);
            else if (was.OwedFen == 0) await mediator.Send(new CorrectStop(LandClocks.Parcel, now.Id, Rules.Payment, was.LastPaidOn!.Value, now.OwedFen == 0 ? now.LastPaidOn : null), ct);
        }

        private sealed record Row
        {
            public long Id { get; init; }
            public long AmountFen { get; init; }
            public DateOnly PaidOn { get; init; }
            public DateTime RecordedAt { get; init; }
        }
    }
}
