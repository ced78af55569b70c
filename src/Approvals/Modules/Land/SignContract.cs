using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Records the sale contract (国有建设用地使用权出让合同, L08). With it the project has acquired its land.</summary>
internal static class SignContract
{
    /// <param name="Number">The parcel.</param>
    /// <param name="ContractNumber">The contract's number.</param>
    /// <param name="SignedOn">The day of signature: the milestone of land acquired.</param>
    /// <param name="PriceYuan">The whole price in yuan, to the fen.</param>
    /// <param name="HandoverBy">The day by which the land is to be handed over.</param>
    /// <param name="StartBy">The day by which works are to start.</param>
    /// <param name="CompleteBy">The day by which works are to be complete.</param>
    /// <param name="PaymentBy">The day by which the whole price is to be paid; one month after the signature where none was agreed.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    [RecordAs("登记出让合同", "Record the contract", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    [TakesTwo]
    internal sealed record Command(
        string ContractNumber, DateOnly? SignedOn, decimal? PriceYuan, DateOnly? HandoverBy, DateOnly? StartBy, DateOnly? CompleteBy, string Number = "", DateOnly? PaymentBy = null, string? LateReason = null) : ICommand<Result>;

    internal sealed record Result(string Number, string ContractNumber, decimal OwedYuan);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/contract", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Record the sale contract of a parcel");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, Actor actor, StepOwner owner, LateEntry late, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_contract (parcel_id, number, signed_on, price_fen, paid_fen, payment_by, handover_by, start_by, complete_by, recorded_at, recorded_by)
            VALUES (@Id, @contract, @SignedOn, @price, 0, @paymentBy, @HandoverBy, @StartBy, @CompleteBy, @now, @by)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.HandleLand, StepOwner.Contract);
            var contract = Parcels.Key(command.ContractNumber);
            var check = new Check().Text(contract, "contractNumber", "合同编号", "The contract number", 80);
            var price = check.Whole(command.PriceYuan, 2, 0.01m, 1_000_000_000_000, "priceYuan", "合同价款", "The price", new("元", "yuan"));
            Handover.NotInFuture(check, command.SignedOn, clock.Today, "signedOn", new("签订日期", "The date of signature"));
            Needed(check, command.HandoverBy, "handoverBy", new("约定交地日期", "The agreed date of handover"));
            Needed(check, command.StartBy, "startBy", new("约定动工日期", "The agreed date of start"));
            Needed(check, command.CompleteBy, "completeBy", new("约定竣工日期", "The agreed date of completion"));
            if (command.PaymentBy is not null) Needed(check, command.PaymentBy, "paymentBy", new("约定付清日期", "The agreed date of payment"));
            if (command.StartBy is { } start && start.Year <= WorkingDays.LastYear && start.AddMonths(24).Year > WorkingDays.LastYear)
                check.Add("date.outOfRange", "startBy", $"约定动工日期应在 {WorkingDays.LastYear - 2} 年以前，请核对。", $"The agreed date of start must lie before {WorkingDays.LastYear - 1}; check it.");
            Handover.NotBefore(check, command.PaymentBy, "paymentBy", new("约定付清日期", "the agreed payment"), command.SignedOn, new("签订日期", "the signature"));
            Handover.NotBefore(check, command.HandoverBy, "handoverBy", new("约定交地日期", "the agreed handover"), command.SignedOn, new("签订日期", "the signature"));
            Handover.NotBefore(check, command.StartBy, "startBy", new("约定动工日期", "the agreed start"), command.HandoverBy, new("约定交地日期", "the agreed handover"));
            Handover.NotBefore(check, command.CompleteBy, "completeBy", new("约定竣工日期", "the agreed completion"), command.StartBy, new("约定动工日期", "the agreed start"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.ContractNumber is { } first)
                throw Refused.Conflict("land.contractExists",
                    $"地块 {parcel.Number} 已有合同 {first}（{Words.Day(parcel.SignedOn)} 签订），不能再录一份。", $"Parcel {parcel.Number} already has contract {first}, signed on {Words.Day(parcel.SignedOn)}.");
            var signedOn = command.SignedOn!.Value;
            late.Demand(new("合同签订于", "contract signed on"), signedOn, command.LateReason, owner.Heads(StepOwner.Contract));
            var paymentBy = command.PaymentBy ?? signedOn.AddMonths(1);
            await db.Execute(Insert, new
            {
                parcel.Id,
                contract,
                command.SignedOn,
                price,
                paymentBy,
                command.HandoverBy,
                command.StartBy,
                command.CompleteBy,
                now = clock.Now,
                by = actor.UserId,
            }, ct);
            trail.Changed(new("出让合同", "Contract"), null, contract);
            trail.Changed(new("合同价款（元）", "Price, yuan"), null, Measures.Yuan(price));
            await mediator.Send(new ReachMilestone(parcel.ProjectId, MilestoneKind.LandAcquired, signedOn), ct);
            var hasStarted = (await mediator.Send(new MilestonesOf(parcel.ProjectId), ct)).Any(m => m.Kind == nameof(MilestoneKind.ConstructionStarted) && m.ReachedOn is not null);
            await mediator.Send(new StartClocks(LandClocks.OfContract(parcel.Id, parcel.Number, signedOn, paymentBy, command.HandoverBy!.Value, command.StartBy!.Value, hasStarted)), ct);
            return new(parcel.Number, contract, (decimal)price / 100);
        }

        private static void Needed(Check check, DateOnly? day, string field, Text name)
        {
            if (day is not { } given) check.Text(null, field, name.Zh, name.En, 1);
            else if (given.Year is < WorkingDays.FirstYear or > WorkingDays.LastYear)
                check.Add("date.outOfRange", field, $"{name.Zh}应在 {WorkingDays.FirstYear} 至 {WorkingDays.LastYear} 年之间。", $"{name.En} must lie between {WorkingDays.FirstYear} and {WorkingDays.LastYear}.");
        }
    }
}
