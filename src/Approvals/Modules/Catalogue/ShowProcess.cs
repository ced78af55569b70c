using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>One process: its stages and items, its plan, and how it compares with what it took before.</summary>
internal static class ShowProcess
{
    /// <param name="Version">The version in force today, unless said otherwise; else the newest.</param>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code, int? Version = null) : IRequest<Result>;

    /// <param name="ChangePercent">−75 for 25 working days against 100; null where it is the baseline itself.</param>
    internal sealed record Result(Process Process, Plan Plan, bool IsInForce, int? ChangePercent, IReadOnlyList<Process> Versions);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/catalogue/processes/{code}", async (string code, int? version, IMediator mediator) =>
        {
            var result = await mediator.Send(new Query(code, version));
            var p = result.Process;
            return new
            {
                p.Code,
                p.Version,
                p.Name,
                p.StandardType,
                p.EffectiveFrom,
                p.EffectiveTo,
                result.IsInForce,
                p.BaselineWorkingDays,
                landToStartBaselineWorkingDays = p.LandToStartBaseline,
                workingDays = result.Plan.Total,
                workingDaysInSeries = result.Plan.InSeries,
                result.ChangePercent,
                result.Plan.CriticalPath,
                stages = p.Stages,
                items = p.Items.Select(i => new
                {
                    i.Item.Code,
                    i.Item.Version,
                    i.Item.Name,
                    i.Item.Department,
                    i.Stage,
                    i.Item.Promised,
                    i.Item.Statutory,
                    prerequisites = i.Needs,
                    i.MergedFrom,
                }),
                versions = result.Versions.Select(v => new { v.Version, v.EffectiveFrom, v.EffectiveTo }),
            };
        })
        .Needs<Query>().WithTags("Catalogue").WithSummary("A process: stages, items, prerequisites, critical path, comparison with the baseline");

    public static int? Change(int days, int baseline) =>
        days == baseline ? null : (int)Math.Round((days - baseline) * 100m / baseline, MidpointRounding.AwayFromZero);

    private sealed class Handler(CatalogueInForce catalogue, ZoneClock clock) : IRequestHandler<Query, Result>
    {
        public Task<Result> Handle(Query query, CancellationToken ct)
        {
            var now = catalogue.Current;
            var code = query.Code.Trim().ToUpperInvariant();
            var versions = now.Processes.Where(p => p.Code == code).OrderByDescending(p => p.Version).ToList();
            if (versions.Count == 0)
                throw Refused.NotFound("catalogue.unknownProcess", "code", $"目录中没有流程「{query.Code}」。", $"The catalogue has no process “{query.Code}”.");
            var inForce = now.InForce(clock.Today).FirstOrDefault(p => p.Code == code);
            var process = query.Version is not { } wanted
                ? inForce ?? versions[0]
                : versions.Find(p => p.Version == wanted)
                    ?? throw Refused.NotFound("catalogue.unknownVersion", "version", $"流程 {code} 没有版本 {wanted}。", $"Process {code} has no version {wanted}.");
            var plan = Plan.Of(process);
            return Task.FromResult(new Result(process, plan, process == inForce, Change(plan.Total, process.BaselineWorkingDays), versions));
        }
    }
}
