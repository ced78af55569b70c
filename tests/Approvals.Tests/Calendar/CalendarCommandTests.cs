using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Calendar;
using Approvals.Modules.Countersigning;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;

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
    [TestCase("due --days 5", "A date is required")]
    [TestCase("due --from 2026-02-28 --days x", "not a number of working days")]
    [TestCase("due --batch nowhere.csv", "nowhere.csv")]
    [TestCase("due --batch nowhere.csv --from 2026-02-28", "--batch goes without --from and --days")]
    [TestCase("due --batch nowhere.csv --days 5", "--batch goes without --from and --days")]
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
        Assert.That(() => PublishCalendarTests.Days(app).PublishedYears.Contains(2027), Is.True.After(60_000, 20), "the running site takes it up");
    }

    /// <summary>In a year far ahead and in one long past, so that it is the same on every day.</summary>
    [Test]
    public async Task What_is_published_closed_and_reopened_is_said_line_by_line_and_a_preview_changes_nothing()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        await app.Change("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (7, 2098, 'order', '2026-11-01', 'test')");
        await app.Change("INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en) VALUES (7, '2098-01-01', 0, @zh, 'New Year')", new { zh = "元旦" });
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var file = Path.Combine(folder, "2027.json");
        await File.WriteAllTextAsync(file, Notices.Short());
        Task<(int Exit, string Output, string Error)> Calendar(params string[] arguments) => OwnProcess.Run(folder, app.Deployment, ["calendar", .. arguments, "--data", data]);
        string[] close = ["close", "--from", "2098-03-03", "--to", "2098-03-04", "--order", "示例令〔2098〕1号", "--reason", "台风", "--reason-en", "Typhoon"];
        string[] past = ["close", "--from", "2021-03-01", "--to", "2021-03-01", "--order", "示例令", "--reason", "停电"];
        string[] reopen = ["reopen", "--day", "2098-03-04", "--order", "示例令〔2098〕2号"];

        var published = await Calendar("publish", "--file", file);
        var nothing = await Calendar("publish", "--file", file);
        var previewed = await Calendar([.. close, "--dry-run"]);
        var before = await app.Value<long>("SELECT MAX(id) FROM calendar_edition");
        var closed = await Calendar(close);
        var passed = await Calendar(past);
        var confirmed = await Calendar([.. past, "--confirm-past"]);
        var soon = await Calendar("close", "--from", "soon", "--to", "2098-03-04", "--order", "示例令", "--reason", "停电");
        var lifting = await Calendar([.. reopen, "--dry-run"]);
        var between = await app.Value<long>("SELECT MAX(id) FROM calendar_edition");
        var lifted = await Calendar(reopen);
        var never = await Calendar("reopen", "--day", "never", "--order", "示例令");

        Assert.Multiple(async () =>
        {
            Assert.That(published, Is.EqualTo((0, """
                2027 年：首次发布，248 个工作日
                    2027-01-01 – 2027-01-03  放假：元旦
                    2027-02-05 – 2027-02-11  放假：春节
                    2027-02-14  调休上班：春节
                    2027-04-03 – 2027-04-05  放假：清明
                    2027-05-01 – 2027-05-03  放假：劳动节
                    2027-06-09  放假：端午
                    2027-09-15  放假：中秋
                    2027-10-01 – 2027-10-07  放假：国庆节
                    2027-10-09  调休上班：国庆节
                已发布，日历第 8 版。运行中的网站一分钟内生效。

                """, "")));
            Assert.That(nothing, Is.EqualTo((0, "没有新内容，日历未改变。\n", "")));
            Assert.That(previewed, Is.EqualTo((0, "2098 年：原 260 个，258 个工作日\n    2098-03-03 – 2098-03-04  停办：台风（示例令〔2098〕1号）\n没有未办结的到期日会移动。\n以上为预览，没有发布。\n", "")));
            Assert.That((before, between), Is.EqualTo((8, 10)));
            Assert.That(closed, Is.EqualTo((0, "2098 年：原 260 个，258 个工作日\n    2098-03-03 – 2098-03-04  停办：台风（示例令〔2098〕1号）\n已发布，日历第 9 版。运行中的网站一分钟内生效。\n", "")));
            Assert.That((passed.Exit, passed.Output), Is.EqualTo((1, "")));
            Assert.That(passed.Error, Does.Contain("2021-03-01 已经过去").And.Contain("confirm that past days are closed"));
            Assert.That(confirmed.Output, Does.Contain("    2021-03-01  停办：停电（示例令）\n"));
            Assert.That((soon.Exit, soon.Output, never.Exit, never.Output), Is.EqualTo((1, "", 1, "")));
            Assert.That(soon.Error, Does.Contain("“soon” is not a date"));
            Assert.That(never.Error, Does.Contain("“never” is not a date"));
            Assert.That(lifting.Output, Does.EndWith("以上为预览，没有发布。\n"));
            Assert.That(lifted, Is.EqualTo((0, "2098 年：原 258 个，259 个工作日\n    2098-03-04  撤销停办，恢复上班：台风（示例令〔2098〕1号）\n已发布，日历第 11 版。运行中的网站一分钟内生效。\n", "")));
            Assert.That(await app.Rows<string>("SELECT reason_en FROM calendar_closure ORDER BY edition_id, day"), Is.EqualTo(new[] { "Typhoon", "Typhoon", "停电", "Typhoon" }), "in English as in Chinese where nothing else is given");
        });
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
        await File.WriteAllTextAsync(file, "\r\n\uFEFFStart, WORKING_DAYS\r\n2026-09-30,20\r\n\r\n2026-02-31,5\r\n2026-09-30\r\n2026-09-30,x\r\n\"2026-12-20\",\"20\"\r\n2026-10-01,0\r\n1999-12-31,5\r\n2026-02-28,99999\r\n2026-02-28,5,\"6\"\r\n 2026-09-30 , 20\r\n");

        var (exit, output, error) = await Run("calendar", "due", "--batch", file);

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("start,working_days,due\n2026-09-30,20,2026-11-03\n2026-02-31,5,ERROR\n2026-09-30,,ERROR\n2026-09-30,x,ERROR\n2026-12-20,20,UNPUBLISHED\n2026-10-01,0,2026-10-01\n1999-12-31,5,ERROR\n2026-02-28,99999,ERROR\n2026-02-28,\"5,\"\"6\"\"\",ERROR\n2026-09-30,20,2026-11-03\n"));
        Assert.That(error.TrimEnd().Split('\n').Select(line => line[(line.IndexOf("line ", StringComparison.Ordinal) + 5)..line.LastIndexOf(' ')]), Is.EqualTo(new[]
        {
            "5: “2026-02-31” is not a date (yyyy-MM-dd)", "6: one column, two are needed", "7: “x” is not a whole number, 0 or more",
            "10: 1999-12-31 lies outside 2000–2099", "11: the span ends after 2099 超出 2099", "12: more than two columns",
        }));
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
