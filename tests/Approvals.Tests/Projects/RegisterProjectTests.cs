using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.Projects;

[Parallelizable]
internal sealed class RegisterProjectTests
{
    /// <summary>A right command, to be spoilt by each test in one place.</summary>
    internal static readonly RegisterProject.Command Right = new(
        Code: "2601-510300-04-01-900001",
        Name: "精密结构件厂房一期（示例）",
        Enterprise: "示例科技有限公司",
        CreditCode: "91510300MA0000001Y",
        ProcessCode: "IND-REFORM",
        Investment: 125_000m,
        InvestmentUnit: RegisterProject.MoneyUnit.Wan,
        LandArea: 80_000m,
        Place: "高新区示例路");

    private static readonly (string Name, RegisterProject.Command Command, string Field, string Said)[] Wrong =
    [
        ("code missing", Right with { Code = " " }, "code", "required"),
        ("code too short", Right with { Code = "2601-510300-04-01-90000" }, "code", "24 characters"),
        ("code full-width", Right with { Code = "２601-510300-04-01-900001" }, "code", "full-width"),
        ("code with letters", Right with { Code = "2601-510300-04-01-90000A" }, "code", "Character 24 “A”"),
        ("name missing", Right with { Name = "" }, "name", "required"),
        ("name of 200 Chinese characters", Right with { Name = new string('项', 200) }, "name", "at most 100 characters; it has 200"),
        ("enterprise too long", Right with { Enterprise = new string('企', 101) }, "enterprise", "at most 100"),
        ("credit code with a wrong check character", Right with { CreditCode = "91510300MA00000019" }, "creditCode", "must be “Y”"),
        ("process unknown", Right with { ProcessCode = "IND-1999" }, "processCode", "IND-1999"),
        ("investment missing", Right with { Investment = null }, "investment", "required"),
        ("investment negative", Right with { Investment = -1 }, "investment", "between"),
        ("investment below a fen", Right with { Investment = 1.005m, InvestmentUnit = RegisterProject.MoneyUnit.Yuan }, "investment", "2 decimal places"),
        ("investment in wan below a fen", Right with { Investment = 1.0000005m }, "investment", "6 decimal places"),
        ("area negative", Right with { LandArea = -80_000m }, "landArea", "between"),
        ("area zero", Right with { LandArea = 0 }, "landArea", "between"),
        ("area too fine", Right with { LandArea = 0.125m }, "landArea", "2 decimal places"),
        ("place missing", Right with { Place = "" }, "place", "required"),
        ("phase without a name", Right with { Phases = ["一期", ""] }, "phases[1]", "required"),
        ("phase twice", Right with { Phases = ["一期", "一期"] }, "phases", "same name"),
        ("plan for an unknown phase", Right with { Milestones = [new(MilestoneKind.Completed, new(2027, 1, 1), 1)] }, "milestones[0].phase", "phase 1"),
        ("manager unknown", Right with { Manager = "nobody" }, "manager", "nobody"),
    ];

    [Test]
    public async Task A_registered_project_is_found_by_its_code_with_what_was_given()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var registered = await app.Send(Right with { Code = "  2601-510300-04-01-900001 ", CreditCode = "91510300ma0000001y" }, Person.Clerk);

