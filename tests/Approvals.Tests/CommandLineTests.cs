namespace Approvals.Tests;

internal sealed class CommandLineTests
{
    [TestCase("calendar", "due", ExpectedResult = true)]
    [TestCase("calender", ExpectedResult = true, Description = "Mistyped: told so.")]
    [TestCase("--data", "folder", "report", "nightly", ExpectedResult = true)]
    [TestCase("--data=folder", "report", "nightly", ExpectedResult = true)]
    [TestCase("--help", ExpectedResult = true)]
    [TestCase("--data", "folder", ExpectedResult = false)]
    [TestCase("--data", "folder", "--urls", "http://localhost:5080", ExpectedResult = false)]
    [TestCase("Urls=http://localhost:5080", ExpectedResult = false)]
    [TestCase(ExpectedResult = false)]
    public bool A_word_is_a_command_also_after_the_data_folder_and_settings_start_the_site(params string[] args) => CommandLine.Wants(args);
}
