using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
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

    [Test]
    public async Task A_registered_project_is_found_by_its_code_with_what_was_given()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var registered = await app.Send(Right, Person.Clerk);

        var facts = await app.Send(new FindProject("2601-510300-04-01-900001"), Person.Clerk);
        Assert.That(facts, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(facts!.Id, Is.EqualTo(registered.Id));
            Assert.That(facts.Enterprise, Is.EqualTo("示例科技有限公司"));
            Assert.That(facts.InvestmentFen, Is.EqualTo(125_000_000_000L));
            Assert.That(facts.LandAreaDm2, Is.EqualTo(8_000_000L));
            Assert.That(Measures.Mu(facts.LandAreaDm2), Is.EqualTo("120"));
        });
    }
}
