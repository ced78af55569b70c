using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Portfolio.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Portfolio;

/// <summary>Comments and risks: written, read, closed.</summary>
internal static class WritingRemarks
{
    public const int LongestText = 500;

    /// <summary>Of a project; beyond it nobody reads them.</summary>
    private const int Most = 1_000;

    /// <summary>What was said of a project's milestones, for programs.</summary>
    [Needs(Act.SeeWork)]
    internal sealed record Query(string Code) : IRequest<IReadOnlyList<Remark>>;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/projects/{code}/remarks", async (string code, IMediator mediator) => (object)(await mediator.Send(new Query(code))).Select(r => new
        {
            r.Id,
            r.Kind,
            r.Phase,
            r.IsRisk,
            r.Text,
            r.Owner,
            r.DueOn,
            r.IsOverdue,
            r.WrittenBy,
            r.WrittenAt,
            r.ClosedBy,
            r.ClosedAt,
            r.Closing,
        })).Needs<Query>().WithTags("Portfolio").WithSummary("Comments and risks on a project's milestones, open risks first");
        api.MapPost("/projects/{code}/remarks", async (string code, WriteRemark body, IMediator mediator) => new { id = await mediator.Send(body with { ProjectCode = code }) })
            .Needs<WriteRemark>().WithTags("Portfolio").WithSummary("Write a comment on a milestone, or with an owner and a day a risk");
        api.MapPost("/projects/{code}/remarks/{id}/close", async (string code, long id, CloseRisk body, IMediator mediator) =>
        {
            await mediator.Send(body with { ProjectCode = code, Id = id });
            return Results.NoContent();
        }).Needs<CloseRisk>().WithTags("Portfolio").WithSummary("Close a risk with a word on how it was settled");
    }

    public static string Link(string code) => $"/projects/{code}/schedule#remarks";

    private static async Task<ProjectFacts> Find(string code, Act act, IMediator mediator, Actor actor, CancellationToken ct)
    {
        var project = await mediator.Send(new FindProject(code), ct) ?? throw Refused.NotFound("project.unknown", "code", $"没有项目代码为「{code}」的项目。", $"There is no project with the code “{code}”.");
        return project.Within(actor, act);
    }

    private sealed class Writing(Db db, Ids ids, IMediator mediator, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<WriteRemark, long>
    {
        private const string Count = "SELECT COUNT(*) FROM portfolio_remark WHERE project_id = @projectId";

        private const string Insert = """
            INSERT INTO portfolio_remark (id, project_id, phase, kind, is_risk, body, owner_id, owner_name, due_on, written_by, written_by_name, written_at)
            VALUES (@id, @projectId, @phase, @kind, @isRisk, @body, @ownerId, @ownerName, @due, @by, @byName, @at)
            """;

        public async Task<long> Handle(WriteRemark command, CancellationToken ct)
        {
            var project = await Find(command.ProjectCode, Act.Remark, mediator, actor, ct);
            var isRisk = command.DueOn is not null || !string.IsNullOrWhiteSpace(command.Owner);
            var check = new Check()
                .That(command.Kind is { } given && Enum.IsDefined(given), "field.required", "kind", "请选择里程碑。", "Say which milestone.")
                .Text(command.Text, "text", isRisk ? "风险" : "意见", isRisk ? "The risk" : "The comment", LongestText);
            var phases = await mediator.Send(new PhasesOf(project.Id), ct);
            check.That(command.Phase == 0 || phases.Any(p => p.Number == command.Phase), "project.unknownPhase", "phase", $"项目没有第 {command.Phase} 期。", $"The project has no phase {command.Phase}.");
            UserFacts? owner = null;
            if (isRisk)
            {
                owner = string.IsNullOrWhiteSpace(command.Owner) ? null : (await mediator.Send(new OwnersOf(project), ct)).FirstOrDefault(u => string.Equals(u.Login, command.Owner.Trim(), StringComparison.OrdinalIgnoreCase));
                check
                    .That(!string.IsNullOrWhiteSpace(command.Owner), "field.required", "owner", "请选择风险的责任人。", "Say who sees to the risk.")
                    .That(string.IsNullOrWhiteSpace(command.Owner) || owner is not null, "remark.owner", "owner", $"账号「{command.Owner}」不能作为本项目风险的责任人，请从列表中选择。", $"The account “{command.Owner}” cannot own a risk of this project; choose from the list.")
                    .That(command.DueOn is not null, "field.required", "dueOn", "请填写风险的处理期限。", "The day by which it is to be settled is required.")
                    .That(command.DueOn is not { } due || (due >= clock.Today && due.Year <= Month.LastYear), "remark.due", "dueOn", $"处理期限应在今天 {Words.Day(clock.Today)} 或以后，{Month.LastYear} 年以内。", $"The day must be today, {Words.Day(clock.Today)}, or later, until {Month.LastYear}.");
            }

            check.Done();
            if (await db.Find<int>(Count, new { projectId = project.Id }, ct) >= Most) throw Refused.Conflict("remark.tooMany", $"一个项目最多 {Most} 条意见和风险。", $"A project takes at most {Most} comments and risks.");
            var id = await ids.Next();
            var kind = command.Kind!.Value;
            await db.Execute(Insert, new { id, projectId = project.Id, phase = command.Phase, kind = kind.ToString(), isRisk, body = command.Text!.Trim(), ownerId = owner?.Id, ownerName = owner?.Name, due = command.DueOn, by = actor.UserId, byName = actor.Name, at = clock.Now }, ct);
            trail.Changed(isRisk ? new("风险", "Risk") : new("意见", "Comment"), null, command.Text!.Trim());
            if (isRisk) trail.Changed(new("处理期限", "To be settled by"), null, command.DueOn);
            await NoteChanges.Of(db, project.Id, ct);
            if (owner is not null && owner.Id != actor.UserId)
            {
                var name = Milestones.Name(kind);
                await mediator.Send(new Notify(
                    $"risk:{id}:owner", [new Audience(UserId: owner.Id)],
                    new($"风险由您负责：{project.Name}「{name.Zh}」", $"A risk is yours: {project.Name}, “{name.En}”"),
                    new($"{command.Text!.Trim()}\n处理期限 {Words.Day(command.DueOn)}，由 {actor.Name} 登记。处理后请在排期页写明结果并关闭。", $"{command.Text!.Trim()}\nTo be settled by {Words.Day(command.DueOn)}; written by {actor.Name}. Close it on the page of the schedule, with a word on how it was settled."),
                    Link(project.Code), MessageLevel.Info, $"project:{project.Code}"), ct);
            }

            return id;
        }
    }

    private sealed class Closing(Db db, IMediator mediator, Actor actor, ZoneClock clock, Trail trail) : IRequestHandler<CloseRisk, Unit>
    {
        private const string One = "SELECT id, kind, body, is_risk, owner_id, written_by, closed_at FROM portfolio_remark WHERE id = @Id AND project_id = @projectId";

        private const string Close = "UPDATE portfolio_remark SET closed_by_name = @by, closed_at = @at, closing = @word WHERE id = @Id AND closed_at IS NULL AND is_risk = 1";

        public async Task<Unit> Handle(CloseRisk command, CancellationToken ct)
        {
            var project = await Find(command.ProjectCode, Act.Remark, mediator, actor, ct);
            var risk = await db.Find<Row>(One, new { command.Id, projectId = project.Id }, ct);
            if (risk is not { IsRisk: true }) throw Refused.NotFound("risk.unknown", "id", "没有这一条风险。", "There is no such risk.");
            if (!MayClose(risk, project, actor))
                throw Refused.Forbidden("risk.notYours", "风险由责任人、登记人、项目经理、代办员或中心督办关闭。", "A risk is closed by its owner, whoever wrote it, the project's manager or agent, or the supervisor.");
            new Check().Text(command.Word, "word", "处理结果", "How it was settled", LongestText).Done();
            if (await db.Execute(Close, new { command.Id, by = actor.Name, at = clock.Now, word = command.Word!.Trim() }, ct) == 0)
                throw Refused.Conflict("risk.closed", "这一条风险已经关闭，请刷新页面查看。", "The risk is closed already; reload the page.");
            trail.Changed(new("风险", "Risk"), risk.Body, command.Word!.Trim());
            await NoteChanges.Of(db, project.Id, ct);
            var name = Milestones.Name(Enum.Parse<MilestoneKind>(risk.Kind));
            foreach (var other in new[] { risk.WrittenBy, risk.OwnerId }.OfType<long>().Where(id => id != actor.UserId).Distinct())
            {
                await mediator.Send(new Notify(
                    $"risk:{risk.Id}:closed", [new Audience(UserId: other)],
                    new($"风险已关闭：{project.Name}「{name.Zh}」", $"A risk is closed: {project.Name}, “{name.En}”"),
                    new($"{risk.Body}\n{actor.Name}：{command.Word!.Trim()}", $"{risk.Body}\n{actor.Name}: {command.Word!.Trim()}"), Link(project.Code), MessageLevel.Info, $"project:{project.Code}"), ct);
            }

            return Unit.Value;
        }
    }

    private static bool MayClose(Row risk, ProjectFacts project, Actor actor) =>
        actor.May(Act.Remark, project.Place()) && (risk.OwnerId == actor.UserId || risk.WrittenBy == actor.UserId || actor.May(Act.ReportMilestone, project.Place()));

    private sealed class Reading(Db db, Actor actor, ZoneClock clock) : IRequestHandler<RemarksOf, IReadOnlyList<Remark>>
    {
        private const string All = """
            SELECT id, phase, kind, is_risk, body, owner_id, owner_name, due_on, written_by, written_by_name, written_at, closed_by_name, closed_at, closing
              FROM portfolio_remark
             WHERE project_id = @id
             ORDER BY id DESC
            """;

        public async Task<IReadOnlyList<Remark>> Handle(RemarksOf query, CancellationToken ct) =>
        [
            .. (await db.Query<Row>(All, new { id = query.Project.Id }, ct))
                .Select(r => new Remark(
                    r.Id, Enum.Parse<MilestoneKind>(r.Kind), r.Phase, r.IsRisk, r.Body, r.OwnerName, r.DueOn, r.WrittenByName, clock.Local(r.WrittenAt), r.ClosedByName, r.ClosedAt is { } at ? clock.Local(at) : null, r.Closing,
                    r is { IsRisk: true, ClosedAt: null } && r.DueOn < clock.Today, r is { IsRisk: true, ClosedAt: null } && MayClose(r, query.Project, actor)))
                .OrderBy(r => r.IsOpen ? 0 : 1).ThenBy(r => r.IsOpen ? r.DueOn : null),
        ];
    }

    private sealed class Owning(Db db) : IRequestHandler<OwnersOf, IReadOnlyList<UserFacts>>
    {
        private const string All = """
            SELECT DISTINCT u.id, u.login, u.name, u.department
              FROM access_public_user u
              JOIN access_public_user_role r ON r.user_id = u.id
             WHERE u.is_active = 1
               AND (r.role IN ('Supervisor', 'DepartmentHead', 'Reviewer', 'WindowClerk', 'ZoneLeader') OR u.id = @manager OR u.id = @agent)
             ORDER BY u.login
            """;

        public Task<IReadOnlyList<UserFacts>> Handle(OwnersOf query, CancellationToken ct) => db.Query<UserFacts>(All, new { manager = query.Project.ManagerId ?? -1, agent = query.Project.AgentId ?? -1 }, ct);
    }

    private sealed class Handler(IMediator mediator, Actor actor) : IRequestHandler<Query, IReadOnlyList<Remark>>
    {
        public async Task<IReadOnlyList<Remark>> Handle(Query query, CancellationToken ct) => await mediator.Send(new RemarksOf(await Find(query.Code, Act.SeeWork, mediator, actor, ct)), ct);
    }

    private sealed record Row
    {
        public long Id { get; init; }
        public int Phase { get; init; }
        public string Kind { get; init; } = "";
        public bool IsRisk { get; init; }
        public string Body { get; init; } = "";
        public long? OwnerId { get; init; }
        public string? OwnerName { get; init; }
        public DateOnly? DueOn { get; init; }
        public long WrittenBy { get; init; }
        public string WrittenByName { get; init; } = "";
        public DateTime WrittenAt { get; init; }
        public string? ClosedByName { get; init; }
        public DateTime? ClosedAt { get; init; }
        public string? Closing { get; init; }
    }
}
