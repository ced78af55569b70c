namespace Approvals.Modules.OneWindow;

/// <summary>一窗受理: papers in, answers to the applicant, results out.</summary>
internal static class OneWindowModule
{
    public static void AddOneWindow(this IServiceCollection services)
    {
        services.AddScoped<Answering>();
        services.AddScoped<Materials>();
    }

    public static void MapOneWindow(this RouteGroupBuilder api)
    {
        TakeIn.Map(api);
        GiveDocuments.Map(api);
        Accept.Map(api);
        AskCorrection.Map(api);
        CloseCorrection.Map(api);
        NotAccept.Map(api);
        NoPermitNeeded.Map(api);
        Withdraw.Map(api);
        HandOut.Map(api);
        ShowIntake.Map(api);
        ListApplications.Map(api);
        GetApplication.Map(api);
    }
}
