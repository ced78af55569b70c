using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Modules.Projects;

/// <summary>登记项目: its enterprise, size, plan and people, and the process it follows, frozen in the version of today.</summary>
internal static class RegisterProject
{
    public const int LongestName = 100;
    public const int LongestPlace = 100;
    public const int LongestPhaseName = 40;
    public const int MostPhases = 20;

    /// <summary>10 trillion yuan: beyond it somebody mistook the unit.</summary>
    private const decimal MostYuan = 10_000_000_000_000;

    /// <summary>1,000 km²: beyond it somebody mistook the unit.</summary>
    private const decimal MostSquareMetres = 1_000_000_000;

    internal enum MoneyUnit
    {
        Yuan,
        Wan,
    }

    /// <param name="Code">项目代码, 24 characters.</param>
    /// <param name="Name">The project's name.</param>
    /// <param name="Enterprise">The enterprise's name.</param>
    /// <param name="CreditCode">Its unified social credit code, 18 characters.</param>
    /// <param name="ProcessCode">The process to follow; the version in force today is frozen on the project.</param>
    /// <param name="Investment">In the unit named beside it.</param>
    /// <param name="InvestmentUnit">Yuan, or wan (万元, ten thousand yuan).</param>
    /// <param name="LandArea">In square metres.</param>
    /// <param name="Place">Where it is built.</param>
    /// <param name="Phases">The names of its phases, the first being phase 1; none for a project built at once.</param>
    /// <param name="Milestones">The planned dates.</param>
    /// <param name="Manager">The account of its project manager.</param>
    /// <param name="Agent">The account of its agent (代办员).</param>
    /// <param name="PlanFrom">Where given, the milestones not planned above get their days from the process, counted from this day.</param>
    [RecordAs("登记项目", "Register a project", Subject.Project, "Code")]
    [Needs(Act.RegisterProject)]
    internal sealed record Command(
        string Code,
        string Name,
        string Enterprise,
        string CreditCode,
        string ProcessCode,
        decimal? Investment,
        MoneyUnit InvestmentUnit,
        decimal? LandArea,
        string Place,
        IReadOnlyList<string>? Phases = null,
        IReadOnlyList<PlannedMilestone>? Milestones = null,
        string? Manager = null,
        string? Agent = null,
        DateOnly? PlanFrom = null) : ICommand<Result>;

    internal sealed record Result(long Id, string Code);

    /// <summary>What the lists search it by.</summary>
    public static string SearchText(string name, string enterprise) => $"{name} {enterprise}".ToLowerInvariant();

    public static void Map(RouteGroupBuilder api) => api
        .MapPost("/projects", async (Command body, IMediator mediator) =>
        {
            var result = await mediator.Send(body);
            return Results.Created($"/api/projects/{result.Code}", new { code = result.Code });
        })
        .Needs<Command>().WithTags("Projects").WithSummary("Register a project");

