using System.Reflection;
using System.Text.Json;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using CsCheck;

namespace Approvals.Tests.Calendar;

[Parallelizable]
internal sealed class WorkingDaysTests
{
    private static readonly WorkingDays Shipped = CalendarFile.ShippedDays();
    private static readonly JsonElement File = ReadFile();
    private static readonly HashSet<DateOnly> Off = Listed("offDays");
    private static readonly HashSet<DateOnly> MakeUp = Listed("makeupWorkdays");

    private static IEnumerable<TestCaseData> AddVectors() =>
        from v in File.GetProperty("testVectors").EnumerateArray()
        where v.GetProperty("op").GetString() == "addWorkdays"
        select new TestCaseData(Day(v, "start"), v.GetProperty("n").GetInt32(), Day(v, "expected"));

    private static IEnumerable<TestCaseData> CountVectors() =>
        from v in File.GetProperty("testVectors").EnumerateArray()
        where v.GetProperty("op").GetString() != "addWorkdays"
        select new TestCaseData(Day(v, "start"), Day(v, "end"), v.GetProperty("expected").GetInt32());

    [Test]
    public void There_are_vectors_of_both_kinds() =>
        Assert.That((AddVectors().Count(), CountVectors().Count()), Is.EqualTo((22, 5)));

    [TestCaseSource(nameof(AddVectors))]
    public void Adds_as_the_published_vectors_say(DateOnly start, int days, DateOnly expected) =>
        Assert.That(Shipped.Add(start, days), Is.EqualTo(new DueDay(expected, false)));

    [TestCaseSource(nameof(CountVectors))]
    public void Counts_as_the_published_vectors_say(DateOnly start, DateOnly end, int expected) =>
        Assert.That(Shipped.Count(start, end), Is.EqualTo(new DayCount(expected, false)));

    [TestCase(2021, 250)]
    [TestCase(2022, 249)]
    [TestCase(2023, 249)]
    [TestCase(2024, 251)]
    [TestCase(2025, 248)]
    [TestCase(2026, 248)]
    public void A_year_and_its_months_have_the_working_days_of_the_notice(int year, int days)
    {
        var months = File.GetProperty("years").GetProperty($"{year}").GetProperty("workdaysByMonth").EnumerateArray().Select(m => m.GetInt32());

        Assert.That(Enumerable.Range(1, 12).Select(m => Shipped.WorkingDaysOf(year, m)), Is.EqualTo(months));
        Assert.That(Shipped.Count(new(year - 1, 12, 31), new(year, 12, 31)).Days, Is.EqualTo(days));
    }

    [Test]
    public void Adding_and_counting_agree_with_a_day_by_day_loop()
    {
        Gen.Select(Gen.Int[0, 2190], Gen.Int[1, 250]).Sample((offset, days) =>
        {
            var start = new DateOnly(2021, 1, 1).AddDays(offset);
            var (due, touches) = Loop(start, days);

            Assert.That(Shipped.Add(start, days), Is.EqualTo(new DueDay(due, touches)), $"{start:O} + {days}");
            Assert.That(Shipped.Count(start, due), Is.EqualTo(new DayCount(days, touches)), $"{start:O} – {due:O}");
            Assert.That(Shipped.Count(start, due.AddDays(-1)).Days, Is.EqualTo(days - 1), "the due day itself is the last one counted");
        }, iter: 20_000);
    }

    [Test]
    public void A_start_on_a_day_off_begins_with_the_next_working_day()
    {
        Assert.That(Shipped.Add(new(2026, 10, 1), 1).Date, Is.EqualTo(new DateOnly(2026, 10, 8)), "holiday");
        Assert.That(Shipped.Add(new(2026, 3, 7), 1).Date, Is.EqualTo(new DateOnly(2026, 3, 9)), "weekend");
    }

    [Test]
    public void A_make_up_Saturday_counts_as_an_end_and_is_not_counted_as_a_start()
    {
        Assert.That(Shipped.IsWorkingDay(new(2026, 2, 28)), Is.True);
        Assert.That(Shipped.Add(new(2026, 2, 27), 1).Date, Is.EqualTo(new DateOnly(2026, 2, 28)));
        Assert.That(Shipped.Add(new(2026, 2, 28), 1).Date, Is.EqualTo(new DateOnly(2026, 3, 2)));
    }

