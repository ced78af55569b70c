using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>
/// A department files its own paper of a case: the result, or the written notice of a pause or an extension. Until the
/// result is handed out and the case has ended it is exchanged for a better one; what it was before stays.
/// </summary>
internal static class UploadPaper
{
    /// <param name="Paper">RESULT, PAUSE-1, EXTENSION-1 …</param>
    /// <param name="Number">The case.</param>
    /// <param name="Replaces">The code of the file whose place the one file takes.</param>
    [RecordAs("上传办理件文书", "Upload a paper of a case", Subject.Case, NamesFiles = true)]
    [Needs(Act.HandleCase)]
    internal sealed record Command(IReadOnlyList<SentFile> Files, string Paper, string Number = "", string? Replaces = null) : IRequest<IReadOnlyList<FileFact>>, IRecorded;

    /// <summary>The rows, once the bytes lie in the folder.</summary>
    [RecordAs("登记办理件文书", "Enter a paper of a case", Subject.Case, NamesFiles = true)]
    [Needs(Act.HandleCase)]
    internal sealed record Keep(IReadOnlyList<ReceivedFile> Files, string Paper, string Number = "", string? Replaces = null) : ICommand<IReadOnlyList<FileFact>>;

    public static void Map(RouteGroupBuilder api, FileLimits limits) => api
        .MapPost("/cases/{number}/papers/{paper}/files", async (string number, string paper, HttpRequest request, IMediator mediator, CancellationToken ct) =>
        {
            var form = await UploadFiles.Read(request, ct);
            return Results.Created($"/api/applications/{CasePapers.ApplicationOf(number)}/files", await mediator.Send(new Command(form.Files, paper, number, form.Replaces), ct));
        })
        .Needs<Command>().TakesFiles(limits).Produces<IReadOnlyList<FileFact>>(201).WithTags("OneWindow").WithSummary("Upload a department's paper of a case: its result, or the notice of a pause or an extension");

    private sealed class Handler(IMediator mediator, FilesInReach reach, CasePapers papers, Actor actor, Trail trail)
        : IRequestHandler<Command, IReadOnlyList<FileFact>>, IRequestHandler<Keep, IReadOnlyList<FileFact>>
    {
        public async Task<IReadOnlyList<FileFact>> Handle(Command command, CancellationToken ct)
        {
            var (number, paper) = (Code(command.Number), Code(command.Paper));
            var sent = UploadFiles.Chosen(command.Files, command.Replaces);
            await Open(number, paper, ct);
            await mediator.Send(new DemandRoom(CasePapers.ApplicationOf(number), number, paper, sent, command.Replaces is not null), ct);
            return await mediator.Send(new Keep(await UploadFiles.Receive(mediator, sent, ct), paper, number, command.Replaces), ct);
        }

        public async Task<IReadOnlyList<FileFact>> Handle(Keep command, CancellationToken ct)
        {
            var (number, paper) = (Code(command.Number), Code(command.Paper));
            var @case = await Open(number, paper, ct);
            var kept = new List<FileFact>();
            foreach (var file in command.Files ?? []) kept.Add(await mediator.Send(new KeepFile(@case.ProjectId, @case.ApplicationNumber, number, paper, file, command.Replaces), ct));
            trail.Changed(new($"{paper} 文件", $"Files of {paper}"), null, UploadFiles.Told(kept));
            return kept;
        }

        /// <summary>The case, where its department may file the paper now.</summary>
        private async Task<CaseFact> Open(string number, string paper, CancellationToken ct)
        {
            var application = CasePapers.ApplicationOf(number);
            if ((await mediator.Send(new CasesOfApplication(application), ct)).FirstOrDefault(c => c.Number == number) is { } @case && !actor.May(Act.HandleCase, new Place(@case.Department)))
                throw Refused.Forbidden("case.otherDepartment", $"{number} 不由本部门办理，文书由承办部门上传。", $"{number} is in the hands of another department, which uploads its papers.");
            return await papers.Demand(await reach.See(application, ct), number, paper, isOwed: false, ct);
        }

        private static string Code(string? code) => (code ?? "").Trim().ToUpperInvariant();
    }
}
