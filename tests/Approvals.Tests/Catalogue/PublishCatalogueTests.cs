using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue;
using Approvals.Modules.Catalogue.Contract;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Permits;
using Approvals.Tests.Projects;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.Catalogue;

[Parallelizable]
internal sealed class PublishCatalogueTests
{
    private const string FasterReview = """
        {
          "items": [
            { "code": "A07", "version": 2, "effectiveFrom": "2026-04-01", "nameZh": "人防审批", "nameEn": "Civil-defence approval", "department": "RMFK", "kind": "permit",
              "statutory": { "limit": 20, "unit": "wd" }, "promised": { "limit": 3, "unit": "wd" }, "documents": ["D01"], "resultZh": "决定书", "resultEn": "Decision" }
          ]
        }
        """;

    [Test]
    public async Task A_new_version_ends_the_one_before_on_the_day_before()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var result = await app.Send(new PublishCatalogue.Command(FasterReview), Person.Supervisor);

        var catalogue = Catalogue(app);
        var versions = catalogue.Items.Where(i => i.Code == "A07").OrderBy(i => i.Version).ToList();
        Assert.Multiple(() =>
        {
            Assert.That((result.Published, result.Edition), Is.EqualTo((true, 2)));
            Assert.That(result.Changes.Single().Details.Select(d => d.En), Does.Contain("promised limit: 5 wd → 3 wd"));
            Assert.That(versions.Select(v => v.EffectiveTo), Is.EqualTo(new DateOnly?[] { new(2026, 3, 31), null }));
            Assert.That(catalogue.ItemInForce("A07", new(2026, 3, 31))!.Version, Is.EqualTo(1));
            Assert.That(catalogue.ItemInForce("A07", new(2026, 4, 1))!.Version, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_published_process_keeps_the_items_it_froze_and_so_does_its_project()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var project = await app.Send(RegisterProjectTests.Right, Person.Clerk);
        var before = (await app.Send(new GetProject(project.Id), Person.Clerk)).ProcessId;

        await app.Send(new PublishCatalogue.Command(FasterReview), Person.Supervisor);

        Assert.That((await app.Send(new GetProject(project.Id), Person.Clerk)).ProcessId, Is.EqualTo(before));
        Assert.That(Catalogue(app).Process(before)!.Items.Single(i => i.Item.Code == "A07").Item.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Consent_by_silence_is_not_switched_on_from_the_command_line()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        async Task<PublishCatalogue.Result> Publish(bool deemed, bool dryRun = false)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var actor = scope.ServiceProvider.GetRequiredService<Actor>();
            actor.BecomeSystem();
            actor.ComesFrom("cli", "host operator");
            return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PublishCatalogue.Command(LimitsTests.Catalogue(promised: 5, statutory: 10, deemed: deemed), dryRun));
        }

        var refused = Assert.ThrowsAsync<Refused>(() => Publish(deemed: true))!;
        var looked = await Publish(deemed: true, dryRun: true);
        var without = await Publish(deemed: false);

        Assert.That(refused.Code(), Is.EqualTo("catalogue.silenceByTwo"));
        Assert.That((looked.Published, looked.Changes.Count > 0, without.Published), Is.EqualTo((false, true, true)));
    }

    [Test]
    public async Task A_published_version_never_changes()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var same = FasterReview.Replace("\"version\": 2, \"effectiveFrom\": \"2026-04-01\"", "\"version\": 1, \"effectiveFrom\": \"2021-01-01\"", StringComparison.Ordinal);

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new PublishCatalogue.Command(same), Person.Supervisor));

        Assert.That(refused!.Problems.Single().Code, Is.EqualTo("catalogue.frozen"));
        Assert.That(refused.Problems.Single().Message.En, Does.Contain("A07 version 1").And.Contain("raise its version"));
        Assert.That(await app.Value<int>("SELECT promised_limit FROM catalogue_item WHERE code = 'A07'"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_dry_run_changes_nothing()
    {
        await using var app = await App.Start("2026-03-02 09:00");

        var result = await app.Send(new PublishCatalogue.Command(FasterReview, DryRun: true), Person.Supervisor);

        Assert.That((result.Published, result.Changes.Count, Catalogue(app).Edition), Is.EqualTo((false, 1, 1)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM catalogue_item WHERE code = 'A07'"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_new_version_does_not_reach_into_the_past()
    {
        await using var app = await App.Start("2026-04-02 09:00");
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new PublishCatalogue.Command(FasterReview), Person.Supervisor));
        Assert.That(refused!.Problems.Single().Code, Is.EqualTo("catalogue.datesOutOfOrder"));
    }

    [Test]
    public async Task Two_who_publish_at_once_do_not_both_succeed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var other = FasterReview.Replace("A07", "A11", StringComparison.Ordinal);

        var outcomes = await Task.WhenAll(new[] { FasterReview, FasterReview, other }.Select(async content =>
        {
            try
            {
                return (await app.Send(new PublishCatalogue.Command(content), Person.Supervisor)).Published;
            }
            catch (Refused)
            {
                return false;
            }
        }));

        Assert.That(outcomes.Count(o => o), Is.InRange(1, 2));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM catalogue_edition"), Is.EqualTo(1 + outcomes.Count(o => o)));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM catalogue_item WHERE code = 'A07'"), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Only_the_supervisor_publishes()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new PublishCatalogue.Command(FasterReview), Person.Clerk));
        Assert.That(refused!.Status, Is.EqualTo(RefusedAs.Forbidden));
    }

    private static CatalogueSnapshot Catalogue(App app) => ((CatalogueInForce)app.Services.GetService(typeof(CatalogueInForce))!).Current;
}
