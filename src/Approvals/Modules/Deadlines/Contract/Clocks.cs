using Approvals.Messaging;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
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
    Paused,
}

/// <summary>The light of a clock, for every list that shows one.</summary>
internal static class Lights
{
    /// <summary>Red from the day after the due date; yellow from the first day of the warning span.</summary>
    public static Light On(DateOnly day, DateOnly dueOn, DateOnly warnOn) => day > dueOn ? Light.Red : day >= warnOn ? Light.Yellow : Light.Green;

    /// <summary>The words that go with the light: what is left, or by how much it is late.</summary>
    public static Text Words(Light light, int leftDays) => (light, leftDays) switch
    {
        (Light.Red, < 0) => new($"超期 {-leftDays} 日", leftDays == -1 ? "1 day late" : $"{-leftDays} days late"),
        // Past the due date, but no further day that counts has begun.
        (Light.Red, _) => new("已超期", "Past due"),
        (Light.Paused, _) => new($"暂停计时，剩 {leftDays} 日", leftDays == 1 ? "Paused, 1 day left" : $"Paused, {leftDays} days left"),
        (_, <= 0) => new("今天到期", "Due today"),
        _ => new($"剩 {leftDays} 日", leftDays == 1 ? "1 day left" : $"{leftDays} days left"),
    };

    /// <summary>The class of the mark on a page.</summary>
    public static string Css(Light light) => light switch
    {
        Light.Red => "light light-red",
        Light.Yellow => "light light-yellow",
        Light.Paused => "light light-paused",
        _ => "light light-green",
    };
}

/// <summary>One clock as it stands today, with the arithmetic that explains it in the reader's language.</summary>
internal sealed record ClockFact(
    string Rule, DateOnly AcceptedOn, Limit Limit, DateOnly DueOn, bool IsProvisional, int UsedDays, int LeftDays, Light Light, DateOnly? StoppedOn, string Explanation);

/// <summary>The clocks of a subject, the promised one first. A stopped clock stands as on the day it was stopped.</summary>
internal sealed record ClocksOf(string SubjectKind, long SubjectId) : IRequest<IReadOnlyList<ClockFact>>, IInside;

/// <summary>An alert was raised: once for each clock, level and due date.</summary>
/// <param name="BeganOn">The first day of the level; an alert raised late says when it was true.</param>
internal sealed record DeadlineAlerted(
    string SubjectKind, long SubjectId, string Rule, string Label, string Department, Light Level, DateOnly DueOn, bool IsProvisional, DateOnly BeganOn) : INotification;

/// <summary>What is late or at risk now, the earliest due first, one row for each subject; for the desk.</summary>
internal sealed record OpenAlerts(string? Department, int Rows) : IRequest<AlertsNow>, IInside;

/// <param name="Late">How many subjects are past a due date.</param>
/// <param name="AtRisk">How many are in the warning span.</param>
internal sealed record AlertsNow(int Late, int AtRisk, IReadOnlyList<AlertFact> Rows);

/// <summary>A subject that is late or at risk, by the clock that is due first.</summary>
/// <param name="IsPastStatutory">The limit set by law has passed too, not only the promised one.</param>
internal sealed record AlertFact(
    long ClockId, string SubjectKind, string Label, string Department, string Rule, DateOnly AcceptedOn, Limit Limit, DateOnly DueOn, bool IsProvisional,
    int UsedDays, int LeftDays, Light Level, bool IsPastStatutory, string Explanation);
