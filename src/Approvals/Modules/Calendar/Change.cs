using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Calendar;

/// <summary>What becomes of a day.</summary>
internal enum DayChangeKind
{
    /// <summary>It is listed as off now.</summary>
    Off,

    /// <summary>It is listed as worked now.</summary>
    Working,

    /// <summary>It is listed no more: a weekday is worked again, a weekend day is off again.</summary>
    Removed,

    /// <summary>It stays as it was and has another name or order.</summary>
    Renamed,
}

/// <summary>A row of days of which the same becomes.</summary>
/// <param name="IsWorking">Whether they are working days afterwards.</param>
/// <param name="MovesDates">Whether one of them was not so before: only then does a due date move.</param>
/// <param name="Name">Their name afterwards, or before where they are listed no more.</param>
internal sealed record DayChange(DateOnly From, DateOnly To, DayChangeKind Kind, bool IsWorking, bool MovesDates, Text Name, string? OrderNumber)
{
    public Text InWords => (Kind, OrderNumber, IsWorking) switch
    {
        (DayChangeKind.Off, { } order, _) => new($"停办：{Name.Zh}（{order}）", $"closed: {Name.En} ({order})"),
        (DayChangeKind.Off, _, _) => new($"放假：{Name.Zh}", $"off: {Name.En}"),
        (DayChangeKind.Working, _, _) => new($"调休上班：{Name.Zh}", $"make-up working day: {Name.En}"),
        (DayChangeKind.Removed, { } order, true) => new($"撤销停办，恢复上班：{Name.Zh}（{order}）", $"closure lifted, worked again: {Name.En} ({order})"),
        (DayChangeKind.Removed, _, true) => new($"不再放假，恢复上班：{Name.Zh}", $"no longer off, worked again: {Name.En}"),
        (DayChangeKind.Removed, _, false) => new($"不再调休上班或单列，按周末休息：{Name.Zh}", $"no longer listed, off as a weekend: {Name.En}"),
        _ => new($"名称改为：{Name.Zh}", $"renamed: {Name.En}"),
    };

    /// <summary>What differs in a year, in the order of its days.</summary>
    public static List<DayChange> Between(IEnumerable<CalendarException> before, IEnumerable<CalendarException> after)
    {
        var (was, now) = (before.ToDictionary(d => d.Day), after.ToDictionary(d => d.Day));
        var found = new List<DayChange>();
        foreach (var day in was.Keys.Union(now.Keys).Order())
        {
            var (old, next) = (was.GetValueOrDefault(day), now.GetValueOrDefault(day));
            if (old == next) continue;
            var (worked, works) = (IsWorkingDay(day, old), IsWorkingDay(day, next));
            var kind = next is null ? DayChangeKind.Removed
                : next.IsWorking == old?.IsWorking ? DayChangeKind.Renamed
                : next.IsWorking ? DayChangeKind.Working : DayChangeKind.Off;
            var listed = next ?? old!;
            var change = new DayChange(day, day, kind, works, worked != works, listed.Name, listed.OrderNumber);
            if (found.Count > 0 && found[^1] is var last && last.To.AddDays(1) == day && last with { From = day, To = day, MovesDates = change.MovesDates } == change)
                found[^1] = last with { To = day, MovesDates = last.MovesDates || change.MovesDates };
            else
                found.Add(change);
        }

        return found;
    }

    /// <summary>The days that were working days and are not, or the other way round.</summary>
    public static IEnumerable<DateOnly> Moved(IEnumerable<CalendarException> before, IEnumerable<CalendarException> after)
    {
        var (was, now) = (before.ToDictionary(d => d.Day), after.ToDictionary(d => d.Day));
        return was.Keys.Union(now.Keys).Where(day => IsWorkingDay(day, was.GetValueOrDefault(day)) != IsWorkingDay(day, now.GetValueOrDefault(day)));
    }

    private static bool IsWorkingDay(DateOnly day, CalendarException? listed) =>
        listed?.IsWorking ?? day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
}

/// <summary>What becomes of a year.</summary>
/// <param name="IsNew">It had not been published: every provisional date in it becomes firm.</param>
/// <param name="WorkingDaysBefore">Null where it had not been published.</param>
internal sealed record YearChange(int Year, bool IsNew, int? WorkingDaysBefore, int WorkingDays, IReadOnlyList<DayChange> Days);

/// <summary>What a publication changes, or would change.</summary>
/// <param name="Published">False for a preview, and where there is nothing new.</param>
/// <param name="Edition">The calendar's edition now; a publication after a preview may say it saw this one.</param>
/// <param name="Years">The years that get a new edition.</param>
/// <param name="Consequences">What it means for the work in hand, as the other modules tell it.</param>
internal sealed record CalendarChanges(bool Published, long Edition, IReadOnlyList<YearChange> Years, IReadOnlyList<Text> Consequences);
