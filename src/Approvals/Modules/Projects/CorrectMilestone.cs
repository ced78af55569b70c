using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>
/// 更正里程碑: a wrongly reported day is put right, or the report taken back; what it said stays on record with the reason.
/// A slip that is noticed at once needs nobody; where the report, as it was first made, has stood for more than one working
/// day, or the right day is as old, it takes the supervisor.
/// </summary>
internal static class CorrectMilestone
{
    /// <param name="Kind">Which milestone.</param>
    /// <param name="On">The right day; none takes the report back.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="Phase">0 for the project as a whole.</param>
    /// <param name="ProjectCode">The project.</param>
    /// <param name="Seen">The day as it was when this was asked for: refused where it is another by now.</param>
    [RecordAs("更正里程碑", "Correct a milestone", Subject.Project, "ProjectCode")]
    [Needs(Act.ReportMilestone)]
    [TakesTwo]
    internal sealed record Command(MilestoneKind Kind, DateOnly? On, string? Reason, int Phase = 0, string ProjectCode = "", DateOnly? Seen = null) : ICommand<Unit>;

    /// <summary>One correction, the newest first.</summary>
    internal sealed record Row
    {
        public int Phase { get; init; }
        public string Kind { get; init; } = "";
        public DateOnly WasOn { get; init; }
        public string? WasBy { get; init; }
        public DateOnly? NowOn { get; init; }
        public string Reason { get; init; } = "";
        public string CorrectedBy { get; init; } = "";
        public DateTime CorrectedAt { get; init; }
    }

    private const string History = """
        SELECT c.phase, c.kind, c.was_on, u.name AS was_by, c.now_on, c.reason, c.corrected_by_name AS corrected_by, c.corrected_at
          FROM projects_milestone_correction c
          LEFT JOIN access_public_user u ON u.id = c.was_by
         WHERE c.project_id = @projectId
         ORDER BY c.corrected_at DESC, c.id DESC
        """;

    public static Task<IReadOnlyList<Row>> Of(Db db, long projectId, CancellationToken ct) => db.Query<Row>(History, new { projectId }, ct);

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects/{code}/milestones/correct", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithTags("Projects").WithSummary("Correct a wrongly reported milestone, or take its report back");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, Actor actor, ZoneClock clock, CorrectedEntry corrected) : IRequestHandler<Command, Unit>
    {
        // A correction does not make the report new; where it was taken back, what was reported afterwards is. Numbers are dealt to each site in blocks: which came first the time says.
        private const string Reported = """
            SELECT m.reached_on, m.reported_by, m.reported_at,
                   (SELECT MIN(c.was_at)
                      FROM projects_milestone_correction c
                     WHERE c.project_id = m.project_id AND c.phase = m.phase AND c.kind = m.kind
                       AND NOT EXISTS (SELECT 1 FROM projects_milestone_correction g
                                        WHERE g.project_id = c.project_id AND g.phase = c.phase AND g.kind = c.kind AND g.now_on IS NULL
                                          AND (g.corrected_at > c.corrected_at OR g.corrected_at = c.corrected_at AND g.id >= c.id))) AS first_at
              FROM projects_milestone m
             WHERE m.project_id = @projectId AND m.phase = @phase AND m.kind = @kind AND m.reached_on IS NOT NULL
            """;

        private const string Keep = """
            INSERT INTO projects_milestone_correction (id, project_id, phase, kind, was_on, was_by, was_at, now_on, reason, corrected_by, corrected_by_name, corrected_at)
            VALUES (@id, @projectId, @phase, @kind, @was, @wasBy, @wasAt, @on, @reason, @by, @byName, @at)
            """;

        private const string Correct = """
            UPDATE projects_milestone
               SET reached_on = @on, reported_by = @by, reported_at = @at
             WHERE project_id = @projectId AND phase = @phase AND kind = @kind AND reached_on = @was
            """;

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            var project = await OwnProject.Demand(command.ProjectCode, mediator, actor, ct);
            var (kind, name) = (command.Kind.ToString(), Milestones.Name(command.Kind));
            var row = await db.Find<Report>(Reported, new { projectId = project.Id, phase = command.Phase, kind }, ct) ?? throw Refused.Invalid(
                "milestone.notReported", "kind", $"「{name.Zh}」还没有填报，无需更正。", $"“{name.En}” is not reported; there is nothing to correct.");
            CorrectedEntry.Demand(command.Seen is { } seen ? Words.Day(seen) : null, Words.Day(row.ReachedOn));
            var check = new Check().Text(command.Reason, "reason", CorrectedEntry.Label.Zh, CorrectedEntry.Label.En, CorrectedEntry.LongestReason);
            if (command.On is { } on)
            {
                check.That(on != row.ReachedOn, "milestone.same", "on", $"「{name.Zh}」现在填报的就是 {Words.Day(on)}。", $"“{name.En}” is reported for {Words.Day(on)} already.");
                ReportMilestone.CheckDay(check, command.Kind, command.Phase, on, clock.Today, await mediator.Send(new MilestonesOf(project.Id), ct));
            }
            else
            {
                // The limits that run to the start ended with it, and do not begin again.
                check.That(command.Kind != MilestoneKind.ConstructionStarted, "milestone.startStands", "on",
                    "「正式开工」填报后，领证后开工、动工等时限已停止，不能撤回；请改为正确的日期。",
                    "With “Construction started” the limits that ran to it have ended: it cannot be taken back. Give the right day.");
            }

            check.Done();
            var change = new
            {
                id = await ids.Next(),
                projectId = project.Id,
                phase = command.Phase,
                kind,
                was = row.ReachedOn,
                wasBy = row.ReportedBy,
                wasAt = row.ReportedAt,
                on = command.On,
                reason = command.Reason!.Trim(),
                by = actor.UserId,
                byName = actor.Name,
                at = clock.Now,
            };
            if (await db.Execute(Correct, new { change.projectId, change.phase, change.kind, change.was, change.on, by = command.On is null ? null : (long?)actor.UserId, at = command.On is null ? null : (DateTime?)change.at }, ct) == 0)
                throw Refused.Conflict("milestone.moved", $"「{name.Zh}」刚刚已由他人更正，请刷新页面查看。", $"Somebody has just corrected “{name.En}”; reload the page.");
            await db.Execute(Keep, change, ct);
            Text was = new(Words.Day(row.ReachedOn), Words.Day(row.ReachedOn)), now = command.On is null ? new("撤回填报", "taken back") : new(Words.Day(command.On), Words.Day(command.On));
            corrected.Of(change.reason, row.FirstAt ?? row.ReportedAt, command.On, LateEntry.OfTheCentre, command with { Seen = row.ReachedOn }, new CorrectedEntry.Change(name, was, now));
            await mediator.Publish(new MilestonesChanged(project.Id, [new(command.Phase, command.Kind, false, row.ReachedOn, command.On, change.reason)]), ct);
            return Unit.Value;
        }

        private sealed record Report
        {
            public DateOnly ReachedOn { get; init; }
            public long? ReportedBy { get; init; }
            public DateTime? ReportedAt { get; init; }
            public DateTime? FirstAt { get; init; }
        }
    }
}
