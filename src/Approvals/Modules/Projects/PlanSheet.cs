using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Approvals.Web;

namespace Approvals.Modules.Projects;

/// <summary>
/// The first sheet of a workbook somebody sends, cell by cell as it stands there: which cell is a formula, which is merged
/// with others. Its parts are read as streams within bounds, never as a whole, and nothing in it is run.
/// </summary>
internal static class PlanSheet
{
    /// <summary>More rows than any plan has; beyond it the file is another.</summary>
    public const int MostRows = 50_000;

    /// <summary>Texts that the cells share.</summary>
    public const int MostTexts = 500_000;

    /// <summary>Of all parts that are read, unpacked: what a package says of itself is not believed.</summary>
    public const long MostBytes = 128L * 1024 * 1024;

    private const int MostEntries = 500;
    private const int MostCells = 1_000_000;

    /// <summary>A plan stands in the first columns; what stands further out is somebody's notes.</summary>
    private const int MostColumns = 50;

    /// <summary>Of one cell, as spreadsheets have it.</summary>
    private const int LongestText = 32_767;

    private const string Macros = "/vbaProject";

    /// <summary>A cell's text as it would be typed, and what is odd about it.</summary>
    /// <param name="Number">Its number, where it holds one: a day is one, counted from the end of 1899.</param>
    internal readonly record struct Cell(string Text, double? Number, bool IsFormula, bool IsMerged, bool IsError);

    internal sealed record Row(int Number, IReadOnlyDictionary<string, Cell> Cells);

    /// <param name="DayShift">What a workbook that counts its days from 1904 adds.</param>
    internal sealed record Sheet(IReadOnlyList<Row> Rows, int DayShift);

