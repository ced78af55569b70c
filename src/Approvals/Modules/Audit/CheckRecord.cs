using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Audit;

/// <summary>核对: whoever reads the record has all of it verified, without a shell on the machine. That, and what was found, is recorded.</summary>
internal static class CheckRecord
{
    /// <param name="Kept">Files of roots that were kept elsewhere.</param>
    [RecordAs("核对审计记录", "Verify the record")]
    [Needs(Act.ReadAudit)]
    internal sealed record Query([property: Masked] IReadOnlyList<RootFile>? Kept = null) : IRequest<VerifyChain.Result>, IRecorded;

    /// <summary>One at a time: it reads everything.</summary>
    internal sealed class Turn : IDisposable
    {
        private readonly SemaphoreSlim one = new(1, 1);

        /// <exception cref="Refused">While another reads.</exception>
        public IDisposable Take() => one.Wait(0)
            ? new Taken(one)
            : throw Refused.Conflict("audit.verifying", "正在核对，请等它完成后再试。", "The record is being verified; try again once that has ended.");

        public void Dispose() => one.Dispose();

        private sealed class Taken(SemaphoreSlim one) : IDisposable
        {
            public void Dispose() => one.Release();
        }
    }

    private sealed class Handler(IMediator mediator, Turn turn, Trail trail) : IRequestHandler<Query, VerifyChain.Result>
    {
        public async Task<VerifyChain.Result> Handle(Query query, CancellationToken ct)
        {
            using var taken = turn.Take();
            var result = await mediator.Send(new VerifyChain.Query(query.Kept), ct);
            // Behind an end that is gone nothing can be recorded: it is told as a refusal, which needs no record to be told.
            if (result is { LastId: < 0, Found: { Damage: Damage.Removed } gone }) throw new Refused(RefusedAs.Conflict, [new("audit.empty", "", gone.Message)]);
            trail.Changed(new("末条", "The last record"), null, (long?)result.LastId);
            trail.Changed(new("另存的根文件", "Files of roots kept elsewhere"), null, (int?)(query.Kept?.Count ?? 0));
            trail.Changed<Text?>(new("核对结果", "Finding"), null, result.Found?.Message ?? new Text("完好", "Sound"));
            if (result.NotSealed is { } days) trail.Changed<Text?>(new("尚未封存的日子", "Days not sealed"), null, days.Said);
            return result;
        }
    }
}
