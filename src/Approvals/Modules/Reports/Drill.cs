using System.Globalization;

namespace Approvals.Modules.Reports;

/// <summary>From a figure to its cases.</summary>
internal static class Drill
{
    /// <summary>The figures that have rows, and by which day of a case they are counted.</summary>
    private static readonly Dictionary<string, string> Lists = new()
    {
        ["received"] = "received",
        ["accepted"] = "accepted",
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
        ["pauses"] = "paused",
        ["pauseDays"] = "paused",
        ["approved"] = "approved",
        ["refused"] = "refused",
        ["withdrawn"] = "ended",
        ["notAccepted"] = "ended",
        ["askedAgain"] = "askedAgain",
        ["owed"] = "owed",
        ["handedOut"] = "handedOut",
        ["handOutMean"] = "handedOut",
        ["handedOutLate"] = "handedOutLate",
        ["entries"] = "lateEntries",
        ["lateEntries"] = "lateEntries",
        ["lateShare"] = "lateEntries",
        ["lateMean"] = "lateEntries",
        ["approvalMean"] = "closed",
        ["approvalCompression"] = "closed",
    };

    public static IEnumerable<string> Names => Lists.Values.Distinct();

    /// <summary>The address of the list; null for a figure of whole projects.</summary>
    public static string? Of(string figure, Period period, string cut = Cuts.Zone, string key = Cuts.Whole) => figure switch
    {
        "ordersOpened" or "ordersSettled" or "resolvedShare" => Orders(true, cut, key),
        "ordersOpen" => Orders(false, cut, key),
        _ => Lists.ContainsKey(figure) ? To(figure, period, cut, key) : null,
    };

    private static string Orders(bool all, string cut, string key) => $"/orders?all={(all ? "true" : "false")}{(cut == Cuts.Department ? $"&department={Uri.EscapeDataString(key)}" : "")}";

    public static string To(string figure, Period period, string cut, string key)
    {
        var link = string.Create(CultureInfo.InvariantCulture, $"/reports/sla/cases?list={Lists[figure]}&from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}");
        return cut == Cuts.Zone ? link : $"{link}&cut={cut}&key={Uri.EscapeDataString(key)}";
    }
}
