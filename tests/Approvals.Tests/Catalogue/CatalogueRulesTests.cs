using System.Text.Json.Nodes;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Web;

namespace Approvals.Tests.Catalogue;

[Parallelizable(ParallelScope.All)]
internal sealed class CatalogueRulesTests
{
    private const string Small = """
        {
          "departments": [{ "code": "D1", "nameZh": "部门", "nameEn": "Department" }],
          "documents": [{ "code": "M1", "nameZh": "材料", "nameEn": "Document" }],
          "items": [
            { "code": "A01", "version": 1, "effectiveFrom": "2021-01-01", "nameZh": "一", "nameEn": "One", "department": "D1", "kind": "permit",
              "statutory": { "limit": 20, "unit": "wd" }, "promised": { "limit": 3, "unit": "wd" }, "documents": ["M1"], "resultZh": "证", "resultEn": "Paper" },
            { "code": "A02", "version": 1, "effectiveFrom": "2021-01-01", "nameZh": "二", "nameEn": "Two", "department": "D1", "kind": "permit",
              "promised": { "limit": 4, "unit": "wd" }, "resultZh": "证", "resultEn": "Paper" },
            { "code": "A03", "version": 1, "effectiveFrom": "2021-01-01", "nameZh": "三", "nameEn": "Three", "department": "D1", "kind": "permit",
              "promised": { "limit": 5, "unit": "wd" }, "resultZh": "证", "resultEn": "Paper" }
          ],
          "processes": [
            { "code": "P", "version": 1, "effectiveFrom": "2021-01-01", "nameZh": "流程", "nameEn": "Process", "standardType": 6,
              "baselineWorkingDays": 100, "landToStartBaselineWorkingDays": 167,
              "stages": [{ "stage": 1, "nameZh": "阶段", "nameEn": "Stage", "limit": 10 }],
              "items": [
                { "item": "A01", "stage": 1 },
                { "item": "A02", "stage": 1, "prerequisites": ["A01"] },
                { "item": "A03", "stage": 1, "prerequisites": ["A02"] }
              ] }
          ]
        }
        """;

    [Test]
    public void A_right_catalogue_is_taken() => Assert.That(Problems(_ => { }), Is.Empty);

    [Test]
    public void The_shipped_catalogue_is_right() =>
        Assert.That(Publication.Of(CatalogueFile.Shipped(), CatalogueSnapshot.Empty, null).Items, Has.Count.EqualTo(47));

    [Test]
    public void A_cycle_is_named_by_its_path()
    {
        var problems = Problems(f => f["processes"]![0]!["items"]![1]!["prerequisites"] = new JsonArray("A01", "A03"));
        Assert.That(problems.Single().Code, Is.EqualTo("catalogue.cycle"));
        Assert.That(problems.Single().Message.En, Does.Contain("A02 → A03 → A02"));
    }

    [Test]
    public void An_item_that_needs_itself_is_a_cycle()
    {
        var problems = Problems(f => f["processes"]![0]!["items"]![0]!["prerequisites"] = new JsonArray("A01"));
        Assert.That(problems.Single().Message.En, Does.Contain("A01 → A01"));
    }

