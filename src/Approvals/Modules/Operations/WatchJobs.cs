using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Operations;

/// <summary>How a recurring job stands.</summary>
internal enum JobStanding
{
    Ok,

    /// <summary>It runs, but has not ended well for as long as would make it late.</summary>
    Failing,

    /// <summary>It has not run when it should have.</summary>
    Late,
}

/// <summary>
/// Looks each minute whether every job has run when it should, and tells the administrators, once for each time that was
/// missed. It ticks by itself: where the job library has stopped, this has not.
/// </summary>
internal static partial class WatchJobs
{
    [RecordAs("通报停摆的任务", "Tell of jobs that do not run")]
    [Needs(Act.Operate)]
    internal sealed record Command : ICommand<Unit>;

    /// <summary>How every job stands now.</summary>
    internal sealed record Look : IRequest<IReadOnlyList<JobNow>>, IInside;

    /// <param name="Next">The first time it should have run, or should run, after it last began.</param>
    internal sealed record JobNow(string Job, string Schedule, JobStanding Standing, DateTime? StartedAt, DateTime? SucceededAt, string? Outcome, string? Detail, DateTime? Next);

    /// <summary>The tick. It waits for its first minute, so that a site that just started may begin its work.</summary>
    internal sealed partial class Watch(IServiceScopeFactory scopes, TimeProvider time, ILogger<Watch> log) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var minute = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
            try
            {
                while (await minute.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // To be stopped is how it ends, not a failure of the host.
            }
        }

        private async Task Look(CancellationToken stoppingToken)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem("operations.watch-jobs");
                await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new Command(), stoppingToken);
            }
            catch (Exception error)
            {
                // While the program stops, what it looks at is taken away under it.
                if (!stoppingToken.IsCancellationRequested) Blind(error);
            }
        }

        [LoggerMessage(LogLevel.Error, "The jobs could not be looked after.")]
        private partial void Blind(Exception error);
    }

    private sealed class Looking(Db db, Timetable timetable, ZoneClock clock) : IRequestHandler<Look, IReadOnlyList<JobNow>>
    {
        private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

        private const string Runs = "SELECT job, started_at, succeeded_at, outcome, detail FROM operations_run ORDER BY job";

        public async Task<IReadOnlyList<JobNow>> Handle(Look query, CancellationToken ct)
        {
            var now = clock.Now;
            var runs = (await db.Query<Run>(Runs, ct: ct)).ToDictionary(r => r.Job);
            var expected = timetable.Entries.Select(e =>
            {
                var run = runs.GetValueOrDefault(e.Job);
                var (next, late) = Wait(e.Cron, run?.StartedAt);
                var standing = late < now ? JobStanding.Late
                    : run?.Outcome == "failed" && Wait(e.Cron, run.SucceededAt).Late < now ? JobStanding.Failing
                    : JobStanding.Ok;
                return new JobNow(e.Job, e.Expression, standing, run?.StartedAt, run?.SucceededAt, run?.Outcome, run?.Detail, next);
            });
            // What another server runs, or ran before.
            var others = runs.Values.Where(r => timetable.Entries.All(e => e.Job != r.Job))
                .Select(r => new JobNow(r.Job, "", JobStanding.Ok, r.StartedAt, r.SucceededAt, r.Outcome, r.Detail, null));
            return [.. expected.Concat(others).OrderBy(j => j.Job, StringComparer.Ordinal)];
        }

        /// <summary>The next time after the last, and when a job that has not run by then is late: with the third time missed, or an hour after the first.</summary>
        private (DateTime? Next, DateTime? Late) Wait(Cron cron, DateTime? last)
        {
            var since = clock.Local(last is { } at && at > timetable.UpSince ? at : timetable.UpSince);
            if (cron.After(since) is not { } first) return (null, null);
            var third = cron.After(first) is { } second ? cron.After(second) : null;
            var hour = first + LongestWait;
            return (Utc(first), Utc(third is { } t && t < hour ? t : hour));
        }

        /// <remarks>A time that the clocks of the zone leap over is the one they leap to.</remarks>
        private DateTime Utc(DateTime local) => clock.Utc(clock.Zone.IsInvalidTime(local) ? local.AddHours(1) : local);

        private sealed record Run
        {
            public string Job { get; init; } = "";
            public DateTime StartedAt { get; init; }
            public DateTime? SucceededAt { get; init; }
            public string Outcome { get; init; } = "";
            public string? Detail { get; init; }
        }
    }

    private sealed class Telling(Db db, IMediator mediator, ZoneClock clock, Trail trail) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            foreach (var job in await mediator.Send(new Look(), ct))
            {
                if (job.Standing == JobStanding.Ok) continue;
                var name = JobNames.Of(job.Job);
                var last = job.StartedAt is { } at ? Minute(at) : null;
                var due = job.Next is { } next ? Minute(next) : "—";
                var (key, title, body) = job.Standing == JobStanding.Late
                    ? ($"job-late:{job.Job}:{due}",
                        new Text($"后台任务没有按时运行：{name.Zh}", $"A job did not run when it should: {name.En}"),
                        new Text($"应于 {due} 运行；上次运行：{last ?? "无"}。请查看运行页，必要时重启程序。", $"It should have run at {due}; it last ran: {last ?? "never"}. Look at the operations page and restart the program if need be."))
                    : ($"job-failing:{job.Job}:{(job.SucceededAt is { } good ? Minute(good) : "never")}",
                        new Text($"后台任务一再失败：{name.Zh}", $"A job keeps failing: {name.En}"),
                        new Text($"上次运行：{last}；上次成功：{(job.SucceededAt is { } ok ? Minute(ok) : "无")}。原因见运行页。", $"It last ran: {last}; it last ended well: {(job.SucceededAt is { } well ? Minute(well) : "never")}. The operations page says why."));
                var before = db.Touched;
                await mediator.Send(new Notify(key, [new Audience(Role.SystemAdministrator)], title, body, "/operations", MessageLevel.Red, $"job:{job.Job}"), ct);
                if (db.Touched > before) trail.Changed<Text>(name, new("未通报", "Not told of"), new("已通报", "Told of"));
            }

            return Unit.Value;
        }

        private string Minute(DateTime utc) => clock.Local(utc).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
