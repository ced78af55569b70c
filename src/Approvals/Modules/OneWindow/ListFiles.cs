using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
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
    /// <param name="Cases">What belongs to one case: documents that it owes, its result, its notices.</param>
    internal sealed record Result(string Number, ApplicationState State, bool IsOpen, bool MayUpload, Antivirus Antivirus, IReadOnlyList<Line> Documents, IReadOnlyList<OfCase> Cases);

    /// <param name="IsOwn">Whoever asks is of the department that files its papers.</param>
    internal sealed record OfCase(string Number, string ItemCode, Text ItemName, bool IsOwn, IReadOnlyList<CasePapers.Paper> Papers);

    /// <param name="Takes">A file may come in now.</param>
    /// <param name="Files">By version, with those that no longer count.</param>
    /// <param name="Pool">What the project has handed in for another application and could be taken over: looked at first where a document is missing.</param>
    internal sealed record Line(
        string Document, Text Name, string WantedBy, string? ComesFrom, DateTime? GivenAt, bool IsMissing, bool Takes, IReadOnlyList<FileFact> Files, IReadOnlyList<FileFact> Pool);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/applications/{number}/files", (string number, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(number), ct))
        .Needs<Query>().WithTags("OneWindow").WithSummary("The files of an application by document");

    private sealed class Handler(IMediator mediator, FilesInReach reach, Materials materials, CasePapers papers, CatalogueInForce catalogue, ZoneClock clock, Actor actor)
        : IRequestHandler<Query, Result>, IRequestHandler<IfInReach, Result?>
    {
        public async Task<Result> Handle(Query query, CancellationToken ct) => await Show(await reach.See(query.Number, ct), ct);

        public async Task<Result?> Handle(IfInReach query, CancellationToken ct) => await reach.Look(query.Number, ct) is { } seen ? await Show(seen, ct) : null;

        private async Task<Result> Show(FilesInReach.Seen seen, CancellationToken ct)
        {
            var application = seen.Application;
            var all = await mediator.Send(new FilesOf(application.Number), ct);
            var files = all.Where(f => f.CaseNumber.Length == 0).ToLookup(f => f.Document);
            var mayUpload = actor.May(Act.TakeIn) && (seen.IsAgents || seen.IsWindows);
            var lines = await materials.Of(application.Id, ct);
            bool Takes(Materials.Line m) => mayUpload && (application.IsOpen || (m.IsMissing && application.DeemedOn is not null && application.State == nameof(ApplicationState.Accepted)));
            IReadOnlyList<FileFact> pool = lines.Any(m => m.IsMissing && Takes(m)) ? await mediator.Send(new FilesOfProject(application.ProjectId), ct) : [];
            return new(
                application.Number, Enum.Parse<ApplicationState>(application.State), application.IsOpen, mayUpload, await mediator.Send(new AntivirusNow(), ct),
                [.. lines.Select(m => new Line(m.Document, m.Name, m.WantedBy, m.ComesFrom, m.GivenAt, m.IsMissing, Takes(m), [.. files[m.Document]],
                    m.IsMissing && Takes(m) ? [.. ReuseFile.Usable(pool, application.Number, m.Document, clock.Today)] : []))],
                [.. (await papers.Of(seen, all, ct)).Select(c => new OfCase(c.Case.Number, c.Case.ItemCode, catalogue.Current.Item(c.Case.ItemId)!.Name,
                    actor.May(Act.HandleCase, new Place(c.Case.Department)), c.Papers))]);
        }
    }
}
