using System.IO.Compression;

namespace Approvals.Tests.Projects;

/// <summary>A filled-in plan part by part, as Excel writes it: shared texts, a merged range, a formula.</summary>
internal static class PlanBook
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    public const string Sheet = "xl/worksheets/sheet1.xml";
    public const string Texts = "xl/sharedStrings.xml";
    public const string Relations = "xl/_rels/workbook.xml.rels";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006/relationships";

    public static readonly (string Name, string Xml)[] Parts =
    [
        ("_rels/.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><workbookPr date1904=\"0\"/><sheets><sheet name=\"计划\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
        (Relations, $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{Office}/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/></Relationships>"),
        (Texts, $"<sst xmlns=\"{Main}\"><si><t>期号</t></si><si><t>里程碑代码</t></si><si><r><t>计划</t></r><r><t>日期</t></r><rPh><t>x</t></rPh></si><si><t>Signed</t></si></sst>"),
        (Sheet, $"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>"
            + "<row r=\"2\"><c r=\"A2\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>3</v></c><c r=\"C2\"><v>46143</v></c></row>"
            + "<row r=\"3\"><c r=\"A3\"><v>1</v></c><c r=\"B3\" t=\"inlineStr\"><is><t>Completed</t></is></c><c r=\"C3\" t=\"str\"><f>TODAY()</f><v>2027-05-01</v></c></row>"
            + "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A4:B5\"/></mergeCells></worksheet>"),
    ];

    public static byte[] Zip(IReadOnlyList<(string Name, string Xml)> parts, CompressionLevel how = CompressionLevel.Fastest)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, xml) in parts)
            {
                using var part = new StreamWriter(zip.CreateEntry(name, how).Open());
                part.Write(xml);
            }
        }

        return file.ToArray();
    }
}