    [TestCase("processes.0.items.1.prerequisites", "[\"A99\"]", "catalogue.unknownPrerequisite", "A99")]
    [TestCase("processes.0.items.0.item", "\"A99\"", "catalogue.unknownItem", "A99")]
    [TestCase("items.0.statutory.limit", "501", "catalogue.limit", "500")]
    [TestCase("items.0.documents", "[\"M9\"]", "catalogue.unknownDocument", "M9")]
    [TestCase("items.0.department", "\"D9\"", "catalogue.unknownDepartment", "D9")]
    [TestCase("processes.0.items.0.stage", "3", "catalogue.unknownStage", "A01")]
    [TestCase("items.1.code", "\"A01\"", "catalogue.duplicate", "A01")]
    [TestCase("processes.0.items.1.item", "\"A01\"", "catalogue.duplicate", "A01")]
    [TestCase("items.0.promised.limit", "0", "catalogue.limit", "A01")]
    [TestCase("items.0.promised.limit", "-3", "catalogue.limit", "A01")]
    [TestCase("items.0.promised.limit", "null", "catalogue.limit", "A01")]
    [TestCase("items.0.promised", "null", "catalogue.limitMissing", "A01")]
    [TestCase("items.0.promised.unit", "\"days\"", "catalogue.limitUnit", "A01")]
    [TestCase("items.0.promised.unit", "\"cd\"", "catalogue.limitUnit", "A01")]
    [TestCase("items.0.statutory.limit", "2", "catalogue.longerThanStatutory", "A01")]
    [TestCase("items.2.promised.limit", "11", "catalogue.longerThanStage", "A03")]
    [TestCase("processes.0.stages.0.limit", "51", "catalogue.stageLimit", "51")]
    [TestCase("processes.0.stages.0.limit", "0", "catalogue.stageLimit", "0")]
    [TestCase("processes.0.stages.0.limit", "null", "catalogue.stageLimit", "missing")]
    [TestCase("items.0.effectiveTo", "\"2020-12-31\"", "catalogue.datesOutOfOrder", "A01")]
    [TestCase("items.0.effectiveFrom", "\"2022-01-01\"", "catalogue.itemNotInEffect", "A01")]
    [TestCase("items.0.version", "0", "catalogue.version", "A01")]
    public void What_breaks_a_rule_is_refused_and_named(string path, string value, string code, string named)
    {
        var problems = Problems(f =>
        {
            var steps = path.Split('.');
            var at = steps[..^1].Aggregate((JsonNode)f, (node, step) => int.TryParse(step, out var i) ? node[i]! : node[step]!);
            at[steps[^1]] = JsonNode.Parse(value);
        });
        Assert.That(problems.Select(p => p.Code), Does.Contain(code));
        Assert.That(problems.First(p => p.Code == code).Message.En, Does.Contain(named));
    }

    [Test]
    public void Versions_must_rise_with_their_dates()
    {
        var problems = Problems(f =>
        {
            var second = f["items"]![0]!.DeepClone();
            second["version"] = 2;
            second["effectiveFrom"] = "2020-06-01";
            f["items"]!.AsArray().Add(second);
        });
        Assert.That(problems.Select(p => p.Code), Is.EqualTo(new[] { "catalogue.datesOutOfOrder" }));
    }

    [Test]
    public void Everything_wrong_is_told_at_once()
    {
        var problems = Problems(f =>
        {
            f["items"]![0]!["department"] = "D9";
            f["items"]![1]!["promised"]!["limit"] = 0;
            f["processes"]![0]!["stages"]![0]!["limit"] = 60;
        });
        Assert.That(problems.Select(p => p.Code), Is.SupersetOf(new[] { "catalogue.unknownDepartment", "catalogue.limit", "catalogue.stageLimit" }));
    }

    [TestCase("{", "line 1")]
    [TestCase("""{ "items": [ { "effectiveFrom": "2026-02-31" } ] }""", "effectiveFrom")]
    [TestCase("""{ "itemz": [] }""", "itemz")]
    [TestCase("""{ "items": [null] }""", "null")]
    [TestCase("null", "empty")]
    public void What_is_no_catalogue_is_refused_with_the_place(string content, string named)
    {
        var refused = Assert.Throws<Refused>(() => CatalogueFile.Parse(content));
        Assert.That(refused!.Problems.Single().Message.En, Does.Contain(named));
    }

    private static IReadOnlyList<Problem> Problems(Action<JsonObject> spoil)
    {
        var json = JsonNode.Parse(Small)!.AsObject();
        spoil(json);
        try
        {
            Publication.Of(CatalogueFile.Parse(json.ToJsonString()), CatalogueSnapshot.Empty, null);
            return [];
        }
        catch (Refused refused)
        {
            return refused.Problems;
        }
    }
}
