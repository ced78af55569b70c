using System.Net;
using System.Net.Sockets;
using Approvals.Database;
using Approvals.Modules.Access;
using Approvals.Modules.Access.Contract;
using Approvals.Modules.Messages;
using Approvals.Web;
using MediatR;

namespace Approvals;

/// <summary>
/// What the program is not started with: all that is wrong is told at once, each with what to do. For a trial a deployment may
/// accept some of it by code, which it then reads at every start. In Development that is the door to others alone.
/// </summary>
internal static class InsecureSettings
{
    public const string Accepted = "Trial:Accept";

    /// <param name="Code">Stable: what <see cref="Accepted"/> takes.</param>
    /// <param name="What">What is wrong and what to do.</param>
    /// <param name="IsHard">Never accepted.</param>
    internal sealed record Finding(string Code, Text What, bool IsHard = false);

    /// <summary>The accounts of the demonstration have one public password, and may do all that there is to do.</summary>
    public static IReadOnlyList<Finding> FindInDevelopment(IConfiguration configuration)
    {
        var found = Environments(configuration);
        if (Exposure.Read(configuration) is { IsBeyondThisMachine: true })
        {
            found.Add(new("development", new(
                "Development 环境有演示账号，密码是公开的，却在对外监听。请只在本机监听（http://localhost:…），或以 Production 环境启动。",
                "In Development there are demonstration accounts with a public password, and it listens for others. Listen on this machine alone (http://localhost:…), or start it in Production.")));
        }

        return found;
    }

    /// <summary>Of the two names of the environment the framework takes one without a word.</summary>
    private static List<Finding> Environments(IConfiguration configuration) =>
        configuration["ASPNETCORE_ENVIRONMENT"] is { Length: > 0 } one && configuration["DOTNET_ENVIRONMENT"] is { Length: > 0 } other && !one.Equals(other, StringComparison.OrdinalIgnoreCase)
            ? [new("environment", new(
                $"ASPNETCORE_ENVIRONMENT 为 {one}，DOTNET_ENVIRONMENT 为 {other}，两者不一致。请去掉其一，或设为相同。",
                $"ASPNETCORE_ENVIRONMENT is {one} and DOTNET_ENVIRONMENT is {other}. Remove one of them, or set both to the same."), IsHard: true)]
            : [];

