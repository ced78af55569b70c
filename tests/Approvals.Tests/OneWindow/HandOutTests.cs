using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;

namespace Approvals.Tests.OneWindow;

[Parallelizable]
internal sealed class HandOutTests
{
    [Test]
    public async Task What_a_department_approves_comes_back_to_the_window_with_its_delivery_day()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        await app.Approve(applied["A01"], "FGJX");

        var paper = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Papers.Single();
        Assert.Multiple(() =>
        {
            Assert.That((paper.Name.Zh, paper.CertificateNumber, paper.IsRefusal), Is.EqualTo(("企业投资项目备案证", "示例文号〔2026〕1号", false)));
            Assert.That(paper.DecidedOn, Is.EqualTo(new DateOnly(2026, 3, 2)));
            Assert.That(paper.Due!.DueOn, Is.EqualTo(new DateOnly(2026, 3, 16)), "ten working days");
        });
    }

    [Test]
    public async Task A_refusal_comes_back_as_a_paper_too()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        await app.Refuse(applied["A01"], "FGJX");

        var paper = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Papers.Single();
        Assert.That((paper.Name.Zh, paper.CertificateNumber, paper.IsRefusal), Is.EqualTo(("不予行政许可决定书", (string?)null, true)));
    }

    [Test]
    public async Task A_result_is_handed_out_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");

        var before = (await app.Send(new ShowCase.Query(applied["A01"]), Person.Clerk)).Next;
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        var after = (await app.Send(new ShowCase.Query(applied["A01"]), Person.Clerk)).Next;
        var refused = await app.Refusal(new HandOut.Command("别人", null, applied["A01"]), Person.OtherClerk);

        var paper = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Papers.Single();
        Assert.Multiple(() =>
        {
            Assert.That((before?.Action.Zh, after), Is.EqualTo(("出件", default(NextStep))), "nobody's turn any more");
            Assert.That((paper.HandedOutOn, paper.Recipient, paper.HandedOutBy, paper.Due), Is.EqualTo(((DateOnly?)new DateOnly(2026, 3, 2), "示例经办", "窗口", (DutyLight?)null)));
            Assert.That((refused.Code(), refused.Zh()), Is.EqualTo(("result.handedOut", "该结果已于 2026-03-02 由窗口交给示例经办（2026-03-02 09:00 登记）。")));
        });
    }

    [Test]
    public async Task All_that_waits_is_handed_out_at_once_to_one_person_or_not_at_all()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new HandOut.Command("先来的", null, applied["A01"]), Person.Clerk);
        app.SetTime("2026-03-03 09:00");
        await app.Approve(applied["A09"], "STHJ");
        app.SetTime("2026-03-04 09:00");
        await app.Approve(applied["A10"], "SWJ");
        var early = await app.Refusal(new HandOutAll.Command("示例经办", new(2026, 3, 3), applied.Number), Person.Clerk);
        var untouched = await Papers(app, applied.Number);
        using var clerk = await app.SignedIn("desk", Telling.Password);

        using var done = await clerk.Submit($"/applications/{applied.Number}", "#hand-out-all form", ("Recipient", "示例经办"));

        var papers = await Papers(app, applied.Number);
        var page = await clerk.Page($"/applications/{applied.Number}");
        Assert.Multiple(async () =>
        {
            Assert.That(early.Code(), Is.EqualTo("result.beforeDecision"));
            Assert.That(untouched.Count(p => p.Recipient is null), Is.EqualTo(2), "the one that could be was not either");
            Assert.That((int)done.StatusCode, Is.EqualTo(302));
            Assert.That(papers.Select(p => (p.Recipient, p.HandedOutOn, p.Due)), Is.EquivalentTo(new[]
            {
                ("先来的", (DateOnly?)new DateOnly(2026, 3, 2), (DutyLight?)null),
                ("示例经办", new DateOnly(2026, 3, 4), null),
                ("示例经办", new DateOnly(2026, 3, 4), null),
            }));
            Assert.That(page.QuerySelector("#hand-out-all"), Is.Null);
            Assert.That((await app.Refusal(new HandOutAll.Command("示例经办", null, applied.Number), Person.Clerk)).Code(), Is.EqualTo("result.noneWaits"));
        });

        static async Task<IReadOnlyList<GetApplication.Paper>> Papers(App app, string number) => (await app.Send(new GetApplication.Query(number), Person.Clerk)).Papers;
    }

    [Test]
    public async Task A_result_is_handed_out_neither_before_its_decision_nor_in_the_future()
    {
        await using var app = await App.Start("2026-03-03 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");

        Assert.Multiple(async () =>
        {
            Assert.That((await app.Refusal(new HandOut.Command("示例经办", new(2026, 3, 2), applied["A01"]), Person.Clerk)).Code(), Is.EqualTo("result.beforeDecision"));
            Assert.That((await app.Refusal(new HandOut.Command("示例经办", new(2026, 3, 4), applied["A01"]), Person.Clerk)).Code(), Is.EqualTo("result.inFuture"));
            Assert.That((await app.Refusal(new HandOut.Command("示例经办", null, applied.Number + "-99"), Person.Clerk)).Code(), Is.EqualTo("result.unknown"));
            Assert.That((await app.Refusal(new HandOut.Command("示例经办", null, applied["A01"], "20260303-WRONG"), Person.Clerk)).Code(), Is.EqualTo("result.unknown"), "a case of another application");
        });
    }
}
