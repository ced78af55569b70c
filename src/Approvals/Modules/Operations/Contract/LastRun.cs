using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Operations.Contract;

/// <summary>When a recurring job last began, and how that ended; null where none has yet.</summary>
internal sealed record LastRun(string Job) : IRequest<JobRun?>, IInside;

/// <param name="Outcome">running, done or failed.</param>
internal sealed record JobRun(DateTime StartedAt, DateTime? EndedAt, string Outcome, DateTime? SucceededAt);
