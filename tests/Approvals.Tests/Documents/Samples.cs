using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Approvals.Modules.Documents;
using Approvals.Modules.Documents.Contract;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MiniExcelLibs;

namespace Approvals.Tests.Documents;

/// <summary>Small files of every kind, made here; and what people try to pass off as them.</summary>
internal static class Samples
{
    public const string OfficeTypes = "application/vnd.openxmlformats-officedocument.";

    public static readonly IReadOnlyDictionary<FileKind, byte[]> All = new Dictionary<FileKind, byte[]>
    {
        [FileKind.Pdf] = Pdf(),
        [FileKind.Jpeg] = Jpeg(),
        [FileKind.Png] = File.ReadAllBytes(Path.Combine(Source.Root, "docs", "desk.png")),
        [FileKind.Tiff] = Tiff(),
        [FileKind.Docx] = Docx(),
        [FileKind.Xlsx] = Xlsx(),
        [FileKind.Pptx] = Pptx(),
        [FileKind.Ofd] = Ofd(),
        [FileKind.Dwg] = Dwg("AC1032"),
        [FileKind.Dxf] = "  0\r\nSECTION\r\n  2\r\nHEADER\r\n  9\r\n$ACADVER\r\n  1\r\nAC1015\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n"u8.ToArray(),
    };

    /// <summary>One page; <paramref name="object"/> stands among its objects.</summary>
    public static byte[] Pdf(string @object = "", string behind = "") => Encoding.Latin1.GetBytes(
        $"%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n{@object}\nxref\n0 4\ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n{behind}");

