namespace Approvals.Modules.Land;

/// <summary>From the sale contract of a parcel to its handover and title.</summary>
internal static class LandModule
{
    public static void MapLand(this RouteGroupBuilder api)
    {
        ListParcels.Map(api);
        GetParcel.Map(api);
        OpenParcel.Map(api);
        SignContract.Map(api);
        RecordPayment.Map(api);
        CorrectPayment.Map(api);
        RecordSiteSurvey.Map(api);
        OrderLevelling.Map(api);
        RecordParcelSurvey.Map(api);
        HandOverParcel.Map(api);
        IssueTitle.Map(api);
        HandOverWithTitle.Map(api);
    }
}
