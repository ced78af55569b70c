using Approvals.Database;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Countersigning;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using MediatR;

namespace Approvals.Tests.Projects;

/// <summary>更正项目名称、企业名称.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CorrectProjectTests
{
    private const string Other = "2601-510300-04-01-900002";
    private const string Name = "精密结构件厂房（示例）ABC";

    [Test]
    public async Task A_name_noticed_at_once_is_put_right_and_found_by_what_it_says_now()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        await app.Send(new CorrectProject.Command(Name, null, "漏字", Scene.ProjectCode), Person.Clerk);

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Send(new ListProjects.Query("abc"), Person.Clerk)).Projects.Select(p => p.Name), Is.EqualTo(new[] { Name }));
            Assert.That((await app.Send(new ListProjects.Query("厂房一期"), Person.Clerk)).Projects, Is.Empty);
            Assert.That((await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'Projects.CorrectProject' AND outcome = 'done'")).Single(), Does.Contain("精密结构件厂房一期（示例）").And.Contain(Name).And.Contain("漏字"));
        });
    }

    [Test]
    public async Task An_enterprise_has_one_name_for_all_its_projects_which_has_stood_since_the_first_of_them()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        app.SetTime("2026-03-09 09:00");
        await app.Project(Other);

        var asked = await app.Ask(new CorrectProject.Command(null, "示例科技股份有限公司", "登记错", Other), Person.Clerk);
        var preview = (await app.Send(new ShowRequest.Query(asked), Person.Supervisor)).Preview.Select(l => l.Zh).ToList();
        await app.Countersign(asked, Person.Supervisor);

        var found = (await app.Send(new ListProjects.Query("股份"), Person.Clerk)).Projects;
        Assert.That(preview, Is.EqualTo(new[] { "该企业另有 1 个项目，企业名称一并更正" }));
        Assert.That(found.Select(p => p.Enterprise), Is.EqualTo(new[] { "示例科技股份有限公司", "示例科技股份有限公司" }));
    }

    /// <summary>The page sends both names; the one that stays as it is has not been touched.</summary>
    [Test]
    public async Task The_name_of_a_new_project_is_put_right_at_once_though_its_enterprise_has_long_had_another()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        app.SetTime("2026-03-09 09:00");
        await app.Project(Other);
        var enterprise = await app.Value<string>("SELECT name FROM projects_enterprise");

        await app.Send(new CorrectProject.Command(Name, enterprise, "漏字", Other), Person.Clerk);
        app.SetTime("2026-03-16 09:00");
        var asked = await app.Ask(new CorrectProject.Command("又一个名称（示例）", enterprise, "漏字", Other), Person.Clerk);

        Assert.That((await app.Send(new ShowRequest.Query(asked), Person.Supervisor)).Preview, Is.Empty, "no other project is touched");
        Assert.That(await app.Rows<string>("SELECT name FROM projects_project ORDER BY code"), Is.EqualTo(new[] { "精密结构件厂房一期（示例）", Name }));
    }

    [Test]
    public async Task What_is_wrong_with_it_is_told_by_field_and_a_foreign_project_is_shut()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new CorrectProject.Command(new string('长', 101), " ", " ", Scene.ProjectCode), Person.Clerk)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.tooLong", "name"), ("field.required", "reason") }));
            Assert.That((await app.Refusal(new CorrectProject.Command(null, new string('长', 101), "写错", Scene.ProjectCode), Person.Clerk)).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.tooLong", "enterprise") }));
            Assert.That((await app.Refusal(new CorrectProject.Command(null, null, "无", Scene.ProjectCode), Person.Clerk)).Code(), Is.EqualTo("correction.same"));
            Assert.That((await app.Refusal(new CorrectProject.Command(Name, null, "漏字", Scene.ProjectCode, "旧名（旧企业）"), Person.Clerk)).Code(), Is.EqualTo("correction.moved"));
            Assert.That((await app.Refusal(new CorrectProject.Command(Name, null, "漏字", Scene.ProjectCode), Person.Agent)).Code(), Is.EqualTo("project.notYours"));
            Assert.That((await app.Refusal(new CorrectProject.Command(Name, null, "漏字", "没有"), Person.Clerk)).Code(), Is.EqualTo("project.unknown"));
        });
    }

    [Test]
    public async Task The_page_of_the_project_leads_to_it_and_its_history_says_what_it_was_called()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Has("reads", Role.Auditor);
        await app.Project();
        using var clerk = await app.SignedIn("desk", Telling.Password);
        using var auditor = await app.SignedIn("reads", Telling.Password);
        var url = $"/projects/{Scene.ProjectCode}";
        var link = (await clerk.Page(url)).QuerySelector($"a[href='{url}/names']");

        using var wrong = await clerk.Submit($"{url}/names", "#correct-names", ("Name", ""), ("Enterprise", ""), ("Reason", "漏字"));
        using var right = await clerk.Submit($"{url}/names", "#correct-names", ("Name", Name), ("Reason", "漏字"));

        var page = await clerk.Page(url);
        Assert.Multiple(async () =>
        {
            Assert.That(link, Is.Not.Null);
            Assert.That((await auditor.Page(url)).QuerySelector($"a[href='{url}/names']"), Is.Null);
            Assert.That((await wrong.Html()).QuerySelector("#Name-error")!.TextContent, Does.Contain("没有要更正的内容"));
            Assert.That(page.QuerySelector("h1")!.TextContent, Is.EqualTo(Name));
            Assert.That(page.QuerySelector("#history")!.TextContent, Does.Contain($"精密结构件厂房一期（示例） → {Name}"));
        });
    }

    [Test]
    public async Task A_project_is_found_by_both_of_its_names_where_each_is_corrected_at_once_by_another()
    {
        var meanwhile = new Meanwhile();
        await using var app = await App.Start("2026-03-02 09:00", listen: services => services.AddSingleton(meanwhile).AddTransient<IRequestHandler<FindProject, ProjectFacts?>, RenamedMeanwhile>());
        await app.Project();
        meanwhile.Now = true;

        await app.Send(new CorrectProject.Command(Name, null, "漏字", Scene.ProjectCode), Person.Clerk);

        Assert.Multiple(async () =>
        {
            foreach (var part in new[] { "abc", "股份" })
                Assert.That((await app.Send(new ListProjects.Query(part), Person.Clerk)).Projects.Select(p => (p.Name, p.Enterprise)), Is.EqualTo(new[] { (Name, "示例股份") }), part);
        });
    }

    private sealed class Meanwhile
    {
        public bool Now { get; set; }
    }

    /// <summary>Between the look at a project and what is written of it its enterprise gets another name, as by another connection of a server.</summary>
    private sealed class RenamedMeanwhile(IServiceProvider services, Db db, Meanwhile meanwhile) : IRequestHandler<FindProject, ProjectFacts?>
    {
        public async Task<ProjectFacts?> Handle(FindProject query, CancellationToken ct)
        {
            var real = typeof(RegisterProject).Assembly.GetTypes().Single(t => t != typeof(RenamedMeanwhile) && t.IsAssignableTo(typeof(IRequestHandler<FindProject, ProjectFacts?>)));
            var found = await ((IRequestHandler<FindProject, ProjectFacts?>)ActivatorUtilities.CreateInstance(services, real)).Handle(query, ct);
            if (!meanwhile.Now || !db.InTransaction) return found;
            meanwhile.Now = false;
            await db.Execute("UPDATE projects_enterprise SET name = @name", new { name = "示例股份" }, ct);
            return found;
        }
    }
}
