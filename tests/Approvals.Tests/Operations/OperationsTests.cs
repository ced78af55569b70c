using System.Net;
using System.Text.Json;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Messages;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Operations;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Hangfire;
using Microsoft.Extensions.Time.Testing;
using Cron = Approvals.Modules.Operations.Cron;

namespace Approvals.Tests.Operations;

[Parallelizable(ParallelScope.All)]
internal sealed class OperationsTests
{
    [TestCase("* * * * *", "2026-03-02 09:00:30", "2026-03-02 09:01")]
    [TestCase("*/10 7-20 * * *", "2026-03-02 09:00", "2026-03-02 09:10")]
    [TestCase("*/10 7-20 * * *", "2026-03-02 20:50", "2026-03-03 07:00")]
    [TestCase("5 0 * * *", "2026-03-02 00:05", "2026-03-03 00:05")]
    [TestCase("30 8 * * 1-5", "2026-03-06 09:00", "2026-03-09 08:30")]
    [TestCase("0 3 1 1,7 *", "2026-03-06 09:00", "2026-07-01 03:00")]
    [TestCase("0 0 29 2 *", "2026-03-06 09:00", null)]
    [TestCase("0 0 13 * 5", "2026-03-07 09:00", "2026-03-13 00:00")]
    [TestCase("0 0 * * 7", "2026-03-02 09:00", "2026-03-08 00:00")]
    public void The_times_of_a_job_are_read_from_its_five_fields(string expression, string after, string? next)
    {
        var found = new Cron(expression).After(DateTime.Parse(after, System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(found?.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(next));
    }

    [TestCase("* * * *")]
    [TestCase("60 * * * *")]
    [TestCase("*/0 * * * *")]
    [TestCase("x * * * *")]
    [TestCase("1-2-3 * * * *")]
    public void A_schedule_that_cannot_be_read_is_refused(string expression) => Assert.Throws<FormatException>(() => new Cron(expression));

    [Test]
    public async Task A_job_that_has_not_run_when_it_should_makes_the_health_late()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var monitor = app.Http();
        app.Services.GetRequiredService<Timetable>().Add("test.each-minute", "* * * * *");
        app.Services.GetRequiredService<Timetable>().Add("test.each-night", "5 0 * * *");

        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var (soon, _) = await Health(monitor);
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var (late, body) = await Health(monitor);
        var told = await app.Send(new ShowHealth.Query(), Person.SystemAdministrator);
        await app.Send(new RecordRun.End("test.each-minute", await app.Send(new RecordRun.Begin("test.each-minute")), null));
        var (well, _) = await Health(monitor);

        Assert.That(soon, Is.EqualTo(HttpStatusCode.OK), "nothing is expected of the time before the process was up");
        Assert.That(late, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(body.GetRawText(), Is.EqualTo("""{"status":"late"}"""), "strangers learn no more");
        Assert.That(told.Status, Is.EqualTo("late"));
        Assert.That(told.Jobs.Select(j => (j.Name, j.Status)), Is.EqualTo(new[] { ("test.each-minute", "late"), ("test.each-night", "ok") }));
        Assert.That(told.Jobs[0].Due, Is.EqualTo(new DateTime(2026, 3, 2, 1, 1, 0, DateTimeKind.Utc)));
        Assert.That(well, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_job_of_the_night_is_late_an_hour_after_its_time()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var monitor = app.Http();
        app.Services.GetRequiredService<Timetable>().Add("test.each-night", "5 0 * * *");
        app.Clock.SetUtcNow(new(2026, 3, 3, 1, 5, 0, TimeSpan.FromHours(8)));
        var (before, _) = await Health(monitor);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var (after, _) = await Health(monitor);
        Assert.That((before, after), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)));
    }

    [Test]
    public async Task What_is_behind_the_word_is_for_those_who_run_the_program_and_their_monitor()
    {
        await using var app = await App.Start(environment: "Development");
        using var monitor = app.Http(await app.Token("admin", "监控", [Scope.Administration]));
        using var clerk = app.Http(await app.Token("clerk", "监控", Scopes.All));
        using var stranger = app.Http();
        using var told = await monitor.GetAsync("/api/health");
        using var refused = await clerk.GetAsync("/api/health");
        using var unknown = await stranger.GetAsync("/api/health");

        Assert.That((told.StatusCode, refused.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized)));
        Assert.That(await told.Content.ReadAsStringAsync(), Does.Contain("\"jobs\"").And.Contain("\"antivirus\":\"none\""));
    }

