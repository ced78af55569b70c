using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Approvals.Modules.OneWindow;
using Approvals.Modules.Permits;
using Approvals.Tests.Access;
using Approvals.Tests.Permits;

namespace Approvals.Tests.Documents;

/// <summary>Up and down through the real doors: the page without script, and the API.</summary>
[NonParallelizable]
internal sealed class UploadDoorsTests
{
    private const string Mine = "2603-510300-04-01-990002";

    private App app = null!;
    private string number = "";

    [OneTimeSetUp]
    public async Task Open()
    {
        app = await App.Start("2026-03-02 09:00", "Development");
        await app.Project(Mine);
        number = (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Mine, ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
    }

    [OneTimeTearDown]
    public async Task Close() => await app.DisposeAsync();

    [Test]
    public async Task The_page_takes_files_and_gives_them_back_as_attachments_that_nothing_runs()
    {
        using var clerk = await app.SignedIn("clerk");
        var here = $"/applications/{number}/files";

        using var sent = await Post(clerk, here, "D02", (Samples.Pdf(), "投资主体 100% 资料.pdf"), (Samples.Jpeg(), "照片.jpg"));
        var page = await clerk.Page(here);
        var links = page.QuerySelectorAll("#doc-D02 a").Select(a => (a.TextContent, a.GetAttribute("href")!)).ToList();
        using var file = await clerk.GetAsync(links[0].Item2);
        var onApplication = (await clerk.Page($"/applications/{number}")).QuerySelector("#h-materials")!.ParentElement!.ParentElement!.TextContent;

        Assert.Multiple(async () =>
        {
            Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await sent.Content.ReadAsStringAsync());
            Assert.That(links.Select(l => l.Item1), Is.EqualTo(new[] { "投资主体 100% 资料.pdf", "照片.jpg" }));
            Assert.That(page.QuerySelector("#not-scanned"), Is.Not.Null, "no antivirus is set");
            Assert.That(file.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
            Assert.That(file.Content.Headers.ContentDisposition.FileNameStar, Is.EqualTo("投资主体 100% 资料.pdf"));
            Assert.That(file.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(file.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("sandbox").And.Contain("default-src 'none'"));
            Assert.That(file.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(await file.Content.ReadAsByteArrayAsync(), Is.EqualTo(Samples.Pdf()));
            Assert.That(onApplication, Does.Contain("照片.jpg"));
        });
    }

    [Test]
    public async Task The_page_says_what_is_wrong_with_a_file_and_a_foreign_department_is_told_that_it_is_none_of_theirs()
    {
        using var clerk = await app.SignedIn("clerk");
        using var foreign = await app.SignedIn("zrzy");
        var here = $"/applications/{number}/files";

        using var refused = await Post(clerk, here, "D04", ("<html><script>alert(1)</script>"u8.ToArray(), "合同.pdf"));
        using var locked = await foreign.GetAsync(here);
        var application = await foreign.Page($"/applications/{number}");

        Assert.Multiple(async () =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((await refused.Html()).QuerySelector(".errors")!.TextContent, Does.Contain("网页或脚本"));
            Assert.That(locked.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(application.QuerySelectorAll($"a[href^='{here}']"), Is.Empty);
        });
    }

    [Test]
    public async Task A_form_larger_than_files_may_be_is_told_so_on_the_page_in_megabytes()
    {
        await using var small = await App.Start("2026-03-02 09:00", "Development", chosen: new Dictionary<string, string?> { ["Files:MaxMegabytes"] = "1" });
        await small.Project(Mine);
        var taken = (await small.Send(new TakeIn.Command(Guid.NewGuid().ToString(), Mine, ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
        using var clerk = await small.SignedIn("clerk");
        using var answer = await Post(clerk, $"/applications/{taken}/files", "D04", (new byte[3 * 1024 * 1024], "合同.pdf"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("1 MB"));
    }

    /// <summary>Other forms are small; that of files takes what files may be.</summary>
    [Test]
    public async Task A_file_larger_than_other_forms_comes_in_on_the_page()
    {
        using var clerk = await app.SignedIn("clerk");
        using var answer = await Post(clerk, $"/applications/{number}/files", "D04", (Samples.Pdf("% " + new string('x', 3 * 1024 * 1024)), "合同.pdf"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That((await clerk.Page($"/applications/{number}/files")).QuerySelector("#doc-D04")!.TextContent, Does.Contain("3 MB"));
    }

    [Test]
    public async Task The_page_says_that_a_file_is_there_already()
    {
        using var clerk = await app.SignedIn("clerk");
        foreach (var _ in new[] { 1, 2 })
        {
            using var answer = await Post(clerk, $"/applications/{number}/files", "D05", (Samples.Pdf("% twice\n"), "合同.pdf"));
        }

        Assert.That((await clerk.Page($"/applications/{number}/files")).QuerySelector("#done")!.TextContent, Does.Contain("内容相同的文件已经在这里").And.Contain("合同.pdf"));
    }

    [Test]
    public async Task The_api_takes_and_gives_files_and_its_document_describes_it()
    {
        using var program = app.Http(await app.Token("clerk", "files"));
        var here = $"/api/applications/{number}/documents/D05/files";

        MultipartFormDataContent Until(string day)
        {
            var form = Form(null, (Samples.Docx(), "说明.docx"));
            form.Add(new StringContent(day), "validUntil");
            return form;
        }

        using var noDay = await program.PostAsync(here, Until("2026-02-30"));
        using var over = await program.PostAsync(here, Until("2026-03-01"));
        using var made = await program.PostAsync(here, Until("2030-01-01"));
        var list = await program.GetStringAsync($"/api/applications/{number}/files");
        var code = System.Text.Json.JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement[0].GetProperty("code").GetString();
        var bytes = await program.GetByteArrayAsync($"/api/applications/{number}/files/{code}");
        using var back = await program.DeleteAsync($"/api/applications/{number}/files/{code}");
        using var unknown = await program.GetAsync($"/api/applications/{number}/files/..%2f..%2fapprovals.db");
        using var json = await program.PostAsync(here, new StringContent("{}", Encoding.UTF8, "application/json"));
        using var broken = new HttpRequestMessage(HttpMethod.Post, here) { Content = new StringContent("--x\r\nnonsense") };
        broken.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        using var unreadable = await program.SendAsync(broken);
        var document = await program.GetStringAsync("/openapi/v1.json");

        Assert.Multiple(() =>
        {
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That((noDay.StatusCode, over.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)), "no such day, and one that is over");
            Assert.That(list, Does.Contain("说明.docx").And.Contain("2030-01-01"));
            Assert.That(bytes, Is.EqualTo(Samples.Docx()).Or.Length.GreaterThan(100));
            Assert.That(back.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((json.StatusCode, unreadable.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
            Assert.That(document, Does.Contain("multipart/form-data").And.Contain("/api/applications/{number}/documents/{document}/files"));
        });
    }

    /// <summary>At each door of the API, whatever its path says: the body is read first.</summary>
    [TestCase("clerk", "/api/applications/{0}/documents/D05/files")]
    [TestCase("clerk", "/api/cases/{0}-01/owed-documents/D04/files")]
    [TestCase("fgjx", "/api/cases/{0}-01/papers/RESULT/files")]
    public async Task A_body_that_ends_too_early_or_is_in_another_encoding_is_refused_in_words(string login, string path)
    {
        const string Part = "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n";
        using var program = app.Http(await app.Token(login, $"cut {path.Length}"));
        async Task<(HttpStatusCode, string)> Send(string body)
        {
            using var content = new StringContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");
            using var answer = await program.PostAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, number), content);
            return (answer.StatusCode, System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()!);
        }

        var all = new[] { await Send("x"), await Send($"{Part}\r\n%PDF-1.7"), await Send(Part), await Send(Part[..^5]) };
        var other = await Send("--B\r\nContent-Disposition: form-data; name=\"replaces\"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nx\r\n--B--\r\n");

        Assert.That(all.Select(a => a.Item1), Is.All.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(other, Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "body.wrongType")));
    }

    [Test]
    public async Task A_departments_paper_and_an_owed_document_come_in_through_the_page_and_the_api_and_go_out_as_attachments()
    {
        const string Owes = "D04";
        await app.Project("2603-510300-04-01-990004");
        var applied = await app.Apply("2603-510300-04-01-990004", "A01");
        var @case = applied["A01"];
        await app.Send(new ApproveWithDocumentsOwed.Command(@case, "示例文号〔2026〕2号", [Owes], new DateOnly(2026, 3, 20)), Person.Reviewer("FGJX"));
        var here = $"/applications/{applied.Number}/files";
        using var department = await app.SignedIn("fgjx");
        using var clerk = await app.SignedIn("clerk");
        using var program = app.Http(await app.Token("clerk", "owed"));

        using var filed = await Send(department, here, "Paper", [new("Document", "RESULT"), new("CaseNumber", @case)], (Samples.Pdf(), "许可证.pdf"));
        using var owed = await Send(clerk, here, "Upload", [new("Document", Owes), new("CaseNumber", @case)], (Samples.Jpeg(), "补交.jpg"));
        using var byProgram = await program.PostAsync($"/api/cases/{@case}/owed-documents/{Owes}/files", Form(null, (Samples.Docx(), "补交.docx")));
        using var notTheirs = await program.PostAsync($"/api/cases/{@case}/papers/RESULT/files", Form(null, (Samples.Pdf(), "x.pdf")));
        var page = await clerk.Page(here);
        var link = page.QuerySelector($"[id='{@case}-RESULT'] a[href*=Download]")!;
        using var file = await clerk.GetAsync(link.GetAttribute("href"));
        var shown = (await clerk.Page($"/applications/{applied.Number}")).QuerySelector("#results")!.TextContent;
        var onCase = (await department.Page($"/cases/{@case}")).QuerySelectorAll($"a[href^='{here}']").Select(a => a.GetAttribute("href"));

        Assert.Multiple(() =>
        {
            Assert.That((filed.StatusCode, owed.StatusCode, byProgram.StatusCode, notTheirs.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect, HttpStatusCode.Created, HttpStatusCode.Forbidden)));
            Assert.That(filed.Headers.Location!.ToString(), Is.EqualTo($"{here}#{@case}-RESULT"));
            Assert.That(page.QuerySelectorAll($"[id='{@case}-{Owes}'] a[href*=Download]").Select(a => a.TextContent), Is.EqualTo(new[] { "补交.jpg", "补交.docx" }));
            Assert.That(page.QuerySelector($"[id='{@case}-RESULT'] form[enctype]"), Is.Null, "the window files no result");
            Assert.That(link.TextContent, Is.EqualTo("许可证.pdf"));
            Assert.That(file.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
            Assert.That(file.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(shown, Does.Contain("许可证.pdf"));
            Assert.That(onCase, Has.Member($"{here}#{@case}-RESULT").And.Member($"{here}#{@case}-{Owes}"));
        });
    }

    [Test]
    public async Task What_the_project_has_handed_in_before_is_taken_over_on_the_page()
    {
        await app.Project("2603-510300-04-01-990003");
        async Task<string> Take() => (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), "2603-510300-04-01-990003", ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
        var first = await Take();
        using var clerk = await app.SignedIn("clerk");
        using var sent = await Send(clerk, $"/applications/{first}/files", "Upload", [new("Document", "D02"), new("ValidUntil", "2030-01-01")], (Samples.Pdf(), "资料.pdf"));
        await app.Send(new Withdraw.Command("改期", first), Person.Clerk);
        var second = await Take();

        using var reused = await clerk.Submit($"/applications/{second}/files", "#doc-D02 form[action*=Reuse]");

        var section = (await clerk.Page($"/applications/{second}/files")).QuerySelector("#doc-D02")!;
        Assert.That((sent.StatusCode, reused.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That(section.TextContent, Does.Contain("资料.pdf").And.Contain("复用本项目已交材料").And.Contain("有效期至 2030-01-01"));
        Assert.That(section.QuerySelector("form[action*=Reuse]"), Is.Null);
    }

    /// <summary>What one upload takes of memory in all, with the program that sends it.</summary>
    [Test]
    public async Task Fifty_megabytes_pass_without_lying_in_memory()
    {
        const int Large = 49 * 1024 * 1024;
        var (head, tail) = ("%PDF-1.7\n%"u8.ToArray(), "\nstartxref\n0\n%%EOF\n"u8.ToArray());
        using var program = app.Http(await app.Token("clerk", "large"));
        using var form = new MultipartFormDataContent();
        var content = new StreamContent(new Filled(head, Large, tail), 64 * 1024);
        form.Add(content, "files", "图册.pdf");
        await Quiet();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        using var made = await program.PostAsync($"/api/applications/{number}/documents/D04/files", form);
        var taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        program.DefaultRequestHeaders.ExpectContinue = true; // it is answered before it sends
        using var tooLarge = await program.PostAsync($"/api/applications/{number}/documents/D04/files", Form(null, (new byte[52 * 1024 * 1024], "x.pdf")));

        TestContext.Out.WriteLine($"{taken / 1024} KB allocated for {Large / 1024} KB");
        Assert.Multiple(async () =>
        {
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
            Assert.That(taken, Is.LessThan(Large / 4));
            Assert.That(tooLarge.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        });
    }

    /// <summary>What is counted is the whole process's: what other tests have left running must have come to its end.</summary>
    private static async Task Quiet()
    {
        for (var look = 0; look < 50; look++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(100);
            if (GC.GetTotalAllocatedBytes(precise: true) - before < 1024 * 1024) return;
        }

        Assert.Ignore("Something else in this process allocates without end, so nothing can be said of one upload.");
    }

    private static Task<HttpResponseMessage> Post(HttpClient browser, string here, string document, params (byte[] Bytes, string Name)[] files) =>
        Send(browser, here, "Upload", [new("Document", document)], files);

    private static async Task<HttpResponseMessage> Send(HttpClient browser, string here, string handler, IEnumerable<KeyValuePair<string, string>> fields, params (byte[] Bytes, string Name)[] files)
    {
        var token = (await browser.Page(here)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = Form(token, files);
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return await browser.PostAsync($"{here}?handler={handler}", form);
    }

    private static MultipartFormDataContent Form(string? token, params (byte[] Bytes, string Name)[] files)
    {
        var form = new MultipartFormDataContent();
        if (token is not null) form.Add(new StringContent(token), "__RequestVerificationToken");
        foreach (var (bytes, name) in files)
        {
            // As a browser writes it: the name in UTF-8, quotes escaped.
            var file = new ByteArrayContent(bytes);
            file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"files\"; filename=\"{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name.Replace("\"", "%22")))}\"");
            form.Add(file);
        }

        return form;
    }

    /// <summary>So many bytes that nobody keeps.</summary>
    private sealed class Filled(byte[] head, int length, byte[] tail) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => at; set => at = (int)value; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, length - at);
            for (var i = 0; i < read; i++, at++)
                buffer[offset + i] = at < head.Length ? head[at] : at >= length - tail.Length ? tail[at - length + tail.Length] : (byte)'x';
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => at = (int)offset;

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
