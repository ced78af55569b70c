using Approvals.Modules.Documents.Contract;
using Hangfire;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Modules.OneWindow;

/// <summary>一窗受理: papers in, answers to the applicant, results out.</summary>
internal static class OneWindowModule
{
    public static void AddOneWindow(this IServiceCollection services)
    {
        services.AddScoped<Answering>();
        services.AddScoped<Materials>();
        services.AddScoped<StageClocks>();
        services.AddScoped<FilesInReach>();
        services.AddScoped<CasePapers>();
        // After the framework's own, which begins with an empty list of conventions.
        services.AddOptions<RazorPagesOptions>().PostConfigure<FileLimits>((pages, limits) =>
            pages.Conventions.AddPageApplicationModelConvention("/OneWindow/Files", page => page.Filters.Add(new UploadLimit(limits))));
    }

    /// <remarks>In office hours, and ten minutes into the day on which a time has run out.</remarks>
    public static void ScheduleOneWindow(this IRecurringJobManager jobs, RecurringJobOptions zone)
    {
        jobs.AddOrUpdate<DeemAccepted.Job>("onewindow.deem-accepted", job => job.Run(CancellationToken.None), "*/10 7-20 * * *", zone);
        jobs.AddOrUpdate<DeemAccepted.Job>("onewindow.deem-accepted-midnight", job => job.Run(CancellationToken.None), "10 0 * * *", zone);
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
        MoveToWindow.Map(api);
        HandOutAll.Map(api);
        CorrectHandOut.Map(api);
        CorrectApplicant.Map(api);
        ExtendPermitStart.Map(api);
        ShowIntake.Map(api);
        ListApplications.Map(api);
        GetApplication.Map(api);
        ShowProgress.Map(api);
        var limits = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<FileLimits>();
        UploadFiles.Map(api, limits);
        UploadPaper.Map(api, limits);
        ReuseFile.Map(api);
        TakeBackFile.Map(api);
        DownloadFile.Map(api);
        ListFiles.Map(api);
    }
}