    /// <exception cref="Refused">Where it is no workbook, has macros, or is larger than a plan can be.</exception>
    public static Sheet Read(byte[] content)
    {
        if (content.Length == 0) throw Refused.Invalid("plan.noFile", "upload", "没有选择文件，或文件是空的：请选择要导入的 Excel 文件。", "No file was chosen, or it is empty: choose the workbook to import.");
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            return new Book(zip).Read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or XmlException or FormatException or NotSupportedException)
        {
            throw NotOne();
        }
    }

    private static Refused NotOne() => Refused.Invalid("plan.notAWorkbook", "upload", "无法读取此文件。请用 .xlsx 格式，先导出计划表再填写。", "This file cannot be read. Use .xlsx: export the plan, fill it in, and bring it back.");

    private static Refused TooLarge() => Refused.Invalid("plan.tooLarge", "upload", $"文件过大：计划表至多 {MostRows} 行。", $"The workbook is too large: a plan has at most {MostRows} rows.");

    private static (int Column, int Row) Place(string reference)
    {
        var letters = reference.TrimEnd("0123456789".ToCharArray());
        return int.TryParse(reference.AsSpan(letters.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? (Index(letters.ToUpperInvariant()), row) : throw new FormatException(reference);
    }

    private static int Index(string letters) => letters.Length is > 0 and <= 3 && letters.All(char.IsAsciiLetterUpper) ? letters.Aggregate(0, (n, c) => (n * 26) + c - 'A' + 1) - 1 : throw new FormatException(letters);

    private static string Letters(int column) => column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));

    /// <summary>One package while it is read; elements are known by their local names, so that both editions of the format are.</summary>
    private sealed class Book(ZipArchive zip)
    {
        private readonly char[] block = new char[1024];
        private long unpacked;

        public Sheet Read()
        {
            if (zip.Entries.Count > MostEntries) throw TooLarge();
            var start = Relations("_rels/.rels", "").FirstOrDefault(r => r.Type.EndsWith("/officeDocument", StringComparison.Ordinal)).Target ?? throw NotOne();
            var (folder, name) = Split(start);
            var parts = Relations($"{folder}_rels/{name}.rels", folder);
            if (parts.Any(r => r.Type.EndsWith(Macros, StringComparison.OrdinalIgnoreCase)))
                throw Refused.Invalid("plan.macros", "upload", "文件含有宏，请另存为不含宏的 .xlsx 后再导入。", "The workbook has macros; save it as .xlsx without them.");
            var (first, shift) = First(start);
            var sheet = parts.FirstOrDefault(r => r.Id == first && r.Type.EndsWith("/worksheet", StringComparison.Ordinal)).Target ?? throw NotOne();
            var texts = parts.FirstOrDefault(r => r.Type.EndsWith("/sharedStrings", StringComparison.Ordinal)).Target is { } table ? Texts(table) : [];
            return new(Rows(sheet, texts, Merged(sheet)), shift);
        }

        private (string? Id, int Shift) First(string part)
        {
            using var xml = Open(part);
            var shift = 0;
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element) continue;
                if (xml.LocalName == "workbookPr" && xml.GetAttribute("date1904") is "1" or "true") shift = 1462;
                if (xml.LocalName != "sheet") continue;
                while (xml.MoveToNextAttribute())
                    if (xml.LocalName == "id") return (xml.Value, shift);
                break;
            }

            return (null, shift);
        }

        private List<(string Id, string Type, string Target)> Relations(string part, string folder)
        {
            var found = new List<(string, string, string)>();
            using var xml = Open(part);
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "Relationship" || found.Count == MostEntries) continue;
                if (xml.GetAttribute("Target") is { Length: > 0 } target)
                    found.Add((xml.GetAttribute("Id") ?? "", xml.GetAttribute("Type") ?? "", target[0] == '/' ? target[1..] : folder + target));
            }

            return found;
        }

        private List<string> Texts(string part)
        {
            var texts = new List<string>();
            using var xml = Open(part);
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "si") continue;
                if (texts.Count == MostTexts) throw TooLarge();
                texts.Add(Plain(xml));
            }

            return texts;
        }

        /// <summary>The cells of every merged range: what is shown stands in the first of them alone.</summary>
        private HashSet<string> Merged(string part)
        {
            var cells = new HashSet<string>(StringComparer.Ordinal);
            using var xml = Open(part);
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "mergeCell" || xml.GetAttribute("ref")?.Split(':') is not [var from, var to]) continue;
                var ((left, top), (right, bottom)) = (Place(from), Place(to));
                for (var r = top; r <= bottom && r <= MostRows + 1; r++)
                    for (var c = left; c <= right && c < MostColumns; c++)
                        if (cells.Add($"{Letters(c)}{r}") && cells.Count > MostCells) throw TooLarge();
            }

            return cells;
        }

        private List<Row> Rows(string part, List<string> texts, HashSet<string> merged)
        {
            var (rows, kept, number) = (new List<Row>(), 0, 0);
            using var xml = Open(part);
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "row") continue;
                if (xml.GetAttribute("r") is not { } said) number++;
                else if (!int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out number)) throw NotOne();
                var cells = Cells(xml, number, texts, merged);
                if (cells.Count == 0) continue;
                if (rows.Count > MostRows || (kept += cells.Count) > MostCells) throw TooLarge();
                rows.Add(new(number, cells));
            }

            return rows;
        }

        private Dictionary<string, Cell> Cells(XmlReader xml, int row, List<string> texts, HashSet<string> merged)
        {
            var cells = new Dictionary<string, Cell>(StringComparer.Ordinal);
            var next = 0;
            foreach (var name in Inside(xml))
            {
                if (name != "c") continue;
                var column = xml.GetAttribute("r") is { Length: > 0 } reference ? Index(reference.TrimEnd("0123456789".ToCharArray()).ToUpperInvariant()) : next;
                next = column + 1;
                var letters = Letters(column);
                var cell = Content(xml, texts, merged.Contains($"{letters}{row}"));
                if (column < MostColumns && (cell.Text.Length > 0 || cell.IsFormula || cell.IsMerged)) cells[letters] = cell;
            }

            return cells;
        }

        private Cell Content(XmlReader xml, List<string> texts, bool isMerged)
        {
            var (type, raw, inline, isFormula) = (xml.GetAttribute("t"), "", "", false);
            foreach (var name in Inside(xml))
            {
                if (name == "f") isFormula = true;
                else if (name == "v") raw = Text(xml);
                else if (name == "is") inline = Plain(xml);
            }

            var text = type switch
            {
                "s" => int.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < texts.Count ? texts[i] : "",
                "inlineStr" => inline,
                "b" => raw == "1" ? "TRUE" : "FALSE",
                _ => raw,
            };
            double? number = type is null or "n" && double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
            return new(text.Trim(), number, isFormula, isMerged, type == "e");
        }

        /// <summary>The text without the reading aids (phonetic runs) that Excel keeps beside Chinese and Japanese.</summary>
        private string Plain(XmlReader xml)
        {
            var text = new StringBuilder();
            foreach (var name in Inside(xml))
            {
                if (name == "t") text.Append(Text(xml));
                else if (name == "r")
                    foreach (var part in Inside(xml))
                        if (part == "t") text.Append(Text(xml));
            }

            return text.ToString();
        }

        private string Text(XmlReader xml)
        {
            if (xml.IsEmptyElement) return "";
            var (depth, text) = (xml.Depth, new StringBuilder());
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)) continue;
                for (int read; (read = xml.ReadValueChunk(block, 0, block.Length)) > 0;)
                    if (text.Append(block, 0, read).Length > LongestText) throw TooLarge();
            }

            return text.ToString();
        }

        /// <summary>The elements right inside the one at hand, each at its turn; the reader ends at its end.</summary>
        private static IEnumerable<string> Inside(XmlReader xml)
        {
            if (xml.IsEmptyElement) yield break;
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
                if (xml.NodeType == XmlNodeType.Element && xml.Depth == depth + 1) yield return xml.LocalName;
        }

        private static (string Folder, string Name) Split(string part)
        {
            var slash = part.LastIndexOf('/') + 1;
            return (part[..slash], part[slash..]);
        }

        private XmlReader Open(string part)
        {
            var entry = zip.GetEntry(part) ?? throw NotOne();
            return XmlReader.Create(new Counted(entry.Open(), this), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true });
        }

        /// <summary>A part as it is unpacked, up to what all of them together may have.</summary>
        private sealed class Counted(Stream part, Book book) : Stream
        {
            public override bool CanRead => true;

            public override bool CanSeek => false;

            public override bool CanWrite => false;

            public override long Length => throw new NotSupportedException();

            public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

            public override int Read(byte[] buffer, int offset, int count)
            {
                var read = part.Read(buffer, offset, count);
                return (book.unpacked += read) > MostBytes ? throw TooLarge() : read;
            }

            public override void Flush()
            {
            }

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();

            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (disposing) part.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
