using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Hangfire;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>
/// Each night takes away contents that no row speaks of: an upload wrote them, and its command was refused or the process
/// ended before the row. Only what has lain longer than any request lasts.
/// </summary>
internal static class SweepFiles
{
    /// <summary>How many contents it took away.</summary>
    [RecordAs("清理无主文件", "Sweep files without a row")]
    [Needs(Act.Operate)]
    internal sealed record Command : IRequest<int>, IRecorded;

    /// <summary>The door for Hangfire.</summary>
    internal sealed class Job(IMediator mediator, Actor actor)
    {
        [AutomaticRetry(Attempts = 0)]
        [DisableConcurrentExecution(60)]
        public async Task Run(CancellationToken ct)
        {
            actor.BecomeSystem("documents.sweep-files");
            await mediator.Send(new Command(), ct);
        }
    }

    private sealed class Handler(Db db, FileStore store, Trail trail) : IRequestHandler<Command, int>
    {
        private const string Kept = "SELECT COUNT(*) FROM documents_file WHERE sha256 = @sha256";

        public async Task<int> Handle(Command command, CancellationToken ct)
        {
            var taken = store.DropBroken();
            foreach (var sha256 in store.Old())
            {
                ct.ThrowIfCancellationRequested();
                if (await store.TakeAway(sha256, async () => await db.Find<int>(Kept, new { sha256 }, ct) > 0)) taken++;
            }

            if (taken > 0) trail.Changed(new("清理的文件数", "Files taken away"), null, (int?)taken);
            return taken;
        }
    }
}
