using System.Globalization;
using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Reports;
using Approvals.Tests.Deadlines;

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
    public static async Task<(int Made, int Revised)> MakeReports(this App app, DateOnly? upTo = null, string? again = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        return await scope.ServiceProvider.GetRequiredService<Nights>().MakeUp(upTo, again, null, default);
    }

    public static Task<ShowReport.Report> Report(this App app, DateOnly? date = null, string kind = Period.Day, Person? who = null) =>
        app.Send(new ShowReport.Query(date, kind), who ?? Person.Leader);

    public static Task<IReadOnlyList<RunRow>> Runs(this App app) =>
        app.Rows<RunRow>("SELECT business_date, revision, is_current, reason, changed FROM reports_run ORDER BY business_date, revision");

    /// <summary>Books that begin with a day, with nothing in them.</summary>
    public static Task OpenBooks(this App app, DateOnly from) => app.Change(
        "INSERT INTO reports_opening (id, from_on, after_id, looked_at, reason, began_at, finished_at) VALUES (1, @from, 0, 0, '', @now, @now)", new { from, now = app.Zone.Now });

    private static long facts = 1_000_000;

    /// <summary>A closed case as the reports know it, where a rule needs many of which all is known.</summary>
    public static Task ClosedFact(this App app, string item, string department, DateOnly on, int used, int limit, int? run = null)
    {
        var id = Interlocked.Increment(ref facts);
        return app.Change("""
            INSERT INTO reports_case (case_id, number, application_number, project_id, item_code, department, process_id, window_key, clerk_key, status, received_on, accepted_on, is_deemed, due_on, ended_on,
                   limit_days, statutory_days, used_days, run_days, authority_days, applicant_days, uncounted_days, split_on, now_with, span_days, corrections, handed_out_on, hand_out_days, owed)
            VALUES (@id, @number, @application, 1, @item, @department, 1, '1', @clerk, 11, '2026-01-05', '2026-01-05', 0, @due, @on, @limit, NULL, @used, @run, @used, 0, 0, @on, 'authority', 60, 0, NULL, NULL, 0)
            """, new { id, number = $"F{id}-01", application = $"F{id}", item, department, clerk = $"{department}/20 经办人", due = used <= limit ? on : on.AddDays(-1), on, limit, used, run = run ?? used });
    }

    /// <summary>Accepted on the day and open, by the row: so many would take long by commands.</summary>
    public static async Task AcceptedFacts(this App app, string item, int cases, DateOnly day)
    {
        string[] columns =
        [
            "case_id", "number", "application_number", "project_id", "item_code", "department", "process_id", "window_key", "clerk_key", "status", "received_on", "accepted_on", "is_deemed",
            "authority_days", "applicant_days", "uncounted_days", "split_on", "now_with", "span_days", "corrections", "owed",
        ];
        var (process, on) = (app.Services.GetRequiredService<CatalogueInForce>().Current.Processes.Where(p => p.Code == "IND-REFORM").MaxBy(p => p.Version)!.Id, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var rows = Enumerable.Range(1, cases).Select(n => new object?[] { (long)n, $"M{n}-01", $"M{n}", (long)n, item, "FGJX", process, "", "", 3, on, on, 0, 0, 0, 0, on, "authority", 0, 0, 0 });
        await app.Services.GetRequiredService<Engine>().BulkInsert("reports_case", columns, rows, default);
    }

    /// <summary>The cases of those facts, so that something can be entered of them.</summary>
    public static Task CasesOfFacts(this App app, int cases) => app.Services.GetRequiredService<Engine>().BulkInsert(
        "permits_case",
        ["id", "number", "application_number", "project_id", "item_id", "item_code", "department", "status", "received_at", "is_admitted", "is_due_provisional", "last_event", "last_occurred_at"],
        Enumerable.Range(1, cases).Select(n => new object?[] { (long)n, $"M{n}-01", $"M{n}", (long)n, 1L, "A01", "FGJX", 3, "2026-03-02 01:00:00", 1, 0, 0, "2026-03-02 01:00:00" }),
        default);

    internal sealed record RunRow
    {
        public DateOnly BusinessDate { get; init; }
        public int Revision { get; init; }
        public bool IsCurrent { get; init; }
        public string Reason { get; init; } = "";
        public string Changed { get; init; } = "";
    }
}