    /// <summary>Objects packed in a stream, as writers since PDF 1.5 do.</summary>
    /// <param name="more">What else stands in its dictionary.</param>
    /// <param name="line">How the line of its beginning ends.</param>
    public static byte[] PackedPdf(string objects, string more = "", string line = "\r\n", string type = "/Type /ObjStm")
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(Encoding.Latin1.GetBytes(objects));
        return Pdf($"4 0 obj\n<<{type} /N 1 /First 4 /Filter /FlateDecode {more} /Length {packed.Length}>>\nstream{line}{Encoding.Latin1.GetString(packed.ToArray())}\nendstream\nendobj");
    }

    /// <summary>Objects in such a stream that is not packed, as the format allows.</summary>
    /// <param name="more">What else stands in its dictionary.</param>
    public static byte[] StreamPdf(string objects, string more = "", string type = "/Type /ObjStm") =>
        Pdf($"4 0 obj\n<<{type} /N 1 /First 4 {more} /Length {objects.Length}>>\nstream\n{objects}\nendstream\nendobj");

    public static byte[] Jpeg(byte[]? behind = null) =>
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0,
        0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0, 0x34, 0xFF, 0xD0, 0x56,
        0xFF, 0xD9, .. behind ?? [],
    ];

    public static byte[] Tiff(uint stripAt = 8)
    {
        var bytes = new List<byte>([.. "II"u8, 42, 0, 16, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 4, 0]);
        void Entry(ushort tag, uint value)
        {
            var entry = new byte[12];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), 4);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), value);
            bytes.AddRange(entry);
        }

        Entry(256, 8);
        Entry(257, 8);
        Entry(273, stripAt);
        Entry(279, 8);
        bytes.AddRange([0, 0, 0, 0]);
        return [.. bytes];
    }

    public static byte[] Docx()
    {
        var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            main.Document = new Document(new Body(new Paragraph(new Run(new Text("示例材料")))));
            main.AddHyperlinkRelationship(new Uri("https://zone.example/"), isExternal: true);
        }

        return file.ToArray();
    }

    public static byte[] Xlsx()
    {
        var file = new MemoryStream();
        file.SaveAs(new[] { new { 名称 = "示例", 数量 = 1 } });
        return file.ToArray();
    }

    public static byte[] Pptx() => Office("presentationml.presentation.main+xml", "ppt/presentation.xml");

    /// <summary>The least that is an Office document, with further parts.</summary>
    public static byte[] Office(string main, string part, params (string Name, object Content)[] more) => Zip(
    [
        ("[Content_Types].xml", $"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/{part}\" ContentType=\"{(main.StartsWith("application/", StringComparison.Ordinal) ? main : OfficeTypes + main)}\"/></Types>"),
        ("_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>"),
        (part, "<x/>"),
        .. more,
    ]);

    public static byte[] Word(params (string Name, object Content)[] more) => Office("wordprocessingml.document.main+xml", "word/document.xml", more);

    public static byte[] Ofd(params (string Name, object Content)[] more) => Zip(
    [
        ("OFD.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.1\"/>"),
        ("Doc_0/Document.xml", "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"/>"),
        .. more,
    ]);

    public static byte[] Zip(params (string Name, object Content)[] parts)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open();
                part.Write(content as byte[] ?? Encoding.UTF8.GetBytes((string)content));
            }
        }

        return file.ToArray();
    }

    /// <summary>A document with one more part so many times, which is packed once: the size of what it unpacks to costs nothing to make.</summary>
    public static byte[] Swelling(byte[] content, int times)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(content);
        var crc = Crc32.End(Crc32.Add(Crc32.Start, content));
        var from = Word();
        var table = from.AsSpan().IndexOf("PK\u0001\u0002"u8);
        var end = from.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var (parts, entries) = (new MemoryStream(), new MemoryStream());
        parts.Write(from.AsSpan(0, table));
        entries.Write(from.AsSpan(table, end - table));
        for (var i = 0; i < times; i++)
        {
            var name = Encoding.ASCII.GetBytes($"word/x{i}.xml");
            var common = new byte[26];
            (common[0], common[4]) = (20, 8);
            BinaryPrimitives.WriteUInt32LittleEndian(common.AsSpan(10), crc);
            BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(14), (int)packed.Length);
            BinaryPrimitives.WriteInt32LittleEndian(common.AsSpan(18), content.Length);
            BinaryPrimitives.WriteInt16LittleEndian(common.AsSpan(22), (short)name.Length);
            var where = new byte[14];
            BinaryPrimitives.WriteInt32LittleEndian(where.AsSpan(10), (int)parts.Length);
            entries.Write([.. "PK\u0001\u0002"u8, 20, 0, .. common, .. where, .. name]);
            parts.Write([.. "PK\u0003\u0004"u8, .. common, .. name, .. packed.ToArray()]);
        }

        var last = from[end..];
        var count = (short)(BinaryPrimitives.ReadInt16LittleEndian(last.AsSpan(8)) + times);
        BinaryPrimitives.WriteInt16LittleEndian(last.AsSpan(8), count);
        BinaryPrimitives.WriteInt16LittleEndian(last.AsSpan(10), count);
        BinaryPrimitives.WriteInt32LittleEndian(last.AsSpan(12), (int)entries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(last.AsSpan(16), (int)parts.Length);
        return [.. parts.ToArray(), .. entries.ToArray(), .. last];
    }

    public static byte[] Dwg(string version, int macros = 0, byte security = 0)
    {
        var bytes = new byte[0x600];
        Encoding.ASCII.GetBytes(version).CopyTo(bytes, 0);
        if (version == "AC1015")
        {
            bytes[0x15] = 3;
            new byte[] { 0x95, 0xA0, 0x4E, 0x28, 0x99, 0x82, 0x1A, 0xE5, 0x5E, 0x41, 0xE0, 0x5F, 0x9D, 0x3A, 0x4D, 0x00 }.CopyTo(bytes, 0x19 + 27 + 2);
            return bytes;
        }

        bytes[0x18] = security;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(0x24), macros);
        bytes[0x28] = 0x80;
        // "AcFssFcAJMB" under the fixed sequence of the format.
        new byte[] { 0x68, 0x40, 0xF8, 0xF7, 0x92, 0x2A, 0xB5, 0xEF, 0x18, 0xDD, 0x0B }.CopyTo(bytes, 0x80);
        return bytes;
    }

    /// <summary>The old container of Office, with a directory that names a stream.</summary>
    public static byte[] Compound(string stream) => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[504], .. Encoding.Unicode.GetBytes(stream + "\0"), .. new byte[400]];

    public static SentFile Sent(this byte[] bytes, string name) => new(name, bytes.Length, () => new MemoryStream(bytes));

    public static FileKind Look(byte[] bytes) => Gate.Look(new MemoryStream(bytes));
}
