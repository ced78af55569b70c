using Hangfire;

namespace Approvals.Modules.Permits;

/// <summary>办理: a case per item of an application, from the window's acceptance to the department's decision.</summary>
internal static class PermitsModule
{
    public static void SchedulePermits(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<DeemedConsent.Job>("permits.deemed-consent", job => job.Run(CancellationToken.None), "20 * * * *", zone);

    public static void MapPermits(this RouteGroupBuilder api)
    {
        ListCases.Map(api);
        ListQueue.Map(api);
        ShowCase.Map(api);
        StartHandling.Map(api);
        GiveOpinion.Map(api);
        ApproveCase.Map(api);
        ApproveWithDocumentsOwed.Map(api);
        RefuseCase.Map(api);
        GiveOwedDocument.Map(api);
        WithdrawCase.Map(api);
        RecallCase.Map(api);
        RevokeCase.Map(api);
        CorrectCertificate.Map(api);
        PauseCase.Map(api);
        ResumeCase.Map(api);
        ExtendCase.Map(api);
        RemoveCaseExtension.Map(api);
        ScheduleHearing.Map(api);
        PreviewCaseDates.Map(api);
        PreviewLimits.Map(api);
        ApplyLimits.Map(api);
    }
}
