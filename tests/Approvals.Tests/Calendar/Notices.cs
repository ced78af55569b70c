using System.Text.Json;

namespace Approvals.Tests.Calendar;

/// <summary>An example of a notice for 2027: its statutory holidays are right, the days in lieu are made up.</summary>
internal static class Notices
{
    private static readonly (string Day, bool Working, string Zh, string En)[] Days =
    [
        .. Off("元旦", "New Year's Day", "2027-01-01", 3),
        .. Off("春节", "Spring Festival", "2027-02-05", 7), ("2027-02-14", true, "春节", "Spring Festival"),
        .. Off("清明", "Tomb-sweeping Day", "2027-04-03", 3),
        .. Off("劳动节", "Labour Day", "2027-05-01", 3),
        .. Off("端午", "Dragon Boat Festival", "2027-06-09", 1),
        .. Off("中秋", "Mid-autumn Festival", "2027-09-15", 1),
        .. Off("国庆节", "National Day", "2027-10-01", 7), ("2027-10-09", true, "国庆节", "National Day"),
    ];

    /// <summary>One year, in the short shape.</summary>
    /// <param name="without">Days left out.</param>
    /// <param name="and">A further entry, as written.</param>
    public static string Short(string source = "示例〔2026〕1号", int year = 2027, string[]? without = null, string? and = null) =>
        $$"""{"year":{{year}},"source":"{{source}}","days":[{{string.Join(',', Days.Where(d => without?.Any(w => d.Day.StartsWith(w, StringComparison.Ordinal)) != true)
            .Select(d => JsonSerializer.Serialize(new { day = d.Day, working = d.Working, nameZh = d.Zh, nameEn = d.En })).Concat(and is null ? [] : [and]))}}]}""";

    /// <summary>The same in the shape that ships.</summary>
    /// <param name="further">Further properties of the year, as written.</param>
    public static string AsShipped(string source = "示例〔2026〕1号", string further = "") =>
        $$$"""{"source":"{{{source}}}","years":{"2027":{"offDays":[{{{List(false)}}}],"makeupWorkdays":[{{{List(true)}}}]{{{further}}} } } }""";

    private static string List(bool working) => string.Join(',', Days.Where(d => d.Working == working).Select(d => JsonSerializer.Serialize(new { date = d.Day, name = d.Zh, nameEn = d.En })));

    private static IEnumerable<(string, bool, string, string)> Off(string zh, string en, string from, int days) =>
        Enumerable.Range(0, days).Select(i => (DateOnly.ParseExact(from, "yyyy-MM-dd").AddDays(i).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), false, zh, en));
}
