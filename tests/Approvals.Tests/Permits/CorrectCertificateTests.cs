using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Permits.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;

namespace Approvals.Tests.Permits;

/// <summary>更正文号.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CorrectCertificateTests
{
    private const string Wrong = "示例文号〔2026〕1号";
    private const string Right = "示例文号〔2026〕7号";

    [Test]
    public async Task The_number_is_another_everywhere_its_log_keeps_both_and_the_window_is_told()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");

        await app.Send(new CorrectCertificate.Command(applied["A01"], $" {Right} ", "录错一位"), Person.Reviewer("FGJX"));

        var paper = (await app.Send(new GetApplication.Query(applied.Number), Person.Clerk)).Papers.Single();
        var last = (await app.Log(applied["A01"]))[^1];
        Assert.Multiple(async () =>
        {
            Assert.That(((await app.Case(applied["A01"])).CertificateNumber, paper.CertificateNumber), Is.EqualTo((Right, Right)));
            Assert.That((last.Status, last.Note), Is.EqualTo((CaseStatus.Approved, $"更正文号 {Wrong} → {Right}；原因：录错一位")));
            Assert.That((await app.Rows<string>("SELECT detail FROM audit_record WHERE command = 'Permits.CorrectCertificate'")).Single(), Does.Contain(Wrong).And.Contain(Right).And.Contain("录错一位"));
            Assert.That(await app.Rows<string>("SELECT body_zh FROM messages_message WHERE title_zh LIKE @like", new { like = "%文号已更正" }), Is.EqualTo(new[] { $"{Wrong} → {Right}。出件时请核对证件上的文号。" }));
        });
    }

    [Test]
    public async Task What_rests_on_it_starts_by_the_day_it_was_approved_and_not_by_that_of_the_correction()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var first = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(first["A01"], "FGJX");
        app.SetTime("2026-03-03 09:00");
        var next = await app.Receive(Scene.ProjectCode, "A09");
        app.SetTime("2026-03-04 09:00");
        await app.SendByTwo(new CorrectCertificate.Command(first["A01"], Right, "录错一位"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        await app.Send(new Accept.Command(next.Number, new DateTime(2026, 3, 3, 10, 0, 0)), Person.Clerk);

        Assert.That((await app.Case(next["A09"])).AcceptedOn, Is.EqualTo(new DateOnly(2026, 3, 3)));
    }

    [Test]
    public async Task A_permit_of_long_ago_takes_two_however_lately_its_number_was_corrected_before()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Approve(number, "FGJX");
        app.SetTime("2026-03-06 09:00");
        await app.SendByTwo(new CorrectCertificate.Command(number, Right, "录错"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        await app.SendByTwo(new CorrectCertificate.Command(number, Wrong, "还是原来的对"), Person.Reviewer("FGJX"), Person.Head("FGJX"));

        Assert.That((await app.Case(number)).CertificateNumber, Is.EqualTo(Wrong));
    }

    /// <summary>What lies with its recipient is not put right by a record.</summary>
    [Test]
    public async Task The_window_that_handed_it_out_is_told_to_ask_its_recipient_and_no_other_window_is()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        var (own, other) = (await app.Has("desk1", Role.WindowClerk), await app.Has("desk2", Role.WindowClerk));
        var windows = new List<long>();
        foreach (var (name, login) in new[] { ("1号窗口", "desk1"), ("2号窗口", "desk2") })
        {
            windows.Add((await app.Send(new ManageWindows.Open(name))).Id);
            await app.Send(new SeatUser.Command(windows[^1], login));
        }

        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Change("UPDATE onewindow_application SET window_id = @Id", new { Id = windows[0] });
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), own with { Window = windows[0] });

        await app.Send(new CorrectCertificate.Command(applied["A01"], Right, "录错一位"), Person.Reviewer("FGJX"));

        var told = (await app.Inbox(own)).New.Where(m => m.Title.Zh.EndsWith("文号已更正", StringComparison.Ordinal)).Select(m => m.Body.Zh);
        Assert.That(told, Is.EqualTo(new[] { $"{Wrong} → {Right}。证件已出件：请联系领取人核对证上的文号，印错的换发。" }));
        Assert.That((await app.Inbox(other)).New.Where(m => m.Title.Zh.EndsWith("文号已更正", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_cannot_be_corrected_is_refused_and_says_why()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A09");
        var number = applied["A01"];
        CorrectCertificate.Command To(string? now, string? reason = "录错", string? seen = null) => new(number, now, reason, seen);
        var early = await app.Refusal(To(Right), Person.Reviewer("FGJX"));
        await app.Approve(number, "FGJX");

        Assert.Multiple(async () =>
        {
            Assert.That(early.Code(), Is.EqualTo("case.noCertificate"));
            Assert.That((await app.Refusal(To(" ", " "), Person.Reviewer("FGJX"))).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("field.required", "certificateNumber"), ("field.required", "reason") }));
            Assert.That((await app.Refusal(To(Wrong), Person.Reviewer("FGJX"))).Problems.Select(p => (p.Code, p.Field)), Is.EqualTo(new[] { ("correction.same", "certificateNumber") }));
            Assert.That((await app.Refusal(To(Right, seen: "别的文号"), Person.Reviewer("FGJX"))).Code(), Is.EqualTo("correction.moved"));
            Assert.That((await app.Refusal(To(Right), Person.Reviewer("STHJ"))).Code(), Is.EqualTo("case.otherDepartment"));
        });
        await app.Send(new RevokeCase.Command(number, "材料不实"), Person.Head("FGJX"));
        Assert.That((await app.Refusal(To(Right), Person.Reviewer("FGJX"))).Code(), Is.EqualTo("case.takenBack"));
    }

    [Test]
    public async Task What_was_corrected_while_another_correction_waited_is_not_overwritten_unseen()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.Approve(applied["A01"], "FGJX");
        app.SetTime("2026-03-06 09:00");
        var first = await app.Ask(new CorrectCertificate.Command(applied["A01"], Right, "录错"), Person.Reviewer("FGJX"));
        var second = await app.Ask(new CorrectCertificate.Command(applied["A01"], "示例文号〔2026〕8号", "录错"), Person.Reviewer("FGJX"));
        await app.Countersign(second, Person.Head("FGJX"));

        var refused = await app.Refusal(new Modules.Countersigning.ApproveRequest.Command(first), Person.Head("FGJX"));

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "request.notDone", "correction.moved" }));
        Assert.That((await app.Case(applied["A01"])).CertificateNumber, Is.EqualTo("示例文号〔2026〕8号"));
    }

    [Test]
    public async Task The_page_of_the_case_offers_it_to_its_department_alone_and_shows_what_it_said()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("sees", Role.Reviewer, "STHJ");
        await app.Has("does", Role.Reviewer, "FGJX");
        await app.Project();
        var number = (await app.Apply(Scene.ProjectCode, "A01"))["A01"];
        await app.Approve(number, "FGJX");
        using var other = await app.SignedIn("sees", Telling.Password);
        using var own = await app.SignedIn("does", Telling.Password);

        using var wrong = await own.Submit($"/cases/{number}", "#correct", ("correct.certificateNumber", Right), ("correct.reason", ""));
        var told = await wrong.Html();
        using var done = await own.Submit($"/cases/{number}", "#correct", ("correct.certificateNumber", Right), ("correct.reason", "录错一位"));

        var page = await own.Page($"/cases/{number}");
        Assert.Multiple(async () =>
        {
            Assert.That((await other.Page($"/cases/{number}")).QuerySelector("#correct"), Is.Null);
            Assert.That(told.QuerySelector("#correct-reason-error")!.TextContent, Does.Contain("更正原因"));
            Assert.That((int)done.StatusCode, Is.EqualTo(302));
            Assert.That(page.QuerySelector("section[aria-labelledby='log']")!.TextContent, Does.Contain($"{Wrong} → {Right}"));
            Assert.That(page.QuerySelector("#history")!.TextContent, Does.Contain("更正文号").And.Contain($"{Wrong} → {Right}"));
        });
    }
}
