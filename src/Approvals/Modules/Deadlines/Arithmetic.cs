using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines;

/// <summary>A clock's due date in words, so that a clerk can count it again with a calendar on the wall.</summary>
internal static class Arithmetic
{
    /// <summary>In a paragraph of the reader's language.</summary>
    public static string Of(Clock clock, WorkingDays calendar, string rule)
    {
        var says = Write(clock, calendar);
        says[0] = Named(says[0], rule);
        return Words.English ? string.Join(' ', says.Select(s => s.En)) : string.Concat(says.Select(s => s.Zh));
    }

    /// <summary>A limit that does not run from acceptance says so: a parcel is not accepted, it is agreed about.</summary>
    public static Text Named(Text says, string rule) => Rules.OfDecision.Contains(rule)
        ? says
        : new(
            says.Zh.StartsWith("受理日 ", StringComparison.Ordinal) ? "起算日" + says.Zh[3..] : says.Zh,
            says.En.StartsWith("Accepted ", StringComparison.Ordinal) ? "From" + says.En[8..] : says.En);

    /// <summary>Line by line up to a day: what is not counted, the due date, and what is used and left on that day.</summary>
    public static IReadOnlyList<Text> On(DateOnly asOf, Clock clock, WorkingDays calendar, int? warningDays = null)
    {
        var says = Write(clock, calendar, asOf);
        var (used, left, due) = (clock.Used(calendar, asOf), clock.Left(calendar, asOf), clock.Due?.Date);
        says.Add(new(
            $"截至 {Long(asOf)}（{Zh(asOf)}）：已用 {used} 日，剩余 {clock.Days} - {used} = {left} 日。",
            $"On {Long(asOf)} ({En(asOf)}): used {used}, left {clock.Days} - {used} = {left}."));
        var warning = warningDays ?? Clock.WarningDays(clock.Days);
        says.Add(clock.Light(asOf) switch
        {
            Light.Red => new($"红灯：已过到期日 {Words.Day(due)}。", $"Red: the due date {Words.Day(due)} is past."),
            Light.Paused => new("暂停：恢复之前不计时。", "Paused: no day is counted until it is resumed."),
            Light.Yellow => new($"黄灯：剩余不超过 {warning} 日。", $"Yellow: no more than {warning} left."),
            _ => new($"绿灯：剩余多于 {warning} 日。", $"Green: more than {warning} left."),
        });
        return says;
    }

    private static List<Text> Write(Clock clock, WorkingDays calendar, DateOnly? asOf = null)
    {
        var accepted = clock.AcceptedOn;
        var total = clock.Total;
        var counts = clock.Limit.Unit == Limit.WorkingDays;
        // Without a due date, what was counted before the open pause is what there is to tell.
        var until = clock.Due?.Date ?? clock.CountedUntil!.Value;
        if (clock.Limit.Unit == Limit.AgreedDay)
            return [new($"约定 {Long(until)}（{Zh(until)}）完成，当日仍在时限内。", $"Agreed for {Long(until)} ({En(until)}); that day is in time.")];
        if (asOf > until) until = asOf.Value;
        List<Text> says = [new(
            $"受理日 {Long(accepted)}（{Zh(accepted)}）不计，时限 {clock.Limit.Name.Zh}{string.Concat(clock.Extensions.Select(e => $" + 延长 {e}"))}{(clock.Extensions.Count > 0 ? $" = {total.Name.Zh}" : "")}。",
            $"Accepted {Long(accepted)} ({En(accepted)}), not counted; limit {clock.Limit.Name.En}{string.Concat(clock.Extensions.Select(e => $" + extension {e}"))}{(clock.Extensions.Count > 0 ? $" = {total.Name.En}" : "")}.")];
        if (clock.Pauses.Count > 0) says.Add(Paused(clock));
        if (counts) NotCounted(says, clock, calendar, until);
        says.Add(clock.Due is { } known ? counts
            ? new(
                $"第 {total.Value} 个工作日为 {Long(known.Date)}（{Zh(known.Date)}），当日仍在时限内。",
                $"Working day {total.Value} is {Long(known.Date)} ({En(known.Date)}); that day is in time.")
            : InCalendarDays(clock, calendar, known.Date) : Unknown(clock, calendar));
        if (clock.Due?.IsProvisional == true || (counts && clock.UsedBy(calendar, until).IsProvisional))
        {
            var years = string.Join(", ", calendar.UnpublishedYears(accepted, until));
            says.Add(new(
                $"{years} 年放假通知尚未发布，暂按只有周末计算，发布后可能变动。",
                $"The holidays of {years} are not published: counted as if there were only weekends, so the date may move."));
        }

        return says;
    }

    private static Text Unknown(Clock clock, WorkingDays calendar)
    {
        var until = clock.CountedUntil!.Value;
        var used = clock.Used(calendar, until);
        return new(
            $"暂停尚未恢复：到 {Long(until)} 已计 {used} 日，不足 {clock.Days} 日，到期日待恢复后确定。",
            $"The pause is still open: {used} of {clock.Days} are counted by {Long(until)}; the due date is known when it is resumed.");
    }

