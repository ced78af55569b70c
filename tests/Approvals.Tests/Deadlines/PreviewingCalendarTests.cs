using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;
using Approvals.Tests.Calendar;
using static Approvals.Tests.Deadlines.Clocks;

namespace Approvals.Tests.Deadlines;

/// <summary>Before a year is published or the zone closes, it is said what becomes of the open due dates. 2026-12-18 is a Friday.</summary>
[Parallelizable]
internal sealed class PreviewingCalendarTests
{
    [Test]
    public async Task The_preview_says_what_publishing_then_does()
    {
        await using var app = await App.Start("2026-12-18 09:00");
        // Across New Year, across the Spring Festival with its make-up Sunday, stopped, paused and still standing.
        await app.StartClocks(
            Promised(1, "2026-12-18", 5), Promised(2, "2026-12-18", 12), Promised(3, "2026-12-18", 13), Promised(4, "2026-12-18", 12), Promised(5, "2026-12-18", 60),
            Promised(6, "2026-12-18", 57, "cd"), Promised(7, "2026-12-18", 12), Promised(8, "2026-12-18", 12), Promised(9, "2026-12-18", 14, "on"));
        await app.StopClocks(4, "2026-12-18");
        await app.Pause(7, "2026-12-18", most: null);
        await app.Pause(8, "2026-12-18", most: null);
        app.SetTime("2026-12-22 09:00");
        await app.Resume(8, "2026-12-22");

        var preview = await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_recount"), Is.Zero, "nothing is written");
        var published = await app.Send(new PublishCalendar.Command(Notices.Short()));
        await Recount(app);

        var moves = await app.Rows<string>("SELECT CONCAT(c.label, ' ', m.from_on, ' ', m.to_on) FROM deadlines_move m JOIN deadlines_clock c ON c.id = m.clock_id ORDER BY m.from_on, c.id");
        Assert.That(moves, Is.EqualTo(new[]
        {
            "AJ-2 2027-01-05 2027-01-06", "AJ-3 2027-01-06 2027-01-07", "AJ-8 2027-01-07 2027-01-08", "AJ-6 2027-02-15 2027-02-14", "AJ-5 2027-03-12 2027-03-19",
        }));
        Assert.That(preview.Consequences.Select(c => c.En), Is.EqualTo(new[]
        {
            "5 open due dates would move: 4 later, by 7 days at most; 1 earlier, by 1 day at most (calendar days).",
            "They are: AJ-2 Promised limit 2027-01-05 → 2027-01-06; AJ-3 Promised limit 2027-01-06 → 2027-01-07; AJ-8 Promised limit 2027-01-07 → 2027-01-08; "
            + "AJ-6 Promised limit 2027-02-15 → 2027-02-14; AJ-5 Promised limit 2027-03-12 → 2027-03-19.",
            "5 provisional due dates would become firm.",
        }));
        Assert.That(preview.Consequences[0].Zh, Is.EqualTo("5 个未办结的到期日会移动：顺延 4 个，最多 7 天；提前 1 个，最多 1 天（按自然日计）。"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE stopped_on IS NULL AND due_on IS NOT NULL AND is_provisional = 1"), Is.Zero);
        Assert.That(published.Published, Is.True);
    }

    [Test]
    public async Task Of_many_the_first_are_named_and_all_are_counted()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        // More than a batch, so that the places between batches are crossed too.
        await app.StartClocks([.. Enumerable.Range(1, 5200).Select(i => Promised(i, "2026-03-02", 5 + (i % 3)))]);

        var preview = await app.Send(new CloseZone.Command(new(2026, 3, 10), new(2026, 3, 10), "示例令〔2026〕3号", "台风", "Typhoon", DryRun: true), Person.Supervisor);
        await app.Send(new CloseZone.Command(new(2026, 3, 10), new(2026, 3, 10), "示例令〔2026〕3号", "台风", "Typhoon"));
        await Recount(app);

        var moved = await app.Value<int>("SELECT moved FROM deadlines_recount");
        Assert.That(moved, Is.EqualTo(3467), "those of six and seven days; five days end on the 9th");
        Assert.That(preview.Consequences[0].En, Is.EqualTo($"{moved} open due dates would move: {moved} later, by 1 day at most (calendar days)."));
        Assert.That(preview.Consequences[1].Zh, Does.StartWith("最先到期的 5 个：AJ-1 承诺时限 2026-03-10 → 2026-03-11；AJ-4 "));
    }

    [Test]
    public async Task Where_nothing_moves_that_is_said()
    {
        await using var app = await App.Start("2026-12-18 09:00");
        await app.StartClocks(Promised(1, "2026-12-18", 5));

        var preview = await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor);

        Assert.That(preview.Consequences.Select(c => c.Zh), Is.EqualTo(new[] { "没有未办结的到期日会移动。" }));
    }

    [Test]
    public async Task A_date_beyond_the_year_that_is_published_stays_provisional_and_that_is_said()
    {
        await using var app = await App.Start("2026-12-18 09:00");
        await app.StartClocks(Promised(1, "2026-12-18", 300));

        var preview = await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor);

        Assert.That(preview.Consequences[^1].En, Is.EqualTo("1 due date would stay provisional, in a year that is not published."));
    }

    private static async Task Recount(App app)
    {
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }
    }
}
