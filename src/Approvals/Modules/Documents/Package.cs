using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Approvals.Modules.Documents;

/// <summary>
/// The parts of a zip, strictly: the table at its end, the header before each part and the part itself must say the same,
/// nothing may overlap, nothing may lie between them, and no name may lead out of it. What readers would read differently
/// is refused.
/// </summary>
internal sealed class Package
{
    private const int MostParts = 5_000;
    private const int MostTable = 4 * 1024 * 1024;

    /// <summary>Sizes that follow a part where they were not known before it.</summary>
    private const int LongestDescriptor = 24;

    private readonly Stream file;

    private Package(Stream file, IReadOnlyList<Part> parts) => (this.file, Parts) = (file, parts);

    /// <param name="Data">Where its bytes begin.</param>
    internal sealed record Part(string Name, int Method, uint Crc, long Packed, long Size, long Header, long Data);

    public IReadOnlyList<Part> Parts { get; }

    public static Package Read(Stream file)
    {
        var end = new byte[22];
        if (file.Length < end.Length) throw Gate.Damaged();
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        if (!Gate.Begins(end, 'P', 'K', 5, 6)) throw Gate.Damaged();
        var (count, size, start) = (BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10)), (long)BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12)), (long)BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16)));
        if (end.AsSpan(4, 4).ContainsAnyExcept((byte)0) || BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(8)) != count) throw Gate.Damaged();
        if (count == ushort.MaxValue || count > MostParts || size > MostTable) throw PackageCheck.Bomb();
        if (start + size + end.Length != file.Length) throw Gate.Damaged();

        var table = new byte[size];
        Gate.GoTo(file, start);
        file.ReadExactly(table);
        var parts = new List<Part>(count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (at + 46 > table.Length || !Gate.Begins(table.AsSpan(at), 'P', 'K', 1, 2)) throw Gate.Damaged();
            var entry = table.AsSpan(at);
            var flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
            var (nameLength, extra, comment) = (BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]), BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]), BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]));
            if (at + 46 + nameLength + extra + comment > table.Length) throw Gate.Damaged();
            var raw = entry.Slice(46, nameLength);
            var name = ((flags & 0x800) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(raw);
            if ((flags & 1) != 0) throw Gate.No("locked", "文件设有密码，无法审查。请取消密码后重新上传。", "The file is locked with a password and cannot be examined. Remove the password and upload it again.");
            if (LeadsOut(name)) throw Gate.No("unsafePath", "文件内部有指向外部文件夹的名称，不能接收。", "A name inside the file leads to another folder, so it is refused.");
            if (!names.Add(name)) throw Gate.Damaged();
            parts.Add(Header(file, raw, name, entry, start));
            at += 46 + nameLength + extra + comment;
        }

        if (at != table.Length) throw Gate.Damaged();
        NothingHidden(parts, start);
        return new(file, parts);
    }

    /// <summary>The bytes of a part, unpacked as they are read.</summary>
    public Stream Open(Part part)
    {
        var packed = new Slice(file, part.Data, part.Packed);
        return part.Method == 0 ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }

    private static bool LeadsOut(string name) =>
        name.Length == 0 || name[0] == '/' || name.Contains('\\') || name.Contains(':') || name.Any(char.IsControl) || name.Split('/').Any(s => s is ".." or ".");

    /// <summary>What the table says of a part, held against the header before it.</summary>
    private static Part Header(Stream file, ReadOnlySpan<byte> raw, string name, ReadOnlySpan<byte> entry, long table)
    {
        var method = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]);
        var (crc, packed, size, at) = (BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]), (long)BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]), (long)BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]), (long)BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]));
        if (method is not (0 or 8) || (method == 0 && packed != size)) throw Gate.Damaged();
        Span<byte> header = stackalloc byte[30];
        Gate.GoTo(file, at);
        file.ReadExactly(header);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        if (!Gate.Begins(header, 'P', 'K', 3, 4) || BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != method || nameLength != raw.Length || (header[6] & 1) != 0) throw Gate.Damaged();
        // Where they were known before it; where not, they follow the part and stand in the table alone.
        if ((header[6] & 8) == 0 && (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != crc || BinaryPrimitives.ReadUInt32LittleEndian(header[18..]) != packed || BinaryPrimitives.ReadUInt32LittleEndian(header[22..]) != size)) throw Gate.Damaged();
        var said = new byte[nameLength];
        file.ReadExactly(said);
        var data = at + 30 + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (!raw.SequenceEqual(said) || data + packed > table) throw Gate.Damaged();
        return new(name, method, crc, packed, size, at, data);
    }

    private static void NothingHidden(List<Part> parts, long table)
    {
        var end = 0L;
        foreach (var part in parts.OrderBy(p => p.Header))
        {
            if (part.Header < end) throw PackageCheck.Bomb();
            if (part.Header - end > (end == 0 ? 0 : LongestDescriptor)) throw Gate.Damaged();
            end = part.Data + part.Packed;
        }

        if (table < end || table - end > LongestDescriptor) throw Gate.Damaged();
    }

    /// <summary>A stretch of the file, to be read once from its start.</summary>
    private sealed class Slice(Stream file, long start, long length) : Stream
    {
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => read; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var most = (int)Math.Min(buffer.Length, length - read);
            if (most <= 0) return 0;
            file.Position = start + read;
            var got = file.Read(buffer[..most]);
            read += got;
            return got;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
