using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Access;

[Parallelizable(ParallelScope.All)]
internal sealed class AccountsTests
{
    private const string Password = "long enough 2026";

    [Test]
    public async Task A_new_account_is_listed_with_its_roles_and_keeps_no_password()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("Zr_zy-1", " 经办人 ", "zrzy", [Role.Reviewer, Role.DepartmentHead], Password), Person.SecurityAdministrator);

        var user = (await app.Send(new ListUsers.Query(), Person.SecurityAdministrator)).Users.Single();
        var kept = await app.Value<string>("SELECT password_hash FROM access_user");

        Assert.That(user, Is.EqualTo(new ListUsers.User("zr_zy-1", "经办人", "ZRZY", user.Roles, true, false)));
        Assert.That(user.Roles, Is.EqualTo(new[] { Role.Reviewer, Role.DepartmentHead }));
        Assert.That(kept, Does.Not.Contain(Password));
    }

    [Test]
    public async Task A_mail_address_is_kept_changed_and_taken_away_and_a_wrong_one_refused()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("somebody", "某人", null, [Role.Auditor], Password, " a.b@zone.example "));
        var first = (await app.Send(new ShowUser.Query("somebody"))).Email;
        var wrong = Refuses(() => app.Send(new ChangeEmail.Command("a@b>, c@d", "somebody")));
        foreach (var host in new[] { "b", "b.", ".b", "b..example", "b.-example", "b-.example" }) wrong = [.. wrong, .. Refuses(() => app.Send(new ChangeEmail.Command($"a@{host}", "somebody")))];
        await app.Send(new ChangeEmail.Command(" ", "somebody"));

        Assert.That(first, Is.EqualTo("a.b@zone.example"));
        Assert.That(wrong, Is.EqualTo(Enumerable.Repeat("email", 7)));
        Assert.That((await app.Send(new ShowUser.Query("somebody"))).Email, Is.Null);
    }

    [Test]
    public async Task People_set_their_own_mail_address_and_a_wrong_one_is_said_beside_the_field()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("somebody", "某人", null, [Role.Auditor], Password));
        await app.Send(new AddUser.Command("another", "别人", null, [Role.Auditor], Password, "another@zone.example"));
        using var browser = await app.SignedIn("somebody", Password);

        using var wrong = await browser.Submit("/account", "form[action*=Email]", ("Email", "a@b>, c@d"));
        using var right = await browser.Submit("/account", "form[action*=Email]", ("Email", " a.b@zone.example "));
        var said = await browser.Page("/account");

        Assert.That((await wrong.Html()).QuerySelector("[aria-labelledby=mail] .invalid-feedback")!.TextContent, Does.Contain("不是邮箱地址"));
        Assert.That((int)right.StatusCode, Is.EqualTo(302));
        Assert.That(said.QuerySelector("#Email")!.GetAttribute("value"), Is.EqualTo("a.b@zone.example"));
        Assert.That(said.QuerySelector(".notice")!.TextContent, Does.Contain("a.b@zone.example"));
        Assert.That((await app.Send(new ShowUser.Query("somebody"))).Email, Is.EqualTo("a.b@zone.example"));
        Assert.That((await app.Send(new ShowUser.Query("another"))).Email, Is.EqualTo("another@zone.example"), "nobody else's");
    }

    /// <summary>Its password is public: the site would not have started with it.</summary>
    [TestCase("Production", false)]
    [TestCase("Development", true)]
    public async Task A_demonstration_account_that_was_closed_is_opened_again_in_Development_alone(string environment, bool opens)
    {
        await using var app = await App.Start(environment: environment);
        await app.Send(new AddDemonstrationAccounts.Command([new("demo.clerk", "示例", null, Role.WindowClerk)], "a public password"));
        await app.Send(new DeactivateUser.Command("demo.clerk"), Person.SecurityAdministrator);

        var refused = opens ? null : await app.Refusal(new ReactivateUser.Command("demo.clerk"), Person.SecurityAdministrator);
        if (opens) await app.Send(new ReactivateUser.Command("demo.clerk"), Person.SecurityAdministrator);

        Assert.That(refused?.Problems.Single().Code, Is.EqualTo(opens ? null : "account.demonstration"));
        Assert.That((await app.Send(new ShowUser.Query("demo.clerk"))).Active, Is.EqualTo(opens));
    }

    [TestCase("ab", "login")]
    [TestCase("has space", "login")]
    [TestCase("汉字汉字", "login")]
    [TestCase("a2345678901234567890123456789012345678901", "login")]
    public async Task A_login_of_the_wrong_shape_is_refused(string login, string field)
    {
        await using var app = await App.Start();
        Assert.That(Refuses(() => app.Send(new AddUser.Command(login, "姓名", null, [Role.Auditor], Password))), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task Everything_wrong_is_told_at_once()
    {
        await using var app = await App.Start();
        var fields = Refuses(() => app.Send(new AddUser.Command("", "", "zrzy9", [], "short")));
        Assert.That(fields, Is.EqualTo(new[] { "login", "name", "roles", "department", "password" }));
    }

    [TestCase(Role.Reviewer)]
    [TestCase(Role.DepartmentHead)]
    public async Task Who_handles_cases_has_a_department(Role role)
    {
        await using var app = await App.Start();
        Assert.That(Refuses(() => app.Send(new AddUser.Command("somebody", "姓名", null, [role], Password))), Is.EqualTo(new[] { "department" }));
    }

    [Test]
    public async Task A_department_that_is_not_of_the_zone_is_refused_with_those_that_are_and_the_page_offers_them()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("root", "安全", null, [Role.SecurityAdministrator], Password));
        await app.Send(new AddUser.Command("worker", "经办", "zrzy", [Role.Reviewer], Password));
        await app.Send(new AddUser.Store("before", "旧账号", "ABC", [Role.Reviewer], "unusable", false));

        var added = Assert.ThrowsAsync<Refused>(() => app.Send(new AddUser.Command("another", "经办", "ABC", [Role.Reviewer], Password)))!;
        var changed = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeRoles.Command("ABC", [Role.Reviewer], "worker")))!;
        await app.Send(new ChangeRoles.Command("ABC", [Role.DepartmentHead], "before"));
        using var browser = await app.SignedIn("root", Password);
        var list = await browser.Page("/accounts");
        var account = await browser.Page("/accounts/worker");

        foreach (var refused in new[] { added, changed })
            Assert.That((refused.Code(), refused.Problems[0].Field, refused.Problems[0].Message.Zh.Contains("ZRZY 自然资源规划", StringComparison.Ordinal)), Is.EqualTo(("department.unknown", "department", true)));
        Assert.That((await app.Send(new ShowUser.Query("before"))).Roles, Is.EqualTo(new[] { Role.DepartmentHead }), "what stands there from before is nobody's hindrance");
        Assert.That(list.QuerySelector("select#Department option[value=ZRZY]")!.TextContent, Does.Contain("ZRZY").And.Contain("自然资源规划"));
        Assert.That(list.QuerySelectorAll("table.data tbody tr").Single(tr => tr.TextContent.Contains("worker", StringComparison.Ordinal)).TextContent, Does.Contain("自然资源规划").And.Contain("ZRZY"));
        Assert.That(account.QuerySelector("select#Department option[selected]")!.GetAttribute("value"), Is.EqualTo("ZRZY"));
    }

    [Test]
    public async Task An_administrator_takes_no_part_in_approvals()
    {
        await using var app = await App.Start();
        Assert.That(Refuses(() => app.Send(new AddUser.Command("somebody", "姓名", null, [Role.SecurityAdministrator, Role.WindowClerk], Password))), Is.EqualTo(new[] { "roles" }));
    }

    [Test]
    public async Task A_login_is_given_once()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("somebody", "姓名", null, [Role.Auditor], Password));

        Assert.That(Refuses(() => app.Send(new AddUser.Command("SOMEBODY", "另一人", null, [Role.Auditor], Password))), Is.EqualTo(new[] { "login" }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user"), Is.EqualTo(1));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_user_role"), Is.EqualTo(1));
    }

    /// <summary>The later one sees what the earlier one has made of it, and may then save.</summary>
    [Test]
    public async Task Roles_that_another_has_changed_meanwhile_are_not_overwritten_unseen()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("first.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        await app.Send(new AddUser.Command("worker", "窗口", null, [Role.WindowClerk], Password));
        using var browser = await app.SignedIn("first.admin", Password);
        const string Form = "form[action*=Roles]";
        using var opened = await browser.GetAsync("/accounts/worker");
        var before = (await opened.Html()).QuerySelector($"{Form} [name=seen]")!.GetAttribute("value")!;
        await app.Send(new ChangeRoles.Command("ZRZY", [Role.Reviewer], "worker"));

        using var late = await browser.Submit("/accounts/worker", Form, ("Roles", "Agent"), ("Department", ""), ("seen", before));
        var kept = (await app.Send(new ShowUser.Query("worker"))).Roles;
        var page = await late.Html();
        using var again = await browser.Submit("/accounts/worker", Form, ("Roles", "Agent"), ("Department", ""), ("seen", page.QuerySelector($"{Form} [name=seen]")!.GetAttribute("value")!));

        Assert.That((before, kept), Is.EqualTo(("WindowClerk", new[] { Role.Reviewer })));
        Assert.That(page.QuerySelector(".errors")!.TextContent, Does.Contain("刚刚已有人更改，现在是：部门经办人 ZRZY"));
        Assert.That(page.QuerySelector("#role-Agent")!.HasAttribute("checked"), Is.True, "what was ticked stays");
        Assert.That(((int)again.StatusCode, (await app.Send(new ShowUser.Query("worker"))).Roles.Single()), Is.EqualTo((302, Role.Agent)));
    }

    [Test]
    public async Task The_last_administrator_stays()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("first.admin", "管理员", null, [Role.SecurityAdministrator], Password));

        Assert.ThrowsAsync<Refused>(() => app.Send(new DeactivateUser.Command("first.admin")));
        Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeRoles.Command(null, [Role.Auditor], "first.admin")));
        await app.Send(new AddUser.Command("second.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        await app.Send(new DeactivateUser.Command("first.admin"));

        var users = (await app.Send(new ListUsers.Query())).Users;
        Assert.That(users.Select(u => (u.Login, u.Active, u.Roles.Single())), Is.EqualTo(new[] { ("first.admin", false, Role.SecurityAdministrator), ("second.admin", true, Role.SecurityAdministrator) }));
    }

    /// <summary>At an open screen, or with a stolen token, nobody takes an administrator's account over, and no administrator gives themselves a part in the work.</summary>
    [Test]
    public async Task Nobody_resets_closes_or_gives_roles_to_their_own_account_and_its_page_says_where_and_by_whom()
    {
        await using var app = await App.Start();
        foreach (var login in new[] { "first.admin", "second.admin" }) await app.Send(new AddUser.Command(login, login, null, [Role.SecurityAdministrator], Password));
        using var browser = await app.SignedIn("first.admin", Password);
        var own = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'first.admin'"), "first.admin", null, Role.SecurityAdministrator);
        var standsIn = new Person(4711, "stands.in", null, Role.SecurityAdministrator) { For = new(own.Id, "first.admin", "first.admin") };
        var before = await app.Value<string>("SELECT password_hash FROM access_user WHERE login = 'first.admin'");
        var refused = new List<(RefusedAs, string)>();
        foreach (var who in new[] { own, standsIn })
        {
            foreach (var request in new MediatR.IRequest<MediatR.Unit>[]
            {
                new ResetFactor.Command("first.admin"), new ResetPassword.Command("another fine one 7", "First.Admin "), new ChangeRoles.Command(null, [Role.Supervisor], "first.admin"), new DeactivateUser.Command("first.admin"),
            })
            {
                var refusal = await app.Refusal(request, who);
                refused.Add((refusal.Status, refusal.Code()));
            }
        }

        using var program = app.Http(await app.Token("first.admin", "stolen", [Scope.Administration]));
        using var reset = await program.PostAsync("/api/accounts/first.admin/factor/reset", null);
        var page = await browser.Page("/accounts/first.admin");
        var another = await browser.Page("/accounts/second.admin");

        Assert.That(refused, Is.EqualTo(Enumerable.Repeat((RefusedAs.Forbidden, "account.isOwn"), 8)));
        Assert.That((int)reset.StatusCode, Is.EqualTo(403));
        Assert.That(await app.Value<string>("SELECT password_hash FROM access_user WHERE login = 'first.admin'"), Is.EqualTo(before));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM access_factor f JOIN access_user u ON u.id = f.user_id WHERE u.login = 'first.admin'"), Is.EqualTo(1));
        Assert.That((await app.Send(new ShowUser.Query("first.admin"))).Roles, Is.EqualTo(new[] { Role.SecurityAdministrator }));
        Assert.That(page.QuerySelector("form[action*=Email]"), Is.Not.Null);
        foreach (var handler in new[] { "Roles", "Password", "Factor", "Deactivate" }) Assert.That(page.QuerySelector($"form[action*={handler}]"), Is.Null, handler);
        Assert.That(page.QuerySelector(".notice a")!.GetAttribute("href"), Is.EqualTo("/account"));
        foreach (var handler in new[] { "Roles", "Password", "Deactivate" }) Assert.That(another.QuerySelector($"form[action*={handler}]"), Is.Not.Null);
        using var posted = await browser.Submit("/accounts/second.admin", "form[action*=Deactivate]");
        Assert.That((int)posted.StatusCode, Is.EqualTo(302), "another's is theirs to close");
    }

    [Test]
    public async Task Others_may_choose_from_the_open_accounts_of_a_role()
    {
        await using var app = await App.Start();
        foreach (var login in new[] { "agent.b", "agent.a", "agent.closed" }) await app.Send(new AddUser.Command(login, "代办员", null, [Role.Agent], Password));
        await app.Send(new DeactivateUser.Command("agent.closed"));

        Assert.That((await app.Send(new UsersOf(Role.Agent))).Select(u => u.Login), Is.EqualTo(new[] { "agent.a", "agent.b" }));
        Assert.That((await app.Send(new FindUser("Agent.A", Role.Agent)))?.Login, Is.EqualTo("agent.a"));
        Assert.That(await app.Send(new FindUser("agent.a", Role.ProjectManager)), Is.Null);
        Assert.That(await app.Send(new FindUser("agent.closed", Role.Agent)), Is.Null);
    }

    [Test]
    public async Task An_administrator_opens_an_account_on_the_page_and_sees_what_is_wrong_beside_the_field()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("first.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        using var browser = await app.SignedIn("first.admin", Password);

        using var wrong = await browser.Submit("/accounts", "form[action*=Add]", ("Login", "a b"), ("Name", "姓名"), ("Roles", "Auditor"), ("Password", Password));
        using var right = await browser.Submit("/accounts", "form[action*=Add]", ("Login", "audit"), ("Name", "审计"), ("Roles", "Auditor"), ("Password", Password));

        var page = await wrong.Html();
        Assert.That(page.QuerySelector("[name=Login]")!.GetAttribute("value"), Is.EqualTo("a b"));
        Assert.That(page.QuerySelector(".errors li")!.TextContent, Does.Contain("小写字母"));
        Assert.That(page.QuerySelector("#new-Auditor")!.HasAttribute("checked"), Is.True);
        Assert.That((int)right.StatusCode, Is.EqualTo(302));
        using var audit = await app.SignedIn("audit", Password);
    }

    [Test]
    public async Task An_administrator_changes_roles_and_password_and_closes_an_account_on_its_page()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("first.admin", "管理员", null, [Role.SecurityAdministrator], Password));
        await app.Send(new AddUser.Command("somebody", "某人", null, [Role.Auditor], Password));
        using var browser = await app.SignedIn("first.admin", Password);

        using var roles = await browser.Submit("/accounts/somebody", "form[action*=Roles]", ("Roles", "Reviewer"), ("Department", "QX"));
        using var password = await browser.Submit("/accounts/somebody", "form[action*=Password]", ("New", "another long one"));
        using var closed = await browser.Submit("/accounts/somebody", "form[action*=Deactivate]");

        var user = await app.Send(new ShowUser.Query("somebody"));
        Assert.That(new[] { roles, password, closed }.Select(a => (int)a.StatusCode), Is.All.EqualTo(302));
        Assert.That((user.Department, user.Active, user.Roles.Single()), Is.EqualTo(("QX", false, Role.Reviewer)));
    }

    [Test]
    public async Task Nobody_but_an_administrator_opens_accounts()
    {
        await using var app = await App.Start();
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new AddUser.Command("somebody", "姓名", null, [Role.SecurityAdministrator], Password), Person.Supervisor));
        Assert.That(refused.Status, Is.EqualTo(RefusedAs.Forbidden));
    }

    private static IEnumerable<string> Refuses(Func<Task> act) => Assert.ThrowsAsync<Refused>(() => act())!.Problems.Select(p => p.Field);
}
