using System.Net;
using System.Reflection;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Land;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Portfolio.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Modules.Supervision;
using Approvals.Modules.Timeline;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Documents;
using Approvals.Tests.Land;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Approvals.Tests.Access;

/// <summary>The matrix of role, act and scope against the program's own list of requests and page handlers.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MatrixTests
{
    private const long Here = 1;
    private const long OtherWindow = 2;
    private const string NotAllowed = "access.notAllowed";

    private static readonly Role[] Roles = Enum.GetValues<Role>();

    private static IReadOnlyList<Type> Requests { get; } =
        [.. typeof(Site).Assembly.GetTypes().Where(t => !t.IsAbstract && Answer(t) is not null && t.GetCustomAttribute<NeedsAttribute>() is not null).OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>Lists: whoever does not reach a row does not find it there.</summary>
    private static readonly Type[] Lists = [typeof(ListProjects.Query), typeof(ListApplications.Query), typeof(ListCases.Query), typeof(ListParcels.Query), typeof(FindProjects.Query), typeof(ShowDesk.Query), typeof(ShowPortfolio.Query), typeof(ExportPortfolio.Query), typeof(ListSubstitutions.Query)];

    /// <summary>What belongs to no project and no department: the calendar and the catalogue. A new line here is a decision.</summary>
    private static readonly Type[] OfTheZone =
    [
        typeof(DueDate.Query), typeof(CountDays.Query), typeof(ShowYear.Query), typeof(ListEditions.Query),
        typeof(ListCatalogue.Query), typeof(ShowProcess.Query), typeof(ShowItem.Query), typeof(ShowPlan.Query),
    ];

    /// <summary>What a clerk does at their own window, whichever that is: what is taken in there belongs to it.</summary>
    private static readonly Type[] AtOnesWindow = [typeof(TakeIn.Command), typeof(ShowIntake.Query)];

    /// <summary>What needs a longer story: the test that tells it.</summary>
    private static readonly Dictionary<Type, string> Elsewhere = new()
    {
        [typeof(AnswerOrder.Command)] = "OrderTests",
        [typeof(ExtendPermitStart.Command)] = "PermitStartTests",
        [typeof(ShowRequest.Query)] = "RequestTests",
        [typeof(ListRequests.Query)] = "RequestTests",
    };

    /// <summary>One request of each kind on the zone of <see cref="Started"/>, complete enough to be refused for its place alone.</summary>
    private static IEnumerable<object> Examples(string application, string @case, string received, string decided = "") =>
    [
        new ShowProject.Query(Ground.Project), new ShowTimeline.Query(Ground.Project), new ShowSchedule.Query(Ground.Project), new ExportSchedule.Query(Ground.Project), new ExportScheduleTable.Query(Ground.Project),
        new ShowInvestment.Query(Ground.Project), new EnterInvestment.Command([new("2026-02", 1m, null)], MoneyUnit.Wan, Ground.Project), new SpreadInvestment.Command(2026, 12m, MoneyUnit.Wan, Ground.Project),
        new ReportResumption.Command(2026, null, Ground.Project), new ImportInvestment.Command($"{Ground.Project},2026-02,1"),
        new WritingRemarks.Query(Ground.Project), new WriteRemark(MilestoneKind.Completed, 0, "设备到货可能推迟", null, null, Ground.Project), new CloseRisk(1, "已解决", Ground.Project),
        new ShowWeek.Query(Ground.Project), new ChangeSchedule.Command([new("A06", 10)], Ground.Project), new GetApplication.Query(application), new ShowCase.Query(@case), new GetParcel.Query(Ground.Parcel),
        new ExportPlan.Query(Ground.Project), new ImportPlan.Query(Ground.Project, []),
        new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 3, 31))], Ground.Project),
        new CorrectMilestone.Command(MilestoneKind.Signed, new(2026, 3, 2), "填错", 0, Ground.Project), new PlanByProcess.Command(new(2026, 3, 2), Ground.Project),
        new ReportMilestone.Command(MilestoneKind.Signed, new(2026, 3, 2), 0, Ground.Project), new MilestoneReport(Ground.Project, MilestoneKind.Signed, new(2026, 3, 2)),
        new TakeIn.Command(Guid.NewGuid().ToString(), Ground.Project, ["A03"], [], "示例经办", "0813-0000000"), new GiveDocuments.Command(["D02"], received), new ShowIntake.Query(Ground.Project, []),
        new UploadFiles.Command([Samples.Pdf().Sent("材料.pdf")], "D02", received), new UploadFiles.Keep([], "D02", received), new TakeBackFile.Command("x", received),
        new ReuseFile.Command("x", "D02", received), new UploadPaper.Command([Samples.Pdf().Sent("批文.pdf")], "RESULT", @case), new UploadPaper.Keep([], "RESULT", @case),
        new DownloadFile.Query(application, "x"), new ListFiles.Query(application),
        new HandOverWork.Query("fgjx-head"), new HandOverWork.Command("fgjx-head", "fgjx", "调离", [@case]),
        new AssignPeople.Query(Ground.Project), new AssignPeople.Command(null, "agent", "调整", Ground.Project),
        new ArrangeSubstitution.Command("fgjx-head", "fgjx", new(2026, 3, 2), new(2026, 3, 3), "年休"),
        new CorrectApplicant.Command("示例", null, "写错", received),
        new PrintPaper.Command(WindowPaper.Receipt, received), new PrintPaper.Query(WindowPaper.Receipt, application), new PrintNotice.Command(CaseNotice.Pause, 1, @case), new PrintNotice.Query(CaseNotice.Pause, 1, @case),
        new Accept.Command(received), new AskCorrection.Command([new("D04", "投资额有误")], received), new CloseCorrection.Command([], received),
        new NotAccept.Command("不属职权", "示例机关", received), new NoPermitNeeded.Command("无需许可", received), new Withdraw.Command("不办了", received), new WithdrawCase.Command(@case, "不办了"),
        new GiveOwedDocument.Command(decided, "D04"), new HandOut.Command("示例经办", null, decided), new HandOutAll.Command("示例经办", null, decided.Length == 0 ? "" : decided[..^3]),
        new MoveToWindow.Command(OtherWindow, "分流", received),
        new StartHandling.Command(@case), new RemoveCaseExtension.Command(@case, "不再需要"), new ScheduleHearing.Command(@case), new ResumeCase.Command(@case), new GiveOpinion.Command(@case, "同意"),
        new PauseCase.Command(@case), new ExtendCase.Command(@case, 3, "复杂"),
        new ApproveCase.Command(@case), new ApproveWithDocumentsOwed.Command(@case), new RefuseCase.Command(@case, "不符"),
        new CorrectCertificate.Command(@case, "2号", "录错"), new CorrectHandOut.Command("示例经办", null, "写错", decided),
        new CorrectPayment.Command(PaymentKind.Tax, "QS-9", 2m, null, "看错", Ground.Parcel),
        new RecallCase.Command(@case, "决定有误"), new RevokeCase.Command(@case, "以欺骗取得"),
        new OpenParcel.Command(Ground.Project, "A-09", 1_000m, 300m, 50), new RecordPayment.Command(PaymentKind.Tax, 1m, new(2026, 3, 2), "QS-9", Ground.Parcel),
        Ground.Contract, new RecordSiteSurvey.Command(312.5m, new(2026, 3, 2), "示例测绘院", Ground.Parcel), new OrderLevelling.Command("PC-9", new(2026, 3, 2), new(2026, 4, 2), "二次精平", Ground.Parcel),
        new RecordParcelSurvey.Command("ZD-9", new(2026, 3, 2), Ground.Parcel), new HandOverParcel.Command("JD-9", new(2026, 3, 2), "三方", Ground.Parcel),
        new IssueTitle.Command("证-9", new(2026, 3, 2), Ground.Parcel), Ground.Both,
    ];

    private static IEnumerable<Type> Scoped => Requests.Where(t => Permissions.Matrix[Needs(t)].Any(g => g.Reach != Reach.All));

    [Test]
    public async Task Every_request_of_the_program_is_for_the_roles_of_the_matrix_and_no_others()
    {
        await using var app = await App.Start();
        var wrong = new List<string>();
        foreach (var type in Requests)
        {
            foreach (var role in Roles)
            {
                var refused = (await Code(app, Empty(type), new Person(70, "某人", "QX", role))) == NotAllowed;
                if (refused == Permissions.Allows(role, Needs(type))) wrong.Add($"{role} {type.FullName}");
            }
        }

        Assert.That(Requests, Has.Count.GreaterThan(100));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>What the roles are by law and by their names, whatever else the table says. A new line here is a decision.</summary>
    [Test]
    public void A_department_alone_decides_a_window_alone_takes_in_and_who_only_looks_changes_nothing()
    {
        Act[] ofTheDepartment = [Act.HandleCase, Act.DecideCase, Act.HandleLand], ofTheWindow = [Act.DecideIntake, Act.HandOut];
        foreach (var act in ofTheDepartment) Holds(act, Reach.Department, Role.Reviewer, Role.DepartmentHead);
        foreach (var act in ofTheWindow) Holds(act, Reach.Window, Role.WindowClerk);

        Act[] looking = [Act.SeeWork, Act.SeeCentre, Act.ReadReport, Act.Subscribe, Act.UseOwnAccount];
        Assert.That(May(Role.Auditor), Is.EquivalentTo(looking.Append(Act.ReadAudit)));
        Assert.That(May(Role.ZoneLeader), Is.EquivalentTo(looking.Append(Act.Remark).Append(Act.Countersign)));
        foreach (var outside in new[] { Role.Agent, Role.ProjectManager })
        {
            Assert.That(May(outside).Intersect([Act.SeeCentre, Act.ReadReport, Act.ReadAudit]), Is.Empty, outside.ToString());
            Assert.That(Permissions.Matrix[Act.SeeWork].Single(g => g.Role == outside).Reach, Is.EqualTo(Reach.Project), outside.ToString());
        }

        var nowhere = new Actor();
        nowhere.Become(1, "某人", "某人", null, [Role.DepartmentHead]);
        Assert.That(nowhere.May(Act.HandleCase, new Modules.Access.Contract.Place()), Is.False, "of no department, and what is of none is not theirs");

        static void Holds(Act act, Reach reach, params Role[] by)
        {
            Assert.That(Roles.Where(role => Permissions.Allows(role, act)), Is.EquivalentTo(by), act.ToString());
            Assert.That(Permissions.Matrix[act].Select(g => g.Reach), Is.All.EqualTo(reach), act.ToString());
        }

        static IEnumerable<Act> May(Role role) => Enum.GetValues<Act>().Where(act => Permissions.Allows(role, act));
    }

    [Test]
    public async Task Every_handler_of_every_page_is_shut_to_the_roles_its_page_is_not_for()
    {
        await using var app = await App.Start(environment: "Development");
        var handlers = (from page in app.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items.OfType<PageActionDescriptor>()
                        let needs = Menu.Model(page).GetCustomAttribute<NeedsAttribute>()?.Act
                        where needs is not null
                        from method in Menu.Model(page).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                        where method.Name.StartsWith("OnGet", StringComparison.Ordinal) || method.Name.StartsWith("OnPost", StringComparison.Ordinal)
                        let posts = method.Name.StartsWith("OnPost", StringComparison.Ordinal)
                        let name = method.Name[(posts ? 6 : 5)..].Replace("Async", "", StringComparison.Ordinal)
                        select (Url: "/" + Filled(page.AttributeRouteInfo!.Template!) + (name.Length > 0 ? "?handler=" + name : ""), Posts: posts, Act: needs.Value)).ToList();
        var wrong = new List<string>();
        foreach (var (role, login) in DoorsTests.Logins)
        {
            using var browser = await app.SignedIn(login);
            foreach (var handler in handlers.Where(h => !Permissions.Allows(role, h.Act)))
            {
                using var answer = handler.Posts ? await browser.PostAsync(handler.Url, new FormUrlEncodedContent([])) : await browser.GetAsync(handler.Url);
                if (answer.StatusCode != HttpStatusCode.Forbidden) wrong.Add($"{role} {(handler.Posts ? "POST" : "GET")} {handler.Url}: {(int)answer.StatusCode}");
            }
        }

        Assert.That(handlers, Has.Count.GreaterThan(80));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_request_whose_act_has_a_scope_is_tried_from_a_foreign_place()
    {
        var tried = Examples("", "", "").Select(e => e.GetType()).Concat(Lists).Concat(OfTheZone).Concat(Elsewhere.Keys).ToHashSet();

        Assert.That(Scoped.Where(t => !tried.Contains(t)).Select(t => t.FullName), Is.Empty, "add it to Examples, or say here why its place does not matter");
        Assert.That(tried.Where(t => !Scoped.Contains(t)).Select(t => t.FullName), Is.Empty);
    }

    [Test]
    public async Task Nobody_reaches_into_a_foreign_department_project_or_window()
    {
        await using var app = await Started();
        var (application, @case) = await Case(app);
        var wrong = new List<string>();
        var (received, decided) = (await app.Receive(Ground.Project, "A02"), await Decided(app));
        foreach (var example in Examples(application, @case, received.Number, decided))
        {
            foreach (var (role, reach) in Permissions.Matrix[Needs(example.GetType())].Where(g => g.Reach != Reach.All && !(g.Reach == Reach.Window && AtOnesWindow.Contains(example.GetType()))))
            {
                var foreign = reach switch { Reach.Project => new Person(99, "外人", null, role), Reach.Window => new Person(97, "外窗口", null, role) { Window = OtherWindow }, _ => new Person(98, "外部门", "QX", role) };
                var code = await Code(app, example, foreign);
                if (code is not ("case.otherDepartment" or "land.otherDepartment" or "account.otherDepartment" or "project.notYours" or "application.otherWindow")) wrong.Add($"{role} {example.GetType().FullName}: {code}");
            }
        }

        Assert.That(wrong, Is.Empty);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM land_contract"), Is.Zero);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_milestone"), Is.Zero);
        Assert.That(await app.Rows<string>("SELECT DISTINCT state FROM onewindow_application WHERE number = @Number OR window_id <> @Here", new { received.Number, Here }), Is.EqualTo(new[] { "Received" }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_result WHERE handed_out_on IS NOT NULL") + await app.Value<int>("SELECT COUNT(*) FROM permits_owed_document WHERE given_on IS NOT NULL"), Is.Zero);
    }

    [Test]
    public async Task Each_reaches_what_is_their_own()
    {
        await using var app = await Started();
        var (application, @case) = await Case(app);
        var wrong = new List<string>();
        var (received, decided) = (await app.Receive(Ground.Project, "A02"), await Decided(app));
        foreach (var example in Examples(application, @case, received.Number, decided))
        {
            foreach (var (role, reach) in Permissions.Matrix[Needs(example.GetType())])
            {
                var department = example.GetType().Namespace!.EndsWith("Land", StringComparison.Ordinal) ? Ground.Who(example).Department ?? "ZRZY" : "FGJX";
                var own = role switch { Role.Agent => Person.Agent, Role.ProjectManager => Person.Manager, _ => new Person(50, "本人", reach == Reach.Department ? department : null, role) { Window = reach == Reach.Window ? Here : null } };
                var code = await Code(app, example, own);
                if (code is "case.otherDepartment" or "land.otherDepartment" or "account.otherDepartment" or "project.notYours" or "application.otherWindow" or NotAllowed) wrong.Add($"{role} {example.GetType().FullName}: {code}");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Lists_show_a_manager_and_an_agent_the_projects_that_are_theirs_and_others_all()
    {
        await using var app = await Started();
        await Case(app);

        foreach (var (who, sees) in new[] { (Person.Manager, 1), (Person.Agent, 1), (new Person(98, "外人", null, Role.ProjectManager), 0), (new Person(99, "外人", null, Role.Agent), 0), (Person.Leader, 1), (Person.Auditor, 1), (Person.Clerk, 1) })
        {
            Assert.That((await app.Send(new ListProjects.Query(), who)).Projects, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListProjects.Query("2601"), who)).Projects, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListApplications.Query(), who)).Rows, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListApplications.Query(Search: Ground.Project), who)).Rows, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListCases.Query(), who)).Rows, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListCases.Query(Search: "2026"), who)).Rows, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ListParcels.Query(), who)).Parcels, Has.Count.EqualTo(sees), who.ToString());
            Assert.That((await app.Send(new ShowPortfolio.Query(), who)).Totals.Projects, Is.EqualTo(sees), who.ToString());
            if (who.Roles.Any(r => Permissions.Allows(r, Act.TakeIn))) Assert.That(await app.Send(new FindProjects.Query("2601"), who), Has.Count.EqualTo(sees), who.ToString());
        }
    }

    [Test]
    public async Task A_department_on_the_account_of_somebody_from_outside_opens_nothing_of_it()
    {
        await using var app = await Started();
        var (_, @case) = await Case(app);
        async Task<IEnumerable<string>> Desk(Role role)
        {
            var desk = await app.Send(new ShowDesk.Query(), new Person(99, "某人", "FGJX", role));
            return desk.Now.Concat(desk.Late).Concat(desk.Others).Select(d => d.Url);
        }

        foreach (var role in new[] { Role.Agent, Role.ProjectManager }) Assert.That(await Desk(role), Is.Empty, role.ToString());
        Assert.That(await Desk(Role.Reviewer), Is.EqualTo(new[] { $"/cases/{@case}" }));
    }

    [Test]
    public async Task An_agent_who_registers_a_project_serves_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Projects.RegisterProjectTests.Right, Person.Agent);

        Assert.That((await app.Send(new ListProjects.Query(), Person.Agent)).Projects, Has.Count.EqualTo(1));
    }

    /// <summary>A project of <see cref="Person.Manager"/> and <see cref="Person.Agent"/> with a parcel.</summary>
    private static async Task<App> Started()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Open("FGJX");
        await app.Change("UPDATE projects_project SET manager_id = 4, agent_id = 3");
        return app;
    }

    private static async Task<(string Application, string Case)> Case(App app)
    {
        var application = await app.Apply(Ground.Project, "A01");
        return (application.Number, application["A01"]);
    }

    /// <summary>A case that is approved and still owes a document; with it everything belongs to the first of two windows.</summary>
    private static async Task<string> Decided(App app)
    {
        const string project = "2601-510300-04-01-900009";
        await app.Project(project);
        var applied = await app.Apply(project, "A01");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04"], new(2026, 3, 6)), Person.Reviewer("FGJX"));
        foreach (var id in new[] { Here, OtherWindow }) await app.Change("INSERT INTO access_window (id, name, opened_at) VALUES (@id, @name, @now)", new { id, name = $"{id}号窗口", now = app.Zone.Now });
        await app.Change("UPDATE onewindow_application SET window_id = @Here", new { Here });
        return applied["A01"];
    }

    private static Act Needs(Type request) => request.GetCustomAttribute<NeedsAttribute>()!.Act;

    /// <summary>The code it was refused with; empty where it was done or failed for another reason.</summary>
    private static async Task<string> Code(App app, object request, Person who)
    {
        try
        {
            await (Task)typeof(MatrixTests).GetMethod(nameof(Send), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(Answer(request.GetType())!).Invoke(null, [app, request, who])!;
            return "";
        }
        catch (Refused refused)
        {
            return refused.Problems[0].Code;
        }
        catch (Exception error) when (error is not AssertionException)
        {
            return error.GetType().Name;
        }
    }

    private static Task<T> Send<T>(App app, IRequest<T> request, Person who) => app.Send(request, who);

    private static Type? Answer(Type request) =>
        request.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>))?.GetGenericArguments()[0];

    /// <summary>The request with nothing in it.</summary>
    private static object Empty(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue
            : p.ParameterType == typeof(string) ? "none" : p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)]);
    }

    private static string Filled(string template) => string.Join('/', template.Split('/').Where(part => !part.Contains("?}", StringComparison.Ordinal))
        .Select(part => part.Contains(":int", StringComparison.Ordinal) ? "2026" : part.StartsWith('{') ? "x1" : part));
}
