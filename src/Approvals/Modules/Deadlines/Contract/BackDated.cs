using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Modules.Deadlines.Contract;

/// <summary>What a day that is entered late does to the limits it ends or begins, in a sentence for whoever is to approve it.</summary>
internal static class BackDated
{
    /// <summary>A clock that would end with that day, beside how it would stand if it ended today.</summary>
    public static Text Ends(ClockFact clock, DateOnly on, DateOnly today, string label = "")
    {
        var (name, due) = (Rules.Name(clock.Rule), clock.DueOn);
        var (zh, en) = label.Length > 0 ? (label + " ", label + " ") : ("", "");
        if (due is not { } day) return new($"{zh}{name.Zh}：正在暂停，止于 {Words.Day(on)}", $"{en}{name.En}: paused, ends on {Words.Day(on)}");
        var (then, now) = (Stand(on > day), Stand(today > day));
        return new(
            $"{zh}{name.Zh}：{Words.Day(day)} 到期，止于 {Words.Day(on)} 为{then.Zh}；若止于今天则为{now.Zh}",
            $"{en}{name.En}: due on {Words.Day(day)}; ended on {Words.Day(on)} it is {then.En}, ended today {now.En}");
    }

    /// <summary>A limit that would run from that day, beside what it would be from today.</summary>
    public static Text Begins(string rule, Limit limit, DateOnly on, DateOnly today, WorkingDays calendar, string label = "")
    {
        var (name, then, now) = (Rules.Name(rule), Due(limit, on, calendar), Due(limit, today, calendar));
        var (zh, en) = label.Length > 0 ? (label + " ", label + " ") : ("", "");
        return new(
            $"{zh}{name.Zh}（{limit.Name.Zh}）：自 {Words.Day(on)} 起算，{Words.Day(then)} 到期；若自今天起算则为 {Words.Day(now)}",
            $"{en}{name.En} ({limit.Name.En}): from {Words.Day(on)} it is due on {Words.Day(then)}, from today on {Words.Day(now)}");
    }

    private static DateOnly Due(Limit limit, DateOnly from, WorkingDays calendar) => Clock.Start(calendar, from, limit).Due!.Value.Date;

    /// <summary>How a limit was kept.</summary>
    public static Text Stand(bool late) => late ? new("超期", "late") : new("按期", "in time");
}