    [Test]
    public void A_span_is_provisional_exactly_when_a_counted_day_lies_in_an_unpublished_year()
    {
        Assert.That(Shipped.Add(new(2026, 12, 18), 9), Is.EqualTo(new DueDay(new(2026, 12, 31), false)), "ends on the last published day");
        Assert.That(Shipped.Add(new(2026, 12, 18), 10), Is.EqualTo(new DueDay(new(2027, 1, 1), true)), "one further");
        Assert.That(Shipped.Count(new(2026, 12, 18), new(2026, 12, 31)), Is.EqualTo(new DayCount(9, false)));
        Assert.That(Shipped.Count(new(2026, 12, 18), new(2027, 1, 1)).IsProvisional, Is.True);
    }

    [Test]
    public void The_start_itself_is_not_counted_so_its_year_need_not_be_published()
    {
        Assert.That(Shipped.Add(new(2020, 12, 31), 1), Is.EqualTo(new DueDay(new(2021, 1, 4), false)));
        Assert.That(Shipped.Add(new(2020, 12, 30), 1), Is.EqualTo(new DueDay(new(2020, 12, 31), true)));
        Assert.That(Shipped.Add(new(2026, 12, 31), 1), Is.EqualTo(new DueDay(new(2027, 1, 1), true)));
        Assert.That(Shipped.UnpublishedYears(new(2020, 12, 31), new(2027, 1, 1)), Is.EqualTo(new[] { 2027 }));
        Assert.That(Shipped.UnpublishedYears(new(2020, 12, 30), new(2028, 1, 3)), Is.EqualTo(new[] { 2020, 2027, 2028 }));
    }

    [Test]
    public void A_year_missing_in_the_middle_makes_the_span_provisional()
    {
        var days = new WorkingDays(1, [2024, 2026], []);

        Assert.That(days.Add(new(2024, 12, 30), 300).IsProvisional, Is.True);
        Assert.That(days.Add(new(2025, 12, 31), 1).IsProvisional, Is.False);
    }

    [Test]
    public void Outside_its_hundred_years_it_refuses_to_answer()
    {
        Assert.That(() => Shipped.Add(new(1999, 12, 31), 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Shipped.Add(new(2099, 12, 31), 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Shipped.Add(new(2026, 1, 1), -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(Shipped.TryAdd(new(2026, 1, 1), int.MaxValue, out _), Is.False);
        Assert.That(() => Shipped.Count(new(2026, 1, 1), new(2100, 1, 1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_next_working_day_from_a_day_is_that_day_where_it_is_one()
    {
        Assert.That(Shipped.OnOrAfter(new(2026, 4, 30)).Date, Is.EqualTo(new DateOnly(2026, 4, 30)));
        Assert.That(Shipped.OnOrAfter(new(2026, 5, 1)).Date, Is.EqualTo(new DateOnly(2026, 5, 6)));
        Assert.That(Shipped.Back(new(2026, 10, 8), 1), Is.EqualTo(new DateOnly(2026, 9, 30)));
    }

    private static (DateOnly Due, bool Touches) Loop(DateOnly start, int days)
    {
        var day = start;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (MakeUp.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Off.Contains(day))) days--;
        }

        return (day, day.Year > 2026);
    }

    private static HashSet<DateOnly> Listed(string list) =>
        [.. from year in File.GetProperty("years").EnumerateObject() from day in year.Value.GetProperty(list).EnumerateArray() select Day(day, "date")];

    private static DateOnly Day(JsonElement element, string name) => DateOnly.ParseExact(element.GetProperty(name).GetString()!, "yyyy-MM-dd");

    private static JsonElement ReadFile()
    {
        using var stream = Assembly.GetAssembly(typeof(Site))!.GetManifestResourceStream("data.cn-calendar.json")!;
        return JsonDocument.Parse(stream).RootElement.Clone();
    }
}
