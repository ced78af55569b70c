using Approvals.Modules.Projects;
using CsCheck;

namespace Approvals.Tests.Projects;

[Parallelizable(ParallelScope.All)]
internal sealed class CreditCodeTests
{
    private static readonly Gen<string> Codes =
        Gen.Int[0, CreditCode.Alphabet.Length - 1].Array[17].Select(n => new string([.. n.Select(i => CreditCode.Alphabet[i])])).Select(c => c + CreditCode.CheckCharacter(c));

    [TestCase("91350100M000100Y43", Description = "the example of the standard")]
    [TestCase("91510300MA0000001Y")]
    [TestCase("12510300MB1234567T")]
    public void A_right_code_is_taken(string code) => Assert.That(CreditCode.Wrong(code, "creditCode"), Is.Null);

    [Test]
    public void Lower_case_and_blanks_around_are_tidied() => Assert.That(CreditCode.Tidy(" 91350100m000100y43 "), Is.EqualTo("91350100M000100Y43"));

    [TestCase("", "required")]
    [TestCase("91350100M000100Y4", "has 17")]
    [TestCase("91350100M000100Y433", "has 19")]
    [TestCase("91350100M000100Y44", "must be “3”, it is “4”")]
    [TestCase("9135O100M000100Y43", "Character 5 “O”")]
    [TestCase("9135０100M000100Y43", "full-width")]
    [TestCase("91350100M000100Y4😀", "Character 18 “😀”")]
    public void A_wrong_code_is_told_where(string code, string said) => Assert.That(CreditCode.Wrong(code, "creditCode")!.Message.En, Does.Contain(said));

    [Test]
    public void Every_single_wrong_character_is_caught() =>
        Gen.Select(Codes, Gen.Int[0, 17], Gen.Int[0, 30]).Sample((code, at, other) =>
        {
            var wrong = CreditCode.Alphabet[other];
            if (wrong != code[at]) Assert.That(CreditCode.Wrong(code[..at] + wrong + code[(at + 1)..], ""), Is.Not.Null);
        });

    [Test]
    public void Every_swap_of_neighbours_is_caught() =>
        Gen.Select(Codes, Gen.Int[0, 16]).Sample((code, at) =>
        {
            if (code[at] != code[at + 1]) Assert.That(CreditCode.Wrong(code[..at] + code[at + 1] + code[at] + code[(at + 2)..], ""), Is.Not.Null);
        });
}
