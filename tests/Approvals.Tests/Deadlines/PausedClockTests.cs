using System.Globalization;
using System.Text.RegularExpressions;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Modules.Deadlines;
using Approvals.Modules.Deadlines.Contract;
using Approvals.Web;
using CsCheck;

namespace Approvals.Tests.Deadlines;

/// <summary>Extensions and pauses: literal dates rule by rule, then random cases against a loop over days and against a recount of the explanation.</summary>
[Parallelizable]
internal sealed partial class PausedClockTests
{
    private static readonly WorkingDays Calendar = CalendarFile.ShippedDays();

    private static readonly Gen<Case> AnyCase =
        from accepted in Gen.Int[0, 1900]
        from limit in Gen.Int[1, 60]
        from unit in Gen.Bool.Select(b => b ? "wd" : "cd")
        from extensions in Gen.Int[1, 20].Array[0, 2]
        from pauses in Gen.Select(Gen.Int[-20, 90], Gen.Int[0, 40], Gen.Int[0, 7]).Array[0, 4]
        from asOf in Gen.Int[-5, 250]
        let day = new DateOnly(2021, 1, 4).AddDays(accepted)
        select new Case(day, limit, unit, extensions, [.. pauses.Select(p => new Pause(day.AddDays(p.Item1), p.Item3 == 0 ? null : day.AddDays(p.Item1 + (p.Item3 == 1 ? 0 : p.Item2))))], day.AddDays(asOf));

