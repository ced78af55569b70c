using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>Records the first registration and the title certificate (首次登记, 不动产权证书, L13). What it needs stands in <see cref="Handover"/>: the whole price above all, never a part.</summary>
internal static class IssueTitle
{
    [RecordAs("发证", "Issue the title", Subject.Parcel)]
    [Needs(Act.HandleLand)]
    [TakesTwo]
    internal sealed record Command(string CertificateNumber, DateOnly? IssuedOn, string Number = "", string? LateReason = null) : ICommand<Result>
    {
        /// <summary>A part of 交地即交证, which either of its two departments enters.</summary>
        internal bool IsJoint { get; init; }
    }

    /// <param name="WorkingDays">From the handover; the aim is 0.</param>
    internal sealed record Result(string Number, string CertificateNumber, DateOnly IssuedOn, int WorkingDays);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/land/parcels/{number}/title", (string number, Command body, IMediator mediator, CancellationToken ct) => mediator.Send(body with { Number = number }, ct))
        .Needs<Command>().WithTags("Land").WithSummary("Record the title certificate of a parcel");

    public static Refused AlreadyDone(Parcel parcel) => Refused.Conflict("land.titled",
        $"地块 {parcel.Number} 已于 {Words.Day(parcel.TitledOn)} 发证（{parcel.CertificateNumber}）。", $"Parcel {parcel.Number} was titled on {Words.Day(parcel.TitledOn)} ({parcel.CertificateNumber}).");

    public static void CheckPaper(Check check, string certificate) => check.Text(certificate, "certificateNumber", "不动产权证号", "The certificate number", 80);

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CalendarInForce calendar, Actor actor, StepOwner owner, LateEntry late, Trail trail) : IRequestHandler<Command, Result>
    {
        private const string Insert = """
            INSERT INTO land_title (parcel_id, certificate_number, issued_on, recorded_at, recorded_by)
            VALUES (@Id, @certificate, @IssuedOn, @now, @by)
            """;

        private const string Holder = """
            SELECT p.number
              FROM land_title t
              JOIN land_parcel p ON p.id = t.parcel_id
             WHERE t.certificate_number = @certificate
            """;

        private const string Open = """
            SELECT COUNT(*) - COUNT(t.parcel_id) AS [left], MAX(t.issued_on) AS latest
              FROM land_parcel p
              JOIN land_contract c ON c.parcel_id = p.id
              LEFT JOIN land_title t ON t.parcel_id = p.id
             WHERE p.project_id = @ProjectId
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            if (!command.IsJoint) owner.Demand(Act.HandleLand, StepOwner.Title);
            var certificate = Parcels.Key(command.CertificateNumber);
            var check = new Check();
            CheckPaper(check, certificate);
            Handover.NotInFuture(check, command.IssuedOn, clock.Today, "issuedOn", new("发证日期", "The date of the title"));
            check.Done();

            var parcel = await db.TakeParcel(command.Number, ct);
            if (parcel.TitledOn is not null) throw AlreadyDone(parcel);
            if (Handover.MissingForTitle(parcel) is { Count: > 0 } missing) throw new Refused(RefusedAs.Conflict, missing);
            Handover.CheckTitleDay(check, parcel, command.IssuedOn, parcel.HandedOverOn, clock.Today, "issuedOn");
            check.Done();

            var day = command.IssuedOn!.Value;
            if (!command.IsJoint) late.Demand(new("发证于", "title issued on"), day, command.LateReason, owner.Heads(StepOwner.Title));
            if (!await db.TryInsert(Insert, new { parcel.Id, certificate, IssuedOn = day, now = clock.Now, by = actor.UserId }, ct))
            {
                var holder = await db.Find<string>(Holder, new { certificate }, ct);
                throw Refused.Conflict("land.certificateTaken", $"不动产权证号 {certificate} 已用于地块 {holder}，请核对证号。", $"Certificate {certificate} belongs to parcel {holder}; check the number.");
            }

            trail.Changed(new("不动产权证号", "Certificate number"), null, certificate);
            await mediator.Send(new StopClocks(LandClocks.Parcel, parcel.Id, day, Rules.Title), ct);
            await db.HoldParcelsOfProject(parcel.ProjectId, ct);
            if (await db.Find<Row>(Open, new { parcel.ProjectId }, ct) is { Left: 0, Latest: { } latest })
                await mediator.Send(new ReachMilestone(parcel.ProjectId, MilestoneKind.Titled, latest), ct);
            return new(parcel.Number, certificate, day, calendar.Current.Count(parcel.HandedOverOn!.Value, day).Days);
        }

        private sealed record Row
        {
            public int Left { get; init; }
            public DateOnly? Latest { get; init; }
        }
    }
}
