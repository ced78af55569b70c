using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>What a list reads of a running clock.</summary>
internal record RunningClock
{
    /// <summary>Null while a pause leaves it unknown.</summary>
    public DateOnly? DueOn { get; init; }

    public DateOnly? WarnOn { get; init; }

    public bool IsProvisional { get; init; }

    /// <summary>Null where no clock runs.</summary>
    public string? LimitUnit { get; init; }
}

/// <summary>How a due day stands today.</summary>
/// <param name="DueOn">Null while a pause leaves it unknown.</param>
/// <param name="LeftDays">Days left by the unit of the limit; negative where it is late.</param>
internal sealed record DutyLight(DateOnly? DueOn, bool IsProvisional, Light Light, int LeftDays)
{
    public string Css => Lights.Css(Light);

    public Text Words => DueOn is null ? new("暂停计时", "Paused") : Lights.Words(Light, LeftDays);

    public static DutyLight? Of(RunningClock clock, DateOnly today, WorkingDays calendar)
    {
        if (clock.LimitUnit is null) return null;
        if (clock.DueOn is not { } due) return new(null, false, Light.Paused, 0);
        var left = clock.LimitUnit != Limit.WorkingDays ? due.DayNumber - today.DayNumber
            : today > due ? -calendar.Count(due, today).Days : calendar.Count(today, due).Days;
        return new(due, clock.IsProvisional, Lights.On(today, due, clock.WarnOn!.Value), left);
    }

    public static DutyLight Of(ClockFact clock) => new(clock.DueOn, clock.IsProvisional, clock.Light, clock.LeftDays);
}
