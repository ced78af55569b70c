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

    /// <summary>What a planned day is called on record.</summary>
    public static Text Planned(MilestoneKind kind, int phase)
    {
        var name = Milestones.Name(kind);
        return phase > 0 ? new($"计划 {name.Zh}（{phase} 期）", $"Plan: {name.En} (phase {phase})") : new($"计划 {name.Zh}", $"Plan: {name.En}");
    }

    public static void Map(RouteGroupBuilder api) => api
        .MapPut("/projects/{code}/plan", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Projects").WithSummary("Set the planned days of milestones");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, Trail trail) : IRequestHandler<Command, Unit>, IRequestHandler<PlanDays, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await OwnProject.Demand(command.ProjectCode, mediator, actor, ct);
            var check = new Check();
            check.That(command.Milestones is { Count: > 0 }, "field.required", "milestones", "请至少填写一个里程碑。", "Name at least one milestone.");
            PlannedMilestone.Check(check, command.Milestones, (await OwnProject.Phases(db, project.Id, ct)).Count);
            check.Done();
            return await Plan(project.Id, command.Milestones, ct);
        }

        public Task<Unit> Handle(PlanDays request, CancellationToken ct) => Plan(request.ProjectId, [.. request.Days.Select(d => new PlannedMilestone(d.Of.Kind, d.On, d.Of.Phase, new(d.Was)))], ct);

        private async Task<Unit> Plan(long projectId, IReadOnlyList<PlannedMilestone> milestones, CancellationToken ct)
        {
            var facts = await mediator.Send(new MilestonesOf(projectId), ct);
            var (moves, met) = (new List<MilestoneMove>(), new List<Problem>());
            foreach (var planned in milestones)
            {
                var was = facts.FirstOrDefault(f => f.Phase == planned.Phase && f.Kind == planned.Kind.ToString())?.PlannedOn;
                if (was == planned.On) continue;
                if ((planned.Seen is { } seen && seen.On != was) || !await MilestoneRow.Plan(db, projectId, planned, was, ct)) met.Add(Met(planned, was));
                else moves.Add(new(planned.Phase, planned.Kind, true, was, planned.On));
                trail.Changed(Planned(planned.Kind, planned.Phase), was, planned.On);
            }

            if (met.Count > 0) throw new Refused(RefusedAs.Conflict, met);
            if (moves.Count > 0) await mediator.Publish(new MilestonesChanged(projectId, moves), ct);
            return Unit.Value;
        }

        private static Problem Met(PlannedMilestone planned, DateOnly? now)
        {
            var name = Milestones.Name(planned.Kind);
            return new("plan.changed", "", new(
                $"「{name.Zh}」的计划刚由他人改为 {Words.Day(now)}，您的没有保存。请核对后再保存。",
                $"Somebody has just planned “{name.En}” for {Words.Day(now)}; yours is not saved. Look at it and save again."));
        }
    }
}
