using Approvals.Database;
using Approvals.Modules.Calendar;
using Approvals.Modules.Calendar.Contract;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Calendar;

/// <summary>A year is published or amended while the centre works; a good calendar is never lost.</summary>
[Parallelizable]
internal sealed class PublishCalendarTests
{
    private static readonly DateOnly NewYear = new(2027, 1, 1);

    [Test]
    public async Task A_year_published_while_the_program_runs_is_in_force_at_once()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        Assert.That(Days(app).Add(new(2026, 12, 31), 1), Is.EqualTo(new DueDay(NewYear, IsProvisional: true)));

        var result = await app.Send(new PublishCalendar.Command(Notices.Short()));

        Assert.That(Days(app).Add(new(2026, 12, 31), 1), Is.EqualTo(new DueDay(new(2027, 1, 4), IsProvisional: false)));
        Assert.That((result.Published, result.Edition, Days(app).Edition), Is.EqualTo((true, 7L, 7L)));
        Assert.That(result.Years.Single(), Has.Property("IsNew").True.And.Property("WorkingDays").EqualTo(Days(app).Count(new(2026, 12, 31), new(2027, 12, 31)).Days));
    }

    [Test]
    public async Task Whoever_keeps_dates_is_told_inside_the_transaction_with_the_new_calendar()
    {
        var news = new News();
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);

        await app.Send(new PublishCalendar.Command(Notices.Short()));

        var (told, inTransaction, inForce) = news.Heard.Single();
        Assert.That((told.Edition, told.FirstDay, told.LastDay, told.By), Is.EqualTo((7L, NewYear, new DateOnly(2028, 1, 4), Modules.Access.Contract.Actor.SystemName)), "the whole year: its provisional dates become firm");
        Assert.That((inTransaction, inForce), Is.EqualTo((true, 6L)), "the calendar in force is replaced after the commit");
        Assert.That((told.Days.Edition, told.Days.IsWorkingDay(NewYear)), Is.EqualTo((7L, false)));
    }

    [Test]
    public async Task An_amendment_tells_only_the_days_that_changed_and_the_old_edition_stays_on_record()
    {
        var news = new News();
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);
        await app.Send(new PublishCalendar.Command(Notices.Short()));

        var result = await app.Send(new PublishCalendar.Command(Notices.Short("示例〔2027〕2号", without: ["2027-02-11", "2027-02-14"])));

        Assert.That(result.Years.Single().Days.Select(d => (d.From, d.Kind, d.IsWorking)), Is.EqualTo(new[]
        {
            (new DateOnly(2027, 2, 11), DayChangeKind.Removed, true), (new DateOnly(2027, 2, 14), DayChangeKind.Removed, false),
        }));
        Assert.That((news.Heard[^1].Told.FirstDay, news.Heard[^1].Told.LastDay), Is.EqualTo((new DateOnly(2027, 2, 11), new DateOnly(2027, 2, 16))), "behind the first working day after them");
        Assert.That(await app.Rows<string>("SELECT source FROM calendar_edition WHERE year = 2027 ORDER BY id"), Is.EqualTo(new[] { "示例〔2026〕1号", "示例〔2027〕2号" }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_exception WHERE edition_id = 7 AND day IN ('2027-02-11', '2027-02-14')"), Is.EqualTo(2), "what was published is as it was");
        Assert.That((Days(app).IsWorkingDay(new(2027, 2, 11)), Days(app).IsWorkingDay(new(2027, 2, 14))), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_publication_that_cannot_be_carried_through_leaves_everything_as_it_was()
    {
        var news = new News { Fails = true };
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);

        Assert.ThrowsAsync<InvalidOperationException>(() => app.Send(new PublishCalendar.Command(Notices.Short())));

        Assert.That((Days(app).Edition, Days(app).PublishedYears.Contains(2027)), Is.EqualTo((6L, false)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_edition"), Is.EqualTo(6));
    }

    [Test]
    public async Task The_same_file_again_makes_no_edition()
    {
        var news = new News();
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);
        await app.Send(new PublishCalendar.Command(Notices.Short()));

        var again = await app.Send(new PublishCalendar.Command(Notices.AsShipped()));

        Assert.That((again.Published, again.Edition, again.Years.Count, news.Heard.Count), Is.EqualTo((false, 7L, 0, 1)));
    }

    [Test]
    public async Task Another_name_of_a_day_is_an_edition_and_moves_no_date()
    {
        var news = new News();
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);
        await app.Send(new PublishCalendar.Command(Notices.Short()));

        var renamed = await app.Send(new PublishCalendar.Command(Notices.Short().Replace("Dragon Boat Festival", "Dragon Boat", StringComparison.Ordinal)));

        Assert.That(renamed.Years.Single().Days.Select(d => (d.Kind, d.MovesDates)), Is.EqualTo(new[] { (DayChangeKind.Renamed, false) }));
        Assert.That((Days(app).Edition, news.Heard.Count), Is.EqualTo((8L, 1)));
    }

    [Test]
    public async Task A_preview_says_what_would_change_and_changes_nothing()
    {
        await using var app = await App.Start("2026-11-10 09:00", listen: services => services.AddTransient<INotificationHandler<CalendarPreviewed>, Keeper>());

        var preview = await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor);

        Assert.That((preview.Published, preview.Edition, preview.Years.Single().IsNew), Is.EqualTo((false, 6L, true)));
        Assert.That(preview.Years.Single().Days.Select(d => $"{d.From:MM-dd}–{d.To:MM-dd} {d.InWords.Zh}"), Is.EqualTo(new[]
        {
            "01-01–01-03 放假：元旦", "02-05–02-11 放假：春节", "02-14–02-14 调休上班：春节", "04-03–04-05 放假：清明", "05-01–05-03 放假：劳动节",
            "06-09–06-09 放假：端午", "09-15–09-15 放假：中秋", "10-01–10-07 放假：国庆节", "10-09–10-09 调休上班：国庆节",
        }));
        Assert.That(preview.Consequences.Select(c => c.En), Does.Contain("2027-01-01 to 2028-01-04, edition 7").And.Contain("No open due date would move."), "who keeps dates says what it means for them");
        Assert.That((Days(app).Edition, await app.Value<int>("SELECT COUNT(*) FROM calendar_edition")), Is.EqualTo((6L, 6)));
    }

    [TestCase("", "calendar.empty", "")]
    [TestCase("   \n", "calendar.empty", "")]
    [TestCase("{}", "calendar.noYears", "years")]
    [TestCase("""{"source":"s","years":{}}""", "calendar.noYears", "years")]
    [TestCase("""{"year":2027,"source":"s","days":[]}""", "calendar.emptyYear", "days")]
    [TestCase("""{"year":2027,"source":"s"}""", "calendar.noList", "days")]
    [TestCase("""{"year":2027,"source":"s","days":[{"day":"2027-01-01","nameZh":"元旦","nameEn":"New Year"}]}""", "calendar.workingMissing", "days[0].working")]
    [TestCase("""{"year":1999,"source":"s","days":[]}""", "calendar.wrongYear", "year")]
    [TestCase("""{"year":2100,"source":"s","days":[]}""", "calendar.wrongYear", "year")]
    [TestCase("""{"year":{},"source":"s","days":[]}""", "calendar.wrongYear", "year")]
    [TestCase("""{"source":"s","years":{"2027":{"offDays":[],"makeupWorkdays":[]}}}""", "calendar.emptyYear", "years.2027")]
    [TestCase("""{"year":2027,"source":"s","days":[""", "calendar.unreadable", "")]
    public async Task An_empty_or_broken_file_never_replaces_a_good_calendar(string content, string code, string field)
    {
        await using var app = await App.Start("2026-11-10 09:00");

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new PublishCalendar.Command(content)))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Does.Contain((code, field)));
        Assert.That((Days(app).Edition, await app.Value<int>("SELECT COUNT(*) FROM calendar_edition")), Is.EqualTo((6L, 6)));
    }

    [TestCase("2027-10", "2027-10-01", TestName = "A notice without October is cut short")]
    [TestCase("2027-02", "2027-02-06", TestName = "A notice without the Spring Festival is cut short")]
    [TestCase("2027-04", "2027-04-05", TestName = "A notice without Qingming is cut short")]
    [TestCase("2027-06", "2027-06-09", TestName = "A notice without the Dragon Boat Festival is cut short")]
    [TestCase("2027-09", "2027-09-15", TestName = "A notice without the Mid-autumn Festival is cut short")]
    public void Missing(string month, string holiday)
    {
        var refused = Assert.Throws<Refused>(() => CalendarFile.Read(Notices.Short(without: [month])))!;

        Assert.That(refused.Problems.Single(), Has.Property("Code").EqualTo("calendar.holidayMissing").And.Property("Field").EqualTo("days"));
        Assert.That(refused.Problems.Single().Message.En, Does.Contain(holiday));
    }

    [TestCase(""","workdaysByMonth":[20,15,23,20,18,21,22,22,21,17,22]""", "calendar.monthMissing", "years.2027.workdaysByMonth")]
    [TestCase(""","workdaysByMonth":[20,16,23,21,20,21,22,22,21,17,22,22]""", "calendar.monthDiffers", "years.2027.workdaysByMonth[11]")]
    [TestCase(""","workdaysByMonth":{}""", "calendar.monthMissing", "years.2027.workdaysByMonth")]
    [TestCase(""","workdaysByMonth":["x",16,23,21,20,21,22,22,21,17,22,23]""", "calendar.monthDiffers", "years.2027.workdaysByMonth[0]")]
    [TestCase(""","workdayCount":1""", "calendar.countDiffers", "years.2027.workdayCount")]
    public void The_numbers_of_a_file_must_agree_with_its_days(string further, string code, string field)
    {
        var refused = Assert.Throws<Refused>(() => CalendarFile.Read(Notices.AsShipped(further: further)))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Does.Contain((code, field)));
    }

    [TestCase("""{"day":"2028-01-03","working":false,"nameZh":"元旦","nameEn":"New Year"}""", "calendar.otherYear", "days[27]", TestName = "A day outside the year is refused")]
    [TestCase("""{"day":"2027-01-01","working":false,"nameZh":"元旦","nameEn":"New Year"}""", "calendar.listedTwice", "days[27]", TestName = "A day listed twice is refused")]
    [TestCase("""{"day":"2027-01-01","working":true,"nameZh":"元旦","nameEn":"New Year"}""", "calendar.listedTwice", "days[27]", TestName = "A day that is off and worked is refused")]
    [TestCase("""{"day":"2027-03-01","working":true,"nameZh":"调休","nameEn":"Make-up"}""", "calendar.makeupOnWeekday", "days[27]", TestName = "A make-up day that is worked anyway is refused")]
    [TestCase("""{"day":"2027-02-29","working":false,"nameZh":"x","nameEn":"x"}""", "calendar.wrongDate", "days[27]", TestName = "A day that does not exist is refused")]
    [TestCase("""{"day":"2027-03-02","working":false,"nameZh":"","nameEn":"x"}""", "field.required", "days[27].nameZh", TestName = "A day without its name is refused")]
    [TestCase("7", "calendar.workingMissing", "days[27].working", TestName = "An entry that is no day is refused")]
    public void Entry(string entry, string code, string field)
    {
        var refused = Assert.Throws<Refused>(() => CalendarFile.Read(Notices.Short(and: entry)))!;

        Assert.That(refused.Problems.Select(p => (p.Code, p.Field)), Does.Contain((code, field)));
        Assert.That(refused.Problems.Select(p => p.Message.Zh), Is.All.Not.Empty);
    }

    [Test]
    public void A_weekend_listed_as_off_is_part_of_its_run() =>
        Assert.That(CalendarFile.Read(Notices.Short()).Years.Single().Exceptions.Count(e => !e.IsWorking && e.Day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday), Is.GreaterThan(5));

    [Test]
    public async Task Two_who_publish_by_the_same_preview_do_not_both_succeed()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        var seen = (await app.Send(new PreviewCalendar.Query(Notices.Short()), Person.Supervisor)).Edition;

        var outcomes = await Task.WhenAll(new[] { "示例甲", "示例乙", "示例丙" }.Select(async source =>
        {
            try
            {
                return (await app.Send(new PublishCalendar.Command(Notices.Short(source), seen))).Published ? "published" : "nothing new";
            }
            catch (Refused refused)
            {
                return refused.Problems.Single().Code;
            }
        }));

        Assert.That(outcomes.Order(), Is.EqualTo(new[] { "calendar.publishedMeanwhile", "calendar.publishedMeanwhile", "published" }));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM calendar_edition WHERE year = 2027"), Is.EqualTo(1));
    }

    [Test]
    public async Task Publications_at_once_are_all_on_record_one_after_the_other_and_the_last_is_in_force()
    {
        await using var app = await App.Start("2026-11-10 09:00");

        await Task.WhenAll(Enumerable.Range(1, 6).Select(async n =>
        {
            try
            {
                await app.Send(new PublishCalendar.Command(Notices.Short($"示例{n}")));
            }
            catch (Refused refused) when (refused.Status == RefusedAs.Conflict)
            {
                // On a server one of two at the same moment is told to look again.
            }
        }));

        var editions = await app.Rows<long>("SELECT id FROM calendar_edition WHERE year = 2027 ORDER BY id");
        Assert.That(editions, Is.EqualTo(Enumerable.Range(7, editions.Count)));
        Assert.That((Days(app).Edition, Days(app).IsWorkingDay(NewYear)), Is.EqualTo((editions[^1], false)));
    }

    [Test]
    public async Task What_another_process_publishes_is_noticed_while_the_program_is_up()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        app.OpenDoors();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            await db.Transact(async () =>
            {
                await db.Execute("INSERT INTO calendar_edition (id, year, source, published_at, published_by) VALUES (7, 2026, 'another process', '2026-11-10', 'test')");
                return await db.Execute("INSERT INTO calendar_exception (edition_id, day, is_working, name_zh, name_en) VALUES (7, '2026-11-11', 0, @zh, 'Off')", new { zh = "放假" });
            }, default);
        }

        Assert.That(Days(app).IsWorkingDay(new(2026, 11, 11)), Is.True);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(() => Days(app).IsWorkingDay(new(2026, 11, 11)), Is.False.After(60_000, 20));
    }

    [Test]
    public async Task A_calendar_read_before_a_publication_does_not_undo_it()
    {
        await using var app = await App.Start("2026-11-10 09:00");
        var old = Days(app);
        await app.Send(new PublishCalendar.Command(Notices.Short()));

        app.Services.GetRequiredService<CalendarInForce>().Replace(old);

        Assert.That(Days(app).Edition, Is.EqualTo(7));
    }

    [Test]
    public async Task A_year_that_comes_with_a_new_version_of_the_program_is_news_too()
    {
        var news = new News();
        await using var app = await App.Start("2026-11-10 09:00", listen: news.Listen);
        Assert.That(news.Heard, Is.Empty, "on the first start nobody has a date yet");

        await app.Send(new LoadCalendar.Command(CalendarFile.Read(Notices.Short())));
        await app.Send(new LoadCalendar.Command(CalendarFile.Read(Notices.Short("一份不同的来源"))));

        Assert.That(news.Heard.Single().Told.FirstDay, Is.EqualTo(NewYear));
        Assert.That(await app.Rows<string>("SELECT source FROM calendar_edition WHERE year = 2027"), Is.EqualTo(new[] { "示例〔2026〕1号" }), "a year that is there is left as it is");
    }

    [Test]
    public async Task Only_the_supervisor_publishes_and_closes()
    {
        await using var app = await App.Start("2026-11-10 09:00");

        foreach (var request in new IRequest<CalendarChanges>[]
                 {
                     new PublishCalendar.Command(Notices.Short()), new PreviewCalendar.Query(Notices.Short()),
                     new CloseZone.Command(new(2026, 11, 11), new(2026, 11, 11), "示例", "台风", "Typhoon"), new ReopenDay.Command(new(2026, 11, 11), "示例"),
                 })
        {
            var refused = Assert.ThrowsAsync<Refused>(() => app.Send(request, Person.Clerk))!;
            Assert.That(refused.Status, Is.EqualTo(RefusedAs.Forbidden));
        }
    }

    internal static WorkingDays Days(App app) => app.Services.GetRequiredService<CalendarInForce>().Current;

    /// <summary>Who listens to the news, as the deadlines will.</summary>
    internal sealed class News
    {
        public List<(CalendarPublished Told, bool InTransaction, long InForce)> Heard { get; } = [];

        public bool Fails { get; init; }

        public void Listen(IServiceCollection services) => services.AddTransient<INotificationHandler<CalendarPublished>>(p => new Listener(this, p.GetRequiredService<Db>(), p.GetRequiredService<CalendarInForce>()));

        private sealed class Listener(News news, Db db, CalendarInForce inForce) : INotificationHandler<CalendarPublished>
        {
            public Task Handle(CalendarPublished notification, CancellationToken cancellationToken)
            {
                if (news.Fails) throw new InvalidOperationException("It could not be carried through.");
                news.Heard.Add((notification, db.InTransaction, inForce.Current.Edition));
                return Task.CompletedTask;
            }
        }
    }

    private sealed class Keeper : INotificationHandler<CalendarPreviewed>
    {
        public Task Handle(CalendarPreviewed notification, CancellationToken cancellationToken)
        {
            notification.Consequences.Add(new($"{notification.FirstDay}", $"{Words.Day(notification.FirstDay)} to {Words.Day(notification.LastDay)}, edition {notification.Days.Edition}"));
            return Task.CompletedTask;
        }
    }
}
