using System.Net;
using AngleSharp.Html.Dom;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Audit;
using Approvals.Modules.Documents.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Modules.Projects;
using Approvals.Tests.Access;
using Approvals.Tests.Audit;
using Approvals.Tests.Countersigning;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using Approvals.Web;
using MediatR;

namespace Approvals.Tests.OneWindow;

/// <summary>打印、补打: a paper says whether it is the first, printed again, or only looked at.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PrintTests
{
    [Test]
    public async Task A_receipt_printed_again_says_so_with_day_and_person_and_what_it_said_the_first_time()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Has("desk2", Role.WindowClerk, name: "另一窗口");
        await app.Project();
        var number = (await app.Receive(Scene.ProjectCode, "A01")).Number;
        var url = $"/applications/{number}/receipt";
        using var clerk = await app.SignedIn("desk", Telling.Password);
        var looked = await clerk.Page(url);
        var first = await Print(clerk, url);
        var reloaded = await clerk.Page(url);
        app.SetTime("2026-03-03 10:00");
        await app.Send(new CorrectApplicant.Command("示例新名", null, "听错", number), Person.Clerk);
        await app.Send(new CorrectProject.Command(null, "示例股份", "登记错", Scene.ProjectCode), Person.Clerk);
        using var other = await app.SignedIn("desk2", Telling.Password);

        var again = await Print(other, url);

        Assert.Multiple(async () =>
        {
            Assert.That(Mark(looked), Does.Contain("未登记打印"));
            Assert.That((Mark(first), first.QuerySelector("[data-print-now]") is not null), Is.EqualTo(("", true)));
            Assert.That((Mark(reloaded), reloaded.QuerySelector("[data-print-now]")), Is.EqualTo((Mark(looked), (object?)null)));
            Assert.That(reloaded.QuerySelector("#prints")!.TextContent, Does.Contain("已打印 1 次").And.Contain("2026-03-02 09:00").And.Contain("补打"));
            Assert.That(Mark(again), Does.Contain("补打").And.Contain("2026-03-03 10:00").And.Contain("另一窗口").And.Contain("首次打印 2026-03-02 09:00").And.Contain("申请人 示例经办 → 示例新名").And.Contain("企业名称 示例科技有限公司 → 示例股份").And.Not.Contain("电话"));
            Assert.That(again.QuerySelector(".paper")!.TextContent, Does.Contain("示例股份"));
            Assert.That(
                (await app.LogOf("OneWindow.PrintPaper")).Select(r => (r.Login, r.Outcome, r.Subject, string.Join(' ', Line.Changes(r).Select(c => $"{c.What.Zh} {c.Before.Zh} → {c.After.Zh}")))),
                Is.EqualTo(new[] { ("desk", "done", $"application:{number}", "打印次数 0 → 1"), ("desk2", "done", $"application:{number}", "打印次数 1 → 2") }));
        });
    }

    [Test]
    public async Task A_notice_of_acceptance_or_of_a_pause_printed_again_says_which_days_have_moved()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("desk", Role.WindowClerk);
        await app.Has("swj", Role.Reviewer, "SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        var (number, acceptance) = (applied["A10"], $"/applications/{applied.Number}/acceptance");
        await app.SendByTwo(new PauseCase.Command(number, "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("SWJ"), Person.Head("SWJ"));
        var notice = $"/cases/{number}/pauses/1/notice";
        using var clerk = await app.SignedIn("desk", Telling.Password);
        using var reviewer = await app.SignedIn("swj", Telling.Password);
        var first = (Mark(await Print(clerk, acceptance)), Mark(await Print(reviewer, notice)));
        app.SetTime("2026-03-03 10:00");
        await app.Send(new ResumeCase.Command(number, "expert-review", new DateOnly(2026, 3, 3)), Person.Reviewer("SWJ"));
        await app.Send(new CorrectProject.Command("二期厂房（示例）", null, "写错", Scene.ProjectCode), Person.Clerk);
        using var later = await app.SignedIn("desk", Telling.Password);
        using var reviewerLater = await app.SignedIn("swj", Telling.Password);

        var paper = await Print(later, acceptance);
        var (again, noticeAgain) = (Mark(paper), Mark(await Print(reviewerLater, notice)));

        Assert.Multiple(async () =>
        {
            Assert.That((await app.LogOf("Permits.PrintNotice")).Select(r => (r.Login, r.Subject, string.Join(' ', Line.Changes(r).Select(c => $"{c.What.Zh} {c.Before.Zh} → {c.After.Zh}")))), Is.EqualTo(new[] { ("swj", $"case:{number}", "打印次数 0 → 1"), ("swj", $"case:{number}", "打印次数 1 → 2") }));
            Assert.That(first, Is.EqualTo(("", "")));
            Assert.That(paper.QuerySelector(".sign")!.TextContent, Does.Contain("2026 年 3 月 2 日"), "it is dated when it was answered, whenever it is printed");
            Assert.That(again, Does.Contain("补打").And.Contain("项目名称 精密结构件厂房一期（示例） → 二期厂房（示例）").And.Contain($"{number} 到期"));
            Assert.That(noticeAgain, Does.Contain("补打").And.Contain("项目名称 精密结构件厂房一期（示例） → 二期厂房（示例）").And.Not.Contain("所需时间"));
        });
    }

    /// <summary>The papers of the window are printed by the window and the project's agent, those of a case by its department: who only looks has a copy that says so.</summary>
    [Test]
    public async Task Who_only_looks_prints_a_copy_that_says_that_it_is_one_and_learns_nothing_of_what_it_said_before()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Has("boss", Role.ZoneLeader);
        await app.Has("swj", Role.Reviewer, "SWJ");
        await app.Project();
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        using var leader = await app.SignedIn("boss", Telling.Password);
        using var reviewer = await app.SignedIn("swj", Telling.Password);
        await app.Send(new PrintPaper.Command(WindowPaper.Receipt, applied.Number), Person.Clerk);
        await app.Send(new CorrectApplicant.Command("示例经办", "0813-1111111", "听错", applied.Number), Person.Clerk);

        var (own, looked) = (await app.Send(new PrintPaper.Query(WindowPaper.Receipt, applied.Number), Person.Clerk), await app.Send(new PrintPaper.Query(WindowPaper.Receipt, applied.Number), Person.Leader));

        Assert.Multiple(async () =>
        {
            Assert.That(own.Paper.Prints.Moved.Single().Zh, Is.EqualTo("联系电话 0813-0000000 → 0813-1111111"));
            Assert.That(looked.Paper.Prints.Moved, Is.Empty);
            Assert.That((await leader.Page($"/applications/{applied.Number}/receipt")).QuerySelector("main")!.TextContent, Does.Not.Contain("0813-0000000").And.Not.Contain("0813-1111111"));
            foreach (var reader in new[] { leader, reviewer })
            {
                var page = await reader.Page($"/applications/{applied.Number}/acceptance");
                Assert.That((page.QuerySelector("#print"), Mark(page)), Is.EqualTo(((object?)null, "未登记打印，仅供查看")));
                Assert.That(page.QuerySelector("button[data-print]"), Is.Not.Null);
            }
        });
    }

    /// <summary>What the first did not say, and where it said more than is kept.</summary>
    [Test]
    public async Task A_reprint_says_what_was_added_and_that_it_does_not_compare_all_where_it_does_not()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        Particular Says(string what, string says) => new(new(what, what), says);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            Person.Clerk.Sit(scope.ServiceProvider.GetRequiredService<Actor>());
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            foreach (var print in new KeepPrint[] { new("N-1", "Short", [Says("名称", "甲")]), new("N-1", "Long", [Says("名称", "甲"), Says("材料", new string('材', 4000))]) })
                await scope.ServiceProvider.GetRequiredService<Db>().Transact(() => mediator.Send(print), default);
        }

        var added = await app.Send(new PrintsOf("N-1", "Short", [Says("名称", "甲"), Says("到期", "2026-03-09"), Says("附注", "")]), Person.Clerk);
        var tooLong = await app.Send(new PrintsOf("N-1", "Long", [Says("名称", "乙"), Says("材料", "材")]), Person.Clerk);

        Assert.That(added.Moved.Select(m => m.Zh), Is.EqualTo(new[] { "到期 — → 2026-03-09" }));
        Assert.That(tooLong.Moved.Select(m => m.Zh), Is.EqualTo(new[] { "名称 甲 → 乙", "首次打印的内容太长，只留存并比较了前 1 项" }));
    }

    [Test]
    public async Task A_paper_is_entered_as_printed_by_its_window_and_a_notice_by_its_department_alone()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var (own, other) = ((await app.Send(new ManageWindows.Open("1号窗口"))).Id, (await app.Send(new ManageWindows.Open("2号窗口"))).Id);
        var applied = await app.Apply(Scene.ProjectCode, "A01");
        await app.SendByTwo(new PauseCase.Command(applied["A01"], "expert-review", PlannedDays: 5, NoticeNumber: "告知〔2026〕1号"), Person.Reviewer("FGJX"), Person.Head("FGJX"));
        await app.Change("UPDATE onewindow_application SET window_id = @own", new { own });

        var paper = await app.Refusal(new PrintPaper.Command(WindowPaper.Receipt, applied.Number), Person.OtherClerk with { Window = other });
        var notice = await app.Refusal(new PrintNotice.Command(CaseNotice.Pause, 1, applied["A01"]), Person.Reviewer("STHJ"));

        Assert.That((paper.Status, notice.Status, notice.Code()), Is.EqualTo((RefusedAs.Forbidden, RefusedAs.Forbidden, "case.otherDepartment")));
        Assert.That(paper.Zh(), Does.Contain("1号窗口"));
        Assert.That(await app.Value<int>("SELECT COUNT(*) FROM documents_print"), Is.Zero);
        Assert.That(await app.Send(new PrintPaper.Command(WindowPaper.Receipt, applied.Number), Person.OtherClerk with { Window = own }), Is.EqualTo(1));
    }

    private static async Task<IHtmlDocument> Print(HttpClient browser, string url)
    {
        using var sent = await browser.Submit(url, "#print");
        Assert.That((sent.StatusCode, sent.Headers.Location!.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, url)));
        return await browser.Page(url);
    }

    /// <summary>What stands on the paper about the printing of it.</summary>
    private static string Mark(IHtmlDocument page) => string.Join(' ', (page.QuerySelector(".paper .printed")?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
