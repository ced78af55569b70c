using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>A clock's due date in words, so that a clerk can count it again with a calendar on the wall.</summary>
internal static class Arithmetic
{
    /// <summary>What the store takes, both languages together.</summary>
    private const int Longest = 2000;

    /// <summary>Chinese, a line break, English: as it is stored.</summary>
    public static string Of(Clock clock, WorkingDays calendar)
    {
        Span<Detail> details = [Detail.EachWeekend, Detail.EachHoliday, Detail.Totals];
        foreach (var detail in details)
        {
            var text = Write(clock, calendar, detail);
            if (text.Length <= Longest) return text;
        }

        throw new InvalidOperationException("The totals alone do not fit.");
    }

    /// <summary>The half that the reader understands.</summary>
    public static string InReadersLanguage(string stored)
    {
        var end = stored.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? stored : Words.English ? stored[(end + 1)..] : stored[..end];
    }

    private static string Write(Clock clock, WorkingDays calendar, Detail detail)
    {
        var accepted = clock.AcceptedOn;
        var due = clock.Due.Date;
        List<Text> says = [new($"受理日 {Long(accepted)}（{Zh(accepted)}）不计，时限 {clock.Limit.Name.Zh}。", $"Accepted {Long(accepted)} ({En(accepted)}), not counted; limit {clock.Limit.Name.En}.")];
        if (clock.Limit.Unit == Limit.CalendarDays)
        {
            says.Add(InCalendarDays(clock, calendar));
        }
        else
        {
            NotCounted(says, clock, calendar, detail);
            says.Add(new(
                $"第 {clock.Limit.Value} 个工作日为 {Long(due)}（{Zh(due)}），当日仍在时限内。",
                $"Working day {clock.Limit.Value} is {Long(due)} ({En(due)}); that day is in time."));
        }

        if (clock.Due.IsProvisional)
        {
            var years = string.Join(", ", calendar.UnpublishedYears(accepted, due));
            says.Add(new(
                $"{years} 年放假通知尚未发布，暂按只有周末计算，发布后可能变动。",
                $"The holidays of {years} are not published: counted as if there were only weekends, so the date may move."));
        }

        return string.Concat(says.Select(s => s.Zh)) + "\n" + string.Join(' ', says.Select(s => s.En));
    }

    private static Text InCalendarDays(Clock clock, WorkingDays calendar)
    {
        var due = clock.Due.Date;
        var last = clock.AcceptedOn.AddDays(clock.Limit.Value);
        if (last == due) return new($"第 {clock.Limit.Value} 日为 {Long(due)}（{Zh(due)}），当日仍在时限内。", $"Day {clock.Limit.Value} is {Long(due)} ({En(due)}); that day is in time.");
        var why = calendar.ExceptionOn(last)?.Name ?? new("周末", "weekend");
        return new(
            $"第 {clock.Limit.Value} 日为 {Long(last)}（{Zh(last)}，{why.Zh}），按民法典第二百零三条顺延至 {Long(due)}（{Zh(due)}），当日仍在时限内。",
            $"Day {clock.Limit.Value} is {Long(last)} ({En(last)}, {why.En}); by Civil Code art. 203 the limit ends on {Long(due)} ({En(due)}); that day is in time.");
    }

    private static void NotCounted(List<Text> says, Clock clock, WorkingDays calendar, Detail detail)
    {
        var year = clock.AcceptedOn.Year;
        var (off, made) = Stretches(clock, calendar);
        var holidays = off.Where(s => s.Name is not null).ToList();
        var weekends = off.Where(s => s.Name is null).ToList();
        if (detail == Detail.Totals)
        {
            says.Add(new(
                $"其间不计节假日 {Days(holidays)} 天、周末 {Days(weekends)} 天；调休上班计入 {Days(made)} 天。",
                $"Not counted: {Days(holidays)} holidays and {Days(weekends)} weekend days; make-up days counted: {Days(made)}."));
            return;
        }

        if (holidays.Count > 0)
        {
            says.Add(new(
                $"节假日不计 {Days(holidays)} 天：{string.Join("、", holidays.Select(s => $"{s.Range(year, " 至 ")} {s.Name!.Value.Zh}"))}。",
                $"Holidays not counted, {Days(holidays)}: {string.Join(", ", holidays.Select(s => $"{s.Range(year, " to ")} {s.Name!.Value.En}"))}."));
        }

        if (weekends.Count > 0)
        {
            var each = string.Join(", ", weekends.Select(s => s.Range(year, "/")));
            says.Add(detail == Detail.EachHoliday
                ? new($"周末不计 {Days(weekends)} 天。", $"Weekend days not counted: {Days(weekends)}.")
                : new($"周末不计 {Days(weekends)} 天：{each}。", $"Weekend days not counted, {Days(weekends)}: {each}."));
        }

        if (made.Count > 0)
        {
            says.Add(new(
                $"调休上班计入 {Days(made)} 天：{string.Join("、", made.Select(s => $"{s.Range(year, "/")}（{Zh(s.From)}）"))}。",
                $"Make-up days counted, {Days(made)}: {string.Join(", ", made.Select(s => $"{s.Range(year, "/")} ({En(s.From)})"))}."));
        }
    }

    /// <summary>From the day after acceptance to the due date: days off in a row for one reason, and weekend days that are worked.</summary>
    private static (List<Stretch> Off, List<Stretch> Made) Stretches(Clock clock, WorkingDays calendar)
    {
        List<Stretch> off = [], made = [];
        for (var day = clock.AcceptedOn.AddDays(1); day <= clock.Due.Date; day = day.AddDays(1))
        {
            var name = calendar.ExceptionOn(day)?.Name;
            var works = calendar.IsWorkingDay(day);
            if (works && name is null) continue;
            var list = works ? made : off;
            if (list.Count > 0 && list[^1].To.AddDays(1) == day && list[^1].Name == name) list[^1] = list[^1] with { To = day };
            else list.Add(new(day, day, name));
        }

        return (off, made);
    }

    private static int Days(List<Stretch> stretches) => stretches.Sum(s => s.To.DayNumber - s.From.DayNumber + 1);

    private static string Long(DateOnly day) => Words.Day(day);

    private static string Zh(DateOnly day) => "周" + "日一二三四五六"[(int)day.DayOfWeek];

    private static string En(DateOnly day) => day.DayOfWeek.ToString()[..3];

    private enum Detail
    {
        EachWeekend,
        EachHoliday,
        Totals,
    }

    private readonly record struct Stretch(DateOnly From, DateOnly To, Text? Name)
    {
        /// <summary>Without the year where it is the year of acceptance.</summary>
        public string Range(int year, string to) => From == To ? Short(From, year) : Short(From, year) + to + Short(To, year);

        private static string Short(DateOnly day, int year) => day.ToString(day.Year == year ? "MM-dd" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
