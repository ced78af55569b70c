using Approvals.Database;
using Approvals.Demonstration;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Tests.Audit;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;

namespace Approvals.Tests.Demonstrations;

/// <summary>The large history is made past the commands: it must hold to the same rules.</summary>
[Parallelizable]
internal sealed class HistoryTests
{
    private const string Cases = "SELECT number, item_code, status, accepted_on, due_on, decided_on FROM permits_case ORDER BY id";

    private const string Events = "SELECT case_id, number, status, occurred_at, recorded_at FROM permits_event ORDER BY case_id, number";

    private const string Pauses = """
        SELECT COUNT(*)
          FROM permits_event
         WHERE status = 9
        """;

    private const string StartedBeforeItsNeeds = """
        SELECT COUNT(*)
          FROM permits_need n
          JOIN permits_case c ON c.id = n.case_id
         WHERE c.accepted_on IS NOT NULL AND (n.met_on IS NULL OR n.met_on > c.accepted_on)
        """;

    private const string Running = """
        SELECT COUNT(*)
          FROM deadlines_clock k
          JOIN permits_case c ON c.id = k.subject_id
         WHERE (k.stopped_on IS NULL AND c.decided_on IS NOT NULL) OR (k.stopped_on IS NOT NULL AND c.decided_on IS NULL)
        """;

    private static readonly DateOnly Until = new(2026, 10, 30);

    private sealed record Case
    {
        public string Number { get; init; } = "";
        public string ItemCode { get; init; } = "";
        public int Status { get; init; }
        public DateOnly? AcceptedOn { get; init; }
        public DateOnly? DueOn { get; init; }
        public DateOnly? DecidedOn { get; init; }
    }

    private sealed record Event
    {
        public long CaseId { get; init; }
        public int Number { get; init; }
        public int Status { get; init; }
        public DateTime OccurredAt { get; init; }
        public DateTime RecordedAt { get; init; }
    }

    [Test]
    public async Task It_goes_into_no_database_with_a_real_account_or_project_and_leaves_a_record()
    {
        await using var empty = await App.Start("2026-11-02 09:00");
        await using var zone = await App.Start("2026-11-02 09:00", environment: "Development");
        await using var used = await App.Start("2026-11-02 09:00");
        await using var manned = await App.Start("2026-11-02 09:00");
        await used.Send(RegisterProjectTests.Right with { Name = "真实项目" }, Person.Clerk);
        await manned.Has("real1", Role.WindowClerk);
        await manned.Change("UPDATE access_user SET is_active = 0"); // whoever is gone was there
        var load = new LoadHistory.Command(20, 7, Until);

        var written = await empty.Send(load, Person.System);
        var besides = await zone.Send(load, Person.System);

        Assert.Multiple(async () =>
        {
            Assert.That((written, besides), Is.EqualTo((20, 20)));
            Assert.That((await empty.LogOf("Approvals.LoadHistory")).Select(r => (r.Outcome, Line.Changes(r).Single().After.Zh)), Is.EqualTo(new[] { ("done", "20") }));
            Assert.That((await empty.Refusal(load with { Cases = 0, Seed = 1000 }, Person.System)).Problems.Select(p => p.Field), Is.EqualTo(new[] { "cases", "seed" }));
            Assert.That((await empty.Refusal(load with { Until = new(9999, 12, 31) }, Person.System)).Code(), Is.EqualTo("demo.until"));
            Assert.That((await used.Refusal(load, Person.System)).Code(), Is.EqualTo("demo.realData"));
            Assert.That((await manned.Refusal(load, Person.System)).Code(), Is.EqualTo("demo.realData"));
            Assert.That((await empty.Refusal(load, Person.SystemAdministrator)).Code(), Is.EqualTo("demo.commandLine"), "it has no other door");
            Assert.That(await used.Value<int>("SELECT COUNT(*) FROM permits_case") + await manned.Value<int>("SELECT COUNT(*) FROM permits_case"), Is.Zero);
        });
    }

    [Test]
    public async Task The_same_seed_gives_the_same_history_and_another_seed_another()
    {
        await using var one = await App.Start();
        await using var same = await App.Start();
        await using var other = await App.Start();
        await Load(one, 7);
        await Load(same, 7);
        await Load(other, 8);
        var rows = await one.Rows<Case>(Cases);
        Assert.Multiple(async () =>
        {
            Assert.That(await same.Rows<Case>(Cases), Is.EqualTo(rows));
            Assert.That(await other.Rows<Case>(Cases), Is.Not.EqualTo(rows));
            Assert.That(rows, Has.Count.EqualTo(4_000));
        });
    }

    [Test]
    public async Task The_history_keeps_to_working_days_prerequisites_and_the_order_of_events()
    {
        await using var app = await App.Start();
        await Load(app, 7);
        var days = app.Services.GetRequiredService<CalendarInForce>().Current;
        var cases = await app.Rows<Case>(Cases);
        var events = await app.Rows<Event>(Events);
        var decided = cases.Where(c => c.DecidedOn is not null).ToList();
        Assert.Multiple(async () =>
        {
            Assert.That(cases.SelectMany(c => new[] { c.AcceptedOn, c.DueOn, c.DecidedOn }).OfType<DateOnly>().Distinct().Where(d => !days.IsWorkingDay(d)), Is.Empty);
            Assert.That(events.Zip(events.Skip(1)).Where(p => p.First.CaseId == p.Second.CaseId && p.Second.OccurredAt < p.First.OccurredAt), Is.Empty);
            Assert.That(events.Where(e => e.RecordedAt < e.OccurredAt), Is.Empty);
            Assert.That(await app.Value<int>(StartedBeforeItsNeeds), Is.Zero);
            Assert.That(await app.Value<int>(Running), Is.Zero, "a clock runs exactly while its case is open");
            Assert.That(await app.Value<int>(Pauses), Is.Positive);
            Assert.That(decided.Count(c => c.DecidedOn > c.DueOn), Is.InRange(1, decided.Count / 8), "some are late, most are not");
            Assert.That(cases.Where(c => c.AcceptedOn is not null && c.DecidedOn is null), Is.Not.Empty, "some are open");
        });
    }

    [Test]
    public async Task Loading_the_same_seed_again_is_refused_and_writes_nothing()
    {
        await using var app = await App.Start();
        await Load(app, 7);
        var rows = await app.Rows<Case>(Cases);
        Assert.That(() => Load(app, 7), Throws.TypeOf<Refused>());
        Assert.That(await app.Rows<Case>(Cases), Is.EqualTo(rows));
    }

    private static async Task Load(App app, int seed)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var p = scope.ServiceProvider;
        var history = new History(
            p.GetRequiredService<Engine>(), p.GetRequiredService<Db>(), p.GetRequiredService<Ids>(), p.GetRequiredService<CalendarInForce>().Current, p.GetRequiredService<CatalogueInForce>().Current, p.GetRequiredService<ZoneClock>());
        await history.Load(4_000, seed, Until, _ => { }, default);
    }
}
