using System.Net;
using System.Text;
using System.Text.Json;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Tests.Access;

namespace Approvals.Tests.Projects;

/// <summary>Projects and the catalogue as programs reach them.</summary>
[Parallelizable]
internal sealed class ProjectDoorsTests
{
    private const string Body = """
        { "code": "2601-510300-04-01-900001", "name": "电池厂 🔋（示例）", "enterprise": "示例科技有限公司", "creditCode": "91510300MA0000001Y",
          "processCode": "IND-REFORM", "investment": 125000, "investmentUnit": "wan", "landArea": 80000, "place": "高新区",
          "milestones": [{ "kind": "completed", "on": "2027-03-31" }] }
        """;

    [Test]
    public async Task A_program_registers_a_project_reports_on_it_and_reads_it_back()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var program = await Program(app, Role.Agent);

        using var created = await Post(program, "/api/projects", Body);
        using var reported = await Post(program, "/api/projects/2601-510300-04-01-900001/milestones", """{ "kind": "landAcquired", "on": "2026-03-02" }""");
        var project = JsonDocument.Parse(await program.GetStringAsync("/api/projects/2601-510300-04-01-900001")).RootElement;
        var list = JsonDocument.Parse(await program.GetStringAsync("/api/projects?search=2601")).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That((created.StatusCode, created.Headers.Location?.ToString()), Is.EqualTo((HttpStatusCode.Created, "/api/projects/2601-510300-04-01-900001")));
            Assert.That(reported.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(project.GetProperty("name").GetString(), Is.EqualTo("电池厂 🔋（示例）"));
            Assert.That(project.GetProperty("investmentYuan").GetDecimal(), Is.EqualTo(1_250_000_000m));
            Assert.That(project.GetProperty("landAreaMu").GetDecimal(), Is.EqualTo(120m));
            Assert.That(project.GetProperty("milestones").EnumerateArray().Select(m => m.GetProperty("kind").GetString()), Is.EqualTo(new[] { "landAcquired", "completed" }));
            Assert.That(project.GetProperty("landToStart").GetProperty("days").GetInt32(), Is.Zero);
            Assert.That(list.GetProperty("projects").GetArrayLength(), Is.EqualTo(1));
        });
    }

    [TestCase("\"2027-03-31\"", "\"2027-02-31\"", "body.unreadable", "milestones[0].on")]
    [TestCase("\"landArea\": 80000", "\"landArea\": -80000", "field.outOfRange", "landArea")]
    [TestCase("91510300MA0000001Y", "91510300MA00000019", "creditCode.checkCharacter", "creditCode")]
    [TestCase("\"place\"", "\"plaice\"", "body.unreadable", "plaice")]
    public async Task Bad_input_is_answered_with_its_code_and_field_and_nothing_is_written(string right, string wrong, string code, string field)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var program = await Program(app, Role.Agent);

        using var answer = await Post(program, "/api/projects", Body.Replace(right, wrong, StringComparison.Ordinal));

        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()), Is.EqualTo((code, field)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_project"), Is.Zero);
    }

    [Test]
    public async Task The_sizes_beside_the_form_are_said_while_they_are_typed_and_an_absurd_one_is_not()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        using var clerk = await app.SignedIn("clerk");

        var said = await clerk.GetStringAsync("/projects/new?handler=Sizes&investment=12500&investmentUnit=Wan&landArea=80000");
        var absurd = await clerk.GetStringAsync("/projects/new?handler=Sizes&investment=79228162514264337593543950335&investmentUnit=Wan");

        Assert.That((said, absurd), Is.EqualTo(("1.25 亿元 · 80,000 m²（120 亩）", "")));
    }

    [Test]
    public async Task A_program_reads_the_catalogue_and_a_plan()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var program = await Program(app, Role.Auditor);

        var plan = JsonDocument.Parse(await program.GetStringAsync("/api/catalogue/processes/IND-REFORM/plan?start=2026-03-02")).RootElement;
        var process = JsonDocument.Parse(await program.GetStringAsync("/api/catalogue/processes/IND-REFORM")).RootElement;
        var catalogue = JsonDocument.Parse(await program.GetStringAsync("/api/catalogue")).RootElement;
        var item = JsonDocument.Parse(await program.GetStringAsync("/api/catalogue/items/a08")).RootElement;
        using var unknown = await program.GetAsync(new Uri("/api/catalogue/items/Z99", UriKind.Relative));
        using var noDay = await program.GetAsync(new Uri("/api/catalogue/processes/IND-REFORM/plan?start=2026-02-31", UriKind.Relative));

        Assert.Multiple(() =>
        {
            Assert.That(plan.GetProperty("workingDays").GetInt32(), Is.EqualTo(25));
            Assert.That(plan.GetProperty("finish").GetString(), Is.EqualTo("2026-04-07"));
            Assert.That(process.GetProperty("changePercent").GetInt32(), Is.EqualTo(-75));
            Assert.That(catalogue.GetProperty("processes").GetArrayLength(), Is.EqualTo(2));
            Assert.That(item.GetProperty("versions")[0].GetProperty("promised").GetProperty("value").GetInt32(), Is.EqualTo(3));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(noDay.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        });
    }

    [Test]
    public async Task A_program_of_the_supervisor_publishes_and_one_of_an_agent_does_not()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        using var supervisor = await Program(app, Role.Supervisor);
        using var agent = await Program(app, Role.Agent, "agent");
        const string File = """{ "departments": [{ "code": "NEW", "nameZh": "新部门", "nameEn": "New department" }] }""";

        using var refused = await Post(agent, "/api/catalogue", File);
        using var dry = await Post(supervisor, "/api/catalogue?dryRun=true", File);
        using var done = await Post(supervisor, "/api/catalogue", File);

        Assert.Multiple(async () =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(JsonDocument.Parse(await dry.Content.ReadAsStringAsync()).RootElement.GetProperty("published").GetBoolean(), Is.False);
            Assert.That(JsonDocument.Parse(await done.Content.ReadAsStringAsync()).RootElement.GetProperty("edition").GetInt32(), Is.EqualTo(2));
        });
    }

    private static async Task<HttpClient> Program(App app, Role role, string login = "program")
    {
        await app.Send(new AddUser.Command(login, "程序", null, [role], "long enough 2026"));
        return app.Http(await app.Token(login, "程序"));
    }

    private static Task<HttpResponseMessage> Post(HttpClient program, string address, string body) =>
        program.PostAsync(new Uri(address, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
