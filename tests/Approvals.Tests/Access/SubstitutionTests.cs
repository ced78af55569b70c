using System.Net;
using System.Net.Http.Json;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.Permits;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using MediatR;

namespace Approvals.Tests.Access;

/// <summary>替岗: within its days somebody acts for somebody else, in their roles and under both names.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SubstitutionTests
{
    private const string Password = "a long enough one";
    private static readonly DateOnly Monday = new(2026, 3, 2);

    /// <summary>Accounts of each kind: two of a department, two of the window, others.</summary>
    private static async Task<App> Zone()
    {
        var app = await App.Start();
        foreach (var (login, name, department, role) in new[]
        {
            ("jx-head", "负责人甲", "FGJX", Role.DepartmentHead), ("jx", "经办人乙", "FGJX", Role.Reviewer), ("zr", "外部门丙", "ZRZY", Role.Reviewer), ("zr-head", "外部门负责人", "ZRZY", Role.DepartmentHead),
            ("desk", "窗口丁", null, Role.WindowClerk), ("desk2", "窗口戊", null, Role.WindowClerk), ("agent", "代办己", null, Role.Agent), ("agent2", "代办庚", null, Role.Agent), ("root", "安全", (string?)null, Role.SecurityAdministrator),
        }) await app.Send(new AddUser.Store(login, name, department, [role], "unusable", false));
        return app;
    }

    private static async Task<Person> Who(App app, string login)
    {
        var row = (await app.Rows<Known>("SELECT id, name, department FROM access_user WHERE login = @login", new { login })).Single();
        var roles = await app.Rows<string>("SELECT role FROM access_user_role WHERE user_id = @Id", new { row.Id });
        return new(row.Id, login, row.Department, [.. roles.Select(Enum.Parse<Role>)]);
    }

    /// <summary>As the session of the substitute acts once the switch is thrown.</summary>
    private static async Task<Person> ActingFor(App app, string substitute, string login)
    {
        var (self, other) = (await Who(app, substitute), await Who(app, login));
        return new Person(self.Id, substitute, other.Department, other.Roles) { For = new(other.Id, login, await app.Value<string>("SELECT name FROM access_user WHERE login = @login", new { login })) };
    }

    private static Task<NameSubstitute.Result> Name(App app, Person who, string substitute, int from = 0, int to = 4) =>
        app.Send(new NameSubstitute.Command(substitute, Monday.AddDays(from), Monday.AddDays(to), "年休"), who);

    private static Task<string> Enter(App app, long id, Person who) => app.Send(new StandInFor.Command(id), who);

    private static async Task<IReadOnlyList<string>> Told(App app, string key) =>
        await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key LIKE @key ORDER BY u.login", new { key = $"%:{key}" });

    [Test]
    public async Task A_colleague_stands_in_within_a_department_and_somebody_of_the_same_role_elsewhere_and_nobody_else()
    {
        await using var app = await Zone();
        foreach (var (who, substitute, code) in new[]
        {
            ("jx-head", "zr-head", "substitution.unfit"), ("jx-head", "desk", "substitution.unfit"), ("desk", "jx", "substitution.unfit"), ("desk", "agent", "substitution.unfit"),
            ("jx-head", "jx-head", "substitution.self"), ("jx-head", "root", "substitution.administrator"), ("root", "desk", "substitution.administrator"), ("jx", "nobody", "substitution.unknown"),
        })
            Assert.That((await app.Refusal(new NameSubstitute.Command(substitute, Monday, Monday, "年休"), await Who(app, who))).Code(), Is.EqualTo(code), $"{substitute} for {who}");

        await Name(app, await Who(app, "jx-head"), "jx");
        await Name(app, await Who(app, "desk"), "desk2");
        Assert.That((await app.Send(new MySubstitutions.Query(), await Who(app, "agent"))).Candidates.Select(c => c.Login), Is.EqualTo(new[] { "agent2" }));
        await app.Send(new DeactivateUser.Command("agent2"));
        Assert.That((await app.Refusal(new NameSubstitute.Command("agent2", Monday, Monday, "年休"), await Who(app, "agent"))).Code(), Is.EqualTo("substitution.unfit"), "a closed account");
    }

    [Test]
    public async Task It_holds_from_its_first_day_to_its_last_and_ends_by_itself_and_both_are_told()
    {
        await using var app = await Zone();
        var (head, colleague) = (await Who(app, "jx-head"), await Who(app, "jx"));
        var id = (await Name(app, head, "jx", 1, 2)).Id;
        var held = new List<bool>();
        for (var day = 0; day < 4; day++)
        {
            await app.Send(new TurnSubstitutions.Command());
            held.Add((await app.Send(new StandInsOf(colleague.Id))).Count == 1);
            if (held[^1]) Assert.That(await Enter(app, id, colleague), Is.EqualTo("负责人甲"));
            else Assert.That((await app.Refusal(new StandInFor.Command(id), colleague)).Code(), Is.EqualTo("substitution.notInForce"));
            app.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(await app.Send(new TurnSubstitutions.Command()), Is.Zero, "the end is told once");
        Assert.That(held, Is.EqualTo(new[] { false, true, true, false }));
        foreach (var key in new[] { "Named", "Begun", "Ended" }) Assert.That(await Told(app, key), Is.EqualTo(new[] { "jx", "jx-head" }), key);
    }

    [Test]
    public async Task It_ends_early_when_either_of_the_two_says_so_or_whoever_arranges_it_and_for_nobody_else()
    {
        await using var app = await Zone();
        foreach (var ender in new[] { "jx-head", "jx", "root" })
        {
            var id = (await Name(app, await Who(app, "jx-head"), "jx")).Id;
            Assert.That((await app.Refusal(new EndSubstitution.Command(id), await Who(app, "zr-head"))).Code(), Is.EqualTo("substitution.notFound"));
            await app.Send(new EndSubstitution.Command(id), await Who(app, ender));
            Assert.That((await app.Refusal(new StandInFor.Command(id), await Who(app, "jx"))).Code(), Is.EqualTo("substitution.notInForce"), ender);
            Assert.That((await app.Refusal(new EndSubstitution.Command(id), await Who(app, ender))).Code(), Is.EqualTo("substitution.ended"));
        }

        Assert.That(await Told(app, "Ended"), Has.Count.EqualTo(6));
    }

    [TestCase("jx")]
    [TestCase("jx-head")]
    public async Task It_ends_when_the_account_of_either_is_closed(string closed)
    {
        await using var app = await Zone();
        var id = (await Name(app, await Who(app, "jx-head"), "jx")).Id;
        await app.Send(new DeactivateUser.Command(closed), await Who(app, "root"));
        await app.Send(new ReactivateUser.Command(closed), await Who(app, "root"));

        Assert.That((await app.Refusal(new StandInFor.Command(id), await Who(app, "jx"))).Code(), Is.EqualTo("substitution.notInForce"), "nor does it begin again with the account");
        Assert.That(await Told(app, "Ended"), Does.Contain(closed == "jx" ? "jx-head" : "jx"));
    }

    [TestCase("ZRZY", Role.Reviewer)]
    [TestCase("FGJX", Role.SystemAdministrator, Description = "三员分立, whatever the department")]
    public async Task It_holds_no_longer_once_the_two_do_not_fit_any_more(string department, Role role)
    {
        await using var app = await Zone();
        var id = (await Name(app, await Who(app, "jx-head"), "jx")).Id;
        await app.Send(new ChangeRoles.Command(department, [role], "jx"), await Who(app, "root"));

        Assert.That((await app.Refusal(new StandInFor.Command(id), await Who(app, "jx"))).Code(), Is.EqualTo("substitution.notInForce"));
    }

    [Test]
    public async Task Nobody_is_stood_in_for_twice_at_once_nor_stands_in_while_stood_in_for_nor_hands_it_on()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Store("jx2", "经办人辛", "FGJX", [Role.Reviewer], "unusable", false));
        var id = (await Name(app, await Who(app, "jx-head"), "jx")).Id;

        Assert.That((await app.Refusal(new StandInFor.Command(id), await Who(app, "jx2"))).Code(), Is.EqualTo("substitution.notInForce"), "it is somebody else's");
        foreach (var (who, substitute) in new[] { ("jx-head", "jx2"), ("jx", "jx2"), ("jx2", "jx-head") })
            Assert.That((await app.Refusal(new NameSubstitute.Command(substitute, Monday.AddDays(4), Monday.AddDays(9), "年休"), await Who(app, who))).Code(), Is.EqualTo("substitution.crossing"), $"{substitute} for {who}");
        Assert.That((await app.Refusal(new NameSubstitute.Command("jx2", Monday.AddDays(9), Monday.AddDays(9), "年休"), await ActingFor(app, "jx", "jx-head"))).Code(), Is.EqualTo("substitution.standingIn"));
        await Name(app, await Who(app, "jx-head"), "jx2", 5, 9);
        await Name(app, await Who(app, "jx2"), "jx");
    }

    [Test]
    public async Task Days_and_reason_are_told_by_field()
    {
        await using var app = await Zone();
        var head = await Who(app, "jx-head");
        string[] Fields(Approvals.Web.Refused refused) => [.. refused.Problems.Select(p => p.Field)];

        Assert.That(Fields(await app.Refusal(new NameSubstitute.Command("jx", null, null, " "), head)), Is.EqualTo(new[] { "reason", "from", "to" }));
        Assert.That(Fields(await app.Refusal(new NameSubstitute.Command("jx", Monday.AddDays(-1), Monday.AddDays(-2), "年休"), head)), Is.EqualTo(new[] { "from", "to" }));
        Assert.That(Fields(await app.Refusal(new NameSubstitute.Command("jx", Monday, Monday.AddDays(Substitutions.LongestDays), "年休"), head)), Is.EqualTo(new[] { "to" }));
        foreach (var far in new[] { new DateOnly(9999, 12, 31), Monday.AddYears(1).AddDays(1) })
            Assert.That((await app.Refusal(new NameSubstitute.Command("jx", far, far, "年休"), head)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("substitution.far", "from") }), $"{far}");
    }

    [Test]
    public async Task A_head_arranges_it_within_the_department_and_sees_no_other_and_the_security_administrator_everywhere()
    {
        await using var app = await Zone();
        var (head, other, root) = (await Who(app, "jx-head"), await Who(app, "zr-head"), await Who(app, "root"));
        var command = new ArrangeSubstitution.Command("jx", "jx-head", Monday, Monday, "急病");

        Assert.That((await app.Refusal(command, other)).Code(), Is.EqualTo("account.otherDepartment"));
        Assert.That((await app.Refusal(command with { Login = "desk", Substitute = "desk2" }, head)).Code(), Is.EqualTo("account.otherDepartment"));
        await app.Send(command, head);
        await app.Send(command with { Login = "desk", Substitute = "desk2" }, root);

        Assert.That((await app.Send(new ListSubstitutions.Query(), head)).Open.Select(l => l.Login), Is.EqualTo(new[] { "jx" }));
        Assert.That((await app.Send(new ListSubstitutions.Query(), other)).Open, Is.Empty);
        Assert.That((await app.Send(new ListSubstitutions.Query(), root)).Open.Select(l => l.Login), Is.EquivalentTo(new[] { "jx", "desk" }));
        Assert.That((await app.Send(new ListSubstitutions.Query(), other)).People.Select(p => p.Department), Is.All.EqualTo("ZRZY"));
    }

    [Test]
    public async Task What_is_done_bears_both_names_in_the_log_and_the_history_and_stays_in_the_hands_of_whoever_was_stood_in_for()
    {
        await using var app = await Zone();
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), await ActingFor(app, "jx", "jx-head"));

        var record = (await app.Rows<Kept>("SELECT login, user_name, roles, on_behalf_of FROM audit_record WHERE command = 'Permits.StartHandling' ORDER BY id")).Single();
        var history = (await app.Send(new HistoryOf([$"case:{number}"]))).Select(l => l.Who);
        var handler = await app.Value<string>("SELECT u.login FROM permits_public_handler h JOIN access_user u ON u.id = h.user_id JOIN permits_case c ON c.id = h.case_id WHERE c.number = @number", new { number });
        Assert.Multiple(async () =>
        {
            Assert.That((record.Login, record.Roles, record.OnBehalfOf), Is.EqualTo(("jx", "DepartmentHead", "jx-head")));
            Assert.That((await app.Log(number))[^1].UserName, Is.EqualTo("jx（代 负责人甲）"));
            Assert.That(history, Does.Contain("jx（代 负责人甲）"));
            Assert.That(handler, Is.EqualTo("jx-head"));
        });
    }

    [Test]
    public async Task Projects_are_those_of_whoever_is_stood_in_for()
    {
        await using var app = await Zone();
        await app.Send(Projects.RegisterProjectTests.Right, await Who(app, "agent"));

        foreach (var login in new[] { "pm", "pm2" }) await app.Send(new AddUser.Store(login, login, null, [Role.ProjectManager], "unusable", false));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'pm')");

        foreach (var (away, substitute) in new[] { ("agent", "agent2"), ("pm", "pm2") })
        {
            var own = await app.Send(new Modules.Projects.ListProjects.Query(), await Who(app, substitute));
            var asOther = await app.Send(new Modules.Projects.ListProjects.Query(), await ActingFor(app, substitute, away));
            Assert.That((own.Projects.Count, asOther.Projects.Count), Is.EqualTo((0, 1)), away);
            var show = new Modules.Projects.ShowProject.Query(asOther.Projects.Single().Code);
            Assert.That((await app.Refusal(show, await Who(app, substitute))).Code(), Is.EqualTo("project.notYours"), away);
            Assert.That((await app.Send(show, await ActingFor(app, substitute, away))).Project.Code, Is.EqualTo(show.Code), away);
        }
    }

    [Test]
    public async Task What_a_substitute_asked_for_is_done_under_both_names_once_a_third_approves_it_and_by_neither_of_the_two()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Store("jx2", "经办人辛", "FGJX", [Role.Reviewer], "unusable", false));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), await Who(app, "jx"));
        var asked = await app.Ask(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), await ActingFor(app, "jx2", "jx"));

        var both = new Person((await Who(app, "jx")).Id, "jx", "FGJX", Role.DepartmentHead);
        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), both)).Code(), Is.EqualTo("request.samePerson"), "whoever was stood in for");
        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), await ActingFor(app, "jx2", "jx-head"))).Code(), Is.EqualTo("request.samePerson"), "the substitute, for another");
        await app.Countersign(asked, await Who(app, "jx-head"));

        Assert.That((await app.Log(number))[^1].UserName, Is.EqualTo("经办人辛（代 经办人乙）"));
        Assert.That((await app.Rows<Kept>("SELECT login, user_name, roles, on_behalf_of FROM audit_record WHERE command = 'Permits.PauseCase' AND outcome = 'done'")).Single().OnBehalfOf, Is.EqualTo("jx"));
    }

    [Test]
    public async Task Where_whoever_asked_stands_in_for_all_who_could_approve_it_the_request_says_so_and_who_can()
    {
        await using var app = await Zone();
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var (head, asker) = (await Who(app, "jx-head"), await Who(app, "jx"));
        await app.Send(new StartHandling.Command(number), asker);
        var asked = await app.Ask(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), asker);
        async Task<string?> Says() => (await app.Send(new ShowRequest.Query(asked), asker)).Standstill?.Zh;

        var present = await Says();
        var id = (await Name(app, head, "jx")).Id;
        var away = await Says();
        await app.Send(new AddUser.Store("jx-head2", "副职", "FGJX", [Role.DepartmentHead], "unusable", false));
        var another = await Says();
        await app.Send(new DeactivateUser.Command("jx-head2"));
        await app.Send(new EndSubstitution.Command(id), head);
        var back = await Says();

        Assert.That((present, another, back), Is.EqualTo((default(string), default(string), default(string))));
        Assert.That(away, Does.Contain((await app.Send(new ShowRequest.Query(asked), asker)).Approvers.Single()).And.Contain("本人登录批准").And.Contain("安全管理员"));
    }

    [Test]
    public async Task Whoever_asks_picks_nobody_to_approve_it_by_naming_a_substitute_for_whoever_could()
    {
        await using var app = await Zone();
        foreach (var (login, role) in new[] { ("jx-head2", Role.DepartmentHead), ("jx2", Role.Reviewer) }) await app.Send(new AddUser.Store(login, login, "FGJX", [role], "unusable", false));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var (head, other) = (await Who(app, "jx-head"), await Who(app, "jx-head2"));
        await app.Send(new StartHandling.Command(number), head);
        var asked = await app.Ask(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), head);
        var named = (await app.Send(new ArrangeSubstitution.Command("jx-head2", "jx", Monday, Monday, "出差"), head)).Id;

        var picked = await app.Refusal(new ApproveRequest.Command(asked), await ActingFor(app, "jx", "jx-head2"));
        var declined = await app.Refusal(new DeclineRequest.Command(asked, "不同意"), await ActingFor(app, "jx", "jx-head2"));
        await app.Send(new EndSubstitution.Command(named), other);
        await Name(app, other, "jx", 0, 0);
        await app.Countersign(asked, await ActingFor(app, "jx", "jx-head2"));

        Assert.That((picked.Code(), declined.Code()), Is.EqualTo(("request.namedByAsker", "request.namedByAsker")), "it was the head's own choice who stands in");
    }

    [Test]
    public async Task Nor_does_whom_the_asker_stands_in_for_pick_anybody_and_a_substitute_whom_the_holder_of_the_post_named_may_approve()
    {
        await using var app = await Zone();
        foreach (var (login, role) in new[] { ("jx-head2", Role.DepartmentHead), ("jx-head3", Role.DepartmentHead), ("jx2", Role.Reviewer) }) await app.Send(new AddUser.Store(login, login, "FGJX", [role], "unusable", false));
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        var head = await Who(app, "jx-head");
        await app.Send(new StartHandling.Command(number), head);
        var asked = await app.Ask(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), await ActingFor(app, "jx2", "jx-head"));
        await app.Send(new ArrangeSubstitution.Command("jx-head2", "jx", Monday, Monday, "出差"), head);
        await Name(app, await Who(app, "jx-head3"), "jx", 0, 0);

        Assert.That((await app.Refusal(new ApproveRequest.Command(asked), await ActingFor(app, "jx", "jx-head2"))).Code(), Is.EqualTo("request.namedByAsker"));
        await app.Countersign(asked, await ActingFor(app, "jx", "jx-head3"));
    }

    [Test]
    public async Task Nobody_whose_account_is_closed_is_offered_to_be_stood_in_for()
    {
        await using var app = await Zone();
        var (head, colleague) = (await Who(app, "jx-head"), await Who(app, "jx"));
        var id = (await Name(app, head, "jx")).Id;
        var before = (await app.Send(new StandInsOf(colleague.Id))).Count;
        await app.Change("UPDATE access_user SET is_active = 0 WHERE login = 'jx-head'"); // past the program, which would end it

        Assert.That((before, (await app.Send(new StandInsOf(colleague.Id))).Count), Is.EqualTo((1, 0)));
        Assert.That((await app.Refusal(new StandInFor.Command(id), colleague)).Code(), Is.EqualTo("substitution.notInForce"));
    }

    [Test]
    public async Task The_switch_stands_on_every_page_within_the_days_and_what_was_opened_before_the_end_is_not_sent_after_it()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("lead", "负责人甲", "FGJX", [Role.DepartmentHead], Password));
        await app.Send(new AddUser.Command("aide", "经办人乙", "FGJX", [Role.Reviewer], Password));
        var lead = await Who(app, "lead");
        var id = (await Name(app, lead, "aide", 0, 0)).Id;
        using var browser = await app.SignedIn("aide", Password);

        var before = await browser.Page("/queue");
        using var entered = await browser.Submit("/queue", "form[action*=StandIn]");
        var acting = await browser.Page("/queue");
        using var arrange = await browser.GetAsync("/substitutions");
        var opened = acting.QuerySelector("form[action*=StandDown] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await app.Send(new EndSubstitution.Command(id), lead);
        using var late = await browser.PostAsync("/account?handler=StandDown", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", opened)]));
        var said = (await late.Content.ReadAsStringAsync()).Contains("代岗已经结束", StringComparison.Ordinal);
        var after = await browser.Page("/queue");

        Assert.Multiple(() =>
        {
            Assert.That(before.QuerySelector(".standin")!.TextContent, Does.Contain("代负责人甲办理"));
            Assert.That(entered.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(acting.QuerySelector(".standin.is-on")!.TextContent, Does.Contain("正在代负责人甲办理"));
            Assert.That(arrange.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the roles are the other's");
            Assert.That((late.StatusCode, said), Is.EqualTo((HttpStatusCode.Forbidden, true)));
            Assert.That(after.QuerySelector(".standin"), Is.Null);
            Assert.That(after.QuerySelector(".who .name")!.TextContent, Is.EqualTo("经办人乙"));
        });
    }

    [Test]
    public async Task Of_the_own_roles_and_department_there_are_none_meanwhile_and_all_of_them_afterwards()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Store("both", "双岗", "FGJX", [Role.WindowClerk, Role.Reviewer], "unusable", false));
        await using var scope = app.Services.CreateAsyncScope();
        var (db, actor) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Actor>());
        var (both, desk) = (await Account.Get(db, "both", default), await Account.Get(db, "desk", default));
        (long, long, string?, string) As(Account? behalf)
        {
            Principal.Of(both, Sessions.Scheme, behalf).Sit(actor);
            return (actor.UserId, actor.WorksAs, actor.Department, string.Join(' ', actor.Roles.Order()));
        }

        Assert.That(As(desk), Is.EqualTo((both.Id, desk.Id, (string?)null, "WindowClerk")));
        Assert.That(As(null), Is.EqualTo((both.Id, both.Id, "FGJX", "WindowClerk Reviewer")));
    }

    [TestCase("everywhere")]
    [TestCase("this one")]
    public async Task A_session_that_was_ended_does_not_begin_anew_by_the_switch(string how)
    {
        await using var app = await Pair();
        var (lead, aide) = (await Who(app, "lead"), await Who(app, "aide"));
        await Name(app, lead, "aide");
        using var browser = await app.SignedIn("aide", Password);
        await browser.Page("/queue");

        // As another server ends it: this one does not know yet.
        if (how == "everywhere") await app.Send(new SignOutEverywhere.Command(), aide);
        else await app.Send(new EndSession.Others(0), aide);
        using var entered = await browser.Submit("/queue", "form[action*=StandIn]");
        using var at = await browser.GetAsync("/queue");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        using var later = await browser.GetAsync("/queue");

        Assert.That(entered.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((at.StatusCode, later.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM audit_record WHERE command = 'Access.StandInFor'"), Is.Zero);
    }

    [Test]
    public async Task Nor_does_one_that_is_ended_at_that_very_moment()
    {
        await using var app = await Pair(services => services.AddTransient<IPipelineBehavior<StandInFor.Command, string>, EndsAllSessions>());
        await Name(app, await Who(app, "lead"), "aide");
        using var browser = await app.SignedIn("aide", Password);

        using var entered = await browser.Submit("/queue", "form[action*=StandIn]");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        using var later = await browser.GetAsync("/queue");

        Assert.That((entered.StatusCode, later.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That(later.Headers.Location!.AbsolutePath, Is.EqualTo("/sign-in"));
    }

    [Test]
    public async Task What_was_opened_for_one_is_not_sent_for_another_whatever_pages_were_opened_meanwhile()
    {
        await using var app = await Pair();
        var id = (await Name(app, await Who(app, "lead"), "aide")).Id;
        using var browser = await app.SignedIn("aide", Password);
        static string Token(AngleSharp.Html.Dom.IHtmlDocument page) => page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        async Task<(HttpStatusCode, bool)> Send(string token, string email)
        {
            using var answer = await browser.PostAsync("/account?handler=Email", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("Email", email)]));
            return (answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Contains("另一身份", StringComparison.Ordinal));
        }

        var own = Token(await browser.Page("/account"));
        using var entered = await browser.Submit("/queue", "form[action*=StandIn]");
        await browser.Page("/queue");
        var ownWhileActing = await Send(own, "one@zone.example");
        var acting = Token(await browser.Page("/account"));
        await app.Send(new EndSubstitution.Command(id), await Who(app, "lead"));
        await browser.Page("/queue"); // here the session learns that it is over; nothing is refused for that any more
        await browser.Page("/messages");
        var actingWhileOwn = await Send(acting, "two@zone.example");
        var ownWhileOwn = await Send(own, "three@zone.example");

        Assert.That((ownWhileActing, actingWhileOwn), Is.EqualTo(((HttpStatusCode.Forbidden, true), (HttpStatusCode.Forbidden, true))));
        Assert.That(ownWhileOwn.Item1, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await app.Value<string>("SELECT email FROM access_user WHERE login = 'aide'"), Is.EqualTo("three@zone.example"));
    }

    [Test]
    public async Task No_token_lends_its_owners_roles_or_anybody_elses()
    {
        await using var app = await Pair();
        using var program = app.Http(await app.Token("lead", "全", Scopes.All));
        var body = new { login = "aide", substitute = "lead", from = Monday, to = Monday, reason = "年休" };
        using var own = await program.PostAsJsonAsync("/api/account/substitutions", body);
        using var others = await program.PostAsJsonAsync("/api/substitutions", body);
        using var read = await program.GetAsync("/api/account/substitutions");

        Assert.That((own.StatusCode, others.StatusCode, read.StatusCode), Is.EqualTo((HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed, HttpStatusCode.OK)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_substitution"), Is.Zero);
    }

    [Test]
    public async Task What_somebody_away_is_told_the_substitute_is_told_within_the_days_and_once()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Store("jx2", "经办人辛", "FGJX", [Role.Reviewer], "unusable", false));
        var (head, colleague) = (await Who(app, "jx-head"), await Who(app, "jx"));
        var toHead = new Audience(Role.DepartmentHead, "FGJX");
        await app.Tell(Telling.News("before", MessageLevel.Yellow, toHead));
        var id = (await Name(app, head, "jx")).Id;
        for (var i = 0; i < 2; i++) await app.Tell(Telling.News("within", MessageLevel.Yellow, toHead));
        await app.Tell(Telling.News("both", MessageLevel.Yellow, toHead, new(Role.Reviewer, "FGJX")));
        await app.Tell(Telling.News("other", MessageLevel.Yellow, new Audience(UserId: (await Who(app, "jx2")).Id)));
        var within = (await app.Inbox(colleague)).New;
        await app.Send(new EndSubstitution.Command(id), head);
        await app.Tell(Telling.News("after", MessageLevel.Yellow, toHead));
        var after = await app.Inbox(colleague);

        async Task<IReadOnlyList<string>> Keys(string login) => await app.Rows<string>("SELECT m.message_key FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE u.login = @login AND m.message_key NOT LIKE 'substitution:%' ORDER BY m.id", new { login });
        Assert.Multiple(async () =>
        {
            Assert.That(within.Select(m => m.For), Is.EqualTo(new[] { null, "负责人甲", null }), "both, within, the substitution itself");
            Assert.That(await Keys("jx-head"), Is.EqualTo(new[] { "before", "within", "both", "after" }), "whoever is away is told all the same");
            Assert.That(await Keys("jx"), Is.EqualTo(new[] { "within", "both" }));
            Assert.That(await Keys("jx2"), Is.EqualTo(new[] { "both", "other" }));
            Assert.That(after.New.Select(m => m.For), Is.All.Null, "what is left of it is to do no longer");
            Assert.That(after.Rows.Select(m => m.For), Does.Contain("负责人甲"));
        });
    }

    [Test]
    public async Task No_substitute_is_told_whose_account_is_closed_or_who_does_not_fit_any_more()
    {
        await using var app = await Zone();
        await Name(app, await Who(app, "jx-head"), "jx");
        await app.Send(new ChangeRoles.Command("ZRZY", [Role.Reviewer], "jx"), await Who(app, "root"));

        await app.Tell(Telling.News("within", MessageLevel.Red, new Audience(Role.DepartmentHead, "FGJX")));

        Assert.That(await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key = 'within'"), Is.EqualTo(new[] { "jx-head" }));
    }

    [Test]
    public async Task A_substitute_is_not_asked_to_approve_what_they_asked_for()
    {
        await using var app = await Zone();
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), await Who(app, "jx"));
        await Name(app, await Who(app, "jx-head"), "jx");
        var asked = await app.Ask(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), await Who(app, "jx"));

        Assert.That(await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key = @key", new { key = $"request:{asked}" }), Is.EqualTo(new[] { "jx-head" }));
    }

    [Test]
    public async Task What_presses_is_mailed_to_whoever_acts_and_once()
    {
        using var sink = new MailSink();
        await using var app = await App.Start(chosen: sink.Settings);
        foreach (var (login, name, role, email) in new[] { ("lead", "负责人甲", Role.DepartmentHead, "lead@zone.example"), ("aide", "经办人乙", Role.Reviewer, "aide@zone.example"), ("mute", "经办人丙", Role.Reviewer, (string?)null) })
            await app.Send(new AddUser.Command(login, name, "FGJX", [role], Password, email));
        var toHead = new Audience(Role.DepartmentHead, "FGJX");
        var id = (await Name(app, await Who(app, "lead"), "aide")).Id;
        await app.Tell(Telling.News("one", MessageLevel.Red, toHead));
        await app.Send(new EndSubstitution.Command(id), await Who(app, "lead"));
        await Name(app, await Who(app, "lead"), "mute");
        await app.Tell(Telling.News("two", MessageLevel.Red, toHead));

        Assert.That((await app.Outbox()).Select(m => (m.IdempotencyKey[(m.IdempotencyKey.LastIndexOf(':') + 1)..], m.Address)), Is.EqualTo(new[] { ("one", "经办人乙 <aide@zone.example>"), ("two", "负责人甲 <lead@zone.example>") }),
            "where the substitute has no address, whoever is away is mailed");
    }

    private static async Task<App> Pair(Action<IServiceCollection>? listen = null)
    {
        var app = await App.Start(listen: listen);
        await app.Send(new AddUser.Command("lead", "负责人甲", "FGJX", [Role.DepartmentHead], Password));
        await app.Send(new AddUser.Command("aide", "经办人乙", "FGJX", [Role.Reviewer], Password));
        return app;
    }

    /// <summary>Signed out everywhere while the switch is thrown.</summary>
    private sealed class EndsAllSessions(Db db, Actor actor) : IPipelineBehavior<StandInFor.Command, string>
    {
        public async Task<string> Handle(StandInFor.Command request, CancellationToken ct, RequestHandlerDelegate<string> next)
        {
            var name = await next();
            await db.Transact(() => db.Execute(SignOutEverywhere.NextRound, new { id = actor.UserId }, ct), ct);
            return name;
        }
    }

    private sealed record Known
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public string? Department { get; init; }
    }

    private sealed record Kept
    {
        public string Login { get; init; } = "";
        public string UserName { get; init; } = "";
        public string Roles { get; init; } = "";
        public string OnBehalfOf { get; init; } = "";
    }
}
