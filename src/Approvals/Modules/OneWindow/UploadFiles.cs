using System.Globalization;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// Files for one document of the checklist, from the counter or from the project's agent, until the window has answered:
/// the first one ticks the document as handed in. Or for a document that the approval of a case still owes (补交): the window
/// says itself when that is received. What is refused at the gate is recorded as refused.
/// </summary>
internal static class UploadFiles
{
    /// <summary>What is said to hold longer is a slip of the hand.</summary>
    private const int MostYears = 100;

    /// <param name="Files">Each goes through the gate before the first of them counts.</param>
    /// <param name="Document">A code of the application's checklist.</param>
    /// <param name="Replaces">The code of the file whose place the one file takes.</param>
    /// <param name="CaseNumber">The case that owes the document; empty where it is one of the checklist.</param>
    /// <param name="ValidUntil">The last day on which what stands in it holds.</param>
    [RecordAs("上传材料文件", "Upload files of a document", Subject.Application, NamesFiles = true)]
    [Needs(Act.TakeIn)]
    internal sealed record Command(IReadOnlyList<SentFile> Files, string Document, string Number = "", string? Replaces = null, string CaseNumber = "", DateOnly? ValidUntil = null)
        : IRequest<IReadOnlyList<FileFact>>, IRecorded;

    /// <summary>The rows, once the bytes lie in the folder.</summary>
    /// <param name="Source">The file of the project that it is taken over from.</param>
    [RecordAs("登记材料文件", "Enter files of a document", Subject.Application, NamesFiles = true)]
    [Needs(Act.TakeIn)]
    internal sealed record Keep(
        IReadOnlyList<ReceivedFile> Files, string Document, string Number = "", string? Replaces = null, string CaseNumber = "", DateOnly? ValidUntil = null, string? Source = null)
        : ICommand<IReadOnlyList<FileFact>>;

