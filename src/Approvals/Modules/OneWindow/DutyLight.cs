using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>How a due day stands today.</summary>
/// <param name="DueOn">Null while it stands still.</param>
/// <param name="LeftDays">Working days left; negative where it is late.</param>
internal sealed record DutyLight(DateOnly? DueOn, bool IsProvisional, Light Light, int LeftDays)
{
    public string Css => Lights.Css(Light);

    public static readonly DutyLight Paused = new(null, false, Light.Paused, 0);

    public Text Words => Light == Light.Paused ? new("暂停计时", "Paused") : Lights.Words(Light, LeftDays);

    /// <summary>Yellow on the last working day and the one before it.</summary>
    public static DutyLight Of(DueDay due, DateOnly today, WorkingDays calendar) =>
        Of(due.Date, due.IsProvisional, calendar.Back(due.Date, 1), today, calendar);

    public static DutyLight Of(DateOnly dueOn, bool isProvisional, DateOnly warnOn, DateOnly today, WorkingDays calendar) =>
        new(dueOn, isProvisional, Lights.On(today, dueOn, warnOn), today > dueOn ? -calendar.Count(dueOn, today).Days : calendar.Count(today, dueOn).Days);
}
