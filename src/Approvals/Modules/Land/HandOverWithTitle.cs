using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>交地即交证: the land is handed over and its title issued, on the same day and in one action; all of it or nothing.</summary>
internal static class HandOverWithTitle
{
    [RecordAs("交地即交证", "Hand over the parcel with its title", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    [TakesTwo]
    internal sealed record Command(string ConfirmationNumber, string CertificateNumber, DateOnly? HandedOverOn, [property: Masked(IsName = true)] string ConfirmedBy, string Number = "", string? LateReason = null) : ICommand<Result>;

    internal sealed record Result(string Number, string ConfirmationNumber, string CertificateNumber, DateOnly HandedOverOn);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/handover-with-title", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Hand over a parcel and issue its title on the same day");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, StepOwner owner, LateEntry late) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            owner.Demand(Act.HandleLand, StepOwner.Handover, StepOwner.Title);
            var check = new Check();
            HandOverParcel.CheckPapers(check, Parcels.Key(command.ConfirmationNumber), command.ConfirmedBy);
            IssueTitle.CheckPaper(check, Parcels.Key(command.CertificateNumber));
            Handover.NotInFuture(check, command.HandedOverOn, clock.Today, "handedOverOn", new("交付日期", "The handover date"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.HandedOverOn is not null) throw HandOverParcel.AlreadyDone(parcel);
            if (Handover.MissingForBoth(parcel) is { Count: > 0 } missing) throw new Refused(RefusedAs.Conflict, missing);
            Handover.CheckHandoverDay(check, parcel, command.HandedOverOn, clock.Today, "handedOverOn");
            if (!check.Failed) Handover.CheckTitleDay(check, parcel, command.HandedOverOn, command.HandedOverOn, clock.Today, "handedOverOn");
            check.Done();

            late.Demand(new("交地并发证于", "handed over and titled on"), command.HandedOverOn!.Value, command.LateReason, owner.Heads(StepOwner.Handover, StepOwner.Title));
            var handover = await mediator.Send(new HandOverParcel.Command(command.ConfirmationNumber, command.HandedOverOn, command.ConfirmedBy, parcel.Number) { IsJoint = true }, ct);
            var title = await mediator.Send(new IssueTitle.Command(command.CertificateNumber, command.HandedOverOn, parcel.Number) { IsJoint = true }, ct);
            return new(parcel.Number, handover.ConfirmationNumber, title.CertificateNumber, handover.HandedOverOn);
        }
    }
}
