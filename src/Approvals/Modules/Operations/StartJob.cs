using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Operations;

/// <summary>Starts a job before its time. What is due it decides itself, from the dates.</summary>
internal static class StartJob
{
    /// <param name="Job">As it stands in the timetable.</param>
    [RecordAs("启动定时任务", "Start a job")]
    [Needs(Act.Operate)]
    internal sealed record Command(string Job) : ICommand<Unit>;

    private sealed class Handler(Db db, Timetable timetable, IRecurringJobManager jobs, Trail trail) : IRequestHandler<Command, Unit>
    {
        public Task<Unit> Handle(Command command, CancellationToken ct)
        {
            if (timetable.Entries.All(e => e.Job != command.Job))
                throw Refused.NotFound("job.unknown", "job", $"没有定时任务「{command.Job}」，请刷新页面。", $"There is no job “{command.Job}”; reload the page.");
            trail.Changed<Text>(new("任务", "Job"), new("", ""), JobNames.Of(command.Job));
            db.OnceDurable(() => jobs.Trigger(command.Job));
            return Unit.Task;
        }
    }
}
