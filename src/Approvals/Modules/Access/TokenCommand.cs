using System.CommandLine;
using System.Globalization;
using Approvals.Modules.Access.Contract;

namespace Approvals.Modules.Access;

/// <summary>Tokens for programs, on the command line.</summary>
internal static class TokenCommand
{
    public static Command Command()
    {
        var user = new Option<string>("--user") { Description = "账号 login", Required = true };
        var given = new Option<string?>("--name") { Description = "令牌名称；默认为新建的时间 name of the token; by default when it was made" };
        var name = new Option<string>("--name") { Description = "令牌名称 name of the token", Required = true };
        var days = new Option<int>("--days") { Description = "有效天数 days it lives", DefaultValueFactory = _ => 90 };
        var scopes = new Option<Scope[]>("--scope") { Description = "用途，可多次；默认为除管理外的全部 what it is for, repeatable; by default all but administration" };

        var create = new Command("create", "新建令牌，只显示一次；仅限不提请也不批准的账号 create a token, shown once; for accounts that neither ask for approvals nor give them") { user, given, days, scopes };
        create.SetAction(parsed => CommandLine.WithServices(parsed, async (services, mediator) =>
        {
            var called = parsed.GetValue(given) ?? string.Create(CultureInfo.InvariantCulture, $"cli {services.GetRequiredService<TimeProvider>().GetUtcNow():yyyy-MM-dd HH:mm:ss}");
            var made = await mediator.Send(new CreateToken.For(parsed.GetValue(user)!, called, parsed.GetValue(days), parsed.GetValue(scopes) is { Length: > 0 } asked ? asked : null));
            Console.WriteLine(made.Token);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"「{called}」有效至 valid until {made.ExpiresAt:yyyy-MM-dd HH:mm} UTC"));
            return 0;
        }));

        var revoke = new Command("revoke", "撤销令牌 revoke a token") { user, name };
        revoke.SetAction(parsed => CommandLine.WithServices(parsed, async (_, mediator) =>
        {
            await mediator.Send(new RevokeToken.For(parsed.GetValue(user)!, parsed.GetValue(name)!));
            Console.WriteLine("令牌已撤销 the token is revoked");
            return 0;
        }));

        return new Command("token", "程序令牌 tokens for programs") { create, revoke };
    }
}
