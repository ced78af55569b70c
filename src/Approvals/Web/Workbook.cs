using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Approvals.Web;

/// <summary>A list as a workbook of one sheet: days are days and numbers are numbers, and the header stands without a row too.</summary>
internal static class Workbook
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Day = "yyyy-mm-dd";

    /// <param name="Of">The value of a row; null leaves the cell empty.</param>
    /// <param name="Format">As Excel writes formats.</param>
    internal sealed record Column<T>(Text Name, double Width, Func<T, object?> Of, string? Format = null);

    public static byte[] Of<T>(Text sheet, IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var cells = rows.Select(row => columns.Select((column, i) => (i, Value: column.Of(row))).ToDictionary(c => Key(c.i), c => c.Value is DateOnly day ? day.ToDateTime(TimeOnly.MinValue) : c.Value)).ToList();
        if (cells.Count == 0) cells.Add(columns.Select((_, i) => Key(i)).ToDictionary(k => k, _ => (object?)null));
        using var file = new MemoryStream();
        file.SaveAs(cells, sheetName: sheet.ToString(), configuration: new OpenXmlConfiguration
        {
            DynamicColumns = [.. columns.Select((c, i) => new DynamicExcelColumn(Key(i)) { Name = c.Name.ToString(), Width = c.Width, Format = c.Format })],
            AutoFilter = false,
            FreezeRowCount = 1,
            TableStyles = TableStyles.None,
        });
        return file.ToArray();

        static string Key(int i) => $"c{i}";
    }
}
