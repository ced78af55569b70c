using System.Text;

namespace Approvals.Tests.Access;

/// <summary>The command line writes to the console, of which there is one.</summary>
[NonParallelizable]
internal sealed class UserCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("approvals-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, true);

    [Test]
    public async Task Makes_the_first_administrator_of_a_fresh_data_folder()
    {
        var (code, output, _) = await Run(["user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator", "--password", "long enough 2026"]);
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("root.admin"));
        Assert.That(list.Trim(), Is.EqualTo("root.admin\t管理员\t-\tSecurityAdministrator\topen"));
    }

    [Test]
    public async Task Reads_the_password_from_the_standard_input_when_none_is_given()
    {
        using var program = OwnProcess.Start(folder, "user", "add", "--login", "zrzy.1", "--name", "经办人", "--role", "Reviewer", "--role", "DepartmentHead", "--department", "ZRZY", "--data", folder);
        await program.StandardInput.WriteLineAsync("long enough 2026");
        program.StandardInput.Close();
        var (exit, _, error) = await program.End();
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        Assert.That(list.Trim(), Is.EqualTo("zrzy.1\t经办人\tZRZY\tReviewer,DepartmentHead\topen"));
    }

    [Test]
    public async Task Says_what_is_wrong_in_both_languages_and_fails()
    {
        var (code, _, error) = await Run(["user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator", "--password", "short"]);
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("密码须为").And.Contain("A password has"));
        Assert.That(list, Is.Empty);
    }

    [Test]
    public async Task Prints_a_token_once_and_revokes_it()
    {
        await Run(["user", "add", "--login", "reporter", "--name", "报表", "--role", "Auditor", "--password", "long enough 2026"]);
        var (made, token, _) = await Run(["token", "create", "--user", "reporter", "--name", "night", "--days", "7"]);
        var (revoked, _, _) = await Run(["token", "revoke", "--user", "reporter", "--name", "night"]);
        var (twice, _, error) = await Run(["token", "revoke", "--user", "reporter", "--name", "night"]);

        Assert.That((made, revoked, twice), Is.EqualTo((0, 0, 1)));
        Assert.That(token.Trim(), Does.Match("^apv_[A-Za-z0-9_-]{43}$"));
        Assert.That(error, Does.Contain("night"));
    }

    [Test]
    public async Task A_token_without_a_name_is_named_by_the_time_it_was_made()
    {
        await Run(["user", "add", "--login", "reporter", "--name", "报表", "--role", "Auditor", "--password", "long enough 2026"]);
        var (made, token, told) = await Run(["token", "create", "--user", "reporter"]);

        Assert.That(made, Is.Zero, told);
        Assert.That(token.Trim(), Does.Match("^apv_[A-Za-z0-9_-]{43}$"));
        Assert.That(told, Does.Match("「cli [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}」"));
    }

    private async Task<(int Code, string Output, string Error)> Run(string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        var (said, complained) = (new StringWriter(new StringBuilder()), new StringWriter(new StringBuilder()));
        try
        {
            Console.SetOut(said);
            Console.SetError(complained);
            var code = await CommandLine.Run([.. args, "--data", folder]);
            return (code, said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
