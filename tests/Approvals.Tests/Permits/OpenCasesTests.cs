using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Tests.Permits;

[Parallelizable]
internal sealed class OpenCasesTests
{
    [Test]
    public async Task Cases_of_one_application_share_its_number_in_the_order_of_the_process()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Receive(Scene.ProjectCode, "A09", "A01", "A02");

        Assert.That(taken.Cases, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["A01"] = taken.Number + "-01",
            ["A02"] = taken.Number + "-02",
            ["A09"] = taken.Number + "-03",
        }));
    }

    [Test]
    public async Task A_case_begins_received_and_keeps_the_limits_of_its_item()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var taken = await app.Receive(Scene.ProjectCode, "A02");

        var shown = await app.Send(new ShowCase.Query(taken["A02"]), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.Received));
            Assert.That((shown.Case.PromisedLimit, shown.Case.PromisedUnit), Is.EqualTo((3, "wd")));
            Assert.That((shown.Case.StatutoryLimit, shown.Case.StatutoryUnit), Is.EqualTo((20, "wd")));
            Assert.That(shown.Events.Select(e => (e.Number, e.Status)), Is.EqualTo(new[] { (1, CaseStatus.Received) }));
            Assert.That(shown.Events[0].OccurredAt, Is.EqualTo(new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc)));
            Assert.That(shown.Clocks, Is.Empty);
            Assert.That(shown.Next!.Owner.Zh, Is.EqualTo("窗口"));
        });
    }

    [Test]
    public async Task An_open_case_of_the_item_refuses_another_and_says_its_number()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Receive(Scene.ProjectCode, "A01", "A02");

        var refused = await Scene.RefusalOf(() => app.Receive(Scene.ProjectCode, "A02", "A09"));

        Assert.Multiple(() =>
        {
            Assert.That(refused.Status, Is.EqualTo(RefusedAs.Conflict));
            Assert.That(refused.Code(), Is.EqualTo("case.alreadyOpen"));
            Assert.That(refused.Zh(), Does.Contain("A02").And.Contain(first["A02"]));
        });
        Assert.That(await app.Value<long>("SELECT COUNT(id) FROM permits_case"), Is.EqualTo(2), "nothing half written");
    }

    [Test]
    public async Task An_approved_item_is_not_applied_for_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(first["A01"], "FGJX");

        Assert.That((await Scene.RefusalOf(() => app.Receive(Scene.ProjectCode, "A01"))).Code(), Is.EqualTo("case.alreadyOpen"));
    }

    [Test]
    public async Task A_refused_or_withdrawn_item_may_be_applied_for_again()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01", "A02");
        await app.Refuse(first["A01"], "FGJX");
        await app.Send(new WithdrawCase.Command(first["A02"], "改变方案"), Person.Clerk);

        var second = await app.Receive(Scene.ProjectCode, "A01", "A02");

        Assert.That(second.Cases, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_same_item_of_another_project_is_another_matter()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        await app.Project("2601-510300-04-01-900002");
        await app.Receive(Scene.ProjectCode, "A01");

        Assert.That(await app.Receive("2601-510300-04-01-900002", "A01"), Is.Not.Null);
    }

    [Test]
    public async Task What_the_project_has_approved_before_does_not_block_a_new_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(first["A01"], "FGJX");
        app.Clock.Advance(TimeSpan.FromDays(1));

        var second = await app.Apply(Scene.ProjectCode, "A02");

        var a02 = await app.Case(second["A02"]);
        Assert.Multiple(() =>
        {
            Assert.That(a02.BlockedBy, Is.Empty);
            Assert.That(a02.Status, Is.EqualTo(CaseStatus.Accepted));
            Assert.That(a02.AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
        });
    }

    [Test]
    public async Task Two_windows_that_take_in_the_same_item_at_once_open_one_case()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();

        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await app.Receive(Scene.ProjectCode, "A01");
                return "taken";
            }
            catch (Refused refused)
            {
                return refused.Code();
            }
        }));

        Assert.That(tries.Order(), Is.EqualTo(new[] { "case.alreadyOpen", "case.alreadyOpen", "case.alreadyOpen", "taken" }));
    }
}