    [TestCase("2026-03-02", "5 wd", "", "", "2026-03-06", "2026-03-09", 4, 1, Light.Yellow, TestName = "Without pause or extension")]
    [TestCase("2026-03-02", "5 wd", "5", "", "2026-03-10", "2026-03-16", 6, 4, Light.Green, TestName = "An extension adds to the limit")]
    [TestCase("2026-03-02", "20 wd", "10,16", "", "2026-03-10", "2026-05-09", 6, 40, Light.Green, TestName = "Extensions add up, and a make-up Saturday counts")]
    [TestCase("2026-03-02", "10 wd", "1", "", "2026-03-13", "2026-03-17", 9, 2, Light.Yellow, TestName = "The warning is a tenth of limit plus extensions")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-03/2026-03-05", "2026-03-06", "2026-03-11", 2, 3, Light.Green, TestName = "A pause counts its first day and leaves out its last")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-04/2026-03-04", "2026-03-06", "2026-03-09", 4, 1, Light.Yellow, TestName = "Pause and resume on one day count nothing")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-06/2026-03-08", "2026-03-09", "2026-03-09", 5, 0, Light.Yellow, TestName = "A pause over a weekend counts nothing")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-03/2026-03-05,2026-03-04/2026-03-06", "2026-03-06", "2026-03-12", 1, 4, Light.Green, TestName = "Overlapping pauses count once")]
    [TestCase("2026-03-02", "5 wd", "", "2026-02-20/2026-03-04", "2026-03-06", "2026-03-11", 2, 3, Light.Green, TestName = "A pause that begins before acceptance counts its days after it")]
    [TestCase("2026-03-02", "5 wd", "", "2026-02-20/2026-03-02", "2026-03-06", "2026-03-09", 4, 1, Light.Yellow, TestName = "A pause that ends by acceptance counts nothing")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-04/", "2026-03-20", null, 2, 3, Light.Paused, TestName = "An open pause leaves the due date unknown")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-04/", "2026-03-04", null, 2, 3, Light.Paused, TestName = "On its first day, which counts, an open pause lasts")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-04/", "2026-03-03", null, 1, 4, Light.Green, TestName = "Before an open pause the light is not paused")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-06/", "2026-03-06", null, 4, 1, Light.Paused, TestName = "An open pause is paused even in the warning span")]
    [TestCase("2026-03-02", "5 wd", "", "2026-02-20/", "2026-03-20", null, 0, 5, Light.Paused, TestName = "An open pause from before acceptance leaves out everything")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-11/", "2026-03-12", "2026-03-09", 7, -2, Light.Red, TestName = "A pause opened after the due date stays red")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-09/", "2026-03-09", "2026-03-09", 5, 0, Light.Yellow, TestName = "A pause opened on the due date cannot move it")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-09/", "2026-03-12", "2026-03-09", 5, 0, Light.Red, TestName = "A pause opened on the due date is red after it")]
    [TestCase("2026-09-28", "5 wd", "", "2026-09-29/2026-10-09", "2026-10-10", "2026-10-14", 2, 3, Light.Green, TestName = "A pause over National Day and a make-up Saturday after it")]
    [TestCase("2026-03-02", "30 cd", "", "2026-03-10/2026-03-20", "2026-03-31", "2026-04-13", 19, 11, Light.Green, TestName = "Calendar days leave out paused days, and end on Monday instead of Saturday")]
    [TestCase("2026-03-02", "60 cd", "", "", "2026-05-02", "2026-05-06", 61, -1, Light.Yellow, TestName = "Days moved by article 203 do not belong to the limit")]
    [TestCase("2026-03-02", "1 wd", "", "", "2026-02-27", "2026-03-03", 0, 1, Light.Yellow, TestName = "Before acceptance the clock stands as on it")]
    [TestCase("2024-02-05", "20 wd", "10", "2024-02-07/2024-02-20", "2024-03-15", "2024-03-29", 20, 10, Light.Green, TestName = "The case of the issue")]
    public void One_rule(string accepted, string limit, string extensions, string pauses, string asOf, string? due, int used, int left, Light light)
    {
        var (clock, on) = (Start(accepted, limit, extensions, pauses), Day(asOf));

        Assert.That((clock.Due?.Date, clock.Used(Calendar, on), clock.Left(Calendar, on), clock.Light(on)), Is.EqualTo((due is null ? null : (DateOnly?)Day(due), used, left, light)));
    }

    [TestCase("2026-12-18", "9 wd", "", "", false)]
    [TestCase("2026-12-18", "9 wd", "", "2026-12-30/2026-12-31", true)]
    [TestCase("2026-12-18", "9 wd", "1", "", true)]
    [TestCase("2020-12-25", "5 wd", "", "2020-12-28/2020-12-31", true, Description = "one day of the unpublished year is counted before the pause")]
    [TestCase("2020-12-25", "5 wd", "", "2020-12-25/2020-12-31", false, Description = "the unpublished year is paused throughout")]
    public void A_due_date_is_provisional_where_a_counted_stretch_reaches_an_unpublished_year(string accepted, string limit, string extensions, string pauses, bool provisional) =>
        Assert.That(Start(accepted, limit, extensions, pauses).Due!.Value.IsProvisional, Is.EqualTo(provisional));

    [TestCase("2026-03-02", "0 wd", "", "", "limit", "1 day or more")]
    [TestCase("2026-03-02", "5 wd", "10,0", "", "extensions[1]", "1 day or more")]
    [TestCase("2026-03-02", "5 wd", "-3", "", "extensions[0]", "1 day or more")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-05/2026-03-04", "pauses[0].to", "before its first day")]
    [TestCase("2026-03-02", "5 wd", "", "1999-12-31/", "pauses[0].from", "outside 2000–2099")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-05/2100-01-01", "pauses[0].to", "outside 2000–2099")]
    [TestCase("2100-03-02", "5 wd", "", "", "accepted", "outside 2000–2099")]
    [TestCase("2026-03-02", "5 wd", "", "2026-03-05/2099-12-31", "limit", "after 2099")]
    public void What_cannot_be_meant_is_refused(string accepted, string limit, string extensions, string pauses, string field, string says)
    {
        var refused = Assert.Throws<Refused>(() => Start(accepted, limit, extensions, pauses))!;

        Assert.That(refused.Problems.Select(p => p.Field), Is.EqualTo(new[] { field }));
        Assert.That(refused.Message, Does.Contain(says));
    }

    [Test]
    public void Any_case_agrees_with_a_loop_over_its_days() => AnyCase.Sample(c =>
    {
        var clock = c.Start();
        var (due, used, left, light) = Loop(c);

        Assert.That((clock.Due?.Date, clock.Used(Calendar, c.AsOf), clock.Left(Calendar, c.AsOf), clock.Light(c.AsOf)), Is.EqualTo((due, used, left, light)), c.ToString());
    }, iter: 20_000);

    /// <summary>From the words alone and a calendar on the wall that knows weekends.</summary>
    [Test]
    public void Any_explanation_can_be_recounted() => AnyCase.Sample(c =>
    {
        var clock = c.Start();
        var lines = Arithmetic.On(c.AsOf, clock, Calendar).Select(l => l.En).ToList();
        var why = c + "\n" + string.Join('\n', lines);
        var accepted = Day(lines[0].Substring("Accepted ".Length, 10));
        var sum = Numbers().Matches(lines[0][lines[0].IndexOf("limit", StringComparison.Ordinal)..].Split('=')[0]).Sum(m => int.Parse(m.Value, CultureInfo.InvariantCulture));
        HashSet<DateOnly> crossed = [], made = [];
        var open = DateOnly.MaxValue;
        foreach (var line in lines)
        {
            if (line.StartsWith("Holidays", StringComparison.Ordinal) || line.StartsWith("Weekend", StringComparison.Ordinal)) Cross(line, crossed);
            if (line.StartsWith("Make-up", StringComparison.Ordinal)) Cross(line, made);
            if (!line.StartsWith("The first day of a pause", StringComparison.Ordinal)) continue;
            foreach (var pause in line.Split(';'))
            {
                if (Regex.Match(pause, @"from (\S{10}) on") is { Success: true } from) open = Day(from.Groups[1].Value) is var first && first < open ? first : open;
                else if (pause.Split("not counted ") is [_, var days]) Cross(": " + days, crossed);
            }
        }

        var (counted, used) = (0, 0);
        DateOnly? usedUp = null;
        for (var day = accepted.AddDays(1); day <= accepted.AddDays(600) && usedUp is null | day <= c.AsOf; day = day.AddDays(1))
        {
            if (crossed.Contains(day) || day >= open) continue;
            if (c.Unit == "wd" && day <= (clock.Due?.Date > c.AsOf ? clock.Due.Value.Date : c.AsOf)) Assert.That(made.Contains(day), Is.EqualTo(day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday), $"{day} {why}");
            counted++;
            if (day <= c.AsOf) used++;
            if (counted == sum) usedUp = day;
        }

        var text = string.Join('\n', lines);
        Assert.That(text, Does.Contain(usedUp is { } last ? $"ay {sum} is {last:yyyy-MM-dd}" : "still open:"), why);
        Assert.That(text, Does.Contain($": used {used}, left {sum}"), why);
        Assert.That(text, Does.Contain(clock.Due is { } due ? $"{due.Date:yyyy-MM-dd} ({due.Date.DayOfWeek.ToString()[..3]}); that day is in time" : "known when it is resumed"), why);

        void Cross(string line, HashSet<DateOnly> into)
        {
            foreach (Match range in Ranges().Matches(line[line.IndexOf(':', StringComparison.Ordinal)..]))
            {
                var from = Full(range.Groups[1].Value);
                var to = range.Groups[2].Success ? Full(range.Groups[2].Value) : from;
                for (var day = from; day <= to; day = day.AddDays(1)) into.Add(day);
            }
        }

        DateOnly Full(string day) => Day(day.Length == 5 ? $"{accepted.Year}-{day}" : day);
    }, iter: 5_000);

    [Test]
    public void The_explanation_names_each_pause_and_extension()
    {
        var clock = Start("2024-02-05", "20 wd", "10", "2024-02-07/2024-02-20,2024-03-08/");

        Assert.That(Arithmetic.On(Day("2024-03-15"), clock, Calendar).Select(l => l.Zh), Is.EqualTo(new[]
        {
            "受理日 2024-02-05（周一）不计，时限 20 个工作日 + 延长 10 = 30 个工作日。",
            "暂停首日仍计，重叠的日子只算一次：2024-02-07 暂停、2024-02-20 恢复，不计 02-08 至 02-20；2024-03-08 暂停未恢复，自 2024-03-09 起不计。",
            "周末不计 4 天：02-24/02-25, 03-02/03-03。",
            "暂停尚未恢复：到 2024-03-08 已计 15 日，不足 30 日，到期日待恢复后确定。",
            "截至 2024-03-15（周五）：已用 15 日，剩余 30 - 15 = 15 日。",
            "暂停：恢复之前不计时。",
        }));
    }

    /// <summary>Day by day, sharing nothing with the clock but whether one day is a working day.</summary>
    private static (DateOnly? Due, int Used, int Left, Light Light) Loop(Case c)
    {
        var total = c.Limit + c.Extensions.Sum();
        bool Counts(DateOnly day) => day > c.Accepted && (c.Unit == "cd" || Calendar.IsWorkingDay(day)) && !c.Pauses.Any(p => day > p.From && (p.To is null || day <= p.To));
        int Used(DateOnly on)
        {
            var days = 0;
            for (var day = c.Accepted; day <= on; day = day.AddDays(1)) days += Counts(day) ? 1 : 0;
            return days;
        }

        DateOnly? due = null;
        for (var (day, counted) = (c.Accepted, 0); due is null && day < c.Accepted.AddDays(600); day = day.AddDays(1))
        {
            if (Counts(day) && ++counted == total) due = day;
        }

        while (c.Unit == "cd" && due is { } off && !Calendar.IsWorkingDay(off)) due = off.AddDays(1);
        var used = Used(c.AsOf);
        var left = total - used;
        var on = c.AsOf < c.Accepted ? c.Accepted : c.AsOf;
        var light = on > due ? Light.Red
            : due is null && c.Pauses.Any(p => p.To is null && p.From <= on) ? Light.Paused
            : left <= Math.Max(1, Math.Ceiling(total * 0.1m)) ? Light.Yellow
            : Light.Green;
        return (due, used, left, light);
    }

    private static Clock Start(string accepted, string limit, string extensions, string pauses) => Clock.Start(
        Calendar,
        Day(accepted),
        new(int.Parse(limit.Split(' ')[0], CultureInfo.InvariantCulture), limit.Split(' ')[1]),
        [.. extensions.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(e => int.Parse(e, CultureInfo.InvariantCulture))],
        [.. pauses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('/')).Select(p => new Pause(Day(p[0]), p[1].Length == 0 ? null : Day(p[1])))]);

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"((?:\d{4}-)?\d\d-\d\d)(?:(?: to |/)((?:\d{4}-)?\d\d-\d\d))?")]
    private static partial Regex Ranges();

    private sealed record Case(DateOnly Accepted, int Limit, string Unit, int[] Extensions, Pause[] Pauses, DateOnly AsOf)
    {
        public Clock Start() => Clock.Start(Calendar, Accepted, new(Limit, Unit), Extensions, Pauses);

        public override string ToString() => $"{Accepted:O} {Limit} {Unit} + {string.Join('+', Extensions)}, {string.Join(", ", Pauses.Select(p => $"{p.From:O}..{p.To:O}"))}, {AsOf:O}";
    }
}
