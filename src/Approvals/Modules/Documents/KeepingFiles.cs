using System.Security.Cryptography;
using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Documents;

/// <summary>What belongs where: a row for each file. None is ever deleted; what no longer counts says since when, and what took its place.</summary>
internal sealed class KeepingFiles(Db db, Ids ids, DocumentSettings settings, ZoneClock clock, Actor actor)
    : IRequestHandler<KeepFile, FileFact>, IRequestHandler<DemandRoom, Unit>, IRequestHandler<TakeFileBack, FileFact>, IRequestHandler<FilesOf, IReadOnlyList<FileFact>>,
      IRequestHandler<FilesOfProject, IReadOnlyList<FileFact>>
{
    private const string Insert = """
        INSERT INTO documents_file
               (id, code, project_id, application_number, case_number, document, version, name, kind, sha256, size_bytes, is_scanned, kept_at, kept_by, kept_by_name,
                valid_until, source_code)
        VALUES (@Id, @Code, @ProjectId, @ApplicationNumber, @CaseNumber, @Document, @Version, @Name, @Kind, @Sha256, @Size, @IsScanned, @KeptAt, @KeptBy, @KeptByName,
                @ValidUntil, @SourceCode)
        """;

    // Of two who replace or take back one file, the second touches no row.
    private const string End = """
        UPDATE documents_file
           SET ended_at = @now, ended_by_name = @by, replaced_by = @replacedBy
         WHERE application_number = @applicationNumber AND code = @code AND ended_at IS NULL
        """;

    private const string All = """
        SELECT code, application_number, case_number, document, version, name, kind, sha256, size_bytes, is_scanned, kept_at, kept_by_name, ended_at, ended_by_name,
               replaced_by, valid_until, source_code
          FROM documents_file
         WHERE application_number = @applicationNumber
         ORDER BY case_number, document, version
        """;

    private const string OfProject = """
        SELECT code, application_number, case_number, document, version, name, kind, sha256, size_bytes, is_scanned, kept_at, kept_by_name, valid_until, source_code
          FROM documents_file
         WHERE project_id = @ProjectId AND case_number = '' AND ended_at IS NULL
         ORDER BY document, id DESC
        """;

    private const string HandedIn = "SELECT COALESCE(SUM(size_bytes), 0) FROM documents_file WHERE kept_by = @UserId AND kept_at >= @since AND source_code IS NULL";

    // What is held stays the whole answer: two uploads at once cannot both take the last place.
    private const string Hold = "SELECT COUNT(*) FROM documents_file WHERE application_number = @applicationNumber";

    public async Task<FileFact> Handle(KeepFile command, CancellationToken ct)
    {
        var file = command.File;
        var there = await HoldAll(command.ApplicationNumber, ct);
        var ofDocument = there.Where(f => f.CaseNumber == command.CaseNumber && f.Document == command.Document).ToList();
        var replaced = command.Replaces is { } code ? ofDocument.Find(f => f.Code == code && f.EndedAt is null) ?? throw Gone() : null;
        // The same content again is what is there already: a form sent twice.
        if (ofDocument.Find(f => f.Sha256 == file.Sha256 && f.EndedAt is null) is { } same) return same with { WasThere = true };
        await Room(there, ofDocument, 1, there.Exists(f => f.Sha256 == file.Sha256) ? 0 : file.Size, replaced is not null, command.Source is null, ct);
        var fact = new FileFact
        {
            Code = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ApplicationNumber = command.ApplicationNumber,
            CaseNumber = command.CaseNumber,
            Document = command.Document,
            Version = ofDocument.Select(f => f.Version).DefaultIfEmpty().Max() + 1,
            Name = file.Name,
            Kind = file.Kind,
            Sha256 = file.Sha256,
            SizeBytes = file.Size,
            IsScanned = file.IsScanned,
            KeptAt = clock.Now,
            KeptByName = actor.Name,
            ValidUntil = command.ValidUntil,
            SourceCode = command.Source,
        };
        if (replaced is not null) await Finish(command.ApplicationNumber, replaced.Code, fact.Version, ct);
        await db.Execute(Insert, new
        {
            Id = await ids.Next(),
            fact.Code,
            command.ProjectId,
            fact.ApplicationNumber,
            fact.CaseNumber,
            fact.Document,
            fact.Version,
            fact.Name,
            Kind = fact.Kind.ToString(),
            fact.Sha256,
            file.Size,
            fact.IsScanned,
            fact.KeptAt,
            KeptBy = actor.UserId,
            fact.KeptByName,
            fact.ValidUntil,
            fact.SourceCode,
        }, ct);
        return fact;
    }

    public async Task<Unit> Handle(DemandRoom room, CancellationToken ct)
    {
        if (room.Files.Sum(f => f.Size) > settings.MostBytes) throw new FileLimits(settings.MostBytes).TooLarge();
        var there = await db.Query<FileFact>(All, new { applicationNumber = room.ApplicationNumber }, ct);
        var ofDocument = there.Where(f => f.CaseNumber == room.CaseNumber && f.Document == room.Document).ToList();
        var (sent, files, bytes) = (new HashSet<string>(), 0, 0L);
        foreach (var file in room.Files)
        {
            // Read through only where something of its length is there, or comes with it.
            var sha256 = there.Any(f => f.SizeBytes == file.Size) || room.Files.Count(f => f.Size == file.Size) > 1 ? await Sha256(file, ct) : null;
            if (sha256 is not null && (!sent.Add(sha256) || ofDocument.Exists(f => f.Sha256 == sha256 && f.EndedAt is null))) continue;
            files++;
            if (sha256 is null || there.All(f => f.Sha256 != sha256)) bytes += file.Size;
        }

        if (files > 0) await Room(there, ofDocument, files, bytes, room.Replaces, true, ct);
        return Unit.Value;
    }

    private static async Task<string> Sha256(SentFile file, CancellationToken ct)
    {
        await using var bytes = file.Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, ct));
    }

    /// <remarks>What no longer counts lies in the folder like the rest; what lies there once for several of them takes its place once.</remarks>
    private async Task Room(IReadOnlyList<FileFact> there, List<FileFact> ofDocument, int files, long bytes, bool replaces, bool isHandedIn, CancellationToken ct)
    {
        var counting = ofDocument.Count(f => f.EndedAt is null) - (replaces ? 1 : 0);
        if (counting + files > settings.MostFiles)
            throw Refused.Invalid("file.tooMany", "files", $"每份材料最多 {settings.MostFiles} 个文件，请合并后上传或先替换旧文件。", $"A document may have at most {settings.MostFiles} files; merge them, or replace an old one.");
        if (there.DistinctBy(f => f.Sha256).Sum(f => f.SizeBytes) + bytes > settings.MostPerApplication)
        {
            var most = settings.MostPerApplication / DocumentSettings.Mega;
            throw Refused.Invalid("file.applicationFull", "files", $"一件申请的文件合计最多 {most} MB（被替换和撤回的仍留存，也计入），请压缩后上传。", $"The files of an application may have at most {most} MB together, with those replaced and taken back, which are kept; reduce them.");
        }

        if (!isHandedIn || actor.IsSystem) return;
        var since = clock.Utc(clock.Today.ToDateTime(TimeOnly.MinValue));
        if (await db.Find<long?>(HandedIn, new { actor.UserId, since }, ct) + bytes > settings.MostPerDay)
        {
            var most = settings.MostPerDay / DocumentSettings.Mega;
            throw Refused.Invalid("file.dayFull", "files", $"一个账号一天最多上传 {most} MB，请明天再传，或请系统管理员调整。", $"An account may hand in at most {most} MB a day; go on tomorrow, or ask the system administrator.");
        }
    }

    public async Task<FileFact> Handle(TakeFileBack command, CancellationToken ct)
    {
        var file = (await HoldAll(command.ApplicationNumber, ct)).FirstOrDefault(f => f.Code == command.Code && f.EndedAt is null) ?? throw Gone();
        await Finish(command.ApplicationNumber, file.Code, null, ct);
        return file;
    }

    public Task<IReadOnlyList<FileFact>> Handle(FilesOf query, CancellationToken ct) => db.Query<FileFact>(All, new { applicationNumber = query.ApplicationNumber }, ct);

    public Task<IReadOnlyList<FileFact>> Handle(FilesOfProject query, CancellationToken ct) => db.Query<FileFact>(OfProject, query, ct);

    private async Task<List<FileFact>> HoldAll(string applicationNumber, CancellationToken ct)
    {
        await db.FindHeld<int>(Hold, new { applicationNumber }, ct);
        return [.. await db.Query<FileFact>(All, new { applicationNumber }, ct)];
    }

    private async Task Finish(string applicationNumber, string code, int? replacedBy, CancellationToken ct)
    {
        if (await db.Execute(End, new { applicationNumber, code, replacedBy, now = clock.Now, by = actor.Name }, ct) == 0) throw Gone();
    }

    private static Refused Gone() => Refused.Conflict("file.gone", "该文件已被替换或撤回，请刷新页面。", "The file has been replaced or taken back; reload the page.");
}
