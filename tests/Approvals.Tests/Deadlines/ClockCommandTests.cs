using System.Diagnostics;
using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;

namespace Approvals.Tests.Deadlines;

/// <summary>The real program as a process, in a folder of its own.</summary>
[Parallelizable]
internal sealed class ClockCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("approvals-clock-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

    [Test]
    public async Task Answers_a_file_line_by_line_and_echoes_each_id_as_it_came()
    {
        var (exit, output, error) = await Batch("""
            {"id":1,"accepted":"2024-02-05","limit":20,"unit":"wd","extensions":[10],"pauses":[{"from":"2024-02-07","to":"2024-02-20"}],"asOf":"2024-03-15"}

            {"id":"甲-1","accepted":"2026-03-02","limit":5,"unit":"wd","pauses":[{"from":"2026-03-04","to":null}],"asOf":"2026-03-20"}
            {"id":12345678901234567890,"accepted":"2026-03-02","limit":60,"unit":"cd","extensions":null,"asOf":"2026-05-07"}
            {"id":"4","accepted":"2026-12-18","limit":10,"unit":"wd","asOf":"2026-12-31"}
            """);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo("""
            {"id":1,"due":"2024-03-29","used":20,"left":10,"light":"green"}
            {"id":"甲-1","due":null,"used":2,"left":3,"light":"paused"}
            {"id":12345678901234567890,"due":"2026-05-06","used":66,"left":-6,"light":"red"}
            {"id":"4","due":"2027-01-01","used":9,"left":1,"light":"yellow","provisional":true}

            """));
        Assert.That(Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName), Is.EqualTo(new[] { "cases.jsonl" }), "no database is made");
    }

    [Test]
    public async Task A_bad_line_says_why_and_the_others_are_answered()
    {
        var (exit, output, error) = await Batch("""
            {"id":1,"accepted":"2026-02-31","limit":"5","unit":"wd","asOf":"0001-01-01"}
            not JSON
            [1]
            {"id":{},"accepted":"2026-03-02","limit":5,"unit":"wd","asOf":"2026-03-03"}
            {"id":"b","accepted":"2026-03-02","limit":0,"unit":"yd","extensions":[0],"pauses":[{"from":"2026-03-05","to":"2026-03-04"}],"asOf":"2026-03-03"}
            {"id":"c","accepted":"2026-03-02","limit":5,"unit":"wd","asOf":"0001-01-01"}
            {"id":"d","accepted":"2026-03-02","limit":5,"unit":"wd","extensions":3,"pauses":[7,{"to":"2026-03-04"}],"asOf":"2026-03-03"}
            {"id":9,"accepted":"2026-03-02","limit":5,"unit":"wd","asOf":"2026-03-03"}
            """);

        var answers = output.TrimEnd().Split('\n').Select(a => System.Text.Json.JsonDocument.Parse(a).RootElement).ToList();
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(answers.Select(a => a.GetProperty("id").GetRawText()), Is.EqualTo(new[] { "1", "null", "null", "null", "\"b\"", "\"c\"", "\"d\"", "9" }));
        Assert.That(answers.Select(a => a.TryGetProperty("error", out _)), Is.EqualTo(new[] { true, true, true, true, true, true, true, false }));
        Assert.That(answers[0].GetProperty("error").GetString(), Does.Contain("accepted “2026-02-31” is not a date").And.Contain("limit must be a whole number"));
        Assert.That(answers[4].GetProperty("error").GetString(), Does.Contain("limit: ").And.Contain("unit: ").And.Contain("extensions[0]: ").And.Contain("pauses[0].to: "));
        Assert.That(answers[6].GetProperty("error").GetString(), Does.Contain("extensions must be a list").And.Contain("pauses[0] must be").And.Contain("pauses[1].from is missing"));
        Assert.That(error, Does.Contain("line 1: ").And.Contain("line 2: ").And.Contain("line 6: asOf: ").And.Not.Contain("line 8"));
    }

    [TestCase("zh", "时限 20 个工作日 + 延长 10 = 30 个工作日", "2024-02-07 暂停、2024-02-20 恢复，不计 02-08 至 02-20", "第 30 个工作日为 2024-03-29（周五），当日仍在时限内。", "已用 20 日，剩余 30 - 20 = 10 日。")]
    [TestCase("en", "limit 20 WD + extension 10 = 30 WD", "paused 2024-02-07, resumed 2024-02-20, not counted 02-08 to 02-20", "Working day 30 is 2024-03-29 (Fri); that day is in time.", "used 20, left 30 - 20 = 10.")]
    public async Task Explains_one_case(string language, params string[] says)
    {
        var (exit, output, error) = await Run("clock", "--explain", "--accepted", "2024-02-05", "--limit", "20", "--extension", "10", "--pause", "2024-02-07..2024-02-20", "--as-of", "2024-03-15", "--language", language);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        foreach (var words in says) Assert.That(output, Does.Contain(words));
    }

    [TestCase("", "either --batch")]
    [TestCase("--batch nowhere.jsonl", "nowhere.jsonl")]
    [TestCase("--explain --accepted 2026-03-02 --as-of 2026-03-03", "Give --limit")]
    [TestCase("--explain --accepted 2026-03-02 --as-of 2026-03-03 --limit 0", "The limit is 0")]
    [TestCase("--explain --accepted 2026-03-02 --as-of 2026-03-03 --limit 5 --pause 2026-03-05", "FROM..|2026-03-02..2026-03-09")]
    [TestCase("--explain --accepted 2026-03-02 --as-of 2026-03-03 --limit 5 --pause 2026-03-05..2026-03-04", "before its first day")]
    public async Task Refuses_what_cannot_be_meant_and_says_why(string arguments, string says)
    {
        var (exit, output, error) = await Run(["clock", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.That((exit, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.Contain(says.Split('|')[^1]));
    }

    [Test]
    public void A_hundred_thousand_cases_take_seconds()
    {
        var lines = string.Concat(Enumerable.Range(0, 100_000).Select(i => $$"""{"id":{{i}},"accepted":"{{new DateOnly(2021, 1, 1).AddDays(i % 1900):yyyy-MM-dd}}","limit":{{(i % 90) + 1}},"unit":"wd","pauses":[{"from":"2024-02-07","to":"2024-02-20"}],"asOf":"2024-03-15"}""" + "\n"));
        var time = Stopwatch.StartNew();

        Assert.That(ClockBatch.Run(CalendarFile.ShippedDays(), new StringReader(lines), TextWriter.Null, TextWriter.Null), Is.Zero);
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)), "usually about one");
    }

    private async Task<(int Exit, string Output, string Error)> Batch(string lines)
    {
        var file = Path.Combine(folder, "cases.jsonl");
        await File.WriteAllTextAsync(file, lines);
        return await Run("clock", "--batch", file);
    }

    private Task<(int Exit, string Output, string Error)> Run(params string[] arguments) => OwnProcess.Run(folder, arguments);
}
