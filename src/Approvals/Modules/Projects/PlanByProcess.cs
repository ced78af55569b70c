using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>按流程推算计划: the milestones without a planned day get one from the process, in working days; what is planned or reached stays.</summary>
internal static class PlanByProcess
{
    /// <param name="From">The day from which it is counted.</param>
    /// <param name="ProjectCode">The project.</param>
    [RecordAs("按流程推算计划", "Plan by the process", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(DateOnly? From, string ProjectCode = "") : ICommand<Result>;

    /// <param name="Planned">How many milestones have a planned day that had none.</param>
    internal sealed record Result(int Planned);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects/{code}/plan/by-process", (string code, Command body, IMediator mediator) => mediator.Send(body with { ProjectCode = code }))
        .Needs<Command>().WithTags("Projects").WithSummary("Plan the milestones that have no planned day by the process, in working days");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, CatalogueInForce catalogue, CalendarInForce calendar, Trail trail) : IRequestHandler<Command, Result>
    {
        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var project = await OwnProject.Demand(command.ProjectCode, mediator, actor, ct);
            var check = new Check().That(command.From is not null, "field.required", "from", "请填写起算日。", "The day from which to plan is required.");
            ProjectPlan.CheckStart(check, command.From, "from");
            check.Done();
            var phases = await OwnProject.Phases(db, project.Id, ct);
            var known = (await mediator.Send(new MilestonesOf(project.Id), ct)).Where(m => m.PlannedOn is not null || m.ReachedOn is not null).Select(m => (m.Phase, m.Kind)).ToHashSet();
            var planned = ProjectPlan.Dates(catalogue.Current.Process(project.ProcessId)!, phases.Count, calendar.Current, command.From!.Value)
                .Where(d => !known.Contains((d.Phase, d.Kind.ToString()))).ToList();
            foreach (var (phase, kind, on) in planned)
            {
                if (!await MilestoneRow.Plan(db, project.Id, new(kind, on, phase), null, ct))
                    throw Refused.Conflict("plan.changed", $"「{Milestones.Name(kind).Zh}」刚由他人计划，请刷新后再推算。", $"Somebody has just planned “{Milestones.Name(kind).En}”; reload the page and plan again.");
                trail.Changed(PlanMilestones.Planned(kind, phase), null, (DateOnly?)on);
            }

            if (planned.Count > 0) await mediator.Publish(new MilestonesChanged(project.Id, [.. planned.Select(p => new MilestoneMove(p.Phase, p.Kind, true, null, p.On))]), ct);
            return new(planned.Count);
        }
    }
}
