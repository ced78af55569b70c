using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>更正项目名称、企业名称: written down wrongly when it was registered. An enterprise has one name, for all its projects. What was printed or granted before says what it said.</summary>
internal static class CorrectProject
{
    /// <param name="Name">The project's right name; the one entered where none is given.</param>
    /// <param name="Enterprise">The right name of its enterprise; the one entered where none is given.</param>
    /// <param name="Reason">Why it was wrong.</param>
    /// <param name="Code">The project.</param>
    /// <param name="Seen">Both names as they were when this was asked for: refused where they are others by now.</param>
    [RecordAs("更正项目名称、企业名称", "Correct the name of a project or its enterprise", Subject.Project, "Code")]
    [Needs(Act.RegisterProject)]
    [TakesTwo]
    internal sealed record Command(string? Name, string? Enterprise, string? Reason, string Code = "", string? Seen = null) : ICommand<Unit>;

    /// <summary>As it is now, for the form.</summary>
    [Needs(Act.RegisterProject)]
    internal sealed record Query(string Code) : IRequest<Result>;

    /// <param name="Others">How many projects of the enterprise there are besides.</param>
    internal sealed record Result(ProjectFacts Project, int Others)
    {
        public string Seen => $"{Project.Name}（{Project.Enterprise}）";
    }

    internal static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects/{code}/names/correct", async (string code, Command body, IMediator mediator) =>
        {
            await mediator.Send(body with { Code = code });
            return Results.NoContent();
        })
        .Needs<Command>().WithSummary("Correct the name of a project, or of its enterprise").WithTags("Projects");

    private sealed class Handler(Db db, IMediator mediator, Actor actor, CorrectedEntry corrected) : IRequestHandler<Command, Unit>, IRequestHandler<Query, Result>
    {
        // Whoever corrects either of the two names, or registers a project under one, waits here: what is read afterwards stands.
        private const string Hold = """
            UPDATE projects_enterprise
               SET name = name
             WHERE id = (SELECT p.enterprise_id FROM projects_project p WHERE p.id = @Id)
            """;

        private const string OfEnterprise = """
            SELECT p.id, p.name, p.registered_at, p.enterprise_id
              FROM projects_project p
             WHERE p.enterprise_id = (SELECT o.enterprise_id FROM projects_project o WHERE o.id = @Id)
            """;

        private const string Rename = "UPDATE projects_project SET name = @name WHERE id = @Id AND name = @was";

        private const string RenameEnterprise = "UPDATE projects_enterprise SET name = @name WHERE id = @EnterpriseId AND name = @was";

        private const string Find = "UPDATE projects_project SET search_text = @text WHERE id = @Id";

        public async Task<Unit> Handle(Command command, CancellationToken ct)
        {
            await db.Execute(Hold, new { (await Handle(new Query(command.Code), ct)).Project.Id }, ct);
            var shown = await Handle(new Query(command.Code), ct);
            var project = shown.Project;
            CorrectedEntry.Demand(command.Seen, shown.Seen);
            var (name, enterprise) = (Given(command.Name, project.Name), Given(command.Enterprise, project.Enterprise));
            CorrectedEntry.Change ofProject = new(new("项目名称", "Project name"), project.Name, name), ofEnterprise = new(new("企业名称", "Enterprise name"), project.Enterprise, enterprise);
            var check = new Check()
                .Text(name, "name", "项目名称", "The project's name", RegisterProject.LongestName)
                .Text(enterprise, "enterprise", "企业名称", "The enterprise's name", RegisterProject.LongestName);
            CorrectedEntry.Check(check, command.Reason, "name", ofProject, ofEnterprise);
            check.Done();
            var all = await db.Query<Row>(OfEnterprise, new { project.Id }, ct);
            var own = all.Single(p => p.Id == project.Id);
            if ((ofProject.IsOne && await db.Execute(Rename, new { project.Id, name, was = project.Name }, ct) == 0)
                || (ofEnterprise.IsOne && await db.Execute(RenameEnterprise, new { own.EnterpriseId, name = enterprise, was = project.Enterprise }, ct) == 0))
                throw Refused.Conflict("correction.moved", "刚刚已由他人更正，请刷新页面查看。", "Somebody has just corrected it; reload the page.");
            // What the lists search is folded here: SQLite folds ASCII only.
            await db.Execute(Find, all.Where(p => ofEnterprise.IsOne || p.Id == project.Id).Select(p => new { p.Id, text = RegisterProject.SearchText(p.Id == project.Id ? name : p.Name, enterprise) }).ToList(), ct);
            // The name of an enterprise has stood since its first project.
            corrected.Of(command.Reason, ofEnterprise.IsOne ? all.Min(p => p.RegisteredAt) : own.RegisteredAt, null, LateEntry.OfTheCentre, command with { Seen = shown.Seen }, ofProject, ofEnterprise);
            return Unit.Value;
        }

        public async Task<Result> Handle(Query query, CancellationToken ct)
        {
            var project = await mediator.Send(new FindProject(query.Code), ct) ?? throw OwnProject.NotFound(query.Code);
            project.Within(actor, Act.SeeWork);
            return new(project, (await db.Query<Row>(OfEnterprise, new { project.Id }, ct)).Count - 1);
        }

        private static string Given(string? value, string otherwise) => string.IsNullOrWhiteSpace(value) ? otherwise : value.Trim();

        private sealed record Row
        {
            public long Id { get; init; }
            public string Name { get; init; } = "";
            public DateTime RegisteredAt { get; init; }
            public long EnterpriseId { get; init; }
        }
    }
}
