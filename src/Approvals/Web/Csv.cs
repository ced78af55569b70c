using System.Buffers;

namespace Approvals.Web;

/// <summary>Comma-separated lines for spreadsheets.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\",\r\n");

    public static string Line(params string[] cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Cell(string value)
    {
        if (value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r') value = "'" + value;
        return value.AsSpan().ContainsAny(Special) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}
