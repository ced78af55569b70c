using System.Net;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;

namespace Approvals.Tests.Calendar;

/// <summary>The calendar as programs and people ask it.</summary>
[Parallelizable]
internal sealed class CalendarDoorsTests
{
    private const string Password = "long enough 2026";

    private App app = null!;
    private HttpClient program = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        app = await App.Start("2026-03-02 09:00");
        await app.Send(new AddUser.Command("clerk", "窗口", null, [Role.WindowClerk], Password));
        program = app.Http(await app.Token("clerk", "程序"));
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        program.Dispose();
        await app.DisposeAsync();
    }

    [TestCase("due?from=2026-09-30&days=20", """{"from":"2026-09-30","days":20,"due":"2026-11-03","status":"PUBLISHED","provisional":null,"unpublishedYears":[]}""")]
    [TestCase("due?from=2026-12-18&days=10", """{"from":"2026-12-18","days":10,"due":null,"status":"UNPUBLISHED","provisional":"2027-01-01","unpublishedYears":[2027]}""")]
    [TestCase("count?from=2026-02-13&to=2026-02-28", """{"from":"2026-02-13","to":"2026-02-28","workingDays":6,"status":"PUBLISHED","provisional":null,"unpublishedYears":[]}""")]
    [TestCase("count?from=2026-12-18&to=2027-01-01", """{"from":"2026-12-18","to":"2027-01-01","workingDays":null,"status":"UNPUBLISHED","provisional":10,"unpublishedYears":[2027]}""")]
    public async Task Programs_get_an_answer_or_UNPUBLISHED_and_never_a_silent_guess(string question, string answer) =>
        Assert.That(await program.GetStringAsync("/api/calendar/" + question), Is.EqualTo(answer));

    [TestCase("due?from=2026-02-31&days=5", "calendar.wrongDate", "from")]
    [TestCase("due?from=2026-02-28&days=-5", "calendar.wrongDays", "days")]
    [TestCase("due?from=2026-02-28&days=99999", "calendar.spanTooLong", "days")]
    [TestCase("due?from=1999-12-31&days=1", "calendar.dateOutside", "from")]
    [TestCase("due?days=1", "field.required", "from")]
    [TestCase("count?from=2026-03-02&to=2026-03-01", "calendar.rangeReversed", "to")]
    public async Task A_question_that_cannot_be_meant_is_a_problem_with_its_field(string question, string code, string field)
    {
        using var answer = await program.GetAsync("/api/calendar/" + question);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.BadRequest, "application/problem+json")));
        Assert.That((problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()), Is.EqualTo((code, field)));
    }

    [Test]
    public async Task A_year_is_told_with_its_named_days_and_an_unpublished_one_without_any()
    {
        var published = JsonDocument.Parse(await program.GetStringAsync("/api/calendar/2026")).RootElement;
        var unpublished = JsonDocument.Parse(await program.GetStringAsync("/api/calendar/2027")).RootElement;
        using var outside = await program.GetAsync("/api/calendar/1999");

        Assert.That(published.GetProperty("workingDays").GetInt32(), Is.EqualTo(248));
        Assert.That(published.GetProperty("makeUpDays").EnumerateArray().Select(d => d.GetProperty("date").GetString()), Is.EqualTo(new[] { "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10" }));
        Assert.That(unpublished.GetProperty("status").GetString(), Is.EqualTo("UNPUBLISHED"));
        Assert.That(unpublished.GetProperty("workingDays").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(unpublished.GetProperty("daysOff").GetArrayLength(), Is.Zero);
        Assert.That(outside.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Nobody_asks_without_a_token()
    {
        using var stranger = app.Http();
        using var answer = await stranger.GetAsync("/api/calendar/due?from=2026-09-30&days=20");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_year_view_names_its_days_and_marks_today()
    {
        using var clerk = await app.SignedIn("clerk", Password);

        var page = await (await clerk.GetAsync("/calendar")).Html();

        Assert.That(page.QuerySelectorAll("table.month"), Has.Length.EqualTo(12));
        Assert.That(page.QuerySelectorAll("table.month caption small").Select(c => c.TextContent), Is.EqualTo(new[] { 21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23 }.Select(n => $"{n} 个工作日")));
        Assert.That(page.QuerySelectorAll("td.off"), Has.Length.EqualTo(33));
        Assert.That(page.QuerySelectorAll("td.make"), Has.Length.EqualTo(6));
        Assert.That(page.QuerySelectorAll("td.off").Select(c => c.GetAttribute("title")).Distinct(), Is.EqualTo(new[] { "元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节" }));
        Assert.That(page.QuerySelector("td[aria-current=date]")!.TextContent, Is.EqualTo("2"));
    }

    [Test]
    public async Task An_unpublished_year_says_so_and_counts_nothing()
    {
        using var clerk = await app.SignedIn("clerk", Password);

        var page = await (await clerk.GetAsync("/calendar/2027")).Html();

        Assert.That(page.QuerySelector(".notice-warn")!.TextContent, Does.Contain("2027 年的放假通知尚未发布"));
        Assert.That(page.QuerySelectorAll("td.off, td.make, caption small"), Is.Empty);
    }

    [Test]
    public async Task The_two_questions_are_answered_without_script()
    {
        using var clerk = await app.SignedIn("clerk", Password);

        var due = await (await clerk.GetAsync("/calendar/2026?from=2026-09-30&days=20")).Html();
        var provisional = await (await clerk.GetAsync("/calendar/2026?from=2026-12-18&days=10")).Html();
        var count = await (await clerk.GetAsync("/calendar/2026?start=2026-02-13&end=2026-02-28")).Html();

        Assert.That(due.QuerySelector("#due-answer strong")!.TextContent, Is.EqualTo("2026-11-03（周二）"));
        Assert.That(provisional.QuerySelector("#due-answer .notice-warn")!.TextContent, Does.Contain("不能确定").And.Contain("2027-01-01"));
        Assert.That(count.QuerySelector("#count-answer strong")!.TextContent, Is.EqualTo("6 个工作日"));
    }

    [Test]
    public async Task A_wrong_date_keeps_the_page_and_says_what_is_wrong()
    {
        using var clerk = await app.SignedIn("clerk", Password);

        using var answer = await clerk.GetAsync("/calendar/2026?from=2026-02-31&days=20");
        var page = await answer.Html();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(page.QuerySelector("#due-answer [role=alert]")!.TextContent, Does.Contain("2026-02-31"));
        Assert.That(page.QuerySelector("#days")!.GetAttribute("value"), Is.EqualTo("20"));
    }
}
