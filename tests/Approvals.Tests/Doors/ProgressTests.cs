using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Doors;

/// <summary>进度查询: whoever holds the receipt sees how it stands, and nobody else learns anything.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ProgressTests
{
    private App app = null!;
    private string number = "";
    private string code = "";

    [OneTimeSetUp]
    public async Task Open()
    {
        app = await App.Start();
        await app.Project();
        var application = await app.Receive(Scene.ProjectCode, "A01", "A02");
        number = application.Number;
        code = await app.Value<string>("SELECT query_code FROM onewindow_application WHERE number = @number", new { number });
    }

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [Test]
    public async Task The_holder_of_the_receipt_sees_stage_days_and_what_to_do_without_signing_in()
    {
        using var browser = app.Browser();
        using var answer = await browser.Submit($"/progress?number={number}", "main form", ("Code", code));
        var page = await answer.Html();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.QuerySelector("main")!.TextContent, Does.Contain(number).And.Contain("待受理").And.Contain("2026-03-02").And.Contain("目前不需要您做什么"));
        Assert.That(page.QuerySelectorAll("table.data tbody tr"), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task It_shows_nothing_personal_and_nothing_of_the_enterprise()
    {
        using var browser = app.Browser();
        using var answer = await browser.Submit($"/progress?number={number}", "main form", ("Code", code));
        var shown = await answer.Content.ReadAsStringAsync();
        using var program = app.Http();
        using var json = await Ask(program, number, code);
        shown += await json.Content.ReadAsStringAsync();

        foreach (var secret in new[] { "示例经办", "0813-0000000", "示例科技有限公司", "91510300MA0000001Y", "精密结构件厂房", Scene.ProjectCode, "高新区示例路", code })
            Assert.That(shown, Does.Not.Contain(secret));
    }

    [Test]
    public async Task A_correction_tells_which_documents_are_wanted()
    {
        await using var own = await App.Start();
        await own.Project();
        var application = await own.Receive(Scene.ProjectCode, "A01");
        var document = (await own.Rows<string>("SELECT document FROM onewindow_material ORDER BY document"))[0];
        var name = await own.Value<string>("SELECT name_zh FROM onewindow_material WHERE document = @document", new { document });
        await own.Send(new AskCorrection.Command([new(document, "王某的身份证复印件不清")], application.Number), Person.Clerk);

        var result = await own.Send(new ShowProgress.Query(application.Number, await own.Value<string>("SELECT query_code FROM onewindow_application")));

        Assert.That(result.ToDo.Select(t => t.Zh), Has.One.Contains("补正"));
        Assert.That(result.Documents.Select(d => d.Zh), Is.EqualTo(new[] { name }));
    }

    [Test]
    public async Task The_other_language_keeps_what_was_looked_up_and_no_address_or_page_holds_the_code()
    {
        using var browser = app.Browser();
        using var found = await browser.Submit($"/progress?number={number}", "main form", ("Code", code));
        var page = await found.Html();
        var form = page.QuerySelector(".lang form")!;
        var fields = form.QuerySelectorAll("input").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!);

        using var way = await browser.PostAsync(form.QuerySelector("button[lang=en]")!.GetAttribute("formaction"), new FormUrlEncodedContent(fields));
        using var translated = await browser.PostAsync(way.Headers.Location, new FormUrlEncodedContent(fields));
        fields["Ticket"] += "x";
        using var forged = await browser.PostAsync("/progress", new FormUrlEncodedContent(fields));

        Assert.That((way.StatusCode, way.Headers.Location!.OriginalString), Is.EqualTo((HttpStatusCode.TemporaryRedirect, "/progress")), "sent on as it was");
        Assert.That((await translated.Html()).QuerySelector("main")!.TextContent, Does.Contain(number).And.Contain("There is nothing for you to do at the moment"));
        Assert.That(page.DocumentElement.OuterHtml, Does.Not.Contain(code));
        Assert.That((forged.StatusCode, (await forged.Html()).QuerySelector("main")!.TextContent.Contains(number, StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.BadRequest, false)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_holds_a_certificate_that_was_taken_back_is_told_to_bring_it_to_the_window(bool handedOut)
    {
        await using var own = await App.Start();
        await own.Project();
        var applied = await own.Apply(Scene.ProjectCode, "A01");
        await own.Approve(applied["A01"], "FGJX");
        if (handedOut) await own.Send(new HandOut.Command("示例经办", null, applied["A01"]), Person.Clerk);
        await own.Send(new RecallCase.Command(applied["A01"], "文号有误"), Person.Head("FGJX"));

        var result = await own.Send(new ShowProgress.Query(applied.Number, await own.Value<string>("SELECT query_code FROM onewindow_application")));

        Assert.That(result.ToDo.Where(t => t.Zh.Contains("交回窗口", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(handedOut ? 1 : 0));
    }

    [Test]
    public async Task An_unknown_number_and_a_wrong_code_get_the_same_answer()
    {
        using var program = app.Http();
        var answers = new List<(HttpStatusCode, string)>();
        foreach (var (asked, with) in new[] { ("20260302-ZZZZZ", code), (number, "00000000"), (number, code[..7]), (number, code + "0"), ("' OR 1=1 --", "' OR 1=1 --") })
        {
            using var answer = await Ask(program, asked, with);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            answers.Add((answer.StatusCode, body.RootElement.GetProperty("title").GetString()!));
        }

        Assert.That(answers.Distinct().ToList(), Has.Count.EqualTo(1));
        Assert.That(answers[0].Item1, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>How long a comparison takes cannot be measured to a hash over a network, so the rule is held in the text: one comparison, of hashes, whether or not there is such a number.</summary>
    [Test]
    public void The_code_is_compared_by_its_hash_in_constant_time_and_nowhere_else()
    {
        var text = File.ReadAllText(Path.Combine(Source.Root, "src", "Approvals", "Modules", "OneWindow", "ShowProgress.cs"));

        Assert.That(Regex.Matches(text, @"FixedTimeEquals\(Hash\(row\?\.QueryCode \?\? \w+\), Hash\(code\)\)"), Has.Count.EqualTo(1));
        Assert.That(Regex.Matches(text, @"QueryCode\s*(==|!=)|(==|!=)\s*(row\S*QueryCode|code\b)|query_code\s*=|\.Equals\(|SequenceEqual"), Is.Empty);
    }

    [Test]
    public async Task A_code_may_be_typed_as_people_read_it()
    {
        await using var own = await App.Start();
        await own.Project();
        var application = await own.Receive(Scene.ProjectCode, "A01");
        var real = await own.Value<string>("SELECT query_code FROM onewindow_application");
        var typed = $" {real.ToLowerInvariant().Replace('0', 'o').Replace('1', 'l').Insert(4, "-")} ";

        Assert.That((await own.Send(new ShowProgress.Query(application.Number.ToLowerInvariant(), typed))).Number, Is.EqualTo(application.Number));
    }

    [Test]
    public async Task A_missing_number_or_code_is_said_beside_the_field()
    {
        using var browser = app.Browser(english: true);
        using var answer = await browser.Submit("/progress", "main form", ("Number", ""), ("Code", ""));
        var page = await answer.Html();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(page.QuerySelector("#Number-error")!.TextContent, Does.Contain("Enter the number"));
        Assert.That(page.QuerySelector("#Code-error")!.TextContent, Does.Contain("Enter the query code"));
    }

    /// <remarks>Drawn from 2⁴⁰; a number is the day and one of 2²⁵, so two of them say nothing about how many lie between.</remarks>
    [Test]
    public async Task Numbers_and_codes_are_drawn_and_do_not_follow_each_other()
    {
        await using var own = await App.Start();
        var drawn = new List<(string Number, string Code)>();
        for (var i = 0; i < 12; i++)
        {
            await own.Project($"2601-510300-04-01-{900100 + i}");
            var taken = await own.Receive($"2601-510300-04-01-{900100 + i}", "A01");
            drawn.Add((taken.Number, await own.Value<string>("SELECT query_code FROM onewindow_application WHERE number = @Number", new { taken.Number })));
        }

        Assert.That(drawn.Select(d => d.Code), Is.Unique.And.All.Match("^[0-9A-HJKMNP-TV-Z]{8}$"));
        Assert.That(drawn.Select(d => d.Number[9..]), Is.Unique.And.All.Match("^[0-9A-HJKMNP-TV-Z]{5}$"));
        Assert.That(drawn.Select(d => d.Number[9..]), Is.Not.Ordered);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient program, string number, string code) =>
        program.PostAsync("/api/public/progress", new StringContent(JsonSerializer.Serialize(new { number, code }), Encoding.UTF8, "application/json"));
}
