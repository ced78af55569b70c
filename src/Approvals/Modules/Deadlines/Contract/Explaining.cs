using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Deadlines.Contract;

/// <summary>Clocks as they stand today, by their ids; those that are unknown are missing.</summary>
internal sealed record ClocksNow(IReadOnlyList<long> ClockIds) : IRequest<IReadOnlyDictionary<long, ClockFact>>, IInside;

/// <summary>One clock with its arithmetic line by line as of today, or as of the day on which it was stopped; null where there is none.</summary>
internal sealed record ExplainClock(string SubjectKind, long SubjectId, string Rule) : IRequest<ExplainedClock?>, IInside;

/// <param name="AsOf">The day the lines speak of.</param>
/// <param name="Lines">Enough to count it again by hand.</param>
/// <param name="Alerts">The alerts raised so far, oldest first.</param>
/// <param name="Moves">Where the calendar moved its due date, oldest first.</param>
internal sealed record ExplainedClock(
    long ClockId, string SubjectKind, string Label, string Department, string Item, ClockFact Clock, DateOnly AsOf, IReadOnlyList<Text> Lines,
    IReadOnlyList<RaisedAlert> Alerts, IReadOnlyList<CalendarMove> Moves);

/// <param name="BeganOn">The first day of the level.</param>
/// <param name="RaisedAt">When the scan saw it.</param>
internal sealed record RaisedAlert(Light Level, DateOnly DueOn, DateOnly BeganOn, DateTime RaisedAt);

internal sealed record CalendarMove(DateOnly From, DateOnly To, string By, DateTime At);
