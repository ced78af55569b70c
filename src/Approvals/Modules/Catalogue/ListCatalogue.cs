using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>What the catalogue holds on a day: the processes, and the items by department.</summary>
internal static class ListCatalogue
{
    /// <param name="On">The day; today unless said otherwise.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(DateOnly? On = null) : IRequest<Result>;

    internal sealed record Result(DateOnly On, CatalogueSnapshot Catalogue, IReadOnlyList<ProcessRow> Processes, IReadOnlyList<Group> Departments);

    internal sealed record ProcessRow(Process Process, int WorkingDays, bool IsInForce);

    /// <param name="Items">The newest version of each item that is in effect on the day, or takes effect later.</param>
    internal sealed record Group(Department Department, IReadOnlyList<ItemRow> Items);

    /// <param name="Processes">The codes of the processes in force that use the item.</param>
    internal sealed record ItemRow(Item Item, int Versions, IReadOnlyList<string> Processes);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/catalogue", async (DateOnly? on, IMediator mediator) =>
        {
            var result = await mediator.Send(new Query(on));
            return new
            {
                result.On,
                result.Catalogue.Edition,
                processes = result.Processes.Select(p => new
                {
                    p.Process.Code,
                    p.Process.Version,
                    p.Process.Name,
                    p.Process.EffectiveFrom,
                    p.Process.EffectiveTo,
                    p.IsInForce,
                    items = p.Process.Items.Count,
                    p.WorkingDays,
                    p.Process.BaselineWorkingDays,
                }),
                departments = result.Departments.Select(d => new
                {
                    d.Department.Code,
                    d.Department.Name,
                    items = d.Items.Select(i => new { i.Item.Code, i.Item.Version, i.Item.Name, i.Item.Kind, i.Item.Statutory, i.Item.Promised, i.Processes }),
                }),
                landSteps = result.Catalogue.LandSteps,
            };
        })
        .Needs<Query>().WithTags("Catalogue").WithSummary("The catalogue: processes, items by department, land steps");

    private sealed class Handler(CatalogueInForce catalogue, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct)
        {
            var (now, on) = (catalogue.Current, query.On ?? clock.Today);
            var inForce = now.InForce(on).Select(p => p.Id).ToHashSet();
            var uses = now.Processes.Where(p => inForce.Contains(p.Id)).SelectMany(p => p.Items.Select(i => (i.Item.Code, Process: p.Code))).ToLookup(u => u.Code, u => u.Process);
            var items = now.Items.GroupBy(i => i.Code)
                .Select(versions => new ItemRow(now.ItemInForce(versions.Key, on) ?? versions.MaxBy(i => i.Version)!, versions.Count(), [.. uses[versions.Key].Distinct()]))
                .ToLookup(i => i.Item.Department);
            return Task.FromResult(new Result(
                on,
                now,
                [.. now.Processes.OrderByDescending(p => p.EffectiveFrom).ThenBy(p => p.Code).Select(p => new ProcessRow(p, Plan.Of(p).Total, inForce.Contains(p.Id)))],
                [.. now.Departments.Where(d => items.Contains(d.Code)).Select(d => new Group(d, [.. items[d.Code].OrderBy(i => i.Item.Code, StringComparer.Ordinal)]))]));
        }
    }
}
