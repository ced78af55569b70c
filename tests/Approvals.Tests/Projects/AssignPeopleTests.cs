using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Portfolio;
using Approvals.Modules.Projects;
using Approvals.Tests.Access;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Projects;

/// <summary>Who manages a project and who serves it is said anew after it was registered.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AssignPeopleTests
{
    private static async Task<App> Start()
    {
        var app = await App.Start();
        foreach (var (login, name, role) in new[] { ("pm1", "经理甲", Role.ProjectManager), ("pm2", "经理乙", Role.ProjectManager), ("ag1", "代办丙", Role.Agent), ("ag2", "代办丁", Role.Agent) })
            await app.Send(new AddUser.Store(login, name, null, [role], "unusable", false));
        await app.Project();
        return app;
    }

    private static async Task<Person> Who(App app, string login, Role role) => new(await app.Value<long>("SELECT id FROM access_user WHERE login = @login", new { login }), login, null, role);

    private static AssignPeople.Command To(string? manager, string? agent) => new(manager, agent, "人员调整", Scene.ProjectCode);

    [Test]
    public async Task The_project_is_theirs_from_then_on_and_no_longer_the_others_and_the_record_and_the_people_know()
    {
        await using var app = await Start();
        await app.Send(To("pm1", "ag1"), Person.Supervisor);
        var (before, after) = (await Who(app, "pm1", Role.ProjectManager), await Who(app, "pm2", Role.ProjectManager));
        var portfolio = (await app.Send(new ShowPortfolio.Query(), before)).Totals.Projects;
        await app.Send(To("pm2", "ag1"), Person.Clerk);

        var told = await app.Rows<string>("SELECT u.login FROM messages_message m JOIN access_user u ON u.id = m.user_id WHERE m.message_key LIKE 'people:%' ORDER BY u.login");
        var detail = await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'Projects.AssignPeople' AND outcome = 'done' AND subject = @subject ORDER BY id", new { subject = $"project:{Scene.ProjectCode}" });
        Assert.Multiple(async () =>
        {
            Assert.That((await app.Send(new ListProjects.Query(), before)).Projects, Is.Empty);
            Assert.That((await app.Send(new ListProjects.Query(), after)).Projects, Has.Count.EqualTo(1));
            Assert.That((portfolio, (await app.Send(new ShowPortfolio.Query(), before)).Totals.Projects, (await app.Send(new ShowPortfolio.Query(), after)).Totals.Projects), Is.EqualTo((1, 0, 1)), "what the portfolio keeps in memory too");
            Assert.That(told, Is.EqualTo(new[] { "ag1", "pm1", "pm1", "pm2" }), "who takes it and who leaves it, and nobody whose part stays");
            Assert.That(detail[1], Does.Contain("经理甲（pm1）").And.Contain("经理乙（pm2）").And.Not.Contain("ag1"));
        });
    }

    [Test]
    public async Task Only_accounts_of_the_role_are_taken_and_the_reason_is_asked_for()
    {
        await using var app = await Start();
        Assert.That((await app.Refusal(new AssignPeople.Command("ag1", "pm1", " ", Scene.ProjectCode), Person.Supervisor)).Problems.Select(p => p.Field), Is.EqualTo(new[] { "reason", "manager", "agent" }));
        Assert.That((await app.Refusal(To(null, null), Person.Supervisor)).Code(), Is.EqualTo("project.samePeople"));
    }

    [Test]
    public async Task An_agent_passes_on_a_project_it_serves_and_no_other()
    {
        await using var app = await Start();
        await app.Send(To(null, "ag1"), Person.Supervisor);
        await app.Send(To(null, "ag2"), await Who(app, "ag1", Role.Agent));

        Assert.That((await app.Refusal(To(null, "ag1"), await Who(app, "ag1", Role.Agent))).Code(), Is.EqualTo("project.notYours"));
        Assert.That(await app.Value<string>("SELECT u.login FROM projects_project p JOIN access_user u ON u.id = p.agent_id"), Is.EqualTo("ag2"));
    }

    [Test]
    public async Task The_page_of_the_project_leads_there_and_back()
    {
        await using var app = await App.Start(environment: "Development");
        using var clerk = await app.SignedIn("clerk");
        var code = await app.Value<string>("SELECT MIN(code) FROM projects_project");
        var link = (await clerk.Page($"/projects/{code}")).QuerySelector("a[href$='/people']")!.GetAttribute("href")!;
        var was = await app.Value<long?>("SELECT agent_id FROM projects_project WHERE code = @code", new { code });
        using var sent = await clerk.Submit(link, "main form[method=post]", ("Manager", "manager"), ("Agent", was is null ? "agent" : ""), ("Reason", "人员调整"));

        Assert.That((int)sent.StatusCode, Is.EqualTo(302));
        Assert.That(await app.Value<long?>("SELECT agent_id FROM projects_project WHERE code = @code", new { code }), Is.Not.EqualTo(was));
    }
}
