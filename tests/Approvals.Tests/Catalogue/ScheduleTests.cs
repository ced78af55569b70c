using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;
using CsCheck;

namespace Approvals.Tests.Catalogue;

[Parallelizable(ParallelScope.All)]
internal sealed class ScheduleTests
{
    private static readonly WorkingDays Days = CalendarFile.ShippedDays();

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Activity Item(string code, int days, params string[] needs) => new(code, new(days, Limit.WorkingDays), needs);

    [Test]
    public void The_reform_takes_25_working_days_along_its_known_critical_path()
    {
        var process = Approvals.Modules.Catalogue.Publication.Of(CatalogueFile.Shipped(), CatalogueSnapshot.Empty, null).Onto(CatalogueSnapshot.Empty).Processes.Single(p => p.Code == "IND-REFORM");

        var schedule = Network.Of([.. process.Items.Select(i => new Activity(i.Item.Code, i.Item.Promised!.Value, i.Needs))]).Run(Days, Day("2026-03-02"));

        Assert.Multiple(() =>
        {
            Assert.That(string.Join('-', schedule.CriticalPath), Is.EqualTo("A01-A02-A03-A04-A05-A06-A08"));
            Assert.That(schedule.Finish, Is.EqualTo(Day("2026-04-07")));
            Assert.That(Days.Count(schedule.Start, schedule.Finish).Days, Is.EqualTo(25));
            Assert.That((schedule["A09"].Slack, schedule["A07"].IsCritical, schedule["A06"].IsCritical), Is.EqualTo((11, false, true)));
            Assert.That((schedule.ApprovalDays, schedule.BuilderDays), Is.EqualTo((25, 0)));
        });
    }

    /// <summary>28 February and 9 May 2026 are make-up working Saturdays; 1–5 May is off.</summary>
    [Test]
    public void Make_up_Saturdays_on_the_path_are_worked_and_the_slack_beside_it_is_known()
    {
        var schedule = Network.Of([Item("A", 2), Item("B", 3, "A"), Item("C", 1, "A"), Item("D", 2, "B", "C")]).Run(Days, Day("2026-02-26"));

        Assert.Multiple(() =>
        {
            Assert.That(schedule["A"].Finish, Is.EqualTo(Day("2026-02-28")), "a Saturday");
            Assert.That(schedule["B"].Finish, Is.EqualTo(Day("2026-03-04")));
            Assert.That(schedule["D"].Finish, Is.EqualTo(Day("2026-03-06")));
            Assert.That((schedule["C"].Finish, schedule["C"].LateStart, schedule["C"].LateFinish, schedule["C"].Slack), Is.EqualTo((Day("2026-03-02"), Day("2026-03-03"), Day("2026-03-04"), 2)));
            Assert.That(schedule.CriticalPath, Is.EqualTo(new[] { "A", "B", "D" }));
        });
        var overMayDay = Network.Of([Item("A", 1), Item("B", 4, "A")]).Run(Days, Day("2026-04-30"));
        Assert.That((overMayDay["A"].Finish, overMayDay["B"].Finish), Is.EqualTo((Day("2026-05-06"), Day("2026-05-11"))), "7, 8, the Saturday 9 and 11 May");
    }

    [Test]
    public void Calendar_days_and_working_days_mix_and_a_time_that_ends_on_a_day_off_ends_on_the_next_working_day()
    {
        var schedule = Network.Of([Item("A", 2), new("N", new(20, Limit.CalendarDays), ["A"]), Item("D", 1, "N"), Item("E", 3, "A")]).Run(Days, Day("2026-03-02"));

        Assert.Multiple(() =>
        {
            Assert.That(schedule["N"].Finish, Is.EqualTo(Day("2026-03-24")), "20 days after 4 March");
            Assert.That(schedule["D"].Finish, Is.EqualTo(Day("2026-03-25")));
            Assert.That(schedule["E"].Slack, Is.EqualTo(Days.Count(Day("2026-03-09"), Day("2026-03-25")).Days));
            Assert.That(Network.Of([new("N", new(5, Limit.CalendarDays), [])]).Run(Days, Day("2026-03-02")).Finish, Is.EqualTo(Day("2026-03-09")), "the 7th is a Saturday");
        });
    }

