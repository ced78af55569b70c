using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;

namespace Approvals.Modules.Permits;

/// <summary>
/// 补录: what is entered more than one working day after it was done takes a second person, for the date decides which
/// limit was kept: the head of the department for what a department did, the supervisor for the window.
/// </summary>
internal static class BackDating
{
    public static readonly Post OfTheWindow = new(Role.Supervisor);

    public static Post Of(string department) => new(Role.DepartmentHead, department);

    /// <param name="second">Whoever must approve it.</param>
    /// <param name="late">The reason; empty where it is not late.</param>
    /// <param name="occurredAt">When it was done.</param>
    /// <param name="clock">For the wall of the zone.</param>
    /// <param name="post">Who approves it.</param>
    public static void DemandLate(this SecondPerson second, string late, DateTime occurredAt, ZoneClock clock, Post post)
    {
        if (late.Length == 0) return;
        var at = $"{clock.Local(occurredAt):yyyy-MM-dd HH:mm}";
        second.Demand(new($"补录：发生于 {at}；原因：{late}", $"Entered late: done at {at}; reason: {late}"), null, post);
    }
}