    [Test]
    public async Task Where_the_database_cannot_be_read_strangers_learn_that_it_fails_and_those_who_run_it_why()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var monitor = app.Http();
        await app.Change("DROP TABLE operations_run");

        var (status, body) = await Health(monitor);
        var told = await app.Send(new ShowHealth.Query(), Person.SystemAdministrator);

        Assert.That((status, body.GetRawText()), Is.EqualTo((HttpStatusCode.ServiceUnavailable, """{"status":"failing"}""")));
        Assert.That((told.Status, told.Database), Is.EqualTo(("failing", false)));
    }

    /// <summary>What is done there is on record; the dashboard of the job library only shows.</summary>
    [Test]
    public async Task A_job_is_started_on_the_page_with_a_record_and_nothing_is_changed_on_the_dashboard()
    {
        const string Id = "deadlines.raise-alerts";
        await using var app = await App.Start(environment: "Development");
        app.Services.GetRequiredService<IRecurringJobManager>().AddOrUpdate<RaiseAlerts.Job>(Id, job => job.Run(CancellationToken.None), "0 0 1 1 *");
        app.Services.GetRequiredService<Timetable>().Add(Id, "0 0 1 1 *");
        var store = app.Services.GetRequiredService<JobStorage>();
        int Jobs()
        {
            using var connection = store.GetConnection();
            return Hangfire.Storage.StorageConnectionExtensions.GetRecurringJobs(connection).Count;
        }

        using var admin = await app.SignedIn("admin");
        var head = (await admin.Page("/jobs/recurring")).Head!;
        foreach (var order in new[] { "remove", "trigger" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/jobs/recurring/{order}") { Content = new FormUrlEncodedContent([new("jobs[]", Id)]) };
            if (head.QuerySelector("meta[name=csrf-header]") is { } header)
                request.Headers.Add(header.GetAttribute("content")!, head.QuerySelector("meta[name=csrf-token]")!.GetAttribute("content")!);
            using var answer = await admin.SendAsync(request);
            Assert.That(answer.IsSuccessStatusCode, Is.False, order);
        }

        Assert.That((Jobs(), store.GetMonitoringApi().EnqueuedCount("default")), Is.EqualTo((1, 0)));
        using var started = await admin.Submit("/operations", "form[action*=Start]");
        using var unknown = await admin.Submit("/operations", "form[action*=Start]", ("job", "nobody's"));

        var records = await app.LogOf("Operations.StartJob");
        Assert.That((started.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.NotFound)));
        Assert.That(store.GetMonitoringApi().EnqueuedCount("default"), Is.EqualTo(1));
        Assert.That(records.Select(r => (r.Login, r.Outcome)), Is.EqualTo(new[] { ("admin", "done"), ("admin", "refused") }));
        Assert.That(records[0].Said, Does.Contain(Id));
    }

    [Test]
    public async Task The_administrators_are_told_once_for_each_time_that_was_missed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var admin = await app.Has("root", Role.SystemAdministrator);
        app.Services.GetRequiredService<Timetable>().Add("test.each-minute", "* * * * *");

        for (var minute = 1; minute <= 30; minute++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await app.Send(new WatchJobs.Command());
        }

        Assert.That((await app.Inbox(admin)).New.Single().Title.En, Is.EqualTo("A job did not run when it should: test.each-minute"));

        await app.Send(new RecordRun.End("test.each-minute", await app.Send(new RecordRun.Begin("test.each-minute")), null));
        await app.Send(new WatchJobs.Command());
        Assert.That((await app.Inbox(admin)).Unread, Is.EqualTo(1));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.Send(new WatchJobs.Command());
        Assert.That((await app.Inbox(admin)).Unread, Is.EqualTo(2), "it ran, and then it stopped again");
    }

    [Test]
    public async Task A_job_that_keeps_failing_is_said_to_fail_and_a_failure_that_is_made_good_is_not()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var admin = await app.Has("root", Role.SystemAdministrator);
        using var monitor = app.Http();
        app.Services.GetRequiredService<Timetable>().Add("test.each-minute", "* * * * *");
        async Task Run(string? error)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await app.Send(new RecordRun.End("test.each-minute", await app.Send(new RecordRun.Begin("test.each-minute")), error));
            await app.Send(new WatchJobs.Command());
        }

        await Run(null);
        await Run("IOException: /secret/path is gone");
        await Run(null);
        var (good, _) = await Health(monitor);
        for (var i = 0; i < 5; i++) await Run("IOException: /secret/path is gone");
        var (bad, body) = await Health(monitor);

        Assert.That((good, bad), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable)));
        Assert.That(body.GetProperty("status").GetString(), Is.EqualTo("failing"));
        Assert.That(body.GetRawText(), Does.Not.Contain("IOException").And.Not.Contain("secret"), "no internals for everybody");
        Assert.That((await app.Inbox(admin)).New.Single().Title.En, Is.EqualTo("A job keeps failing: test.each-minute"));
    }

    [Test]
    public async Task The_latest_twenty_failures_of_a_job_are_kept()
    {
        await using var app = await App.Start();
        for (var i = 1; i <= 25; i++) await app.Send(new RecordRun.End("test.job", await app.Send(new RecordRun.Begin("test.job")), $"failure {i}"));
        await app.Send(new RecordRun.End("other.job", await app.Send(new RecordRun.Begin("other.job")), "one"));

        var kept = (await app.Send(new ShowHealth.Details(), Person.SystemAdministrator)).Failures;

        Assert.That(kept.Count(f => f.Job == "test.job"), Is.EqualTo(20));
        Assert.That(kept.Select(f => f.Detail), Has.Some.EqualTo("failure 25").And.Some.EqualTo("one").And.None.EqualTo("failure 5"));
    }

    /// <remarks>Alone: the job library's server wants threads of its own, and beside the whole suite it may get none for a minute.</remarks>
    [Test]
    [NonParallelizable]
    public async Task Every_recurring_job_has_a_name_is_written_down_when_it_runs_and_expected_when_it_should()
    {
        await using var app = await App.Start(chosen: new Dictionary<string, string?> { ["Jobs:Run"] = "true" });
        app.OpenDoors();
        var jobs = app.Services.GetRequiredService<Timetable>().Entries.Select(e => e.Job).ToList();
        var scheduler = app.Services.GetRequiredService<IRecurringJobManager>();
        foreach (var job in jobs) scheduler.Trigger(job);

        IReadOnlyList<string> done = [];
        for (var i = 0; i < 600 && done.Count < jobs.Count; i++)
        {
            done = await app.Rows<string>("SELECT job FROM operations_run WHERE outcome = 'done' AND ended_at IS NOT NULL");
            await Task.Delay(100);
        }

        Assert.That(jobs, Has.Count.GreaterThan(3));
        Assert.That(jobs.Where(job => JobNames.Of(job) is var name && (name.Zh == job || name.En == job)), Is.Empty, "in both languages");
        Assert.That(done, Is.EquivalentTo(jobs));
    }

    [Test]
    public async Task The_page_says_what_is_late_and_that_no_mail_server_is_set()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("root", Role.SystemAdministrator);
        app.Services.GetRequiredService<Timetable>().Add("test.each-minute", "* * * * *");
        await app.Send(new RecordRun.End("test.each-minute", await app.Send(new RecordRun.Begin("test.each-minute")), "IOException: the disk is full"));
        using var browser = await app.SignedIn("root", Telling.Password);
        app.Clock.Advance(TimeSpan.FromMinutes(10));

        var page = await browser.Page("/operations");

        Assert.That(page.QuerySelector("tr.is-late")!.TextContent, Does.Contain("test.each-minute").And.Contain("没有按时运行"));
        Assert.That(page.QuerySelector("[aria-labelledby=failures]")!.TextContent, Does.Contain("the disk is full"));
        Assert.That(page.QuerySelector(".notice-warn")!.TextContent, Does.Contain("Smtp:Host"));
    }

    [Test]
    public async Task Every_job_has_a_name_in_both_languages()
    {
        await using var app = await App.Start();
        var timetable = app.Services.GetRequiredService<Timetable>();
        var jobs = timetable.Noting(new Nothing());
        var zone = new RecurringJobOptions();
        jobs.ScheduleDeadlines(zone);
        jobs.ScheduleMessages(zone);
        jobs.SchedulePermits(zone);
        jobs.ScheduleOneWindow(zone);

        var names = timetable.Entries.Select(e => JobNames.Of(e.Job)).ToList();

        Assert.That(names, Has.Count.GreaterThan(8));
        Assert.That(names.Select(n => n.En).Concat(names.Select(n => n.Zh)), Has.None.Contains("."), "an id is no name");
        Assert.That(names.Distinct().Count(), Is.EqualTo(names.Count));
    }

    [Test]
    public async Task The_watch_ends_without_complaint_when_the_program_is_stopped_between_two_looks_or_in_one()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (said, time) = (new Complaints(), new Ticking());
        using var between = new WatchJobs.Watch(app.Services.GetRequiredService<IServiceScopeFactory>(), time, said);
        await between.StartAsync(CancellationToken.None);
        await time.Waiting.WaitAsync();
        await between.StopAsync(CancellationToken.None);
        var gone = new Gone();
        using var within = new WatchJobs.Watch(gone, time, said);
        await within.StartAsync(CancellationToken.None);
        await time.Waiting.WaitAsync();
        var looking = Task.Run(() => time.Advance(TimeSpan.FromMinutes(1))); // the tick looks on the thread that moves the time
        await gone.Asked.Task;
        var stopping = within.StopAsync(CancellationToken.None);
        gone.Answer.SetResult();
        await Task.WhenAll(stopping, looking);

        Assert.That((between.ExecuteTask!.Status, within.ExecuteTask!.Status), Is.EqualTo((TaskStatus.RanToCompletion, TaskStatus.RanToCompletion)));
        Assert.That(said.Count, Is.Zero);
    }

    private sealed class Nothing : IRecurringJobManager
    {
        public void AddOrUpdate(string recurringJobId, Hangfire.Common.Job job, string cronExpression, RecurringJobOptions options)
        {
        }

        public void Trigger(string recurringJobId) => throw new NotSupportedException();

        public void RemoveIfExists(string recurringJobId) => throw new NotSupportedException();
    }

    /// <summary>Says when somebody begins to wait: a service of the host begins its work only after it has been started.</summary>
    private sealed class Ticking : FakeTimeProvider
    {
        public SemaphoreSlim Waiting { get; } = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Waiting.Release();
            return timer;
        }
    }

    /// <summary>A container that is disposed while it is asked.</summary>
    private sealed class Gone : IServiceScopeFactory
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Answer { get; } = new();

        public IServiceScope CreateScope()
        {
            Asked.SetResult();
            Answer.Task.Wait();
            throw new ObjectDisposedException(nameof(IServiceProvider));
        }
    }

    private sealed class Complaints : Microsoft.Extensions.Logging.ILogger<WatchJobs.Watch>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Health(HttpClient monitor)
    {
        using var answer = await monitor.GetAsync("/health");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.RootElement.Clone());
    }
}
