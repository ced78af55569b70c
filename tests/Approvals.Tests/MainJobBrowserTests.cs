using Approvals.Demonstration;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Documents;
using Approvals.Tests.Permits;
using Approvals.Tests.Reports;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Hangfire;
using Microsoft.Playwright;

namespace Approvals.Tests;

/// <summary>The main job as its people do it: by clicking, in a real browser, at the width of a desk and of a phone.</summary>
[Parallelizable]
internal sealed class MainJobBrowserTests
{
    private const string English = "/language/en?returnUrl=";
    private const string Own = "/projects/2601-510300-04-01-900005";
    private const string ChangesOfOwn = "/portfolio/changes?project=2601-510300-04-01-900005";
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Milliseconds.</summary>
    private const float Patience = 60_000;

    /// <summary>Where pictures of every page go, at both widths; without it none are made: they take longer than all else here.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("APPROVALS_PICTURES") is { Length: > 0 } folder ? folder : null;

    private static readonly AxeRunOptions OnlyWhatIsWrong = new() { ResultTypes = [ResultType.Violations] };

    private App app = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private IPage page = null!;

    /// <summary>What <see cref="Look"/> found, told at the end so that it is told whole.</summary>
    private List<string> wrong = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        if (!File.Exists(Chromium))
            Assert.Ignore($"There is no browser at {Chromium}. Install it with: apt-get install -y chromium fonts-noto-cjk");
        app = await App.Start("2026-03-02 09:00", "Development");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        // What is looked for is waited for as long as what is pressed: beside other tests a page may take its time.
        Assertions.SetDefaultExpectTimeout(Patience);
        if (Pictures is not null) Directory.CreateDirectory(Pictures);
    }

    /// <summary>Each in a browser that knows nothing of the one before.</summary>
    [SetUp]
    public async Task Sit()
    {
        wrong = [];
        page = await browser.NewPageAsync(new() { BaseURL = app.Address.ToString(), Locale = "zh-CN", ViewportSize = new() { Width = 1280, Height = 900 } });
        page.SetDefaultTimeout(Patience);
        // Whatever a page does against the policy that came with it, and every script that fails, the browser says in its console.
        page.Console += (_, said) => { if (said.Type == "error") wrong.Add($"{said.Location}: {said.Text}"); };
        page.PageError += (_, error) => wrong.Add($"{page.Url}: {error}");
    }

    [TearDown]
    public async Task Rise()
    {
        if (page is not null) await page.Context.CloseAsync();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (app is not null) await app.DisposeAsync();
    }

    [Test]
    public async Task From_sign_in_to_the_certificate_in_the_applicants_hand()
    {
        await page.GotoAsync("/sign-in");
        await Look("sign-in");
        await SignIn("clerk");
        await Look("desk-empty");

        // The project is new: it is registered first.
        await Click("新收件");
        await Click("登记新项目");
        await Fill("Code", "2603-510300-04-01-990001");
        await Fill("Name", "浏览器测试厂房（示例）");
        await Fill("CreditCode", "91510300MA0000001Y");
        await Fill("Enterprise", "示例科技有限公司");
        await Fill("Place", "高新区示例路");
        await page.Locator("#ProcessCode").SelectOptionAsync("IND-REFORM");
        await Fill("Investment", "125000");
        await page.Locator("#InvestmentUnit").SelectOptionAsync("Wan");
        await Fill("LandArea", "80000");
        await Look("project-new");
        await Press("登记项目");

        // One form, ten items.
        await page.GotoAsync("/intake");
        await Fill("q", "浏览器测试");
        await Press("查找");
        await Look("intake-project");
        await page.GetByRole(AriaRole.Link, new() { Name = "浏览器测试厂房（示例）", Exact = true }).ClickAsync();
        await page.Locator("#i-A01").CheckAsync();
        await Assertions.Expect(page.Locator("#checklist")).ToContainTextAsync("D05");
        await Press("全选");
        await Assertions.Expect(page.Locator("input[name=Items]:checked")).ToHaveCountAsync(10);
        await Assertions.Expect(page.Locator("#checklist")).ToContainTextAsync("D41");
        await Press("全部收到");
        await Assertions.Expect(page.Locator("input[name=GivenDocuments]:checked")).ToHaveCountAsync(25);
        await Fill("ApplicantPhone", "0813-0000000");
        await Look("intake");
        await Press("收件并打印回执");
        await Assertions.Expect(page.Locator("article.paper h1")).ToHaveTextAsync("收件回执");
        await Look("receipt");
        await Click("到申请");
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("待受理");
        await Look("application-received");

        await Press("受理");
        await Confirm();
        await Assertions.Expect(page.Locator(".page-head .state")).ToHaveTextAsync("已受理");
        var application = new Uri(page.Url).AbsolutePath;
        await Look("application-accepted");
        await Click("工作台");
        await Look("desk");

        // The department decides.
        await SignOut();
        await SignIn("fgjx");
        await page.GotoAsync("/queue");
        await Look("queue");
        await page.Locator("td.card-title a").First.ClickAsync();
        await Press("开始办理");
        await Look("case");
        await page.Locator("[name='approve.certificateNumber']").FillAsync("示例备〔2026〕1号");
        await page.Locator("form[action*='handler=Approve'] button.btn-primary").ClickAsync();
        await Confirm();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("办结（通过）");
        await Look("case-approved");

        // The result is back at the window and goes into the applicant's hand.
        await SignOut();
        await SignIn("clerk2");
        await Click("申请");
        await Fill("search", application.Split('/')[^1]);
        await Press("查找");
        Assert.That(new Uri(page.Url).AbsolutePath, Is.EqualTo(application));
        await page.GetByText("登记出件").ClickAsync();
        await Fill("Recipient", "示例经办");
        await Press("出件");
        await Assertions.Expect(page.Locator("#results")).ToContainTextAsync("示例经办 领取 · 窗口人员二（示例）经办");
        await Assertions.Expect(page.Locator("#results")).ToContainTextAsync("示例备〔2026〕1号");
        await Look("application-handed-out");
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("clerk", "/", "/intake", "/applications", "/applications?state=Accepted", "/queue", "/cases", "/land", "/projects", "/projects/new", "/catalogue", "/catalogue/items/A02", "/catalogue/processes/IND-REFORM", "/calendar", "/supervision", "/orders", "/account", "/account/factor")]
    [TestCase("zrzy", "/", "/queue", "/cases")]
    [TestCase("manager", "/", "/projects", Own + "/schedule", Own + "/schedule?zoom=Week", Own + "/schedule?zoom=Quarter", Own + "/milestones", Own + "/plan", Own + "/investment", "/portfolio", "/portfolio/changes", ChangesOfOwn, "/portfolio/investment", "/feed",
        English + Own + "/schedule", Own + "/milestones", Own + "/plan", Own + "/investment", "/portfolio", "/portfolio/changes", ChangesOfOwn, "/portfolio/investment", "/feed")]
    [TestCase("leader", "/", "/supervision", "/portfolio", "/portfolio/changes", English + "/portfolio", "/portfolio/changes")]
    [TestCase("admin", "/operations", "/account/factor")]
    [TestCase("security", "/accounts", "/accounts/clerk", "/windows", "/language/en?returnUrl=/windows")]
    [TestCase("supervisor", "/hand-over?from=clerk")]
    public async Task No_page_keeps_anybody_out(string login, params string[] urls)
    {
        await SignIn(login);
        var language = "";
        foreach (var url in urls)
        {
            if (url.StartsWith(English, StringComparison.Ordinal)) language = "-en";
            await page.GotoAsync(url);
            await Look($"{login}{url.Replace(English, "", StringComparison.Ordinal).Replace('/', '-').Replace('?', '-')}".TrimEnd('-') + language);
        }

        Assert.That(wrong, Is.Empty);
    }

    /// <summary>The report with something found in it, its lists and its control page, in both languages.</summary>
    [Test]
    public async Task The_report_keeps_nobody_out()
    {
        for (var n = 0; n < 10; n++) await app.ClosedFact("A04", "ZRZY", new DateOnly(2026, 2, 27), used: 2, limit: 10);
        await app.MakeReports();
        await SignIn("leader");
        foreach (var language in new[] { "zh", "en" })
        {
            foreach (var (name, url) in new[]
            {
                ("report", "/reports/sla?date=2026-02-27"), ("report-month", "/reports/sla?date=2026-02-27&period=month&projects=true"), ("report-cases", "/reports/sla/cases?list=closed&from=2026-02-27&to=2026-02-27&cut=item&key=A04"),
                ("report-projects", "/reports/sla/projects?list=completed&from=2025-01-01&to=2026-02-27"), ("report-runs", "/reports/sla/runs"),
            })
            {
                await page.GotoAsync($"/language/{language}?returnUrl={Uri.EscapeDataString(url)}");
                if (name == "report") await Assertions.Expect(page.Locator("main")).ToContainTextAsync(language == "zh" ? "时限 10 个工作日可以缩短" : "the limit of 10 working days could be shorter");
                await Look($"{name}-{language}");
            }
        }

        await page.GotoAsync("/language/zh?returnUrl=/reports/sla");
        await SignOut();
        await SignIn("supervisor");
        await page.GotoAsync("/reports/sla/runs");
        await Look("report-runs-supervisor");
        await Fill("Day", "2026-02-27");
        await Fill("Reason", "核对");
        await Press("重算这一天");
        await page.Locator("a[href$='date=2026-02-27&revision=1']").ClickAsync();
        await Assertions.Expect(page.Locator("#superseded")).ToContainTextAsync("已被修订号 2 取代");
        await Look("report-superseded");

        // The first of March is a Sunday, and its report the newest. What the page says of its workbook comes by itself.
        await page.GotoAsync("/reports/sla");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("上一个工作日 2026-02-28");
        var file = await page.RunAndWaitForDownloadAsync(() => page.Locator("#xlsx").ClickAsync());
        Assert.That(file.SuggestedFilename, Is.EqualTo("sla-day-20260301.xlsx"));
        await Assertions.Expect(page.Locator("#making")).ToContainTextAsync("已写完");
        await Look("report-day-off");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task An_application_of_another_window_its_own_page_and_its_receipt_keep_nobody_out()
    {
        await SignIn("clerk");
        await page.GotoAsync("/applications?search=2601-510300-04-01-900003");
        await Look("list-of-all-windows");
        await page.Locator("td.card-title a").First.ClickAsync();
        await Assertions.Expect(page.Locator("#foreign")).ToContainTextAsync("2号窗口");
        await Look("application-foreign");
        var application = new Uri(page.Url).AbsolutePath;
        await SignOut();
        await SignIn("clerk3");
        await Look("desk-of-a-window");
        await page.GotoAsync(application);
        await page.GetByText("转到其他窗口").ClickAsync();
        await Look("application-own");
        await page.GotoAsync(application + "/receipt");
        await Look("receipt");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.Locator(".paper .running")).ToContainTextAsync(application.Split('/')[^1]);
        await Assertions.Expect(page.Locator(".paper .running")).ToHaveCSSAsync("display", "table-footer-group");
        if (Pictures is not null) await page.PdfAsync(new() { Path = Path.Combine(Pictures, "receipt.pdf"), PreferCSSPageSize = true, PrintBackground = true });
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Whoever_hands_work_over_confirms_how_much_and_to_whom()
    {
        await SignIn("supervisor");
        await page.GotoAsync("/hand-over?from=clerk");
        var ticks = page.Locator("main input[name=Numbers]");
        var all = await ticks.CountAsync();
        await ticks.First.UncheckAsync();
        var chosen = page.Locator("#To option").Nth(1);
        await page.Locator("#To").SelectOptionAsync(await chosen.GetAttributeAsync("value") ?? "");
        await Fill("Reason", "调离");
        await Press("移交所选");

        await Assertions.Expect(page.Locator("#confirm .confirm-text")).ToContainTextAsync($"的 {all - 1} 件工作移交给 {await chosen.InnerTextAsync()}？");
        await Picture("hand-over-confirm-1280.png");
        Assert.That(all, Is.GreaterThan(1));
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>The two pages that are not the program's own run under a looser policy, and within it.</summary>
    [Test]
    public async Task The_jobs_and_the_browser_of_the_api_do_their_work_under_their_policy()
    {
        app.Services.GetRequiredService<IRecurringJobManager>().AddOrUpdate<Modules.Documents.SweepFiles.Job>("documents.sweep-files", job => job.Run(CancellationToken.None), "20 2 * * *");
        await SignIn("admin");
        foreach (var url in new[] { "/jobs", "/jobs/jobs/enqueued", "/jobs/jobs/scheduled", "/jobs/jobs/processing", "/jobs/jobs/succeeded", "/jobs/jobs/failed", "/jobs/retries", "/jobs/servers", "/jobs/recurring" })
        {
            await page.GotoAsync(url);
            await Assertions.Expect(page.Locator(".page-header").First).ToBeVisibleAsync();
            await Picture($"admin{url.Replace('/', '-')}-1280.png");
        }

        // It only shows: a job is started by a command, on the page of operations.
        await Assertions.Expect(page.Locator("button[data-url*='/recurring/']")).ToHaveCountAsync(0);

        await page.GotoAsync("/openapi/");
        var operation = page.GetByRole(AriaRole.Link, new() { NameRegex = new("^How the program is") }).First;
        await Assertions.Expect(operation).ToBeVisibleAsync();
        await Picture("openapi-1280.png");
        await operation.ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("GET/health", StringComparison.Ordinal));
        await Picture("openapi-operation-1280.png");
        await page.SetViewportSizeAsync(390, 844);
        await Picture("openapi-390.png");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task What_a_page_does_against_its_policy_is_heard_and_not_done()
    {
        await page.GotoAsync("/sign-in");
        await page.EvaluateAsync("document.body.insertAdjacentHTML('beforeend', '<p id=\"styled\" style=\"color: rgb(1, 2, 3)\" onclick=\"document.title = 1\">x</p>')");
        await page.Locator("#styled").ClickAsync();
        var colour = await page.Locator("#styled").EvaluateAsync<string>("p => getComputedStyle(p).color");

        Assert.That((colour, await page.TitleAsync()), Is.Not.EqualTo(("rgb(1, 2, 3)", "1")));
        Assert.That(colour, Is.Not.EqualTo("rgb(1, 2, 3)"));
        Assert.That(wrong.Where(w => w.Contains("Content Security Policy", StringComparison.Ordinal)), Has.Exactly(2).Items, "the style and the handler");
    }

    /// <summary>With the script: what is sent is seen to arrive, and what is wrong stands on the page without the form being lost.</summary>
    [Test]
    public async Task A_file_is_sent_with_its_progress_and_what_is_wrong_with_it_is_told_in_place()
    {
        await app.Project("2603-510300-04-01-990009");
        var number = (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), "2603-510300-04-01-990009", ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
        await SignIn("clerk");
        await page.GotoAsync($"/applications/{number}/files");
        var form = page.Locator("#doc-D02 form[enctype]");

        await form.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "程序.pdf", MimeType = "application/pdf", Buffer = "MZ program"u8.ToArray() });
        await form.Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator(".errors")).ToContainTextAsync("这是程序或脚本");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.className"), Does.Contain("errors"), "a screen reader is told");
        await Look("files-refused");

        // Held at the door, so that the share that has arrived can be looked at.
        var seen = new TaskCompletionSource();
        await page.RouteAsync("**/files?handler=Upload", async route =>
        {
            await seen.Task;
            await route.ContinueAsync();
        });
        await form.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "资料.pdf", MimeType = "application/pdf", Buffer = Samples.Pdf() });
        await form.Locator("button").ClickAsync();
        await Assertions.Expect(form.Locator("progress")).ToBeVisibleAsync();
        await Assertions.Expect(form.Locator("button")).ToBeDisabledAsync();
        seen.SetResult();
        await Assertions.Expect(page.Locator("#doc-D02 td.card-title a")).ToHaveTextAsync("资料.pdf");
        Assert.That(new Uri(page.Url).Fragment, Is.EqualTo("#doc-D02"));
        await Look("files");

        await page.UnrouteAsync("**/files?handler=Upload");
        await page.RouteAsync("**/files?handler=Upload", route => route.AbortAsync());
        await form.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "资料2.pdf", MimeType = "application/pdf", Buffer = Samples.Jpeg() });
        await form.Locator("button").ClickAsync();
        await Assertions.Expect(form.Locator("[role=status]")).ToContainTextAsync("上传中断");
        await Assertions.Expect(form.Locator("button")).ToBeEnabledAsync();

        // What belongs to one case: a document that is owed, and the result, which is the department's to file.
        await app.Project("2603-510300-04-01-990010");
        var applied = await app.Apply("2603-510300-04-01-990010", "A01");
        await app.Send(new ApproveWithDocumentsOwed.Command(applied["A01"], "示例备〔2026〕9号", ["D04"], new DateOnly(2026, 3, 20)), Person.Reviewer("FGJX"));
        await app.Send(new UploadPaper.Command([Samples.Pdf().Sent("备案证.pdf")], "RESULT", applied["A01"]), Person.Reviewer("FGJX"));
        await page.GotoAsync($"/applications/{applied.Number}/files");
        await Assertions.Expect(page.Locator($"[id='{applied["A01"]}-D04'] form[enctype]")).ToBeVisibleAsync();
        await Look("files-of-a-case");
        Assert.That(wrong.Where(w => !w.Contains("Failed to load resource", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_was_written_when_the_session_ended_is_there_again_after_signing_in_and_going_back()
    {
        await page.Context.CloseAsync();
        page = await (await browser.NewContextAsync(new() { BaseURL = app.Address.ToString(), Locale = "zh-CN" })).NewPageAsync(); // one with tabs
        await SignIn("clerk");
        await page.GotoAsync("/account");
        await Fill("Email", "what.i.wrote@zone.example");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/account");
        await other.Locator(".who button").ClickAsync();
        await Assertions.Expect(other.Locator("#login")).ToBeVisibleAsync();

        await page.Locator("form[action*=Email] button").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("登录已结束，没有保存");
        var tab = await page.RunAndWaitForPopupAsync(() => Click("在新标签页登录"));
        await tab.Locator("#login").FillAsync("clerk");
        await tab.Locator("#password").FillAsync(Zone.Password);
        await tab.Locator("main form button").ClickAsync();
        await Assertions.Expect(tab.Locator(".who")).ToContainTextAsync("退出");
        await page.GoBackAsync();

        await Assertions.Expect(page.Locator("#Email")).ToHaveValueAsync("what.i.wrote@zone.example");
    }

    [Test]
    public async Task A_word_without_an_end_makes_no_page_wider_than_its_screen()
    {
        var word = new string('w', 190);
        const string code = "2603-510300-04-01-990002";
        await app.Project(code);
        var application = await app.Receive(code, "A01");
        await app.Send(new AskCorrection.Command([new("D04", word)], application.Number), Person.Clerk);
        await app.Send(new CloseCorrection.Command(["D04"], application.Number), Person.Clerk);
        await app.Send(new Accept.Command(application.Number), Person.Clerk);
        var number = application.Number + "-01";
        await app.Send(new StartHandling.Command(number), Person.Reviewer("FGJX"));
        await app.Send(new GiveOpinion.Command(number, word), Person.Reviewer("FGJX"));
        await app.Send(new Withdraw.Command(word, application.Number), Person.Clerk);
        await SignIn("supervisor");

        foreach (var url in new[] { $"/applications/{application.Number}", $"/cases/{number}", $"/applications/{application.Number}/correction" })
        {
            await page.GotoAsync(url);
            if (!url.EndsWith("correction", StringComparison.Ordinal)) await Assertions.Expect(page.Locator("main")).ToContainTextAsync(word);
            foreach (var width in new[] { 1280, 390 })
            {
                await page.SetViewportSizeAsync(width, 900);
                Assert.That(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), url);
            }
        }
    }

    private async Task SignIn(string login)
    {
        // A code is good once: the next one.
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        await page.GotoAsync("/sign-in");
        await Fill("login", login);
        await Fill("password", Zone.Password);
        await page.Locator("main form button").ClickAsync();
        await Assertions.Expect(page.Locator("#demonstration-code, .who button").First).ToBeVisibleAsync();
        if (await page.Locator("#demonstration-code").CountAsync() > 0)
        {
            // An administrator: the second factor, which is set up at the first time.
            await Look("second-factor");
            var isFirst = await page.Locator("[name=Offered]").CountAsync() > 0;
            await Fill("code", await page.Locator("#demonstration-code").InnerTextAsync());
            await page.Locator("main form button").ClickAsync();
            if (isFirst)
            {
                await Look("recovery-codes");
                await page.Locator("main a.btn-primary").ClickAsync();
            }
        }

        await Assertions.Expect(page.Locator(".who")).ToContainTextAsync("退出");
    }

    private Task SignOut() => page.Locator(".who button").ClickAsync();

    private Task Fill(string id, string value) => page.Locator($"[id='{id}'], [id^='r-'][name='{id}']").First.FillAsync(value);

    private Task Click(string link) => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();

    private Task Press(string button) => page.Locator("main").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();

    private Task Confirm() => page.Locator("#confirm button[value=ok]").ClickAsync();

    /// <summary>Nothing in the way of a keyboard or a screen reader; nothing wider than the phone.</summary>
    private async Task Look(string name)
    {
        await Picture(name + "-1280.png");
        var found = await page.RunAxe(OnlyWhatIsWrong);
        wrong.AddRange(found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{page.Url}: {v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
        await page.SetViewportSizeAsync(390, 844);
        await Picture(name + "-390.png");
        var width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        await page.SetViewportSizeAsync(1280, 900);
        if (width > 390) wrong.Add($"{page.Url}: a phone would scroll sideways, it is {width} wide");
    }

    private async Task Picture(string name)
    {
        if (Pictures is not null) await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name), FullPage = true });
    }
}
