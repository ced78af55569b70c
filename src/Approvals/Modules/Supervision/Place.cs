using System.Globalization;
using Approvals.Web;

namespace Approvals.Modules.Supervision;

/// <summary>A place in a list, as <c>2026-03-26.1042</c>: the day and the id of the last row of the page before.</summary>
internal static class Place
{
    /// <summary>How the window is written where nothing means all.</summary>
    public const string Window = "-";

    public static string Write(DateOnly day, long id) => $"{Words.Day(day)}.{id.ToString(CultureInfo.InvariantCulture)}";

    public static bool Read(string place, out DateOnly day, out long id)
    {
        (day, id) = (default, 0);
        return place.Length > 11 && place[10] == '.'
            && DateOnly.TryParseExact(place.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            && long.TryParse(place.AsSpan(11), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    /// <summary>Null for all; empty for the window.</summary>
    public static string? Department(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim() == Window ? "" : given.Trim().ToUpperInvariant();
}
