using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>What was paid: the price of the land (出让价款) or the deed tax (契税).</summary>
internal enum PaymentKind
{
    Price,
    Tax,
}

/// <summary>Records a payment by its voucher. The price may come in parts; the title waits for all of them.</summary>
/// <remarks>
/// A payment may be older than the contract: the deposit of the auction becomes part of the price, and is entered with the
/// contract. The day of the price decides whether it was paid in time, so a late entry of it takes two; no limit hangs on
/// the day of the tax.
/// </remarks>
internal static class RecordPayment
{
    [RecordAs("登记缴款", "Record a payment", Subject.Parcel)]
    [Needs(Act.RegisterLand)]
    [TakesTwo]
    internal sealed record Command(PaymentKind? Kind, decimal? AmountYuan, DateOnly? PaidOn, string Voucher, string Number = "", string? LateReason = null) : ICommand<Result>;

    /// <param name="OwedYuan">What is still owed of the price.</param>
    internal sealed record Result(string Number, decimal OwedYuan, bool IsPricePaidInFull, bool IsTaxPaid);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/payments", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Record a payment of the price or of the deed tax");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, ZoneClock clock, Actor actor, Trail trail, StepOwner owner, LateEntry late) : IRequestHandler<Command, Result>
    {
        private const string Pay = """
            UPDATE land_contract
               SET paid_fen = paid_fen + @amount
             WHERE parcel_id = @Id AND paid_fen + @amount <= price_fen
            """;

        private const string Insert = """
            INSERT INTO land_payment (id, parcel_id, kind, amount_fen, paid_on, voucher, recorded_at, recorded_by)
            VALUES (@id, @parcelId, @kind, @amount, @PaidOn, @voucher, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.RegisterLand, StepOwner.Land);
            var voucher = Parcels.Key(command.Voucher);
            var check = new Check().Text(voucher, "voucher", "凭证号", "The voucher number", 80);
            var amount = check.Whole(command.AmountYuan, 2, 0.01m, 1_000_000_000_000, "amountYuan", "金额", "The amount", new("元", "yuan"));
            check.That(command.Kind is not null, "field.required", "kind", "请选择款项：出让价款或契税。", "Say what was paid: price or tax.");
            Handover.NotInFuture(check, command.PaidOn, clock.Today, "paidOn", new("缴款日期", "The date of payment"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.ContractNumber is null)
                throw Refused.Conflict("land.contractMissing", $"地块 {parcel.Number} 还没有出让合同，先登记合同再录缴款。", $"Parcel {parcel.Number} has no contract yet; record it before its payments.");
            var isPrice = command.Kind == PaymentKind.Price;
            var isNew = await db.TryInsert(Insert, new
            {
                id = await ids.Next(),
                parcelId = parcel.Id,
                kind = isPrice ? "price" : "tax",
                amount,
                command.PaidOn,
                voucher,
                now = clock.Now,
                by = actor.UserId,
            }, ct);
            if (!isNew)
                throw Refused.Conflict("land.voucherRecorded", $"凭证 {voucher} 已经录入，无需重复录入。", $"Voucher {voucher} is already recorded.");
            if (isPrice && await db.Execute(Pay, new { parcel.Id, amount }, ct) == 0)
                throw Refused.Invalid("land.overPaid", "amountYuan",
                    parcel.OwedFen == 0 ? "出让价款已缴清，不能再录。" : $"金额 {Measures.Yuan(amount)} 元超过尚欠的 {Measures.Yuan(parcel.OwedFen)} 元，请核对。",
                    parcel.OwedFen == 0 ? "The price is already paid in full." : $"{Measures.Yuan(amount)} yuan is more than the {Measures.Yuan(parcel.OwedFen)} yuan still owed.");

            // A deposit from before the contract could be entered no sooner than the contract was: it is late from that day on.
            var isLate = command.PaidOn < parcel.SignedOn ? late.IsLate(clock.DayOf(parcel.ContractRecordedAt!.Value)) : late.IsLate(command.PaidOn!.Value);
            if (isPrice && isLate)
                late.Demand(new($"价款 {Measures.Yuan(amount)} 元缴于", $"{Measures.Yuan(amount)} yuan of the price paid on"), command.PaidOn!.Value, command.LateReason, LateEntry.OfTheCentre);
            var owed = parcel.OwedFen - (isPrice ? amount : 0);
            trail.Changed<Text?>(isPrice ? new("缴款凭证", "Voucher of the price") : new("契税凭证", "Voucher of the tax"), null, new($"{voucher} {Measures.Yuan(amount)} 元", $"{voucher} {Measures.Yuan(amount)} yuan"));
            trail.Changed(new("尚欠价款（元）", "Price still owed, yuan"), Measures.Yuan(parcel.OwedFen), Measures.Yuan(owed));
            if (isPrice && owed == 0)
            {
                // A voucher may be entered out of order: the price was paid when the last of them was.
                var paidOn = parcel.LastPaidOn > command.PaidOn ? parcel.LastPaidOn.Value : command.PaidOn!.Value;
                await mediator.Send(new StopClocks(LandClocks.Parcel, parcel.Id, paidOn, Rules.Payment), ct);
            }

            return new(parcel.Number, (decimal)owed / 100, owed == 0, !isPrice || parcel.TaxPaidOn is not null);
        }
    }
}
