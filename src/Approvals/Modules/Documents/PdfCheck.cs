using System.IO.Compression;
using System.Text;
using Approvals.Modules.Documents.Contract;

namespace Approvals.Modules.Documents;

/// <summary>
/// A PDF: it begins and ends as one, and names nothing that runs or is carried in it, written plainly, with escapes, or in
/// an object stream, packed or not. An object stream that does not unpack to what one is, is refused.
/// </summary>
internal static class PdfCheck
{
    private const int Block = 64 * 1024;
    private const int MostObjects = 2_000_000;
    private const long MostInflated = 64L * 1024 * 1024;

    /// <summary>Wherever it stands: what is packed names none of these by chance.</summary>
    private static readonly string[] Runs = ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia"];

    /// <summary>A form, a script, an attached file: so short that only what can be their value, or a remark before it, may stand behind the name.</summary>
    private static readonly string[] Short = ["XFA", "JS", "EF"];

    /// <summary>
    /// In the objects themselves, in the trailer and in object streams: a text on a page may well hold them. An attached file need not say that it is
    /// one, so what names it counts; and a script need not be an action of its own.
    /// </summary>
    private static readonly string[] RunsInStreams = [.. Runs, .. Short, "FileAttachment", "Rendition", "SubmitForm", "ImportData", "GoToR", "GoToE"];

    /// <summary>Short enough to turn up in a picture or an address by chance: in the objects themselves alone.</summary>
    private static readonly string[] RunsInObjects = [.. RunsInStreams, "3D", "U3D", "PRC"];

    /// <summary>What they undo is not what lies in the stream: differences of bytes hide a name, and no writer of papers needs them there.</summary>
    private static readonly string[] Predictors = ["DecodeParms", "DP"];

