using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Supervision.Contract;

/// <summary>How many subjects are past a due date, of those the reader may supervise; for the menu, which shows no more than <see cref="Most"/>.</summary>
internal sealed record CountRed : IRequest<int>, IInside
{
    public const int Most = 100;
}