    [Test]
    public void What_happened_stands_and_what_is_not_done_is_not_done_before_today()
    {
        var network = Network.Of(
        [
            Item("A", 1) with { StartedOn = Day("2026-03-02"), FinishedOn = Day("2026-03-05") },
            Item("B", 3, "A") with { StartedOn = Day("2026-03-05") },
            Item("C", 2, "A"),
            Item("D", 1, "B", "C"),
        ]);

        var schedule = network.Run(Days, Day("2026-03-02"), today: Day("2026-03-16"));

        Assert.Multiple(() =>
        {
            Assert.That(schedule["A"].Finish, Is.EqualTo(Day("2026-03-05")));
            Assert.That(schedule["B"].Finish, Is.EqualTo(Day("2026-03-16")), "three days past its limit and still not decided");
            Assert.That((schedule["C"].Ready, schedule["C"].Start, schedule["C"].Finish), Is.EqualTo((Day("2026-03-05"), Day("2026-03-16"), Day("2026-03-18"))));
            Assert.That(schedule.CriticalPath, Is.EqualTo(new[] { "A", "C", "D" }));
            Assert.That(schedule["B"].Slack, Is.EqualTo(2));
            Assert.That(schedule["A"].IsCritical, Is.False, "it is done");
        });
    }

    [Test]
    public void Waiting_for_the_builder_is_counted_apart_from_approval_time()
    {
        var schedule = Network.Of(
        [
            Item("A", 3), Item("B", 5, "A") with { BuilderDays = 4 }, Item("W", 10, "B") with { IsBuilders = true },
        ]).Run(Days, Day("2026-03-02"));

        Assert.That((schedule.ApprovalDays, schedule.BuilderDays), Is.EqualTo((8, 14)));
        Assert.That(schedule.ApprovalDays + schedule.BuilderDays, Is.EqualTo(Days.Count(schedule.Start, schedule.Finish).Days));
    }

    [Test]
    public void A_pause_moves_the_finish_by_its_working_days_and_one_that_is_open_by_the_days_so_far()
    {
        var closed = Item("A", 5) with { StartedOn = Day("2026-03-02"), Pauses = [new(Day("2026-03-04"), Day("2026-03-10"))] };
        var open = closed with { Pauses = [new(Day("2026-03-04"), null)] };

        Assert.That(Network.Of([closed]).Run(Days, Day("2026-03-02"), Day("2026-03-05")).Finish, Is.EqualTo(Day("2026-03-13")));
        Assert.That(Network.Of([open]).Run(Days, Day("2026-03-02"), Day("2026-03-12")).Finish, Is.EqualTo(Day("2026-03-17")));
    }

    [Test]
    public void With_a_simulated_approval_only_the_issue_waits_for_what_it_needs()
    {
        var usual = Network.Of([Item("A", 5), Item("B", 8, "A"), Item("C", 2, "B")]).Run(Days, Day("2026-03-02"));
        var simulated = Network.Of([Item("A", 5), Item("B", 8, "A") with { IsSimulated = true }, Item("C", 2, "B")]).Run(Days, Day("2026-03-02"));

        Assert.Multiple(() =>
        {
            Assert.That(Days.Count(Day("2026-03-02"), usual.Finish).Days, Is.EqualTo(15));
            Assert.That(Days.Count(Day("2026-03-02"), simulated.Finish).Days, Is.EqualTo(10));
            Assert.That(simulated["A"].Slack, Is.EqualTo(2), "it is issued on the working day after A");
        });
    }

    [Test]
    public void News_of_the_calendar_flows_through()
    {
        var network = Network.Of([Item("A", 3), Item("B", 3, "A")]);
        var closure = new CalendarException(Day("2026-03-04"), false, new("台风", "typhoon"), "1号");
        var closed = new WorkingDays(2, [2026], [closure]);
        var before = new WorkingDays(1, [2026], []);

        Assert.That(network.Run(before, Day("2026-03-02")).Finish, Is.EqualTo(Day("2026-03-10")));
        Assert.That(network.Run(closed, Day("2026-03-02")).Finish, Is.EqualTo(Day("2026-03-11")));
        Assert.That(network.Run(before, Day("2026-12-30"))["A"].IsProvisional, Is.True, "2027 is not published");
        Assert.That(network.Run(before, Day("2026-12-30"))["B"].IsProvisional, Is.True, "what rests on it neither");
    }

