using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.OneWindow.Contract;

/// <summary>An application a clerk has in hand.</summary>
internal sealed record ApplicationInHandOf
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public long ProjectId { get; init; }
    public DateTime ReceivedAt { get; init; }
}

/// <summary>The applications of a clerk that are not answered, or whose stages or papers still run.</summary>
internal sealed record ApplicationsInHandOf(long UserId) : IRequest<IReadOnlyList<ApplicationInHandOf>>, IInside;

/// <summary>移交: each application says from whom, to whom and why, and is in the other's hands, and at the other's window, from then on. Refused where one is in other hands by now.</summary>
/// <param name="ToWindow">Where the other sits; null where at none: then it stays where it is.</param>
internal sealed record HandOverApplications(IReadOnlyList<ApplicationInHandOf> Applications, long FromId, string From, long ToId, string To, string Reason, long? ToWindow) : ICommand<Unit>, IInside;
