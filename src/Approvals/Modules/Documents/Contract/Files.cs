using System.Text.Json.Serialization;
using Approvals.Messaging;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Documents.Contract;

/// <summary>What a file can be, by its content. Stored by name.</summary>
internal enum FileKind
{
    Pdf,
    Jpeg,
    Png,
    Tiff,
    Docx,
    Xlsx,
    Pptx,

    /// <summary>版式文件 (GB/T 33190).</summary>
    Ofd,
    Dwg,
    Dxf,
}

/// <summary>A file that somebody sends: what it is said to be called, and its bytes.</summary>
internal sealed record SentFile(string Name, long Size, [property: JsonIgnore] Func<Stream> Open);

/// <summary>A file that has passed the gate and lies in the folder; it counts once a row says where it belongs.</summary>
/// <param name="Name">What it was called, made fit to be shown.</param>
/// <param name="IsScanned">An antivirus has looked at it.</param>
internal sealed record ReceivedFile(string Sha256, long Size, FileKind Kind, string Name, bool IsScanned);

/// <summary>Writes a sent file, looks at its content and has it scanned: outside any transaction. Refused where it may not come in.</summary>
internal sealed record ReceiveFile(SentFile File) : IRequest<ReceivedFile>, IInside;

/// <summary>The file belongs to a document of an application from now on; with <paramref name="Replaces"/> in place of another.</summary>
/// <param name="CaseNumber">Where it belongs to one case, such as its result; else empty.</param>
/// <param name="Replaces">The code of the file whose place it takes, or null.</param>
/// <param name="ValidUntil">The last day on which it holds, where that ends by itself.</param>
/// <param name="Source">The code of the file it was taken over from, where it was not handed in anew.</param>
internal sealed record KeepFile(
    long ProjectId, string ApplicationNumber, string CaseNumber, string Document, ReceivedFile File, string? Replaces = null, DateOnly? ValidUntil = null, string? Source = null)
    : ICommand<FileFact>, IInside;

/// <summary>Refuses what there is no place for, before the bytes come in; what is there already takes none.</summary>
/// <param name="Replaces">One of them takes the place of another.</param>
internal sealed record DemandRoom(string ApplicationNumber, string CaseNumber, string Document, IReadOnlyList<SentFile> Files, bool Replaces) : IRequest<Unit>, IInside;

/// <summary>A file no longer counts; it stays, and says so.</summary>
internal sealed record TakeFileBack(string ApplicationNumber, string Code) : ICommand<FileFact>, IInside;

/// <summary>All files of an application, by document and version, with those that no longer count.</summary>
internal sealed record FilesOf(string ApplicationNumber) : IRequest<IReadOnlyList<FileFact>>, IInside;

/// <summary>材料池: what applicants have handed in for any application of a project and still counts, by document, the latest first.</summary>
internal sealed record FilesOfProject(long ProjectId) : IRequest<IReadOnlyList<FileFact>>, IInside;

/// <summary>A file with its bytes, once they are found to be those that were handed in.</summary>
internal sealed record OpenFile(string ApplicationNumber, string Code) : IRequest<OpenedFile>, IInside;

internal sealed record OpenedFile(FileFact Fact, [property: JsonIgnore] Stream Bytes);

/// <summary>Whether what comes in is scanned, for those who upload and for a monitor.</summary>
internal sealed record AntivirusNow : IRequest<Antivirus>, IInside;

internal enum Antivirus
{
    /// <summary>None is set: what comes in is not scanned.</summary>
    None,
    Answers,

    /// <summary>The last file found it away.</summary>
    Away,
}

/// <summary>What the other modules may know of a file.</summary>
internal sealed record FileFact
{
    public string Code { get; init; } = "";
    public string ApplicationNumber { get; init; } = "";
    public string CaseNumber { get; init; } = "";
    public string Document { get; init; } = "";
    public int Version { get; init; }
    public string Name { get; init; } = "";
    public FileKind Kind { get; init; }
    public string Sha256 { get; init; } = "";
    public long SizeBytes { get; init; }
    public bool IsScanned { get; init; }
    public DateTime KeptAt { get; init; }
    public string KeptByName { get; init; } = "";

    /// <summary>It was there when the same content was handed in again: nothing new was kept.</summary>
    public bool WasThere { get; init; }

    /// <summary>Since when it no longer counts.</summary>
    public DateTime? EndedAt { get; init; }

    public string? EndedByName { get; init; }

    /// <summary>The version that took its place.</summary>
    public int? ReplacedBy { get; init; }

    /// <summary>The last day on which it holds; null where it does not end by itself.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The file of another application that it was taken over from.</summary>
    public string? SourceCode { get; init; }
}

/// <summary>What a deployment lets come in.</summary>
/// <param name="MostBytes">Of one file, and of all files of one form together.</param>
internal sealed record FileLimits(long MostBytes)
{
    /// <summary>With the words of the form around the files.</summary>
    public long MostOfRequest => MostBytes + 1024 * 1024;

    /// <summary>As a form may be that is told so itself, before it is read.</summary>
    public Refused TooLarge() => new(RefusedAs.TooLarge, [new("file.tooLarge", "files", new(
        $"一个文件最大 {MostBytes / 1048576} MB，一次上传合计也不能超过。请压缩图片、降低扫描分辨率或分成几份。",
        $"A file may have at most {MostBytes / 1048576} MB, and so may all files of one form together. Reduce pictures or the scanning resolution, or split it."))]);
}

/// <summary>Words and measures of files.</summary>
internal static class Files
{
    /// <summary>A size as people read it.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{bytes / 1024.0:0.#} KB",
        _ => $"{bytes / 1048576.0:0.#} MB",
    };

    public static string MediaType(FileKind kind) => kind switch
    {
        FileKind.Pdf => "application/pdf",
        FileKind.Jpeg => "image/jpeg",
        FileKind.Png => "image/png",
        FileKind.Tiff => "image/tiff",
        FileKind.Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileKind.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileKind.Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        FileKind.Ofd => "application/ofd",
        FileKind.Dwg => "image/vnd.dwg",
        FileKind.Dxf => "image/vnd.dxf",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The endings that a file of the kind may carry, the usual one first.</summary>
    public static IReadOnlyList<string> Endings(FileKind kind) => kind switch
    {
        FileKind.Jpeg => [".jpg", ".jpeg"],
        FileKind.Tiff => [".tif", ".tiff"],
        _ => ["." + kind.ToString().ToLowerInvariant()],
    };

    /// <summary>What may come in, for the form and for refusals.</summary>
    public static Text Allowed => new("PDF、JPG、PNG、TIFF、DOCX、XLSX、PPTX、OFD、DWG、DXF", "PDF, JPG, PNG, TIFF, DOCX, XLSX, PPTX, OFD, DWG, DXF");
}
