using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Supervision;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Documents;
using Approvals.Tests.Permits;
using Approvals.Tests.Supervision;
using Approvals.Web;

namespace Approvals.Tests.OneWindow;

/// <summary>窗口 as a scope: a clerk acts on what belongs to the own window or to none. <c>MatrixTests</c> tries each request.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class WindowScopeTests
{
    private sealed record Hall(App App, long One, long Two, Person First, Person Second) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => App.DisposeAsync();

        public async Task<string> TakeIn(Person clerk, string project = Scene.ProjectCode)
        {
            if (await App.Value<int>("SELECT COUNT(*) FROM projects_project WHERE code = @project", new { project }) == 0) await App.Project(project);
            var documents = App.Services.GetRequiredService<CatalogueInForce>().Current.Items.Where(i => i.Code == "A01").SelectMany(i => i.Documents).Select(d => d.Code).Distinct().ToList();
            return (await App.Send(new TakeIn.Command(Guid.NewGuid().ToString(), project, ["A01"], documents, "示例经办", "13812341234"), clerk)).Number;
        }

        public Task<GetApplication.Result> See(string number, Person who) => App.Send(new GetApplication.Query(number), who);
    }

    /// <summary>Two windows with a clerk each.</summary>
    private static async Task<Hall> Open()
    {
        var app = await App.Start();
        foreach (var login in new[] { "desk1", "desk2" }) await app.Send(new AddUser.Store(login, login, null, [Role.WindowClerk], "unusable", false));
        var (one, two) = ((await app.Send(new ManageWindows.Open("1号窗口"))).Id, (await app.Send(new ManageWindows.Open("2号窗口"))).Id);
        await app.Send(new SeatUser.Command(one, "desk1"));
        await app.Send(new SeatUser.Command(two, "desk2"));
        Person At(long id, string login, long window) => new(id, login, null, Role.WindowClerk) { Window = window };
        return new(app, one, two, At(await Id(app, "desk1"), "desk1", one), At(await Id(app, "desk2"), "desk2", two));
    }

    private static Task<long> Id(App app, string login) => app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login });

    private static string Project(int n) => $"2601-510300-04-01-90000{n}";

    [Test]
    public async Task An_application_belongs_to_the_window_of_the_clerk_who_took_it_in_and_else_to_every_window()
    {
        await using var hall = await Open();
        var (mine, everybodys) = (await hall.TakeIn(hall.First), await hall.TakeIn(Person.Clerk, Project(2)));
        await hall.App.Change("UPDATE access_window SET closed_at = opened_at WHERE id = @Two", new { hall.Two });
        var late = await hall.TakeIn(hall.Second, Project(3));

        Assert.That((await hall.See(mine, hall.First)).Head.Window, Is.EqualTo("1号窗口"));
        foreach (var number in new[] { everybodys, late }) Assert.That((await hall.See(number, hall.First)).Head.WindowId, Is.Null, number);
        await hall.App.Send(new Accept.Command(everybodys), hall.Second);
        await hall.App.Send(new Accept.Command(mine), Person.Clerk);
    }

    [Test]
    public async Task Of_another_windows_applications_phone_and_query_code_are_masked_and_the_files_shut()
    {
        await using var hall = await Open();
        var number = await hall.TakeIn(hall.First);
        var code = await hall.App.Value<string>("SELECT query_code FROM onewindow_application");

        foreach (var (who, phone, query) in new[] { (hall.First, "13812341234", code), (Person.Clerk, "13812341234", code), (hall.Second, "138****1234", Personal.Hidden) })
        {
            var head = (await hall.See(number, who)).Head;
            Assert.That((head.ApplicantPhone, head.QueryCode), Is.EqualTo((phone, query)), who.Name);
        }

        Assert.That((await hall.App.Send(new ListFiles.Query(number), hall.First)).MayUpload, Is.True);
        Assert.That((await hall.App.Refusal(new ListFiles.Query(number), hall.Second)).Code(), Is.EqualTo("application.otherWindow"));
        Assert.That((await hall.App.Refusal(new DownloadFile.Query(number, "x"), hall.Second)).Code(), Is.EqualTo("application.otherWindow"));
        Assert.That(await hall.App.Send(new ListFiles.IfInReach(number), hall.Second), Is.Null);
    }

    [Test]
    public async Task A_correction_is_asked_for_and_closed_by_its_own_window_alone()
    {
        await using var hall = await Open();
        var number = await hall.TakeIn(hall.First);

        Assert.That((await hall.App.Refusal(new AskCorrection.Command([new("D04", "投资额有误")], number), hall.Second)).Code(), Is.EqualTo("application.otherWindow"));
        await hall.App.Send(new AskCorrection.Command([new("D04", "投资额有误")], number), hall.First);
        Assert.That((await hall.App.Refusal(new CloseCorrection.Command(["D04"], number), hall.Second)).Code(), Is.EqualTo("application.otherWindow"));
        Assert.That((await hall.See(number, hall.First)).Head.State, Is.EqualTo(ApplicationState.Correcting));
        await hall.App.Send(new CloseCorrection.Command(["D04"], number), hall.First);
    }

    [Test]
    public async Task An_agent_hands_in_what_is_missing_for_the_own_project_at_whichever_window_it_is()
    {
        await using var hall = await Open();
        await hall.App.Project();
        await hall.App.Change("UPDATE projects_project SET agent_id = 3");
        var taken = await hall.App.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], [], "示例经办", "13812341234"), hall.First);
        var both = new Person(3, "兼任", null, Role.Agent, Role.WindowClerk) { Window = hall.Two };

        await hall.App.Send(new GiveDocuments.Command(["D02"], taken.Number), Person.Agent);
        await hall.App.Send(new GiveDocuments.Command(["D04"], taken.Number), both);
        Assert.That((await hall.See(taken.Number, hall.First)).Materials.Where(m => m.IsGiven).Select(m => m.Document), Is.EqualTo(new[] { "D02", "D04" }));
    }

    [Test]
    public async Task It_moves_to_another_window_by_its_own_or_the_supervisor_with_its_history_and_the_other_clerks_are_told()
    {
        await using var hall = await Open();
        var app = hall.App;
        var number = await hall.TakeIn(hall.First);
        Task<IReadOnlyList<string>> Owner() => app.Rows<string>("SELECT login FROM supervision_owner WHERE kind = 'application'");
        var before = await Owner();
        await app.Send(new MoveToWindow.Command(hall.Two, "材料在二号核对", number), hall.First);
        Assert.That(await Owner(), Is.Empty, "in nobody's hands until somebody there answers it");
        var refused = await app.Refusal(new Accept.Command(number), hall.First);
        await app.Send(new Accept.Command(number), hall.Second);
        var after = await Owner();
        await app.Send(new MoveToWindow.Command(hall.One, "调剂", number), Person.Supervisor);

        var shown = await hall.See(number, hall.First);
        var record = await app.Send(new HistoryOf([Subject.Of(Subject.Application, number)]));
        Assert.Multiple(async () =>
        {
            Assert.That(refused.Zh(), Does.Contain("2号窗口"));
            Assert.That((before.Single(), after.Single()), Is.EqualTo(("desk1", "desk2")));
            Assert.That(shown.Moves.Select(m => (m.FromName, m.ToName, m.MovedBy, m.Reason)), Is.EqualTo(new[] { ("1号窗口", "2号窗口", "desk1", "材料在二号核对"), ("2号窗口", "1号窗口", "督办", "调剂") }));
            Assert.That(shown.Head.Window, Is.EqualTo("1号窗口"));
            Assert.That(record.Count(l => l.What.Zh == "转窗"), Is.EqualTo(2));
            Assert.That(await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key LIKE 'window-move:%' ORDER BY m.id"), Is.EqualTo(new[] { "desk2", "desk1" }));
        });
    }

    [Test]
    public async Task It_moves_to_no_window_that_is_closed_or_its_own_nor_without_a_reason_nor_by_anybody_elses_clerk()
    {
        await using var hall = await Open();
        var app = hall.App;
        var number = await hall.TakeIn(hall.First);
        await app.Send(new SeatUser.Command(null, "desk2"));
        await app.Send(new ManageWindows.Close(hall.Two));

        Assert.That((await app.Refusal(new MoveToWindow.Command(hall.Two, "分流", number), hall.First)).Problems.Single(), Has.Property("Field").EqualTo("window").And.Property("Code").EqualTo("window.unknown"));
        Assert.That((await app.Refusal(new MoveToWindow.Command(hall.One, "分流", number), hall.First)).Code(), Is.EqualTo("application.sameWindow"));
        Assert.That((await app.Refusal(new MoveToWindow.Command(hall.One, " ", number), hall.First)).Problems.Single().Field, Is.EqualTo("reason"));
        Assert.That((await app.Refusal(new MoveToWindow.Command(hall.One, "分流", number), hall.Second)).Code(), Is.EqualTo("application.otherWindow"));
        Assert.That((await app.Refusal(new MoveToWindow.Command(hall.One, "分流", "20260302-ZZZZZ"), hall.First)).Code(), Is.EqualTo("application.unknown"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_window_move"), Is.Zero);
    }

    [Test]
    public async Task What_is_to_do_is_told_to_those_who_sit_at_its_window_and_to_all_clerks_where_nobody_does_or_it_has_none()
    {
        await using var hall = await Open();
        var app = hall.App;
        await app.Send(new AddUser.Store("desk3", "desk3", null, [Role.WindowClerk], "unusable", false)); // at no window
        var (mine, everybodys) = (await hall.TakeIn(hall.First), await hall.TakeIn(Person.Clerk, Project(2)));
        Task<IReadOnlyList<string>> Told(string where, string of) => app.Rows<string>($"SELECT DISTINCT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id JOIN access_public_clerk c ON c.user_id = u.id WHERE m.{where} = @of ORDER BY u.login", new { of });

        await app.Scan("2026-03-10 00:05"); // the five working days to answer have passed
        var orders = (await app.Rows<(string Label, string Number)>("SELECT label, number FROM supervision_order")).ToDictionary(o => o.Label, o => o.Number);
        await app.Scan("2026-03-17 00:05"); // and the three for the answer to the order
        await app.Send(new Accept.Command(mine), hall.First);
        await app.Open("FGJX");
        await app.Send(new RecallCase.Command(mine + "-01", "受理有误"), Person.Head("FGJX"));
        await app.Send(new SeatUser.Command(null, "desk1"));
        await app.Change("UPDATE onewindow_application SET window_id = @One WHERE number = @everybodys", new { hall.One, everybodys });
        await app.Send(new Accept.Command(everybodys), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(await Told("subject_key", $"application:{mine}"), Is.EqualTo(new[] { "desk1" }), "at risk and late");
            Assert.That(await Told("subject_key", $"application:{everybodys}"), Is.EqualTo(new[] { "desk1", "desk2", "desk3" }), "of no window");
            Assert.That(await Told("subject_key", $"order:{orders[mine]}"), Is.EqualTo(new[] { "desk1" }), "the order is answered, or not");
            Assert.That(await Told("subject_key", $"order:{orders[everybodys]}"), Is.EqualTo(new[] { "desk1", "desk2", "desk3" }));
            Assert.That(await Told("message_key", $"deemed:{mine}"), Is.EqualTo(new[] { "desk1" }));
            Assert.That(await Told("message_key", $"taken-back:{mine}-01"), Is.EqualTo(new[] { "desk1" }));
            Assert.That(await Told("message_key", $"deemed:{everybodys}"), Is.EqualTo(new[] { "desk1", "desk2", "desk3" }), "nobody sits at its window");
        });
    }

    [Test]
    public async Task A_clerk_takes_over_what_belongs_to_no_window_and_has_it_in_hand()
    {
        await using var hall = await Open();
        var number = await hall.TakeIn(Person.Clerk);
        await hall.App.Send(new MoveToWindow.Command(hall.Two, "由本窗口办理", number), hall.Second);

        var move = (await hall.See(number, hall.Second)).Moves.Single();
        Assert.That((move.FromName, move.ToName), Is.EqualTo(((string?)null, "2号窗口")));
        Assert.That(await hall.App.Value<string>("SELECT login FROM supervision_owner WHERE kind = 'application'"), Is.EqualTo("desk2"));
    }

    [Test]
    public async Task What_was_approved_later_is_not_done_where_the_application_has_gone_to_another_window_meanwhile()
    {
        await using var hall = await Open();
        var app = hall.App;
        await app.Open("FGJX");
        var number = await hall.TakeIn(hall.First);
        await app.Send(new Accept.Command(number), hall.First);
        await app.Approve(number + "-01", "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(7));
        var asked = await app.Ask(new HandOut.Command("示例经办", new(2026, 3, 3), number + "-01", LateReason: "漏登记"), hall.First);
        await app.Send(new MoveToWindow.Command(hall.Two, "调剂", number), Person.Supervisor);

        var away = await app.Refusal(new ApproveRequest.Command(asked), Person.Supervisor);
        await app.Send(new MoveToWindow.Command(hall.One, "调回", number), Person.Supervisor);
        await app.Countersign(asked, Person.Supervisor);

        Assert.That(away.Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "application.otherWindow" }));
        Assert.That((await hall.See(number, hall.First)).Papers.Single().HandedOutOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
    }

    [Test]
    public async Task The_desk_counts_and_lists_what_is_of_the_own_window_and_of_none_and_the_list_behind_each_counter_agrees()
    {
        await using var hall = await Open();
        var app = hall.App;
        await app.Open("FGJX");
        var (mine, others, everybodys) = (await hall.TakeIn(hall.First), await hall.TakeIn(hall.Second, Project(2)), await hall.TakeIn(Person.Clerk, Project(3)));
        foreach (var (n, clerk) in new[] { (4, hall.First), (5, hall.Second), (6, Person.Clerk) })
            await app.Send(new AskCorrection.Command([new("D04", "投资额有误")], await hall.TakeIn(clerk, Project(n))), clerk);
        foreach (var (n, clerk) in new[] { (7, hall.First), (8, hall.Second), (9, Person.Clerk) })
        {
            var number = await hall.TakeIn(clerk, Project(n));
            await app.Send(new Accept.Command(number), clerk);
            if (n < 9) await app.Approve(number + "-01", "FGJX");
        }

        app.Clock.Advance(TimeSpan.FromDays(1)); // the case that is not decided is at risk
        async Task<IEnumerable<string>> Listed(Person who, ApplicationState? state, string? window = null) => (await app.Send(new ListApplications.Query(state, Window: window), who)).Rows.Select(r => r.Number);

        foreach (var (who, seen, all) in new[] { (hall.First, new[] { everybodys, mine }, 6), (hall.Second, new[] { everybodys, others }, 6), (Person.Clerk, new[] { everybodys, others, mine }, 9), (Person.Supervisor, new[] { everybodys, others, mine }, 9) })
        {
            var desk = await app.Send(new ShowDesk.Query(), who);
            var (received, correcting) = (await Listed(who, ApplicationState.Received), await Listed(who, ApplicationState.Correcting));
            Assert.That(received, Is.EqualTo(seen), who.Name);
            Assert.That((desk.Counters.ToAnswer, desk.Counters.Correcting), Is.EqualTo((received.Count(), correcting.Count())), who.Name);
            Assert.That((await Listed(who, null)).Count(), Is.EqualTo(all), who.Name);
            Assert.That((await Listed(who, null, ListApplications.Everywhere)).Count(), Is.EqualTo(9), who.Name);
            Assert.That((await Listed(who, ApplicationState.Received, ListApplications.Everywhere)).Count(), Is.EqualTo(3), who.Name);
            Assert.That(await Listed(who, null, $"{hall.Two}"), Has.Exactly(3).Items, who.Name);
            Assert.That(await Listed(who, ApplicationState.Received, $"{hall.Two}"), Is.EqualTo(new[] { others }), who.Name);
            Assert.That((await app.Send(new ListApplications.Query(Search: others), who)).Rows.Single().Window, Is.EqualTo("2号窗口"), "what is searched for is found at any window");
            if (!who.Roles.Contains(Role.WindowClerk)) continue;
            var urls = desk.Now.Concat(desk.Late).Concat(desk.Others).Select(d => d.Url).ToList();
            Assert.That(urls.Count(u => u.EndsWith("#results", StringComparison.Ordinal)), Is.EqualTo(desk.Counters.ToHandOut), who.Name);
            Assert.That(desk.Counters.ToHandOut, Is.EqualTo(who.Window is null ? 2 : 1), who.Name);
            Assert.That(urls.Count(u => u.StartsWith("/applications/", StringComparison.Ordinal)), Is.EqualTo(desk.Counters.ToAnswer + desk.Counters.Correcting + desk.Counters.ToHandOut), who.Name);
            Assert.That(urls.Count(u => u.StartsWith("/cases/", StringComparison.Ordinal)), Is.EqualTo(1), "at risk, and of no window");
        }
    }

    /// <summary>Moved before it was decided or while its paper waited, and taken along by whoever it is handed to.</summary>
    [Test]
    public async Task A_paper_waits_at_the_window_at_which_its_application_is()
    {
        await using var hall = await Open();
        var app = hall.App;
        await app.Open("FGJX");
        var (everybodys, mine, early) = (await hall.TakeIn(Person.Clerk), await hall.TakeIn(hall.First, Project(2)), await hall.TakeIn(hall.First, Project(3)));
        await app.Send(new MoveToWindow.Command(hall.Two, "调剂", early), hall.First);
        foreach (var number in new[] { everybodys, mine, early })
        {
            await app.Send(new Accept.Command(number), Person.Clerk);
            await app.Approve(number + "-01", "FGJX");
        }

        await Wait("decided", [everybodys, mine], [everybodys, early]);
        await app.Send(new MoveToWindow.Command(hall.Two, "调剂", mine), hall.First);
        await Wait("moved", [everybodys], [everybodys, mine, early]);
        await app.Send(new MoveToWindow.Command(hall.One, "由本窗口出件", everybodys), hall.First);
        await Wait("taken over", [everybodys], [mine, early]);
        await app.Change("UPDATE onewindow_result SET window_id = NULL");
        await app.Change("DELETE FROM SchemaVersions WHERE ScriptName = '0273_onewindow_result_window_known'");
        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());
        await Wait("of an earlier version", [everybodys], [mine, early]);
        await app.Send(new HandOverWork.Command("desk1", "desk2", "轮岗", [everybodys]), Person.Supervisor);
        await Wait("handed over", [], [everybodys, mine, early]);
        await app.Send(new SeatUser.Command(null, "desk2"));
        Assert.That((await app.Refusal(new ManageWindows.Close(hall.Two), Person.SecurityAdministrator)).Zh(), Does.Contain("未办完的申请 3 件"));
        await app.Send(new HandOut.Command("示例经办", CaseNumber: mine + "-01"), hall.Second);
        await Wait("handed out", [], [everybodys, early]);
        await app.Send(new RevokeCase.Command(early + "-01", "申报材料不实"), Person.Head("FGJX"));
        await Wait("revoked", [], [everybodys]);

        async Task Wait(string when, string[] atOne, string[] atTwo)
        {
            foreach (var (who, expected) in new[] { (hall.First, atOne), (hall.Second, atTwo), (Person.Clerk, atOne.Union(atTwo).ToArray()) })
            {
                var desk = await app.Send(new ShowDesk.Query(), who);
                var waiting = desk.Now.Where(d => d.Url.EndsWith("#results", StringComparison.Ordinal)).Select(d => d.Url["/applications/".Length..^"#results".Length]);
                Assert.That(waiting, Is.EquivalentTo(expected), $"{when}, {who.Name}");
                Assert.That(desk.Counters.ToHandOut, Is.EqualTo(expected.Length), $"{when}, {who.Name}");
            }
        }
    }

    [Test]
    public async Task The_newest_of_the_own_window_and_of_none_come_first_page_by_page()
    {
        await using var hall = await Open();
        var number = await hall.TakeIn(hall.First);
        for (var n = 1; n <= 120; n++)
            await hall.App.Change(
                """
                INSERT INTO onewindow_application (id, number, request_key, project_id, process_id, state, applicant, applicant_phone, query_code, received_at, received_by, received_by_name, window_id)
                SELECT id + @n, CONCAT('20260302-X', @n), CONCAT('k', @n), project_id, process_id, state, applicant, applicant_phone, query_code, received_at, received_by, received_by_name, @window
                  FROM onewindow_application
                 WHERE number = @number
                """, new { n, number, window = (n % 3) switch { 0 => (long?)null, 1 => hall.One, _ => hall.Two } });
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await hall.App.Send(new ListApplications.Query(After: after), hall.First);
            seen.AddRange(page.Rows.Select(r => r.Number));
            after = page.Next;
        }
        while (after is not null);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(1, 120).Reverse().Where(n => n % 3 != 2).Select(n => $"20260302-X{n}").Append(number)));
    }

    [Test]
    public async Task No_history_names_files_to_those_to_whom_they_are_shut()
    {
        const string Name = "张三个人情况说明.pdf";
        await using var app = await App.Start(environment: "Development");
        var number = (await app.Rows<string>("SELECT a.number FROM onewindow_application a JOIN access_window w ON w.id = a.window_id WHERE w.name = '2号窗口' AND a.state = 'Received'"))[0];
        var document = (await app.Rows<string>("SELECT m.document FROM onewindow_material m JOIN onewindow_application a ON a.id = m.application_id WHERE a.number = @number", new { number }))[0];
        var (project, @case) = (await app.Value<string>("SELECT p.code FROM projects_project p JOIN onewindow_application a ON a.project_id = p.id WHERE a.number = @number", new { number }), await app.Value<string>("SELECT MIN(number) FROM permits_case WHERE application_number = @number", new { number }));
        var file = (await app.Send(new UploadFiles.Command([Samples.Pdf().Sent(Name)], document, number), new Person(await Id(app, "clerk3"), "clerk3", null, Role.WindowClerk) { Window = await app.Value<long>("SELECT id FROM access_window WHERE name = '2号窗口'") })).Single();
        await app.Send(new TakeBackFile.Command(file.Code, number));

        using var own = await app.SignedIn("clerk3");
        Assert.That((await own.Page($"/applications/{number}")).QuerySelector("#history")!.TextContent, Does.Contain("上传材料文件").And.Contain(Name));
        foreach (var login in new[] { "clerk", "leader", "auditor" })
        {
            using var other = await app.SignedIn(login);
            foreach (var url in new[] { $"/applications/{number}", $"/cases/{@case}", $"/projects/{project}" })
            {
                var page = await other.Page(url);
                Assert.That(page.QuerySelector("#history")!.TextContent, Does.Contain("上传材料文件"), $"{login} {url}");
                Assert.That(page.DocumentElement.TextContent, Does.Not.Contain(Name), $"{login} {url}");
            }
        }
    }

    [Test]
    public async Task A_clerk_of_another_window_sees_the_page_says_whose_it_is_and_offers_nothing_to_do()
    {
        await using var app = await App.Start(environment: "Development");
        var numbers = await app.Rows<string>("SELECT a.number FROM onewindow_application a JOIN access_window w ON w.id = a.window_id WHERE w.name = '2号窗口' AND a.state = 'Received'");
        var @case = await app.Value<string>("SELECT MIN(c.number) FROM permits_case c JOIN onewindow_application a ON a.number = c.application_number WHERE a.number = @number", new { number = numbers[0] });
        using var own = await app.SignedIn("clerk3");
        using var other = await app.SignedIn("clerk");
        foreach (var (browser, mine) in new[] { (own, true), (other, false) })
        {
            var page = await browser.Page($"/applications/{numbers[0]}");
            Assert.That(page.QuerySelector("#foreign") is null, Is.EqualTo(mine));
            Assert.That(page.QuerySelectorAll("main form[method=post]").Length > 0, Is.EqualTo(mine));
            Assert.That(page.QuerySelector($"a[href='/applications/{numbers[0]}/files']") is not null, Is.EqualTo(mine));
            Assert.That((await browser.Page($"/cases/{@case}")).QuerySelector("form[action*='Withdraw']") is not null, Is.EqualTo(mine));
        }

        using var moved = await own.Submit($"/applications/{numbers[0]}", "form[action*='handler=Move']", ("Window", $"{await app.Value<long>("SELECT id FROM access_window WHERE name = '1号窗口'")}"), ("Reason", "调剂"));
        Assert.That((int)moved.StatusCode, Is.EqualTo(302));
        Assert.That((await other.Page($"/applications/{numbers[0]}")).QuerySelector("ol.timeline")!.TextContent, Does.Contain("2号窗口 → 1号窗口：调剂"));
    }
}
