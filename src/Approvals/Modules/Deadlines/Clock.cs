using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>A suspension (行政许可法 45). The days after its first day up to and including its last are not counted; without a last day it is open.</summary>
internal readonly record struct Pause(DateOnly From, DateOnly? To);

/// <summary>
/// The rule of a clock: when a limit is used up, how much of it is used and left on a day, and when the light turns.
/// Every date is a look-up in the calendar for each stretch between pauses, whatever the limit.
/// </summary>
/// <param name="AcceptedOn">The day that is not counted (民法典 201). Before it the clock stands as on it.</param>
/// <param name="Limit">Working days (行政许可法 82), calendar days or months where another law means them, or a day agreed.</param>
/// <param name="Due">The last day that is in time; null where an open pause began before the limit was used up.</param>
/// <param name="WarnOn">The first day on which no more than a tenth of the limit is left, and at least one day; null where an open pause began before it.</param>
/// <remarks>
/// A limit that was used up by the day a pause opened stays due on its day, so past it the light is red: no end of that
/// pause could move the date. Every other open pause leaves the date unknown, and from its first day the light says paused.
/// </remarks>
internal sealed record Clock(DateOnly AcceptedOn, Limit Limit, DueDay? Due, DateOnly? WarnOn)
{
    private static readonly DateOnly LastDay = new(WorkingDays.LastYear, 12, 31);

    /// <summary>What lies outside every pause, in order. Pauses that overlap leave their days out once.</summary>
    private List<Stretch> Counted { get; init; } = [new(AcceptedOn, LastDay)];

    /// <summary>Days added to the limit (行政许可法 42).</summary>
    public IReadOnlyList<int> Extensions { get; private init; } = [];

    public IReadOnlyList<Pause> Pauses { get; private init; } = [];

    /// <summary>Limit plus extensions.</summary>
    public Limit Total => Limit with { Value = Limit.Value + Extensions.Sum() };

    /// <summary>Limit plus extensions in the days that are counted: working days, or calendar days.</summary>
    public int Days => Limit.Unit == Limit.Months ? AcceptedOn.AddMonths(Total.Value).DayNumber - AcceptedOn.DayNumber : Total.Value;

    /// <summary>Where an open pause leaves out every day to come: the last day that can be counted.</summary>
    public DateOnly? CountedUntil => OpenSince is null ? null : Counted.Count == 0 ? AcceptedOn : Counted[^1].Until;

    /// <summary>The day by which limit plus extensions are counted, before 民法典 203 moves it; for a clock that was started.</summary>
    public DateOnly? UsedUp { get; private init; }

    private DateOnly? OpenSince => Pauses.Where(p => p.To is null).Min(p => (DateOnly?)p.From);

    /// <exception cref="Refused">With everything wrong about the case.</exception>
    public static Clock Start(WorkingDays calendar, DateOnly acceptedOn, Limit limit, IReadOnlyList<int>? extensions = null, IReadOnlyList<Pause>? pauses = null, int? warningDays = null)
    {
        (extensions, pauses) = (extensions ?? [], pauses ?? []);
        Accept(acceptedOn, limit, extensions, pauses);
        var clock = Stored(acceptedOn, limit, extensions, pauses, null, null);
        var usedUp = clock.Reach(calendar, clock.Days);
        if (usedUp is null && clock.OpenSince is null) throw TooLong();
        var due = limit.Unit is Limit.CalendarDays or Limit.Months && usedUp is { } last ? calendar.OnOrAfter(last.Date) : usedUp;
        return clock with { UsedUp = usedUp?.Date, Due = due, WarnOn = clock.Reach(calendar, clock.Days - (warningDays ?? WarningDays(clock.Days)))?.Date };
    }

    /// <summary>A clock whose dates were computed before.</summary>
    public static Clock Stored(DateOnly acceptedOn, Limit limit, IReadOnlyList<int> extensions, IReadOnlyList<Pause> pauses, DueDay? due, DateOnly? warnOn) =>
        new(acceptedOn, limit, due, warnOn) { Extensions = extensions, Pauses = pauses, Counted = Between(acceptedOn, pauses) };

    /// <summary>How many days before the due date the yellow light begins: a tenth of the limit, rounded up.</summary>
    public static int WarningDays(int limit) => (limit / 10) + (limit % 10 == 0 ? 0 : 1);

    /// <summary>Days of the limit used up when a day is over; the day itself counts.</summary>
    public int Used(WorkingDays calendar, DateOnly on) => UsedBy(calendar, on).Days;

    /// <summary>As <see cref="Used"/>, and whether a counted stretch lies in an unpublished year.</summary>
    public DayCount UsedBy(WorkingDays calendar, DateOnly on)
    {
        var used = new DayCount(0, false);
        foreach (var (after, until) in Counted)
        {
            if (on <= after) break;
            var here = Count(calendar, after, on < until ? on : until);
            used = new(used.Days + here.Days, used.IsProvisional || here.IsProvisional);
        }

        return used;
    }

