using System.Globalization;
using Approvals.Modules.Deadlines;
using Dapper;

namespace Approvals.Benchmarks;

/// <summary>
/// The scan for alerts with 1,000 clocks newly due, among few open clocks and among a million, beside the bare
/// statements that read those rows and insert as many alerts. <c>APPROVALS_BENCH_CLOCKS</c> makes it smaller.
/// </summary>
internal static class AlertScan
{
    private const int NewlyDue = 1000;
    private const int Rounds = 7;
    private const int MoreRounds = 21;

    public static async Task Run()
    {
        var many = int.Parse(Environment.GetEnvironmentVariable("APPROVALS_BENCH_CLOCKS") ?? "1000000", CultureInfo.InvariantCulture);
        await using var small = await OpenClocks.In(10_000);
        await using var large = await OpenClocks.In(many);
        var (few, most, depth) = await Paired.Rates(Rounds, () => Scan(large), () => Scan(small), () => large.MakeDue(NewlyDue), () => small.MakeDue(NewlyDue));
        Paired.Row($"scan, 1,000 newly due of {many:#,0} open clocks", Paired.PerSecond(few), $"of 10,000 open clocks {Paired.PerSecond(most)}", depth, "equal");
        var (ours, bare, ratio) = await Paired.Rates(MoreRounds, () => Scan(large), () => Bare(large), () => large.MakeDue(NewlyDue), () => large.MakeDue(NewlyDue));
        Paired.Row($"scan, 1,000 newly due of {many:#,0}", Paired.PerSecond(ours), $"the bare statements {Paired.PerSecond(bare)}", ratio, "≥ 0.5");
        await large.AddPeople();
        (ours, bare, ratio) = await Paired.Rates(MoreRounds, () => Scan(large), () => Bare(large, told: 2), () => large.MakeDue(NewlyDue), () => large.MakeDue(NewlyDue));
        Paired.Row("the same, two people told of each", Paired.PerSecond(ours), $"the bare statements with their messages {Paired.PerSecond(bare)}", ratio, "—");
    }

    private static async Task<double> Scan(OpenClocks clocks)
    {
        var raised = 0;
        for (var more = true; more;)
        {
            var result = await clocks.Lab.Send(new RaiseAlerts.Command(), null);
            raised += result.Raised;
            more = result.More;
        }

        return raised == NewlyDue ? raised : throw new InvalidOperationException($"{raised} alerts were raised.");
    }

    /// <summary>One transaction, prepared statements: read what is due, write an alert for each, put the clock forward.</summary>
    /// <param name="told">How many people have a message of each in their inbox.</param>
    private static Task<double> Bare(OpenClocks clocks, int told = 0)
    {
        var (title, body) = (new string('题', 30), new string('文', 60));
        using var connection = clocks.Lab.Bare();
        using var transaction = connection.BeginTransaction();
        var due = connection.Query<(long Id, int Version, string DueOn, string WarnOn)>(
            "SELECT id, due_version, due_on, warn_on FROM deadlines_clock WHERE next_alert_on IS NOT NULL AND next_alert_on <= @today ORDER BY next_alert_on, id",
            new { today = clocks.Today }, transaction).ToList();
        connection.Execute(
            "INSERT INTO deadlines_alert (id, clock_id, level, due_version, due_on, began_on, raised_at) VALUES (@Id, @Clock, 'yellow', @Version, @DueOn, @WarnOn, @now)",
            due.Select(d => new { Id = clocks.NextId++, Clock = d.Id, d.Version, d.DueOn, d.WarnOn, now = "2026-03-02 01:00:00" }), transaction);
        connection.Execute(
            """
            INSERT INTO messages_message (id, user_id, message_key, level, title_zh, title_en, body_zh, body_en, link, subject_key, is_muted, created_at)
            VALUES (@Id, @User, @Key, 'yellow', @title, @title, @body, @body, '/cases/B', @Subject, 0, @now)
            """,
            from d in due
            from user in Enumerable.Range(900_000, told)
            select new { Id = clocks.NextId++, User = user, Key = $"bare:{d.Id}", title, body, Subject = $"case:{d.Id}", now = "2026-03-02 01:00:00" }, transaction);
        connection.Execute("UPDATE deadlines_clock SET next_alert_on = @then WHERE id = @Id", due.Select(d => new { d.Id, then = "2099-01-01" }), transaction);
        transaction.Commit();
        return Task.FromResult(due.Count == NewlyDue ? (double)due.Count : throw new InvalidOperationException($"{due.Count} were due."));
    }
}