    private static readonly string[] Deflate = ["FlateDecode", "Fl"];
    private static readonly string[] OtherFilters = ["LZWDecode", "LZW", "ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "RunLengthDecode", "RL", "Crypt"];
    private static readonly HashSet<string> Known = [.. RunsInObjects, .. Deflate, .. OtherFilters, .. Predictors, "Filter", "ObjStm", "N", "First"];

    public static FileKind Look(Stream file, ReadOnlySpan<byte> head)
    {
        if (head.Length < 8 || head[5] is not ((byte)'1' or (byte)'2') || head[6] != '.' || !char.IsAsciiDigit((char)head[7])) throw Gate.Damaged();
        Ends(file);
        var names = new Names([.. Runs, "Encrypt"]);
        var begins = new List<long>();
        foreach (var at in Read(file, names)) begins.Add(at <= file.Length && begins.Count < MostObjects ? at : throw Gate.Damaged());
        Objects(file, begins, names.Found);
        if (names.Found.Contains("Encrypt"))
            throw Gate.No("locked", "PDF 设有密码或权限保护，无法审查和存档。请取消保护后重新上传。", "The PDF is protected by a password or by permissions and can be neither examined nor archived. Remove the protection and upload it again.");
        if (names.Found.Count > 0)
            throw Gate.No("activePdf", $"PDF 中含有脚本、启动或发送动作、打开其他文件的链接、动态表单、三维内容或内嵌附件（{string.Join("、", names.Found)}），不能接收。请打印为 PDF 后重新上传；附件单独上传。",
                $"The PDF holds scripts, actions that start or send something, links that open other files, a dynamic form, 3D content or attached files ({string.Join(", ", names.Found)}), so it is refused. Print it to PDF and upload that; upload attachments by themselves.");
        return FileKind.Pdf;
    }

    /// <summary>Its last line is its end mark, and before it stands where its table begins.</summary>
    private static void Ends(Stream file)
    {
        var tail = new byte[(int)Math.Min(1024, file.Length)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("%%EOF"u8);
        if (end < 0 || tail.AsSpan(0, end).LastIndexOf("startxref"u8) < 0) throw Gate.Damaged();
        if (tail.AsSpan(end + 5).TrimEnd(" \r\n\t\0\u001A"u8).Length > 0)
            throw Gate.No("twoFaced", "PDF 结尾之后还有别的内容，不能接收。请重新导出 PDF。", "Something follows the end of the PDF, so it is refused. Export it again.");
    }

    /// <summary>All of it, for its names; and where an object or a trailer could begin, which is anywhere: the table of the file may point there.</summary>
    private static IEnumerable<long> Read(Stream file, Names names)
    {
        const int kept = 6; // "trailer" does not fit in it
        var block = new byte[kept + Block];
        var at = 0L;
        file.Position = 0;
        int read;
        while ((read = file.Read(block, kept, Block)) > 0)
        {
            names.Read(block.AsSpan(kept, read));
            var length = kept + read;
            for (var i = kept - 2; i < length; i++) // one that ends in what was kept was found before
            {
                var next = block.AsSpan(i, length - i).IndexOf("obj"u8);
                if (next < 0) break;
                i += next;
                if (IsBlank(block[i - 1]) || char.IsAsciiDigit((char)block[i - 1])) yield return at + i - kept + 3;
            }

            for (var i = 0; i < length; i++)
            {
                var next = block.AsSpan(i, length - i).IndexOf("trailer"u8);
                if (next < 0) break;
                i += next;
                yield return at + i - kept + 7;
            }

            at += read;
            block.AsSpan(read, kept).CopyTo(block);
        }

        names.End(0);
    }

    /// <summary>Each as a reader finds it: from its own beginning, whatever stands before it.</summary>
    private static void Objects(Stream file, List<long> begins, SortedSet<string> found)
    {
        var bytes = new Bytes(file, file.Length * 2 + Block);
        var inflated = 0L;
        long? plain = null;
        foreach (var begin in begins)
        {
            bytes.GoTo(begin);
            var names = new HashSet<string>(StringComparer.Ordinal);
            var start = Object(bytes, names);
            found.UnionWith(names.Intersect(RunsInObjects));
            if (start < 0 || !(names.Contains("ObjStm") || (names.Contains("N") && names.Contains("First")))) continue;
            if (!names.Contains("Filter"))
            {
                plain = Math.Min(plain ?? start, start);
                continue;
            }

            if (names.Overlaps(OtherFilters) || names.Overlaps(Predictors)) throw Sealed();
            inflated += Inflate(file, start, MostInflated - inflated, found);
        }

        if (plain is { } from) Plain(file, from, found);
    }

    /// <summary>Objects in a stream that is not packed, to the end of the file: how long it is, it says itself, and what ends it may stand in it as a text.</summary>
    private static void Plain(Stream file, long from, SortedSet<string> found)
    {
        file.Position = from;
        var inside = new Names(RunsInStreams);
        var block = new byte[Block];
        int read;
        while ((read = file.Read(block)) > 0) inside.Read(block.AsSpan(0, read));
        inside.End(0);
        found.UnionWith(inside.Found);
    }

    /// <summary>Reads one object for its names.</summary>
    /// <returns>Where its stream begins, or -1.</returns>
    private static long Object(Bytes bytes, HashSet<string> names)
    {
        var depth = 0;
        do
        {
            var b = Visible(bytes);
            switch (b)
            {
                case < 0: return -1;
                case '<' when bytes.Peek() == '<': bytes.Next(); depth++; break;
                case '<': while (bytes.Next() is >= 0 and not '>') { } break;
                case '>': if (bytes.Peek() == '>') bytes.Next(); depth--; break;
                case '[': depth++; break;
                case ']': depth--; break;
                case '(': Text(bytes); break;
                case '/': if (Name(bytes) is { } name && Known.Contains(name)) names.Add(name); break;
            }
        }
        while (depth > 0);

        if (Visible(bytes) != 's') return -1;
        foreach (var c in "tream"u8)
            if (bytes.Next() != c) return -1;
        while (bytes.Peek() is ' ' or '\t' or '\f' or '\0') bytes.Next();
        if (bytes.Peek() == '\r') bytes.Next();
        if (bytes.Peek() == '\n') bytes.Next();
        return bytes.At;
    }

    /// <summary>The next that is neither blank nor comment; less than nothing at the end.</summary>
    private static int Visible(Bytes bytes)
    {
        while (true)
        {
            var b = bytes.Next();
            if (b != '%' && (b < 0 || !IsBlank((byte)b))) return b;
            while (b == '%' && bytes.Next() is >= 0 and not '\r' and not '\n') { }
        }
    }

    private static void Text(Bytes bytes)
    {
        for (var depth = 1; depth > 0;)
        {
            switch (bytes.Next())
            {
                case < 0: return;
                case '\\': bytes.Next(); break;
                case '(': depth++; break;
                case ')': depth--; break;
            }
        }
    }

    private static string Name(Bytes bytes)
    {
        var name = new StringBuilder();
        while (bytes.Peek() >= 0 && IsRegular((byte)bytes.Peek()))
        {
            var b = bytes.Next();
            if (b == '#' && Hex(bytes.Peek()) is { } high)
            {
                var first = bytes.Next();
                if (Hex(bytes.Peek()) is { } low)
                {
                    bytes.Next();
                    b = (high * 16) + low;
                }
                else
                {
                    name.Append('#');
                    b = first;
                }
            }

            if (name.Length < 20) name.Append((char)b);
        }

        return name.ToString();
    }

    private static int? Hex(int b) => b >= 0 && char.IsAsciiHexDigit((char)b) ? Convert.ToInt32(((char)b).ToString(), 16) : null;

    private static bool IsBlank(byte b) => b is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsRegular(byte b) => b > 32 && !"()<>[]{}/%"u8.Contains(b);

    private static long Inflate(Stream file, long start, long left, SortedSet<string> found)
    {
        file.Position = start;
        var inside = new Names(RunsInStreams);
        var block = new byte[Block];
        var total = 0L;
        try
        {
            using var plain = new ZLibStream(file, CompressionMode.Decompress, leaveOpen: true);
            int read;
            while ((read = plain.ReadAtLeast(block, Block, throwOnEndOfStream: false)) > 0)
            {
                if (total == 0 && !BeginsAsObjects(block.AsSpan(0, read))) throw Sealed();
                if ((total += read) > left) throw PackageCheck.Bomb();
                inside.Read(block.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            throw Sealed();
        }

        inside.End(0);
        found.UnionWith(inside.Found);
        return total;
    }

    /// <summary>With numbers and places, two at least.</summary>
    private static bool BeginsAsObjects(ReadOnlySpan<byte> plain)
    {
        plain = plain.TrimStart(" \t\r\n\f"u8);
        if (plain.Length == 0) return true;
        var number = plain.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (number <= 0) return false;
        var rest = plain[number..].TrimStart(" \t\r\n\f"u8);
        return rest.Length < plain.Length - number && rest.Length > 0 && char.IsAsciiDigit((char)rest[0]);
    }

    private static Web.Refused Sealed() => Gate.No("sealedPdf", "PDF 中有无法审查的压缩内容，不能接收。请打印为 PDF 后重新上传。",
        "Something in the PDF is packed so that it cannot be examined, so it is refused. Print it to PDF and upload that.");

    /// <summary>The bytes of a file from any place of it, no more of them than it takes to read it.</summary>
    private sealed class Bytes(Stream file, long most)
    {
        private readonly byte[] block = new byte[4096];
        private long begin;
        private int length;
        private int next;

        public long At => begin + next;

        public void GoTo(long at)
        {
            if (at >= begin && at <= begin + length)
            {
                next = (int)(at - begin);
                return;
            }

            (begin, length, next) = (at, 0, 0);
        }

        public int Peek()
        {
            if (next < length) return block[next];
            (begin, next) = (begin + length, 0);
            file.Position = begin;
            length = file.Read(block);
            return length > 0 ? block[0] : -1;
        }

        public int Next()
        {
            var b = Peek();
            if (b < 0) return b;
            next++;
            // Objects that begin again and again and never end.
            return --most < 0 ? throw Gate.Damaged() : b;
        }
    }

    /// <summary>Finds the names that matter while the bytes go by.</summary>
    private sealed class Names(string[] wanted)
    {
        private const int Longest = 16;

        private readonly StringBuilder name = new(Longest);
        private bool inName;
        private int hexLeft;
        private int hex;

        public SortedSet<string> Found { get; } = new(StringComparer.Ordinal);

        public void Read(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (!inName)
                {
                    var next = bytes[i..].IndexOf((byte)'/');
                    if (next < 0) return;
                    i += next;
                    Begin();
                    continue;
                }

                if (TakeName(bytes[i])) continue;
                End(bytes[i]);
                if (bytes[i] == '/') Begin();
            }
        }

        /// <param name="next">The byte behind the name; what an address goes on or ends with ends none that is so short.</param>
        public void End(byte next)
        {
            if (!inName) return;
            inName = false;
            var text = name.ToString();
            if (wanted.Contains(text) && (!Short.Contains(text) || IsBlank(next) || "(<[%"u8.Contains(next))) Found.Add(text);
        }

        private void Begin()
        {
            inName = true;
            hexLeft = 0;
            name.Clear();
        }

        /// <returns>False where the byte no longer belongs to the name.</returns>
        private bool TakeName(byte b)
        {
            if (hexLeft > 0)
            {
                if (!char.IsAsciiHexDigit((char)b)) return false;
                hex = hex * 16 + Convert.ToInt32(((char)b).ToString(), 16);
                if (--hexLeft == 0) Add((char)hex);
                return true;
            }

            if (b == '#')
            {
                (hexLeft, hex) = (2, 0);
                return true;
            }

            if (!IsRegular(b)) return false;
            Add((char)b);
            return true;
        }

        private void Add(char c)
        {
            if (name.Length < Longest) name.Append(c);
        }
    }
}