    /// <summary>Limit plus extensions less what is used when a day is over: 0 on the day that uses it up, negative after it.</summary>
    public int Left(WorkingDays calendar, DateOnly on) => Days - Used(calendar, on);

    public Light Light(DateOnly on)
    {
        if (on < AcceptedOn) on = AcceptedOn;
        if (Due is { } due) return Lights.On(on, due.Date, WarnOn!.Value);
        return on >= OpenSince ? Contract.Light.Paused : on >= WarnOn ? Contract.Light.Yellow : Contract.Light.Green;
    }

    private static void Accept(DateOnly acceptedOn, Limit limit, IReadOnlyList<int> extensions, IReadOnlyList<Pause> pauses)
    {
        var check = new Check();
        Covers(acceptedOn, "accepted", "受理日", "The day of acceptance");
        if (limit.Value <= 0) check.Add("clock.limit", "limit", $"时限为 {limit.Value}，应为 1 日或更多，请更正。", $"The limit is {limit.Value}; give 1 day or more.");
        if (limit.Unit is not (Limit.WorkingDays or Limit.CalendarDays or Limit.Months or Limit.AgreedDay)) check.Add("clock.unit", "unit", $"「{limit.Unit}」不是时限单位，请填 wd（工作日）或 cd（自然日）。", $"“{limit.Unit}” is no unit of a limit; give wd (working days) or cd (calendar days).");
        for (var i = 0; i < extensions.Count; i++)
        {
            if (extensions[i] <= 0) check.Add("clock.extension", $"extensions[{i}]", $"第 {i + 1} 次延长为 {extensions[i]} 日，应为 1 日或更多，请更正或删除。", $"Extension {i + 1} is {extensions[i]} days; give 1 day or more, or leave it out.");
        }

        for (var i = 0; i < pauses.Count; i++)
        {
            var (from, to) = pauses[i];
            Covers(from, $"pauses[{i}].from", $"第 {i + 1} 段暂停的首日", $"The first day of pause {i + 1}");
            if (to is not { } last) continue;
            Covers(last, $"pauses[{i}].to", $"第 {i + 1} 段暂停的末日", $"The last day of pause {i + 1}");
            if (last < from) check.Add("clock.pauseReversed", $"pauses[{i}].to", $"第 {i + 1} 段暂停的末日 {Words.Day(last)} 早于首日 {Words.Day(from)}，请更正。", $"Pause {i + 1} ends on {Words.Day(last)}, before its first day {Words.Day(from)}; correct one of them.");
        }

        check.Done();
        if (limit.Value + extensions.Sum(e => (long)e) > LastDay.DayNumber) throw TooLong();

        void Covers(DateOnly day, string field, string zh, string en)
        {
            if (!WorkingDays.Covers(day)) check.Add("calendar.dateOutside", field, $"{zh} {Words.Day(day)} 不在 {WorkingDays.FirstYear} 年至 {WorkingDays.LastYear} 年之内，请更正。", $"{en}, {Words.Day(day)}, lies outside {WorkingDays.FirstYear}–{WorkingDays.LastYear}; correct it.");
        }
    }

    private static Refused TooLong() =>
        Refused.Invalid("clock.tooLong", "limit", $"到期日超出 {WorkingDays.LastYear} 年，请减少时限、延长或暂停。", $"The due date would lie after {WorkingDays.LastYear}; give a shorter limit, extension or pause.");

    private static List<Stretch> Between(DateOnly acceptedOn, IReadOnlyList<Pause> pauses)
    {
        if (pauses.Count == 0) return [new(acceptedOn, LastDay)];
        List<Stretch> counted = [];
        var after = acceptedOn;
        foreach (var (from, to) in pauses.OrderBy(p => p.From))
        {
            if (from > after) counted.Add(new(after, from));
            if (to is not { } last) return counted;
            if (last > after) after = last;
        }

        counted.Add(new(after, LastDay));
        return counted;
    }

    /// <summary>The first day by which so many days are counted; null where an open pause, or the end of the calendar, comes first.</summary>
    private DueDay? Reach(WorkingDays calendar, int days)
    {
        if (days <= 0) return new(AcceptedOn, false);
        var provisional = false;
        foreach (var (after, until) in Counted)
        {
            var here = Count(calendar, after, until);
            if (days <= here.Days)
            {
                if (Limit.Unit != Limit.WorkingDays) return new(after.AddDays(days), false);
                var day = calendar.Add(after, days);
                return day with { IsProvisional = provisional || day.IsProvisional };
            }

            days -= here.Days;
            provisional |= here.IsProvisional;
        }

        return null;
    }

    private DayCount Count(WorkingDays calendar, DateOnly after, DateOnly until) =>
        Limit.Unit == Limit.WorkingDays ? calendar.Count(after, until) : new(until.DayNumber - after.DayNumber, false);

    /// <summary>The days after the first up to and including the last.</summary>
    private readonly record struct Stretch(DateOnly After, DateOnly Until);
}
