using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using MediatR;
using static Approvals.Tests.Deadlines.Clocks;

namespace Approvals.Tests.Deadlines;

/// <summary>Pauses, extensions, other limits and calendar news on clocks that are kept. 2026-03-02 is a Monday.</summary>
[Parallelizable]
internal sealed class MovedClocksTests
{
    [Test]
    public async Task An_open_pause_shows_paused_and_never_a_false_red()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5), Statutory(7, "2026-03-02", 20));
        await app.Pause(7, "2026-03-04", most: null);

        app.SetTime("2026-06-01 09:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
        Assert.That((await app.ClocksOf(7)).Select(c => (c.DueOn, c.UsedDays, c.LeftDays, c.Light)), Is.EqualTo(new[]
        {
            ((DateOnly?)null, 2, 3, Light.Paused), (null, 2, 18, Light.Paused),
        }));
        Assert.That((await app.Send(new ListAlerts.Query(null, null, null))).Rows, Is.Empty);
    }

    [Test]
    public async Task Days_after_the_first_up_to_the_last_day_of_a_pause_are_not_counted()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-04");
        app.SetTime("2026-03-10 09:00");
        await app.Resume(7, "2026-03-10");

        var clock = (await app.ClocksOf(7))[0];
        Assert.That((clock.DueOn, clock.UsedDays, clock.LeftDays), Is.EqualTo(((DateOnly?)Day("2026-03-13"), 2, 3)));
        Assert.That(clock.Explanation, Does.Contain("2026-03-04 暂停、2026-03-10 恢复，不计 03-05 至 03-10"));
    }

    [Test]
    public async Task Pause_and_resume_on_one_day_count_nothing_and_tell_nobody_twice()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1));

        await app.Pause(7, "2026-03-06");
        await app.Resume(7, "2026-03-06");

        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-09")));
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
        app.SetTime("2026-03-10 09:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1), "the red one comes all the same");
    }

    [Test]
    public async Task Pauses_that_overlap_count_once()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-03");
        await app.Pause(7, "2026-03-04", "test");
        await app.Resume(7, "2026-03-05");
        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.Null, "the other is still open");
        await app.Resume(7, "2026-03-06", "test");

        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-12")));
    }

    [Test]
    public async Task A_pause_past_its_most_days_lights_the_pause_and_not_the_case()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-04", most: 3);

        app.SetTime("2026-03-10 09:00");
        await app.Send(new RaiseAlerts.Command());

        Assert.That(await app.Rows<string>("SELECT CONCAT(c.subject_kind, ' ', a.level, ' ', a.due_on) FROM deadlines_alert a JOIN deadlines_clock c ON c.id = a.clock_id ORDER BY a.id"),
            Is.EqualTo(new[] { "pause yellow 2026-03-09", "pause red 2026-03-09" }));
        await app.Resume(7, "2026-03-10");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_clock WHERE subject_kind = 'pause' AND stopped_on IS NULL"), Is.Zero);
    }

    [TestCase("2026-03-05", "pause.inFuture", TestName = "A pause in the future is refused")]
    [TestCase("2026-03-01", "pause.beforeAcceptance", TestName = "A pause before acceptance is refused")]
    public async Task What_no_pause_can_be(string from, string code)
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));

        var refused = Assert.ThrowsAsync<Refused>(() => app.Pause(7, from))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { (code, "from") }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause"), Is.Zero);
        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-09")));
    }

    [TestCase("2026-03-02", "pause.resumedBefore", TestName = "A resume before its pause is refused")]
    [TestCase("2026-03-07", "pause.resumedInFuture", TestName = "A resume in the future is refused")]
    public async Task What_no_resume_can_be(string to, string code)
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-04");

        var refused = Assert.ThrowsAsync<Refused>(() => app.Resume(7, to))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { (code, "to") }));
        Assert.That((await app.ClocksOf(7))[0].Light, Is.EqualTo(Light.Paused));
    }

    [Test]
    public async Task The_same_kind_of_pause_is_not_opened_twice_nor_closed_twice()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-04");

        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Pause(7, "2026-03-05"))!.Problems[0].Code, Is.EqualTo("pause.alreadyOpen"));
        await app.Resume(7, "2026-03-06");
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Resume(7, "2026-03-06"))!.Problems[0].Code, Is.EqualTo("pause.notOpen"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause"), Is.EqualTo(1));
    }

    [Test]
    public async Task Article_42_extends_once_by_ten_days_at_most_and_before_the_end()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5), Statutory(7, "2026-03-02", 20));

        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Extend(7, 11))!.Problems[0].Code, Is.EqualTo("extension.days"));
        await app.Extend(7, 10);
        Assert.That((await app.ClocksOf(7)).Select(c => (c.Rule, c.DueOn, c.ExtensionDays)), Is.EqualTo(new[] { ("promised", (DateOnly?)Day("2026-03-23"), 10), ("statutory", Day("2026-04-14"), 10) }));
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Extend(7, 1))!.Problems[0].Code, Is.EqualTo("extension.twice"));

        await app.StartClocks(Statutory(8, "2026-03-02", 5));
        app.SetTime("2026-03-10 09:00");
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Extend(8, 1))!.Problems[0].Code, Is.EqualTo("extension.tooLate"));
    }

    [Test]
    public async Task The_45_days_of_joint_handling_extend_by_fifteen()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Statutory(7, "2026-03-02", 45));

        Assert.That(() => app.Extend(7, 16), Throws.InstanceOf<Refused>());
        await app.Extend(7, 15);

        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(CalendarDue("2026-03-02", 60)));
    }

    [Test]
    public async Task An_extension_taken_back_replays_the_pauses()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-03");
        await app.Resume(7, "2026-03-04");
        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-10")));
        await app.Extend(7, 5);
        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-17")));
        app.SetTime("2026-03-06 09:00");
        await app.Pause(7, "2026-03-05", "test");
        await app.Resume(7, "2026-03-06", "test");
        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-18")));

        await app.TakeExtensionBack(7);

        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-11")));
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.TakeExtensionBack(7))!.Problems[0].Code, Is.EqualTo("extension.none"));
    }

    [Test]
    public async Task A_moved_due_date_is_alerted_anew_even_when_it_comes_back()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Send(new RaiseAlerts.Command());
        await app.Extend(7, 5);
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero, "ten working days are far off");
        await app.TakeExtensionBack(7);

        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(1));
        Assert.That(await app.Rows<string>("SELECT CONCAT(due_version, ' ', due_on) FROM deadlines_alert ORDER BY id"), Is.EqualTo(new[] { "1 2026-03-09", "3 2026-03-09" }));
    }

    [Test]
    public async Task A_clock_that_was_red_says_when_it_is_settled()
    {
        var heard = new Listener();
        await using var app = await App.Start("2026-03-10 09:00", listen: services => services.AddSingleton<INotificationHandler<LateClockSettled>>(heard));
        await app.StartClocks(Promised(7, "2026-03-02", 5), Statutory(7, "2026-03-02", 20), Promised(8, "2026-03-02", 5), Promised(9, "2026-03-02", 15));
        await app.Send(new RaiseAlerts.Command());

        await app.Extend(7, 5);
        await app.StopClocks(8, "2026-03-10");
        await app.StopClocks(9, "2026-03-10");

        Assert.That(heard.Heard.Select(h => (h.SubjectId, h.Rule, h.DueOn, h.IsStopped)), Is.EqualTo(new[] { (7L, "promised", Day("2026-03-09"), false), (8L, "promised", Day("2026-03-09"), true) }));
    }

    [Test]
    public async Task A_red_clock_settled_by_a_pause_entered_late_is_red_anew_when_the_pause_turns_out_to_count_nothing()
    {
        await using var app = await App.Start("2026-03-10 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Send(new RaiseAlerts.Command());
        await app.Pause(7, "2026-03-06", most: null);
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);

        await app.Resume(7, "2026-03-06");

        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.EqualTo(2));
        Assert.That(await app.Rows<string>("SELECT CONCAT(level, ' ', due_on) FROM deadlines_alert ORDER BY id"), Is.EqualTo(new[] { "yellow 2026-03-09", "red 2026-03-09", "yellow 2026-03-09", "red 2026-03-09" }));
    }

    [Test]
    public async Task A_clock_of_one_rule_stops_alone()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5), Promised(7, "2026-03-02", 10) with { Rule = Rules.Delivery });

        await app.Inside(new StopClocks("case", 7, Day("2026-03-04"), Rules.Delivery));

        Assert.That((await app.ClocksOf(7)).Select(c => (c.Rule, c.StoppedOn)), Is.EqualTo(new[] { ("promised", (DateOnly?)null), ("delivery", Day("2026-03-04")) }));
    }

    [TestCase(3, "mo", "2026-01-31", "2026-04-30", TestName = "Three months end on the last day where the month has no such day (民法典 202)")]
    [TestCase(3, "mo", "2026-01-04", "2026-04-07", TestName = "Months that end on a holiday end after it (民法典 203)")]
    [TestCase(34, "on", "2026-03-02", "2026-04-05", TestName = "A day agreed is not moved by a holiday")]
    public async Task Units_of_other_laws(int value, string unit, string from, string due)
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var days = await app.StartClocks(Promised(7, from, value, unit));

        Assert.That(days[0].Date, Is.EqualTo(Day(due)));
    }

    [Test]
    public async Task An_items_own_warning_comes_before_the_tenth()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5) with { WarningDays = 3 }, Promised(8, "2026-03-02", 5));

        Assert.That(await app.Rows<string>("SELECT CONCAT('', warn_on) FROM deadlines_clock ORDER BY id"), Is.EqualTo(new[] { "2026-03-04", "2026-03-06" }));
    }

    [Test]
    public async Task A_published_year_moves_open_dates_tells_who_and_leaves_closed_ones_alone()
    {
        var heard = new Recounts();
        await using var app = await App.Start("2026-12-18 09:00", listen: services => services.AddSingleton<INotificationHandler<DatesRecounted>>(heard));
        await app.StartClocks(
            Promised(1, "2026-12-18", 5), Promised(2, "2026-12-18", 12), Promised(3, "2026-12-18", 12, department: "STHJ"), Promised(4, "2026-12-18", 12), Promised(5, "2026-12-18", 10, "cd"));
        await app.StopClocks(4, "2026-12-18");

        await Publish(app, new(app.Calendar().Edition + 1, [.. app.Calendar().PublishedYears, 2027], [.. Exceptions(app), new(new(2027, 1, 1), false, new("元旦", "New Year"))]), "2027-01-01", "2027-12-31");

        Assert.That(await app.Rows<string>("SELECT CONCAT(subject_id, ' ', due_on, ' ', is_provisional) FROM deadlines_clock ORDER BY id"), Is.EqualTo(new[]
        {
            "1 2026-12-25 0", "2 2027-01-06 0", "3 2027-01-06 0", "4 2027-01-05 1", "5 2026-12-28 0",
        }));
        Assert.That(heard.Heard.SelectMany(h => h.Moved), Is.EqualTo(new[] { new MovedOfDepartment("STHJ", 1), new MovedOfDepartment("ZRZY", 1) }));
        Assert.That(await app.Rows<string>("SELECT CONCAT(from_on, ' ', to_on) FROM deadlines_move"), Is.EqualTo(new[] { "2027-01-05 2027-01-06", "2027-01-05 2027-01-06" }));
        Assert.That(await app.Rows<long>("SELECT calendar_edition FROM deadlines_clock WHERE subject_id IN (1, 4)"), Is.All.EqualTo(app.Calendar().Edition - 1), "the edition it was computed with");
    }

    [Test]
    public async Task A_recount_broken_off_goes_on_where_it_ended()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks([.. Enumerable.Range(1, 25).Select(i => Promised(i, "2026-03-02", i))]);
        var closed = app.Calendar();
        app.Services.GetRequiredService<CalendarInForce>().Replace(new(closed.Edition + 1, closed.PublishedYears, [.. Exceptions(app), new(new(2026, 3, 10), false, new("台风", "Typhoon"))]));
        await app.Announce(new(closed.Edition + 1, Day("2026-03-10"), Day("2026-03-10"), "督办", app.Calendar()));

        await app.Send(new RecountDates.Command(4));
        var second = await app.Send(new RecountDates.Command(4));
        Assert.That(await app.Value<int>("SELECT looked_at FROM deadlines_recount"), Is.EqualTo(8));
        var now = (await app.Send(new RecountsNow())).Single();
        Assert.That((now.LookedAt, now.Expected, now.Moved), Is.EqualTo((8, 20, 8)));
        Assert.That(now.Words, Is.EqualTo(new Web.Text("已重算 8 / 20，变动 8", "8 of 20 counted again, 8 moved")).And.EqualTo(second.Standing!.Words));
        while ((await app.Send(new RecountDates.Command(4))).More)
        {
        }

        Assert.That(await app.Send(new RecountsNow()), Is.Empty);
        // Five of them end before the typhoon.
        Assert.That(await app.Value<string>("SELECT CONCAT(looked_at, ' ', moved) FROM deadlines_recount"), Is.EqualTo("20 20"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_move"), Is.EqualTo(20));
        Assert.That(await app.Rows<string>("SELECT CONCAT('', due_on) FROM deadlines_clock WHERE subject_id IN (5, 6)"), Is.EqualTo(new[] { "2026-03-09", "2026-03-11" }));
    }

    [Test]
    public async Task Recounting_the_same_calendar_moves_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Announce(new(app.Calendar().Edition, Day("2026-03-01"), Day("2026-12-31"), "督办", app.Calendar()));

        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        Assert.That(await app.Value<string>("SELECT CONCAT(looked_at, ' ', moved) FROM deadlines_recount"), Is.EqualTo("1 0"));
        Assert.That(await app.Value<int>("SELECT due_version FROM deadlines_clock"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_items_own_warning_and_the_days_of_the_extension_stay_with_a_clock_that_is_counted_again()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 10) with { WarningDays = 4 });

        await app.Extend(7, 5);
        await app.Pause(7, "2026-03-03");
        await app.Resume(7, "2026-03-03");

        // 15 working days: due on the 23rd; four are left from the 17th on.
        var clock = (await app.ClocksOf(7)).Single();
        Assert.That((clock.DueOn, clock.UsedDays, clock.LeftDays), Is.EqualTo(((DateOnly?)Day("2026-03-23"), 1, 14)));
        Assert.That(await app.Value<string>("SELECT CONCAT('', warn_on) FROM deadlines_clock WHERE subject_kind = 'case'"), Is.EqualTo("2026-03-17"));
    }

    [Test]
    public async Task What_does_not_run_is_not_paused()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.StopClocks(7, "2026-03-04");

        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Pause(7, "2026-03-04"))!.Problems[0].Code, Is.EqualTo("pause.notRunning"));
        Assert.That(Assert.ThrowsAsync<Refused>(() => app.Extend(7, 5))!.Problems[0].Code, Is.EqualTo("extension.notRunning"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM deadlines_pause"), Is.Zero);
    }

    [Test]
    public async Task The_longest_time_of_a_pause_counts_from_its_first_day_however_late_it_is_entered()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 20));

        await app.Pause(7, "2026-03-03", most: 5);

        Assert.That(await app.Value<string>("SELECT CONCAT(accepted_on, ' ', due_on) FROM deadlines_clock WHERE subject_kind = 'pause'"), Is.EqualTo("2026-03-03 2026-03-10"));
    }

    [Test]
    public async Task On_its_last_day_a_limit_can_still_be_extended()
    {
        await using var app = await App.Start("2026-03-09 20:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));

        await app.Extend(7, 2);

        Assert.That((await app.ClocksOf(7))[0].DueOn, Is.EqualTo(Day("2026-03-11")));
    }

    [Test]
    public async Task A_limit_that_stands_still_can_be_extended_and_has_both_when_it_is_resumed()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        await app.Pause(7, "2026-03-04");

        await app.Extend(7, 2);
        var paused = (await app.ClocksOf(7))[0].DueOn;
        app.SetTime("2026-03-12 09:00");
        await app.Resume(7, "2026-03-12");

        Assert.That((paused, (await app.ClocksOf(7))[0].DueOn), Is.EqualTo(((DateOnly?)null, (DateOnly?)Day("2026-03-19"))), "two days before the standstill, five after it");
    }

    [Test]
    public async Task Another_limit_may_have_another_unit_and_the_preview_says_the_same()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Statutory(7, "2026-03-02", 20));
        ChangedLimit[] changed = [new("case", 7, "statutory", new(30, "cd"))];

        var preview = await app.Send(new PreviewChangedLimits(changed));
        await app.Inside(new ChangeLimits(changed));

        var clock = (await app.ClocksOf(7)).Single();
        Assert.That((clock.DueOn, clock.Limit.Unit), Is.EqualTo(((DateOnly?)Day("2026-04-01"), "cd")));
        Assert.That(preview.Select(d => (d.From, d.To)), Is.EqualTo(new[] { ((DateOnly?)Day("2026-03-30"), clock.DueOn) }));
    }

    [Test]
    public async Task An_extension_in_working_days_moves_no_limit_in_calendar_days()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 10), Statutory(7, "2026-03-02", 60, "cd"));

        await app.Extend(7, 5);

        Assert.That((await app.ClocksOf(7)).Select(c => (c.DueOn, c.ExtensionDays)), Is.EqualTo(new[] { ((DateOnly?)Day("2026-03-23"), 5), (Day("2026-05-06"), 0) }));
    }

    [Test]
    public async Task A_calendar_that_moves_only_the_warning_moves_the_yellow_alert_with_it()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Promised(7, "2026-03-02", 5));
        var days = app.Calendar();

        // Friday the 6th off, worked on Saturday instead: still due on Monday the 9th.
        await Publish(app, new(days.Edition + 1, days.PublishedYears, [.. Exceptions(app), new(new(2026, 3, 6), false, new("停电", "Power cut")), new(new(2026, 3, 7), true, new("调休", "Make-up"))]), "2026-03-06", "2026-03-07");

        Assert.That(await app.Value<string>("SELECT CONCAT(due_on, ' ', warn_on, ' ', next_alert_on, ' ', due_version) FROM deadlines_clock"), Is.EqualTo("2026-03-09 2026-03-07 2026-03-07 1"));
        app.SetTime("2026-03-06 20:00");
        Assert.That((await app.Send(new RaiseAlerts.Command())).Raised, Is.Zero);
    }

    [Test]
    public async Task A_date_that_becomes_firm_without_moving_is_told_to_whoever_keeps_a_copy()
    {
        var news = new News();
        await using var app = await App.Start("2026-12-18 09:00", listen: services => services.AddSingleton<INotificationHandler<DueDatesMoved>>(news));
        await app.StartClocks(Promised(7, "2026-12-18", 12));
        var days = app.Calendar();

        await Publish(app, new(days.Edition + 1, [.. days.PublishedYears, 2027], [.. Exceptions(app), new(new(2027, 10, 1), false, new("国庆", "National Day"))]), "2027-01-01", "2027-12-31");

        Assert.That(news.Heard.SelectMany(n => n.Dates).Select(d => (d.From, d.To, d.IsProvisional)), Is.EqualTo(new[] { ((DateOnly?)Day("2027-01-05"), (DateOnly?)Day("2027-01-05"), false) }));
        Assert.That(await app.Value<string>("SELECT CONCAT(is_provisional, ' ', calendar_edition) FROM deadlines_clock"), Is.EqualTo($"0 {days.Edition + 1}"), "with the edition that made it firm");
        Assert.That((await app.ClocksOf(7))[0].Explanation, Does.Not.Contain("尚未发布"));
        Assert.That(await app.Value<int>("SELECT moved FROM deadlines_recount"), Is.Zero);
    }

    private static DateOnly CalendarDue(string from, int days) => Modules.Calendar.CalendarFile.ShippedDays().Add(Day(from), days).Date;

    private static IEnumerable<CalendarException> Exceptions(App app)
    {
        for (var day = new DateOnly(2021, 1, 1); day.Year < 2027; day = day.AddDays(1))
            if (app.Calendar().ExceptionOn(day) is { } exception) yield return exception;
    }

    private static async Task Publish(App app, WorkingDays days, string first, string last)
    {
        await app.Announce(new(days.Edition, Day(first), Day(last), "督办", days));
        Assert.That((await app.Send(new RecountDates.Command())).LookedAt, Is.Zero, "the edition is not in force here yet");
        app.Services.GetRequiredService<CalendarInForce>().Replace(days);
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }
    }

    private sealed class Listener : INotificationHandler<LateClockSettled>
    {
        public List<LateClockSettled> Heard { get; } = [];

        public Task Handle(LateClockSettled settled, CancellationToken ct)
        {
            Heard.Add(settled);
            return Task.CompletedTask;
        }
    }

    private sealed class News : INotificationHandler<DueDatesMoved>
    {
        public List<DueDatesMoved> Heard { get; } = [];

        public Task Handle(DueDatesMoved moved, CancellationToken ct)
        {
            Heard.Add(moved);
            return Task.CompletedTask;
        }
    }

    private sealed class Recounts : INotificationHandler<DatesRecounted>
    {
        public List<DatesRecounted> Heard { get; } = [];

        public Task Handle(DatesRecounted recounted, CancellationToken ct)
        {
            Heard.Add(recounted);
            return Task.CompletedTask;
        }
    }
}
