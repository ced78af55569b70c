using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;

namespace Approvals.Tests.Land;

[Parallelizable]
internal sealed class LandPagesTests
{
    private const string Password = "Window-Words-2026";

    [Test]
    public async Task The_page_shows_the_steps_the_surveys_and_what_is_owed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover(price: 6_000_000.50m, site: false);
        await app.Survey(312.30m, "2026-02-27");
        using var officer = await Account(app, "gwhjs1", Role.Reviewer, "GWHJS");

        var page = await officer.Page("/land/A-07");

        var steps = page.QuerySelectorAll("ol.stepper > li");
        Assert.Multiple(() =>
        {
            Assert.That(steps.Select(s => s.QuerySelector(".code")!.TextContent), Is.EqualTo(new[] { "L08", "L09", "L09", "L10", "L12", "L11", "L13" }));
            Assert.That(steps.Select(s => s.ClassName), Is.EqualTo(new[] { "done", "missing", "done", "blocked", "done", "waiting", "waiting" }));
            Assert.That(page.QuerySelector("section[aria-labelledby=payments]")!.TextContent, Does.Contain("尚欠价款 5,999,999.50 元"));
            var cells = page.QuerySelectorAll("section[aria-labelledby=surveys] tbody tr")[0].Children.Select(c => c.TextContent.Trim()).ToList();
            Assert.That(cells, Is.EqualTo(new[] { "第 1 次", "2026-02-27", "312.500", "312.300", "-0.200", "超差", "示例测绘院" }));
            Assert.That(page.QuerySelectorAll("svg.level .pt1"), Has.Length.EqualTo(1), "out of tolerance is a square");
            Assert.That(page.QuerySelectorAll("details.choice[open]").Select(d => d.Id), Is.EqualTo(new[] { "do-levelling" }), "the one thing to do next");
            Assert.That(page.QuerySelector("#do-both"), Is.Null, "title on the day is not offered yet");
            Assert.That(page.QuerySelectorAll("ul.gate > li.no"), Has.Length.EqualTo(2));
        });
    }

    [Test]
    public async Task Handover_with_title_is_done_from_the_page()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        using var officer = await Officer(app);

        using var answer = await officer.Submit("/land/A-07", "#do-both form",
            ("both.ConfirmationNumber", "JD-2026-07"), ("both.CertificateNumber", "示例证-0007"), ("both.HandedOverOn", "2026-03-02"), ("both.ConfirmedBy", "自规、企业、管委会"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await answer.Content.ReadAsStringAsync());
        var parcel = await app.Parcel07();
        Assert.That((parcel.Handover!.Number, parcel.Title!.CertificateNumber), Is.EqualTo(("JD-2026-07", "示例证-0007")));
        var page = await officer.Page("/land/A-07");
        Assert.That(page.QuerySelectorAll("details.choice").Where(d => d.Closest("table") is null), Is.Empty, "nothing is left to do but to put a payment right");
    }

    [Test]
    public async Task A_refused_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        await app.Do(Ground.Contract);
        using var officer = await Officer(app);

        using var answer = await officer.Submit("/land/A-07", "#do-price form", ("price.AmountYuan", "12000000.01"), ("price.PaidOn", "2026-02-31"), ("price.Voucher", "JK-9"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "31 February is no day");

        using var again = await officer.Submit("/land/A-07", "#do-price form", ("price.AmountYuan", "12000000.01"), ("price.PaidOn", "2026-02-27"), ("price.Voucher", "JK-9"));
        var page = await again.Html();
        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelector("#price-AmountYuan")!.GetAttribute("value"), Is.EqualTo("12000000.01"));
            Assert.That(page.QuerySelector("#price-AmountYuan-error")!.TextContent, Does.Contain("12,000,000.00"));
            Assert.That(page.QuerySelectorAll("details.choice[open]").Select(d => d.Id), Is.EqualTo(new[] { "do-price" }));
        });
        Assert.That((await app.Parcel07()).Payments, Is.Empty);
    }

    [Test]
    public async Task An_auditor_sees_the_parcel_and_no_form()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.BringToHandover();
        using var auditor = await Account(app, "auditor1", Role.Auditor);

        Assert.That((await auditor.Page("/land/A-07")).QuerySelectorAll("main form"), Is.Empty);
        Assert.That((await auditor.Page("/land")).QuerySelectorAll("main form"), Is.Empty);
    }

    [Test]
    public async Task The_list_is_empty_with_advice_then_holds_the_registered_parcel()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Projects.RegisterProjectTests.Right, Person.Clerk);
        using var officer = await Officer(app);
        Assert.That((await officer.Page("/land")).QuerySelector(".empty")!.TextContent, Does.Contain("登记地块"));

        using var answer = await officer.Submit("/land", "#open form",
            ("open.ProjectCode", Ground.Project), ("open.Number", "A-07"), ("open.AreaM2", "80000"), ("open.RequiredLevelM", "312.5"), ("open.ToleranceMm", "100"));

        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/land/A-07"));
        var row = (await officer.Page("/land")).QuerySelector("table.data tbody tr")!;
        Assert.That(row.TextContent, Does.Contain("A-07").And.Contain("120 亩").And.Contain("签订出让合同").And.Contain("还差 5 项"));
    }

    [Test]
    public async Task The_API_lists_everything_missing_as_problem_details()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.OpenParcel();
        using var officer = await Officer(app);
        var token = await Token(app, officer);

        using var program = app.Http(token);
        using var answer = await program.PostAsync("/api/land/parcels/a-07/handover-with-title", new StringContent(
            """{"confirmationNumber":"JD-1","certificateNumber":"ZS-1","handedOverOn":"2026-03-02","confirmedBy":"三方"}""", System.Text.Encoding.UTF8, "application/json"));

        using var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.RootElement.GetProperty("errors").GetArrayLength(), Is.EqualTo(5));
    }

    private static Task<HttpClient> Officer(App app) => Account(app, "zrzy1", Role.Reviewer, "ZRZY");

    private static async Task<HttpClient> Account(App app, string login, Role role, string? department = null)
    {
        await app.Send(new AddUser.Command(login, "示例账号", department, [role], Password));
        return await app.SignedIn(login, Password);
    }

    private static async Task<string> Token(App app, HttpClient officer)
    {
        using var answer = await officer.Submit("/account", "form[action*=Create]", ("Name", "测试"), ("Scopes", "Read"), ("Scopes", "Land"));
        return (await answer.Html()).QuerySelector(".notice code")!.TextContent;
    }
}
