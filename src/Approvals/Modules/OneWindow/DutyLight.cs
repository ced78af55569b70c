using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>How a due day stands today.</summary>
/// <param name="LeftDays">Working days left; negative where it is late.</param>
internal sealed record DutyLight(DateOnly DueOn, bool IsProvisional, Light Light, int LeftDays)
{
    public string Css => Lights.Css(Light);

    public Text Words => Lights.Words(Light, LeftDays);

    /// <summary>Yellow on the last working day and the one before it.</summary>
    public static DutyLight Of(DueDay due, DateOnly today, WorkingDays calendar) =>
        Of(due.Date, due.IsProvisional, calendar.Back(due.Date, 1), today, calendar);

    public static DutyLight Of(DateOnly dueOn, bool isProvisional, DateOnly warnOn, DateOnly today, WorkingDays calendar) =>
        new(dueOn, isProvisional, Lights.On(today, dueOn, warnOn), today > dueOn ? -calendar.Count(dueOn, today).Days : calendar.Count(today, dueOn).Days);
}
