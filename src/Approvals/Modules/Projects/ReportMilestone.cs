using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>填报里程碑: a point of the project's life was reached on a day. The first report stands.</summary>
internal static class ReportMilestone
{
    /// <param name="Kind">Which milestone.</param>
    /// <param name="On">The day it was reached; not in the future.</param>
    /// <param name="Phase">0 for the project as a whole.</param>
    /// <param name="ProjectCode">The project.</param>
    /// <param name="LateReason">Why it is entered more than one working day later.</param>
    [RecordAs("填报里程碑", "Report a milestone", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    [TakesTwo]
    internal sealed record Command(MilestoneKind Kind, DateOnly? On, int Phase = 0, string ProjectCode = "", string? LateReason = null) : ICommand<Unit>;

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects/{code}/milestones", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Projects").WithSummary("Report that a milestone was reached");

    /// <summary>Not in the future, not before what comes before it, not after what comes after it.</summary>
    public static void CheckDay(Check check, MilestoneKind kind, int phase, DateOnly on, DateOnly today, IReadOnlyList<MilestoneFact> facts)
    {
        var name = Milestones.Name(kind);
        check
            .That(on <= today, "milestone.inFuture", "on",
                $"「{name.Zh}」的日期不能晚于今天 {Words.Day(today)}。", $"“{name.En}” cannot have been reached after today, {Words.Day(today)}.")
            .That(on.Year >= 2000, "milestone.tooEarly", "on",
                $"「{name.Zh}」的日期应在 2000 年以后。", $"The day of “{name.En}” must be in 2000 or later.");
        // What lies before the works, and their start, is there for every phase; the works as a whole are through with the last phase only.
        var isOfAll = phase == 0 && (!ProjectPlan.IsOfWorks(kind) || kind == MilestoneKind.ConstructionStarted);
        foreach (var fact in facts.Where(f => f.ReachedOn is not null))
        {
            var (other, day) = (Enum.Parse<MilestoneKind>(fact.Kind), fact.ReachedOn!.Value);
            // The project starts with its first phase: what another phase lacked on that day is no fault.
            if ((fact.Phase == phase || fact.Phase == 0 || (phase == 0 && !IsStartOfAll(kind, phase))) && day > on && MilestoneOrder.IsBefore(other, kind))
                check.Add("milestone.tooEarly", "on",
                    $"「{name.Zh}」{Words.Day(on)} 早于「{Milestones.Name(other).Zh}」{Words.Day(day)}，请核对日期。",
                    $"“{name.En}” on {Words.Day(on)} is before “{Milestones.Name(other).En}” on {Words.Day(day)}; check the day.");
            if ((fact.Phase == phase || (fact.Phase == 0 && !IsStartOfAll(other, fact.Phase)) || isOfAll) && day < on && MilestoneOrder.IsBefore(kind, other))
                check.Add("milestone.tooLate", "on",
                    $"「{name.Zh}」{Words.Day(on)} 晚于「{Milestones.Name(other).Zh}」{Words.Day(day)}，请核对日期。",
                    $"“{name.En}” on {Words.Day(on)} is after “{Milestones.Name(other).En}” on {Words.Day(day)}; check the day.");
        }
    }

    private static bool IsStartOfAll(MilestoneKind kind, int phase) => phase == 0 && kind == MilestoneKind.ConstructionStarted;

    private sealed class Handler(Db db, IMediator mediator, Actor actor, ZoneClock clock, Trail trail, LateEntry late) : IRequestHandler<Command, Unit>
    {
        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await OwnProject.Demand(command.ProjectCode, mediator, actor, ct);
            var name = Milestones.Name(command.Kind);
            var phases = await OwnProject.Phases(db, project.Id, ct);
            var check = new Check()
                .That(command.On is not null, "field.required", "on", $"请填写「{name.Zh}」的日期。", $"The day of “{name.En}” is required.")
                .That(command.Phase == 0 || phases.Any(p => p.Number == command.Phase), "project.unknownPhase", "phase",
                    $"项目没有第 {command.Phase} 期。", $"The project has no phase {command.Phase}.");
            if (command.On is { } on)
            {
                var facts = await mediator.Send(new MilestonesOf(project.Id), ct);
                var reached = facts.Where(f => f.ReachedOn is not null).Select(f => (f.Phase, Kind: Enum.Parse<MilestoneKind>(f.Kind), On: f.ReachedOn!.Value)).ToList();
                if (reached.FirstOrDefault(r => r.Phase == command.Phase && r.Kind == command.Kind) is { On.Year: > 1 } first)
                {
                    if (first.On == on) return Unit.Value;
                    throw Refused.Conflict(
                        "milestone.alreadyReported",
                        $"「{name.Zh}」已填报为 {Words.Day(first.On)}，以首次填报为准。",
                        $"“{name.En}” is already reported for {Words.Day(first.On)}; the first report stands.");
                }

                CheckDay(check, command.Kind, command.Phase, on, clock.Today, facts);
            }

            check.Done();
            if (!await MilestoneRow.Reach(db, project.Id, command.Phase, command.Kind, command.On!.Value, actor.UserId, clock.Now, ct))
                throw Refused.Conflict(
                    "milestone.alreadyReported",
                    $"「{name.Zh}」刚刚已由他人填报，请刷新页面查看。",
                    $"Somebody has just reported “{name.En}”; reload the page.");
            trail.Changed(name, null, command.On);
            late.Demand(new($"「{name.Zh}」", $"“{name.En}”"), command.On!.Value, command.LateReason, LateEntry.OfTheCentre);
            await mediator.Publish(new MilestoneReached(project.Id, command.Phase, command.Kind, command.On!.Value), ct);
            return Unit.Value;
        }
    }
}
