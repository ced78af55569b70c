using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// 复用: a document that the project has handed in for another application is taken over instead of being asked for again,
/// as long as it holds. It is a file of this application from then on, and says where it comes from.
/// </summary>
internal static class ReuseFile
{
    /// <param name="Code">The file to take over.</param>
    /// <param name="Document">The document of this application that it is handed in for.</param>
    [RecordAs("复用材料文件", "Take over a file of the project", Subject.Application, NamesFiles = true)]
    [Needs(Act.TakeIn)]
    internal sealed record Command(string Code, string Document, string Number = "") : IRequest<FileFact>, IRecorded;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/applications/{number}/documents/{document}/reuse", async (string number, string document, Command body, IMediator mediator) =>
            Results.Created($"/api/applications/{number}/files", await mediator.Send(body with { Number = number, Document = document })))
        .Needs<Command>().Produces<FileFact>(201).WithTags("OneWindow").WithSummary("Take over a file that the project has handed in for another application");

    /// <summary>What of the project may stand for a document now: not from this application, and not beyond its days.</summary>
    public static IEnumerable<FileFact> Usable(IEnumerable<FileFact> pool, string application, string document, DateOnly today) =>
        pool.Where(f => f.Document == document && f.ApplicationNumber != application && !(f.ValidUntil < today)).DistinctBy(f => f.Sha256);

    private sealed class Handler(IMediator mediator, FilesInReach reach, ZoneClock clock) : IRequestHandler<Command, FileFact>
    {
        public async Task<FileFact> Handle(Command command, CancellationToken ct)
        {
            var document = (command.Document ?? "").Trim().ToUpperInvariant();
            var application = (await reach.See(command.Number, ct)).Application;
            var file = Usable(await mediator.Send(new FilesOfProject(application.ProjectId), ct), application.Number, document, clock.Today).FirstOrDefault(f => f.Code == command.Code)
                ?? throw Refused.NotFound("file.notInPool", "code", "本项目没有这份可复用的材料，或它已过有效期，请重新上传。", "The project has no such file to take over, or it holds no more; upload it anew.");
            // Read through first: what is damaged is taken over by nobody.
            await (await mediator.Send(new OpenFile(file.ApplicationNumber, file.Code), ct)).Bytes.DisposeAsync();
            var received = new ReceivedFile(file.Sha256, file.SizeBytes, file.Kind, file.Name, file.IsScanned);
            return (await mediator.Send(new UploadFiles.Keep([received], document, application.Number, ValidUntil: file.ValidUntil, Source: file.Code), ct)).Single();
        }
    }
}
