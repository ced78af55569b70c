using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>The facts of one project.</summary>
internal static class ShowProject
{
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<Result>;

    internal sealed record Result(
        ProjectFacts Project,
        Process Process,
        string? Manager,
        string? Agent,
        IReadOnlyList<PhaseRow> Phases,
        IReadOnlyList<MilestoneFact> Milestones,
        Span? LandToStart,
        Span? HandoverToTitle,
        IReadOnlyList<CorrectMilestone.Row> Corrections,
        IReadOnlyList<Text> OutOfOrder);

    public static void Map(RouteGroupBuilder api) => api
        .MapGet("/projects/{code}", async (string code, IMediator mediator) =>
        {
            var (p, process, manager, agent, phases, milestones, landToStart, handoverToTitle, corrections, outOfOrder) = await mediator.Send(new Query(code));
            return new
            {
                p.Code,
                p.Name,
                p.Enterprise,
                p.CreditCode,
                process = process.Code,
                processVersion = process.Version,
                investmentYuan = (decimal)p.InvestmentFen / 100,
                landAreaM2 = (decimal)p.LandAreaDm2 / 100,
                landAreaMu = Math.Round((decimal)p.LandAreaDm2 * 3 / 200_000, 2, MidpointRounding.AwayFromZero),
                p.Place,
                manager,
                agent,
                phases = phases.Select(f => new { f.Number, f.Name }),
                milestones = milestones.Select(m => new { m.Phase, kind = Enum.Parse<MilestoneKind>(m.Kind), m.PlannedOn, m.ReachedOn, m.ReportedBy, m.ReportedAt }),
                landToStart,
                handoverToTitle,
                corrections,
                outOfOrder,
            };
        })
        .Needs<Query>().WithTags("Projects").WithSummary("Show a project: facts, milestones, spans");

    private sealed class Handler(Db db, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, CalendarInForce calendar, Actor actor) : IRequestHandler<Query, Result>
    {
        private const string NameOf = "SELECT name FROM access_public_user WHERE id = @id";

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.Code), ct) ?? throw OwnProject.NotFound(query.Code);
            project.Within(actor, Act.SeeWork);
            var process = catalogue.Current.Process(project.ProcessId)!;
            var milestones = await mediator.Send(new MilestonesOf(project.Id), ct);
            return new(
                project,
                process,
                await Name(project.ManagerId, ct),
                await Name(project.AgentId, ct),
                await OwnProject.Phases(db, project.Id, ct),
                milestones,
                Spans.LandToStart(milestones, process, calendar.Current, clock.Today),
                Spans.HandoverToTitle(milestones, calendar.Current, clock.Today),
                await CorrectMilestone.Of(db, project.Id, ct),
                MilestoneOrder.OutOfOrder(milestones, process));
        }

        private async Task<string?> Name(long? id, CancellationToken ct) => id is null ? null : await db.Find<string>(NameOf, new { id }, ct);
    }
}
