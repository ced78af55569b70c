using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>计划里程碑: sets or takes away the planned days named; the others stay.</summary>
internal static class PlanMilestones
{
    [RecordAs("计划里程碑", "Plan milestones", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    internal sealed record Command(IReadOnlyList<PlannedMilestone> Milestones, string ProjectCode = "") : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/plan", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Projects").WithSummary("Set the planned days of milestones");

    private sealed class Handler(Db db, IMediator mediator, Actor actor) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await OwnProject.Demand(command.ProjectCode, mediator, actor, ct);
            var check = new Check();
            check.That(command.Milestones is { Count: > 0 }, "field.required", "milestones", "请至少填写一个里程碑。", "Name at least one milestone.");
            PlannedMilestone.Check(check, command.Milestones, (await OwnProject.Phases(db, project.Id, ct)).Count);
            check.Done();
            var facts = await mediator.Send(new MilestonesOf(project.Id), ct);
            foreach (var planned in command.Milestones) await MilestoneRow.Plan(db, project.Id, planned, ct);
            await mediator.Publish(new MilestonesChanged(
                project.Id,
                [.. command.Milestones.Select(m => new MilestoneMove(m.Phase, m.Kind, true, facts.FirstOrDefault(f => f.Phase == m.Phase && f.Kind == m.Kind.ToString())?.PlannedOn, m.On)).Where(m => m.From != m.To)]), ct);
            return Unit.Value;
        }
    }
}
