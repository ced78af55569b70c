using System.Buffers.Binary;
using Approvals.Modules.Documents.Contract;

namespace Approvals.Modules.Documents;

/// <summary>Pictures and scans: whole from beginning to end, and nothing behind the end.</summary>
internal static class PictureCheck
{
    private const int Block = 64 * 1024;

    /// <summary>Of one side. A drawing of A0 at 600 dpi has 28,000.</summary>
    private const uint MostPixels = 60_000;

    private const int MostPages = 2_000;
    private const int MostEntries = 512;

    /// <summary>Strips or tiles of all pages.</summary>
    private const int MostStrips = 500_000;

    /// <summary>Segments up to the scan, the scan up to its end mark; a further picture may follow, as cameras write it.</summary>
    public static FileKind Jpeg(Stream file)
    {
        var bytes = new Bytes(file);
        bytes.Skip(2);
        while (true)
        {
            JpegPicture(bytes);
            // Some devices fill the end with zeros.
            int next;
            do next = bytes.NextOrEnd(); while (next == 0);
            if (next < 0) return FileKind.Jpeg;
            if (next != 0xFF || bytes.Next() != 0xD8) throw Behind();
        }
    }

    private static void JpegPicture(Bytes bytes)
    {
        var hasFrame = false;
        while (true)
        {
            if (bytes.Next() != 0xFF) throw Gate.Damaged();
            int marker;
            do marker = bytes.Next(); while (marker == 0xFF);
            if (marker == 0xD9)
            {
                if (!hasFrame) throw Gate.Damaged();
                return;
            }

            if (marker is 0 or 0xD8 or (>= 0xD0 and <= 0xD7)) throw Gate.Damaged();
            var length = (bytes.Next() << 8) + bytes.Next() - 2;
            if (length < 0) throw Gate.Damaged();
            hasFrame |= marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;
            bytes.Skip(length);
            if (marker == 0xDA) bytes.BackBy(Scan(bytes));
        }
    }

    /// <summary>Up to the next marker that ends a scan.</summary>
    /// <returns>The marker, to be read again.</returns>
    private static int Scan(Bytes bytes)
    {
        while (true)
        {
            bytes.SkipTo(0xFF);
            int marker;
            do marker = bytes.Next(); while (marker == 0xFF);
            if (marker is not 0 and not (>= 0xD0 and <= 0xD7)) return marker;
        }
    }

    /// <summary>Chunks, each with its checksum, from IHDR to IEND.</summary>
    public static FileKind Png(Stream file)
    {
        file.Position = 8;
        var header = new byte[8];
        var block = new byte[Block];
        var (first, hasData) = (true, false);
        while (true)
        {
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            var type = header.AsSpan(4);
            if (length > file.Length - file.Position) throw Gate.Damaged();
            if (first != type.SequenceEqual("IHDR"u8) || (first && length != 13)) throw Gate.Damaged();
            var crc = Crc32.Add(Crc32.Start, type);
            for (var left = length; left > 0;)
            {
                var part = block.AsSpan(0, (int)Math.Min(left, Block));
                file.ReadExactly(part);
                if (first && (BinaryPrimitives.ReadUInt32BigEndian(part) is 0 or > MostPixels || BinaryPrimitives.ReadUInt32BigEndian(part[4..]) is 0 or > MostPixels)) throw Gate.Damaged();
                first = false;
                crc = Crc32.Add(crc, part);
                left -= (uint)part.Length;
            }

            hasData |= type.SequenceEqual("IDAT"u8);
            var said = block.AsSpan(0, 4);
            file.ReadExactly(said);
            if (BinaryPrimitives.ReadUInt32BigEndian(said) != Crc32.End(crc)) throw Gate.Damaged();
            if (!type.SequenceEqual("IEND"u8)) continue;
            if (!hasData) throw Gate.Damaged();
            if (file.Position != file.Length) throw Behind();
            return FileKind.Png;
        }
    }

