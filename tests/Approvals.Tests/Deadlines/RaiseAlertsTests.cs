using System.Reflection;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Hangfire;
using Hangfire.Common;
using Hangfire.Storage;
using MediatR;

namespace Approvals.Tests.Deadlines;

[Parallelizable]
internal sealed class RaiseAlertsTests
{
    [Test]
    public async Task An_alert_of_each_level_is_raised_once_on_its_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        app.SetTime("2026-03-05 20:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero, "green");
        app.SetTime("2026-03-06 00:05");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1), "yellow");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero, "a second run on one day");
        app.SetTime("2026-03-09 20:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero, "the due day is in time");
        app.SetTime("2026-03-10 00:05");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1), "red");
        app.SetTime("2026-06-01 09:00");
        await app.Send(new RaiseAlerts.Command());

        Assert.That(await Alerts(app), Is.EqualTo(new[] { "yellow 2026-03-09 2026-03-06", "red 2026-03-09 2026-03-10" }));
    }

    [Test]
    public async Task A_run_missed_for_days_still_raises_with_the_day_on_which_it_began()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 6));

        app.SetTime("2026-03-10 08:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1));

        Assert.That(await Alerts(app), Is.EqualTo(new[] { "yellow 2026-03-10 2026-03-09" }));
    }

    [Test]
    public async Task A_clock_first_seen_overdue_gets_both_levels_with_their_true_dates()
    {
        await using var app = await App.Start("2026-03-20 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(2));

        Assert.That(await Alerts(app), Is.EqualTo(new[] { "yellow 2026-03-09 2026-03-06", "red 2026-03-09 2026-03-10" }));
    }

    [Test]
    public async Task A_moved_due_date_raises_again()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Send(new RaiseAlerts.Command());

        await app.Change("UPDATE deadlines_clock SET due_version = 2, due_on = '2026-03-16', warn_on = '2026-03-13', next_alert_on = '2026-03-13' WHERE subject_kind = 'case'");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
        app.SetTime("2026-03-17 09:00");
        await app.Send(new RaiseAlerts.Command());

        Assert.That(await Alerts(app), Is.EqualTo(new[]
        {
            "yellow 2026-03-09 2026-03-06", "red 2026-03-09 2026-03-10", "yellow 2026-03-16 2026-03-13", "red 2026-03-16 2026-03-17",
        }));
    }

    [Test]
    public async Task A_clock_looked_at_again_is_not_told_twice()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        await app.Send(new RaiseAlerts.Command());

        await app.Change("UPDATE deadlines_clock SET next_alert_on = warn_on");

        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
        app.SetTime("2026-03-10 09:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1), "the red one still comes");
    }

    [Test]
    public async Task A_stopped_clock_raises_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Statutory(7, "2026-03-02", 20));
        await app.StopClocks(7, "2026-03-05");

        app.SetTime("2026-06-01 09:00");

        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
    }

    [Test]
    public async Task Two_runs_at_once_raise_one_alert()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Send(new RaiseAlerts.Command())));

        Assert.That(runs.Sum(r => r.Raised), Is.EqualTo(1));
        Assert.That(await Alerts(app), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_long_list_is_worked_off_in_shares()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks([.. Enumerable.Range(1, 5).Select(i => Clocks.Promised(i, "2026-03-02", 5))]);

        var shares = new[] { await app.Send(new RaiseAlerts.Command(2)), await app.Send(new RaiseAlerts.Command(2)), await app.Send(new RaiseAlerts.Command(2)) };

        Assert.That(shares, Is.EqualTo(new RaiseAlerts.Result[] { new(2, true), new(2, true), new(1, false) }));
    }

    [Test]
    public async Task Whoever_listens_is_told_only_of_what_was_really_raised()
    {
        var heard = new Listener();
        await using var app = await App.Start("2026-03-20 09:00", listen: services => services.AddSingleton<INotificationHandler<DeadlinesAlerted>>(heard));
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));

        await app.Send(new RaiseAlerts.Command());
        await app.Change("UPDATE deadlines_clock SET next_alert_on = warn_on");
        await app.Send(new RaiseAlerts.Command());

        Assert.That(heard.Heard, Is.EqualTo(new[]
        {
            new DeadlineAlerted(0, 0, "case", 7, "promised", "AJ-7", "ZRZY", "", Light.Yellow, new(2026, 3, 9), false, new(2026, 3, 6)),
            new DeadlineAlerted(0, 0, "case", 7, "promised", "AJ-7", "ZRZY", "", Light.Red, new(2026, 3, 9), false, new(2026, 3, 10)),
        }));
    }

    [Test]
    public async Task The_scan_reads_its_index_and_no_more()
    {
        await using var app = await App.Start();
        if (App.Server is not null) Assert.Ignore("The plan is read as SQLite tells it.");
        var handler = typeof(RaiseAlerts).GetNestedType("Handler", BindingFlags.NonPublic)!;
        var sql = (string)handler.GetField("NewlyDue", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;

        var plan = string.Join("\n", (await app.Rows<Step>("EXPLAIN QUERY PLAN " + sql + " LIMIT 200", new { today = new DateOnly(2026, 3, 2) })).Select(s => s.Detail));

        Assert.That(plan, Is.EqualTo("SEARCH deadlines_clock USING INDEX ix_deadlines_clock_next_alert (next_alert_on>? AND next_alert_on<?)"), "a range of the index in its own order: no scan, no sort");
    }

    [Test]
    public async Task The_job_works_as_the_system_until_nothing_is_left()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks([.. Enumerable.Range(1, 250).Select(i => Clocks.Promised(i, "2026-03-02", 5))]);
        await using var scope = app.Services.CreateAsyncScope();

        await ActivatorUtilities.CreateInstance<RaiseAlerts.Job>(scope.ServiceProvider).Run(CancellationToken.None);

        Assert.That(await Alerts(app), Has.Length.EqualTo(250));
    }

    [Test]
    public void The_job_is_due_by_the_zones_clock_and_never_runs_beside_itself()
    {
        var zone = new RecurringJobOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai") };
        var jobs = new Recorder();

        jobs.ScheduleDeadlines(zone);

        Assert.That(jobs.Added.Select(j => (j.Cron, j.Options)), Is.EquivalentTo(new[] { ("*/10 7-20 * * *", zone), ("5 0 * * *", zone), ("* * * * *", zone) }));
        Assert.That(jobs.Added.Select(j => InvocationData.SerializeJob(j.Job).DeserializeJob().Type), Is.EqualTo(new[] { typeof(RaiseAlerts.Job), typeof(RaiseAlerts.Job), typeof(RecountDates.Job) }), "a job store can keep it and give it back");
        Assert.That(typeof(RaiseAlerts.Job).GetMethod("Run")!.GetCustomAttribute<DisableConcurrentExecutionAttribute>(), Is.Not.Null);
    }

    /// <remarks>The order that a red alert opens has a clock too; it is not meant here.</remarks>
    private static async Task<string[]> Alerts(App app) =>
        [.. (await app.Rows<Row>("SELECT a.level, a.due_on, a.began_on FROM deadlines_alert a JOIN deadlines_clock c ON c.id = a.clock_id WHERE c.subject_kind = 'case' ORDER BY a.id")).Select(r => $"{r.Level} {r.DueOn:yyyy-MM-dd} {r.BeganOn:yyyy-MM-dd}")];

    private sealed record Row
    {
        public string Level { get; init; } = "";
        public DateOnly DueOn { get; init; }
        public DateOnly BeganOn { get; init; }
    }

    private sealed record Step
    {
        public string Detail { get; init; } = "";
    }

    private sealed class Recorder : IRecurringJobManager
    {
        public List<(Job Job, string Cron, RecurringJobOptions Options)> Added { get; } = [];

        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options) => Added.Add((job, cronExpression, options));

        public void Trigger(string recurringJobId) => throw new NotSupportedException();

        public void RemoveIfExists(string recurringJobId) => throw new NotSupportedException();
    }

    private sealed class Listener : INotificationHandler<DeadlinesAlerted>
    {
        public List<DeadlineAlerted> Heard { get; } = [];

        public Task Handle(DeadlinesAlerted told, CancellationToken ct)
        {
            Heard.AddRange(told.Alerts.Select(a => a with { AlertId = 0, ClockId = 0 }));
            return Task.CompletedTask;
        }
    }
}
