using Approvals.Database;
using Approvals.Messaging;
using MediatR;

namespace Approvals.Tests;

/// <summary>
/// Innermost around every request of every test: what writes says on its record what was before and after. A command that
/// does not is red wherever a test sends it.
/// </summary>
internal sealed class SaysWhatItChanges<TRequest, TResponse>(Trail trail, Db db, SecondPerson second) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        var before = db.Touched;
        var answer = await next();
        var written = db.Touched - (trail.Current is { } entry && db.InTransaction ? entry.TouchedBefore : before);
        return second.IsAwaited || written <= 0 || trail.Current is not { IsCompared: false } silent || !ReferenceEquals(silent.Request, request)
            ? answer
            : throw new AssertionException($"{typeof(TRequest).FullName} writes {written} rows, and its record does not say what was before and after: trail.Changed.");
    }
}
