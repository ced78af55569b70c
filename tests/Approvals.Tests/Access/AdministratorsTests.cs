using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Deadlines;
using Approvals.Web;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace Approvals.Tests.Access;

/// <summary>三员分立: system, security and audit administrator stand apart from each other and from the work.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AdministratorsTests
{
    private const string Password = "a long enough one";

    /// <summary>All that the three may do between them. A new line here is a decision.</summary>
    private static readonly Dictionary<Role, Act[]> MayDo = new()
    {
        [Role.SystemAdministrator] = [Act.Operate, Act.UseOwnAccount],
        [Role.SecurityAdministrator] = [Act.ManageAccounts, Act.ArrangeSubstitution, Act.UseOwnAccount],
        [Role.AuditAdministrator] = [Act.ReadAudit, Act.UseOwnAccount],
    };

    [Test]
    public void None_of_the_three_has_an_act_of_approvals_or_an_act_of_the_others()
    {
        foreach (var role in Permissions.Administrators)
            Assert.That(Enum.GetValues<Act>().Where(act => Permissions.Allows(role, act)), Is.EqualTo(MayDo[role]), role.ToString());
    }

    [Test]
    public void What_time_brings_about_is_nobodys_act() =>
        Assert.That(Permissions.Matrix[Act.ActOnTime], Is.Empty);

    [Test]
    public async Task No_account_holds_two_of_the_three_nor_one_beside_another_role()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("root", "安全", null, [Role.SecurityAdministrator], Password));
        await app.Send(new AddUser.Command("worker", "窗口", null, [Role.WindowClerk], Password));

        foreach (var administrator in Permissions.Administrators)
        {
            foreach (var other in Enum.GetValues<Role>().Where(r => r != administrator))
            {
                var added = Assert.ThrowsAsync<Refused>(() => app.Send(new AddUser.Command("both", "两者", "ZRZY", [administrator, other], Password)))!;
                var changed = Assert.ThrowsAsync<Refused>(() => app.Send(new ChangeRoles.Command("ZRZY", [other, administrator], "worker")))!;
                Assert.That(new[] { added, changed }.Select(r => r.Problems.Single()), Is.All.Matches<Problem>(p => p.Code == "roles.administratorAlone" && p.Message.Zh.StartsWith("三员分立", StringComparison.Ordinal)), $"{administrator} {other}");
            }
        }

        Assert.That((await app.Send(new ShowUser.Query("worker"))).Roles, Is.EqualTo(new[] { Role.WindowClerk }));
    }

    [Test]
    public async Task The_data_itself_refuses_a_second_role_beside_an_administrators()
    {
        await using var app = await App.Start();
        foreach (var role in new[] { Role.SystemAdministrator, Role.WindowClerk })
            await app.Send(new AddUser.Command(role == Role.WindowClerk ? "worker" : "root", "某人", null, [role], Password));
        const string Add = "INSERT INTO access_user_role (user_id, role) SELECT id, @role FROM access_user WHERE login = @login";

        foreach (var (login, role) in new[] { ("root", "WindowClerk"), ("root", "AuditAdministrator"), ("worker", "SecurityAdministrator") })
            Assert.That(async () => await app.Change(Add, new { login, role }), Throws.InstanceOf<SqliteException>().Or.InstanceOf<SqlException>(), $"{login} {role}");
        await app.Change(Add, new { login = "worker", role = "Agent" });
        Assert.That(async () => await app.Change("UPDATE access_user_role SET role = 'SystemAdministrator' WHERE role = 'Agent'"), Throws.InstanceOf<SqliteException>().Or.InstanceOf<SqlException>());

        Assert.That(await app.Rows<string>("SELECT role FROM access_user_role ORDER BY role"), Is.EqualTo(new[] { "Agent", "SystemAdministrator", "WindowClerk" }));
    }

    [Test]
    public async Task Whoever_was_administrator_before_keeps_the_accounts()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("old.admin", "管理员", null, [Role.Auditor], Password));
        await app.Change("UPDATE access_user_role SET role = 'Administrator'");
        await app.Change("DELETE FROM SchemaVersions WHERE ScriptName = '0065_access_administrators'");

        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());

        Assert.That((await app.Send(new ShowUser.Query("old.admin"))).Roles, Is.EqualTo(new[] { Role.SecurityAdministrator }));
    }

    [Test]
    public async Task The_administrator_of_a_demonstration_zone_runs_the_system_and_the_zone_opens_the_others()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Store("old.admin", "管理员", null, [Role.Auditor], "unusable", true));
        await app.Send(new AddUser.Store("real.admin", "管理员", null, [Role.Auditor], "unusable", false));
        await app.Change("UPDATE access_user_role SET role = 'Administrator'");
        await app.Change("DELETE FROM SchemaVersions WHERE ScriptName = '0065_access_administrators'");

        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());

        Assert.That((await app.Send(new ShowUser.Query("old.admin"))).Roles, Is.EqualTo(new[] { Role.SystemAdministrator }));
        Assert.That((await app.Send(new ShowUser.Query("real.admin"))).Roles, Is.EqualTo(new[] { Role.SecurityAdministrator }));
    }

    /// <summary>Each might go if the other stayed.</summary>
    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, true)]
    public async Task Of_the_last_two_security_administrators_who_go_at_once_one_stays(bool closesFirst, bool closesSecond)
    {
        await using var app = await App.Start();
        (string Login, bool Closes)[] both = [("first.admin", closesFirst), ("second.admin", closesSecond)];
        foreach (var (login, _) in both) await app.Send(new AddUser.Command(login, "安全", null, [Role.SecurityAdministrator], Password));

        for (var round = 0; round < 8; round++)
        {
            var outcomes = await Task.WhenAll(both.Select(one => Task.Run(async () =>
            {
                try
                {
                    await app.Send<MediatR.Unit>(one.Closes ? new DeactivateUser.Command(one.Login) : new ChangeRoles.Command(null, [Role.Auditor], one.Login));
                    return "gone";
                }
                catch (Refused refused)
                {
                    return refused.Problems.Single().Code;
                }
            })));

            Assert.That(outcomes, Is.EquivalentTo(new[] { "gone", "access.lastAdministrator" }), $"round {round}");
            var back = both[Array.IndexOf(outcomes, "gone")];
            await app.Send<MediatR.Unit>(back.Closes ? new ReactivateUser.Command(back.Login) : new ChangeRoles.Command(null, [Role.SecurityAdministrator], back.Login));
        }
    }

    [TestCase("admin", "/operations")]
    [TestCase("security", "/accounts")]
    [TestCase("audit-admin", "/audit")]
    public async Task Each_of_the_three_begins_where_its_work_is(string login, string home)
    {
        await using var app = await App.Start(environment: "Development");
        using var browser = await app.SignedIn(login);
        using var answer = await browser.GetAsync(home);

        var menu = (await answer.Html()).QuerySelectorAll("nav a[href]").Select(a => a.GetAttribute("href")).ToList();

        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(menu, Does.Contain(home));
        Assert.That(menu, Has.None.AnyOf("/cases", "/applications", "/projects", "/land", "/intake", "/queue"));
    }
}
