using Hangfire;

namespace Approvals.Modules.Portfolio;

/// <summary>重点项目: all projects at one look, with their money by month and the lights that follow from it.</summary>
internal static class PortfolioModule
{
    public static void AddPortfolio(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(LightRules.Read(configuration));
        services.AddSingleton<Book>();
        services.AddScoped<EnterInvestment.Writer>();
    }

    public static void MapPortfolio(this RouteGroupBuilder api)
    {
        ShowPortfolio.Map(api);
        ShowInvestment.Map(api);
        EnterInvestment.Map(api);
        SpreadInvestment.Map(api);
        ReportResumption.Map(api);
        ImportInvestment.Map(api);
        WritingRemarks.Map(api);
    }

    public static void SchedulePortfolio(this IRecurringJobManager jobs, RecurringJobOptions zone) =>
        jobs.AddOrUpdate<RemindOfRisks.Job>("portfolio.remind-of-risks", job => job.Run(CancellationToken.None), "10 7 * * *", zone);
}
