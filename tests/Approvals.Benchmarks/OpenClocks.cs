using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Dapper;

namespace Approvals.Benchmarks;

/// <summary>The real program with so many open cases, each with its running clock, none of them due for a long time.</summary>
internal sealed class OpenClocks : IAsyncDisposable
{
    private int made;

    private OpenClocks(Lab lab, int count) => (Lab, Count) = (lab, count);

    public Lab Lab { get; }

    public int Count { get; }

    public long NextId { get; set; } = 1_000_000_000_000;

    public string Today => Day(Lab.App.Services.GetRequiredService<ZoneClock>().Today);

    public static async Task<OpenClocks> In(int count)
    {
        var clocks = new OpenClocks(await Lab.Open(1), count);
        var engine = clocks.Lab.App.Services.GetRequiredService<Engine>();
        var days = clocks.Lab.App.Services.GetRequiredService<CalendarInForce>().Current;
        var accepted = clocks.Lab.App.Services.GetRequiredService<ZoneClock>().Today;
        await engine.BulkInsert(
            "permits_case",
            ["id", "number", "application_number", "project_id", "item_id", "item_code", "department", "status", "promised_limit", "promised_unit", "received_at", "is_admitted", "accepted_on", "due_on", "is_due_provisional", "last_event", "last_occurred_at"],
            Enumerable.Range(1, count).Select(i => new object?[] { (long)i, $"B{i:0000000}-01", $"B{i:0000000}", (long)i, 1L, $"I{i % 10}", "D" + (i % 10), 3, 60 + (i % 40), "wd", "2026-03-02 01:00:00", true, Day(accepted), Day(Due(i)), true, 2, "2026-03-02 01:00:00" }),
            default);
        await engine.BulkInsert(
            "deadlines_clock",
            ["id", "subject_kind", "subject_id", "limit_rule", "label", "department", "item", "accepted_on", "limit_value", "limit_unit", "extension_days", "has_pauses", "due_on", "last_due_on", "due_version", "is_provisional", "warn_on", "next_alert_on", "calendar_edition"],
            Enumerable.Range(1, count).Select(i =>
            {
                var due = Day(Due(i));
                var warn = Day(days.Back(Due(i), 7));
                return new object?[] { (long)i, "case", (long)i, "promised", $"B{i:0000000}-01", "D" + (i % 10), $"I{i % 10}", Day(accepted), 60 + (i % 40), "wd", 0, false, due, due, 1, true, warn, warn, days.Edition };
            }),
            default);
        return clocks;

        DateOnly Due(int i) => days.Add(accepted, 60 + (i % 40)).Date;
    }

    /// <summary>Brings the warning of some clocks that have raised nothing yet to today.</summary>
    public void MakeDue(int count)
    {
        using var connection = Lab.Bare();
        connection.Execute("UPDATE deadlines_clock SET next_alert_on = @Today, warn_on = @Today WHERE id > @made AND id <= @last", new { Today, made, last = made + count });
        made += count;
    }

    /// <summary>A supervisor, and in each department somebody who handles its cases: from now on a yellow light is told two people.</summary>
    public async Task AddPeople()
    {
        var engine = Lab.App.Services.GetRequiredService<Engine>();
        (long Id, string Login, string? Department, string Role)[] people =
        [
            (900_000, "supervisor", null, "Supervisor"),
            .. Enumerable.Range(0, 10).Select(d => (900_001L + d, $"d{d}", (string?)$"D{d}", "Reviewer")),
        ];
        await engine.BulkInsert("access_user", ["id", "login", "name", "department", "password_hash", "is_active", "is_demonstration", "created_at"], people.Select(p => new object?[] { p.Id, p.Login, p.Login, p.Department, "-", true, false, "2026-03-02 01:00:00" }), default);
        await engine.BulkInsert("access_user_role", ["user_id", "role"], people.Select(p => new object?[] { p.Id, p.Role }), default);
    }

    public async ValueTask DisposeAsync() => await Lab.DisposeAsync();

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
