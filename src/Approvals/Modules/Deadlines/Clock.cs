using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;

namespace Approvals.Modules.Deadlines;

/// <summary>
/// The rule of a clock: when a limit is used up, how much of it is used and left on a day, and when the light turns.
/// Every date is a look-up in the calendar, whatever the limit.
/// </summary>
/// <param name="AcceptedOn">The day that is not counted (民法典 201).</param>
/// <param name="Limit">Working days (行政许可法 82), or calendar days where another law means them.</param>
/// <param name="Due">The last day that is in time.</param>
/// <param name="WarnOn">The first day on which no more than a tenth of the limit is left, and at least one day.</param>
internal sealed record Clock(DateOnly AcceptedOn, Limit Limit, DueDay Due, DateOnly WarnOn)
{
    /// <remarks>
    /// A limit in calendar days that would end on a day off ends on the next working day (民法典 203). A pause would
    /// leave its days out of the count and an extension would add to the limit: both come in here.
    /// </remarks>
    public static Clock Start(WorkingDays calendar, DateOnly acceptedOn, Limit limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit.Value, nameof(limit));
        var warning = WarningDays(limit.Value);
        if (limit.Unit == Limit.WorkingDays)
        {
            var due = calendar.Add(acceptedOn, limit.Value);
            return new(acceptedOn, limit, due, calendar.Add(acceptedOn, limit.Value - warning).Date);
        }

        if (limit.Unit != Limit.CalendarDays) throw new ArgumentException($"“{limit.Unit}” is no unit of a limit.", nameof(limit));
        var end = calendar.OnOrAfter(acceptedOn.AddDays(limit.Value));
        var warn = end.Date.AddDays(-warning);
        return new(acceptedOn, limit, end, warn > acceptedOn ? warn : acceptedOn);
    }

    /// <summary>How many days before the due date the yellow light begins: a tenth of the limit, rounded up.</summary>
    public static int WarningDays(int limit) => (limit / 10) + (limit % 10 == 0 ? 0 : 1);

    /// <summary>Days of the limit used up when a day is over; the day itself counts.</summary>
    public int Used(WorkingDays calendar, DateOnly on) =>
        on <= AcceptedOn ? 0
        : Limit.Unit == Limit.WorkingDays ? calendar.Count(AcceptedOn, on).Days
        : on.DayNumber - AcceptedOn.DayNumber;

    /// <summary>Days still left when a day is over: 0 on the due date, negative after it.</summary>
    public int Left(WorkingDays calendar, DateOnly on) => Limit.Unit == Limit.WorkingDays
        ? Limit.Value - Used(calendar, on)
        : Due.Date.DayNumber - Math.Max(on.DayNumber, AcceptedOn.DayNumber);

    public Light Light(DateOnly on) => Lights.On(on, Due.Date, WarnOn);
}
