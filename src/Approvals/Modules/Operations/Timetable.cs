using Approvals.Modules.Calendar.Contract;
using Hangfire;
using Hangfire.Common;

namespace Approvals.Modules.Operations;

/// <summary>The recurring jobs of this process as they were scheduled, so that the watch knows what to expect.</summary>
internal sealed class Timetable(ZoneClock clock)
{
    private readonly List<Entry> entries = [];

    /// <param name="Expression">The five fields, as people write them.</param>
    internal sealed record Entry(string Job, string Expression, Cron Cron);

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>Nothing is expected of the time before this process was up.</summary>
    public DateTime UpSince { get; } = clock.Now;

    /// <summary>The job scheduler, with every job it is given written down.</summary>
    public IRecurringJobManager Noting(IRecurringJobManager jobs) => new Scribe(this, jobs);

    public void Add(string job, string expression)
    {
        entries.RemoveAll(e => e.Job == job);
        entries.Add(new(job, expression, new Cron(expression)));
    }

    private sealed class Scribe(Timetable timetable, IRecurringJobManager jobs) : IRecurringJobManager
    {
        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options)
        {
            timetable.Add(recurringJobId, cronExpression);
            jobs.AddOrUpdate(recurringJobId, job, cronExpression, options);
        }

        public void Trigger(string recurringJobId) => jobs.Trigger(recurringJobId);

        public void RemoveIfExists(string recurringJobId) => jobs.RemoveIfExists(recurringJobId);
    }
}
