using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>One item in all its versions, and the processes that use each.</summary>
internal static class ShowItem
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    /// <param name="Current">The version in effect today, or the newest where none is.</param>
    /// <param name="Versions">Newest first.</param>
    /// <param name="Uses">The processes that froze a version of it.</param>
    internal sealed record Result(Item Current, bool IsInForce, Text Department, IReadOnlyList<Item> Versions, IReadOnlyList<Use> Uses);

    internal sealed record Use(string Process, int Version, Text Name, int ItemVersion, int Stage, IReadOnlyList<string> Needs, IReadOnlyList<string> NeededBy, IReadOnlyList<string> MergedFrom);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/catalogue/items/{code}", async (string code, IMediator mediator) =>
        {
            var result = await mediator.Send(new Query(code));
            return new
            {
                result.Current.Code,
                currentVersion = result.Current.Version,
                result.IsInForce,
                department = new { code = result.Current.Department, name = result.Department },
                versions = result.Versions.Select(v => new
                {
                    v.Version,
                    v.Name,
                    v.Department,
                    v.Kind,
                    v.Statutory,
                    v.StatutoryNote,
                    v.Promised,
                    v.Result,
                    v.CertificatePrefix,
                    v.UsualNeeds,
                    v.Note,
                    v.DeemedConsent,
                    v.WarningDays,
                    v.EffectiveFrom,
                    v.EffectiveTo,
                    v.Documents,
                }),
                result.Uses,
            };
        })
        .Needs<Query>().WithTags("Catalogue").WithSummary("An item: documents, limits, versions, and the processes that use it");

    private sealed class Handler(CatalogueInForce catalogue, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct)
        {
            var now = catalogue.Current;
            var code = query.Code.Trim().ToUpperInvariant();
            var versions = now.Items.Where(i => i.Code == code).OrderByDescending(i => i.Version).ToList();
            if (versions.Count == 0)
                throw Refused.NotFound("catalogue.unknownItem", "code", $"目录中没有事项「{query.Code}」。", $"The catalogue has no item “{query.Code}”.");
            var current = now.ItemInForce(code, clock.Today);
            var uses = from process in now.Processes
                       from entry in process.Items
                       where entry.Item.Code == code
                       select new Use(
                           process.Code, process.Version, process.Name, entry.Item.Version, entry.Stage, entry.Needs,
                           [.. process.Items.Where(i => i.Needs.Contains(code)).Select(i => i.Item.Code)], entry.MergedFrom);
            var shown = current ?? versions[0];
            return Task.FromResult(new Result(shown, current is not null, now.Department(shown.Department)?.Name ?? new(shown.Department, shown.Department), versions, [.. uses]));
        }
    }
}