    /// <summary>Looks at the settings alone; nothing is opened for it.</summary>
    public static IReadOnlyList<Finding> Find(IConfiguration configuration, string webRoot)
    {
        var (exposure, settings, messages) = (Exposure.Read(configuration), Settings.Read(configuration), MessageSettings.Read(configuration));
        var found = Environments(configuration);
        void Wrong(string code, string zh, string en, bool hard = false) => found.Add(new(code, new(zh, en), hard));

        foreach (var address in exposure.InTheClear)
        {
            Wrong("http", $"在 {address} 以明文 HTTP 对外监听。请改用 https 地址，或只在本机监听并在前面设反向代理，以 {Exposure.ProxySetting} 声明其地址。",
                $"It listens for others on {address} without HTTPS. Give an https address, or put a proxy before it and declare it in {Exposure.ProxySetting}.");
        }

        if (exposure.IsBeyondThisMachine && Split(configuration["AllowedHosts"]) is var hosts && (hosts.Length == 0 || hosts.Any(h => h is "*" or "*.*" or "::" or "0.0.0.0")))
            Wrong("hosts", "AllowedHosts 未设置或为 *：任何主机名都会被接受。请设为用户使用的主机名，以分号分隔。", "AllowedHosts is not set or is *: any host name is taken. Set the names that people use, separated by semicolons.");
        if (HoldStrangers(exposure.Proxies))
            Wrong("proxy", $"{Exposure.ProxySetting} 所列的网络（{exposure.Proxies.Count} 个）合起来太大：里面的任何人都能冒充来源地址。请只写代理的地址。", $"The networks in {Exposure.ProxySetting} ({exposure.Proxies.Count}) are too large together: anybody in them could claim to be anybody. Give the proxies alone.", hard: true);
        if (configuration.GetValue("FORWARDEDHEADERS_ENABLED", false) || configuration.GetValue("ASPNETCORE_FORWARDEDHEADERS_ENABLED", false))
            Wrong("proxy", $"ASPNETCORE_FORWARDEDHEADERS_ENABLED 会相信任何人声称的来源地址。请去掉它，改用 {Exposure.ProxySetting}。", $"ASPNETCORE_FORWARDEDHEADERS_ENABLED believes whoever claims an address. Remove it and use {Exposure.ProxySetting}.", hard: true);
        if (settings.Engine == "sqlserver")
        {
            foreach (var (zh, en) in SqlServerEngine.Insecure(settings.ConnectionString))
                Wrong("database", $"ConnectionStrings:Approvals：{zh}", $"ConnectionStrings:Approvals: {en}");
        }

        if (messages.SendsPasswordInTheClear)
            Wrong("smtp", "Smtp:Password 会以明文发送（Smtp:Security 为 none 或 auto）。请设为 starttls 或 tls。", "Smtp:Password would be sent in the clear (Smtp:Security is none or auto). Set it to starttls or tls.");
        if (exposure.IsBeyondThisMachine && new Uri(messages.Site) is { Scheme: "http", IsLoopback: false })
            Wrong("site", $"Site:Address（{messages.Site}）不是 https：邮件里的链接会以明文打开。", $"Site:Address ({messages.Site}) is not https: the links in mail would open in the clear.");
        if (webRoot.Length > 0 && (settings.DataFolder + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(webRoot) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            Wrong("data", $"数据文件夹 {settings.DataFolder} 在网站文件夹内，会被当作网页文件送出。请移到别处。", $"The data folder {settings.DataFolder} lies in the folder of the site's files and would be served. Put it elsewhere.", hard: true);
        if (!configuration.GetValue("SignIn:Local", true) && string.IsNullOrWhiteSpace(configuration["SignIn:BreakGlass"]))
            Wrong("break-glass", "SignIn:Local 为 false，但没有 SignIn:BreakGlass：统一身份认证中断时谁也进不来。请写一个账号的登录名。",
                "SignIn:Local is false and there is no SignIn:BreakGlass: while the provider is away nobody gets in. Name the login of an account.");
        return found;
    }

    /// <exception cref="InvalidOperationException">Lists all that was found and not accepted.</exception>
    public static async Task RefuseThem(IServiceProvider services, bool withAccounts, CancellationToken ct)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var isDevelopment = services.GetRequiredService<IHostEnvironment>().IsDevelopment();
        var found = (isDevelopment ? FindInDevelopment(configuration) : Find(configuration, services.GetService<IWebHostEnvironment>()?.WebRootPath ?? "")).ToList();
        if (withAccounts && !isDevelopment)
        {
            if (await Accounts(services, ct) is { } accounts) found.Add(accounts);
            if (await BreakGlass(services, ct) is { } glass) found.Add(glass);
        }

        var accepted = Split(configuration[Accepted]);
        var refused = found.Where(f => f.IsHard || !accepted.Contains(f.Code)).ToList();
        Say(refused);
        if (!withAccounts) return;
        foreach (var finding in found.Except(refused))
            await Console.Error.WriteLineAsync($"试运行接受的风险 accepted for a trial ({finding.Code}): {finding.What.Zh} {finding.What.En}");
    }

    private static void Say(List<Finding> refused)
    {
        if (refused.Count == 0) return;
        throw new InvalidOperationException(
            $"""
            设置不安全，不予启动（共 {refused.Count} 项）。 These settings are not for production; it does not start ({refused.Count}):
            {string.Join('\n', refused.Select(f => $"- [{f.Code}] {f.What.Zh} {f.What.En}"))}
            试运行可用 {Accepted} 列出代码予以接受：{Codes(refused)}。 For a trial, {Accepted} may list codes to accept: {Codes(refused)}.
            """);
    }

    private static string Codes(List<Finding> refused) => refused.Where(f => !f.IsHard).Select(f => f.Code).Distinct().ToList() is { Count: > 0 } codes ? string.Join(',', codes) : "—";

    private static async Task<Finding?> Accounts(IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        var logins = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindDemonstrationAccounts.Query(), ct);
        return logins.Count == 0 ? null : new("accounts", new(
            $"此数据库含有演示账号（{string.Join("、", logins.Take(3))}……共 {logins.Count} 个），其密码是公开的，不能用于生产。请换一个数据文件夹或数据库。",
            $"This database holds {logins.Count} open demonstration accounts with a public password; it is not for production. Choose another data folder or database."), IsHard: true);
    }

    /// <summary>Whom the setting names can do nothing on the day where there is no such account.</summary>
    private static async Task<Finding?> BreakGlass(IServiceProvider services, CancellationToken ct)
    {
        if (services.GetRequiredService<SignInSettings>() is not { Local: false, BreakGlass: { } login }) return null;
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Actor>().BecomeSystem();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindBreakGlass.Query(login), ct) ? null : new("break-glass", new(
            $"SignIn:BreakGlass 指定的账号「{login}」不存在、已停用、没有密码或没有角色：统一身份认证中断时谁也进不来。请先用 user add 建立（安全管理员）。",
            $"The account “{login}” of SignIn:BreakGlass does not exist, is closed, has no password or no role: while the provider is away nobody gets in. Make it with user add first, as a security administrator."));
    }

    /// <summary>Together larger than all networks of one's own are, which is two of /8 (of IPv6, of /16): many parts of everything are everything.</summary>
    private static bool HoldStrangers(IReadOnlyList<IPNetwork> networks)
    {
        var apart = networks.Distinct().ToList();
        apart = [.. apart.Where(n => !apart.Any(o => o.PrefixLength < n.PrefixLength && o.Contains(n.BaseAddress)))];
        var shares = apart.Select(Share).ToLookup(s => s.IsOld, s => s.Of);
        return shares[true].Sum() >= Math.Pow(2, -7) || shares[false].Sum() >= Math.Pow(2, -15);
    }

    /// <summary>Of all addresses of its kind. An address of IPv4 may be written as one of IPv6.</summary>
    private static (bool IsOld, double Of) Share(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? (true, Math.Pow(2, -network.PrefixLength))
        : network.BaseAddress.GetAddressBytes().AsSpan(0, 10).IndexOfAnyExcept((byte)0) < 0 ? (true, Math.Pow(2, -Math.Max(0, network.PrefixLength - 96)))
        : (false, Math.Pow(2, -network.PrefixLength));

    private static string[] Split(string? list) => (list ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
