using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Access.Contract;

internal enum SubstitutionTurn
{
    /// <summary>Agreed on, for days to come.</summary>
    Named,
    Begun,
    Ended,
}

/// <summary>替岗 begins, ends or is agreed on: the two it is between are to be told.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Why">The reason it was named for, or why it ends.</param>
internal sealed record SubstitutionTurned(long Id, SubstitutionTurn Turn, long UserId, string User, long SubstituteId, string Substitute, DateOnly From, DateOnly To, Text Why) : INotification;

/// <summary>Who stands in for whom just now, with all that it takes; both read once for many messages.</summary>
internal sealed record SubstitutesNow : IRequest<IReadOnlyList<SubstituteNow>>, IInside;

/// <param name="UserId">Who is away.</param>
internal sealed record SubstituteNow(long UserId, long SubstituteId);

/// <summary>For whom an account may act today; for the switch on the screen.</summary>
internal sealed record StandInsOf(long UserId) : IRequest<IReadOnlyList<StandIn>>, IInside;

/// <summary>A substitution in force.</summary>
internal sealed record StandIn
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public DateOnly EndsOn { get; init; }
}
