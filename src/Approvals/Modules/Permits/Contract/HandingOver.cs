using Approvals.Messaging;
using MediatR;

namespace Approvals.Modules.Permits.Contract;

/// <summary>A case somebody has in hand.</summary>
internal sealed record CaseInHandOf
{
    public long Id { get; init; }
    public string Number { get; init; } = "";
    public long ItemId { get; init; }
    public string ItemCode { get; init; } = "";
    public long ProjectId { get; init; }
    public DateOnly? DueOn { get; init; }

    /// <summary>The last event of its log when this was read.</summary>
    public int LastEvent { get; init; }
}

/// <summary>The open cases of a department that somebody has in hand: acted on by them last, or handed to them, whether or not the account is still open.</summary>
internal sealed record CasesInHandOf(long UserId, string Department) : IRequest<IReadOnlyList<CaseInHandOf>>, IInside;

/// <summary>移交: the log of each case says from whom, to whom and why, and the case is in the other's hands from then on. Refused where somebody has acted on one since it was read.</summary>
internal sealed record HandOverCases(IReadOnlyList<CaseInHandOf> Cases, string From, long ToId, string To, string Reason) : ICommand<Unit>, IInside;