    private sealed class Handler(Db db, Ids ids, IMediator mediator, ZoneClock clock, CatalogueInForce catalogue, CalendarInForce calendar, Actor actor, Trail trail)
        : IRequestHandler<Command, Result>
    {
        private const string Exists = "SELECT COUNT(id) FROM projects_project WHERE code = @code";

        // Whoever corrects its name waits, or is waited for: a project is found by the name that stands.
        private const string HoldEnterprise = "UPDATE projects_enterprise SET name = name WHERE credit_code = @creditCode";

        private const string FindEnterprise = "SELECT id, name FROM projects_enterprise WHERE credit_code = @creditCode";

        private const string InsertEnterprise = "INSERT INTO projects_enterprise (id, credit_code, name) VALUES (@Id, @CreditCode, @Name)";

        private const string Insert = """
            INSERT INTO projects_project
                   (id, code, name, enterprise_id, process_id, investment_fen, land_area_dm2, place, manager_id, agent_id,
                    search_text, registered_at, registered_by)
            VALUES (@Id, @Code, @Name, @EnterpriseId, @ProcessId, @InvestmentFen, @LandAreaDm2, @Place, @ManagerId, @AgentId,
                    @SearchText, @RegisteredAt, @RegisteredBy)
            """;

        private const string InsertPhase = "INSERT INTO projects_phase (project_id, number, name) VALUES (@ProjectId, @Number, @Name)";

        private const string InsertPlan = """
            INSERT INTO projects_milestone (project_id, phase, kind, planned_on) VALUES (@ProjectId, @Phase, @Kind, @PlannedOn)
            """;

        public async Task<Result> Handle(Command command, CancellationToken ct)
        {
            var code = ProjectCode.Tidy(command.Code);
            var creditCode = Projects.CreditCode.Tidy(command.CreditCode);
            var (name, enterprise, place) = ((command.Name ?? "").Trim(), (command.Enterprise ?? "").Trim(), (command.Place ?? "").Trim());
            var phases = (command.Phases ?? []).Select(p => (p ?? "").Trim()).ToList();
            var check = new Check();
            Add(check, ProjectCode.Wrong(code, "code"));
            check.Text(name, "name", "项目名称", "The project's name", LongestName);
            check.Text(enterprise, "enterprise", "企业名称", "The enterprise's name", LongestName);
            Add(check, Projects.CreditCode.Wrong(creditCode, "creditCode"));
            var wan = command.InvestmentUnit == MoneyUnit.Wan;
            var fen = wan
                ? check.Whole(command.Investment, 6, 0.000001m, MostYuan / 10_000, "investment", "总投资", "The investment", new("万元", "ten thousand yuan"))
                : check.Whole(command.Investment, 2, 0.01m, MostYuan, "investment", "总投资", "The investment", new("元", "yuan"));
            var dm2 = check.Whole(command.LandArea, 2, 0.01m, MostSquareMetres, "landArea", "用地面积", "The land area", new("平方米", "m²"));
            check.Text(place, "place", "建设地点", "The place", LongestPlace);
            Phases(check, phases);
            PlannedMilestone.Check(check, command.Milestones, phases.Count);
            ProjectPlan.CheckStart(check, command.PlanFrom, "planFrom");
            var process = catalogue.Current.InForce(clock.Today).FirstOrDefault(p => p.Code == command.ProcessCode);
            if (process is null)
                check.Add(
                    "project.process", "processCode",
                    string.IsNullOrWhiteSpace(command.ProcessCode) ? "请选择审批流程。" : $"没有正在施行的流程「{command.ProcessCode}」，请从目录中选择。",
                    string.IsNullOrWhiteSpace(command.ProcessCode) ? "Choose a process." : $"No process “{command.ProcessCode}” is in force; choose one from the catalogue.");
            var manager = await Person(check, command.Manager, Role.ProjectManager, "manager", ct);
            var agent = await Person(check, command.Agent, Role.Agent, "agent", ct);
            // An agent registers for the enterprise it serves, and could not see the project otherwise.
            if (string.IsNullOrWhiteSpace(command.Agent) && !actor.IsSystem && actor.Roles.Contains(Role.Agent)) agent = actor.WorksAs;
            check.Done();

            if (await db.Find<int>(Exists, new { code }, ct) > 0) throw Taken(code);
            var project = new
            {
                Id = await ids.Next(),
                Code = code,
                Name = name,
                EnterpriseId = await Enterprise(creditCode, enterprise, ct),
                ProcessId = process!.Id,
                InvestmentFen = fen,
                LandAreaDm2 = dm2,
                Place = place,
                ManagerId = manager,
                AgentId = agent,
                SearchText = SearchText(name, enterprise),
                RegisteredAt = clock.Now,
                RegisteredBy = actor.UserId,
            };
            if (!await db.TryInsert(Insert, project, ct)) throw Taken(code);
            if (phases.Count > 0) await db.Execute(InsertPhase, phases.Select((p, i) => new { ProjectId = project.Id, Number = i + 1, Name = p }).ToList(), ct);
            var plan = (command.Milestones ?? []).Where(m => m.On is not null)
                .Select(m => new { ProjectId = project.Id, m.Phase, Kind = m.Kind.ToString(), PlannedOn = m.On }).ToList();
            if (command.PlanFrom is { } from)
                plan.AddRange(ProjectPlan.Dates(process!, phases.Count, calendar.Current, from)
                    .Where(d => !plan.Exists(p => p.Phase == d.Phase && p.Kind == d.Kind.ToString()))
                    .Select(d => new { ProjectId = project.Id, d.Phase, Kind = d.Kind.ToString(), PlannedOn = (DateOnly?)d.On }));
            if (plan.Count > 0) await db.Execute(InsertPlan, plan, ct);
            trail.Changed(new("项目", "Project"), null, $"{name}（{enterprise} {creditCode}）");
            trail.Changed(new("计划的里程碑", "Planned milestones"), 0, plan.Count);
            await mediator.Publish(new ProjectRegistered(project.Id), ct);
            return new(project.Id, code);
        }

        private static void Add(Check check, Problem? problem)
        {
            if (problem is not null) check.Add(problem.Code, problem.Field, problem.Message.Zh, problem.Message.En);
        }

        private static void Phases(Check check, List<string> phases)
        {
            check.That(phases.Count <= MostPhases, "project.tooManyPhases", "phases", $"分期最多 {MostPhases} 个。", $"A project may have at most {MostPhases} phases.");
            for (var i = 0; i < phases.Count; i++)
                check.Text(phases[i], $"phases[{i}]", $"第 {i + 1} 期名称", $"The name of phase {i + 1}", LongestPhaseName);
            check.That(
                phases.Distinct(StringComparer.OrdinalIgnoreCase).Count() == phases.Count,
                "project.phaseTwice", "phases", "分期名称不能重复。", "Two phases have the same name.");
        }

        private async Task<long?> Person(Check check, string? login, Role role, string field, CancellationToken ct)
        {
            if (string.IsNullOrWhiteSpace(login)) return null;
            var user = await mediator.Send(new FindUser(login, role), ct);
            check.That(
                user is not null, "project.person", field,
                $"没有可用的{Permissions.Name(role).Zh}账号「{login}」，请从列表中选择。",
                $"There is no active account “{login}” with the role {Permissions.Name(role).En}; choose from the list.");
            return user?.Id;
        }

        /// <summary>The enterprise of the code; the name it was first registered with stands.</summary>
        private async Task<long> Enterprise(string creditCode, string name, CancellationToken ct)
        {
            await db.Execute(HoldEnterprise, new { creditCode }, ct);
            var row = await db.Find<EnterpriseRow>(FindEnterprise, new { creditCode }, ct);
            if (row is null)
            {
                var id = await ids.Next();
                if (await db.TryInsert(InsertEnterprise, new { Id = id, CreditCode = creditCode, Name = name }, ct)) return id;
                row = (await db.Find<EnterpriseRow>(FindEnterprise, new { creditCode }, ct))!;
            }

            if (!string.Equals(row.Name, name, StringComparison.Ordinal))
                throw Refused.Invalid(
                    "project.enterpriseName", "enterprise",
                    $"统一社会信用代码 {creditCode} 已登记为「{row.Name}」，以登记名称为准；请改为该名称，或核对代码。",
                    $"The credit code {creditCode} is registered as “{row.Name}”, and that name stands: use it, or check the code.");
            return row.Id;
        }

        /// <remarks>Which project that is, whoever registers need not be allowed to see.</remarks>
        private static Refused Taken(string code) => Refused.Conflict(
            "project.codeTaken",
            $"项目代码 {code} 已登记。请核对代码；项目是您的，就在项目列表里打开。",
            $"The project code {code} is already registered. Check the code; if the project is yours, open it from the list.");
    }

    private sealed record EnterpriseRow
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
    }
}
