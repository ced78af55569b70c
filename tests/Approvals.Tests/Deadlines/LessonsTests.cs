using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Modules.Portfolio.Contract;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Permits;
using CsCheck;

namespace Approvals.Tests.Deadlines;

/// <summary>What other systems of this trade got wrong, each as a rule of this one.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class LessonsTests
{
    private static readonly WorkingDays Calendar = CalendarFile.ShippedDays();

    /// <summary>Elsewhere 11 days left were red between yellow and green.</summary>
    [Test]
    public void Every_number_of_days_left_has_one_light_and_a_light_only_ever_worsens()
    {
        foreach (var limit in Enumerable.Range(1, 120))
        {
            var clock = Clock.Start(Calendar, new(2025, 2, 5), new(limit, Limit.WorkingDays));
            var lights = Enumerable.Range(0, 240).Select(i => clock.Light(new DateOnly(2025, 2, 5).AddDays(i))).ToList();

            Assert.That(lights, Is.Ordered, $"{limit}");
            Assert.That(lights, Does.Contain(Light.Yellow).And.Contain(Light.Red).And.Not.Contain(Light.Paused));
            Assert.That(lights[0], Is.EqualTo(limit == 1 ? Light.Yellow : Light.Green), $"{limit}");
        }
    }

    /// <summary>Elsewhere a date was set anew after an extension had been accepted.</summary>
    [Test]
    public async Task Counting_again_after_an_extension_and_a_pause_changes_nothing()
    {
        await using var app = await App.Start("2026-03-04 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Statutory(7, "2026-03-02", 20));
        await app.Extend(7, 5);
        await app.Pause(7, "2026-03-03");
        await app.Resume(7, "2026-03-04");
        const string All = "SELECT CONCAT(due_on, ' ', warn_on, ' ', next_alert_on, ' ', due_version) FROM deadlines_clock ORDER BY id";
        var before = await app.Rows<string>(All);

        for (var i = 0; i < 2; i++)
        {
            await app.Announce(new(app.Calendar().Edition, new(2026, 3, 1), new(2026, 12, 31), "督办", app.Calendar()));
            while ((await app.Send(new RecountDates.Command())).More)
            {
            }
        }

        Assert.That(await app.Rows<string>(All), Is.EqualTo(before));
    }

    /// <summary>Elsewhere only the holidays of the first span were added, so that a date could fall on the next holiday.</summary>
    [Test]
    public void A_due_date_is_always_a_working_day_also_after_a_cluster_of_holidays() =>
        Gen.Select(Gen.Int[0, 2100], Gen.Int[1, 90], Gen.Bool, Gen.Int[0, 30]).Sample((day, limit, working, pause) =>
        {
            var accepted = new DateOnly(2021, 1, 1).AddDays(day);
            var clock = Clock.Start(Calendar, accepted, new(limit, working ? Limit.WorkingDays : Limit.CalendarDays), pauses: [new(accepted.AddDays(2), accepted.AddDays(2 + pause))]);
            if (!clock.Due!.Value.IsProvisional) Assert.That(Calendar.IsWorkingDay(clock.Due.Value.Date), Is.True, $"{accepted} + {limit}");
        });

    /// <summary>Elsewhere a limit ran in calendar days and its delay was told in working days.</summary>
    [TestCase(60, Limit.CalendarDays, "60 日", "2026-05-12", -11)]
    [TestCase(20, Limit.WorkingDays, "20 个工作日", "2026-04-02", -3)]
    public async Task A_limit_is_shown_counted_and_late_in_one_unit(int limit, string unit, string shown, string today, int left)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Statutory(7, "2026-03-02", limit, unit));
        app.SetTime(today + " 09:00");

        var clock = (await app.ClocksOf(7)).Single();

        Assert.That((clock.Light, clock.LeftDays), Is.EqualTo((Light.Red, left)));
        Assert.That(clock.Explanation, Does.Contain($"时限 {shown}。"));
        Assert.That(Lights.Words(clock.Light, clock.LeftDays).Zh, Is.EqualTo($"超期 {-left} 日"));
    }

    /// <summary>Elsewhere the working hours of one tenant were read by another, in fields they shared.</summary>
    [Test]
    public void Calendars_used_side_by_side_do_not_mix()
    {
        var other = new WorkingDays(Calendar.Edition + 1, Calendar.PublishedYears, [new(new(2026, 3, 4), false, new("台风", "Typhoon"))]);
        var expected = new[] { (Calendar, Due(Calendar)), (other, Due(other)) };
        Assert.That(expected[0].Item2, Is.Not.EqualTo(expected[1].Item2));

        var wrong = 0;
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var (calendar, due) = expected[i % 2];
            if (Due(calendar) != due) Interlocked.Increment(ref wrong);
        });

        Assert.That(wrong, Is.Zero);

        static DateOnly Due(WorkingDays calendar) => Clock.Start(calendar, new(2026, 3, 2), new(20, Limit.WorkingDays)).Due!.Value.Date;
    }

    /// <summary>Elsewhere a deadline that was announced once was never announced again after an extension, or was mailed every day.</summary>
    [Test]
    public async Task A_deadline_is_announced_once_and_the_one_after_an_extension_once_more()
    {
        await using var app = await App.Start("2026-03-06 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        var raised = new List<int>();
        foreach (var day in new[] { "2026-03-06 09:00", "2026-03-06 09:10", "2026-03-09 09:00" }) raised.Add(await On(day));
        await app.Extend(7, 2);
        foreach (var day in new[] { "2026-03-09 09:10", "2026-03-10 09:00", "2026-03-11 09:00", "2026-03-12 09:00", "2026-03-13 09:00" }) raised.Add(await On(day));

        Assert.That(raised, Is.EqualTo(new[] { 1, 0, 0, 0, 1, 0, 1, 0 }));
        Assert.That(await app.Rows<string>("SELECT CONCAT(level, ' ', due_on) FROM deadlines_alert ORDER BY id"), Is.EqualTo(new[] { "yellow 2026-03-09", "yellow 2026-03-11", "red 2026-03-11" }));

        async Task<int> On(string time)
        {
            app.SetTime(time);
            return (await app.Send(new RaiseAlerts.Command())).Raised;
        }
    }

    /// <summary>Elsewhere weekends used the limit up, and a pause stopped nothing.</summary>
    [Test]
    public void A_weekend_and_a_standstill_use_nothing()
    {
        var clock = Clock.Start(Calendar, new(2026, 3, 5), new(5, Limit.WorkingDays), pauses: [new(new(2026, 3, 9), new(2026, 3, 12))]);

        Assert.That(Enumerable.Range(5, 10).Select(d => clock.Used(Calendar, new(2026, 3, d))), Is.EqualTo(new[] { 0, 1, 1, 1, 2, 2, 2, 2, 3, 3 }));
    }

    /// <summary>Elsewhere no limit became a limit of one day, or was escalated at once.</summary>
    [Test]
    public async Task No_limit_is_no_limit_and_never_one_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");
        // As of an item for which neither the zone nor a law has set one.
        await app.Change("UPDATE permits_case SET promised_limit = NULL, promised_unit = NULL, statutory_limit = NULL, statutory_unit = NULL");
        await app.Send(new Accept.Command(received.Number), Person.Clerk);
        app.SetTime("2026-12-01 09:00");

        var shown = await app.Send(new ShowCase.Query(received["A01"]), Person.Auditor);

        Assert.That((shown.Case.Status, shown.Case.AcceptedOn, shown.Case.DueOn), Is.EqualTo((CaseStatus.Accepted, (DateOnly?)new DateOnly(2026, 3, 2), (DateOnly?)null)));
        Assert.That(shown.Clocks, Is.Empty);
    }

    /// <summary>Elsewhere the list of holidays was read once a process, and what ran kept yesterday's.</summary>
    [Test]
    public async Task A_holiday_published_while_the_program_is_up_moves_what_runs()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5));
        var days = app.Calendar();
        app.Services.GetRequiredService<CalendarInForce>().Replace(new(days.Edition + 1, days.PublishedYears, [.. Exceptions(days), new(new(2026, 3, 4), false, new("台风", "Typhoon"))]));
        await app.Announce(new(days.Edition + 1, new(2026, 3, 4), new(2026, 3, 4), "督办", app.Calendar()));
        while ((await app.Send(new RecountDates.Command())).More)
        {
        }

        Assert.That((await app.ClocksOf(7)).Single().DueOn, Is.EqualTo(new DateOnly(2026, 3, 10)));
    }

    /// <summary>Elsewhere a calendar was taken as an argument and not used.</summary>
    [Test]
    public void Another_day_off_within_a_limit_moves_its_end_by_a_working_day() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Int[1, 60], Gen.Int[0, 59]).Sample((day, limit, which) =>
        {
            var accepted = new DateOnly(2021, 1, 1).AddDays(day);
            var off = Calendar.Add(accepted, 1 + (which % limit)).Date;
            var other = new WorkingDays(Calendar.Edition + 1, Calendar.PublishedYears, [.. Exceptions(Calendar).Where(e => e.Day != off), new(off, false, new("台风", "Typhoon"))]);

            Assert.That(Due(other), Is.EqualTo(Calendar.Add(Due(Calendar), 1).Date), $"{accepted} + {limit} without {off}");

            DateOnly Due(WorkingDays calendar) => Clock.Start(calendar, accepted, new(limit, Limit.WorkingDays)).Due!.Value.Date;
        });

    /// <summary>Elsewhere the table of holidays ended in some year, and the dates beyond it were told as if it had not.</summary>
    [Test]
    public void A_date_beyond_the_published_years_is_said_to_be_provisional_and_why()
    {
        var clock = Clock.Start(Calendar, new(2026, 12, 18), new(15, Limit.WorkingDays));

        Assert.That(clock.Due!.Value.IsProvisional, Is.True);
        Assert.That(Arithmetic.Of(clock, Calendar, Rules.Promised), Does.Contain("2027 年放假通知尚未发布"));
    }

    /// <summary>Elsewhere the target date was typed by hand.</summary>
    [Test]
    public void No_command_takes_a_due_date_and_every_clock_explains_its_own()
    {
        // The day by which an applicant promises a document is the applicant's own word, kept within the law's bounds; a risk's day is its owner's.
        var typed = from type in typeof(Site).Assembly.GetTypes()
                    where typeof(Messaging.ICommand).IsAssignableFrom(type) && !typeof(Messaging.IInside).IsAssignableFrom(type)
                    from property in type.GetProperties()
                    where property.Name.Contains("Due", StringComparison.Ordinal) && type != typeof(ApproveWithDocumentsOwed.Command) && type != typeof(WriteRemark)
                    select $"{type.FullName}.{property.Name}";

        Assert.That(typed, Is.Empty);
        Assert.That(Arithmetic.Of(Clock.Start(Calendar, new(2026, 3, 2), new(5, Limit.WorkingDays)), Calendar, Rules.Promised), Does.Contain("第 5 个工作日为 2026-03-09"));
    }

    /// <summary>Elsewhere a job that had not run for days left out what had come due meanwhile, or told it as of today.</summary>
    [Test]
    public async Task Three_nights_without_a_scan_are_made_up_for_with_the_true_dates()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.StartClocks(Clocks.Promised(7, "2026-03-02", 5), Clocks.Promised(8, "2026-03-02", 6), Clocks.Promised(9, "2026-03-02", 7));
        app.SetTime("2026-03-12 09:00");
        var raised = new[] { (await app.Send(new RaiseAlerts.Command())).Raised, (await app.Send(new RaiseAlerts.Command())).Raised };

        Assert.That(raised, Is.EqualTo(new[] { 6, 0 }));
        Assert.That(await app.Rows<string>("SELECT CONCAT('', began_on) FROM deadlines_alert WHERE level = 'red' ORDER BY began_on"), Is.EqualTo(new[] { "2026-03-10", "2026-03-11", "2026-03-12" }));
    }

    /// <summary>Elsewhere what was decided on paper and entered later showed the time of the entry.</summary>
    [Test]
    public async Task When_it_was_done_and_when_it_was_entered_are_both_kept_and_the_clock_goes_by_the_first()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        app.SetTime("2026-03-06 10:00");
        await app.SendByTwo(new ApproveCase.Command(applied["A01"], "示例文号〔2026〕1号", null, new(2026, 3, 3, 15, 0, 0), "纸质先行，系统后录"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        var decided = shown.Events[0];
        Assert.That((decided.OccurredAt, decided.RecordedAt, decided.LateReason), Is.EqualTo((new DateTime(2026, 3, 3, 7, 0, 0), new DateTime(2026, 3, 6, 2, 0, 0), "纸质先行，系统后录")));
        Assert.That(shown.Clocks.Where(k => k.Rule == Rules.Promised).Select(k => (k.StoppedOn, k.UsedDays)), Is.EqualTo(new[] { ((DateOnly?)new DateOnly(2026, 3, 3), 1) }));
    }

    private static IEnumerable<CalendarException> Exceptions(WorkingDays calendar) =>
        Enumerable.Range(0, 365 * 7).Select(i => new DateOnly(2021, 1, 1).AddDays(i)).Select(calendar.ExceptionOn).OfType<CalendarException>();
}
