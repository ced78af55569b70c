using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Land;

/// <summary>The parcels by their number, with the state and the next step of each.</summary>
internal static class ListParcels
{
    public const int PageSize = 50;

    /// <param name="After">The number after which the page begins; empty for the first page.</param>
    /// <param name="Open">Only those without their title.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string? After = null, bool Open = false) : IRequest<Result>;

    /// <param name="Next">The <c>after</c> of the next page, or null at the end.</param>
    internal sealed record Result(IReadOnlyList<Row> Parcels, string? Next);

    internal sealed record Row(
        string Number, string ProjectCode, string ProjectName, string Enterprise, decimal AreaM2, string AreaMu,
        DateOnly? SignedOn, DateOnly? HandoverBy, DateOnly? HandedOverOn, DateOnly? TitledOn, int Missing, NextAct Next);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/land/parcels", (string? after, bool? open, IMediator mediator, CancellationToken ct) => mediator.Send(new Query(after, open ?? false), ct))
        .Needs<Query>().WithTags("Land").WithSummary("The parcels, a page at a time");

    private sealed class Handler(Db db, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string Projects = """
            SELECT id, code, name, enterprise
              FROM projects_public_project
             WHERE id IN @ids
            """;

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var found = actor.SeesAll
                ? await db.ParcelsAfter(PageSize + 1, query.After ?? "", query.Open, ct)
                : await db.OwnParcelsAfter(PageSize + 1, query.After ?? "", query.Open, actor, ct);
            var parcels = found.Take(PageSize).ToList();
            var projects = (await db.Query<Project>(Projects, new { ids = parcels.Select(p => p.ProjectId).Distinct().ToArray() }, ct)).ToDictionary(p => p.Id);
            return new(
                [
                    .. from parcel in parcels
                       let project = projects[parcel.ProjectId]
                       select new Row(
                           parcel.Number, project.Code, project.Name, project.Enterprise, (decimal)parcel.AreaDm2 / 100, Measures.Mu(parcel.AreaDm2),
                           parcel.SignedOn, parcel.HandoverBy, parcel.HandedOverOn, parcel.TitledOn, Handover.Missing(parcel).Count, Handover.Next(parcel)),
                ],
                found.Count > PageSize ? parcels[^1].Number : null);
        }

        private sealed record Project
        {
            public long Id { get; init; }
            public string Code { get; init; } = "";
            public string Name { get; init; } = "";
            public string Enterprise { get; init; } = "";
        }
    }
}
