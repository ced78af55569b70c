using System.Text;
using System.Xml;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;

namespace Approvals.Modules.Documents;

/// <summary>
/// What may come in is decided by the content alone: a kind that is known and whole, and nothing in it that runs, hides or
/// swells. It reads the file in pieces and keeps at most <see cref="MostHeld"/> of it in memory.
/// </summary>
internal static class Gate
{
    /// <summary>Of one part that must be read as a whole.</summary>
    public const int MostHeld = 16 * 1024 * 1024;

    private const int Head = 1024;

    /// <summary>The longest that the end of an archive can be, with its comment.</summary>
    private const int LongestEnd = 22 + 65_535;

    private static readonly string[] Markup = ["<!doctype", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<?php", "<?xml", "<hta:"];

    /// <param name="file">From its beginning; it can be read again.</param>
    /// <exception cref="Refused">With what is wrong, and what to do.</exception>
    public static FileKind Look(Stream file)
    {
        try
        {
            return Recognise(file);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or XmlException) // what does not unpack is an IOException
        {
            throw Damaged();
        }
    }

    private static FileKind Recognise(Stream file)
    {
        if (file.Length == 0) throw No("empty", "文件是空的，请重新选择。", "The file is empty; choose it again.");
        var head = new byte[(int)Math.Min(Head, file.Length)];
        file.Position = 0;
        file.ReadExactly(head);
        if (Begins(head, 'P', 'K', 3, 4)) return PackageCheck.Look(file);
        if (Begins(head, 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1)) throw Old(file);
        if (IsProgram(head)) throw No("program", "这是程序或脚本，不能作为材料上传。", "This is a program or a script; it cannot be handed in.");
        if (IsArchive(head)) throw No("archive", "不接收压缩包，请解压后逐个上传其中的文件。", "Archives are not taken; unpack it and upload the files in it.");
        if (HasMarkup(head)) throw No("markup", "这是网页或脚本内容，不能作为材料上传。请另存为 PDF。", "This is a web page or a script; it cannot be handed in. Save it as PDF.");
        if (EndsAsArchive(file)) throw No("twoFaced", "文件后面还藏着一个压缩包，不能接收。请重新导出为 PDF 或图片。", "An archive is hidden behind the file, so it is refused. Export it again as PDF or picture.");
        if (Begins(head, '%', 'P', 'D', 'F', '-')) return PdfCheck.Look(file, head);
        if (Begins(head, 0xFF, 0xD8, 0xFF)) return PictureCheck.Jpeg(file);
        if (Begins(head, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) return PictureCheck.Png(file);
        if (Begins(head, 'I', 'I', 42, 0) || Begins(head, 'M', 'M', 0, 42)) return PictureCheck.Tiff(file, head[0] == 'I');
        if (Begins(head, 'A', 'C', '1', '0')) return DrawingCheck.Dwg(file, head);
        if (DrawingCheck.IsDxf(file, head)) return FileKind.Dxf;
        throw No("unknown", $"不接收这种文件。可以上传：{Files.Allowed.Zh}（按内容识别，与文件名无关）。",
            $"Files of this kind are not taken. You may upload {Files.Allowed.En} (recognised by content, whatever the name).");
    }

    public static Refused No(string code, string zh, string en) => Refused.Invalid("file." + code, "files", zh, en);

    public static Refused Damaged() => No("damaged", "文件不完整或已损坏，请在本机打开核对后重新导出、上传。", "The file is incomplete or damaged; open it on your computer, export it again and upload that.");

    /// <summary>To a place that the file itself names, which may lie anywhere.</summary>
    public static void GoTo(Stream file, long at)
    {
        if (at < 0 || at > file.Length) throw Damaged();
        file.Position = at;
    }

    public static bool Begins(ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> start)
    {
        if (bytes.Length < start.Length) return false;
        for (var i = 0; i < start.Length; i++)
            if (bytes[i] != start[i]) return false;
        return true;
    }

    /// <summary>Windows, Linux and Mac programs, Java classes, shortcuts, and scripts that name their interpreter.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> head) =>
        Begins(head, 'M', 'Z') || Begins(head, 'Z', 'M') || Begins(head, 0x7F, 'E', 'L', 'F') || Begins(head, '#', '!')
        || Begins(head, 0xFE, 0xED, 0xFA) || Begins(head, 0xCF, 0xFA, 0xED, 0xFE) || Begins(head, 0xCE, 0xFA, 0xED, 0xFE) || Begins(head, 0xCA, 0xFE, 0xBA, 0xBE)
        || Begins(head, 0x4C, 0, 0, 0, 1, 0x14, 2, 0) || Begins(head, 'd', 'e', 'x', '\n') || Begins(head, 0, 'a', 's', 'm');

    public static bool IsArchive(ReadOnlySpan<byte> head) =>
        Begins(head, 'P', 'K') || Begins(head, 'R', 'a', 'r', '!') || Begins(head, '7', 'z', 0xBC, 0xAF) || Begins(head, 0x1F, 0x8B) || Begins(head, 'B', 'Z', 'h')
        || Begins(head, 0xFD, '7', 'z', 'X', 'Z') || Begins(head, 'M', 'S', 'C', 'F') || Begins(head, 0x28, 0xB5, 0x2F, 0xFD)
        || (head.Length >= 262 && head.Slice(257, 5).SequenceEqual("ustar"u8));

    public static bool HasMarkup(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head[..Math.Min(head.Length, Head)]).Replace("\0", "", StringComparison.Ordinal); // UTF-16 too
        return Markup.Any(m => text.Contains(m, StringComparison.OrdinalIgnoreCase));
    }

    private static bool EndsAsArchive(Stream file)
    {
        var length = (int)Math.Min(LongestEnd, file.Length);
        var tail = new byte[length];
        file.Position = file.Length - length;
        file.ReadExactly(tail);
        for (var i = 0; i + 22 <= length; i++)
        {
            var next = tail.AsSpan(i).IndexOf("PK\u0005\u0006"u8);
            if (next < 0) return false;
            i += next;
            if (i + 22 <= length && i + 22 + tail[i + 20] + (tail[i + 21] << 8) <= length) return true;
        }

        return false;
    }

    /// <summary>The container of Office before 2007, in which a locked file of today is wrapped too.</summary>
    private static Refused Old(Stream file)
    {
        file.Position = 0;
        return CompoundCheck.Names(file, CompoundCheck.Locked)
            ? No("locked", "文件设有打开密码，无法审查。请在软件中取消密码后重新上传。", "The file is locked with a password and cannot be examined. Remove the password and upload it again.")
            : No("legacyOffice", "不接收旧版 Office 文件（doc、xls、ppt），其中可能带宏。请另存为 docx、xlsx、pptx 或 PDF 后上传。",
                "Old Office files (doc, xls, ppt) are not taken: they may hold macros. Save it as docx, xlsx, pptx or PDF and upload that.");
    }
}

/// <summary>The compound file of Office before 2007: which streams it holds, by the names in its directory.</summary>
internal static class CompoundCheck
{
    public static readonly string[] Locked = ["EncryptedPackage"];

    /// <summary>A packed file of any kind, macros, and what may hold macros of old.</summary>
    public static readonly string[] Runs = ["Ole10Native", "_VBA_PROJECT", "Macros", "VBA", "EncryptedPackage", "Workbook", "Book", "WordDocument", "PowerPoint Document"];

    private const int Block = 64 * 1024;

    public static bool Names(Stream file, string[] wanted)
    {
        var names = wanted.Select(w => Encoding.Unicode.GetBytes(w + "\0")).ToList();
        var longest = names.Max(n => n.Length);
        var block = new byte[Block + longest];
        var kept = 0;
        int read;
        while ((read = file.Read(block, kept, Block)) > 0)
        {
            var seen = block.AsSpan(0, kept + read);
            foreach (var name in names)
                if (seen.IndexOf(name) >= 0) return true;
            kept = Math.Min(longest - 1, seen.Length);
            seen[^kept..].CopyTo(block);
        }

        return false;
    }
}
