using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Web;

namespace Approvals.Tests.Permits;

[Parallelizable]
internal sealed class ApproveWithDocumentsOwedTests
{
    private static readonly DateOnly Soon = new(2026, 3, 31);

    [Test]
    public async Task The_case_is_closed_with_12_frees_what_waited_and_its_documents_are_owed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A02");

        var result = await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "备案7号", ["d04", "D05", "D04"], Soon), Person.Reviewer("FGJX"));

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(result.Started, Is.EqualTo(new[] { applied["A02"] }));
            Assert.That(shown.Case.Status, Is.EqualTo(CaseStatus.ApprovedDocumentsOwed));
            Assert.That(shown.Case.CertificateNumber, Is.EqualTo("备案7号"));
            Assert.That(shown.OwedDocuments.Select(o => (o.Document, o.DueOn, o.GivenOn)), Is.EqualTo(new[] { ("D04", Soon, (DateOnly?)null), ("D05", Soon, null) }));
            Assert.That(shown.Next!.Owner.Zh, Is.EqualTo("申请人"));
            Assert.That(shown.Clocks.Where(k => k.StoppedOn is null).Select(k => (k.Rule, k.DueOn)), Is.EquivalentTo(new[] { ("delivery", (DateOnly?)new DateOnly(2026, 3, 16)), ("owed:D04", Soon), ("owed:D05", Soon) }), "each document has its own clock, and the delivery");
        });
    }

    [Test]
    public async Task Everything_wrong_is_told_at_once_and_nothing_is_written()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveWithDocumentsOwed.Command(applied["A01"]), Person.Reviewer("FGJX"));

        Assert.Multiple(async () =>
        {
            Assert.That(refused.Problems.Select(p => p.Field), Is.EquivalentTo(new[] { "certificateNumber", "documents", "dueOn" }));
            Assert.That((await app.Case(applied["A01"])).Status, Is.EqualTo(CaseStatus.Accepted));
        });
    }

    [Test]
    public async Task Only_documents_of_the_item_can_be_owed()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");

        var refused = await app.Refusal(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04", "D99"], Soon), Person.Reviewer("FGJX"));
        var empty = await app.Refusal(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", [null!], Soon), Person.Reviewer("FGJX"));

        Assert.That((refused.Code(), refused.Zh()), Is.EqualTo(("owed.unknownDocument", "D99 不是 A01 的材料。")));
        Assert.That(empty.Code(), Is.EqualTo("owed.unknownDocument"));
    }

    [TestCase("2026-03-02", false)]
    [TestCase("2026-03-03", true)]
    [TestCase("2026-05-31", true)]
    [TestCase("2026-06-01", false)]
    public async Task The_promise_ends_in_the_future_and_within_ninety_days(string dueOn, bool allowed)
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        var command = new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04"], DateOnly.Parse(dueOn, System.Globalization.CultureInfo.InvariantCulture));

        if (allowed) await app.Send(command, Person.Reviewer("FGJX"));
        else Assert.That((await app.Refusal(command, Person.Reviewer("FGJX"))).Code(), Is.EqualTo("owed.dueOn"));
    }

    [Test]
    public async Task The_window_receives_an_owed_document_once()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "1号", ["D04", "D05"], Soon), Person.Reviewer("FGJX"));
        app.Clock.Advance(TimeSpan.FromDays(7));

        await app.Send(new GiveOwedDocument.Command(applied["A01"], "d04", new DateOnly(2026, 3, 6)), Person.Clerk);
        var twice = await app.Refusal(new GiveOwedDocument.Command(applied["A01"], "D04"), Person.OtherClerk);
        var unknown = await app.Refusal(new GiveOwedDocument.Command(applied["A01"], "D02"), Person.Clerk);
        var tooEarly = await app.Refusal(new GiveOwedDocument.Command(applied["A01"], "D05", new DateOnly(2026, 3, 1)), Person.Clerk);
        var future = await app.Refusal(new GiveOwedDocument.Command(applied["A01"], "D05", new DateOnly(2026, 3, 10)), Person.Clerk);

        var shown = await app.Send(new ShowCase.Query(applied["A01"]), Person.Auditor);
        Assert.Multiple(() =>
        {
            Assert.That(shown.OwedDocuments.Select(o => (o.Document, o.GivenOn, o.GivenTo)), Is.EqualTo(new[] { ("D04", (DateOnly?)new DateOnly(2026, 3, 6), (string?)"窗口"), ("D05", null, null) }));
            Assert.That((twice.Status, twice.Code()), Is.EqualTo((RefusedAs.Conflict, "owed.alreadyGiven")));
            Assert.That((unknown.Status, unknown.Code()), Is.EqualTo((RefusedAs.NotFound, "owed.notFound")));
            Assert.That(tooEarly.Code(), Is.EqualTo("owed.givenOn"));
            Assert.That(future.Code(), Is.EqualTo("owed.givenOn"));
        });
    }
}
