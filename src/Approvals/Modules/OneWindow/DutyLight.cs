using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.OneWindow;

/// <summary>How a due day stands today, in words; the colour only repeats them.</summary>
internal sealed record DutyLight(DateOnly DueOn, bool IsProvisional, Light Light, int Days)
{
    public string Css => $"light light-{Light.ToString().ToLowerInvariant()}";

    public Text Words => (Light, Days) switch
    {
        (Light.Red, _) => new($"超期 {Days} 日", $"{Days} WD late"),
        (_, 0) => new("今天到期", "Due today"),
        _ => new($"剩 {Days} 日", $"{Days} WD left"),
    };

    /// <summary>Yellow on the last working day and the one before it.</summary>
    public static DutyLight Of(DueDay due, DateOnly today, WorkingDays calendar) => Of(due.Date, due.IsProvisional, calendar.Back(calendar.OnOrAfter(due.Date).Date, 1), today, calendar);

    public static DutyLight Of(DateOnly dueOn, bool isProvisional, DateOnly warnOn, DateOnly today, WorkingDays calendar) =>
        today > dueOn ? new(dueOn, isProvisional, Light.Red, calendar.Count(dueOn, today).Days)
        : new(dueOn, isProvisional, today >= warnOn ? Light.Yellow : Light.Green, calendar.Count(today, dueOn).Days);
}
