using System.Diagnostics;

namespace Approvals.Tests;

/// <summary>One site for a data folder.</summary>
[Parallelizable]
internal sealed class OnlySiteTests
{
    [Test]
    public async Task A_second_site_on_a_data_folder_says_so_and_ends_and_commands_beside_the_first_still_work()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        using var first = await Serving(folder);
        var second = await OwnProcess.Run(folder, "--urls", "http://127.0.0.1:0", "--data", folder, "--Jobs:Run=false");
        var command = await OwnProcess.Run(folder, "alerts", "raise", "--data", folder);
        first.Kill();
        await first.WaitForExitAsync();
        using var next = await Serving(folder);
        next.Kill();
        await next.WaitForExitAsync();

        Assert.That((second.Exit, second.Error), Is.EqualTo((1, second.Error)));
        Assert.That(second.Error, Does.Contain(folder).And.Contain("A site is running"));
        Assert.That(command.Exit, Is.Zero, command.Error);
        Directory.Delete(folder, true);
    }

    [Test]
    public async Task The_data_folder_that_it_makes_is_for_its_own_account_alone()
    {
        if (OperatingSystem.IsWindows()) return; // there the folder above decides
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        foreach (var (name, arguments) in new (string, string[])[] { ("command", ["alerts", "raise"]), ("site", ["--environment", "Production", "--urls", "http://127.0.0.1:0", "--Proxy:Networks=0.0.0.0/0"]) })
        {
            var data = Path.Combine(folder, name);
            await OwnProcess.Run(folder, [.. arguments, "--data", data]);
            Assert.That(File.GetUnixFileMode(data), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), name);
        }

        Directory.Delete(folder, true);
    }

    [Test]
    public async Task A_database_that_does_not_answer_is_told_as_a_setting_and_not_as_a_fault()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        (string, string)[] settings = [("Database__Engine", "sqlserver"), ("ConnectionStrings__Approvals", "Server=127.0.0.1,1;User ID=window;Password=s3cret-of-base;Connect Timeout=2;ConnectRetryCount=0")];

        using var site = OwnProcess.Start(folder, settings, "--urls", "http://127.0.0.1:0", "--data", folder);
        var served = await site.End();
        var command = await OwnProcess.Run(folder, settings, "alerts", "raise", "--data", folder);

        Assert.That((served.Exit, command.Exit), Is.EqualTo((1, 1)));
        foreach (var error in new[] { served.Error, command.Error })
            Assert.That(error, Does.Contain("The database cannot be used").And.Not.Contain("   at ").And.Not.Contain("s3cret-of-base"));
        Directory.Delete(folder, true);
    }

    [Test]
    public async Task A_wrong_setting_is_named_with_its_value_in_a_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("approvals-").FullName;
        var file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, "");
        var inFile = Path.Combine(file, "x"); // no account can make a folder there
        (string Name, string Value, string Says)[] wrong =
        [
            ("Zone__TimeZone", "Mars", "Zone:TimeZone"), ("Kestrel__Endpoints__A__Url", "junk", "Kestrel:Endpoints:A:Url"), ("Urls", "http://localhost:99999", "Urls"), ("Kestrel__Endpoints__A__Url", "http://localhost:99999", "Kestrel:Endpoints:A:Url"),
            ("Files__Folder", inFile, "Files:Folder"), ("Audit__RootsTo", inFile, "Audit:RootsTo"), ("Audit__RootsTo", Path.Combine(folder, "not mounted"), "Audit:RootsTo"), ("APPROVALS_DATA", inFile, "--data"),
        ];
        var ended = await Task.WhenAll(wrong.Select((setting, n) => OwnProcess.Run(folder, [("Urls", "http://127.0.0.1:0"), ("APPROVALS_DATA", Path.Combine(folder, $"{n}")), (setting.Name, setting.Value)])));
        var disagree = await OwnProcess.Run(folder, [("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "Development")], "--urls", "http://127.0.0.1:0", "--data", Path.Combine(folder, "disagree"));
        var command = await OwnProcess.Run(folder, [("Zone__TimeZone", "Mars")], "audit", "verify", "--data", folder);

        foreach (var ((name, value, says), (exit, output, error)) in wrong.Zip(ended))
        {
            Assert.That((exit, output), Is.EqualTo((1, "")), name + error);
            Assert.That(error, Does.Contain(says).And.Contain(value).And.Not.Contain("   at "));
            Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1), error);
        }

        Assert.That((disagree.Exit, command.Exit), Is.EqualTo((1, 1)), disagree.Error + command.Error);
        Assert.That(disagree.Error, Does.Contain("[environment]"));
        Assert.That(command.Error, Does.Contain("Zone:TimeZone").And.Contain("Mars").And.Not.Contain("   at "));
        Directory.Delete(folder, true);
    }

    /// <summary>Started, and ready: it has said where it listens. One that was killed leaves the folder free.</summary>
    private static async Task<Process> Serving(string folder)
    {
        var site = OwnProcess.Start(folder, "--urls", "http://127.0.0.1:0", "--data", folder, "--Jobs:Run=false");
        if (await site.StandardOutput.ReadLineAsync() is null) Assert.Fail(await site.StandardError.ReadToEndAsync());
        return site;
    }
}