        var facts = await app.Send(new FindProject("2601-510300-04-01-900001"), Person.Clerk);
        Assert.That(facts, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(facts!.Id, Is.EqualTo(registered.Id));
            Assert.That(facts.Enterprise, Is.EqualTo("示例科技有限公司"));
            Assert.That(facts.CreditCode, Is.EqualTo("91510300MA0000001Y"));
            Assert.That(facts.InvestmentFen, Is.EqualTo(125_000_000_000L));
            Assert.That(facts.LandAreaDm2, Is.EqualTo(8_000_000L));
            Assert.That(Measures.Mu(facts.LandAreaDm2), Is.EqualTo("120"));
        });
    }

    [Test]
    public async Task Money_and_area_are_kept_to_the_last_place()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Right with { Investment = 123_456_789.01m, InvestmentUnit = RegisterProject.MoneyUnit.Yuan, LandArea = 66_666.67m }, Person.Clerk);
        await app.Send(Right with { Code = "2601-510300-04-01-900002", Investment = 0.000001m }, Person.Clerk);

        var first = await app.Send(new FindProject("2601-510300-04-01-900001"), Person.Clerk);
        var second = await app.Send(new FindProject("2601-510300-04-01-900002"), Person.Clerk);

        Assert.That((first!.InvestmentFen, first.LandAreaDm2, second!.InvestmentFen), Is.EqualTo((12_345_678_901L, 6_666_667L, 1L)));
    }

    [Test]
    public async Task An_emoji_in_a_name_comes_back_whole()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Right with { Name = "电池厂 🔋👨‍👩‍👧" }, Person.Clerk);
        Assert.That((await app.Send(new FindProject(Right.Code), Person.Clerk))!.Name, Is.EqualTo("电池厂 🔋👨‍👩‍👧"));
    }

    [Test]
    public async Task What_is_wrong_is_refused_at_its_field_and_nothing_is_written()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        foreach (var (name, command, field, said) in Wrong)
        {
            var refused = Assert.ThrowsAsync<Refused>(() => app.Send(command, Person.Clerk), name);
            Assert.That(refused!.Problems.Select(p => p.Field), Is.EqualTo(new[] { field }), name);
            Assert.That(refused.Problems[0].Message.En, Does.Contain(said), name);
        }

        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_project"), Is.Zero);
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_enterprise"), Is.Zero);
    }

    [Test]
    public async Task Everything_wrong_is_told_at_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(Right with { Code = "1", Name = "", CreditCode = "2", LandArea = -1 }, Person.Clerk));
        Assert.That(refused!.Problems.Select(p => p.Field), Is.EquivalentTo(new[] { "code", "name", "creditCode", "landArea" }));
    }

    [Test]
    public async Task A_code_is_registered_once_and_the_refusal_says_nothing_of_the_project_but_its_code()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Right, Person.Clerk);
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(Right with { Name = "另一个" }, Person.OtherClerk));
        Assert.That(refused!.Status, Is.EqualTo(RefusedAs.Conflict));
        Assert.That(refused.Problems[0].Message.Zh, Does.Contain(Right.Code).And.Not.Contain("精密结构件厂房一期（示例）"), "it may be another's");
    }

    [Test]
    public async Task Of_many_who_register_one_code_at_once_one_succeeds()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await app.Send(Right with { Name = $"项目 {i}" }, Person.Clerk);
                return RefusedAs.Invalid;
            }
            catch (Refused refused)
            {
                return refused.Status;
            }
        }));

        Assert.That(outcomes.Count(o => o == RefusedAs.Conflict), Is.EqualTo(7));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_project"), Is.EqualTo(1));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_enterprise"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_name_an_enterprise_was_registered_with_stands()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Right, Person.Clerk);
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(Right with { Code = "2601-510300-04-01-900002", Enterprise = "别的公司" }, Person.Clerk));
        Assert.That(refused!.Problems[0].Field, Is.EqualTo("enterprise"));
        Assert.That(refused.Problems[0].Message.Zh, Does.Contain("示例科技有限公司"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_project"), Is.EqualTo(1));
    }

    [Test]
    public async Task Projects_are_found_by_the_start_of_a_code_or_part_of_a_name()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Send(Right, Person.Clerk);
        await app.Send(Right with { Code = "2602-510300-04-01-900002", Name = "Battery 100% [二期]" }, Person.Clerk);
        async Task<int> Found(string search) => (await app.Send(new ListProjects.Query(search), Person.Leader)).Projects.Count;

        Assert.Multiple(async () =>
        {
            Assert.That(await Found("2602-"), Is.EqualTo(1));
            Assert.That(await Found("510300"), Is.Zero, "a code is found by its start");
            Assert.That(await Found("结构件"), Is.EqualTo(1));
            Assert.That(await Found("示例科技"), Is.EqualTo(2));
            Assert.That(await Found("bATTERY"), Is.EqualTo(1));
            Assert.That(await Found("100%"), Is.EqualTo(1));
            Assert.That(await Found("%"), Is.EqualTo(1), "a percent sign is itself");
            Assert.That(await Found("[二"), Is.EqualTo(1));
            Assert.That(await Found("_"), Is.Zero);
        });
    }

    [Test]
    public async Task Pages_of_the_list_follow_each_other_without_gap_or_repeat()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        for (var i = 1; i <= 5; i++) await app.Send(Right with { Code = $"2601-510300-04-01-90000{i}" }, Person.Clerk);

        var first = await app.Send(new ListProjects.Query(Rows: 2), Person.Leader);
        var second = await app.Send(new ListProjects.Query(Before: first.Next, Rows: 2), Person.Leader);
        var third = await app.Send(new ListProjects.Query(Before: second.Next, Rows: 2), Person.Leader);

        Assert.That(first.Projects.Concat(second.Projects).Concat(third.Projects).Select(p => p.Code[^1]), Is.EqualTo("54321"));
        Assert.That(third.Next, Is.Null);
        foreach (var rows in new[] { -1, 0, 51, 100_000 })
        {
            var refused = await app.Refusal(new ListProjects.Query(Rows: rows), Person.Leader);
            Assert.That((refused.Status, refused.Problems.Single().Field), Is.EqualTo((RefusedAs.Invalid, "rows")), $"{rows}");
        }
    }
}
