using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Modules.Messages.Contract;
using Approvals.Modules.OneWindow;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Tests.Documents;
using Approvals.Tests.Messages;
using Approvals.Tests.Permits;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Approvals.Tests.Doors;

/// <summary>What people typed is text in a header and in a sheet, whatever it looks like.</summary>
[Parallelizable]
internal sealed class InjectionTests
{
    private const string Break = "\r\nBcc: owned@evil.example\r\n\r\nowned";

    /// <summary>Stated for the mailer by itself: what reaches it may one day come from a row that no form has checked.</summary>
    [Test]
    public async Task A_line_break_in_the_subject_or_the_name_of_a_mail_begins_no_header()
    {
        using var sink = new MailSink();
        await using var app = await App.Start(chosen: sink.Settings);
        await app.Has("supervisor", Role.Supervisor, email: "supervisor@zone.example");
        await app.Tell(Telling.News("alert:1", MessageLevel.Red, new Audience(Role.Supervisor)) with { Title = new("标题" + Break, "Title" + Break) });
        var row = (await app.Send(new SendOutbox.Claim((await app.Outbox()).Single().Id)))!;

        await app.Services.GetRequiredService<Mailer>().Send(row with { Address = $"名字{Break} <supervisor@zone.example>" }, CancellationToken.None);

        var mail = sink.Got.Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Headers.Select(h => h.Field), Has.None.EqualTo("Bcc").IgnoreCase);
            Assert.That(mail.To.Mailboxes.Select(m => m.Address), Is.EqualTo(new[] { "supervisor@zone.example" }));
            Assert.That(mail.Subject, Does.StartWith("标题"));
            Assert.That(mail.TextBody, Does.StartWith("标题"), "what stands behind the break did not become the body");
        });
    }

    /// <remarks>A spreadsheet set to Chinese or Japanese takes the wide signs for the narrow ones.</remarks>
    [Test]
    public void A_text_that_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe()
    {
        foreach (var sign in "=+-@\t\r\n＝＋－＠") Assert.That(Web.Csv.Cell(sign + "1+1").TrimStart('"'), Does.StartWith("'"), $"{(int)sign:x}");
        foreach (var text in new[] { "1", "甲＝乙", "（＋）", "'" }) Assert.That(Web.Csv.Cell(text), Is.EqualTo(text));
    }

    [TestCase("a\r\nSet-Cookie: owned=1\r\n\r\n<script>.pdf")]
    [TestCase("a\"; filename=\"owned.exe\"; x=\".pdf")]
    [TestCase("材料 “甲” 😀; filename*=UTF-8''owned.exe.pdf")]
    [TestCase("..\\..\\%0d%0aSet-Cookie: owned=1.pdf")]
    public async Task The_name_of_a_file_is_the_name_of_that_file_and_no_header_whatever_stands_in_it(string sent)
    {
        await using var app = await App.Start(environment: "Development");
        const string project = "2603-510300-04-01-990003";
        await app.Project(project);
        var number = (await app.Send(new TakeIn.Command(Guid.NewGuid().ToString(), project, ["A01"], [], "示例经办", "0813-0000000"), Person.Clerk)).Number;
        await app.Send(new UploadFiles.Command([Samples.Pdf().Sent(sent)], "D02", number), Person.Clerk);
        // As a row that was never made fit: the door itself must hold.
        await app.Change("UPDATE documents_file SET name = @sent", new { sent });
        using var clerk = await app.SignedIn("clerk");
        var code = (await app.Rows<string>("SELECT code FROM documents_file")).Single();

        using var answer = await clerk.GetAsync($"/applications/{number}/files?handler=Download&code={code}");

        var given = answer.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
            Assert.That(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.Contains("owned")), Is.False);
            Assert.That(answer.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
            Assert.That(given.All(c => c is >= ' ' and < '\u007f'), Is.True, given);
            Assert.That(answer.Content.Headers.ContentDisposition.FileNameStar, Is.EqualTo(sent), "the whole of it is the name, and nothing else");
        });
    }

    [TestCase("=HYPERLINK(\"http://evil.example\",\"x\")")]
    [TestCase("+1+cmd|' /C calc'!A0")]
    [TestCase("-2+3")]
    [TestCase("@SUM(1+1)")]
    public async Task A_cell_of_a_workbook_that_looks_like_a_formula_is_text(string name)
    {
        await using var app = await App.Start();
        await app.Send(new AddUser.Command("formula", name, null, [Role.Auditor], Telling.Password));
        using var browser = await app.SignedIn("formula", Telling.Password);

        using var workbook = SpreadsheetDocument.Open(new MemoryStream(await browser.GetByteArrayAsync("/audit?handler=Xlsx")), false);

        var cells = workbook.WorkbookPart!.WorksheetParts.SelectMany(s => s.Worksheet!.Descendants<Cell>()).ToList();
        var texts = workbook.WorkbookPart.SharedStringTablePart?.SharedStringTable?.Select(t => t.InnerText).ToList() ?? [];
        Assert.That(cells.Where(c => c.CellFormula is not null), Is.Empty);
        Assert.That(cells.Where(c => (c.DataType?.Value == CellValues.SharedString ? texts[int.Parse(c.CellValue!.Text, System.Globalization.CultureInfo.InvariantCulture)] : c.InnerText) == name).Select(c => c.DataType?.Value), Is.Not.Empty.And.All.Not.Null, "there, and as text");
    }
}
