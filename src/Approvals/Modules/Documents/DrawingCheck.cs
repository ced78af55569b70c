using System.Buffers.Binary;
using System.Text;
using Approvals.Modules.Documents.Contract;

namespace Approvals.Modules.Documents;

/// <summary>Drawings of AutoCAD and what writes its formats: a header as the version writes it, without macros or a password.</summary>
internal static class DrawingCheck
{
    private const int Head = 0x100;

    /// <summary>The word at the start of the section map of 2004 and later, under a sequence that never changes.</summary>
    private static readonly byte[] Map = [.. "AcFssFcAJMB"u8];

    /// <summary>After the table of sections of release 14 and 2000.</summary>
    private static readonly byte[] Mark = [0x95, 0xA0, 0x4E, 0x28, 0x99, 0x82, 0x1A, 0xE5, 0x5E, 0x41, 0xE0, 0x5F, 0x9D, 0x3A, 0x4D, 0x00];

    public static FileKind Dwg(Stream file, ReadOnlySpan<byte> start)
    {
        if (start.Length < Head) throw Gate.Damaged();
        switch (Encoding.Latin1.GetString(start[..6]))
        {
            case "AC1014" or "AC1015":
                Sections(file, start);
                break;
            case "AC1018" or "AC1024" or "AC1027" or "AC1032":
                Header(start);
                for (var i = 0; i < Map.Length; i++)
                    if ((start[0x80 + i] ^ Sequence(i)) != Map[i]) throw Gate.Damaged();
                break;
            case "AC1021": // its map is coded against errors: that the file has room for its pages is all that is looked at
                Header(start);
                if (file.Length < 0x480) throw Gate.Damaged();
                break;
            default:
                throw Gate.No("oldDrawing", "不接收此版本的 DWG。请另存为 AutoCAD R14 至 2018 格式的 DWG 后上传。", "DWG of this version is not taken. Save it as DWG of AutoCAD R14 to 2018 and upload that.");
        }

        return FileKind.Dwg;
    }

    private static void Header(ReadOnlySpan<byte> start)
    {
        if ((start[0x18] & 3) != 0) throw Gate.No("locked", "图纸设有密码，无法审查。请取消密码后重新上传。", "The drawing is locked with a password and cannot be examined. Remove the password and upload it again.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(start[0x24..]) != 0) throw Gate.No("macros", "图纸中含有 VBA 宏，不能接收。请删除宏后重新上传。", "The drawing holds VBA macros, so it is refused. Remove them and upload it again.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(start[0x28..]) != 0x80) throw Gate.Damaged();
    }

    private static void Sections(Stream file, ReadOnlySpan<byte> start)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(start[0x15..]);
        if (count is < 3 or > 6) throw Gate.Damaged();
        for (var i = 0; i < count; i++)
        {
            var section = start[(0x19 + i * 9)..];
            if ((long)BinaryPrimitives.ReadUInt32LittleEndian(section[1..]) + BinaryPrimitives.ReadUInt32LittleEndian(section[5..]) > file.Length) throw Gate.Damaged();
        }

        if (!start.Slice(0x19 + count * 9 + 2, Mark.Length).SequenceEqual(Mark)) throw Gate.Damaged();
    }

    private static byte Sequence(int at)
    {
        var seed = 1u;
        for (var i = 0; i <= at; i++) seed = unchecked(seed * 0x343FD + 0x269EC3);
        return (byte)(seed >> 16);
    }

    /// <summary>Pairs of lines from the first section to the end of file, as text.</summary>
    public static bool IsDxf(Stream file, ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n').Select(l => l.Trim()).ToList();
        var first = 0;
        while (first + 1 < lines.Count && lines[first] == "999") first += 2; // remarks
        if (first + 3 >= lines.Count || lines[first] != "0" || lines[first + 1] != "SECTION" || lines[first + 2] != "2") return false;
        var tail = new byte[(int)Math.Min(64, file.Length)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var last = Encoding.Latin1.GetString(tail).TrimEnd().Split('\n').Select(l => l.Trim()).ToList();
        if (last.Count < 2 || last[^1] != "EOF" || last[^2] != "0") throw Gate.Damaged();
        var block = new byte[64 * 1024];
        file.Position = 0;
        int read;
        while ((read = file.Read(block, 0, block.Length)) > 0)
            if (block.AsSpan(0, read).Contains((byte)0)) throw Gate.Damaged();
        return true;
    }
}
