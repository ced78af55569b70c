using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using MediatR;

namespace Approvals.Modules.Deadlines.Contract;

/// <summary>A clock to start.</summary>
/// <param name="SubjectKind">What kind of thing has the due date: <c>case</c>.</param>
/// <param name="SubjectId">Its id.</param>
/// <param name="Rule"><c>promised</c> or <c>statutory</c>.</param>
/// <param name="Label">Its number as people know it.</param>
/// <param name="Department">Whose time runs.</param>
/// <param name="AcceptedOn">The day that is not counted.</param>
/// <param name="Limit">The limit frozen on the subject.</param>
internal sealed record ClockStart(string SubjectKind, long SubjectId, string Rule, string Label, string Department, DateOnly AcceptedOn, Limit Limit);

/// <summary>Starts clocks; their due dates come back in the order given.</summary>
internal sealed record StartClocks(IReadOnlyList<ClockStart> Clocks) : ICommand<IReadOnlyList<Calendar.Contract.DueDay>>, IInside;

/// <summary>Stops every running clock of a subject; a terminal state ends all timers.</summary>
internal sealed record StopClocks(string SubjectKind, long SubjectId, DateOnly On) : ICommand<Unit>, IInside;

/// <summary>How a clock stands on a day.</summary>
internal enum Light
{
    Green,
    Yellow,
    Red,
}

/// <summary>One clock as it stands today, with the arithmetic that explains it.</summary>
internal sealed record ClockFact(
    string Rule, DateOnly AcceptedOn, Limit Limit, DateOnly DueOn, bool IsProvisional, int UsedDays, int LeftDays, Light Light, DateOnly? StoppedOn, string Explanation);

internal sealed record ClocksOf(string SubjectKind, long SubjectId) : IRequest<IReadOnlyList<ClockFact>>, IInside;
