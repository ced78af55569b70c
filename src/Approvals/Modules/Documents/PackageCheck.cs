using System.IO.Compression;
using System.Text;
using System.Xml;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;

namespace Approvals.Modules.Documents;

/// <summary>
/// Office documents and OFD, which are zips with a known inside. Every part is unpacked once, counted against what it
/// claims and against the bounds, and thrown away; no part may be a program, an archive or a macro.
/// </summary>
internal static class PackageCheck
{
    /// <summary>Of all parts together, with what lies in them.</summary>
    private const long MostInflated = 512L * 1024 * 1024;

    /// <summary>A part of any size below this may be packed as tightly as it can be.</summary>
    private const long Harmless = 8L * 1024 * 1024;

    private const int MostRatio = 150;
    private const int Block = 64 * 1024;

    /// <summary>A chart carries its table as a document of its own; a document in that is one too many.</summary>
    private const int Deepest = 1;

    private static readonly Dictionary<string, FileKind> Mains = new()
    {
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"] = FileKind.Docx,
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"] = FileKind.Xlsx,
        ["application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"] = FileKind.Pptx,
        ["application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"] = FileKind.Pptx,
    };

    /// <summary>What starts a program by DDE, whatever the part is called: as its element stands in the bytes.</summary>
    private static readonly byte[][] Dde = ["ddeLink"u8.ToArray(), Encoding.Unicode.GetBytes("ddeLink"), Encoding.BigEndianUnicode.GetBytes("ddeLink")];

    /// <summary>What makes a page of markup.</summary>
    private static readonly string[] Pages = ["<html", "<script", "<iframe", "<?php", "<hta:"];

    /// <summary>In OFD pictures are of dots; Office keeps drawings of these kinds.</summary>
    private static readonly string[] OfdPages = [.. Pages, "<!doctype", "<svg"];

    /// <summary>Names by which a desk's computer starts what lies behind them, once somebody has taken it out.</summary>
    private static readonly HashSet<string> Started = new(StringComparer.OrdinalIgnoreCase)
    {
        ".appref-ms", ".asp", ".aspx", ".bat", ".chm", ".class", ".cmd", ".com", ".command", ".cpl", ".dll", ".exe", ".gadget", ".hlp", ".hta", ".htm", ".html", ".inf", ".iqy", ".jar", ".js", ".jse", ".jsp",
        ".lnk", ".mht", ".mhtml", ".msc", ".msi", ".msp", ".mst", ".php", ".pif", ".pl", ".ps1", ".ps1xml", ".psd1", ".psm1", ".py", ".rb", ".reg", ".scf", ".scpt", ".scr", ".sct", ".settingcontent-ms", ".sh", ".slk",
        ".url", ".vb", ".vbe", ".vbs", ".wsc", ".wsf", ".wsh", ".xhtml", ".xll",
    };

    /// <summary>What an Office document may point to outside, in its whole name: links that people click, and the tables a table was made from.</summary>
    private static readonly HashSet<string> HarmlessLinks =
    [
        .. new[] { "http://schemas.openxmlformats.org/officeDocument/2006/relationships/", "http://purl.oclc.org/ooxml/officeDocument/relationships/" }.SelectMany(kinds => new[] { kinds + "hyperlink", kinds + "externalLinkPath" }),
    ];

    public static FileKind Look(Stream file) => Look(file, new Budget(), 0);

    public static Refused Bomb() => Gate.No("bomb", "文件解压后大得不合理，或内部结构重叠，可能是压缩炸弹，不能接收。", "The file swells beyond reason when unpacked, or its parts overlap: it may be an archive bomb and is refused.");

    private sealed class Budget
    {
        private long spent;

        public void Spend(long bytes)
        {
            if ((spent += bytes) > MostInflated) throw Bomb();
        }
    }

    private static FileKind Look(Stream file, Budget budget, int depth)
    {
        var package = Package.Read(file);
        var names = package.Parts.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var isOfd = names.Contains("OFD.xml");
        var isOffice = names.Contains("[Content_Types].xml");
        if (isOfd == isOffice)
            throw Gate.No("archive", "不接收压缩包，请解压后逐个上传其中的文件。", "Archives are not taken; unpack it and upload the files in it.");
        FileKind? kind = null;
        foreach (var part in package.Parts)
        {
            if (isOffice && HoldsMacros(part.Name)) throw Macros();
            var content = Unpack(package, part, budget, isOffice);
            if (content.Length == 0) continue;
            if (content.Held is { } held)
            {
                if (isOffice && part.Name.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase)) kind = KindOf(held, names);
                else if (isOfd && part.Name.Equals("OFD.xml", StringComparison.OrdinalIgnoreCase)) kind = OfdRoot(held);
                else if (isOffice && part.Name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)) Links(held);
            }

