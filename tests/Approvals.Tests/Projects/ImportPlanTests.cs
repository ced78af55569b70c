using System.IO.Compression;
using System.Net;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Projects;
using Approvals.Modules.Projects.Contract;
using Approvals.Tests.Access;
using Approvals.Tests.Deadlines;
using Approvals.Web;
using CsCheck;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Text = Approvals.Web.Text;
using Workbook = DocumentFormat.OpenXml.Spreadsheet.Workbook;

namespace Approvals.Tests.Projects;

/// <summary>计划表: out as a workbook, back row by row.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ImportPlanTests
{
    private const string Password = "Manager-Words-2026";
    private static readonly string Code = RegisterProjectTests.Right.Code;

    [Test]
    public async Task What_is_exported_is_a_valid_workbook_and_brought_back_changes_nothing()
    {
        await using var app = await Zone();
        var file = await app.Send(new ExportPlan.Query(Code), Person.Supervisor);
        using var document = SpreadsheetDocument.Open(new MemoryStream(file.Xlsx), false);

        var read = await app.Send(new ImportPlan.Query(Code, file.Xlsx), Person.Supervisor);

        Assert.Multiple(() =>
        {
            Assert.That(new OpenXmlValidator().Validate(document).Select(e => e.Description), Is.Empty);
            Assert.That(read.Lines.Where(l => l.Problem is not null || l.On is not null), Is.Empty);
            Assert.That(read.Same, Is.EqualTo(28)); // 14 of the whole and 14 of its one phase
        });
    }

    [TestCase("2027-06-30")]
    [TestCase("2027/6/30")]
    [TestCase("2027年6月30日")]
    [TestCase("20270630")]
    [TestCase("46568", true, Description = "As Excel keeps a day.")]
    [TestCase("20270630", true)]
    public async Task A_day_is_read_however_people_write_it(string written, bool isNumber = false)
    {
        await using var app = await Zone();

        var read = await app.Send(new ImportPlan.Query(Code, Book(Header, ["1", "Completed", isNumber ? new Value(written, IsNumber: true) : written])), Person.Supervisor);

        Assert.That(read.Lines.Select(l => (l.Row, l.Phase, l.Kind, l.On, l.Problem)), Is.EqualTo(new[] { (2, 1, (MilestoneKind?)MilestoneKind.Completed, (DateOnly?)new DateOnly(2027, 6, 30), (Text?)null) }));
    }

    [Test]
    public async Task Each_wrong_row_says_what_is_wrong_with_it_and_the_others_are_read()
    {
        await using var app = await Zone();
        var book = Book(
            ["期号", "里程碑代码", "计划日期"],
            [new("0"), "Completed", new Value("2027-06-30", Formula: "TODAY()")],
            ["0", "ToppedOut", "2027-02-30"],
            ["0", "Finished", "2027-02-03"],
            ["7", "Accepted", "2027-02-03"],
            ["0", "Production", "1999-12-31"],
            ["0", "Signed", "2026-05-01"],
            ["0", "Signed", "2026-05-02"],
            ["0", "Titled", new Value("45000.5", IsNumber: true)],
            ["0", "3", "2026-05-02"],
            ["0", "Accepted", new Value("#REF!", IsError: true)]);

        var read = await app.Send(new ImportPlan.Query(Code, book), Person.Supervisor);

        Assert.That(read.Lines.Select(l => (l.Row, l.Problem?.En)), Is.EqualTo(new (int, string?)[]
        {
            (2, "“Planned” is a formula; paste its value."),
            (3, "“2027-02-30” is not a date; write 2026-03-02."),
            (4, "There is no milestone with the code “Finished”."),
            (5, "There is no phase “7”; the project has 1, and 0 is the whole of it."),
            (6, "The planned day 1999-12-31 must be between 2000 and 2099."),
            (7, null),
            (8, "It repeats row 7; remove one."),
            (9, "“45000.5” is not a date; write 2026-03-02."),
            (10, "There is no milestone with the code “3”."),
            (11, "“Planned” is an error (#REF!); correct it."),
        }));
    }

    [Test]
    public async Task A_merged_cell_is_told_in_each_of_its_rows()
    {
        await using var app = await Zone();

        var read = await app.Send(new ImportPlan.Query(Code, Book(Header, "C2:C3", ["0", "Signed", "2026-05-01"], ["0", "Titled", ""])), Person.Supervisor);

        Assert.That(read.Wrong.Select(l => l.Row), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(read.Wrong[1].Problem!.Value.En, Does.Contain("merged"));
    }

    [Test]
    public async Task Fifty_thousand_rows_are_each_told_and_more_are_refused()
    {
        await using var app = await Zone();
        Value[][] many = [.. Enumerable.Range(0, 50_000).Select(i => new Value[] { "0", "Nothing" + i, "2026-05-01" })];

        var read = await app.Send(new ImportPlan.Query(Code, Book(Header, many)), Person.Supervisor);
        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new ImportPlan.Query(Code, Book(Header, [.. many, ["0", "Signed", "2026-05-01"]])), Person.Supervisor));

        Assert.Multiple(() =>
        {
            Assert.That(read.Wrong, Has.Count.EqualTo(50_000));
            Assert.That((read.Wrong[0].Row, read.Wrong[^1].Row), Is.EqualTo((2, 50_001)));
            Assert.That(refused!.Problems.Single().Code, Is.EqualTo("plan.tooLarge"));
        });
    }

    [Test]
    public async Task What_is_no_plan_is_refused_with_words()
    {
        await using var app = await Zone();
        async Task<string> Refusal(byte[] content)
        {
            try
            {
                await app.Send(new ImportPlan.Query(Code, content), Person.Supervisor);
                return "";
            }
            catch (Refused refused)
            {
                return refused.Problems[0].Code;
            }
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await Refusal([]), Is.EqualTo("plan.noFile"));
            Assert.That(await Refusal("not a workbook"u8.ToArray()), Is.EqualTo("plan.notAWorkbook"));
            Assert.That(await Refusal(Book(["A", "B"], ["0", "x"])), Is.EqualTo("plan.noColumn"));
            Assert.That(await Refusal(Book(Header)[..^200]), Is.EqualTo("plan.notAWorkbook"));
        });
    }

    /// <summary>A package whose bytes are cut, changed, doubled: packed and unpacked, so that what is spoilt is the inside too. <c>APPROVALS_FUZZ</c> says how many.</summary>
    [Test]
    public void Whatever_is_sent_is_read_or_refused()
    {
        var inputs = long.TryParse(Environment.GetEnvironmentVariable("APPROVALS_FUZZ"), out var given) ? given : 20_000;
        byte[][] seeds = [Book(Header, ["0", "Signed", "2026-05-01"], ["1", "Completed", "2027-05-01"]), PlanBook.Zip(PlanBook.Parts, CompressionLevel.Optimal), PlanBook.Zip(PlanBook.Parts, CompressionLevel.NoCompression)];
        var read = 0;
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 100_000], Gen.Byte, Gen.Int[1, 30]).Array[1, 3]).Sample(
            (seed, edits) =>
            {
                try
                {
                    ImportPlan.Compare(PlanSheet.Read(edits.Aggregate(seeds[seed], Spoil)), 1, new Dictionary<(int, string), DateOnly?>());
                    Interlocked.Increment(ref read);
                }
                catch (Refused refused) when (refused.Problems.All(p => p.Field == "upload"))
                {
                }

                return true;
            },
            iter: inputs);

        Assert.That(read, Is.GreaterThan(inputs / 100).And.LessThan(inputs), "some are read, some are not");
    }

    private static byte[] Spoil(byte[] from, (int How, int Where, byte With, int Length) edit)
    {
        if (from.Length == 0) return from;
        var at = edit.Where % from.Length;
        var to = Math.Min(from.Length, at + edit.Length);
        switch (edit.How)
        {
            case 0: return from[..at];
            case 1: return [.. from[..at], .. from[to..]];
            case 2: return [.. from[..to], .. from[at..]];
            default:
                var changed = (byte[])from.Clone();
                changed[at] = edit.With;
                return changed;
        }
    }

    [Test]
    public void More_texts_longer_texts_or_more_bytes_than_a_plan_has_are_refused()
    {
        static string Refusal(string part, string xml) => Assert.Throws<Refused>(() => PlanSheet.Read(PlanBook.Zip([.. PlanBook.Parts.Select(p => p.Name == part ? (p.Name, xml) : p)])))!.Problems[0].Code;
        static string Texts(int count) => $"<sst xmlns=\"{PlanBook.Main}\">{string.Concat(Enumerable.Repeat("<si/>", count))}</sst>";

        Assert.Multiple(() =>
        {
            Assert.That(PlanSheet.Read(PlanBook.Zip([.. PlanBook.Parts.Select(p => p.Name == PlanBook.Texts ? (p.Name, Texts(PlanSheet.MostTexts)) : p)])).Rows, Is.Not.Empty);
            Assert.That(Refusal(PlanBook.Texts, Texts(PlanSheet.MostTexts + 1)), Is.EqualTo("plan.tooLarge"));
            Assert.That(Refusal(PlanBook.Texts, $"<sst xmlns=\"{PlanBook.Main}\"><si><t>{new string('x', 32_768)}</t></si></sst>"), Is.EqualTo("plan.tooLarge"));
            Assert.That(Refusal(PlanBook.Sheet, $"<worksheet xmlns=\"{PlanBook.Main}\"><sheetData>{new string(' ', (int)PlanSheet.MostBytes)}</sheetData></worksheet>"), Is.EqualTo("plan.tooLarge"));
            Assert.That(Refusal(PlanBook.Sheet, $"<worksheet xmlns=\"{PlanBook.Main}\"><sheetData/><mergeCells>{string.Concat(Enumerable.Range(0, 30).Select(i => $"<mergeCell ref=\"{(char)('A' + i % 26)}1:AX50001\"/>"))}</mergeCells></worksheet>"), Is.EqualTo("plan.tooLarge"));
            Assert.That(Refusal(PlanBook.Relations, PlanBook.Parts.Single(p => p.Name == PlanBook.Relations).Xml.Replace("/sharedStrings\"", "/vbaProject\"", StringComparison.Ordinal)), Is.EqualTo("plan.macros"));
            Assert.That(Refusal(PlanBook.Sheet, $"<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet xmlns=\"{PlanBook.Main}\"/>"), Is.EqualTo("plan.notAWorkbook"));
        });
    }

    [Test]
    public async Task The_page_previews_saves_all_or_nothing_and_gives_the_workbook()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Command("manager1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'manager1')");
        using var manager = await app.SignedIn("manager1", Password);
        var url = $"/projects/{Code}/plan";

        var wrong = await Preview(manager, url, Book(Header, ["0", "Signed", "2026-05-01"], ["0", "Titled", "soon"]));
        var right = await Preview(manager, url, Book(Header, ["0", "Signed", "2026-05-01"], ["1", "Completed", "2027-05-01"]));
        var early = await Preview(manager, url, Book(Header, ["0", "Signed", "2026-05-01"], ["0", "LandAcquired", "2026-04-30"]));
        var planned = await app.Value<int>("SELECT COUNT(*) FROM projects_milestone WHERE planned_on IS NOT NULL");
        var form = right.QuerySelector("form[action*=Save]")!;
        using var content = new FormUrlEncodedContent(form.QuerySelectorAll("input").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!)));
        using var saved = await manager.PostAsync(form.GetAttribute("action"), content);
        using var file = await manager.GetAsync(url + "?handler=Xlsx");

        Assert.Multiple(async () =>
        {
            Assert.That(wrong.QuerySelector("form[action*=Save]"), Is.Null);
            Assert.That(wrong.QuerySelector("#preview tbody")!.TextContent, Does.Contain("3").And.Contain("soon"));
            Assert.That((right.QuerySelector("#out-of-order"), early.QuerySelector("#out-of-order")?.TextContent.Trim()), Is.EqualTo(((object?)null, "「取得土地」计划 2026-04-30 早于「签约」计划 2026-05-01")));
            Assert.That(planned, Is.Zero, "A preview saves nothing.");
            Assert.That(saved.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(await app.Value<int>("SELECT COUNT(*) FROM projects_milestone WHERE planned_on IS NOT NULL"), Is.EqualTo(2));
            Assert.That(file.Content.Headers.ContentType!.MediaType, Is.EqualTo(Approvals.Web.Workbook.ContentType));
        });
    }

    /// <summary>What is planned or reached already counts beside the workbook, but for what the workbook changes; a reached day is not planned anew.</summary>
    [Test]
    public async Task A_preview_points_out_what_would_be_out_of_its_order_then_and_not_what_is_mended()
    {
        await using var app = await Zone();
        await app.Send(new AddUser.Command("manager1", "示例账号", null, [Role.ProjectManager], Password));
        await app.Change("UPDATE projects_project SET manager_id = (SELECT id FROM access_user WHERE login = 'manager1')");
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Signed, new(2026, 5, 1))], Code));
        using var manager = await app.SignedIn("manager1", Password);
        async Task<string> Early(params Value[][] rows) => string.Join('；', (await Preview(manager, $"/projects/{Code}/plan", Book(Header, rows))).QuerySelectorAll("#out-of-order li").Select(li => li.TextContent.Trim()));

        var beside = await Early(["0", "LandAcquired", "2026-04-30"]);
        var mended = await Early(["0", "Signed", "2026-04-29"], ["0", "LandAcquired", "2026-04-30"]);
        await app.Change("INSERT INTO projects_milestone (project_id, phase, kind, reached_on) SELECT id, 0, 'LandAcquired', '2026-02-20' FROM projects_project");
        var reached = await Early(["0", "LandAcquired", "2026-06-01"], ["0", "HandedOver", "2026-05-20"]);

        Assert.That((beside, mended, reached), Is.EqualTo(("「取得土地」计划 2026-04-30 早于「签约」计划 2026-05-01", "", "「取得土地」实际 2026-02-20 早于「签约」计划 2026-05-01")));
    }

    [Test]
    public async Task What_was_planned_anew_since_the_preview_is_told_and_nothing_of_the_workbook_is_saved()
    {
        await using var app = await Zone();
        var read = await app.Send(new ImportPlan.Query(Code, Book(Header, ["0", "Signed", "2026-05-01"], ["1", "Completed", "2027-05-01"])), Person.Supervisor);
        await app.Send(new PlanMilestones.Command([new(MilestoneKind.Completed, new(2027, 6, 1), 1)], Code), Person.Supervisor);

        var refused = Assert.ThrowsAsync<Refused>(() => app.Send(new PlanMilestones.Command(read.Changes, Code), Person.Supervisor))!;

        Assert.That(refused.Problems.Select(p => p.Code), Is.EqualTo(new[] { "plan.changed" }));
        Assert.That(await app.Rows<string>("SELECT kind FROM projects_milestone WHERE planned_on IS NOT NULL"), Is.EqualTo(new[] { "Completed" }));
    }

    private static readonly Value[] Header = ["Phase", "Milestone code", "Planned"];

    private static async Task<App> Zone()
    {
        var app = await App.Start("2026-03-02 09:00");
        await app.Send(RegisterProjectTests.Right with { Phases = ["一期"] }, Person.Clerk);
        return app;
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> Preview(HttpClient browser, string url, byte[] book)
    {
        var token = (await browser.Page(url)).QuerySelector("#import input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new ByteArrayContent(book), "Upload", "计划.xlsx" } };
        using var answer = await browser.PostAsync(url + "?handler=Preview", form);
        return await answer.Html();
    }

    private sealed record Value(string Text, bool IsNumber = false, string? Formula = null, bool IsError = false)
    {
        public static implicit operator Value(string text) => new(text);
    }

    private static byte[] Book(Value[] header, params Value[][] rows) => Book(header, "", rows);

    private static byte[] Book(Value[] header, string merged, params Value[][] rows)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            var part = book.AddNewPart<WorksheetPart>();
            var sheet = new SheetData();
            foreach (var (values, row) in rows.Prepend(header).Select((v, i) => (v, i + 1)))
            {
                var written = new Row { RowIndex = (uint)row };
                foreach (var (value, column) in values.Select((v, i) => (v, i)))
                {
                    var cell = new Cell { CellReference = $"{(char)('A' + column)}{row}" };
                    if (value.IsNumber || value.IsError || value.Formula is not null)
                    {
                        cell.CellFormula = value.Formula is null ? null : new CellFormula(value.Formula);
                        cell.CellValue = new CellValue(value.Text);
                        cell.DataType = value.IsError ? CellValues.Error : value.IsNumber ? CellValues.Number : CellValues.String;
                    }
                    else
                    {
                        cell.DataType = CellValues.InlineString;
                        cell.InlineString = new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(value.Text));
                    }

                    written.Append(cell);
                }

                sheet.Append(written);
            }

            part.Worksheet = new Worksheet(sheet);
            if (merged.Length > 0) part.Worksheet.Append(new MergeCells(new MergeCell { Reference = merged }));
            book.Workbook = new Workbook(new Sheets(new Sheet { Id = book.GetIdOfPart(part), SheetId = 1, Name = "Plan" }));
        }

        return stream.ToArray();
    }
}
