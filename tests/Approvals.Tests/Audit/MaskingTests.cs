using Approvals.Modules.Audit;

namespace Approvals.Tests.Audit;

[Parallelizable]
internal sealed class MaskingTests
{
    [TestCase("Password")]
    [TestCase("NewPassword")]
    [TestCase("SecretHash")]
    [TestCase("RecoveryHash")]
    [TestCase("ClientSecret")]
    [TestCase("Token")]
    [TestCase("QueryCode")]
    [TestCase("RecoveryCode")]
    [TestCase("TotpKey")]
    public void What_opens_something_is_known_by_its_name_and_hidden_whole(string property) => Assert.That(Masking.IsSecret(property), Is.True);

    [TestCase("ApplicantPhone")]
    [TestCase("Mobile")]
    [TestCase("Email")]
    [TestCase("IdNumber")]
    [TestCase("IdentityCard")]
    public void What_belongs_to_a_person_is_known_by_its_name(string property) => Assert.That(Masking.IsPersonal(property), Is.True);

    [TestCase("Number")]
    [TestCase("Reason")]
    [TestCase("Code")]
    public void What_is_neither_is_kept_as_it_was_said(string property) => Assert.That(Masking.IsSecret(property) || Masking.IsPersonal(property), Is.False);

    [TestCase("电话13812341234。", "电话•••1234。")]
    [TestCase("+8613812341234", "•••1234")]
    [TestCase("+86 138 1234 1234", "•••1234")]
    [TestCase("tel13812341234", "tel•••1234")]
    [TestCase("138 1234 1234", "•••1234")]
    [TestCase("138-1234-1234，或139-1111-2222", "•••1234，或•••2222")]
    [TestCase("138.1234.1234", "•••1234")]
    [TestCase("138/1234—1234", "•••1234")]
    [TestCase("(138) 1234-1234", "(•••1234")]
    [TestCase("138 - 1234 - 1234", "•••1234")]
    [TestCase("１３８１２３４１２３４", "•••1234")]
    [TestCase("＋８６　１３８　１２３４　１２３４。", "•••1234。")]
    [TestCase("138、1234、1234", "•••1234")]
    [TestCase("138~1234~1234", "•••1234")]
    [TestCase("138\u200b1234\u200b1234", "•••1234")]
    [TestCase("13812341234abc", "•••1234abc")]
    [TestCase("微信138-1234-1234wx", "微信•••1234wx")]
    [TestCase("１３８１２３４１２３４ｗｘ", "•••1234ｗｘ")]
    [TestCase("510302199003074518abc", "•••4518abc")]
    [TestCase("身份证510302199003074518", "身份证•••4518")]
    [TestCase("５１０３０２ １９９００３０７ ４５１８", "•••4518")]
    [TestCase("510302-19900307-451X", "•••451X")]
    [TestCase("请发到 zhang.san@example.org，谢谢", "请发到 z•••@example.org，谢谢")]
    [TestCase("邮箱ａｂｃ＠ｅｘａｍｐｌｅ．ｏｒｇ", "邮箱a•••@example.org")]
    [TestCase("𝟏𝟑𝟖１２３４ 1234 与 apv_13812341234abc", "•••1234 与 •••")]
    [TestCase("邮箱ab﹫example.org", "邮箱a•••@example.org")]
    [TestCase("令牌 apv_AbC-dEf_Gh", "令牌 •••")]
    [TestCase("0086 19912341234", "•••1234")]
    [TestCase("51030219900307451x", "•••451x")]
    [TestCase("510302200112314518", "•••4518")]
    public void A_number_of_a_person_in_a_text_is_masked_however_it_is_written(string text, string masked) => Assert.That(Masking.InText(text), Is.EqualTo(masked));

    /// <summary>No text has a plain form with this sign in it, and it may stand anywhere.</summary>
    [Test]
    public void A_sign_that_is_none_hides_no_number() =>
        Assert.That(Masking.InText("１３８\uFFFE\uFFFE，１３８１２３４１２３４，a@b\uFFFE"), Is.EqualTo("１３８\uFFFE\uFFFE，•••1234，a@b\uFFFE"));

    [TestCase("20260302-ABCDE-01 与 2601-510300-04-01-900001")]
    [TestCase("2026-03-02 09:00 至 2026-03-13 17:00")]
    [TestCase("SHA-256 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a13812341234")]
    [TestCase("SHA-256 13812341234e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a40a1b2c3d")]
    [TestCase("a1b2c3d4ef13812341234a0b1c2d3e4f")]
    [TestCase("aeeeeeea510302199003074518eeeeee")]
    [TestCase("编号 ffffffffff13812341234fffffffffff 的文件")]
    [TestCase("100138123412345")]
    [TestCase("合同价 138,000,000.00 元，建设用地 1,381,234 平方米")]
    [TestCase("13812341234567")]
    [TestCase("510302199013074518，510302199003414518，510302180003074518")]
    [TestCase("20013812341234")]
    [TestCase("021-1234-1234 或 128 1234 1234")]
    [TestCase("示例文号〔2026〕138 号，1234 件，1234 元")]
    [TestCase("2026.03.02 至 2026.03.13，共 10 天；2026/3/2 09:00")]
    [TestCase("总投资 15000.00 万元，其中 2026 年 13500.00 万元")]
    [TestCase("ZD-2026-0138-1234 与 川(2026)自贡市不动产权第0138123号")]
    [TestCase("@某人 请看")]
    public void What_is_no_number_of_a_person_stays(string text) => Assert.That(Masking.InText(text), Is.EqualTo(text));
}
