using Approvals.Modules.Audit;

namespace Approvals.Tests.Audit;

internal sealed class MaskingTests
{
    [TestCase("Password")]
    [TestCase("NewPassword")]
    [TestCase("SecretHash")]
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
    public void What_belongs_to_a_person_is_known_by_its_name(string property) => Assert.That(Masking.IsPersonal(property), Is.True);

    [TestCase("Number")]
    [TestCase("Reason")]
    [TestCase("Code")]
    public void What_is_neither_is_kept_as_it_was_said(string property) => Assert.That(Masking.IsSecret(property) || Masking.IsPersonal(property), Is.False);
}
