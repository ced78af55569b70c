using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Permits;
using Approvals.Modules.Reports;
using Approvals.Modules.Supervision;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Reports;

/// <summary>The event log as the field's tools read it: every case, what happened to it, and nothing twice.</summary>
[Parallelizable]
internal sealed class ExportEventsTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    /// <summary>Nor does a pause that began beside another make the note that follows its end a third.</summary>
    [Test]
    public async Task What_leaves_the_status_as_it_is_is_an_activity_of_its_own_and_repeats_none()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (leaver, taker) = (await Account(app, "sw1", "水务甲", "SWJ", Role.Reviewer), await Account(app, "sw2", "水务乙", "SWJ", Role.Reviewer));
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new StartHandling.Command(applied["A10"]), leaver);
        await app.Send(new HandOverWork.Command("sw1", "sw2", "调离", [applied["A10"]]), Person.Supervisor);
        await app.SendByTwo(new ExtendCase.Command(applied["A10"], 10, "需再次现场核对", "延期〔2026〕1号"), taker, Person.Head("SWJ"));
        foreach (var (kind, n) in new[] { ("expert-review", 1), ("publicity", 2) })
            await app.SendByTwo(new PauseCase.Command(applied["A10"], kind, PlannedDays: 5, NoticeNumber: $"告知〔2026〕{n}号"), taker, Person.Head("SWJ"));
        await app.Send(new ResumeCase.Command(applied["A10"], "expert-review"), taker);
        await app.Send(new RevokeCase.Command(applied["A01"], "申报材料不实"), Person.Head("FGJX"));

        string[] happened = ["已接件", "已受理", "部门开始办理", "移交", "延长期限", "特别程序开始", "特别程序开始", "特别程序结束", "记事"];
        Assert.That(await Activities(app, applied["A10"]), Is.EqualTo(happened));
        using var ocel = await Ocel(app);
        Assert.That(Events(ocel, applied["A10"]), Is.EqualTo(happened));
        Assert.That(happened.Except(ocel.RootElement.GetProperty("eventTypes").EnumerateArray().Select(t => t.GetProperty("name").GetString())), Is.Empty, "all of them declared");
    }

    [Test]
    public async Task What_was_noted_before_the_upgrade_is_told_apart_by_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (leaver, taker) = (await Account(app, "jx1", "经办甲", "FGJX", Role.Reviewer), await Account(app, "jx2", "经办乙", "FGJX", Role.Reviewer));
        var supervisor = await Account(app, "db", "督办甲", null, Role.Supervisor);
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Send(new StartHandling.Command(number), leaver);
        await app.Send(new HandOverWork.Command("jx1", "jx2", "调离", [number]), supervisor);
        await app.SendByTwo(new ExtendCase.Command(number, 3, "需再次现场核对", "延期〔2026〕1号"), taker, Person.Head("FGJX"));
        await app.Change("UPDATE permits_event SET activity = NULL");
        await app.Change("DELETE FROM SchemaVersions WHERE ScriptName = '0241_permits_event_activity_known'");
        await Migrator.Migrate(app.Services.GetRequiredService<Engine>());

        Assert.That(await Activities(app, number), Is.EqualTo(new[] { "已接件", "已受理", "部门开始办理", "移交", "记事" }));
    }

    /// <summary>Neither what was closed before the books began nor what the night has not read yet.</summary>
    [Test]
    public async Task Cases_of_which_the_reports_know_nothing_are_in_the_log()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM reports_case"), Is.Zero);

        Assert.That(await Activities(app, number), Is.EqualTo(new[] { "已接件", "已受理" }));
        using var ocel = await Ocel(app);
        Assert.That(Events(ocel, number), Is.EqualTo(new[] { "已接件", "已受理" }));
    }

    [Test]
    public async Task The_item_is_the_same_code_in_both_forms()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        await app.MakeReports();
        using var ocel = await Ocel(app);
        var item = ocel.RootElement.GetProperty("objects").EnumerateArray().Single(o => o.GetProperty("type").GetString() == "case").GetProperty("attributes").EnumerateArray().Single(a => a.GetProperty("name").GetString() == "item");

        Assert.That(item.GetProperty("value").GetString(), Is.EqualTo("A01"));
        Assert.That((await Xes(app)).SelectMany(t => t.Elements()).Single(a => a.Attribute("key")?.Value == "item").Attribute("value")!.Value, Is.EqualTo("A01"));
    }

    [Test]
    public async Task What_is_taken_in_while_the_log_is_written_is_in_none_of_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Apply(Scene.ProjectCode, "A01");
        using var file = new Interrupted(async () =>
        {
            await app.Project("2601-510300-04-01-900002");
            await app.Apply("2601-510300-04-01-900002", "A01");
        });
        await app.Send(new ExportEvents.Query("ocel", Day, Day, file), Person.Auditor);
        file.Position = 0;
        using var ocel = JsonDocument.Parse(file);

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM permits_case"), Is.EqualTo(2));
        var objects = ocel.RootElement.GetProperty("objects").EnumerateArray().ToList();
        Assert.That(objects.Select(o => o.GetProperty("type").GetString()), Is.EqualTo(new[] { "project", "application", "case" }));
        Assert.That(ocel.RootElement.GetProperty("events").EnumerateArray().Concat(objects).SelectMany(e => e.GetProperty("relationships").EnumerateArray()).Select(r => r.GetProperty("objectId").GetString())
            .Except(objects.Select(o => o.GetProperty("id").GetString())), Is.Empty);
    }

    [TestCase("9999-12-30", "9999-12-31", "from to")]
    [TestCase("0001-01-01", "9999-12-31", "from to")]
    [TestCase("2026-03-03", "2026-03-02", "to")]
    [TestCase("2026-03-02", "2100-01-01", "to")]
    public async Task Days_that_no_log_has_are_refused_by_their_names(string from, string to, string fields)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var file = new MemoryStream();
        var refused = await app.Refusal(new ExportEvents.Query("xes", DateOnly.Parse(from, CultureInfo.InvariantCulture), DateOnly.Parse(to, CultureInfo.InvariantCulture), file), Person.Auditor);

        Assert.That(refused.Problems.Select(p => p.Field), Is.EqualTo(fields.Split(' ')));
        Assert.That(file.Length, Is.Zero);
        await app.Send(new ExportEvents.Query("xes", new(2000, 1, 1), new(2099, 12, 31), file), Person.Auditor);
    }

    [Test]
    public async Task A_list_of_entries_goes_on_from_no_day_that_no_calendar_has()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        Assert.That((await app.Refusal(new ListReportCases.Query("entries", Day, Day, After: "9999-12-31_1"), Person.Leader)).Code(), Is.EqualTo("report.after"));
        Assert.That((await app.Send(new ListReportCases.Query("entries", Day, Day, After: "2099-12-31_1"), Person.Leader)).Rows, Is.Empty);
    }

    private static async Task<Person> Account(App app, string login, string name, string? department, Role role)
    {
        await app.Send(new AddUser.Store(login, name, department, [role], "unusable", false));
        return new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), name, department, role);
    }

    private static async Task<IEnumerable<string>> Activities(App app, string number) =>
        (await Xes(app)).Single(t => Value(t, "concept:name") == number).Elements().Where(e => e.Name.LocalName == "event").Select(e => Value(e, "concept:name"));

    private static string Value(XElement of, string key) => of.Elements().Single(a => a.Attribute("key")?.Value == key).Attribute("value")!.Value;

    private static async Task<IEnumerable<XElement>> Xes(App app)
    {
        using var file = new MemoryStream();
        await app.Send(new ExportEvents.Query("xes", Day, Day, file), Person.Auditor);
        file.Position = 0;
        return [.. XDocument.Load(file).Root!.Elements().Where(e => e.Name.LocalName == "trace")];
    }

    private static async Task<JsonDocument> Ocel(App app)
    {
        using var file = new MemoryStream();
        await app.Send(new ExportEvents.Query("ocel", Day, Day, file), Person.Auditor);
        file.Position = 0;
        return JsonDocument.Parse(file);
    }

    private static IEnumerable<string> Events(JsonDocument ocel, string number) => ocel.RootElement.GetProperty("events").EnumerateArray()
        .Where(e => e.GetProperty("relationships").EnumerateArray().Any(r => r.GetProperty("objectId").GetString() == number)).Select(e => e.GetProperty("type").GetString()!);

    /// <summary>Somebody does something else when the first of it is written.</summary>
    private sealed class Interrupted(Func<Task> by) : MemoryStream
    {
        private bool done;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            if (done) return;
            done = true;
            await by();
        }
    }
}
