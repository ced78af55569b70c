using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;

namespace Approvals.Tests.Catalogue;

[TestFixture, Parallelizable]
internal sealed class LoadCatalogueTests
{
    [Test]
    public async Task The_first_start_writes_what_ships_and_a_second_changes_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var first = app.Services.GetRequiredService<CatalogueInForce>().Current;
        await app.Services.LoadCatalogue(CancellationToken.None);
        var second = app.Services.GetRequiredService<CatalogueInForce>().Current;

        Assert.That(first.Items, Has.Count.EqualTo(47));
        Assert.That(first.Departments, Has.Count.EqualTo(20));
        Assert.That(first.Documents, Has.Count.EqualTo(54));
        Assert.That(first.LandSteps, Has.Count.EqualTo(14));
        Assert.That(first.Processes.Select(p => (p.Code, p.Items.Count)), Is.EqualTo(new[] { ("IND-2019", 15), ("IND-REFORM", 10) }));
        Assert.That(second.Edition, Is.EqualTo(1));
        Assert.That(second.Items.Select(i => i.Id), Is.EqualTo(first.Items.Select(i => i.Id)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM catalogue_item"), Is.EqualTo(47));
    }

    [Test]
    public async Task What_the_database_gives_back_is_what_the_file_says()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var catalogue = app.Services.GetRequiredService<CatalogueInForce>().Current;

        var republished = Publication.Of(CatalogueFile.Shipped(), catalogue, new DateOnly(2026, 3, 2));

        Assert.That(republished.Changes, Is.Empty);
        var permit = catalogue.Processes.Single(p => p.Code == "IND-REFORM").Items.Single(i => i.Item.Code == "A08");
        Assert.That(permit.Needs, Is.EqualTo(new[] { "A03", "A06", "A07", "A09", "A10" }));
        Assert.That(permit.MergedFrom, Is.EqualTo(new[] { "B11", "B12", "B13" }));
        Assert.That(permit.Item.Statutory, Is.EqualTo(new Limit(7, "cd")));
        Assert.That(permit.Item.Promised, Is.EqualTo(new Limit(3, "wd")));
    }
}
