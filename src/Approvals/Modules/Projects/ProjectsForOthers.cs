using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>Answers other modules about projects and their milestones.</summary>
internal static class ProjectsForOthers
{
    private sealed class ByCode(Db db) : IRequestHandler<FindProject, ProjectFacts?>
    {
        private const string One = """
            SELECT p.id, p.code, p.name, p.process_id, p.investment_fen, p.land_area_dm2, p.place, p.manager_id, p.agent_id,
                   e.name AS enterprise, e.credit_code
              FROM projects_project p
              JOIN projects_enterprise e ON e.id = p.enterprise_id
             WHERE p.code = @code
            """;

        public Task<ProjectFacts?> Handle(FindProject query, CancellationToken ct) => db.Find<ProjectFacts>(One, new { code = ProjectCode.Tidy(query.Code) }, ct);
    }

    private sealed class Own(IMediator mediator, Actor actor) : IRequestHandler<DemandOwnProject, ProjectFacts>
    {
        public Task<ProjectFacts> Handle(DemandOwnProject query, CancellationToken ct) => OwnProject.Demand(query.Code, mediator, actor, ct);
    }

    private sealed class ById(Db db) : IRequestHandler<GetProject, ProjectFacts>
    {
        private const string One = """
            SELECT p.id, p.code, p.name, p.process_id, p.investment_fen, p.land_area_dm2, p.place, p.manager_id, p.agent_id,
                   e.name AS enterprise, e.credit_code
              FROM projects_project p
              JOIN projects_enterprise e ON e.id = p.enterprise_id
             WHERE p.id = @Id
            """;

        public async Task<ProjectFacts> Handle(GetProject query, CancellationToken ct) =>
            await db.Find<ProjectFacts>(One, new { query.Id }, ct) ?? throw new InvalidOperationException($"There is no project {query.Id}.");
    }

    private sealed class OfProject(Db db) : IRequestHandler<MilestonesOf, IReadOnlyList<MilestoneFact>>
    {
        private const string All = """
            SELECT m.phase, m.kind, m.planned_on, m.reached_on, u.name AS reported_by, m.reported_at
              FROM projects_milestone m
              LEFT JOIN access_public_user u ON u.id = m.reported_by
             WHERE m.project_id = @ProjectId
            """;

        public async Task<IReadOnlyList<MilestoneFact>> Handle(MilestonesOf query, CancellationToken ct) =>
            [.. (await db.Query<MilestoneFact>(All, new { query.ProjectId }, ct)).OrderBy(m => m.Phase).ThenBy(m => Enum.Parse<MilestoneKind>(m.Kind))];
    }

    private sealed class Phases(Db db) : IRequestHandler<PhasesOf, IReadOnlyList<PhaseFact>>
    {
        private const string All = "SELECT number, name FROM projects_phase WHERE project_id = @ProjectId ORDER BY number";

        public Task<IReadOnlyList<PhaseFact>> Handle(PhasesOf query, CancellationToken ct) => db.Query<PhaseFact>(All, new { query.ProjectId }, ct);
    }

    private sealed class Report(IMediator mediator) : IRequestHandler<MilestoneReport, Unit>
    {
        public Task<Unit> Handle(MilestoneReport report, CancellationToken ct)
        {
            new Check().That(report.Kind is not null, "field.required", "kind", "请选择里程碑。", "Say which milestone.").Done();
            return mediator.Send(new ReportMilestone.Command(report.Kind!.Value, report.On, report.Phase, report.ProjectCode, report.LateReason), ct);
        }
    }

    private sealed class Reached(Db db, IMediator mediator, Actor actor, ZoneClock clock) : IRequestHandler<ReachMilestone, Unit>
    {
        public async Task<Unit> Handle(ReachMilestone command, CancellationToken ct)
        {
            if (await MilestoneRow.Reach(db, command.ProjectId, phase: 0, command.Kind, command.On, actor.UserId, clock.Now, ct))
                await mediator.Publish(new MilestoneReached(command.ProjectId, 0, command.Kind, command.On), ct);
            return Unit.Value;
        }
    }
}
