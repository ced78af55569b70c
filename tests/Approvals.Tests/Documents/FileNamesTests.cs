using System.Globalization;
using Approvals.Modules.Documents;
using Approvals.Modules.Documents.Contract;
using Microsoft.Extensions.Configuration;

namespace Approvals.Tests.Documents;

[Parallelizable(ParallelScope.All)]
internal sealed class FileNamesTests
{
    [TestCase("合同.pdf", "合同.pdf")]
    [TestCase("合同.PDF", "合同.PDF")]
    [TestCase("合同", "合同.pdf")]
    [TestCase("合同.exe", "合同.exe.pdf")]
    [TestCase("../../etc/passwd", "passwd.pdf")]
    [TestCase("C:\\Users\\x\\合同.pdf", "合同.pdf")]
    [TestCase("a\u0000b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf")]
    [TestCase("fdp.\u202Eexe.pdf", "fdp.exe.pdf")]
    [TestCase("a\u200B\uFEFFb.pdf", "ab.pdf")]
    [TestCase("a\"b;c*?<>|.pdf", "a_b;c_____.pdf")]
    [TestCase("con.pdf", "_con.pdf")]
    [TestCase("...", "文件.pdf")]
    [TestCase("", "文件.pdf")]
    [TestCase(null, "文件.pdf")]
    [TestCase("\uD800.pdf", "文件.pdf")]
    [TestCase("施工许可证👷‍♀️.pdf", "施工许可证👷‍♀️.pdf")]
    public void A_name_is_made_fit_to_be_shown_and_saved_under(string? sent, string kept) => Assert.That(FileNames.Of(sent, FileKind.Pdf), Is.EqualTo(kept));

    [Test]
    public void Of_three_hundred_characters_the_first_are_kept_with_the_ending()
    {
        var name = FileNames.Of(new string('材', 300) + ".docx", FileKind.Docx);

        Assert.That((new StringInfo(name).LengthInTextElements, name[^6..]), Is.EqualTo((FileNames.Longest, "材.docx")));
    }

    [TestCase("Files:MaxMegabytes", "0", "Files:MaxMegabytes")]
    [TestCase("Files:MaxMegabytes", "50 MB", "Files:MaxMegabytes")]
    [TestCase("Antivirus:Clamd", "clamd", "Antivirus:Clamd")]
    [TestCase("Antivirus:WhenAway", "maybe", "Antivirus:WhenAway")]
    [TestCase("Files:Folder", "wwwroot/files", "wwwroot")]
    public void A_wrong_setting_stops_the_start_and_is_named(string name, string value, string named)
    {
        if (name == "Files:Folder") value = Path.Combine(AppContext.BaseDirectory, value);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();

        Assert.That(Assert.Throws<InvalidOperationException>(() => DocumentSettings.Read(settings, "data"))!.Message, Does.Contain(named));
    }
}
