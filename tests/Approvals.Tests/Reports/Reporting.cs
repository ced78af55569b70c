using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Reports;

namespace Approvals.Tests.Reports;

/// <summary>What the tests of reports have in common: a history, and the nights.</summary>
internal static class Reporting
{
    public static async Task LoadHistory(this App app, int cases, int seed, DateOnly until)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var p = scope.ServiceProvider;
        var history = new History(
            p.GetRequiredService<Engine>(), p.GetRequiredService<Db>(), p.GetRequiredService<Ids>(), p.GetRequiredService<CalendarInForce>().Current, p.GetRequiredService<CatalogueInForce>().Current, p.GetRequiredService<ZoneClock>());
        await history.Load(cases, seed, until, _ => { }, default);
    }

    /// <summary>What the job does each night and at the start.</summary>
    public static async Task<int> MakeReports(this App app, DateOnly? upTo = null, string? again = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        return await scope.ServiceProvider.GetRequiredService<Nights>().MakeUp(upTo, again, null, default);
    }

    public static Task<ShowReport.Report> Report(this App app, DateOnly? date = null, string kind = Period.Day, Person? who = null) =>
        app.Send(new ShowReport.Query(date, kind), who ?? Person.Leader);

    public static Task<IReadOnlyList<RunRow>> Runs(this App app) =>
        app.Rows<RunRow>("SELECT business_date, revision, is_current, reason, changed FROM reports_run ORDER BY business_date, revision");

    internal sealed record RunRow
    {
        public DateOnly BusinessDate { get; init; }
        public int Revision { get; init; }
        public bool IsCurrent { get; init; }
        public string Reason { get; init; } = "";
        public string Changed { get; init; } = "";
    }
}
