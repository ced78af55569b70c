using System.Buffers;
using System.Security.Cryptography;
using Approvals.Database;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;

namespace Approvals.Modules.Documents;

/// <summary>
/// The folder of files: each content once, under its SHA-256. A file is written beside it while it is counted and hashed,
/// and takes its place in one step once it is whole and on the disk. No name that somebody sent is ever part of a path.
/// </summary>
internal sealed class FileStore(DocumentSettings settings, ZoneClock clock)
{
    /// <summary>As long as a file may lie without a row: no request lasts as long.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private const int Block = 80 * 1024;

    private string Incoming => Path.Combine(settings.Folder, "incoming");

    private string Leaving => Path.Combine(settings.Folder, "leaving");

    /// <summary>A file on its way in; what is not placed is gone when it is disposed of.</summary>
    internal sealed class Arrival(string path, string sha256, long size) : IDisposable
    {
        public string Path => path;

        public string Sha256 => sha256;

        public long Size => size;

        public FileStream Read() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, Block);

        public void Dispose()
        {
            if (File.Exists(path)) File.Delete(path);
        }
    }

    /// <exception cref="Refused">Longer than a file may be.</exception>
    public async Task<Arrival> Write(Stream source, CancellationToken ct)
    {
        DataFolder.Make(Incoming);
        var path = Path.Combine(Incoming, Guid.NewGuid().ToString("n"));
        var block = ArrayPool<byte>.Shared.Rent(Block);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (size, whole) = (0L, false);
        try
        {
            await using (var file = new FileStream(path, Create()))
            {
                int read;
                while ((read = await source.ReadAsync(block.AsMemory(0, Block), ct)) > 0)
                {
                    if ((size += read) > settings.MostBytes) throw new FileLimits(settings.MostBytes).TooLarge();
                    hash.AppendData(block, 0, read);
                    await file.WriteAsync(block.AsMemory(0, read), ct);
                }

                file.Flush(flushToDisk: true);
            }

            whole = true;
            return new(path, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
            if (!whole && File.Exists(path)) File.Delete(path);
        }
    }

    /// <summary>
    /// Puts the arrival in its place. Where the content is there already it is put there anew: its age begins again, which
    /// keeps the sweep from taking it away before the row is written, and what had been tampered with is whole again.
    /// </summary>
    public void Place(Arrival arrival)
    {
        var place = PathOf(arrival.Sha256);
        DataFolder.Make(Path.GetDirectoryName(place)!);
        File.SetLastWriteTimeUtc(arrival.Path, clock.Now);
        try
        {
            File.Move(arrival.Path, place, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && File.Exists(place))
        {
            // Somebody reads it, on a system that lets nobody move a file onto one that is read.
            File.SetLastWriteTimeUtc(place, clock.Now);
        }
    }

    /// <summary>The bytes, once read through and found to be those of the hash; null where they are gone or others.</summary>
    public async Task<FileStream?> Open(string sha256, CancellationToken ct)
    {
        FileStream file;
        try
        {
            file = new(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Block, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        file.Position = 0;
        if (found == sha256) return file;
        await file.DisposeAsync();
        return null;
    }

    /// <summary>The contents that have lain here longer than the grace, and what a sweep that was cut short left aside.</summary>
    public IEnumerable<string> Old()
    {
        if (!Directory.Exists(settings.Folder)) yield break;
        foreach (var left in Files(Leaving)) yield return Path.GetFileName(left);
        foreach (var folder in Directory.EnumerateDirectories(settings.Folder, "??"))
        {
            foreach (var file in Files(folder))
                if (IsOld(file) && Path.GetFileName(folder) + Path.GetFileName(file) is { Length: 64 } sha256) yield return sha256;
        }
    }

    /// <summary>
    /// Takes a content away that no row speaks of. It is first moved aside and then looked at again: whoever uploads the
    /// same content meanwhile has put it in its place anew, before the move or after it.
    /// </summary>
    /// <param name="isKept">Whether a row speaks of it.</param>
    /// <returns>True where it is gone.</returns>
    public async Task<bool> TakeAway(string sha256, Func<Task<bool>> isKept)
    {
        var (place, aside) = (PathOf(sha256), Path.Combine(Leaving, sha256));
        DataFolder.Make(Leaving);
        if (!File.Exists(aside))
        {
            if (!File.Exists(place) || await isKept()) return false;
            File.Move(place, aside);
        }

        if (IsOld(aside) && !await isKept())
        {
            File.Delete(aside);
            return true;
        }

        if (File.Exists(place)) File.Delete(aside);
        else File.Move(aside, place);
        return false;
    }

    /// <summary>What a broken connection or a killed process left of files on their way in.</summary>
    public int DropBroken()
    {
        var broken = Files(Incoming).Where(f => clock.Now - File.GetLastWriteTimeUtc(f) > Grace).ToList();
        foreach (var file in broken) File.Delete(file);
        return broken.Count;
    }

    public string PathOf(string sha256) => Path.Combine(settings.Folder, sha256[..2], sha256[2..]);

    private bool IsOld(string file) => clock.Now - File.GetLastWriteTimeUtc(file) > Grace;

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder) : [];

    private static FileStreamOptions Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
