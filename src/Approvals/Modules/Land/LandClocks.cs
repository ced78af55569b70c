using Approvals.Database;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.Projects.Contract;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>
/// The dates of a land contract: payment, handover, title, start of works, and one and two years after the agreed start,
/// when land without works is idle (闲置土地处置办法). A date that has passed when it is entered is late at once.
/// </summary>
internal static class LandClocks
{
    public const string Parcel = "parcel";

    /// <summary>自然资源规划: it sells the land, hands it over and watches over its use.</summary>
    private const string Authority = "ZRZY";

    private const int IdleFeeMonths = 12;
    private const int IdleTakingMonths = 24;

    /// <summary>What ends with the start of works.</summary>
    public static readonly string[] OfStart = [Rules.LandStart, Rules.IdleFee, Rules.IdleTaking];

    public static List<ClockStart> OfContract(long id, string number, DateOnly signedOn, DateOnly paymentBy, DateOnly handoverBy, DateOnly startBy, bool hasStarted)
    {
        List<ClockStart> clocks = [Agreed(Rules.Payment, paymentBy), Agreed(Rules.Handover, handoverBy)];
        if (hasStarted) return clocks;
        clocks.Add(Agreed(Rules.LandStart, startBy));
        clocks.Add(new(Parcel, id, Rules.IdleFee, number, Authority, startBy, new Limit(IdleFeeMonths, Limit.Months)));
        clocks.Add(new(Parcel, id, Rules.IdleTaking, number, Authority, startBy, new Limit(IdleTakingMonths, Limit.Months)));
        return clocks;

        // Counted from the signature, whenever it is entered; what was due on that very day has the day.
        ClockStart Agreed(string rule, DateOnly dueOn) =>
            ClockStart.Agreed(Parcel, id, rule, number, Authority, signedOn, dueOn)
            ?? new(Parcel, id, rule, number, Authority, dueOn.AddDays(-1), new Limit(1, Limit.AgreedDay));
    }

    /// <summary>The registry promises the title of handed-over land; null where the catalogue holds no promise.</summary>
    public static ClockStart? OfTitle(long id, string number, DateOnly handedOverOn, CatalogueSnapshot catalogue)
    {
        var step = catalogue.LandSteps.FirstOrDefault(s => s.Code == "L13");
        return (step?.Promised ?? step?.Statutory) is { } limit ? new(Parcel, id, Rules.Title, number, step!.Who, handedOverOn, limit) : null;
    }

    private sealed class Started(Db db, IMediator mediator) : INotificationHandler<MilestoneReached>
    {
        private const string Parcels = "SELECT id FROM land_parcel WHERE project_id = @ProjectId";

        public async Task Handle(MilestoneReached reached, CancellationToken ct)
        {
            if (reached.Kind != MilestoneKind.ConstructionStarted) return;
            foreach (var id in await db.Query<long>(Parcels, new { reached.ProjectId }, ct))
                foreach (var rule in OfStart) await mediator.Send(new StopClocks(Parcel, id, reached.On, rule), ct);
        }
    }
}
