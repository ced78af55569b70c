using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Calendar;

/// <summary>Where an instant becomes the day of receipt or acceptance, the office hours decide (民法典 203); what happened when stays as it was.</summary>
[Parallelizable]
internal sealed class ReceiptDayTests
{
    [TestCase("2026-03-06 17:00", "2026-03-06", TestName = "A case accepted at 17:00 sharp is accepted that day")]
    [TestCase("2026-03-06 17:01", "2026-03-09", TestName = "A case accepted on Friday after 17:00 is accepted on Monday")]
    [TestCase("2026-03-07 10:00", "2026-03-09", TestName = "A case accepted on Saturday is accepted on Monday")]
    public async Task Acceptance(string now, string day)
    {
        await using var app = await App.Start(now);
        await app.Project();

        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var accepted = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.That((await app.Case(applied["A01"])).AcceptedOn, Is.EqualTo(accepted));
        Assert.That(shown.Clocks.Select(k => k.AcceptedOn), Is.All.EqualTo(accepted));
        Assert.That(applied.Number[..8], Is.EqualTo(now[..10].Replace("-", "", StringComparison.Ordinal)), "the number keeps the real day");
        Assert.That((await app.Log(applied["A01"]))[^1].OccurredAt, Is.EqualTo(app.Zone.Now), "and so does the log");
    }

    [Test]
    public async Task A_case_freed_by_a_decision_of_the_evening_starts_on_the_next_working_day()
    {
        await using var app = await App.Start("2026-03-06 16:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");
        app.Clock.Advance(TimeSpan.FromHours(2));

        await app.Approve(applied["A01"], "FGJX");

        Assert.That((await app.Case(applied["A01"])).DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 6)), "a decision is of the day on which it is made");
        Assert.That((await app.Case(applied["A02"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 9)));
    }

    [Test]
    public async Task A_case_accepted_and_decided_in_one_evening_has_used_no_day()
    {
        await using var app = await App.Start("2026-03-06 18:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        await app.Approve(applied["A01"], "FGJX");

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.That(shown.Clocks.Select(k => k.UsedDays), Is.All.Zero);
    }

    [TestCase("2026-03-06 17:00", "2026-03-13", TestName = "Papers of Friday 17:00 are to be answered within five working days of Friday")]
    [TestCase("2026-03-06 17:01", "2026-03-16", TestName = "Papers of Friday evening are to be answered within five working days of Monday")]
    [TestCase("2026-03-08 09:00", "2026-03-16", TestName = "Papers of Sunday are to be answered within five working days of Monday")]
    public async Task The_answer(string now, string due)
    {
        await using var app = await App.Start(now);
        await app.Project();

        var received = await app.Receive(Scene.ProjectCode, "A01");

        var answer = DateOnly.Parse(due, System.Globalization.CultureInfo.InvariantCulture);
        var desk = await app.Send(new ShowDesk.Query(), Person.Clerk);
        Assert.That((await app.Send(new GetApplication.Query(received.Number), Person.Clerk)).AnswerDue!.DueOn, Is.EqualTo(answer));
        Assert.That(desk.Now.Single(d => d.Url.EndsWith(received.Number, StringComparison.Ordinal)).Light!.DueOn, Is.EqualTo(answer));
    }
}
