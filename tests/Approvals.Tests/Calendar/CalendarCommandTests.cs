using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar;
using Approvals.Modules.Countersigning;
using Approvals.Tests.Countersigning;

namespace Approvals.Tests.Calendar;

/// <summary>The real program as a process, in a folder of its own.</summary>
[Parallelizable]
internal sealed class CalendarCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("approvals-cli-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

    [Test]
    public async Task Tells_a_due_date_without_making_a_database()
    {
        var run = await Run("calendar", "due", "--from", "2026-09-30", "--days", "20");

        Assert.That(run, Is.EqualTo((0, "2026-11-03\n", "")));
        Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
    }

    [Test]
    public async Task Says_UNPUBLISHED_where_the_span_reaches_a_year_without_a_calendar()
    {
        Assert.That(await Run("calendar", "due", "--from", "2026-12-18", "--days", "9"), Is.EqualTo((0, "2026-12-31\n", "")));
        Assert.That(await Run("calendar", "due", "--from", "2026-12-18", "--days", "10"), Is.EqualTo((3, "UNPUBLISHED\n", "")));
        Assert.That(await Run("calendar", "count", "--from", "2026-12-18", "--to", "2027-01-01"), Is.EqualTo((3, "UNPUBLISHED\n", "")));
    }

    [Test]
    public async Task Counts_between_two_dates() =>
        Assert.That(await Run("calendar", "count", "--from", "2026-02-13", "--to", "2026-02-28"), Is.EqualTo((0, "6\n", "")));

    [TestCase("due --from 2026-02-31 --days 5", "2026-02-31")]
    [TestCase("due --from 2026-02-28 --days -5", "-5")]
    [TestCase("due --from 1999-12-31 --days 5", "2000")]
    [TestCase("due --from 2026-02-28 --days 99999", "2099")]
    [TestCase("due --from 2026-02-28", "working days")]
    [TestCase("count --from 2026-03-02 --to 2026-03-01", "before the start")]
    [TestCase("due --batch nowhere.csv", "nowhere.csv")]
    public async Task Refuses_what_cannot_be_meant_and_says_why(string arguments, string says)
    {
        var (exit, output, error) = await Run(["calendar", .. arguments.Split(' ')]);

        Assert.That((exit, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain(says));
    }

    [Test]
    public async Task Uses_the_calendar_of_the_database_where_there_is_one()
    {
        await using var app = await App.Start();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Approvals.Database.Db>();
            await db.Transact(async () =>
            {
                await db.Execute("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (900000, 2027, 'order', '2026-11-01', 'test')");
                return await db.Execute("INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en) VALUES (900000, '2027-01-01', 0, @zh, 'New Year')", new { zh = "元旦" });
            }, default);
        }

        var run = await OwnProcess.Run(folder, app.Deployment, "calendar", "due", "--from", "2026-12-31", "--days", "1", "--data", app.Services.GetRequiredService<Settings>().DataFolder);

        Assert.That(run, Is.EqualTo((0, "2027-01-04\n", "")));
    }

    [Test]
    public async Task Publishes_a_year_and_closes_and_reopens_days_beside_a_running_site()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        app.OpenDoors();
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var file = Path.Combine(folder, "2027.json");
        await File.WriteAllTextAsync(file, Notices.Short());

        var dry = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--dry-run", "--data", data);
        var before = await app.Value<int>("SELECT COUNT(*) FROM calendar_edition");
        var published = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--data", data);
        var closed = await OwnProcess.Run(folder, app.Deployment, "calendar", "close", "--from", "2099-01-05", "--to", "2099-01-05", "--order", "示例令", "--reason", "台风", "--data", data);
        await File.WriteAllTextAsync(file, "");
        var empty = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--data", data);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That((dry.Exit, published.Exit, closed.Exit, empty.Exit), Is.EqualTo((0, 0, 1, 1)));
        Assert.That(dry.Output, Does.Contain("2027-02-05 – 2027-02-11").And.Not.Contain("第 7 版"));
        Assert.That((before, await app.Value<int>("SELECT COUNT(*) FROM calendar_edition")), Is.EqualTo((6, 7)));
        Assert.That(published.Output, Does.Contain("7"));
        Assert.That(closed.Error, Does.Contain("2099"));
        Assert.That(empty.Error, Does.Contain("empty"));
        Assert.That(() => PublishCalendarTests.Days(app).PublishedYears.Contains(2027), Is.True.After(20_000, 20), "the running site takes it up");
    }

    [Test]
    public async Task Where_there_is_a_supervisor_the_command_line_asks_and_nothing_changes_until_one_approves()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        await app.Send(new AddUser.Store("supervisor1", "督办", null, [Role.Supervisor], "unusable", false));
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var file = Path.Combine(folder, "2027.json");
        await File.WriteAllTextAsync(file, Notices.Short());

        var dry = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--dry-run", "--data", data);
        var asked = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--data", data);
        var again = await OwnProcess.Run(folder, app.Deployment, "calendar", "publish", "--file", file, "--data", data);
        var close = await OwnProcess.Run(folder, app.Deployment, "calendar", "close", "--from", "2026-12-03", "--to", "2026-12-03", "--order", "示例令", "--reason", "台风", "--confirm-past", "--data", data);
        var editions = await app.Value<int>("SELECT COUNT(*) FROM calendar_edition");
        var number = await app.Value<string>("SELECT number FROM countersigning_request WHERE command LIKE '%PublishCalendar%'");
        var shown = await app.Send(new ShowRequest.Query(number), Person.Supervisor);

        Assert.That((dry.Exit, asked.Exit, again.Exit, close.Exit), Is.EqualTo((0, 4, 4, 4)), asked.Error + close.Error);
        Assert.That((asked.Output, again.Output), Is.EqualTo((again.Output, asked.Output)), "the same thing is asked for once");
        Assert.That(asked.Output, Does.Contain(number).And.Contain("什么也没有改变"));
        Assert.That(editions, Is.EqualTo(6));
        Assert.That((shown.AskerLogin, shown.Who.Zh, shown.MayDecide), Is.EqualTo(("system", "中心督办", true)));
        Assert.That(shown.Asker, Does.StartWith("命令行").And.Contain(Environment.UserName));

        await app.Countersign(number, TwoPersons.OtherSupervisor);

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_edition"), Is.EqualTo(7));
        Assert.That(PublishCalendarTests.Days(app).PublishedYears, Does.Contain(2027));
        Assert.That(await app.Value<string>("SELECT published_by FROM calendar_edition WHERE year = 2027"), Is.EqualTo(shown.Asker));
    }

    [Test]
    public async Task Works_through_a_file_and_marks_its_bad_rows()
    {
        var file = Path.Combine(folder, "rows.csv");
        await File.WriteAllTextAsync(file, "\uFEFFstart,working_days\r\n2026-09-30,20\r\n\r\n2026-02-31,5\r\n2026-09-30\r\n2026-09-30,x\r\n\"2026-12-20\",\"20\"\r\n2026-10-01,0\r\n");

        var (exit, output, error) = await Run("calendar", "due", "--batch", file);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("start,working_days,due\n2026-09-30,20,2026-11-03\n2026-02-31,5,ERROR\n2026-09-30,,ERROR\n2026-09-30,x,ERROR\n2026-12-20,20,UNPUBLISHED\n2026-10-01,0,2026-10-01\n"));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(3));
        Assert.That(error, Does.Contain("line 4: “2026-02-31” is not a date").And.Contain("line 5: one column").And.Contain("line 6: “x” is not a whole number"));
    }

    [Test]
    public async Task A_sound_file_ends_with_success()
    {
        var file = Path.Combine(folder, "rows.csv");
        await File.WriteAllTextAsync(file, "start,working_days\n2026-09-30,20\n2026-02-13,3");

        Assert.That(await Run("calendar", "due", "--batch", file), Is.EqualTo((0, "start,working_days,due\n2026-09-30,20,2026-11-03\n2026-02-13,3,2026-02-25\n", "")));
    }

    [TestCase("")]
    [TestCase("2026-09-30,20\n")]
    [TestCase("working_days,start\n20,2026-09-30\n")]
    public async Task A_file_without_its_header_is_refused(string text)
    {
        var file = Path.Combine(folder, "rows.csv");
        await File.WriteAllTextAsync(file, text);

        var (exit, output, error) = await Run("calendar", "due", "--batch", file);

        Assert.That((exit, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain("must be the header start,working_days"));
    }

    [Test]
    public void Many_rows_are_streamed_one_answer_each()
    {
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{new DateOnly(2021, 1, 1).AddDays(i % 1900):yyyy-MM-dd},{i % 90 + 1}\n"));
        using var output = new StringWriter();

        var bad = DueBatch.Run(CalendarFile.ShippedDays(), new StringReader("start,working_days\n" + rows), output, TextWriter.Null);

        Assert.That(bad, Is.Zero);
        Assert.That(output.ToString().Count(c => c == '\n'), Is.EqualTo(20_001));
    }

    private Task<(int Exit, string Output, string Error)> Run(params string[] arguments) => OwnProcess.Run(folder, arguments);
}
