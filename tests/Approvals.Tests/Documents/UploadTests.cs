using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Documents;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Operations;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Documents;

/// <summary>Files of an application: who hands them in and sees them, and that they stay what they were.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class UploadTests
{
    [Test]
    public async Task A_file_ticks_its_document_and_comes_back_byte_for_byte()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);

        var file = await Upload(app, number, Samples.Pdf(), "投资主体资料.pdf");

        var line = await Line(app, number);
        var opened = await app.Send(new DownloadFile.Query(number, file.Code), Person.Clerk);
        Assert.Multiple(async () =>
        {
            Assert.That((line.IsMissing, line.GivenAt), Is.EqualTo((false, (DateTime?)app.Zone.Now)));
            Assert.That((file.Version, file.Name, file.Kind, file.IsScanned), Is.EqualTo((1, "投资主体资料.pdf", FileKind.Pdf, false)));
            Assert.That(await Bytes(opened), Is.EqualTo(Samples.Pdf()));
        });
    }

    [Test]
    public async Task A_document_ticked_at_the_counter_stays_ticked_without_its_file()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        await app.Send(new GiveDocuments.Command(["D02"], number), Person.Clerk);
        var file = await Upload(app, number, Samples.Pdf());

        await app.Send(new TakeBackFile.Command(file.Code, number), Person.Clerk);

        Assert.That((await Line(app, number)).IsMissing, Is.False);
    }

    [Test]
    public async Task A_file_taken_back_stays_on_record_and_its_document_is_missing_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf());

        await app.Send(new TakeBackFile.Command(file.Code, number), Person.Clerk);
        var again = await app.Refusal(new TakeBackFile.Command(file.Code, number), Person.Clerk);

        var line = await Line(app, number);
        Assert.Multiple(() =>
        {
            Assert.That(line.IsMissing, Is.True);
            Assert.That((line.Files.Single().EndedByName, line.Files.Single().ReplacedBy), Is.EqualTo((Person.Clerk.Name, (int?)null)));
            Assert.That(again.Code(), Is.EqualTo("file.gone"));
        });
    }

    [TestCase("upload")]
    [TestCase("take back")]
    public async Task Of_a_window_that_answers_and_a_file_that_changes_at_once_the_second_is_refused(string how)
    {
        var answers = new Answers();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddSingleton(answers).AddTransient<IRequestHandler<GetProject, ProjectFacts>, AnsweredMeanwhile>());
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf());
        answers.Now = true;

        var refused = how == "upload"
            ? await app.Refusal(Command(number, Samples.Jpeg(), "照片.jpg"), Person.Clerk)
            : await app.Refusal(new TakeBackFile.Command(file.Code, number), Person.Clerk);

        answers.Now = false;
        Assert.That(refused.Status, Is.EqualTo(RefusedAs.Conflict));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_file WHERE ended_at IS NULL"), Is.EqualTo(1));
    }

    private sealed class Answers
    {
        public bool Now { get; set; }
    }

    /// <summary>Between the look at an application and the change of its files somebody answers it, as another connection would on a server.</summary>
    private sealed class AnsweredMeanwhile(IServiceProvider services, Db db, Answers answers) : IRequestHandler<GetProject, ProjectFacts>
    {
        public async Task<ProjectFacts> Handle(GetProject query, CancellationToken ct)
        {
            if (answers.Now && db.InTransaction) await db.Execute("UPDATE onewindow_application SET state = 'Accepted'", ct: ct);
            var real = typeof(Approvals.Modules.Projects.RegisterProject).Assembly.GetTypes().Single(t => t != typeof(AnsweredMeanwhile) && t.IsAssignableTo(typeof(IRequestHandler<GetProject, ProjectFacts>)));
            return await ((IRequestHandler<GetProject, ProjectFacts>)ActivatorUtilities.CreateInstance(services, real)).Handle(query, ct);
        }
    }

    [Test]
    public async Task What_is_replaced_says_by_which_version_and_can_still_be_read()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var first = await Upload(app, number, Samples.Pdf());

        var second = await Upload(app, number, Samples.Jpeg(), "照片.jpg", first.Code);

        var files = (await Line(app, number)).Files;
        Assert.Multiple(async () =>
        {
            Assert.That(files.Select(f => (f.Version, f.EndedAt is null, f.ReplacedBy)), Is.EqualTo(new[] { (1, false, (int?)2), (2, true, null) }));
            Assert.That(await Bytes(await app.Send(new DownloadFile.Query(number, first.Code), Person.Clerk)), Is.EqualTo(Samples.Pdf()));
            Assert.That((await app.Refusal(Command(number, Samples.All[FileKind.Tiff], "x.tif", first.Code), Person.Clerk)).Code(), Is.EqualTo("file.gone"), "somebody was first");
            Assert.That(second.Version, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Once_the_window_has_answered_nothing_is_exchanged()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");
        var file = await Upload(app, application.Number, Samples.Pdf());
        await app.Send(new Accept.Command(application.Number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(Command(application.Number, Samples.Jpeg()), Person.Clerk)).Status, Is.EqualTo(RefusedAs.Conflict));
            Assert.That((await app.Refusal(new TakeBackFile.Command(file.Code, application.Number), Person.Clerk)).Status, Is.EqualTo(RefusedAs.Conflict));
        });
    }

    [Test]
    public async Task The_same_content_lies_there_once_and_counts_once_for_a_document()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);

        var first = await Upload(app, number, Samples.Pdf(), "a.pdf");
        var second = await Upload(app, number, Samples.Pdf(), "b.pdf");
        await app.Send(Command(number, Samples.Pdf(), document: "D04"), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(second.Code, Is.EqualTo(first.Code));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_file"), Is.EqualTo(2));
            Assert.That(Stored(app), Is.EqualTo(new[] { first.Sha256 }));
        });
    }

    [Test]
    public async Task Of_several_files_in_one_form_none_counts_where_one_is_refused()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);

        var refused = await app.Refusal(new UploadFiles.Command([Samples.Pdf().Sent("a.pdf"), "MZ..."u8.ToArray().Sent("b.pdf")], "D02", number), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Code(), Is.EqualTo("file.program"));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_file"), Is.Zero);
            Assert.That((await Line(app, number)).IsMissing, Is.True);
        });
    }

    [Test]
    public async Task Limits_of_size_and_number_are_told_and_nothing_is_left_behind()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1", ["Files:MaxMegabytesPerApplication"] = "1", ["Files:MaxPerDocument"] = "2" });
        var number = await Taken(app);
        static byte[] Padded(int kilobytes, string mark) => Samples.Pdf($"% {mark} {new string('x', kilobytes * 1024)}\n");

        var large = await app.Refusal(Command(number, Padded(1025, "")), Person.Clerk);
        await Upload(app, number, Padded(600, "a"));
        var full = await app.Refusal(Command(number, Padded(600, "b")), Person.Clerk);
        await Upload(app, number, Samples.Pdf());
        var many = await app.Refusal(Command(number, Samples.Jpeg()), Person.Clerk);

        Assert.Multiple(() =>
        {
            Assert.That((large.Status, large.Code(), full.Code(), many.Code()), Is.EqualTo((RefusedAs.TooLarge, "file.tooLarge", "file.applicationFull", "file.tooMany")));
            Assert.That(Directory.GetFiles(Path.Combine(Folder(app), "incoming")), Is.Empty);
        });
    }

    [Test]
    public async Task What_was_replaced_or_taken_back_takes_its_place_and_no_bytes_come_in_for_which_there_is_none()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1", ["Files:MaxMegabytesPerApplication"] = "1" });
        var number = await Taken(app);
        static byte[] Padded(int kilobytes, string mark) => Samples.Pdf($"% {mark} {new string('x', kilobytes * 1024)}\n");
        var first = await Upload(app, number, Padded(600, "a"));
        int Kept() => Directory.GetFiles(Folder(app), "*", SearchOption.AllDirectories).Length;
        var before = Kept();

        var replaced = await app.Refusal(Command(number, Padded(600, "b")) with { Replaces = first.Code }, Person.Clerk);
        await app.Send(new TakeBackFile.Command(first.Code, number), Person.Clerk);
        var after = await app.Refusal(Command(number, Padded(600, "c")), Person.Clerk);

        Assert.That((replaced.Code(), after.Code(), Kept()), Is.EqualTo(("file.applicationFull", "file.applicationFull", before)));
    }

    [Test]
    public async Task What_lies_there_once_for_several_documents_takes_its_place_once()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1", ["Files:MaxMegabytesPerApplication"] = "1" });
        var number = await Taken(app);
        var bytes = Samples.Pdf($"% {new string('x', 600 * 1024)}\n");

        foreach (var document in new[] { "D02", "D04", "D05" }) await app.Send(Command(number, bytes, document: document), Person.Clerk);

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_file"), Is.EqualTo(3));
    }

    [Test]
    public async Task One_account_hands_in_no_more_on_a_day_than_the_site_allows()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytesPerAccountAndDay"] = "1" });
        var number = await Taken(app);
        static byte[] Padded(int kilobytes, string mark) => Samples.Pdf($"% {mark} {new string('x', kilobytes * 1024)}\n");
        await Upload(app, number, Padded(600, "a"));

        var full = await app.Refusal(Command(number, Padded(600, "b")), Person.Clerk);
        await app.Send(Command(number, Padded(600, "c")), Person.OtherClerk);
        app.SetTime("2026-03-03 09:00");
        await Upload(app, number, Padded(600, "b"));

        Assert.That((full.Code(), full.Problems[0].Field), Is.EqualTo(("file.dayFull", "files")));
    }

    [TestCase("Files:MaxPerDocument", "file.tooMany")]
    [TestCase("Files:MaxMegabytesPerApplication", "file.applicationFull")]
    [TestCase("Files:MaxMegabytesPerAccountAndDay", "file.dayFull")]
    public async Task What_is_sent_twice_is_there_already_where_no_more_has_a_place(string limit, string code)
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1", [limit] = "1" });
        var number = await Taken(app);
        static byte[] Padded(string mark) => Samples.Pdf($"% {mark} {new string('x', 600 * 1024)}\n");
        var first = await Upload(app, number, Padded("a"));
        int Kept() => Directory.GetFiles(Folder(app), "*", SearchOption.AllDirectories).Length;
        var before = Kept();

        var again = await Upload(app, number, Padded("a"));
        var other = await app.Refusal(Command(number, Padded("b")), Person.Clerk);
        var after = Kept();
        var both = await app.Send(new UploadFiles.Command([Samples.Pdf().Sent("a.pdf"), Samples.Pdf().Sent("b.pdf")], "D04", number), Person.Clerk);

        Assert.That((again.Code, again.WasThere, other.Code(), after), Is.EqualTo((first.Code, true, code, before)));
        Assert.That(both.Select(f => (f.Code, f.WasThere)), Is.EqualTo(new[] { (both[0].Code, false), (both[0].Code, true) }));
    }

    /// <summary>What is taken over lies in the folder already, whoever handed it in and when.</summary>
    [Test]
    public async Task What_is_taken_over_from_another_application_is_no_part_of_what_is_handed_in_that_day()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytesPerAccountAndDay"] = "1" });
        static byte[] Padded(int kilobytes, string mark) => Samples.Pdf($"% {mark} {new string('x', kilobytes * 1024)}\n");
        async Task<string> Again(string withdrawn)
        {
            await app.Send(new Withdraw.Command("改期", withdrawn), Person.Clerk);
            return (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
        }

        var first = await Taken(app);
        var file = await Upload(app, first, Padded(600, "a"));
        app.SetTime("2026-03-03 09:00");

        var second = await Again(first);
        var over = await app.Send(new ReuseFile.Command(file.Code, "D02", second), Person.Clerk);
        await app.Send(Command(second, Padded(600, "b"), document: "D04"), Person.Clerk);
        var third = await Again(second);
        await app.Send(new ReuseFile.Command(over.Code, "D02", third), Person.Clerk);

        Assert.That((await app.Refusal(Command(third, Padded(600, "c"), document: "D04"), Person.Clerk)).Code(), Is.EqualTo("file.dayFull"));
    }

    [Test]
    public async Task A_form_of_more_files_than_a_document_may_have_or_of_more_than_there_is_room_for_is_refused_before_it_is_read()
    {
        await using var app = await App.Start("2026-03-02 09:00", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1", ["Files:MaxMegabytesPerApplication"] = "1", ["Files:MaxPerDocument"] = "2" });
        var number = await Taken(app);
        var read = 0;
        SentFile Sent(int kilobytes) => new("材料.pdf", kilobytes * 1024, () =>
        {
            read++;
            return new MemoryStream(Samples.Pdf());
        });
        UploadFiles.Command Form(params SentFile[] files) => new(files, "D02", number);

        var many = await app.Refusal(Form(Sent(1), Sent(2), Sent(3)), Person.Clerk);
        var large = await app.Refusal(Form(Sent(600), Sent(601)), Person.Clerk);
        await Upload(app, number, Samples.Pdf($"% {new string('x', 600 * 1024)}\n"));
        var full = await app.Refusal(Form(Sent(600)), Person.Clerk);

        Assert.That((many.Code(), large.Code(), full.Code(), read), Is.EqualTo(("file.tooMany", "file.tooLarge", "file.applicationFull", 0)));
    }

    [Test]
    public async Task Who_manages_the_project_and_is_an_agent_elsewhere_hands_in_nothing_for_it()
    {
        await using var app = await App.Start();
        var number = await Taken(app);
        await app.Tamper("UPDATE projects_project SET manager_id = 3");
        var both = new Person(3, "兼任", null, Role.Agent, Role.ProjectManager);
        var refused = await app.Refusal(Command(number, Samples.Pdf()), both);
        var seen = await app.Send(new ListFiles.Query(number), both);
        await app.Tamper("UPDATE projects_project SET agent_id = 3");
        await app.Send(Command(number, Samples.Pdf()), both);

        Assert.That((refused.Code(), seen.MayUpload), Is.EqualTo(("file.notYourProject", false)));
    }

    [Test]
    public async Task Files_open_to_the_window_the_departments_of_its_cases_the_projects_people_and_supervision_and_to_nobody_else()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf());
        Person[] allowed = [Person.Clerk, Person.OtherClerk, Person.Supervisor, Person.Reviewer("FGJX"), Person.Head("FGJX")];
        Person[] foreign = [Person.Reviewer("ZRZY"), Person.Head("ZRZY"), Person.Agent, Person.Manager, Person.Leader, Person.Auditor];

        Assert.Multiple(async () =>
        {
            foreach (var person in allowed) await (await app.Send(new DownloadFile.Query(number, file.Code), person)).Bytes.DisposeAsync();
            foreach (var person in foreign)
            {
                Assert.That((await app.Refusal(new DownloadFile.Query(number, file.Code), person)).Code(), Is.AnyOf("file.notYours", "project.notYours"), person.Name);
                Assert.That((await app.Refusal(new ListFiles.Query(number), person)).Code(), Is.AnyOf("file.notYours", "project.notYours"), person.Name);
            }

            Assert.That((await app.Refusal(Command(number, Samples.Jpeg()), Person.Agent)).Code(), Is.EqualTo("project.notYours"));
        });
    }

    [Test]
    public async Task The_projects_own_agent_hands_in_and_sees_its_files()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        await app.Send(new Modules.Access.AddUser.Command("agent-1", "代办甲", null, [Role.Agent], "Correct-Horse-9"), Person.System);
        var agent = await app.Value<long>("SELECT id FROM access_user WHERE login = 'agent-1'");
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Approvals.Database.Db>();
            await db.Transact(() => db.Execute("UPDATE projects_project SET agent_id = @agent", new { agent }), CancellationToken.None);
        }

        var file = (await app.Send(Command(number, Samples.Pdf()), Person.Agent with { Id = agent })).Single();
        await using var bytes = (await app.Send(new DownloadFile.Query(number, file.Code), Person.Agent with { Id = agent })).Bytes;

        Assert.That((await app.Refusal(new DownloadFile.Query(number, file.Code), Person.Agent)).Code(), Is.EqualTo("project.notYours"), "another agent");
    }

    [Test]
    public async Task Every_download_is_recorded_and_so_is_what_the_gate_refused()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf(), "身份证.pdf");

        await (await app.Send(new DownloadFile.Query(number, file.Code), Person.Reviewer("FGJX"))).Bytes.DisposeAsync();
        var download = await app.Last();
        await app.Refusal(Command(number, "MZ..."u8.ToArray(), "x.pdf"), Person.Clerk);
        var refused = await app.Last();

        Assert.Multiple(() =>
        {
            Assert.That((download.Command, download.Subject, download.UserName, download.Outcome), Is.EqualTo(("OneWindow.DownloadFile", $"application:{number}", "经办人", "done")));
            Assert.That(download.Detail, Does.Contain("身份证.pdf"));
            Assert.That((refused.Command, refused.Outcome), Is.EqualTo(("OneWindow.UploadFiles", "invalid")));
            Assert.That(refused.Detail, Does.Contain("file.program"));
        });
    }

    [Test]
    public async Task What_is_handed_in_lies_readable_for_the_account_of_the_program_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The mode is that of Unix.");
            return;
        }

        await using var app = await App.Start("2026-03-02 09:00");
        var file = await Upload(app, await Taken(app), Samples.Pdf());
        var place = Path.Combine(Folder(app), file.Sha256[..2], file.Sha256[2..]);

        Assert.That(File.GetUnixFileMode(place), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(Path.GetDirectoryName(place)!), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task A_file_that_was_altered_or_lost_in_the_folder_is_told_and_not_given_out()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf());
        var place = Path.Combine(Folder(app), file.Sha256[..2], file.Sha256[2..]);

        await File.AppendAllTextAsync(place, "x");
        var altered = await app.Refusal(new DownloadFile.Query(number, file.Code), Person.Clerk);
        File.Delete(place);
        var lost = await app.Refusal(new DownloadFile.Query(number, file.Code), Person.Clerk);
        await Upload(app, number, Samples.Pdf()); // the same content handed in again mends it
        await using var mended = (await app.Send(new DownloadFile.Query(number, file.Code), Person.Clerk)).Bytes;

        Assert.That((altered.Code(), lost.Code()), Is.EqualTo(("file.tampered", "file.tampered")));
    }

    [Test]
    public async Task A_content_whose_row_was_never_written_is_swept_away_after_a_day_and_others_stay()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var kept = await Upload(app, number, Samples.Pdf());
        var orphan = await app.Send(new ReceiveFile(Samples.Jpeg().Sent("x.jpg")));
        await File.WriteAllTextAsync(Path.Combine(Folder(app), "incoming", "half"), "x");
        File.SetLastWriteTimeUtc(Path.Combine(Folder(app), "incoming", "half"), app.Zone.Now);

        var early = await app.Send(new SweepFiles.Command());
        app.Clock.Advance(TimeSpan.FromHours(25));
        var swept = await app.Send(new SweepFiles.Command());

        Assert.Multiple(() =>
        {
            Assert.That((early, swept), Is.EqualTo((0, 2)));
            Assert.That(Stored(app), Is.EqualTo(new[] { kept.Sha256 }));
            Assert.That(File.Exists(Path.Combine(Folder(app), orphan.Sha256[..2], orphan.Sha256[2..])), Is.False);
        });
    }

    [Test]
    public async Task A_content_that_is_handed_in_again_while_it_is_swept_away_stays()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var orphan = await app.Send(new ReceiveFile(Samples.Pdf().Sent("x.pdf")));
        app.Clock.Advance(TimeSpan.FromHours(25));
        var store = app.Services.GetRequiredService<FileStore>();
        var asked = 0;

        // Asked before it is moved aside, and again after: then somebody has just handed it in, and their row is on its way.
        var taken = await store.TakeAway(orphan.Sha256, async () =>
        {
            if (++asked == 2) await app.Send(new ReceiveFile(Samples.Pdf().Sent("x.pdf")));
            return false;
        });
        var file = await Upload(app, number, Samples.Pdf());

        await using var bytes = (await app.Send(new DownloadFile.Query(number, file.Code), Person.Clerk)).Bytes;
        Assert.That((asked, taken, Stored(app).Single()), Is.EqualTo((2, true, file.Sha256)));
    }

    [Test]
    public async Task What_a_sweep_that_was_killed_left_aside_is_put_back_by_the_next()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var number = await Taken(app);
        var file = await Upload(app, number, Samples.Pdf());
        Directory.CreateDirectory(Path.Combine(Folder(app), "leaving"));
        File.Move(Path.Combine(Folder(app), file.Sha256[..2], file.Sha256[2..]), Path.Combine(Folder(app), "leaving", file.Sha256));
        app.Clock.Advance(TimeSpan.FromHours(25));

        await app.Send(new SweepFiles.Command());

        await using var bytes = (await app.Send(new DownloadFile.Query(number, file.Code), Person.Clerk)).Bytes;
    }

    [Test]
    public async Task An_infected_file_is_refused_and_recorded_and_a_clean_one_says_that_it_was_scanned()
    {
        using var clamd = new ClamdSink();
        await using var app = await App.Start("2026-03-02 09:00", chosen: Scanned(clamd));
        var number = await Taken(app);

        var clean = await Upload(app, number, Samples.Pdf());
        var infected = await app.Refusal(Command(number, Samples.Pdf($"% {ClamdSink.Eicar}\n")), Person.Clerk);
        var record = await app.Last();

        Assert.Multiple(async () =>
        {
            Assert.That(clean.IsScanned, Is.True);
            Assert.That((infected.Code(), infected.Zh()), Is.EqualTo(("file.infected", infected.Zh())));
            Assert.That(infected.Zh(), Does.Contain("Eicar-Test-Signature"));
            Assert.That(record.Detail, Does.Contain("file.infected").And.Contain("Eicar-Test-Signature"));
            Assert.That(Stored(app), Is.EqualTo(new[] { clean.Sha256 }));
            Assert.That((await app.Send(new ShowHealth.Query())).Antivirus, Is.EqualTo(Antivirus.Answers));
        });
    }

    [TestCase("hangUp")]
    [TestCase("INSTREAM size limit exceeded. ERROR")]
    [TestCase("gone")]
    public async Task Nothing_comes_in_while_the_antivirus_is_broken_or_away(string how)
    {
        using var clamd = new ClamdSink { Does = how };
        var settings = Scanned(clamd);
        if (how == "gone") clamd.Dispose();
        await using var app = await App.Start("2026-03-02 09:00", chosen: settings);
        var number = await Taken(app);

        var refused = await app.Refusal(Command(number, Samples.Pdf()), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((refused.Code(), refused.Status), Is.EqualTo(("file.notScanned", RefusedAs.Unavailable)));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_file"), Is.Zero);
            Assert.That((await app.Send(new ShowHealth.Query())).Antivirus, Is.EqualTo(Antivirus.Away));
        });
    }

    [Test]
    public async Task An_antivirus_that_does_not_answer_in_its_time_is_away()
    {
        using var clamd = new ClamdSink { Does = "silence" };
        await using var app = await App.Start("2026-03-02 09:00", chosen: Scanned(clamd));
        var number = await Taken(app);

        var upload = app.Refusal(Command(number, Samples.Pdf()), Person.Clerk);
        await clamd.Read.WaitAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.That((await upload).Code(), Is.EqualTo("file.notScanned"));
    }

    [Test]
    public async Task A_deployment_may_choose_to_go_on_without_the_antivirus_and_the_file_says_so()
    {
        using var clamd = new ClamdSink { Does = "hangUp" };
        var settings = Scanned(clamd);
        settings["Antivirus:WhenAway"] = "accept";
        await using var app = await App.Start("2026-03-02 09:00", chosen: settings);

        Assert.That((await Upload(app, await Taken(app), Samples.Pdf())).IsScanned, Is.False);
    }

    [Test]
    public async Task Without_an_antivirus_the_program_says_so()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Send(new ShowHealth.Query())).Antivirus, Is.EqualTo(Antivirus.None));
            Assert.That(app.Services.AntivirusLine(), Does.Contain("NOT scanned"));
        });
    }

    private static Dictionary<string, string?> Scanned(ClamdSink clamd) => new() { ["Antivirus:Clamd"] = clamd.Address };

    private static async Task<string> Taken(App app)
    {
        await app.Project();
        return (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Scene.ProjectCode, ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
    }

    private static UploadFiles.Command Command(string number, byte[] bytes, string name = "材料.pdf", string? replaces = null, string document = "D02") => new([bytes.Sent(name)], document, number, replaces);

    private static async Task<FileFact> Upload(App app, string number, byte[] bytes, string name = "材料.pdf", string? replaces = null) =>
        (await app.Send(Command(number, bytes, name, replaces), Person.Clerk)).Single();

    private static async Task<ListFiles.Line> Line(App app, string number) => (await app.Send(new ListFiles.Query(number), Person.Clerk)).Documents.Single(d => d.Document == "D02");

    private static async Task<byte[]> Bytes(OpenedFile file)
    {
        await using var from = file.Bytes;
        var to = new MemoryStream();
        await from.CopyToAsync(to);
        return to.ToArray();
    }

    private static string Folder(App app) => app.Services.GetRequiredService<DocumentSettings>().Folder;

    /// <summary>The contents that lie in the folder.</summary>
    private static IEnumerable<string> Stored(App app) => Directory.EnumerateDirectories(Folder(app), "??").SelectMany(d => Directory.GetFiles(d).Select(f => Path.GetFileName(d) + Path.GetFileName(f)));
}
