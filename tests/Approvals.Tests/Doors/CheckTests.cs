using System.Xml;
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
