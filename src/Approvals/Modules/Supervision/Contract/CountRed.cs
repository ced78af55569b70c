using MediatR;
using Approvals.Messaging;

namespace Approvals.Modules.Supervision.Contract;

/// <summary>How many subjects are past a due date, of those the reader may supervise; for the menu.</summary>
internal sealed record CountRed : IRequest<int>, IInside;