    private static Text InCalendarDays(Clock clock, WorkingDays calendar, DateOnly due)
    {
        var total = clock.Days;
        var last = clock.UsedUp!.Value;
        var months = clock.Limit.Unit == Limit.Months ? new Text("（民法典第二百零二条）", " (Civil Code art. 202)") : new("", "");
        if (last == due) return new($"第 {total} 日{months.Zh}为 {Long(due)}（{Zh(due)}），当日仍在时限内。", $"Day {total}{months.En} is {Long(due)} ({En(due)}); that day is in time.");
        var why = calendar.ExceptionOn(last)?.Name ?? new("周末", "weekend");
        return new(
            $"第 {total} 日{months.Zh}为 {Long(last)}（{Zh(last)}，{why.Zh}），按民法典第二百零三条顺延至 {Long(due)}（{Zh(due)}），当日仍在时限内。",
            $"Day {total}{months.En} is {Long(last)} ({En(last)}, {why.En}); by Civil Code art. 203 the limit ends on {Long(due)} ({En(due)}); that day is in time.");
    }

    private static Text Paused(Clock clock)
    {
        var year = clock.AcceptedOn.Year;
        var each = clock.Pauses.Select(Each).ToList();
        return new(
            $"暂停首日仍计，重叠的日子只算一次：{string.Join("；", each.Select(p => p.Zh))}。",
            $"The first day of a pause counts, days that overlap are left out once: {string.Join("; ", each.Select(p => p.En))}.");

        Text Each(Pause pause)
        {
            var first = (pause.From < clock.AcceptedOn ? clock.AcceptedOn : pause.From).AddDays(1);
            var from = Long(pause.From);
            if (pause.To is not { } last) return new($"{from} 暂停未恢复，自 {Long(first)} 起不计", $"paused {from} and still open, not counted from {Long(first)} on");
            var days = new Stretch(first, last, null);
            return first > last
                ? new($"{from} 暂停、{Long(last)} 恢复，没有不计之日", $"paused {from}, resumed {Long(last)}, leaves out nothing")
                : new($"{from} 暂停、{Long(last)} 恢复，不计 {days.Range(year, " 至 ")}", $"paused {from}, resumed {Long(last)}, not counted {days.Range(year, " to ")}");
        }
    }

    private static void NotCounted(List<Text> says, Clock clock, WorkingDays calendar, DateOnly until)
    {
        var year = clock.AcceptedOn.Year;
        var (off, made) = Stretches(clock, calendar, until);
        var holidays = off.Where(s => s.Name is not null).ToList();
        var weekends = off.Where(s => s.Name is null).ToList();
        if (holidays.Count > 0)
        {
            says.Add(new(
                $"节假日不计 {Days(holidays)} 天：{string.Join("、", holidays.Select(s => $"{s.Range(year, " 至 ")} {s.Name!.Value.Zh}"))}。",
                $"Holidays not counted, {Days(holidays)}: {string.Join(", ", holidays.Select(s => $"{s.Range(year, " to ")} {s.Name!.Value.En}"))}."));
        }

        if (weekends.Count > 0)
        {
            var each = string.Join(", ", weekends.Select(s => s.Range(year, "/")));
            says.Add(new($"周末不计 {Days(weekends)} 天：{each}。", $"Weekend days not counted, {Days(weekends)}: {each}."));
        }

        if (made.Count > 0)
        {
            says.Add(new(
                $"调休上班计入 {Days(made)} 天：{string.Join("、", made.Select(s => $"{s.Range(year, "/")}（{Zh(s.From)}）"))}。",
                $"Make-up days counted, {Days(made)}: {string.Join(", ", made.Select(s => $"{s.Range(year, "/")} ({En(s.From)})"))}."));
        }
    }

    /// <summary>Outside the pauses from the day after acceptance: days off in a row for one reason, and weekend days that are worked.</summary>
    private static (List<Stretch> Off, List<Stretch> Made) Stretches(Clock clock, WorkingDays calendar, DateOnly until)
    {
        List<Stretch> off = [], made = [];
        for (var day = clock.AcceptedOn.AddDays(1); day <= until; day = day.AddDays(1))
        {
            var name = calendar.ExceptionOn(day)?.Name;
            var works = calendar.IsWorkingDay(day);
            if ((works && name is null) || clock.Pauses.Any(p => p.From < day && !(p.To < day))) continue;
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

    private readonly record struct Stretch(DateOnly From, DateOnly To, Text? Name)
    {
        /// <summary>Without the year where it is the year of acceptance.</summary>
        public string Range(int year, string to) => From == To ? Short(From, year) : Short(From, year) + to + Short(To, year);

        private static string Short(DateOnly day, int year) => day.ToString(day.Year == year ? "MM-dd" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
