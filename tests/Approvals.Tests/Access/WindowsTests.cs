using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Dapper;

namespace Approvals.Tests.Access;

/// <summary>窗口: opened, named and closed by whoever keeps the accounts, who seats the clerks.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class WindowsTests
{
    private static readonly Person Security = Person.SecurityAdministrator;

    private static async Task<(App App, long Window)> Open()
    {
        var app = await App.Start();
        foreach (var (login, role, department) in new[] { ("desk1", Role.WindowClerk, null), ("desk2", Role.WindowClerk, null), ("jx", Role.Reviewer, (string?)"FGJX") })
            await app.Send(new AddUser.Store(login, login, department, [role], "unusable", false));
        return (app, (await app.Send(new ManageWindows.Open(" 1号窗口 "), Security)).Id);
    }

    private static Task<long?> WindowOf(App app, string login) => app.Value<long?>("SELECT window_id FROM access_user WHERE login = @login", new { login });

    [Test]
    public async Task Each_open_window_has_a_name_of_its_own()
    {
        var (app, one) = await Open();
        await using var _ = app;
        var two = (await app.Send(new ManageWindows.Open("2号窗口"), Security)).Id;

        foreach (var refused in new[] { await app.Refusal(new ManageWindows.Open("1号窗口"), Security), await app.Refusal(new ManageWindows.Rename("1号窗口", two), Security) })
            Assert.That((refused.Code(), refused.Problems.Single().Field), Is.EqualTo(("window.taken", "name")));
        foreach (var name in new[] { "", "一二三四五六七八九十一二三四五六七八九十一" })
            Assert.That((await app.Refusal(new ManageWindows.Open(name), Security)).Problems.Single().Field, Is.EqualTo("name"));
        await app.Send(new ManageWindows.Rename("综合窗口", one), Security);
        await app.Send(new ManageWindows.Close(two), Security);
        await app.Send(new ManageWindows.Open("2号窗口"), Security);

        Assert.That((await app.Send(new ManageWindows.Query(), Security)).Windows.Select(w => w.Name), Is.EqualTo(new[] { "2号窗口", "综合窗口" }));
        Assert.That((await app.Refusal(new ManageWindows.Close(two), Security)).Code(), Is.EqualTo("window.unknown"));
        Assert.That((await app.Refusal(new ManageWindows.Rename("3号窗口", two), Security)).Code(), Is.EqualTo("window.unknown"));
    }

    /// <summary>Two at one moment meet on a server alone. Here a trigger is the other: it takes the name between the look and the change.</summary>
    [Test]
    public async Task Of_two_who_give_one_name_at_once_one_is_told_that_it_is_taken()
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        var (app, one) = await Open();
        await using var _ = app;
        await using (var database = app.Writing())
        {
            await database.ExecuteAsync("""
                CREATE TRIGGER another BEFORE UPDATE OF name ON access_window BEGIN
                    INSERT INTO access_window (id, name, opened_at) VALUES (77, NEW.name, NEW.opened_at);
                END
                """);
        }

        Assert.That((await app.Refusal(new ManageWindows.Rename("综合窗口", one), Security)).Code(), Is.EqualTo("window.taken"));
    }

    [Test]
    public async Task Only_clerks_sit_at_windows_that_are_open_and_who_is_a_clerk_no_longer_sits_at_none()
    {
        var (app, window) = await Open();
        await using var _ = app;
        await app.Send(new SeatUser.Command(window, "desk1"), Security);
        var shown = await app.Send(new ManageWindows.Query(), Security);

        Assert.That((shown.Windows.Single().Clerks.Single().Login, shown.Unseated.Single().Login), Is.EqualTo(("desk1", "desk2")));
        Assert.That((await app.Refusal(new SeatUser.Command(window, "jx"), Security)).Code(), Is.EqualTo("window.notClerk"));
        Assert.That((await app.Refusal(new SeatUser.Command(window + 999, "desk2"), Security)).Code(), Is.EqualTo("window.unknown"));
        await app.Send(new ChangeRoles.Command(null, [Role.WindowClerk, Role.Agent], "desk1"), Security);
        Assert.That(await WindowOf(app, "desk1"), Is.EqualTo(window), "still a clerk");
        await app.Send(new ChangeRoles.Command(null, [Role.Agent], "desk1"), Security);
        Assert.That(await WindowOf(app, "desk1"), Is.Null);
        await app.Send(new ManageWindows.Close(window), Security);
        Assert.That((await app.Refusal(new SeatUser.Command(window, "desk2"), Security)).Code(), Is.EqualTo("window.unknown"));
    }

    /// <summary>Two at one moment meet on a server alone. Here a trigger is the other, whose turn it was: it takes the role away, and who waited reads what it left.</summary>
    [Test]
    public async Task Who_is_seated_while_the_role_is_taken_from_them_is_no_clerk_any_more()
    {
        if (App.Server is not null) Assert.Ignore("on SQLite only");
        var (app, window) = await Open();
        await using var _ = app;
        await app.Send(new AddUser.Store("security1", "安全管理员", null, [Role.SecurityAdministrator], "unusable", false));
        await using (var database = app.Writing())
        {
            await database.ExecuteAsync("""
                CREATE TRIGGER another AFTER UPDATE OF role ON access_user_role BEGIN
                    DELETE FROM access_user_role WHERE role = 'WindowClerk' AND user_id = (SELECT id FROM access_user WHERE login = 'desk1');
                END
                """);
        }

        Assert.That((await app.Refusal(new SeatUser.Command(window, "desk1"), Security)).Code(), Is.EqualTo("window.notClerk"));
        Assert.That(await WindowOf(app, "desk1"), Is.Null);
    }

    [Test]
    public async Task A_window_with_clerks_or_open_applications_says_so_and_closes_once_both_are_elsewhere()
    {
        var (app, window) = await Open();
        await using var _ = app;
        await app.Send(new SeatUser.Command(window, "desk1"), Security);
        await app.Send(new DeactivateUser.Command("desk1"), Security);
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        await app.Change("UPDATE onewindow_application SET window_id = @window", new { window });

        var both = await app.Refusal(new ManageWindows.Close(window), Security);
        await app.Send(new SeatUser.Command(null, "desk1"), Security);
        var one = await app.Refusal(new ManageWindows.Close(window), Security);
        var open = (await app.Send(new ManageWindows.Query(), Security)).Windows.Single().Open.Single();
        await app.Send(new Accept.Command(number), Person.Clerk);
        var running = await app.Refusal(new ManageWindows.Close(window), Security);
        await app.Approve(number + "-01", "FGJX");
        var waiting = await app.Refusal(new ManageWindows.Close(window), Security);
        await app.Send(new HandOut.Command("示例经办", null, number + "-01"), Person.Clerk);
        await app.Send(new ManageWindows.Close(window), Security);

        Assert.That(both.Zh(), Does.Contain("窗口人员 1 名；未办完的申请 1 件"), "a closed account still sits there");
        foreach (var refused in new[] { one, running, waiting }) Assert.That(refused.Zh(), Does.Contain("还有：未办完的申请 1 件").And.Not.Contain(number), "a number, and nothing of the work");
        Assert.That(open.Zh, Is.EqualTo("未办完的申请 1 件"));
        Assert.That((await app.Send(new GetApplication.Query(number), Person.Clerk)).Head.Window, Is.EqualTo("1号窗口"), "what was done there keeps its name");
    }

    [Test]
    public async Task Who_stands_in_for_a_clerk_sits_where_that_clerk_sits()
    {
        var (app, window) = await Open();
        await using var _ = app;
        await app.Send(new SeatUser.Command(window, "desk1"), Security);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Approvals.Database.Db>();
        var (seated, roaming) = (await Account.Get(db, "desk1", default), await Account.Get(db, "desk2", default));
        var windows = new List<long?>();
        foreach (var principal in new[] { Principal.Of(seated, "x"), Principal.Of(roaming, "x"), Principal.Of(roaming, "x", seated), Principal.Of(seated, "x", roaming) })
        {
            var actor = new Actor();
            principal.Sit(actor);
            windows.Add(actor.Window);
        }

        Assert.That(windows, Is.EqualTo(new long?[] { window, null, window, null }));
    }

    [Test]
    public async Task The_pages_open_a_window_seat_a_clerk_and_the_clerks_session_follows()
    {
        await using var app = await App.Start(environment: "Development");
        using var security = await app.SignedIn("security");
        using var clerk = await app.SignedIn("clerk3");
        var first = await app.Value<string>("SELECT MIN(a.number) FROM onewindow_application a JOIN access_window w ON w.id = a.window_id WHERE w.name = '1号窗口'");
        using var opened = await security.Submit("/windows", "form[action*='Open']", ("Name", "3号窗口"));
        using var taken = await security.Submit("/windows", "form[action*='Open']", ("Name", "1号窗口"));
        using var inUse = await security.Submit("/windows", "form[action*='Close']");
        var three = await app.Value<long>("SELECT id FROM access_window WHERE name = '3号窗口'");
        var foreign = (await clerk.Page($"/applications/{first}")).QuerySelector("#foreign");
        using var seated = await security.Submit("/accounts/clerk3", "form[action*='handler=Window']", ("Window", ""));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var after = (await clerk.Page($"/applications/{first}")).QuerySelector("#foreign");
        var page = await security.Page("/windows");

        Assert.Multiple(async () =>
        {
            Assert.That(((int)opened.StatusCode, (int)taken.StatusCode, (int)inUse.StatusCode, (int)seated.StatusCode), Is.EqualTo((302, 409, 409, 302)));
            Assert.That((await taken.Html()).QuerySelector("#name-new-error")!.TextContent, Does.Contain("1号窗口"));
            Assert.That((await inUse.Html()).QuerySelector("main")!.TextContent, Does.Contain("窗口人员 2 名"));
            Assert.That((foreign is null, after is null), Is.EqualTo((false, true)));
            Assert.That(page.QuerySelector($"[aria-labelledby='h-{three}']")!.TextContent, Does.Contain("没有人员"));
            Assert.That(page.QuerySelector("[aria-labelledby='h-none']")!.TextContent, Does.Contain("clerk3"));
        });
    }
}
