using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Land.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>A parcel with everything recorded of it, its steps and what is missing.</summary>
internal static class GetParcel
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number) : IRequest<Result>;

    internal sealed record Result(
        string Number,
        string ProjectCode,
        string ProjectName,
        string Enterprise,
        decimal AreaM2,
        string AreaMu,
        decimal RequiredLevelM,
        int ToleranceMm,
        Contract? Contract,
        IReadOnlyList<Payment> Payments,
        DateOnly? TaxPaidOn,
        IReadOnlyList<Survey> Surveys,
        ParcelSurvey? ParcelSurvey,
        HandedOver? Handover,
        Title? Title,
        IReadOnlyList<ClockFact> Clocks,
        IReadOnlyList<Step> Steps,
        IReadOnlyList<Problem> Missing,
        IReadOnlyList<Problem> MissingForHandover,
        NextAct Next);

    internal sealed record Contract(
        string Number, DateOnly SignedOn, decimal PriceYuan, decimal PaidYuan, decimal OwedYuan, DateOnly PaymentBy, DateOnly HandoverBy, DateOnly StartBy, DateOnly CompleteBy);

    internal sealed record Payment
    {
        public string Kind { get; init; } = "";
        public long AmountFen { get; init; }
        public DateOnly PaidOn { get; init; }
        public string Voucher { get; init; } = "";
    }

    internal sealed record Survey
    {
        public int Number { get; init; }
        public DateOnly SurveyedOn { get; init; }
        public int MeasuredLevelMm { get; init; }
        public bool IsWithinTolerance { get; init; }
        public string Surveyor { get; init; } = "";
        public string? OrderNumber { get; init; }
        public DateOnly? OrderedOn { get; init; }
        public DateOnly? FinishBy { get; init; }
        public string? Work { get; init; }
    }

    internal sealed record ParcelSurvey(string MapNumber, DateOnly SurveyedOn);

    internal sealed record HandedOver(string Number, DateOnly HandedOverOn, string ConfirmedBy);

    internal sealed record Title(string CertificateNumber, DateOnly IssuedOn);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/land/parcels/{number}", (string number, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(number), ct))
        .Needs<Query>().WithTags("Land").WithSummary("A parcel with its steps and what is missing");

    private sealed class Handler(Db db, IMediator mediator, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Payments = """
            SELECT kind, amount_fen, paid_on, voucher
              FROM land_payment
             WHERE parcel_id = @Id
             ORDER BY paid_on, id
            """;

        private const string Surveys = """
            SELECT s.number, s.surveyed_on, s.measured_level_mm, s.is_within_tolerance, s.surveyor,
                   o.number AS order_number, o.issued_on AS ordered_on, o.finish_by, o.work
              FROM land_site_survey s
              LEFT JOIN land_levelling_order o ON o.survey_id = s.id
             WHERE s.parcel_id = @Id
             ORDER BY s.number
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var parcel = await db.ParcelOf(query.Number, ct);
            var project = (await mediator.Send(new GetProject(parcel.ProjectId), ct)).Within(actor, Act.SeeWork);
            return new(
                parcel.Number, project.Code, project.Name, project.Enterprise,
                (decimal)parcel.AreaDm2 / 100, Measures.Mu(parcel.AreaDm2), (decimal)parcel.RequiredLevelMm / 1000, parcel.ToleranceMm,
                parcel.ContractNumber is null ? null : new(
                    parcel.ContractNumber, parcel.SignedOn!.Value, Yuan(parcel.PriceFen), Yuan(parcel.PaidFen), Yuan(parcel.OwedFen),
                    parcel.PaymentBy!.Value, parcel.HandoverBy!.Value, parcel.StartBy!.Value, parcel.CompleteBy!.Value),
                await db.Query<Payment>(Payments, new { parcel.Id }, ct),
                parcel.TaxPaidOn,
                await db.Query<Survey>(Surveys, new { parcel.Id }, ct),
                parcel.MapNumber is null ? null : new(parcel.MapNumber, parcel.ParcelSurveyedOn!.Value),
                parcel.HandoverNumber is null ? null : new(parcel.HandoverNumber, parcel.HandedOverOn!.Value, parcel.ConfirmedBy!),
                parcel.CertificateNumber is null ? null : new(parcel.CertificateNumber, parcel.TitledOn!.Value),
                InOrder(await mediator.Send(new ClocksOf(LandClocks.Parcel, parcel.Id), ct)),
                Handover.Steps(parcel),
                Handover.Missing(parcel),
                parcel.HandedOverOn is null ? Handover.MissingForHandover(parcel) : [],
                Handover.Next(parcel));
        }

        private static IReadOnlyList<ClockFact> InOrder(IReadOnlyList<ClockFact> clocks) => [.. clocks.OrderBy(c => c.StoppedOn is not null).ThenBy(c => c.DueOn)];

        private static decimal Yuan(long fen) => (decimal)fen / 100;
    }

    private sealed class OfProject(Db db, IMediator mediator) : IRequestHandler<ParcelsOf, IReadOnlyList<ParcelFact>>
    {
        public async Task<IReadOnlyList<ParcelFact>> Handle(ParcelsOf query, CancellationToken ct)
        {
            var facts = new List<ParcelFact>();
            foreach (var p in await db.ParcelsOfProject(query.ProjectId, ct))
            {
                var next = (await mediator.Send(new ClocksOf(LandClocks.Parcel, p.Id), ct)).Where(c => c.StoppedOn is null).MinBy(c => c.DueOn);
                facts.Add(new(p.Number, p.SignedOn, p.HandedOverOn, p.TitledOn, p.CertificateNumber, [.. Handover.Missing(p).Select(m => m.Message)], next));
            }

            return facts;
        }
    }
}
