using Approvals.Modules.OneWindow;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.OneWindow;

/// <summary>An applicant's phone number and query code are shown to those who must reach the applicant, and to nobody else.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PersonalDataTests
{
    [Test]
    public async Task The_window_the_department_of_a_case_and_the_projects_agent_see_them_and_others_see_them_masked()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01");
        await app.Change("UPDATE onewindow_application SET applicant_phone = '13812341234'");
        await app.Change("UPDATE projects_project SET manager_id = 4, agent_id = 3");
        var code = await app.Value<string>("SELECT query_code FROM onewindow_application");

        foreach (var who in new[] { Person.Clerk, Person.Agent, Person.Reviewer("FGJX"), Person.Head("FGJX"), Person.System })
        {
            var head = (await app.Send(new GetApplication.Query(application.Number), who)).Head;
            Assert.That((head.ApplicantPhone, head.QueryCode), Is.EqualTo(("13812341234", code)), who.Name);
        }

        foreach (var who in new[] { Person.Supervisor, Person.Leader, Person.Auditor, Person.Manager, Person.Reviewer("QX"), Person.Head("ZRZY") })
        {
            var head = (await app.Send(new GetApplication.Query(application.Number), who)).Head;
            Assert.That((head.ApplicantPhone, head.QueryCode), Is.EqualTo(("138****1234", Personal.Hidden)), who.Name);
        }
    }

    /// <summary>Who approves is told that somebody else was faster, and need not have the applicant's phone.</summary>
    [Test]
    public async Task A_correction_that_came_too_late_says_the_name_and_no_phone()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        app.SetTime("2026-03-09 09:00");
        var first = await app.Ask(new CorrectApplicant.Command("示例甲", "13812341234", "听错", number), Person.Clerk);
        var second = await app.Ask(new CorrectApplicant.Command("示例乙", "13812349999", "听错", number), Person.Clerk);
        await app.Countersign(second, Person.Supervisor);

        var refused = Assert.ThrowsAsync<Refused>(() => app.Countersign(first, Person.Supervisor))!;

        var said = string.Join(' ', refused.Problems.SelectMany(p => new[] { p.Message.Zh, p.Message.En }));
        Assert.That(said, Does.Contain("示例乙 138****9999").And.Not.Contain("13812349999").And.Not.Contain("0813-0000000"));
    }

    [TestCase("13812341234", "138****1234")]
    [TestCase("0813-0000000", "081****0000")]
    [TestCase("12345678", Personal.Hidden)]
    public void A_masked_number_tells_two_apart_and_no_more(string number, string masked) =>
        Assert.That(Personal.Phone(number), Is.EqualTo(masked));

    [Test]
    public async Task The_pages_of_an_application_say_no_more_than_its_reader_may_know()
    {
        await using var app = await App.Start(environment: "Development");
        var (number, code) = ((await app.Rows<string>("SELECT number FROM onewindow_application ORDER BY id"))[0], (await app.Rows<string>("SELECT query_code FROM onewindow_application ORDER BY id"))[0]);

        foreach (var (login, shown) in new[] { ("clerk", true), ("agent", true), ("supervisor", false), ("leader", false), ("auditor", false), ("manager", false) })
        {
            using var browser = await app.SignedIn(login);
            foreach (var url in new[] { $"/applications/{number}", $"/applications/{number}/receipt" })
            {
                var page = await browser.GetStringAsync(url);
                Assert.That(page.Contains("0813-0000000", StringComparison.Ordinal), Is.EqualTo(shown), $"{login} {url}");
                Assert.That(page.Contains(code, StringComparison.Ordinal), Is.EqualTo(shown), $"{login} {url}");
            }
        }
    }
}
