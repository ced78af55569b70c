// dotnet cake --target=Ci        what CI runs
// dotnet cake --target=Publish   a folder to deploy, under artifacts/publish

var target = Argument("target", "Test");
var configuration = Argument("configuration", "Debug");
var results = Directory("artifacts/test-results");

Task("Restore")
    .Description("Restores exactly what the lock files name.")
    .Does(() => DotNetRestore(".", new DotNetRestoreSettings { LockedMode = true }));

// Style and names are held by the build itself (EnforceCodeStyleInBuild, warnings are errors); what is left is white space, and that needs no compiler.
Task("Format")
    .Description("Fails where a file is not formatted as .editorconfig says.")
    .Does(() =>
    {
        if (StartProcess("dotnet", "format whitespace src --folder --verify-no-changes") + StartProcess("dotnet", "format whitespace tests --folder --verify-no-changes") != 0)
            throw new CakeException("dotnet format whitespace . --folder puts it right.");
    });

Task("Build")
    .Description("Builds everything; a warning is an error.")
    .IsDependentOn("Restore")
    .Does(() => DotNetBuild(".", new DotNetBuildSettings { Configuration = configuration, NoRestore = true }));

Task("Test")
    .Description("Runs the whole suite; on SQL Server too where APPROVALS_TEST_SQLSERVER is set.")
    .IsDependentOn("Build")
    .Does(() =>
    {
        CleanDirectory(results);
        DotNetTest(".", new DotNetTestSettings
        {
            Configuration = configuration,
            NoBuild = true,
            Loggers = ["trx", "console;verbosity=minimal"],
            ResultsDirectory = results,
            // A test that waits for ever ends the run and is named, instead of using up the time of whoever waits for it.
            ArgumentCustomization = arguments => arguments.Append("--blame-hang-timeout 8m --blame-hang-dump-type none"),
        });
    });

Task("Publish")
    .Description("The program, ready to copy to a server that has the ASP.NET Core runtime.")
    .IsDependentOn("Restore")
    .Does(() => DotNetPublish("src/Approvals", new DotNetPublishSettings { Configuration = "Release", OutputDirectory = "artifacts/publish" }));

Task("Ci")
    .Description("Format, build, test.")
    .IsDependentOn("Format")
    .IsDependentOn("Test");

Teardown(_ =>
{
    if (target is not ("Ci" or "Test")) return;
    // The counts come from the results files: what a test runner prints depends on the machine's language.
    var counters = GetFiles(results.ToString() + "/*.trx")
        .SelectMany(file => System.Xml.Linq.XDocument.Load(file.FullPath).Descendants().Where(e => e.Name.LocalName == "Counters"))
        .ToList();
    int Sum(string name) => counters.Sum(c => (int)c.Attribute(name)!);
    var (total, executed, passed) = (Sum("total"), Sum("executed"), Sum("passed"));
    EnsureDirectoryExists(results);
    System.IO.File.WriteAllText(results.ToString() + "/summary.txt", $"{passed} passed, {executed - passed} failed, {total - executed} skipped\n");
    if (total == 0) throw new CakeException("No test ran.");
});

RunTarget(target);
