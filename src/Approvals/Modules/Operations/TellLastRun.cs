using Approvals.Database;
using Approvals.Modules.Operations.Contract;
using MediatR;

namespace Approvals.Modules.Operations;

/// <summary>How one job went, for the module whose work it is; the failure's own words stay with who operates.</summary>
internal static class TellLastRun
{
    private sealed class Handler(Db db) : IRequestHandler<LastRun, JobRun?>
    {
        private const string Of = "SELECT started_at, ended_at, outcome, succeeded_at FROM operations_run WHERE job = @Job";

        public async Task<JobRun?> Handle(LastRun query, CancellationToken ct) =>
            await db.Find<Row>(Of, query, ct) is { } row ? new(row.StartedAt, row.EndedAt, row.Outcome, row.SucceededAt) : null;

        private sealed record Row
        {
            public DateTime StartedAt { get; init; }
            public DateTime? EndedAt { get; init; }
            public string Outcome { get; init; } = "";
            public DateTime? SucceededAt { get; init; }
        }
    }
}
