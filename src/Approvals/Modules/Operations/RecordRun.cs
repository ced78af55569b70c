using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Hangfire.Common;
using Hangfire.Server;
using MediatR;

namespace Approvals.Modules.Operations;

/// <summary>Writes down when each recurring job began and how it ended.</summary>
internal static partial class RecordRun
{
    private const int KeptFailures = 20;

    [Unrecorded("operations_run is the record of the run")]
    [Needs(Act.Operate)]
    internal sealed record Begin(string Job) : ICommand<DateTime>;

    /// <param name="Error">Null where it went well.</param>
    [Unrecorded("operations_run is the record of the run")]
    [Needs(Act.Operate)]
    internal sealed record End(string Job, DateTime StartedAt, string? Error) : ICommand<Unit>;

    /// <summary>Around every run of a recurring job, whichever module it belongs to. A run is not lost because it could not be written down.</summary>
    internal sealed partial class Filter(IServiceScopeFactory scopes, ILogger<Filter> log) : IServerFilter
    {
        private const string Started = "approvals.started-at";

        public void OnPerforming(PerformingContext context)
        {
            if (JobOf(context) is { } job && Try(new Begin(job)) is { } at) context.Items[Started] = at;
        }

        public void OnPerformed(PerformedContext context)
        {
            if (JobOf(context) is not { } job || !context.Items.TryGetValue(Started, out var at)) return;
            var error = context.Exception is { } failed ? failed.InnerException ?? failed : null;
            Try(new End(job, (DateTime)at, error is null ? null : $"{error.GetType().Name}: {error.Message}"));
        }

        private static string? JobOf(PerformContext context) => context.GetJobParameter<string?>("RecurringJobId") is { Length: > 0 } id ? id : null;

        /// <remarks>The job library calls its filters without waiting for a task; this is one of its own threads.</remarks>
        private T? Try<T>(IRequest<T> command)
            where T : struct
        {
            try
            {
                return Task.Run(async () =>
                {
                    await using var scope = scopes.CreateAsyncScope();
                    scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
                    return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command);
                }).GetAwaiter().GetResult();
            }
            catch (Exception error)
            {
                NotWritten(error);
                return null;
            }
        }

        [LoggerMessage(LogLevel.Error, "The run of a job could not be written down.")]
        private partial void NotWritten(Exception error);
    }

    /// <summary>Hangfire's own filters, and ours beside them; given to this site's server, not to the static that all sites of a process share.</summary>
    internal sealed class Filters(Filter filter) : IJobFilterProvider
    {
        public IEnumerable<JobFilter> GetFilters(Job job) => [.. JobFilterProviders.Providers.GetFilters(job), new JobFilter(filter, JobFilterScope.Global, int.MinValue)];
    }

    private sealed class Handler(Db db, Ids ids, ZoneClock clock) : IRequestHandler<Begin, DateTime>, IRequestHandler<End, Unit>
    {
        private const string Again = "UPDATE operations_run SET started_at = @now, ended_at = NULL, outcome = 'running', detail = NULL WHERE job = @Job";
        private const string First = "INSERT INTO operations_run (job, started_at, outcome) VALUES (@Job, @now, 'running')";
        private const string Done = "UPDATE operations_run SET ended_at = @now, outcome = 'done', detail = NULL, succeeded_at = @now WHERE job = @Job";
        private const string Failed = "UPDATE operations_run SET ended_at = @now, outcome = 'failed', detail = @detail WHERE job = @Job AND started_at = @StartedAt";
        private const string Keep = "INSERT INTO operations_failure (id, job, started_at, ended_at, detail) VALUES (@id, @Job, @StartedAt, @now, @detail)";
        private const string Kept = "SELECT id FROM operations_failure WHERE job = @Job ORDER BY id DESC";
        private const string Drop = "DELETE FROM operations_failure WHERE job = @Job AND id < @oldest";

        public async Task<DateTime> Handle(Begin run, CancellationToken ct)
        {
            var now = clock.Now;
            // On a second server the row may be inserted between the two.
            if (await db.Execute(Again, new { run.Job, now }, ct) == 0 && !await db.TryInsert(First, new { run.Job, now }, ct))
                await db.Execute(Again, new { run.Job, now }, ct);
            return now;
        }

        public async Task<Unit> Handle(End run, CancellationToken ct)
        {
            var now = clock.Now;
            if (run.Error is null)
            {
                await db.Execute(Done, new { run.Job, now }, ct);
                return Unit.Value;
            }

            var detail = run.Error.Length > 500 ? run.Error[..500] : run.Error;
            await db.Execute(Failed, new { run.Job, run.StartedAt, now, detail }, ct);
            await db.Execute(Keep, new { id = await ids.Next(), run.Job, run.StartedAt, now, detail }, ct);
            var kept = await db.First<long>(KeptFailures, Kept, new { run.Job }, ct);
            await db.Execute(Drop, new { run.Job, oldest = kept[^1] }, ct);
            return Unit.Value;
        }
    }
}
