using Approvals.Database;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;

namespace Approvals.Tests.Calendar;

[Parallelizable]
internal sealed class LoadCalendarTests
{
    private const string Day = """{"date":"2027-01-01","name":"元旦","nameEn":"New Year's Day"}""";

    [Test]
    public async Task The_first_start_loads_the_shipped_years_and_a_second_changes_nothing()
    {
        await using var app = await App.Start();
        var before = await app.Value<string>("SELECT CONCAT(COUNT(*), '/', MAX(id)) FROM calendar_edition");
        var exceptions = await app.Value<int>("SELECT COUNT(*) FROM calendar_exception");

        await Site.Prepare(app.Services);

        Assert.That(await app.Rows<int>("SELECT year FROM calendar_edition ORDER BY year"), Is.EqualTo(new[] { 2021, 2022, 2023, 2024, 2025, 2026 }));
        Assert.That(await app.Value<string>("SELECT CONCAT(COUNT(*), '/', MAX(id)) FROM calendar_edition"), Is.EqualTo(before));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_exception"), Is.EqualTo(exceptions));
        Assert.That(exceptions, Is.EqualTo(CalendarFile.Shipped().Years.Sum(y => y.Exceptions.Count)));
    }

    [Test]
    public async Task The_calendar_in_force_is_what_the_database_holds_with_its_highest_edition()
    {
        await using var app = await App.Start();

        var days = app.Services.GetRequiredService<CalendarInForce>().Current;

        Assert.That(days.Edition, Is.EqualTo(await app.Value<long>("SELECT MAX(id) FROM calendar_edition")));
        Assert.That(days.Add(new(2026, 9, 30), 20), Is.EqualTo(new DueDay(new(2026, 11, 3), false)));
        Assert.That(days.ExceptionOn(new(2026, 10, 3)), Is.EqualTo(new CalendarException(new(2026, 10, 3), false, new("国庆节", "National Day"))), "a Saturday off keeps its name");
    }

    [Test]
    public async Task The_newest_edition_of_a_year_is_in_force_and_the_older_stays_on_record()
    {
        await using var app = await App.Start();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            await db.Transact(async () =>
            {
                await db.Execute("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (900000, 2026, 'order', '2026-03-01', 'test')");
                return await db.Execute("INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en) VALUES (900000, '2026-03-03', 0, @zh, 'Closed')", new { zh = "停办" });
            }, default);
        }

        await Site.Prepare(app.Services);

        var days = app.Services.GetRequiredService<CalendarInForce>().Current;
        Assert.That(days.Edition, Is.EqualTo(900000));
        Assert.That(days.IsWorkingDay(new(2026, 3, 3)), Is.False);
        Assert.That(days.IsWorkingDay(new(2026, 10, 1)), Is.True, "the newest edition stands alone");
        Assert.That(days.IsWorkingDay(new(2025, 10, 1)), Is.False, "other years are untouched");
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_edition WHERE year = 2026"), Is.EqualTo(2));
    }

    [TestCase("""{"source":"s","years":{"2027":{"offDays":[{"date":"2027-02-30","name":"元旦","nameEn":"New Year"}],"makeupWorkdays":[]}}}""", "calendar.wrongDate", "years.2027.offDays[0]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[{"date":"1.1.2027","name":"元旦","nameEn":"New Year"}],"makeupWorkdays":[]}}}""", "calendar.wrongDate", "years.2027.offDays[0]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[{"date":"2026-12-31","name":"元旦","nameEn":"New Year"}],"makeupWorkdays":[]}}}""", "calendar.otherYear", "years.2027.offDays[0]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[DAY],"makeupWorkdays":[{"date":"2027-01-04","name":"元旦","nameEn":"New Year"}]}}}""", "calendar.makeupOnWeekday", "years.2027.makeupWorkdays[0]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[DAY,DAY],"makeupWorkdays":[]}}}""", "calendar.listedTwice", "years.2027.offDays[1]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[{"date":"2027-01-02","name":"元旦","nameEn":"New Year"}],"makeupWorkdays":[{"date":"2027-01-02","name":"元旦","nameEn":"New Year"}]}}}""", "calendar.listedTwice", "years.2027.makeupWorkdays[0]")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[],"makeupWorkdays":[]}}}""", "calendar.emptyYear", "years.2027")]
    [TestCase("""{"source":"s","years":{"2027":{"makeupWorkdays":[]}}}""", "calendar.noList", "years.2027.offDays")]
    [TestCase("""{"source":"s","years":{"1999":{"offDays":[],"makeupWorkdays":[]}}}""", "calendar.wrongYear", "years.1999")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[{"date":"2027-01-01","name":"","nameEn":"New Year"}],"makeupWorkdays":[]}}}""", "field.required", "years.2027.offDays[0].name")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[DAY],"makeupWorkdays":[],"workdayCount":250}}}""", "calendar.countDiffers", "years.2027.workdayCount")]
    [TestCase("""{"source":"s","years":{}}""", "calendar.noYears", "years")]
    [TestCase("""{"source":"s","years":{"2027":1,"2027":2}}""", "calendar.unreadable", "")]
    [TestCase("""[]""", "field.required", "source")]
    [TestCase("""{"source":""", "calendar.unreadable", "")]
    public void A_broken_file_is_refused_with_what_and_where(string json, string code, string field)
    {
        var refused = Assert.Throws<Refused>(() => CalendarFile.Read(json.Replace("DAY", Day)))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Does.Contain((code, field)));
        Assert.That(refused.Problems[0].Message.Zh, Is.Not.Empty);
    }

    [Test]
    public void Everything_wrong_is_told_at_once()
    {
        var refused = Assert.Throws<Refused>(() => CalendarFile.Read("""
            {"source":"s","years":{"2027":{"offDays":[{"date":"x","name":"a","nameEn":"b"},{"date":"2028-01-03","name":"a","nameEn":"b"}],"makeupWorkdays":[]},"2028":{"offDays":[],"makeupWorkdays":[]}}}
            """))!;

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "calendar.wrongDate", "calendar.otherYear", "calendar.emptyYear" }));
    }

    [Test]
    public void A_sound_file_of_a_later_year_is_read()
    {
        var file = CalendarFile.Read(Notices.AsShipped("notice"));

        Assert.That(file.Source, Is.EqualTo("notice"));
        Assert.That(file.Years.Single().Exceptions[0], Is.EqualTo(new CalendarException(new(2027, 1, 1), false, new("元旦", "New Year's Day"))));
        Assert.That(file.Years.Single().Exceptions, Is.EqualTo(CalendarFile.Read(Notices.Short()).Years.Single().Exceptions), "both shapes say the same");
    }
}
