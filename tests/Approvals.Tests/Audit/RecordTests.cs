using System.Net;
using System.Reflection;
using System.Text;
using Approvals.Database;
using Approvals.Messaging;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Audit.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Permits;
using MediatR;

namespace Approvals.Tests.Audit;

/// <summary>Who did what, or was refused: every command leaves one record, in its own transaction.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RecordTests
{
    /// <summary>What leaves no record of its own, because it writes one. A new line here is a decision.</summary>
    private static readonly string[] Unrecorded =
        ["Messages.SendOutbox.Claim", "Messages.SendOutbox.Postpone", "Messages.SendOutbox.Settle", "Operations.RecordRun.Begin", "Operations.RecordRun.End"];

    /// <summary>Where a transaction is opened by hand. A new line here is a decision.</summary>
    private static readonly string[] OwnTransactions =
    [
        "Database/Db.cs", "Database/SqlServerEngine.cs", "Messaging/Pipeline.cs", "Modules/Audit/Recorder.cs", "Modules/Calendar/Publication.cs",
        "Modules/Catalogue/PublishCatalogue.cs", "Modules/Catalogue/CatalogueModule.cs", "Demonstration/Stories.cs", "Demonstration/History.cs",
        "Modules/Access/Attempts.cs", "Modules/Access/Sessions.cs", "Modules/Access/SharedKeys.cs", "Modules/Access/TokenScheme.cs",
    ];

    private static readonly Person Everybody = new(9, "每个角色", "ZRZY", Enum.GetValues<Role>());

    private static IReadOnlyList<Type> Requests { get; } = [.. typeof(Site).Assembly.GetTypes().Where(t => !t.IsAbstract && Answer(t) is not null)];

    private static IEnumerable<Type> Recorded => Requests.Where(t => t.IsAssignableTo(typeof(IRecorded)) && t.GetCustomAttribute<RecordAsAttribute>() is not null);

    [Test]
    public void Every_command_from_outside_says_how_it_is_recorded_or_that_it_is_not()
    {
        var commands = Requests.Where(t => t.IsAssignableTo(typeof(ICommand)) && !t.IsAssignableTo(typeof(IInside))).ToList();
        var silent = commands.Where(t => t.GetCustomAttribute<RecordAsAttribute>() is null && t.GetCustomAttribute<UnrecordedAttribute>() is null).Select(Commands.NameOf);
        var marked = Requests.Where(t => t.GetCustomAttribute<RecordAsAttribute>() is not null && !t.IsAssignableTo(typeof(IRecorded))).Select(Commands.NameOf);
        var without = Requests.Where(t => t.GetCustomAttribute<UnrecordedAttribute>() is not null).Select(Commands.NameOf);

        Assert.That(commands, Has.Count.GreaterThan(50));
        Assert.That(silent, Is.Empty);
        Assert.That(marked, Is.Empty, "the words alone record nothing");
        Assert.That(without, Is.EquivalentTo(Unrecorded));
    }

    [Test]
    public void Nothing_writes_past_the_pipeline()
    {
        var src = Path.Combine(Source.Root, "src", "Approvals");
        var opened = Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(src, f).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(f => !f.StartsWith("obj/", StringComparison.Ordinal) && !f.StartsWith("bin/", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(src, f)).Contains("Transact", StringComparison.Ordinal)
                && !f.EndsWith("Engine.cs", StringComparison.Ordinal) | f == "Database/SqlServerEngine.cs")
            .Where(f => File.ReadAllText(Path.Combine(src, f)).Contains(".Transact(", StringComparison.Ordinal) || f == "Database/Db.cs");
        Assert.That(opened, Is.EquivalentTo(OwnTransactions));
    }

    /// <summary>Each is sent with nothing in it by somebody of every role: most are refused, some are done, each leaves its one record.</summary>
    [Test]
    public async Task Every_command_of_the_program_leaves_one_record_when_it_is_sent()
    {
        await using var app = await App.Start();
        var wrong = new List<string>();
        foreach (var type in Recorded.OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            var before = (await app.Records()).Count;
            try
            {
                await (Task)typeof(RecordTests).GetMethod(nameof(Send), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(Answer(type)!).Invoke(null, [app, Empty(type)])!;
            }
            catch (Exception error) when (error is not AssertionException)
            {
                // Refused, or failed for want of what it needs: that is recorded too.
            }

            var after = (await app.Records()).Skip(before).ToList();
            if (after.Count != 1 || after[0].Command != Commands.NameOf(type)) wrong.Add($"{Commands.NameOf(type)}: {string.Join(", ", after.Select(r => r.Command))}");
        }

        Assert.That(Recorded.Count(), Is.GreaterThan(60));
        Assert.That(wrong, Is.Empty);
        Assert.That((await app.Send(new VerifyChain.Query())).Found, Is.Null);
    }

    /// <summary>Of the own account, and yet on something else, or on it only once it is known. A new line here is a decision.</summary>
    private static readonly string[] OnSomethingElse =
    [
        "Access.StandInFor", "Access.EndSubstitution", "Messages.MuteSubject", "Messages.MuteSubject.End", "Messages.ReadMessages.All", "Messages.ReadMessages.One",
    ];

    /// <summary>What the commands of the own account send in turn; each of those is on the account.</summary>
    private static readonly string[] SentInTurn = ["Access.ChangePassword.Store", "Access.SetUpFactor.Store", "Access.NewRecoveryCodes.Store", "Access.ResetFactor.Delete", "Access.CheckCode.Use"];

    /// <summary>Done or refused, it is found under the account that it is about.</summary>
    [Test]
    public async Task What_people_do_to_their_own_account_is_on_record_as_on_that_account()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("pat", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        var pat = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'pat'"), "pat", null, Role.WindowClerk);
        var own = Recorded.Where(t => t.GetCustomAttribute<NeedsAttribute>()?.Act is Act.UseOwnAccount or Act.Subscribe && !SentInTurn.Contains(Commands.NameOf(t))).Append(typeof(SetUpFactor.AtSignIn)).ToList(); // the last needs nothing: its sign-in is not over
        var elsewhere = new List<string>();
        foreach (var type in own.OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            try
            {
                await (Task)typeof(RecordTests).GetMethod(nameof(SendAs), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(Answer(type)!).Invoke(null, [app, Empty(type), pat])!;
            }
            catch (Exception error) when (error is not AssertionException)
            {
                // Refused for want of what it needs.
            }

            var record = await app.Last();
            Assert.That(record.Command, Is.EqualTo(Commands.NameOf(type)));
            if (record.Subject != "account:pat") elsewhere.Add(record.Command);
        }

        Assert.That(own, Has.Count.GreaterThan(12));
        Assert.That(elsewhere, Is.EquivalentTo(OnSomethingElse));
    }

    [Test]
    public async Task A_record_says_who_as_what_from_where_did_what_on_what_and_what_changed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Apply(Scene.ProjectCode, "A01");

        await app.Approve(application["A01"], "FGJX");

        var record = await app.Last();
        Assert.That((record.UserId, record.Login, record.UserName, record.Roles), Is.EqualTo((20L, "经办人", "经办人", "Reviewer")));
        Assert.That((record.Source, record.Command, record.Subject, record.Outcome), Is.EqualTo(("inside", "Permits.ApproveCase", $"case:{application["A01"]}", "done")));
        Assert.That((record.RecordedAt, record.OccurredAt), Is.EqualTo((app.Zone.Now, app.Zone.Now)));
        Assert.That(record.Said, Does.Contain("示例文号〔2026〕1号"));
        var changes = Line.Changes(record);
        Assert.That(changes[0].ToString(), Is.EqualTo(new HistoryChange(new("状态", "Status"), CaseStatus.Accepted.Name(), CaseStatus.Approved.Name()).ToString()));
    }

    [Test]
    public async Task What_an_account_a_channel_and_an_answer_were_before_is_said_and_a_mail_address_in_part_only()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Command("someone1", "某人", null, [Role.WindowClerk], "Correct-Horse-9", "anna@zone.example"), Person.SecurityAdministrator);
        var own = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'someone1'"), "someone1", null, Role.WindowClerk);
        await app.Project();
        var received = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        async Task<string> Said() => string.Join(' ', Line.Changes(await app.Last()).Select(c => $"{c.What.Zh} {c.Before.Zh}→{c.After.Zh}"));
        async Task<string> Says(object command, Person who)
        {
            await Countersigning.TwoPersons.SendAny(app, command, who);
            return await Said();
        }

        var takenIn = await Said();

        await app.Send(new Modules.Messages.ManageChannels.Add("值班", "webhook", "https://hook.example/a", "a secret of some length", ["red"]), Person.SystemAdministrator);
        var said = new[]
        {
            await Says(new ChangeEmail.Command("bert@zone.example", "someone1"), Person.SecurityAdministrator),
            await Says(new ChangeOwnEmail.Command("bob@zone.example"), own),
            await Says(new ChangeOwnEmail.Command(null), own),
            await Says(new LinkUser.Command("someone1", "https://id.example/", "s-1"), Person.SecurityAdministrator),
            await Says(new LinkUser.Command("someone1", "https://id.example/", "s-2"), Person.SecurityAdministrator),
            await Says(new Modules.Messages.ManageChannels.SetActive(false, "值班"), Person.SystemAdministrator),
            await Says(new Accept.Command(received), Person.Clerk),
        };

        Assert.That(takenIn, Is.EqualTo("事项 →A01"));
        Assert.That(said, Is.EqualTo(new[]
        {
            "邮箱 a•••@zone.example→b•••@zone.example",
            "邮箱 b•••@zone.example→b•••@zone.example（另一个）",
            "邮箱 b•••@zone.example→",
            "统一身份 →https://id.example/ s-1",
            "统一身份 https://id.example/ s-1→https://id.example/ s-2",
            "状态 启用→停用",
            $"状态 {ApplicationState.Received.Name().Zh}→已受理",
        }));
    }

    [Test]
    public async Task What_is_entered_afterwards_keeps_when_it_happened_beside_when_it_was_entered()
    {
        await using var app = await App.Start("2026-03-02 15:00");
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");

        app.Clock.Advance(TimeSpan.FromHours(1));
        await app.Send(new Accept.Command(application.Number, new DateTime(2026, 3, 2, 15, 10, 0)), Person.Clerk);

        var record = await app.Last();
        Assert.That(record.OccurredAt, Is.EqualTo(new DateTime(2026, 3, 2, 7, 10, 0, DateTimeKind.Utc)));
        Assert.That(record.RecordedAt, Is.EqualTo(new DateTime(2026, 3, 2, 8, 0, 0, DateTimeKind.Utc)));
    }

    [Test]
    public async Task A_number_that_is_given_only_now_is_what_the_record_is_on()
    {
        await using var app = await App.Start();
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");

        Assert.That((await app.Last()).Subject, Is.EqualTo($"application:{application.Number}"));
    }

    [Test]
    public async Task What_a_command_sends_in_turn_belongs_to_its_one_record()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("new-clerk", "新窗口", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);

        Assert.That((await app.Records()).Count(r => r.Command.StartsWith("Access.AddUser", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That((await app.Last()).Subject, Is.EqualTo("account:new-clerk"));
    }

    [Test]
    public async Task What_one_visit_sends_shares_a_correlation_and_two_visits_do_not()
    {
        await using var app = await App.Start();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            Person.SecurityAdministrator.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            await mediator.Send(new AddUser.Command("first", "甲", null, [Role.WindowClerk], "Correct-Horse-9"));
            await mediator.Send(new DeactivateUser.Command("first"));
        }

        await app.Send(new ReactivateUser.Command("first"), Person.SecurityAdministrator);

        var records = await app.Records();
        Assert.That(records[^3].Correlation, Is.EqualTo(records[^2].Correlation).And.Length.EqualTo(32));
        Assert.That(records[^1].Correlation, Is.Not.EqualTo(records[^2].Correlation));
    }

    [Test]
    public async Task A_refused_command_leaves_its_refusal_and_nothing_else()
    {
        await using var app = await App.Start();
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");
        await app.Tamper("UPDATE onewindow_material SET is_given = 0, given_at = NULL");

        // The state is written before the documents are looked at, so there is something to undo.
        await app.Refusal(new Accept.Command(application.Number), Person.Clerk);

        var records = await app.LogOf("OneWindow.Accept");
        Assert.That(records.Select(r => r.Outcome), Is.EqualTo(new[] { "refused" }));
        Assert.That(records[0].Detail, Does.Contain("application.documentsMissing"));
        Assert.That(await app.Value<string>("SELECT state FROM onewindow_application"), Is.EqualTo("Received"));
    }

    [Test]
    public async Task A_command_that_fails_halfway_leaves_no_record_that_it_was_done()
    {
        await using var app = await App.Start(listen: services => services.AddTransient<INotificationHandler<MilestoneReached>, Fails>());
        await app.Project();

        Assert.That(async () => await app.Send(new MilestoneReport(Scene.ProjectCode, MilestoneKind.LandAcquired, new DateOnly(2026, 3, 2)), Person.Supervisor), Throws.InvalidOperationException);

        Assert.That((await app.LogOf("Projects.MilestoneReport")).Select(r => r.Outcome), Is.EqualTo(new[] { "failed" }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_milestone WHERE reached_on IS NOT NULL"), Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_recorded_is_not_done()
    {
        await using var app = await App.Start();
        await app.Tamper("DELETE FROM audit_record");

        Assert.That(async () => await app.Project(), Throws.InvalidOperationException);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_project"), Is.Zero);
    }

    [Test]
    public async Task Wrong_input_and_want_of_rights_are_told_apart()
    {
        await using var app = await App.Start();
        await app.Refusal(new AddUser.Command("x", "", null, [], "short"), Person.SecurityAdministrator);
        await app.Refusal(new AddUser.Command("clerk9", "窗口", null, [Role.WindowClerk], "Correct-Horse-9"), Person.Clerk);

        var records = await app.LogOf("Access.AddUser");
        Assert.That(records.Select(r => (r.Outcome, r.Login)), Is.EqualTo(new[] { ("invalid", "安全管理员"), ("forbidden", "窗口") }));
        Assert.That(Line.Problems(records[1]).Single().Message.En, Does.Contain("Your role may not"));
    }

    [Test]
    public async Task Sign_ins_and_failed_ones_are_recorded_without_what_was_typed()
    {
        await using var app = await App.Start(environment: "Development");
        using var browser = app.Browser();
        await browser.SignIn("clerk", "Wrong-Password-1");
        await browser.SignIn("my-Secret-Pass9", "x");
        await browser.SignIn("clerk", Demonstration.Zone.Password);

        var records = await app.LogOf("Access.SignIn");
        Assert.That(records.Select(r => (r.Outcome, r.Subject)), Is.EqualTo(new[] { ("invalid", "account:clerk"), ("invalid", ""), ("done", "account:clerk") }));
        Assert.That(records.Select(r => r.Source + " " + r.Place), Is.All.StartsWith("page ").And.All.Length.GreaterThan(6));
        Assert.That(string.Concat(records.Select(r => r.Said + r.Detail)), Does.Not.Contain("Secret").And.Not.Contain("Wrong-Password").And.Not.Contain(Demonstration.Zone.Password));
    }

    [Test]
    public async Task Who_is_turned_away_at_a_door_is_recorded()
    {
        await using var app = await App.Start(environment: "Development");
        using (var browser = await app.SignedIn("manager")) await browser.GetAsync("/accounts");
        using var program = app.Http("apv_0000000000000000000000000000000000000000000");
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        await program.PostAsync("/api/cases/x-01/approve", body);

        var records = await app.LogOf(Commands.Door);
        Assert.That(records.Select(r => (r.Outcome, r.Login, r.Subject)), Is.EqualTo(new[] { ("forbidden", "manager", ""), ("forbidden", "", "case:X-01") }));
        Assert.That(records[1].Detail, Does.Contain("access.badToken"));
    }

    /// <summary>Whatever stands in the address, by whomever: without a name, and for what is refused.</summary>
    [Test]
    public async Task Who_is_turned_away_with_a_sign_that_is_none_is_answered_and_recorded()
    {
        await using var app = await App.Start(environment: "Development");
        using var stranger = app.Http("x");
        using var answer = await stranger.GetAsync("/api/cases/a@%EF%BF%BE");
        using var program = app.Http(await app.Token("zrzy", "程序", Scopes.All));
        using var refused = await program.PostAsync("/api/cases/x-01/approve", new StringContent("{\"opinion\":\"a@b\uFFFE\"}", Encoding.UTF8, "application/json"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((int)refused.StatusCode, Is.InRange(400, 499));
        Assert.That((await app.LogOf(Commands.Door)).Single().Subject, Is.EqualTo("case:A@\uFFFE"));
        Assert.That((await app.Last()).Command, Is.EqualTo("Permits.ApproveCase"));
    }

    /// <summary>A number that somebody put in the place of another: what was refused is on nothing that there is.</summary>
    [Test]
    public async Task A_number_of_a_person_in_the_address_of_what_was_refused_is_recorded_in_part_only()
    {
        await using var app = await App.Start(environment: "Development");
        await app.Refusal(new Accept.Command("13812345678"), Person.Clerk);
        using var stranger = app.Http("x");
        (await stranger.GetAsync("/api/accounts/somebody@zone.example")).Dispose();

        Assert.That((await app.Records()).TakeLast(2).Select(r => r.Subject), Is.EqualTo(new[] { "application:•••5678", "account:s•••@zone.example" }));
    }

    /// <summary>Else nobody finds what was tried on it.</summary>
    [Test]
    public async Task What_was_refused_on_an_account_that_there_is_is_found_under_it_though_it_is_called_by_a_number()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Command("13812345678", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        using var browser = app.Browser();
        await browser.SignIn("13812345678", "Wrong-Password-1");
        await app.Refusal(new DeactivateUser.Command("13900001111"), Person.SecurityAdministrator);

        var found = (await app.Send(new ListRecords.Query(new(About: "13812345678")), Person.Auditor)).Records;

        Assert.That(found.Select(r => (r.Command, r.Outcome)), Is.EqualTo(new[] { ("Access.SignIn", "invalid"), ("Access.AddUser", "done") }));
        Assert.That((await app.LogOf("Access.DeactivateUser")).Single().Subject, Is.EqualTo("account:•••1111"), "what is only asked for may be anybody's");
    }

    /// <summary>Sessions, substitutions and messages of others have numbers too.</summary>
    [Test]
    public async Task Who_acts_on_what_is_anothers_own_is_told_that_there_is_none_and_recorded_as_forbidden()
    {
        await using var app = await App.Start("2026-03-02 09:00", environment: "Development");
        using var session = await app.SignedIn("clerk");
        async Task<Person> Who(string login, Role role) => new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), login, null, role);
        var (clerk, other) = (await Who("clerk", Role.WindowClerk), await Who("clerk2", Role.WindowClerk));
        var substitution = (await app.Send(new NameSubstitute.Command("clerk2", new(2026, 3, 2), new(2026, 3, 6), "年休"), clerk)).Id;
        var message = await app.Value<long>("SELECT MIN(id) FROM messages_message WHERE user_id <> @Id", new { other.Id });
        var row = await app.Value<long>("SELECT MAX(id) FROM access_session WHERE user_id = @Id", new { clerk.Id });
        var stranger = await Who("manager", Role.ProjectManager);
        async Task<string> Outcome<T>(IRequest<T> request, Person who)
        {
            await app.Refusal(request, who);
            return (await app.Last()).Outcome;
        }

        var anothers = new[] { await Outcome(new EndSession.Command(row), other), await Outcome(new EndSubstitution.Command(substitution), stranger), await Outcome(new Modules.Messages.ReadMessages.One(message), other) };
        var none = new[] { await Outcome(new EndSession.Command(1), other), await Outcome(new EndSubstitution.Command(1), stranger), await Outcome(new Modules.Messages.ReadMessages.One(1), other) };

        Assert.That(anothers, Is.All.EqualTo("forbidden"));
        Assert.That(none, Is.All.EqualTo("refused"));
    }

    [Test]
    public async Task A_form_that_is_out_of_date_or_was_opened_in_another_capacity_is_refused_on_record()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var (login, role) in new[] { ("lead", Role.DepartmentHead), ("aide", Role.Reviewer) })
            await app.Send(new AddUser.Command(login, login, "FGJX", [role], "long enough 2026"));
        var lead = new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'lead'"), "lead", "FGJX", Role.DepartmentHead);
        await app.Send(new NameSubstitute.Command("aide", new(2026, 3, 2), new(2026, 3, 6), "出差"), lead);
        using var browser = await app.SignedIn("aide", "long enough 2026");
        using var stranger = app.Browser();
        async Task<(HttpStatusCode, int)> Send(HttpClient who, string url, string token)
        {
            var before = (await app.LogOf("Access.Door")).Count;
            using var answer = await who.PostAsync(url, new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("Email", "a@zone.example")]));
            return (answer.StatusCode, (await app.LogOf("Access.Door")).Count - before);
        }

        var own = (await browser.Page("/account")).QuerySelector("form[action*=Email] [name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var outOfDate = await Send(browser, "/account?handler=Email", "of another day");
        using var entered = await browser.Submit("/queue", "form[action*=StandIn]");
        var asAnother = await Send(browser, "/account?handler=Email", own);
        var nobody = await Send(stranger, "/sign-in", "of another day");
        var records = await app.LogOf("Access.Door");

        Assert.That((outOfDate, asAnother, nobody), Is.EqualTo(((HttpStatusCode.BadRequest, 1), (HttpStatusCode.Forbidden, 1), (HttpStatusCode.BadRequest, 0))), "strangers fill no record");
        Assert.That(records.Select(r => (r.Login, r.Outcome)), Is.EqualTo(new[] { ("aide", "invalid"), ("aide", "forbidden") }));
        Assert.That(records.Select(r => r.Detail), Is.EqualTo(records.Select(r => r.Detail).OrderBy(d => d.Contains("form.openedForAnother", StringComparison.Ordinal))).And.Some.Contains("form.openedForAnother"));
        Assert.That(records.Select(r => r.Said), Is.All.Contain("/account"));
    }

    [Test]
    public async Task A_second_factor_that_is_wrong_or_used_up_leaves_one_record_and_none_that_it_was_done()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("root", "管理员", null, [Role.SecurityAdministrator], "long enough 2026"));
        await app.HasFactor("root");
        foreach (var code in new[] { app.Code(), app.Code(), "AAAA-AAAA-AAAA-AAAA" })
        {
            using var browser = app.Browser();
            using var step = await browser.SignIn("root", "long enough 2026");
            using var answer = await browser.Submit(Steps.Page, "form[action*=Code]", ("Code", code));
        }

        var records = (await app.Records()).Where(r => r.Command.StartsWith("Access.CheckCode", StringComparison.Ordinal));
        Assert.That(records.Select(r => (r.Command, r.Outcome, r.Subject)), Is.EqualTo(new[] { ("Access.CheckCode", "done", "account:root"), ("Access.CheckCode", "invalid", "account:root"), ("Access.CheckCode", "invalid", "account:root") }));
    }

    /// <summary>Who walks through the numbers of others is on record with each, and who reads what is theirs is not.</summary>
    [Test]
    public async Task Who_reads_what_is_not_theirs_is_recorded_once_with_what_it_was()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Apply(Scene.ProjectCode, "A01");
        var before = (await app.Records()).Count;
        var stranger = new Person(99, "外人", null, Role.Agent);

        await app.Send(new ShowCase.Query(application["A01"]), Person.Auditor);
        await app.Refusal(new Modules.Projects.ShowProject.Query(Scene.ProjectCode), stranger);
        await app.Refusal(new ShowCase.Query(application["A01"].ToLowerInvariant()), stranger);
        await app.Refusal(new GetApplication.Query(application.Number), stranger);
        await app.Refusal(new ListFiles.Query(application.Number), stranger);
        await app.Refusal(new ListFiles.Query("20260302-ZZZZZ"), Person.Auditor);
        await app.Refusal(new Modules.Projects.ExportPlan.Query(Scene.ProjectCode), stranger); // which asks for the project in turn

        var records = (await app.Records()).Skip(before).ToList();
        Assert.That(records.Select(r => (r.Login, r.Command, r.Outcome, r.Subject)), Is.EqualTo(new[]
        {
            ("外人", Commands.Door, "forbidden", $"project:{Scene.ProjectCode}"), ("外人", Commands.Door, "forbidden", $"case:{application["A01"]}"),
            ("外人", Commands.Door, "forbidden", $"application:{application.Number}"), ("外人", Commands.Door, "forbidden", $"application:{application.Number}"),
            ("外人", Commands.Door, "forbidden", $"project:{Scene.ProjectCode}"),
        }));
        Assert.That(records[3].Said, Does.Contain("OneWindow.ListFiles").And.Contain(application.Number));
    }

    /// <summary>What is said not to be there, because it is not its reader's, is on record as what it was.</summary>
    [Test]
    public async Task Who_asks_for_what_is_hidden_from_them_is_told_that_there_is_none_and_recorded()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(application["A01"], "FGJX");
        var asked = await app.Ask(new PauseCase.Command(application["A10"], "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"));
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 30, 9, 0, 0, TimeSpan.FromHours(8)));
        for (var i = 0; i < 20 && (await app.Send(new RaiseAlerts.Command())).More; i++)
        {
        }

        var order = await app.Value<string>("SELECT MIN(number) FROM supervision_order WHERE department = 'SWJ'");
        var before = (await app.Records()).Count;
        var (stranger, other) = (new Person(98, "外人", "STHJ", Role.WindowClerk), Person.Head("STHJ"));
        var refused = new[]
        {
            await app.Refusal(new Modules.Countersigning.ShowRequest.Query(asked), stranger),
            await app.Refusal(new Modules.Supervision.ShowOrder.Query(order), other),
            await app.Refusal(new Modules.Supervision.AnswerOrder.Command(order, "原因"), other),
            await app.Refusal(new Modules.Supervision.ShowLight.Query(application["A10"]), other),
        };
        var none = new[]
        {
            await app.Refusal(new Modules.Countersigning.ShowRequest.Query("20260302-ZZZZZ"), stranger),
            await app.Refusal(new Modules.Supervision.ShowOrder.Query("20260302-ZZZZZ"), other),
            await app.Refusal(new Modules.Supervision.ShowLight.Query("20260302-ZZZZZ"), other),
        };

        Assert.That(refused.Concat(none).Select(r => r.Status), Is.All.EqualTo(Web.RefusedAs.NotFound));
        Assert.That((await app.Records()).Skip(before).Select(r => (r.Login, r.Command, r.Outcome)), Is.EqualTo(new[]
        {
            ("外人", Commands.Door, "forbidden"), ("负责人", Commands.Door, "forbidden"), ("负责人", "Supervision.AnswerOrder", "forbidden"), ("负责人", Commands.Door, "forbidden"),
        }));
    }

    [Test]
    public async Task A_program_is_recorded_by_the_name_of_its_token()
    {
        await using var app = await App.Start(environment: "Development");
        var token = await app.Token("clerk", "大屏");
        using var program = app.Http(token);
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await program.PostAsync("/api/applications/none/accept", body);

        var record = await app.Last();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((record.Command, record.Outcome, record.Source), Is.EqualTo(("OneWindow.Accept", "refused", "token")));
        Assert.That(record.Place, Does.EndWith(" 大屏"));
    }

    [Test]
    public async Task No_record_holds_a_secret_or_a_whole_phone_number()
    {
        await using var app = await App.Start(environment: "Development");
        await app.Send(new AddUser.Command("pat", "示例", null, [Role.WindowClerk], "Correct-Horse-9", "someone@example.org"), Person.SecurityAdministrator);
        await app.Send(new ResetPassword.Command("Battery-Staple-8", "pat"), Person.SecurityAdministrator);
        var token = await app.Token("pat", "令牌");
        await app.Send(new ChangePassword.Command(Demonstration.Zone.Password, "New-Password-77"), new Person(await app.Value<long>("SELECT id FROM access_user WHERE login = 'clerk'"), "clerk", null, Role.WindowClerk));
        await app.Project("2601-510300-04-01-990001");
        var application = await app.Receive("2601-510300-04-01-990001", "A01");
        await app.Send(new Withdraw.Command("电话 13912345678，身份证 510302199003074518，令牌 " + token, application.Number), Person.Clerk);

        var all = string.Concat((await app.Records()).Select(r => r.Said + r.Detail));
        foreach (var secret in new[] { "Correct-Horse-9", "Battery-Staple-8", "New-Password-77", Demonstration.Zone.Password, token, "someone@", "13912345678", "510302199003074518", "0813-0000000" })
            Assert.That(all, Does.Not.Contain(secret));
        Assert.That(all, Does.Contain("s•••@example.org").And.Contain("•••5678").And.Contain("•••4518").And.Contain("•••0000"));
    }

    /// <summary>Of a person from outside the record keeps enough to tell two apart; the name itself is kept with the matter.</summary>
    [Test]
    public async Task No_record_holds_the_whole_name_of_who_applied_took_a_paper_or_confirmed_a_handover()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(application["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(7));

        await app.Ask(new HandOut.Command("欧阳领取", new(2026, 3, 2), application["A01"], LateReason: "纸质登记"), Person.Clerk);
        await app.Ask(new HandOutAll.Command("欧阳领取", new(2026, 3, 2), application.Number, "纸质登记"), Person.OtherClerk);
        await app.Send(new HandOut.Command("欧阳领取", CaseNumber: application["A01"]), Person.Clerk);
        Assert.That((await app.Refusal(new HandOut.Command("欧阳领取", CaseNumber: application["A01"]), Person.OtherClerk)).Zh(), Does.Contain("交给欧阳领取"), "who stands at the window is told");
        await app.Send(new CorrectHandOut.Command("欧阳领错", null, "写错了", application["A01"]), Person.Clerk);
        await app.Refusal(new CorrectHandOut.Command("欧阳领对", null, "写错了", application["A01"], Seen: "欧阳领取 2026-03-09"), Person.Clerk);
        await app.SendByTwo(new CorrectApplicant.Command("司徒申请", null, "写错了", application.Number), Person.Clerk, Person.Supervisor);
        await app.Refusal(new Modules.Land.HandOverParcel.Command("JD-1", new(2026, 3, 9), "诸葛确认", "ZD-1"), new Person(24, "土地", "ZRZY", Role.Reviewer));
        await app.Refusal(new Modules.Land.HandOverWithTitle.Command("JD-1", "证-1", new(2026, 3, 9), "诸葛确认", "ZD-1"), new Person(24, "土地", "ZRZY", Role.Reviewer));

        // What a correction has put right is kept nowhere else.
        var all = string.Concat((await app.Records()).Select(r => r.Said + (r.Command.StartsWith("OneWindow.Correct", StringComparison.Ordinal) && r.Outcome == "done" ? "" : r.Detail)));
        Assert.That(all, Does.Not.Contain("欧阳领").And.Not.Contain("诸葛确认").And.Not.Contain("司徒申请").And.Not.Contain("示例经办"));
        Assert.That(all, Does.Contain("欧•••").And.Contain("诸•••"));
        Assert.That(await app.Value<string>("SELECT recipient FROM onewindow_result WHERE recipient IS NOT NULL"), Is.EqualTo("欧阳领错"), "and the matter keeps it");
    }

    /// <summary>A name that sounds like a secret is one, and no request hides one in a value that is not text.</summary>
    [Test]
    public void Every_property_of_a_request_that_sounds_secret_or_personal_is_masked()
    {
        string[] suspicious = ["password", "secret", "phone", "mobile", "mail", "hash"];
        var bare = from type in Requests.Where(t => t.IsAssignableTo(typeof(IRecorded)) || t.GetCustomAttribute<NeedsAttribute>() is not null)
                   from property in type.GetProperties()
                   where suspicious.Any(s => property.Name.Contains(s, StringComparison.OrdinalIgnoreCase))
                   where !Masking.IsSecret(property.Name) && !Masking.IsPersonal(property.Name) && property.GetCustomAttribute<MaskedAttribute>() is null
                   select $"{Commands.NameOf(type)}.{property.Name}";
        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void Of_a_long_text_the_record_keeps_the_beginning_and_the_hash()
    {
        var said = Said.Of(new { content = new string('长', 100_000) });
        Assert.That(said, Has.Length.LessThan(400).And.Contain("[100000, SHA-256 "));
        Assert.That(Said.Of(Enumerable.Range(0, 10_000)), Has.Length.LessThanOrEqualTo(Record.Longest));
    }

    /// <summary>What is not kept is not looked through: two cores could else be held by texts that are refused.</summary>
    [Test]
    public void Of_a_long_text_only_what_is_kept_is_masked()
    {
        var text = new string('1', 1_900_000);
        Said.Of(new { text });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var said = Said.Of(new { text });
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        var numbers = Said.Of(new { text = string.Join(' ', Enumerable.Repeat("13812341234", 60)) });
        var address = Said.Of(new { text = $"{new string('x', 430)}@zone.example 13812341234 13812341234" });

        Assert.That(said, Does.Contain("[1900000, SHA-256 "));
        Assert.That(taken, Is.LessThan(text.Length * 2), "the bytes of its hash");
        Assert.That(numbers, Does.StartWith("{\"text\":\"•••1234 •••1234").And.Contain("[719, SHA-256 "));
        Assert.That(numbers + address, Does.Not.Contain("1381").And.Not.Contain("xxx"), "nor what is cut in two");
    }

    [Test]
    public async Task A_job_leaves_one_record_a_batch_and_none_where_it_found_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Send(new RaiseAlerts.Command());
        Assert.That(await app.LogOf("Deadlines.RaiseAlerts"), Is.Empty);
        await app.Apply(Scene.ProjectCode, "A01", "A02", "A03");

        app.Clock.SetUtcNow(new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.FromHours(8)));
        await app.Send(new RaiseAlerts.Command());
        await app.Send(new RaiseAlerts.Command());

        var records = await app.LogOf("Deadlines.RaiseAlerts");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_alert"), Is.GreaterThan(1));
        Assert.That(records.Select(r => (r.Login, r.Outcome)), Is.EqualTo(new[] { ("system", "done") }));
    }

    [Test]
    public async Task What_writes_says_what_was_before_and_after_in_whatever_test_it_is_sent()
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("pat", "示例", null, [Role.WindowClerk], "Correct-Horse-9"), Person.SecurityAdministrator);
        await using var scope = app.Services.CreateAsyncScope();
        var (db, trail) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<Trail>());
        var innermost = scope.ServiceProvider.GetServices<IPipelineBehavior<TurnSubstitutions.Command, int>>().Last();

        var silent = Assert.ThrowsAsync<AssertionException>(() => Write(() => { }))!;
        Assert.That(silent.Message, Does.Contain("TurnSubstitutions").And.Contain("writes 1 rows"));
        Assert.DoesNotThrowAsync(() => Write(() => trail.Changed(new("日期", "Day"), 1, 2)));
        Assert.DoesNotThrowAsync(() => Write(() => trail.Changed(new("日期", "Day"), 2, 2)), "what is the same is said by having been compared");

        Task<int> Write(Action say) => db.Transact(
            async () =>
            {
                var request = new TurnSubstitutions.Command();
                trail.Current = new TrailEntry(request, "test", "");
                return await innermost.Handle(request, default, async () =>
                {
                    say();
                    return await db.Execute("UPDATE access_user SET name = name WHERE login = @login", new { login = "pat" });
                });
            },
            default);
    }

    private static Task<T> Send<T>(App app, IRequest<T> request) => SendAs(app, request, Everybody);

    private static Task<T> SendAs<T>(App app, IRequest<T> request, Person who) => app.Send(request, who);

    private static Type? Answer(Type request) =>
        request.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>))?.GetGenericArguments()[0];

    /// <summary>The request with nothing in it.</summary>
    private static object Empty(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue : Nothing(p.ParameterType))]);
    }

    private static object? Nothing(Type type) =>
        type == typeof(string) ? "none"
        : type.IsValueType ? Activator.CreateInstance(type)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? Array.CreateInstance(type.GetGenericArguments()[0], 0)
        : type == typeof(Filter) ? new Filter()
        : null;

    private sealed class Fails : INotificationHandler<MilestoneReached>
    {
        public Task Handle(MilestoneReached notification, CancellationToken cancellationToken) => throw new InvalidOperationException("planned");
    }
}
