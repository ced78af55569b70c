using System.CommandLine;
using System.Text;
using Approvals.Modules.Access.Contract;
using Approvals.Web;

namespace Approvals.Modules.Access;

/// <summary>Accounts on the command line: on a fresh production database, <c>user add</c> makes the first security administrator.</summary>
/// <remarks>No password is an option: the list of processes shows those to everybody on the machine.</remarks>
internal static class UserCommand
{
    public static Command Command()
    {
        var command = new Command("user", "账号 accounts");
        command.Add(Add());
        command.Add(Password());
        command.Add(Link());
        command.Add(List());
        return command;
    }

    private static Command Add()
    {
        var login = new Option<string>("--login") { Description = "3-40 个小写字母、数字或 .-_ lower-case letters, digits or .-_", Required = true };
        var name = new Option<string>("--name") { Description = "姓名 name", Required = true };
        var roles = new Option<Role[]>("--role") { Description = "角色，可多次 role, repeatable", Required = true, Arity = ArgumentArity.OneOrMore };
        var department = new Option<string?>("--department") { Description = "部门代码，见目录 department code as in the catalogue, e.g. ZRZY" };
        var email = new Option<string?>("--email") { Description = "邮箱，消息寄到此处 mail address for messages" };
        var own = new Option<bool>("--own-password") { Description = "密码由本人设定，首次登录不必更改 its owner has chosen the password; the first sign-in need not change it" };
        var command = new Command("add", "新建账号，密码从键盘或标准输入读取 open an account; its password is read from the keyboard or the standard input") { login, name, roles, department, email, own };
        command.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var added = await mediator.Send(new AddUser.Command(
                parsed.GetValue(login)!, parsed.GetValue(name)!, parsed.GetValue(department), parsed.GetValue(roles)!, AskPassword(), parsed.GetValue(email))
            {
                IsOwnPassword = parsed.GetValue(own),
            });
            Console.WriteLine($"账号 {added.Login} 已建好 account {added.Login} is open");
            return 0;
        }));
        return command;
    }

    private static Command Password()
    {
        var login = new Option<string>("--login") { Description = "账号 login", Required = true };
        var command = new Command("password", "重设密码，从键盘或标准输入读取 set a new password, read from the keyboard or the standard input") { login };
        command.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            await mediator.Send(new ResetPassword.Command(AskPassword(), parsed.GetValue(login)!));
            Console.WriteLine("密码已重设 the password is set");
            return 0;
        }));
        return command;
    }

    private static Command Link()
    {
        var login = new Option<string>("--login") { Description = "账号 login", Required = true };
        var issuer = new Option<string>("--issuer") { Description = "统一身份的签发者 issuer (iss) of the identity provider", Required = true };
        var subject = new Option<string>("--subject") { Description = "此人在那里的标识 the person's subject (sub) there", Required = true };
        var command = new Command("link", "关联统一身份 link an account to the identity provider") { login, issuer, subject };
        command.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            await mediator.Send(new LinkUser.Command(parsed.GetValue(login)!, parsed.GetValue(issuer)!, parsed.GetValue(subject)!));
            Console.WriteLine("已关联 linked");
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "列出账号 list the accounts");
        command.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            var page = new ListUsers.Result([], "");
            while (page.Next is { } next)
            {
                page = await mediator.Send(new ListUsers.Query(next));
                foreach (var user in page.Users)
                    Console.WriteLine(string.Join('\t', user.Login, user.Name, user.Department ?? "-", string.Join(',', user.Roles), user.Active ? "open" : "closed"));
            }

            return 0;
        }));
        return command;
    }

    private static string AskPassword()
    {
        if (Console.IsInputRedirected) return Console.ReadLine() ?? "";
        var first = ReadSilently("密码 password: ");
        if (ReadSilently("再输一次 once more: ") != first)
            throw Refused.Invalid("password.differs", "password", "两次输入的密码不同。", "The two passwords differ.");
        return first;
    }

    private static string ReadSilently(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