            Inside(part, content, budget, depth, isOffice);
        }

        return kind ?? throw Gate.Damaged();
    }

    /// <param name="Head">Its first bytes.</param>
    /// <param name="Held">All of it, where it must be read.</param>
    private sealed record Content(byte[] Head, MemoryStream? Held, long Length);

    private static Content Unpack(Package package, Package.Part part, Budget budget, bool isOffice)
    {
        if (part.Size > Harmless && part.Size / MostRatio > part.Packed) throw Bomb();
        using var plain = package.Open(part);
        var kept = Dde[^1].Length - 1; // of the block before, for what stands across the two
        var block = new byte[kept + Block];
        MemoryStream? held = null;
        byte[] head = [];
        var (length, crc) = (0L, Crc32.Start);
        int read;
        while ((read = plain.ReadAtLeast(block.AsSpan(kept), Block, throwOnEndOfStream: false)) > 0)
        {
            var got = block.AsSpan(kept, read);
            if (isOffice && HoldsDde(block.AsSpan(0, kept + read))) throw Macros();
            if (length == 0)
            {
                head = got[..Math.Min(read, 1024)].ToArray();
                if (MustBeHeld(part.Name, head)) held = new();
            }

            if ((length += read) > part.Size) throw Bomb();
            budget.Spend(read);
            crc = Crc32.Add(crc, got);
            if (held is not null && held.Length + read > Gate.MostHeld) throw Gate.No("partTooLarge", "文件内嵌的对象过大，无法审查。请把它作为单独的文件上传。", "An object inside the file is too large to be examined. Upload it as a file of its own.");
            held?.Write(got);
            block.AsSpan(read, kept).CopyTo(block);
        }

        if (length != part.Size || Crc32.End(crc) != part.Crc) throw Gate.Damaged();
        if (held is not null) held.Position = 0;
        return new(head, held, length);
    }

    private static bool MustBeHeld(string name, ReadOnlySpan<byte> head) =>
        name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase) || name.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase)
        || name.Equals("OFD.xml", StringComparison.OrdinalIgnoreCase)
        || Gate.Begins(head, 'P', 'K', 3, 4) || IsCompound(head) || Gate.Begins(head, 0x1F, 0x8B);

    private static bool HoldsDde(ReadOnlySpan<byte> bytes)
    {
        foreach (var link in Dde)
            if (bytes.IndexOf(link) >= 0) return true;
        return false;
    }

    private static bool IsCompound(ReadOnlySpan<byte> head) => Gate.Begins(head, 0xD0, 0xCF, 0x11, 0xE0);

    /// <summary>What a part is, whatever it is called.</summary>
    private static void Inside(Package.Part part, Content content, Budget budget, int depth, bool isOffice)
    {
        if (Gate.IsProgram(content.Head) || Started.Contains(Path.GetExtension(part.Name.TrimEnd('.', ' ')))) throw Embedded();
        if (IsCompound(content.Head))
        {
            if (!isOffice || CompoundCheck.Names(content.Held!, CompoundCheck.Runs)) throw Embedded();
        }
        else if (isOffice && Gate.Begins(content.Head, 'P', 'K', 3, 4))
        {
            if (depth == Deepest) throw Bomb();
            Look(content.Held!, budget, depth + 1);
        }
        else if (isOffice && Gate.Begins(content.Head, 0x1F, 0x8B) && part.Name.EndsWith('z'))
        {
            Picture(content.Held!, budget); // emz, wmz: a packed picture of Windows
        }
        else if (Gate.IsArchive(content.Head))
        {
            throw No("文件内部藏有压缩包，不能接收。请把其中的文件单独上传。", "An archive is hidden in the file, so it is refused. Upload what is in it by itself.");
        }
        else if (IsScript(content.Head, isOffice))
        {
            throw Embedded();
        }
        else if (part.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && Encoding.Latin1.GetString(content.Head).Replace("\0", "", StringComparison.Ordinal) is var text
            && (text.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) || text.Contains("<!ENTITY", StringComparison.OrdinalIgnoreCase)))
        {
            throw Gate.Damaged();
        }

        static Refused No(string zh, string en) => Gate.No("archive", zh, en);
    }

    /// <summary>Both are of XML, pictures, fonts and seals: a text that is none of these is a page or a script for whoever opens it.</summary>
    private static bool IsScript(ReadOnlySpan<byte> head, bool isOffice)
    {
        if (head.IndexOfAnyExcept((byte)0, (byte)0xFF) < 0) return false; // space that a writer has left free
        var text = Encoding.Latin1.GetString(head).Replace("\0", "", StringComparison.Ordinal).TrimStart('\u00EF', '\u00BB', '\u00BF', '\u00FE', '\u00FF', ' ', '\t', '\r', '\n');
        if (text.StartsWith('<')) return (isOffice ? Pages : OfdPages).Any(p => text.Contains(p, StringComparison.OrdinalIgnoreCase));
        return !text.StartsWith("%!", StringComparison.Ordinal) && !text.Any(c => c < ' ' && c is not ('\t' or '\r' or '\n' or '\f'));
    }

    private static void Picture(MemoryStream packed, Budget budget)
    {
        using var plain = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        var block = new byte[Block];
        var length = 0L;
        int read;
        while ((read = plain.Read(block)) > 0)
        {
            if ((length += read) > Harmless && length / MostRatio > packed.Length) throw Bomb();
            budget.Spend(read);
        }
    }

    private static bool HoldsMacros(string name) =>
        name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || name.EndsWith("vbaData.xml", StringComparison.OrdinalIgnoreCase)
        || name.Contains("/macrosheets/", StringComparison.OrdinalIgnoreCase) || name.Contains("/dialogsheets/", StringComparison.OrdinalIgnoreCase) || name.Contains("/activeX/", StringComparison.OrdinalIgnoreCase);

    /// <summary>By its table of contents: a main part of exactly one kind that is taken, which is there, and nothing that runs.</summary>
    private static FileKind KindOf(MemoryStream types, HashSet<string> names)
    {
        var mains = new HashSet<FileKind>();
        using var reader = Xml(types);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.GetAttribute("ContentType") is not { } type) continue;
            if (type.Contains("macro", StringComparison.OrdinalIgnoreCase) || type.Contains("vba", StringComparison.OrdinalIgnoreCase) || type.Contains("activeX", StringComparison.OrdinalIgnoreCase)) throw Macros();
            // By the part, or by the ending of all parts that nothing else is said of.
            if (Mains.TryGetValue(type.Trim(), out var kind) && (reader.GetAttribute("PartName") is { } part
                ? names.Contains(part.TrimStart('/'))
                : reader.GetAttribute("Extension") is { Length: > 0 } ending && names.Any(n => n.EndsWith("." + ending, StringComparison.OrdinalIgnoreCase)))) mains.Add(kind);
        }

        return mains.Count == 1 ? mains.First() : throw Gate.Damaged();
    }

    private static FileKind OfdRoot(MemoryStream root)
    {
        using var reader = Xml(root);
        return reader.MoveToContent() == XmlNodeType.Element && reader.LocalName == "OFD" && reader.NamespaceURI.Contains("ofdspec", StringComparison.OrdinalIgnoreCase) ? FileKind.Ofd : throw Gate.Damaged();
    }

    private static void Links(MemoryStream relations)
    {
        using var reader = Xml(relations);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "Relationship") continue;
            var type = reader.GetAttribute("Type") ?? "";
            if (type.EndsWith("/vbaProject", StringComparison.OrdinalIgnoreCase)) throw Macros();
            if (type.EndsWith("/aFChunk", StringComparison.OrdinalIgnoreCase)) throw Embedded(); // a page, RTF or mail that is opened with the document
            if (type.EndsWith("/connections", StringComparison.OrdinalIgnoreCase)) throw Outside();
            if (reader.GetAttribute("TargetMode") is { } mode && mode != "Internal" && !HarmlessLinks.Contains(type)) throw Outside();
        }
    }

    private static XmlReader Xml(MemoryStream from)
    {
        from.Position = 0;
        return XmlReader.Create(from, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = false, MaxCharactersInDocument = Gate.MostHeld });
    }

    private static Refused Macros() => Gate.No("macros", "文档中含有宏或其他可执行内容，不能接收。请另存为不含宏的格式或 PDF 后上传。", "The document holds macros or other active content, so it is refused. Save it without macros or as PDF and upload that.");

    private static Refused Outside() => Gate.No("outsideLink", "文档会从外部地址或数据连接加载模板、对象、图片或数据，不能接收。请断开链接（嵌入内容、粘贴为数值）后重新保存、上传，或另存为 PDF。",
        "The document loads a template, an object, a picture or data from outside, so it is refused. Break the links and save it again, or save it as PDF.");

    private static Refused Embedded() => Gate.No("embeddedObject", "文档中嵌有程序、脚本、网页、打包的文件、旧版 Office 对象或带宏的对象，不能接收。请删除该对象，附件单独上传。",
        "A program, a script, a page, a packed file, an object of old Office or one with macros is embedded in the document, so it is refused. Remove it and upload attachments by themselves.");
}