    public static void Map(RouteGroupBuilder api, FileLimits limits)
    {
        api.MapPost("/applications/{number}/documents/{document}/files", async (string number, string document, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        {
            var form = await Read(request, ct);
            return Results.Created($"/api/applications/{number}/files", await mediator.Send(new Command(form.Files, document, number, form.Replaces, ValidUntil: form.ValidUntil), ct));
        })
        .Needs<Command>().TakesFiles(limits).Produces<IReadOnlyList<FileFact>>(201).WithTags("OneWindow").WithSummary("Upload files of a document");
        api.MapPost("/cases/{number}/owed-documents/{document}/files", async (string number, string document, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        {
            var form = await Read(request, ct);
            var application = CasePapers.ApplicationOf(number);
            return Results.Created($"/api/applications/{application}/files", await mediator.Send(new Command(form.Files, document, application, form.Replaces, number, form.ValidUntil), ct));
        })
        .Needs<Command>().TakesFiles(limits).Produces<IReadOnlyList<FileFact>>(201).WithTags("OneWindow").WithSummary("Upload files of a document that an approval still owes");
    }

    public static IReadOnlyList<SentFile> Sent(IEnumerable<IFormFile> files) => [.. files.Select(f => new SentFile(f.FileName, f.Length, f.OpenReadStream))];

    /// <summary>What was chosen in the form; refused where that is nothing, or several in place of one.</summary>
    public static IReadOnlyList<SentFile> Chosen(IReadOnlyList<SentFile>? files, string? replaces)
    {
        var sent = (files ?? []).Where(f => f is not null).ToList();
        new Check()
            .That(sent.Count > 0, "file.none", "files", "请选择要上传的文件。", "Choose the files to upload.")
            .That(replaces is null || sent.Count <= 1, "file.replacesOne", "files", "替换时只能选一个文件。", "Choose one file to take the place of another.").Done();
        return sent;
    }

    /// <summary>Each through the gate, before the first of them counts.</summary>
    public static async Task<IReadOnlyList<ReceivedFile>> Receive(IMediator mediator, IReadOnlyList<SentFile> sent, CancellationToken ct)
    {
        var received = new List<ReceivedFile>();
        foreach (var file in sent) received.Add(await mediator.Send(new ReceiveFile(file), ct));
        return received;
    }

    /// <summary>What the record says of them.</summary>
    public static string Told(IEnumerable<FileFact> kept) => string.Join("；", kept.Where(f => !f.WasThere).Select(f => $"v{f.Version} {f.Name} SHA-256 {f.Sha256}"));

    /// <remarks>
    /// Larger than what fits in a few pages of memory, a form lies on the disk while it is read. What it takes is told to
    /// the document alone: told to the routing, a wrong type would be answered before the token is looked at.
    /// </remarks>
    public static RouteHandlerBuilder TakesFiles(this RouteHandlerBuilder endpoint, FileLimits limits) => endpoint
        .WithMetadata(new RequestSizeLimitAttribute(limits.MostOfRequest))
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["multipart/form-data"] = new()
                    {
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Required = new HashSet<string> { "files" },
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = file, Description = $"{Files.Allowed.En}; at most {limits.MostBytes / 1048576} MB together" },
                                ["replaces"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The code of the file whose place the one file takes" },
                                ["validUntil"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date", Description = "The last day on which what stands in it holds, where that ends by itself" },
                            },
                        },
                    },
                },
            };
            return Task.CompletedTask;
        });

    /// <summary>What a program sends.</summary>
    internal sealed record Form(IReadOnlyList<SentFile> Files, string? Replaces, DateOnly? ValidUntil);

    public static async Task<Form> Read(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasFormContentType) throw Refused.Invalid("file.notMultipart", "files", "请以 multipart/form-data 发送文件，字段名 files。", "Send the files as multipart/form-data, in fields named files.");
        try
        {
            var limits = request.HttpContext.RequestServices.GetRequiredService<FileLimits>();
            var form = await new FormFeature(request, new FormOptions { MultipartBodyLengthLimit = limits.MostOfRequest }).ReadFormAsync(ct);
            string? Field(string name) => form[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
            DateOnly? until = Field("validUntil") is not { } given ? null
                : DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
                : throw Refused.Invalid("field.date", "validUntil", $"「{given}」不是日期，请写作 2026-03-02。", $"“{given}” is not a date; write 2026-03-02.");
            return new(Sent(form.Files), Field("replaces"), until);
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException && error.Message.StartsWith("Unexpected end of Stream", StringComparison.OrdinalIgnoreCase)))
        {
            // Not every IOException: the disk on which the form lies may be full, and whoever sends may be gone.
            throw new BadHttpRequestException("The form cannot be read.", error);
        }
    }

    private sealed class Handler(Db db, IMediator mediator, FilesInReach reach, Materials materials, CasePapers papers, Answering answering, Actor actor, ZoneClock clock, Trail trail)
        : IRequestHandler<Command, IReadOnlyList<FileFact>>, IRequestHandler<Keep, IReadOnlyList<FileFact>>
    {
        private const string Tick = """
            UPDATE onewindow_material
               SET is_given = 1, given_at = @at
             WHERE application_id = @Id AND document = @document AND is_given = 0
            """;

        private const string TickedByFile = "INSERT INTO onewindow_ticked_by_file (application_id, document) VALUES (@Id, @document)";

        public async Task<IReadOnlyList<FileFact>> Handle(Command command, CancellationToken ct)
        {
            var (number, document, @case) = (Code(command.Number), Code(command.Document), Code(command.CaseNumber));
            var sent = Chosen(command.Files, command.Replaces);
            new Check().That(!(command.ValidUntil < clock.Today), "file.expired", "validUntil", "有效期已过，请提交有效的材料。", "It holds no more; hand in one that does.")
                .That(!(command.ValidUntil > clock.Today.AddYears(MostYears)), "file.validTooLong", "validUntil", $"有效期至多 {MostYears} 年（{Words.Day(clock.Today.AddYears(MostYears))}），请核对；长期有效的不填。", $"It holds for {MostYears} years at most, until {Words.Day(clock.Today.AddYears(MostYears))}: check it, and leave it empty where it never ends.")
                .Done();
            await Open(number, document, @case, ct);
            await mediator.Send(new DemandRoom(number, @case, document, sent, command.Replaces is not null), ct);
            return await mediator.Send(new Keep(await Receive(mediator, sent, ct), document, number, command.Replaces, @case, command.ValidUntil), ct);
        }

        public async Task<IReadOnlyList<FileFact>> Handle(Keep command, CancellationToken ct)
        {
            var (number, document, @case) = (Code(command.Number), Code(command.Document), Code(command.CaseNumber));
            var application = await Open(number, document, @case, ct);
            if (@case.Length == 0) await reach.HoldOpen(application, document, ct);
            var kept = new List<FileFact>();
            foreach (var file in command.Files ?? [])
                kept.Add(await mediator.Send(new KeepFile(application.ProjectId, number, @case, document, file, command.Replaces, command.ValidUntil, command.Source), ct));
            if (@case.Length == 0 && await db.Execute(Tick, new { application.Id, document, at = clock.Now }, ct) > 0) await db.TryInsert(TickedByFile, new { application.Id, document }, ct);
            trail.Changed(new($"{document} 文件", $"Files of {document}"), null, Told(kept));
            return kept;
        }

        /// <summary>The application, where a file of the document may come in now from whoever acts.</summary>
        private async Task<FilesInReach.Row> Open(string number, string document, string @case, CancellationToken ct)
        {
            var seen = await reach.See(number, ct);
            if (!seen.IsAgents && !seen.IsWindows && !actor.IsSystem)
                throw Refused.Forbidden("file.notYourProject", "代办员只能上传自己项目的材料。", "An agent uploads files of their own projects.");
            if (@case.Length > 0)
            {
                await papers.Demand(seen, @case, document, isOwed: true, ct);
                return seen.Application;
            }

            var line = (await materials.Of(seen.Application.Id, ct)).FirstOrDefault(l => l.Document == document);
            if (line is null)
            {
                var check = new Check();
                Materials.NotListed(check, document, "document");
                check.Done();
            }

            var stillOwed = seen.Application.DeemedOn is not null && line!.IsMissing;
            return seen.Application.IsOpen || (stillOwed && seen.Application.State == nameof(ApplicationState.Accepted)) ? seen.Application : throw await answering.Lost(number, ct);
        }

        private static string Code(string? code) => (code ?? "").Trim().ToUpperInvariant();
    }
}