    [Test]
    public void A_circle_or_an_unknown_need_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Network.Of([Item("A", 1, "B"), Item("B", 1, "A")]));
        Assert.Throws<InvalidOperationException>(() => Network.Of([Item("A", 1, "X")]));
    }

    /// <summary>By another way: a loop over days, recursion, and slack as what it means, a delay that does not move the end.</summary>
    [Test]
    public void Any_network_is_as_a_slow_independent_calculation_has_it()
    {
        var networks =
            from zero in Gen.Int[0, 300]
            from now in Gen.Int[-10, 20]
            from kinds in Gen.Select(Gen.Int[0, 12], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[0, 15]).Array[1, 9]
            from arrows in Gen.Bool.Array[kinds.Length * kinds.Length]
            select (Zero: Day("2026-01-05").AddDays(zero), Now: now, Items: kinds.Select((k, i) => Make(i, k, Day("2026-01-05").AddDays(zero), [.. Enumerable.Range(0, i).Where(j => arrows[i * kinds.Length + j]).Select(j => $"I{j}")])).ToArray());
        networks.Sample(given =>
        {
            var (zero, now, items) = given;
            var today = zero.AddDays(now);
            var schedule = Network.Of(items).Run(Days, zero, today);
            var slow = new Slow(items, zero, today);
            Assert.That(schedule.Finish, Is.EqualTo(slow.End(null, 0)));
            foreach (var item in items)
            {
                var at = schedule[item.Code];
                Assert.That(at.Finish, Is.EqualTo(slow.Finish(item.Code, null, 0)), item.Code);
                Assert.That(slow.End(item.Code, at.Slack), Is.EqualTo(schedule.Finish), $"{item.Code} may be late by its slack");
                Assert.That(slow.End(item.Code, at.Slack + 1), Is.GreaterThan(schedule.Finish), $"{item.Code} may not be later than its slack");
            }
        }, iter: 2_000);
    }

    private static Activity Make(int i, (int Days, int Unit, int Builder, int State, int Offset) k, DateOnly zero, string[] needs) => new($"I{i}", new(k.Days, k.Unit == 0 ? Limit.CalendarDays : Limit.WorkingDays), needs)
    {
        BuilderDays = k.Unit == 1 ? 0 : k.Builder,
        IsSimulated = k.Unit == 1 && k.Builder == 1,
        StartedOn = k.State is 0 or 1 ? zero.AddDays(k.Offset) : null,
        FinishedOn = k.State == 1 ? zero.AddDays(k.Offset + k.Days) : null,
        NotBefore = k.State == 2 ? zero.AddDays(k.Offset) : null,
        Pauses = k.State == 0 && k.Builder == 2 ? [new(zero.AddDays(k.Offset + 1), zero.AddDays(k.Offset + 6))] : [],
    };

    private sealed class Slow(Activity[] items, DateOnly zero, DateOnly today)
    {
        public DateOnly End(string? late, int by) => items.Select(i => Finish(i.Code, late, by)).Append(zero).Max();

        public DateOnly Finish(string code, string? late, int by)
        {
            var item = items.Single(i => i.Code == code);
            return code == late ? Walk(OnTime(item, late, by), by) : OnTime(item, late, by);
        }

        private DateOnly OnTime(Activity item, string? late, int by)
        {
            if (item.FinishedOn is { } done) return done;
            var ready = item.Needs.Select(n => Finish(n, late, by)).Append(zero).Max();
            var start = item.StartedOn ?? new[] { item.IsSimulated ? zero : Walk(ready, item.BuilderDays), item.NotBefore ?? zero, today, zero }.Max();
            var end = start;
            for (var left = item.Duration.Value; left > 0;)
            {
                end = end.AddDays(1);
                if (item.Pauses.Any(p => end > p.From && end <= p.To)) continue;
                if (item.Duration.Unit == Limit.CalendarDays || Days.IsWorkingDay(end)) left--;
            }

            while (item.Duration.Value > 0 && !Days.IsWorkingDay(end)) end = end.AddDays(1);
            if (item.IsSimulated && Walk(ready, 1) > end) end = Walk(ready, 1);
            if (end < today)
                for (end = today; !Days.IsWorkingDay(end);) end = end.AddDays(1);
            return end;
        }

        private static DateOnly Walk(DateOnly day, int count)
        {
            while (count > 0)
            {
                day = day.AddDays(1);
                if (Days.IsWorkingDay(day)) count--;
            }

            return day;
        }
    }
}
