using System.Globalization;
using System.IO.Compression;
using Approvals.Web;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Approvals.Modules.Projects;

/// <summary>
/// The first sheet of a workbook somebody sends, cell by cell as it stands there: which cell is a formula, which is merged
/// with others. It is read once from end to end, within bounds, and nothing in it is run.
/// </summary>
internal static class PlanSheet
{
    /// <summary>More rows than any plan has; beyond it the file is another.</summary>
    public const int MostRows = 50_000;

    private const int MostEntries = 500;
    private const long MostBytes = 200_000_000;

    /// <summary>A cell's text as it would be typed, and what is odd about it.</summary>
    /// <param name="Number">Its number, where it holds one: a day is one, counted from the end of 1899.</param>
    internal readonly record struct Cell(string Text, double? Number, bool IsFormula, bool IsMerged, bool IsError);

    internal sealed record Row(int Number, IReadOnlyDictionary<string, Cell> Cells);

    /// <param name="DayShift">What a workbook that counts its days from 1904 adds.</param>
    internal sealed record Sheet(IReadOnlyList<Row> Rows, int DayShift);

    /// <exception cref="Refused">Where it is no workbook, has macros, or is larger than a plan can be.</exception>
    public static Sheet Read(byte[] content)
    {
        if (content.Length == 0) throw Refused.Invalid("plan.noFile", "upload", "请选择要导入的 Excel 文件。", "Choose the workbook to import.");
        try
        {
            Weigh(content);
            using var stream = new MemoryStream(content, writable: false);
            using var document = SpreadsheetDocument.Open(stream, isEditable: false);
            var book = document.WorkbookPart ?? throw NotOne();
            if (book.VbaProjectPart is not null) throw Refused.Invalid("plan.macros", "upload", "文件含有宏，请另存为不含宏的 .xlsx 后再导入。", "The workbook has macros; save it as .xlsx without them.");
            if (book.Workbook?.Sheets?.Elements<DocumentFormat.OpenXml.Spreadsheet.Sheet>().FirstOrDefault()?.Id?.Value is not { } id || book.GetPartById(id) is not WorksheetPart part) throw NotOne();
            var shared = book.SharedStringTablePart?.SharedStringTable?.Elements<SharedStringItem>().Select(Plain).ToList() ?? [];
            return new(Rows(part, shared, Merged(part)), book.Workbook.WorkbookProperties?.Date1904?.Value == true ? 1462 : 0);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or OpenXmlPackageException or System.Xml.XmlException or FileFormatException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or KeyNotFoundException)
        {
            throw NotOne();
        }
    }

    private static Refused NotOne() => Refused.Invalid("plan.notAWorkbook", "upload", "无法读取此文件。请用 .xlsx 格式，先导出计划表再填写。", "This file cannot be read. Use .xlsx: export the plan, fill it in, and bring it back.");

    /// <summary>What it unpacks to, counted while it is unpacked: what a package says of itself is not believed.</summary>
    private static void Weigh(byte[] content)
    {
        using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
        if (zip.Entries.Count > MostEntries) throw TooLarge();
        var buffer = new byte[81920];
        var total = 0L;
        foreach (var entry in zip.Entries)
        {
            using var part = entry.Open();
            for (int read; (read = part.Read(buffer)) > 0;)
                if ((total += read) > MostBytes) throw TooLarge();
        }
    }

    private static Refused TooLarge() => Refused.Invalid("plan.tooLarge", "upload", $"文件过大：计划表至多 {MostRows} 行。", $"The workbook is too large: a plan has at most {MostRows} rows.");

    private static List<Row> Rows(WorksheetPart part, List<string> shared, HashSet<string> merged)
    {
        var rows = new List<Row>();
        using var reader = OpenXmlReader.Create(part);
        var number = 0;
        while (reader.Read())
        {
            if (reader.ElementType != typeof(DocumentFormat.OpenXml.Spreadsheet.Row) || !reader.IsStartElement) continue;
            var row = (DocumentFormat.OpenXml.Spreadsheet.Row)reader.LoadCurrentElement()!;
            number = (int?)row.RowIndex?.Value ?? number + 1;
            var cells = new Dictionary<string, Cell>(StringComparer.Ordinal);
            var column = 0;
            foreach (var cell in row.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>())
            {
                var name = cell.CellReference?.Value is { Length: > 0 } reference ? reference.TrimEnd("0123456789".ToCharArray()).ToUpperInvariant() : Letters(column);
                column = Index(name) + 1;
                var read = Content(cell, shared, merged.Contains($"{name}{number}"));
                if (read.Text.Length > 0 || read.IsFormula || read.IsMerged) cells[name] = read;
            }

            if (cells.Count == 0) continue;
            if (rows.Count > MostRows) throw TooLarge();
            rows.Add(new(number, cells));
        }

        return rows;
    }

    private static Cell Content(DocumentFormat.OpenXml.Spreadsheet.Cell cell, List<string> shared, bool isMerged)
    {
        var raw = cell.CellValue?.InnerText ?? "";
        var type = cell.DataType?.Value;
        var text = type == CellValues.SharedString ? (int.TryParse(raw, CultureInfo.InvariantCulture, out var i) && i >= 0 && i < shared.Count ? shared[i] : "")
            : type == CellValues.InlineString ? cell.InlineString is { } inline ? Plain(inline) : ""
            : type == CellValues.Boolean ? raw == "1" ? "TRUE" : "FALSE"
            : raw;
        double? number = (type is null || type == CellValues.Number) && double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
        return new(text.Trim(), number, cell.CellFormula is not null, isMerged, type == CellValues.Error);
    }

    /// <summary>The text without the reading aids (phonetic runs) that Excel keeps beside Chinese and Japanese.</summary>
    private static string Plain(OpenXmlElement text) => string.Concat(text.Descendants<DocumentFormat.OpenXml.Spreadsheet.Text>().Where(t => t.Parent is not PhoneticRun).Select(t => t.Text));

    /// <summary>Every cell of a merged range but its first, which alone holds what is shown; within bounds.</summary>
    private static HashSet<string> Merged(WorksheetPart part)
    {
        var cells = new HashSet<string>(StringComparer.Ordinal);
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType != typeof(MergeCell) || !reader.IsStartElement) continue;
            if (reader.Attributes.FirstOrDefault(a => a.LocalName == "ref").Value?.Split(':') is not [var from, var to]) continue;
            var (left, top) = Place(from);
            var (right, bottom) = Place(to);
            for (var r = top; r <= Math.Min(bottom, top + MostRows); r++)
                for (var c = left; c <= Math.Min(right, left + 50); c++)
                    if (cells.Count < 1_000_000) cells.Add($"{Letters(c)}{r}");
        }

        return cells;
    }

    private static (int Column, int Row) Place(string reference)
    {
        var letters = reference.TrimEnd("0123456789".ToCharArray());
        return (Index(letters.ToUpperInvariant()), int.Parse(reference.AsSpan(letters.Length), CultureInfo.InvariantCulture));
    }

    private static int Index(string letters) => letters.Length is > 0 and <= 3 && letters.All(char.IsAsciiLetterUpper) ? letters.Aggregate(0, (n, c) => (n * 26) + c - 'A' + 1) - 1 : throw new FormatException(letters);

    private static string Letters(int column) => column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));
}
