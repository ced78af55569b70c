using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.OneWindow;

/// <summary>The documents of an application with their files, and what may be done with them by whoever asks.</summary>
internal static class ListFiles
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Number) : IRequest<Result>;

    /// <summary>For the page of the application: null where its files are none of the reader's.</summary>
    internal sealed record IfInReach(string Number) : IRequest<Result?>, IInside;

    /// <param name="IsOpen">The window has not answered: files come in and are exchanged.</param>
    /// <param name="MayUpload">Whoever asks is of its window, or acts for the project.</param>
    internal sealed record Result(string Number, ApplicationState State, bool IsOpen, bool MayUpload, Antivirus Antivirus, IReadOnlyList<Line> Documents);

    /// <param name="Takes">A file may come in now.</param>
    /// <param name="Files">By version, with those that no longer count.</param>
    internal sealed record Line(string Document, Text Name, string WantedBy, string? ComesFrom, DateTime? GivenAt, bool IsMissing, bool Takes, IReadOnlyList<FileFact> Files);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications/{number}/files", (string number, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(number), ct))
        .Needs<Query>().WithTags("OneWindow").WithSummary("The files of an application by document");

    private sealed class Handler(IMediator mediator, FilesInReach reach, Materials materials, Actor actor) : IRequestHandler<Query, Result>, IRequestHandler<IfInReach, Result?>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct) => await Show(await reach.See(query.Number, ct), ct);

        public async Task<Result?> Handle(IfInReach query, CancellationToken ct) => await reach.Look(query.Number, ct) is { } seen ? await Show(seen, ct) : null;

        private async Task<Result> Show(FilesInReach.Seen seen, CancellationToken ct)
        {
            var application = seen.Application;
            var files = (await mediator.Send(new FilesOf(application.Number), ct)).Where(f => f.CaseNumber.Length == 0).ToLookup(f => f.Document);
            var mayUpload = actor.May(Act.TakeIn) && (seen.IsProjects || seen.IsWindows);
            return new(
                application.Number, Enum.Parse<ApplicationState>(application.State), application.IsOpen, mayUpload, await mediator.Send(new AntivirusNow(), ct),
                [.. (await materials.Of(application.Id, ct)).Select(m => new Line(m.Document, m.Name, m.WantedBy, m.ComesFrom, m.GivenAt, m.IsMissing,
                    mayUpload && (application.IsOpen || (m.IsMissing && application.DeemedOn is not null && application.State == nameof(ApplicationState.Accepted))), [.. files[m.Document]]))]);
        }
    }
}
