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

    /// <summary>There each part is looked at as the program starts: it must find what it needs in a command too, which serves no site.</summary>
    [TestCase("report", "nightly")]
    [TestCase("demo", "load", "--cases", "20")]
    [TestCase("calendar", "due", "--from", "2026-09-30", "--days", "20")]
    public async Task Commands_start_where_the_program_is_developed_too(params string[] command)
    {
        await using var app = await App.Start();
        var data = app.Services.GetRequiredService<Settings>().DataFolder;
        var (exit, _, error) = await OwnProcess.Run(data, [.. app.Deployment, ("DOTNET_ENVIRONMENT", "Development")], [.. command, "--data", data]);
        Assert.That((exit, error), Is.EqualTo((0, "")));
    }
}
