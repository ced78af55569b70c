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
        var (code, output, _) = await Told("long enough 2026", "user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator");
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("root.admin"));
        Assert.That(list.Trim(), Is.EqualTo("root.admin\t管理员\t-\tSecurityAdministrator\topen"));
    }

    [Test]
    public async Task Reads_the_password_from_the_standard_input()
    {
        var (exit, _, error) = await Told("long enough 2026", "user", "add", "--login", "zrzy.1", "--name", "经办人", "--role", "Reviewer", "--role", "DepartmentHead", "--department", "ZRZY");
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That((exit, error), Is.EqualTo((0, "")));
        Assert.That(list.Trim(), Is.EqualTo("zrzy.1\t经办人\tZRZY\tReviewer,DepartmentHead\topen"));
    }

    /// <summary>Whoever lists the processes of the machine reads what stands on a command line.</summary>
    [Test]
    public async Task Takes_no_password_on_its_line()
    {
        var (added, _, _) = await Told("long enough 2026", "user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator", "--password", "long enough 2026");
        await Told("long enough 2026", "user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator");
        var (set, _, _) = await Told("another fine one 7", "user", "password", "--login", "root.admin", "--password", "another fine one 7");
        var (read, _, _) = await Told("another fine one 7", "user", "password", "--login", "root.admin");

        Assert.That((added, set, read), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public async Task Says_what_is_wrong_in_both_languages_and_fails()
    {
        var (code, _, error) = await Told("short", "user", "add", "--login", "root.admin", "--name", "管理员", "--role", "SecurityAdministrator");
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("密码须为").And.Contain("A password has"));
        Assert.That(list, Is.Empty);
    }

    /// <summary>Before there is a security administrator it sets the site up; afterwards it lets one back in, and does nothing with anybody else's account.</summary>
    [Test]
    public async Task Once_there_is_a_security_administrator_it_opens_resets_and_links_no_account_but_such_a_ones()
    {
        Task<(int Exit, string Output, string Error)> Add(string login, string role) =>
            Told("long enough 2026", "user", "add", "--login", login, "--name", login, "--role", role, "--department", "ZRZY");
        Task<(int Exit, string Output, string Error)> Set(string login) => Told("another fine one 7", "user", "password", "--login", login);
        Task<(int Exit, string Output, string Error)> Link(string login) => Run(["user", "link", "--login", login, "--issuer", "https://idp.example/", "--subject", $"s-{login}"]);
        var settingUp = new[] { (await Add("head", "DepartmentHead")).Exit, (await Set("head")).Exit, (await Link("head")).Exit, (await Add("root.admin", "SecurityAdministrator")).Exit };
        var (added, _, told) = await Add("reviewer", "Reviewer");
        var (set, _, toldToo) = await Set("head");
        var (linked, _, toldThen) = await Link("head");
        var recovery = new[] { (await Set("root.admin")).Exit, (await Link("root.admin")).Exit, (await Add("other.admin", "SecurityAdministrator")).Exit };
        var (_, list, _) = await Run(["user", "list"]);

        Assert.That(settingUp, Is.All.Zero);
        Assert.That((added, set, linked), Is.EqualTo((1, 1, 1)));
        foreach (var said in new[] { told, toldToo, toldThen }) Assert.That(said, Does.Contain("安全管理员").And.Contain("security administrator"));
        Assert.That(recovery, Is.All.Zero);
        Assert.That(list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0]), Is.EquivalentTo(new[] { "head", "other.admin", "root.admin" }));
    }

    [Test]
    public async Task Prints_a_token_once_and_revokes_it()
    {
        await Told("long enough 2026", "user", "add", "--login", "reporter", "--name", "报表", "--role", "Auditor");
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
        await Told("long enough 2026", "user", "add", "--login", "reporter", "--name", "报表", "--role", "Auditor");
        var (made, token, told) = await Run(["token", "create", "--user", "reporter"]);

        Assert.That(made, Is.Zero, told);
        Assert.That(token.Trim(), Does.Match("^apv_[A-Za-z0-9_-]{43}$"));
        Assert.That(told, Does.Match("「cli [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}」"));
    }

    /// <summary>In a process of its own, which is told a password where it asks for one.</summary>
    private async Task<(int Exit, string Output, string Error)> Told(string password, params string[] args)
    {
        using var program = OwnProcess.Start(folder, [.. args, "--data", folder]);
        try
        {
            await program.StandardInput.WriteLineAsync(password);
            program.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without asking.
        }

        return await program.End();
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
