using System.Buffers;
using System.Globalization;

namespace Approvals.Web;

/// <summary>Comma-separated lines for spreadsheets.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\",\r\n");

    public static string Line(params object?[] cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>A number stands as it is. A text that a spreadsheet would take for a formula, by a narrow sign or a wide one, begins with an apostrophe.</summary>
    public static string Cell(object? value)
    {
        if (value is IFormattable number) return number.ToString("0.######", CultureInfo.InvariantCulture);
        var text = value as string ?? "";
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n') text = "'" + text;
        return text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
