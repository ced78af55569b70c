using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Confirms the handover of the land on site (净地交付, L11; 交地确认书). What it needs stands in <see cref="Handover"/>.</summary>
internal static class HandOverParcel
{
    /// <param name="Number">The parcel.</param>
    /// <param name="ConfirmationNumber">The number of the 交地确认书.</param>
    /// <param name="HandedOverOn">The day on site.</param>
    /// <param name="ConfirmedBy">Who confirmed: the offices and the enterprise.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    [RecordAs("交地", "Hand over the parcel", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    [TakesTwo]
    internal sealed record Command(string ConfirmationNumber, DateOnly? HandedOverOn, [property: Masked(IsName = true)] string ConfirmedBy, string Number = "", string? LateReason = null) : ICommand<Result>
    {
        /// <summary>A part of 交地即交证, which either of its two departments enters.</summary>
        internal bool IsJoint { get; init; }
    }

    internal sealed record Result(string Number, string ConfirmationNumber, DateOnly HandedOverOn);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/handover", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Confirm the handover of a parcel");

    public static Refused AlreadyDone(Parcel parcel) => Refused.Conflict("land.handedOver",
        $"地块 {parcel.Number} 已于 {Words.Day(parcel.HandedOverOn)} 交付（交地确认书 {parcel.HandoverNumber}），不能再次交付。",
        $"Parcel {parcel.Number} was handed over on {Words.Day(parcel.HandedOverOn)} (confirmation {parcel.HandoverNumber}); it cannot be handed over again.");

    public static void CheckPapers(Check check, string confirmation, string confirmedBy) => check
        .Text(confirmation, "confirmationNumber", "交地确认书编号", "The number of the confirmation", 80)
        .Text(confirmedBy, "confirmedBy", "确认方", "Who confirmed", 40);

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, Actor actor, StepOwner owner, LateEntry late, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_handover (parcel_id, number, handed_over_on, confirmed_by, recorded_at, recorded_by)
            VALUES (@Id, @confirmation, @HandedOverOn, @confirmedBy, @now, @by)
            """;

        // A project of several parcels has its land when the last one under contract is handed over.
        private const string Open = """
            SELECT COUNT(*) - COUNT(h.parcel_id) AS [left], MAX(h.handed_over_on) AS latest
              FROM land_parcel p
              JOIN land_contract c ON c.parcel_id = p.id
              LEFT JOIN land_handover h ON h.parcel_id = p.id
             WHERE p.project_id = @ProjectId
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            if (!command.IsJoint) owner.Demand(Act.HandleLand, StepOwner.Handover);
            var confirmation = Parcels.Key(command.ConfirmationNumber);
            var check = new Check();
            CheckPapers(check, confirmation, command.ConfirmedBy);
            Handover.NotInFuture(check, command.HandedOverOn, clock.Today, "handedOverOn", new("交付日期", "The handover date"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.HandedOverOn is not null) throw AlreadyDone(parcel);
            if (Handover.MissingForHandover(parcel) is { Count: > 0 } missing) throw new Refused(RefusedAs.Conflict, missing);
            Handover.CheckHandoverDay(check, parcel, command.HandedOverOn, clock.Today, "handedOverOn");
            check.Done();

            var day = command.HandedOverOn!.Value;
            if (!command.IsJoint) late.Demand(new("交地于", "handed over on"), day, command.LateReason, owner.Heads(StepOwner.Handover));
            await db.Execute(Insert, new { parcel.Id, confirmation, HandedOverOn = day, confirmedBy = command.ConfirmedBy.Trim(), now = clock.Now, by = actor.UserId }, ct);
            trail.Changed(new("交地日", "Handed over on"), null, (DateOnly?)day);
            await mediator.Send(new StopClocks(LandClocks.Parcel, parcel.Id, day, Rules.Handover), ct);
            if (LandClocks.OfTitle(parcel.Id, parcel.Number, day, catalogue.Current) is { } title) await mediator.Send(new StartClocks([title]), ct);
            await db.HoldParcelsOfProject(parcel.ProjectId, ct);
            if (await db.Find<Row>(Open, new { parcel.ProjectId }, ct) is { Left: 0, Latest: { } latest })
                await mediator.Send(new ReachMilestone(parcel.ProjectId, MilestoneKind.HandedOver, latest), ct);
            return new(parcel.Number, confirmation, day);
        }

        private sealed record Row
        {
            public int Left { get; init; }
            public DateOnly? Latest { get; init; }
        }
    }
}
