using System.Net;
using AngleSharp.Html.Dom;
using Approvals.Modules.OneWindow;
using Approvals.Tests.Access;
using Approvals.Tests.Documents;
using Approvals.Tests.Permits;
using Approvals.Web;

namespace Approvals.Tests.OneWindow;

/// <summary>The window's pages as a browser without script meets them.</summary>
[Parallelizable]
internal sealed class WindowPagesTests
{
    /// <summary>Not one of the demonstration zone's.</summary>
    private const string Mine = "2603-510300-04-01-990001";

    private const string Intake = "/intake?project=" + Mine;

    [Test]
    public async Task The_checklist_follows_the_items_without_script()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        using var clerk = await app.SignedIn("clerk");

        var page = await Post(clerk, await clerk.Page(Intake), Intake + "&handler=Checklist", ("Items", "A01"), ("Items", "A02"), ("ApplicantPhone", "0813-0000000"));
        var given = await Post(clerk, page, Intake + "&handler=AllGiven", ("Items", "A01"));
        var all = await Post(clerk, page, Intake + "&handler=All");

        Assert.Multiple(() =>
        {
            Assert.That(page.QuerySelectorAll("input[name=GivenDocuments]").Select(d => d.GetAttribute("value")), Is.EqualTo(new[] { "D01", "D02", "D04", "D05", "D07", "D08", "D09" }));
            Assert.That(page.QuerySelector("#checklist")!.TextContent, Does.Contain("D06").And.Contain("取自 A01 的结果"));
            Assert.That(page.QuerySelector("#ApplicantPhone")!.GetAttribute("value"), Is.EqualTo("0813-0000000"), "what was typed stays");
            Assert.That(page.QuerySelectorAll(".errors"), Is.Empty);
            Assert.That(given.QuerySelectorAll("input[name=GivenDocuments][checked]").Select(d => d.GetAttribute("value")), Is.EqualTo(new[] { "D02", "D04", "D05" }));
            Assert.That(all.QuerySelectorAll("input[name=Items][checked]"), Has.Length.EqualTo(10));
        });
    }

    /// <summary>As a program, or a page that was saved, sends it.</summary>
    [TestCase("", HttpStatusCode.BadRequest, "请先选择项目")]
    [TestCase("?handler=All", HttpStatusCode.OK, null)]
    [TestCase("?handler=AllGiven", HttpStatusCode.OK, null)]
    public async Task An_intake_without_a_project_asks_for_one(string handler, HttpStatusCode status, string? said)
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        using var clerk = await app.SignedIn("clerk");
        var token = (await clerk.Page("/account")).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        using var answer = await clerk.PostAsync("/intake" + handler, new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));

        var page = await answer.Html();
        Assert.That((answer.StatusCode, page.QuerySelector("#h-project")?.TextContent), Is.EqualTo((status, "一、选择项目")));
        Assert.That(page.QuerySelector(".errors li")?.TextContent.Trim().TrimEnd('。'), Is.EqualTo(said));
    }

    [Test]
    public async Task A_form_sent_twice_leads_to_one_receipt()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        using var clerk = await app.SignedIn("clerk");
        var form = await clerk.Page(Intake);

        using var first = await Send(clerk, form, Intake, ("Items", "A01"), ("GivenDocuments", "D02"), ("ApplicantPhone", "0813-0000000"));
        using var second = await Send(clerk, form, Intake, ("Items", "A01"), ("GivenDocuments", "D02"), ("ApplicantPhone", "0813-0000000"));

        Assert.Multiple(async () =>
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM onewindow_application a JOIN projects_project p ON p.id = a.project_id WHERE p.code = @Mine", new { Mine }), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_refused_form_keeps_its_input_and_its_key_and_says_what_is_wrong()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        using var clerk = await app.SignedIn("clerk");
        var form = await clerk.Page(Intake);

        using var answer = await Send(clerk, form, Intake, ("Items", "A01"), ("GivenDocuments", "D02"), ("Applicant", "示例🏗️公司"), ("ApplicantPhone", "x"));

        var page = await answer.Html();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(page.QuerySelector(".errors")!.TextContent, Does.Contain("联系电话"));
            Assert.That(page.QuerySelector("#ApplicantPhone")!.ClassList, Does.Contain("is-invalid"));
            Assert.That(page.QuerySelector("#Applicant")!.GetAttribute("value"), Is.EqualTo("示例🏗️公司"));
            Assert.That(page.QuerySelector("#i-A01")!.HasAttribute("checked"), Is.True);
            Assert.That(page.QuerySelector("#d-D02")!.HasAttribute("checked"), Is.True);
            Assert.That(page.QuerySelector("[name=RequestKey]")!.GetAttribute("value"), Is.EqualTo(form.QuerySelector("[name=RequestKey]")!.GetAttribute("value")));
        });
    }

    [Test]
    public async Task The_receipt_shows_number_query_code_what_came_and_what_is_missing()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var taken = await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Mine, ["A01"], ["D02"], "示例科技有限公司", "0813-0000000"), Person.Clerk);
        using var clerk = await app.SignedIn("clerk");

        var paper = (await clerk.Page($"/applications/{taken.Number}/receipt")).QuerySelector(".paper")!;

        var code = await app.Value<string>("SELECT query_code FROM onewindow_application WHERE number = @Number", new { taken.Number });
        var tables = paper.QuerySelectorAll("table");
        Assert.Multiple(() =>
        {
            Assert.That(code, Has.Length.EqualTo(8));
            Assert.That(paper.QuerySelector(".no")!.TextContent, Does.Contain(taken.Number).And.Contain(code));
            Assert.That(tables[0].TextContent, Does.Contain(taken.CaseNumbers[0]).And.Contain("A01 企业投资项目备案").And.Contain("1 个工作日"));
            Assert.That(tables[1].TextContent, Does.Contain("D02").And.Contain("2026-03-02").And.Not.Contain("D04"));
            Assert.That(tables[2].TextContent, Does.Contain("D04").And.Contain("D05").And.Not.Contain("D02"));
        });
    }

    [Test]
    public async Task The_receipt_leads_to_the_progress_page_with_its_number_and_without_its_code()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development", chosen: new Dictionary<string, string?> { ["Site:Address"] = "https://window.example/" });
        await app.Project(Mine);
        var taken = await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Mine, ["A01"], ["D02"], "示例科技有限公司", "0813-0000000"), Person.Clerk);
        using var clerk = await app.SignedIn("clerk");

        var offer = (await clerk.Page($"/applications/{taken.Number}/receipt")).QuerySelector(".look-up")!;

        var address = $"https://window.example/progress?number={taken.Number}";
        using var anybody = app.Http();
        Assert.Multiple(async () =>
        {
            Assert.That(offer.QuerySelector(".code")!.TextContent, Is.EqualTo(address));
            Assert.That(offer.QuerySelector("svg.qr path")!.GetAttribute("d"), Is.EqualTo(QrPicture.Of(address, new("", "")).Path), "the squares say the same and no more");
            Assert.That((await anybody.Page(new Uri(address).PathAndQuery)).QuerySelector("[name=Number]")!.GetAttribute("value"), Is.EqualTo(taken.Number));
        });
    }

    [Test]
    public async Task A_clerk_who_comes_second_is_told_on_the_page_who_was_first()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var received = await app.Receive(Mine, "A01");
        using var clerk = await app.SignedIn("clerk");
        var page = await clerk.Page($"/applications/{received.Number}");
        await app.Send(new Accept.Command(received.Number), Person.OtherClerk);

        using var answer = await Send(clerk, page, $"/applications/{received.Number}?handler=Accept");

        Assert.Multiple(async () =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That((await answer.Html()).QuerySelector(".errors")!.TextContent, Does.Contain("该申请已由另一窗口于 2026-03-02 09:00 办理为「已受理」"));
        });
    }

    /// <summary>Of two tabs on one application, what the second still shows has been overtaken by what the first has done.</summary>
    [TestCase("NotAccept", "Reason=不属于本中心|RightAuthority=示例市林业局")]
    [TestCase("NoPermitNeeded", "Reason=依法不需要许可")]
    [TestCase("Withdraw", "Reason=不再建设")]
    [TestCase("Accept", "")]
    public async Task A_tab_from_before_a_correction_can_no_longer_answer_neither_while_it_is_open_nor_after(string act, string fields)
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var received = await app.Receive(Mine, "A01");
        using var clerk = await app.SignedIn("clerk");
        var url = $"/applications/{received.Number}?handler={act}";
        var tab = await clerk.Page($"/applications/{received.Number}");
        var typed = fields.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('=')).Select(f => (f[0], f[1]))
            .Append(("Seen", tab.QuerySelector($"form[action$='handler={act}'] [name=Seen]")!.GetAttribute("value")!)).ToArray();

        await app.Send(new AskCorrection.Command([new("D04", "投资额有误")], received.Number), Person.OtherClerk);
        using var during = await Send(clerk, tab, url, typed);
        await app.Send(new CloseCorrection.Command(["D04"], received.Number), Person.OtherClerk);
        using var after = await Send(clerk, tab, url, typed);
        var untouched = await app.Value<string>("SELECT state FROM onewindow_application WHERE number = @Number", new { received.Number });
        using var afresh = await clerk.Submit($"/applications/{received.Number}", $"form[action$='handler={act}']", typed[..^1]);

        Assert.Multiple(async () =>
        {
            Assert.That((during.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
            Assert.That((await during.Html()).QuerySelector(".errors")!.TextContent, Does.Contain("该申请已由另一窗口于 2026-03-02 09:00 要求补正，请刷新页面"));
            Assert.That((await after.Html()).QuerySelector(".errors")!.TextContent, Does.Contain("该申请现在没有在补正，也尚未答复"));
            Assert.That(untouched, Is.EqualTo("Received"));
            Assert.That(afresh.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), "who has looked again may");
        });
    }

    [Test]
    public async Task Whoever_accepts_is_told_how_many_files_there_are_and_that_none_can_follow()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var received = await app.Receive(Mine, "A01");
        using var clerk = await app.SignedIn("clerk");

        var none = await clerk.Page($"/applications/{received.Number}");
        await app.Send(new UploadFiles.Command([Samples.Pdf().Sent("执照.pdf")], "D02", received.Number), Person.Clerk);
        var one = await clerk.Page($"/applications/{received.Number}");

        Assert.Multiple(() =>
        {
            Assert.That(none.QuerySelector("#files-there")!.TextContent, Does.Contain("已上传 0 个文件；受理后不能再上传"));
            Assert.That(none.QuerySelector("form[action$='handler=Accept'] button")!.GetAttribute("data-confirm"), Does.Contain("已上传 0 个文件；受理后不能再上传"));
            Assert.That(one.QuerySelector("#files-there")!.TextContent, Does.Contain("已上传 1 个文件"));
        });
    }

    [Test]
    public async Task The_notice_of_correction_and_that_of_non_acceptance_are_printed_from_the_application_once_there_is_something_to_say()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var received = await app.Receive(Mine, "A01");
        var at = $"/applications/{received.Number}";
        using var clerk = await app.SignedIn("clerk");
        using var tooSoon = await clerk.GetAsync(at + "/correction");
        using var notYet = await clerk.GetAsync(at + "/refusal");

        await app.Send(new AskCorrection.Command([new("D04", "投资额有误"), new("D02", "执照已过期")], received.Number), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(1));
        using var nextDay = await app.SignedIn("clerk");
        var links = (await nextDay.Page(at)).QuerySelectorAll(".page-head a").Select(a => a.GetAttribute("href")).ToList();
        var correction = (await nextDay.Page(at + "/correction")).QuerySelector(".paper")!;
        await app.Send(new NotAccept.Command("不属于本中心职权", "示例市林业局", received.Number), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(1));
        using var third = await app.SignedIn("clerk");
        using var english = await app.SignedIn("clerk", english: true);
        links.AddRange((await third.Page(at)).QuerySelectorAll(".page-head a").Select(a => a.GetAttribute("href")));
        var over = await third.Page(at);
        var refusal = (await third.Page(at + "/refusal")).QuerySelector(".paper")!;
        var inEnglish = (await english.Page(at + "/refusal")).QuerySelector(".paper")!;

        Assert.Multiple(() =>
        {
            Assert.That((tooSoon.StatusCode, notYet.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
            Assert.That(links, Does.Contain(at + "/correction").And.Contain(at + "/refusal"));
            Assert.That(over.QuerySelector("#results")!.TextContent, Does.Contain("不会有结果").And.Not.Contain("还没有结果"));
            Assert.That(correction.QuerySelector("h1")!.TextContent, Is.EqualTo("一次性补正告知书"));
            Assert.That(correction.QuerySelector("tbody")!.TextContent, Does.Contain("D04").And.Contain("投资额有误").And.Contain("D02").And.Contain("执照已过期"));
            Assert.That(correction.TextContent, Does.Contain("第三十二条第一款第四项").And.Contain(received.Number).And.Contain("示例科技有限公司"));
            Assert.That(correction.QuerySelector(".sign")!.TextContent, Does.Contain("2026 年 3 月 2 日"), "the day it was told, not the day it is printed");
            Assert.That(refusal.QuerySelector("h1")!.TextContent, Is.EqualTo("不予受理通知书"));
            Assert.That(refusal.TextContent, Does.Contain("第三十二条第一款第二项").And.Contain("不属于本中心职权").And.Contain("示例市林业局").And.Contain("行政复议").And.Contain("行政诉讼"));
            Assert.That(refusal.QuerySelector(".sign")!.TextContent, Does.Contain("2026 年 3 月 3 日"));
            Assert.That(inEnglish.QuerySelector("h1")!.TextContent, Is.EqualTo("Notice of non-acceptance"));
            Assert.That(new[] { correction, refusal }.Select(p => p.QuerySelector(".running")!.TextContent), Is.All.Contain(received.Number), "at the foot of each sheet");
        });
    }

    [Test]
    public async Task What_is_over_at_the_window_is_offered_to_no_other_window()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        using var clerk = await app.SignedIn("clerk");
        foreach (var (state, over) in new (string, Func<string, Task>)[]
        {
            ("不予受理", number => app.Send(new NotAccept.Command("不属于本中心职权", "示例市林业局", number), Person.Clerk)),
            ("不受理", number => app.Send(new NoPermitNeeded.Command("依法实行告知即可", number), Person.Clerk)),
            ("撤件", number => app.Send(new Withdraw.Command("项目取消", number), Person.Clerk)),
        })
        {
            var number = (await app.Receive(Mine, "A01")).Number;
            var offered = await IsOffered(number);
            await over(number);
            Assert.That((offered, await IsOffered(number)), Is.EqualTo((true, false)), state);
        }

        async Task<bool> IsOffered(string number) => (await clerk.Page($"/applications/{number}")).QuerySelector("form[action$='handler=Move']") is not null;
    }

    [Test]
    public async Task Where_no_permit_is_needed_the_paper_says_that_and_names_no_other_authority()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var received = await app.Receive(Mine, "A01");
        using var clerk = await app.SignedIn("clerk");

        await app.Send(new NoPermitNeeded.Command("依法实行告知即可", received.Number), Person.Clerk);
        var paper = (await clerk.Page($"/applications/{received.Number}/refusal")).QuerySelector(".paper")!;

        Assert.That(paper.QuerySelector("h1")!.TextContent, Is.EqualTo("不受理告知书"));
        Assert.That(paper.TextContent, Does.Contain("第三十二条第一款第一项").And.Contain("依法实行告知即可").And.Not.Contain("应当向其申请的行政机关"));
    }

    [Test]
    public async Task The_history_of_an_application_is_in_the_order_of_time_a_hand_out_at_the_end_of_its_day()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        var applied = await app.Apply(Mine, "A01", "A10");
        await app.Approve(applied["A01"], "FGJX");
        await app.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Approve(applied["A10"], "SWJ");
        using var clerk = await app.SignedIn("clerk");

        var lines = (await clerk.Page($"/applications/{applied.Number}")).QuerySelector(".timeline")!.QuerySelectorAll("li").Select(l => l.TextContent.Trim()).ToList();

        Assert.That(lines.Select(l => l[..10]), Is.Ordered);
        Assert.That(lines[^3..].Select(l => l.Contains("出件", StringComparison.Ordinal)), Is.EqualTo(new[] { false, true, false }), string.Join('\n', lines));
    }

    [Test]
    public async Task The_desk_leads_from_what_runs_to_a_list_of_as_many_and_no_receipt_offers_an_intake_to_whoever_takes_none_in()
    {
        await using var app = await App.Start("2026-03-02 09:00", "Development");
        using var clerk = await app.SignedIn("clerk");
        using var supervisor = await app.SignedIn("supervisor");
        await app.Project(Mine);
        var applied = await app.Apply(Mine, "A01", "A10");

        var counter = (await clerk.Page("/")).QuerySelectorAll(".counter").Single(c => c.TextContent.Contains("部门在办", StringComparison.Ordinal));
        var running = (await clerk.Page(counter.GetAttribute("href")!)).QuerySelectorAll("td[data-label='办理中']").Sum(c => int.Parse(c.TextContent, System.Globalization.CultureInfo.InvariantCulture));

        Assert.That(running, Is.GreaterThan(0));
        Assert.That(counter.QuerySelector("b")!.TextContent, Does.StartWith($"{running} "));
        Assert.That((await clerk.Page($"/applications/{applied.Number}/receipt")).QuerySelectorAll("main a[href='/intake']"), Has.Length.EqualTo(1));
        Assert.That((await supervisor.Page($"/applications/{applied.Number}/receipt")).QuerySelectorAll("main a[href='/intake']"), Is.Empty);
    }

    [Test]
    public async Task An_application_is_found_by_its_number_a_case_number_or_the_project_code()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var received = await app.Receive(Scene.ProjectCode, "A01");

        Assert.Multiple(async () =>
        {
            foreach (var search in new[] { received.Number, received.Number.ToLowerInvariant(), received["A01"], Scene.ProjectCode })
                Assert.That((await app.Send(new ListApplications.Query(Search: search), Person.Auditor)).Rows.Select(r => r.Number), Is.EqualTo(new[] { received.Number }), search);
            Assert.That((await app.Send(new ListApplications.Query(ApplicationState.Accepted), Person.Auditor)).Rows, Is.Empty);
            Assert.That((await app.Send(new ListApplications.Query(Search: "20260302-00000"), Person.Auditor)).Rows, Is.Empty);
        });
    }

    [Test]
    public async Task The_list_goes_on_after_its_first_page_without_a_gap()
    {
        await using var app = await App.Start("2026-03-02 09:00");
        await app.Project();
        var numbers = new List<string>();
        for (var i = 0; i < 52; i++)
        {
            var taken = await app.Receive(Scene.ProjectCode, "A01");
            await app.Send(new Withdraw.Command("重新收件", taken.Number), Person.Clerk);
            numbers.Add(taken.Number);
        }

        var first = await app.Send(new ListApplications.Query(), Person.Auditor);
        var second = await app.Send(new ListApplications.Query(After: first.Next), Person.Auditor);

        Assert.Multiple(() =>
        {
            Assert.That(first.Rows.Concat(second.Rows).Select(r => r.Number), Is.EqualTo(Enumerable.Reverse(numbers)));
            Assert.That(second.Next, Is.Null);
        });
    }

    private static async Task<IHtmlDocument> Post(HttpClient browser, IHtmlDocument page, string url, params (string Name, string Value)[] fields)
    {
        using var answer = await Send(browser, page, url, fields);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Html();
    }

    /// <summary>The main form of a page that is already open: its hidden fields and texts, and these fields.</summary>
    private static async Task<HttpResponseMessage> Send(HttpClient browser, IHtmlDocument page, string url, params (string Name, string Value)[] fields)
    {
        var form = page.QuerySelectorAll("main form[method=post]").OfType<IHtmlFormElement>().First();
        var given = fields.Select(f => f.Name).ToHashSet();
        var kept = form.Elements.OfType<IHtmlInputElement>()
            .Where(i => i.Name is { Length: > 0 } name && !given.Contains(name) && (i.Type is not "checkbox" || i.IsChecked))
            .Select(i => KeyValuePair.Create(i.Name!, i.Value));
        using var content = new FormUrlEncodedContent(kept.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));
        return await browser.PostAsync(url, content);
    }
}
