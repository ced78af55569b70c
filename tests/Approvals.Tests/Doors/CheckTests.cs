using System.Xml;
using Approvals.Modules.Catalogue;
using Approvals.Modules.OneWindow;
using Approvals.Web;

namespace Approvals.Tests.Doors;

/// <summary>What may stand in a text that somebody types: it comes back out in XML, in workbooks and in one line of a table.</summary>
[Parallelizable]
internal sealed class CheckTests
{
    private const int Line = 100;
    private const int Paragraph = 200;

    private static readonly string[] Hidden = ["厂房\uFFFE", "厂房\uFFFF（示例）", "厂\uFDD0", "\uFDEF房", "厂\uD83F\uDFFE", "\uDBFF\uDFFF房", "厂\0房", "厂\u0085房", "厂\u202E房", "厂\u2066房"];

    private static string? Wrong(string text, int most) => new Check().Text(text, "name", "名称", "The name", most).Problems.SingleOrDefault()?.Code;

    [Test]
    public void No_text_holds_what_is_no_sign()
    {
        foreach (var most in new[] { Line, Paragraph })
        {
            Assert.That(Hidden.Where(text => Wrong(text, most) != "field.controlCharacter").Select(Escaped), Is.Empty);
            Assert.That(Wrong("厂\uD83D房", most), Is.EqualTo("field.brokenCharacter"));
        }
    }

    [Test]
    public void A_name_is_one_line_and_a_reason_may_have_several()
    {
        string[] lines = ["厂房\n二期", "厂房\r\n二期", "厂房\t二期", "厂房\u2028二期", "厂房\u2029二期"];

        Assert.That(lines.Where(text => Wrong(text, Line) != "field.lineBreak").Select(Escaped), Is.Empty);
        Assert.That(lines.Where(text => Wrong(text, Paragraph) is not null).Select(Escaped), Is.Empty);
    }

    /// <summary>As it comes with what is copied from a sheet; it is not kept.</summary>
    [Test]
    public void A_line_break_around_a_name_is_no_line_of_it()
    {
        foreach (var text in new[] { "厂房\n", "\r\n厂房\r\n", "\t厂房\t", new string('厂', Line) + "\r\n" }) Assert.That(Wrong(text, Line), Is.Null, Escaped(text));
        Assert.That(Wrong("\n厂房\n二期\n", Line), Is.EqualTo("field.lineBreak"));
        Assert.That(Wrong(new string('厂', Line + 1) + "\n", Line), Is.EqualTo("field.tooLong"));
        Assert.That(TakeIn.CheckApplicant(new Check(), "企业 A\r\n", "0411 123456\r\n").Problems, Is.Empty);
        Assert.That(CatalogueFile.Parse("""{"departments":[{"code":"X","nameZh":"自然资源局\r\n","nameEn":" Land "}]}""").Departments.Select(d => (d.NameZh, d.NameEn)), Is.EqualTo(new[] { ("自然资源局", "Land") }), "a catalogue keeps it as it reads it");
    }

    /// <summary>Those beside what is set aside, and beyond the first plane.</summary>
    [Test]
    public void Whatever_passes_can_be_written_as_XML()
    {
        foreach (var text in new[] { "厂房（二期）", "𠮷野👩‍👩‍👧 Ångström", "\uFDCF\uFDF0\uFFFD\uD83F\uDFFD\U00020000" })
        {
            Assert.That(Wrong(text, Line), Is.Null);
            Assert.That(() => XmlConvert.VerifyXmlChars(text), Throws.Nothing);
        }
    }

    private static string Escaped(string text) => string.Concat(text.Select(c => c is > ' ' and < '\u007F' ? $"{c}" : $"\\u{(int)c:X4}"));
}
