using System.IO.Compression;
using System.Text;
using Approvals.Modules.Documents.Contract;

namespace Approvals.Modules.Documents;

/// <summary>
/// A PDF: it begins and ends as one, and names nothing that runs or is carried in it, written plainly, with escapes, or in
/// a compressed object stream. Not seen: names in object streams with another filter than Flate.
/// </summary>
internal static class PdfCheck
{
    private const int Block = 64 * 1024;
    private const int MostStreams = 10_000;
    private const long MostInflated = 64L * 1024 * 1024;

    private static readonly string[] Runs = ["JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia"];

    public static FileKind Look(Stream file, ReadOnlySpan<byte> head)
    {
        if (head.Length < 8 || head[5] is not ((byte)'1' or (byte)'2') || head[6] != '.' || !char.IsAsciiDigit((char)head[7])) throw Gate.Damaged();
        Ends(file);
        var names = new Names();
        var block = new byte[Block];
        file.Position = 0;
        int read;
        var at = 0L;
        while ((read = file.Read(block, 0, Block)) > 0)
        {
            names.Read(block.AsSpan(0, read), at);
            at += read;
        }

        names.End();
        var streams = names.Streams;
        if (streams.Count > MostStreams) throw Gate.Damaged();
        var inflated = 0L;
        foreach (var start in streams) inflated += Inflate(file, start, MostInflated - inflated, names, block);
        if (names.Found.Contains("Encrypt"))
            throw Gate.No("locked", "PDF 设有密码或权限保护，无法审查和存档。请取消保护后重新上传。", "The PDF is protected by a password or by permissions and can be neither examined nor archived. Remove the protection and upload it again.");
        if (names.Found.Count > 0)
            throw Gate.No("activePdf", $"PDF 中含有脚本、启动动作或内嵌附件（{string.Join("、", names.Found)}），不能接收。请打印为 PDF 后重新上传；附件单独上传。",
                $"The PDF holds scripts, launch actions or attached files ({string.Join(", ", names.Found)}), so it is refused. Print it to PDF and upload that; upload attachments by themselves.");
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

    private static long Inflate(Stream file, long start, long left, Names names, byte[] block)
    {
        file.Position = start;
        var inside = new Names();
        var total = 0L;
        try
        {
            using var plain = new ZLibStream(file, CompressionMode.Decompress, leaveOpen: true);
            int read;
            while ((read = plain.Read(block, 0, Block)) > 0)
            {
                if ((total += read) > left) throw PackageCheck.Bomb();
                inside.Read(block.AsSpan(0, read), 0);
            }
        }
        catch (InvalidDataException)
        {
            // Packed otherwise, or the end of a stream cut short: what could be read was looked at.
        }

        inside.End();
        names.Found.UnionWith(inside.Found);
        return total;
    }

    /// <summary>Finds the names that matter while the bytes go by, and where compressed object streams begin.</summary>
    private sealed class Names
    {
        private const string Stream = "stream";
        private const int Longest = 16;

        private readonly StringBuilder name = new(Longest);
        private bool inName;
        private int hexLeft;
        private int hex;
        private bool awaitsStream;
        private int matched;

        public SortedSet<string> Found { get; } = new(StringComparer.Ordinal);

        public List<long> Streams { get; } = [];

        public void Read(ReadOnlySpan<byte> bytes, long at)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (!inName && !awaitsStream)
                {
                    var next = bytes[i..].IndexOf((byte)'/');
                    if (next < 0) return;
                    i += next;
                    Begin();
                    continue;
                }

                var b = bytes[i];
                if (inName)
                {
                    if (TakeName(b)) continue;
                    End();
                }

                if (b == '/') Begin();
                else if (awaitsStream) TakeStream(b, at + i);
            }
        }

        public void End()
        {
            if (!inName) return;
            inName = false;
            var text = name.ToString();
            if (Runs.Contains(text) || text == "Encrypt") Found.Add(text);
            if (text == "ObjStm") (awaitsStream, matched) = (true, 0);
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

            if (b <= 32 || "()<>[]{}/%".Contains((char)b, StringComparison.Ordinal)) return false;
            Add((char)b);
            return true;
        }

        private void Add(char c)
        {
            if (name.Length < Longest) name.Append(c);
        }

        /// <summary>The word, then the end of its line; what is compressed begins behind it.</summary>
        private void TakeStream(byte b, long at)
        {
            if (matched == Stream.Length)
            {
                if (b == '\r') return;
                if (Streams.Count <= MostStreams) Streams.Add(b == '\n' ? at + 1 : at);
                awaitsStream = false;
                return;
            }

            matched = b == Stream[matched] ? matched + 1 : b == 's' ? 1 : 0;
        }
    }
}