    /// <summary>Each page has its size, and its strips or tiles lie within the file.</summary>
    public static FileKind Tiff(Stream file, bool little)
    {
        var bytes = new byte[12];
        var seen = new HashSet<long>();
        var strips = 0L;
        ushort Two(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        uint Four(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
        file.Position = 4;
        file.ReadExactly(bytes, 0, 4);
        var directory = (long)Four(bytes);
        for (var page = 0; directory != 0; page++)
        {
            if (page == MostPages || directory < 8 || !seen.Add(directory)) throw Gate.Damaged();
            Gate.GoTo(file, directory);
            file.ReadExactly(bytes, 0, 2);
            if (Two(bytes) > MostEntries) throw Gate.Damaged();
            var entries = new byte[Two(bytes) * 12];
            file.ReadExactly(entries);
            file.ReadExactly(bytes, 0, 4);
            directory = Four(bytes);
            uint[] offsets = [], counts = [];
            var (width, height) = (0u, 0u);
            for (var i = 0; i < entries.Length; i += 12)
            {
                var entry = entries.AsSpan(i, 12);
                switch (Two(entry))
                {
                    case 256: width = Values(entry)[0]; break;
                    case 257: height = Values(entry)[0]; break;
                    case 273 or 324: offsets = Values(entry); break;
                    case 279 or 325: counts = Values(entry); break;
                }
            }

            if (width is 0 or > MostPixels || height is 0 or > MostPixels || offsets.Length == 0 || offsets.Length != counts.Length) throw Gate.Damaged();
            for (var i = 0; i < offsets.Length; i++)
                if ((long)offsets[i] + counts[i] > file.Length) throw Gate.Damaged();
        }

        return FileKind.Tiff;

        uint[] Values(ReadOnlySpan<byte> entry)
        {
            var (type, count) = (Two(entry[2..]), Four(entry[4..]));
            if (type is not (3 or 4) || count == 0 || (strips += count) > MostStrips) throw Gate.Damaged();
            var size = type == 3 ? 2 : 4;
            var at = new byte[count * size];
            if (at.Length <= 4)
            {
                entry.Slice(8, at.Length).CopyTo(at);
            }
            else
            {
                Gate.GoTo(file, Four(entry[8..]));
                file.ReadExactly(at);
            }

            var values = new uint[count];
            for (var i = 0; i < values.Length; i++) values[i] = size == 2 ? Two(at.AsSpan(i * 2)) : Four(at.AsSpan(i * 4));
            return values;
        }
    }

    private static Web.Refused Behind() => Gate.No("twoFaced", "图片结尾之后还有别的内容，不能接收。请用看图软件另存一次后上传。",
        "Something follows the end of the picture, so it is refused. Save it once more with a picture program and upload that.");

    /// <summary>Byte by byte, read in blocks.</summary>
    private sealed class Bytes(Stream file)
    {
        private readonly byte[] block = Start(file);
        private int length;
        private int at;
        private int again = -1;

        private static byte[] Start(Stream file)
        {
            file.Position = 0;
            return new byte[Block];
        }

        public int Next() => NextOrEnd() is var next and >= 0 ? next : throw new EndOfStreamException();

        public int NextOrEnd()
        {
            if (again >= 0)
            {
                var first = again;
                again = first == 0xFF ? marker : -1;
                return first;
            }

            return at < length || Fill() ? block[at++] : -1;
        }

        private int marker;

        /// <summary>A marker that was read too far.</summary>
        public void BackBy(int read) => (again, marker) = (0xFF, read);

        public void Skip(int count)
        {
            while (count > 0)
            {
                if (at == length && !Fill()) throw new EndOfStreamException();
                var step = Math.Min(count, length - at);
                at += step;
                count -= step;
            }
        }

        public void SkipTo(byte wanted)
        {
            while (true)
            {
                if (at == length && !Fill()) throw new EndOfStreamException();
                var found = block.AsSpan(at, length - at).IndexOf(wanted);
                if (found >= 0)
                {
                    at += found + 1;
                    return;
                }

                at = length;
            }
        }

        private bool Fill()
        {
            at = 0;
            return (length = file.Read(block, 0, block.Length)) > 0;
        }
    }
}

/// <summary>The checksum of PNG and ZIP (ISO 3309).</summary>
internal static class Crc32
{
    public const uint Start = uint.MaxValue;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++) c = (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    public static uint End(uint crc) => ~crc;
}
