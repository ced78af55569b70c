using System.Globalization;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Modules.Reports;

/// <summary>From a figure to its cases.</summary>
internal static class Drill
{
    /// <summary>The figures that have rows, and by which day of a case they are counted.</summary>
    private static readonly Dictionary<string, string> Lists = new()
    {
        ["received"] = "received",
        ["accepted"] = "accepted",
        [Outside.Step] = Outside.Step,
        [Outside.Session] = Outside.Session,
        ["deemed"] = "deemed",
        ["closed"] = "closed",
        ["closedInTime"] = "inTime",
        ["inTimeRate"] = "late",
        ["late"] = "late",
        ["open"] = "open",
        ["overdue"] = "overdue",
        ["overdueRate"] = "overdue",
        ["waiting"] = "waiting",
        ["newRed"] = "newRed",
        ["usedMean"] = "closed",
        ["usedMedian"] = "closed",
        ["usedP90"] = "closed",
        ["spanMean"] = "closed",
        ["authority"] = "closed",
        ["applicant"] = "closed",
        ["uncounted"] = "closed",
        ["elapsed"] = "closed",
        ["statutoryCompression"] = "closed",
        ["corrections"] = "corrected",
        ["correctionsPerCase"] = "corrected",
        ["metByPause"] = "metByPause",
        ["pauses"] = "pauses",
        ["pauseDays"] = "pauseDays",
        ["approved"] = "approved",
        ["refused"] = "refused",
        ["withdrawn"] = "withdrawn",
        ["notAccepted"] = "notAccepted",
        ["askedAgain"] = "askedAgain",
        ["owed"] = "owed",
        ["handedOut"] = "handedOut",
        ["handOutMean"] = "handedOut",
        ["handedOutLate"] = "handedOutLate",
        ["entries"] = "entries",
        ["lateEntries"] = "lateEntries",
        ["lateShare"] = "lateEntries",
        ["lateMean"] = "lateEntries",
    };

    /// <summary>The figures whose rows are orders.</summary>
    private static readonly Dictionary<string, string> Orders = new()
    {
        ["ordersOpened"] = "opened",
        ["ordersSettled"] = "settled",
        ["ordersOpen"] = "open",
        ["resolvedShare"] = "open",
    };

    /// <summary>Those whose rows are projects.</summary>
    private static readonly Dictionary<string, string> Projects = new()
    {
        ["approvalMean"] = "completed",
        ["approvalCompression"] = "completed",
        ["landToStart"] = "started",
        ["landCompression"] = "started",
        ["handoverToTitle"] = "titled",
        [Outside.Unpermitted] = Outside.Unpermitted,
        [Outside.Unregistered] = Outside.Unregistered,
    };

    /// <summary>The figures that stand with no handler: what is not decided yet may pass from hand to hand.</summary>
    private static readonly HashSet<string> OfNobody =
        ["received", "accepted", "deemed", "newRed", "waiting", "handedOut", "handOutMean", "handedOutLate", "askedAgain", "pauses", "pauseDays"];

    /// <remarks>Beside a day stands a working day before it, which must be one of the calendar too.</remarks>
    private static readonly DateOnly Earliest = new(WorkingDays.FirstYear, 1, 16);

    private static readonly DateOnly Latest = new(WorkingDays.LastYear, 12, 31);

    public static IEnumerable<string> ProjectNames => Projects.Values.Distinct();

    public static IEnumerable<string> Names => Lists.Values.Distinct();

    public static IEnumerable<string> OrderNames => Orders.Values.Distinct();

    /// <summary>The address of the list; null where there is none, and where the cases do not say what was counted.</summary>
    /// <param name="isNewest">The period ends with the newest report: whose hands an open case was in before is not kept.</param>
    public static string? Of(string figure, Period period, string cut = Cuts.Zone, string key = Cuts.Whole, bool isNewest = true)
    {
        var (list, isOrders, projects) = (Lists.GetValueOrDefault(figure), Orders.ContainsKey(figure), Projects.GetValueOrDefault(figure));
        var stands = cut switch
        {
            Cuts.Clerk => list is not null && !OfNobody.Contains(figure) && (isNewest || !ListReportCases.IsStock(list)),
            Cuts.Project => list is not null,
            // A whole project has neither department nor item.
            Cuts.Department or Cuts.Item => list is not null || isOrders,
            Cuts.Window => list is not null || isOrders || projects == "completed",
            _ => list is not null || isOrders || projects is not null,
        };
        return stands ? To(figure, period, cut, key) : null;
    }

    public static string To(string figure, Period period, string cut, string key)
    {
        var page = Orders.TryGetValue(figure, out var orders) ? $"orders?list={orders}" : Projects.TryGetValue(figure, out var projects) ? $"projects?list={projects}" : $"cases?list={Lists[figure]}";
        var link = string.Create(CultureInfo.InvariantCulture, $"/reports/sla/{page}&from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}&period={period.Kind}");
        return cut == Cuts.Zone ? link : $"{link}&cut={cut}&key={Uri.EscapeDataString(key)}";
    }

    /// <summary>The report that led here. A week that has only its Monday is no day, so the link says which it was.</summary>
    public static string Back(string? period, DateOnly to) =>
        string.Create(CultureInfo.InvariantCulture, $"/reports/sla?date={to:yyyy-MM-dd}&period={(Period.Kinds.Contains(period) ? period : Period.Day)}");

    /// <summary>The days that a list is of, yesterday unless it says which; and there is such a list.</summary>
    public static (DateOnly From, DateOnly To) Asked(IEnumerable<string> lists, string list, DateOnly? first, DateOnly? last, ZoneClock clock)
    {
        var to = last ?? clock.Today.AddDays(-1);
        var from = first ?? to;
        new Check()
            .That(lists.Contains(list), "report.list", "list", $"没有「{list}」这种清单。", $"There is no list “{list}”.")
            .That(from <= to, "report.days", "from", "开始日不能晚于结束日。", "The first day cannot lie after the last.")
            .That(from >= Earliest, "report.day", "from", $"开始日不能早于 {Words.Day(Earliest)}。", $"The first day cannot lie before {Words.Day(Earliest)}.")
            .That(to <= Latest, "report.day", "to", $"结束日不能晚于 {Words.Day(Latest)}。", $"The last day cannot lie after {Words.Day(Latest)}.")
            .Done();
        return (from, to);
    }

    /// <summary>The key of a cut, where it is the one that is asked for.</summary>
    public static string? Key(string? asked, string? key, string cut) => asked == cut ? key ?? "" : null;

    public static string Days(DateOnly from, DateOnly to) => from == to ? Words.Day(to) : $"{Words.Day(from)} – {Words.Day(to)}";

    /// <summary>What is open has no first day.</summary>
    public static string AtEndOf(DateOnly day) => Words.T($"{Words.Day(day)} 终了时", $"at the end of {Words.Day(day)}");
}
