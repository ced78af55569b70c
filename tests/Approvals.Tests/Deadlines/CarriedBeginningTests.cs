using Approvals.Modules.Calendar;
using Approvals.Modules.Deadlines;
using Approvals.Tests.Calendar;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Deadlines;

/// <summary>What comes after closing time counts from the next working day, and which day that is may be news. 2026-12-31 is a Thursday.</summary>
[Parallelizable]
internal sealed class CarriedBeginningTests
{
    [Test]
    public async Task Carried_into_a_year_nobody_had_published_it_begins_on_that_years_first_working_day_once_it_is()
    {
        await using var app = await App.Start("2026-12-31 17:30");
        await app.Project();
        var accepted = await app.Apply(Scene.ProjectCode, "A01");
        await app.Receive(Scene.ProjectCode, "A09");
        Assert.That((await app.Case(accepted["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2027, 1, 1)), "a Friday like any other, for all anybody knows");

        var preview = await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor);
        await app.Send(new PublishCalendar.Command(Notices.Short()));
        await Recount(app);

        Assert.That((await app.Case(accepted["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2027, 1, 4)));
        Assert.That(await app.Rows<string>("SELECT CONCAT('', started_on) FROM onewindow_stage"), Is.EqualTo(new[] { "2027-01-04" }));
        await AllBeginOn(app, new(2027, 1, 4));
        Assert.That(preview.Consequences[0].En, Does.StartWith($"{await app.Value<int>("SELECT moved FROM deadlines_recount")} open due dates would move"));
    }

    [Test]
    public async Task Carried_to_a_day_that_is_closed_later_it_begins_on_the_day_after_and_back_again_when_the_closure_is_lifted()
    {
        await using var app = await App.Start("2026-03-06 18:00");
        await app.Project();
        var accepted = await app.Apply(Scene.ProjectCode, "A01");
        await AllBeginOn(app, new(2026, 3, 9));

        await app.Send(new CloseZone.Command(new(2026, 3, 9), new(2026, 3, 9), "示例令〔2026〕3号", "台风", "Typhoon"));
        await Recount(app);
        await AllBeginOn(app, new(2026, 3, 10));
        Assert.That((await app.Case(accepted["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 10)));

        await app.Send(new ReopenDay.Command(new(2026, 3, 9), "示例令〔2026〕4号"));
        await Recount(app);
        await AllBeginOn(app, new(2026, 3, 9));
    }

    [Test]
    public async Task What_came_in_office_hours_of_a_day_that_is_closed_afterwards_came_on_that_day()
    {
        await using var app = await App.Start("2026-03-09 10:00");
        await app.Project();
        var accepted = await app.Apply(Scene.ProjectCode, "A01");

        await app.Send(new CloseZone.Command(new(2026, 3, 9), new(2026, 3, 9), "示例令〔2026〕3号", "台风", "Typhoon"));
        await Recount(app);

        Assert.That((await app.Case(accepted["A01"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 9)));
    }

    /// <summary>Every running clock begins on the day, and is due by it.</summary>
    private static async Task AllBeginOn(App app, DateOnly day)
    {
        var clocks = await app.Rows<Row>("SELECT subject_kind, accepted_on, limit_value, due_on, is_provisional FROM deadlines_clock WHERE stopped_on IS NULL AND limit_unit = 'wd'");
        Assert.That(clocks.Select(c => c.SubjectKind).Distinct(), Does.Contain("case").And.Contain("stage"));
        Assert.That(clocks.Select(c => (c.AcceptedOn, c.DueOn, c.IsProvisional)), Is.EqualTo(clocks.Select(c => (day, app.Calendar().Add(day, c.LimitValue).Date, false))));
    }

    private static async Task Recount(App app)
    {
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }
    }

    private sealed record Row
    {
        public string SubjectKind { get; init; } = "";
        public DateOnly AcceptedOn { get; init; }
        public int LimitValue { get; init; }
        public DateOnly DueOn { get; init; }
        public bool IsProvisional { get; init; }
    }
}
